/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef STORE_BOOK_WRITE_H
#define STORE_BOOK_WRITE_H
/* Changing the book: for the engine's core alone, in transactions of its own
 * file, which have nothing to do with those of the mirror. */
#include "store/book.h"

/* Makes the file when there is none, or makes it anew when another version of
 * the program left it, then begins. Without a path (store_set_book) ERR_INPUT.
 */
bool write_book_begin(struct store *s, struct err *err) MUST_CHECK;
bool write_book_commit(struct store *s, struct err *err) MUST_CHECK;
void write_book_rollback(struct store *s);
/* By its key. */
bool write_book_entry(struct store *s, const struct person *p,
		      struct err *err) MUST_CHECK;
bool write_book_gone(struct store *s, const char *key,
		     struct err *err) MUST_CHECK;
/* All but these are gone. */
bool write_book_keep(struct store *s, const struct strv *keys,
		     struct err *err) MUST_CHECK;
/* value NULL: forget. */
bool write_book_fact(struct store *s, const char *key, const char *value,
		     struct err *err) MUST_CHECK;
#endif
