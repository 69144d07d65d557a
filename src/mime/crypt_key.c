/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "mime/crypt_trust.h"

#include <locale.h>
#include <string.h>
#include <strings.h>

#include "base/chan.h"

static void init_gpgme(void)
{
	gpgme_check_version(NULL);
	gpgme_set_locale(NULL, LC_CTYPE, setlocale(LC_CTYPE, NULL));
}

static gpgme_protocol_t protocol_of(enum crypt_kind kind)
{
	return kind == CRYPT_SMIME ? GPGME_PROTOCOL_CMS
				   : GPGME_PROTOCOL_OpenPGP;
}

const char *crypt_kind_name(enum crypt_kind kind)
{
	switch (kind) {
	case CRYPT_NONE:
		return "";
	case CRYPT_OPENPGP:
		return "OpenPGP";
	case CRYPT_SMIME:
		return "S/MIME";
	}
	BUG("crypt kind %d", (int)kind);
}

gpgme_ctx_t crypt_ctx(enum crypt_kind kind, bool may_ask, struct err *err)
{
	static int once;
	gpgme_ctx_t ctx;
	gpgme_error_t e;

	chan_once(&once, init_gpgme);
	if (gpgme_engine_check_version(protocol_of(kind))) {
		err_set(err, ERR_UNSUPPORTED, "%s needs the program %s",
			crypt_kind_name(kind),
			kind == CRYPT_SMIME ? "gpgsm" : "gpg");
		return NULL;
	}
	e = gpgme_new(&ctx);
	if (e) {
		crypt_fail(err, e, "gpgme");
		return NULL;
	}
	gpgme_set_protocol(ctx, protocol_of(kind));
	/* Reading a message must tell nobody that it was read: no revocation
	 * list, no key server. */
	gpgme_set_offline(ctx, 1);
	gpgme_set_ctx_flag(ctx, "auto-key-retrieve", "0");
	if (kind == CRYPT_OPENPGP && !may_ask)
		gpgme_set_pinentry_mode(ctx, GPGME_PINENTRY_MODE_ERROR);
	return ctx;
}

bool crypt_fail(struct err *err, gpgme_error_t e, const char *what)
{
	char text[200];
	bool locked = false;

	gpgme_strerror_r(e, text, sizeof(text));
	switch (gpgme_err_code(e)) {
	case GPG_ERR_NO_PIN_ENTRY:
	case GPG_ERR_PIN_ENTRY:
	case GPG_ERR_CANCELED:
	case GPG_ERR_FULLY_CANCELED:
	case GPG_ERR_BAD_PASSPHRASE:
		locked = true;
		break;
	default:
		break;
	}
	if (locked) {
		err_set(err, ERR_DENIED, "%s: the key is locked", what);
		if (err)
			crypt_set_locked(err);
		return false;
	}
	switch (gpgme_err_code(e)) {
	case GPG_ERR_NO_SECKEY:
		return err_set(err, ERR_DENIED,
			       "%s: it is for none of the keys here", what);
	default:
		return err_set(err, ERR_INPUT, "%s: %s", what, text);
	}
}

/* --- is a key locked? --------------------------------------------------------
 * gpgsm asks through the agent whatever the caller wants, and the question would
 * be painted over the screens. So the agent is asked first. */

static gpgme_error_t take_keyinfo(void *arg, const char *status,
				  const char *args)
{
	CLEANUP(strv_release) struct strv words;
	bool *locked = arg;

	strv_init(&words);
	if (strcmp(status, "KEYINFO") == 0) {
		strv_split(&words, args, " ");
		/* grip type serial id cached protection ... */
		if (words.n > 5 && str_eq(words.v[5], "P") &&
		    !str_eq(words.v[4], "1"))
			*locked = true;
		if (words.n > 1 && str_eq(words.v[1], "T"))
			*locked = true; /* a card wants its PIN */
	}
	return 0;
}

