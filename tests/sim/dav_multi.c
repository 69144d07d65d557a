/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* 207 answers as Exchange shapes them (dossier 2.2, 2.3). */
#include "tests/sim/dav.h"

#include <string.h>
#include "base/clock.h"

#define NS_DAV "DAV:"
#define NS_DT "urn:uuid:c2f41010-65b3-11d1-a29f-00aa00c14882/"
#define NS_XML "xml:"

static const char *reason(int status)
{
	switch (status) {
	case 200:
		return "OK";
	case 201:
		return "Created";
	case 204:
		return "No Content";
	case 401:
		return "Unauthorized";
	case 403:
		return "Forbidden";
	case 404:
		return "Resource Not Found";
	case 409:
		return "Conflict";
	case 412:
		return "Precondition Failed";
	case 422:
		return "Unprocessable Entity";
	case 423:
		return "Locked";
	case 507:
		return "Insufficient Storage";
	default:
		return "Error";
	}
}

void multi_init(struct multi *m, struct dav *d)
{
	m->d = d;
	str_init(&m->body);
	str_init(&m->extra);
	strv_init(&m->ns);
	/* The letters that Exchange gives these are a, b and c. */
	strv_add(&m->ns, NS_DAV);
	strv_add(&m->ns, NS_DT);
	strv_add(&m->ns, NS_XML);
}

/* "a" to "z", then "aa" ...: lives until the next call but one. */
static const char *letters(size_t i, char out[4])
{
	char *p = out;

	if (i >= 26)
		*p++ = (char)('a' + i / 26 - 1);
	*p++ = (char)('a' + i % 26);
	*p = 0;
	return out;
}

const char *multi_prefix(struct multi *m, const char *ns, size_t len)
{
	static _Thread_local char out[4];
	size_t i = 0;

	while (i < m->ns.n &&
	       (strlen(m->ns.v[i]) != len || strncmp(m->ns.v[i], ns, len) != 0))
		i++;
	if (i == m->ns.n) {
		char *copy = xstrndup(ns, len);

		strv_add(&m->ns, copy);
		free(copy);
	}
	return letters(i, out);
}

void multi_href(struct multi *m, const char *href)
{
	str_add(&m->body, "<a:response><a:href>");
	xw_text(&m->body, href);
	str_add(&m->body, "</a:href>");
}

void multi_open(struct multi *m, const struct resource *r)
{
	struct str href CLEANUP(str_release) = STR_INIT;

	dav_add_href(m->d, &href, r);
	multi_href(m, href.s);
}

void multi_status(struct multi *m, int status)
{
	str_addf(&m->body, "<a:status>HTTP/1.1 %d %s</a:status>", status,
		 reason(status));
}

void multi_location(struct multi *m, const struct resource *now)
{
	struct str href CLEANUP(str_release) = STR_INIT;
	struct str uid CLEANUP(str_release) = STR_INIT;
	const char *ns = "http://schemas.microsoft.com/repl/";

	dav_add_href(m->d, &href, now);
	str_add(&m->body, "<a:location>");
	xw_text(&m->body, href.s);
	str_add(&m->body, "</a:location>");
	dav_add_repl_uid(&uid, now);
	const char *p = multi_prefix(m, ns, strlen(ns));

	str_addf(&m->body, "<%s:repl-uid>%s</%s:repl-uid>", p, uid.s, p);
}

static const char *dt_of(char type)
{
	switch (type) {
	case 'N':
		return "int";
	case 'B':
		return "boolean";
	case 'F':
		return "float";
	case 'D':
		return "dateTime.tz";
	case 'M':
		return "mv.string";
	case 'L':
		return "mv.int";
	case 'Q':
		return "mv.bin.base64";
	case 'E':
		return "mv.dateTime.tz";
	case 'X':
		return "bin.base64";
	default:
		return NULL;
	}
}

