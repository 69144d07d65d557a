/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Sealing: a built message signed and encrypted. */
#include "mime/crypt_trust.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/codec.h"
#include "base/vec.h"
#include "mime/encode.h"

struct sealing {
	const struct crypt_seal *how;
	gpgme_ctx_t ctx;
	VEC(gpgme_key_t) keys; /* of the recipients, ended by NULL */
	struct str missing;    /* recipients without a key */
};

/* --- the entity ------------------------------------------------------------ */

static bool is_content_field(const char *name, size_t len)
{
	return len >= 8 && strncasecmp(name, "Content-", 8) == 0;
}

static void add_field(struct str *out, const struct mime_message *m,
		      const struct mime_field *f)
{
	mime_encode_crlf(out, m->raw + f->name,
			 f->value + f->value_len - f->name);
	str_add(out, "\r\n");
}

/* The body with its Content fields, the subject among them so that the seal
 * covers it (RFC 9788's older form, which Thunderbird and Mutt read). */
static void make_entity(struct str *out, struct mime_message *m)
{
	const struct mime_field *subject =
		mime_header_field(&m->head, m->raw, "Subject");

	for (size_t i = 0; i < m->head.n; i++) {
		const struct mime_field *f = &m->head.v[i];
		const char *name = m->raw + f->name;

		if (!is_content_field(name, f->name_len))
			continue;
		mime_encode_crlf(out, name, f->value + f->value_len - f->name);
		if (subject && f->name_len == 12 &&
		    strncasecmp(name, "Content-Type", 12) == 0)
			str_add(out, ";\r\n\tprotected-headers=\"v1\"");
		str_add(out, "\r\n");
	}
	if (subject)
		add_field(out, m, subject);
	str_add(out, "\r\n");
	mime_encode_crlf(out, m->raw + m->head.body, m->len - m->head.body);
}

static void add_outer(struct str *out, struct mime_message *m, bool hide)
{
	for (size_t i = 0; i < m->head.n; i++) {
		const struct mime_field *f = &m->head.v[i];
		const char *name = m->raw + f->name;

		if (is_content_field(name, f->name_len) ||
		    (f->name_len == 12 &&
		     strncasecmp(name, "MIME-Version", 12) == 0))
			continue;
		if (hide && f->name_len == 7 &&
		    strncasecmp(name, "Subject", 7) == 0) {
			str_add(out, "Subject: ...\r\n");
			continue;
		}
		/* It would tell what the conversation is about. */
		if (hide && f->name_len == 12 &&
		    strncasecmp(name, "Thread-Topic", 12) == 0)
			continue;
		add_field(out, m, f);
	}
	str_add(out, "MIME-Version: 1.0\r\n");
}

static char *new_boundary(void)
{
	CLEANUP(mem_free_ptr) char *id = codec_random_id();

	return xasprintf("=_%s", id);
}

/* --- signing --------------------------------------------------------------- */

static bool use_signer(struct sealing *g, struct mime_message *m,
		       struct err *err)
{
	struct crypt_sender from;
	gpgme_key_t key = NULL;

	crypt_sender_read(&from, m);
	if (from.addr)
		key = crypt_find_key(g->ctx, from.addr, true);
	if (!key)
		err_set(err, ERR_INPUT,
			"Not signed: there is no %s key to sign with for %s",
			crypt_kind_name(g->how->kind),
			from.addr ? from.addr : "the sender");
	crypt_sender_release(&from);
	if (!key)
		return false;
	gpgme_signers_clear(g->ctx);
	gpgme_signers_add(g->ctx, key);
	gpgme_key_unref(key);
	return true;
}

static void add_micalg(struct str *out, const struct sealing *g)
{
	gpgme_sign_result_t r = gpgme_op_sign_result(g->ctx);
	const char *name =
		r && r->signatures
			? gpgme_hash_algo_name(r->signatures->hash_algo)
			: NULL;

	if (!name)
		name = "SHA256";
	if (g->how->kind == CRYPT_OPENPGP)
		str_add(out, "pgp-");
	for (; *name; name++) {
		/* S/MIME writes sha-256, OpenPGP pgp-sha256. */
		str_add_char(out, (char)tolower((unsigned char)*name));
		if (g->how->kind == CRYPT_SMIME && tolower(*name) == 'a' &&
		    isdigit((unsigned char)name[1]))
			str_add_char(out, '-');
	}
}

