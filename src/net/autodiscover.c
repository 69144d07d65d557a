/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "net/autodiscover.h"
#include "base/clock.h"
#include "base/uri.h"
#include "net/xml.h"

#include <string.h>

#define HOPS_MAX 10 /* dossier EWS 2.1 */
#define ANSWER_MAX (4 << 20)
#define PLACE_SECONDS 15
#define REFUSALS_MAX 2	       /* of a password: accounts get locked */
#define RELEASE "Exchange2010" /* the first that knows the SOAP form */
#define NS_POX "http://schemas.microsoft.com/exchange/autodiscover/outlook/"
#define NS_SOAP "http://schemas.microsoft.com/exchange/2010/Autodiscover"

struct run {
	const struct autodiscover *d;
	struct autodiscover_answer *out;
	char *address;
	struct strv seen;    /* "address url" tried */
	struct strv allowed; /* hosts outside that may be asked */
	int hops, refusals;
	struct err refused; /* kind ERR_AUTH once one was */
	struct err last;
	bool unknown; /* a server said that it does not know the address */
	bool done, stopped;
};

bool autodiscover_is_inside(const char *host, const char *domain)
{
	size_t h = strlen(host), d = strlen(domain);

	return h >= d && strcasecmp(host + h - d, domain) == 0 &&
	       (h == d || host[h - d - 1] == '.');
}

static const char *domain_of(const char *address)
{
	const char *at = strrchr(address, '@');

	return at ? at + 1 : address;
}

static void tell(struct run *r, const char *url, bool good, const char *text,
		 int64_t begun)
{
	r->d->tell(r->d->ctx, url, good, text, clock_mono_ms() - begun);
}

static void make_pox(struct str *b, const char *address)
{
	str_add(b, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
		   "<Autodiscover xmlns=\"" NS_POX "requestschema/2006\">"
		   "<Request>");
	xml_add_element(b, "EMailAddress", address);
	xml_add_element(b, "AcceptableResponseSchema",
			NS_POX "responseschema/2006a");
	str_add(b, "</Request></Autodiscover>");
}

/* release: "Exchange2010"; later ones know more settings, and what a server
 * does not know it refuses. */
static void make_soap(struct str *b, const char *address, const char *url,
		      const char *release)
{
	static const char *const settings[] = {
		"UserDisplayName",    "AutoDiscoverSMTPAddress",
		"ExternalEwsUrl",     "InternalEwsUrl",
		"PublicFolderServer", "ActiveDirectoryServer"};
	static const char *const later[] = {"PublicFolderInformation",
					    "InternalRpcClientServer"};

	str_add(b, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<s:Envelope "
		   "xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" "
		   "xmlns:w=\"http://www.w3.org/2005/08/addressing\" "
		   "xmlns:a=\"" NS_SOAP "\"><s:Header>");
	xml_add_element(b, "a:RequestedServerVersion", release);
	str_add(b, "<w:Action>" NS_SOAP
		   "/Autodiscover/GetUserSettings</w:Action>");
	xml_add_element(b, "w:To", url);
	str_add(b, "</s:Header><s:Body><a:GetUserSettingsRequestMessage>"
		   "<a:Request><a:Users><a:User>");
	xml_add_element(b, "a:Mailbox", address);
	str_add(b, "</a:User></a:Users><a:RequestedSettings>");
	for (size_t i = 0; i < ARRAY_LEN(settings); i++)
		xml_add_element(b, "a:Setting", settings[i]);
	for (size_t i = 0; !str_eq(release, RELEASE) && i < ARRAY_LEN(later);
	     i++)
		xml_add_element(b, "a:Setting", later[i]);
	str_add(b, "</a:RequestedSettings></a:Request>"
		   "</a:GetUserSettingsRequestMessage></s:Body></s:Envelope>");
}

