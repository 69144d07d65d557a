/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Opening: what of a message is sealed, decrypting, verifying. */
#include "mime/crypt_key.h"

#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "mime/crypt_trust.h"
#include "mime/encode.h"

#define PLAIN_MAX ((size_t)512 << 20)
#define ARMOUR_LOOK ((size_t)1 << 20)
/* Signed, encrypted, signed again: more is nobody's habit. */
#define LAYERS_MAX 4

/* --- the structure --------------------------------------------------------- */

static bool is_type(const struct mime_part *p, const char *type)
{
	return strcmp(p->type, type) == 0;
}

static bool is_pkcs7(const struct mime_part *p)
{
	return is_type(p, "application/pkcs7-mime") ||
	       is_type(p, "application/x-pkcs7-mime");
}

static enum crypt_kind signature_kind(const struct mime_part *p)
{
	if (is_type(p, "application/pgp-signature"))
		return CRYPT_OPENPGP;
	if (is_type(p, "application/pkcs7-signature") ||
	    is_type(p, "application/x-pkcs7-signature"))
		return CRYPT_SMIME;
	return CRYPT_NONE;
}

/* Indexes of the children of part `of`; how many there are (at most max are
 * written). */
static size_t children(const struct mime_message *m, size_t of, size_t *out,
		       size_t max)
{
	size_t n = 0;

	for (size_t i = of + 1; i < m->parts.n; i++)
		if (m->parts.v[i].parent == (int)of && n++ < max)
			out[n - 1] = i;
	return n;
}

static bool is_blank_text(const struct mime_message *m, size_t i)
{
	const struct mime_part *p = &m->parts.v[i];

	if (strncmp(p->type, "text/", 5) != 0)
		return false;
	for (size_t k = 0; k < p->len; k++)
		if (!strchr(" \t\r\n", m->raw[p->offset + k]))
			return false;
	return true;
}

/* The part with the OpenPGP data of an encrypted message; 0: it is none.
 * Exchange turns multipart/encrypted into multipart/mixed and may put an empty
 * text in front; the parts are still the same. */
static size_t pgp_payload(const struct mime_message *m)
{
	size_t kids[4], n = children(m, 0, kids, 4), at = 0;
	bool mixed = is_type(&m->parts.v[0], "multipart/mixed");

	if (!mixed && !is_type(&m->parts.v[0], "multipart/encrypted"))
		return 0;
	if (mixed && n == 3 && is_blank_text(m, kids[0]))
		at = 1;
	if (n != at + 2 ||
	    !is_type(&m->parts.v[kids[at]], "application/pgp-encrypted") ||
	    !is_type(&m->parts.v[kids[at + 1]], "application/octet-stream"))
		return 0;
	return kids[at + 1];
}

static bool has_armour(const struct mime_message *m, const struct mime_part *p)
{
	static const char *const marks[] = {"-----BEGIN PGP SIGNED MESSAGE",
					    "-----BEGIN PGP MESSAGE"};
	size_t len = p->len < ARMOUR_LOOK ? p->len : ARMOUR_LOOK;

	if (strncmp(p->type, "text/", 5) != 0)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(marks); i++)
		if (memmem(m->raw + p->offset, len, marks[i], strlen(marks[i])))
			return true;
	return false;
}

static bool is_sealed_part(const struct mime_message *m, size_t i)
{
	const struct mime_part *p = &m->parts.v[i];

	return is_type(p, "multipart/signed") ||
	       is_type(p, "multipart/encrypted") ||
	       is_type(p, "application/pgp-encrypted") || is_pkcs7(p) ||
	       signature_kind(p) != CRYPT_NONE;
}

enum crypt_look crypt_look(const struct mime_message *m)
{
	if (m->parts.n == 0)
		return CRYPT_LOOK_PLAIN;
	if (is_type(&m->parts.v[0], "multipart/signed"))
		return CRYPT_LOOK_SIGNED;
	if (is_pkcs7(&m->parts.v[0]))
		return CRYPT_LOOK_SMIME;
	if (is_type(&m->parts.v[0], "multipart/encrypted") || pgp_payload(m))
		return CRYPT_LOOK_ENCRYPTED;
	for (size_t i = 0; i < m->parts.n; i++)
		if (!m->parts.v[i].inside && is_sealed_part(m, i))
			return CRYPT_LOOK_PARTLY;
	for (size_t i = 0; i < m->parts.n; i++)
		if (!m->parts.v[i].inside && has_armour(m, &m->parts.v[i]))
			return CRYPT_LOOK_ARMOUR;
	return CRYPT_LOOK_PLAIN;
}

