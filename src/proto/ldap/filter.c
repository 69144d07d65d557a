/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Search filters of RFC 4515: the only place that writes one. */
#include "proto/ldap/directory.h"
#include "base/utf8.h"
#include <string.h>

void filter_add_value(struct str *f, const char *value)
{
	bool text = utf8_is_valid(value, strlen(value));

	for (const char *c = value; *c; c++) {
		unsigned char byte = (unsigned char)*c;

		if (strchr("*()\\", *c) || byte < 0x20 || byte == 0x7f ||
		    (byte >= 0x80 && !text))
			str_addf(f, "\\%02x", byte);
		else
			str_add_char(f, *c);
	}
}

static void add(struct str *f, const char *attribute, const char *value,
		const char *end)
{
	str_addf(f, "(%s=", attribute);
	filter_add_value(f, value);
	str_add(f, end);
}

void filter_add_equal(struct str *f, const char *attribute, const char *value)
{
	add(f, attribute, value, ")");
}

void filter_add_prefix(struct str *f, const char *attribute, const char *value)
{
	add(f, attribute, value, "*)");
}
