/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "proto/ldap/exchange.h"
#include "model/storage.h"

#include <string.h>

#define TCP "ncacn_ip_tcp:"
#define SCP_URL "77378F46-2C66-4aa9-A6A6-3E7A48B19596"

void exchange_place_release(struct exchange_place *p)
{
	free(p->display_name);
	free(p->nickname);
	free(p->account);
	free(p->principal);
	free(p->mail_server);
	free(p->public_server);
	free(p->version);
	*p = (struct exchange_place){0};
}

struct person {
	struct exchange_place *out;
	char *store, *transport, *server; /* homeMDB, homeMTA, home server */
	bool found;
};

static bool take_person(void *ctx, const struct directory_entry *e)
{
	struct person *p = ctx;
	struct exchange_place *o = p->out;

	p->found = true;
	o->display_name = entry_text(e, "displayName");
	o->nickname = entry_text(e, "mailNickname");
	o->account = entry_text(e, "sAMAccountName");
	o->principal = entry_text(e, "userPrincipalName");
	p->store = entry_text(e, "homeMDB");
	p->transport = entry_text(e, "homeMTA");
	p->server = entry_text(e, "msExchHomeServerName");
	return false;
}

/* An object by its DN. */
static bool read_object(struct directory *d, const char *dn,
			const char *const *attributes,
			bool (*fn)(void *ctx, const struct directory_entry *e),
			void *ctx)
{
	struct directory_query q = {.base = dn,
				    .scope = SCOPE_OBJECT,
				    .filter = "(objectClass=*)",
				    .attributes = attributes};
	struct err ignored = ERR_INIT;

	return directory_search(d, &q, fn, ctx, NULL, &ignored);
}

struct machine {
	char *host, *version;
};

static bool take_machine(void *ctx, const struct directory_entry *e)
{
	struct machine *m = ctx;
	struct strv all;

	strv_init(&all);
	entry_values(e, "networkAddress", &all, &(int64_t){0});
	for (size_t i = 0; i < all.n && !m->host; i++)
		if (strncasecmp(all.v[i], TCP, strlen(TCP)) == 0)
			m->host = xstrdup(all.v[i] + strlen(TCP));
	strv_release(&all);
	m->version = entry_text(e, "serialNumber");
	return false;
}

/* The host of the server object `dn`. */
static void find_machine(struct directory *d, const char *dn, char **host,
			 char **version)
{
	static const char *const attributes[] = {"networkAddress",
						 "serialNumber", NULL};
	struct machine m = {0};

	if (dn && !read_object(d, dn, attributes, take_machine, &m))
		mem_replace(&m.host, NULL);
	if (m.host && !*host)
		*host = xstrdup(m.host);
	if (m.version && version && !*version)
		*version = xstrdup(m.version);
	free(m.host);
	free(m.version);
}

struct store {
	char *owner, *public;
};

static bool take_store(void *ctx, const struct directory_entry *e)
{
	struct store *s = ctx;

	s->owner = entry_text(e, "msExchOwningServer");
	s->public = entry_text(e, "msExchHomePublicMDB");
	return false;
}

static void read_store(struct directory *d, const char *dn, struct store *out)
{
	static const char *const attributes[] = {"msExchOwningServer",
						 "msExchHomePublicMDB", NULL};

	*out = (struct store){0};
	if (dn && !read_object(d, dn, attributes, take_store, out))
		mem_replace(&out->owner, NULL);
	/* The store is below its server: CN=Store,CN=Group,
	 * CN=InformationStore,CN=SERVER,... */
	if (dn && !out->owner) {
		const char *at = strcasestr(dn, "CN=InformationStore,");

		if (at)
			out->owner = xstrdup(strchr(at, ',') + 1);
	}
}

static void find_servers(struct directory *d, const struct person *p,
			 struct exchange_place *out)
{
	struct store private = {0}, public = {0};
	const char *name = p->server ? strrchr(p->server, '=') : NULL;

	read_store(d, p->store, &private);
	find_machine(d, private.owner, &out->mail_server, &out->version);
	/* CN=Microsoft MTA,CN=SERVER,... */
	if (!out->mail_server && p->transport && strchr(p->transport, ','))
		find_machine(d, strchr(p->transport, ',') + 1,
			     &out->mail_server, &out->version);
	if (!out->mail_server && name) /* .../cn=Servers/cn=SERVER */
		out->mail_server = xstrdup(name + 1);
	if (private.public) {
		read_store(d, private.public, &public);
		find_machine(d, public.owner, &out->public_server, NULL);
	}
	free(private.owner);
	free(private.public);
	free(public.owner);
	free(public.public);
}

/* Whoever gets mail for that address. */
static void add_address(struct str *f, const char *address)
{
	str_add(f, "(|");
	filter_add_equal(f, "mail", address);
	str_add(f, "(proxyAddresses=smtp:");
	filter_add_value(f, address);
	str_add(f, "))");
}

static bool unknown_address(const char *address, struct err *err)
{
	return err_set(err, ERR_NOT_FOUND,
		       "the directory knows nobody with the address %s",
		       address);
}

