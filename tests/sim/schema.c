/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Requests against Microsoft's schemas: DIR/soap.xsd, and the older sets in
 * DIR/2007sp1 and DIR/2010sp2 for requests that speak those versions. */
#include <libxml/xmlschemas.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "tests/sim/sim.h"
#include "tests/sim/xmlw.h"

enum { SET_NEW, SET_2010, SET_2007, SETS };

struct schemas {
	pthread_mutex_t lock; /* one validation at a time */
	xmlSchema *set[SETS];
};

static void quiet(void *ctx, const char *fmt, ...)
{
	(void)ctx;
	(void)fmt;
}

static xmlSchema *load_one(const char *dir, const char *sub, struct err *err)
{
	char *path = xasprintf("%s%s/soap.xsd", dir, sub);
	xmlSchemaParserCtxt *ctxt;
	xmlSchema *schema = NULL;

	if (access(path, R_OK) != 0) {
		err_errno(err, "%s", path);
		free(path);
		return NULL;
	}
	ctxt = xmlSchemaNewParserCtxt(path);
	if (ctxt) {
		xmlSchemaSetParserErrors(ctxt, quiet, quiet, NULL);
		schema = xmlSchemaParse(ctxt);
		xmlSchemaFreeParserCtxt(ctxt);
	}
	if (!schema)
		err_set(err, ERR_INPUT, "%s is no schema", path);
	free(path);
	return schema;
}

struct schemas *schemas_load(const char *dir, struct err *err)
{
	struct schemas *s = xcalloc(1, sizeof(*s));
	static const char *const subs[SETS] = {"", "/2010sp2", "/2007sp1"};

	pthread_mutex_init(&s->lock, NULL);
	for (int i = 0; i < SETS; i++) {
		struct err ignored = ERR_INIT;

		/* The older sets are optional. */
		s->set[i] = load_one(dir, subs[i], i ? &ignored : err);
		if (!s->set[i] && i == SET_NEW) {
			schemas_free(s);
			return NULL;
		}
	}
	return s;
}

void schemas_free(struct schemas *s)
{
	if (!s)
		return;
	for (int i = 0; i < SETS; i++)
		xmlSchemaFree(s->set[i]);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

struct verdict {
	struct str *why;
	int line;
};

static void on_error(void *ctx, xmlError *e)
{
	struct verdict *v = ctx;

	if (v->why->len > 0)
		return;
	str_add(v->why, str_or_empty(e->message));
	str_trim(v->why);
	v->line = e->line;
}

/* The old schemas fix the version to the one they were published for: a
 * request of a neighbouring version is shown to them as that one. */
static xmlAttr *pretend(xmlDoc *doc, const char *version, char **old)
{
	xmlNode *header = xr_child(xmlDocGetRootElement(doc), "Header");
	xmlNode *node = xr_child(header, "RequestServerVersion");
	xmlAttr *a = node ? xmlHasProp(node, (const xmlChar *)"Version") : NULL;

	if (!a)
		return NULL;
	*old = xstrdup(str_or_empty(xr_attr(node, "Version")));
	xmlNodeSetContent((xmlNode *)(void *)a, (const xmlChar *)version);
	return a;
}

bool schemas_check(struct schemas *s, enum rank rank, void *doc,
		   struct str *violation, int *line)
{
	int set = rank <= RANK_2007SP1	 ? SET_2007
		  : rank <= RANK_2010SP2 ? SET_2010
					 : SET_NEW;
	struct verdict v = {.why = violation};
	xmlSchemaValidCtxt *ctxt;
	xmlAttr *changed = NULL;
	char *old = NULL;
	int result;

	if (!s->set[set])
		set = SET_NEW;
	if (set != SET_NEW)
		changed = pretend(doc,
				  set == SET_2007 ? "Exchange2007_SP1"
						  : "Exchange2010_SP2",
				  &old);
	pthread_mutex_lock(&s->lock);
	ctxt = xmlSchemaNewValidCtxt(s->set[set]);
	xmlSchemaSetValidStructuredErrors(ctxt, on_error, &v);
	result = xmlSchemaValidateDoc(ctxt, doc);
	xmlSchemaFreeValidCtxt(ctxt);
	pthread_mutex_unlock(&s->lock);
	if (changed)
		xmlNodeSetContent((xmlNode *)(void *)changed,
				  (const xmlChar *)old);
	free(old);
	*line = v.line;
	return result == 0;
}
