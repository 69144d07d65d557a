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
#define FIELD(member, TYPE, dav, ews, since, sql, when)        \
	{.path = (ews),                                        \
	 .type = FIELD_##TYPE,                                 \
	 .offset = offsetof(struct item, member),              \
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
	str_addf(b, "<t:ExtendedFieldURI PropertyTag=\"%.*s\" "
		    "PropertyType=\"%s\"/>",
		 (int)(type - path - 4), path + 4, type + 1);
}

void field_add_shape(struct str *b, enum ews_version v, bool listed, bool mime,
		     bool body)
{
	const struct field *f = field_table();

	str_add(b, "<m:ItemShape><t:BaseShape>IdOnly</t:BaseShape>");
	if (mime)
		str_add(b, "<t:IncludeMimeContent>true</t:IncludeMimeContent>");
	if (body)
		str_add(b, "<t:BodyType>Best</t:BodyType>");
	str_add(b, "<t:AdditionalProperties>");
	for (size_t i = 0; i < FIELD_COUNT; i++)
		if (f[i].listed || !listed)
			field_add_path(b, f[i].path);
	if (v >= EWS_2013)
		field_add_path(b, "item:Flag");
	else
		str_addf(b, "<t:ExtendedFieldURI DistinguishedPropertySetId="
			    "\"Task\" PropertyId=\"%d\" "
			    "PropertyType=\"SystemTime\"/>", FIELD_TASK_DUE);
	if (!listed)
		field_add_path(b, "tag:0x5d01:String");
	if (body) {
		field_add_path(b, "item:Body");
		field_add_path(b, "item:InternetMessageHeaders");
		field_add_path(b, "item:Attachments");
	}
	str_add(b, "</t:AdditionalProperties></m:ItemShape>");
}
