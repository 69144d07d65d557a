/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "engine/doctor_private.h"
#include "base/chan.h"
#include "base/clock.h"
#include "base/load.h"
#include "base/log.h"
#include "base/uri.h"
#include "engine/diagnose.h"
#include "engine/shared.h"
#include "net/auth.h"
#include "net/reach.h"
#include "proto/connect.h"
#include "proto/find.h"

#include <stdio.h>
#include <string.h>

#define REACH_MS 5000
#define SKEW_SECONDS 300 /* what Kerberos accepts */
#define WAIT_MS 50

static const char *const basic_names[] = {
#define X(id, name, title) name,
	DOCTOR_BASICS_EACH(X)
#undef X
};
static const char *const basic_titles[] = {
#define X(id, name, title) title,
	DOCTOR_BASICS_EACH(X)
#undef X
};

const char *doctor_row_name(int row)
{
	return row < DOCTOR_FEATURES
		       ? basic_names[row]
		       : feature_name((enum feature)(row - DOCTOR_FEATURES));
}

const char *doctor_row_title(int row)
{
	return row < DOCTOR_FEATURES
		       ? basic_titles[row]
		       : feature_title((enum feature)(row - DOCTOR_FEATURES));
}

const char *doctor_state_name(enum doctor_state s)
{
	static const char *const names[] = {"waiting",	   "running", "good",
					    "not-offered", "skipped", "bad"};

	return names[s];
}

void doctor_row_release(struct doctor_row *r)
{
	char *texts[] = {r->protocol,  r->host, r->security, r->url,
			 r->signed_in, r->text, r->code,     r->next};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		free(texts[i]);
	*r = (struct doctor_row){0};
}

static void row_copy(struct doctor_row *to, const struct doctor_row *from)
{
	*to = *from;
	to->protocol = xstrdup(from->protocol);
	to->host = xstrdup(from->host);
	to->security = xstrdup(from->security);
	to->url = xstrdup(from->url);
	to->signed_in = xstrdup(from->signed_in);
	to->text = xstrdup(from->text);
	to->code = xstrdup(from->code);
	to->next = xstrdup(from->next);
}

/* --- telling ----------------------------------------------------------------
 */

static void post(struct doctor *d, enum doctor_event_kind kind, int row,
		 const char *text)
{
	struct doctor_event *e = xcalloc(1, sizeof(*e));

	*e = (struct doctor_event){kind, row, xstrdup(text)};
	chan_send(d->events, e);
}

void doctor_set_row(struct doctor *d, int id, struct doctor_row *row)
{
	chan_lock_take(d->lock);
	doctor_row_release(&d->rows[id]);
	d->rows[id] = *row;
	chan_lock_drop(d->lock);
	*row = (struct doctor_row){0};
	post(d, DOCTOR_ROW, id, NULL);
}

static void set_state(struct doctor *d, int id, enum doctor_state state,
		      const char *text)
{
	struct doctor_row row = {.state = state, .text = xstrdup(text)};

	doctor_set_row(d, id, &row);
}

static void place_of(struct doctor_row *row, const char *url)
{
	struct uri u = {0};

	if (url && uri_parse(&u, url) && u.host) {
		row->host = xstrdup(u.host);
		row->port = uri_port(&u);
		row->security =
			xstrdup(str_eq(u.scheme, "https") ? "TLS" : "none");
		row->url = xstrdup(url);
	}
	uri_release(&u);
}

void doctor_blame(struct doctor *d, struct doctor_row *row,
		  const struct err *err, const struct auth_report *r)
{
	struct diagnose_facts facts = {
		.certificate = d->certificate,
		.account = d->account_code,
		.password_good = d->directory_signed_in,
		.webdav = d->found.webdav,
		.page_there = d->server_good,
	};
	const struct diagnosis *g;

	if (r) {
		facts.bound = !(r->offered & AUTH_BIT(AUTH_BASIC));
		facts.only_bound = facts.bound;
	}
	g = diagnose(err, &facts);
	row->state = DOCTOR_BAD;
	row->kind = err->kind;
	mem_replace(&row->code, xstrdup(g->code));
	mem_replace(&row->text,
		    xstrdup(g->text ? g->text
			    : d->certificate_text &&
					    str_eq(err->code, "certificate")
				    ? d->certificate_text
				    : err->text));
	mem_replace(&row->next, xstrdup(g->next));
	log_at(LOG_INFO, "doctor", "%s: %s", g->code, err->text);
}

