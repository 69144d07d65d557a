/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "net/http.h"
#include "base/clock.h"
#include "base/codec.h"
#include "base/log.h"
#include "base/uri.h"

#include <curl/curl.h>
#include <string.h>

#define CONNECT_SECONDS 20
#define IDLE_SECONDS 110 /* dossier EWS 5: 100 s or more */
#define HEADER_MAX 8192	 /* of one header value kept */
#define HEAD_MAX ((size_t)32 * 1024)

/* One call in progress. */
struct call {
	const struct http_request *r;
	struct http_answer *answer;
	size_t sent;  /* bytes of body handed to curl */
	bool stopped; /* receive or idle said so */
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
	char *ca_file;
	bool allow_plain;
	char *agent;
	char *login; /* "Authorization: Basic ..." or NULL */
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

void http_free(struct http *h)
{
	if (!h)
		return;
	http_set_login(h, NULL, NULL);
	for (size_t i = 0; i < HTTP_PARALLEL; i++)
		curl_easy_cleanup(h->slots[i].easy);
	curl_multi_cleanup(h->multi);
	curl_share_cleanup(h->share);
	free(h->ca_file);
	free(h->agent);
	free(h);
}

void http_set_login(struct http *h, const char *user, const char *password)
{
	struct str pair = STR_INIT, line = STR_INIT;

	if (h->login)
		mem_wipe(h->login, strlen(h->login));
	mem_replace(&h->login, NULL);
	if (!password)
		return;
	/* One allocation each, so that no copy is left behind by growing. */
	str_reserve(&pair, strlen(str_or_empty(user)) + strlen(password) + 1);
	str_addf(&pair, "%s:%s", str_or_empty(user), password);
	str_reserve(&line, pair.len * 2 + 64);
	str_add(&line, "Authorization: Basic ");
	codec_base64_add(&line, pair.s, pair.len);
	log_mask(line.s + strlen("Authorization: Basic "));
	mem_wipe(pair.s, pair.len);
	str_release(&pair);
	h->login = str_take(&line);
}

void http_answer_release(struct http_answer *a)
{
	free(a->content_type);
	free(a->location);
	free(a->www_authenticate);
	free(a->cas_error);
	if (a->head.cap)
		str_release(&a->head);
	*a = (struct http_answer){0};
}

char *http_answer_field(const struct http_answer *a, const char *name)
{
	size_t n = strlen(name);

	for (const char *p = a->head.s; p && *p;) {
		size_t len = strcspn(p, "\n");

		if (len > n && p[n] == ':' && strncasecmp(p, name, n) == 0) {
			struct str v = STR_INIT;

			str_add_mem(&v, p + n + 1, len - n - 1);
			str_trim(&v);
			return str_take(&v);
		}
		p += len + (p[len] == '\n');
	}
	return NULL;
}

/* Keeps a header line; of a head without end only the beginning. */
static void keep_line(struct http_answer *a, const char *line, size_t len)
{
	while (len && (line[len - 1] == '\r' || line[len - 1] == '\n'))
		len--;
	if (!a->head.s)
		str_init(&a->head);
	if (!len || len > HEADER_MAX || a->head.len + len > HEAD_MAX)
		return;
	str_add_mem(&a->head, line, len);
	str_add_char(&a->head, '\n');
}

static size_t on_read(char *to, size_t size, size_t n, void *ctx)
{
	struct call *c = ctx;
	size_t left = c->r->len - c->sent, max = size * n;

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

	if (origin != SEEK_SET || offset < 0 || (size_t)offset > c->r->len)
		return CURL_SEEKFUNC_FAIL;
	c->sent = (size_t)offset;
	return CURL_SEEKFUNC_OK;
}

static size_t on_body(char *s, size_t size, size_t n, void *ctx)
{
	struct call *c = ctx;
	size_t len = size * n;

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

/* "name:" at the start of a header line gives its value, without blanks. */
static char *value_of(const char *line, size_t len, const char *name)
{
	size_t n = strlen(name);
	struct str v = STR_INIT;

	if (len <= n || line[n] != ':' || strncasecmp(line, name, n) != 0)
		return NULL;
	len -= n + 1;
	str_add_mem(&v, line + n + 1, len < HEADER_MAX ? len : HEADER_MAX);
	str_trim(&v);
	return str_take(&v);
}

/* Retry-After is seconds or an HTTP date (RFC 9110 10.2.3). */
static int64_t parse_retry_after(const char *text)
{
	char *end;
	long long n = strtoll(text, &end, 10);

	if (end == text || *end) {
		time_t when = curl_getdate(text, NULL);

		n = when < 0 ? 0 : (long long)when - clock_now();
	}
	if (n < 0)
		n = 0;
	return n > 86400 ? 86400000 : (int64_t)n * 1000;
}

static void keep_header(struct http_answer *a, const char *line, size_t len)
{
	char *v;

	if ((v = value_of(line, len, "Content-Type"))) {
		v[strcspn(v, "; \t")] = '\0';
		for (char *p = v; *p; p++)
			if (*p >= 'A' && *p <= 'Z')
				*p = (char)(*p + 32);
		mem_replace(&a->content_type, v);
	} else if ((v = value_of(line, len, "Location"))) {
		mem_replace(&a->location, v);
	} else if ((v = value_of(line, len, "X-CasErrorCode"))) {
		mem_replace(&a->cas_error, v);
	} else if ((v = value_of(line, len, "Retry-After"))) {
		a->retry_after_ms = parse_retry_after(v);
		free(v);
	} else if ((v = value_of(line, len, "WWW-Authenticate"))) {
		char *all = a->www_authenticate;

		if (!all || strlen(all) < HEADER_MAX)
			mem_replace(&a->www_authenticate,
				    all ? xasprintf("%s\n%s", all, v)
					: xstrdup(v));
		free(v);
	}
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
		keep_line(c->answer, line, len);
		keep_header(c->answer, line, len);
	}
	return len;
}

static struct curl_slist *make_headers(struct http *h,
				       const struct http_request *r)
{
	/* No "Expect: 100-continue": a round trip for every larger request. */
	struct curl_slist *list = curl_slist_append(NULL, "Expect:");

	if (h->login)
		list = curl_slist_append(list, h->login);
	for (const char *const *p = r->headers; p && *p; p++)
		if (r->len || strncasecmp(*p, "Content-Type:", 13) != 0)
			list = curl_slist_append(list, *p);
	/* curl would call an empty body a form. */
	if (r->len == 0)
		list = curl_slist_append(list, "Content-Type:");
	return list;
}

static void free_headers(struct curl_slist *list)
{
	for (struct curl_slist *p = list; p; p = p->next)
		mem_wipe(p->data, strlen(p->data));
	curl_slist_free_all(list);
}

static void set_method(CURL *e, const struct http_request *r)
{
	const char *m = r->method ? r->method : "POST";
	bool get = strcmp(m, "GET") == 0;

	curl_easy_setopt(e, CURLOPT_NOBODY, 0L);
	if (get)
		curl_easy_setopt(e, CURLOPT_HTTPGET, 1L);
	else
		curl_easy_setopt(e, CURLOPT_POST, 1L);
	curl_easy_setopt(e, CURLOPT_CUSTOMREQUEST,
			 get || strcmp(m, "POST") == 0 ? NULL : m);
	curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE,
			 (curl_off_t)(get ? -1 : (curl_off_t)r->len));
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
	curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
	curl_easy_setopt(e, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(
		e, CURLOPT_LOW_SPEED_TIME,
		(long)(r->idle_seconds ? r->idle_seconds : IDLE_SECONDS));
	curl_easy_setopt(e, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(e, CURLOPT_ERRORBUFFER, s->error);
	if (h->ca_file)
		curl_easy_setopt(e, CURLOPT_CAINFO, h->ca_file);
	curl_easy_setopt(e, CURLOPT_HTTPHEADER, s->headers);
	set_method(e, r);
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

/* What went wrong, for people: what it means and what to do. */
static void explain(struct http *h, CURLcode code, const struct slot *s,
		    struct err *err)
{
	const struct call *c = &s->call;
	const char *url = c->r->url;
	struct uri u = {0};
	const char *detail = *s->error ? s->error : curl_easy_strerror(code);
	const char *host;

	host = uri_parse(&u, url) && u.host ? u.host : url;
	if (code == CURLE_COULDNT_RESOLVE_HOST)
		err_set(err, ERR_NETWORK,
			"the server name %s is not known: check the address "
			"and the network",
			host);
	else if (code == CURLE_COULDNT_RESOLVE_PROXY)
		err_set(err, ERR_NETWORK,
			"the proxy's name is not known: check https_proxy");
	else if (code == CURLE_COULDNT_CONNECT)
		err_set(err, ERR_NETWORK, "cannot connect to %s: %s", host,
			detail);
	else if (code == CURLE_OPERATION_TIMEDOUT)
		err_set(err, ERR_NETWORK, "%s did not answer in time", host);
	else if (code == CURLE_PEER_FAILED_VERIFICATION)
		err_set(err, ERR_NETWORK,
			"the certificate of %s is not trusted (%s); where a "
			"company signs its own, name its authority in ca-file",
			host, detail);
	else if (code == CURLE_SSL_CACERT_BADFILE)
		err_set(err, ERR_INPUT, "the authority file %s cannot be used",
			str_or_empty(h->ca_file));
	else if (code == CURLE_SSL_CONNECT_ERROR)
		err_set(err, ERR_NETWORK, "no secure connection with %s: %s",
			host, detail);
	else if (code == CURLE_URL_MALFORMAT ||
		 code == CURLE_UNSUPPORTED_PROTOCOL)
		err_set(err, ERR_INPUT, "%s is not a usable address", url);
	else if (code == CURLE_PARTIAL_FILE || code == CURLE_RECV_ERROR ||
		 code == CURLE_SEND_ERROR || code == CURLE_GOT_NOTHING ||
		 code == CURLE_SEND_FAIL_REWIND)
		err_set(err, ERR_NETWORK, "the connection to %s was lost",
			host);
	else
		err_set(err, ERR_NETWORK, "%s: %s", host, detail);
	if (err && c->sent > 0)
		err->number = HTTP_SENT;
	uri_release(&u);
}

static bool check_address(const struct http *h, const char *url,
			  struct err *err)
{
	struct uri u = {0};
	bool ok = true;

	if (!uri_parse(&u, str_or_empty(url)) || !u.scheme || !u.host)
		ok = err_set(err, ERR_INPUT,
			     "\"%s\" is not a server address; it should look "
			     "like https://mail.example.com/EWS/Exchange.asmx",
			     str_or_empty(url));
	else if (strcmp(u.scheme, "http") == 0 && h->login && !h->allow_plain)
		ok = err_set(err, ERR_INPUT,
			     "%s is not encrypted, so the password was not "
			     "sent; use https://, or allow-plain-http = yes "
			     "where the line is safe",
			     url);
	uri_release(&u);
	return ok;
}

/* Prepares the slot and gives it to curl. False: the address is unusable. */
static bool begin(struct http *h, struct slot *s, const struct http_request *r,
		  struct http_answer *answer, struct err *err)
{
	*answer = (struct http_answer){0};
	s->call = (struct call){
		.r = r, .answer = answer, .begin = clock_mono_ms()};
	if (!check_address(h, r->url, err))
		return false;
	s->error[0] = '\0';
	s->headers = make_headers(h, r);
	set_options(h, s);
	curl_multi_add_handle(h->multi, s->easy);
	return true;
}

/* The transfer is over: by itself with `code`, or given up (c->err says why).
 */
static bool finish(struct http *h, struct slot *s, bool ended, CURLcode code,
		   struct err *err)
{
	struct call *c = &s->call;

	curl_multi_remove_handle(h->multi, s->easy);
	curl_easy_setopt(s->easy, CURLOPT_HTTPHEADER, NULL);
	free_headers(s->headers);
	s->headers = NULL;
	if (ended && code != CURLE_OK)
		explain(h, code, s, &c->err);
	else if (!ended && c->sent > 0)
		c->err.number = HTTP_SENT;
	log_at(LOG_DEBUG, "http", "%s: %d, %zu bytes out, %lld in, %lld ms%s%s",
	       str_or_empty(c->r->label), c->answer->status, c->r->len,
	       (long long)c->answer->received,
	       (long long)(clock_mono_ms() - c->begin),
	       c->err.kind == ERR_NONE ? "" : ": ", c->err.text);
	if (c->err.kind == ERR_NONE)
		return true;
	if (err)
		*err = c->err;
	return false;
}

bool http_post(struct http *h, const struct http_request *r,
	       struct http_answer *out, struct err *err)
{
	struct slot *s = &h->slots[0];
	CURLcode code = CURLE_OK;
	bool ended;

	if (!begin(h, s, r, out, err))
		return false;
	ended = run(h, &s->call, &code);
	return finish(h, s, ended, code, err);
}

/* --- several at a time ---------------------------------------------------- */
struct many {
	struct http *h;
	size_t running;
	bool (*ended)(void *ctx, struct http_job *j, struct err *err);
	void *ctx;
};

static bool end_job(struct many *m, struct slot *s, bool ended, CURLcode code,
		    struct err *err)
{
	struct http_job *j = s->job;

	s->job = NULL;
	m->running--;
	j->ok = finish(m->h, s, ended && !s->call.stopped, code, &j->err);
	return m->ended(m->ctx, j, err);
}

static struct slot *slot_of(struct http *h, const CURL *easy)
{
	for (size_t i = 0; i < HTTP_PARALLEL; i++)
		if (h->slots[i].job && h->slots[i].easy == easy)
			return &h->slots[i];
	BUG("a transfer of nobody's");
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
		if (!begin(m->h, s, &j->request, &j->answer, &j->err)) {
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
		    !end_job(m, slot_of(m->h, msg->easy_handle), true,
			     msg->data.result, err))
			return false;
	return true;
}

static bool run_many(struct many *m, struct http_job *jobs, size_t n,
		     const struct chan_flag *cancel, struct err *err)
{
	struct curl_waitfd extra = {.fd = cancel ? chan_flag_fd(cancel) : -1,
				    .events = CURL_WAIT_POLLIN};
	size_t next = 0;
	int running;

	for (;;) {
		if (!fill_slots(m, jobs, n, &next, err))
			return false;
		if (m->running == 0 && next == n)
			return true;
		if (cancel && chan_flag_is_up(cancel))
			return err_set(err, ERR_CANCELLED, "cancelled");
		if (curl_multi_perform(m->h->multi, &running) != CURLM_OK)
			BUG("curl_multi_perform");
		if (!take_ended(m, err))
			return false;
		if ((size_t)running == m->running)
			curl_multi_poll(m->h->multi, &extra, cancel ? 1 : 0,
					1000, NULL);
	}
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
	ok = run_many(&m, jobs, n, cancel, err);
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
