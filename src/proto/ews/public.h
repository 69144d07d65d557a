/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef EWS_PUBLIC_H
#define EWS_PUBLIC_H
/* Public folders; see proto/services.h. */
#include "model/public.h"
#include "proto/ews/ews.h"
#include "proto/ews/tree.h"

bool ews_public_list(struct backend *b, const struct op *op, const char *id,
		     struct public_list *out, struct err *err);
bool ews_public_post(struct backend *b, const struct op *op, const char *id,
		     const struct bytes *raw, struct err *err);
bool ews_public_contacts(struct backend *b, const struct op *op, const char *id,
			 int count, struct person_list *out, struct err *err);
/* Adds the folders of an answer to FindFolder; how many it named. */
size_t ews_public_read(const struct ews_tree *t, struct public_list *out);
#endif
