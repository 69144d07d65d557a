/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "model/account.h"

#define ACCOUNT_DEFAULT_POLL 300
#define ACCOUNT_DEFAULT_LDAP_MS 10000
#define ACCOUNT_DEFAULT_WARN ((int64_t)10 * 86400)
#define ACCOUNT_DEFAULT_MAX ((int64_t)20 << 20)

const char *const account_sign_in_names[6] = {
	"bearer", "kerberos", "ntlm", "kerberos-password", "basic", "forms"};

struct account *account_new(void)
{
	struct account *a = xcalloc(1, sizeof(*a));

	a->push = true;
	a->poll_seconds = ACCOUNT_DEFAULT_POLL;
	a->offline_max_bytes = ACCOUNT_DEFAULT_MAX;
	a->ldap_timeout_ms = ACCOUNT_DEFAULT_LDAP_MS;
	a->password_warn_seconds = ACCOUNT_DEFAULT_WARN;
	strv_init(&a->folders);
	strv_init(&a->identities);
	strv_init(&a->trusted_hosts);
	return a;
}

static void copy_list(struct strv *to, const struct strv *from)
{
	strv_init(to);
	for (size_t i = 0; i < from->n; i++)
		strv_add(to, from->v[i]);
}

struct account *account_copy(const struct account *a)
{
	struct account *c = xmemdup(a, sizeof(*a));

	c->name = xstrdup(a->name);
	c->address = xstrdup(a->address);
	c->display_name = xstrdup(a->display_name);
	c->url = xstrdup(a->url);
	c->oauth_authority = xstrdup(a->oauth_authority);
	c->oauth_client = xstrdup(a->oauth_client);
	c->oauth_scope = xstrdup(a->oauth_scope);
	c->user = xstrdup(a->user);
	c->ca_file = xstrdup(a->ca_file);
	c->trusted = xstrdup(a->trusted);
	c->client_cert = xstrdup(a->client_cert);
	c->client_key = xstrdup(a->client_key);
	c->proxy = xstrdup(a->proxy);
	c->proxy_user = xstrdup(a->proxy_user);
	c->public_url = xstrdup(a->public_url);
	c->book_path = xstrdup(a->book_path);
	c->ldap_host = xstrdup(a->ldap_host);
	copy_list(&c->folders, &a->folders);
	copy_list(&c->identities, &a->identities);
	copy_list(&c->trusted_hosts, &a->trusted_hosts);
	return c;
}

void account_free(struct account *a)
{
	if (!a)
		return;
	free(a->name);
	free(a->address);
	free(a->display_name);
	free(a->url);
	free(a->oauth_authority);
	free(a->oauth_client);
	free(a->oauth_scope);
	free(a->user);
	free(a->ca_file);
	free(a->trusted);
	free(a->client_cert);
	free(a->client_key);
	free(a->proxy);
	free(a->proxy_user);
	free(a->public_url);
	free(a->book_path);
	free(a->ldap_host);
	strv_release(&a->folders);
	strv_release(&a->identities);
	strv_release(&a->trusted_hosts);
	free(a);
}

bool account_is_own(const struct account *a, const char *addr)
{
	if (!addr || !*addr)
		return false;
	if (a->address && str_eq_nocase(a->address, addr))
		return true;
	for (size_t i = 0; i < a->identities.n; i++)
		if (str_eq_nocase(a->identities.v[i], addr))
			return true;
	return false;
}
