/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Public folders: their tree, a level read when it is opened; what one may do in
 * each, favourites (mirrored, then among the folders of the mail screen), what
 * is in them, and posting.
 */
#include <string.h>
#include "base/clock.h"
#include "engine/message.h"
#include "model/public.h"
#include "text/html.h"
#include "ui/app.h"
#include "ui/format.h"
#include "ui/list.h"
#include "ui/compose.h"
#include "ui/public_content.h"
#include "ui/session.h"
#include "ui/text_edit.h"

#define TEXT_MAX ((size_t)1 << 20)

enum { COL_NAME, COL_TOTAL, COL_RIGHTS, COL_ADDRESS };

static const struct column folder_columns[] = {
	{"name", "Folder", COL_NAME, 29, 0, false, 0, NULL},
	{"total", "Items", COL_TOTAL, 6, 8, true, 1, NULL},
	{"rights", "You may", COL_RIGHTS, 10, 24, false, 4, NULL},
	{"address", "Address", COL_ADDRESS, 12, 27, false, 3, NULL},
};
struct branch {
	struct public_folder f;
	int depth;
	bool open, favourite;
};

struct tree_screen {
	struct {
		struct branch *v;
		size_t n, cap;
	} rows; /* as shown */
	struct public_content content;
	char *folder; /* whose content is shown; NULL: the tree is */
	char *folder_name;
	struct list *list;
	uint64_t ticket;
	char *opening; /* id of the folder whose level is asked for */
	char *trouble;
	bool loaded;
	bool mirrored; /* the rows are the favourites: nobody could be asked */
	struct draft *draft; /* a post being written; NULL */
	struct text_edit *edit;
	char *to;	/* folder it goes to */
	bool answering; /* the post that is being fetched */
};

static struct tree_screen *tree_of(struct app *app)
{
	struct screen *s = screen_get(app, SCREEN_public);

	return s ? s->data : NULL;
}

/* --- rows: 1 to n ----------------------------------------------------------- */

static size_t count_of(const struct tree_screen *t)
{
	return t->folder ? public_content_count(&t->content) : t->rows.n;
}

static bool page(void *ctx, const struct list_row *anchor, bool back, size_t n,
		 struct list_rows *out, struct err *err UNUSED)
{
	const struct tree_screen *t = ctx;
	size_t from = anchor ? (size_t)anchor->id : 0, to = count_of(t);

	if (back) {
		to = anchor ? (size_t)anchor->id - 1 : to;
		from = to > n ? to - n : 0;
	} else if (from + n < to) {
		to = from + n;
	}
	for (size_t i = from; i < to; i++)
		list_rows_add(out, (int64_t)i + 1, NULL);
	return true;
}

static bool one_row(void *ctx, int64_t id, struct list_row *out)
{
	if (id < 1 || (size_t)id > count_of(ctx))
		return false;
	*out = (struct list_row){id, NULL};
	return true;
}

static int64_t count_rows(void *ctx)
{
	return (int64_t)count_of(ctx);
}

static void folder_cell(const struct branch *r, int column, struct str *out,
			enum theme_role *role)
{
	switch (column) {
	case COL_NAME:
		str_addf(out, "%*s%s%s%s%s", r->depth * 2, "",
			 r->f.has_subs ? r->open ? "- " : "+ " : "  ",
			 r->f.folder.name,
			 public_content_mark(r->f.folder.kind),
			 r->favourite ? "  *fav" : "");
		if (r->favourite)
			*role = THEME_FLAGGED;
		break;
	case COL_TOTAL:
		format_add_count(out, r->f.folder.total);
		break;
	case COL_RIGHTS:
		public_add_rights(out, r->f.folder.rights);
		*role = THEME_DIMMED;
		break;
	case COL_ADDRESS:
		str_add(out, r->f.address);
		*role = THEME_PERSON;
		break;
	}
}

static void cell(void *ctx, const struct list_row *row, int column,
		 struct str *out, enum theme_role *role)
{
	const struct tree_screen *t = ctx;
	size_t i = (size_t)row->id - 1;

	if (i >= count_of(t))
		return;
	if (t->folder)
		public_content_cell(&t->content, i, column, out, role);
	else
		folder_cell(&t->rows.v[i], column, out, role);
}

