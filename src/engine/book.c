/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * What is asked of the directory without anybody asking: the copy of the
 * address list, brought up to date once a day, and when the password expires,
 * at every start and every 24 hours.
 */
#include <inttypes.h>
#include "base/clock.h"
#include "base/log.h"
#include "engine/core.h"
#include "proto/people.h"
#include "proto/ldap/gal.h"
#include "proto/ldap/password.h"

#define DAY_S (24 * 3600)
#define AGAIN_S 3600 /* after trouble */
#define SLICE 200    /* persons a message */
#define PERSON_WEIGHT 500

/* --- the copy, in the lane --------------------------------------------------
 */

struct copy {
	struct lane *lane;
	struct job *job;
	struct msg *msg;
	struct strv keys; /* of all, on a whole copy */
	bool whole, stopped;
};

static bool send_slice(struct copy *c)
{
	struct msg *m = c->msg;

	c->msg = msg_new(MSG_BOOK, c->job);
	c->stopped |= !lane_post(c->lane, m, m->people.n * PERSON_WEIGHT);
	return !c->stopped;
}

static bool copy_one(void *ctx, struct person *taken, bool hidden)
{
	struct copy *c = ctx;

	if (hidden) {
		strv_add(&c->msg->gone, taken->key);
		person_release(taken);
	} else {
		if (c->whole)
			strv_add(&c->keys, taken->key);
		vec_add(&c->msg->people, *taken);
	}
	return c->msg->people.n + c->msg->gone.n < SLICE || send_slice(c);
}

/* The last message says who is left. Hidden ones are among the keys of a
 * listing, but never came as persons. */
static bool send_last(struct copy *c, const char *server, int64_t usn,
		      struct err *err)
{
	if (c->stopped || !send_slice(c))
		return err_set(err, ERR_CANCELLED, "cancelled");
	c->msg->keep = true;
	c->msg->ids = c->keys;
	strv_init(&c->keys);
	c->msg->server = xstrdup(server);
	c->msg->usn = usn;
	if (!send_slice(c))
		return err_set(err, ERR_CANCELLED, "cancelled");
	return true;
}

static bool copy_from(struct directory *d, struct copy *c, struct err *err)
{
	const struct job *j = c->job;
	int64_t usn = directory_usn(d);

	/* Numbers of changes are each server's own. */
	c->whole = !j->book_server || j->book_usn <= 0 || usn < j->book_usn ||
		   !str_eq(j->book_server, directory_server(d));
	if (!gal_each(d, c->whole ? 0 : j->book_usn, copy_one, c, err))
		return false;
	if (!c->stopped && !c->whole && !gal_keys(d, &c->keys, err))
		return false;
	return send_last(c, directory_server(d), usn, err);
}

static bool copy_listed(void *ctx, struct person *taken)
{
	/* Without an address there is no key, and nobody to write to. */
	if (taken->key)
		return copy_one(ctx, taken, false);
	person_release(taken);
	return true;
}

/* The mailbox server's, where no directory is within reach: it has no numbers
 * of changes, so all of it each time. */
static bool copy_from_mailbox(struct lane *l, struct copy *c, struct err *err)
{
	struct op op = lane_op(l);

	c->whole = true;
	if (!c->job->have_info && !lane_connect(l, err))
		return false;
	if (!backend_people(lane_ops(l))
		     ->list_people(l->backend, &op, copy_listed, c, err))
		return false;
	return send_last(c, "mailbox", 0, err);
}

static bool copy_from_directory(struct lane *l, struct copy *c, struct err *err)
{
	struct directory *d;

	/* Never on a kept connection: USNs are read when signing in. */
	lane_close_directory(l);
	if (!lane_directory(l, false, &d, err))
		return false;
	return copy_from(d, c, err);
}

bool job_run_book(struct lane *l, struct job *j, struct err *err)
{
	struct copy c = {.lane = l, .job = j};
	struct err why = ERR_INIT;
	bool ok;

	strv_init(&c.keys);
	c.msg = msg_new(MSG_BOOK, j);
	ok = copy_from_directory(l, &c, &why);
	/* A copy that broke off is not mixed with one of another origin. */
	if (!ok && why.kind == ERR_UNSUPPORTED && !lane_cancelled(l) &&
	    backend_people(lane_ops(l))->list_people)
		ok = copy_from_mailbox(l, &c, &why);
	if (!ok)
		*err = why;
	strv_release(&c.keys);
	msg_free(c.msg);
	lane_close_directory(l);
	return ok;
}

