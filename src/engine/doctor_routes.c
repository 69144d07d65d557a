/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * The doctor and the features of a mailbox: which protocol serves each, and,
 * where asking costs a request or two, whether the server really does it for
 * this person. What is not to be had says why.
 */
#include "base/clock.h"
#include "engine/doctor_private.h"
#include "net/reach.h"
#include "proto/services.h"

#include <string.h>

#define REACH_MS 5000

/* --- asking ----------------------------------------------------------------- */

struct asking {
	struct backend *b;
	const struct backend_ops *ops;
	struct op op;
};

static bool ask_oof(const struct asking *a, char **found, struct err *err)
{
	const struct service_ops *s = backend_services(a->ops);
	struct oof oof;

	if (!s->oof_get)
		return err_set(err, ERR_UNSUPPORTED, "not by this protocol");
	if (!s->oof_get(a->b, &a->op, &oof, err))
		return false;
	*found = xstrdup(oof.state == OOF_DISABLED ? "off" : "on");
	oof_release(&oof);
	return true;
}

static bool ask_public(const struct asking *a, char **found, struct err *err)
{
	const struct service_ops *s = backend_services(a->ops);
	struct public_list l = {0};

	if (!s->public_list)
		return err_set(err, ERR_UNSUPPORTED, "not by this protocol");
	if (!s->public_list(a->b, &a->op, NULL, &l, err))
		return false;
	*found = l.n ? xasprintf("%zu folder%s at the top", l.n,
				 l.n == 1 ? "" : "s")
		     : xstrdup("none that you may see");
	public_list_release(&l);
	return true;
}

static bool ask_delegates(const struct asking *a, char **found, struct err *err)
{
	const struct service_ops *s = backend_services(a->ops);
	struct delegate_entries e;
	struct delegate_list l;
	struct err none = ERR_INIT;
	size_t n;

	if (s->delegates_get && s->delegates_get(a->b, &a->op, &l, &none)) {
		n = l.n;
		delegate_list_release(&l);
	} else if (s->delegates_get && none.kind != ERR_UNSUPPORTED) {
		*err = none;
		return false;
	} else if (s->delegate_entries_get) {
		if (!s->delegate_entries_get(a->b, &a->op, &e, err))
			return false;
		n = e.n;
		delegate_entries_release(&e);
	} else {
		return err_set(err, ERR_UNSUPPORTED, "not by this protocol");
	}
	*found = n ? xasprintf("%zu act%s for you", n, n == 1 ? "s" : "")
		   : xstrdup("nobody acts for you");
	return true;
}

static bool ask_sharing(const struct asking *a, char **found, struct err *err)
{
	const struct service_ops *s = backend_services(a->ops);
	char *ids[FOLDER_ROLE_COUNT] = {0};
	struct permission_set set;
	bool ok = a->ops->find_roles(a->b, &a->op, ids, err) &&
		  s->permissions_get(a->b, &a->op,
				     str_or_empty(ids[FOLDER_ROLE_INBOX]), &set,
				     err);

	for (int i = 0; i < FOLDER_ROLE_COUNT; i++)
		free(ids[i]);
	if (!ok)
		return false;
	*found = xasprintf("%zu entries on the inbox", set.n);
	permission_set_release(&set);
	return true;
}

static bool ask_storage(const struct asking *a, char **found, struct err *err)
{
	struct storage s;

	if (!backend_services(a->ops)->storage_get(a->b, &a->op, &s, err))
		return false;
	*found = xstrdup(storage_has_limits(&s) ? "the server tells the limits"
						: "the server tells no limits");
	storage_release(&s);
	return true;
}

static const struct {
	enum feature feature;
	bool (*ask)(const struct asking *a, char **found, struct err *err);
} questions[] = {{FEATURE_PUBLIC_FOLDERS, ask_public},
		 {FEATURE_OUT_OF_OFFICE, ask_oof},
		 {FEATURE_DELEGATES, ask_delegates},
		 {FEATURE_SHARING, ask_sharing},
		 {FEATURE_STORAGE, ask_storage}};

/* Puts what came of it behind how it is done. */
static void take_answer(struct doctor *d, struct doctor_row *row, bool ok,
			const char *found, const struct err *err)
{
	char *with = NULL;

	if (ok) {
		with = xasprintf("%s: %s", row->text, found);
	} else if (err->kind == ERR_UNSUPPORTED || err->kind == ERR_NOT_FOUND) {
		with = xasprintf("not offered: %s", err->text);
		row->state = DOCTOR_ABSENT;
	} else if (err->kind == ERR_DENIED) {
		/* By its rights, not by a fault: nothing is wrong here. */
		with = xasprintf("refused: %s", err->text);
		row->state = DOCTOR_ABSENT;
		mem_replace(&row->code, xstrdup("refused"));
	} else {
		doctor_blame(d, row, err, NULL);
		return;
	}
	mem_replace(&row->text, with);
}