static void empty(void *ctx, struct str *out)
{
	const struct tree_screen *t = ctx;

	str_add(out, t->trouble	 ? t->trouble
		     : t->ticket ? "Asking the server ..."
		     : t->folder ? public_content_empty(t->content.kind)
				 : "There are no public folders that you may "
				   "see");
}

static const struct list_ops ops = {
	.page = page,
	.row = one_row,
	.count = count_rows,
	.cell = cell,
	.empty = empty,
};

/* --- asking ----------------------------------------------------------------- */

static bool ask(struct app *app, struct tree_screen *t,
		struct public_talk *owned_wish)
{
	struct request r = {.kind = REQUEST_PUBLIC, .talk = owned_wish};

	mem_replace(&t->trouble, NULL);
	t->ticket = session_submit(app, &r, NULL);
	app_damage(app, DAMAGE_SCREEN);
	return t->ticket != 0;
}

static struct public_talk *wish_for(enum public_wish wish, const char *id)
{
	struct public_talk *w = xcalloc(1, sizeof(*w));

	w->wish = wish;
	w->id = xstrdup(id);
	return w;
}

static void ask_level(struct app *app, struct tree_screen *t, const char *id)
{
	mem_replace(&t->opening, xstrdup(id));
	ask(app, t, wish_for(PUBLIC_LIST, id));
}

static void release_branch(struct branch *r)
{
	folder_release(&r->f.folder);
	free(r->f.address);
}

static void show(struct app *app, struct tree_screen *t, int64_t cursor)
{
	const struct column *columns = folder_columns;
	size_t n = ARRAY_LEN(folder_columns);
	struct err err = ERR_INIT;

	if (t->folder)
		columns = public_content_columns(t->content.kind, &n);
	list_set_columns(t->list, columns, n);
	if (!list_load(t->list, cursor, &err))
		message_error(app, "Public folders", &err);
	app_damage(app, DAMAGE_ALL);
}

static void mark_favourites(struct app *app, struct tree_screen *t)
{
	struct folder_list all = {0};

	if (!app->store || !query_folders(app->store, &all, NULL))
		return;
	for (size_t i = 0; i < t->rows.n; i++) {
		struct branch *r = &t->rows.v[i];

		r->favourite = false;
		for (size_t k = 0; k < all.n; k++)
			r->favourite |= str_eq(all.v[k].remote_id,
					       r->f.folder.remote_id);
	}
	folder_list_release(&all);
}

static bool open_public(struct app *app, struct screen *s,
			const char *arg UNUSED, struct err *err UNUSED)
{
	struct tree_screen *t = xcalloc(1, sizeof(*t));

	t->list = list_new(&ops, t, folder_columns, ARRAY_LEN(folder_columns));
	t->edit = text_edit_new();
	list_set_header(t->list, true);
	s->data = t;
	ask_level(app, t, NULL);
	show(app, t, 0);
	return true;
}

static void close_public(struct app *app UNUSED, struct screen *s)
{
	struct tree_screen *t = s->data;

	for (size_t i = 0; i < t->rows.n; i++)
		release_branch(&t->rows.v[i]);
	vec_release(&t->rows);
	public_content_release(&t->content);
	list_free(t->list);
	text_edit_free(t->edit);
	free(t->folder);
	free(t->folder_name);
	free(t->opening);
	free(t->trouble);
	draft_free(t->draft);
	free(t->to);
	free(t);
}

/* --- answers ---------------------------------------------------------------- */

static size_t row_of(const struct tree_screen *t, const char *id)
{
	size_t i = 0;

	while (i < t->rows.n && !str_eq(t->rows.v[i].f.folder.remote_id, id))
		i++;
	return i;
}

/* What is in the folder that is shown. */
static void ask_content(struct app *app, struct tree_screen *t)
{
	struct public_talk *w = wish_for(PUBLIC_ITEMS, t->folder);

	w->folder_kind = t->content.kind;
	ask(app, t, w);
}