/* --- what the checks ask for -------------------------------------------------
 */

static char *wait_answer(struct doctor *d)
{
	char *text = NULL;

	while (!text && !chan_flag_is_up(d->stop))
		text = chan_receive(d->answers, WAIT_MS);
	if (text && *text)
		return text;
	free(text);
	return NULL;
}

static bool host_password(void *ctx, bool retry, char **out, struct err *err)
{
	struct doctor *d = ctx;

	/* One password, tried once: no account is locked by a diagnosis. */
	if (retry) {
		err_set(err, ERR_AUTH, "the password was refused");
		snprintf(err->code, sizeof(err->code), "refused");
		return false;
	}
	if (!d->password && d->o.password &&
	    !d->o.password(d->o.ctx, &d->password, err) &&
	    (!d->o.interactive || !str_eq(err->code, "ask")))
		return false;
	if (!d->password && d->o.interactive) {
		post(d, DOCTOR_PASSWORD, 0, NULL);
		d->password = wait_answer(d);
	}
	if (!d->password) {
		err_set(err, ERR_AUTH, "no password was given");
		snprintf(err->code, sizeof(err->code), "ask");
		return false;
	}
	log_mask(d->password);
	*out = xstrdup(d->password);
	return true;
}

static bool host_secret(void *ctx, enum account_secret which, char **out,
			struct err *err)
{
	struct doctor *d = ctx;

	*out = NULL;
	if (d->tokens &&
	    (which == ACCOUNT_TOKEN || which == ACCOUNT_TOKEN_AGAIN))
		return token_source_get(d->tokens, &d->token_generation,
					which == ACCOUNT_TOKEN_AGAIN, out, err);
	return !d->o.secret || d->o.secret(d->o.ctx, which, out, err);
}

static bool ask_outside(void *ctx, const char *host, const char *domain)
{
	struct doctor *d = ctx;
	char *answer;
	bool yes;

	(void)domain;
	if (d->o.trust_outside)
		return true;
	if (!d->o.interactive)
		return false;
	post(d, DOCTOR_OUTSIDE, 0, host);
	answer = wait_answer(d);
	yes = str_eq(answer, "y");
	free(answer);
	return yes;
}

/* --- finding ------------------------------------------------------------------
 */

static void on_step(void *ctx, const struct find_step *s)
{
	static const int rows[] = {DOCTOR_DNS, DOCTOR_DIRECTORY,
				   DOCTOR_DISCOVERY, DOCTOR_DISCOVERY};
	static const char *const marks[] = {"ok", "--", "!!"};
	struct doctor *d = ctx;
	struct doctor_row row = {0};
	struct str line CLEANUP(str_release) = STR_INIT;
	int id = rows[s->stage];
	bool catalog = s->stage == FIND_DIRECTORY &&
		       strncmp(s->text, "https:", 6) != 0 &&
		       d->rows[DOCTOR_CATALOG].state == DOCTOR_WAITING;

	str_addf(&line, "%s  %s: %s (%lld ms)", marks[s->state], s->what,
		 s->text, (long long)s->ms);
	post(d, DOCTOR_STEP, id, line.s);
	if (catalog)
		id = DOCTOR_CATALOG;
	if (id == DOCTOR_DIRECTORY && s->state == FIND_NOT_THERE)
		row.state = DOCTOR_GOOD; /* answered: just no such entry */
	else
		row.state = s->state == FIND_GOOD	 ? DOCTOR_GOOD
			    : s->state == FIND_NOT_THERE ? DOCTOR_ABSENT
							 : DOCTOR_BAD;
	/* One good record, one good place is enough. */
	if ((s->stage == FIND_DNS || s->stage >= FIND_AUTODISCOVER) &&
	    d->rows[id].state == DOCTOR_GOOD)
		return;
	if (s->stage == FIND_DNS && s->state == FIND_GOOD)
		row.text = xasprintf("%s is %s", s->what, s->text);
	else if (s->stage == FIND_DNS && s->state == FIND_NOT_THERE)
		row.text = xstrdup("the domain has no service records");
	else
		row.text = xstrdup(s->text);
	row.ms = s->ms;
	if (s->stage == FIND_DNS) {
		row.protocol = xstrdup("DNS");
		row.host = xstrdup(d->found.name_server);
		row.port = 53;
		row.security = xstrdup("none");
	}
	if (s->stage == FIND_DIRECTORY) {
		row.protocol = xstrdup("LDAP");
		row.host = xstrdup(s->what);
		row.port = s->port;
		row.security = xstrdup(s->security);
		d->directory_signed_in =
			d->directory_signed_in || row.state == DOCTOR_GOOD;
		if (s->error && s->state == FIND_BAD) {
			if (s->error->kind == ERR_AUTH)
				mem_replace(&d->account_code,
					    xstrdup(s->error->code));
			doctor_blame(d, &row, s->error, NULL);
		}
	}
	doctor_set_row(d, id, &row);
}

