/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "proto/dav/props.h"
#include "net/xml.h"

#include <stdio.h>
#include <string.h>

#define NONE USE_NONE
#define ROOT USE_ROOT
#define TREE USE_TREE
#define MARK USE_MARK
#define LIST USE_LIST
#define ITEM USE_ITEM
#define LIGHT USE_LIGHT
#define KEY USE_KEY
#define EVENT USE_EVENT
#define BUSY USE_BUSY
#define SPAN USE_SPAN
#define CONTACT USE_CONTACT
#define PUBLIC USE_PUBLIC

static const char *const names[PROP_COUNT] = {
#define PROP(id, name, dt, uses) name,
#include "proto/dav/props.def"
#undef PROP
};
static const struct prop {
	const char *dt;
	unsigned uses;
} props[PROP_COUNT] = {
#define PROP(id, name, dt, uses) {dt, uses},
#include "proto/dav/props.def"
#undef PROP
};

const char *prop_name(enum dav_prop p)
{
	return names[p];
}

const char *const *prop_names(void)
{
	return names;
}

enum dav_prop prop_find(const char *name)
{
	for (int p = 0; p < PROP_COUNT; p++)
		if (strcmp(names[p], name) == 0)
			return (enum dav_prop)p;
	return PROP_COUNT;
}

static const char *local_name(enum dav_prop p)
{
	return strchr(names[p], '|') + 1;
}

/* Without it a mailbox can be listed all the same. */
static bool is_left_out(enum dav_prop p, unsigned use)
{
	const char *name = names[p];

	if (use & (USE_PLAIN | USE_LEAN) &&
	    (strstr(name, "/mapi/id/") || strstr(name, "/mapi/string/")))
		return true;
	return use & USE_LEAN && p != PROP_ARTICLE &&
	       (strstr(name, "/proptag/") || str_starts(name, "urn:schemas:m"));
}

bool prop_has_use(enum dav_prop p, unsigned use)
{
	return props[p].uses & use && !is_left_out(p, use);
}

void prop_add_sql(struct str *b, enum dav_prop p)
{
	const char *name = names[p], *local = local_name(p);

	/* "_0x8105" stands for what XML cannot write; SQL can. */
	str_addf(b, "\"%.*s%s\"", (int)(local - 1 - name), name,
		 local + (*local == '_'));
}

void prop_add_columns(struct str *b, unsigned use)
{
	bool first = true;

	for (int p = 0; p < PROP_COUNT; p++) {
		if (!prop_has_use((enum dav_prop)p, use))
			continue;
		if (!first)
			str_add_char(b, ',');
		first = false;
		prop_add_sql(b, (enum dav_prop)p);
	}
}

/* "<N:name xmlns:N=...", without the ">". A digit in front is written as XML
 * escapes it (dossier 2.4). */
static void add_open(struct str *b, enum dav_prop p)
{
	const char *local = local_name(p);

	if (str_starts(local, "_0x"))
		str_addf(b, "<N:_x0030_%s", local + 2);
	else
		str_addf(b, "<N:%s", local);
	str_addf(b, " xmlns:N=\"%.*s\"", (int)(local - 1 - names[p]), names[p]);
}

static void add_close(struct str *b, enum dav_prop p)
{
	const char *local = local_name(p);

	if (str_starts(local, "_0x"))
		str_addf(b, "</N:_x0030_%s>", local + 2);
	else
		str_addf(b, "</N:%s>", local);
}

void prop_add_request(struct str *b, unsigned use, const enum dav_prop *extra)
{
	str_add(b, "<D:prop>");
	for (int p = 0; p < PROP_COUNT; p++)
		if (prop_has_use((enum dav_prop)p, use)) {
			add_open(b, (enum dav_prop)p);
			str_add(b, "/>");
		}
	for (; extra && *extra != PROP_COUNT; extra++) {
		add_open(b, *extra);
		str_add(b, "/>");
	}
	str_add(b, "</D:prop>");
}

void prop_add_value(struct str *b, enum dav_prop p, const char *value)
{
	const char *dt = props[p].dt;
	struct strv list;

	add_open(b, p);
	if (!value) {
		str_add(b, "/>");
		return;
	}
	if (dt)
		str_addf(b, " T:dt=\"%s\"", dt);
	if (dt && str_starts(dt, "mv.")) {
		strv_init(&list);
		strv_split(&list, value, "\n");
		str_add(b, " xmlns:X=\"xml:\">");
		for (size_t i = 0; i < list.n; i++)
			xml_add_element(b, "X:v", list.v[i]);
		strv_release(&list);
	} else {
		str_add_char(b, '>');
		str_add_xml(b, value);
	}
	add_close(b, p);
}

void prop_add_number(struct str *b, enum dav_prop p, int value)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", value);
	prop_add_value(b, p, text);
}
