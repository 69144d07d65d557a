/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The reader: one message on the whole screen. */
#include "ui/reader.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "config/config.h"
#include "engine/engine.h"
#include "ui/format.h"
#include "ui/mail.h"
#include "ui/session.h"
#include "ui/view_seal.h"

struct reader {
	struct view *view;
	int64_t id;
	char *title; /* "Inbox  3 of 4,812" */
	int read_timer;
	bool stale_title;
	char *folder;	/* the name of the folder that it was last seen in */
	int64_t titled; /* the message that this name is for */
};

static struct reader *reader_of(struct app *app)
{
	struct screen *s = screen_get(app, SCREEN_reader);

	return s ? s->data : NULL;
}

/* --- what is shown --------------------------------------------------------------- */

static void now_read(struct app *app, void *ctx)
{
	struct reader *r = ctx;
	const struct item *it = view_item(app, r->view);

	r->read_timer = 0;
	if (it)
		mail_mark_read(app, it);
}

static void start_reading(struct app *app, struct reader *r)
{
	const struct item *it = view_item(app, r->view);
	int64_t wait = 0;

	app_timer_cancel(app, r->read_timer);
	r->read_timer = 0;
	if (!it || it->flags & ITEM_READ)
		return;
	if (app->config && app->account)
		wait = config_duration(app->config, app->account->name,
				       CONFIG_MARK_READ_AFTER);
	if (wait == 0)
		mail_mark_read(app, it);
	else if (wait > 0)
		r->read_timer = app_timer(app, wait * 1000, now_read, r);
}

static void show(struct app *app, struct reader *r, int64_t id)
{
	r->id = id;
	r->stale_title = true;
	view_show(r->view, id, true);
	start_reading(app, r);
	app_damage(app, DAMAGE_SCREEN);
}

static void make_title(struct app *app, struct reader *r)
{
	struct mail *m = mail_of(app);
	const struct item *it = view_item(app, r->view);
	const struct folder *f;
	struct str b = STR_INIT;
	int64_t place, count;

	r->stale_title = false;
	if (!it) {
		mem_replace(&r->title, NULL);
		return;
	}
	/* What has left, as an answered invitation does, was where it was. */
	f = m ? mail_folder_by_id(m, it->folder) : NULL;
	if (f || r->titled != it->id)
		mem_replace(&r->folder, f ? xstrdup(f->name) : NULL);
	r->titled = it->id;
	str_add(&b, str_or_empty(r->folder));
	if (f && m->store &&
	    query_position(m->store, &m->query, it, &place, NULL) &&
	    query_count(m->store, &m->query, INT64_MAX, &count, NULL) &&
	    place < count) {
		str_add(&b, "  ");
		format_add_count(&b, place + 1);
		str_add(&b, " of ");
		format_add_count(&b, count);
	}
	mem_replace(&r->title, str_take(&b));
}

/* --- the screen --------------------------------------------------------------------- */

static bool open_reader(struct app *app, struct screen *s, const char *arg,
			struct err *err)
{
	struct reader *r;
	int64_t id = arg ? strtoll(arg, NULL, 10) : mail_front_item(app);

	if (id <= 0)
		return err_set(err, ERR_INPUT, "no message is selected");
	r = xcalloc(1, sizeof(*r));
	r->view = view_new(false);
	s->data = r;
	show(app, r, id);
	return true;
}

static void reopen_reader(struct app *app, struct screen *s, const char *arg)
{
	int64_t id = arg ? strtoll(arg, NULL, 10) : 0;

	if (id > 0)
		show(app, s->data, id);
}

static void close_reader(struct app *app, struct screen *s)
{
	struct reader *r = s->data;

	app_timer_cancel(app, r->read_timer);
	view_free(r->view);
	free(r->title);
	free(r->folder);
	free(r);
}

static void layout_reader(struct app *app, struct screen *s)
{
	struct reader *r = s->data;
	int margin = s->win.w >= 60 ? 1 : 0;
	struct win w = win_sub(&s->win, margin, 1, s->win.w - 2 * margin,
			       s->win.h - 1);

	(void)app;
	view_set_win(r->view, &w);
}

