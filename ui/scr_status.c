/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Status: the account, what runs, what waits, what was said, how much it is. */
#include <inttypes.h>

#include "base/clock.h"
#include "engine/engine.h"
#include "ui/format.h"
#include "ui/journal.h"
#include "ui/session.h"

#define NOTICE_ROWS 6
#define INFO_ROWS 7 /* with one account */

struct status {
	struct journal *journal;
	struct store_sizes sizes;
	bool have_sizes;
	int64_t rate_at; /* monotonic ms of `rate_done`; 0 none */
	int64_t rate_done;
	double rate; /* per second */
};

struct journal *status_journal(struct app *app)
{
	struct screen *s = screen_get(app, SCREEN_status);

	return s ? ((struct status *)s->data)->journal : NULL;
}

static void reload(struct app *app, struct status *st)
{
	journal_reload(app, st->journal);
	st->have_sizes =
		app->store && query_sizes(app->store, &st->sizes, NULL);
}

static bool open_status(struct app *app, struct screen *s, const char *arg,
			struct err *err)
{
	struct status *st = xcalloc(1, sizeof(*st));

	(void)arg;
	(void)err;
	st->journal = journal_new(JOURNAL_OPEN);
	s->data = st;
	reload(app, st);
	return true;
}

static void close_status(struct app *app, struct screen *s)
{
	struct status *st = s->data;

	(void)app;
	journal_free(st->journal);
	free(st);
}

/* The rows above the journal: further accounts have one each. */
static int info_rows(struct app *app)
{
	size_t n = session_account_count(app);

	return INFO_ROWS + (n > 1 ? (int)n - 1 : 0);
}

static int notice_rows(struct app *app, const struct screen *s)
{
	int room = s->win.h - info_rows(app) - 2;

	return room < 4 ? 0 : room / 2 > NOTICE_ROWS ? NOTICE_ROWS : room / 2;
}

static void layout_status(struct app *app, struct screen *s)
{
	struct status *st = s->data;
	int rows = notice_rows(app, s), top = info_rows(app);
	struct win w = win_sub(&s->win, 0, top, s->win.w,
			       s->win.h - top - rows - (rows ? 1 : 0));

	list_set_win(journal_list(st->journal), &w);
}

/* --- drawing -------------------------------------------------------------------------- */

static void draw_heading(const struct win *w, int y, const char *text)
{
	draw_fill(w, 0, y, w->w, THEME_HEADER);
	draw_text(w, 1, y, -1, THEME_HEADER, text);
}

static void add_account(const struct account *a, const struct engine_state *e,
			struct str *b)
{
	static const char *const words[] = {
		[ENGINE_OFFLINE] = "offline",
		[ENGINE_CONNECTING] = "connecting",
		[ENGINE_ONLINE] = "online",
		[ENGINE_SIGNED_OUT] = "signed out",
	};

	str_addf(b, "%s   %s", a->name, words[e->online]);
	if (e->online == ENGINE_ONLINE)
		str_add(b, e->pushed ? "   push" : "   polling");
	if (e->follower)
		str_add(b, "   another retinue does the network");
	if (*e->server)
		str_addf(b, "   %s", e->server);
}

static void add_sync(const struct engine_state *e, struct str *b)
{
	if (e->last_sync == CLOCK_NEVER)
		str_add(b, "not yet in step");
	else {
		struct clock_parts p;

		clock_local(e->last_sync, &p);
		str_addf(b, "last in step %02d:%02d:%02d", p.hour, p.minute,
			 p.second);
	}
	if (e->waiting) {
		str_add(b, "   ");
		format_add_plural(b, e->waiting, "change", "changes");
		str_add(b, " to go out");
	}
	if (e->online != ENGINE_ONLINE && e->next_try != CLOCK_NEVER) {
		str_add(b, "   next try in ");
		format_add_span(b, e->next_try - clock_now());
	}
	if (e->by_hand)
		str_add(b, "   offline by your wish: ,O goes online");
}

static void note_rate(struct status *st, const struct engine_state *e)
{
	int64_t now = clock_mono_ms();

	if (!*e->task || e->done < st->rate_done || !st->rate_at) {
		st->rate_at = now;
		st->rate_done = e->done;
		st->rate = 0;
	} else if (now - st->rate_at >= 1000) {
		st->rate = (double)(e->done - st->rate_done) * 1000 /
			   (double)(now - st->rate_at);
	}
}

static void draw_task(struct status *st, const struct engine_state *e,
		      const struct win *w, int y)
{
	struct str b CLEANUP(str_release) = STR_INIT;
	int gauge = w->w / 3;

	note_rate(st, e);
	draw_text(w, 1, y, -1, THEME_FIELD, "Task");
	if (!*e->task) {
		draw_text(w, 10, y, -1, THEME_DIMMED, "nothing runs");
		return;
	}
	str_addf(&b, "%s ", e->task);
	int x = 10 + draw_text(w, 10, y, 24, THEME_NORMAL, b.s);
	if (e->total <= 0)
		return;
	draw_gauge(w, x, y, gauge, e->done, e->total, THEME_GAUGE);
	str_clear(&b);
	format_add_count(&b, e->done);
	str_add(&b, " of ");
	format_add_count(&b, e->total);
	if (st->rate >= 1) {
		str_addf(&b, "   %.0f/s   ", st->rate);
		format_add_span(
			&b, (int64_t)((double)(e->total - e->done) / st->rate));
		str_add(&b, " left");
	}
	draw_text(w, x + gauge + 1, y, -1, THEME_NORMAL, b.s);
}

