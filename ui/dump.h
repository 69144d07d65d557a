/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_DUMP_H
#define UI_DUMP_H
/* The tables as documents: manual pages, a sample file. */
#include "ui/keys.h"

/* what: "commands.mdoc", "commands.markdown" (or "markdown"), "config". False:
 * not known. (Shell completion is made from the verbs: batch_completion.) */
bool dump(const char *what, struct str *out, struct err *err) MUST_CHECK;
/* `retinue keys`: the table of bindings of one scope (NULL: all). */
void dump_keys(const struct keys *k, const char *scope, struct str *out);
#endif
