/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* neomuttrc: bind, macro, alias, set, source. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "text/import.h"

#define SOURCE_DEPTH 8

struct rc {
	struct import *im;
	const char *path;
	char *place;
	int depth;
};

static bool read_rc(struct import *im, const char *path, int depth);

/* --- words -------------------------------------------------------------------- */

/* Quotes and backslashes as in the manual's "Syntax of Initialization Files";
 * keys and macro bodies keep their backslashes (\Cx). */
static void split(const char *s, bool keep, struct strv *out)
{
	struct str w CLEANUP(str_release) = STR_INIT;

	for (;;) {
		char quote = '\0';

		s += strspn(s, " \t");
		if (!*s || *s == '#')
			return;
		str_clear(&w);
		for (; *s && (quote || !strchr(" \t", *s)); s++) {
			if (*s == '\\' && s[1]) {
				if (keep && s[1] != '"')
					str_add_char(&w, '\\');
				str_add_char(&w, *++s);
			} else if (quote ? *s == quote
					 : strchr("'\"", *s) != NULL) {
				quote = quote ? '\0' : *s;
			} else {
				str_add_char(&w, *s);
			}
		}
		strv_add(out, w.s);
	}
}

/* --- keys --------------------------------------------------------------------- */

/* One key of theirs at *s in our words; false: unknown. */
static bool add_key(struct str *out, const char **s)
{
	static const struct {
		const char *theirs, *ours;
	} names[] = {
		{"tab", "Tab"},	      {"backtab", "S-Tab"},
		{"enter", "Enter"},   {"return", "Enter"},
		{"space", "Space"},   {"esc", "Esc"},
		{"escape", "Esc"},    {"up", "Up"},
		{"down", "Down"},     {"left", "Left"},
		{"right", "Right"},   {"pageup", "PgUp"},
		{"pagedown", "PgDn"}, {"home", "Home"},
		{"end", "End"},	      {"insert", "Insert"},
		{"delete", "Delete"}, {"backspace", "Backspace"},
		{"semicolon", ";"},
	};
	const char *p = *s, *end;

	if (*p == '\\' && (p[1] == 'C' || p[1] == 'c') && p[2]) {
		str_addf(out, "C-%c", tolower((unsigned char)p[2]));
		*s = p + 3;
	} else if (*p == '\\' && p[1] == 'e' && p[2]) {
		str_add(out, "M-");
		*s = p + 2;
		return add_key(out, s);
	} else if (*p == '\\' && p[1]) {
		str_add(out, p[1] == 't'		  ? "Tab"
			     : p[1] == 'n' || p[1] == 'r' ? "Enter"
			     : p[1] == 'e'		  ? "Esc"
							  : "\\");
		*s = p + 1 + (strchr("tnre\\", p[1]) != NULL);
	} else if (*p == '^' && isalpha((unsigned char)p[1])) {
		str_addf(out, "C-%c", tolower((unsigned char)p[1]));
		*s = p + 2;
	} else if (*p == '<' && (end = strchr(p, '>'))) {
		char *name CLEANUP(mem_free_ptr) =
			xstrndup(p + 1, (size_t)(end - p) - 1);

		*s = end + 1;
		for (size_t i = 0; i < ARRAY_LEN(names); i++)
			if (!strcasecmp(name, names[i].theirs)) {
				str_add(out, names[i].ours);
				return true;
			}
		if ((*name == 'f' || *name == 'F') &&
		    strspn(name + 1, "0123456789") == strlen(name + 1) &&
		    name[1]) {
			str_addf(out, "F%s", name + 1);
			return true;
		}
		if ((*name == 'A' || *name == 'C') && name[1] == '-' &&
		    name[2]) {
			str_addf(out, "%c-%s", *name == 'A' ? 'M' : 'C',
				 name + 2);
			return true;
		}
		return false;
	} else if (*p == ' ') {
		str_add(out, "Space");
		*s = p + 1;
	} else {
		uint32_t rune;
		size_t n = utf8_decode(p, strlen(p), &rune);

		str_add_mem(out, p, n);
		*s = p + n;
	}
	return true;
}

static bool add_keys(struct str *out, const char *theirs)
{
	while (*theirs) {
		if (out->len)
			str_add_char(out, ' ');
		if (!add_key(out, &theirs))
			return false;
	}
	return out->len > 0;
}

/* --- bind and macro ------------------------------------------------------------- */

