/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef PROTO_LDAP_GAL_H
#define PROTO_LDAP_GAL_H
/*
 * The organisation's address list in Active Directory: who has an address and
 * is not hidden. A person's key is its distinguished name.
 */
#include "model/person.h"
#include "proto/ldap/directory.h"

/* Words as Outlook resolves them (ANR), and field:value for a member of
 * person.def that the directory has ("office:2.14"). At most `limit`; *more:
 * there are others. */
bool gal_search(struct directory *d, const char *words, int limit,
		struct person_list *out, bool *more,
		struct err *err) MUST_CHECK;
/* The filter of the above, appended (for its test). */
void gal_add_filter(struct str *f, const char *words);

/* Everybody (since 0) or what changed since that highest USN of this very
 * server: fn gets each; hidden: it is not, or no longer, to be shown. */
typedef bool gal_fn(void *ctx, struct person *taken, bool hidden);
bool gal_each(struct directory *d, int64_t since, gal_fn *fn, void *ctx,
	      struct err *err) MUST_CHECK;
/* The keys of everybody, for finding out who is gone. */
bool gal_keys(struct directory *d, struct strv *out,
	      struct err *err) MUST_CHECK;

/* One entry by key; NOT_FOUND. */
bool gal_get(struct directory *d, const char *key, struct person *out,
	     struct err *err) MUST_CHECK;
/* One entry by an address it receives, of whatever age. */
bool gal_by_address(struct directory *d, const char *addr, struct person *out,
		    struct err *err) MUST_CHECK;
/* Those whose manager it is. */
bool gal_reports(struct directory *d, const char *key, struct person_list *out,
		 struct err *err) MUST_CHECK;
/* JPEG as the directory keeps it; NOT_FOUND: none. */
bool gal_photo(struct directory *d, const char *key, struct bytes *out,
	       struct err *err) MUST_CHECK;
/* The members of a list; deep: of the lists in it too, each once, whatever
 * loops. A list that hides its members gives none. */
bool gal_expand(struct directory *d, const char *key, bool deep,
		struct person_list *out, struct err *err) MUST_CHECK;
#endif
