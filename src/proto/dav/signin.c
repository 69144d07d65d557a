/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "proto/dav/signin.h"
#include "base/log.h"
#include "net/forms.h"
#include "proto/connect.h"

#include <string.h>

#define PAGE_MAX ((size_t)256 * 1024)

/* The caller wipes and frees. */
static bool get_password(struct backend *b, bool retry, char **out,
			 struct err *err)
{
	*out = NULL;
	if (!b->host->password)
		return err_set(err, ERR_AUTH, "no password is set");
	if (!b->host->password(b->host->ctx, retry, out, err))
		return false;
	if (!*out)
		*out = xstrdup("");
	return true;
}

static void wipe(char *password)
{
	mem_wipe(password, strlen(password));
	free(password);
}

/* --- the form
 * ----------------------------------------------------------------- */
struct page_request {
	struct backend *b;
	const struct op *op;
	struct str *page;
};

static bool keep_page(void *ctx, const struct http_answer *a, const char *s,
		      size_t len, struct err *err)
{
	struct page_request *r = ctx;

	(void)a, (void)err;
	if (r->page->len + len <= PAGE_MAX)
		str_add_mem(r->page, s, len);
	return true;
}

static bool send_page(void *ctx, const char *url, const char *body,
		      struct http_answer *out, struct str *page,
		      struct err *err)
{
	struct page_request *p = ctx;
	static const char *const headers[] = {
		"Content-Type: application/x-www-form-urlencoded",
		"Accept: text/html", NULL};
	struct http_request r = {
		.method = body ? "POST" : "GET",
		.url = url,
		.headers = headers,
		.body = body,
		.len = body ? strlen(body) : 0,
		.repeatable = !body,
		.cancel = p->op ? p->op->cancel : NULL,
		.max_bytes = (int64_t)PAGE_MAX * 4,
		.receive = keep_page,
		.ctx = p,
		.label = "sign-in page",
	};

	p->page = page;
	if (p->b->transport) {
		struct dav_sent sent = {r.method, url, NULL,
					str_or_empty(body)};

		*out = (struct http_answer){.status = 200};
		return p->b->transport(p->b->transport_ctx, &sent, out, page,
				       err);
	}
	return http_send(p->b->http, &r, out, err);
}

/* It was no sign-in of the mailbox: some page on the way, once. */
static void forget_forms(struct backend *b, struct err *err)
{
	b->forms = b->session = false;
	mem_replace(&b->forms_start, NULL);
	if (b->http) {
		http_free(b->http);
		b->http = connect_http(b->account, b->host);
	}
	err_set(err, ERR_AUTH,
		"a sign-in or portal page came instead of Exchange's answer, "
		"and it has no form for a name and a password; check the "
		"server setting and the network");
}

/* Fills in the form, with a second password when the first is refused. */
static bool log_on(struct signin *s, struct err *err)
{
	struct backend *b = s->b;
	struct page_request request = {.b = b, .op = s->op};
	struct forms_login login = {.start = b->forms_start,
				    .user = connect_user(b->account),
				    .allow_plain = b->account->allow_plain_http,
				    .send = send_page,
				    .ctx = &request};

	if (b->http) {
		/* The cookies are the sign-in from now on. */
		http_set_signin(b->http, NULL);
		http_forget_cookies(b->http);
	}
	for (;;) {
		struct err e = ERR_INIT;
		char *password;
		bool ok;

		if (!get_password(b, b->refused, &password, err))
			return false;
		login.password = password;
		ok = forms_log_on(&login, &e);
		wipe(password);
		if (ok) {
			b->session = true;
			return true;
		}
		if (str_eq(e.code, "refused") && !s->asked && !b->refused) {
			s->asked = b->refused = true;
			continue;
		}
		if (e.kind == ERR_UNSUPPORTED)
			forget_forms(b, &e);
		if (err)
			*err = e;
		return false;
	}
}

/* --- before and after
 * ----------------------------------------------------------- */
bool signin_before(struct signin *s, const char *path, struct err *err)
{
	struct backend *b = s->b;

	if (b->forms && !b->session) {
		/* From the mailbox, where it is known: a form that stands in
		 * the place of another page may have no address of its own. */
		if (!b->forms_start)
			b->forms_start = xasprintf("%s%s", b->origin,
						   b->root ? b->root : path);
		return log_on(s, err);
	}
	return true;
}

/* Looks whether the mailbox itself still answers: then the password is good and
 * the place was forbidden. */
static bool root_answers(struct backend *b, const struct op *op)
{
	static const char *const headers[] = {"Depth: 0", "Brief: t", NULL};
	static const char body[] =
		"<?xml version=\"1.0\"?><D:propfind xmlns:D=\"DAV:\"><D:prop>"
		"<D:displayname/></D:prop></D:propfind>";
	struct dav_call c = {.method = "PROPFIND",
			     .path = b->root,
			     .headers = headers,
			     .body = body,
			     .len = sizeof(body) - 1};
	bool ok;

	if (b->probing || !b->root)
		return false;
	b->probing = true;
	ok = dav_simple(b, op, &c, NULL);
	b->probing = false;
	return ok;
}

static void refuse(struct backend *b, const struct http_answer *a,
		   struct err *err)
{
	b->accepted = false;
	b->refused = true;
	err_set(err, ERR_AUTH,
		"the server refused the name or password, or the account may "
		"not use this service");
	err->number = a->status;
}

static bool again_after_form(struct signin *s, const struct dav_call *call,
			     struct err *err)
{
	struct backend *b = s->b;

	b->forms = true;
	b->session = false;
	/* Once, whether the session ended or there was none yet. */
	if (!s->repeated) {
		s->repeated = true;
		return true;
	}
	if (b->probing)
		return false;
	b->session = true; /* the form was taken: try it on the mailbox */
	if (b->accepted && root_answers(b, s->op)) {
		dav_status_error(call->answer.status == 440 ? 440 : 401,
				 call->place, err);
		return false;
	}
	b->session = false;
	refuse(b, &call->answer, err);
	if (s->asked)
		return false;
	s->asked = true;
	return true;
}

/* The connection has tried all ways, the good one twice: what stands is about
 * this object, or everything (4.2). */
static void judge_401(struct signin *s, const struct dav_call *call,
		      struct err *err)
{
	struct backend *b = s->b;

	if (b->probing)
		return;
	if ((b->forms && b->session) ||
	    (b->accepted && root_answers(b, s->op))) {
		dav_status_error(401, call->place, err);
		return;
	}
	refuse(b, &call->answer, err);
}

bool signin_again(struct signin *s, enum signin_need need,
		  const struct dav_call *call, struct err *err)
{
	struct backend *b = s->b;

	if (need == SIGNIN_NEED_FORM)
		return again_after_form(s, call, err);
	if (need == SIGNIN_NEED_PASSWORD) {
		judge_401(s, call, err);
		return false;
	}
	if (call->answer.status != 0 && call->answer.status != 407) {
		/* 404 may also be said to strangers (14). */
		if (call->answer.status != 404)
			b->accepted = true;
		if (err->kind == ERR_NONE)
			b->refused = false;
	}
	return false;
}