static bool find(struct doctor *d)
{
	struct find_host host = {.tell = on_step, .ask = ask_outside, .ctx = d};
	struct doctor_row row = {0};
	struct err err = ERR_INIT;
	int64_t begun = clock_mono_ms();
	bool ok;

	set_state(d, DOCTOR_DISCOVERY, DOCTOR_RUNNING, NULL);
	ok = find_server(d->account, &d->host, &host, d->stop, &d->found, &err);
	row.ms = clock_mono_ms() - begun;
	row.state = DOCTOR_GOOD;
	place_of(&row, d->found.url);
	if (ok)
		row.text = xstrdup(d->account->url ? "named by the account"
						   : "found");
	else
		doctor_blame(d, &row, &err, NULL);
	doctor_set_row(d, DOCTOR_DISCOVERY, &row);
	if (d->found.no_name_server &&
	    d->rows[DOCTOR_DNS].state == DOCTOR_BAD) {
		row = (struct doctor_row){
			.state = DOCTOR_BAD,
			.kind = ERR_NETWORK,
			.code = xstrdup("name-server"),
			.text = xstrdup("no name server answers"),
			.next = xstrdup(diagnosis_find("name-server")->next)};
		doctor_set_row(d, DOCTOR_DNS, &row);
	}
	if (ok)
		mem_replace(&d->account->url, xstrdup(d->found.url));
	return ok;
}

/* Kerberos: is there a controller, and a ticket? */
static void check_kerberos(struct doctor *d)
{
	char *user CLEANUP(mem_free_ptr) = auth_ticket_user(NULL);
	struct doctor_row row = {.state = DOCTOR_ABSENT};
	struct err err = ERR_INIT;
	int64_t begun = clock_mono_ms();

	if (!d->found.kerberos) {
		row.text = xstrdup("DNS names no domain controller");
	} else {
		row.protocol = xstrdup("Kerberos");
		row.host = xstrdup(d->found.kerberos);
		row.port = d->found.kerberos_port;
		row.security = xstrdup("Kerberos");
		row.state = DOCTOR_GOOD;
		row.text = user ? xasprintf("ticket of %s", user)
				: xstrdup("no ticket; kinit would give single "
					  "sign-on");
		if (!reach_port(row.host, row.port, REACH_MS, d->stop, &err))
			doctor_blame(d, &row, &err, NULL);
	}
	row.ms = clock_mono_ms() - begun;
	doctor_set_row(d, DOCTOR_KERBEROS, &row);
}

/* --- the server ---------------------------------------------------------------
 */

static bool get(struct doctor *d, struct http *h, bool stranger,
		struct http_answer *a, struct err *err)
{
	struct http_request q = {.method = "GET",
				 .url = d->account->url,
				 .repeatable = true,
				 .cancel = d->stop,
				 .idle_seconds = d->account->connect_seconds,
				 .max_bytes = 4 << 20,
				 .receive = http_ignore,
				 .label = "doctor",
				 .no_signin = stranger};

	return http_send(h, &q, a, err);
}

static void note_certificate(struct doctor *d, const struct tls_peer *p)
{
	if (!p->problem)
		return;
	mem_replace(&d->fingerprint, xstrdup(p->fingerprint));
	mem_replace(&d->certificate, xstrdup(p->problem_code));
	mem_replace(&d->certificate_text,
		    xasprintf("the server's certificate is not trusted: %s",
			      p->problem));
}