static bool agent_says_locked(const char *grip)
{
	CLEANUP(mem_free_ptr) char *command = xasprintf("KEYINFO %s", grip);
	gpgme_error_t done = 0;
	bool locked = false;
	gpgme_ctx_t ctx;

	if (gpgme_new(&ctx))
		return false;
	if (!gpgme_set_protocol(ctx, GPGME_PROTOCOL_ASSUAN))
		gpgme_op_assuan_transact_ext(ctx, command, NULL, NULL, NULL,
					     NULL, take_keyinfo, &locked,
					     &done);
	gpgme_release(ctx);
	return locked;
}

bool crypt_is_locked(gpgme_ctx_t ctx, enum crypt_kind kind)
{
	gpgme_key_t key;
	bool locked = false;

	if (kind != CRYPT_SMIME || gpgme_op_keylist_start(ctx, NULL, 1))
		return false;
	while (!gpgme_op_keylist_next(ctx, &key)) {
		if (key->subkeys && key->subkeys->keygrip)
			locked |= agent_says_locked(key->subkeys->keygrip);
		gpgme_key_unref(key);
	}
	gpgme_op_keylist_end(ctx);
	return locked;
}

/* --- keys ------------------------------------------------------------------ */

/* The bare address of a user id: gpgsm writes "<a@b>". */
static bool uid_is(gpgme_user_id_t uid, const char *addr)
{
	const char *e =
		uid->address && *uid->address ? uid->address : uid->email;
	size_t len;

	if (!e || uid->revoked || uid->invalid)
		return false;
	e += strspn(e, "<");
	len = strcspn(e, ">");
	return len == strlen(addr) && strncasecmp(e, addr, len) == 0;
}

gpgme_user_id_t crypt_uid_of(gpgme_key_t key, const char *addr)
{
	for (gpgme_user_id_t u = key->uids; u; u = u->next)
		if (uid_is(u, addr))
			return u;
	return NULL;
}

gpgme_key_t crypt_find_key(gpgme_ctx_t ctx, const char *addr, bool secret)
{
	CLEANUP(mem_free_ptr) char *pattern = xasprintf("<%s>", addr);
	gpgme_key_t key, best = NULL;
	gpgme_validity_t trust = GPGME_VALIDITY_UNKNOWN;

	if (gpgme_op_keylist_start(ctx, pattern, secret))
		return NULL;
	while (!gpgme_op_keylist_next(ctx, &key)) {
		gpgme_user_id_t uid = crypt_uid_of(key, addr);
		bool can = secret ? key->can_sign : key->can_encrypt;

		if (uid && can && !key->revoked && !key->expired &&
		    !key->disabled && !key->invalid &&
		    (!best || uid->validity > trust)) {
			if (best)
				gpgme_key_unref(best);
			best = key;
			trust = uid->validity;
			continue;
		}
		gpgme_key_unref(key);
	}
	gpgme_op_keylist_end(ctx);
	return best;
}

/* --- bytes ----------------------------------------------------------------- */

void crypt_take(gpgme_data_t d, struct str *out)
{
	char part[8192];
	ssize_t n;

	gpgme_data_seek(d, 0, SEEK_SET);
	while ((n = gpgme_data_read(d, part, sizeof(part))) > 0)
		str_add_mem(out, part, (size_t)n);
}

gpgme_data_t crypt_data(const void *p, size_t len)
{
	gpgme_data_t d;

	if (gpgme_data_new_from_mem(&d, p, len, 1))
		BUG("out of memory");
	return d;
}

void crypt_add_entity(struct str *out, const struct mime_message *m,
		      size_t index)
{
	const struct mime_part *p = &m->parts.v[index];
	const char *s = m->raw + p->header_offset;
	const char *end = m->raw + p->offset + p->len;

	while (s < end) {
		const char *nl = memchr(s, '\n', (size_t)(end - s));
		size_t n = (size_t)((nl ? nl : end) - s);

		if (nl && n && s[n - 1] == '\r')
			n--;
		str_add_mem(out, s, n);
		if (nl)
			str_add(out, "\r\n");
		s = nl ? nl + 1 : end;
	}
}