static void draw_sizes(const struct status *st, const struct win *w, int y)
{
	struct str b CLEANUP(str_release) = STR_INIT;

	draw_text(w, 1, y, -1, THEME_FIELD, "Mirror");
	if (!st->have_sizes) {
		draw_text(w, 10, y, -1, THEME_DIMMED, "nothing yet");
		return;
	}
	format_add_size(&b, st->sizes.file);
	str_add(&b, "   ");
	format_add_plural(&b, st->sizes.items, "message", "messages");
	str_add(&b, ", ");
	format_add_count(&b, st->sizes.bodies);
	str_add(&b, " with content (originals ");
	format_add_size(&b, st->sizes.originals);
	str_add(&b, ", texts ");
	format_add_size(&b, st->sizes.texts);
	str_add(&b, ", index ");
	format_add_size(&b, st->sizes.index);
	str_add(&b, ")");
	draw_text(w, 10, y, -1, THEME_NORMAL, b.s);
}

static void draw_notices(struct app *app, const struct win *w, int y, int rows)
{
	size_t n = notices_count(app->notices);
	char *title CLEANUP(mem_free_ptr) =
		xasprintf("Messages (%zu)   ,l shows all", n);

	if (rows <= 0)
		return;
	draw_heading(w, y, title);
	for (int i = 1; i < rows + 1 && (size_t)i <= n; i++) {
		const struct notice *m =
			notices_get(app->notices, n - (size_t)i);
		static const enum theme_role roles[] = {
			[MESSAGE_INFO] = THEME_NORMAL,
			[MESSAGE_OK] = THEME_NORMAL,
			[MESSAGE_WARNING] = THEME_WARNING,
			[MESSAGE_ERROR] = THEME_ERROR,
		};
		struct clock_parts p;

		clock_local(m->time, &p);
		draw_textf(w, 1, y + i, THEME_DATE, "%02d:%02d", p.hour,
			   p.minute);
		if (m->count > 1)
			draw_textf(w, 7, y + i, roles[m->kind], "%s (x%d)",
				   m->text, m->count);
		else
			draw_text(w, 7, y + i, -1, roles[m->kind], m->text);
	}
}

static void draw_account(struct app *app, const struct engine_state *e,
			 const struct win *w)
{
	struct str b CLEANUP(str_release) = STR_INIT;

	draw_text(w, 1, 1, -1, THEME_FIELD, "Account");
	add_account(app->account, e, &b);
	draw_text(w, 10, 1, -1, THEME_NORMAL, b.s);
	str_clear(&b);
	add_sync(e, &b);
	draw_text(w, 1, 2, -1, THEME_FIELD, "Sync");
	draw_text(w, 10, 2, -1, THEME_NORMAL, b.s);
	if (e->online != ENGINE_ONLINE && e->last_error.kind)
		draw_text(w, 10, 3, -1, THEME_ERROR, e->last_error.text);
}

/* The accounts that are not on the screens: state, then why or since when. */
static void draw_others(struct app *app, const struct win *w, int y)
{
	struct engine_state e;

	for (size_t i = 0; i < session_account_count(app); i++) {
		const struct account *a = session_account(app, i, &e);
		struct str b CLEANUP(str_release) = STR_INIT;
		bool bad = e.online != ENGINE_ONLINE && e.last_error.kind;

		if (!a || a == app->account)
			continue;
		add_account(a, &e, &b);
		str_add(&b, "   ");
		if (bad)
			str_add(&b, e.last_error.text);
		else
			add_sync(&e, &b);
		draw_text(w, 10, y++, -1, bad ? THEME_ERROR : THEME_NORMAL,
			  b.s);
	}
}

static void draw_status(struct app *app, struct screen *s)
{
	struct status *st = s->data;
	const struct engine_state *e = session_state(app);
	struct engine_state none = {.last_sync = CLOCK_NEVER,
				    .next_try = CLOCK_NEVER};
	int rows = notice_rows(app, s), top = info_rows(app);

	draw_clear(&s->win, THEME_NORMAL);
	draw_heading(&s->win, 0, "Status");
	if (app->account)
		draw_account(app, e ? e : &none, &s->win);
	draw_others(app, &s->win, 4);
	draw_task(st, e ? e : &none, &s->win, top - 3);
	draw_sizes(st, &s->win, top - 2);
	draw_heading(&s->win, top - 1, "Waiting to go out");
	list_draw(journal_list(st->journal), screen_top(app) == s);
	draw_notices(app, &s->win, s->win.h - rows - 1, rows);
}

/* --- events and keys -------------------------------------------------------------------- */

static void status_event(struct app *app, struct screen *s,
			 const struct event *ev)
{
	struct status *st = s->data;

	if (ev->kind == EVENT_JOURNAL || ev->kind == EVENT_DONE ||
	    ev->kind == EVENT_FOREIGN)
		reload(app, st);
	app_damage(app, DAMAGE_SCREEN);
}

static bool status_command(struct app *app, struct screen *s,
			   const struct command_call *call)
{
	struct status *st = s->data;

	if (call->id == COMMAND_open) {
		journal_show(app, st->journal);
		return true;
	}
	return list_command(journal_list(st->journal), call);
}

static bool status_mouse(struct app *app, struct screen *s,
			 const struct input *in)
{
	struct status *st = s->data;
	const char *sort;
	enum list_click click =
		list_mouse(journal_list(st->journal), in, &sort);

	if (click == LIST_OPENED)
		journal_show(app, st->journal);
	app_damage(app, DAMAGE_SCREEN);
	return click != LIST_NOWHERE;
}

static unsigned status_has(struct app *app, struct screen *s)
{
	struct status *st = s->data;

	(void)app;
	return journal_needs(st->journal);
}

const struct screen_ops scr_status_ops = {
	.open = open_status,
	.close = close_status,
	.layout = layout_status,
	.draw = draw_status,
	.event = status_event,
	.mouse = status_mouse,
	.command = status_command,
	.has = status_has,
};
