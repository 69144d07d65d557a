/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* What is due: told as it comes, kept on a screen until it is dealt with. */
#include <string.h>
#include "base/proc.h"
#include "config/config.h"
#include "engine/calendar.h"
#include "engine/engine.h"
#include "engine/event.h"
#include "text/span.h"
#include "ui/calendar.h"
#include "ui/dates.h"
#include "ui/reader.h"
#include "ui/remind.h"
#include "ui/notify.h"
#include "ui/session.h"

#define LOOK_MS 20000
#define START_MS 500
#define SOON_MS 2000 /* a sync changes many */
#define BACK (12 * 3600)

struct reminders {
	struct reminder_list due;
	size_t at; /* cursor of the screen */
	int timer;
	bool soon; /* the timer is of a change, not of the clock */
};

static bool is_same(const struct reminder *a, const struct reminder *b)
{
	return a->item == b->item && a->original == b->original &&
	       a->due == b->due;
}

static bool is_in(const struct reminder_list *l, const struct reminder *r)
{
	for (size_t i = 0; i < l->n; i++)
		if (is_same(&l->v[i], r))
			return true;
	return false;
}

/* --- telling -------------------------------------------------------------- */

static void add_words(struct str *b, const struct reminder *r)
{
	int64_t left = r->start - clock_now();

	str_add(b, r->subject ? r->subject : "(no subject)");
	if (left >= 60) {
		str_add(b, " in ");
		dates_add_length(b, (left + 59) / 60 * 60);
	} else if (left > -60) {
		str_add(b, " begins now");
	} else {
		str_add(b, " began ");
		dates_add_length(b, -left / 60 * 60);
		str_add(b, " ago");
	}
	if (r->location)
		str_addf(b, ", %s", r->location);
}

static void run_hook(const char *command, const struct reminder *r,
		     const char *words)
{
	char *id CLEANUP(mem_free_ptr) = xasprintf("%lld", (long long)r->item);
	struct strv argv CLEANUP(strv_release);

	strv_init(&argv);
	if (!proc_parse(&argv, command, NULL))
		return;
	strv_add(&argv, words);
	strv_add(&argv, id);
	(void)!proc_spawn(&argv, NULL, NULL);
}

static void tell(struct app *app, const struct reminder *r)
{
	const char *account = app->account ? app->account->name : NULL;
	const char *how =
		app->config ? config_text(app->config, account, CONFIG_NOTIFY)
			    : NULL;
	const char *hook = app->config ? config_text(app->config, account,
						     CONFIG_REMINDER_HOOK)
				       : NULL;
	struct strv env CLEANUP(strv_release) = {0};
	struct str b CLEANUP(str_release) = STR_INIT;

	add_words(&b, r);
	if (hook && *hook)
		run_hook(hook, r, b.s);
	message_show(app, MESSAGE_WARNING, "%s - ,z snooze  ,Z dismiss%s", b.s,
		     r->join_url ? "  ,J join" : "");
	if (how && str_eq(how, "off"))
		return;
	strv_give(&env, xasprintf("RETINUE_ACCOUNT=%s", str_or_empty(account)));
	strv_give(&env,
		  xasprintf("RETINUE_SUBJECT=%s", str_or_empty(r->subject)));
	strv_give(&env, xasprintf("RETINUE_ID=%lld", (long long)r->item));
	notify_person(how, b.s, &env);
}

static void look(struct app *app, void *ctx);

static void look_later(struct app *app, struct reminders *r, int64_t ms)
{
	app_timer_cancel(app, r->timer);
	r->timer = app_timer(app, ms, look, r);
}

static void look(struct app *app, void *ctx)
{
	struct reminders *r = ctx;
	struct reminder_list now = {0}, before = r->due;
	int64_t t = clock_now();

	r->timer = 0;
	r->soon = false;
	look_later(app, r, LOOK_MS);
	if (!app->store ||
	    !calendar_reminders(app->store, t - BACK, t, &now, NULL))
		return;
	r->due = now;
	for (size_t i = 0; i < now.n; i++)
		if (!is_in(&before, &now.v[i]))
			tell(app, &now.v[i]);
	reminder_list_release(&before);
	if (r->at >= now.n)
		r->at = now.n ? now.n - 1 : 0;
	if (screen_get(app, SCREEN_reminders))
		app_damage(app, DAMAGE_SCREEN);
}

