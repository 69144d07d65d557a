/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Changing messages: move, copy, delete, flags, categories, read state. Every
 * change is an intent; the store shows it as soon as the core has committed. */
#include "ui/mail.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "config/config.h"
#include "engine/engine.h"
#include "ui/dates.h"
#include "ui/format.h"
#include "ui/session.h"

/* How many targets are looked at to decide which way a toggle goes. */
#define LOOK_AT 200

enum act { ACT_MOVE, ACT_COPY, ACT_DELETE, ACT_REMOVE, ACT_PURGE };

/* A change on its way, perhaps through a question. */
struct change {
	enum act act;
	struct mail_targets targets;
	int64_t folder;
};

static void free_change(void *ctx)
{
	struct change *c = ctx;

	mail_targets_release(&c->targets);
	free(c);
}

static const char *folder_name(struct app *app, int64_t id, struct folder *f)
{
	if (!app->store || !query_folder(app->store, id, f, NULL)) {
		*f = (struct folder){0};
		return "the folder";
	}
	return str_or_empty(f->name);
}

/* "Moved 3 messages to Archive - u undo" */
static void add_said(struct app *app, const struct change *c, struct str *b)
{
	static const char *const words[] = {
		[ACT_MOVE] = "Moved ",	   [ACT_COPY] = "Copied ",
		[ACT_DELETE] = "Deleted ", [ACT_REMOVE] = "Removed ",
		[ACT_PURGE] = "Removed ",
	};
	struct folder f = {0};

	str_add(b, words[c->act]);
	format_add_plural(b, (int64_t)c->targets.n, "message", "messages");
	if (c->act == ACT_MOVE || c->act == ACT_COPY)
		str_addf(b, " to %s", folder_name(app, c->folder, &f));
	folder_release(&f);
	if (c->act == ACT_PURGE)
		str_add(b, " for good");
	else if (c->act != ACT_REMOVE)
		str_add(b, " - u undo");
}

static struct intent *make_intent(const struct change *c)
{
	const struct mail_targets *t = &c->targets;

	switch (c->act) {
	case ACT_MOVE:
		return intent_move(t->ids, t->n, c->folder);
	case ACT_COPY:
		return intent_copy(t->ids, t->n, c->folder);
	case ACT_DELETE:
		return intent_delete(t->ids, t->n, DELETE_TO_DELETED);
	case ACT_REMOVE:
		return intent_delete(t->ids, t->n, DELETE_SOFT);
	case ACT_PURGE:
		return intent_delete(t->ids, t->n, DELETE_HARD);
	}
	BUG("act %d", (int)c->act);
}

static void carry_out(struct app *app, struct change *c)
{
	struct str said CLEANUP(str_release) = STR_INIT;

	add_said(app, c, &said);
	if (!session_change(app, make_intent(c),
			    command_get(c->act == ACT_MOVE   ? COMMAND_move
					: c->act == ACT_COPY ? COMMAND_copy
							     : COMMAND_delete)
				    ->name,
			    said.s))
		return;
	if (c->act != ACT_COPY)
		mail_targets_left(app, &c->targets);
}

static void confirmed(struct app *app, void *ctx, char choice)
{
	if (choice == 'y')
		carry_out(app, ctx);
}

static bool must_ask(struct app *app, const struct change *c)
{
	int64_t most = app->config ? config_int(app->config, NULL,
						CONFIG_UNDO_CONFIRM_LIMIT)
				   : 50;

	return c->act == ACT_PURGE || c->act == ACT_REMOVE ||
	       (int64_t)c->targets.n > most;
}

/* Takes c: does it, or asks first where it is large or cannot be undone. */
static void start_change(struct app *app, struct change *owned_c)
{
	static const char *const verbs[] = {
		[ACT_MOVE] = "Move ",	  [ACT_COPY] = "Copy ",
		[ACT_DELETE] = "Delete ", [ACT_REMOVE] = "Remove ",
		[ACT_PURGE] = "Remove ",
	};
	struct str q CLEANUP(str_release) = STR_INIT;

	if (!must_ask(app, owned_c)) {
		carry_out(app, owned_c);
		free_change(owned_c);
		return;
	}
	str_add(&q, verbs[owned_c->act]);
	format_add_plural(&q, (int64_t)owned_c->targets.n, "message",
			  "messages");
	if (owned_c->act == ACT_PURGE || owned_c->act == ACT_REMOVE)
		str_add(&q, " for good, without undo");
	str_add_char(&q, '?');
	prompt_choose(app, q.s, "yn", 'n', confirmed, owned_c, free_change);
}

static struct change *new_change(struct app *app, enum act act)
{
	struct change *c = xcalloc(1, sizeof(*c));

	c->act = act;
	if (mail_get_targets(app, &c->targets))
		return c;
	free(c);
	return NULL;
}

