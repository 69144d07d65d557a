/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "net/http.h"
#include "base/clock.h"
#include "base/codec.h"
#include "base/log.h"
#include "base/uri.h"
#include "net/http_error.h"

#include <curl/curl.h>
#include <string.h>

#define CONNECT_SECONDS 20
#define IDLE_SECONDS 110 /* dossier EWS 5: 100 s or more */
#define LEGS_MAX 12	 /* of signing in: three ways, two passwords */

/* One call in progress. */
struct call {
	const struct http_request *r;
	struct http_answer *answer;
	struct http_signin *signin; /* NULL: as a stranger */
	bool judged, concerned;	    /* the answer is about the sign-in */
	size_t len;		    /* of the body in this leg */
	size_t sent;		    /* bytes of it handed to curl */
	bool stopped;		    /* receive or idle said so */
	struct err err;
	int64_t begin;
};

/* A transfer at a time and what it needs: one for single requests, further
 * ones for several at a time. */
struct slot {
	CURL *easy;
	char error[CURL_ERROR_SIZE];
	struct call call;
	struct curl_slist *headers;
	struct http_job *job; /* NULL: free */
};

struct http {
	CURLM *multi;
	CURLSH *share; /* the cookies */
	struct slot slots[HTTP_PARALLEL];
	char *ca_file, *agent, *client_cert, *client_key, *client_pass;
	char *proxy, *proxy_user, *proxy_pass;
	bool (*secret)(void *ctx, enum http_secret which, char **out,
		       struct err *err);
	void *secret_ctx;
	bool allow_plain;
	long connect_seconds, idle_seconds;
	char *trusted;
	struct tls_check tls;
	struct http_signin signin;
	bool has_signin, signing;
	unsigned connections;
};

static void init_curl(void)
{
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0)
		BUG("libcurl cannot be started");
}

struct http *http_new(const struct http_config *config)
{
	static int initialised;
	struct http *h = xcalloc(1, sizeof(*h));

	chan_once(&initialised, init_curl);
	h->multi = curl_multi_init();
	h->share = curl_share_init();
	if (!h->multi || !h->share)
		BUG("no memory for libcurl");
	curl_share_setopt(h->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_COOKIE);
	h->ca_file = xstrdup(config->ca_file);
	h->allow_plain = config->allow_plain;
	h->agent = xstrdup(config->agent);
	h->client_cert = xstrdup(config->client_cert);
	h->client_key = xstrdup(config->client_key);
	h->secret = config->secret;
	h->secret_ctx = config->secret_ctx;
	h->proxy = xstrdup(config->proxy);
	h->proxy_user = xstrdup(config->proxy_user);
	h->connect_seconds = config->connect_seconds > 0
				     ? config->connect_seconds
				     : CONNECT_SECONDS;
	h->idle_seconds =
		config->idle_seconds > 0 ? config->idle_seconds : IDLE_SECONDS;
	h->trusted = xstrdup(config->trusted);
	h->tls.trusted = h->trusted;
	h->tls.old = config->old_tls;
	return h;
}

static CURL *slot_easy(struct http *h, struct slot *s)
{
	if (s->easy)
		return s->easy;
	s->easy = curl_easy_init();
	if (!s->easy)
		BUG("no memory for libcurl");
	curl_easy_setopt(s->easy, CURLOPT_SHARE, h->share);
	curl_easy_setopt(s->easy, CURLOPT_COOKIEFILE, ""); /* in memory */
	return s->easy;
}

void http_forget_cookies(struct http *h)
{
	curl_easy_setopt(slot_easy(h, &h->slots[0]), CURLOPT_COOKIELIST, "ALL");
}

static void wipe(char *s)
{
	if (s)
		mem_wipe(s, strlen(s));
	free(s);
}

void http_free(struct http *h)
{
	if (!h)
		return;
	http_set_signin(h, NULL);
	for (size_t i = 0; i < HTTP_PARALLEL; i++)
		curl_easy_cleanup(h->slots[i].easy);
	curl_multi_cleanup(h->multi);
	curl_share_cleanup(h->share);
	tls_peer_release(&h->tls.peer);
	free(h->tls.host);
	free(h->trusted);
	free(h->ca_file);
	free(h->agent);
	free(h->client_cert);
	free(h->client_key);
	wipe(h->client_pass);
	free(h->proxy);
	free(h->proxy_user);
	wipe(h->proxy_pass);
	free(h);
}

