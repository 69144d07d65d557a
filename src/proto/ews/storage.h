/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef EWS_STORAGE_H
#define EWS_STORAGE_H
/* Sizes and limits of the mailbox; see proto/services.h. */
#include "model/storage.h"
#include "proto/ews/ews.h"
#include "proto/ews/tree.h"

bool ews_storage_get(struct backend *b, const struct op *op,
		     struct storage *out, struct err *err);
/* The answer to GetFolder on root and msgfolderroot: what it tells of is put
 * into *out, an initialised one. */
void ews_storage_read(const struct ews_tree *t, struct storage *out);
#endif
