/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef TESTS_DAV_TALK_H
#define TESTS_DAV_TALK_H
/*
 * Conversations kept in files (tests/data/dav). Lines:
 *   # comment
 *   C METHOD PATH   a request that must come
 *   ~ text          it holds this; ! text: it does not
 *   S STATUS        the answer; S 0: the line is lost
 *   H Name: value   a header line of it
 *   | text          a line of its body
 */
#include "base/proc.h"
#include "base/vec.h"
#include "dav_script.h"

struct talk {
	struct step *v;
	size_t n, cap;
	char *text; /* all strings of the steps */
	VEC(char *) made;
};

static const char *joined(struct talk *t, const char *old, const char *sep,
			  const char *more)
{
	char *s = old ? xasprintf("%s%s%s", old, sep, more) : xstrdup(more);

	vec_add(&t->made, s);
	return s;
}

static void talk_line(struct talk *t, char *line)
{
	struct step *s = t->n ? &t->v[t->n - 1] : NULL;
	const char *rest = line[0] && line[1] ? line + 2 : "";

	switch (line[0]) {
	case '\0':
	case '#':
		return;
	case 'C':
		s = vec_new(t);
		s->request = rest;
		return;
	default:
		assert_non_null(s);
	}
	if (line[0] == '~')
		s->holds = joined(t, s->holds, "&&", rest);
	else if (line[0] == '!')
		s->holds = joined(t, joined(t, s->holds, "&&", "!"), "", rest);
	else if (line[0] == 'S')
		s->status = (int)strtol(rest, NULL, 10);
	else if (line[0] == 'H')
		s->head = joined(t, s->head, "\n", rest);
	else if (line[0] == '|')
		s->answer = joined(t, s->answer, "\r\n", rest);
	else
		fail_msg("a talk's line is none: %s", line);
}

static void talk_open(struct talk *t, const char *name)
{
	char *path CLEANUP(mem_free_ptr) =
		xasprintf("tests/data/dav/%s.talk", name);
	struct str text = STR_INIT;
	struct err err = ERR_INIT;

	*t = (struct talk){0};
	if (!proc_read_file(path, &text, 1 << 20, &err))
		fail_msg("%s", err.text);
	t->text = str_take(&text);
	for (char *p = t->text, *next; p; p = next) {
		next = strchr(p, '\n');
		if (next)
			*next++ = '\0';
		talk_line(t, p);
	}
}

static void talk_close(struct talk *t)
{
	for (size_t i = 0; i < t->made.n; i++)
		free(t->made.v[i]);
	vec_release(&t->made);
	free(t->text);
	vec_release(t);
}
#endif
