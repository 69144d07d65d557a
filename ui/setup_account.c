/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Between the set-up form, the account that is tried, and the configuration. */
#include "config/config.h"
#include "config/secret.h"
#include "ui/account.h"
#include "ui/format.h"
#include "ui/settings.h"
#include "ui/setup.h"

/* Fields of the form that are options of the account as they stand. */
static const struct {
	const char *field;
	enum option_id id;
} plain[] = {
	{"address", CONFIG_ADDRESS},
	{"name", CONFIG_NAME},
	{"user", CONFIG_USER},
	{"server", CONFIG_SERVER},
	{"public", CONFIG_PUBLIC_FOLDER_SERVER},
	{"directory", CONFIG_LDAP_SERVER},
	{"command", CONFIG_PASSWORD_COMMAND},
};

static const char *const protocols[] = {"auto", "ews", "webdav"};
static const char *const securities[] = {"auto", "tls", "starttls", "kerberos"};

const char *setup_field(const struct setup *u, const char *name)
{
	const char *s = form_get(u->form, name);

	return s && *s ? s : NULL;
}

static int choice_of(const struct setup *u, const char *name,
		     const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(setup_field(u, name), words[i]))
			return (int)i;
	return 0;
}

static bool is_set(const struct config *c, const char *account,
		   enum option_id id)
{
	struct str origin CLEANUP(str_release) = STR_INIT;

	config_add_origin(c, account, id, &origin);
	return !str_eq(origin.s, "default");
}

void setup_fill(struct setup *u, const struct config *c)
{
	const char *name = u->editing;

	for (size_t i = 0; i < ARRAY_LEN(plain); i++) {
		struct str value CLEANUP(str_release) = STR_INIT;

		if (is_set(c, name, plain[i].id))
			config_add_value(c, name, plain[i].id, &value);
		form_set(u->form, plain[i].field, str_or_empty(value.s));
	}
	form_set(u->form, "account", name);
	form_set(u->form, "protocol",
		 protocols[config_choice(c, name, CONFIG_PROTOCOL)]);
	form_set(u->form, "security",
		 securities[config_choice(c, name, CONFIG_LDAP_SECURITY)]);
	form_set(u->form, "keep",
		 is_set(c, name, CONFIG_PASSWORD_COMMAND) ? KEEP_COMMAND
		 : is_set(c, name, CONFIG_PASSWORD)	  ? KEEP_FILE
		 : config_bool(c, name, CONFIG_KEYRING)	  ? KEEP_RING
							  : KEEP_ASK);
}

struct account *setup_account(const struct setup *u, const struct config *c)
{
	struct err err = ERR_INIT;
	struct account *a =
		u->editing ? account_from_config(c, u->editing, &err) : NULL;
	const char *server = setup_field(u, "server");

	if (!a)
		a = account_new();
	a->protocol = (enum account_protocol)choice_of(u, "protocol", protocols,
						       ARRAY_LEN(protocols));
	mem_replace(&a->name, xstrdup(u->editing ? u->editing
				      : setup_field(u, "account")
					      ? setup_field(u, "account")
					      : "work"));
	mem_replace(&a->address, xstrdup(setup_field(u, "address")));
	mem_replace(&a->display_name, xstrdup(setup_field(u, "name")));
	mem_replace(&a->url, server ? account_url(server, a->protocol) : NULL);
	mem_replace(&a->user, xstrdup(setup_field(u, "user")));
	mem_replace(&a->public_url, xstrdup(setup_field(u, "public")));
	account_set_directory(a, setup_field(u, "directory"));
	a->ldap_security = (enum account_ldap)choice_of(
		u, "security", securities, ARRAY_LEN(securities));
	if (u->trusted)
		mem_replace(&a->trusted, xstrdup(u->trusted));
	/* Whoever writes http:// means it. */
	if (a->url && str_starts(a->url, "http://"))
		a->allow_plain_http = true;
	return a;
}

/* What the person named stays; what was found stands in for the rest. */
static const char *named_or(const struct setup *u, const char *field,
			    const char *found)
{
	return setup_field(u, field) ? setup_field(u, field) : found;
}

