/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The event editor's screen and commands (event_form.h). */
#include <string.h>
#include <unistd.h>
#include "base/proc.h"
#include "config/config.h"
#include "engine/engine.h"
#include "engine/event.h"
#include "ui/calendar.h"
#include "ui/dates.h"
#include "ui/event_form.h"
#include "ui/session.h"

#define LABEL 10
#define NOTES_MAX ((size_t)1 << 20)

static bool open_event(struct app *app, struct screen *s, const char *arg,
		       struct err *err)
{
	struct event_form *f = xcalloc(1, sizeof(*f));

	if (!event_form_set_up(app, f, arg, err)) {
		free(f);
		return false;
	}
	s->data = f;
	return true;
}

static void reopen_event(struct app *app, struct screen *s, const char *arg)
{
	(void)s;
	if (arg)
		message_show(app, MESSAGE_WARNING,
			     "This event is still being edited: s keeps it, q "
			     "leaves it");
}

static void close_event(struct app *app, struct screen *s)
{
	(void)app;
	event_form_release(s->data);
	free(s->data);
}

/* --- drawing -------------------------------------------------------------- */

static void draw_title(struct screen *s, const struct event_form *f)
{
	struct str t CLEANUP(str_release) = STR_INIT;
	bool meeting = f->appt.attendees.n > 0;

	str_addf(&t, "%s %s", f->is_new ? "New" : "Edit",
		 meeting ? "meeting" : "event");
	if (f->of_series)
		str_add(&t, f->following ? " - this and the following"
			    : f->original == CLOCK_NEVER
				    ? " - all of the series"
				    : " - this one of a series");
	draw_fill(&s->win, 0, 0, s->win.w, THEME_HEADER);
	draw_text(&s->win, 1, 0, -1, THEME_HEADER, t.s);
}

static void draw_field(struct screen *s, const struct event_form *f,
		       enum event_field id, int y)
{
	struct str b CLEANUP(str_release) = STR_INIT;
	bool here = f->at == (int)id;

	event_field_add(&b, f, id);
	draw_text(&s->win, 0, y, 1, THEME_MARK, here ? ">" : " ");
	draw_column(&s->win, 2, y, LABEL, false, THEME_FIELD,
		    event_field_label(id));
	draw_column(&s->win, 2 + LABEL, y, s->win.w - 3 - LABEL, false,
		    here		      ? THEME_CURSOR
		    : id == EVENT_FIELD_TITLE ? THEME_SUBJECT
					      : THEME_NORMAL,
		    b.s);
	if (here)
		draw_cursor(&s->win, 2 + LABEL, y);
}

static void add_that_hour(struct str *b, const struct event_form *f,
			  const char *addr, enum theme_role *role)
{
	const struct free_busy *busy = event_form_busy(f, addr);
	const struct busy_span *span;
	struct event_count n;
	size_t members;
	int64_t from, to;
	enum show_as is;

	*role = THEME_DIMMED;
	event_form_span(f, &from, &to);
	members = event_form_group(f, addr, &n);
	if (!busy || n.waits) {
		str_add(b,
			f->ticket || f->expanding ? "asking ..." : "not known");
		return;
	}
	if (n.busy || n.known) {
		*role = n.busy ? THEME_ERROR : THEME_OK;
		str_addf(b, n.busy ? "BUSY: %zu of %zu" : "free: %zu of %zu",
			 n.busy ? n.busy : n.known, members);
		return;
	}
	if (busy->err.kind != ERR_NONE) {
		str_add(b, busy->err.text);
		return;
	}
	is = free_busy_at(busy, from, to, &span);
	if (is == SHOW_FREE) {
		*role = THEME_OK;
		str_add(b, "free");
		if (!free_busy_in_hours(busy, f->own, from, to)) {
			*role = THEME_WARNING;
			str_add(b, ", out of hours");
		}
		return;
	}
	*role = is == SHOW_BUSY || is == SHOW_AWAY ? THEME_ERROR
						   : THEME_WARNING;
	str_add(b, is == SHOW_BUSY ? "BUSY" : show_as_name(is));
	if (span) {
		str_add_char(b, ' ');
		dates_add_times(b, span->start, span->end, false, f->own);
	}
}

