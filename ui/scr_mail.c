/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The mail screen: folders, messages, preview. */
#include "ui/mail_threads.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "config/config.h"
#include "engine/engine.h"
#include "text/span.h"
#include "ui/format.h"
#include "ui/reader.h"
#include "ui/session.h"

/* Breakpoints of the whole screen, in cells. */
#define WIDTH_TWO_PANES 60
#define WIDTH_THREE_PANES 120
#define HEIGHT_PREVIEW 16
#define LIST_ROWS_MIN 4
/* A message under the cursor for so long is read, unless configured. */
#define PREVIEW_READ_MS 2000
#define FRAME_ROWS 3 /* row 1, hints, message line */
#define FOLDERS_LEAST 15
#define WIDTH_STRIP 150
#define WIDTH_STRIP_LEAST 80 /* where the person wants it */

struct mail *mail_of(struct app *app)
{
	struct screen *s = screen_get(app, SCREEN_mail);

	return s ? s->data : NULL;
}

/* --- opening and closing ----------------------------------------------------- */

static bool open_mail(struct app *app, struct screen *s, const char *arg,
		      struct err *err)
{
	struct mail *m = xcalloc(1, sizeof(*m));

	(void)arg;
	(void)err;
	m->app = app;
	m->store = app->store;
	m->tree = tree_new();
	m->list = mail_list_new(m);
	m->view = view_new(true);
	m->strip = day_strip_new();
	m->focus = MAIL_LIST;
	m->preview = !app->config ||
		     config_choice(app->config, NULL, CONFIG_PREVIEW) != 3;
	m->stale_folders = m->stale_list = m->reload_list = true;
	list_set_header(m->list, false);
	s->data = m;
	return true;
}

static void close_mail(struct app *app, struct screen *s)
{
	struct mail *m = s->data;

	app_timer_cancel(app, m->read_timer);
	app_timer_cancel(app, m->saved_timer);
	list_free(m->list);
	tree_free(m->tree);
	view_free(m->view);
	day_strip_free(app, m->strip);
	mail_meetings_release(m);
	folder_list_release(&m->folders);
	folder_release(&m->known);
	for (size_t i = 0; i < m->places.n; i++)
		free(m->places.v[i].limit);
	vec_release(&m->places);
	vec_release(&m->leaving);
	vec_release(&m->flipped);
	mail_thread_forget(m);
	mail_drop_both(m);
	search_node_free(m->saved);
	strv_release(&m->saved_names);
	vec_release(&m->saved_counts);
	strv_release(&m->saved_queries);
	free(m->columns);
	search_node_free(m->limit);
	free(m->limit_text);
	free(m->typed);
	free(m->kept_text);
	free(m->server_text);
	free(m);
	s->data = NULL;
}

/* --- layout -------------------------------------------------------------------- */

static int folders_width(const struct app *app, int width)
{
	if (app->accessible)
		return 0;
	if (width < WIDTH_TWO_PANES)
		return 0;
	if (width < 80)
		return FOLDERS_LEAST;
	return width < WIDTH_THREE_PANES ? 16 : width < 150 ? 19 : 22;
}

/* Cells of the day strip with the line before it; 0: it is not shown. */
static int strip_cells(const struct mail *m, const struct screen *s)
{
	int choice = m->app->config ? config_choice(m->app->config, NULL,
						    CONFIG_DAY_STRIP)
				    : 0;
	bool wanted = m->strip_wish == STRIP_SHOWN ||
		      (m->strip_wish == STRIP_AUTO && choice == 1);

	if (m->app->accessible || m->strip_wish == STRIP_HIDDEN ||
	    (choice == 2 && !wanted))
		return 0;
	return s->win.w >= (wanted ? WIDTH_STRIP_LEAST : WIDTH_STRIP)
		       ? DAY_STRIP_CELLS + 1
		       : 0;
}

static bool wants_preview(const struct mail *m, const struct screen *s)
{
	return m->preview && s->win.w >= WIDTH_TWO_PANES &&
	       s->win.h + FRAME_ROWS >= HEIGHT_PREVIEW;
}

