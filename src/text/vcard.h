/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef TEXT_VCARD_H
#define TEXT_VCARD_H
/*
 * vCard 3.0 (RFC 2426) and 4.0 (RFC 6350), read in any version from 2.1 on.
 * Properties that a person has no place for are left out.
 */
#include "base/err.h"
#include "model/person.h"

/* Appends one card with CRLF line ends. version: 3 or 4. */
void vcard_add(struct str *out, const struct person *p, int version);
/* Appends the persons of every card in the text; ERR_INPUT names the line of a
 * card that does not end, or says that there is none. */
bool vcard_read(const char *s, size_t len, struct person_list *out,
		struct err *err) MUST_CHECK;
#endif
