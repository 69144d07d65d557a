/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/account.h"
#include <string.h>
#include "base/proc.h"
#include "config/secret.h"

char *account_url(const char *server, enum account_protocol protocol)
{
	char *url = strstr(server, "://") ? xstrdup(server)
					  : xasprintf("https://%s", server);
	size_t host = (size_t)(strstr(url, "://") + 3 - url);
	const char *path;

	host += strcspn(url + host, "/");
	path = url + host;
	if (*path && !str_eq(path, "/") && !str_eq_nocase(path, "/ews") &&
	    !str_eq_nocase(path, "/ews/"))
		return url;
	/* The service is where every Exchange has it, unless said otherwise. */
	url[host] = '\0';
	mem_replace(&url, xasprintf("%s%s", url,
				    protocol == ACCOUNT_WEBDAV
					    ? "/exchange/"
					    : "/EWS/Exchange.asmx"));
	return url;
}

static const char *first_account(const struct config *c)
{
	for (size_t i = 0; i < config_account_count(c); i++) {
		const char *name = config_account_name(c, i);

		if (!config_account_problem(c, name))
			return name;
	}
	return config_account_count(c) ? config_account_name(c, 0) : NULL;
}

static bool is_usable(const struct config *c, const char *name, struct err *err)
{
	const char *problem;

	if (!name)
		return err_set(err, ERR_INPUT,
			       "no account is configured; run `retinue` on a "
			       "terminal to set one up, or see "
			       "retinue.conf(5)");
	if (!config_has_account(c, name))
		return err_set(err, ERR_INPUT,
			       "there is no account \"%s\" in the "
			       "configuration",
			       name);
	if ((problem = config_account_problem(c, name)))
		return err_set(err, ERR_INPUT, "account \"%s\": %s", name,
			       problem);
	if (!config_text(c, name, CONFIG_ADDRESS))
		return err_set(err, ERR_INPUT,
			       "account \"%s\" has no `address`", name);
	return true;
}

static void copy_list(struct strv *to, const struct strv *from)
{
	for (size_t i = 0; i < from->n; i++)
		strv_add(to, from->v[i]);
}

static unsigned sign_in_ways(const struct strv *names)
{
	unsigned ways = 0;

	for (size_t i = 0; i < names->n; i++)
		for (size_t w = 0; w < ARRAY_LEN(account_sign_in_names); w++)
			if (str_eq_nocase(names->v[i],
					  account_sign_in_names[w]))
				ways |= 1u << w;
	return ways;
}

static void sign_in_from_config(struct account *a, const struct config *c,
				const char *name)
{
	const struct strv *trusted =
		config_list(c, name, CONFIG_TRUST_CERTIFICATE);
	const char *public = config_text(c, name, CONFIG_PUBLIC_FOLDER_SERVER);

	a->sign_in = sign_in_ways(config_list(c, name, CONFIG_SIGN_IN));
	a->oauth_authority =
		xstrdup(config_text(c, name, CONFIG_OAUTH_AUTHORITY));
	a->oauth_client = xstrdup(config_text(c, name, CONFIG_OAUTH_CLIENT));
	a->oauth_scope = xstrdup(config_text(c, name, CONFIG_OAUTH_SCOPE));
	a->has_token =
		config_text(c, name, CONFIG_TOKEN_COMMAND) || a->oauth_client;
	a->old_tls = config_bool(c, name, CONFIG_OLD_TLS);
	a->trusted = trusted->n ? strv_join(trusted, ",") : NULL;
	a->client_cert =
		xstrdup(config_text(c, name, CONFIG_CLIENT_CERTIFICATE));
	a->client_key = xstrdup(config_text(c, name, CONFIG_CLIENT_KEY));
	a->proxy = xstrdup(config_text(c, name, CONFIG_PROXY));
	a->proxy_user = xstrdup(config_text(c, name, CONFIG_PROXY_USER));
	a->public_url = xstrdup(public);
	a->connect_seconds = (int)config_duration(c, name, CONFIG_TIMEOUT);
	a->answer_seconds =
		(int)config_duration(c, name, CONFIG_ANSWER_TIMEOUT);
}