static void ask(struct doctor *d, const struct asking *a, enum feature f,
		struct doctor_row *row)
{
	for (size_t i = 0; i < ARRAY_LEN(questions); i++) {
		char *found CLEANUP(mem_free_ptr) = NULL;
		struct err err = ERR_INIT;
		bool ok;

		if (questions[i].feature != f)
			continue;
		ok = questions[i].ask(a, &found, &err);
		take_answer(d, row, ok, found, &err);
	}
}

/* --- routes ----------------------------------------------------------------- */

static void check_route(struct doctor *d, const struct asking *a,
			enum feature f, struct route *r)
{
	struct doctor_row row = {.state = DOCTOR_GOOD};
	const struct doctor_row *mailbox = &d->rows[DOCTOR_DISCOVERY];
	struct err err = ERR_INIT;
	int64_t begun = clock_mono_ms();
	bool same = str_eq(r->host, mailbox->host) && r->port == mailbox->port;

	row.text = xstrdup(r->what);
	if (r->protocol == ROUTE_NONE) {
		row.state = DOCTOR_ABSENT;
		doctor_set_row(d, DOCTOR_FEATURES + (int)f, &row);
		return;
	}
	row.protocol = xstrdup(route_protocol_name(r->protocol));
	row.host = xstrdup(r->host);
	row.port = r->port;
	row.security = xstrdup(route_security_name(r->security));
	row.url = xstrdup(r->url);
	if (same && !d->mailbox_good) {
		row.state = DOCTOR_SKIPPED;
		mem_replace(&row.text, xstrdup("not looked at: the mailbox is "
					       "not reached"));
	} else if (!same &&
		   !reach_port(r->host, r->port, REACH_MS, d->stop, &err)) {
		doctor_blame(d, &row, &err, NULL);
	} else {
		if (same)
			row.signed_in =
				xstrdup(d->rows[DOCTOR_SIGN_IN].signed_in);
		if (a->b)
			ask(d, a, f, &row);
	}
	row.ms = clock_mono_ms() - begun;
	doctor_set_row(d, DOCTOR_FEATURES + (int)f, &row);
}

/* Why the directory that is known serves nothing; NULL: none is known. Caller
 * frees. */
static char *directory_trouble(const struct doctor *d)
{
	static const int rows[] = {DOCTOR_CATALOG, DOCTOR_DIRECTORY};

	if (!d->found.directory || d->directory_signed_in)
		return NULL;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (d->rows[rows[i]].state == DOCTOR_BAD)
			return xasprintf("%s: %s", d->found.directory,
					 str_or_empty(d->rows[rows[i]].text));
	return xasprintf("%s was not asked", d->found.directory);
}

/* As the directory was reached. */
static enum route_security security_of(const struct doctor_row *r)
{
	int s = ROUTE_KERBEROS;

	while (s > ROUTE_CLEAR &&
	       !str_eq(r->security,
		       route_security_name((enum route_security)s)))
		s--;
	return (enum route_security)s;
}

void doctor_check_routes(struct doctor *d)
{
	char *trouble CLEANUP(mem_free_ptr) = directory_trouble(d);
	struct route_facts facts = {
		.webdav = d->found.webdav,
		.build = d->info.build,
		.version = d->info.version,
		.url = d->account->url,
		.oof_url = d->found.oof_url,
		.public_url = d->found.public_url,
		.ldap_host = d->directory_signed_in ? d->found.directory : NULL,
		.ldap_trouble = trouble,
		.ldap_port = d->rows[DOCTOR_DIRECTORY].port,
		.catalog_port = d->rows[DOCTOR_CATALOG].port,
		.ldap_security = security_of(&d->rows[DOCTOR_DIRECTORY]),
	};
	struct asking a = {.ops = backend_choose(d->account),
			   .op = {.cancel = d->stop}};
	struct route_table t;

	if (d->mailbox_good)
		a.b = a.ops->open(d->account, &d->host, &d->info);
	routes_choose(&facts, &t);
	for (int f = FEATURE_MAILBOX + 1; f < FEATURES; f++)
		check_route(d, &a, (enum feature)f, &t.v[f]);
	route_table_release(&t);
	if (a.b)
		a.ops->close(a.b);
}
