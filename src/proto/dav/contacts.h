/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef DAV_CONTACTS_H
#define DAV_CONTACTS_H
/* Contacts by properties (dossier 15): read in contacts.c, written in
 * contact_write.c. */
#include "model/person.h"
#include "proto/dav/item.h"

/* The property of a member of person.def; PROP_COUNT: it is written otherwise.
 */
enum dav_prop contact_prop(enum person_field f);
/* Of the three addresses: alone, with a name, type, shown, entry id. */
extern const enum dav_prop contact_addresses[3][5];
/* A row with USE_CONTACT; p is initialised. */
void contact_read(const struct dav_row *r, struct person *p);

struct contact_member {
	char *name, *addr, *id; /* id: what the server removes it by */
};
struct contact_members {
	struct contact_member *v;
	size_t n, cap;
};
void contact_member_release(struct contact_member *m);
void contact_members_release(struct contact_members *l);
bool contact_read_members(struct backend *b, const struct op *op,
			  const char *path, struct contact_members *out,
			  struct err *err) MUST_CHECK;
#endif