/* Puts a level below the folder that was opened, or at the top. */
static void take_level(struct app *app, struct tree_screen *t,
		       struct public_list *l)
{
	const struct list_row *row = list_current(t->list);
	int64_t cursor = row ? row->id : 0;
	size_t at = 0;
	int depth = 0;

	if (t->opening) {
		at = row_of(t, t->opening);
		if (at == t->rows.n)
			return;
		t->rows.v[at].open = true;
		depth = t->rows.v[at].depth + 1;
		at++;
	}
	for (size_t i = 0; i < l->n; i++) {
		vec_new(&t->rows);
		memmove(&t->rows.v[at + i + 1], &t->rows.v[at + i],
			(t->rows.n - at - i - 1) * sizeof(*t->rows.v));
		t->rows.v[at + i] =
			(struct branch){.f = l->v[i], .depth = depth};
	}
	l->n = 0; /* what they held is the rows' now */
	t->loaded = true;
	mark_favourites(app, t);
	show(app, t, cursor);
}

static void show_post(struct app *app, struct letter *l)
{
	struct str text CLEANUP(str_release) = STR_INIT;
	struct letter_part part;

	str_addf(&text, "From %s\nDate %s\n\n",
		 str_or_empty(letter_header(l, "From")),
		 str_or_empty(letter_header(l, "Date")));
	for (size_t i = 0; i < letter_part_count(l); i++) {
		if (!letter_part(l, i, &part) || !part.is_body)
			continue;
		if (str_eq(part.type, "text/html")) {
			struct str html CLEANUP(str_release) = STR_INIT;

			letter_part_text(l, i, &html);
			html_to_text(&text, html.s, html.len, TEXT_MAX);
		} else {
			letter_part_text(l, i, &text);
		}
		break;
	}
	text_show(app, str_or_empty(letter_header(l, "Subject")), text.s);
}

/* Takes the draft; its text is edited from here on. */
static void write_post(struct app *app, struct tree_screen *t,
		       struct draft *owned_d)
{
	draft_free(t->draft);
	t->draft = owned_d;
	text_edit_set(t->edit, draft_text(owned_d), 0);
	app_damage(app, DAMAGE_ALL);
}

/* An answer: of the same conversation, and to the folder alone. */
static void answer_post(struct app *app, struct tree_screen *t,
			struct letter *l)
{
	struct draft *d = draft_new(app->account, DRAFT_REPLY, l, NULL);
	struct err err;

	if (!draft_set(d, DRAFT_TO, "", &err) ||
	    !draft_set(d, DRAFT_CC, "", &err))
		message_error(app, "Answer", &err);
	write_post(app, t, d);
}

static void got_post(struct app *app, struct tree_screen *t,
		     struct public_talk *talk)
{
	struct letter *l;
	struct err err = ERR_INIT;

	if (!letter_read(&l, &talk->raw, &err)) {
		message_error(app, "Post", &err);
		return;
	}
	if (t->answering)
		answer_post(app, t, l);
	else
		show_post(app, l);
	letter_free(l);
}

static void answered(struct app *app, struct tree_screen *t,
		     struct public_talk *talk)
{
	switch (talk->wish) {
	case PUBLIC_LIST:
		take_level(app, t, &talk->list);
		break;
	case PUBLIC_ITEMS:
		public_content_take(&t->content, talk);
		show(app, t, (int64_t)public_content_first(&t->content) + 1);
		break;
	case PUBLIC_MESSAGE:
		got_post(app, t, talk);
		break;
	case PUBLIC_POST_NEW:
		message_show(app, MESSAGE_OK, "Posted");
		if (str_eq(t->folder, t->to))
			ask_content(app, t);
		break;
	case PUBLIC_SUBSCRIBE:
	case PUBLIC_UNSUBSCRIBE:
		break;
	}
}

/* What is kept for reading offline, where the tree cannot be asked for. */
static void show_mirrored(struct app *app, struct tree_screen *t)
{
	struct folder_list all = {0};

	if (!app->store || !query_folders(app->store, &all, NULL))
		return;
	for (size_t i = 0; i < all.n; i++) {
		struct branch *r;

		if (!str_eq(all.v[i].owner, FOLDER_OF_PUBLIC) ||
		    all.v[i].flags & FOLDER_MAILBOX)
			continue;
		r = vec_new(&t->rows);
		folder_copy(&r->f.folder, &all.v[i]);
		r->favourite = true;
	}
	folder_list_release(&all);
	t->mirrored = t->rows.n > 0;
}

