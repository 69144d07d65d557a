/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* net/http against a server of a few lines that plays a script. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "net/auth.h"

/* What the server does with one request after reading it whole. */
struct act {
	const char *answer; /* raw bytes; NULL: none */
	bool close;	    /* closes afterwards */
	int hold_ms;	    /* waits before closing or the next request */
};

static struct {
	int fd, port;
	const struct act *acts;
	size_t n, requests, connections;
	struct str seen; /* all that came in */
	struct thread *thread;
	struct chan_flag *stop;
} server;

static bool wait_readable(int fd)
{
	struct pollfd p[2] = {
		{.fd = fd, .events = POLLIN},
		{.fd = chan_flag_fd(server.stop), .events = POLLIN}};

	poll(p, 2, -1);
	return !p[1].revents;
}

/* Reads one request with Content-Length. False: the client went away. */
static bool read_request(int fd)
{
	size_t start = server.seen.len;

	for (;;) {
		char buffer[65536];
		const char *end, *len;
		ssize_t n;

		end = strstr(server.seen.s + start, "\r\n\r\n");
		len = strstr(server.seen.s + start, "Content-Length: ");
		if (end && strncmp(server.seen.s + start, "GET ", 4) == 0)
			return true;
		if (end && len &&
		    server.seen.len >=
			    (size_t)(end + 4 - server.seen.s) +
				    (size_t)strtol(len + 16, NULL, 10))
			return true;
		if (!wait_readable(fd))
			return false;
		n = recv(fd, buffer, sizeof(buffer), 0);
		if (n <= 0)
			return false;
		str_add_mem(&server.seen, buffer, (size_t)n);
	}
}

static void serve(void *arg)
{
	(void)arg;
	while (server.requests < server.n && wait_readable(server.fd)) {
		int fd = accept(server.fd, NULL, NULL);
		const struct act *a;

		server.connections++;
		do {
			if (!read_request(fd))
				break;
			a = &server.acts[server.requests++];
			if (a->answer)
				(void)!send(fd, a->answer, strlen(a->answer),
					    MSG_NOSIGNAL);
			chan_flag_wait(server.stop, a->hold_ms);
		} while (!a->close && server.requests < server.n);
		close(fd);
	}
}

static void start(const struct act *acts, size_t n)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
				.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(a);

	server.acts = acts;
	server.n = n;
	server.requests = server.connections = 0;
	str_init(&server.seen);
	server.stop = chan_flag_new();
	server.fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(server.fd, (void *)&a, sizeof(a)), 0);
	assert_int_equal(listen(server.fd, 8), 0);
	getsockname(server.fd, (void *)&a, &len);
	server.port = ntohs(a.sin_port);
	server.thread = thread_start("server", serve, NULL);
}

/* Joins the server: from here on what it saw may be read. */
static void stop(void)
{
	chan_flag_raise(server.stop);
	thread_join(server.thread);
	chan_flag_free(server.stop);
	close(server.fd);
}

struct client {
	struct http *http;
	struct str body;
	struct http_answer answer;
	struct err err;
	int64_t max;
};

static bool receive(void *ctx, const struct http_answer *a, const char *s,
		    size_t len, struct err *err)
{
	struct client *c = ctx;

	assert_true(a->status > 0);
	str_add_mem(&c->body, s, len);
	if (strstr(c->body.s, "REFUSE"))
		return err_set(err, ERR_QUOTA, "enough");
	return true;
}

static void client_init(struct client *c, bool allow_plain)
{
	struct http_config config = {.agent = "test",
				     .allow_plain = allow_plain};

	*c = (struct client){.max = 1 << 20};
	c->http = http_new(&config);
	str_init(&c->body);
}

static void client_release(struct client *c)
{
	http_free(c->http);
	str_release(&c->body);
	http_answer_release(&c->answer);
}

static bool post(struct client *c, const char *body, bool repeatable,
		 const struct chan_flag *cancel)
{
	char *url =
		xasprintf("http://127.0.0.1:%d/EWS/Exchange.asmx", server.port);
	struct http_request r = {.url = url,
				 .body = body,
				 .len = strlen(body),
				 .repeatable = repeatable,
				 .cancel = cancel,
				 .max_bytes = c->max,
				 .receive = receive,
				 .ctx = c,
				 .label = "test"};
	bool ok;

	http_answer_release(&c->answer);
	str_clear(&c->body);
	c->err = (struct err)ERR_INIT;
	ok = http_send(c->http, &r, &c->answer, &c->err);
	free(url);
	return ok;
}

