/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * How much of the mailbox there is to mirror, and how fast it comes: asked in a
 * few small requests, and given up after some seconds, since nobody should wait
 * for a guess.
 */
#include "base/clock.h"
#include "engine/doctor_private.h"
#include "model/storage.h"
#include "proto/services.h"

#define ASK_MS 5000
#define DAY_S 86400
#define SAMPLE 20
#define SAMPLE_BYTES (1 << 20)
#define PAGES_MAX 50

struct guess {
	struct backend *b;
	const struct backend_ops *ops;
	struct op op;
	int64_t until; /* monotonic ms */
	char *inbox;
	int64_t inbox_total;
	struct doctor_estimate out;
};

static bool is_late(const struct guess *g)
{
	return clock_mono_ms() > g->until;
}

static void add_folders(struct guess *g, const struct folder_changes *c)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct folder *f = &c->v[i].folder;

		if (c->v[i].kind != CHANGE_UPSERT || f->kind != FOLDER_MAIL ||
		    f->flags & (FOLDER_SEARCH | FOLDER_HIDDEN))
			continue;
		g->out.messages += f->total;
		if (f->size > 0)
			g->out.bytes += f->size;
		if (str_eq(f->remote_id, g->inbox))
			g->inbox_total = f->total;
	}
}

static bool count_folders(struct guess *g, struct err *err)
{
	char *state CLEANUP(mem_free_ptr) = NULL;
	bool more = true;

	for (int i = 0; more && i < PAGES_MAX && !is_late(g); i++) {
		struct sync_page page = {0};

		if (!g->ops->sync_folders(g->b, &g->op, state, &page, err))
			return false;
		add_folders(g, &page.folders);
		more = page.more && page.state;
		mem_replace(&state, xstrdup(page.state));
		sync_page_release(&page);
	}
	return true;
}

/* When the message with this number of the Inbox came, the newest being 0;
 * CLOCK_NEVER: it does not say. */
static int64_t received_at(struct guess *g, int64_t number)
{
	struct item_list l = {0};
	int64_t when = CLOCK_NEVER;
	bool more;

	if (g->ops->list(g->b, &g->op, g->inbox, number, 1, &l, &more, NULL) &&
	    l.n)
		when = l.v[0].received;
	item_list_release(&l);
	return when;
}

/* How many of the Inbox are newer: halves what is left until it is known well
 * enough. */
static int64_t count_since(struct guess *g, int64_t since)
{
	int64_t low = 0, high = g->inbox_total, close = g->inbox_total / 100;

	while (low < high && high - low > close && !is_late(g)) {
		int64_t middle = low + (high - low) / 2;
		int64_t when = received_at(g, middle);

		if (when != CLOCK_NEVER && when >= since)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool count_bytes(void *ctx, struct fetched *owned)
{
	*(int64_t *)ctx += (int64_t)owned->mime.len;
	fetched_release(owned);
	return true;
}

/* Some of the newest, timed. */
static void measure(struct guess *g)
{
	struct item_ref refs[SAMPLE];
	struct item_list l = {0};
	int64_t begun, ms, bytes = 0, planned = 0;
	size_t n = 0;
	bool more;

	if (!g->ops->list(g->b, &g->op, g->inbox, 0, SAMPLE, &l, &more, NULL))
		return;
	while (n < l.n && n < SAMPLE && planned < SAMPLE_BYTES) {
		refs[n] =
			(struct item_ref){l.v[n].remote_id, l.v[n].change_key};
		planned += l.v[n++].size;
	}
	begun = clock_mono_ms();
	if (n && planned < 4 * SAMPLE_BYTES &&
	    g->ops->fetch(g->b, &g->op, refs, n, true, count_bytes, &bytes,
			  NULL)) {
		ms = clock_mono_ms() - begun;
		g->out.bytes_a_second = bytes * 1000 / (ms > 0 ? ms : 1);
	}
	item_list_release(&l);
}

static void add_storage(struct guess *g)
{
	const struct service_ops *s = backend_services(g->ops);
	struct storage storage;

	if (g->out.bytes || !s->storage_get ||
	    !s->storage_get(g->b, &g->op, &storage, NULL))
		return;
	if (storage.used > 0)
		g->out.bytes = storage.used;
	storage_release(&storage);
}

void doctor_guess_size(struct doctor *d)
{
	struct guess g = {.ops = backend_choose(d->account),
			  .op = {.cancel = d->stop},
			  .until = clock_mono_ms() + ASK_MS};
	char *ids[FOLDER_ROLE_COUNT] = {0};
	int64_t now = clock_now();
	bool ok;

	g.b = g.ops->open(d->account, &d->host, &d->info);
	ok = g.ops->find_roles(g.b, &g.op, ids, NULL) && ids[FOLDER_ROLE_INBOX];
	g.inbox = ids[FOLDER_ROLE_INBOX];
	ok = ok && count_folders(&g, NULL);
	if (ok) {
		add_storage(&g);
		for (size_t i = 0; i < ARRAY_LEN(doctor_periods); i++)
			g.out.share[i] =
				g.inbox_total
					? (double)count_since(
						  &g,
						  now - doctor_periods[i] *
								  (int64_t)
									  DAY_S) /
						  (double)g.inbox_total
					: 1.0;
		measure(&g);
		d->estimate = g.out;
	}
	for (int i = 0; i < FOLDER_ROLE_COUNT; i++)
		free(ids[i]);
	g.ops->close(g.b);
}
