/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Out of office on Exchange 2000 and 2003 (dossier 19): the options page of
 * Outlook Web Access has the switch and the text, and takes a form that names
 * only what changes. One plain text for everybody, no schedule.
 */
#include <string.h>
#include "base/uri.h"
#include "net/page.h"
#include "proto/dav/dav.h"
#include "proto/services.h"

#define PAGE_MAX ((size_t)1 << 20)

static bool keep_page(void *ctx, const char *s, size_t len, struct err *err)
{
	struct str *page = ctx;

	if (page->len + len > PAGE_MAX)
		return err_set(err, ERR_PROTOCOL,
			       "the options page is too large to be one");
	str_add_mem(page, s, len);
	return true;
}

/* What 2007 lacks: the options went to another program, whose settings the web
 * services of a client access server change. */
static bool not_here(struct err *err)
{
	return err_set(
		err, ERR_UNSUPPORTED,
		"a mailbox server of Exchange 2007 has no out of office over "
		"WebDAV: it moved to the web services of the client access "
		"server; put that one's address, such as "
		"https://mail.example.org/EWS/Exchange.asmx, into the server "
		"setting");
}

/* --- reading ---------------------------------------------------------------- */

/* Where the assistant ends; the other options of the page follow. */
static const char *end_of_assistant(const char *page)
{
	const char *p = page;

	while ((p = strstr(p, "<!--"))) {
		const char *word = p + 4 + strspn(p + 4, " \t\r\n");

		if (strncasecmp(word, "End OOF Assist", 14) == 0)
			return p;
		p += 4;
	}
	return page + strlen(page);
}

/* The text of an area whose beginning is t; *end is behind it. */
static char *area_text(const struct page_tag *t, const char **end)
{
	const char *p = t->end, *close = strcasestr(p, "</textarea");
	struct str b = STR_INIT;
	char *text, *from;

	*end = close ? close : p;
	/* A line break right behind the tag is not part of the text (HTML). */
	p += *p == '\r';
	p += *p == '\n';
	text = page_unescape(p, close && close > p ? (size_t)(close - p) : 0);
	for (from = text; *from; from++)
		if (*from != '\r')
			str_add_char(&b, *from);
	free(text);
	return str_take(&b);
}

/* Reads the switch and the text. False: the page has no assistant. */
static bool read_page(const char *page, struct oof *out)
{
	const char *limit = end_of_assistant(page), *at = page;
	bool found = false, text = false;
	struct page_tag t;

	while (page_next_tag(at, &t) && t.name < limit) {
		char *name CLEANUP(mem_free_ptr) = page_attribute(&t, "name");

		at = t.end;
		if (page_is_tag(&t, "textarea")) {
			char *s = area_text(&t, &at);

			/* Its own name, else the one behind the switch. */
			if (str_eq_nocase(str_or_empty(name), "OofReply") ||
			    (found && !text)) {
				text = true;
				mem_replace(&out->internal, *s ? s : NULL);
				if (*s)
					continue;
			}
			free(s);
		} else if (page_is_tag(&t, "input") &&
			   str_eq_nocase(str_or_empty(name), "OofState")) {
			char *value CLEANUP(mem_free_ptr) =
				page_attribute(&t, "value");
			char *checked CLEANUP(mem_free_ptr) =
				page_attribute(&t, "checked");

			found = found || str_eq(value, "1");
			if (checked && str_eq(value, "1"))
				out->state = OOF_ENABLED;
		}
	}
	return found;
}

bool dav_oof_get(struct backend *b, const struct op *op, struct oof *out,
		 struct err *err)
{
	struct str page CLEANUP(str_release) = STR_INIT;
	char *path CLEANUP(mem_free_ptr) = NULL;
	struct dav_call c = {.method = "GET", .raw = keep_page, .ctx = &page};

	if (!dav_ready(b, op, err))
		return false;
	if (b->version == DAV_2007)
		return not_here(err);
	path = xasprintf("%s?Cmd=options", b->root);
	c.path = path;
	if (!dav_simple(b, op, &c, err))
		return err_add(err, "while reading the options page");
	oof_init(out);
	out->plain = true;
	/* Everybody gets the text. */
	out->audience = out->allowed = OOF_ALL;
	if (read_page(page.s, out))
		return true;
	oof_release(out);
	return err_set(err, ERR_UNSUPPORTED,
		       "the options page of this server's web access has no "
		       "out of office assistant: the site has switched it off");
}

/* --- changing --------------------------------------------------------------- */

static void add_text(struct str *b, const char *text)
{
	struct str lines CLEANUP(str_release) = STR_INIT;

	/* Forms have CRLF between lines (HTML 4.01 17.13.4). */
	for (; *text; text++)
		str_addf(&lines, "%s%c", *text == '\n' ? "\r" : "", *text);
	str_add(b, "&OofReply=");
	uri_add_escaped(b, lines.s, NULL);
}

bool dav_oof_set(struct backend *b, const struct op *op, const struct oof *o,
		 struct err *err)
{
	struct str body CLEANUP(str_release) = STR_INIT;
	struct dav_call c = {.method = "POST",
			     .type = "application/x-www-form-urlencoded",
			     .changes = true};
	struct err e = ERR_INIT;
	struct oof now;

	if (!dav_oof_get(b, op, &now, err))
		return false;
	str_addf(&body, "Cmd=options&OofState=%d", o->state == OOF_ENABLED);
	if (!str_eq(str_or_empty(now.internal), str_or_empty(o->internal)))
		add_text(&body, str_or_empty(o->internal));
	oof_release(&now);
	if (o->state == OOF_SCHEDULED)
		return err_set(err, ERR_UNSUPPORTED,
			       "this server has no schedule for out of office; "
			       "it can only be on or off");
	c.path = b->root;
	c.body = body.s;
	c.len = body.len;
	/* The page answers with the way back to itself. */
	if (dav_simple(b, op, &c, &e) || (e.number >= 300 && e.number < 400))
		return true;
	if (err)
		*err = e;
	return err_add(err, "while posting the options page");
}