/* width: without the day strip. */
static bool preview_right(const struct mail *m, int width)
{
	int choice = m->app->config ? config_choice(m->app->config, NULL,
						    CONFIG_PREVIEW)
				    : 0;

	if (m->app->accessible)
		return false;
	return choice == 1 ? width >= 100
			   : choice != 2 && width >= WIDTH_THREE_PANES;
}

/* One pane: the one that has the focus fills the screen. */
static void layout_narrow(struct mail *m, const struct win *body)
{
	struct win none = {body->x, body->y, 0, 0};

	m->tree_win = m->focus == MAIL_FOLDERS ? *body : none;
	m->list_win = m->focus == MAIL_FOLDERS ? none : *body;
	m->view_win = none;
}

static void layout_panes(struct mail *m, struct screen *s,
			 const struct win *body)
{
	int strip = strip_cells(m, s);
	int wide = folders_width(m->app, s->win.w - strip);
	/* The folders stay beside what the strip leaves. */
	int left = strip && !wide ? FOLDERS_LEAST : wide;
	int x = left ? left + 1 : 0;
	int w = body->w - x - strip;
	int list_w, list_h;

	m->line_x[0] = left;
	if (strip) {
		m->line_x[2] = s->win.w - strip;
		m->strip_win = win_sub(&s->win, s->win.w - strip + 1, 0,
				       strip - 1, s->win.h);
	}
	m->tree_win = win_sub(body, 0, 0, left, body->h);
	if (!wants_preview(m, s)) {
		m->list_win = win_sub(body, x, 0, w, body->h);
		return;
	}
	if (preview_right(m, s->win.w - strip)) {
		list_w = w * 56 / 100;
		m->line_x[1] = x + list_w;
		m->list_win = win_sub(body, x, 0, list_w, body->h);
		m->view_win = win_sub(body, x + list_w + 1, 0, w - list_w - 1,
				      body->h);
		return;
	}
	list_h = body->h * 45 / 100;
	if (list_h < LIST_ROWS_MIN)
		list_h = LIST_ROWS_MIN;
	m->line_y = list_h;
	m->list_win = win_sub(body, x, 0, w, list_h);
	m->view_win = win_sub(body, x, list_h + 1, w, body->h - list_h - 1);
}

static void layout_mail(struct app *app, struct screen *s)
{
	struct mail *m = s->data;
	struct win body = win_sub(&s->win, 0, 1, s->win.w, s->win.h - 1);

	m->line_x[0] = m->line_x[1] = m->line_x[2] = m->line_y = 0;
	m->view_win = m->strip_win = (struct win){0, 0, 0, 0};
	if (folders_width(app, s->win.w) == 0 && !app->accessible)
		layout_narrow(m, &body);
	else
		layout_panes(m, s, &body);
	if (m->view_win.h <= 0 && m->focus == MAIL_VIEW)
		m->focus = MAIL_LIST;
	tree_set_win(m->tree, &m->tree_win);
	list_set_win(m->list, &m->list_win);
	view_set_win(m->view, &m->view_win);
}

/* --- drawing ------------------------------------------------------------------- */

static void add_title(struct mail *m, struct str *b)
{
	const struct folder *f = mail_folder(m);
	int64_t n;

	str_add(b, mail_node_name(m));
	if (m->limit_text) {
		n = list_count(m->list);
		str_add(b, " - ");
		if (n >= 0)
			format_add_count(b, n);
		if (n >= MAIL_COUNT_MOST)
			str_add_char(b, '+');
		if (n >= 0 && f)
			str_add(b, " of ");
		if (f && n >= 0)
			format_add_count(b, f->total);
		str_addf(b, "%smatch \"%s\"%s", n >= 0 ? " " : "",
			 m->limit_text,
			 m->server_limit ? ", with the server's" : "");
		return;
	}
	if (f) {
		str_add(b, " - ");
		if (f->unread) {
			format_add_count(b, f->unread);
			str_add(b, " unread / ");
		}
		format_add_count(b, f->total);
		return;
	}
	n = list_count(m->list);
	if (n >= 0) {
		str_add(b, " - ");
		format_add_count(b, n);
	}
}