/* multipart/signed around the entity. */
static bool sign_entity(struct sealing *g, const struct str *entity,
			struct str *out, struct err *err)
{
	bool pgp = g->how->kind == CRYPT_OPENPGP;
	CLEANUP(mem_free_ptr) char *b = new_boundary();
	CLEANUP(str_release) struct str sig_text = STR_INIT;
	gpgme_data_t plain = crypt_data(entity->s, entity->len), sig;
	gpgme_error_t e;

	if (gpgme_data_new(&sig))
		BUG("out of memory");
	gpgme_set_armor(g->ctx, pgp);
	e = gpgme_op_sign(g->ctx, plain, sig, GPGME_SIG_MODE_DETACH);
	crypt_take(sig, &sig_text);
	gpgme_data_release(plain);
	gpgme_data_release(sig);
	if (e)
		return crypt_fail(err, e, "Not signed");
	str_addf(out,
		 "Content-Type: multipart/signed;\r\n\tboundary=\"%s\";"
		 "\r\n\tmicalg=",
		 b);
	add_micalg(out, g);
	str_addf(out, ";\r\n\tprotocol=\"application/%s-signature\"\r\n\r\n",
		 pgp ? "pgp" : "pkcs7");
	str_addf(out, "--%s\r\n", b);
	str_add_mem(out, entity->s, entity->len);
	str_addf(out, "\r\n--%s\r\n", b);
	if (pgp) {
		str_add(out, "Content-Type: application/pgp-signature; "
			     "name=\"signature.asc\"\r\nContent-Description: "
			     "OpenPGP signature\r\n\r\n");
		mime_encode_crlf(out, sig_text.s, sig_text.len);
	} else {
		str_add(out, "Content-Type: application/pkcs7-signature; "
			     "name=\"smime.p7s\"\r\n"
			     "Content-Transfer-Encoding: base64\r\n"
			     "Content-Disposition: attachment; "
			     "filename=\"smime.p7s\"\r\n\r\n");
		mime_encode_base64(out, sig_text.s, sig_text.len);
	}
	str_addf(out, "\r\n--%s--\r\n", b);
	return true;
}

/* --- encrypting ------------------------------------------------------------ */

static void add_recipient(struct sealing *g, const char *addr)
{
	gpgme_key_t key = crypt_find_key(g->ctx, addr, false);

	if (!key) {
		str_addf(&g->missing, "%s%s", g->missing.len ? ", " : "", addr);
		return;
	}
	for (size_t i = 0; i < g->keys.n; i++)
		if (str_eq(g->keys.v[i]->fpr, key->fpr)) {
			gpgme_key_unref(key);
			return;
		}
	vec_add(&g->keys, key);
}

static bool find_recipients(struct sealing *g, struct mime_message *m,
			    struct err *err)
{
	static const char *const fields[] = {"To", "Cc", "From"};
	struct mime_address_list l;

	mime_address_list_init(&l);
	mime_addresses(m, "Bcc", &l);
	if (l.n) {
		mime_address_list_release(&l);
		return err_set(err, ERR_INPUT,
			       "Not encrypted: the keys used would tell "
			       "everybody whom Bcc names; send those a "
			       "message of their own");
	}
	for (size_t f = 0; f < ARRAY_LEN(fields); f++)
		mime_addresses(m, fields[f], &l);
	for (size_t i = 0; i < l.n; i++)
		if (l.v[i].addr)
			add_recipient(g, l.v[i].addr);
	mime_address_list_release(&l);
	if (g->missing.len)
		return err_set(err, ERR_INPUT,
			       "Not encrypted: there is no %s key for %.300s",
			       crypt_kind_name(g->how->kind), g->missing.s);
	vec_add(&g->keys, NULL);
	return true;
}

static bool fail_encrypt(struct sealing *g, gpgme_error_t e, struct err *err)
{
	gpgme_encrypt_result_t r = gpgme_op_encrypt_result(g->ctx);

	if (gpgme_err_code(e) == GPG_ERR_UNUSABLE_PUBKEY && r &&
	    r->invalid_recipients) {
		const char *fpr = str_or_empty(r->invalid_recipients->fpr);

		for (size_t i = 0; i + 1 < g->keys.n; i++)
			if (str_ends(g->keys.v[i]->fpr, fpr) &&
			    g->keys.v[i]->uids)
				return err_set(err, ERR_INPUT,
					       "Not encrypted: nobody vouches "
					       "for the key of %s; sign it or "
					       "set its trust with gpg",
					       g->keys.v[i]->uids->uid);
		return err_set(err, ERR_INPUT,
			       "Not encrypted: the key %s may not be used",
			       fpr);
	}
	return crypt_fail(err, e, "Not encrypted");
}