#define OK(body, len)                                                          \
	"HTTP/1.1 200 OK\r\nContent-Type: Text/XML; "                          \
	"charset=utf-8\r\nContent-Length: " #len "\r\n"                        \
	"Set-Cookie: exchangecookie=abc; path=/\r\n\r\n" body

#define BASIC                                                                  \
	"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\""     \
	"\r\nContent-Length: 7\r\n\r\nwho are"

static bool password_of(void *ctx, bool retry, char **out, struct err *err)
{
	if (retry)
		return err_set(err, ERR_AUTH, "nobody to ask");
	*out = xstrdup(ctx);
	return true;
}

static void sign_in(struct client *c, const char *user, const char *password)
{
	struct auth_config config = {
		.user = user,
		.secrets = {.password = password_of,
			    .ctx = (void *)(uintptr_t)password},
	};

	auth_attach(c->http, &config);
}

static void test_keep_alive(void **state)
{
	static const struct act acts[] = {{.answer = BASIC},
					  {.answer = OK("hello", 5)},
					  {.answer = OK("there", 5)}};
	struct client c;

	(void)state;
	start(acts, 3);
	client_init(&c, true);
	sign_in(&c, "EX\\kim", "pa:ss");
	assert_true(post(&c, "<one/>", false, NULL));
	assert_int_equal(c.answer.status, 200);
	assert_string_equal(c.answer.content_type, "text/xml");
	assert_string_equal(c.body.s, "hello");
	assert_true(post(&c, "<two/>", false, NULL));
	assert_string_equal(c.body.s, "there");
	client_release(&c);
	stop();
	assert_int_equal(server.connections, 1);
	/* Nothing is sent before it is known how to sign in. */
	assert_null(strstr(strstr(server.seen.s, "<one/>") + 1, "<one/>"));
	/* base64 of EX\kim:pa:ss */
	assert_non_null(strstr(server.seen.s,
			       "Authorization: Basic RVhca2ltOnBhOnNz\r\n"));
	assert_null(strstr(server.seen.s, "Expect:"));
	assert_non_null(strstr(server.seen.s, "Cookie: exchangecookie=abc"));
	assert_non_null(strstr(server.seen.s, "<two/>"));
	str_release(&server.seen);
}

struct many {
	size_t ended, stop_at;
	struct str bodies[6];
};

static bool many_receive(void *ctx, const struct http_answer *a, const char *s,
			 size_t len, struct err *err)
{
	(void)a, (void)err;
	str_add_mem(ctx, s, len);
	return true;
}

static bool many_ended(void *ctx, struct http_job *j, struct err *err)
{
	struct many *m = ctx;

	(void)j;
	if (++m->ended == m->stop_at)
		return err_set(err, ERR_DISK, "enough");
	return true;
}

/* Several at a time: each its own answer, whatever their order. */
static void test_many(void **state)
{
	static const struct act acts[] = {
		{.answer = OK("a", 1), .close = true},
		{.answer = "HTTP/1.1 404 No\r\nMS-WebStorage:  6.5.7638 \r\n"
			   "Content-Length: 0\r\n\r\n",
		 .close = true},
		{.answer = OK("c", 1), .close = true},
		{.answer = OK("d", 1), .close = true},
		{.answer = OK("e", 1), .close = true},
		{.answer = NULL, .close = true},
	};
	struct many m = {0};
	struct http_job jobs[6];
	struct client c;
	size_t lost = 0, missing = 0, good = 0;
	int64_t begun;

	(void)state;
	start(acts, 6);
	client_init(&c, true);
	for (size_t i = 0; i < 6; i++) {
		memset(&jobs[i], 0, sizeof(jobs[i]));
		str_init(&m.bodies[i]);
		jobs[i].request = (struct http_request){
			.method = "GET",
			.url = xasprintf("http://127.0.0.1:%d/%zu", server.port,
					 i),
			.max_bytes = 100,
			.receive = many_receive,
			.ctx = &m.bodies[i]};
	}
	begun = clock_mono_ms();
	assert_true(
		http_run_many(c.http, jobs, 6, NULL, many_ended, &m, &c.err));
	/* never at rest while there is something to do */
	assert_true(clock_mono_ms() - begun < 900);
	stop();
	assert_int_equal(m.ended, 6);
	for (size_t i = 0; i < 6; i++) {
		char *version =
			http_answer_field(&jobs[i].answer, "ms-webstorage");

		lost += !jobs[i].ok && jobs[i].err.kind == ERR_NETWORK;
		good += jobs[i].ok && m.bodies[i].len == 1;
		missing += jobs[i].ok && jobs[i].answer.status == 404 &&
			   str_eq(version, "6.5.7638");
		free(version);
		free((char *)jobs[i].request.url);
		http_answer_release(&jobs[i].answer);
		str_release(&m.bodies[i]);
	}
	assert_int_equal(good, 4);
	assert_int_equal(missing, 1);
	assert_int_equal(lost, 1);
	client_release(&c);
	assert_non_null(strstr(server.seen.s, "GET /5 HTTP/1.1\r\n"));
	str_release(&server.seen);
}