/* Where not both fit, how many are tagged is said and not the order. */
static void add_right_title(struct mail *m, int cells, struct str *b)
{
	const char *sort = mail_sort_text(m);
	int64_t *ids = NULL;
	size_t tagged = list_tagged(m->list, &ids);

	free(ids);
	if (tagged)
		str_addf(b, "%zu tagged%s", tagged,
			 m->armed ? " - next command" : " (;)");
	if (tagged && (int)(utf8_width(b->s) + utf8_width(sort)) + 2 > cells)
		return;
	str_addf(b, "%s%s", tagged ? "  " : "", sort);
}

/* Text at the left, more at the right edge where both fit. */
static void draw_title(const struct win *w, int x, int cells, const char *left,
		       const char *right, unsigned style)
{
	int need = (int)utf8_width(right);
	int have = (int)utf8_width(left);

	if (cells <= 0)
		return;
	draw_fill(w, x, 0, cells, style);
	if (have + need + 3 > cells)
		need = 0;
	draw_column(w, x + 1, 0, cells - 1 - (need ? need + 2 : 0), false,
		    style, left);
	if (need)
		draw_text(w, x + cells - need - 1, 0, need, style, right);
}

static void draw_titles(struct mail *m, struct screen *s)
{
	struct str left CLEANUP(str_release) = STR_INIT;
	struct str right CLEANUP(str_release) = STR_INIT;
	int x = m->line_x[0] ? m->line_x[0] + 1 : 0;
	int last = m->line_x[2] ? m->line_x[2] : s->win.w;
	int end = m->line_x[1] ? m->line_x[1] : last;
	const struct item *it;

	add_title(m, &left);
	add_right_title(m, end - x - (int)utf8_width(left.s) - 3, &right);
	if (m->list_win.w <= 0) {
		draw_title(&s->win, 0, s->win.w, "Folders", "", THEME_HEADER);
		return;
	}
	if (x)
		draw_title(&s->win, 0, m->line_x[0], "Folders", "",
			   THEME_HEADER);
	draw_title(&s->win, x, end - x, left.s, right.s, THEME_HEADER);
	if (!m->line_x[1])
		return;
	it = mail_current(m);
	draw_title(&s->win, end + 1, last - end - 1,
		   it ? str_or_empty(it->subject) : "", "", THEME_HEADER);
}

static void draw_lines(struct mail *m, struct screen *s)
{
	for (size_t i = 0; i < ARRAY_LEN(m->line_x); i++)
		if (m->line_x[i])
			draw_vline(&s->win, m->line_x[i], 0, s->win.h,
				   THEME_BORDER);
	if (m->line_y)
		draw_hline(&s->win, m->line_x[0] ? m->line_x[0] + 1 : 0,
			   m->line_y + 1, m->list_win.w, THEME_BORDER);
}

static void preview_read(struct app *app, void *ctx)
{
	struct mail *m = ctx;
	const struct item *it = mail_current(m);

	m->read_timer = 0;
	if (it && it->id == m->read_item)
		mail_mark_read(app, it);
}

/* Shows the message under the cursor; it counts as read once it was looked at
 * for a while. */
static void follow_cursor(struct mail *m)
{
	const struct item *it = mail_current(m);
	int64_t id = it ? it->id : 0;
	int64_t wait = PREVIEW_READ_MS;

	if (m->view_win.h <= 0 || view_id(m->view) == id)
		return;
	view_show(m->view, id, it && !(it->flags & ITEM_TOO_LARGE));
	app_timer_cancel(m->app, m->read_timer);
	m->read_timer = 0;
	m->read_item = id;
	if (m->app->config && m->app->account) {
		int64_t s =
			config_duration(m->app->config, m->app->account->name,
					CONFIG_MARK_READ_AFTER);

		wait = s < 0 ? -1 : s ? s * 1000 : wait;
	}
	/* Only what the person moved to: not what lay on top at start. */
	if (it && !(it->flags & ITEM_READ) && wait >= 0 && m->row_chosen)
		m->read_timer = app_timer(m->app, wait, preview_read, m);
}

static void load_stale(struct mail *m)
{
	if (m->store != m->app->store) {
		m->store = m->app->store;
		m->stale_folders = m->stale_list = m->reload_list = true;
		mail_meetings_release(m);
		day_strip_forget(m->app, m->strip);
	}
	if (m->rows_utf8 != term_is_utf8()) {
		m->rows_utf8 = term_is_utf8();
		m->stale_list = true;
	}
	mail_apply_typed(m);
	if (m->stale_folders)
		mail_load_folders(m);
	mail_sync_list(m);
}

