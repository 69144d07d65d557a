/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "net/forms.h"
#include "base/log.h"
#include "base/uri.h"
#include "net/page.h"

#include <stdio.h>
#include <string.h>

#define HOPS_MAX 6 /* redirects from the address to the form */

/* --- a page's form ---------------------------------------------------------
 */
void forms_page_release(struct forms_page *p)
{
	free(p->action);
	free(p->user_field);
	free(p->password_field);
	strv_release(&p->names);
	strv_release(&p->values);
	*p = (struct forms_page){0};
}

static void add_field(struct forms_page *p, const char *name, const char *value)
{
	strv_add(&p->names, name);
	strv_add(&p->values, str_or_empty(value));
}

/* A private computer's session lasts a day instead of minutes; then `flags`
 * must say so too (4.3). */
static void prefer_private(struct forms_page *p)
{
	bool trusted = false;

	for (size_t i = 0; i < p->names.n; i++)
		trusted |= str_eq_nocase(p->names.v[i], "trusted") &&
			   str_eq(p->values.v[i], "4");
	for (size_t i = 0; trusted && i < p->names.n; i++)
		if (str_eq_nocase(p->names.v[i], "flags")) {
			long flags = strtol(p->values.v[i], NULL, 10);

			free(p->values.v[i]);
			p->values.v[i] = xasprintf("%ld", flags | 4);
		}
}

static void read_input(struct forms_page *p, const struct page_tag *t)
{
	char *type CLEANUP(mem_free_ptr) = page_attribute(t, "type");
	char *name CLEANUP(mem_free_ptr) = page_attribute(t, "name");
	char *value CLEANUP(mem_free_ptr) = page_attribute(t, "value");
	const char *kind = type && *type ? type : "text";

	if (!name || !*name)
		return;
	if (str_eq_nocase(kind, "password")) {
		if (!p->password_field)
			p->password_field = xstrdup(name);
	} else if (str_eq_nocase(kind, "text") ||
		   str_eq_nocase(kind, "email")) {
		if (!p->user_field)
			p->user_field = xstrdup(name);
	} else if (str_eq_nocase(kind, "hidden") ||
		   str_eq_nocase(kind, "submit")) {
		add_field(p, name, value);
	} else if (str_eq_nocase(kind, "radio")) {
		/* "This is a private computer" stands for itself. */
		if (str_eq(value, "4"))
			add_field(p, name, value);
	}
}

bool forms_read(struct forms_page *out, const char *page, const char *url)
{
	struct forms_page p = {0};
	struct page_tag t;
	bool inside = false;

	strv_init(&p.names);
	strv_init(&p.values);
	for (const char *at = page; page_next_tag(at, &t); at = t.end) {
		if (page_is_tag(&t, "form")) {
			char *action CLEANUP(mem_free_ptr) =
				page_attribute(&t, "action");

			forms_page_release(&p);
			strv_init(&p.names);
			strv_init(&p.values);
			p.action = uri_resolve(url, action && *action ? action
								      : url);
			inside = true;
		} else if (t.is_end && t.len == 4 &&
			   strncasecmp(t.name, "form", 4) == 0) {
			if (p.password_field)
				break;
			inside = false;
		} else if (inside && page_is_tag(&t, "input")) {
			read_input(&p, &t);
		}
	}
	if (!p.action || !p.password_field || !p.user_field) {
		forms_page_release(&p);
		return false;
	}
	prefer_private(&p);
	*out = p;
	return true;
}

static void add_pair(struct str *b, const char *name, const char *value)
{
	if (b->len)
		str_add_char(b, '&');
	uri_add_escaped(b, name, NULL);
	str_add_char(b, '=');
	uri_add_escaped(b, value, NULL);
}

void forms_add_body(struct str *b, const struct forms_page *p, const char *user,
		    const char *password)
{
	for (size_t i = 0; i < p->names.n; i++)
		add_pair(b, p->names.v[i], p->values.v[i]);
	add_pair(b, p->user_field, user);
	add_pair(b, p->password_field, password);
}

/* --- is it one? -------------------------------------------------------------
 */
static bool is_logon_address(const char *to)
{
	static const char *const signs[] = {"/exchweb/bin/auth/",
					    "owalogon.asp", "/auth/logon.aspx",
					    "cookieauth.dll", "owaauth"};

	for (size_t i = 0; to && i < ARRAY_LEN(signs); i++)
		if (strcasestr(to, signs[i]))
			return true;
	return false;
}

