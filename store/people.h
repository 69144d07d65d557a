/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef STORE_PEOPLE_H
#define STORE_PEOPLE_H
/* What people.c, contacts.c and book.c share: searching people by words. */
#include "store/book_write.h"
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

/* --- contacts.c for contact_undo.c --- */
/* A row as it is, also one that is removed but still there; NOT_FOUND. */
bool contact_row(struct store *s, int64_t id, struct person *out,
		 int64_t *pending, struct err *err) MUST_CHECK;
/* write_contact_wish without keeping what was before. */
bool contact_apply(struct store *s, enum contact_wish wish,
		   const struct person *p, int64_t *id,
		   struct err *err) MUST_CHECK;
/* Keeps it; reverted: forgets what was kept of what waited. */
bool contact_note(struct store *s, enum contact_wish wish, int64_t id,
		  int64_t folder, int64_t pending, const struct person *was,
		  const struct person *now, struct err *err) MUST_CHECK;
bool contact_note_reverted(struct store *s, int64_t id,
			   struct err *err) MUST_CHECK;

bool contacts_search(struct store *s, const struct people_terms *t, int limit,
		     struct person_list *out, bool *more,
		     struct err *err) MUST_CHECK;
bool book_search(struct store *s, const struct people_terms *t, int limit,
		 struct person_list *out, bool *more,
		 struct err *err) MUST_CHECK;
#endif