static bool post(struct http *h, const struct chan_flag *cancel, int seconds,
		 const char *url, const struct str *body, struct http_answer *a,
		 struct str *answer, struct err *err)
{
	static const char *const headers[] = {
		"Content-Type: text/xml; charset=utf-8", "Accept: text/xml",
		NULL};
	struct http_request q = {
		.url = url,
		.headers = headers,
		.body = body->s,
		.len = body->len,
		.repeatable = true,
		.cancel = cancel,
		.idle_seconds = seconds ? seconds : PLACE_SECONDS,
		.max_bytes = ANSWER_MAX,
		.receive = http_collect,
		.ctx = answer,
		.label = "Autodiscover",
	};

	str_clear(answer);
	return http_send(h, &q, a, err);
}

static bool try_url(struct run *r, const char *url);

/* The same address at another place, or another address. */
static bool follow(struct run *r, const char *from,
		   const struct autodiscover_answer *a)
{
	int64_t begun = clock_mono_ms();
	char *key CLEANUP(mem_free_ptr) = NULL;
	char *text CLEANUP(mem_free_ptr) = NULL;

	if (++r->hops > HOPS_MAX) {
		tell(r, from, false, "it sends from place to place without end",
		     begun);
		return false;
	}
	if (a->kind == AUTODISCOVER_URL) {
		key = xasprintf("%s %s", r->address, a->target);
		text = xasprintf(strv_has(&r->seen, key)
					 ? "it sends in a circle, to %s"
					 : "it sends to %s",
				 a->target);
		tell(r, from, !strv_has(&r->seen, key), text, begun);
		return try_url(r, a->target);
	}
	/* Another address: all places anew, for it. */
	if (!strchr(a->target, '@')) {
		tell(r, from, false, "it names no usable address", begun);
		return false;
	}
	tell(r, from, true, "the mailbox has another address now", begun);
	mem_replace(&r->address, xstrdup(a->target));
	return false;
}

/* What the server said to the request. True: discovery is over. */
static bool use_answer(struct run *r, const char *url, int64_t begun,
		       struct autodiscover_answer *a)
{
	char *text CLEANUP(mem_free_ptr) = NULL;

	switch (a->kind) {
	case AUTODISCOVER_SETTINGS:
		if (!a->ews_url) {
			tell(r, url, false,
			     "it names no address of Exchange's web services",
			     begun);
			return false;
		}
		tell(r, url, true, a->ews_url, begun);
		*r->out = *a;
		*a = (struct autodiscover_answer){0};
		r->done = true;
		return true;
	case AUTODISCOVER_ADDRESS:
	case AUTODISCOVER_URL:
		return follow(r, url, a);
	case AUTODISCOVER_FOREIGN:
		tell(r, url, false, "it answers for other mail servers", begun);
		return false;
	case AUTODISCOVER_ERROR:
		if (str_eq(a->code, "500") || str_eq(a->code, "InvalidUser"))
			r->unknown = true;
		text = xasprintf("it answers: %s%s%s",
				 a->message ? a->message : "an error",
				 a->code ? ", " : "", str_or_empty(a->code));
		tell(r, url, false, text, begun);
		return false;
	}
	return false;
}

static void note_failure(struct run *r, const char *url, int64_t begun,
			 const struct err *err)
{
	r->last = *err;
	if (err->kind == ERR_AUTH) {
		r->refused = *err;
		r->refusals++;
	}
	if (err->kind == ERR_CANCELLED)
		r->stopped = true;
	tell(r, url, false, err->text, begun);
}

