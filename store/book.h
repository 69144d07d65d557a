/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef STORE_BOOK_H
#define STORE_BOOK_H
/*
 * People: whom one writes to, one's contacts, and the book, a copy of the
 * organisation's address list. The book is a file of its own in the cache
 * folder, since it can be made again: it may be missing or removed at any
 * time, and everything here then finds nothing in it.
 */
#include "base/err.h"
#include "model/person.h"

struct store;

/* Where the book of this store is; NULL: nowhere. It is opened when it is
 * first needed, and looked for anew while it is not there. */
void store_set_book(struct store *s, const char *path);

/* For completion: people written to or heard from and contacts first (most
 * recent first), then the book; each address once. Every word of `words` must
 * begin a word of theirs. */
bool query_people(struct store *s, const char *words, int limit,
		  struct person_list *out, struct err *err) MUST_CHECK;
/* The same for the People screen: contacts, then the book, whole records, then
 * those only known by mail; field:value words look at one field. Empty words: all, by name. *more (may be
 * NULL): there are others. */
bool query_directory(struct store *s, const char *words, int limit,
		     struct person_list *out, bool *more,
		     struct err *err) MUST_CHECK;
/* An entry of the book by its key, or by its address; NOT_FOUND. */
bool query_book_entry(struct store *s, const char *key, struct person *out,
		      struct err *err) MUST_CHECK;
bool query_book_address(struct store *s, const char *addr, struct person *out,
			struct err *err) MUST_CHECK;
/* Those whose manager has this key. */
bool query_book_reports(struct store *s, const char *key,
			struct person_list *out, struct err *err) MUST_CHECK;
/* What is wanted of a contact; kept as numbers. */
enum contact_wish {
	CONTACT_NEW = 1,
	CONTACT_CHANGED,
	CONTACT_GONE,
	CONTACT_REVERT, /* what waits is taken back: as the server has it */
	CONTACT_UNDO	/* the last change, sent or not, is taken back */
};
/* One's own contacts, by name; limit rows, *more (may be NULL): others. */
bool query_contacts(struct store *s, const char *words, int limit,
		    struct person_list *out, bool *more,
		    struct err *err) MUST_CHECK;
/* *wait (may be NULL): what waits, or why it was refused; caller frees; NULL:
 * the server has it so. */
bool query_contact(struct store *s, int64_t id, struct person *out, char **wait,
		   struct err *err) MUST_CHECK;
/* Changes that wait; those of them that nothing stands in the way of. */
int64_t query_contacts_waiting(struct store *s);
int64_t query_contacts_ready(struct store *s);
/* The picture of whom the address is of, as it was when it was asked for: UTC
 * seconds in *asked, 0: never, and then *out is empty, as where there is none.
 */
bool query_book_photo(struct store *s, const char *addr, struct bytes *out,
		      int64_t *asked, struct err *err) MUST_CHECK;
int64_t query_book_count(struct store *s);
/* "copied" (UTC seconds of the last whole copy or refresh), "server", "usn",
 * "source"; the caller's; NULL: none. */
char *query_book_fact(struct store *s, const char *key);
#endif