bool setup_write_account(struct app *app, const struct setup *u, char **path,
			 struct err *err)
{
	const struct account *a = u->account;
	const char *keep = form_get(u->form, "keep");
	const char *protocol = setup_field(u, "protocol");
	const char *security = setup_field(u, "security");
	const struct config_pair pairs[] = {
		{CONFIG_ADDRESS, a->address},
		{CONFIG_NAME, a->display_name},
		{CONFIG_SERVER, named_or(u, "server", doctor_url(u->doctor))},
		{CONFIG_PROTOCOL, doctor_is_webdav(u->doctor) ? "webdav"
				  : str_eq(protocol, "auto")  ? NULL
							      : protocol},
		{CONFIG_USER, a->user},
		{CONFIG_PUBLIC_FOLDER_SERVER,
		 named_or(u, "public", doctor_public_url(u->doctor))},
		{CONFIG_LDAP_SERVER,
		 named_or(u, "directory", doctor_directory(u->doctor))},
		{CONFIG_LDAP_SECURITY,
		 str_eq(security, "auto") ? NULL : security},
		{CONFIG_TRUST_CERTIFICATE, a->trusted},
		{CONFIG_PASSWORD_COMMAND, u->command},
		{CONFIG_KEYRING, str_eq(keep, KEEP_RING) ? "yes" : NULL},
		{CONFIG_ALLOW_PLAIN_HTTP, a->allow_plain_http ? "yes" : NULL},
		/* Last: left out below where the one in the file stays. */
		{CONFIG_PASSWORD,
		 str_eq(keep, KEEP_FILE) ? setup_field(u, "password") : NULL},
	};
	size_t n = ARRAY_LEN(pairs);

	if (u->editing) {
		n -= str_eq(keep, KEEP_FILE) && !setup_field(u, "password");
		return config_change_account(app->config, a->name, pairs, n,
					     path, err);
	}
	*path = config_file_path();
	return config_write_account(*path, a->name, pairs, n, err);
}

void setup_keep_password(struct app *app, const struct setup *u)
{
	struct err err = ERR_INIT;

	if (str_eq(form_get(u->form, "keep"), KEEP_RING) && u->password &&
	    !secret_store(app->config, u->account->name, u->password, &err))
		message_error(app, "The password is not kept", &err);
}

/* The share of the period chosen; 1: all. */
static double share_of(const struct setup *u)
{
	long days = strtol(str_or_empty(form_get(u->last, "period")), NULL, 10);

	for (size_t i = 0; i < ARRAY_LEN(doctor_periods); i++)
		if (days == doctor_periods[i])
			return u->estimate.share[i];
	return 1.0;
}

void setup_add_estimate(const struct setup *u, bool narrow, struct str *b)
{
	const struct doctor_estimate *e = &u->estimate;
	int64_t bytes = (int64_t)((double)e->bytes * share_of(u));
	int64_t seconds = e->bytes_a_second ? bytes / e->bytes_a_second : 0;

	if (!e->messages || !e->bytes)
		return;
	if (narrow) {
		str_add(b, "about ");
		format_add_size(b, bytes);
		str_add(b, " of ");
		format_add_size(b, e->bytes);
	} else {
		str_add(b, "Mailbox: ");
		format_add_plural(b, e->messages, "message", "messages");
		str_add(b, ", ");
		format_add_size(b, e->bytes);
		str_add(b, ". Kept here: about ");
		format_add_size(b, bytes);
	}
	if (!e->bytes_a_second)
		return;
	str_add(b, ", in ");
	if (seconds < 60)
		str_add(b, "under a minute");
	else
		format_add_span(b, seconds);
}

void setup_write_last(struct app *app, struct setup *u)
{
	const struct config_pair pairs[] = {
		{CONFIG_OFFLINE_PERIOD, form_get(u->last, "period")},
		{CONFIG_MAX_MESSAGE_SIZE, form_get(u->last, "size")},
	};
	static const struct {
		const char *field;
		enum option_id id;
	} looks[] = {{"keymap", CONFIG_KEYMAP},
		     {"theme", CONFIG_THEME},
		     {"notify", CONFIG_NOTIFY}};
	char *path CLEANUP(mem_free_ptr) = NULL;
	struct err err = ERR_INIT;
	bool ok = config_change_account(app->config, u->account->name, pairs,
					ARRAY_LEN(pairs), &path, &err);

	for (size_t i = 0; i < ARRAY_LEN(looks) && ok; i++) {
		struct str now CLEANUP(str_release) = STR_INIT;
		const char *wish = form_get(u->last, looks[i].field);

		config_add_value(app->config, NULL, looks[i].id, &now);
		if (!str_eq(wish, now.s))
			ok = settings_change(app, looks[i].id, wish, true,
					     &err);
	}
	if (!ok)
		message_error(app, "Not written down", &err);
}