static void draw_reader(struct app *app, struct screen *s)
{
	struct reader *r = s->data;
	struct str right CLEANUP(str_release) = STR_INIT;
	struct pager *p = view_pager(r->view);
	enum theme_role role = THEME_HEADER;
	const char *seal;
	int need;

	draw_clear(&s->win, THEME_NORMAL);
	view_draw(app, r->view, screen_top(app) == s);
	if (r->stale_title)
		make_title(app, r);
	if (view_letter(app, r->view))
		str_addf(&right, "%s  ", view_mode_name(r->view));
	if (pager_at_end(p))
		str_add(&right, "end");
	else
		str_addf(&right, "%d%%", pager_percent(p));
	need = (int)utf8_width(right.s) + 2;
	/* Here, where no message can write. */
	seal = view_seal_word(view_sealed(r->view), &role);
	if (*seal)
		need += (int)utf8_width(seal) + 4;
	draw_fill(&s->win, 0, 0, s->win.w, THEME_HEADER);
	draw_column(&s->win, 1, 0, s->win.w - 2 - need, false, THEME_HEADER,
		    str_or_empty(r->title));
	if (*seal)
		draw_textf(&s->win, s->win.w - need + 1, 0, role, "[%s]", seal);
	need = (int)utf8_width(right.s) + 2;
	draw_text(&s->win, s->win.w - need + 1, 0, need, THEME_HEADER, right.s);
}

static void reader_event(struct app *app, struct screen *s,
			 const struct event *ev)
{
	struct reader *r = s->data;

	if (ev->kind == EVENT_ITEMS || ev->kind == EVENT_FOLDERS)
		r->stale_title = true;
	if (view_event(app, r->view, ev) || r->stale_title)
		app_damage(app, DAMAGE_SCREEN);
}

static void step(struct app *app, struct reader *r, int by, bool unread)
{
	struct mail *m = mail_of(app);
	const struct item *under;
	int64_t id;

	if (m)
		mail_sync_list(m);
	under = m ? mail_current(m) : NULL;
	/* What was read may have left the list ("is:unread"): then the cursor
	 * is on the next one already. */
	if (under && by > 0 && !unread && under->id != r->id)
		id = under->id;
	else
		id = mail_step(app, by, unread);
	if (id)
		show(app, r, id);
	else if (unread)
		message_show(app, MESSAGE_INFO, "Nothing unread here");
	else
		message_show(app, MESSAGE_INFO,
			     by > 0 ? "That was the last one"
				    : "That is the first one");
}

static void search_done(struct app *app, void *ctx, const char *text)
{
	struct view *v = reader_view(app);

	(void)ctx;
	if (v && text && !pager_search(view_pager(v), text, false) && *text)
		message_show(app, MESSAGE_WARNING, "\"%s\" is not in this text",
			     text);
}

void reader_search(struct app *app, const struct command_call *call)
{
	struct prompt_spec spec = {
		.label = "Find: ", .history = "search", .done = search_done};

	if (call->argc)
		search_done(app, NULL, call->rest);
	else
		prompt_open(app, &spec);
}

static bool reader_command(struct app *app, struct screen *s,
			   const struct command_call *call)
{
	struct reader *r = s->data;
	struct pager *p = view_pager(r->view);

	switch ((int)call->id) {
	case COMMAND_search:
		reader_search(app, call);
		return true;
	case COMMAND_text_down:
		if (pager_at_end(p))
			step(app, r, 1, false);
		else
			pager_command(p, call);
		return true;
	}
	return pager_command(p, call);
}

static bool reader_mouse(struct app *app, struct screen *s,
			 const struct input *in)
{
	struct reader *r = s->data;
	int link = 0;

	if (!pager_mouse(view_pager(r->view), in, &link))
		return false;
	if (link) {
		struct command_call call = {.id = COMMAND_link_open,
					    .count = link};

		command_run(app, &call);
	}
	app_damage(app, DAMAGE_SCREEN);
	return true;
}

static unsigned reader_has(struct app *app, struct screen *s)
{
	struct reader *r = s->data;
	struct mail *m = mail_of(app);
	unsigned has = NEED_writable | (m && m->node ? NEED_folder : 0);

	if (view_item(app, r->view))
		has |= NEED_item;
	if (view_letter(app, r->view))
		has |= NEED_text;
	return has;
}

/* A card that waits has y, t and n. */
static enum scope reader_scope(struct app *app, struct screen *s)
{
	struct reader *r = s->data;

	(void)view_invite(app, r->view);
	return view_card_focused(r->view) ? SCOPE_invitation : SCOPE_reader;
}

const struct screen_ops scr_reader_ops = {
	.open = open_reader,
	.close = close_reader,
	.reopen = reopen_reader,
	.layout = layout_reader,
	.draw = draw_reader,
	.event = reader_event,
	.mouse = reader_mouse,
	.command = reader_command,
	.has = reader_has,
	.scope = reader_scope,
};

