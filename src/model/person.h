/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef MODEL_PERSON_H
#define MODEL_PERSON_H
/*
 * A person, list or room: of the organisation's address list, of one's own
 * contacts, or only known by mail. Members are owned UTF-8 texts without
 * control characters, NULL where nothing is known; rows of person.def.
 */
#include "base/str.h"
#include "base/vec.h"

enum person_kind {
	PERSON_USER,
	PERSON_LIST,   /* a distribution list: `members` */
	PERSON_ROOM,   /* bookable, rooms and equipment */
	PERSON_PUBLIC, /* a public folder that takes mail */
	PERSON_KINDS
};
/* Where it was found, in the order in which lists show them. */
enum person_source {
	PERSON_RECENT,	/* written to, or heard from */
	PERSON_CONTACT, /* one's own contacts */
	PERSON_GAL,	/* the address list's copy */
	PERSON_LIVE,	/* the address list just now */
	PERSON_SOURCES
};

struct person {
	int64_t id;	/* store row of a contact; 0 none */
	int64_t folder; /* CONTACT: its folder's row */
	enum person_kind kind;
	enum person_source source;
#define PERSON(member, label, ldap, ews, dav) char *member;
#include "model/person.def"
#undef PERSON
	/* Opaque: the directory's name for it (a DN, an /o=... path), or the
	 * item id of a contact. */
	char *key, *change_key;
	char *manager_key;    /* directory key of the manager */
	char *categories;     /* of a contact, newline-separated */
	struct strv members;  /* LIST, where known: "Name <address>" */
	int64_t member_count; /* LIST: -1 not known */
};

enum person_field {
#define PERSON(member, label, ldap, ews, dav) PERSON_##member,
#include "model/person.def"
#undef PERSON
	PERSON_FIELDS
};
struct person_row {
	const char *member, *label, *ldap, *ews, *dav;
};
const struct person_row *person_row(enum person_field f);
/* By member or by label, any case; PERSON_FIELDS: none. */
enum person_field person_field_find(const char *name);
/* The member itself, to read or (owned text) to replace. */
char **person_at(struct person *p, enum person_field f);
const char *person_get(const struct person *p, enum person_field f);

void person_init(struct person *p);
void person_release(struct person *p);
void person_copy(struct person *to, const struct person *from);
/* All members of person.def, categories and members alike? */
bool person_same(const struct person *a, const struct person *b);
/* What lists show: name, else the parts of it, company or address. */
const char *person_title(const struct person *p);
const char *person_kind_name(enum person_kind k);     /* "person", "list" */
const char *person_source_name(enum person_source s); /* "contact", "gal" */
/* Every word that a search may begin with, folded, for LIKE '% word%'. */
char *person_words(const struct person *p);
/* "Byron, Ada" <ada@example.org>, quoted where a header needs it; nothing
 * without an address. */
void person_add_mailbox(const struct person *p, struct str *out);

/* One text that holds all but id, folder, source, key and change_key, and back
 * (person_init included). It begins with a line break, so that a field is found
 * as "\nname=". */
void person_pack(const struct person *p, struct str *out);
void person_unpack(struct person *p, const char *text);

struct person_list {
	struct person *v;
	size_t n, cap;
};
struct person *person_list_new(struct person_list *l); /* initialised */
void person_list_release(struct person_list *l);
/* Takes the persons of `from` that have no address yet in `to`. */
void person_list_merge(struct person_list *to, struct person_list *from);
#endif