static bool encrypt_entity(struct sealing *g, const struct str *entity,
			   struct str *out, struct err *err)
{
	bool pgp = g->how->kind == CRYPT_OPENPGP;
	CLEANUP(mem_free_ptr) char *b = new_boundary();
	CLEANUP(str_release) struct str text = STR_INIT;
	gpgme_data_t plain = crypt_data(entity->s, entity->len), data;
	gpgme_error_t e;

	if (gpgme_data_new(&data))
		BUG("out of memory");
	gpgme_set_armor(g->ctx, pgp);
	e = pgp && g->how->sign
		    ? gpgme_op_encrypt_sign(g->ctx, g->keys.v, 0, plain, data)
		    : gpgme_op_encrypt(g->ctx, g->keys.v, 0, plain, data);
	crypt_take(data, &text);
	gpgme_data_release(plain);
	gpgme_data_release(data);
	if (e)
		return fail_encrypt(g, e, err);
	if (!pgp) {
		str_add(out, "Content-Type: application/pkcs7-mime; "
			     "smime-type=enveloped-data;\r\n\tname="
			     "\"smime.p7m\"\r\nContent-Transfer-Encoding: "
			     "base64\r\nContent-Disposition: attachment; "
			     "filename=\"smime.p7m\"\r\n\r\n");
		mime_encode_base64(out, text.s, text.len);
		return true;
	}
	str_addf(out,
		 "Content-Type: multipart/encrypted;\r\n\tboundary=\"%s\";"
		 "\r\n\tprotocol=\"application/pgp-encrypted\"\r\n\r\n"
		 "--%s\r\nContent-Type: application/pgp-encrypted\r\n\r\n"
		 "Version: 1\r\n\r\n--%s\r\nContent-Type: "
		 "application/octet-stream; name=\"encrypted.asc\"\r\n"
		 "Content-Disposition: inline; filename=\"encrypted.asc\""
		 "\r\n\r\n",
		 b, b, b);
	mime_encode_crlf(out, text.s, text.len);
	str_addf(out, "\r\n--%s--\r\n", b);
	return true;
}

static bool seal_entity(struct sealing *g, struct mime_message *m,
			struct str *out, struct err *err)
{
	bool pgp = g->how->kind == CRYPT_OPENPGP;
	CLEANUP(str_release) struct str entity = STR_INIT;
	CLEANUP(str_release) struct str is_signed = STR_INIT;

	if (g->how->sign && !use_signer(g, m, err))
		return false;
	if (g->how->encrypt && !find_recipients(g, m, err))
		return false;
	make_entity(&entity, m);
	if (!g->how->encrypt)
		return sign_entity(g, &entity, out, err);
	if (g->how->sign && !pgp)
		return sign_entity(g, &entity, &is_signed, err) &&
		       encrypt_entity(g, &is_signed, out, err);
	return encrypt_entity(g, &entity, out, err);
}

bool crypt_seal(struct str *out, struct mime_message *m,
		const struct crypt_seal *s, struct err *err)
{
	struct sealing g = {.how = s, .missing = STR_INIT};
	CLEANUP(str_release) struct str body = STR_INIT;
	bool ok;

	g.ctx = crypt_ctx(s->kind, s->may_ask, err);
	if (!g.ctx)
		return false;
	if (s->sign && !s->may_ask && crypt_is_locked(g.ctx, s->kind)) {
		ok = err_set(err, ERR_DENIED, "the key is locked");
		if (err)
			crypt_set_locked(err);
	} else {
		ok = seal_entity(&g, m, &body, err);
	}
	if (ok) {
		add_outer(out, m, s->encrypt);
		str_add_mem(out, body.s, body.len);
	}
	for (size_t i = 0; i < g.keys.n; i++)
		if (g.keys.v[i])
			gpgme_key_unref(g.keys.v[i]);
	vec_release(&g.keys);
	str_release(&g.missing);
	gpgme_release(g.ctx);
	return ok;
}
