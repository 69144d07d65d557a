/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "config/secret.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/proc.h"

#define TIMEOUT_MS 30000
#define OUTPUT_MAX 4096

static bool fail(struct err *err, const char *code, const char *text,
		 const char *account)
{
	err_set(err, ERR_AUTH, "%s (account \"%s\")", text, account);
	if (err)
		memcpy(err->code, code, strlen(code) + 1);
	return false;
}

/* The command's standard error went to the log. name: of its option. */
static bool run(const struct strv *argv, const char *name, const char *account,
		char **out, struct err *err)
{
	CLEANUP(strv_release) struct strv env = {0};
	CLEANUP(str_release) struct str output = STR_INIT;
	struct err why = ERR_INIT;
	char text[160];
	size_t n;
	int status;

	strv_give(&env, xasprintf("RETINUE_ACCOUNT=%s", account));
	if (!proc_run(argv, &env, NULL, &output, OUTPUT_MAX, TIMEOUT_MS,
		      &status, &why)) {
		err_add(&why, "%s", name);
		return fail(err, "command", why.text, account);
	}
	n = strcspn(output.s, "\r\n");
	if (status == 0 && n > 0)
		*out = xstrndup(output.s, n);
	mem_wipe(output.s, output.len);
	if (status == 0 && n > 0)
		return true;
	if (status)
		log_at(LOG_WARN, "config", "%s ended with %d", name, status);
	snprintf(text, sizeof(text), "the %s %s", name,
		 status ? "failed; the log says why" : "printed nothing");
	return fail(err, "command", text, account);
}

bool secret_run(const char *command, const char *name, const char *account,
		char **out, struct err *err)
{
	CLEANUP(strv_release) struct strv argv = {0};
	struct err why = ERR_INIT;

	if (!proc_parse(&argv, command, &why)) {
		err_add(&why, "%s", name);
		return fail(err, "command", why.text, account);
	}
	return run(&argv, name, account, out, err);
}

#define PASSWORDS "retinue"
#define REFRESH_TOKENS "retinue-oauth"

/* keyring-command VERB service SERVICE account NAME */
static bool keyring_args(const struct config *c, const char *verb,
			 const char *service, const char *account,
			 struct strv *argv, struct err *err)
{
	const char *const tail[] = {"service", service, "account"};

	if (!proc_parse(argv, config_text(c, NULL, CONFIG_KEYRING_COMMAND),
			err))
		return err_add(err, "keyring-command");
	strv_add(argv, verb);
	if (strcmp(verb, "store") == 0)
		strv_give(argv, xasprintf("--label=%s: %s", service, account));
	for (size_t i = 0; i < ARRAY_LEN(tail); i++)
		strv_add(argv, tail[i]);
	strv_add(argv, account);
	return true;
}

static bool from_keyring(const struct config *c, const char *account,
			 char **out, struct err *err)
{
	CLEANUP(strv_release) struct strv argv = {0};
	struct err why = ERR_INIT;

	/* One that is not there yet can be asked for. */
	if (keyring_args(c, "lookup", PASSWORDS, account, &argv, &why) &&
	    run(&argv, "keyring-command", account, out, &why))
		return true;
	log_at(LOG_INFO, "config", "%s", why.text);
	return fail(err, "ask", "the keyring does not have the password",
		    account);
}

static bool store(const struct config *c, const char *service,
		  const char *account, const char *secret, struct err *err)
{
	CLEANUP(strv_release) struct strv argv = {0};
	CLEANUP(str_release) struct str output = STR_INIT;
	const char *text = str_or_empty(secret);
	struct bytes in = {(unsigned char *)(uintptr_t)text, strlen(text)};
	int status = 0;
	bool ok;

	if (!keyring_args(c, secret ? "store" : "clear", service, account,
			  &argv, err))
		return false;
	ok = proc_run(&argv, NULL, &in, &output, OUTPUT_MAX, TIMEOUT_MS,
		      &status, err);
	if (ok && status)
		return err_set(err, ERR_DISK,
			       "the keyring did not take the secret "
			       "(keyring-command ended with %d)",
			       status);
	return ok;
}

bool secret_store(const struct config *c, const char *account,
		  const char *password, struct err *err)
{
	return store(c, PASSWORDS, account, password, err);
}

bool secret_store_refresh(const struct config *c, const char *account,
			  const char *token, struct err *err)
{
	return store(c, REFRESH_TOKENS, account, token, err);
}

bool secret_refresh(const struct config *c, const char *account, char **out,
		    struct err *err)
{
	CLEANUP(strv_release) struct strv argv = {0};
	struct err why = ERR_INIT;

	*out = NULL;
	if (!keyring_args(c, "lookup", REFRESH_TOKENS, account, &argv, err))
		return false;
	if (run(&argv, "keyring-command", account, out, &why))
		log_mask(*out);
	else
		log_at(LOG_INFO, "config", "%s", why.text);
	return true;
}

bool secret_command(const struct config *c, const char *account,
		    enum option_id id, char **out, struct err *err)
{
	const char *command = config_text(c, account, id);

	*out = NULL;
	if (!command)
		return true;
	if (!secret_run(command, config_option(id)->name, str_or_empty(account),
			out, err))
		return false;
	log_mask(*out);
	return true;
}

bool secret_password(const struct config *c, const char *account, char **out,
		     struct err *err)
{
	const char *text = config_text(c, account, CONFIG_PASSWORD);
	const char *command = config_text(c, account, CONFIG_PASSWORD_COMMAND);
	bool ok;

	if (text) {
		*out = xstrdup(text);
		ok = true;
	} else if (command) {
		ok = secret_run(command, "password-command", account, out, err);
	} else if (config_bool(c, account, CONFIG_KEYRING)) {
		ok = from_keyring(c, account, out, err);
	} else {
		ok = fail(err, "ask", "the password is not known", account);
	}
	if (ok)
		log_mask(*out);
	return ok;
}

void secret_free(char *owned_secret)
{
	if (owned_secret)
		mem_wipe(owned_secret, strlen(owned_secret));
	free(owned_secret);
}

void secret_free_ptr(char **secret)
{
	secret_free(*secret);
	*secret = NULL;
}