void remind_start(struct app *app)
{
	if (app->config &&
	    !config_bool(app->config, app->account ? app->account->name : NULL,
			 CONFIG_REMINDERS))
		return;
	if (!app->reminders)
		app->reminders = xcalloc(1, sizeof(*app->reminders));
	look_later(app, app->reminders, START_MS);
}

void remind_look(struct app *app)
{
	struct reminders *r = app->reminders;

	if (!r || r->soon)
		return;
	r->soon = true;
	look_later(app, r, SOON_MS);
}

void remind_free(struct app *app)
{
	struct reminders *r = app->reminders;

	if (!r)
		return;
	reminder_list_release(&r->due);
	free(r);
	app->reminders = NULL;
}

/* --- dealing with it ------------------------------------------------------ */

/* The one under the cursor of the screen, else the one told last. */
static const struct reminder *current(struct app *app)
{
	struct screen *s = screen_top(app);
	struct reminders *r = app->reminders;

	if (!r || !r->due.n) {
		message_show(app, MESSAGE_INFO, "No reminder is due");
		return NULL;
	}
	if (s && s->id == SCREEN_reminders)
		return &r->due.v[r->at];
	return &r->due.v[r->due.n - 1];
}

/* It is off the list at once: the next key is about the next one. */
static void settle(struct app *app, const struct reminder *which, int64_t to)
{
	struct reminders *r = app->reminders;
	struct request q = {.kind = REQUEST_REMINDER,
			    .item = which->item,
			    .from = which->original,
			    .to = to};
	size_t i = (size_t)(which - r->due.v);

	if (!session_submit(app, &q, "Reminder"))
		return;
	free(r->due.v[i].subject);
	free(r->due.v[i].location);
	free(r->due.v[i].join_url);
	vec_remove(&r->due, i);
	if (r->at >= r->due.n)
		r->at = r->due.n ? r->due.n - 1 : 0;
	remind_look(app);
	app_damage(app, DAMAGE_SCREEN);
}

static void length_typed(struct app *app, void *ctx, const char *text)
{
	const struct reminder *r = text ? current(app) : NULL;
	int64_t seconds = 300;
	struct str b CLEANUP(str_release) = STR_INIT;

	(void)ctx;
	if (!r)
		return;
	if (*text && !span_parse_length(text, &seconds, NULL)) {
		message_show(app, MESSAGE_ERROR,
			     "A reminder is put off by a length: 5m, 1h, 1d");
		return;
	}
	dates_add_length(&b, seconds);
	message_show(app, MESSAGE_OK, "%s: again in %s",
		     r->subject ? r->subject : "(no subject)", b.s);
	settle(app, r, clock_now() + seconds);
}

void cmd_snooze(struct app *app, const struct command_call *call)
{
	struct prompt_spec spec = {
		.label = "Again in: ", .initial = "5m", .done = length_typed};

	if (!current(app))
		return;
	if (*call->rest)
		length_typed(app, NULL, call->rest);
	else
		prompt_open(app, &spec);
}

void cmd_dismiss(struct app *app, const struct command_call *call)
{
	const struct reminder *r = current(app);

	(void)call;
	if (!r)
		return;
	message_show(app, MESSAGE_OK, "%s: no more reminders",
		     r->subject ? r->subject : "(no subject)");
	settle(app, r, CLOCK_NEVER);
}

void cmd_dismiss_all(struct app *app, const struct command_call *call)
{
	struct reminders *r = app->reminders;

	(void)call;
	for (size_t i = r ? r->due.n : 0; i > 0; i--)
		settle(app, &r->due.v[i - 1], CLOCK_NEVER);
	message_show(app, MESSAGE_OK, "No reminder is left");
}

void cmd_join(struct app *app, const struct command_call *call)
{
	const struct reminder *r = current(app);

	(void)call;
	if (r && r->join_url)
		reader_open_link(app, r->join_url);
	else if (r)
		message_show(app, MESSAGE_INFO, "%s has no address to join at",
			     r->subject ? r->subject : "This");
}

void cmd_reminder_show(struct app *app, const struct command_call *call)
{
	const struct reminder *r = current(app);
	int64_t start;

	(void)call;
	if (!r)
		return;
	start = r->start;
	if (screen_open(app, SCREEN_calendar, NULL))
		cal_show_time(app, start, false);
}

