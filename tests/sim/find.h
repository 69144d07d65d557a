/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef SIM_FIND_H
#define SIM_FIND_H
/* Restrictions and query strings (dossier 11.2). */
#include "tests/sim/ews.h"

/* restriction: the one element inside m:Restriction; NULL matches all. */
bool item_matches(const struct item *it, const xmlNode *restriction);
bool folder_matches(const struct folder *f, const xmlNode *restriction);
/* Words and field:value terms, all of which must hold. */
bool item_matches_query(const struct item *it, const char *query);
#endif
