/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/sharing.h"

#include <string.h>
#include "base/utf8.h"
#include "ui/complete.h"
#include "engine/engine.h"
#include "ui/format.h"
#include "ui/session.h"

#define NAMED_MOST 4 /* people in a message */

void sharing_submit(struct app *app, struct sharing_ask *a,
		    struct sharing *wanted, int64_t folder, bool deep)
{
	struct request r = {.kind = REQUEST_SHARING,
			    .folder = folder,
			    .deep = deep,
			    .sharing = wanted};

	a->saving = wanted->edits.n || wanted->changes.n ||
		    wanted->changes.delivery != DELIVER_UNKNOWN;
	a->done = a->total = 0;
	mem_replace(&a->error, NULL);
	a->ticket = session_submit(app, &r, a->saving ? "Not saved" : NULL);
	if (a->saving)
		session_note(app, a->ticket);
	if (!a->ticket)
		a->error = xstrdup("no account is signed in");
	app_damage(app, DAMAGE_SCREEN);
}

/* The first in the message line, all of them on the text screen. */
static void tell_failures(struct app *app, const struct sharing *s)
{
	struct str b CLEANUP(str_release) = STR_INIT;

	if (!s->failures.n)
		return;
	for (size_t i = 0; i < s->failures.n; i++)
		str_addf(&b, "%s: %s\n", s->failures.v[i].what,
			 s->failures.v[i].err.text);
	message_show(app, MESSAGE_ERROR, "%zu not changed; %s: %s",
		     s->failures.n, s->failures.v[0].what,
		     s->failures.v[0].err.text);
	if (s->failures.n > 1)
		text_show(app, "Not changed", b.s);
}

struct sharing *sharing_event(struct app *app, struct sharing_ask *a,
			      const struct event *ev)
{
	struct sharing *got = NULL;

	if (!a->ticket || ev->ticket != a->ticket)
		return NULL;
	if (ev->kind == EVENT_PROGRESS) {
		a->done = ev->done;
		a->total = ev->total;
	} else if (ev->kind == EVENT_SHARING) {
		got = ev->sharing;
		tell_failures(app, got);
		if (a->saving && !got->failures.n)
			message_show(app, MESSAGE_OK, "Saved");
		/* The end of the request says no more. */
		a->ticket = 0;
		a->saving = false;
	} else if (ev->kind == EVENT_DONE) {
		a->ticket = 0;
		if (ev->err.kind != ERR_NONE && !a->saving)
			mem_replace(&a->error, xstrdup(ev->err.text));
		a->saving = false;
	}
	app_damage(app, DAMAGE_SCREEN);
	return got;
}

void sharing_undo(struct app *app, struct sharing_ask *a)
{
	struct command_call call = {.id = COMMAND_undo, .rest = ""};

	a->undoing = true;
	cmd_undo(app, &call);
}

bool sharing_undone(struct app *app, struct sharing_ask *a,
		    const struct event *ev)
{
	bool done = a->undoing && !a->ticket && ev->kind == EVENT_DONE &&
		    !session_undoing(app);

	if (done)
		a->undoing = false;
	return done;
}

void sharing_ask_release(struct sharing_ask *a)
{
	free(a->error);
	*a = (struct sharing_ask){0};
}

void sharing_draw_head(const struct win *w, const struct sharing_ask *a,
		       const char *title, size_t changes, const char *right)
{
	struct str b CLEANUP(str_release) = STR_INIT;
	int used, cells;

	draw_fill(w, 0, 0, w->w, THEME_HEADER);
	used = draw_text(w, 1, 0, w->w - 2, THEME_HEADER, title);
	if (a->ticket && a->saving && a->total)
		str_addf(&b, "saving, %lld of %lld", (long long)a->done,
			 (long long)a->total);
	else if (a->ticket)
		str_add(&b, a->saving ? "saving ..." : "asking the server ...");
	else if (changes)
		format_add_plural(&b, (int64_t)changes, "change",
				  "changes, s saves");
	else
		str_add(&b, right);
	if (changes == 1 && !a->ticket)
		str_add(&b, ", s saves");
	cells = (int)utf8_width(b.s);
	if (used + cells + 4 < w->w)
		draw_text(w, w->w - cells - 1, 0, cells, THEME_HEADER, b.s);
}