/* --- the copy, in the core
 * ------------------------------------------------------ */

static bool apply_book(struct core *c, struct msg *m, struct err *err)
{
	char *now CLEANUP(mem_free_ptr) = xasprintf("%" PRId64, clock_now());
	char *usn CLEANUP(mem_free_ptr) = xasprintf("%" PRId64, m->usn);
	bool ok = write_book_begin(c->store, err);

	for (size_t i = 0; ok && i < m->people.n; i++)
		ok = write_book_entry(c->store, &m->people.v[i], err);
	for (size_t i = 0; ok && i < m->gone.n; i++)
		ok = write_book_gone(c->store, m->gone.v[i], err);
	if (ok && m->keep)
		ok = write_book_keep(c->store, &m->ids, err) &&
		     write_book_fact(c->store, "server", m->server, err) &&
		     write_book_fact(c->store, "usn", usn, err) &&
		     write_book_fact(c->store, "copied", now, err);
	if (ok && write_book_commit(c->store, err))
		return true;
	write_book_rollback(c->store);
	return false;
}

bool core_apply_book(struct core *c, struct msg *m, size_t *cursor UNUSED,
		     bool *done, struct err *err UNUSED)
{
	struct err why = ERR_INIT;

	if (!apply_book(c, m, &why)) {
		log_at(LOG_WARN, "directory", "%s", why.text);
		chan_flag_raise(m->job->cancel);
	}
	*done = true;
	return true;
}

static int64_t in_seconds(const struct core *c, int64_t seconds)
{
	return clock_mono_ms() + seconds * c->engine->second_ms;
}

bool job_end_book(struct core *c, struct job *j, struct err *err UNUSED)
{
	c->book_active = false;
	c->next_book = in_seconds(
		c, j->err.kind == ERR_NONE || j->err.kind == ERR_UNSUPPORTED
			   ? DAY_S
			   : AGAIN_S);
	if (j->err.kind != ERR_NONE && j->err.kind != ERR_CANCELLED)
		log_at(LOG_WARN, "directory", "%s", j->err.text);
	return true;
}

/* --- expiry
 * ------------------------------------------------------------------------ */

static bool ask_controller(struct lane *l, struct job *j, struct err *err)
{
	const struct account *a = l->engine->account;
	char *dn CLEANUP(mem_free_ptr) = NULL;
	struct directory *d;
	bool ok;

	if (!lane_directory(l, true, &d, err))
		return false;
	ok = password_find_user(d, a->user ? a->user : a->address, a->address,
				&dn, err) &&
	     password_expiry(d, dn, &j->expires, err);
	lane_close_directory(l);
	return ok;
}

bool job_run_expiry(struct lane *l, struct job *j, struct err *err)
{
	struct op op = lane_op(l);
	struct err why = ERR_INIT;

	if (ask_controller(l, j, err))
		return true;
	/* The refusal is the answer. */
	if (str_eq(err->code, "password-expired") ||
	    str_eq(err->code, "password-must-change")) {
		j->expires = 0;
		return true;
	}
	if (lane_cancelled(l) || !backend_people(lane_ops(l))->password_expiry)
		return false;
	why = *err;
	if ((j->have_info || lane_connect(l, err)) &&
	    backend_people(lane_ops(l))
		    ->password_expiry(l->backend, &op, &j->expires, err))
		return true;
	if (why.kind != ERR_UNSUPPORTED)
		*err = why;
	return false;
}

bool job_end_expiry(struct core *c, struct job *j, struct err *err)
{
	char *now CLEANUP(mem_free_ptr) = xasprintf("%" PRId64, clock_now());
	char *when CLEANUP(mem_free_ptr) =
		j->expires == CLOCK_NEVER ? xstrdup("never")
					  : xasprintf("%" PRId64, j->expires);
	struct event e = {.kind = EVENT_PASSWORD};

	c->expiry_active = false;
	c->next_expiry = in_seconds(c, j->err.kind ? AGAIN_S : DAY_S);
	if (j->err.kind != ERR_NONE) {
		log_at(LOG_INFO, "directory", "%s", j->err.text);
		return true;
	}
	if (!write_fact(c->store, "password-expires", when, err) ||
	    !write_fact(c->store, "password-checked", now, err)) {
		log_at(LOG_WARN, "directory", "%s", err->text);
		return true;
	}
	event_queue_push(&c->engine->events, &e);
	return true;
}

