/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "tests/sim/idp.h"
#include "tests/sim/signin.h"

#include <ctype.h>
#include <gnutls/x509.h>
#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include "base/codec.h"
#include "base/proc.h"
#include "tests/sim/sim.h"

static gss_OID_desc krb5 = {9, (void *)"\x2a\x86\x48\x86\xf7\x12\x01\x02\x02"};

/* --- setting up ---------------------------------------------------------- */
static const struct {
	const char *name;
	unsigned bit;
} methods[] = {{"basic", SIGNIN_BASIC},
	       {"ntlm", SIGNIN_NTLM},
	       {"negotiate", SIGNIN_NEGOTIATE},
	       {"fba", SIGNIN_FORMS},
	       {"isa", SIGNIN_FORMS | SIGNIN_ISA},
	       {"bearer", SIGNIN_BEARER}};

static bool take_methods(struct signin *s, const char *text, struct err *err)
{
	struct strv names;
	bool good = true;

	strv_init(&names);
	strv_split(&names, text, ",");
	for (size_t i = 0; good && i < names.n; i++) {
		unsigned bit = 0;

		for (size_t m = 0; m < ARRAY_LEN(methods); m++)
			if (str_eq(names.v[i], methods[m].name))
				bit = methods[m].bit;
		s->methods |= bit;
		if (!bit)
			good = err_set(err, ERR_INPUT, "--auth: no method %s",
				       names.v[i]);
	}
	strv_release(&names);
	return good;
}

/* RFC 5929 4.1; the lab's and the tests' certificates are signed with SHA-256,
 * for which the rule gives SHA-256. */
static bool take_hash(struct signin *s, const char *path, struct err *err)
{
	struct str pem CLEANUP(str_release) = STR_INIT;
	gnutls_x509_crt_t crt;
	gnutls_datum_t data;
	gnutls_digest_algorithm_t hash;
	bool good;

	if (!proc_read_file(path, &pem, 1 << 20, err))
		return false;
	data = (gnutls_datum_t){(unsigned char *)pem.s, (unsigned)pem.len};
	gnutls_x509_crt_init(&crt);
	s->hash_len = sizeof(s->hash);
	good = gnutls_x509_crt_import(crt, &data, GNUTLS_X509_FMT_PEM) == 0;
	hash = good ? gnutls_sign_get_hash_algorithm(
			      (gnutls_sign_algorithm_t)
				      gnutls_x509_crt_get_signature_algorithm(
					      crt))
		    : GNUTLS_DIG_UNKNOWN;
	if (hash != GNUTLS_DIG_SHA384 && hash != GNUTLS_DIG_SHA512)
		hash = GNUTLS_DIG_SHA256;
	good = good && gnutls_x509_crt_get_fingerprint(crt, hash, s->hash,
						       &s->hash_len) == 0;
	gnutls_x509_crt_deinit(crt);
	return good || err_set(err, ERR_INPUT, "%s: not a certificate", path);
}

/* gss-ntlmssp looks the passwords up in a file, DOMAIN:USER:PASSWORD a line. */
static bool write_passwords(struct signin *s, struct sim *sim, struct err *err)
{
	const char *tmp = getenv("TMPDIR");
	struct str text CLEANUP(str_release) = STR_INIT;
	char *id = codec_random_id();

	for (size_t i = 0; i < sim->st->boxes.n; i++) {
		const struct box *b = sim->st->boxes.v[i];
		const char *domain = strchr(b->address, '@');

		if (!b->password || !domain++)
			continue;
		/* By NetBIOS name, by DNS name, and by neither. */
		for (const char *p = domain; *p && *p != '.'; p++)
			str_add_char(&text, (char)toupper((unsigned char)*p));
		str_addf(&text, ":%s:%s\n%s:%s:%s\n:%s:%s\n", b->alias,
			 b->password, domain, b->alias, b->password, b->alias,
			 b->password);
	}
	s->passwords = xasprintf("%s/exchange-sim-%s", tmp ? tmp : "/tmp", id);
	free(id);
	setenv("NTLM_USER_FILE", s->passwords, 1);
	return proc_write_file(s->passwords, text.s, text.len, 0600, err);
}