void sharing_draw_words(const struct win *w, unsigned style, bool focused,
			const char *text)
{
	draw_words(w, 2, 2, style, text);
	if (focused)
		draw_cursor(w, 2, 2);
}

bool sharing_draw_error(const struct win *w, const struct sharing_ask *a,
			bool focused)
{
	if (!a->error)
		return false;
	sharing_draw_words(w, THEME_WARNING, focused, a->error);
	return true;
}

/* Whom a part of a name means, as far as people are known here; NULL: said why
 * nobody. Caller frees. */
static char *known_person(struct app *app, const char *text)
{
	struct candidates all = {0};
	struct str names CLEANUP(str_release) = STR_INIT;
	const char *found = NULL;
	char *one = NULL;
	size_t n = 0;

	complete(app, "person", text, strlen(text), &all);
	for (size_t i = 0; *text && i < all.n; i++) {
		if (!utf8_contains_folded(all.v[i].text, text))
			continue;
		found = all.v[i].text;
		if (n++ < NAMED_MOST)
			str_addf(&names, "%s%s", n > 1 ? ", " : "", found);
	}
	if (n == 1)
		one = xstrdup(found);
	else if (n)
		message_show(app, MESSAGE_WARNING,
			     "\"%s\" may mean %zu people: %s; Tab chooses",
			     text, n, names.s);
	else
		message_show(app, MESSAGE_WARNING,
			     "nobody known is meant by \"%s\": give an address",
			     text);
	candidates_release(&all);
	return one;
}

bool sharing_who(struct app *app, const char *text, char **name, char **address)
{
	char *known CLEANUP(mem_free_ptr) = NULL;
	const char *open;
	struct str b CLEANUP(str_release) = STR_INIT;
	char *addr = NULL;

	if (!strchr(text, '@')) {
		known = known_person(app, text);
		if (!known)
			return false;
		text = known;
	}
	open = strrchr(text, '<');
	if (open)
		addr = xstrndup(open + 1, strcspn(open + 1, ">"));
	else
		addr = xstrdup(text);
	if (!strchr(addr, '@') || strpbrk(addr, " ,;<")) {
		message_show(app, MESSAGE_WARNING,
			     "\"%s\" is no person: give one address", text);
		free(addr);
		return false;
	}
	for (const char *p = text; open && p < open; p++)
		if (*p != '"' && *p != '\\')
			str_add_char(&b, *p);
	str_trim(&b);
	*name = b.len ? str_take(&b) : NULL;
	*address = addr;
	return true;
}

/* --- commands of both screens --- */

struct leaving {
	const struct sharing_edit *edit;
	enum screen_id id;
};

static void leave_answer(struct app *app, void *ctx, char choice)
{
	const struct leaving *l = ctx;
	struct screen *s = screen_get(app, l->id);

	if (!s || !choice)
		return;
	if (choice == 'y')
		l->edit->save(app, s);
	else
		screen_close(app, s);
	app_damage(app, DAMAGE_ALL);
}

static bool leave(struct app *app, struct screen *s,
		  const struct sharing_edit *edit)
{
	struct leaving *l;

	if (!edit->changes(s))
		return false;
	l = xmalloc(sizeof(*l));
	*l = (struct leaving){edit, s->id};
	prompt_choose(app, "Save what you changed?", "yn", 'y', leave_answer, l,
		      free);
	return true;
}

bool sharing_command(struct app *app, struct screen *s,
		     const struct sharing_edit *edit, struct matrix *m,
		     const struct command_call *call)
{
	switch (call->id) {
	case COMMAND_open:
		edit->change(app, s);
		return true;
	case COMMAND_sharing_save:
		edit->save(app, s);
		return true;
	case COMMAND_sharing_revert:
		edit->revert(app, s);
		return true;
	case COMMAND_back:
		return leave(app, s, edit);
	default:
		if (!matrix_command(m, call))
			return false;
		app_damage(app, DAMAGE_SCREEN);
		return true;
	}
}