void http_set_signin(struct http *h, const struct http_signin *s)
{
	if (h->has_signin && h->signin.free)
		h->signin.free(h->signin.ctx);
	h->has_signin = s != NULL;
	h->signin = s ? *s : (struct http_signin){0};
}

struct http_signin *http_signin(struct http *h)
{
	return h->has_signin ? &h->signin : NULL;
}

const struct tls_peer *http_peer(const struct http *h)
{
	return &h->tls.peer;
}

unsigned http_connections(const struct http *h)
{
	return h->connections;
}

bool http_allows_plain(const struct http *h)
{
	return h->allow_plain;
}

void http_disconnect(struct http *h)
{
	/* The connections live in the multi handle, the cookies in the easy
	 * one. */
	curl_multi_cleanup(h->multi);
	h->multi = curl_multi_init();
	if (!h->multi)
		BUG("no memory for libcurl");
}

bool http_ignore(void *ctx, const struct http_answer *a, const char *s,
		 size_t len, struct err *err)
{
	(void)ctx, (void)a, (void)s, (void)len, (void)err;
	return true;
}

bool http_collect(void *ctx, const struct http_answer *a, const char *s,
		  size_t len, struct err *err)
{
	(void)a, (void)err;
	str_add_mem(ctx, s, len);
	return true;
}

static size_t on_read(char *to, size_t size, size_t n, void *ctx)
{
	struct call *c = ctx;
	size_t left = c->len - c->sent, max = size * n;

	if (left > max)
		left = max;
	memcpy(to, c->r->body + c->sent, left);
	c->sent += left;
	return left;
}

/* Lets curl send the body again. Without it curl ends the call where it would
 * silently repeat a request on a new connection. */
static int on_seek(void *ctx, curl_off_t offset, int origin)
{
	struct call *c = ctx;

	if (origin != SEEK_SET || offset < 0 || (size_t)offset > c->len)
		return CURL_SEEKFUNC_FAIL;
	c->sent = (size_t)offset;
	return CURL_SEEKFUNC_OK;
}

/* The head is complete: whose is the answer? */
static void judge(struct call *c)
{
	if (!c->judged && c->signin)
		c->concerned = c->signin->concerns(c->signin->ctx, c->answer);
	c->judged = true;
}

static size_t on_body(char *s, size_t size, size_t n, void *ctx)
{
	struct call *c = ctx;
	size_t len = size * n;

	judge(c);
	if (c->concerned)
		return len;
	c->answer->received += (int64_t)len;
	if (c->answer->received > c->r->max_bytes)
		c->stopped = !err_set(&c->err, ERR_PROTOCOL,
				      "the answer is larger than %lld MB, "
				      "which is refused",
				      (long long)(c->r->max_bytes >> 20));
	else
		c->stopped =
			!c->r->receive(c->r->ctx, c->answer, s, len, &c->err);
	return c->stopped ? 0 : len;
}

static size_t on_header(char *line, size_t size, size_t n, void *ctx)
{
	struct call *c = ctx;
	size_t len = size * n;

	if (len > 5 && strncasecmp(line, "HTTP/", 5) == 0) {
		const char *space = memchr(line, ' ', len);

		/* A new head: an interim one (100) may have come before. */
		http_answer_release(c->answer);
		if (space)
			c->answer->status = (int)strtol(space, NULL, 10);
	} else {
		http_answer_add(c->answer, line, len);
	}
	return len;
}

static struct curl_slist *make_headers(const struct call *c,
				       struct strv *signin)
{
	const struct http_request *r = c->r;
	/* No "Expect: 100-continue": a round trip for every larger request. */
	struct curl_slist *list = curl_slist_append(NULL, "Expect:");

	for (size_t i = 0; i < signin->n; i++) {
		list = curl_slist_append(list, signin->v[i]);
		mem_wipe(signin->v[i], strlen(signin->v[i]));
	}
	for (const char *const *p = r->headers; p && *p; p++)
		if (c->len || strncasecmp(*p, "Content-Type:", 13) != 0)
			list = curl_slist_append(list, *p);
	/* curl would call an empty body a form. */
	if (c->len == 0)
		list = curl_slist_append(list, "Content-Type:");
	return list;
}

static void free_headers(struct curl_slist *list)
{
	for (struct curl_slist *p = list; p; p = p->next)
		mem_wipe(p->data, strlen(p->data));
	curl_slist_free_all(list);
}

