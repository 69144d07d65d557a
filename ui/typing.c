/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/typing.h"
#include <string.h>
#include "base/utf8.h"
#include "ui/app.h"
#include "ui/loop.h"

#define KEYS_MOST 10000 /* then it runs itself, and would not end */

struct typing {
	struct typed_list left; /* the next one last */
	size_t done;		/* since nothing was left */
};

void typed_list_release(struct typed_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->v[i].line);
	vec_release(l);
}

/* --- reading ----------------------------------------------------------------- */

static bool read_text(struct typed_list *out, const char **s, struct err *err)
{
	const char *p = *s + 1;

	while (*p && *p != '"') {
		struct typed t = {0};

		if (*p == '\\' && (p[1] == '"' || p[1] == '\\'))
			p++;
		p += utf8_decode(p, strlen(p), &t.key);
		vec_add(out, t);
	}
	if (!*p)
		return err_set(err, ERR_INPUT,
			       "the quote \" is not closed in: %s", *s);
	*s = p + 1;
	return true;
}

/* "<" begins a command only when one is named: it is a key, too. */
static bool read_command(struct typed_list *out, const char **s,
			 struct err *err)
{
	const char *end = strchr(*s, '>');
	size_t n = strcspn(*s + 1, " \t>");
	char *name CLEANUP(mem_free_ptr) = xstrndup(*s + 1, n);
	struct typed t = {0};

	if (command_find(name, NULL) == COMMAND_COUNT)
		return err_set(err, ERR_INPUT, "no such command: \"%s\"", name);
	t.line = xstrndup(*s + 1, (size_t)(end - *s) - 1);
	vec_add(out, t);
	*s = end + 1;
	return true;
}

static bool begins_command(const char *s)
{
	return *s == '<' && s[1] >= 'a' && s[1] <= 'z' && strchr(s, '>');
}

static bool parse(struct typed_list *l, const char *text, struct err *err)
{
	const char *s = text + strspn(text, " \t");

	while (*s) {
		struct typed t = {0};

		if (*s == '"') {
			if (!read_text(l, &s, err))
				return false;
		} else if (begins_command(s)) {
			if (!read_command(l, &s, err))
				return false;
		} else {
			t.key = kbd_parse(&s);
			if (!t.key)
				return err_set(err, ERR_INPUT, "not a key: %s",
					       s);
			vec_add(l, t);
		}
		s += strspn(s, " \t");
	}
	return l->n || err_set(err, ERR_INPUT, "there is nothing to type");
}

bool typed_parse(struct typed_list *out, const char *text, struct err *err)
{
	struct typed_list l = {0};

	if (!parse(&l, text, err)) {
		typed_list_release(&l);
		return false;
	}
	*out = l;
	return true;
}

/* --- typing ------------------------------------------------------------------ */

struct typing *typing_new(void)
{
	return xcalloc(1, sizeof(struct typing));
}

void typing_free(struct typing *t)
{
	if (!t)
		return;
	typed_list_release(&t->left);
	free(t);
}

void typing_add(struct app *app, struct typed_list *taken)
{
	struct typing *t = app->typing;

	for (size_t i = taken->n; i-- > 0;)
		vec_add(&t->left, taken->v[i]);
	vec_release(taken);
	if (t->left.n > KEYS_MOST) {
		typed_list_release(&t->left);
		message_show(app, MESSAGE_ERROR,
			     "The macro grows without end: stopped");
	}
}

bool typing_waits(const struct app *app)
{
	return app->typing->left.n > 0;
}

static void stop(struct app *app)
{
	const struct notice *said = message_current(app);
	struct typing *t = app->typing;

	if (!t->left.n)
		return;
	if (said &&
	    (said->kind == MESSAGE_WARNING || said->kind == MESSAGE_ERROR)) {
		char *why CLEANUP(mem_free_ptr) = xstrdup(said->text);
		enum message_kind kind = said->kind;

		typed_list_release(&t->left);
		loop_forget_keys(app);
		message_show(app, kind, "%s (the macro ends here)", why);
	} else if (t->done > KEYS_MOST) {
		typed_list_release(&t->left);
		loop_forget_keys(app);
		message_show(app, MESSAGE_ERROR,
			     "The macro does not end: stopped");
	}
}

bool typing_turn(struct app *app)
{
	struct typing *t = app->typing;
	struct typed one;

	if (!t->left.n) {
		t->done = 0;
		return false;
	}
	t->done++;
	one = t->left.v[--t->left.n];
	if (one.line) {
		message_clear(app);
		command_run_line(app, one.line);
		free(one.line);
	} else {
		loop_key(app, one.key);
	}
	stop(app);
	return true;
}

void cmd_type(struct app *app, const struct command_call *call)
{
	struct typed_list l = {0};
	struct err err = ERR_INIT;

	if (typed_parse(&l, call->rest, &err))
		typing_add(app, &l);
	else
		message_show(app, MESSAGE_ERROR, "type: %s", err.text);
}
