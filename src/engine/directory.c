/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* A lane's connection to the directory: which way in, as whom. */
#include "base/clock.h"
#include "base/log.h"
#include "engine/core.h"
#include "net/dns.h"
#include "proto/ldap/directory.h"

#define IDLE_MS 60000
#define LOOK_UP_MS 3000

void lane_close_directory(struct lane *l)
{
	directory_close(l->directory);
	l->directory = NULL;
}

/* The one DNS names for the domain of the address. It must be within that
 * domain: DNS alone is no reason to sign in elsewhere. */
bool directory_look_up(struct lane *l, struct err *err)
{
	struct job *j = l->running;
	const char *at =
		strrchr(str_or_empty(l->engine->account->address), '@');
	static const char *const names[] = {"_gc._tcp", "_ldap._tcp.gc._msdcs"};
	char *tail CLEANUP(mem_free_ptr) = NULL;
	struct dns_srvs found = {0};
	struct err e = ERR_INIT;
	bool ok = false;

	if (!at || !at[1])
		return err_set(err, ERR_UNSUPPORTED,
			       "no directory server is known");
	tail = xasprintf(".%s", at + 1);
	for (size_t i = 0; !ok && i < ARRAY_LEN(names) && e.kind != ERR_NETWORK;
	     i++) {
		char *name CLEANUP(mem_free_ptr) =
			xasprintf("%s%s", names[i], tail);

		err_clear(&e);
		ok = dns_find_srv(name, LOOK_UP_MS, &found, &e);
	}
	if (!ok) {
		e.kind = ERR_UNSUPPORTED;
		if (err)
			*err = e;
		return false;
	}
	for (size_t i = 0; i < found.n && !j->directory; i++)
		if (str_ends(found.v[i].host, tail))
			j->directory = xstrdup(found.v[i].host);
	dns_srvs_release(&found);
	return j->directory ||
	       err_set(err, ERR_UNSUPPORTED,
		       "the directory server that DNS names lies outside of "
		       "%s; name it with `ldap-server` to use it",
		       at + 1);
}

const char *lane_directory_host(const struct lane *l)
{
	const char *configured = l->engine->account->ldap_host;

	return configured ? configured : l->running->directory;
}

struct way {
	enum directory_security security;
	bool ticket, password;
};

static int port_of(const struct account *a, enum directory_security s, bool dc)
{
	if (a->ldap_port && !dc)
		return a->ldap_port;
	/* Next to a catalog's port is the one of the same kind. */
	if (!dc)
		return 0;
	if (a->ldap_port && a->ldap_port != 3268 && a->ldap_port != 3269)
		return a->ldap_port;
	return s == DIRECTORY_TLS ? 636 : 389;
}

static bool sign_in_password(struct lane *l, struct directory *d,
			     struct err *err)
{
	const struct account *a = l->engine->account;
	struct directory_login login = {.user = a->user ? a->user : a->address};
	char *password = NULL;
	bool ok;

	if (!l->host.password(l->host.ctx, false, &password, err))
		return false;
	login.password = password;
	ok = directory_bind(d, &login, err);
	mem_wipe_text(&password);
	return ok;
}

/* A ticket first where there is one: it says so without asking anybody. */
static bool sign_in(struct lane *l, struct directory *d, const struct way *w,
		    struct err *err)
{
	struct directory_login ticket = {.ticket = true};

	if (w->ticket && directory_bind(d, &ticket, err))
		return true;
	if (w->ticket && !w->password)
		return false;
	if (w->ticket)
		log_at(LOG_DEBUG, "directory", "no ticket: %s", err->text);
	return sign_in_password(l, d, err);
}

static bool try_way(struct lane *l, const struct way *w, bool dc,
		    struct directory **out, bool *reached, struct err *err)
{
	const struct account *a = l->engine->account;
	struct directory_place p = {
		.host = lane_directory_host(l),
		.port = port_of(a, w->security, dc),
		.security = w->security,
		.ca_file = a->ca_file,
		.timeout_ms = a->ldap_timeout_ms,
	};
	struct directory *d;

	*reached = false;
	if (!directory_open(&d, &p, l->running->cancel, err))
		return false;
	*reached = true;
	if (sign_in(l, d, w, err)) {
		*out = d;
		return true;
	}
	directory_close(d);
	return false;
}

static bool connect(struct lane *l, bool dc, struct directory **out,
		    struct err *err)
{
	static const struct way tls = {DIRECTORY_TLS, true, true};
	static const struct way start = {DIRECTORY_STARTTLS, true, true};
	static const struct way ticket = {DIRECTORY_CLEAR, true, false};
	const struct account *a = l->engine->account;
	struct err second = ERR_INIT;
	bool reached;

	switch (a->ldap_security) {
	case LDAP_TLS:
		return try_way(l, &tls, dc, out, &reached, err);
	case LDAP_STARTTLS:
		return try_way(l, &start, dc, out, &reached, err);
	case LDAP_KERBEROS:
		return try_way(l, &ticket, dc, out, &reached, err);
	case LDAP_AUTO:
		break;
	}
	if (try_way(l, &tls, dc, out, &reached, err))
		return true;
	if (err->kind == ERR_CANCELLED)
		return false;
	/* A certificate that is not trusted is no reason for less of it. */
	if (!reached && !str_eq(err->code, "certificate") &&
	    try_way(l, &start, dc, out, &reached, &second))
		return true;
	if (lane_cancelled(l))
		return err_set(err, ERR_CANCELLED, "cancelled");
	return try_way(l, &ticket, dc, out, &reached, &second);
}

bool lane_directory(struct lane *l, bool dc, struct directory **out,
		    struct err *err)
{
	int64_t now = clock_mono_ms();

	if (!lane_directory_host(l) &&
	    (!l->running->look_up || !directory_look_up(l, err)))
		return l->running->look_up
			       ? false
			       : err_set(err, ERR_UNSUPPORTED,
					 "no directory server is known");
	/* Servers drop who says nothing. */
	if (l->directory && (dc || directory_is_catalog(l->directory) == dc ||
			     now - l->directory_used > IDLE_MS))
		lane_close_directory(l);
	if (!l->directory && !connect(l, dc, &l->directory, err))
		return false;
	directory_set_cancel(l->directory, l->running->cancel);
	l->directory_used = now;
	*out = l->directory;
	return true;
}
