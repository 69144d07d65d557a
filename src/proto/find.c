/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "proto/find.h"
#include "base/clock.h"
#include "base/uri.h"
#include "net/autodiscover.h"
#include "net/dns.h"
#include "net/forms.h"
#include "proto/connect.h"
#include "proto/ldap/exchange.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define DNS_MS 6000
#define DIRECTORY_MS 8000
#define PROBE_SECONDS 10

struct finder {
	const struct account *account;
	const struct backend_host *secrets;
	struct backend_host once; /* never asks for another password */
	const struct find_host *host;
	const struct chan_flag *cancel;
	struct found *out;
	const char *domain;
	struct strv services; /* URLs of _autodiscover._tcp */
	char *scp;
	char *password;
	struct err account_error; /* the domain's word on the account */
	int port;		  /* of the directory asked last */
	const char *security;
};

void found_release(struct found *f)
{
	free(f->display_name);
	free(f->address);
	free(f->url);
	free(f->oof_url);
	free(f->public_url);
	free(f->mail_server);
	free(f->directory);
	free(f->catalog);
	free(f->realm);
	free(f->principal);
	free(f->kerberos);
	free(f->name_server);
	*f = (struct found){0};
}

static void tell(struct finder *f, enum find_stage stage, enum find_state state,
		 const char *what, const char *text, int64_t begun)
{
	struct find_step step = {
		stage, state,	what,	    text, clock_mono_ms() - begun,
		NULL,  f->port, f->security};

	if (f->host->tell)
		f->host->tell(f->host->ctx, &step);
}

static void tell_error(struct finder *f, enum find_stage stage,
		       enum find_state state, const char *what,
		       const struct err *err, int64_t begun)
{
	struct find_step step = {
		stage, state,	what,	    err->text, clock_mono_ms() - begun,
		err,   f->port, f->security};

	if (f->host->tell)
		f->host->tell(f->host->ctx, &step);
}

static bool is_cancelled(const struct finder *f)
{
	return f->cancel && chan_flag_is_up(f->cancel);
}

/* --- DNS --------------------------------------------------------------------
 */

/* One record of the domain itself, never of one the resolver searches; its best
 * host and port go to *host and *port. */
static bool find_record(struct finder *f, const char *prefix, char **host,
			int *port, struct strv *urls)
{
	char *name CLEANUP(mem_free_ptr) =
		xasprintf("%s.%s", prefix, f->domain);
	struct str text CLEANUP(str_release) = STR_INIT;
	struct dns_srvs all;
	struct err err = ERR_INIT;
	int64_t begun = clock_mono_ms();

	if (f->out->no_name_server || is_cancelled(f))
		return false;
	if (!dns_find_srv(name, DNS_MS, &all, &err)) {
		f->out->no_name_server = err.kind == ERR_NETWORK;
		tell(f, FIND_DNS,
		     err.kind == ERR_NOT_FOUND ? FIND_NOT_THERE : FIND_BAD,
		     name,
		     err.kind == ERR_NOT_FOUND ? "there is no such record"
					       : err.text,
		     begun);
		return false;
	}
	for (size_t i = 0; i < all.n; i++) {
		str_addf(&text, "%s%s:%d", i ? ", " : "", all.v[i].host,
			 all.v[i].port);
		/* Of Autodiscover only the port of https counts (2.1). */
		if (urls && all.v[i].port == 443)
			strv_give(urls, xasprintf("https://%s/autodiscover/"
						  "autodiscover.xml",
						  all.v[i].host));
	}
	if (host) {
		mem_replace(host, xstrdup(all.v[0].host));
		*port = all.v[0].port;
	}
	tell(f, FIND_DNS, FIND_GOOD, name, text.s, begun);
	dns_srvs_release(&all);
	return true;
}

/* By the first name, else by the second (5.1). */
static void find_either(struct finder *f, const char *first, const char *second,
			char **host, int *port)
{
	if (!find_record(f, first, host, port, NULL))
		find_record(f, second, host, port, NULL);
}

static void ask_dns(struct finder *f)
{
	struct found *o = f->out;

	o->name_server = dns_server();
	find_either(f, "_ldap._tcp.dc._msdcs", "_ldap._tcp", &o->directory,
		    &o->directory_port);
	find_either(f, "_gc._tcp", "_ldap._tcp.gc._msdcs", &o->catalog,
		    &o->catalog_port);
	find_record(f, "_kerberos._tcp", &o->kerberos, &o->kerberos_port, NULL);
	find_record(f, "_autodiscover._tcp", NULL, NULL, &f->services);
	if (o->kerberos) {
		o->realm = xstrdup(f->domain);
		for (char *p = o->realm; *p; p++)
			*p = (char)toupper((unsigned char)*p);
	}
}

