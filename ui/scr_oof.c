/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Out of office: what the server has, changed here, put back with `s`. The
 * texts are shown plain; one that is not touched goes back as it came (HTML).
 */
#include <string.h>
#include "base/codec.h"
#include "base/utf8.h"
#include "base/zone.h"
#include "model/appointment_change.h"
#include "text/when.h"
#include "ui/app.h"
#include "ui/format.h"
#include "ui/oof.h"
#include "ui/session.h"
#include "ui/text_edit.h"

enum field { STATE, FROM, TO, INSIDE, AUDIENCE, OUTSIDE, CALENDAR, FIELDS };
enum { WIDE = 84 };	/* state, from and to fit into one row */
enum { LOW_ROWS = 12 }; /* of the screen, below which the foot shrinks */

struct away {
	struct oof was, now; /* the server's; as wished */
	bool have;
	char *refused; /* why there is nothing; NULL */
	uint64_t ticket;
	bool saving;
	struct text_edit *text[2]; /* inside, outside */
	unsigned version[2];	   /* of the text that came */
	enum field focus;
	bool typing, calendar;
	struct win area[2]; /* where the texts were drawn */
	int row[FIELDS];
};

static struct away *away_of(struct app *app)
{
	struct screen *s = screen_get(app, SCREEN_oof);

	return s ? s->data : NULL;
}

static bool is_shown(const struct away *a, enum field f)
{
	switch (f) {
	case FROM:
	case TO:
		return a->was.has_schedule;
	case AUDIENCE:
	case OUTSIDE:
		return a->was.has_external;
	case CALENDAR:
		return a->now.state == OOF_SCHEDULED;
	case STATE:
	case INSIDE:
	case FIELDS:
		break;
	}
	return true;
}

static void move(struct away *a, int by)
{
	int f = (int)a->focus;

	do
		f += by;
	while (f >= 0 && f < FIELDS && !is_shown(a, (enum field)f));
	if (f >= 0 && f < FIELDS)
		a->focus = (enum field)f;
}

/* --- what the server has ---------------------------------------------------- */

static void show_texts(struct away *a)
{
	for (int i = 0; i < 2; i++) {
		char *text CLEANUP(mem_free_ptr) = oof_text(
			&a->now, i ? a->now.external : a->now.internal);

		text_edit_set(a->text[i], text, 0);
		a->version[i] = text_edit_version(a->text[i]);
	}
}

static void take(struct away *a, const struct oof *o)
{
	oof_release(&a->was);
	oof_release(&a->now);
	oof_copy(&a->was, o);
	oof_copy(&a->now, o);
	a->have = true;
	mem_replace(&a->refused, NULL);
	show_texts(a);
}

/* What the texts hold now goes into the wish, where it was touched. */
static void take_texts(struct away *a)
{
	for (int i = 0; i < 2; i++) {
		char **to = i ? &a->now.external : &a->now.internal;

		if (a->version[i] == text_edit_version(a->text[i]))
			continue;
		mem_replace(to,
			    oof_text_kept(&a->now, text_edit_text(a->text[i])));
		a->version[i] = text_edit_version(a->text[i]);
	}
}

static void ask(struct app *app, struct away *a)
{
	struct request r = {.kind = REQUEST_OOF};

	a->saving = false;
	a->ticket = session_submit(app, &r, NULL);
	if (!a->ticket)
		mem_replace(&a->refused, xstrdup("the mirror is not open"));
}

static bool open_oof(struct app *app, struct screen *s, const char *arg UNUSED,
		     struct err *err UNUSED)
{
	struct away *a = xcalloc(1, sizeof(*a));

	oof_init(&a->was);
	oof_init(&a->now);
	a->text[0] = text_edit_new();
	a->text[1] = text_edit_new();
	s->data = a;
	ask(app, a);
	return true;
}

static void close_oof(struct app *app UNUSED, struct screen *s)
{
	struct away *a = s->data;

	oof_release(&a->was);
	oof_release(&a->now);
	text_edit_free(a->text[0]);
	text_edit_free(a->text[1]);
	free(a->refused);
	free(a);
}

/* --- drawing ---------------------------------------------------------------- */

static unsigned role_of(const struct away *a, enum field f, bool front)
{
	return a->focus == f && !a->typing
		       ? front ? THEME_CURSOR : THEME_CURSOR_AWAY
		       : THEME_NORMAL;
}

/* The field one is at has the cursor at x and a mark at the row's beginning. */
static void draw_focus(const struct away *a, const struct win *w, int x, int y,
		       enum field f, bool front)
{
	if (a->focus != f || a->typing)
		return;
	draw_text(w, 0, y, 1, THEME_MARK, ">");
	if (front)
		draw_cursor(w, x, y);
}

