/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The HTTP side: a thread a connection, sign-in, transport faults, log lines.
 */
#include <gnutls/gnutls.h>
#include <microhttpd.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include "base/clock.h"
#include "base/proc.h"
#include "tests/sim/idp.h"
#include "tests/sim/autodiscover.h"
#include "tests/sim/dav.h"
#include "tests/sim/ews.h"

enum { BODY_MAX = 1 << 30 };

struct call { /* one request on its way in */
	struct str body;
	bool started;
};

/* A body that is sent in an odd manner. */
struct odd_body {
	struct sim *sim;
	struct str body;
	struct ews_stream *stream;
	struct fault fault;
	size_t sent; /* of the stream: bytes of `body` given out */
};

static ssize_t odd_read(void *cls, uint64_t pos, char *buf, size_t max)
{
	struct odd_body *o = cls;
	size_t left = pos < o->body.len ? o->body.len - (size_t)pos : 0,
	       n = max;

	if (o->fault.kind == FAULT_DROP) {
		if (pos >= (uint64_t)o->fault.a)
			return MHD_CONTENT_READER_END_WITH_ERROR;
		if (n > (uint64_t)o->fault.a - pos)
			n = (size_t)((uint64_t)o->fault.a - pos);
	}
	if (left == 0)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	if (o->fault.kind == FAULT_DRIP) {
		if (pos > 0)
			sim_pause(o->sim, o->fault.b > 0 ? o->fault.b : 10);
		if (o->fault.a > 0 && n > (size_t)o->fault.a)
			n = (size_t)o->fault.a;
	}
	if (n > left)
		n = left;
	memcpy(buf, o->body.s + pos, n);
	return (ssize_t)n;
}

static ssize_t stream_read(void *cls, uint64_t pos, char *buf, size_t max)
{
	struct odd_body *o = cls;
	size_t n;

	(void)pos;
	if (o->sent == o->body.len) {
		str_clear(&o->body);
		o->sent = 0;
		if (!ews_stream_next(o->stream, &o->body))
			return MHD_CONTENT_READER_END_OF_STREAM;
	}
	n = o->body.len - o->sent;
	if (n > max)
		n = max;
	memcpy(buf, o->body.s + o->sent, n);
	o->sent += n;
	return (ssize_t)n;
}

static void odd_free(void *cls)
{
	struct odd_body *o = cls;

	ews_stream_free(o->stream);
	str_release(&o->body);
	free(o);
}

/* The answer's body becomes a response; r->out is empty afterwards. */
static struct MHD_Response *response_of(struct req *r)
{
	struct odd_body *o;
	size_t len = r->out.len;
	char *text;

	switch (r->fault.kind) {
	case FAULT_DRIP:
	case FAULT_DROP:
	case FAULT_WRONG_LENGTH:
		break;
	default:
		if (r->stream)
			break;
		if (r->fault.kind == FAULT_CUT)
			len /= 2;
		text = str_take(&r->out);
		return MHD_create_response_from_buffer(len, text,
						       MHD_RESPMEM_MUST_FREE);
	}
	o = xcalloc(1, sizeof(*o));
	o->sim = r->sim;
	o->body = r->out;
	o->stream = r->stream;
	o->fault = r->fault;
	str_init(&r->out);
	if (r->stream)
		return MHD_create_response_from_callback(
			MHD_SIZE_UNKNOWN, 4096, stream_read, o, odd_free);
	return MHD_create_response_from_callback(
		o->fault.kind == FAULT_WRONG_LENGTH ? len + 100 : len, 65536,
		odd_read, o, odd_free);
}

/* Dated by the simulator's clock, which a test may have set. */
static enum MHD_Result queue(struct MHD_Connection *c, unsigned status,
			     struct MHD_Response *resp)
{
	time_t now = (time_t)clock_now();
	char date[64];
	struct tm tm;