/* A field for a password, however its markup is written. */
static bool asks_password(const char *page)
{
	struct page_tag t;

	if (!strcasestr(page, "<form"))
		return false;
	for (const char *at = page; page_next_tag(at, &t); at = t.end) {
		char *type CLEANUP(mem_free_ptr) =
			page_is_tag(&t, "input") ? page_attribute(&t, "type")
						 : NULL;

		if (str_eq_nocase(type, "password"))
			return true;
	}
	return false;
}

bool forms_is_challenge(const struct http_answer *a, const char *page)
{
	if (a->status == 440)
		return true;
	if (a->status >= 300 && a->status < 400)
		return is_logon_address(a->location);
	return a->status == 200 && page && asks_password(page);
}

/* --- signing in --------------------------------------------------------------
 */
/* The same host, and not from encrypted to plain. */
static bool may_go(const char *from, const char *to, struct err *err)
{
	struct uri a = {0}, b = {0};
	bool ok = uri_parse(&a, from) && uri_parse(&b, to) && a.host &&
		  b.host && a.scheme && b.scheme;

	if (!ok)
		err_set(err, ERR_PROTOCOL,
			"the sign-in page leads to an unusable address");
	else if (strcmp(a.host, b.host) != 0)
		ok = err_set(err, ERR_INPUT,
			     "the sign-in page leads to another server, %s, "
			     "which does not get the password; if that is "
			     "right, put it into the server setting",
			     b.host);
	else if (strcmp(a.scheme, "https") == 0 &&
		 strcmp(b.scheme, "https") != 0)
		ok = err_set(err, ERR_INPUT,
			     "the sign-in page leads out of encryption, so the "
			     "password was not sent");
	uri_release(&a);
	uri_release(&b);
	return ok;
}

/* Follows redirects from the start to the page with the form. */
static bool find_form(const struct forms_login *l, struct forms_page *out,
		      struct err *err)
{
	char *url CLEANUP(mem_free_ptr) = xstrdup(l->start);

	for (int hop = 0; hop < HOPS_MAX; hop++) {
		struct http_answer a = {0};
		struct str page CLEANUP(str_release) = STR_INIT;
		char *next = NULL;
		bool ok = l->send(l->ctx, url, NULL, &a, &page, err);

		if (ok && a.status >= 300 && a.status < 400 && a.location)
			next = uri_resolve(url, a.location);
		else if (ok && forms_read(out, page.s, url)) {
			http_answer_release(&a);
			return may_go(l->start, out->action, err) ||
			       (forms_page_release(out), false);
		} else if (ok)
			ok = err_set(err, ERR_UNSUPPORTED,
				     "the server wants a sign-in on a web page "
				     "that has no form for a name and a "
				     "password (status %d)",
				     a.status);
		http_answer_release(&a);
		if (ok && (!next || !may_go(l->start, next, err)))
			ok = false;
		if (!ok) {
			free(next);
			return false;
		}
		mem_replace(&url, next);
	}
	return err_set(err, ERR_PROTOCOL,
		       "the sign-in page is behind too many redirects");
}

static bool is_plain(const char *url)
{
	return str_starts(url, "http:");
}

static bool post_form(const struct forms_login *l, const struct forms_page *p,
		      struct err *err)
{
	struct str body = STR_INIT, page = STR_INIT;
	struct http_answer a = {0};
	bool ok;

	/* One allocation, so that no copy is left behind by growing. */
	str_reserve(&body, 8192 + 3 * strlen(l->password));
	forms_add_body(&body, p, l->user, l->password);
	ok = l->send(l->ctx, p->action, body.s, &a, &page, err);
	mem_wipe(body.s, body.len);
	if (ok && (forms_is_challenge(&a, page.s) ||
		   (a.location && strstr(a.location, "reason=2")))) {
		ok = err_set(err, ERR_AUTH,
			     "the server refused the name or password");
		if (err)
			snprintf(err->code, sizeof(err->code), "refused");
	} else if (ok && a.status >= 400) {
		ok = err_set(err, a.status >= 500 ? ERR_SERVER : ERR_AUTH,
			     "the sign-in page answers with status %d",
			     a.status);
	}
	str_release(&body);
	str_release(&page);
	http_answer_release(&a);
	return ok;
}

bool forms_log_on(const struct forms_login *l, struct err *err)
{
	struct forms_page p;
	bool ok;

	if (!find_form(l, &p, err))
		return false;
	if (is_plain(p.action) && !l->allow_plain)
		ok = err_set(err, ERR_INPUT,
			     "%s is not encrypted, so the password was not "
			     "sent; use https://, or allow-plain-http = yes "
			     "where the line is safe",
			     p.action);
	else
		ok = post_form(l, &p, err);
	log_at(LOG_INFO, "forms", "signing in at %s: %s", p.action,
	       ok    ? "done"
	       : err ? err->text
		     : "failed");
	forms_page_release(&p);
	return ok;
}