/* --- the directory ----------------------------------------------------------
 */

static bool password_once(void *ctx, bool retry, char **out, struct err *err)
{
	struct finder *f = ctx;

	if (retry)
		return err_set(err, ERR_AUTH,
			       "the server refused the name or password");
	if (!f->password &&
	    !f->secrets->password(f->secrets->ctx, false, &f->password, err))
		return false;
	*out = xstrdup(f->password);
	return true;
}

static bool secret_once(void *ctx, enum account_secret which, char **out,
			struct err *err)
{
	struct finder *f = ctx;

	*out = NULL;
	return !f->secrets->secret ||
	       f->secrets->secret(f->secrets->ctx, which, out, err);
}

static bool sign_in_directory(struct finder *f, struct directory *d,
			      struct err *err)
{
	struct directory_login ticket = {.ticket = true};
	struct directory_login login = {.user = connect_user(f->account)};
	char *have CLEANUP(mem_free_ptr) = auth_ticket_user(NULL);
	char *password = NULL;
	bool ok;

	if (have && directory_bind(d, &ticket, err))
		return true;
	if (!f->secrets->password || !password_once(f, false, &password, err))
		return false;
	login.password = password;
	ok = directory_bind(d, &login, err);
	mem_wipe(password, strlen(password));
	free(password);
	return ok;
}

/* What the domain says of the account itself, in words that no other server
 * has. */
static bool is_about_account(const struct err *err)
{
	static const char *const codes[] = {
		"password-expired", "password-must-change", "account-locked",
		"account-disabled", "account-expired",	    "logon-hours",
		"workstation"};

	for (size_t i = 0; i < ARRAY_LEN(codes); i++)
		if (str_eq(err->code, codes[i]))
			return true;
	return false;
}

/* Next to a catalog's port is the one of the same kind. */
static int directory_port(const struct account *a, bool catalog, bool tls)
{
	if (a->ldap_port &&
	    (catalog || (a->ldap_port != 3268 && a->ldap_port != 3269)))
		return a->ldap_port;
	if (catalog)
		return tls ? 3269 : 3268;
	return tls ? 636 : 389;
}

/* TLS from the first byte, else StartTLS, as the account allows. */
static bool open_directory(struct finder *f, const char *host, bool catalog,
			   struct directory **d, struct err *err)
{
	enum account_ldap mode = f->account->ldap_security;
	struct directory_place p = {
		.host = host,
		.port = directory_port(f->account, catalog, true),
		.security = DIRECTORY_TLS,
		.ca_file = f->account->ca_file,
		.timeout_ms = f->account->ldap_timeout_ms
				      ? f->account->ldap_timeout_ms
				      : DIRECTORY_MS,
	};
	struct err first = ERR_INIT;

	f->port = p.port;
	f->security = "TLS";
	if (mode != LDAP_STARTTLS && mode != LDAP_KERBEROS &&
	    directory_open(d, &p, f->cancel, &first))
		return true;
	p.port = directory_port(f->account, catalog, false);
	p.security =
		mode == LDAP_KERBEROS ? DIRECTORY_CLEAR : DIRECTORY_STARTTLS;
	if (mode != LDAP_TLS && !str_eq(first.code, "certificate") &&
	    directory_open(d, &p, f->cancel, err)) {
		f->port = p.port;
		f->security = mode == LDAP_KERBEROS ? "Kerberos" : "StartTLS";
		return true;
	}
	if (first.kind != ERR_NONE && err)
		*err = first;
	return false;
}

static void report_place(struct finder *f, const struct exchange_place *p,
			 int64_t begun)
{
	struct str text CLEANUP(str_release) = STR_INIT;
	struct found *o = f->out;

	if (!p->has_mailbox) {
		tell(f, FIND_DIRECTORY, FIND_BAD, o->catalog,
		     "this person has no mailbox", begun);
		return;
	}
	str_addf(&text, "mailbox on %s",
		 p->mail_server ? p->mail_server : "an unnamed server");
	if (p->public_server)
		str_addf(&text, ", public folders on %s", p->public_server);
	if (p->version)
		str_addf(&text, ", %s", p->version);
	tell(f, FIND_DIRECTORY, FIND_GOOD, o->catalog, text.s, begun);
}

static void ask_catalog(struct finder *f)
{
	struct exchange_place p = {0};
	struct directory *d = NULL;
	struct err err = ERR_INIT;
	int64_t begun = clock_mono_ms();
	struct found *o = f->out;

	if (!open_directory(f, o->catalog, true, &d, &err) ||
	    !sign_in_directory(f, d, &err) ||
	    !exchange_find(d, f->account->address, &p, &err)) {
		tell_error(f, FIND_DIRECTORY, FIND_BAD, o->catalog, &err,
			   begun);
		if (is_about_account(&err))
			f->account_error = err;
	} else {
		report_place(f, &p, begun);
		o->display_name = xstrdup(p.display_name);
		o->mail_server = xstrdup(p.mail_server);
		o->principal = xstrdup(p.principal);
		if (p.public_server)
			o->public_url =
				xasprintf("https://%s", p.public_server);
	}
	exchange_place_release(&p);
	directory_close(d);
}