	if (gmtime_r(&now, &tm) &&
	    strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", &tm))
		MHD_add_response_header(resp, "Date", date);
	return MHD_queue_response(c, status, resp);
}

static enum MHD_Result queue_text(struct MHD_Connection *c, unsigned status,
				  const char *type, const char *text)
{
	struct MHD_Response *resp = MHD_create_response_from_buffer(
		strlen(text), (void *)(uintptr_t)text, MHD_RESPMEM_MUST_COPY);
	enum MHD_Result done;

	MHD_add_response_header(resp, "Content-Type", type);
	done = queue(c, status, resp);
	MHD_destroy_response(resp);
	return done;
}

static struct peer *peer_of(struct MHD_Connection *c)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info ? info->socket_context : NULL;
}

static unsigned connection_number(struct MHD_Connection *c)
{
	const struct peer *p = peer_of(c);

	return p ? p->number : 0;
}

/* Who are you? */
static enum MHD_Result queue_401(struct MHD_Connection *c,
				 const struct strv *challenges)
{
	struct MHD_Response *resp = MHD_create_response_from_buffer(
		0, NULL, MHD_RESPMEM_PERSISTENT);
	enum MHD_Result done;

	MHD_add_response_header(resp, "Content-Type", "text/html");
	for (size_t i = 0; i < challenges->n; i++)
		MHD_add_response_header(resp, "WWW-Authenticate",
					challenges->v[i]);
	done = queue(c, 401, resp);
	MHD_destroy_response(resp);
	return done;
}

static enum MHD_Result queue_302(struct MHD_Connection *c, const char *to)
{
	struct MHD_Response *resp = MHD_create_response_from_buffer(
		0, NULL, MHD_RESPMEM_PERSISTENT);
	enum MHD_Result done;

	MHD_add_response_header(resp, "Location", to);
	done = queue(c, 302, resp);
	MHD_destroy_response(resp);
	return done;
}

/* --- EWS ----------------------------------------------------------------- */
static const char login_page[] =
	"<!DOCTYPE html><html><head><title>Outlook</title></head><body><form "
	"action=\"/owa/auth.owa\" method=\"POST\"><input name=\"username\">"
	"<input name=\"password\" type=\"password\"></form></body></html>";

static void log_call(struct req *r, struct MHD_Connection *c, size_t in,
		     size_t out, int64_t started)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	sim_count(r->sim, r->name);
	sim_count_bytes(r->sim, in, out);
	sim_log(r->sim,
		"%lld.%03ld conn=%u user=%s op=%s%s status=%d in=%zu "
		"out=%zu ms=%lld",
		(long long)now.tv_sec, now.tv_nsec / 1000000,
		connection_number(c), r->user ? r->user->alias : "-", r->name,
		r->detail.s, r->http, in, out,
		(long long)(clock_mono_ms() - started));
}

/* Faults that replace the whole answer. */
static bool replaced(struct req *r, struct MHD_Connection *c,
		     enum MHD_Result *done)
{
	struct MHD_Response *resp;
	struct strv challenges;
	char after[24];

	switch (r->fault.kind) {
	case FAULT_401:
		r->http = 401;
		strv_init(&challenges);
		strv_add(&challenges, "Basic realm=\"exchange-sim\"");
		*done = queue_401(c, &challenges);
		strv_release(&challenges);
		return true;
	case FAULT_STATUS:
		r->http = (int)r->fault.a;
		*done = queue_text(c, (unsigned)r->fault.a, "text/html", "");
		return true;
	case FAULT_500:
		r->http = 500;
		*done = queue_text(c, 500, "text/html",
				   "<html><body>Runtime Error</body></html>");
		return true;
	case FAULT_503:
		r->http = 503;
		resp = MHD_create_response_from_buffer(0, NULL,
						       MHD_RESPMEM_PERSISTENT);
		if (r->fault.a > 0) {
			snprintf(after, sizeof(after), "%lld",
				 (long long)r->fault.a);
			MHD_add_response_header(resp, "Retry-After", after);
		}
		*done = queue(c, 503, resp);
		MHD_destroy_response(resp);
		return true;
	case FAULT_HTML:
		r->http = 200;
		*done = queue_text(c, 200, "text/html; charset=utf-8",
				   login_page);
		return true;
	case FAULT_APPLY_DROP:
		*done = MHD_NO;
		return true;
	default:
		return false;
	}
}