/* "(*) on"; cells used. */
static int radio(const struct win *w, int x, int y, bool on, const char *text)
{
	return draw_textf(w, x, y, THEME_NORMAL, "(%c) %s", on ? '*' : ' ',
			  text);
}

static int draw_time(const struct away *a, const struct win *w, int x, int y,
		     enum field f, bool front)
{
	int64_t t = f == FROM ? a->now.start : a->now.end;
	struct str b CLEANUP(str_release) = STR_INIT;
	int at = x + draw_text(w, x, y, -1, THEME_NORMAL,
			       f == FROM ? "from " : " to ");

	str_add_char(&b, '[');
	if (t == CLOCK_NEVER)
		str_add(&b, "not set");
	else
		clock_add_long(&b, t);
	str_add_char(&b, ']');
	draw_focus(a, w, at, y, f, front);
	return at +
	       draw_text(w, at, y, -1,
			 a->now.state == OOF_SCHEDULED || a->focus == f
				 ? role_of(a, f, front)
				 : THEME_DIMMED,
			 b.s) -
	       x;
}

/* The switch and the times; rows used. */
static int draw_state(struct away *a, const struct win *w, int y, bool front)
{
	static const char *const words[] = {"off", "on", "in this time:"};
	int x = 1, n = a->was.has_schedule ? 3 : 2;
	bool wide = w->w >= WIDE;

	a->row[STATE] = a->row[FROM] = a->row[TO] = y;
	draw_fill(w, 0, y, wide ? 36 : w->w, role_of(a, STATE, front));
	for (int i = 0; i < n; i++)
		x += radio(w, x, y, (int)a->now.state == i, words[i]) + 2;
	if (role_of(a, STATE, front) != THEME_NORMAL)
		draw_restyle(w, 0, y, x, role_of(a, STATE, front));
	draw_focus(a, w, 1, y, STATE, front);
	if (!a->was.has_schedule)
		return 1;
	if (!wide) {
		x = 5;
		y++;
	}
	a->row[FROM] = y;
	x += draw_time(a, w, x, y, FROM, front);
	if (!wide && x + 28 > w->w) {
		x = 7;
		y++;
	}
	a->row[TO] = y;
	draw_time(a, w, x, y, TO, front);
	return y - a->row[STATE] + 1;
}

static void draw_title(const struct win *w, int y, int used, const char *text)
{
	struct str b CLEANUP(str_release) = STR_INIT;
	int cells;

	format_add_plural(&b, (int64_t)utf8_width(text), "character",
			  "characters");
	cells = (int)utf8_width(b.s);
	if (used + cells + 4 < w->w) {
		draw_hline(w, used + 1, y, w->w - used - cells - 3,
			   THEME_BORDER);
		draw_text(w, w->w - cells - 1, y, -1, THEME_DIMMED, b.s);
	}
}

static void draw_area(struct away *a, const struct win *w, int y, int rows,
		      enum field f, bool front)
{
	int i = f == OUTSIDE;
	bool writing = a->typing && a->focus == f;
	struct win area = win_sub(w, 3, y, w->w - 4, rows);

	a->row[f] = y;
	a->area[i] = area;
	for (int k = 0; k < rows; k++)
		draw_text(w, 1, y + k, 1,
			  a->focus == f ? THEME_MARK : THEME_BORDER,
			  a->focus == f ? ">" : "|");
	text_edit_draw(a->text[i], &area, front && writing);
	if (front && a->focus == f && !a->typing)
		draw_cursor(w, 3, y);
}

/* The calendar, and what is sent where; low windows have no room for it. */
static int foot_rows(const struct win *w)
{
	return w->h < LOW_ROWS ? 1 : 2;
}

/* Inside and outside share what is left of the height; rows used. */
static void draw_texts(struct away *a, const struct win *w, int y, bool front)
{
	bool outside = a->was.has_external;
	int foot = foot_rows(w), left = w->h - y - foot - 1 - outside;
	int rows = outside ? (left + 1) / 2 : left, x;

	if (rows < 1)
		rows = 1;
	x = 1 + draw_text(w, 1, y, -1, THEME_FIELD,
			  outside ? "Inside my organisation" : "Text to all");
	draw_title(w, y, x, text_edit_text(a->text[0]));
	draw_area(a, w, y + 1, rows, INSIDE, front);
	y += rows + 1;
	if (!outside)
		return;
	a->row[AUDIENCE] = y;
	x = 1 + draw_text(w, 1, y, -1, THEME_FIELD, "Outside");
	for (int i = OOF_NONE; i <= OOF_ALL; i++)
		x += 2 +
		     radio(w, x + 2, y, (int)a->now.audience == i,
			   w->w < 60 ? oof_audience_name((enum oof_audience)i)
				     : oof_audience_text((enum oof_audience)i));
	if (role_of(a, AUDIENCE, front) != THEME_NORMAL)
		draw_restyle(w, 0, y, x + 1, role_of(a, AUDIENCE, front));
	draw_focus(a, w, 1, y, AUDIENCE, front);
	draw_title(w, y, x, text_edit_text(a->text[1]));
	draw_area(a, w, y + 1, w->h - foot - y - 1, OUTSIDE, front);
}

