/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * What others may do in a folder: a row for each person, a column for each
 * right. Level and single rights stay in step. Nothing is sent before s; what
 * is sent are the differences, so that changes by others stay.
 */
#include <inttypes.h>
#include <string.h>
#include "store/query.h"
#include "ui/format.h"
#include "ui/mail.h"
#include "ui/session.h"
#include "ui/sharing.h"

static const struct matrix_column columns[] = {
	{"Level", 19}, {"Read", 5},  {"New", 3},  {"Sub", 3}, {"Edit", 4},
	{"Del", 4},    {"Owner", 5}, {"Tell", 4}, {"See", 3},
};
enum {
	COL_NAME,
	COL_LEVEL,
	COL_READ,
	COL_CREATE,
	COL_SUBFOLDERS,
	COL_EDIT,
	COL_DELETE,
	COL_OWNER,
	COL_CONTACT,
	COL_VISIBLE
};

struct rights {
	int64_t folder, below; /* row; folders below it */
	char *title;
	bool deep; /* save in those below, too */
	bool loaded;
	struct permission_set was, now;
	struct matrix matrix;
	struct sharing_ask ask;
};

static struct rights *rights_of(struct app *app)
{
	struct screen *s = screen_get(app, SCREEN_permissions);

	return s ? s->data : NULL;
}

static struct permission *current(struct rights *r)
{
	return r->matrix.row < r->now.n ? &r->now.v[r->matrix.row] : NULL;
}

/* --- cells ---------------------------------------------------------------- */

/* A single right, or one's own and all. */
static const struct {
	unsigned bit, all;
	const char *note;
} parts[] = {
	[COL_CREATE] = {PERMISSION_CREATE, 0, "may put items into it"},
	[COL_SUBFOLDERS] = {PERMISSION_SUBFOLDERS, 0, "may make folders in it"},
	[COL_EDIT] = {PERMISSION_EDIT_OWN, PERMISSION_EDIT_ALL,
		      "may change items: none, own, all"},
	[COL_DELETE] = {PERMISSION_DELETE_OWN, PERMISSION_DELETE_ALL,
			"may delete items: none, own, all"},
	[COL_OWNER] = {PERMISSION_OWNER, 0,
		       "may give rights, rename and remove the folder"},
	[COL_CONTACT] = {PERMISSION_CONTACT, 0,
			 "is told by the server of trouble with it"},
	[COL_VISIBLE] = {PERMISSION_VISIBLE, 0,
			 "sees that there is the folder"},
};

static const char *read_text(unsigned rights)
{
	return rights & PERMISSION_READ		       ? "all"
	       : rights & PERMISSION_FREE_BUSY_DETAILS ? "subj"
	       : rights & PERMISSION_FREE_BUSY	       ? "busy"
						       : "-";
}

static const struct permission *was_of(const struct rights *r,
				       const struct permission *p)
{
	for (size_t i = 0; i < r->was.n; i++)
		if (permission_same(&r->was.v[i], p))
			return &r->was.v[i];
	return NULL;
}

static void cell(void *ctx, size_t row, size_t column, struct str *out,
		 enum theme_role *role)
{
	struct rights *r = ctx;
	const struct permission *p, *was;

	/* Entries of accounts that are gone stand last and stay. */
	if (row >= r->now.n) {
		*role = THEME_DIMMED;
		str_add(out, column == COL_NAME
				     ? r->now.unknown.v[row - r->now.n]
			     : column == COL_LEVEL ? "account is gone"
						   : "");
		return;
	}
	p = &r->now.v[row];
	was = was_of(r, p);
	if (!was || was->rights != p->rights)
		*role = THEME_TAGGED;
	if (column == COL_NAME) {
		str_add(out, !was ? "+" : was->rights != p->rights ? "*" : "");
		str_add(out, permission_title(p));
	} else if (column == COL_LEVEL) {
		str_add(out,
			permission_level_text(permission_level_of(p->rights)));
	} else if (column == COL_READ) {
		str_add(out, read_text(p->rights));
	} else if (parts[column].all) {
		str_add(out, p->rights & parts[column].all   ? "all"
			     : p->rights & parts[column].bit ? "own"
							     : "-");
	} else {
		str_add(out, p->rights & parts[column].bit ? "x" : "-");
	}
}

