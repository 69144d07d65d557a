/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* aerc: binds.conf; of aerc.conf and accounts.conf editor and signature. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "text/import.h"

/* "<C-x>a" in our words. */
static bool add_keys(struct str *out, const char *s)
{
	static const char *const names[][2] = {
		{"Enter", "Enter"},
		{"Return", "Enter"},
		{"Esc", "Esc"},
		{"Tab", "Tab"},
		{"Backtab", "S-Tab"},
		{"Space", "Space"},
		{"Up", "Up"},
		{"Down", "Down"},
		{"Left", "Left"},
		{"Right", "Right"},
		{"PgUp", "PgUp"},
		{"PgDn", "PgDn"},
		{"Home", "Home"},
		{"End", "End"},
		{"Del", "Delete"},
		{"Delete", "Delete"},
		{"Backspace", "Backspace"},
		{"semicolon", ";"},
		{"Insert", "Insert"},
	};

	while (*s) {
		const char *end = *s == '<' ? strchr(s, '>') : NULL;
		char *name CLEANUP(mem_free_ptr) = NULL;
		const char *known = NULL;
		uint32_t rune;
		size_t n;

		if (out->len)
			str_add_char(out, ' ');
		if (!end || end == s + 1) {
			n = utf8_decode(s, strlen(s), &rune);
			str_add_mem(out, s, n);
			s += n;
			continue;
		}
		name = xstrndup(s + 1, (size_t)(end - s) - 1);
		for (size_t i = 0; i < ARRAY_LEN(names); i++)
			if (!strcasecmp(name, names[i][0]))
				known = names[i][1];
		if (known)
			str_add(out, known);
		else if (name[1] == '-' && name[2] && strchr("CcAaMm", *name))
			str_addf(out, "%c-%s",
				 toupper((unsigned char)*name) == 'C' ? 'C'
								      : 'M',
				 name + 2);
		else if (toupper((unsigned char)*name) == 'F' && name[1])
			str_addf(out, "F%s", name + 1);
		else
			return false;
		s = end + 1;
	}
	return out->len > 0;
}

/* The longest beginning of a command that has a counterpart; what is behind it
 * stays as arguments, unless these are options. NULL: none. */
static char *translate(const char *command)
{
	char *head CLEANUP(mem_free_ptr) = xstrdup(command);
	size_t n = strlen(head);

	while (n) {
		const char *ours, *rest;

		while (n && head[n - 1] == ' ')
			n--;
		head[n] = '\0';
		ours = import_command("aerc", head);
		rest = command + n + strspn(command + n, " ");
		if (ours && (!*rest || *rest != '-') &&
		    (!*rest || !strchr(ours, ' ')))
			return *rest && (isalpha((unsigned char)*rest) ||
					 (unsigned char)*rest >= 0x80)
				       ? xasprintf("%s %s", ours, rest)
			       : !*rest ? xstrdup(ours)
					: NULL;
		while (n && head[n - 1] != ' ')
			n--;
	}
	return NULL;
}

/* ":a<Enter>:b<Enter>" is several; without <Enter> the line stays open. */
static char *command_line(const char *theirs)
{
	struct str out CLEANUP(str_release) = STR_INIT;
	size_t parts = 0;
	bool open = false;

	while (*theirs) {
		const char *end = strstr(theirs, "<Enter>");
		size_t n;
		char *one CLEANUP(mem_free_ptr) = NULL;
		char *ours CLEANUP(mem_free_ptr) = NULL;
		char *blank;

		if (!end)
			end = strstr(theirs, "<enter>");
		open = !end;
		n = end ? (size_t)(end - theirs) : strlen(theirs);
		if (*theirs != ':')
			return NULL;
		one = xstrndup(theirs + 1, n - 1);
		while ((blank = strstr(one, "<space>")) ||
		       (blank = strstr(one, "<Space>"))) {
			*blank = ' ';
			memmove(blank + 1, blank + 7, strlen(blank + 7) + 1);
		}
		ours = translate(one);
		if (!ours)
			return NULL;
		if (parts++)
			str_add_char(&out, ' ');
		if (open)
			str_addf(&out, "command %s ", ours);
		else
			str_addf(&out, "<%s>", ours);
		theirs += n + (end ? strlen("<Enter>") : 0);
	}
	if (!parts || (open && parts > 1))
		return NULL;
	if (open)
		return str_take(&out);
	if (parts > 1)
		return xasprintf("type %s", out.s);
	return xstrndup(out.s + 1, out.len - 2);
}

