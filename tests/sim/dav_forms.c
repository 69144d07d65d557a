/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Forms-based sign-in of 2003 and 2007 (dossier 4.3). */
#include "tests/sim/dav.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "base/codec.h"

static bool is_2007(const struct dav *d)
{
	return d->sim->dav_version == DAV_2007;
}

static const char *page_path(const struct dav *d)
{
	return is_2007(d) ? "/owa/auth/logon.aspx"
			  : "/exchweb/bin/auth/owalogon.asp";
}

static const char *post_path(const struct dav *d)
{
	return is_2007(d) ? "/owa/auth/owaauth.dll"
			  : "/exchweb/bin/auth/owaauth.dll";
}

static void add_page(struct dav *d, const char *url)
{
	str_add(&d->out,
		"<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.0 "
		"Transitional//EN\">\r\n<html><head><title>Microsoft Outlook "
		"Web Access</title></head><body>\r\n<FORM "
		"action=\"owaauth.dll\""
		" method=\"POST\" name=\"logonForm\" autocomplete=\"off\">\r\n"
		"<INPUT type=\"hidden\" name=\"destination\" value=\"");
	xw_text(&d->out, url);
	str_add(&d->out,
		"\">\r\n<INPUT type='hidden' name='flags' value='0'>\r\n"
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

/* cadata carries who it is for, and which generation of cookies it is of. */
static void set_cookies(struct dav *d, const struct box *box)
{
	struct str raw CLEANUP(str_release) = STR_INIT;
	struct str text CLEANUP(str_release) = STR_INIT;

	str_addf(&raw, "%s|%u|+/=%s", box->alias, d->sim->dav_cookies,
		 d->sim->token);
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
	unsigned generation = 0;
	char alias[128];

	if (!p || !strstr(cookies, d->sim->token))
		return NULL;
	p += strlen("cadata=\"2,");
	if (!codec_base64_decode(&raw, p, strcspn(p, "\"")) || !raw.s ||
	    sscanf(raw.s, "%127[^|]|%u|", alias, &generation) != 2 ||
	    generation != d->sim->dav_cookies)
		return NULL;
	state_lock(d->st);
	for (size_t i = 0; i < d->st->boxes.n; i++)
		if (str_eq(d->st->boxes.v[i]->alias, alias))
			found = d->st->boxes.v[i];
	state_unlock(d->st);
	return found;
}

static void take_post(struct dav *d)
{
	char *user CLEANUP(mem_free_ptr) = dav_form_field(d, "username");
	char *password CLEANUP(mem_free_ptr) = dav_form_field(d, "password");
	char *to CLEANUP(mem_free_ptr) = dav_form_field(d, "destination");
	struct box *box = NULL;

	state_lock(d->st);
	if (user && password)
		box = box_of(d, user, password);
	state_unlock(d->st);
	d->status = 302;
	dav_header(d, "Location: %s", to ? to : "/exchange/");
	if (box)
		set_cookies(d, box);
	else
		/* Only the next request shows that they are bad. */
		dav_header(d, "Set-Cookie: sessionid=none,0x409; path=/");
}

bool dav_forms(struct dav *d)
{
	const char *url = d->query(d->connection, "url");

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
			add_page(d, str_or_empty(url));
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
	dav_header(d, "MS-WebStorage: %s", dav_storage(d->sim));
	if (page && cmd && str_eq_nocase(cmd, "options")) {
		add_page(d, d->path); /* the form in its place (19) */
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