/* --- opening --------------------------------------------------------------- */

struct opening {
	struct crypt_opened *out;
	const struct crypt_options *options;
	struct crypt_sender sender; /* of the outer header */
	struct str entity; /* the innermost found so far: header and body */
	bool again;	   /* look at it for one more layer */
};

void crypt_opened_release(struct crypt_opened *o)
{
	free(o->signer);
	free(o->fingerprint);
	free(o->text);
	free(o->subject);
	bytes_release(&o->inner);
	*o = (struct crypt_opened){0};
}

static void odd(struct opening *g, const char *why)
{
	crypt_note(g->out, CRYPT_ODD, why);
}

/* Decoded bytes of a part. */
static bool part_bytes(struct mime_message *m, size_t i, struct str *out,
		       struct err *err)
{
	str_init_max(out, PLAIN_MAX);
	return mime_part_bytes(m, i, out, err);
}

static void verify_detached(struct opening *g, struct mime_message *m)
{
	size_t kids[2], n = children(m, 0, kids, 2);
	CLEANUP(str_release) struct str text = STR_INIT;
	CLEANUP(str_release) struct str sig = STR_INIT;
	enum crypt_kind kind =
		n == 2 ? signature_kind(&m->parts.v[kids[1]]) : CRYPT_NONE;
	struct err err = ERR_INIT;
	gpgme_data_t sig_data, text_data;
	gpgme_error_t e;
	gpgme_ctx_t ctx;

	if (kind == CRYPT_NONE) {
		odd(g, "It claims to be signed, but is not made as a signed "
		       "message is");
		return;
	}
	g->out->kind = kind;
	str_release(&sig);
	if (!part_bytes(m, kids[1], &sig, &err) ||
	    !(ctx = crypt_ctx(kind, false, &err))) {
		crypt_note(g->out, CRYPT_UNKNOWN_KEY, err.text);
		return;
	}
	crypt_add_entity(&text, m, kids[0]);
	sig_data = crypt_data(sig.s, sig.len);
	text_data = crypt_data(text.s, text.len);
	e = gpgme_op_verify(ctx, sig_data, text_data, NULL);
	crypt_judge(g->out, ctx, &g->sender, e);
	gpgme_data_release(sig_data);
	gpgme_data_release(text_data);
	gpgme_release(ctx);
	/* What is shown is what was signed. */
	str_clear(&g->entity);
	str_add_mem(&g->entity, text.s, text.len);
}

static void take_plain(struct opening *g, gpgme_data_t plain)
{
	str_clear(&g->entity);
	crypt_take(plain, &g->entity);
	g->again = true;
}

/* S/MIME signed-data: the content is inside the signature. */
static void verify_opaque(struct opening *g, const struct str *cms)
{
	struct err err = ERR_INIT;
	gpgme_ctx_t ctx = crypt_ctx(CRYPT_SMIME, false, &err);
	gpgme_data_t in, out;
	gpgme_error_t e;

	if (!ctx) {
		crypt_note(g->out, CRYPT_UNKNOWN_KEY, err.text);
		return;
	}
	in = crypt_data(cms->s, cms->len);
	if (gpgme_data_new(&out))
		BUG("out of memory");
	e = gpgme_op_verify(ctx, in, NULL, out);
	crypt_judge(g->out, ctx, &g->sender, e);
	take_plain(g, out);
	gpgme_data_release(in);
	gpgme_data_release(out);
	gpgme_release(ctx);
}

/* Without proof that it was not changed nothing of it may be shown: that is
 * how EFAIL's gadgets get their plain text out. */
static bool is_protected(gpgme_ctx_t ctx, enum crypt_kind kind, struct err *err)
{
	gpgme_decrypt_result_t r = gpgme_op_decrypt_result(ctx);

	if (kind == CRYPT_OPENPGP && r && r->legacy_cipher_nomdc)
		return err_set(err, ERR_INPUT,
			       "The encrypted text has no protection against "
			       "changes and is not shown");
	return true;
}

