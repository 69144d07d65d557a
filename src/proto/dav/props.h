/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef DAV_PROPS_H
#define DAV_PROPS_H
/* The properties by number (props.def), and how requests name them. */
#include "base/str.h"

enum dav_prop {
#define PROP(id, name, dt, uses) PROP_##id,
#include "proto/dav/props.def"
#undef PROP
	PROP_COUNT
};

/* What a property is asked for with. */
enum dav_use {
	USE_NONE = 0,
	USE_ROOT = 1,
	USE_TREE = 2,
	USE_MARK = 4,
	USE_LIST = 8,
	USE_ITEM = 16,
	USE_LIGHT = 32,
	USE_KEY = 256, /* the client-made key beside an item */
	USE_EVENT = 512,
	USE_BUSY = 1024, /* a message with free/busy times */
	USE_CONTACT = 4096,
	USE_SPAN = 2048, /* when an entry is, and as what */
	/* Beside a use: leave out what a strict server may refuse in a search
	 * (named properties); then also tags and headers. */
	USE_PLAIN = 64,
	USE_LEAN = 128,
	USE_PUBLIC = 8192, /* a level of the public folders */
};

/* "urn:schemas:httpmail:|read" */
const char *prop_name(enum dav_prop p);
/* The property of that name; PROP_COUNT: none. */
enum dav_prop prop_find(const char *name);
/* All names, for a reader of XML. */
const char *const *prop_names(void);
bool prop_has_use(enum dav_prop p, unsigned use);

/* `"ns:name"` as SQL has it. */
void prop_add_sql(struct str *b, enum dav_prop p);
/* `"a","b"`: everything with this use. */
void prop_add_columns(struct str *b, unsigned use);
/* <D:prop> with everything of this use; extra: further ones, ended by
 * PROP_COUNT, may be NULL. */
void prop_add_request(struct str *b, unsigned use, const enum dav_prop *extra);
/* One element with a value (NULL: empty, for D:remove). Lists: one value a
 * line. */
void prop_add_value(struct str *b, enum dav_prop p, const char *value);
void prop_add_number(struct str *b, enum dav_prop p, int value);
#endif