static void check_clock(struct doctor *d, int64_t date)
{
	struct doctor_row row = {.state = DOCTOR_GOOD};
	int64_t off = date - clock_now();

	if (!date)
		return;
	row.text = xasprintf("%lld s apart from the server's",
			     (long long)(off < 0 ? -off : off));
	if (off > SKEW_SECONDS || off < -SKEW_SECONDS) {
		struct err err = ERR_INIT;

		err_set(&err, ERR_AUTH, "the clocks differ");
		snprintf(err.code, sizeof(err.code), "skew");
		doctor_blame(d, &row, &err, NULL);
	}
	doctor_set_row(d, DOCTOR_CLOCK, &row);
}

/* Reached as a stranger: certificate, clock. */
static bool check_server(struct doctor *d, struct http *h)
{
	struct doctor_row row = {.state = DOCTOR_GOOD};
	struct http_answer a = {0};
	struct err err = ERR_INIT;
	int64_t begun = clock_mono_ms();
	const struct tls_peer *peer = http_peer(h);
	bool ok;

	set_state(d, DOCTOR_SERVER, DOCTOR_RUNNING, NULL);
	ok = get(d, h, true, &a, &err);
	note_certificate(d, peer);
	place_of(&row, d->account->url);
	row.protocol = xstrdup("HTTP");
	row.ms = clock_mono_ms() - begun;
	if (!ok)
		doctor_blame(d, &row, &err, NULL);
	else if (peer->fingerprint)
		row.text = xasprintf("certificate of %s, valid until %s%s",
				     peer->subject, str_or_empty(peer->until),
				     peer->pinned ? ", trusted by its "
						    "fingerprint"
						  : "");
	else
		row.text = xstrdup("reached, without encryption");
	if (ok)
		check_clock(d, a.date);
	d->server_good = ok && a.status != 404 && a.status != 501;
	doctor_set_row(d, DOCTOR_SERVER, &row);
	http_answer_release(&a);
	return ok;
}

/* The domain's word on the password, when a server refuses it and LDAP has
 * said nothing: by Kerberos. */
static void ask_domain(struct doctor *d)
{
	const char *user = connect_user(d->account);
	struct err err = ERR_INIT;

	if (d->account_code || d->directory_signed_in || !d->password ||
	    !d->found.realm)
		return;
	if (auth_kerberos_check(user, d->found.realm, d->password, &err))
		d->directory_signed_in = true;
	else if (!str_eq(err.code, "other"))
		d->account_code = xstrdup(err.code);
}

static bool check_sign_in(struct doctor *d, struct http *h)
{
	struct doctor_row row = {.state = DOCTOR_GOOD};
	struct str how CLEANUP(str_release) = STR_INIT;
	struct auth_report report;
	struct http_answer a = {0};
	struct err err = ERR_INIT;
	int64_t begun = clock_mono_ms();
	bool ok;

	set_state(d, DOCTOR_SIGN_IN, DOCTOR_RUNNING, NULL);
	ok = get(d, h, false, &a, &err);
	place_of(&row, d->account->url);
	row.protocol = xstrdup("HTTP");
	(void)auth_get_report(h, &report);
	auth_describe(h, &how);
	if (ok && a.status == 401)
		ok = err_set(&err, ERR_AUTH, "refused"),
		snprintf(err.code, sizeof(err.code), "refused");
	if (!ok && err.kind == ERR_AUTH)
		ask_domain(d);
	row.ms = clock_mono_ms() - begun;
	row.signed_in = how.len ? xstrdup(how.s) : NULL;
	if (ok)
		row.text = how.len ? xstrdup(how.s)
				   : xstrdup("the server wants none");
	else
		doctor_blame(d, &row, &err, &report);
	doctor_set_row(d, DOCTOR_SIGN_IN, &row);
	http_answer_release(&a);
	return ok;
}