static void draw_mail(struct app *app, struct screen *s)
{
	struct mail *m = s->data;
	bool front = screen_top(app) == s;

	load_stale(m);
	follow_cursor(m);
	draw_clear(&s->win, THEME_NORMAL);
	draw_titles(m, s);
	draw_lines(m, s);
	tree_draw(m->tree, front && m->focus == MAIL_FOLDERS);
	list_draw(m->list, front && m->focus == MAIL_LIST);
	view_draw(app, m->view, front && m->focus == MAIL_VIEW);
	if (m->strip_win.w > 0)
		day_strip_draw(app, m->strip, &m->strip_win);
}

/* --- events --------------------------------------------------------------------- */

static void mail_event(struct app *app, struct screen *s,
		       const struct event *ev)
{
	struct mail *m = s->data;

	switch (ev->kind) {
	case EVENT_FOLDERS:
	case EVENT_JOURNAL:
		m->stale_folders = true;
		break;
	case EVENT_ITEMS:
		mail_meetings_changed(m);
		m->stale_folders = true;
		if (!ev->folder || m->node < 0 || ev->folder == m->node ||
		    !m->query.folder)
			m->stale_list = true;
		break;
	case EVENT_FOREIGN:
		mail_meetings_changed(m);
		m->stale_folders = m->stale_list = true;
		break;
	case EVENT_RESULTS:
		mail_server_results(m, ev);
		break;
	case EVENT_BODY:
	case EVENT_STATE:
	case EVENT_PROGRESS:
	case EVENT_DONE:
	case EVENT_QUESTION:
	case EVENT_NEW_MAIL:
	case EVENT_NOTICE:
	case EVENT_PEOPLE:
	case EVENT_CONTACTS:
	case EVENT_PASSWORD:
	case EVENT_BUSY:
	case EVENT_OOF:
	case EVENT_SHARING:
	case EVENT_PUBLIC:
	case EVENT_RECOVER:
	case EVENT_STORAGE:
	case EVENT_SUGGESTED:
	case EVENT_ROOMS:
		break;
	}
	day_strip_event(app, m->strip, ev, m->strip_win.w > 0);
	if (view_event(app, m->view, ev) || m->stale_folders || m->stale_list)
		app_damage(app, DAMAGE_SCREEN);
}

/* --- keys and mouse --------------------------------------------------------------- */

static void set_focus(struct app *app, struct mail *m, enum mail_pane pane)
{
	m->focus = pane;
	app_damage(app, DAMAGE_LAYOUT | DAMAGE_ALL);
}

static void show_folder_under_cursor(struct app *app, struct mail *m)
{
	int64_t node = tree_current(m->tree);
	struct request r = {.kind = REQUEST_OPEN_FOLDER, .folder = node};

	if (!node || node == m->node)
		return;
	m->node_chosen = true;
	m->lost = false;
	mail_show_node(m, node);
	if (node > 0 && app->engine)
		session_submit(app, &r, NULL);
}

static void focus_next_pane(struct app *app, struct mail *m, int by)
{
	bool there[3] = {true, true, m->view_win.h > 0};
	int pane = (int)m->focus;

	do
		pane = (pane + 3 + by) % 3;
	while (!there[pane]);
	set_focus(app, m, (enum mail_pane)pane);
}

static void open_current(struct app *app, struct mail *m)
{
	const struct item *it = mail_current(m);
	char arg[32];

	if (!it)
		return;
	app_timer_cancel(app, m->read_timer);
	m->read_timer = 0;
	if (it->flags & ITEM_DRAFT) {
		struct command_call call = {.id = COMMAND_recall};

		command_run(app, &call);
		return;
	}
	snprintf(arg, sizeof(arg), "%" PRId64, it->id);
	screen_open(app, SCREEN_reader, arg);
}

static void folder_search_done(struct app *app, void *ctx, const char *text)
{
	struct mail *m = mail_of(app);

	(void)ctx;
	if (m && text && *text && !tree_search(m->tree, text, false))
		message_show(app, MESSAGE_WARNING, "No folder matches \"%s\"",
			     text);
	else if (m && text && m->list_win.w > 0)
		show_folder_under_cursor(app, m);
}

