/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_BATCH_GAL_H
#define UI_BATCH_GAL_H
/* What the verbs about people share. */
#include "text/vcard.h"
#include "ui/batch_out.h"

json_t *people_json(const struct person *p);
/* Prints them in the form the options ask for; the exit code. */
int people_print(struct batch *b, const struct person_list *l, bool more);
/* Whom a name or address means: in the copy of the address list, else asked of
 * the server, else as it is. *found: take it (person_release). False: said why.
 */
bool people_find_one(struct batch *b, const char *who, struct person *found,
		     int *status);
#endif