/* --- for others --------------------------------------------------------------------------- */

struct view *reader_view(struct app *app)
{
	struct screen *s = screen_top(app);
	struct reader *r = reader_of(app);
	struct mail *m = mail_of(app);

	if (s && s->id == SCREEN_mail)
		return m && m->view_win.h > 0 ? m->view : NULL;
	return r ? r->view : NULL;
}

struct view *reader_own_view(struct app *app)
{
	struct reader *r = reader_of(app);

	return r ? r->view : NULL;
}

int64_t reader_item(struct app *app)
{
	struct reader *r = reader_of(app);
	int64_t parts = parts_item(app);

	return parts ? parts : r ? r->id : 0;
}

void reader_show(struct app *app, int64_t item)
{
	struct reader *r = reader_of(app);

	if (r)
		show(app, r, item);
}

void reader_leave(struct app *app)
{
	static const enum screen_id ids[] = {SCREEN_links, SCREEN_parts,
					     SCREEN_reader};

	for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
		struct screen *s = screen_get(app, ids[i]);

		if (s)
			screen_close(app, s);
	}
}

struct letter *reader_letter(struct app *app, bool *owned)
{
	int64_t id = mail_front_item(app);
	struct view *v = reader_view(app);
	struct err err = ERR_INIT;
	struct letter *l;

	*owned = false;
	if (v && view_id(v) == id && view_letter(app, v))
		return view_letter(app, v);
	l = view_read_letter(app, id, &err);
	*owned = l != NULL;
	if (!l && err.kind == ERR_NOT_FOUND)
		message_show(app, MESSAGE_WARNING,
			     "This message is not kept offline: ,b fetches it");
	else if (!l)
		message_error(app, "The message could not be read", &err);
	return l;
}

/* --- to other messages ------------------------------------------------------------------------ */

static void step_front(struct app *app, int by, bool unread)
{
	struct screen *s = screen_top(app);

	if (s && s->id == SCREEN_reader)
		step(app, s->data, by, unread);
	else if (!mail_step(app, by, unread))
		message_show(app, MESSAGE_INFO,
			     unread ? "Nothing unread here"
				    : "No further message");
}

void cmd_next_message(struct app *app, const struct command_call *call)
{
	(void)call;
	step_front(app, 1, false);
}

void cmd_prev_message(struct app *app, const struct command_call *call)
{
	(void)call;
	step_front(app, -1, false);
}

void cmd_next_unread(struct app *app, const struct command_call *call)
{
	(void)call;
	step_front(app, 1, true);
}

void cmd_prev_unread(struct app *app, const struct command_call *call)
{
	(void)call;
	step_front(app, -1, true);
}

/* --- commands on the text ------------------------------------------------------------------- */

void cmd_headers(struct app *app, const struct command_call *call)
{
	struct view *v = reader_view(app);

	(void)call;
	if (v)
		view_toggle_headers(v);
}

void cmd_view(struct app *app, const struct command_call *call)
{
	struct view *v = reader_view(app);

	if (!v)
		return;
	if (!call->argc)
		view_next_mode(app, v);
	else if (!view_set_mode(v, call->argv[0]))
		message_show(app, MESSAGE_ERROR,
			     "\"%s\" is no view: text, html, source",
			     call->argv[0]);
}

void cmd_fold_quotes(struct app *app, const struct command_call *call)
{
	struct view *v = reader_view(app);
	struct pager *p = v ? view_pager(v) : NULL;

	(void)call;
	if (!p)
		return;
	pager_fold_quotes(p, !pager_quotes_folded(p));
	message_show(app, MESSAGE_INFO,
		     pager_quotes_folded(p) ? "Long quotes are folded"
					    : "Quotes are shown");
}

void cmd_fetch(struct app *app, const struct command_call *call)
{
	struct view *v = reader_view(app);
	const struct engine_state *e = session_state(app);
	struct request r = {.kind = REQUEST_BODY};

	(void)call;
	if (!e || e->online != ENGINE_ONLINE) {
		message_show(app, MESSAGE_WARNING,
			     "Offline: the message can be fetched when online");
		return;
	}
	if (v && view_id(v) == mail_front_item(app)) {
		view_fetch(app, v);
		return;
	}
	r.item = mail_front_item(app);
	session_submit(app, &r, "Fetch");
}