static void draw_foot(struct away *a, const struct win *w, bool front)
{
	int y = w->h - foot_rows(w);

	a->row[CALENDAR] = y;
	if (is_shown(a, CALENDAR)) {
		draw_fill(w, 0, y, w->w, role_of(a, CALENDAR, front));
		draw_textf(w, 1, y, role_of(a, CALENDAR, front),
			   "[%c] put \"Away\" into my calendar",
			   a->calendar ? 'x' : ' ');
		draw_focus(a, w, 1, y, CALENDAR, front);
	} else {
		a->row[CALENDAR] = -1;
	}
	if (foot_rows(w) < 2)
		return;
	draw_text(
		w, 1, y + 1, -1, THEME_DIMMED,
		a->was.plain
			? "Sent once to each sender. This server keeps one "
			  "plain text, no schedule."
			: "Sent once to each sender. HTML on the server stays "
			  "unless you write here.");
}

static void draw_heading(struct app *app, const struct away *a,
			 const struct win *w)
{
	struct oof known;
	bool have = a->have || (app->store && oof_known(app->store, &known));
	const struct oof *o = a->have ? &a->was : &known;
	const char *now = !have			      ? "not known"
			  : oof_is_on(o, clock_now()) ? "now ON"
			  : o->state == OOF_SCHEDULED && o->start > clock_now()
				  ? "will be on"
				  : "now OFF";

	draw_fill(w, 0, 0, w->w, THEME_HEADER);
	draw_textf(w, 1, 0, THEME_HEADER, "Automatic replies - %s",
		   app->account ? app->account->name : "");
	draw_column(w, w->w - 13, 0, 12, true, THEME_HEADER, now);
}

/* A sentence over as many rows as it needs. */
static void draw_wrapped(const struct win *w, int y, unsigned role,
			 const char *text)
{
	struct text_edit *e = text_edit_new();
	struct win area = win_sub(w, 1, y, w->w - 2, w->h - y);

	text_edit_set(e, text, 0);
	text_edit_draw(e, &area, false);
	for (int i = 0; i < area.h; i++)
		draw_restyle(&area, 0, i, area.w, role);
	text_edit_free(e);
}

static void draw_oof(struct app *app, struct screen *s)
{
	struct away *a = s->data;
	const struct win *w = &s->win;
	bool front = screen_top(app) == s;
	int y = 1;

	draw_clear(w, THEME_NORMAL);
	draw_heading(app, a, w);
	if (!a->have) {
		draw_wrapped(w, 2, a->refused ? THEME_WARNING : THEME_DIMMED,
			     a->refused ? a->refused : "Asking the server ...");
		return;
	}
	y += draw_state(a, w, y, front);
	draw_texts(a, w, y, front);
	draw_foot(a, w, front);
}

/* --- what comes back -------------------------------------------------------- */

static void add_event(struct app *app, const struct away *a)
{
	struct appointment_change c CLEANUP(appointment_change_release);
	int64_t folder = query_folder_role(app->store, FOLDER_ROLE_CALENDAR);
	char *id CLEANUP(mem_free_ptr) = codec_random_id();
	struct zone *zone = zone_load_local();

	appointment_change_init(&c);
	if (!folder) {
		message_show(app, MESSAGE_WARNING,
			     "There is no calendar here yet: \"Away\" was not "
			     "put into it");
		zone_free(zone);
		return;
	}
	c.op = APPT_CREATE;
	c.appt.uid = xasprintf("%s@retinue", id);
	c.appt.subject = xstrdup("Away");
	c.appt.start = a->now.start;
	c.appt.end = a->now.end;
	c.appt.zone = xstrdup(zone_name(zone));
	c.appt.my_answer = ANSWER_ORGANIZER;
	c.appt.flags |= APPT_ORGANIZER;
	c.appt.show_as = SHOW_AWAY;
	session_change(app, intent_event(&c, folder, 0, 0),
		       "\"Away\" was not put into the calendar", NULL);
	zone_free(zone);
}