/* Where the protocol signed in by itself: how. */
static void tell_sign_in(struct doctor *d)
{
	struct doctor_row row = {.state = DOCTOR_GOOD};
	const char *how = d->info.signed_in;

	if (!d->mailbox_good) {
		set_state(d, DOCTOR_SIGN_IN, DOCTOR_SKIPPED,
			  "the mailbox did not get that far");
		return;
	}
	place_of(&row, d->account->url);
	row.protocol = xstrdup("HTTP");
	row.signed_in = xstrdup(how);
	row.text = xstrdup(how ? how : "accepted by the mailbox");
	doctor_set_row(d, DOCTOR_SIGN_IN, &row);
}

/* The mailbox itself, by the protocol. */
static bool check_mailbox(struct doctor *d)
{
	const struct backend_ops *ops = backend_choose(d->account);
	struct backend *b = ops->open(d->account, &d->host, NULL);
	struct op op = {.cancel = d->stop};
	struct doctor_row row = {.state = DOCTOR_GOOD};
	struct err err = ERR_INIT;
	int64_t begun = clock_mono_ms();
	const int id = DOCTOR_FEATURES + FEATURE_MAILBOX;

	set_state(d, id, DOCTOR_RUNNING, NULL);
	d->mailbox_good = ops->connect(b, &op, &d->info, &err);
	place_of(&row, d->account->url);
	row.ms = clock_mono_ms() - begun;
	if (d->mailbox_good) {
		row.protocol = xstrdup(d->info.protocol);
		row.text = xasprintf(
			"%s%s%s", d->info.build ? "Exchange " : "answers",
			str_or_empty(d->info.build), d->info.version ? "" : "");
		if (str_eq(d->info.protocol, "dav") ||
		    str_eq(d->info.protocol, "webdav"))
			d->found.webdav = true;
	} else {
		if (err.kind == ERR_AUTH)
			ask_domain(d);
		doctor_blame(d, &row, &err, NULL);
	}
	if (d->rows[DOCTOR_SIGN_IN].state == DOCTOR_WAITING)
		tell_sign_in(d);
	doctor_set_row(d, id, &row);
	ops->close(b);
	return d->mailbox_good;
}

/* Why a row was not looked at. */
static const char *untouched(const struct doctor *d, int id)
{
	switch (id) {
	case DOCTOR_DNS:
		return "no service records were looked for";
	case DOCTOR_DIRECTORY:
		return "none is known: neither by DNS nor by `ldap-server`";
	case DOCTOR_CATALOG:
		return "none is known";
	case DOCTOR_CLOCK:
		return "no server has told the time";
	default:
		return d->rows[DOCTOR_DISCOVERY].state == DOCTOR_BAD
			       ? "not looked at: no server is known"
		       : d->rows[DOCTOR_SERVER].state == DOCTOR_BAD
			       ? "not looked at: the server is not reached"
		       : d->rows[DOCTOR_SIGN_IN].state == DOCTOR_BAD
			       ? "not looked at: the sign-in failed"
			       : "not looked at";
	}
}

static void skip_rest(struct doctor *d)
{
	for (int i = 0; i < DOCTOR_ROWS; i++)
		if (d->rows[i].state == DOCTOR_WAITING ||
		    d->rows[i].state == DOCTOR_RUNNING)
			set_state(d, i,
				  i == DOCTOR_DIRECTORY ||
						  i == DOCTOR_CATALOG ||
						  i == DOCTOR_DNS
					  ? DOCTOR_ABSENT
					  : DOCTOR_SKIPPED,
				  untouched(d, i));
}

static void examine(struct doctor *d)
{
	struct err err = ERR_INIT;
	struct http *h;
	bool webdav, go_on;

	if (!load_content(&err) || !load_network(&err)) {
		set_state(d, DOCTOR_SERVER, DOCTOR_BAD, err.text);
		return;
	}
	go_on = find(d);
	check_kerberos(d);
	if (!go_on)
		return;
	h = connect_http(d->account, &d->host);
	webdav = d->found.webdav || backend_choose(d->account) != &ews_ops;
	/* A page may want the sign-in (forms): the protocol knows how. */
	if (check_server(d, h) &&
	    ((webdav && !strcasestr(d->account->url, ".asmx")) ||
	     check_sign_in(d, h)))
		(void)check_mailbox(d);
	http_free(h);
	doctor_check_routes(d);
}

static void run(void *arg)
{
	struct doctor *d = arg;

	examine(d);
	skip_rest(d);
	if (d->o.estimate && d->mailbox_good)
		doctor_guess_size(d);
	post(d, DOCTOR_END, 0, NULL);
}

