/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* GSSAPI cannot change a password: the one place that speaks to libkrb5. */
#include "net/kpasswd.h"
#include <krb5.h>
#include <string.h>
#include "base/str.h"
#include "base/utf8.h"

static bool fail(krb5_context ctx, krb5_error_code code, const char *what,
		 struct err *err)
{
	const char *text = krb5_get_error_message(ctx, code);
	enum err_kind kind = ERR_PROTOCOL;

	switch (code) {
	case KRB5KDC_ERR_PREAUTH_FAILED:
	case KRB5KRB_AP_ERR_BAD_INTEGRITY:
		kind = ERR_AUTH;
		break;
	case KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN:
	case KRB5KDC_ERR_CLIENT_REVOKED:
	case KRB5KDC_ERR_POLICY:
		kind = ERR_AUTH;
		break;
	case KRB5_KDC_UNREACH:
	case KRB5_REALM_UNKNOWN:
	case KRB5_REALM_CANT_RESOLVE:
	case KRB5_CONFIG_NODEFREALM:
	case KRB5_ERR_HOST_REALM_UNKNOWN:
		kind = ERR_NETWORK;
		break;
	default:
		break;
	}
	if (code == KRB5KDC_ERR_PREAUTH_FAILED ||
	    code == KRB5KRB_AP_ERR_BAD_INTEGRITY) {
		err_set(err, kind, "the old password is wrong");
		if (err)
			memcpy(err->code, "wrong-password",
			       sizeof("wrong-password"));
	} else {
		err_set(err, kind, "%s: %s", what, text);
	}
	krb5_free_error_message(ctx, text);
	return false;
}

/* A realm is the domain in capitals; DOMAIN\name says nothing of the realm. */
static char *principal_of(const char *user)
{
	const char *slash = strchr(user, '\\'), *at = strrchr(user, '@');
	char *text;

	if (slash || !at)
		return xstrdup(slash ? slash + 1 : user);
	text = xstrdup(user);
	for (char *c = text + (at - user); *c; c++)
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 32);
	return text;
}

/* Credentials for the service that changes passwords, and nothing else. */
static bool get_credentials(krb5_context ctx, krb5_principal who,
			    const char *password, krb5_creds *creds,
			    struct err *err)
{
	krb5_get_init_creds_opt *opt = NULL;
	krb5_error_code code = krb5_get_init_creds_opt_alloc(ctx, &opt);

	if (!code) {
		krb5_get_init_creds_opt_set_tkt_life(opt, 300);
		krb5_get_init_creds_opt_set_forwardable(opt, 0);
		krb5_get_init_creds_opt_set_proxiable(opt, 0);
		code = krb5_get_init_creds_password(ctx, creds, who, password,
						    NULL, NULL, 0,
						    "kadmin/changepw", opt);
		krb5_get_init_creds_opt_free(ctx, opt);
	}
	return !code ||
	       fail(ctx, code, "signing in to change the password", err);
}

static bool refused(krb5_context ctx, int result, krb5_data *words,
		    struct err *err)
{
	char *message = NULL;
	char *line CLEANUP(mem_free_ptr) = NULL;
	enum err_kind kind = result == KRB5_KPASSWD_SOFTERROR	? ERR_DENIED
			     : result == KRB5_KPASSWD_AUTHERROR ? ERR_AUTH
								: ERR_SERVER;

	if (krb5_chpw_message(ctx, words, &message))
		message = NULL;
	line = utf8_clean_line(message ? message : "no reason given", false);
	err_set(err, kind, "the new password is refused: %s", line);
	if (err && kind == ERR_DENIED)
		memcpy(err->code, "password-policy", sizeof("password-policy"));
	krb5_free_string(ctx, message);
	return false;
}

static bool change(krb5_context ctx, krb5_creds *creds, const char *password,
		   struct err *err)
{
	krb5_data code_text = {0}, words = {0};
	char *copy = xstrdup(password); /* the library wants it writable */
	int result = 0;
	krb5_error_code code = krb5_change_password(ctx, creds, copy, &result,
						    &code_text, &words);
	bool ok = true;

	mem_wipe(copy, strlen(copy));
	free(copy);
	if (code)
		ok = fail(ctx, code, "changing the password", err);
	else if (result)
		ok = refused(ctx, result, &words, err);
	krb5_free_data_contents(ctx, &code_text);
	krb5_free_data_contents(ctx, &words);
	return ok;
}

bool kpasswd_change(const char *user, const char *old_password,
		    const char *new_password, struct err *err)
{
	char *name CLEANUP(mem_free_ptr) = principal_of(user);
	krb5_context ctx = NULL;
	krb5_principal who = NULL;
	krb5_creds creds = {0};
	krb5_error_code code = krb5_init_context(&ctx);
	bool ok;

	if (code)
		return err_set(err, ERR_INPUT,
			       "Kerberos cannot be set up (%d); is its "
			       "configuration sound?",
			       (int)code);
	code = krb5_parse_name(ctx, name, &who);
	if (code) {
		ok = fail(ctx, code, "the name to sign in with", err);
	} else {
		ok = get_credentials(ctx, who, old_password, &creds, err) &&
		     change(ctx, &creds, new_password, err);
		krb5_free_cred_contents(ctx, &creds);
		krb5_free_principal(ctx, who);
	}
	krb5_free_context(ctx);
	return ok;
}
