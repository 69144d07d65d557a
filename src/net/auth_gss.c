/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "net/auth_gss.h"
#include "net/auth.h"

#include <ctype.h>
#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>
#include <krb5/krb5.h>
#include <stdio.h>
#include <string.h>

static gss_OID_desc oid_krb5 = {9,
				(void *)"\x2a\x86\x48\x86\xf7\x12\x01\x02\x02"};
static gss_OID_desc oid_ntlm = {
	10, (void *)"\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a"};
static gss_OID_desc oid_spnego = {6, (void *)"\x2b\x06\x01\x05\x05\x02"};

/* RFC 2744, 4.x: the library's own are data, see base/load.h. */
static gss_OID_desc oid_user = {
	10, (void *)"\x2a\x86\x48\x86\xf7\x12\x01\x02\x01\x01"};
static gss_OID_desc oid_service = {
	10, (void *)"\x2a\x86\x48\x86\xf7\x12\x01\x02\x01\x04"};

struct gss {
	gss_ctx_id_t context;
	gss_cred_id_t cred;
};

struct gss *gss_new(void)
{
	struct gss *g = xcalloc(1, sizeof(*g));

	g->context = GSS_C_NO_CONTEXT;
	g->cred = GSS_C_NO_CREDENTIAL;
	return g;
}

void gss_free(struct gss *g)
{
	OM_uint32 minor;

	if (!g)
		return;
	if (g->context != GSS_C_NO_CONTEXT)
		gss_delete_sec_context(&minor, &g->context, GSS_C_NO_BUFFER);
	if (g->cred != GSS_C_NO_CREDENTIAL)
		gss_release_cred(&minor, &g->cred);
	free(g);
}

/* --- what GSSAPI says
 * ----------------------------------------------------- */

static const struct {
	OM_uint32 minor;
	const char *code, *text;
} minors[] = {
	{(OM_uint32)KRB5KDC_ERR_PREAUTH_FAILED, "password",
	 "the password is wrong"},
	{(OM_uint32)KRB5KRB_AP_ERR_BAD_INTEGRITY, "password",
	 "the password is wrong"},
	{(OM_uint32)KRB5KDC_ERR_KEY_EXP, "expired",
	 "the password has expired or must be changed"},
	{(OM_uint32)KRB5KDC_ERR_CLIENT_REVOKED, "revoked",
	 "the account is locked, disabled or has expired"},
	{(OM_uint32)KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN, "unknown",
	 "the domain knows no such user"},
	{(OM_uint32)KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN, "service",
	 "the domain knows no service of this server's name"},
	{(OM_uint32)KRB5KRB_AP_ERR_SKEW, "skew",
	 "this machine's clock differs from the domain's by more than five "
	 "minutes"},
	{(OM_uint32)KRB5KDC_ERR_NEVER_VALID, "skew",
	 "this machine's clock is wrong"},
	{(OM_uint32)KRB5_REALM_UNKNOWN, "realm",
	 "no domain controller is known for this realm"},
	{(OM_uint32)KRB5KDC_ERR_WRONG_REALM, "realm",
	 "this is not the user's realm"},
	{(OM_uint32)KRB5_KDC_UNREACH, "unreachable",
	 "no domain controller of the realm answers"},
	{(OM_uint32)KRB5_CC_NOTFOUND, "no-ticket", "there is no ticket"},
	{(OM_uint32)KRB5_FCC_NOFILE, "no-ticket", "there is no ticket"},
	{(OM_uint32)KRB5KRB_AP_ERR_TKT_EXPIRED, "no-ticket",
	 "the ticket has expired: run kinit"},
};

static void add_status(struct str *out, OM_uint32 code, int type, gss_OID mech)
{
	gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
	OM_uint32 minor, more = 0;

	if (GSS_ERROR(
		    gss_display_status(&minor, code, type, mech, &more, &text)))
		return;
	str_add_mem(out, text.value, text.length);
	gss_release_buffer(&minor, &text);
}

/* Fills code and text; text is a clause. */
static void gss_explain(OM_uint32 major, OM_uint32 minor, gss_OID mech,
			struct err *err)
{
	struct str text CLEANUP(str_release) = STR_INIT;
	bool ntlm = mech == &oid_ntlm;

	/* The mechanism glue gives its own numbers to minor codes, so the
	 * words of the mechanism decide as well. */
	add_status(&text, minor, GSS_C_MECH_CODE, mech);
	for (size_t i = 0; !ntlm && i < ARRAY_LEN(minors); i++)
		if (minor == minors[i].minor) {
			err_set(err, ERR_AUTH, "%s", minors[i].text);
			snprintf(err->code, sizeof(err->code), "%s",
				 minors[i].code);
			return;
		}
	if (major == GSS_S_BAD_MECH || major == GSS_S_UNAVAILABLE)
		err_set(err, ERR_AUTH,
			ntlm ? "this machine has no NTLM for GSSAPI: install "
			       "gss-ntlmssp"
			     : "this machine has no Kerberos for GSSAPI");
	else if (text.len)
		err_set(err, ERR_AUTH, "%s", text.s);
	else
		err_set(err, ERR_AUTH, "GSSAPI error %x", major);
	snprintf(err->code, sizeof(err->code), "%s",
		 major == GSS_S_NO_CRED ? "no-ticket" : "other");
}

