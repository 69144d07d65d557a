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

struct http {
	CURLM *multi;
	CURL *easy;
	char *ca_file;
	bool allow_plain;
	char *agent;
	char *login; /* "Authorization: Basic ..." or NULL */
	char error[CURL_ERROR_SIZE];
};

/* One call in progress. */
struct call {
	const struct http_request *r;
	struct http_answer *answer;
	size_t sent;  /* bytes of body handed to curl */
	bool stopped; /* receive or idle said so */
	struct err err;
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
	h->easy = curl_easy_init();
	if (!h->multi || !h->easy)
		BUG("no memory for libcurl");
	h->ca_file = xstrdup(config->ca_file);
	h->allow_plain = config->allow_plain;
	h->agent = xstrdup(config->agent);
	curl_easy_setopt(h->easy, CURLOPT_COOKIEFILE, ""); /* in memory */
	return h;
}

void http_free(struct http *h)
{
	if (!h)
		return;
	http_set_login(h, NULL, NULL);
	curl_easy_cleanup(h->easy);
	curl_multi_cleanup(h->multi);
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
	*a = (struct http_answer){0};
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
		list = curl_slist_append(list, *p);
	return list;
}

static void free_headers(struct curl_slist *list)
{
	for (struct curl_slist *p = list; p; p = p->next)
		mem_wipe(p->data, strlen(p->data));
	curl_slist_free_all(list);
}

static void set_options(struct http *h, struct call *c,
			struct curl_slist *headers)
{
	const struct http_request *r = c->r;
	CURL *e = h->easy;

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
	curl_easy_setopt(e, CURLOPT_ERRORBUFFER, h->error);
	if (h->ca_file)
		curl_easy_setopt(e, CURLOPT_CAINFO, h->ca_file);
	curl_easy_setopt(e, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(e, CURLOPT_POST, 1L);
	curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->len);
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
static void explain(struct http *h, CURLcode code, const char *url,
		    const struct call *c, struct err *err)
{
	struct uri u = {0};
	const char *detail = *h->error ? h->error : curl_easy_strerror(code);
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

bool http_post(struct http *h, const struct http_request *r,
	       struct http_answer *out, struct err *err)
{
	struct call c = {.r = r, .answer = out};
	int64_t begin = clock_mono_ms();
	struct curl_slist *headers;
	CURLcode code = CURLE_OK;
	bool ended;

	*out = (struct http_answer){0};
	if (!check_address(h, r->url, err))
		return false;
	h->error[0] = '\0';
	headers = make_headers(h, r);
	set_options(h, &c, headers);
	curl_multi_add_handle(h->multi, h->easy);
	ended = run(h, &c, &code);
	curl_multi_remove_handle(h->multi, h->easy);
	curl_easy_setopt(h->easy, CURLOPT_HTTPHEADER, NULL);
	free_headers(headers);
	if (ended && code != CURLE_OK)
		explain(h, code, r->url, &c, &c.err);
	else if (!ended && c.sent > 0)
		c.err.number = HTTP_SENT;
	log_at(LOG_DEBUG, "http", "%s: %d, %zu bytes out, %lld in, %lld ms%s%s",
	       str_or_empty(r->label), out->status, r->len,
	       (long long)out->received, (long long)(clock_mono_ms() - begin),
	       c.err.kind == ERR_NONE ? "" : ": ", c.err.text);
	if (c.err.kind == ERR_NONE)
		return true;
	if (err)
		*err = c.err;
	return false;
}
