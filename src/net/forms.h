/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef NET_FORMS_H
#define NET_FORMS_H
/*
 * Signing in on a web page (dossier WebDAV 4.3): finding the form, filling it
 * in and posting it. The session is the cookies, which the transport keeps.
 * Knows Outlook Web Access 2003 (owaauth.dll), 2007 and later (/owa/auth) and
 * gateways of the same kind (CookieAuth.dll) by what every such form has: a
 * password field. Credentials are posted only to the host that was asked, and
 * never in the clear unless that is allowed.
 */
#include "net/http.h"

/* One request of the caller's connection, without credentials: GET where body
 * is NULL, else a POST of a form. True: an answer came; out->status and
 * location are set, page holds its body (bounded). */
typedef bool (*forms_send_fn)(void *ctx, const char *url, const char *body,
			      struct http_answer *out, struct str *page,
			      struct err *err);

struct forms_login {
	const char *start; /* address that asked for the sign-in */
	const char *user, *password;
	bool allow_plain; /* the form may travel over http: */
	forms_send_fn send;
	void *ctx;
};

/* Signs in. Fails with ERR_AUTH (err->code "refused") when the page comes
 * again, ERR_UNSUPPORTED when there is no form that this understands, ERR_INPUT
 * when it leads to another host or out of encryption, or as send does. */
bool forms_log_on(const struct forms_login *l, struct err *err) MUST_CHECK;

/* Does an answer ask for such a sign-in? 440, a redirect to a logon page, or
 * (page: the beginning of the body) the page itself with status 200. */
bool forms_is_challenge(const struct http_answer *a, const char *page);

/* The form of a page: for tests. */
struct forms_page {
	char *action; /* absolute */
	char *user_field, *password_field;
	struct strv names, values; /* the other fields, in order */
};
/* False: the page has no form with a password. */
bool forms_read(struct forms_page *out, const char *page,
		const char *url) MUST_CHECK;
void forms_page_release(struct forms_page *p);
/* The body to post. */
void forms_add_body(struct str *b, const struct forms_page *p, const char *user,
		    const char *password);
#endif
