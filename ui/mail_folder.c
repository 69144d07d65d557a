/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Commands on folders. */
#include "ui/mail.h"

#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "engine/engine.h"
#include "ui/format.h"
#include "ui/session.h"

#define READ_MOST 100000

/* The folder a command means: under the folder cursor, else the one shown. */
const struct folder *mail_meant(struct app *app)
{
	struct mail *m = mail_of(app);

	if (!m)
		return NULL;
	return m->focus == MAIL_FOLDERS ? mail_tree_folder(m) : mail_folder(m);
}

/* --- going there ---------------------------------------------------------------- */

static void go_to(struct app *app, void *ctx, int64_t folder)
{
	struct request r = {.kind = REQUEST_OPEN_FOLDER, .folder = folder};
	struct mail *m;

	(void)ctx;
	screen_open(app, SCREEN_mail, NULL);
	m = mail_of(app);
	if (!m)
		return;
	if (m->stale_folders)
		mail_load_folders(m);
	m->node_chosen = true;
	m->lost = false;
	mail_show_node(m, folder);
	tree_go_to(m->tree, folder);
	m->focus = MAIL_LIST;
	app_damage(app, DAMAGE_LAYOUT | DAMAGE_ALL);
	if (app->engine)
		session_submit(app, &r, NULL);
}

void cmd_goto_folder(struct app *app, const struct command_call *call)
{
	int64_t folder;

	if (!call->argc) {
		mail_ask_folder(app, "Go to folder",
				app->store
					? query_folder_role(app->store,
							    FOLDER_ROLE_INBOX)
					: 0,
				go_to, NULL, NULL);
		return;
	}
	folder = mail_find_folder(app, call->rest);
	if (folder)
		go_to(app, NULL, folder);
}

/* --- making and changing ------------------------------------------------------------ */

struct folder_ask {
	int64_t folder;
	int64_t count;
};

static struct folder_ask *ask_about(const struct folder *f)
{
	struct folder_ask *a = xcalloc(1, sizeof(*a));

	a->folder = f->id;
	a->count = f->total;
	return a;
}

static void make_folder(struct app *app, const char *path, int64_t inside)
{
	const char *slash = strrchr(path, '/');
	char *said CLEANUP(mem_free_ptr) = NULL;
	const char *name = path;

	/* "Projects/Alpha" names a folder inside one that is there already. */
	if (slash && slash != path) {
		char *up CLEANUP(mem_free_ptr) =
			xstrndup(path, (size_t)(slash - path));

		inside = query_folder_path(app->store, up);
		name = slash + 1;
		if (!inside) {
			message_show(app, MESSAGE_ERROR,
				     "There is no folder \"%s\" to make it in",
				     up);
			return;
		}
	}
	if (!*name)
		return;
	said = xasprintf("Made folder %s - u undo", name);
	session_change(app, intent_folder_create(inside, name), "Make folder",
		       said);
}

static void create_done(struct app *app, void *ctx, const char *text)
{
	struct folder_ask *a = ctx;

	if (text && *text && app->store)
		make_folder(app, text, a->folder);
}

void cmd_folder_create(struct app *app, const struct command_call *call)
{
	struct mail *m = mail_of(app);
	/* From the list a folder is made at the top, from the tree inside. */
	const struct folder *f =
		m && m->focus == MAIL_FOLDERS ? mail_tree_folder(m) : NULL;
	char *label CLEANUP(mem_free_ptr) = NULL;
	struct prompt_spec spec = {.done = create_done, .free_ctx = free};

	if (!app->store)
		return;
	if (call->argc) {
		make_folder(app, call->rest, 0);
		return;
	}
	label = f ? xasprintf("New folder in %s: ", f->name)
		  : xstrdup("New folder: ");
	spec.label = label;
	spec.ctx = f ? ask_about(f) : xcalloc(1, sizeof(struct folder_ask));
	prompt_open(app, &spec);
}

static void rename_folder(struct app *app, int64_t folder, const char *name)
{
	char *said CLEANUP(mem_free_ptr) =
		xasprintf("Renamed to %s - u undo", name);

	session_change(app, intent_folder_rename(folder, name), "Rename folder",
		       said);
}

static void rename_done(struct app *app, void *ctx, const char *text)
{
	struct folder_ask *a = ctx;

	if (text && *text)
		rename_folder(app, a->folder, text);
}

void cmd_folder_rename(struct app *app, const struct command_call *call)
{
	const struct folder *f = mail_meant(app);
	struct prompt_spec spec = {
		.label = "New name: ", .done = rename_done, .free_ctx = free};

	if (!f)
		return;
	if (call->argc) {
		rename_folder(app, f->id, call->rest);
		return;
	}
	spec.initial = f->name;
	spec.ctx = ask_about(f);
	prompt_open(app, &spec);
}

static void move_done(struct app *app, void *ctx, int64_t target)
{
	struct folder_ask *a = ctx;

	if (target == a->folder) {
		message_show(app, MESSAGE_ERROR,
			     "A folder cannot lie in itself");
		return;
	}
	session_change(app, intent_folder_move(a->folder, target),
		       "Move folder", "Moved the folder - u undo");
}