/* Stopped, nothing goes on: what had not begun never does. */
static void test_many_stopped(void **state)
{
	static const struct act acts[] = {
		{.answer = OK("a", 1), .close = true}};
	struct many m = {.stop_at = 1};
	struct http_job jobs[6];
	struct client c;

	(void)state;
	start(acts, 1);
	client_init(&c, true);
	for (size_t i = 0; i < 6; i++) {
		memset(&jobs[i], 0, sizeof(jobs[i]));
		str_init(&m.bodies[i]);
		jobs[i].request = (struct http_request){
			.method = "GET",
			.url = xasprintf("http://127.0.0.1:%d/%zu", server.port,
					 i),
			.max_bytes = 100,
			.receive = many_receive,
			.ctx = &m.bodies[i]};
	}
	assert_false(
		http_run_many(c.http, jobs, 6, NULL, many_ended, &m, &c.err));
	assert_int_equal(c.err.kind, ERR_DISK);
	assert_int_equal(m.ended, 1);
	stop();
	for (size_t i = 0; i < 6; i++) {
		free((char *)jobs[i].request.url);
		http_answer_release(&jobs[i].answer);
		str_release(&m.bodies[i]);
	}
	client_release(&c);
	str_release(&server.seen);
}

/* Other methods, with and without a body. */
static void test_methods(void **state)
{
	static const struct act acts[] = {{.answer = OK("1", 1)},
					  {.answer = OK("2", 1)},
					  {.answer = OK("3", 1)},
					  {.answer = OK("4", 1)}};
	static const char *const methods[] = {"PROPFIND", "MOVE", "GET", NULL};
	static const char *const xml[] = {"Content-Type: text/xml", NULL};
	struct client c;

	(void)state;
	start(acts, 4);
	client_init(&c, true);
	for (size_t i = 0; i < 4; i++) {
		char *url =
			xasprintf("http://127.0.0.1:%d/%zu", server.port, i);
		struct http_request r = {.method = methods[i],
					 .url = url,
					 .headers = xml,
					 .body = i == 0 ? "<x/>" : "",
					 .len = i == 0 ? 4 : 0,
					 .max_bytes = 100,
					 .receive = receive,
					 .ctx = &c};

		http_answer_release(&c.answer);
		assert_true(http_send(c.http, &r, &c.answer, &c.err));
		assert_int_equal(c.answer.status, 200);
		free(url);
	}
	client_release(&c);
	stop();
	assert_int_equal(server.connections, 1);
	assert_non_null(strstr(server.seen.s, "PROPFIND /0 HTTP/1.1\r\n"));
	assert_non_null(strstr(server.seen.s, "\r\n\r\n<x/>MOVE /1 HTTP"));
	assert_non_null(strstr(server.seen.s, "GET /2 HTTP"));
	assert_non_null(strstr(server.seen.s, "POST /3 HTTP"));
	assert_null(strstr(server.seen.s, "x-www-form"));
	str_release(&server.seen);
}

static void test_headers(void **state)
{
	static const struct act acts[] = {
		{.answer = "HTTP/1.1 503 Busy\r\nRetry-After: 7\r\n"
			   "X-CasErrorCode: MailboxGone\r\n"
			   "WWW-Authenticate: Negotiate\r\n"
			   "WWW-Authenticate: NTLM\r\n"
			   "Location: https://elsewhere/\r\n"
			   "Content-Length: 0\r\n\r\n"},
		{.answer = "HTTP/1.1 302 Found\r\nLocation: /owa/\r\n"
			   "Content-Length: 0\r\n\r\n"}};
	struct client c;

	(void)state;
	start(acts, 2);
	client_init(&c, true);
	assert_true(post(&c, "x", false, NULL));
	assert_int_equal(c.answer.status, 503);
	assert_int_equal(c.answer.retry_after_ms, 7000);
	assert_string_equal(c.answer.cas_error, "MailboxGone");
	assert_string_equal(c.answer.www_authenticate, "Negotiate\nNTLM");
	/* a redirect is reported, not followed */
	assert_true(post(&c, "x", false, NULL));
	assert_int_equal(c.answer.status, 302);
	assert_string_equal(c.answer.location, "/owa/");
	client_release(&c);
	stop();
	assert_int_equal(server.requests, 2);
	str_release(&server.seen);
}