static bool decrypt(struct opening *g, enum crypt_kind kind,
		    const struct str *data, struct err *err)
{
	gpgme_ctx_t ctx = crypt_ctx(kind, g->options->may_ask, err);
	gpgme_data_t in, out;
	gpgme_error_t e;
	bool ok = true;

	if (!ctx)
		return false;
	if (!g->options->may_ask && crypt_is_locked(ctx, kind)) {
		gpgme_release(ctx);
		ok = err_set(err, ERR_DENIED, "the key is locked");
		if (err)
			crypt_set_locked(err);
		return ok;
	}
	in = crypt_data(data->s, data->len);
	if (gpgme_data_new(&out))
		BUG("out of memory");
	e = kind == CRYPT_OPENPGP ? gpgme_op_decrypt_verify(ctx, in, out)
				  : gpgme_op_decrypt(ctx, in, out);
	if (e)
		ok = crypt_fail(err, e, "It cannot be decrypted");
	else
		ok = is_protected(ctx, kind, err);
	if (ok) {
		g->out->encrypted = true;
		g->out->kind = kind;
		if (kind == CRYPT_OPENPGP &&
		    gpgme_op_verify_result(ctx)->signatures)
			crypt_judge(g->out, ctx, &g->sender, 0);
		take_plain(g, out);
	}
	gpgme_data_release(in);
	gpgme_data_release(out);
	gpgme_release(ctx);
	return ok;
}

static void find_smime_type(void *arg, const char *name, const char *value)
{
	if (strcasecmp(name, "smime-type") == 0)
		mem_replace(arg, xstrdup(value));
}

/* The parameter smime-type; without it, data that gpgsm can decrypt. */
static char *smime_type(struct mime_message *m)
{
	const struct mime_field *f =
		mime_header_field(&m->head, m->raw, "Content-Type");
	CLEANUP(mem_free_ptr)
	char *value = f ? mime_field_unfold(m->raw, f, 16384) : NULL;
	char *type = NULL;

	if (value)
		free(mime_type_parse(value, find_smime_type, &type));
	return type;
}

static bool open_pkcs7(struct opening *g, struct mime_message *m,
		       struct err *err)
{
	CLEANUP(mem_free_ptr) char *type = smime_type(m);
	CLEANUP(str_release) struct str data = STR_INIT;

	if (!part_bytes(m, 0, &data, err))
		return false;
	g->out->kind = CRYPT_SMIME;
	if (type && strcasecmp(type, "signed-data") == 0) {
		verify_opaque(g, &data);
		return true;
	}
	if (type && (strcasecmp(type, "certs-only") == 0 ||
		     strcasecmp(type, "compressed-data") == 0))
		return err_set(err, ERR_UNSUPPORTED,
			       "S/MIME of the type %s is not shown", type);
	if (decrypt(g, CRYPT_SMIME, &data, err))
		return true;
	if (type || err->kind != ERR_INPUT)
		return false;
	/* No type was said: then it may be signed-data. */
	verify_opaque(g, &data);
	return g->entity.len > 0;
}

/* One layer of the entity at hand; *found false: there is none left. */
static bool open_layer(struct opening *g, struct mime_message *m, bool *found,
		       struct err *err)
{
	size_t payload;

	*found = true;
	if (is_type(&m->parts.v[0], "multipart/signed")) {
		verify_detached(g, m);
		return true;
	}
	if (is_pkcs7(&m->parts.v[0]))
		return open_pkcs7(g, m, err);
	payload = pgp_payload(m);
	if (payload) {
		CLEANUP(str_release) struct str data = STR_INIT;

		return part_bytes(m, payload, &data, err) &&
		       decrypt(g, CRYPT_OPENPGP, &data, err);
	}
	if (is_type(&m->parts.v[0], "multipart/encrypted"))
		return err_set(err, ERR_INPUT,
			       "It claims to be encrypted, but is not made as "
			       "an encrypted message is");
	*found = false;
	return true;
}

/* --- the result ------------------------------------------------------------ */

static void find_protected(void *arg, const char *name, const char *value)
{
	if ((strcasecmp(name, "protected-headers") == 0 &&
	     strcasecmp(value, "v1") == 0) ||
	    strcasecmp(name, "hp") == 0)
		*(bool *)arg = true;
}