static void note(void *ctx, size_t row, size_t column, struct str *out)
{
	struct rights *r = ctx;
	const struct permission *p = row < r->now.n ? &r->now.v[row] : NULL;

	if (!p) {
		str_add(out, "the directory no longer knows this account; the "
			     "server keeps the entry");
		return;
	}
	str_add(out, permission_title(p));
	str_add(out, ": ");
	if (column == COL_LEVEL)
		permission_rights_add(out, p->rights);
	else if (column == COL_READ)
		str_add(out, r->now.calendar
				     ? "may read: none, when one is busy, "
				       "subjects and places too, all"
				     : "may read items");
	else
		str_add(out, parts[column].note);
	if (p->who == PERMISSION_DEFAULT)
		str_add(out, " - everybody who is not named");
	else if (p->who == PERMISSION_ANONYMOUS)
		str_add(out, " - whoever has not signed in");
	else if (p->name && p->address)
		str_addf(out, " - %s", p->address);
}

static const struct matrix_ops ops = {.cell = cell, .note = note};

/* --- what is changed ------------------------------------------------------ */

static void rows_changed(struct app *app, struct rights *r)
{
	matrix_set_rows(&r->matrix, r->now.n + r->now.unknown.n);
	app_damage(app, DAMAGE_SCREEN);
}

static void find_changes(const struct rights *r, struct permission_edits *out)
{
	for (size_t i = 0; i < r->now.n; i++) {
		const struct permission *was = was_of(r, &r->now.v[i]);
		struct permission_edit *e;

		if (was && was->rights == r->now.v[i].rights)
			continue;
		e = vec_new(out);
		permission_copy(&e->entry, &r->now.v[i]);
	}
	for (size_t i = 0; i < r->was.n; i++) {
		struct permission_edit *e;
		size_t k = 0;

		while (k < r->now.n &&
		       !permission_same(&r->now.v[k], &r->was.v[i]))
			k++;
		if (k < r->now.n)
			continue;
		e = vec_new(out);
		e->remove = true;
		permission_copy(&e->entry, &r->was.v[i]);
	}
}

static size_t count_changes(const struct rights *r)
{
	struct permission_edits e = {0};
	size_t n;

	find_changes(r, &e);
	n = e.n;
	permission_edits_release(&e);
	return n;
}

static void next_level(const struct rights *r, struct permission *p)
{
	int l = (int)permission_level_of(p->rights);

	do
		l = l >= LEVEL_OWNER ? LEVEL_NONE : l + 1;
	while (!permission_level_fits((enum permission_level)l,
				      r->now.calendar));
	p->rights = permission_level_rights((enum permission_level)l);
}

static void next_read(const struct rights *r, struct permission *p)
{
	static const unsigned steps[] = {0, PERMISSION_FREE_BUSY,
					 PERMISSION_FREE_BUSY |
						 PERMISSION_FREE_BUSY_DETAILS,
					 PERMISSION_READ};
	const unsigned all = PERMISSION_READ | PERMISSION_FREE_BUSY |
			     PERMISSION_FREE_BUSY_DETAILS;
	size_t at = 0;

	while (at < 3 && (p->rights & all) != steps[at])
		at++;
	at = r->now.calendar ? (at + 1) % 4 : at == 3 ? 0 : 3;
	p->rights = (p->rights & ~all) | steps[at];
}

static void next_part(struct permission *p, size_t column)
{
	unsigned bit = parts[column].bit, all = parts[column].all;

	if (!all)
		p->rights ^= bit;
	else if (p->rights & all)
		p->rights &= ~(bit | all);
	else
		p->rights |= p->rights & bit ? all : bit;
}

void cmd_right_change(struct app *app, const struct command_call *call)
{
	struct rights *r = rights_of(app);
	struct permission *p = r && r->loaded ? current(r) : NULL;
	unsigned rights;

	if (!p || r->ask.ticket)
		return;
	if (call->argc) {
		if (!permission_rights_parse(call->rest, &rights)) {
			message_show(app, MESSAGE_WARNING,
				     "\"%s\" is no level and no list of rights",
				     call->rest);
			return;
		}
		p->rights = rights;
	} else if (r->matrix.column == COL_LEVEL) {
		next_level(r, p);
	} else if (r->matrix.column == COL_READ) {
		next_read(r, p);
	} else {
		next_part(p, r->matrix.column);
	}
	rows_changed(app, r);
}

static void rights_typed(struct app *app, void *ctx, const char *text)
{
	char *line = NULL;
	struct command_call call = {.id = COMMAND_right_change, .argc = 1};

	(void)ctx;
	if (!text)
		return;
	line = xstrdup(text);
	call.argv = &line;
	call.rest = line;
	cmd_right_change(app, &call);
	free(line);
}