static void submit(struct app *app, struct away *a)
{
	struct request r = {.kind = REQUEST_OOF};

	r.oof = xmalloc(sizeof(*r.oof));
	r.oof_was = xmalloc(sizeof(*r.oof_was));
	oof_copy(r.oof, &a->now);
	oof_copy(r.oof_was, &a->was);
	a->ticket = session_submit(app, &r, NULL);
	a->saving = a->ticket != 0;
	message_show(app, MESSAGE_INFO, "Putting it on the server ...");
}

static void conflict_settled(struct app *app, void *ctx, char choice)
{
	struct away *a = away_of(app);
	struct oof *server = ctx;

	if (!a || (choice != 'm' && choice != 's'))
		return;
	oof_release(&a->was);
	oof_copy(&a->was, server);
	if (choice == 'm') {
		submit(app, a);
	} else {
		take(a, server);
		message_show(app, MESSAGE_OK, "As the server has it");
	}
	app_damage(app, DAMAGE_SCREEN);
}

static void free_oof(void *ctx)
{
	oof_free(ctx);
}

static void offer_both(struct app *app, const struct oof *server)
{
	struct oof *copy = xmalloc(sizeof(*copy));
	char *question CLEANUP(mem_free_ptr) =
		xasprintf("Set to \"%s\" elsewhere meanwhile: keep mine or the "
			  "server's?",
			  oof_state_name(server->state));

	oof_copy(copy, server);
	prompt_choose(app, question, "ms", 0, conflict_settled, copy, free_oof);
}

static void answered(struct app *app, struct away *a, const struct oof *o)
{
	if (a->saving && a->calendar && a->now.state == OOF_SCHEDULED)
		add_event(app, a);
	a->calendar = false;
	if (a->saving)
		message_show(app, MESSAGE_OK, "Out of office is as you wish");
	take(a, o);
}

static void oof_screen_event(struct app *app, struct screen *s,
			     const struct event *ev)
{
	struct away *a = s->data;

	if (!a->ticket || ev->ticket != a->ticket)
		return;
	if (ev->kind == EVENT_OOF && ev->oof) {
		a->have = true;
		mem_replace(&a->refused, NULL);
		if (ev->count)
			offer_both(app, ev->oof);
		else
			answered(app, a, ev->oof);
	} else if (ev->kind == EVENT_DONE) {
		a->ticket = 0;
		if (ev->err.kind && ev->err.kind != ERR_CONFLICT) {
			message_error(app, "Out of office", &ev->err);
			if (!a->have)
				mem_replace(&a->refused, xstrdup(ev->err.text));
		}
		a->saving = false;
	}
	app_damage(app, DAMAGE_SCREEN);
}

/* --- keys ------------------------------------------------------------------- */

static void got_time(struct app *app, void *ctx, const char *text)
{
	struct away *a = away_of(app);
	bool from = ctx != NULL;
	int64_t *to = a ? from ? &a->now.start : &a->now.end : NULL;
	struct err err;

	if (!a || !text || !*text)
		return;
	if (!when_parse(text, clock_now(), to, &err)) {
		message_show(app, MESSAGE_ERROR, "%s", err.text);
		return;
	}
	a->now.state = OOF_SCHEDULED;
	if (a->now.start == CLOCK_NEVER)
		a->now.start = clock_now();
	app_damage(app, DAMAGE_SCREEN);
}

static void ask_time(struct app *app, bool from)
{
	static char yes;
	/* How a time is written is said before it is wrong. */
	struct prompt_spec spec = {.label = from ? "Away from (fri 17:00, "
						   "2026-12-24 17:00): "
						 : "Away until (mon 8:00, "
						   "2027-01-04 8:00): ",
				   .done = got_time,
				   .ctx = from ? &yes : NULL};

	prompt_open(app, &spec);
}

/* The next choice that the server allows. */
static void step(struct away *a, int by)
{
	int states = a->was.has_schedule ? 3 : 2;
	int most = (int)a->was.allowed + 1;

	if (a->focus == STATE)
		a->now.state = (enum oof_state)(
			((int)a->now.state + by + states) % states);
	else if (a->focus == AUDIENCE)
		a->now.audience = (enum oof_audience)(
			((int)a->now.audience + by + most) % most);
}

void cmd_oof_change(struct app *app, const struct command_call *call)
{
	struct away *a = away_of(app);

	(void)call;
	if (!a || !a->have)
		return;
	switch (a->focus) {
	case STATE:
	case AUDIENCE:
		step(a, 1);
		break;
	case FROM:
	case TO:
		ask_time(app, a->focus == FROM);
		break;
	case INSIDE:
	case OUTSIDE:
		a->typing = true;
		break;
	case CALENDAR:
		a->calendar = !a->calendar;
		break;
	case FIELDS:
		break;
	}
}