bool account_secret(const struct config *c, const char *name,
		    enum account_secret which, char **out, struct err *err)
{
	static const enum option_id options[] = {
		[ACCOUNT_TOKEN] = CONFIG_TOKEN_COMMAND,
		[ACCOUNT_TOKEN_AGAIN] = CONFIG_TOKEN_COMMAND,
		[ACCOUNT_KEY] = CONFIG_CLIENT_KEY_COMMAND,
		[ACCOUNT_PROXY] = CONFIG_PROXY_COMMAND,
	};

	if (which == ACCOUNT_REFRESH)
		return secret_refresh(c, name, out, err);
	return secret_command(c, name, options[which], out, err);
}

void account_set_directory(struct account *a, const char *server)
{
	const char *colon = server ? strrchr(server, ':') : NULL;

	mem_replace(&a->ldap_host, NULL);
	a->ldap_port = 0;
	if (colon && (strchr(server, ':') == colon || colon[-1] == ']')) {
		a->ldap_host = xstrndup(server + (*server == '['),
					(size_t)(colon - server) -
						2 * (*server == '['));
		a->ldap_port = (int)strtol(colon + 1, NULL, 10);
	} else {
		a->ldap_host = xstrdup(server);
	}
}

static void directory_from_config(struct account *a, const struct config *c,
				  const char *name)
{
	account_set_directory(a, config_text(c, name, CONFIG_LDAP_SERVER));
	a->ldap_security =
		(enum account_ldap)config_choice(c, name, CONFIG_LDAP_SECURITY);
	a->ldap_timeout_ms =
		config_duration(c, name, CONFIG_LDAP_TIMEOUT) * 1000;
	a->password_warn_seconds =
		config_duration(c, name, CONFIG_PASSWORD_WARN);
	if (config_bool(c, name, CONFIG_ADDRESS_LIST_COPY))
		a->book_path = config_book_path(name);
}

struct account *account_from_config(const struct config *c, const char *name,
				    struct err *err)
{
	struct account *a;

	if (!name)
		name = first_account(c);
	if (!is_usable(c, name, err))
		return NULL;
	a = account_new();
	a->name = xstrdup(name);
	a->address = xstrdup(config_text(c, name, CONFIG_ADDRESS));
	a->display_name = xstrdup(config_text(c, name, CONFIG_NAME));
	a->protocol =
		(enum account_protocol)config_choice(c, name, CONFIG_PROTOCOL);
	if (config_text(c, name, CONFIG_SERVER))
		a->url = account_url(config_text(c, name, CONFIG_SERVER),
				     a->protocol);
	a->user = xstrdup(config_text(c, name, CONFIG_USER));
	a->ca_file = xstrdup(config_text(c, name, CONFIG_CA_FILE));
	a->allow_plain_http = config_bool(c, name, CONFIG_ALLOW_PLAIN_HTTP);
	sign_in_from_config(a, c, name);
	a->reply_style =
		(enum account_reply)config_choice(c, name, CONFIG_REPLY_STYLE);
	a->push = config_bool(c, name, CONFIG_PUSH);
	a->poll_seconds = config_duration(c, name, CONFIG_POLL_INTERVAL);
	a->undo_send_seconds = config_duration(c, name, CONFIG_UNDO_SEND);
	a->offline_max_bytes = config_size(c, name, CONFIG_MAX_MESSAGE_SIZE);
	a->offline_seconds = config_duration(c, name, CONFIG_OFFLINE_PERIOD);
	directory_from_config(a, c, name);
	copy_list(&a->folders, config_list(c, name, CONFIG_SYNC_FOLDERS));
	copy_list(&a->identities, config_list(c, name, CONFIG_IDENTITIES));
	copy_list(&a->trusted_hosts, config_list(c, name, CONFIG_TRUST_HOSTS));
	return a;
}

bool account_make_dirs(const char *account, struct err *err)
{
	char *path CLEANUP(mem_free_ptr) = config_store_path(account);
	char *book CLEANUP(mem_free_ptr) = config_book_path(account);

	*strrchr(path, '/') = 0;
	*strrchr(book, '/') = 0;
	/* The book can do without a place; the mirror cannot. */
	(void)!proc_make_dirs(book, NULL);
	return proc_make_dirs(path, err);
}