static void ask_controller(struct finder *f)
{
	struct directory *d = NULL;
	struct err err = ERR_INIT;
	int64_t begun = clock_mono_ms();
	struct strv urls;

	strv_init(&urls);
	if (open_directory(f, f->out->directory, false, &d, &err) &&
	    sign_in_directory(f, d, &err) &&
	    exchange_find_scp(d, &urls, &err)) {
		f->scp = xstrdup(urls.v[0]);
		tell(f, FIND_DIRECTORY, FIND_GOOD, f->out->directory, f->scp,
		     begun);
	} else {
		tell_error(f, FIND_DIRECTORY,
			   err.kind == ERR_NOT_FOUND ? FIND_NOT_THERE
						     : FIND_BAD,
			   f->out->directory, &err, begun);
		if (is_about_account(&err))
			f->account_error = err;
	}
	strv_release(&urls);
	directory_close(d);
}

static void ask_directory(struct finder *f)
{
	if (f->account->ldap_host) {
		mem_replace(&f->out->directory, xstrdup(f->account->ldap_host));
		mem_replace(&f->out->catalog, xstrdup(f->account->ldap_host));
	}
	if (f->out->catalog && !is_cancelled(f))
		ask_catalog(f);
	/* A refused password is not tried on the next one. */
	if (f->out->directory && f->account_error.kind == ERR_NONE &&
	    !is_cancelled(f))
		ask_controller(f);
}

/* --- Autodiscover -----------------------------------------------------------
 */

static struct http *connect_place(void *ctx)
{
	struct finder *f = ctx;

	return connect_http(f->account, &f->once);
}

static bool ask_outside(void *ctx, const char *host, const char *domain)
{
	struct finder *f = ctx;

	return f->host->ask && f->host->ask(f->host->ctx, host, domain);
}

static void tell_place(void *ctx, const char *url, bool good, const char *text,
		       int64_t ms)
{
	tell(ctx, FIND_AUTODISCOVER, good ? FIND_GOOD : FIND_BAD, url, text,
	     clock_mono_ms() - ms);
}

#define PAGE_MAX ((size_t)64 * 1024)

static bool keep_page(void *ctx, const struct http_answer *a, const char *s,
		      size_t len, struct err *err)
{
	struct str *page = ctx;

	(void)a, (void)err;
	if (page->len + len <= PAGE_MAX)
		str_add_mem(page, s, len);
	return true;
}

/* Is there a service that wants a sign-in? By a form, too: the web access of
 * 2003 and 2007 leads to its page, or shows it (WebDAV dossier 4.3). */
static bool probe_url(struct finder *f, const char *url, const char *method,
		      struct err *err)
{
	struct str page CLEANUP(str_release) = STR_INIT;
	struct http_request q = {.method = method,
				 .url = url,
				 .cancel = f->cancel,
				 .idle_seconds = PROBE_SECONDS,
				 .max_bytes = 1 << 20,
				 .receive = keep_page,
				 .ctx = &page,
				 .label = "probe",
				 .no_signin = true};
	struct http *h = connect_http(f->account, &f->once);
	struct http_answer a = {0};
	int64_t begun = clock_mono_ms();
	char text[64];
	bool good = http_send(h, &q, &a, err);

	if (good) {
		good = a.status == 401 || forms_is_challenge(&a, page.s);
		snprintf(text, sizeof(text),
			 good ? "it is there" : "status %d: not there",
			 a.status);
		if (!good)
			err_set(err, ERR_NOT_FOUND, "%s", text);
	}
	tell(f, FIND_PROBE, good ? FIND_GOOD : FIND_BAD, url,
	     good ? text : err->text, begun);
	http_answer_release(&a);
	http_free(h);
	return good;
}

/* Behind split DNS the outside address may lead nowhere, and far from the company
 * the inside one (dossier EWS 2.2): where the two differ, what is reached. */
static const char *reached(struct finder *f, const char *outside,
			   const char *inside)
{
	struct err err = ERR_INIT;

	if (!inside || probe_url(f, outside, "GET", &err) ||
	    err.kind != ERR_NETWORK)
		return outside;
	err_clear(&err);
	return probe_url(f, inside, "GET", &err) || err.kind != ERR_NETWORK
		       ? inside
		       : outside;
}