/* The subject inside the seal, where the sender put one there. */
static void take_subject(struct opening *g, struct mime_message *inner)
{
	const struct mime_field *f =
		mime_header_field(&inner->head, inner->raw, "Content-Type");
	CLEANUP(mem_free_ptr)
	char *value = f ? mime_field_unfold(inner->raw, f, 16384) : NULL;
	bool is = false;
	const char *subject;

	if (value)
		free(mime_type_parse(value, find_protected, &is));
	subject = is ? mime_header(inner, "Subject") : NULL;
	if (subject)
		mem_replace(&g->out->subject, xstrdup(subject));
}

/* The outer header without what described its body, then what was inside. */
static void make_inner(struct opening *g, const struct mime_message *m)
{
	struct str out;
	const struct mime_header_block *h = &m->head;

	str_init_max(&out, PLAIN_MAX + (1 << 20));
	for (size_t i = 0; i < h->n; i++) {
		const char *name = m->raw + h->v[i].name;
		size_t len = h->v[i].name_len;

		if ((len >= 8 && strncasecmp(name, "Content-", 8) == 0) ||
		    (len == 12 && strncasecmp(name, "MIME-Version", 12) == 0) ||
		    (g->out->subject && len == 7 &&
		     strncasecmp(name, "Subject", 7) == 0))
			continue;
		str_add_mem(&out, name,
			    h->v[i].value + h->v[i].value_len - h->v[i].name);
		str_add(&out, "\r\n");
	}
	if (g->out->subject)
		mime_encode_field(&out, "Subject", g->out->subject);
	str_add(&out, "MIME-Version: 1.0\r\n");
	/* Only its Content fields count: a From in there is nobody's. */
	{
		struct mime_header_block in = {.start = 0};
		const char *s = g->entity.s;

		mime_header_scan(&in, s, g->entity.len, 0, 200, NULL, NULL);
		for (size_t i = 0; i < in.n; i++) {
			const char *name = s + in.v[i].name;

			if (in.v[i].name_len < 8 ||
			    strncasecmp(name, "Content-", 8) != 0)
				continue;
			str_add_mem(&out, name,
				    in.v[i].value + in.v[i].value_len -
					    in.v[i].name);
			str_add(&out, "\r\n");
		}
		str_add(&out, "\r\n");
		str_add_mem(&out, s + in.body, g->entity.len - in.body);
		mime_header_block_release(&in);
	}
	g->out->inner = bytes_from_str(&out);
}

static bool open_layers(struct opening *g, struct mime_message *m,
			struct err *err)
{
	bool found = true;

	if (!open_layer(g, m, &found, err))
		return false;
	for (int i = 0; g->again && found && i < LAYERS_MAX; i++) {
		CLEANUP(str_release) struct str entity = g->entity;
		struct mime_message *inner;
		bool ok;

		g->again = false;
		str_init_max(&g->entity, PLAIN_MAX);
		if (!mime_read(&inner, entity.s, entity.len, NULL, NULL))
			break; /* it is empty */
		take_subject(g, inner);
		ok = open_layer(g, inner, &found, err);
		if (ok && !found) {
			str_release(&g->entity);
			g->entity = entity;
			str_init(&entity);
		}
		mime_message_free(inner);
		if (!ok)
			return false;
	}
	return true;
}

bool crypt_open(struct crypt_opened *out, struct mime_message *m,
		const struct crypt_options *o, struct err *err)
{
	struct opening g = {.out = out, .options = o};
	struct err own = ERR_INIT;
	bool ok;

	*out = (struct crypt_opened){.when = CLOCK_NEVER};
	crypt_sender_read(&g.sender, m);
	str_init_max(&g.entity, PLAIN_MAX);
	ok = m->parts.n > 0 && open_layers(&g, m, err ? err : &own);
	if (ok && g.entity.len) {
		struct mime_message *inner;

		if (!out->subject &&
		    mime_read(&inner, g.entity.s, g.entity.len, NULL, NULL)) {
			take_subject(&g, inner);
			mime_message_free(inner);
		}
		/* A subject that nobody vouches for stays where it was. */
		if (!out->encrypted && out->trust != CRYPT_VALID)
			mem_replace(&out->subject, NULL);
		make_inner(&g, m);
	}
	if (ok)
		crypt_explain(out, crypt_look(m));
	else
		crypt_opened_release(out);
	str_release(&g.entity);
	crypt_sender_release(&g.sender);
	return ok;
}
