/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/prompt.h"
#include <string.h>
#include "base/proc.h"
#include "base/utf8.h"

#define HISTORY_MAX 500

/* What was typed at prompts: name TAB text, one line each, oldest first. */
struct histories {
	char *file;
	struct strv lines; /* "name\ttext" */
	bool changed;
};

struct histories *histories_new(const char *file)
{
	struct histories *h = xcalloc(1, sizeof(*h));
	struct str text CLEANUP(str_release) = STR_INIT;

	h->file = xstrdup(file);
	strv_init(&h->lines);
	if (file && proc_read_file(file, &text, (size_t)1 << 20, NULL) &&
	    utf8_is_valid(text.s, text.len))
		strv_split(&h->lines, text.s, "\n");
	return h;
}

void histories_free(struct histories *h)
{
	if (!h)
		return;
	if (h->file && h->changed) {
		char *all CLEANUP(mem_free_ptr) = strv_join(&h->lines, "\n");
		/* A history that cannot be kept is no reason to complain. */
		if (!proc_write_file(h->file, all, strlen(all), 0600, NULL))
			h->changed = false;
	}
	strv_release(&h->lines);
	free(h->file);
	free(h);
}

static const char *entry_of(const char *line, const char *name)
{
	size_t n = strlen(name);

	return strncmp(line, name, n) == 0 && line[n] == '\t' ? line + n + 1
							      : NULL;
}

static void drop_line(struct histories *h, size_t i)
{
	free(h->lines.v[i]);
	memmove(&h->lines.v[i], &h->lines.v[i + 1],
		(h->lines.n - i - 1) * sizeof(h->lines.v[0]));
	h->lines.n--;
}

void histories_add(struct histories *h, const char *name, const char *text)
{
	size_t n = 0;

	if (!*text || strchr(text, '\n'))
		return;
	for (size_t i = h->lines.n; i-- > 0;) {
		const char *old = entry_of(h->lines.v[i], name);
		if (!old)
			continue;
		if (str_eq(old, text) || ++n >= HISTORY_MAX)
			drop_line(h, i);
	}
	strv_give(&h->lines, xasprintf("%s\t%s", name, text));
	h->changed = true;
}

const char *histories_get(struct histories *h, const char *name, size_t nth)
{
	for (size_t i = h->lines.n; i-- > 0;) {
		const char *text = entry_of(h->lines.v[i], name);
		if (text && nth-- == 0)
			return text;
	}
	return NULL;
}
