/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef STORE_ROUTE_H
#define STORE_ROUTE_H
/* The routes of the account, as the engine has chosen them. */
#include "model/route.h"
#include "store/query.h"

/* False: none is chosen yet. The caller's: route_release. */
bool query_route(struct store *s, enum feature feature, struct route *out);
/* Replaces them; for the engine. */
bool write_routes(struct store *s, const struct route_table *t,
		  struct err *err) MUST_CHECK;
#endif
