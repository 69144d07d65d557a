/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Forms-based sign-in of 2003 and 2007, and of ISA Server in front of one
 * (dossier 4.3). Every sign-in begins a session; its cookie says which, and
 * how often it was issued anew, for servers do that on any answer and take the
 * old ones for a while only.
 */
#include "tests/sim/dav.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "base/codec.h"

enum { COOKIES_KEPT = 12 }; /* requests may be under way with older ones */

static bool is_2007(const struct dav *d)
{
	return d->sim->dav_version == DAV_2007;
}

static bool is_isa(const struct dav *d)
{
	return (d->sim->signin.methods & SIGNIN_ISA) != 0;
}

static const char *page_path(const struct dav *d)
{
	return is_isa(d)    ? "/CookieAuth.dll"
	       : is_2007(d) ? "/owa/auth/logon.aspx"
			    : "/exchweb/bin/auth/owalogon.asp";
}

static const char *post_path(const struct dav *d)
{
	return is_isa(d)    ? "/CookieAuth.dll"
	       : is_2007(d) ? "/owa/auth/owaauth.dll"
			    : "/exchweb/bin/auth/owaauth.dll";
}

static void add_hidden(struct dav *d, const char *name, const char *value)
{
	str_addf(&d->out, "<INPUT type=\"hidden\" name=\"%s\" value=\"", name);
	xw_text(&d->out, value);
	str_add(&d->out, "\">\r\n");
}

/* in_place: instead of another page, so that the address is whole. */
static void add_page(struct dav *d, const char *url, bool in_place)
{
	str_addf(&d->out,
		 "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.0 "
		 "Transitional//EN\">\r\n<html><head><title>Microsoft Outlook "
		 "Web Access</title></head><body>\r\n<FORM action=\"%s\" "
		 "method=\"POST\" name=\"logonForm\" autocomplete=\"off\">\r\n",
		 is_isa(d)  ? "/CookieAuth.dll?Logon"
		 : in_place ? post_path(d)
			    : "owaauth.dll");
	add_hidden(d, is_isa(d) ? "curl" : "destination", url);
	add_hidden(d, "flags", "0");
	/* Later ones have more, and want all of it back. */
	if (is_2007(d) || is_isa(d))
		add_hidden(d, "forcedownlevel", "0");
	if (is_isa(d))
		add_hidden(d, "formdir", "1");
	else if (is_2007(d))
		add_hidden(d, "isUtf8", "1");
	str_add(&d->out,
		"<input type=\"radio\" name=\"trusted\" value=\"0\" checked>"
		"<input type=\"radio\" name=\"trusted\" value=\"4\">\r\n"
		"<input name=username id=username type=text>\r\n"
		"<input name=\"password\" type=\"password\">\r\n"
		"<input type=\"submit\" name=\"SubmitCreds\" value=\"Log On\">"
		"\r\n</FORM></body></html>\r\n");
}

static int hex(char c)
{
	return isdigit((unsigned char)c) ? c - '0'
					 : tolower((unsigned char)c) - 'a' + 10;
}

char *dav_form_field(const struct dav *d, const char *name)
{
	size_t n = strlen(name);
	const char *p = str_or_empty(d->body);

	while (p && *p) {
		struct str b = STR_INIT;

		if (strncmp(p, name, n) != 0 || p[n] != '=') {
			p = strchr(p, '&');
			p += p != NULL;
			continue;
		}
		for (p += n + 1; *p && *p != '&'; p++) {
			if (*p == '%' && isxdigit((unsigned char)p[1]) &&
			    isxdigit((unsigned char)p[2])) {
				str_add_char(
					&b, (char)(hex(p[1]) * 16 + hex(p[2])));
				p += 2;
			} else {
				str_add_char(&b, *p == '+' ? ' ' : *p);
			}
		}
		return str_take(&b);
	}
	return NULL;
}

/* DOMAIN\user, user or the address, and its password. */
static struct box *box_of(struct dav *d, const char *name, const char *password)
{
	const char *slash = strrchr(name, '\\');
	struct box *found = NULL;

	if (slash)
		name = slash + 1;
	for (size_t i = 0; i < d->st->boxes.n; i++) {
		struct box *box = d->st->boxes.v[i];

		if ((str_eq_nocase(box->alias, name) ||
		     str_eq_nocase(box->address, name)) &&
		    str_eq(box->password, password))
			found = box;
	}
	return found;
}

/* cadata carries who it is for, which generation of cookies it is of, of which
 * session, and the how many-eth there. */
static void set_cookies(struct dav *d, const struct box *box, size_t session)
{
	struct str raw CLEANUP(str_release) = STR_INIT;
	struct str text CLEANUP(str_release) = STR_INIT;

	str_addf(&raw, "%s|%u|%zu|%u|+/=%s", box->alias, d->sim->dav_cookies,
		 session, d->sim->dav_sessions.v[session], d->sim->token);
	codec_base64_add(&text, raw.s, raw.len);
	dav_header(d, "Set-Cookie: sessionid=%s,0x409; path=/", d->sim->token);
	dav_header(d, "Set-Cookie: cadata=\"2,%s\"; HttpOnly; path=/%s", text.s,
		   d->sim->tls ? "; secure" : "");
}