static void type_rights(struct app *app, struct rights *r)
{
	const struct permission *p = current(r);
	struct str label CLEANUP(str_release) = STR_INIT;
	struct str text CLEANUP(str_release) = STR_INIT;
	struct prompt_spec spec = {
		.history = "rights", .complete = "level", .done = rights_typed};

	if (!p)
		return;
	str_addf(&label, "Rights of %s: ", permission_title(p));
	permission_rights_add(&text, p->rights);
	spec.label = label.s;
	spec.initial = text.s;
	prompt_open(app, &spec);
}

static void add_person(struct app *app, void *ctx, const char *text)
{
	struct rights *r = rights_of(app);
	struct permission_edit e = {.entry.who = PERMISSION_PERSON};

	(void)ctx;
	if (!text || !*text || !r || !r->loaded ||
	    !sharing_who(app, text, &e.entry.name, &e.entry.address))
		return;
	e.entry.rights = permission_level_rights(LEVEL_REVIEWER);
	if (was_of(r, &e.entry) || !permission_set_apply(&r->now, &e))
		message_show(app, MESSAGE_INFO, "%s has rights here already",
			     permission_title(&e.entry));
	else
		r->matrix.row = r->now.n - 1;
	permission_release(&e.entry);
	rows_changed(app, r);
}

void cmd_right_add(struct app *app, const struct command_call *call)
{
	struct prompt_spec spec = {.label = "Give rights to: ",
				   .complete = "person",
				   .popup = true,
				   .done = add_person};

	if (call->argc)
		add_person(app, NULL, call->rest);
	else
		prompt_open(app, &spec);
}

void cmd_right_remove(struct app *app, const struct command_call *call)
{
	struct rights *r = rights_of(app);
	struct permission *p = r && r->loaded ? current(r) : NULL;

	(void)call;
	if (!p || r->ask.ticket)
		return;
	if (p->who != PERMISSION_PERSON) {
		p->rights = 0;
		message_show(app, MESSAGE_INFO,
			     "%s stays in the list, without rights",
			     permission_title(p));
	} else {
		permission_release(p);
		vec_remove(&r->now, r->matrix.row);
	}
	rows_changed(app, r);
}

void cmd_right_below(struct app *app, const struct command_call *call)
{
	struct rights *r = rights_of(app);

	(void)call;
	if (!r)
		return;
	if (!r->below) {
		message_show(app, MESSAGE_INFO,
			     "No folders are below this one");
		return;
	}
	r->deep = !r->deep;
	app_damage(app, DAMAGE_SCREEN);
}

/* --- saving --------------------------------------------------------------- */

static void save(struct app *app, struct rights *r)
{
	struct sharing *wanted = sharing_new();

	find_changes(r, &wanted->edits);
	if (!wanted->edits.n) {
		sharing_free(wanted);
		message_show(app, MESSAGE_INFO, "Nothing was changed");
		return;
	}
	sharing_submit(app, &r->ask, wanted, r->folder, r->deep);
}

static void save_answer(struct app *app, void *ctx, char choice)
{
	struct rights *r = rights_of(app);

	(void)ctx;
	if (r && choice == 'y')
		save(app, r);
}

/* Without free/busy for everybody else nobody can plan a meeting with one. */
static bool hides_calendar(const struct rights *r)
{
	for (size_t i = 0; r->now.calendar && i < r->now.n; i++) {
		const struct permission *was = was_of(r, &r->now.v[i]);

		if (r->now.v[i].who == PERMISSION_DEFAULT &&
		    !r->now.v[i].rights && was && was->rights)
			return true;
	}
	return false;
}

static void rights_save(struct app *app, struct rights *r)
{
	if (!r->loaded || r->ask.ticket)
		return;
	if (!hides_calendar(r)) {
		save(app, r);
		return;
	}
	prompt_choose(app, "Nobody will see any more when you are busy. Save?",
		      "yn", 'n', save_answer, NULL, NULL);
}

static void revert(struct app *app, struct rights *r)
{
	if (r->loaded && !count_changes(r)) {
		sharing_undo(app, &r->ask);
		return;
	}
	permission_set_release(&r->now);
	permission_set_copy(&r->now, &r->was);
	rows_changed(app, r);
}

/* --- the screen ----------------------------------------------------------- */

static int64_t count_below(const struct folder_list *all, int64_t top)
{
	int64_t n = 0;

	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].parent == top &&
		    !(all->v[i].flags & (FOLDER_HIDDEN | FOLDER_SEARCH)))
			n += 1 + count_below(all, all->v[i].id);
	return n;
}

static void load(struct app *app, struct rights *r, const char *arg)
{
	struct folder_list all CLEANUP(folder_list_release) = {0};

	r->folder = strtoll(str_or_empty(arg), NULL, 10);
	mem_replace(&r->title,
		    app->store ? query_path_of(app->store, r->folder) : NULL);
	r->below = app->store && query_folders(app->store, &all, NULL)
			   ? count_below(&all, r->folder)
			   : 0;
	r->deep = r->loaded = false;
	permission_set_release(&r->was);
	permission_set_release(&r->now);
	rows_changed(app, r);
	sharing_submit(app, &r->ask, sharing_new(), r->folder, false);
}