static void draw_person(struct screen *s, const struct event_form *f, size_t i,
			int y)
{
	static const char *const roles[] = {"required", "optional", "room"};
	const struct attendee *t = &f->appt.attendees.v[i];
	struct str hour CLEANUP(str_release) = STR_INIT;
	bool here = f->at == EVENT_FIELD_COUNT + (int)i, wide = s->win.w >= 70;
	unsigned style = here ? THEME_CURSOR : THEME_PERSON;
	int name = wide ? 28 : s->win.w / 2;
	enum theme_role role;

	add_that_hour(&hour, f, t->addr, &role);
	draw_text(&s->win, 0, y, 1, THEME_MARK, here ? ">" : " ");
	draw_column(&s->win, 2, y, name, false, style,
		    t->name ? t->name : str_or_empty(t->addr));
	if (here)
		draw_cursor(&s->win, 2, y);
	name += 3;
	if (wide) {
		draw_column(&s->win, name, y, 10, false, THEME_NORMAL,
			    roles[t->role]);
		draw_column(&s->win, name + 11, y, 12, false, THEME_NORMAL,
			    f->is_new ? "-"
			    : t->answer == ANSWER_NONE ||
					    t->answer == ANSWER_UNKNOWN
				    ? "no answer"
				    : answer_name(t->answer));
		name += 24;
	}
	draw_column(&s->win, name, y, s->win.w - name - 1, false, role, hour.s);
}

/* What one should know before it goes out. */
static void draw_note(struct screen *s, const struct event_form *f)
{
	struct str b CLEANUP(str_release) = STR_INIT;
	int64_t from, to;
	int busy = 0, y = s->win.h - 1;
	const char *who = NULL;

	draw_fill(&s->win, 0, y, s->win.w, THEME_HEADER);
	event_form_span(f, &from, &to);
	for (size_t i = 0; i < f->appt.attendees.n; i++) {
		const struct attendee *t = &f->appt.attendees.v[i];
		const struct free_busy *known = event_form_busy(f, t->addr);
		enum show_as is =
			known ? free_busy_at(known, from, to, NULL) : SHOW_FREE;

		if (t->role == ATTENDEE_OPTIONAL ||
		    (is != SHOW_BUSY && is != SHOW_AWAY))
			continue;
		busy++;
		who = t->name ? t->name : t->addr;
	}
	if (busy == 1)
		str_addf(&b, "%s is busy.", who);
	else if (busy)
		str_addf(&b, "%d are busy.", busy);
	if (busy && f->next.start != CLOCK_NEVER) {
		str_add(&b, "  All are free ");
		dates_add_short_day(&b, zone_wall(f->own, f->next.start));
		str_add_char(&b, ' ');
		dates_add_times(&b, f->next.start, f->next.end, false, f->own);
		str_add(&b, ": > takes it");
	}
	if (!busy)
		str_add(&b, f->at < EVENT_FIELD_COUNT
				    ? event_field_help((enum event_field)f->at)
				    : "o required or optional   d away from "
				      "the list");
	draw_column(&s->win, 1, y, s->win.w - 2, false, THEME_HEADER, b.s);
}

static void draw_event(struct app *app, struct screen *s)
{
	struct event_form *f = s->data;
	int rows = s->win.h - 2, count, y = 1;
	int lines = EVENT_FIELD_COUNT + 1 + (int)f->appt.attendees.n;

	(void)app;
	draw_clear(&s->win, THEME_NORMAL);
	if (s->win.h < 5 || s->win.w < 30)
		return;
	draw_title(s, f);
	/* The cursor's line: the people stand below a heading. */
	count = f->at + (f->at >= EVENT_FIELD_COUNT);
	if (count < f->top)
		f->top = count;
	if (count >= f->top + rows)
		f->top = count - rows + 1;
	if (f->top > lines - rows)
		f->top = lines > rows ? lines - rows : 0;
	for (int i = f->top; i < lines && y <= rows; i++, y++) {
		if (i < EVENT_FIELD_COUNT) {
			draw_field(s, f, (enum event_field)i, y);
		} else if (i == EVENT_FIELD_COUNT) {
			draw_column(&s->win, 2, y, s->win.w - 3, false,
				    THEME_FIELD,
				    !f->appt.attendees.n
					    ? "People    nobody: a invites"
				    : s->win.w >= 70
					    ? "People                       "
					      "  role       answer      that "
					      "hour"
					    : "People");
		} else {
			draw_person(s, f, (size_t)(i - EVENT_FIELD_COUNT - 1),
				    y);
		}
	}
	draw_note(s, f);
}

