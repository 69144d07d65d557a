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

bool compose_save_file(struct compose *c, struct err *err)
{
	char *dir CLEANUP(mem_free_ptr) = NULL;
	struct bytes raw = {0};
	bool ok;

	if (!c->file)
		return true;
	dir = xstrndup(c->file, (size_t)(strrchr(c->file, '/') - c->file));
	draft_build(c->draft, &raw);
	ok = proc_make_dirs(dir, err) &&
	     proc_write_file(c->file, raw.p, raw.len, 0600, err);
	bytes_release(&raw);
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
		unlink(c->file);
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

static void send_now(struct app *app, struct compose *c)
{
	int64_t wait = app->account->undo_send_seconds;
	struct bytes raw = {0};
	struct str said CLEANUP(str_release) = STR_INIT;
	uint64_t ticket;
	struct intent *intent;

	if (!app->engine) {
		message_show(app, MESSAGE_ERROR,
			     "Not sent: the mirror is not open. The draft is "
			     "kept");
		return;
	}
	remove_old_draft(app, c);
	draft_build(c->draft, &raw);
	intent = intent_send(&raw, draft_message_id(c->draft),
			     wait > 0 ? clock_now() + wait : 0, c->answers,
			     draft_verb(c->draft));
	if (wait > 0) {
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

/* Each check is one question; the next follows when it was answered. */
enum check { CHECK_SUBJECT, CHECK_ATTACHMENT, CHECK_MANY, CHECK_DONE };

static char *question_of(const struct compose *c, enum check check)
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
		return xasprintf("Send to %zu people?",
				 draft_recipients(c->draft));
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
			question_of(c, (enum check)check);

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
	if (!c)
		return;
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

	(void)call;
	if (!c)
		return;
	if (!folder || !app->engine || c->unread_text) {
		message_show(app, MESSAGE_OK,
			     "Kept on this machine; R goes on with it");
		compose_close(app, false);
		return;
	}
	draft_build(c->draft, &raw);
	intent = intent_draft(&raw, draft_message_id(c->draft), folder);
	ticket = session_change_ticket(app, intent, "Not kept",
				       "Kept in Drafts; R goes on with it");
	if (!ticket)
		return;
	session_remove_after(app, ticket, c->file);
	c->file = NULL;
	remove_old_draft(app, c);
	compose_close(app, false);
}

static void discard_answer(struct app *app, void *ctx, char choice)
{
	(void)ctx;
	if (choice == 'y')
		compose_close(app, true);
}

void cmd_discard(struct app *app, const struct command_call *call)
{
	(void)call;
	prompt_choose(app, "Throw the message away?", "yn", 'n', discard_answer,
		      NULL, NULL);
}

/* --- going on with a draft ---------------------------------------------------------------------------- */

static bool recall_file(struct app *app, const char *path)
{
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
	/* The new draft is kept in a file of its own from now on. */
	if (compose_open(app, d, 0, 0))
		unlink(path);
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