/* --- move, copy ----------------------------------------------------------------- */

static void folder_chosen(struct app *app, void *ctx, int64_t folder)
{
	struct change *c = ctx;
	struct mail *m = mail_of(app);
	struct change *own = xcalloc(1, sizeof(*own));

	/* The prompt frees its own; what goes on needs one of its own. */
	*own = *c;
	c->targets = (struct mail_targets){0};
	own->folder = folder;
	if (m)
		m->last_target = folder;
	start_change(app, own);
}

static void move_or_copy(struct app *app, const struct command_call *call,
			 enum act act)
{
	struct change *c = new_change(app, act);
	struct mail *m = mail_of(app);
	int64_t folder;

	if (!c)
		return;
	if (call->argc) {
		folder = mail_find_folder(app, call->rest);
		if (folder)
			folder_chosen(app, c, folder);
		free_change(c);
		return;
	}
	mail_ask_folder(app, act == ACT_MOVE ? "Move to" : "Copy to",
			m ? m->last_target : 0, folder_chosen, c, free_change);
}

void cmd_move(struct app *app, const struct command_call *call)
{
	move_or_copy(app, call, ACT_MOVE);
}

void cmd_copy(struct app *app, const struct command_call *call)
{
	move_or_copy(app, call, ACT_COPY);
}

static void move_to_role(struct app *app, enum folder_role role,
			 const char *missing)
{
	int64_t folder = app->store ? query_folder_role(app->store, role) : 0;
	struct change *c;

	if (!folder && role == FOLDER_ROLE_ARCHIVE && app->store)
		folder = query_folder_path(app->store, "Archive");
	if (!folder) {
		message_show(app, MESSAGE_ERROR, "%s", missing);
		return;
	}
	c = new_change(app, ACT_MOVE);
	if (!c)
		return;
	c->folder = folder;
	start_change(app, c);
}

void cmd_archive(struct app *app, const struct command_call *call)
{
	(void)call;
	move_to_role(app, FOLDER_ROLE_ARCHIVE,
		     "There is no folder Archive yet: C in the folder list "
		     "makes one");
}

/* *public: it lies in a public folder; may be NULL. */
static enum folder_role role_of_target(struct app *app, bool *public)
{
	int64_t id = mail_front_item(app);
	enum folder_role role = FOLDER_ROLE_NONE;
	struct item it;
	struct folder f;

	if (!id || !app->store || !query_item(app->store, id, &it, NULL))
		return role;
	if (query_folder(app->store, it.folder, &f, NULL)) {
		role = f.role;
		if (public)
			*public = str_eq(f.owner, FOLDER_OF_PUBLIC);
		folder_release(&f);
	}
	item_release(&it);
	return role;
}

void cmd_junk(struct app *app, const struct command_call *call)
{
	bool back = role_of_target(app, NULL) == FOLDER_ROLE_JUNK;

	(void)call;
	move_to_role(app, back ? FOLDER_ROLE_INBOX : FOLDER_ROLE_JUNK,
		     "This mailbox has no folder for junk");
}

/* --- delete ----------------------------------------------------------------------- */

void cmd_delete(struct app *app, const struct command_call *call)
{
	/* There are no Deleted Items of public folders. */
	bool public = false;
	enum folder_role role = role_of_target(app, &public);
	struct change *c =
		new_change(app, public || role == FOLDER_ROLE_DELETED ||
						role == FOLDER_ROLE_JUNK
					? ACT_REMOVE
					: ACT_DELETE);

	(void)call;
	if (c)
		start_change(app, c);
}

void cmd_purge(struct app *app, const struct command_call *call)
{
	struct change *c = new_change(app, ACT_PURGE);

	(void)call;
	if (c)
		start_change(app, c);
}

void cmd_delete_thread(struct app *app, const struct command_call *call)
{
	struct change *c = new_change(app, ACT_DELETE);

	(void)call;
	if (!c)
		return;
	if (!mail_thread_targets(app, &c->targets)) {
		free_change(c);
		return;
	}
	start_change(app, c);
}

/* --- flags ---------------------------------------------------------------------------- */

/* Have all (of the first LOOK_AT) targets all these flags? */
static bool all_have(struct app *app, const struct mail_targets *t,
		     unsigned flags)
{
	for (size_t i = 0; i < t->n && i < LOOK_AT; i++) {
		struct item it;
		unsigned f;

		if (!app->store ||
		    !query_item(app->store, t->ids[i], &it, NULL))
			continue;
		f = it.flags;
		item_release(&it);
		if ((f & flags) != flags)
			return false;
	}
	return true;
}

/* A second key typed ahead must see the first one's effect: the row in memory
 * changes now, the mirror within milliseconds. */
