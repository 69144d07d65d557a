/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "tests/contract/trial.h"

#include <string.h>
#include "base/clock.h"

void trial_open(struct trial *t)
{
	client_open(&t->c, t->s, 1, true);
	CHECK(client_sync(&t->c, t->c.ids[FOLDER_ROLE_INBOX], NULL, &t->inbox));
	for (size_t i = 0; i < REFS && i < t->inbox.n; i++) {
		struct item *it = &t->inbox.v[i].item;

		t->refs[i] = (struct item_ref){it->remote_id,
					       t->keys ? it->change_key : NULL};
	}
	free(sim_admin(t->s, "POST", "/reset-stats", NULL));
}

void trial_close(struct trial *t)
{
	sim_faults(t->s, "");
	item_changes_release(&t->inbox);
	client_close(&t->c);
}

void trial_check_fetched(struct trial *t, const struct got *g)
{
	CHECK(g->n == REFS);
	for (size_t i = 0; i < REFS; i++) {
		size_t times = 0;

		for (size_t k = 0; k < g->n; k++)
			if (str_eq(g->v[k].item.remote_id,
				   t->refs[i].remote_id)) {
				times++;
				CHECK_MSG(g->v[k].err.kind == ERR_NONE,
					  g->v[k].err.text);
				CHECK(g->v[k].mime.len > 50);
			}
		CHECK(times == 1);
	}
}

void trial_sync_errors(struct trial *t, const char *operation,
		       const struct sync_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct sync_page page;
		struct err err = ERR_INIT;
		int asked;

		trial_open(t);
		asked = t->c.asked;
		sim_faults(t->s, rows[i].table);
		CHECK_MSG(!t->c.ops->sync_items(t->c.b, NULL,
						t->c.ids[FOLDER_ROLE_INBOX],
						NULL, &page, &err),
			  rows[i].name);
		CHECK_MSG(err.kind == rows[i].kind, err.text);
		CHECK(err.text[0] != '\0');
		CHECK_MSG(sim_count(t->s, operation) <= rows[i].requests,
			  rows[i].name);
		/* lock-out: at most one more question */
		CHECK(t->c.asked <= asked + 1);
		CHECK(!rows[i].waits || err.retry_after_ms > 0);
		trial_close(t);
	}
}

void trial_edits(struct trial *t, const char *operation,
		 const struct item_edit *edit, const struct edit_row *rows,
		 size_t n)
{
	struct item_edit edits[REFS];

	for (size_t i = 0; i < REFS; i++)
		edits[i] = *edit;
	for (size_t k = 0; k < n; k++) {
		struct item_results results = {0};
		struct err err = ERR_INIT;
		bool ok;

		trial_open(t);
		sim_faults(t->s, rows[k].table);
		ok = t->c.ops->edit(t->c.b, NULL, t->refs, edits, REFS,
				    &results, &err);
		CHECK_MSG(ok == rows[k].ok, rows[k].table);
		CHECK(results.n == (ok ? REFS : 0));
		for (size_t i = 0; i < results.n; i++)
			CHECK_MSG(results.v[i].err.kind == ERR_NONE,
				  results.v[i].err.text);
		CHECK(ok || err_is_transient(&err));
		CHECK_MSG(sim_count(t->s, operation) == rows[k].requests,
			  rows[k].table);
		item_results_release(&results);
		trial_close(t);
	}
}

static void raise_soon(void *flag)
{
	chan_flag_wait(NULL, 150);
	chan_flag_raise(flag);
}

static bool drop_fetched(void *ctx, struct fetched *f)
{
	(void)ctx;
	fetched_release(f);
	return true;
}

void trial_cancel(struct trial *t, const char *const *tables, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct chan_flag *flag = chan_flag_new();
		struct op op = {.cancel = flag};
		struct err err = ERR_INIT;
		struct thread *thread;
		int64_t begin;

		trial_open(t);
		sim_faults(t->s, tables[i]);
		begin = clock_mono_ms();
		thread = thread_start("raise", raise_soon, flag);
		CHECK(!t->c.ops->fetch(t->c.b, &op, t->refs, REFS, true,
				       drop_fetched, NULL, &err));
		CHECK_MSG(err.kind == ERR_CANCELLED, err.text);
		CHECK_MSG(clock_mono_ms() - begin < 1000, tables[i]);
		thread_join(thread);
		chan_flag_free(flag);
		t->c.paused_until = 0;
		trial_close(t);
	}
}

void trial_wrong_password(void *ctx)
{
	struct trial *t = ctx;
	struct backend_info info;
	struct err err = ERR_INIT;

	client_open(&t->c, t->s, 1, false);
	mem_replace(&t->c.password, xstrdup("wrong"));
	CHECK(!t->c.ops->connect(t->c.b, NULL, &info, &err));
	CHECK_MSG(err.kind == ERR_AUTH, err.text);
	CHECK(t->c.asked == 2);
	client_close(&t->c);
}

void trial_run(struct trial *t, const char *version,
	       const struct trial_part *parts, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char *name = xasprintf("%s: %s", version, parts[i].name);

		run_test(name, parts[i].fn, t);
		free(name);
	}
}