static const char *head_arg(void *connection, const char *name)
{
	return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

static enum MHD_Result answer_ews(struct sim *sim, struct MHD_Connection *c,
				  struct box *user, const struct str *body)
{
	struct req r = {.sim = sim,
			.st = sim->st,
			.user = user,
			.out = STR_INIT,
			.detail = STR_INIT,
			.header = head_arg,
			.connection = c};
	int64_t started = clock_mono_ms();
	struct MHD_Response *resp;
	enum MHD_Result done;
	size_t out;

	ews_handle(&r, body->s, body->len);
	out = r.out.len;
	if (!replaced(&r, c, &done)) {
		resp = response_of(&r);
		MHD_add_response_header(resp, "Content-Type",
					"text/xml; charset=utf-8");
		MHD_add_response_header(resp, "X-FEServer", "SIM");
		if (r.fault.kind == FAULT_CLOSE)
			MHD_add_response_header(resp, "Connection", "close");
		done = queue(c, (unsigned)r.http, resp);
		MHD_destroy_response(resp);
	} else {
		ews_stream_free(r.stream);
		out = 0;
	}
	log_call(&r, c, body->len, out, started);
	str_release(&r.out);
	str_release(&r.detail);
	return done;
}

/* --- routing ------------------------------------------------------------- */
static const char *query_arg(void *connection, const char *name)
{
	return MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND,
					   name);
}

struct wanted {
	const char *name;
	struct strv *out;
};
static enum MHD_Result take_query(void *arg, enum MHD_ValueKind kind,
				  const char *name, const char *value)
{
	const struct wanted *w = arg;

	(void)kind;
	if (strcasecmp(name, w->name) == 0)
		strv_add(w->out, str_or_empty(value));
	return MHD_YES;
}
static void query_args(void *connection, const char *name, struct strv *out)
{
	struct wanted w = {name, out};

	MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, take_query,
				  &w);
}

static enum MHD_Result answer_admin(struct sim *sim, struct MHD_Connection *c,
				    const char *url, const char *method,
				    const struct str *body)
{
	struct str out = STR_INIT;
	int status = admin_handle(sim, method, url, query_arg, c, body->s,
				  body->len, &out);
	enum MHD_Result done =
		queue_text(c, (unsigned)status, "application/json", out.s);

	str_release(&out);
	return done;
}

/* The redirect of the plain-http phase needs no sign-in. */
static bool is_sent_away(struct sim *sim, struct MHD_Connection *c,
			 enum MHD_Result *done)
{
	char *to = NULL;

	state_lock(sim->st);
	if (str_eq(sim->auto_kind, "http"))
		to = xstrdup(sim->auto_to);
	state_unlock(sim->st);
	if (!to)
		return false;
	sim_count(sim, "Autodiscover-302");
	*done = queue_302(c, to);
	free(to);
	return true;
}

static enum MHD_Result answer_autodiscover(struct sim *sim,
					   struct MHD_Connection *c,
					   const char *url, const char *method,
					   const struct str *body)
{
	const char *host =
		MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Host");
	char *base = xasprintf("%s://%s", sim->tls ? "https" : "http",
			       str_or_empty(host));
	struct str out = STR_INIT;
	unsigned status =
		autodiscover_answer(sim, url, method, base, body, &out);
	enum MHD_Result done =
		queue_text(c, status, "text/xml; charset=utf-8", out.s);

	sim_count(sim, "Autodiscover");
	sim_log(sim, "conn=%u op=Autodiscover url=%s status=%u",
		connection_number(c), url, status);
	free(base);
	str_release(&out);
	return done;
}