bool signin_init(struct signin *s, struct sim *sim,
		 const struct signin_options *o, struct err *err)
{
	const char *binding = o->binding ? o->binding : "off";

	if (!take_methods(s, o->methods, err))
		return false;
	if (str_eq(binding, "allow"))
		s->binding = BINDING_ALLOW;
	else if (str_eq(binding, "require"))
		s->binding = BINDING_REQUIRE;
	else if (!str_eq(binding, "off"))
		return err_set(err, ERR_INPUT,
			       "--binding %s: not off, allow "
			       "or require",
			       binding);
	if (s->binding != BINDING_OFF && !o->cert)
		return err_set(err, ERR_INPUT,
			       "--binding needs --tls: there is no channel");
	if (o->cert && !take_hash(s, o->cert, err))
		return false;
	s->token = xstrdup(o->token);
	s->domain = o->keytab != NULL;
	if (o->keytab) {
		setenv("KRB5_KTNAME", o->keytab, 1);
		setenv("KRB5RCACHETYPE", "none", 1);
		return true;
	}
	if (s->methods & (SIGNIN_NTLM | SIGNIN_NEGOTIATE))
		return write_passwords(s, sim, err);
	return true;
}

void signin_release(struct signin *s)
{
	if (s->passwords)
		unlink(s->passwords);
	free(s->passwords);
	free(s->token);
}

/* --- who is it? ---------------------------------------------------------- */
/* DOMAIN\user, user, user@REALM and the mail address are all good. */
static struct box *box_of(struct sim *sim, const char *name)
{
	const char *slash = strrchr(name, '\\');
	const char *user = slash ? slash + 1 : name;
	size_t n = strcspn(user, "@");
	struct box *found = NULL;

	state_lock(sim->st);
	if (user[n])
		found = box_find(sim->st, user);
	for (size_t i = 0; !found && i < sim->st->boxes.n; i++) {
		struct box *b = sim->st->boxes.v[i];

		if (strlen(b->alias) == n &&
		    strncasecmp(b->alias, user, n) == 0)
			found = b;
	}
	state_unlock(sim->st);
	return found;
}

/* Asks the domain, as a server does with a Basic password: by Kerberos. */
static bool domain_accepts(const char *name, const char *password)
{
	const char *slash = strrchr(name, '\\');
	const char *user = slash ? slash + 1 : name;
	struct str who CLEANUP(str_release) = STR_INIT;
	gss_OID_set_desc set = {1, &krb5};
	gss_buffer_desc text,
		secret = {strlen(password), (void *)(uintptr_t)password};
	gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
	gss_name_t id = GSS_C_NO_NAME;
	OM_uint32 minor, major;

	for (const char *p = user; *p; p++)
		str_add_char(&who, p > strchrnul(user, '@')
					   ? (char)toupper((unsigned char)*p)
					   : *p);
	text = (gss_buffer_desc){who.len, who.s};
	gss_import_name(&minor, &text, GSS_C_NT_USER_NAME, &id);
	major = gss_acquire_cred_with_password(
		&minor, id, &secret, GSS_C_INDEFINITE, &set, GSS_C_INITIATE,
		&cred, NULL, NULL);
	if (!GSS_ERROR(major))
		major = gss_inquire_cred(&minor, cred, NULL, NULL, NULL, NULL);
	gss_release_cred(&minor, &cred);
	gss_release_name(&minor, &id);
	return !GSS_ERROR(major);
}

static struct box *by_basic(struct sim *sim, struct MHD_Connection *c)
{
	char *password = NULL,
	     *given = MHD_basic_auth_get_username_password(c, &password);
	struct box *box = given ? box_of(sim, given) : NULL;

	if (box &&
	    !(sim->signin.domain
		      ? domain_accepts(given, str_or_empty(password))
		      : box->password && str_eq(box->password, password)))
		box = NULL;
	MHD_free(given);
	MHD_free(password);
	return box;
}

static void drop_context(struct peer *p)
{
	gss_ctx_id_t context = p->context;
	OM_uint32 minor;

	if (context != GSS_C_NO_CONTEXT)
		gss_delete_sec_context(&minor, &context, GSS_C_NO_BUFFER);
	p->context = NULL;
}

void peer_free(struct peer *p)
{
	if (!p)
		return;
	drop_context(p);
	free(p);
}

static struct box *named(struct sim *sim, gss_name_t name)
{
	gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
	struct box *box = NULL;
	OM_uint32 minor;
	char *user;

	if (GSS_ERROR(gss_display_name(&minor, name, &text, NULL)))
		return NULL;
	user = xstrndup(text.value, text.length);
	box = box_of(sim, user);
	free(user);
	gss_release_buffer(&minor, &text);
	return box;
}