static gss_name_t import_name(const char *text, gss_OID type)
{
	gss_buffer_desc b = {strlen(text), (void *)(uintptr_t)text};
	gss_name_t name = GSS_C_NO_NAME;
	OM_uint32 minor;

	if (GSS_ERROR(gss_import_name(&minor, &b, type, &name)))
		return GSS_C_NO_NAME;
	return name;
}

/* user@REALM */
static char *principal_of(const char *user, const char *realm)
{
	struct str p = STR_INIT;
	const char *slash = strrchr(str_or_empty(user), '\\');
	const char *name = slash ? slash + 1 : str_or_empty(user);
	const char *at = strchr(name, '@');

	str_add_mem(&p, name, at ? (size_t)(at - name) : strlen(name));
	if (at || realm)
		str_add_char(&p, '@');
	for (const char *s = at ? at + 1 : str_or_empty(realm); *s; s++)
		str_add_char(&p, (char)toupper((unsigned char)*s));
	return str_take(&p);
}

static bool password_cred(const char *user, const char *password, gss_OID mech,
			  gss_cred_id_t *out, struct err *err)
{
	gss_OID_set_desc set = {1, mech};
	gss_buffer_desc secret = {strlen(password),
				  (void *)(uintptr_t)password};
	gss_name_t name = import_name(user, &oid_user);
	OM_uint32 major, minor = 0, ignored;

	major = gss_acquire_cred_with_password(&minor, name, &secret,
					       GSS_C_INDEFINITE, &set,
					       GSS_C_INITIATE, out, NULL, NULL);
	gss_release_name(&ignored, &name);
	if (GSS_ERROR(major))
		gss_explain(major, minor, mech, err);
	return !GSS_ERROR(major);
}

/* SPNEGO takes credentials of all mechanisms; only this one is meant. */
static bool only_mech(gss_cred_id_t cred, gss_OID mech, struct err *err)
{
	gss_OID_set_desc set = {1, mech};
	OM_uint32 minor = 0, major = gss_set_neg_mechs(&minor, cred, &set);

	if (GSS_ERROR(major))
		gss_explain(major, minor, mech, err);
	return !GSS_ERROR(major);
}

static bool ticket_cred(gss_OID mech, gss_cred_id_t *out, struct err *err)
{
	gss_OID_set_desc set = {1, mech};
	OM_uint32 minor = 0, life = 0, major;

	major = gss_acquire_cred(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE, &set,
				 GSS_C_INITIATE, out, NULL, &life);
	if (GSS_ERROR(major)) {
		gss_explain(major, minor, &oid_krb5, err);
		return false;
	}
	return true;
}

char *auth_ticket_user(struct err *err)
{
	gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
	gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
	gss_name_t name = GSS_C_NO_NAME;
	OM_uint32 minor = 0, major, life = 0, ignored;
	char *user = NULL;
	struct err e = ERR_INIT;

	if (!ticket_cred(&oid_krb5, &cred, &e)) {
		if (err)
			*err = e;
		return NULL;
	}
	major = gss_inquire_cred(&minor, cred, &name, &life, NULL, NULL);
	if (!GSS_ERROR(major) && life > 0)
		major = gss_display_name(&minor, name, &text, NULL);
	if (GSS_ERROR(major))
		gss_explain(major, minor, &oid_krb5, &e);
	else if (life == 0)
		err_set(&e, ERR_AUTH, "the ticket has expired: run kinit");
	else
		user = xstrndup(text.value, text.length);
	gss_release_buffer(&ignored, &text);
	gss_release_name(&ignored, &name);
	gss_release_cred(&ignored, &cred);
	if (!user && err)
		*err = e;
	return user;
}

bool auth_kerberos_check(const char *user, const char *realm,
			 const char *password, struct err *err)
{
	char *principal CLEANUP(mem_free_ptr) = principal_of(user, realm);
	gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
	OM_uint32 major, minor = 0, ignored, life = 0;
	struct err e = ERR_INIT;
	bool ok = password_cred(principal, password, &oid_krb5, &cred, &e);

	/* The controller is asked when the credential is first used. */
	if (ok) {
		major = gss_inquire_cred(&minor, cred, NULL, &life, NULL, NULL);
		ok = !GSS_ERROR(major);
		if (!ok)
			gss_explain(major, minor, &oid_krb5, &e);
	}
	gss_release_cred(&ignored, &cred);
	if (!ok && err)
		*err = e;
	return ok;
}