static void public_event(struct app *app, struct screen *s,
			 const struct event *ev)
{
	struct tree_screen *t = s->data;

	if (ev->kind == EVENT_FOLDERS) {
		mark_favourites(app, t);
		app_damage(app, DAMAGE_SCREEN);
	}
	if (!t->ticket || ev->ticket != t->ticket)
		return;
	if (ev->kind == EVENT_PUBLIC && ev->talk) {
		answered(app, t, ev->talk);
	} else if (ev->kind == EVENT_DONE) {
		t->ticket = 0;
		if (ev->err.kind) {
			mem_replace(&t->trouble, xstrdup(ev->err.text));
			/* An empty list says it itself. */
			if (count_of(t))
				message_error(app, "Public folders", &ev->err);
			if (!t->loaded && !t->rows.n)
				show_mirrored(app, t);
		}
		show(app, t,
		     list_current(t->list) ? list_current(t->list)->id : 0);
	}
}

/* --- what one does ---------------------------------------------------------- */

static struct branch *current_branch(struct tree_screen *t)
{
	const struct list_row *row = list_current(t->list);

	return row && !t->folder ? &t->rows.v[row->id - 1] : NULL;
}

static void close_branch(struct app *app, struct tree_screen *t, size_t at)
{
	size_t end = at + 1;

	while (end < t->rows.n && t->rows.v[end].depth > t->rows.v[at].depth)
		release_branch(&t->rows.v[end++]);
	memmove(&t->rows.v[at + 1], &t->rows.v[end],
		(t->rows.n - end) * sizeof(*t->rows.v));
	t->rows.n -= end - at - 1;
	t->rows.v[at].open = false;
	show(app, t, (int64_t)at + 1);
}

static void show_posts(struct app *app, struct tree_screen *t,
		       const struct branch *r)
{
	mem_replace(&t->folder, xstrdup(r->f.folder.remote_id));
	mem_replace(&t->folder_name, xstrdup(r->f.folder.name));
	public_content_release(&t->content);
	t->content.kind = r->f.folder.kind;
	ask_content(app, t);
	show(app, t, 0);
}

static void ask_post(struct app *app, struct tree_screen *t, size_t i,
		     bool answering)
{
	t->answering = answering;
	ask(app, t, wish_for(PUBLIC_MESSAGE, t->content.posts.v[i].remote_id));
}

static void open_content(struct app *app, struct tree_screen *t, size_t i)
{
	struct str card CLEANUP(str_release) = STR_INIT;

	if (public_content_add_card(&t->content, i, &card))
		text_show(app, public_content_title(&t->content, i), card.s);
	else
		ask_post(app, t, i, false);
}

/* A mirrored one is read on the mail screen. */
static void go_to(struct app *app, int64_t folder)
{
	char *path CLEANUP(mem_free_ptr) =
		app->store ? query_path_of(app->store, folder) : NULL;
	struct command_call call = {.id = COMMAND_goto_folder,
				    .argc = 1,
				    .argv = &path,
				    .rest = path};

	if (path)
		cmd_goto_folder(app, &call);
}

static void open_row(struct app *app, struct tree_screen *t)
{
	const struct list_row *row = list_current(t->list);
	struct branch *r = current_branch(t);

	if (!row)
		return;
	if (t->mirrored && r)
		go_to(app, r->f.folder.id);
	else if (t->folder)
		open_content(app, t, (size_t)row->id - 1);
	else if (r->f.has_subs && r->open)
		close_branch(app, t, (size_t)row->id - 1);
	else if (r->f.has_subs)
		ask_level(app, t, r->f.folder.remote_id);
	else
		show_posts(app, t, r);
}

void cmd_public_posts(struct app *app, const struct command_call *call)
{
	struct tree_screen *t = tree_of(app);
	struct branch *r = t ? current_branch(t) : NULL;

	(void)call;
	if (r && t->mirrored)
		go_to(app, r->f.folder.id);
	else if (r)
		show_posts(app, t, r);
}

