/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "model/route.h"
#include "base/uri.h"

#include <stdlib.h>
#include <string.h>

enum place {
	PLACE_MAILBOX,
	PLACE_OOF,
	PLACE_PUBLIC,
	PLACE_LDAP,
	PLACE_CATALOG
};

static const struct row {
	enum feature feature;
	enum route_protocol protocol;
	int first, last; /* major * 100 + minor */
	enum place place;
	const char *what;
} rows[] = {
#define ROUTE(feature, protocol, first, last, place, what)                     \
	{FEATURE_##feature, ROUTE_##protocol, first, last, PLACE_##place, what},
#include "model/routes.def"
#undef ROUTE
};

static const char *const names[] = {
#define X(id, name, title) name,
	FEATURES_EACH(X)
#undef X
};
static const char *const titles[] = {
#define X(id, name, title) title,
	FEATURES_EACH(X)
#undef X
};

const char *feature_name(enum feature f)
{
	return names[f];
}

const char *feature_title(enum feature f)
{
	return titles[f];
}

const char *route_protocol_name(enum route_protocol p)
{
	static const char *const texts[] = {"none", "EWS", "WebDAV", "OWA",
					    "LDAP"};

	return texts[p];
}

const char *route_security_name(enum route_security s)
{
	static const char *const texts[] = {"none", "TLS", "StartTLS",
					    "Kerberos"};

	return texts[s];
}

void route_release(struct route *r)
{
	free(r->host);
	free(r->url);
	free(r->what);
	*r = (struct route){0};
}

void route_table_release(struct route_table *t)
{
	for (int f = 0; f < FEATURES; f++)
		route_release(&t->v[f]);
}

/* Of a build, else of the name of a request version; 0: unknown. */
static int version_of(const struct route_facts *f)
{
	static const struct {
		const char *name;
		int version;
	} known[] = {{"Exchange2007_SP1", 801},	 {"Exchange2010_SP2", 1402},
		     {"Exchange2010_SP1", 1401}, {"Exchange2010", 1400},
		     {"Exchange2013", 1500},	 {"Exchange2016", 1501}};
	char *end;
	long major = f->build ? strtol(f->build, &end, 10) : 0, minor = 0;

	if (major > 0) {
		if (*end == '.')
			minor = strtol(end + 1, NULL, 10);
		return (int)(major * 100 + (minor < 99 ? minor : 99));
	}
	for (size_t i = 0; f->version && i < ARRAY_LEN(known); i++)
		if (str_starts(f->version, known[i].name))
			return known[i].version;
	return 0;
}

/* The endpoint of a place; false: there is none. */
static bool fill_place(const struct route_facts *f, enum place place,
		       struct route *r)
{
	const char *url = f->url;
	struct uri u = {0};
	bool ok;

	if (place == PLACE_LDAP || place == PLACE_CATALOG) {
		if (!f->ldap_host)
			return false;
		r->host = xstrdup(f->ldap_host);
		r->port = place == PLACE_LDAP ? f->ldap_port : f->catalog_port;
		r->security = f->ldap_security;
		if (!r->port && place == PLACE_LDAP)
			r->port = r->security == ROUTE_TLS ? 636 : 389;
		else if (!r->port)
			r->port = r->security == ROUTE_TLS ? 3269 : 3268;
		return true;
	}
	if (place == PLACE_OOF && f->oof_url)
		url = f->oof_url;
	if (place == PLACE_PUBLIC && f->public_url)
		url = f->public_url;
	ok = url && uri_parse(&u, url) && u.host;
	if (ok) {
		r->host = xstrdup(u.host);
		r->port = uri_port(&u);
		r->security =
			str_eq(u.scheme, "https") ? ROUTE_TLS : ROUTE_CLEAR;
		r->url = xstrdup(url);
	}
	uri_release(&u);
	return ok;
}

/* "Exchange 2010 SP2" of major * 100 + minor. */
static const char *release_name(int version)
{
	static const struct {
		int from;
		const char *name;
	} releases[] = {
		{600, "Exchange 2000"},	     {605, "Exchange 2003"},
		{800, "Exchange 2007"},	     {801, "Exchange 2007 SP1"},
		{1400, "Exchange 2010"},     {1401, "Exchange 2010 SP1"},
		{1402, "Exchange 2010 SP2"}, {1500, "Exchange 2013"},
		{1501, "Exchange 2016"},     {1502, "Exchange 2019"}};
	size_t i = ARRAY_LEN(releases) - 1;

	while (i > 0 && releases[i].from > version)
		i--;
	return releases[i].name;
}

static bool fits(const struct route_facts *f, const struct row *row,
		 int version)
{
	if (row->protocol == ROUTE_EWS && f->webdav)
		return false;
	if ((row->protocol == ROUTE_WEBDAV || row->protocol == ROUTE_OWA) &&
	    !f->webdav)
		return false;
	/* An unknown server is taken to be an ordinary one of its protocol. */
	if (version == 0)
		return !row->last || f->webdav;
	return (!row->first || version >= row->first) &&
	       (!row->last || version <= row->last);
}

/* Why one row does not serve, where that says something of this server. */
static void add_reason(struct str *b, const struct route_facts *f,
		       const struct row *row, int version)
{
	const char *gap = b->len ? "; " : "";
	bool directory =
		row->place == PLACE_LDAP || row->place == PLACE_CATALOG;

	if (directory && fits(f, row, version))
		str_addf(b, "%s%s: %s", gap, row->what,
			 f->ldap_trouble ? f->ldap_trouble
					 : "no directory is known");
	else if (!f->webdav && row->protocol == ROUTE_EWS && version)
		str_addf(b, "%s%s came with %s, this is %s", gap, row->what,
			 release_name(row->first), release_name(version));
	else if (f->webdav && row->protocol == ROUTE_EWS &&
		 version >= row->first)
		str_addf(b, "%sprotocol = ews has it: %s", gap, row->what);
	else if (f->webdav && row->protocol != ROUTE_EWS && row->last &&
		 version > row->last)
		str_addf(b, "%s%s ended with %s, this is %s", gap, row->what,
			 release_name(row->last), release_name(version));
}

/* Why a feature has no route, by all its rows. Caller frees. */
static char *reason(const struct route_facts *f, int version,
		    enum feature feature)
{
	struct str b = STR_INIT;

	if (!f->url)
		return xstrdup("no server is known");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (rows[i].feature == feature)
			add_reason(&b, f, &rows[i], version);
	if (!b.len)
		str_add(&b, "this server does not offer it");
	return str_take(&b);
}

static void choose_one(const struct route_facts *f, int version,
		       enum feature feature, struct route *out)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct row *row = &rows[i];

		if (row->feature != feature || !fits(f, row, version) ||
		    !fill_place(f, row->place, out))
			continue;
		out->protocol = row->protocol;
		out->what = xstrdup(row->what);
		return;
	}
	out->what = reason(f, version, feature);
}

void routes_choose(const struct route_facts *f, struct route_table *out)
{
	int version = version_of(f);

	*out = (struct route_table){0};
	for (int i = 0; i < FEATURES; i++)
		choose_one(f, version, (enum feature)i, &out->v[i]);
}