static bool open_rights(struct app *app, struct screen *s, const char *arg,
			struct err *err)
{
	struct rights *r = xcalloc(1, sizeof(*r));

	(void)err;
	s->data = r;
	matrix_init(&r->matrix, &ops, r, columns, ARRAY_LEN(columns));
	load(app, r, arg);
	return true;
}

static void reopen_rights(struct app *app, struct screen *s, const char *arg)
{
	if (arg)
		load(app, s->data, arg);
}

static void close_rights(struct app *app, struct screen *s)
{
	struct rights *r = s->data;

	(void)app;
	permission_set_release(&r->was);
	permission_set_release(&r->now);
	sharing_ask_release(&r->ask);
	free(r->title);
	free(r);
}

static void layout_rights(struct app *app, struct screen *s)
{
	struct rights *r = s->data;
	struct win w = win_sub(&s->win, 0, 1, s->win.w, s->win.h - 1);

	(void)app;
	matrix_set_win(&r->matrix, &w);
}

static void draw_rights(struct app *app, struct screen *s)
{
	struct rights *r = s->data;
	struct str title CLEANUP(str_release) = STR_INIT;
	bool focused = screen_top(app) == s;

	draw_clear(&s->win, THEME_NORMAL);
	str_addf(&title, "%s - rights of others", str_or_empty(r->title));
	if (r->deep)
		str_addf(&title, ", and in %" PRId64 " below", r->below);
	sharing_draw_head(&s->win, &r->ask, title.s,
			  r->loaded ? count_changes(r) : 0, NULL);
	if (!r->loaded && sharing_draw_error(&s->win, &r->ask, focused))
		return;
	matrix_draw(&r->matrix, focused);
}

static void rights_event(struct app *app, struct screen *s,
			 const struct event *ev)
{
	struct rights *r = s->data;
	struct sharing *got = sharing_event(app, &r->ask, ev);

	if (sharing_undone(app, &r->ask, ev) && !count_changes(r))
		sharing_submit(app, &r->ask, sharing_new(), r->folder, false);
	if (!got)
		return;
	permission_set_release(&r->was);
	permission_set_release(&r->now);
	permission_set_copy(&r->was, &got->permissions);
	permission_set_copy(&r->now, &got->permissions);
	r->loaded = true;
	rows_changed(app, r);
}

static void change_it(struct app *app, struct screen *s)
{
	type_rights(app, s->data);
}

static void save_all(struct app *app, struct screen *s)
{
	rights_save(app, s->data);
}

static void revert_all(struct app *app, struct screen *s)
{
	revert(app, s->data);
}

static size_t changes(const struct screen *s)
{
	const struct rights *r = s->data;

	return r->loaded ? count_changes(r) : 0;
}

static const struct sharing_edit edit = {change_it, save_all, revert_all,
					 changes};

static bool rights_command(struct app *app, struct screen *s,
			   const struct command_call *call)
{
	struct rights *r = s->data;

	return sharing_command(app, s, &edit, &r->matrix, call);
}

static bool rights_mouse(struct app *app, struct screen *s,
			 const struct input *in)
{
	struct rights *r = s->data;
	struct command_call call = {.id = COMMAND_right_change};
	bool again, taken = matrix_mouse(&r->matrix, in, &again);

	if (again)
		cmd_right_change(app, &call);
	app_damage(app, DAMAGE_SCREEN);
	return taken;
}

void cmd_permissions(struct app *app, const struct command_call *call)
{
	struct mail *m = mail_of(app);
	const struct folder *f = m ? mail_meant(app) : NULL;
	int64_t id = call->argc && app->store
			     ? query_folder_path(app->store, call->rest)
		     : f ? f->id
			 : 0;
	char *arg CLEANUP(mem_free_ptr) = xasprintf("%" PRId64, id);

	if (id)
		screen_open(app, SCREEN_permissions, arg);
	else
		message_show(app, MESSAGE_WARNING,
			     call->argc ? "there is no folder \"%s\""
					: "no folder is selected%s",
			     call->argc ? call->rest : "");
}

const struct screen_ops scr_permissions_ops = {
	.open = open_rights,
	.reopen = reopen_rights,
	.close = close_rights,
	.layout = layout_rights,
	.draw = draw_rights,
	.event = rights_event,
	.mouse = rights_mouse,
	.command = rights_command,
};