void cmd_public_favourite(struct app *app, const struct command_call *call)
{
	struct tree_screen *t = tree_of(app);
	struct branch *r = t ? current_branch(t) : NULL;
	struct public_talk *w;
	struct request q = {.kind = REQUEST_PUBLIC};

	(void)call;
	if (!r)
		return;
	w = wish_for(r->favourite ? PUBLIC_UNSUBSCRIBE : PUBLIC_SUBSCRIBE,
		     r->f.folder.remote_id);
	folder_copy(&w->folder, &r->f.folder);
	q.talk = w;
	if (session_submit(app, &q, "Favourite"))
		message_show(app, MESSAGE_OK,
			     r->favourite ? "%s is no favourite any more"
					  : "%s is a favourite: it is mirrored "
					    "and stands on the mail screen",
			     r->f.folder.name);
}

static void got_subject(struct app *app, void *ctx UNUSED, const char *text)
{
	struct tree_screen *t = tree_of(app);
	struct draft *d;
	struct err err;

	if (!t || !text || !*text)
		return;
	d = draft_new(app->account, DRAFT_NEW, NULL, NULL);
	if (!draft_set(d, DRAFT_SUBJECT, text, &err))
		message_error(app, "Subject", &err);
	draft_begin_thread(d);
	write_post(app, t, d);
}

/* Where a post from here goes; NULL: said why not. */
static const char *target(struct app *app, struct tree_screen *t)
{
	struct branch *r = current_branch(t);
	size_t i;

	if (t->folder) {
		i = row_of(t, t->folder);
		r = i < t->rows.n ? &t->rows.v[i] : NULL;
	}
	if (!r)
		return NULL;
	if (r->f.folder.kind != FOLDER_MAIL) {
		message_show(app, MESSAGE_INFO, "%s holds no posts: it is %s",
			     r->f.folder.name,
			     public_content_words(r->f.folder.kind));
		return NULL;
	}
	if (r->f.folder.rights & FOLDER_MAY_CREATE)
		return r->f.folder.remote_id;
	if (r->f.address)
		message_show(app, MESSAGE_INFO,
			     "You may only read %s; mail to it goes to %s",
			     r->f.folder.name, r->f.address);
	else
		message_show(app, MESSAGE_INFO, "You may only read %s",
			     r->f.folder.name);
	return NULL;
}

void cmd_public_post(struct app *app, const struct command_call *call)
{
	struct tree_screen *t = tree_of(app);
	const char *to = t ? target(app, t) : NULL;
	struct prompt_spec spec = {.label = "Subject: ", .done = got_subject};

	(void)call;
	if (!to)
		return;
	mem_replace(&t->to, xstrdup(to));
	prompt_open(app, &spec);
}

void cmd_public_reply(struct app *app, const struct command_call *call)
{
	struct tree_screen *t = tree_of(app);
	const struct list_row *row = t ? list_current(t->list) : NULL;
	const char *to = t && t->folder ? target(app, t) : NULL;

	(void)call;
	if (!to || !row) {
		if (t && !t->folder)
			message_show(app, MESSAGE_INFO,
				     "Enter shows the posts; there they are "
				     "answered");
		return;
	}
	mem_replace(&t->to, xstrdup(to));
	ask_post(app, t, (size_t)row->id - 1, true);
}

static void send_post(struct app *app, struct tree_screen *t)
{
	struct public_talk *w = wish_for(PUBLIC_POST_NEW, t->to);

	draft_set_text(t->draft, text_edit_text(t->edit));
	draft_build(t->draft, &w->raw);
	if (ask(app, t, w))
		message_show(app, MESSAGE_INFO, "Posting ...");
	draft_free(t->draft);
	t->draft = NULL;
	app_damage(app, DAMAGE_ALL);
}

/* --- the screen ------------------------------------------------------------- */

static void layout_public(struct app *app UNUSED, struct screen *s)
{
	struct tree_screen *t = s->data;
	struct win w = win_sub(&s->win, 0, 1, s->win.w, s->win.h - 1);

	list_set_win(t->list, &w);
}