static void event_event(struct app *app, struct screen *s,
			const struct event *ev)
{
	struct event_form *f = s->data;

	if (!event_form_event(f, ev))
		return;
	/* Who came in meanwhile, or other days, could not be asked yet. */
	if (ev->kind == EVENT_DONE)
		event_form_ask_busy(app, f);
	app_damage(app, DAMAGE_SCREEN);
}

static bool event_mouse(struct app *app, struct screen *s,
			const struct input *in)
{
	struct event_form *f = s->data;
	int line = in->y - s->win.y - 1 + f->top;

	if (in->action != MOUSE_PRESS || in->y <= s->win.y ||
	    line == EVENT_FIELD_COUNT ||
	    line > EVENT_FIELD_COUNT + (int)f->appt.attendees.n)
		return false;
	f->at = line > EVENT_FIELD_COUNT ? line - 1 : line;
	app_damage(app, DAMAGE_SCREEN);
	if (in->clicks == 2) {
		struct command_call call = {.id = COMMAND_form_change};

		command_run(app, &call);
	}
	return true;
}

static unsigned event_has(struct app *app, struct screen *s)
{
	struct event_form *f = s->data;

	(void)app;
	return f->at >= EVENT_FIELD_COUNT ? NEED_person : 0;
}

const struct screen_ops scr_event_ops = {
	.open = open_event,
	.reopen = reopen_event,
	.close = close_event,
	.draw = draw_event,
	.event = event_event,
	.mouse = event_mouse,
	.has = event_has,
};

/* --- commands ------------------------------------------------------------- */

static void move(struct app *app, int by)
{
	struct event_form *f = event_form_of(app);
	int n;

	if (!f)
		return;
	n = EVENT_FIELD_COUNT + (int)f->appt.attendees.n;
	f->at = (f->at + by + n) % n;
}

void cmd_form_next(struct app *app, const struct command_call *call)
{
	(void)call;
	move(app, 1);
}

void cmd_form_previous(struct app *app, const struct command_call *call)
{
	(void)call;
	move(app, -1);
}

static void field_typed(struct app *app, void *ctx, const char *text)
{
	struct event_form *f = event_form_of(app);
	enum event_field id = *(enum event_field *)ctx;
	struct err err;

	if (!f || !text)
		return;
	if (!event_field_set(f, id, text, &err)) {
		message_error(app, event_field_label(id), &err);
		return;
	}
	if (id == EVENT_FIELD_WHEN || id == EVENT_FIELD_ZONE)
		event_form_ask_busy(app, f);
	if (f->at == (int)id)
		move(app, 1);
	app_damage(app, DAMAGE_SCREEN);
}

static void change(struct app *app, struct event_form *f, enum event_field id)
{
	struct str label CLEANUP(str_release) = STR_INIT;
	struct str value CLEANUP(str_release) = STR_INIT;
	enum event_field *ctx;
	struct prompt_spec spec = {
		.history = id == EVENT_FIELD_WHEN ? "event" : NULL,
		.complete = id == EVENT_FIELD_CATEGORY ? "category" : NULL,
		.done = field_typed,
		.free_ctx = free};

	if (event_field_step(f, id))
		return;
	ctx = xmalloc(sizeof(*ctx));
	*ctx = id;
	spec.ctx = ctx;
	/* When it is shown in words of its own: these are typed anew. */
	if (id != EVENT_FIELD_WHEN && id != EVENT_FIELD_NOTES)
		event_field_add(&value, f, id);
	if (id == EVENT_FIELD_NOTES)
		str_add(&value, str_or_empty(f->appt.notes));
	str_addf(&label, "%s: ", event_field_label(id));
	spec.label = label.s;
	spec.initial = value.s;
	prompt_open(app, &spec);
}

