/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* alpine: .pinerc and the address book, tab-separated. */
#include <string.h>

#include "text/import.h"

/* nick, name, address or (list), Fcc, comment. Lines that begin with blanks go
 * on with the one before. */
static void take_entry(struct import *im, const char *line, const char *place)
{
	struct strv fields CLEANUP(strv_release);
	struct str addresses CLEANUP(str_release) = STR_INIT;

	strv_init(&fields);
	for (const char *p = line;; p++) {
		size_t n = strcspn(p, "\t");

		strv_give(&fields, xstrndup(p, n));
		p += n;
		if (!*p)
			break;
	}
	if (fields.n < 3 || str_starts(line, "#DELETED")) {
		if (!str_starts(line, "#DELETED"))
			import_lose(im, place, line,
				    "this entry has no address");
		return;
	}
	str_add(&addresses, fields.v[2]);
	str_trim(&addresses);
	if (addresses.len > 1 && *addresses.s == '(' &&
	    addresses.s[addresses.len - 1] == ')') {
		char *inside CLEANUP(mem_free_ptr) =
			xstrndup(addresses.s + 1, addresses.len - 2);

		str_clear(&addresses);
		str_add(&addresses, inside);
	}
	import_alias(im, fields.v[0], fields.v[1], addresses.s, place);
}

static void take_setting(struct import *im, const char *line, const char *path,
			 const char *place)
{
	const char *equals = strchr(line, '=');
	struct str value CLEANUP(str_release) = STR_INIT;
	char *name CLEANUP(mem_free_ptr) = NULL;
	char *file CLEANUP(mem_free_ptr) = NULL;

	if (!equals) {
		import_lose(im, place, line, "it has no \"=\"");
		return;
	}
	name = xstrndup(line, (size_t)(equals - line));
	str_add(&value, equals + 1);
	str_trim(&value);
	if (!value.len) /* not set */
		return;
	if (str_eq(name, "signature-file")) {
		file = import_path(path, value.s);
		import_set(im, "signature", file, place);
	} else if (str_eq(name, "editor")) {
		import_set(im, "editor", value.s, place);
	} else if (str_eq(name, "address-book")) {
		const char *book = strrchr(value.s, ' ');

		file = import_path(path, book ? book + 1 : value.s);
		if (*(book ? book + 1 : value.s) == '{' ||
		    !import_alpine(im, file))
			import_lose(im, place, line,
				    "this address book cannot be read");
	} else if (str_eq(name, "literal-signature")) {
		import_lose(im, place, line,
			    "put this text into a file and name it: "
			    "signature = FILE");
	} else {
		import_lose(im, place, line,
			    "an option of its own: `retinue config docs` "
			    "lists those here");
	}
}

bool import_alpine(struct import *im, const char *path)
{
	struct str text CLEANUP(str_release) = STR_INIT;
	const char *name = strrchr(path, '/');
	bool book = !str_ends(path, "pinerc");
	int number = 0;

	if (!im->read(im->ctx, path, &text))
		return false;
	for (const char *p = text.s; *p;) {
		struct str line CLEANUP(str_release) = STR_INIT;
		char *place CLEANUP(mem_free_ptr) =
			xasprintf("%s:%d", name ? name + 1 : path, number + 1);
		bool more;

		do {
			size_t n = strcspn(p, "\n");

			number++;
			str_add_mem(&line, p, n);
			p += n + (p[n] == '\n');
			more = *p == ' ' || (*p == '\t' && !book);
			if (more) {
				p += strspn(p, " \t");
				str_add_char(&line, book ? ' ' : ',');
			}
		} while (more);
		if (!line.len || (*line.s == '#' && !book))
			continue;
		if (book)
			take_entry(im, line.s, place);
		else
			take_setting(im, line.s, path, place);
	}
	return true;
}
