/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Names of properties and their types (dossier 2.3, 2.4). */
#include "tests/sim/dav.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "base/clock.h"
#include "base/codec.h"
#include "tests/sim/dav_fields.h"

static const struct {
	enum dav_field id;
	char type, on;
	const char *uri;
} table[] = {
#define X(id, type, on, uri) {DAV_F_##id, type, on, uri},
#include "tests/sim/dav_fields.def"
};

#define NAMED "http://schemas.microsoft.com/mapi/id/"
#define PROPTAG "http://schemas.microsoft.com/mapi/proptag/"

/* "mapi/id/{GUID}/0x00008083", ".../0x8083" and ".../32899" are one name. */
static char *canonical_id(const char *uri)
{
	const char *slash = strrchr(uri, '/');
	char *end, *copy;
	unsigned long n = strtoul(slash + 1, &end, 0);

	if (*end || end == slash + 1)
		return xstrdup(uri);
	copy = xasprintf("%.*s/0x%lx", (int)(slash - uri), uri, n);
	for (char *p = copy + strlen(NAMED); *p && *p != '/'; p++)
		*p = (char)tolower((unsigned char)*p);
	return copy;
}

/* "0x0E23..." and "x0e23..." are one name. */
char *dav_canonical(const char *uri)
{
	const size_t n = strlen(PROPTAG);
	char *copy;

	if (strncmp(uri, NAMED, strlen(NAMED)) == 0)
		return canonical_id(uri);
	if (strncmp(uri, PROPTAG, n) != 0)
		return xstrdup(uri);
	copy = xasprintf(PROPTAG "%s",
			 uri + n + (strncasecmp(uri + n, "0x", 2) == 0));
	for (char *p = copy + n; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return copy;
}

void dav_prop_init(struct dav_prop *p, const char *uri)
{
	size_t end = strlen(uri);

	while (end && !strchr(":/#", uri[end - 1]))
		end--;
	*p = (struct dav_prop){
		.id = -1, .uri = xstrdup(uri), .ns = end, .tag = -1};
	char *name CLEANUP(mem_free_ptr) = dav_canonical(uri);

	for (size_t i = 0; i < ARRAY_LEN(table) && p->id < 0; i++) {
		if (strcmp(table[i].uri, name) != 0)
			continue;
		p->id = (int)table[i].id;
		p->type = table[i].type;
		p->on = table[i].on;
	}
	if (strncmp(name, PROPTAG "x", sizeof(PROPTAG)) == 0)
		p->tag = strtol(name + sizeof(PROPTAG), NULL, 16);
}

void dav_props_add(struct dav_props *l, const char *uri)
{
	struct dav_prop p;

	dav_prop_init(&p, uri);
	vec_add(l, p);
}

void dav_props_release(struct dav_props *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->v[i].uri);
	vec_release(l);
}

char *dav_uri_of(const xmlNode *n)
{
	const char *ns = n->ns ? (const char *)n->ns->href : "";
	const char *name = (const char *)n->name;
	unsigned code;

	/* An escaped first character: _x0030_x8570 (2.4). */
	if (strncmp(name, "_x", 2) == 0 && strlen(name) > 7 && name[6] == '_' &&
	    sscanf(name + 2, "%4x", &code) == 1 && code < 0x80)
		return xasprintf("%s%c%s", ns, (char)code, name + 7);
	return xasprintf("%s%s", ns, name);
}

void dav_val_release(struct dav_val *v)
{
	str_release(&v->text);
	strv_release(&v->list);
}

/* --- setting results ------------------------------------------------------- */
bool val_text(struct dav_val *v, const char *s)
{
	if (!s)
		return false;
	str_add(&v->text, s);
	return true;
}

bool val_number(struct dav_val *v, int64_t n)
{
	v->number = n;
	return true;
}

bool val_date(struct dav_val *v, int64_t t)
{
	v->number = t;
	return t != CLOCK_NEVER;
}

bool val_binary(struct dav_val *v, const void *p, size_t len)
{
	codec_base64_add(&v->text, p, len);
	return len > 0;
}
