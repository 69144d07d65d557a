/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The message leaves the composer: sent, kept in Drafts, thrown away; or it
 * comes back. While it is written it lies in a file beside the mirror, so that
 * a crash loses nothing. */
#include "ui/compose_private.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/proc.h"
#include "config/config.h"
#include "engine/engine.h"
#include "ui/format.h"
#include "ui/mail.h"
#include "ui/reader.h"
#include "ui/session.h"
#include "text/when.h"
#include "ui/task.h"

#define MANY_RECIPIENTS 20
#define LEFT_MAX ((size_t)256 << 20)

/* --- the file -------------------------------------------------------------------------------- */

static char *drafts_dir(struct app *app)
{
	char *store CLEANUP(mem_free_ptr) =
		config_store_path(app->account->name);
	char *slash = strrchr(store, '/');

	return xasprintf("%.*s/drafts", (int)(slash - store), store);
}

char *compose_file_path(struct app *app, const struct draft *d)
{
	char *dir CLEANUP(mem_free_ptr) = drafts_dir(app);
	const char *id = draft_message_id(d);

	/* The part of the id before the @ is of our own making. */
	return xasprintf("%s/%.*s.eml", dir, (int)strcspn(id, "@/"), id);
}

char *compose_text_path(const char *file)
{
	return xasprintf("%s.text", file);
}

void compose_remove_file(const char *file)
{
	char *text CLEANUP(mem_free_ptr) = compose_text_path(file);

	unlink(text);
	unlink(file);
}

/* The text goes beside the file: rewriting all attachments every few seconds
 * would wear the disk and stop the keys. */
bool compose_save_file(struct compose *c, bool whole, struct err *err)
{
	char *dir CLEANUP(mem_free_ptr) = NULL;
	char *path CLEANUP(mem_free_ptr) = NULL;
	struct str text CLEANUP(str_release) = STR_INIT;
	struct bytes raw = {0};
	bool ok;

	if (!c->file)
		return true;
	dir = xstrndup(c->file, (size_t)(strrchr(c->file, '/') - c->file));
	path = compose_text_path(c->file);
	if (!whole && c->file_whole) {
		draft_add_editable(c->draft, &text);
		return proc_write_file(path, text.s, text.len, 0600, err);
	}
	draft_build_kept(c->draft, &raw);
	ok = proc_make_dirs(dir, err) &&
	     proc_write_file(c->file, raw.p, raw.len, 0600, err);
	bytes_release(&raw);
	if (ok) {
		c->file_whole = true;
		unlink(path);
	}
	return ok;
}

char *compose_left_behind(struct app *app)
{
	char *dir CLEANUP(mem_free_ptr) = drafts_dir(app);
	DIR *d = opendir(dir);
	struct dirent *e;
	char *found = NULL;

	while (d && !found && (e = readdir(d)))
		if (str_ends(e->d_name, ".eml"))
			found = xasprintf("%s/%s", dir, e->d_name);
	if (d)
		closedir(d);
	return found;
}

void compose_close(struct app *app, bool forget)
{
	struct screen *s = screen_get(app, SCREEN_compose);
	struct compose *c = compose_of(app);

	if (!s)
		return;
	if (forget && c->file)
		compose_remove_file(c->file);
	screen_close(app, s);
}

/* --- sending ------------------------------------------------------------------------------------ */

/* The old draft goes once its text lies elsewhere for good. */
static void remove_old_draft(struct app *app, const struct compose *c)
{
	if (c->draft_item)
		session_change(app,
			       intent_delete(&c->draft_item, 1, DELETE_HARD),
			       "Remove the draft", NULL);
}

/* The message as it goes out, into the outbox. */
static void hand_over(struct app *app, struct compose *c,
		      struct bytes *taken_raw)
{
	int64_t wait = app->account->undo_send_seconds;
	int64_t due = c->due > clock_now() + wait ? c->due
		      : wait > 0		  ? clock_now() + wait
						  : 0;
	struct str said CLEANUP(str_release) = STR_INIT;
	uint64_t ticket;
	struct intent *intent;