static void change_row(struct app *app, const struct mail_targets *t,
		       const struct item_edit *e)
{
	struct mail *m = mail_of(app);
	const struct list_row *row = m ? list_current(m->list) : NULL;

	if (row && t->n == 1 && row->id == t->ids[0])
		item_edit_apply(e, &((struct mail_row *)row->data)->item);
}

static void edit_targets(struct app *app, struct mail_targets *t,
			 const struct item_edit *e, const char *what,
			 const char *said)
{
	struct str b CLEANUP(str_release) = STR_INIT;

	str_addf(&b, "%s: ", said);
	format_add_plural(&b, (int64_t)t->n, "message", "messages");
	str_add(&b, " - u undo");
	if (session_change(app, intent_edit(t->ids, t->n, e), what, b.s))
		change_row(app, t, e);
}

/* Does the row in memory (newer than the mirror) have the flags? */
static bool targets_have(struct app *app, const struct mail_targets *t,
			 unsigned flags)
{
	struct mail *m = mail_of(app);
	const struct list_row *row = m ? list_current(m->list) : NULL;

	if (row && t->n == 1 && row->id == t->ids[0])
		return (mail_row_item(row)->flags & flags) == flags;
	return all_have(app, t, flags);
}

void cmd_toggle_read(struct app *app, const struct command_call *call)
{
	struct item_edit e = {.set = EDIT_READ};
	struct mail_targets t;

	(void)call;
	if (!mail_get_targets(app, &t))
		return;
	e.read = !targets_have(app, &t, ITEM_READ);
	edit_targets(app, &t, &e, "Mark", e.read ? "Read" : "Unread");
	mail_targets_release(&t);
}

void cmd_read_thread(struct app *app, const struct command_call *call)
{
	struct item_edit e = {.set = EDIT_READ, .read = true};
	struct mail_targets t;

	(void)call;
	if (!mail_get_targets(app, &t))
		return;
	if (mail_thread_targets(app, &t))
		edit_targets(app, &t, &e, "Mark", "Conversation read");
	mail_targets_release(&t);
}

void cmd_flag(struct app *app, const struct command_call *call)
{
	struct item_edit e = {.set = EDIT_FLAG, .flag_due = CLOCK_NEVER};
	struct mail_targets t;

	if (call->argc) {
		e.flag_due = dates_parse_due(call->argv[0]);
		if (e.flag_due == CLOCK_NEVER) {
			message_show(app, MESSAGE_ERROR,
				     "\"%s\" is no date: today, tomorrow, "
				     "friday, 3d, 2026-12-01",
				     call->argv[0]);
			return;
		}
	}
	if (!mail_get_targets(app, &t))
		return;
	if (call->argc || !targets_have(app, &t, ITEM_FLAGGED))
		e.flag = ITEM_FLAGGED;
	edit_targets(app, &t, &e, "Flag", e.flag ? "Flagged" : "Flag removed");
	mail_targets_release(&t);
}

void cmd_flag_done(struct app *app, const struct command_call *call)
{
	struct item_edit e = {.set = EDIT_FLAG,
			      .flag = ITEM_COMPLETE,
			      .flag_due = CLOCK_NEVER};
	struct mail_targets t;

	(void)call;
	if (!mail_get_targets(app, &t))
		return;
	edit_targets(app, &t, &e, "Flag", "Done");
	mail_targets_release(&t);
}

/* --- categories ----------------------------------------------------------------------- */

static void set_categories(struct app *app, struct mail_targets *t,
			   const char *text)
{
	struct item_edit e = {.set = EDIT_CATEGORIES};
	struct strv names;

	strv_init(&names);
	strv_split(&names, text, ",");
	if (names.n)
		e.categories = strv_join(&names, "\n");
	edit_targets(app, t, &e, "Category",
		     names.n ? "Categories set" : "Categories removed");
	free(e.categories);
	strv_release(&names);
}

static void categories_done(struct app *app, void *ctx, const char *text)
{
	struct change *c = ctx;

	if (text)
		set_categories(app, &c->targets, text);
}

void cmd_category(struct app *app, const struct command_call *call)
{
	struct change *c = new_change(app, ACT_MOVE);
	struct str now CLEANUP(str_release) = STR_INIT;
	struct prompt_spec spec = {
		.label = "Categories (commas between): ",
		.history = "category",
		.complete = "category",
		.popup = true,
		.done = categories_done,
		.ctx = c,
		.free_ctx = free_change,
	};
	struct item it;

	if (!c)
		return;
	if (call->argc) {
		set_categories(app, &c->targets, call->rest);
		free_change(c);
		return;
	}
	if (c->targets.n == 1 && app->store &&
	    query_item(app->store, c->targets.ids[0], &it, NULL)) {
		str_add(&now, str_or_empty(it.categories));
		item_release(&it);
	}
	for (size_t i = 0; i < now.len; i++)
		if (now.s[i] == '\n')
			now.s[i] = ',';
	spec.initial = now.s;
	prompt_open(app, &spec);
}
