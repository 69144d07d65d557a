/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * What a person asks of the address list: search, members of a list, one entry
 * with manager and reports, another password. Asked of the directory; of the
 * mailbox server where there is none or it is out of reach. What comes is kept
 * in the book, too.
 */
#include "base/clock.h"
#include "base/log.h"
#include "engine/core.h"
#include "proto/people.h"
#include "net/kpasswd.h"
#include "proto/ldap/gal.h"
#include "proto/ldap/password.h"

#define FIND_MOST 100

/* Runs ask on the directory, once more on a new connection when a kept one
 * turns out to be dead. */
typedef bool (*ask_fn)(struct directory *d, struct job *j,
		       struct person_list *out, struct err *err);

static bool ask_directory(struct lane *l, struct job *j, ask_fn ask,
			  struct person_list *out, struct err *err)
{
	bool kept = l->directory != NULL;
	struct directory *d;

	if (!lane_directory(l, false, &d, err))
		return false;
	if (ask(d, j, out, err))
		return true;
	if (err->kind != ERR_NETWORK)
		return false;
	lane_close_directory(l);
	person_list_release(out);
	return kept && lane_directory(l, false, &d, err) && ask(d, j, out, err);
}

static bool use_backend(struct lane *l, const struct err *why)
{
	return why->kind == ERR_UNSUPPORTED || why->kind == ERR_NETWORK ||
	       why->kind == ERR_SERVER || why->kind == ERR_AUTH ||
	       (why->kind == ERR_INPUT && lane_directory_host(l));
}

static bool tell_people(struct lane *l, struct job *j,
			struct person_list *taken, bool more, struct err *err)
{
	struct msg *m = msg_new(MSG_PEOPLE, j);

	m->people = *taken;
	m->last = !more;
	*taken = (struct person_list){0};
	if (!lane_post(l, m, 0))
		return err_set(err, ERR_CANCELLED, "cancelled");
	return true;
}

/* --- search -----------------------------------------------------------------
 */

static bool ask_search(struct directory *d, struct job *j,
		       struct person_list *out, struct err *err)
{
	return gal_search(d, j->words, j->limit, out, &j->people_more, err);
}

static bool backend_search(struct lane *l, struct job *j,
			   struct person_list *out, struct err *err)
{
	struct op op = lane_op(l);

	if (!backend_people(lane_ops(l))->find_people)
		return err_set(err, ERR_UNSUPPORTED,
			       "this server offers no address list; name a "
			       "directory server with `ldap-server`");
	return (j->have_info || lane_connect(l, err)) &&
	       backend_people(lane_ops(l))
		       ->find_people(l->backend, &op, j->words, j->limit, out,
				     &j->people_more, err);
}

bool job_run_people(struct lane *l, struct job *j, struct err *err)
{
	struct person_list found = {0};
	struct err why = ERR_INIT;

	if (!ask_directory(l, j, ask_search, &found, &why)) {
		*err = why;
		if (lane_cancelled(l) || !use_backend(l, &why) ||
		    !backend_search(l, j, &found, err)) {
			/* The first reason says more than "not offered". */
			if (why.kind != ERR_UNSUPPORTED &&
			    err->kind == ERR_UNSUPPORTED)
				*err = why;
			return false;
		}
	}
	return tell_people(l, j, &found, j->people_more, err);
}

/* --- lists -------------------------------------------------------------------
 */

static bool is_dn(const char *key)
{
	return strchr(key, '=') && !strchr(key, '@');
}

static bool ask_expand(struct directory *d, struct job *j,
		       struct person_list *out, struct err *err)
{
	struct person list;
	bool ok;

	if (is_dn(j->key))
		return gal_expand(d, j->key, j->deep, out, err);
	if (!gal_by_address(d, j->key, &list, err))
		return false;
	ok = gal_expand(d, list.key, j->deep, out, err);
	person_release(&list);
	return ok;
}

static bool has_list(const struct person_list *l, const char *addr)
{
	for (size_t i = 0; i < l->n; i++)
		if (str_eq_nocase(l->v[i].addr, addr))
			return true;
	return false;
}

/* ExpandDL goes one level: lists in the list are expanded in turn, each once.
 */
static bool backend_expand(struct lane *l, struct job *j,
			   struct person_list *out, struct err *err)
{
	struct op op = lane_op(l);
	struct strv lists CLEANUP(strv_release);
	bool ok = true;

	strv_init(&lists);
	if (!backend_people(lane_ops(l))->expand_list)
		return err_set(err, ERR_UNSUPPORTED,
			       "this server does not say who is on a list");
	if (!j->have_info && !lane_connect(l, err))
		return false;
	strv_add(&lists, j->key);
	for (size_t i = 0; ok && i < lists.n && i < FIND_MOST; i++) {
		struct person_list some = {0};

		ok = backend_people(lane_ops(l))
			     ->expand_list(l->backend, &op, lists.v[i], &some,
					   err);
		for (size_t k = 0; ok && k < some.n; k++) {
			struct person *p = &some.v[k];

			if (j->deep && p->kind == PERSON_LIST && p->addr &&
			    !strv_has(&lists, p->addr)) {
				strv_add(&lists, p->addr);
			} else if (p->addr && !has_list(out, p->addr) &&
				   !(j->deep && p->kind == PERSON_LIST)) {
				vec_add(out, *p);
				person_init(p);
			}
		}
		person_list_release(&some);
	}
	return ok;
}

