/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "config/secret.h"

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

/* The command's standard error went to the log. */
static bool from_command(const char *command, const char *account, char **out,
			 struct err *err)
{
	CLEANUP(strv_release) struct strv argv = {0};
	CLEANUP(strv_release) struct strv env = {0};
	CLEANUP(str_release) struct str output = STR_INIT;
	struct err why = ERR_INIT;
	size_t n;
	int status;

	strv_give(&env, xasprintf("RETINUE_ACCOUNT=%s", account));
	if (!proc_parse(&argv, command, &why) ||
	    !proc_run(&argv, &env, NULL, &output, OUTPUT_MAX, TIMEOUT_MS,
		      &status, &why)) {
		err_add(&why, "password-command");
		return fail(err, "command", why.text, account);
	}
	n = strcspn(output.s, "\r\n");
	if (status == 0 && n > 0)
		*out = xstrndup(output.s, n);
	mem_wipe(output.s, output.len);
	if (status == 0 && n > 0)
		return true;
	if (status)
		log_at(LOG_WARN, "config", "password-command ended with %d",
		       status);
	return fail(err, "command",
		    status ? "the password-command failed; the log says why"
			   : "the password-command printed nothing",
		    account);
}

bool secret_password(const struct config *c, const char *account, char **out,
		     struct err *err)
{
	const char *text = config_text(c, account, CONFIG_PASSWORD);
	const char *command = config_text(c, account, CONFIG_PASSWORD_COMMAND);

	if (text)
		*out = xstrdup(text);
	else if (!command)
		return fail(err, "ask", "the password is not known", account);
	else if (!from_command(command, account, out, err))
		return false;
	log_mask(*out);
	return true;
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