/* A kept connection that dies under a request: a change is not sent again, a
 * read is. */
static void test_exactly_once(void **state)
{
	static const struct act acts[] = {
		{.answer = OK("hello", 5)},
		{.answer = NULL, .close = true}, /* read, then dropped */
		{.answer = OK("again", 5)},
		{.answer = NULL, .close = true},
		{.answer = OK("third", 5)}};
	struct client c;

	(void)state;
	start(acts, 5);
	client_init(&c, true);
	assert_true(post(&c, "<first/>", false, NULL));
	assert_false(post(&c, "<change/>", false, NULL));
	assert_int_equal(c.err.kind, ERR_NETWORK);
	assert_int_equal(c.err.number, HTTP_SENT);
	assert_true(post(&c, "<next/>", true, NULL));
	assert_string_equal(c.body.s, "again");
	assert_true(post(&c, "<read/>", true, NULL));
	assert_string_equal(c.body.s, "third");
	client_release(&c);
	stop();
	assert_int_equal(server.requests, 5);
	assert_null(
		strstr(strstr(server.seen.s, "<change/>") + 1, "<change/>"));
	assert_non_null(
		strstr(strstr(server.seen.s, "<read/>") + 1, "<read/>"));
	str_release(&server.seen);
}

static void raise_soon(void *flag)
{
	chan_flag_wait(NULL, 100);
	chan_flag_raise(flag);
}

static void test_cancel(void **state)
{
	static const struct act acts[] = {{.answer = NULL, .hold_ms = 20000}};
	struct chan_flag *flag = chan_flag_new();
	struct thread *t;
	struct client c;
	int64_t begin;

	(void)state;
	start(acts, 1);
	client_init(&c, true);
	begin = clock_mono_ms();
	t = thread_start("raise", raise_soon, flag);
	assert_false(post(&c, "x", true, flag));
	assert_int_equal(c.err.kind, ERR_CANCELLED);
	assert_true(clock_mono_ms() - begin < 600);
	/* raised before: nothing is sent */
	assert_false(post(&c, "y", true, flag));
	assert_int_equal(c.err.kind, ERR_CANCELLED);
	thread_join(t);
	client_release(&c);
	stop();
	chan_flag_free(flag);
	assert_null(strstr(server.seen.s, "\r\n\r\ny"));
	str_release(&server.seen);
}

static void test_cut_and_limits(void **state)
{
	static const struct act acts[] = {
		{.answer = OK("only part", 500), .close = true},
		{.answer = OK("0123456789", 10)},
		{.answer = OK("REFUSE", 6)}};
	struct client c;

	(void)state;
	start(acts, 3);
	client_init(&c, true);
	assert_false(post(&c, "x", false, NULL));
	assert_int_equal(c.err.kind, ERR_NETWORK);
	c.max = 9;
	assert_false(post(&c, "x", false, NULL));
	assert_int_equal(c.err.kind, ERR_PROTOCOL);
	c.max = 100;
	assert_false(post(&c, "x", false, NULL));
	assert_int_equal(c.err.kind, ERR_QUOTA);
	assert_string_equal(c.err.text, "enough");
	client_release(&c);
	stop();
	str_release(&server.seen);
}

static void test_plain_http(void **state)
{
	static const struct act acts[] = {{.answer = BASIC}};
	struct client c;

	(void)state;
	start(acts, 1);
	client_init(&c, false);
	sign_in(&c, "kim", "secret");
	assert_false(post(&c, "x", false, NULL));
	assert_int_equal(c.err.kind, ERR_INPUT);
	assert_non_null(strstr(c.err.text, "allow-plain-http"));
	client_release(&c);
	stop();
	assert_null(strstr(server.seen.s, "Authorization:"));
	assert_null(strstr(server.seen.s, "\r\n\r\nx"));
	str_release(&server.seen);
}

