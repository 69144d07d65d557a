/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "tests/sim/xmlw.h"

#include <stdio.h>
#include <string.h>
#include "base/clock.h"
#include "base/codec.h"

void xw_text(struct str *b, const char *s)
{
	while (s && *s) {
		size_t plain = 0;
		unsigned char c;

		while ((c = (unsigned char)s[plain]) >= ' ' && c != '&' &&
		       c != '<' && c != '>' && c != '"' && c != 127)
			plain++;
		str_add_mem(b, s, plain);
		s += plain;
		if (!c)
			break;
		switch (c) {
		case '&':
			str_add_mem(b, "&amp;", 5);
			break;
		case '<':
			str_add_mem(b, "&lt;", 4);
			break;
		case '>':
			str_add_mem(b, "&gt;", 4);
			break;
		case '"':
			str_add_mem(b, "&quot;", 6);
			break;
		case '\n':
		case '\t':
		case 127:
			str_add_char(b, (char)c);
			break;
		default:
			str_addf(b, "&#x%X;", c);
			break;
		}
		s++;
	}
}

void xw_open(struct str *b, const char *name)
{
	str_add_char(b, '<');
	str_add(b, name);
	str_add_char(b, '>');
}

void xw_close(struct str *b, const char *name)
{
	str_add_mem(b, "</", 2);
	str_add(b, name);
	str_add_char(b, '>');
}

void xw_elem(struct str *b, const char *name, const char *text)
{
	xw_open(b, name);
	xw_text(b, text);
	xw_close(b, name);
}

void xw_elemf(struct str *b, const char *name, const char *fmt, ...)
{
	struct str text = STR_INIT;
	va_list args;

	va_start(args, fmt);
	str_addfv(&text, fmt, args);
	va_end(args);
	xw_elem(b, name, text.s);
	str_release(&text);
}

void xw_bool(struct str *b, const char *name, bool value)
{
	xw_elem(b, name, value ? "true" : "false");
}

void xw_time(struct str *b, const char *name, int64_t t)
{
	xw_open(b, name);
	clock_add_iso(b, t);
	xw_close(b, name);
}

void xw_base64(struct str *b, const char *name, const void *p, size_t len)
{
	xw_open(b, name);
	codec_base64_add(b, p, len);
	xw_close(b, name);
}

static xmlNode *element_from(xmlNode *n)
{
	while (n && n->type != XML_ELEMENT_NODE)
		n = n->next;
	return n;
}

xmlNode *xr_first(const xmlNode *node)
{
	return node ? element_from(node->children) : NULL;
}

xmlNode *xr_next(const xmlNode *node)
{
	return node ? element_from(node->next) : NULL;
}

const char *xr_name(const xmlNode *node)
{
	return node ? (const char *)node->name : "";
}

bool xr_is(const xmlNode *node, const char *name)
{
	return node && strcmp((const char *)node->name, name) == 0;
}

xmlNode *xr_child(const xmlNode *node, const char *name)
{
	xmlNode *n = xr_first(node);

	while (n && !xr_is(n, name))
		n = xr_next(n);
	return n;
}

xmlNode *xr_path(const xmlNode *node, const char *a, const char *b)
{
	return xr_child(xr_child(node, a), b);
}

const char *xr_text(const xmlNode *node)
{
	const xmlNode *n = node ? node->children : NULL;

	while (n && n->type != XML_TEXT_NODE &&
	       n->type != XML_CDATA_SECTION_NODE)
		n = n->next;
	return n && n->content ? (const char *)n->content : "";
}

const char *xr_child_text(const xmlNode *node, const char *name)
{
	xmlNode *n = xr_child(node, name);

	return n ? xr_text(n) : NULL;
}

const char *xr_attr(const xmlNode *node, const char *name)
{
	for (const xmlAttr *a = node ? node->properties : NULL; a; a = a->next)
		if (strcmp((const char *)a->name, name) == 0)
			return a->children && a->children->content
				       ? (const char *)a->children->content
				       : "";
	return NULL;
}

bool xr_true(const char *text)
{
	return text && (strcmp(text, "true") == 0 || strcmp(text, "1") == 0);
}

size_t xr_count(const xmlNode *node)
{
	size_t n = 0;

	for (xmlNode *c = xr_first(node); c; c = xr_next(c))
		n++;
	return n;
}
