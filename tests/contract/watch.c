/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* notify_wait in a thread of its own, while another client makes changes. */
#include <string.h>

#include "base/clock.h"
#include "tests/contract/contract.h"

struct watch {
	struct client c;
	struct chan_flag *cancel;
	struct chan *events; /* copies */
	struct err err;
	bool ended;
};

struct noted {
	enum notify_kind kind;
	char *folder;
	bool new_mail;
};

static void note(void *ctx, const struct notify_event *e)
{
	struct watch *w = ctx;
	struct noted *n = xcalloc(1, sizeof(*n));

	n->kind = e->kind;
	n->folder = xstrdup(e->folder);
	n->new_mail = e->new_mail;
	chan_send(w->events, n);
}

static void watch_thread(void *ctx)
{
	struct watch *w = ctx;
	struct op op = {.cancel = w->cancel};

	while (w->c.ops->notify_wait(w->c.b, &op, note, w, &w->err))
		;
}

/* Waits for an event of the kind, for that folder; others are let pass. */
static bool wait_event(struct watch *w, enum notify_kind kind,
		       const char *folder, bool new_mail)
{
	int64_t end = clock_mono_ms() + 15000;
	bool found = false;

	while (!found && clock_mono_ms() < end) {
		struct noted *n =
			chan_receive(w->events, end - clock_mono_ms());

		if (!n)
			break;
		found = n->kind == kind &&
			(!folder || str_eq(folder, n->folder)) &&
			(!new_mail || n->new_mail);
		free(n->folder);
		free(n);
	}
	return found;
}

void watch_check(const struct sim *s, struct client *c)
{
	char *path CLEANUP(mem_free_ptr) =
		xasprintf("/deliver?to=%s", c->account->address);
	struct watch w = {.cancel = chan_flag_new(), .events = chan_new()};
	struct err err = ERR_INIT;
	struct thread *thread;
	struct noted *left;
	char *id = NULL;
	int64_t begin;

	client_open(&w.c, s, 1, true);
	thread = thread_start("watch", watch_thread, &w);
	CHECK(wait_event(&w, NOTIFY_ALL, NULL, false));
	free(sim_admin(s, "POST", path,
		       "From: a@b.example\r\nTo: c@d.example\r\n"
		       "Message-ID: <pushed@contract.example>\r\n"
		       "Subject: pushed\r\n\r\nnews\r\n"));
	CHECK(wait_event(&w, NOTIFY_FOLDER, c->ids[FOLDER_ROLE_INBOX], true));
	CHECK_MSG(c->ops->folder_create(c->b, NULL, c->ids[FOLDER_ROLE_ROOT],
					"Watched", NULL, &id, &err),
		  err.text);
	CHECK(wait_event(&w, NOTIFY_HIERARCHY, NULL, false));
	c->ops->folder_remove(c->b, NULL, id, DELETE_HARD, NULL);
	free(id);
	begin = clock_mono_ms();
	chan_flag_raise(w.cancel);
	thread_join(thread);
	CHECK(clock_mono_ms() - begin < 1500);
	CHECK_MSG(w.err.kind == ERR_CANCELLED, w.err.text);
	while ((left = chan_try_receive(w.events))) {
		free(left->folder);
		free(left);
	}
	client_close(&w.c);
	chan_flag_free(w.cancel);
	chan_free(w.events);
}