/* --- tokens ------------------------------------------------------------------
 */

/* Does the ticket belong to the account's user? */
static bool is_own_ticket(const struct gss_want *w, struct err *err)
{
	char *have CLEANUP(mem_free_ptr) = auth_ticket_user(err);
	char *want CLEANUP(mem_free_ptr) = principal_of(w->user, NULL);
	size_t n = strcspn(str_or_empty(have), "@"), m = strcspn(want, "@");

	if (!have)
		return false;
	if (!w->user_is_set || (n == m && strncasecmp(have, want, n) == 0))
		return true;
	return err_set(err, ERR_AUTH, "the ticket is %s's, not %s's", have,
		       w->user);
}

static bool get_cred(struct gss *g, const struct gss_want *w, struct err *err)
{
	char *principal CLEANUP(mem_free_ptr) = NULL;

	if (g->cred != GSS_C_NO_CREDENTIAL)
		return true;
	switch (w->kind) {
	case GSS_TICKET:
		return is_own_ticket(w, err) &&
		       ticket_cred(&oid_spnego, &g->cred, err) &&
		       only_mech(g->cred, &oid_krb5, err);
	case GSS_PASSWORD:
		principal = principal_of(w->user, w->realm);
		return password_cred(principal, w->password, &oid_spnego,
				     &g->cred, err) &&
		       only_mech(g->cred, &oid_krb5, err);
	case GSS_NTLM:
		return password_cred(str_or_empty(w->user), w->password,
				     w->raw ? &oid_ntlm : &oid_spnego, &g->cred,
				     err) &&
		       (w->raw || only_mech(g->cred, &oid_ntlm, err));
	}
	return false;
}

/* SPNEGO hides what Kerberos met: ask Kerberos alone. */
static void explain_kerberos(const struct gss_want *w, gss_name_t service,
			     struct err *err)
{
	char *principal CLEANUP(mem_free_ptr) = principal_of(w->user, w->realm);
	gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
	gss_ctx_id_t context = GSS_C_NO_CONTEXT;
	gss_buffer_desc made = GSS_C_EMPTY_BUFFER;
	OM_uint32 major, minor = 0, ignored;
	struct err e = ERR_INIT;

	if (w->kind == GSS_TICKET ? ticket_cred(&oid_krb5, &cred, &e)
				  : password_cred(principal, w->password,
						  &oid_krb5, &cred, &e)) {
		major = gss_init_sec_context(&minor, cred, &context, service,
					     &oid_krb5, 0, 0,
					     GSS_C_NO_CHANNEL_BINDINGS, NULL,
					     NULL, &made, NULL, NULL);
		if (GSS_ERROR(major))
			gss_explain(major, minor, &oid_krb5, &e);
	}
	gss_release_buffer(&ignored, &made);
	if (context != GSS_C_NO_CONTEXT)
		gss_delete_sec_context(&ignored, &context, GSS_C_NO_BUFFER);
	gss_release_cred(&ignored, &cred);
	if (e.kind != ERR_NONE && err)
		*err = e;
}

bool gss_step(struct gss *g, const struct gss_want *want, const struct str *in,
	      struct str *out, bool *more, struct err *err)
{
	struct gss_channel_bindings_struct binding = {0};
	struct str data CLEANUP(str_release) = STR_INIT;
	gss_buffer_desc got = {in->len, in->s}, made = GSS_C_EMPTY_BUFFER;
	char *text CLEANUP(mem_free_ptr) = xasprintf("HTTP@%s", want->host);
	bool ntlm = want->kind == GSS_NTLM;
	gss_OID mech = ntlm ? &oid_ntlm : &oid_krb5;
	OM_uint32 major, minor = 0, ignored;
	gss_name_t service;

	if (!get_cred(g, want, err))
		return false;
	str_add(&data, "tls-server-end-point:");
	str_add_mem(&data, (const char *)want->binding, want->binding_len);
	binding.application_data.value = data.s;
	binding.application_data.length = data.len;
	service = import_name(text, &oid_service);
	major = gss_init_sec_context(
		&minor, g->cred, &g->context, service,
		ntlm && want->raw ? &oid_ntlm : &oid_spnego,
		ntlm ? 0 : GSS_C_MUTUAL_FLAG, 0,
		want->binding_len ? &binding : GSS_C_NO_CHANNEL_BINDINGS, &got,
		NULL, &made, NULL, NULL);
	if (GSS_ERROR(major)) {
		gss_explain(major, minor, mech, err);
		if (!ntlm)
			explain_kerberos(want, service, err);
	} else {
		*more = major == GSS_S_CONTINUE_NEEDED;
		str_add_mem(out, made.value, made.length);
	}
	gss_release_buffer(&ignored, &made);
	gss_release_name(&ignored, &service);
	return !GSS_ERROR(major);
}
