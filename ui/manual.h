/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_MANUAL_H
#define UI_MANUAL_H
/* The manual pages: their frames (man/) with the sections made from the tables.
 */
#include "base/str.h"

/* "verbs.mdoc", "options.mdoc", "commands.mdoc"; false: no such section. */
bool manual_section(struct str *out, const char *what);
/* The page called name ("retinue", "retinue.1"); false: there is none. */
bool manual_page(struct str *out, const char *name);
#endif