static void ask_folder_search(struct app *app, const struct command_call *call)
{
	struct prompt_spec spec = {.label = "Find folder: ",
				   .history = "search",
				   .done = folder_search_done};

	if (call->argc)
		folder_search_done(app, NULL, call->rest);
	else
		prompt_open(app, &spec);
}

static bool tree_hook(struct app *app, struct mail *m,
		      const struct command_call *call)
{
	if (call->id == COMMAND_open) {
		show_folder_under_cursor(app, m);
		set_focus(app, m, MAIL_LIST);
		return true;
	}
	if (call->id == COMMAND_search) {
		ask_folder_search(app, call);
		return true;
	}
	if (mail_saved_command(app, m, call))
		return true;
	if (!tree_command(m->tree, call))
		return false;
	/* With both panes on the screen the list follows the folder cursor. */
	if (m->list_win.w > 0)
		show_folder_under_cursor(app, m);
	return true;
}

static bool list_hook(struct app *app, struct mail *m,
		      const struct command_call *call)
{
	if (call->id == COMMAND_search) {
		mail_search(app, call);
		return true;
	}
	if (call->id == COMMAND_open) {
		open_current(app, m);
		return true;
	}
	if (call->id == COMMAND_fold)
		return mail_fold(m);
	if (call->id == COMMAND_fold_all)
		return mail_fold_all(m);
	if (!list_command(m->list, call))
		return false;
	m->row_chosen = true;
	return true;
}

static bool view_hook(struct app *app, struct mail *m,
		      const struct command_call *call)
{
	if (call->id == COMMAND_search) {
		reader_search(app, call);
		return true;
	}
	if (call->id == COMMAND_text_down &&
	    pager_at_end(view_pager(m->view))) {
		mail_step(app, 1, false);
		return true;
	}
	return pager_command(view_pager(m->view), call);
}

/* `;` lasts for one command: it is taken off before the command after it. */
static bool keeps_armed(const struct command_call *call)
{
	return command_get(call->id)->needs & NEED_item ||
	       call->id == COMMAND_apply_tagged;
}

static bool mail_command(struct app *app, struct screen *s,
			 const struct command_call *call)
{
	struct mail *m = s->data;

	load_stale(m);
	if (!keeps_armed(call))
		m->armed = false;
	if (call->id == COMMAND_focus_next || call->id == COMMAND_focus_prev) {
		focus_next_pane(app, m,
				call->id == COMMAND_focus_next ? 1 : -1);
		return true;
	}
	/* One step back from folders or preview is the list. */
	if (call->id == COMMAND_back && m->focus != MAIL_LIST) {
		set_focus(app, m, MAIL_LIST);
		return true;
	}
	switch (m->focus) {
	case MAIL_FOLDERS:
		return tree_hook(app, m, call);
	case MAIL_LIST:
		return list_hook(app, m, call);
	case MAIL_VIEW:
		return view_hook(app, m, call);
	}
	return false;
}

void cmd_preview(struct app *app, const struct command_call *call)
{
	struct mail *m = mail_of(app);

	(void)call;
	if (!m)
		return;
	m->preview = !m->preview;
	app_damage(app, DAMAGE_LAYOUT | DAMAGE_ALL);
}

/* The strip, shown or not; said where the screen is too narrow for it. */
static void set_strip(struct app *app, struct mail *m, struct screen *s,
		      bool shown)
{
	m->strip_wish = shown ? STRIP_SHOWN : STRIP_HIDDEN;
	if (app->accessible)
		message_show(app, MESSAGE_INFO,
			     "Nothing stands side by side here: ,c has the "
			     "calendar");
	else if (shown && !strip_cells(m, s))
		message_show(app, MESSAGE_WARNING,
			     "The day strip needs %d columns",
			     WIDTH_STRIP_LEAST);
	app_damage(app, DAMAGE_LAYOUT | DAMAGE_ALL);
}