static void add_value(struct multi *m, const struct dav_val *v)
{
	struct str *b = &m->body;

	switch (v->type) {
	case 'N':
	case 'B':
		str_addf(b, "%lld", (long long)v->number);
		break;
	case 'D':
		clock_add_iso(b, v->number);
		/* with thousandths */
		if (b->len && b->s[b->len - 1] == 'Z') {
			str_cut(b, b->len - 1);
			str_add(b, ".000Z");
		}
		break;
	case 'M':
	case 'L':
	case 'Q':
	case 'E':
		for (size_t i = 0; i < v->list.n; i++) {
			str_add(b, "<c:v>");
			xw_text(b, v->list.v[i]);
			str_add(b, "</c:v>");
		}
		break;
	case 'S': /* elements, as they are */
		str_add(b, str_or_empty(v->text.s));
		break;
	default:
		if (v->text.len && v->text.s[0] == 1)
			str_addf(b, "<a:%s/>", v->text.s + 1);
		else
			xw_text(b, v->text.s ? v->text.s : "");
		break;
	}
}

/* <d:read b:dt="boolean">0</d:read>; v NULL: empty. Names such as 0x8570 go
 * out as they are, although no XML allows them (2.4). */
static void add_prop(struct multi *m, const struct dav_prop *p,
		     const struct dav_val *v)
{
	const char *prefix = multi_prefix(m, p->uri, p->ns);
	const char *dt = v ? dt_of(v->type) : NULL;
	struct str name CLEANUP(str_release) = STR_INIT;

	str_addf(&name, "%s:%s", prefix, p->uri + p->ns);
	str_addf(&m->body, "<%s", name.s);
	if (dt)
		str_addf(&m->body, " b:dt=\"%s\"", dt);
	if (!v) {
		str_add(&m->body, "/>");
		return;
	}
	str_add_char(&m->body, '>');
	add_value(m, v);
	str_addf(&m->body, "</%s>", name.s);
}

void multi_propstat(struct multi *m, int status, const struct dav_props *props)
{
	if (!props->n)
		return;
	str_add(&m->body, "<a:propstat>");
	multi_status(m, status);
	str_add(&m->body, "<a:prop>");
	for (size_t i = 0; i < props->n; i++)
		add_prop(m, &props->v[i], NULL);
	str_add(&m->body, "</a:prop></a:propstat>");
}

void multi_props(struct multi *m, const struct resource *r,
		 const struct dav_props *props)
{
	struct dav_props missing = {0};
	bool open = false;

	for (size_t i = 0; i < props->n; i++) {
		struct dav_val v;

		if (!dav_value(m->d, r, &props->v[i], &v)) {
			vec_add(&missing, props->v[i]);
		} else {
			if (!open) {
				str_add(&m->body, "<a:propstat>");
				multi_status(m, 200);
				str_add(&m->body, "<a:prop>");
			}
			open = true;
			add_prop(m, &props->v[i], &v);
		}
		dav_val_release(&v);
	}
	if (open)
		str_add(&m->body, "</a:prop></a:propstat>");
	if (!m->d->brief)
		multi_propstat(m, 404, &missing);
	vec_release(&missing);
}

void multi_close(struct multi *m)
{
	str_add(&m->body, "</a:response>");
}

void multi_end(struct multi *m)
{
	struct str *b = &m->d->out;
	char name[4];

	str_add(b, "<?xml version=\"1.0\"?><a:multistatus");
	/* The last one declared first, as the server's hash has it. */
	for (size_t i = m->ns.n; i-- > 0;) {
		str_addf(b, " xmlns:%s=\"", letters(i, name));
		xw_text(b, m->ns.v[i]);
		str_add_char(b, '"');
	}
	str_add_char(b, '>');
	str_add_mem(b, m->extra.s ? m->extra.s : "", m->extra.len);
	str_add_mem(b, m->body.s ? m->body.s : "", m->body.len);
	str_add(b, "</a:multistatus>");
	str_release(&m->body);
	str_release(&m->extra);
	strv_release(&m->ns);
	m->d->status = 207;
	m->d->type = "text/xml";
}