/* --- the caller's side ----------------------------------------------------------
 */

struct doctor *doctor_start(const struct doctor_options *o)
{
	struct doctor *d = xcalloc(1, sizeof(*d));

	d->o = *o;
	d->account = account_copy(o->account);
	d->tokens = signin_tokens(d->account, o->secret, o->keep, o->ctx);
	d->events = chan_new();
	d->answers = chan_new();
	d->stop = chan_flag_new();
	d->lock = chan_lock_new();
	d->host = (struct backend_host){
		.password = host_password, .secret = host_secret, .ctx = d};
	d->thread = thread_start("doctor", run, d);
	return d;
}

void doctor_stop(struct doctor *d)
{
	struct doctor_event *e;
	char *answer;

	if (!d)
		return;
	chan_flag_raise(d->stop);
	thread_join(d->thread);
	while ((e = chan_try_receive(d->events))) {
		free(e->text);
		free(e);
	}
	while ((answer = chan_try_receive(d->answers))) {
		mem_wipe(answer, strlen(answer));
		free(answer);
	}
	for (int i = 0; i < DOCTOR_ROWS; i++)
		doctor_row_release(&d->rows[i]);
	doctor_row_release(&d->shown);
	found_release(&d->found);
	backend_info_release(&d->info);
	if (d->password)
		mem_wipe(d->password, strlen(d->password));
	free(d->password);
	free(d->fingerprint);
	free(d->certificate);
	free(d->certificate_text);
	free(d->account_code);
	token_source_free(d->tokens);
	account_free(d->account);
	chan_free(d->events);
	chan_free(d->answers);
	chan_flag_free(d->stop);
	chan_lock_free(d->lock);
	free(d);
}

int doctor_fd(struct doctor *d)
{
	return chan_fd(d->events);
}

bool doctor_next(struct doctor *d, int64_t timeout_ms, struct doctor_event *out)
{
	struct doctor_event *e = chan_receive(d->events, timeout_ms);

	if (!e)
		return false;
	*out = *e;
	free(e);
	d->ended = d->ended || out->kind == DOCTOR_END;
	return true;
}

void doctor_answer(struct doctor *d, const char *text)
{
	chan_send(d->answers, xstrdup(str_or_empty(text)));
}

const struct doctor_row *doctor_row(const struct doctor *d, int row)
{
	struct doctor *w = (struct doctor *)(uintptr_t)d;

	doctor_row_release(&w->shown);
	chan_lock_take(d->lock);
	row_copy(&w->shown, &d->rows[row]);
	chan_lock_drop(d->lock);
	return &d->shown;
}

int doctor_verdict(const struct doctor *d)
{
	const int mailbox = DOCTOR_FEATURES + FEATURE_MAILBOX;

	if (d->rows[mailbox].state != DOCTOR_GOOD)
		for (int i = DOCTOR_DISCOVERY; i <= mailbox; i++)
			if (d->rows[i].state == DOCTOR_BAD && i != DOCTOR_CLOCK)
				return i;
	for (int i = 0; i < DOCTOR_ROWS; i++)
		if (d->rows[i].state == DOCTOR_BAD)
			return i;
	return -1;
}

/* After the end the thread has gone: its findings may be read. */
const char *doctor_url(const struct doctor *d)
{
	return d->ended ? d->found.url : NULL;
}

const char *doctor_display_name(const struct doctor *d)
{
	return d->ended ? d->found.display_name : NULL;
}

const char *doctor_public_url(const struct doctor *d)
{
	return d->ended ? d->found.public_url : NULL;
}

const char *doctor_directory(const struct doctor *d)
{
	return d->ended && d->rows[DOCTOR_CATALOG].state == DOCTOR_GOOD
		       ? d->found.catalog
		       : NULL;
}

bool doctor_is_webdav(const struct doctor *d)
{
	return d->ended && d->found.webdav;
}

const char *doctor_fingerprint(const struct doctor *d)
{
	return d->ended ? d->fingerprint : NULL;
}

const struct doctor_estimate *doctor_estimate(const struct doctor *d)
{
	return d->ended && d->estimate.messages ? &d->estimate : NULL;
}
