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
/* Empty: there is none. */
bool write_book_photo(struct store *s, const char *addr,
		      const struct bytes *photo, int64_t asked,
		      struct err *err) MUST_CHECK;
/* value NULL: forget. */
bool write_book_fact(struct store *s, const char *key, const char *value,
		     struct err *err) MUST_CHECK;

/* --- one's own contacts: in the mirror itself ------------------------------ */
/* What the server has, by its key; a change of ours that waits stays. */
bool write_contact(struct store *s, int64_t folder, const struct person *p,
		   struct err *err) MUST_CHECK;
bool write_contact_gone(struct store *s, const char *key,
			struct err *err) MUST_CHECK;
/* After a whole listing: all others of the folder are gone. */
bool write_contacts_keep(struct store *s, int64_t folder,
			 const struct strv *keys, struct err *err) MUST_CHECK;

/* Shown at once, sent later. NEW: p->folder; else p->id. */
bool write_contact_wish(struct store *s, enum contact_wish wish,
			const struct person *p, int64_t *id,
			struct err *err) MUST_CHECK;
/* The inverse of the change of entry *entry; 0: the last that is not taken back
 * yet (*entry says which). Dropped before it left, sent otherwise. Of a changed
 * contact only what that changed, and only where nobody changed it since. *text
 * (caller frees) says what was taken back; NOT_FOUND: nothing is left to be. */
bool write_contact_undo(struct store *s, int64_t *entry, int64_t *id,
			char **text, struct err *err) MUST_CHECK;
/* Is it a change of a contact? entry as query_rights_back. */
bool query_contact_entry(struct store *s, int64_t *entry);
struct contact_wish_row {
	enum contact_wish wish;
	struct person person, base; /* as wanted; as the server had it */
	bool has_base;
};
struct contact_wishes {
	struct contact_wish_row *v;
	size_t n, cap;
};
void contact_wishes_release(struct contact_wishes *w);
/* What waits and was not refused; counts the try. */
bool write_contact_wishes(struct store *s, struct contact_wishes *out,
			  struct err *err) MUST_CHECK;
bool write_contact_done(struct store *s, const struct contact_wish_row *w,
			const char *key, const char *change_key,
			struct err *err) MUST_CHECK;
bool write_contact_failed(struct store *s, int64_t id, const char *why,
			  struct err *err) MUST_CHECK;
#endif