/* --- WebDAV -------------------------------------------------------------- */
static bool is_dav_path(const char *url)
{
	static const char *const roots[] = {"/exchange/", "/exchweb/",
					    "/public/", "/owa/auth/",
					    "/CookieAuth.dll"};

	for (size_t i = 0; i < ARRAY_LEN(roots); i++)
		if (strncasecmp(url, roots[i], strlen(roots[i])) == 0)
			return true;
	return strcasecmp(url, "/exchange") == 0 ||
	       strcasecmp(url, "/public") == 0;
}

static enum MHD_Result queue_dav(struct dav *d, struct MHD_Connection *c)
{
	struct req r = {.sim = d->sim,
			.fault = d->fault,
			.http = d->status,
			.out = d->out};
	struct MHD_Response *resp;
	enum MHD_Result done;

	str_init(&d->out);
	resp = response_of(&r);
	MHD_add_response_header(resp, "Server",
				d->sim->dav_version == DAV_2000
					? "Microsoft-IIS/5.0"
					: "Microsoft-IIS/6.0");
	MHD_add_response_header(resp, "Content-Type", d->type);
	for (size_t i = 0; i < d->headers.n; i++) {
		char *name = d->headers.v[i], *colon = strstr(name, ": ");

		*colon = 0;
		MHD_add_response_header(resp, name, colon + 2);
	}
	if (d->fault.kind == FAULT_CLOSE)
		MHD_add_response_header(resp, "Connection", "close");
	done = queue(c, (unsigned)d->status, resp);
	MHD_destroy_response(resp);
	return done;
}

/* Who sends it? Without a name: by forms, or as on the EWS face. */
static bool dav_signed_in(struct dav *d, struct MHD_Connection *c,
			  enum MHD_Result *done)
{
	struct strv challenges CLEANUP(strv_release);
	struct sim *sim = d->sim;

	strv_init(&challenges);
	if (sim->signin.methods & SIGNIN_FORMS) {
		if (dav_forms(d)) {
			*done = queue_dav(d, c);
			return false;
		}
		d->user = dav_forms_user(d);
		if (d->user)
			return true;
		dav_forms_refuse(d);
		*done = queue_dav(d, c);
		return false;
	}
	d->user = signin_user(sim, c, peer_of(c), &challenges);
	if (d->user)
		return true;
	d->name = "401";
	/* The submission URI does not say that it wants a name (14). */
	if (strstr(d->path, "##DavMailSubmissionURI##")) {
		d->status = 404;
		*done = queue_dav(d, c);
	} else {
		d->status = 401;
		*done = queue_401(c, &challenges);
	}
	return false;
}

static enum MHD_Result answer_dav(struct sim *sim, struct MHD_Connection *c,
				  const char *url, const char *method,
				  const struct str *body)
{
	const char *host = head_arg(c, "Host");
	char *base = sim->dav_base
			     ? xstrdup(sim->dav_base)
			     : xasprintf("%s://%s", sim->tls ? "https" : "http",
					 str_or_empty(host));
	struct dav d = {.sim = sim,
			.st = sim->st,
			.method = method,
			.path = url,
			.base = base,
			.header = head_arg,
			.query = query_arg,
			.each_query = query_args,
			.connection = c,
			.body = body->s,
			.body_len = body->len,
			.type = "text/html",
			.status = 200,
			.name = "DAV"};
	struct req r = {.sim = sim};
	int64_t started = clock_mono_ms();
	enum MHD_Result done = MHD_NO;
	size_t out = 0;

	str_init(&d.out);
	str_init(&d.detail);
	strv_init(&d.headers);
	if (dav_signed_in(&d, c, &done)) {
		dav_handle(&d);
		out = d.out.len;
		r.fault = d.fault;
		r.http = d.status;
		if (!replaced(&r, c, &done))
			done = queue_dav(&d, c);
		d.status = r.http;
	}
	str_addf(&d.detail, " path=%s", url);
	r.user = d.user;
	r.name = d.name;
	r.http = d.status;
	r.detail = d.detail;
	log_call(&r, c, body->len, out, started);
	str_release(&d.out);
	str_release(&d.detail);
	strv_release(&d.headers);
	free(base);
	return done;
}