	remove_old_draft(app, c);
	intent = intent_send(taken_raw, draft_message_id(c->draft), due,
			     c->answers, draft_verb(c->draft));
	if (c->due && due == c->due) {
		str_add(&said, "Goes out ");
		clock_add_long(&said, due);
		str_add(&said, " - u takes it back");
	} else if (wait > 0) {
		str_add(&said, "Goes out in ");
		format_add_span(&said, wait);
		str_add(&said, " - u takes it back");
	} else {
		str_add(&said, "In the Outbox, on its way");
	}
	ticket = session_change_ticket(app, intent, "Not sent", said.s);
	session_keep_sent(app, ticket, c->draft, c->answers);
	session_remove_after(app, ticket, c->file);
	c->draft = draft_new(app->account, DRAFT_NEW, NULL, NULL);
	c->file = NULL;
	compose_close(app, false);
}

struct sealing {
	struct seal_how how;
	struct bytes raw;
	struct err err;
	bool ok;
};

static void seal_work(void *ctx)
{
	struct sealing *g = ctx;

	g->ok = seal_message(&g->raw, &g->how, false, &g->err);
}

static void seal_drop(void *ctx)
{
	struct sealing *g = ctx;

	bytes_release(&g->raw);
	free(g);
}

/* A locked key: gpg has the terminal to ask for its passphrase. */
static void seal_asking(struct app *app, struct sealing *g)
{
	term_leave();
	g->ok = seal_message(&g->raw, &g->how, true, &g->err);
	term_enter();
	app_damage(app, DAMAGE_ALL | DAMAGE_LAYOUT);
}

static void seal_done(struct app *app, void *ctx)
{
	struct sealing *g = ctx;
	struct compose *c = compose_of(app);

	if (c && c->sealing) {
		c->sealing = false;
		if (!g->ok && str_eq(g->err.code, "locked"))
			seal_asking(app, g);
		if (g->ok)
			hand_over(app, c, &g->raw);
		else
			message_error(app, "Not sent", &g->err);
	}
	seal_drop(g);
}

static void send_now(struct app *app, struct compose *c)
{
	struct task_spec spec = {
		.work = seal_work, .done = seal_done, .drop = seal_drop};
	struct seal_how how = draft_seal(c->draft);
	struct bytes raw = {0};
	struct sealing *g;

	if (!app->engine) {
		message_show(app, MESSAGE_ERROR,
			     "Not sent: the mirror is not open. The draft is "
			     "kept");
		return;
	}
	draft_renew(c->draft);
	draft_build(c->draft, &raw);
	if (!how.sign && !how.encrypt) {
		hand_over(app, c, &raw);
		return;
	}
	g = xcalloc(1, sizeof(*g));
	g->how = how;
	g->raw = raw;
	spec.ctx = g;
	c->sealing = true;
	message_show(app, MESSAGE_INFO, "%s ...",
		     how.encrypt ? "Encrypting" : "Signing");
	task_start(app, &spec);
}

/* Each check is one question; the next follows when it was answered. */
enum check {
	CHECK_SUBJECT,
	CHECK_ATTACHMENT,
	CHECK_MANY,
	CHECK_SIZE,
	CHECK_DONE
};

static char *question_of(struct app *app, const struct compose *c,
			 enum check check)
{
	switch (check) {
	case CHECK_SUBJECT: {
		char *subject CLEANUP(mem_free_ptr) =
			draft_get(c->draft, DRAFT_SUBJECT);

		return *subject ? NULL : xstrdup("No subject. Send anyway?");
	}
	case CHECK_ATTACHMENT:
		if (draft_attachments(c->draft) ||
		    !draft_mentions_attachment(c->draft))
			return NULL;
		return xstrdup("The text speaks of an attachment, but there "
			       "is none. Send anyway?");
	case CHECK_MANY:
		if (draft_recipients(c->draft) < MANY_RECIPIENTS)
			return NULL;
		return xasprintf("%s to %zu people?",
				 draft_kind(c->draft) == DRAFT_REPLY_ALL
					 ? "Answer"
					 : "Send",
				 draft_recipients(c->draft));
	case CHECK_SIZE: {
		struct str b = STR_INIT;
		int64_t limit = compose_limit(app);

		if (limit <= 0 || (int64_t)draft_size(c->draft) <= limit)
			return NULL;
		format_add_size(&b, (int64_t)draft_size(c->draft));
		str_add(&b, " is more than the server takes (");
		format_add_size(&b, limit);
		str_add(&b, "). Try anyway?");
		return str_take(&b);
	}
	case CHECK_DONE:
		break;
	}
	return NULL;
}