/* --- where --- */

void core_add_directory(struct core *c, struct job *j)
{
	if (c->engine->account->ldap_host)
		return;
	j->directory = query_fact(c->store, "directory-host");
	j->look_up = !j->directory;
}

void core_keep_directory(struct core *c, const struct job *j)
{
	struct err err = ERR_INIT;
	bool lost = !j->look_up && j->directory && j->err.kind == ERR_NETWORK;

	/* Where it was is no place for ever: it is looked for anew. */
	if (!j->directory || (!j->look_up && !lost))
		return;
	if (!write_fact(c->store, "directory-host", lost ? NULL : j->directory,
			&err))
		log_at(LOG_WARN, "directory", "%s", err.text);
}

static bool is_directory_known(const struct core *c)
{
	char *host CLEANUP(mem_free_ptr) = NULL;

	if (c->engine->account->ldap_host)
		return true;
	host = query_fact(c->store, "directory-host");
	return host != NULL;
}

/* --- when
 * ---------------------------------------------------------------------------
 */

/* When to do again what is done once a day; last: UTC seconds or NULL. */
static int64_t due_daily(const struct core *c, const char *last)
{
	int64_t age = last ? clock_now() - strtoll(last, NULL, 10) : DAY_S;

	/* A clock that was wrong must not put it off for ever. */
	return age < 0 || age >= DAY_S ? 0 : in_seconds(c, DAY_S - age);
}

void core_begin_book(struct core *c)
{
	char *copied CLEANUP(mem_free_ptr) =
		query_book_fact(c->store, "copied");
	char *checked CLEANUP(mem_free_ptr) =
		query_fact(c->store, "password-checked");

	c->next_book = due_daily(c, copied);
	/* Asking is also what finds the directory, while the program stays. */
	c->next_expiry = 0;
	if (checked &&
	    (c->engine->options.mode == ENGINE_ONCE || is_directory_known(c)))
		c->next_expiry = due_daily(c, checked);
}

static bool may_ask_by_itself(const struct core *c)
{
	/* Not for a verb that changes a message and is gone again. */
	if (!c->engine->options.bodies)
		return false;
	/* A password that was refused is not tried again and again: accounts
	 * are locked for that. */
	return c->network && c->online != ENGINE_SIGNED_OUT &&
	       !atomic_load(&c->engine->refused);
}

static bool book_due(const struct core *c)
{
	const struct account *a = c->engine->account;

	return a->book_path && clock_mono_ms() >= c->next_book &&
	       may_ask_by_itself(c) &&
	       (is_directory_known(c) ||
		(backend_people(c->engine->ops)->list_people && c->have_info));
}

static bool expiry_due(const struct core *c)
{
	const struct engine *e = c->engine;

	/* This is also what finds the directory, while the program stays. */
	return clock_mono_ms() >= c->next_expiry && may_ask_by_itself(c) &&
	       (is_directory_known(c) || e->options.mode == ENGINE_FULL ||
		(backend_people(e->ops)->password_expiry && c->have_info));
}

bool core_book_waits(const struct core *c)
{
	return !c->by_hand && (c->book_active || c->expiry_active ||
			       book_due(c) || expiry_due(c));
}

struct job *core_job_book(struct core *c)
{
	struct job *j;

	if (expiry_due(c)) {
		c->expiry_active = true;
		return job_new(JOB_EXPIRY);
	}
	if (!book_due(c))
		return NULL;
	j = job_new(JOB_BOOK);
	j->book_server = query_book_fact(c->store, "server");
	char *usn CLEANUP(mem_free_ptr) = query_book_fact(c->store, "usn");

	j->book_usn = usn ? strtoll(usn, NULL, 10) : 0;
	c->book_active = true;
	return j;
}
