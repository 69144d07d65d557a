/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Opening and closing other people's mailboxes. */
#include <string.h>
#include "model/folder.h"
#include "store/query.h"
#include "ui/mail.h"
#include "ui/session.h"
#include "ui/sharing.h"

/* "calendar,inbox", and not the end of a name. */
static bool are_folders(const char *word)
{
	struct strv names CLEANUP(strv_release);
	bool all;

	strv_init(&names);
	strv_split(&names, word, ",");
	all = names.n > 0;
	for (size_t i = 0; i < names.n; i++)
		all = all && folder_role_find(names.v[i]) != FOLDER_ROLE_NONE;
	return all;
}

/* "Zoe Astrom <zoe@...> calendar,inbox": the folders are the last word. */
static void open_mailbox(struct app *app, void *ctx, const char *text)
{
	struct request r = {.kind = REQUEST_MAILBOX};
	char *who = NULL, *name = NULL, *last;
	char *shown CLEANUP(mem_free_ptr) = NULL;
	const char *folders = NULL;
	uint64_t ticket;

	(void)ctx;
	if (!text || !*text)
		return;
	who = xstrdup(text);
	last = strrchr(who, ' ');
	if (last && are_folders(last + 1)) {
		*last = '\0';
		folders = last + 1;
	}
	if (sharing_who(app, who, &name, &r.text)) {
		r.value = xasprintf("%s%s%s", name ? name : r.text,
				    folders ? "\t" : "", str_or_empty(folders));
		shown = xstrdup(name ? name : r.text);
		message_show(app, MESSAGE_INFO, "Opening the mailbox of %s ...",
			     shown);
		ticket = session_submit(app, &r, "Not opened");
		session_say_done(app, ticket,
				 xasprintf("%s is open: the folders stand "
					   "below your own",
					   shown));
	}
	free(name);
	free(who);
}

void cmd_mailbox_open(struct app *app, const struct command_call *call)
{
	struct prompt_spec spec = {.label = "Open the mailbox of: ",
				   .complete = "person",
				   .popup = true,
				   .done = open_mailbox};

	if (call->argc)
		open_mailbox(app, NULL, call->rest);
	else
		prompt_open(app, &spec);
}

static void close_answer(struct app *app, void *ctx, char choice)
{
	struct request r = {.kind = REQUEST_CLOSE_MAILBOX};

	if (choice != 'y')
		return;
	r.text = xstrdup(ctx);
	session_submit(app, &r, "Not closed");
}

void cmd_mailbox_close(struct app *app, const struct command_call *call)
{
	const struct folder *f = mail_meant(app);
	char *q CLEANUP(mem_free_ptr) = NULL;

	(void)call;
	if (!f || !f->owner) {
		message_show(app, MESSAGE_INFO,
			     "This is a folder of your own mailbox");
		return;
	}
	q = xasprintf("Close the mailbox of %s here?", f->owner);
	prompt_choose(app, q, "yn", 'y', close_answer, xstrdup(f->owner), free);
}