void cmd_oof_save(struct app *app, const struct command_call *call)
{
	struct away *a = away_of(app);
	struct err err = ERR_INIT;

	(void)call;
	if (!a || !a->have)
		return;
	take_texts(a);
	if (a->now.state == OOF_SCHEDULED && a->now.end == CLOCK_NEVER) {
		a->focus = TO;
		ask_time(app, false);
	} else if (!oof_may_be(&a->now, &err)) {
		message_error(app, "Not saved", &err);
	} else {
		submit(app, a);
	}
}

void cmd_oof_copy(struct app *app, const struct command_call *call)
{
	struct away *a = away_of(app);

	(void)call;
	if (!a || !a->have)
		return;
	take_texts(a);
	mem_replace(&a->now.external, xstrdup(a->now.internal));
	show_texts(a);
}

void cmd_oof_revert(struct app *app, const struct command_call *call)
{
	struct away *a = away_of(app);

	(void)call;
	if (a)
		ask(app, a);
}

static void leave_answer(struct app *app, void *ctx UNUSED, char choice)
{
	struct screen *s = screen_get(app, SCREEN_oof);

	if (s && choice == 'y')
		screen_close(app, s);
}

static bool oof_command(struct app *app, struct screen *s,
			const struct command_call *call)
{
	struct away *a = s->data;

	if (call->id != COMMAND_back)
		return false;
	take_texts(a);
	if (a->have && !oof_equal(&a->was, &a->now)) {
		prompt_choose(app, "Leave without putting it on the server?",
			      "yn", 'n', leave_answer, NULL, NULL);
		return true;
	}
	return false;
}

static bool oof_key(struct app *app, struct screen *s, uint32_t key)
{
	struct away *a = s->data;

	if (!a->have)
		return false;
	app_damage(app, DAMAGE_SCREEN);
	if (a->typing) {
		struct text_edit *e = a->text[a->focus == OUTSIDE];

		if (key == KBD_ESC) {
			a->typing = false;
			app_damage(app, DAMAGE_ALL);
			return true;
		}
		return text_edit_key(e, key);
	}
	if (key == KBD_DOWN || key == KBD_TAB || key == 'j')
		move(a, 1);
	else if (key == KBD_UP || key == (KBD_TAB | KBD_SHIFT) || key == 'k')
		move(a, -1);
	else if (key == KBD_RIGHT || key == 'l')
		step(a, 1);
	else if (key == KBD_LEFT || key == 'h')
		step(a, -1);
	else
		return false;
	return true;
}

static void oof_paste(struct app *app, struct screen *s, const char *text)
{
	struct away *a = s->data;

	if (a->have && (a->focus == INSIDE || a->focus == OUTSIDE)) {
		a->typing = true;
		text_edit_insert(a->text[a->focus == OUTSIDE], text);
	}
	app_damage(app, DAMAGE_ALL);
}

static bool oof_mouse(struct app *app, struct screen *s, const struct input *in)
{
	struct away *a = s->data;
	int y = in->y - s->win.y;

	if (in->action != MOUSE_PRESS || !a->have)
		return false;
	a->typing = false;
	for (int i = 0; i < 2; i++)
		if ((i == 0 || a->was.has_external) &&
		    win_has(&a->area[i], in->x, in->y)) {
			a->focus = i ? OUTSIDE : INSIDE;
			a->typing = true;
			text_edit_click(a->text[i], in->x, in->y);
		}
	for (int f = 0; f < FIELDS && !a->typing; f++)
		if (a->row[f] == y && is_shown(a, (enum field)f) &&
		    f != INSIDE && f != OUTSIDE)
			a->focus = (enum field)f;
	app_damage(app, DAMAGE_ALL);
	return true;
}

static enum scope oof_scope(struct app *app UNUSED, struct screen *s)
{
	return ((struct away *)s->data)->typing ? SCOPE_editing : SCOPE_oof;
}

static unsigned oof_has(struct app *app UNUSED, struct screen *s)
{
	const struct away *a = s->data;

	return !a->have || a->was.has_external ? NEED_outside : 0;
}

const struct screen_ops scr_oof_ops = {
	.open = open_oof,
	.close = close_oof,
	.draw = draw_oof,
	.event = oof_screen_event,
	.key = oof_key,
	.paste = oof_paste,
	.mouse = oof_mouse,
	.command = oof_command,
	.scope = oof_scope,
	.has = oof_has,
};