/* One place, in both dialects. */
static bool ask_place(struct run *r, struct http *h, const char *url, bool soap,
		      bool *not_here)
{
	struct str body CLEANUP(str_release) = STR_INIT;
	struct str answer CLEANUP(str_release) = STR_INIT;
	struct autodiscover_answer got = {0};
	struct http_answer a = {0};
	struct err err = ERR_INIT;
	int64_t begun = clock_mono_ms();
	bool over = false;
	char *text;

	*not_here = false;
	if (soap)
		make_soap(&body, r->address, url, RELEASE);
	else
		make_pox(&body, r->address);
	if (!post(h, r->d->cancel, r->d->seconds, url, &body, &a, &answer,
		  &err)) {
		note_failure(r, url, begun, &err);
	} else if (a.status >= 300 && a.status < 400 && a.location) {
		char *to = uri_resolve(url, a.location);

		got.kind = AUTODISCOVER_URL;
		got.target = to ? to : xstrdup(a.location);
		over = follow(r, url, &got);
	} else if (autodiscover_parse(answer.s, answer.len, &got, &err)) {
		over = use_answer(r, url, begun, &got);
	} else {
		*not_here = true;
		text = xasprintf(a.status == 200
					 ? "something else answers there"
					 : "no Autodiscover there "
					   "(status %d)",
				 a.status);
		tell(r, url, false, text, begun);
		free(text);
	}
	autodiscover_answer_release(&got);
	http_answer_release(&a);
	return over;
}

/* May this place get credentials? */
static bool may_ask(struct run *r, const char *url, const char *host)
{
	const char *domain = domain_of(r->address);
	int64_t begun = clock_mono_ms();
	char *text;

	if (!str_starts(url, "https:")) {
		tell(r, url, false, "not followed: it is not encrypted", begun);
		return false;
	}
	if (autodiscover_is_inside(host, domain) || strv_has(&r->allowed, host))
		return true;
	if (r->d->ask && r->d->ask(r->d->ctx, host, domain)) {
		strv_add(&r->allowed, host);
		return true;
	}
	text = xasprintf("not followed: %s is outside %s; agree to it, or name "
			 "the server yourself",
			 host, domain);
	tell(r, url, false, text, begun);
	err_set(&r->last, ERR_INPUT,
		"Autodiscover points to %s, outside %s: agree to it, or name "
		"the server yourself",
		host, domain);
	free(text);
	return false;
}

static bool is_named(const char *url, const char *end)
{
	size_t n = strlen(url), m = strlen(end);

	return n >= m && strcasecmp(url + n - m, end) == 0;
}

/* The place of the SOAP form beside the older one; NULL: there is none. */
static char *soap_of(const char *url)
{
	if (!is_named(url, ".xml"))
		return NULL;
	return xasprintf("%.*s.svc", (int)strlen(url) - 4, url);
}

/* True: discovery is over. */
static bool try_url(struct run *r, const char *url)
{
	char *key CLEANUP(mem_free_ptr) = xasprintf("%s %s", r->address, url);
	char *soap CLEANUP(mem_free_ptr) = soap_of(url);
	char *before CLEANUP(mem_free_ptr) = xstrdup(r->address);
	struct uri u = {0};
	struct http *h;
	bool over, not_here = false;

	if (strv_has(&r->seen, key) || r->stopped ||
	    r->refusals >= REFUSALS_MAX)
		return false;
	strv_add(&r->seen, key);
	if (!uri_parse(&u, url) || !u.host || !may_ask(r, url, u.host)) {
		uri_release(&u);
		return false;
	}
	h = r->d->connect(r->d->ctx);
	/* Servers send from one SOAP place to another, too. */
	over = ask_place(r, h, url, is_named(url, ".svc"), &not_here);
	if (!over && not_here && soap && str_eq(before, r->address))
		over = ask_place(r, h, soap, true, &not_here);
	http_free(h);
	uri_release(&u);
	return over;
}