void cmd_form_change(struct app *app, const struct command_call *call)
{
	struct event_form *f = event_form_of(app);

	(void)call;
	if (!f)
		return;
	if (f->at < EVENT_FIELD_COUNT)
		change(app, f, (enum event_field)f->at);
	else
		cmd_form_role(app, call);
}

static void people_typed(struct app *app, void *ctx, const char *text)
{
	struct event_form *f = event_form_of(app);

	(void)ctx;
	if (!f || !text || !*text)
		return;
	event_form_add_people(app, f, text, ATTENDEE_REQUIRED);
	event_form_ask_busy(app, f);
	app_damage(app, DAMAGE_SCREEN);
}

void cmd_form_people(struct app *app, const struct command_call *call)
{
	struct prompt_spec spec = {.label = "Invite: ",
				   .complete = "person",
				   .popup = true,
				   .done = people_typed};

	if (*call->rest)
		people_typed(app, NULL, call->rest);
	else
		prompt_open(app, &spec);
}

static struct attendee *current(struct event_form *f)
{
	size_t at = f ? (size_t)(f->at - EVENT_FIELD_COUNT) : 0;

	return f && f->at >= EVENT_FIELD_COUNT && at < f->appt.attendees.n
		       ? &f->appt.attendees.v[at]
		       : NULL;
}

void cmd_form_role(struct app *app, const struct command_call *call)
{
	struct attendee *t = current(event_form_of(app));

	(void)call;
	if (t)
		t->role = (enum attendee_role)((t->role + 1) % ATTENDEE_ROLES);
}

void cmd_form_remove(struct app *app, const struct command_call *call)
{
	struct event_form *f = event_form_of(app);
	struct attendee *t = current(f);

	(void)call;
	if (!t)
		return;
	attendee_release(t);
	vec_remove(&f->appt.attendees, (size_t)(t - f->appt.attendees.v));
	if (f->at > EVENT_FIELD_COUNT ||
	    f->at - EVENT_FIELD_COUNT >= (int)f->appt.attendees.n)
		f->at--;
}

void cmd_form_freebusy(struct app *app, const struct command_call *call)
{
	struct event_form *f = event_form_of(app);

	(void)call;
	if (f)
		busy_open_with(app, &f->appt, true);
}

void cmd_form_next_free(struct app *app, const struct command_call *call)
{
	struct event_form *f = event_form_of(app);

	(void)call;
	if (!f)
		return;
	if (f->next.start == CLOCK_NEVER) {
		message_show(app, MESSAGE_INFO,
			     "No better time is known in these two weeks: f "
			     "shows them");
		return;
	}
	f->appt.start = f->next.start;
	f->appt.end = f->next.end;
	f->appt.flags &= ~(unsigned)APPT_ALL_DAY;
	f->next.start = CLOCK_NEVER;
	event_form_ask_busy(app, f);
}

/* --- the notes in the editor ---------------------------------------------- */

void cmd_form_notes(struct app *app, const struct command_call *call)
{
	struct event_form *f = event_form_of(app);
	const char *editor = getenv("VISUAL");
	char *dir CLEANUP(mem_free_ptr) = config_runtime_dir();
	char *path CLEANUP(mem_free_ptr) = NULL;
	struct str text CLEANUP(str_release) = STR_INIT;
	struct strv argv CLEANUP(strv_release);
	const char *notes;
	struct err err = ERR_INIT;
	int status = 0;

	strv_init(&argv);
	(void)call;
	if (!f)
		return;
	if (!editor || !*editor)
		editor = getenv("EDITOR");
	if (!editor || !*editor)
		editor = "vi";
	path = xasprintf("%s/notes.txt", dir);
	notes = str_or_empty(f->appt.notes);
	if (!proc_make_dirs(dir, &err) ||
	    !proc_write_file(path, notes, strlen(notes), 0600, &err) ||
	    !proc_parse(&argv, editor, &err)) {
		message_error(app, "The editor could not be started", &err);
		return;
	}
	strv_add(&argv, path);
	if (!app_run_outside(app, &argv, &status, &err) ||
	    !proc_read_file(path, &text, NOTES_MAX, &err))
		message_error(app, "The notes are as they were", &err);
	else
		mem_replace(&f->appt.notes, text.len ? xstrdup(text.s) : NULL);
	unlink(path);
}

