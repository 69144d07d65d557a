/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "proto/ews/fields.h"
#include "base/chan.h"
#include "net/xml.h"

#include <stddef.h>
#include <string.h>

#define FIELD_BIT(b) FIELD_BIT, .bit = (b)
#define WHEN_LIST true
#define WHEN_GET false

static struct field table[FIELD_COUNT] = {
#define FIELD(member, TYPE, dav, ews, since, sql, when)                        \
	{.path = (ews),                                                        \
	 .type = FIELD_##TYPE,                                                 \
	 .offset = offsetof(struct item, member),                              \
	 .listed = WHEN_##when},
#include "model/fields.def"
#undef FIELD
};
#undef FIELD_BIT

static void fill_table(void)
{
	for (size_t i = 0; i < FIELD_COUNT; i++) {
		struct field *f = &table[i];

		if (str_starts(f->path, "tag:"))
			f->tag = (unsigned)strtoul(f->path + 4, NULL, 16);
		else
			f->element = strchr(f->path, ':') + 1;
	}
}

const struct field *field_table(void)
{
	static int filled;

	chan_once(&filled, fill_table);
	return table;
}

void field_add_path(struct str *b, const char *path)
{
	const char *type;

	if (!str_starts(path, "tag:")) {
		str_addf(b, "<t:FieldURI FieldURI=\"%s\"/>", path);
		return;
	}
	type = strrchr(path, ':');
	str_addf(b,
		 "<t:ExtendedFieldURI PropertyTag=\"%.*s\" "
		 "PropertyType=\"%s\"/>",
		 (int)(type - path - 4), path + 4, type + 1);
}

static bool is_wanted(const struct field *f, unsigned what)
{
	if ((what & SHAPE_LISTED) && !f->listed)
		return false;
	if (what & SHAPE_LEAN)
		return str_starts(f->path, "item:");
	return !(what & SHAPE_PLAIN) || !f->tag;
}

static void add_properties(struct str *b, enum ews_version v, unsigned what)
{
	const struct field *f = field_table();

	for (size_t i = 0; i < FIELD_COUNT; i++)
		if (is_wanted(&f[i], what))
			field_add_path(b, f[i].path);
	if (what & (SHAPE_PLAIN | SHAPE_LEAN))
		return;
	if (v >= EWS_2013)
		field_add_path(b, "item:Flag");
	else
		str_addf(b,
			 "<t:ExtendedFieldURI DistinguishedPropertySetId="
			 "\"Task\" PropertyId=\"%d\" "
			 "PropertyType=\"SystemTime\"/>",
			 FIELD_TASK_DUE);
	if (!(what & SHAPE_LISTED)) {
		field_add_path(b, "tag:0x5d01:String");
		field_add_path(b, "tag:0x5d02:String");
	}
}

void field_add_shape(struct str *b, enum ews_version v, unsigned what)
{
	str_add(b, "<m:ItemShape><t:BaseShape>IdOnly</t:BaseShape>");
	if (what & SHAPE_MIME)
		str_add(b, "<t:IncludeMimeContent>true</t:IncludeMimeContent>");
	if (what & SHAPE_BODY)
		str_add(b, "<t:BodyType>Best</t:BodyType>");
	str_add(b, "<t:AdditionalProperties>");
	add_properties(b, v, what);
	if (what & SHAPE_KEY)
		str_add(b, EWS_KEY_PROPERTY);
	if (what & SHAPE_BODY) {
		field_add_path(b, "item:Body");
		field_add_path(b, "item:InternetMessageHeaders");
		field_add_path(b, "item:Attachments");
	}
	str_add(b, "</t:AdditionalProperties></m:ItemShape>");
}