static const char *scope_of(const char *menu)
{
	static const char *const menus[][2] = {
		{"index", "messages"},	{"pager", "reader"},
		{"generic", "list"},	{"attach", "parts"},
		{"compose", "compose"}, {"browser", "folders"},
		{"editor", NULL},
	};

	for (size_t i = 0; i < ARRAY_LEN(menus); i++)
		if (str_eq(menus[i][0], menu))
			return menus[i][1];
	return NULL;
}

/* In the pager lines scroll. */
static const char *command_in(const char *menu, const char *function)
{
	if (str_eq(menu, "pager") && str_eq(function, "next-line"))
		return "line-down";
	if (str_eq(menu, "pager") && str_eq(function, "previous-line"))
		return "line-up";
	if (str_eq(menu, "pager") && str_eq(function, "next-entry"))
		return "next-message";
	if (str_eq(menu, "pager") && str_eq(function, "previous-entry"))
		return "prev-message";
	return import_command("neomutt", function);
}

static void flush_text(struct str *out, struct str *text)
{
	if (!text->len)
		return;
	str_add(out, out->len ? " \"" : "\"");
	for (const char *p = text->s; *p; p++) {
		if (*p == '"' || *p == '\\')
			str_add_char(out, '\\');
		str_add_char(out, *p);
	}
	str_add_char(out, '"');
	str_clear(text);
}

static bool asks_folder(const char *command)
{
	return str_eq(command, "move") || str_eq(command, "copy") ||
	       str_eq(command, "go");
}

/* The body of a macro as arguments of `type`; NULL, and *why: it cannot be. */
static char *macro_line(const char *menu, const char *body, const char **why)
{
	struct str out CLEANUP(str_release) = STR_INIT;
	struct str text CLEANUP(str_release) = STR_INIT;
	bool folder = false;

	while (*body) {
		const char *end = *body == '<' ? strchr(body, '>') : NULL;

		if (end && !str_starts(body, "<<")) {
			char *name CLEANUP(mem_free_ptr) =
				xstrndup(body + 1, (size_t)(end - body) - 1);
			const char *command = command_in(menu, name);
			struct str key CLEANUP(str_release) = STR_INIT;
			const char *p = body;

			flush_text(&out, &text);
			if (command && !str_eq(command, "none"))
				str_addf(&out, "%s<%s>", out.len ? " " : "",
					 command);
			else if (add_key(&key, &p))
				str_addf(&out, "%s%s", out.len ? " " : "",
					 key.s);
			else {
				*why = "a function in it has no counterpart";
				return NULL;
			}
			folder = command && asks_folder(command);
			body = end + 1;
		} else if (*body == '\\') {
			struct str key CLEANUP(str_release) = STR_INIT;

			flush_text(&out, &text);
			if (!add_key(&key, &body)) {
				*why = "a key in it is unknown";
				return NULL;
			}
			str_addf(&out, "%s%s", out.len ? " " : "", key.s);
		} else {
			/* =Archive and +Archive are below the account there. */
			if (!folder || (*body != '=' && *body != '+'))
				str_add_char(&text, *body);
			folder = false;
			body++;
		}
	}
	flush_text(&out, &text);
	*why = "there is nothing in it";
	return out.len ? xasprintf("type %s", out.s) : NULL;
}

static void take_binding(struct rc *r, const char *line, bool macro)
{
	struct strv words CLEANUP(strv_release), menus CLEANUP(strv_release);
	struct str key CLEANUP(str_release) = STR_INIT;
	const char *why = "this needs a menu, a key and a function";

	strv_init(&words);
	strv_init(&menus);
	split(line, true, &words);
	if (words.n < 4) {
		import_lose(r->im, r->place, line, why);
		return;
	}
	strv_split(&menus, words.v[1], ",");
	if (!add_keys(&key, words.v[2])) {
		import_lose(r->im, r->place, line, "the key is unknown");
		return;
	}
	for (size_t i = 0; i < menus.n; i++) {
		const char *scope = scope_of(menus.v[i]);
		char *ours CLEANUP(mem_free_ptr) = NULL;

		why = "it has no counterpart";
		if (macro)
			ours = macro_line(menus.v[i], words.v[3], &why);
		else
			ours = xstrdup(command_in(menus.v[i], words.v[3]));
		if (!scope)
			import_lose(r->im, r->place, line,
				    "there is no such menu here");
		else if (!ours)
			import_lose(r->im, r->place, line, why);
		else
			import_bind(r->im, scope, key.s, ours, r->place);
	}
}

/* --- the rest ------------------------------------------------------------------- */