/* --- the screen ----------------------------------------------------------- */

void cmd_screen_reminders(struct app *app, const struct command_call *call)
{
	(void)call;
	screen_open(app, SCREEN_reminders, NULL);
}

/* These keys are of no hint line: their commands hold everywhere. */
static void draw_keys(struct app *app, struct screen *s)
{
	static const struct {
		enum command_id id;
		const char *words;
	} v[] = {{COMMAND_snooze, "remind again later"},
		 {COMMAND_dismiss, "no more of it"},
		 {COMMAND_join, "join the meeting"}};
	int x = 1, y = s->win.h - 1;

	draw_fill(&s->win, 0, y, s->win.w, THEME_HEADER);
	for (size_t i = 0; i < ARRAY_LEN(v); i++) {
		struct str keys CLEANUP(str_release) = STR_INIT;

		keys_add_hint(app->keys, SCOPE_reminders, v[i].id, &keys);
		if (!keys.len ||
		    x + (int)keys.len + (int)strlen(v[i].words) + 1 >= s->win.w)
			continue;
		x += draw_text(&s->win, x, y, -1,
			       THEME_ON(THEME_HINT_KEY, THEME_HEADER), keys.s);
		x += 1 +
		     draw_text(&s->win, x + 1, y, -1, THEME_HEADER, v[i].words);
		x += 2;
	}
}

static void draw_reminders(struct app *app, struct screen *s)
{
	struct reminders *r = app->reminders;
	size_t rows = s->win.h > 2 ? (size_t)s->win.h - 2 : 0, top = 0;
	struct zone *zone = zone_load_local();

	draw_clear(&s->win, THEME_NORMAL);
	draw_fill(&s->win, 0, 0, s->win.w, THEME_HEADER);
	draw_text(&s->win, 1, 0, -1, THEME_HEADER, "Reminders");
	draw_keys(app, s);
	if (!r || !r->due.n)
		draw_text(&s->win, 2, 2, -1, THEME_DIMMED,
			  "Nothing is due - the next comes by itself");
	if (r && rows && r->at >= rows)
		top = r->at - rows + 1;
	for (size_t i = top; r && i < r->due.n && i - top < rows; i++) {
		const struct reminder *d = &r->due.v[i];
		struct str when CLEANUP(str_release) = STR_INIT;
		struct str words CLEANUP(str_release) = STR_INIT;
		int y = 1 + (int)(i - top);
		unsigned style = i == r->at ? THEME_CURSOR : THEME_NORMAL;

		dates_add_short_day(&when, zone_wall(zone, d->start));
		str_add_char(&when, ' ');
		dates_add_clock(&when, zone_wall(zone, d->start));
		add_words(&words, d);
		draw_fill(&s->win, 0, y, s->win.w, style);
		draw_text(&s->win, 0, y, 1, style, i == r->at ? ">" : " ");
		draw_column(&s->win, 2, y, 17, false, style, when.s);
		draw_column(&s->win, 20, y, s->win.w - 21, false, style,
			    words.s);
		if (i == r->at)
			draw_cursor(&s->win, 0, y);
	}
	zone_free(zone);
}

static void move(struct app *app, int by)
{
	struct reminders *r = app->reminders;

	if (!r || !r->due.n)
		return;
	if (by < 0 && r->at > 0)
		r->at--;
	else if (by > 0 && r->at + 1 < r->due.n)
		r->at++;
	app_damage(app, DAMAGE_SCREEN);
}

void cmd_reminder_down(struct app *app, const struct command_call *call)
{
	(void)call;
	move(app, 1);
}

void cmd_reminder_up(struct app *app, const struct command_call *call)
{
	(void)call;
	move(app, -1);
}

static bool reminders_mouse(struct app *app, struct screen *s,
			    const struct input *in)
{
	struct reminders *r = app->reminders;
	int row = in->y - s->win.y - 1;

	if (!r || in->action != MOUSE_PRESS || row < 0 ||
	    (size_t)row >= r->due.n)
		return false;
	r->at = (size_t)row;
	app_damage(app, DAMAGE_SCREEN);
	return true;
}

const struct screen_ops scr_reminders_ops = {
	.draw = draw_reminders,
	.mouse = reminders_mouse,
};