static void test_unreachable(void **state)
{
	struct client c;

	(void)state;
	start(NULL, 0);
	stop(); /* nobody listens on that port any more */
	str_release(&server.seen);
	client_init(&c, true);
	assert_false(post(&c, "x", false, NULL));
	assert_int_equal(c.err.kind, ERR_NETWORK);
	assert_int_equal(c.err.number, 0);
	assert_non_null(strstr(c.err.text, "cannot connect to 127.0.0.1"));
	client_release(&c);
}

static bool end_soon(void *ctx, int64_t *again_ms, struct err *err)
{
	int *calls = ctx;

	*again_ms = 20;
	return ++*calls < 4 || err_set(err, ERR_UNSUPPORTED, "no stream");
}

static bool ignore(void *ctx, const struct http_answer *a, const char *s,
		   size_t len, struct err *err)
{
	(void)ctx, (void)a, (void)s, (void)len, (void)err;
	return true;
}

static void test_idle(void **state)
{
	static const struct act acts[] = {{.answer = NULL, .hold_ms = 20000}};
	char *url;
	struct http_answer a;
	struct err err = ERR_INIT;
	int64_t begin = clock_mono_ms();
	struct client c;
	int calls = 0;

	(void)state;
	start(acts, 1);
	url = xasprintf("http://127.0.0.1:%d/", server.port);
	client_init(&c, true);
	assert_false(http_send(c.http,
			       &(struct http_request){.url = url,
						      .body = "x",
						      .len = 1,
						      .max_bytes = 10,
						      .receive = ignore,
						      .idle = end_soon,
						      .ctx = &calls},
			       &a, &err));
	assert_int_equal(err.kind, ERR_UNSUPPORTED);
	assert_true(clock_mono_ms() - begin < 2000);
	http_answer_release(&a);
	client_release(&c);
	stop();
	free(url);
	str_release(&server.seen);
}

static int proxy_asked;
static bool proxy_password(void *ctx, enum http_secret which, char **out,
			   struct err *err)
{
	(void)err;
	*out = which == HTTP_SECRET_PROXY ? xstrdup(ctx) : NULL;
	proxy_asked += which == HTTP_SECRET_PROXY;
	return true;
}

/* A proxy that wants a name: the request names its server whole, the password
 * comes from its own command and reaches the proxy, not the server. */
static void test_proxy(void **state)
{
	static const struct act acts[] = {
		{.answer = "HTTP/1.1 407 Proxy Authentication Required\r\n"
			   "Proxy-Authenticate: Basic realm=\"p\"\r\n"
			   "Content-Length: 2\r\n\r\nno"},
		{.answer = OK("hello", 5), .close = true}};
	struct http_config config = {.agent = "test",
				     .allow_plain = true,
				     .proxy_user = "clerk",
				     .secret = proxy_password,
				     .secret_ctx = (void *)(uintptr_t) "gate"};
	struct client c = {.max = 1 << 20};
	struct http_request r = {.method = "GET",
				 .url = "http://mail.example.invalid/x",
				 .repeatable = true,
				 .max_bytes = 1000,
				 .receive = receive,
				 .ctx = &c,
				 .label = "test"};
	char *proxy;

	(void)state;
	start(acts, ARRAY_LEN(acts));
	proxy = xasprintf("http://127.0.0.1:%d", server.port);
	config.proxy = proxy;
	c.http = http_new(&config);
	str_init(&c.body);
	proxy_asked = 0;
	assert_true(http_send(c.http, &r, &c.answer, &c.err));
	assert_int_equal(c.answer.status, 200);
	assert_string_equal(c.body.s, "hello");
	client_release(&c);
	stop();
	assert_int_equal(proxy_asked, 1);
	assert_non_null(
		strstr(server.seen.s, "GET http://mail.example.invalid/x "));
	/* "clerk:gate" */
	assert_non_null(strstr(server.seen.s,
			       "Proxy-Authorization: Basic Y2xlcms6Z2F0ZQ=="));
	assert_null(strstr(server.seen.s, "\r\nAuthorization:"));
	str_release(&server.seen);
	free(proxy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keep_alive),
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_methods),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_many_stopped),
		cmocka_unit_test(test_exactly_once),
		cmocka_unit_test(test_cancel),
		cmocka_unit_test(test_cut_and_limits),
		cmocka_unit_test(test_plain_http),
		cmocka_unit_test(test_unreachable),
		cmocka_unit_test(test_idle),
		cmocka_unit_test(test_proxy),
	};

	unsetenv("http_proxy");
	unsetenv("all_proxy");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