static void take_alias(struct rc *r, const char *line)
{
	struct strv words CLEANUP(strv_release);
	size_t at = 1;
	const char *p = line;

	strv_init(&words);
	split(line, true, &words);
	while (at + 1 < words.n && str_eq(words.v[at], "-group"))
		at += 2;
	if (at + 1 >= words.n) {
		import_lose(r->im, r->place, line, "this alias has no address");
		return;
	}
	for (size_t i = 0; i <= at; i++) {
		p += strspn(p, " \t");
		p += strcspn(p, " \t");
	}
	import_alias(r->im, words.v[at], NULL, p, r->place);
}

static void take_one_setting(struct rc *r, const char *name, const char *value,
			     const char *line)
{
	size_t n = strlen(value);

	if (str_eq(name, "signature") && n && value[n - 1] == '|') {
		import_lose(r->im, r->place, line,
			    "a signature made by a command: keep it in a file");
	} else if (str_eq(name, "signature")) {
		char *path CLEANUP(mem_free_ptr) = import_path("", value);

		import_set(r->im, "signature", path, r->place);
	} else if (str_eq(name, "editor") || str_eq(name, "visual")) {
		char *command CLEANUP(mem_free_ptr) = xstrdup(value);
		char *file = strstr(command, "%s");

		if (file) {
			*file = '\0';
			while (file > command && file[-1] == ' ')
				*--file = '\0';
		}
		import_set(r->im, "editor", command, r->place);
	} else {
		import_lose(r->im, r->place, line,
			    "an option of its own: `retinue config docs` "
			    "lists those here");
	}
}

/* set a=b c="d e" nof: any number in a line. */
static void take_set(struct rc *r, const char *line)
{
	struct strv words CLEANUP(strv_release);

	strv_init(&words);
	split(line, false, &words);
	for (size_t i = 1; i < words.n; i++) {
		char *name CLEANUP(mem_free_ptr) = xstrdup(words.v[i]);
		char *equals = strchr(name, '=');

		/* "set a = b" */
		if (!equals && i + 2 < words.n && str_eq(words.v[i + 1], "=")) {
			take_one_setting(r, name, words.v[i + 2], line);
			i += 2;
			continue;
		}
		if (equals)
			*equals = '\0';
		take_one_setting(r, name, equals ? equals + 1 : "", line);
	}
}

static void take_source(struct rc *r, const char *line)
{
	struct strv words CLEANUP(strv_release);

	strv_init(&words);
	split(line, false, &words);
	for (size_t i = 1; i < words.n; i++) {
		char *path CLEANUP(mem_free_ptr) =
			import_path(r->path, words.v[i]);
		size_t n = strlen(path);

		if (n && path[n - 1] == '|')
			import_lose(r->im, r->place, line,
				    "what a command writes is not read");
		else if (!read_rc(r->im, path, r->depth + 1))
			import_lose(r->im, r->place, line,
				    "this file cannot be read");
	}
}

static void take_line(struct rc *r, const char *line)
{
	size_t n = strcspn(line, " \t");
	char *word CLEANUP(mem_free_ptr) = xstrndup(line, n);

	if (str_eq(word, "bind") || str_eq(word, "macro"))
		take_binding(r, line, *word == 'm');
	else if (str_eq(word, "alias"))
		take_alias(r, line);
	else if (str_eq(word, "set") || str_eq(word, "unset"))
		take_set(r, line);
	else if (str_eq(word, "source"))
		take_source(r, line);
	else if (str_eq(word, "color") || str_eq(word, "mono"))
		import_lose(r->im, r->place, line,
			    "colours: [theme] has roles of its own");
	else
		import_lose(r->im, r->place, line, "it has no counterpart");
}

static bool read_rc(struct import *im, const char *path, int depth)
{
	struct str text CLEANUP(str_release) = STR_INIT;
	struct str line CLEANUP(str_release) = STR_INIT;
	const char *name = strrchr(path, '/');
	struct rc r = {.im = im, .path = path, .depth = depth};
	int number = 0, began;

	if (depth > SOURCE_DEPTH || !im->read(im->ctx, path, &text))
		return false;
	for (const char *p = text.s; *p;) {
		bool more;

		str_clear(&line);
		began = number + 1;
		do { /* a backslash at the end joins lines */
			size_t n = strcspn(p, "\n");

			number++;
			more = n && p[n - 1] == '\\';
			str_add_mem(&line, p, n - more);
			p += n + (p[n] == '\n');
		} while (more && *p);
		str_trim(&line);
		if (!line.len || *line.s == '#')
			continue;
		r.place = xasprintf("%s:%d", name ? name + 1 : path, began);
		take_line(&r, line.s);
		free(r.place);
	}
	return true;
}

bool import_neomutt(struct import *im, const char *path)
{
	return read_rc(im, path, 0);
}