static void check_from(struct app *app, int check);

static void check_answer(struct app *app, void *ctx, char choice)
{
	if (choice == 'y')
		check_from(app, *(int *)ctx + 1);
}

static void check_from(struct app *app, int check)
{
	struct compose *c = compose_of(app);

	if (!c)
		return;
	for (; check < CHECK_DONE; check++) {
		char *q CLEANUP(mem_free_ptr) =
			question_of(app, c, (enum check)check);

		if (!q)
			continue;
		prompt_choose(app, q, "yn", 'n', check_answer,
			      xmemdup(&check, sizeof(check)), free);
		return;
	}
	send_now(app, c);
}

void cmd_send(struct app *app, const struct command_call *call)
{
	struct compose *c = compose_of(app);

	(void)call;
	if (!c || c->sealing)
		return;
	compose_take_text(c);
	if (c->unread_text)
		message_show(app, MESSAGE_ERROR,
			     "Not sent: the header of the edited text has a "
			     "mistake; e opens it");
	else if (!draft_recipients(c->draft))
		message_show(app, MESSAGE_ERROR,
			     "Not sent: nobody to send it to; t sets To");
	else
		check_from(app, 0);
}

static void send_at_done(struct app *app, void *ctx, const char *text)
{
	struct compose *c = compose_of(app);
	struct command_call call = {.id = COMMAND_send};
	struct err err = ERR_INIT;

	(void)ctx;
	if (!c || !text || !*text)
		return;
	if (!when_parse(text, clock_now(), &c->due, &err)) {
		message_error(app, "Not sent", &err);
		return;
	}
	cmd_send(app, &call);
}

void cmd_send_at(struct app *app, const struct command_call *call)
{
	struct prompt_spec spec = {
		.label = "Send at (18:30, tomorrow 9:00, fri, +2h): ",
		.history = "when",
		.done = send_at_done};

	if (call->argc)
		send_at_done(app, NULL, call->rest);
	else
		prompt_open(app, &spec);
}

/* --- keeping and throwing away --------------------------------------------------------------------- */

void cmd_postpone(struct app *app, const struct command_call *call)
{
	struct compose *c = compose_of(app);
	int64_t folder =
		app->store ? query_folder_role(app->store, FOLDER_ROLE_DRAFTS)
			   : 0;
	struct bytes raw = {0};
	struct intent *intent;
	uint64_t ticket;
	char *said CLEANUP(mem_free_ptr) = NULL;

	(void)call;
	if (!c)
		return;
	compose_take_text(c);
	if (!folder || !app->engine || c->unread_text ||
	    draft_seal(c->draft).encrypt) {
		struct err err = ERR_INIT;

		if (!compose_save_file(c, true, &err)) {
			message_error(app, "The draft could not be kept", &err);
			return;
		}
		/* What is to be encrypted never lies in Drafts in the clear. */
		said = keys_fill(app->keys, SCOPE_messages,
				 "Kept on this machine only; {recall-draft} "
				 "goes on with it");
		message_show(app, MESSAGE_OK, "%s", said);
		compose_close(app, false);
		return;
	}
	/* Should R come before the store has it, the file is what it finds. */
	(void)!compose_save_file(c, true, NULL);
	draft_renew(c->draft);
	draft_build_kept(c->draft, &raw);
	intent = intent_draft(&raw, draft_message_id(c->draft), folder);
	said = keys_fill(app->keys, SCOPE_messages,
			 "Kept in Drafts; {recall-draft} goes on with it");
	ticket = session_change_ticket(app, intent, "Not kept", said);
	if (!ticket)
		return;
	session_remove_after(app, ticket, c->file);
	c->file = NULL;
	remove_old_draft(app, c);
	compose_close(app, false);
}