/* Phase 4: who asks plainly may be sent to a secure place. */
static bool try_plain(struct run *r, const char *domain)
{
	char *url CLEANUP(mem_free_ptr) = xasprintf(
		"http://autodiscover.%s/autodiscover/autodiscover.xml", domain);
	struct http_request q = {.method = "GET",
				 .url = url,
				 .cancel = r->d->cancel,
				 .idle_seconds = PLACE_SECONDS,
				 .max_bytes = ANSWER_MAX,
				 .receive = http_ignore,
				 .label = "Autodiscover redirect",
				 .no_signin = true};
	struct http *h = r->d->connect(r->d->ctx);
	struct http_answer a = {0};
	struct err err = ERR_INIT;
	int64_t begun = clock_mono_ms();
	bool over = false;

	if (!http_send(h, &q, &a, &err)) {
		if (err.kind == ERR_CANCELLED)
			r->stopped = true;
		tell(r, url, false, err.text, begun);
	} else if ((a.status == 301 || a.status == 302 || a.status == 307) &&
		   a.location) {
		tell(r, url, true, a.location, begun);
		if (++r->hops <= HOPS_MAX)
			over = try_url(r, a.location);
	} else {
		tell(r, url, false, "it sends nowhere else", begun);
	}
	http_answer_release(&a);
	http_free(h);
	return over;
}

/* All places of the address in r->address. */
static bool try_all(struct run *r)
{
	char *address CLEANUP(mem_free_ptr) = xstrdup(r->address);
	const char *domain = domain_of(address);
	const char *hosts[] = {"", "autodiscover."};

	if (r->d->first && try_url(r, r->d->first))
		return true;
	for (size_t i = 0; i < ARRAY_LEN(hosts); i++) {
		char *url CLEANUP(mem_free_ptr) =
			xasprintf("https://%s%s/autodiscover/autodiscover.xml",
				  hosts[i], domain);

		/* Sent to another address: all begins anew with it. */
		if (try_url(r, url) || !str_eq(address, r->address))
			return r->done;
	}
	for (size_t i = 0; r->d->services && i < r->d->services->n; i++)
		if (try_url(r, r->d->services->v[i]) ||
		    !str_eq(address, r->address))
			return r->done;
	return try_plain(r, domain);
}

bool autodiscover_run(const struct autodiscover *d,
		      struct autodiscover_answer *out, struct err *err)
{
	struct run r = {.d = d, .out = out, .address = xstrdup(d->address)};
	char *asked = NULL;

	*out = (struct autodiscover_answer){0};
	strv_init(&r.seen);
	strv_init(&r.allowed);
	do {
		mem_replace(&asked, xstrdup(r.address));
		try_all(&r);
	} while (!r.done && !r.stopped && !str_eq(asked, r.address) &&
		 r.hops <= HOPS_MAX);
	if (r.done && !out->address)
		out->address = xstrdup(r.address);
	if (!r.done && r.stopped)
		err_set(err, ERR_CANCELLED, "cancelled");
	else if (!r.done && r.refused.kind == ERR_AUTH && err)
		*err = r.refused;
	else if (!r.done && r.unknown)
		err_set(err, ERR_NOT_FOUND,
			"Exchange knows no mailbox %s: check the address",
			d->address);
	else if (!r.done && r.last.kind == ERR_INPUT && err)
		*err = r.last;
	else if (!r.done)
		err_set(err, ERR_NETWORK,
			"Autodiscover finds no server for %s: name the server "
			"yourself",
			d->address);
	free(asked);
	free(r.address);
	strv_release(&r.seen);
	strv_release(&r.allowed);
	return r.done;
}

bool autodiscover_ask(struct http *h, const char *url, const char *address,
		      const struct chan_flag *cancel,
		      struct autodiscover_answer *out, struct err *err)
{
	struct str body CLEANUP(str_release) = STR_INIT;
	struct str answer CLEANUP(str_release) = STR_INIT;
	struct autodiscover_answer got = {0};
	struct http_answer a = {0};
	bool ok;

	make_soap(&body, address, url, "Exchange2013");
	if (!post(h, cancel, 0, url, &body, &a, &answer, err))
		return false;
	ok = a.status == 200 &&
	     autodiscover_parse(answer.s, answer.len, &got, NULL) &&
	     got.kind == AUTODISCOVER_SETTINGS;
	if (ok) {
		*out = got;
	} else {
		err_set(err, ERR_NOT_FOUND,
			"no Autodiscover of %s there (status %d)", address,
			a.status);
		autodiscover_answer_release(&got);
	}
	http_answer_release(&a);
	return ok;
}