static void set_method(CURL *e, const struct call *c)
{
	const char *m = c->r->method ? c->r->method : "POST";
	bool get = strcmp(m, "GET") == 0;

	curl_easy_setopt(e, CURLOPT_NOBODY, 0L);
	if (get)
		curl_easy_setopt(e, CURLOPT_HTTPGET, 1L);
	else
		curl_easy_setopt(e, CURLOPT_POST, 1L);
	curl_easy_setopt(e, CURLOPT_CUSTOMREQUEST,
			 get || strcmp(m, "POST") == 0 ? NULL : m);
	curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE,
			 (curl_off_t)(get ? -1 : (curl_off_t)c->len));
}

static CURLcode on_ssl(CURL *easy, void *ssl_ctx, void *ctx)
{
	(void)easy;
	tls_attach(ssl_ctx, ctx);
	return CURLE_OK;
}

static bool ends_with(const char *s, const char *tail)
{
	size_t n = strlen(s), t = strlen(tail);

	return n >= t && strcasecmp(s + n - t, tail) == 0;
}

static void set_tls(struct http *h, CURL *e, const char *url)
{
	const char *cert = h->client_cert;
	struct uri u = {0};

	mem_replace(&h->tls.host,
		    xstrdup(uri_parse(&u, url) && u.host ? u.host : ""));
	uri_release(&u);
	if (h->ca_file)
		curl_easy_setopt(e, CURLOPT_CAINFO, h->ca_file);
	/* net/tls.c looks at the name: a certificate that the account trusts
	 * by its fingerprint may have another. */
	curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 0L);
	curl_easy_setopt(e, CURLOPT_SSL_CTX_FUNCTION, on_ssl);
	curl_easy_setopt(e, CURLOPT_SSL_CTX_DATA, &h->tls);
	/* A resumed session would show no certificate. */
	curl_easy_setopt(e, CURLOPT_SSL_SESSIONID_CACHE, 0L);
	if (h->tls.old)
		curl_easy_setopt(e, CURLOPT_SSLVERSION,
				 (long)CURL_SSLVERSION_TLSv1_0);
	if (!cert)
		return;
	curl_easy_setopt(e, CURLOPT_SSLCERT, cert);
	curl_easy_setopt(e, CURLOPT_SSLCERTTYPE,
			 ends_with(cert, ".p12") || ends_with(cert, ".pfx")
				 ? "P12"
				 : "PEM");
	curl_easy_setopt(e, CURLOPT_SSLKEY,
			 h->client_key ? h->client_key : cert);
	curl_easy_setopt(e, CURLOPT_KEYPASSWD, h->client_pass);
}

static void set_proxy(struct http *h, CURL *e)
{
	if (str_eq(h->proxy, "none"))
		curl_easy_setopt(e, CURLOPT_PROXY, "");
	else if (h->proxy)
		curl_easy_setopt(e, CURLOPT_PROXY, h->proxy);
	curl_easy_setopt(e, CURLOPT_PROXYAUTH, (long)CURLAUTH_ANY);
	if (h->proxy_user)
		curl_easy_setopt(e, CURLOPT_PROXYUSERNAME, h->proxy_user);
	if (h->proxy_pass)
		curl_easy_setopt(e, CURLOPT_PROXYPASSWORD, h->proxy_pass);
}