bool job_run_expand(struct lane *l, struct job *j, struct err *err)
{
	struct person_list found = {0};

	if (!ask_directory(l, j, ask_expand, &found, err)) {
		person_list_release(&found);
		if (lane_cancelled(l) || !use_backend(l, err) ||
		    is_dn(j->key) || !backend_expand(l, j, &found, err)) {
			person_list_release(&found);
			return false;
		}
	}
	return tell_people(l, j, &found, false, err);
}

/* --- one person
 * ---------------------------------------------------------------- */

/* The entry, its manager, then its reports. */
static bool ask_person(struct directory *d, struct job *j,
		       struct person_list *out, struct err *err)
{
	struct person p, manager;
	bool ok = is_dn(j->key) ? gal_get(d, j->key, &p, err)
				: gal_by_address(d, j->key, &p, err);
	struct person_list reports = {0};

	if (!ok)
		return false;
	if (p.manager_key && gal_get(d, p.manager_key, &manager, err)) {
		mem_replace(&p.manager, xstrdup(manager.name));
		vec_add(out, p);
		vec_add(out, manager);
	} else {
		vec_add(out, p);
	}
	ok = gal_reports(d, out->v[0].key, &reports, err);
	for (size_t i = 0; ok && i < reports.n; i++)
		vec_add(out, reports.v[i]);
	vec_release(&reports);
	return ok;
}

bool job_run_person(struct lane *l, struct job *j, struct err *err)
{
	struct person_list found = {0};

	j->limit = 1;
	if (!ask_directory(l, j, ask_person, &found, err)) {
		person_list_release(&found);
		mem_replace(&j->words, xstrdup(j->key));
		if (lane_cancelled(l) || !use_backend(l, err) ||
		    is_dn(j->key) || !backend_search(l, j, &found, err))
			return false;
	}
	return tell_people(l, j, &found, false, err);
}

/* --- a picture --- */

static bool ask_photo(struct directory *d, struct job *j,
		      struct person_list *out UNUSED, struct err *err)
{
	struct person p;
	bool ok;

	if (!gal_by_address(d, j->key, &p, err))
		return false;
	ok = gal_photo(d, p.key, &j->photo, err);
	person_release(&p);
	return ok;
}

/* A mailbox may have one that the directory does not. */
bool job_run_photo(struct lane *l, struct job *j, struct err *err)
{
	struct person_list none = {0};
	struct op op = lane_op(l);
	struct err why = ERR_INIT;

	if (ask_directory(l, j, ask_photo, &none, &why))
		return true;
	*err = why;
	if (lane_cancelled(l) || !backend_people(lane_ops(l))->photo ||
	    !(why.kind == ERR_NOT_FOUND || use_backend(l, &why)))
		return false;
	if ((j->have_info || lane_connect(l, err)) &&
	    backend_people(lane_ops(l))
		    ->photo(l->backend, &op, j->key, &j->photo, err))
		return true;
	if (err->kind == ERR_UNSUPPORTED && why.kind != ERR_UNSUPPORTED)
		*err = why;
	return false;
}

/* --- another password
 * ------------------------------------------------------------ */

static bool change_by_ldap(struct lane *l, struct job *j, struct err *err)
{
	const struct account *a = l->engine->account;
	const char *user = a->user ? a->user : a->address;
	struct directory_place p = {.host = lane_directory_host(l),
				    .port = 636,
				    .security = DIRECTORY_TLS,
				    .ca_file = a->ca_file,
				    .timeout_ms = a->ldap_timeout_ms};
	struct directory_login login = {.user = user,
					.password = j->secret.was};
	struct directory *d;
	char *dn CLEANUP(mem_free_ptr) = NULL;
	bool ok;

	if (!p.host)
		return err_set(err, ERR_UNSUPPORTED,
			       "no domain controller is known; name one with "
			       "`ldap-server`");
	if (a->ldap_port && a->ldap_port != 3268 && a->ldap_port != 3269)
		p.port = a->ldap_port;
	if (a->ldap_security == LDAP_STARTTLS) {
		p.security = DIRECTORY_STARTTLS;
		p.port = p.port == 636 ? 389 : p.port;
	}
	if (!directory_open(&d, &p, j->cancel, err))
		return false;
	ok = directory_bind(d, &login, err) &&
	     password_find_user(d, user, a->address, &dn, err) &&
	     directory_change_password(d, dn, j->secret.was, j->secret.now,
				       err);
	directory_close(d);
	return ok;
}

/* An expired password opens no LDAP connection: Kerberos can still change it,
 * and does so where LDAP is not at hand, too. */