void cmd_folder_move(struct app *app, const struct command_call *call)
{
	const struct folder *f = mail_meant(app);
	struct folder_ask one;
	int64_t target;

	if (!f)
		return;
	if (!call->argc) {
		mail_ask_folder(app, "Move the folder into", 0, move_done,
				ask_about(f), free);
		return;
	}
	one.folder = f->id;
	target = mail_find_folder(app, call->rest);
	if (target)
		move_done(app, &one, target);
}

static void delete_done(struct app *app, void *ctx, char choice)
{
	struct folder_ask *a = ctx;

	if (choice == 'y')
		session_change(
			app, intent_folder_delete(a->folder, DELETE_TO_DELETED),
			"Delete folder",
			"Moved the folder to Deleted Items - u undo");
}

void cmd_folder_delete(struct app *app, const struct command_call *call)
{
	const struct folder *f = mail_meant(app);
	struct str q CLEANUP(str_release) = STR_INIT;

	(void)call;
	if (!f)
		return;
	str_addf(&q, "Delete folder %s", f->name);
	if (f->total) {
		str_add(&q, " with ");
		format_add_plural(&q, f->total, "message", "messages");
	}
	str_add_char(&q, '?');
	prompt_choose(app, q.s, "yn", 'n', delete_done, ask_about(f), free);
}

static void empty_done(struct app *app, void *ctx, char choice)
{
	struct folder_ask *a = ctx;

	if (choice == 'y')
		session_change(app, intent_folder_empty(a->folder, DELETE_SOFT),
			       "Empty folder", "Emptied the folder");
}

void cmd_folder_empty(struct app *app, const struct command_call *call)
{
	const struct folder *f = mail_meant(app);
	struct str q CLEANUP(str_release) = STR_INIT;

	(void)call;
	if (!f)
		return;
	if (!f->total) {
		message_show(app, MESSAGE_INFO, "%s is empty", f->name);
		return;
	}
	str_addf(&q, "Empty %s: remove ", f->name);
	format_add_plural(&q, f->total, "message", "messages");
	str_add(&q, " for good?");
	prompt_choose(app, q.s, "yn", 'n', empty_done, ask_about(f), free);
}

/* --- reading ---------------------------------------------------------------------------- */

static void read_all(struct app *app, int64_t folder)
{
	struct item_query q = {
		.folder = folder, .flags_clear = ITEM_READ, .limit = READ_MOST};
	struct item_edit e = {.set = EDIT_READ, .read = true};
	struct str said CLEANUP(str_release) = STR_INIT;
	struct err err = ERR_INIT;
	int64_t *ids = NULL;
	size_t n = 0;

	if (!query_ids(app->store, &q, READ_MOST, &ids, &n, &err)) {
		message_error(app, "The folder could not be read", &err);
		return;
	}
	if (!n) {
		message_show(app, MESSAGE_INFO, "Nothing is unread here");
		free(ids);
		return;
	}
	str_add(&said, "Read: ");
	format_add_plural(&said, (int64_t)n, "message", "messages");
	str_add(&said, " - u undo");
	session_change(app, intent_edit(ids, n, &e), "Mark as read", said.s);
	free(ids);
}

static void read_done(struct app *app, void *ctx, char choice)
{
	struct folder_ask *a = ctx;

	if (choice == 'y' && app->store)
		read_all(app, a->folder);
}

void cmd_folder_read(struct app *app, const struct command_call *call)
{
	const struct folder *f = mail_meant(app);
	struct str q CLEANUP(str_release) = STR_INIT;

	(void)call;
	if (!f || !app->store)
		return;
	if (f->unread <= 50) {
		read_all(app, f->id);
		return;
	}
	str_add(&q, "Mark ");
	format_add_plural(&q, f->unread, "message", "messages");
	str_add(&q, " as read?");
	prompt_choose(app, q.s, "yn", 'y', read_done, ask_about(f), free);
}

void cmd_folder_info(struct app *app, const struct command_call *call)
{
	const struct folder *f = mail_meant(app);
	struct str b CLEANUP(str_release) = STR_INIT;
	char *path CLEANUP(mem_free_ptr) = NULL;

	(void)call;
	if (!f || !app->store)
		return;
	path = query_path_of(app->store, f->id);
	str_addf(&b, "%s: ", path ? path : f->name);
	format_add_plural(&b, f->total, "message", "messages");
	str_add(&b, ", ");
	format_add_count(&b, f->unread);
	str_add(&b, " unread");
	if (f->size >= 0) {
		str_add(&b, ", ");
		format_add_size(&b, f->size);
	}
	if (f->synced_at != CLOCK_NEVER) {
		str_add(&b, ", in step ");
		clock_add_short(&b, f->synced_at, clock_now());
	} else {
		str_add(&b, ", not yet fetched");
	}
	if (f->flags & FOLDER_READ_ONLY)
		str_add(&b, ", read-only");
	message_show(app, MESSAGE_INFO, "%s", b.s);
}
