/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef STORE_PEOPLE_H
#define STORE_PEOPLE_H
/* What people.c, contacts.c and book.c share: searching people by words. */
#include "store/rows.h"

/* An address as it is compared: lower case; the caller's; NULL for NULL. */
char *person_address_key(const char *addr);

struct people_terms {
	struct strv words;  /* LIKE patterns: "% ada%" */
	struct strv fields; /* of packed data: "%\noffice=2.14%" */
	bool none;	    /* nothing but punctuation: nobody */
};
void people_terms(struct people_terms *t, const char *words);
void people_terms_release(struct people_terms *t);
/* " AND ..." on the columns `words` and `data` (NULL: there are no fields, and
 * nothing matches one). */
void people_add_conditions(struct sql *q, const struct people_terms *t,
			   const char *data);

bool contacts_search(struct store *s, const struct people_terms *t, int limit,
		     struct person_list *out, bool *more,
		     struct err *err) MUST_CHECK;
bool book_search(struct store *s, const struct people_terms *t, int limit,
		 struct person_list *out, bool *more,
		 struct err *err) MUST_CHECK;
#endif