/* --- leaving -------------------------------------------------------------- */

static void close_form(struct app *app)
{
	struct screen *s = screen_get(app, SCREEN_event);

	if (s)
		screen_close(app, s);
}

static void keep_chosen(struct app *app, void *ctx, char choice)
{
	struct event_form *f = event_form_of(app);
	struct cal *c = cal_of(app);
	int64_t start;
	bool all_day;

	(void)ctx;
	if (!f || (choice != 'y' && choice != 'q'))
		return;
	start = f->appt.start;
	all_day = f->appt.flags & APPT_ALL_DAY;
	if (!event_form_keep(app, f, choice == 'q'))
		return;
	close_form(app);
	/* The cursor goes where the event is now. */
	if (c && c->mode < CAL_MONTH)
		cal_show_time(app, start, all_day);
}

void cmd_form_keep(struct app *app, const struct command_call *call)
{
	struct event_form *f = event_form_of(app);

	(void)call;
	if (!f)
		return;
	if (event_form_is_meeting(f) &&
	    (f->is_new || appointment_differs(&f->before, &f->appt)))
		prompt_choose(app,
			      f->is_new ? "Send invitations? q keeps it "
					  "quietly, n goes on"
					: "Send updates to the attendees? q "
					  "keeps it quietly, n goes on",
			      "yqn", 'y', keep_chosen, NULL, NULL);
	else
		keep_chosen(app, NULL, 'y');
}

static void leave_chosen(struct app *app, void *ctx, char choice)
{
	(void)ctx;
	if (choice == 'y')
		close_form(app);
}

void cmd_form_leave(struct app *app, const struct command_call *call)
{
	struct event_form *f = event_form_of(app);

	(void)call;
	if (f && appointment_differs(&f->before, &f->appt))
		prompt_choose(app, "Leave it as it was before?", "yn", 'n',
			      leave_chosen, NULL, NULL);
	else
		close_form(app);
}

static void cancel_chosen(struct app *app, void *ctx, char choice)
{
	struct event_form *f = event_form_of(app);
	struct appointment_change c CLEANUP(appointment_change_release);
	char *said CLEANUP(mem_free_ptr) = NULL;

	(void)ctx;
	appointment_change_init(&c);
	if (!f || (choice != 'y' && choice != 'q'))
		return;
	c.op = APPT_CANCEL;
	c.quiet = choice == 'q';
	c.original = f->original;
	mem_replace(&c.appt.subject, xstrdup(f->before.subject));
	said = xasprintf("Cancelled \"%s\" - u undo",
			 str_or_empty(f->before.subject));
	if (f->following ? event_form_end_series(app, f, c.quiet, said)
			 : session_change(app, intent_event(&c, 0, f->item, 0),
					  "Cancel", said))
		close_form(app);
}

void cmd_form_cancel(struct app *app, const struct command_call *call)
{
	struct event_form *f = event_form_of(app);

	(void)call;
	if (!f)
		return;
	if (f->is_new)
		cmd_form_leave(app, call);
	else if (event_form_is_meeting(f))
		prompt_choose(app,
			      "Cancel it and tell the attendees? q does "
			      "so quietly",
			      "yqn", 'n', cancel_chosen, NULL, NULL);
	else
		prompt_choose(app, "Delete this event?", "yn", 'n',
			      cancel_chosen, NULL, NULL);
}