struct box *dav_forms_user(struct dav *d)
{
	const char *cookies = d->header(d->connection, "Cookie");
	const char *p = cookies ? strstr(cookies, "cadata=\"2,") : NULL;
	struct str raw CLEANUP(str_release) = STR_INIT;
	struct box *found = NULL;
	unsigned generation = 0, serial = 0;
	size_t session = 0;
	char alias[128];

	if (!p || !strstr(cookies, d->sim->token))
		return NULL;
	p += strlen("cadata=\"2,");
	if (!codec_base64_decode(&raw, p, strcspn(p, "\"")) || !raw.s ||
	    sscanf(raw.s, "%127[^|]|%u|%zu|%u|", alias, &generation, &session,
		   &serial) != 4)
		return NULL;
	state_lock(d->st);
	for (size_t i = 0; i < d->st->boxes.n; i++)
		if (str_eq(d->st->boxes.v[i]->alias, alias))
			found = d->st->boxes.v[i];
	if (generation != d->sim->dav_cookies ||
	    session >= d->sim->dav_sessions.n ||
	    serial + COOKIES_KEPT < d->sim->dav_sessions.v[session])
		found = NULL;
	if (found && d->sim->dav_reissue) {
		d->sim->dav_sessions.v[session]++;
		set_cookies(d, found, session);
	}
	state_unlock(d->st);
	return found;
}

static bool sent(const struct dav *d, const char *name)
{
	char *value = dav_form_field(d, name);

	free(value);
	return value != NULL;
}

static void take_post(struct dav *d)
{
	char *user CLEANUP(mem_free_ptr) = dav_form_field(d, "username");
	char *password CLEANUP(mem_free_ptr) = dav_form_field(d, "password");
	char *to CLEANUP(mem_free_ptr) =
		dav_form_field(d, is_isa(d) ? "curl" : "destination");
	bool whole = !is_2007(d) || is_isa(d) || sent(d, "isUtf8");
	struct box *box = NULL;

	if (is_2007(d) || is_isa(d))
		whole = whole && sent(d, "forcedownlevel");
	state_lock(d->st);
	if (user && password && whole && to)
		box = box_of(d, user, password);
	if (box) {
		vec_add(&d->sim->dav_sessions, 0);
		set_cookies(d, box, d->sim->dav_sessions.n - 1);
	}
	state_unlock(d->st);
	d->status = 302;
	dav_header(d, "Location: %s", to && !is_isa(d) ? to : "/exchange/");
	/* Only the next request shows that they are bad. */
	if (!box)
		dav_header(d, "Set-Cookie: sessionid=none,0x409; path=/");
}

bool dav_forms(struct dav *d)
{
	const char *url =
		d->query(d->connection, is_isa(d) ? "GetLogon?curl" : "url");

	d->type = "text/html";
	if (strcasecmp(d->path, post_path(d)) == 0 &&
	    str_eq(d->method, "POST")) {
		d->name = "DAV-logon";
		take_post(d);
		return true;
	}
	if (strcasecmp(d->path, page_path(d)) == 0) {
		d->name = "DAV-logon-page";
		d->status = str_eq_nocase(str_or_empty(d->header(d->connection,
								 "Translate")),
					  "f")
				    ? 403
				    : 200;
		if (d->status == 200)
			add_page(d, str_or_empty(url), false);
		return true;
	}
	return false;
}

void dav_forms_refuse(struct dav *d)
{
	const char *cmd = d->query(d->connection, "Cmd");
	bool page = (str_eq(d->method, "GET") || str_eq(d->method, "HEAD")) &&
		    !str_eq_nocase(
			    str_or_empty(d->header(d->connection, "Translate")),
			    "f");

	d->type = "text/html";
	d->name = "DAV-440";
	if (is_isa(d)) {
		/* It knows no WebDAV, and sends everybody to its form. */
		struct str curl CLEANUP(str_release) = STR_INIT;

		for (const char *p = d->path; *p; p++)
			if (*p == '/')
				str_add(&curl, "Z2F");
			else
				str_add_char(&curl, *p);
		d->status = 302;
		dav_header(d,
			   "Location: %s%s?GetLogon?curl=%s&reason=%d&"
			   "formdir=1",
			   d->base, page_path(d), curl.s,
			   d->header(d->connection, "Cookie") ? 2 : 0);
		return;
	}
	dav_header(d, "MS-WebStorage: %s", dav_storage(d->sim));
	if (page && cmd && str_eq_nocase(cmd, "options")) {
		add_page(d, d->path, true); /* the form in its place (19) */
		return;
	}
	if (page) {
		d->status = 302;
		dav_header(d, "Location: %s%s?url=%s%s&reason=%d", d->base,
			   page_path(d), d->base, d->path,
			   d->header(d->connection, "Cookie") ? 2 : 0);
		return;
	}
	d->status = 440;
	dav_header(d, "Set-Cookie: sessionid=; path=/; expires=Thu, "
		      "01-Jan-1970 00:00:00 GMT");
	dav_header(d, "Set-Cookie: cadata=; path=/; expires=Thu, 01-Jan-1970 "
		      "00:00:00 GMT");
	dav_header(d, "Connection: close");
}