/* Where one is, and what one may do there. */
static void draw_head(const struct tree_screen *t, const struct win *w)
{
	struct str b CLEANUP(str_release) = STR_INIT;
	size_t at = t->folder ? row_of(t, t->folder) : t->rows.n;
	const struct branch *r = at < t->rows.n ? &t->rows.v[at] : NULL;

	str_add(&b, "Public folders");
	if (t->folder)
		str_addf(&b, " / %s%s", t->folder_name,
			 public_content_mark(t->content.kind));
	if (t->mirrored) {
		str_addf(&b, "   your favourites only: %s",
			 str_or_empty(t->trouble));
	} else if (t->ticket) {
		str_add(&b, "   asking the server ...");
	} else if (r) {
		str_add(&b, "   ");
		public_add_rights(&b, r->f.folder.rights);
		if (r->f.address)
			str_addf(&b, "   %s", r->f.address);
	}
	draw_text(w, 1, 0, -1, THEME_HEADER, b.s);
}

static void draw_public(struct app *app, struct screen *s)
{
	struct tree_screen *t = s->data;
	bool front = screen_top(app) == s;
	char *subject CLEANUP(mem_free_ptr) =
		t->draft ? draft_get(t->draft, DRAFT_SUBJECT) : NULL;

	draw_clear(&s->win, THEME_NORMAL);
	draw_fill(&s->win, 0, 0, s->win.w, THEME_HEADER);
	if (t->draft)
		draw_textf(&s->win, 1, 0, THEME_HEADER,
			   "A post: %s   (Esc when it is done)", subject);
	else
		draw_head(t, &s->win);
	if (t->draft) {
		struct win area =
			win_sub(&s->win, 1, 2, s->win.w - 2, s->win.h - 2);

		text_edit_draw(t->edit, &area, front);
	} else {
		list_draw(t->list, front);
	}
}

static bool public_command(struct app *app, struct screen *s,
			   const struct command_call *call)
{
	struct tree_screen *t = s->data;

	if (call->id == COMMAND_open) {
		open_row(app, t);
		return true;
	}
	if (call->id == COMMAND_back && t->folder) {
		size_t at = row_of(t, t->folder);

		mem_replace(&t->folder, NULL);
		mem_replace(&t->trouble, NULL);
		show(app, t, (int64_t)at + 1);
		return true;
	}
	return list_command(t->list, call);
}

static void done_writing(struct app *app, void *ctx UNUSED, char choice)
{
	struct tree_screen *t = tree_of(app);

	if (!t || !t->draft || choice == 'c')
		return;
	if (choice == 'y') {
		send_post(app, t);
		return;
	}
	draft_free(t->draft);
	t->draft = NULL;
	app_damage(app, DAMAGE_ALL);
}

static bool public_key(struct app *app, struct screen *s, uint32_t key)
{
	struct tree_screen *t = s->data;

	if (!t->draft)
		return false;
	app_damage(app, DAMAGE_SCREEN);
	if (key == KBD_ESC) {
		prompt_choose(app,
			      "Post it? y posts, n throws it away, c writes on",
			      "ync", 'c', done_writing, NULL, NULL);
	} else {
		return text_edit_key(t->edit, key);
	}
	return true;
}

static bool public_mouse(struct app *app, struct screen *s,
			 const struct input *in)
{
	struct tree_screen *t = s->data;
	const char *sort;
	enum list_click click = list_mouse(t->list, in, &sort);

	if (click == LIST_OPENED)
		open_row(app, t);
	app_damage(app, DAMAGE_SCREEN);
	return click != LIST_NOWHERE;
}

static enum scope public_scope(struct app *app UNUSED, struct screen *s)
{
	return ((struct tree_screen *)s->data)->draft ? SCOPE_editing
						      : SCOPE_public;
}

void cmd_screen_public(struct app *app, const struct command_call *call)
{
	(void)call;
	screen_open(app, SCREEN_public, NULL);
}

const struct screen_ops scr_public_ops = {
	.open = open_public,
	.close = close_public,
	.layout = layout_public,
	.draw = draw_public,
	.event = public_event,
	.command = public_command,
	.key = public_key,
	.mouse = public_mouse,
	.scope = public_scope,
};
