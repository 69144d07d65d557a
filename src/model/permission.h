/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef MODEL_PERMISSION_H
#define MODEL_PERMISSION_H
/*
 * Who may do what in a folder. A set is what the server has; an edit says what
 * becomes of one entry, so that entries of others changed meanwhile stay.
 */
#include "base/str.h"
#include "base/vec.h"

enum permission_right {
#define RIGHT(id, bit, name, text) PERMISSION_##id = (bit),
#include "model/permission.def"
#undef RIGHT
	PERMISSION_RIGHTS_NONE = 0
};

enum permission_level {
#define LEVEL(id, rights, calendar, name, text) LEVEL_##id,
#include "model/permission.def"
#undef LEVEL
	LEVEL_CUSTOM,
	LEVEL_COUNT
};

enum permission_who {
	PERMISSION_PERSON, /* or a group */
	PERMISSION_DEFAULT,
	PERMISSION_ANONYMOUS
};

/* One entry: known by its security identifier, its address, or both. */
struct permission {
	enum permission_who who;
	char *address, *name, *sid; /* NULL: not told */
	char *external;		    /* somebody of another organisation */
	unsigned rights;	    /* enum permission_right */
	bool is_group;		    /* as far as it is told */
};

struct permission_set {
	struct permission *v;
	size_t n, cap;
	struct strv unknown; /* entries of accounts that are gone, as told */
	bool calendar;	     /* has the levels of free/busy */
};

struct permission_edit {
	struct permission entry;
	bool remove;
};
struct permission_edits {
	struct permission_edit *v;
	size_t n, cap;
};

/* --- levels --------------------------------------------------------------- */
/* The level that gives just these rights; CUSTOM: none does. What only says
 * who is told of trouble, and what of free/busy lies in reading, is the same.
 */
enum permission_level permission_level_of(unsigned rights);
unsigned permission_level_rights(enum permission_level l); /* CUSTOM: 0 */
/* True where the level alone tells the rights completely. */
bool permission_is_level(unsigned rights, enum permission_level *out);
bool permission_level_fits(enum permission_level l, bool calendar);
const char *permission_level_name(enum permission_level l); /* "Editor" */
const char *permission_level_text(enum permission_level l); /* "editor" */
/* By name of EWS, by the text, or with - for blanks; in any case. */
bool permission_level_parse(const char *s, enum permission_level *out);
/* A level, or single rights with commas ("read,create,edit-own"). What a right
 * cannot do without comes with it. */
bool permission_rights_parse(const char *s, unsigned *out);
/* "editor", or the single rights with commas. */
void permission_rights_add(struct str *b, unsigned rights);
/* Adds to a right what it cannot do without: all items, so one's own. */
unsigned permission_complete(unsigned rights);
/* Name of the i-th single right in the order of the table; NULL: the end. */
const char *permission_right_name(size_t i, unsigned *bit, const char **text);

/* --- sets ------------------------------------------------------------------
 */
void permission_release(struct permission *p);
void permission_copy(struct permission *to, const struct permission *from);
/* Are these entries of the same person? */
bool permission_same(const struct permission *a, const struct permission *b);
/* "Default", "Anonymous", the name, the address or what else is known. */
const char *permission_title(const struct permission *p);
void permission_set_release(struct permission_set *s);
void permission_set_copy(struct permission_set *to,
			 const struct permission_set *from);
/* Makes it so; true: something changed. Default and Anonymous cannot be removed:
 * they get nothing. */
bool permission_set_apply(struct permission_set *s,
			  const struct permission_edit *e);
void permission_edits_release(struct permission_edits *e);
void permission_edits_copy(struct permission_edits *to,
			   const struct permission_edits *from);
#endif