static void set_options(struct http *h, struct slot *s)
{
	struct call *c = &s->call;
	const struct http_request *r = c->r;
	CURL *e = slot_easy(h, s);

	curl_easy_setopt(e, CURLOPT_URL, r->url);
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(e, CURLOPT_ACCEPT_ENCODING, "");
	curl_easy_setopt(e, CURLOPT_USERAGENT, h->agent);
	curl_easy_setopt(e, CURLOPT_BUFFERSIZE, 256L * 1024);
	curl_easy_setopt(e, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT, h->connect_seconds);
	curl_easy_setopt(e, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(e, CURLOPT_LOW_SPEED_TIME,
			 r->idle_seconds ? (long)r->idle_seconds
					 : h->idle_seconds);
	curl_easy_setopt(e, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(e, CURLOPT_ERRORBUFFER, s->error);
	set_tls(h, e, r->url);
	set_proxy(h, e);
	curl_easy_setopt(e, CURLOPT_HTTPHEADER, s->headers);
	set_method(e, c);
	curl_easy_setopt(e, CURLOPT_READFUNCTION, on_read);
	curl_easy_setopt(e, CURLOPT_READDATA, c);
	curl_easy_setopt(e, CURLOPT_SEEKFUNCTION,
			 r->repeatable ? on_seek : NULL);
	curl_easy_setopt(e, CURLOPT_SEEKDATA, c);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(e, CURLOPT_WRITEDATA, c);
	curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(e, CURLOPT_HEADERDATA, c);
}

/* Runs the transfer to its end. False: ended by us, c->err says why. */
static bool run(struct http *h, struct call *c, CURLcode *code)
{
	const struct chan_flag *cancel = c->r->cancel;
	struct curl_waitfd extra = {
		.fd = cancel ? chan_flag_fd(cancel) : -1,
		.events = CURL_WAIT_POLLIN,
	};

	for (;;) {
		int running = 0, left;
		int64_t again = -1;
		CURLMsg *m;

		if (cancel && chan_flag_is_up(cancel))
			return err_set(&c->err, ERR_CANCELLED, "cancelled");
		if (curl_multi_perform(h->multi, &running) != CURLM_OK)
			BUG("curl_multi_perform");
		while ((m = curl_multi_info_read(h->multi, &left)))
			if (m->msg == CURLMSG_DONE) {
				*code = m->data.result;
				return !c->stopped;
			}
		if (c->r->idle && !c->r->idle(c->r->ctx, &again, &c->err))
			return false;
		curl_multi_poll(h->multi, &extra, cancel ? 1 : 0,
				again >= 0 && again < 1000 ? (int)again : 1000,
				NULL);
	}
}

static bool check_address(const char *url, struct err *err)
{
	struct uri u = {0};
	bool ok = true;

	if (!uri_parse(&u, str_or_empty(url)) || !u.scheme || !u.host)
		ok = err_set(err, ERR_INPUT,
			     "\"%s\" is not a server address; it should look "
			     "like https://mail.example.com/EWS/Exchange.asmx",
			     str_or_empty(url));
	uri_release(&u);
	return ok;
}

/* Prepares the slot and gives it to curl. signin: header lines, or none. */
static void begin(struct http *h, struct slot *s, struct strv *signin)
{
	struct call *c = &s->call;

	http_answer_release(c->answer);
	c->sent = 0;
	c->judged = c->concerned = false;
	s->error[0] = '\0';
	s->headers = make_headers(c, signin);
	set_options(h, s);
	curl_multi_add_handle(h->multi, s->easy);
}

/* Commands may take their time: not before the first request. */
static bool ask_secrets(struct http *h, struct err *err)
{
	if (h->secret && h->client_cert && !h->client_pass &&
	    !h->secret(h->secret_ctx, HTTP_SECRET_KEY, &h->client_pass, err))
		return false;
	if (h->secret && h->proxy_user && !h->proxy_pass &&
	    !h->secret(h->secret_ctx, HTTP_SECRET_PROXY, &h->proxy_pass, err))
		return false;
	h->secret = NULL;
	return true;
}

static bool prepare_call(struct http *h, struct slot *s,
			 const struct http_request *r,
			 struct http_answer *answer, struct err *err)
{
	*answer = (struct http_answer){0};
	s->call = (struct call){.r = r,
				.answer = answer,
				.len = r->len,
				.begin = clock_mono_ms()};
	if (!check_address(r->url, err) || !ask_secrets(h, err))
		return false;
	if (h->has_signin && !h->signing && !r->no_signin)
		s->call.signin = &h->signin;
	return true;
}

static void count_connections(struct http *h, CURL *easy)
{
	long n = 0;

	curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &n);
	h->connections += (unsigned)n;
}

/* The transfer is over: by itself with `code`, or given up (c->err says why).
 */
static bool finish(struct http *h, struct slot *s, bool ended, CURLcode code,
		   struct err *err)
{
	struct call *c = &s->call;
	struct http_failure failure = {.code = (int)code,
				       .detail = s->error,
				       .ca_file = h->ca_file,
				       .client_cert = h->client_cert,
				       .peer = &h->tls.peer};
	long os_error = 0;

	count_connections(h, s->easy);
	curl_easy_getinfo(s->easy, CURLINFO_OS_ERRNO, &os_error);
	failure.os_error = (int)os_error;
	curl_multi_remove_handle(h->multi, s->easy);
	curl_easy_setopt(s->easy, CURLOPT_HTTPHEADER, NULL);
	free_headers(s->headers);
	s->headers = NULL;
	if (ended && code != CURLE_OK)
		http_explain(&failure, c->r->url, &c->err);
	if ((!ended || code != CURLE_OK) && c->sent > 0)
		c->err.number = HTTP_SENT;
	if (c->err.kind == ERR_NONE)
		judge(c);
	log_at(LOG_DEBUG, "http", "%s: %d, %zu bytes out, %lld in, %lld ms%s%s",
	       str_or_empty(c->r->label), c->answer->status, c->len,
	       (long long)c->answer->received,
	       (long long)(clock_mono_ms() - c->begin),
	       c->err.kind == ERR_NONE ? "" : ": ", c->err.text);
	if (c->err.kind == ERR_NONE)
		return true;
	if (err)
		*err = c->err;
	return false;
}

/* One leg of a call: the request, or what a sign-in needs before it. */
static bool send_leg(struct http *h, struct slot *s, struct err *err)
{
	struct call *c = &s->call;
	struct strv headers;
	CURLcode code = CURLE_OK;
	bool bare = false, ok, ended;

	strv_init(&headers);
	ok = !c->signin ||
	     c->signin->prepare(c->signin->ctx, h, c->r, &headers, &bare, err);
	c->len = bare ? 0 : c->r->len;
	if (ok)
		begin(h, s, &headers);
	strv_release(&headers);
	if (!ok)
		return false;
	ended = run(h, c, &code);
	return finish(h, s, ended, code, err);
}

/* Sends until the sign-in has nothing more to say. */
static bool send_signed(struct http *h, struct slot *s, struct err *err)
{
	struct call *c = &s->call;
	struct http_signin *signin = c->signin;

	for (int leg = 0; leg < LEGS_MAX; leg++) {
		if (!send_leg(h, s, err))
			return false;
		if (!c->concerned) {
			if (signin && signin->accepted)
				signin->accepted(signin->ctx, h, c->answer);
			return true;
		}
		switch (signin->answered(signin->ctx, h, c->r, c->answer,
					 err)) {
		case HTTP_DONE:
			return true;
		case HTTP_FAIL:
			return false;
		case HTTP_AGAIN:
			break;
		}
	}
	return err_set(err, ERR_AUTH, "signing in does not come to an end");
}

bool http_send(struct http *h, const struct http_request *r,
	       struct http_answer *out, struct err *err)
{
	/* What a sign-in sends itself must not disturb the call it serves. */
	struct slot *s = &h->slots[h->signing ? 1 : 0];
	bool outer, ok;

	if (!prepare_call(h, s, r, out, err))
		return false;
	outer = s->call.signin != NULL;
	if (outer)
		h->signing = true;
	ok = send_signed(h, s, err);
	if (outer)
		h->signing = false;
	return ok;
}

/* --- several at a time ---------------------------------------------------- */
struct many {
	struct http *h;
	size_t running;
	bool (*ended)(void *ctx, struct http_job *j, struct err *err);
	void *ctx;
};

/* Jobs whose turn is not over are marked by this number. */
#define JOB_AGAIN (-1)

static bool end_job(struct many *m, struct slot *s, CURLcode code,
		    struct err *err)
{
	struct http_signin *signin = s->call.signin;
	struct http_job *j = s->job;

	s->job = NULL;
	m->running--;
	j->ok = finish(m->h, s, !s->call.stopped, code, &j->err);
	/* The session has ended: it is sent again later, signed in anew. */
	if (j->ok && s->call.concerned) {
		j->ok = false;
		j->err.number = JOB_AGAIN;
		return true;
	}
	if (j->ok && signin && signin->accepted)
		signin->accepted(signin->ctx, m->h, &j->answer);
	return m->ended(m->ctx, j, err);
}

static struct slot *slot_of(struct http *h, const CURL *easy)
{
	for (size_t i = 0; i < HTTP_PARALLEL; i++)
		if (h->slots[i].job && h->slots[i].easy == easy)
			return &h->slots[i];
	BUG("a transfer of nobody's");
}

static bool start_job(struct many *m, struct slot *s, struct http_job *j)
{
	struct http_signin *signin;
	struct strv headers;
	bool bare = false, ok;

	if (!prepare_call(m->h, s, &j->request, &j->answer, &j->err))
		return false;
	signin = s->call.signin;
	strv_init(&headers);
	ok = !signin || signin->prepare(signin->ctx, m->h, &j->request,
					&headers, &bare, &j->err);
	if (ok)
		begin(m->h, s, &headers);
	strv_release(&headers);
	return ok;
}

/* Gives jobs to free slots from *next on. */
static bool fill_slots(struct many *m, struct http_job *jobs, size_t n,
		       size_t *next, struct err *err)
{
	for (size_t i = 0; i < HTTP_PARALLEL && *next < n; i++) {
		struct slot *s = &m->h->slots[i];
		struct http_job *j = &jobs[*next];

		if (s->job)
			continue;
		++*next;
		if (!start_job(m, s, j)) {
			if (!m->ended(m->ctx, j, err))
				return false;
			continue;
		}
		s->job = j;
		m->running++;
	}
	return true;
}

static bool take_ended(struct many *m, struct err *err)
{
	CURLMsg *msg;
	int left;

	while ((msg = curl_multi_info_read(m->h->multi, &left)))
		if (msg->msg == CURLMSG_DONE &&
		    !end_job(m, slot_of(m->h, msg->easy_handle),
			     msg->data.result, err))
			return false;
	return true;
}

static bool run_many(struct many *m, struct http_job *jobs, size_t n,
		     const struct chan_flag *cancel, struct err *err)
{
	struct curl_waitfd extra = {.fd = cancel ? chan_flag_fd(cancel) : -1,
				    .events = CURL_WAIT_POLLIN};
	size_t next = 0, before;
	int running;

	for (;;) {
		if (!fill_slots(m, jobs, n, &next, err))
			return false;
		if (m->running == 0 && next == n)
			return true;
		if (cancel && chan_flag_is_up(cancel))
			return err_set(err, ERR_CANCELLED, "cancelled");
		before = m->running;
		if (curl_multi_perform(m->h->multi, &running) != CURLM_OK)
			BUG("curl_multi_perform");
		if (!take_ended(m, err))
			return false;
		/* A free slot is filled at once. */
		if (m->running == before)
			curl_multi_poll(m->h->multi, &extra, cancel ? 1 : 0,
					1000, NULL);
	}
}

/* Alone, with all that a sign-in needs. */
static bool run_one(struct many *m, struct http_job *j,
		    const struct chan_flag *cancel, struct err *err)
{
	struct http_request r = j->request;

	r.cancel = cancel;
	r.idle = NULL;
	http_answer_release(&j->answer);
	j->err = (struct err)ERR_INIT;
	j->ok = http_send(m->h, &r, &j->answer, &j->err);
	if (!j->ok && j->err.kind == ERR_CANCELLED) {
		if (err)
			*err = j->err;
		return false;
	}
	return m->ended(m->ctx, j, err);
}

/* May several connections be used at a time? */
static bool is_parallel(const struct http *h)
{
	return !h->has_signin ||
	       (h->signin.parallel && h->signin.parallel(h->signin.ctx));
}

static bool run_all(struct many *m, struct http_job *jobs, size_t n,
		    const struct chan_flag *cancel, struct err *err)
{
	size_t first = 0;

	for (; first < n && !is_parallel(m->h); first++)
		if (!run_one(m, &jobs[first], cancel, err))
			return false;
	if (!run_many(m, jobs + first, n - first, cancel, err))
		return false;
	for (size_t i = first; i < n; i++)
		if (jobs[i].err.number == JOB_AGAIN &&
		    !run_one(m, &jobs[i], cancel, err))
			return false;
	return true;
}

bool http_run_many(struct http *h, struct http_job *jobs, size_t n,
		   const struct chan_flag *cancel,
		   bool (*ended)(void *ctx, struct http_job *j,
				 struct err *err),
		   void *ctx, struct err *err)
{
	struct many m = {.h = h, .ended = ended, .ctx = ctx};
	bool ok;

	for (size_t i = 0; i < n; i++) {
		jobs[i].answer = (struct http_answer){0};
		jobs[i].ok = false;
		jobs[i].err = (struct err)ERR_INIT;
	}
	ok = run_all(&m, jobs, n, cancel, err);
	for (size_t i = 0; i < HTTP_PARALLEL; i++)
		if (h->slots[i].job) {
			struct err *why = &h->slots[i].job->err;

			h->slots[i].job = NULL;
			err_set(&h->slots[i].call.err, ERR_CANCELLED,
				"cancelled");
			(void)finish(h, &h->slots[i], false, CURLE_OK, why);
		}
	return ok;
}
