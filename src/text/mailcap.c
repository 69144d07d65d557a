/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "text/mailcap.h"

#include <string.h>
#include <strings.h>

void mailcap_entry_release(struct mailcap_entry *e)
{
	free(e->command);
	free(e->test);
	*e = (struct mailcap_entry){0};
}

/* "image/..." in entries also as "image" and "image/ *". */
static bool is_type(const char *pattern, const char *type)
{
	size_t major = strcspn(type, "/");

	if (strcasecmp(pattern, type) == 0)
		return true;
	if (strncasecmp(pattern, type, major) != 0)
		return false;
	return !pattern[major] || strcmp(pattern + major, "/*") == 0;
}

/* The next field, up to a semicolon without a backslash before it. */
static char *take_field(const char **s)
{
	struct str b = STR_INIT;
	const char *p = *s;

	for (; *p && *p != ';'; p++) {
		/* A quoted percent sign stays quoted until it is expanded. */
		if (*p == '\\' && p[1] && p[1] != '%')
			p++;
		str_add_char(&b, *p);
	}
	*s = *p ? p + 1 : p;
	str_trim(&b);
	return str_take(&b);
}

/* %s, %t and %{name} become parameters; what has quotes around it loses them.
 * *file: there was a %s. NULL: something that we do not know the value of. */
static char *expand(const char *command, bool *file)
{
	struct str b = STR_INIT;

	*file = false;
	for (const char *p = command; *p; p++) {
		char quote = '\0';

		if (*p == '\\' && p[1] == '%') {
			str_add_char(&b, *++p);
			continue;
		}
		if ((*p == '\'' || *p == '"') && p[1] == '%' && p[2] &&
		    p[3] == *p) {
			quote = *p;
			p++;
		}
		if (*p != '%') {
			str_add_char(&b, *p);
			continue;
		}
		p++;
		if (*p == 's') {
			str_add(&b, "\"$1\"");
			*file = true;
		} else if (*p == 't') {
			str_add(&b, "\"$2\"");
		} else {
			str_release(&b);
			return NULL;
		}
		p += quote != '\0';
	}
	return str_take(&b);
}

static bool read_entry(const char *line, const char *type,
		       struct mailcap_entry *out)
{
	char *pattern CLEANUP(mem_free_ptr) = take_field(&line);
	char *command CLEANUP(mem_free_ptr) = NULL;
	bool file, ignored;

	if (!is_type(pattern, type))
		return false;
	command = take_field(&line);
	*out = (struct mailcap_entry){.command = expand(command, &file)};
	out->reads = !file;
	while (*line) {
		char *field CLEANUP(mem_free_ptr) = take_field(&line);

		if (strcasecmp(field, "needsterminal") == 0)
			out->terminal = true;
		else if (strcasecmp(field, "copiousoutput") == 0)
			out->copious = true;
		else if (strncasecmp(field, "test", 4) == 0 &&
			 strchr(field, '=')) {
			const char *test = strchr(field, '=') + 1;

			free(out->test);
			out->test = expand(test + strspn(test, " "), &ignored);
			if (!out->test)
				mem_replace(&out->command, NULL);
		}
	}
	if (out->command && *out->command)
		return true;
	mailcap_entry_release(out);
	return false;
}

bool mailcap_find(const char *text, const char *type, size_t nth,
		  struct mailcap_entry *out)
{
	while (*text) {
		struct str line CLEANUP(str_release) = STR_INIT;
		bool more;

		do { /* a backslash at the end joins lines */
			size_t n = strcspn(text, "\n");

			more = n && text[n - 1] == '\\';
			str_add_mem(&line, text, n - more);
			text += n + (text[n] == '\n');
		} while (more && *text);
		str_trim(&line);
		if (!line.len || *line.s == '#' ||
		    !read_entry(line.s, type, out))
			continue;
		if (nth-- == 0)
			return true;
		mailcap_entry_release(out);
	}
	return false;
}