bool exchange_find(struct directory *d, const char *address,
		   struct exchange_place *out, struct err *err)
{
	static const char *const attributes[] = {"displayName",
						 "mailNickname",
						 "sAMAccountName",
						 "userPrincipalName",
						 "homeMDB",
						 "homeMTA",
						 "msExchHomeServerName",
						 NULL};
	struct str f CLEANUP(str_release) = STR_INIT;
	struct directory_query q = {
		.scope = SCOPE_TREE, .attributes = attributes, .limit = 1};
	struct person p = {.out = out};
	bool ok;

	*out = (struct exchange_place){0};
	add_address(&f, address);
	q.filter = f.s;
	ok = directory_search(d, &q, take_person, &p, NULL, err);
	if (ok && !p.found)
		ok = unknown_address(address, err);
	if (ok) {
		out->has_mailbox = p.store || p.transport || p.server;
		find_servers(d, &p, out);
	}
	free(p.store);
	free(p.transport);
	free(p.server);
	return ok;
}

/* --- limits ----------------------------------------------------------------- */

static const char *const limit_names[] = {"mDBUseDefaults",
					  "mDBStorageQuota",
					  "mDBOverQuotaLimit",
					  "mDBOverHardQuotaLimit",
					  "submissionContLength",
					  "homeMDB",
					  "cn",
					  NULL};

struct limits {
	struct storage *out;
	char *store;
	bool found, defaults;
};

static void take_limits(struct storage *out, const struct directory_entry *e)
{
	int64_t largest = entry_number(e, "submissionContLength", 0);

	/* Absent is no limit. */
	out->warn = storage_limit_of_kb(entry_number(e, "mDBStorageQuota", 0));
	out->no_send =
		storage_limit_of_kb(entry_number(e, "mDBOverQuotaLimit", 0));
	out->no_receive = storage_limit_of_kb(
		entry_number(e, "mDBOverHardQuotaLimit", 0));
	if (largest > 0)
		out->largest = storage_limit_of_kb(largest);
}

static bool take_own_limits(void *ctx, const struct directory_entry *e)
{
	struct limits *l = ctx;
	char *use = entry_text(e, "mDBUseDefaults");

	l->found = true;
	l->store = entry_text(e, "homeMDB");
	l->defaults = !use || entry_is_true(e, "mDBUseDefaults");
	if (!l->defaults) {
		take_limits(l->out, e);
		mem_replace(&l->out->origin,
			    xstrdup("the directory, for this mailbox alone"));
	}
	free(use);
	return false;
}

static bool take_store_limits(void *ctx, const struct directory_entry *e)
{
	struct limits *l = ctx;
	char *name = entry_text(e, "cn");

	take_limits(l->out, e);
	mem_replace(&l->out->origin,
		    xasprintf("the directory, defaults of the mailbox store "
			      "%s",
			      str_or_empty(name)));
	free(name);
	return false;
}

bool exchange_limits(struct directory *d, const char *address,
		     struct storage *out, struct err *err)
{
	struct str f CLEANUP(str_release) = STR_INIT;
	struct directory_query q = {
		.scope = SCOPE_TREE, .attributes = limit_names, .limit = 1};
	struct limits l = {.out = out};
	bool ok;

	add_address(&f, address);
	q.filter = f.s;
	ok = directory_search(d, &q, take_own_limits, &l, NULL, err);
	if (ok && !l.found)
		ok = unknown_address(address, err);
	/* The store is an object of the configuration, which a global catalog
	 * has in part: what it does not have stays unknown. */
	if (ok && l.defaults && l.store)
		read_object(d, l.store, limit_names, take_store_limits, &l);
	free(l.store);
	return ok;
}

struct scp {
	struct strv *urls, sited;
};

static bool take_scp(void *ctx, const struct directory_entry *e)
{
	struct scp *s = ctx;
	struct strv words;
	char *url = entry_text(e, "serviceBindingInformation");
	bool sited = false;

	strv_init(&words);
	entry_values(e, "keywords", &words, &(int64_t){0});
	for (size_t i = 0; i < words.n; i++)
		sited = sited || strncasecmp(words.v[i], "Site=", 5) == 0;
	if (url && strncasecmp(url, "https:", 6) == 0)
		strv_add(sited ? &s->sited : s->urls, url);
	strv_release(&words);
	free(url);
	return true;
}

bool exchange_find_scp(struct directory *d, struct strv *urls, struct err *err)
{
	static const char *const attributes[] = {"serviceBindingInformation",
						 "keywords", NULL};
	struct directory_query q = {
		.base = directory_configuration(d),
		.scope = SCOPE_TREE,
		.filter = "(&(objectClass=serviceConnectionPoint)"
			  "(keywords=" SCP_URL "))",
		.attributes = attributes,
		.limit = 50,
	};
	struct scp s = {.urls = urls};
	bool ok;

	strv_init(&s.sited);
	ok = directory_search(d, &q, take_scp, &s, NULL, err);
	for (size_t i = 0; ok && i < s.sited.n; i++)
		strv_add(urls, s.sited.v[i]);
	strv_release(&s.sited);
	if (ok && urls->n == 0)
		return err_set(err, ERR_NOT_FOUND,
			       "the directory has no Autodiscover entry");
	return ok;
}