static bool ask_autodiscover(struct finder *f, struct err *err)
{
	struct autodiscover d = {
		.address = f->account->address,
		.first = f->scp,
		.services = &f->services,
		.cancel = f->cancel,
		.seconds = f->account->connect_seconds,
		.connect = connect_place,
		.ask = ask_outside,
		.tell = tell_place,
		.ctx = f,
	};
	struct autodiscover_answer a;
	struct found *o = f->out;

	if (!autodiscover_run(&d, &a, err))
		return false;
	o->url = xstrdup(reached(f, a.ews_url, a.ews_inside));
	o->oof_url = xstrdup(a.oof_url);
	if (a.display_name)
		mem_replace(&o->display_name, xstrdup(a.display_name));
	mem_replace(&o->address, xstrdup(a.address));
	if (a.public_server && !o->public_url)
		o->public_url = xasprintf("https://%s", a.public_server);
	autodiscover_answer_release(&a);
	return true;
}

/* --- likely names -----------------------------------------------------------
 */

static bool probe_host(struct finder *f, const char *host)
{
	char *ews CLEANUP(mem_free_ptr) =
		xasprintf("https://%s/EWS/Exchange.asmx", host);
	char *dav CLEANUP(mem_free_ptr) =
		xasprintf("https://%s/exchange/", host);
	struct err err = ERR_INIT;

	if (f->account->protocol != ACCOUNT_WEBDAV &&
	    probe_url(f, ews, "GET", &err)) {
		f->out->url = xstrdup(ews);
		return true;
	}
	/* A server that is not reached needs no second question. */
	if (err.kind == ERR_NETWORK || f->account->protocol == ACCOUNT_EWS ||
	    !probe_url(f, dav, "GET", &err))
		return false;
	f->out->url = xstrdup(dav);
	f->out->webdav = true;
	return true;
}

static bool probe(struct finder *f)
{
	static const char *const names[] = {"mail.", "exchange.", "owa.",
					    "webmail.", ""};
	const char *known = f->out->mail_server;

	if (known && probe_host(f, known))
		return true;
	for (size_t i = 0; i < ARRAY_LEN(names) && !is_cancelled(f); i++) {
		char *host CLEANUP(mem_free_ptr) =
			xasprintf("%s%s", names[i], f->domain);

		if (!str_eq(host, known) && probe_host(f, host))
			return true;
	}
	return false;
}

/* --- all of it --------------------------------------------------------------
 */

static bool find_endpoint(struct finder *f, struct err *err)
{
	struct err why = ERR_INIT;
	struct found *o = f->out;

	if (f->account->url) {
		o->url = xstrdup(f->account->url);
		o->webdav = f->account->protocol == ACCOUNT_WEBDAV;
		return true;
	}
	if (f->account_error.kind != ERR_NONE) {
		if (err)
			*err = f->account_error;
		return false;
	}
	if (f->account->protocol != ACCOUNT_WEBDAV && ask_autodiscover(f, &why))
		return true;
	/* A refused password is no reason to offer it elsewhere; an unknown
	 * address is none to look further. */
	if (!is_cancelled(f) && why.kind != ERR_AUTH &&
	    why.kind != ERR_NOT_FOUND && probe(f))
		return true;
	if (is_cancelled(f))
		return err_set(err, ERR_CANCELLED, "cancelled");
	if (why.kind == ERR_NONE)
		err_set(&why, ERR_NETWORK,
			"no Exchange server is found for %s: name the server "
			"yourself",
			f->account->address);
	if (o->no_name_server)
		err_set(&why, ERR_NETWORK,
			"no name server answers, so nothing can be found: "
			"check the network");
	if (err)
		*err = why;
	return false;
}

bool find_server(const struct account *account,
		 const struct backend_host *secrets,
		 const struct find_host *host, const struct chan_flag *cancel,
		 struct found *out, struct err *err)
{
	struct finder f = {.account = account,
			   .secrets = secrets,
			   .host = host,
			   .cancel = cancel,
			   .out = out};
	const char *at = strrchr(str_or_empty(account->address), '@');
	bool ok;

	*out = (struct found){0};
	if (!at || !at[1])
		return err_set(err, ERR_INPUT,
			       "%s is not an e-mail address; it should look "
			       "like ada@example.org",
			       str_or_empty(account->address));
	f.domain = at + 1;
	f.once = (struct backend_host){
		.password = password_once, .secret = secret_once, .ctx = &f};
	strv_init(&f.services);
	ask_dns(&f);
	ask_directory(&f);
	ok = find_endpoint(&f, err);
	if (account->public_url)
		mem_replace(&out->public_url, xstrdup(account->public_url));
	if (!out->address)
		out->address = xstrdup(account->address);
	if (f.password)
		mem_wipe(f.password, strlen(f.password));
	free(f.password);
	free(f.scp);
	strv_release(&f.services);
	return ok;
}