/* One that the authority of --client-ca vouches for. */
static bool has_certificate(struct MHD_Connection *c)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(c, MHD_CONNECTION_INFO_GNUTLS_SESSION);
	unsigned status = 0, n = 0;

	return info && info->tls_session &&
	       gnutls_certificate_get_peers(info->tls_session, &n) && n > 0 &&
	       gnutls_certificate_verify_peers2(info->tls_session, &status) ==
		       0 &&
	       status == 0;
}

static enum MHD_Result answer_idp(struct sim *sim, struct MHD_Connection *c,
				  const char *url, const char *method,
				  const struct str *body)
{
	const char *host = MHD_lookup_connection_value(c, MHD_HEADER_KIND,
						       MHD_HTTP_HEADER_HOST);
	char *base CLEANUP(mem_free_ptr) = xasprintf(
		"%s://%s", sim->tls ? "https" : "http", str_or_empty(host));
	struct str out CLEANUP(str_release) = STR_INIT;
	int status = idp_answer(sim->idp, method, url, base,
				str_or_empty(body->s), &out);

	sim_log(sim, "conn=%u op=idp%s status=%d", connection_number(c), url,
		status);
	return queue_text(c, (unsigned)status, "application/json", out.s);
}

static enum MHD_Result answer(struct sim *sim, struct MHD_Connection *c,
			      const char *url, const char *method,
			      const struct str *body)
{
	size_t token = strlen(sim->token);
	bool autodiscover = strncasecmp(url, "/autodiscover/", 14) == 0;
	struct strv challenges CLEANUP(strv_release);
	enum MHD_Result done;
	struct box *user;

	strv_init(&challenges);
	if (url[0] == '/' && strncmp(url + 1, sim->token, token) == 0)
		return answer_admin(sim, c, url + 1 + token, method, body);
	if (sim->client_ca && !has_certificate(c)) {
		sim_count(sim, "403.7");
		return queue_text(c, 403, "text/html",
				  "403.7 Client certificate required");
	}
	if (strncmp(url, "/idp/", 5) == 0)
		return answer_idp(sim, c, url + 4, method, body);
	if (autodiscover && is_sent_away(sim, c, &done))
		return done;
	if (sim->dav && is_dav_path(url))
		return answer_dav(sim, c, url, method, body);
	if (!sim->ews || (strncasecmp(url, "/ews/", 5) != 0 && !autodiscover))
		return queue_text(c, 404, "text/html", "");
	user = signin_user(sim, c, peer_of(c), &challenges);
	if (!user) {
		sim_count(sim, "401");
		sim_log(sim, "conn=%u op=%s status=401", connection_number(c),
			method);
		return queue_401(c, &challenges);
	}
	if (autodiscover)
		return answer_autodiscover(sim, c, url, method, body);
	if (strcasecmp(url, "/ews/exchange.asmx") != 0)
		return queue_text(c, 404, "text/html", "");
	if (strcmp(method, "POST") != 0)
		return queue_text(c, 200, "text/html",
				  "<html><body>Exchange.asmx</body></html>");
	return answer_ews(sim, c, user, body);
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *c,
				  const char *url, const char *method,
				  const char *version, const char *data,
				  size_t *size, void **con_cls)
{
	struct call *call = *con_cls;

	(void)version;
	if (!call) {
		call = xcalloc(1, sizeof(*call));
		str_init_max(&call->body, BODY_MAX);
		*con_cls = call;
		return MHD_YES;
	}
	if (*size > 0) {
		str_add_mem(&call->body, data, *size);
		*size = 0;
		return MHD_YES;
	}
	if (str_is_truncated(&call->body))
		return queue_text(c, 413, "text/html", "");
	return answer(cls, c, url, method, &call->body);
}

static void on_completed(void *cls, struct MHD_Connection *c, void **con_cls,
			 enum MHD_RequestTerminationCode code)
{
	struct call *call = *con_cls;

	(void)cls;
	(void)c;
	(void)code;
	if (!call)
		return;
	str_release(&call->body);
	free(call);
	*con_cls = NULL;
}