/* One token of NTLM or Negotiate. The next one goes into the challenge. */
static struct box *by_token(struct sim *sim, struct peer *p, const char *scheme,
			    const char *base64, struct strv *challenges)
{
	const struct signin *s = &sim->signin;
	struct str in CLEANUP(str_release) = STR_INIT;
	struct str data CLEANUP(str_release) = STR_INIT;
	struct str line CLEANUP(str_release) = STR_INIT;
	struct gss_channel_bindings_struct binding = {0};
	gss_ctx_id_t context = p->context;
	gss_buffer_desc got, out = GSS_C_EMPTY_BUFFER;
	gss_name_t name = GSS_C_NO_NAME;
	OM_uint32 major, minor, flags = 0;
	struct box *box = NULL;

	if (!codec_base64_decode(&in, base64, strlen(base64)))
		return NULL;
	str_add(&data, "tls-server-end-point:");
	str_add_mem(&data, (const char *)s->hash, s->hash_len);
	binding.application_data.length = data.len;
	binding.application_data.value = data.s;
	got = (gss_buffer_desc){in.len, in.s};
	major = gss_accept_sec_context(
		&minor, &context, GSS_C_NO_CREDENTIAL, &got,
		s->binding == BINDING_OFF ? GSS_C_NO_CHANNEL_BINDINGS
					  : &binding,
		&name, NULL, &out, &flags, NULL, NULL);
	p->context = context;
	if (major == GSS_S_COMPLETE && (s->binding != BINDING_REQUIRE ||
					(flags & GSS_C_CHANNEL_BOUND_FLAG)))
		box = named(sim, name);
	if (major == GSS_S_CONTINUE_NEEDED && out.length > 0) {
		str_addf(&line, "%s ", scheme);
		codec_base64_add(&line, out.value, out.length);
		strv_add(challenges, line.s);
	} else {
		drop_context(p);
	}
	sim_log(sim, "conn=%u op=sign-in scheme=%s result=%x minor=%u bound=%d",
		p->number, scheme, major, minor,
		(flags & GSS_C_CHANNEL_BOUND_FLAG) != 0);
	gss_release_name(&minor, &name);
	gss_release_buffer(&minor, &out);
	return box;
}

static void add_challenges(const struct signin *s, struct strv *out)
{
	if (out->n > 0) /* in the middle of one */
		return;
	if (s->methods & SIGNIN_NEGOTIATE)
		strv_add(out, "Negotiate");
	if (s->methods & SIGNIN_NTLM)
		strv_add(out, "NTLM");
	if (s->methods & SIGNIN_BEARER)
		strv_add(out, "Bearer client_id=\"retinue\"");
	if (s->methods & SIGNIN_BASIC)
		strv_add(out, "Basic realm=\"exchange-sim\"");
}

struct box *signin_user(struct sim *sim, struct MHD_Connection *c,
			struct peer *p, struct strv *challenges)
{
	const struct signin *s = &sim->signin;
	const char *given = MHD_lookup_connection_value(
		c, MHD_HEADER_KIND, MHD_HTTP_HEADER_AUTHORIZATION);
	struct box *box = NULL;

	if (!given && p->user)
		return p->user;
	p->user = NULL;
	if (!given)
		;
	else if (strncasecmp(given, "Basic ", 6) == 0 &&
		 (s->methods & SIGNIN_BASIC))
		box = by_basic(sim, c);
	else if (strncasecmp(given, "Bearer ", 7) == 0 &&
		 (s->methods & SIGNIN_BEARER) &&
		 ((s->token && str_eq(given + 7, s->token)) ||
		  idp_token_is_good(sim->idp, given + 7)))
		box = sim->st->boxes.v[0];
	else if (strncasecmp(given, "NTLM ", 5) == 0 &&
		 (s->methods & SIGNIN_NTLM))
		box = by_token(sim, p, "NTLM", given + 5, challenges);
	else if (strncasecmp(given, "Negotiate ", 10) == 0 &&
		 (s->methods & SIGNIN_NEGOTIATE))
		box = by_token(sim, p, "Negotiate", given + 10, challenges);
	if (!box)
		add_challenges(s, challenges);
	/* A password or token counts for its own request only. */
	if (box && (strncasecmp(given, "NTLM", 4) == 0 ||
		    strncasecmp(given, "Nego", 4) == 0))
		p->user = box;
	return box;
}