void cmd_day_strip(struct app *app, const struct command_call *call)
{
	struct screen *s = screen_get(app, SCREEN_mail);
	struct mail *m = mail_of(app);
	struct zone *z;
	int64_t from, to;
	struct err err;

	if (!m)
		return;
	if (!*call->rest) {
		set_strip(app, m, s, !strip_cells(m, s));
		return;
	}
	z = zone_load_local();
	if (span_parse_days(call->rest, z, clock_now(), &from, &to, &err)) {
		day_strip_show(app, m->strip, zone_day(zone_wall(z, from)));
		set_strip(app, m, s, true);
	} else {
		message_show(app, MESSAGE_ERROR, "%s", err.text);
	}
	zone_free(z);
}

static void step_strip(struct app *app, int days)
{
	struct screen *s = screen_get(app, SCREEN_mail);
	struct mail *m = mail_of(app);

	if (!m)
		return;
	if (!strip_cells(m, s))
		set_strip(app, m, s, true);
	day_strip_show(app, m->strip, day_strip_day(m->strip) + days * 86400);
}

void cmd_strip_next(struct app *app, const struct command_call *call)
{
	step_strip(app, call->count > 0 ? call->count : 1);
}

void cmd_strip_previous(struct app *app, const struct command_call *call)
{
	step_strip(app, call->count > 0 ? -call->count : -1);
}

static bool mail_mouse(struct app *app, struct screen *s,
		       const struct input *in)
{
	struct mail *m = s->data;
	const char *sort = NULL;
	bool opened = false;
	int link = 0;

	if (m->strip_win.w > 0 && day_strip_mouse(app, m->strip, in))
		return true;
	if (tree_mouse(m->tree, in, &opened)) {
		if (in->action == MOUSE_PRESS) {
			set_focus(app, m, MAIL_FOLDERS);
			show_folder_under_cursor(app, m);
			if (opened)
				set_focus(app, m, MAIL_LIST);
		}
		app_damage(app, DAMAGE_SCREEN);
		return true;
	}
	switch (list_mouse(m->list, in, &sort)) {
	case LIST_NOWHERE:
		break;
	case LIST_SELECTED:
		m->row_chosen = true;
		set_focus(app, m, MAIL_LIST);
		return true;
	case LIST_OPENED:
		open_current(app, m);
		return true;
	case LIST_SORT:
		mail_set_sort(m, sort, false);
		return true;
	case LIST_SCROLLED:
		app_damage(app, DAMAGE_SCREEN);
		return true;
	}
	if (!pager_mouse(view_pager(m->view), in, &link))
		return false;
	if (in->action == MOUSE_PRESS)
		set_focus(app, m, MAIL_VIEW);
	app_damage(app, DAMAGE_SCREEN);
	return true;
}

static enum scope mail_scope(struct app *app, struct screen *s)
{
	const struct mail *m = s->data;

	(void)app;
	switch (m->focus) {
	case MAIL_FOLDERS:
		return SCOPE_folders;
	case MAIL_LIST:
		return SCOPE_messages;
	case MAIL_VIEW:
		return SCOPE_reader;
	}
	return SCOPE_messages;
}

static unsigned mail_has(struct app *app, struct screen *s)
{
	struct mail *m = s->data;
	const struct folder *f;
	unsigned has = 0;
	int64_t *ids = NULL;

	(void)app;
	load_stale(m);
	if (mail_current(m))
		has |= NEED_item;
	if (m->focus == MAIL_FOLDERS) {
		f = mail_tree_folder(m);
		has |= f ? NEED_folder : 0;
		if (tree_current(m->tree) <= MAIL_NODE_SAVED)
			has |= NEED_folder | NEED_own_folder;
		has |= f && f->role == FOLDER_ROLE_NONE &&
				       !(f->flags & FOLDER_MAILBOX)
			       ? NEED_own_folder
			       : 0;
	} else {
		f = mail_folder(m);
		has |= m->node ? NEED_folder : 0;
	}
	if (!f || !(f->flags & FOLDER_READ_ONLY))
		has |= NEED_writable;
	if (list_tagged(m->list, &ids))
		has |= NEED_tagged;
	free(ids);
	if (mail_current(m) && mail_current(m)->flags & ITEM_HAS_BODY)
		has |= NEED_text;
	return has;
}

const struct screen_ops scr_mail_ops = {
	.open = open_mail,
	.close = close_mail,
	.layout = layout_mail,
	.draw = draw_mail,
	.event = mail_event,
	.mouse = mail_mouse,
	.command = mail_command,
	.scope = mail_scope,
	.has = mail_has,
};