static void on_connection(void *cls, struct MHD_Connection *c,
			  void **socket_context,
			  enum MHD_ConnectionNotificationCode code)
{
	struct sim *sim = cls;
	struct peer *p;

	(void)c;
	if (code != MHD_CONNECTION_NOTIFY_STARTED) {
		peer_free(*socket_context);
		*socket_context = NULL;
		return;
	}
	p = xcalloc(1, sizeof(*p));
	pthread_mutex_lock(&sim->count_lock);
	p->number = (unsigned)++sim->connections;
	pthread_mutex_unlock(&sim->count_lock);
	*socket_context = p;
}

static bool parse_listen(const char *text, struct sockaddr_in *to,
			 struct err *err)
{
	const char *colon = strrchr(text, ':');
	char host[64];
	char *end;
	long port;

	if (!colon || (size_t)(colon - text) >= sizeof(host))
		return err_set(err, ERR_INPUT, "--listen %s: not HOST:PORT",
			       text);
	snprintf(host, sizeof(host), "%.*s", (int)(colon - text), text);
	port = strtol(colon + 1, &end, 10);
	memset(to, 0, sizeof(*to));
	to->sin_family = AF_INET;
	to->sin_port = htons((uint16_t)port);
	if (*end || port < 0 || port > 65535 ||
	    inet_pton(AF_INET,
		      strcmp(host, "localhost") == 0 ? "127.0.0.1" : host,
		      &to->sin_addr) != 1)
		return err_set(err, ERR_INPUT,
			       "--listen %s: not an IPv4 "
			       "address and port",
			       text);
	return true;
}

/* The options that make it speak TLS: MHD copies the texts. */
static bool read_tls(const struct http_tls *files, struct str *pem,
		     struct MHD_OptionItem *out, struct err *err)
{
	const char *const paths[] = {files->cert, files->key, files->client_ca};
	static const enum MHD_OPTION ids[] = {MHD_OPTION_HTTPS_MEM_CERT,
					      MHD_OPTION_HTTPS_MEM_KEY,
					      MHD_OPTION_HTTPS_MEM_TRUST};
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(paths) && files->cert; i++) {
		if (!paths[i])
			continue;
		if (!proc_read_file(paths[i], &pem[i], 1 << 20, err))
			return false;
		out[n++] = (struct MHD_OptionItem){ids[i], 0, pem[i].s};
	}
	out[n] = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
	return true;
}

struct MHD_Daemon *http_start(struct sim *sim, const char *listen,
			      const struct http_tls *files, int *port,
			      struct err *err)
{
	unsigned flags = MHD_USE_THREAD_PER_CONNECTION |
			 MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL;
	struct str pem[3] = {STR_INIT, STR_INIT, STR_INIT};
	struct MHD_OptionItem tls[4];
	const union MHD_DaemonInfo *info;
	struct MHD_Daemon *d;
	struct sockaddr_in to;

	if (!parse_listen(listen, &to, err))
		return NULL;
	if (!read_tls(files, pem, tls, err))
		return NULL;
	if (files->cert)
		flags |= MHD_USE_TLS;
	d = MHD_start_daemon(
		flags, 0, NULL, NULL, on_request, sim, MHD_OPTION_SOCK_ADDR,
		(struct sockaddr *)&to, MHD_OPTION_NOTIFY_COMPLETED,
		on_completed, NULL, MHD_OPTION_NOTIFY_CONNECTION, on_connection,
		sim, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)256 * 1024,
		MHD_OPTION_ARRAY, tls, MHD_OPTION_END);
	for (size_t i = 0; i < ARRAY_LEN(pem); i++)
		str_release(&pem[i]);
	if (!d) {
		err_errno(err, "cannot listen on %s%s", listen,
			  files->cert ? " with that certificate" : "");
		return NULL;
	}
	info = MHD_get_daemon_info(d, MHD_DAEMON_INFO_BIND_PORT);
	*port = info ? info->port : ntohs(to.sin_port);
	return d;
}

void http_stop(struct MHD_Daemon *d)
{
	MHD_stop_daemon(d);
}