bool job_run_password(struct lane *l, struct job *j, struct err *err)
{
	const struct account *a = l->engine->account;
	struct err why = ERR_INIT;

	if (!lane_directory_host(l) && !directory_look_up(l, &why))
		log_at(LOG_INFO, "directory", "%s", why.text);

	if (change_by_ldap(l, j, err))
		return true;
	if (err->kind == ERR_CANCELLED || err->kind == ERR_INPUT ||
	    str_eq(err->code, "password-policy") ||
	    str_eq(err->code, "wrong-password") ||
	    str_eq(err->code, "account-disabled") ||
	    str_eq(err->code, "account-locked") ||
	    str_eq(err->code, "account-expired"))
		return false;
	if (kpasswd_change(a->user ? a->user : a->address, j->secret.was,
			   j->secret.now, &why)) {
		err_clear(err);
		return true;
	}
	/* What Kerberos says counts once it was reached. */
	if (why.kind != ERR_NETWORK || err->kind == ERR_UNSUPPORTED)
		*err = why;
	return false;
}

bool job_end_password(struct core *c, struct job *j, struct err *err UNUSED)
{
	struct engine *e = c->engine;
	struct event said = {.kind = EVENT_NOTICE};

	if (j->err.kind == ERR_NONE) {
		said.text = xstrdup("The password was changed");
		event_queue_push(&e->events, &said);
		chan_lock_take(e->password_lock);
		mem_wipe_text(&e->password);
		e->password = xstrdup(j->secret.now);
		e->password_generation++;
		log_mask(e->password);
		chan_lock_drop(e->password_lock);
		atomic_store(&e->refused, false);
		c->next_expiry = 0;
		if (c->online == ENGINE_SIGNED_OUT && core_try_anew(c, NULL))
			core_want_sync(c);
	}
	core_end_ticket(c, j->ticket, &j->err);
	return true;
}

/* --- the core's part
 * ---------------------------------------------------------------- */

struct job *core_job_people(const struct ticket *t)
{
	static const enum job_kind kinds[] = {
		[REQUEST_PEOPLE] = JOB_PEOPLE,
		[REQUEST_EXPAND] = JOB_EXPAND,
		[REQUEST_PERSON] = JOB_PERSON,
		[REQUEST_PHOTO] = JOB_PHOTO,
		[REQUEST_PASSWORD] = JOB_PASSWORD,
	};
	struct job *j = job_new(kinds[t->request.kind]);

	j->ticket = t->id;
	j->words = xstrdup(str_or_empty(t->request.text));
	j->key = xstrdup(str_or_empty(t->request.text));
	j->limit = t->request.limit > 0 ? t->request.limit : FIND_MOST;
	j->deep = t->request.deep;
	j->secret.was = xstrdup(str_or_empty(t->request.old_password));
	j->secret.now = xstrdup(str_or_empty(t->request.new_password));
	return j;
}

/* The book is a copy: when it cannot be written, that is no trouble for who
 * asked. */
static void remember(struct core *c, const struct person_list *l)
{
	struct err err = ERR_INIT;
	bool ok = c->engine->account->book_path && l->n &&
		  write_book_begin(c->store, &err);

	for (size_t i = 0; ok && i < l->n; i++)
		ok = !l->v[i].key || write_book_entry(c->store, &l->v[i], &err);
	if (ok && write_book_commit(c->store, &err))
		return;
	write_book_rollback(c->store);
	if (err.kind != ERR_NONE)
		log_at(LOG_WARN, "directory", "%s", err.text);
}

bool core_apply_people(struct core *c, struct msg *m, size_t *cursor UNUSED,
		       bool *done, struct err *err UNUSED)
{
	remember(c, &m->people);
	person_list_release(&m->job->people);
	m->job->people = m->people;
	m->people = (struct person_list){0};
	m->job->people_more = !m->last;
	*done = true;
	return true;
}

bool job_end_people(struct core *c, struct job *j, struct err *err UNUSED)
{
	struct event e = {.kind = EVENT_PEOPLE,
			  .ticket = j->ticket,
			  .count = j->people_more};

	if (j->err.kind == ERR_NONE) {
		e.people = j->people;
		j->people = (struct person_list){0};
		event_queue_push(&c->engine->events, &e);
	}
	core_end_ticket(c, j->ticket, &j->err);
	return true;
}

/* That there is none is kept, too. */
bool job_end_photo(struct core *c, struct job *j, struct err *err UNUSED)
{
	struct err why = ERR_INIT;

	if ((j->err.kind == ERR_NONE || j->err.kind == ERR_NOT_FOUND) &&
	    c->engine->account->book_path &&
	    !(write_book_begin(c->store, &why) &&
	      write_book_photo(c->store, j->key, &j->photo, clock_now(),
			       &why) &&
	      write_book_commit(c->store, &why))) {
		write_book_rollback(c->store);
		log_at(LOG_WARN, "directory", "%s", why.text);
	}
	core_end_ticket(c, j->ticket, &j->err);
	return true;
}

bool job_end_expand(struct core *c, struct job *j, struct err *err)
{
	return job_end_people(c, j, err);
}

bool job_end_person(struct core *c, struct job *j, struct err *err)
{
	return job_end_people(c, j, err);
}