static const char *scope_of(const char *section)
{
	if (!*section)
		return "global";
	if (str_eq(section, "messages"))
		return "messages";
	if (str_eq(section, "view"))
		return "reader";
	if (str_eq(section, "compose::review"))
		return "compose";
	return NULL;
}

static void take_binding(struct import *im, const char *section,
			 const char *key, const char *value, const char *place)
{
	char *text CLEANUP(mem_free_ptr) = xasprintf("%s = %s", key, value);
	const char *scope = scope_of(section);
	struct str ours CLEANUP(str_release) = STR_INIT;
	char *line CLEANUP(mem_free_ptr) = NULL;

	if (*key == '$') {
		import_lose(im, place, text, "an option of aerc's keys");
		return;
	}
	if (!scope) {
		import_lose(im, place, text, "there is no such screen here");
		return;
	}
	if (!add_keys(&ours, key)) {
		import_lose(im, place, text, "the key is unknown");
		return;
	}
	line = command_line(value);
	/* Scrolling a message is by lines, not by messages. */
	if (line && str_eq(scope, "reader") && str_eq(line, "next"))
		mem_replace(&line, xstrdup("next-message"));
	else if (line && str_eq(scope, "reader") && str_eq(line, "prev"))
		mem_replace(&line, xstrdup("prev-message"));
	if (line)
		import_bind(im, scope, ours.s, line, place);
	else
		import_lose(im, place, text,
			    "a command in it has no counterpart");
}

static void take_option(struct import *im, const char *key, const char *value,
			const char *path, const char *place)
{
	char *text CLEANUP(mem_free_ptr) = xasprintf("%s = %s", key, value);
	char *file CLEANUP(mem_free_ptr) = NULL;

	if (str_eq(key, "signature-file")) {
		file = import_path(path, value);
		import_set(im, "signature", file, place);
	} else if (str_eq(key, "editor")) {
		import_set(im, "editor", value, place);
	} else {
		import_lose(im, place, text,
			    "an option of its own: `retinue config docs` "
			    "lists those here");
	}
}

bool import_aerc(struct import *im, const char *path)
{
	struct str text CLEANUP(str_release) = STR_INIT;
	char *section CLEANUP(mem_free_ptr) = xstrdup("");
	const char *name = strrchr(path, '/');
	bool binds = str_ends(path, "binds.conf");
	int number = 0;

	if (!im->read(im->ctx, path, &text))
		return false;
	for (const char *p = text.s; *p;) {
		struct str line CLEANUP(str_release) = STR_INIT;
		struct str key CLEANUP(str_release) = STR_INIT;
		struct str value CLEANUP(str_release) = STR_INIT;
		char *place CLEANUP(mem_free_ptr) =
			xasprintf("%s:%d", name ? name + 1 : path, ++number);
		size_t n = strcspn(p, "\n");
		const char *equals;

		str_add_mem(&line, p, n);
		p += n + (p[n] == '\n');
		str_trim(&line);
		if (!line.len || *line.s == '#' || *line.s == ';')
			continue;
		if (*line.s == '[' && line.s[line.len - 1] == ']') {
			mem_replace(&section,
				    xstrndup(line.s + 1, line.len - 2));
			continue;
		}
		equals = strstr(line.s, " =");
		if (!equals)
			equals = strchr(line.s + 1, '=');
		if (!equals) {
			import_lose(im, place, line.s, "it has no \"=\"");
			continue;
		}
		str_add_mem(&key, line.s, (size_t)(equals - line.s));
		str_add(&value, strchr(equals, '=') + 1);
		str_trim(&key);
		str_trim(&value);
		if (binds)
			take_binding(im, section, key.s, value.s, place);
		else
			take_option(im, key.s, value.s, path, place);
	}
	return true;
}