static void discard_answer(struct app *app, void *ctx, char choice)
{
	struct compose *c = compose_of(app);

	(void)ctx;
	if (choice != 'y' || !c)
		return;
	if (c->kept_by_idle)
		remove_old_draft(app, c);
	compose_close(app, true);
}

void cmd_discard(struct app *app, const struct command_call *call)
{
	(void)call;
	prompt_choose(app, "Throw the message away?", "yn", 'n', discard_answer,
		      NULL, NULL);
}

/* --- going on with a draft ---------------------------------------------------------------------------- */

/* The text typed after the file was last written; what cannot be read as a
 * draft is given back, for the editor to open it again. */
static char *recall_typed(struct draft *d, const char *file)
{
	char *path CLEANUP(mem_free_ptr) = compose_text_path(file);
	struct str text CLEANUP(str_release) = STR_INIT;

	if (!proc_read_file(path, &text, LEFT_MAX, NULL) || !text.len ||
	    draft_read_editable(d, text.s, text.len, NULL))
		return NULL;
	return str_take(&text);
}

static bool recall_file(struct app *app, const char *path)
{
	char *left;
	struct str text = STR_INIT;
	struct bytes raw;
	struct letter *l;
	struct draft *d;
	struct err err = ERR_INIT;

	if (!proc_read_file(path, &text, LEFT_MAX, &err)) {
		message_error(app, "The draft could not be read", &err);
		str_release(&text);
		return false;
	}
	raw = bytes_from_str(&text);
	if (!letter_read(&l, &raw, &err)) {
		message_error(app, "The draft could not be read", &err);
		return false;
	}
	d = draft_new(app->account, DRAFT_RECALL, l, NULL);
	letter_free(l);
	left = recall_typed(d, path);
	/* The new draft is kept in a file of its own from now on. */
	if (compose_open(app, d, 0, 0)) {
		mem_replace(&compose_of(app)->unread_text, left);
		left = NULL;
		compose_remove_file(path);
	}
	free(left);
	return true;
}

static int64_t newest_draft(struct app *app)
{
	struct item_query q = {.sort = SORT_DATE, .limit = 1};
	struct item_list rows = {0};
	int64_t id = 0;

	if (!app->store)
		return 0;
	q.folder = query_folder_role(app->store, FOLDER_ROLE_DRAFTS);
	if (q.folder && query_items(app->store, &q, &rows, NULL) && rows.n)
		id = rows.v[0].id;
	item_list_release(&rows);
	return id;
}

static void recall_item(struct app *app, int64_t id)
{
	struct err err = ERR_INIT;
	struct letter *l = view_read_letter(app, id, &err);
	struct draft *d;

	if (!l) {
		message_error(app, "The draft could not be read", &err);
		return;
	}
	d = draft_new(app->account, DRAFT_RECALL, l, NULL);
	letter_free(l);
	reader_leave(app);
	compose_open(app, d, 0, id);
}

void cmd_recall(struct app *app, const struct command_call *call)
{
	int64_t id = mail_front_item(app);
	char *left CLEANUP(mem_free_ptr) = NULL;
	struct item it;
	bool draft = false;

	(void)call;
	if (id && app->store && query_item(app->store, id, &it, NULL)) {
		draft = it.flags & ITEM_DRAFT;
		item_release(&it);
	}
	if (!draft) {
		left = compose_left_behind(app);
		if (left) {
			recall_file(app, left);
			return;
		}
		id = newest_draft(app);
	}
	if (id)
		recall_item(app, id);
	else
		message_show(app, MESSAGE_INFO, "There are no drafts");
}
