/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "mime/crypt_trust.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "base/vec.h"

#define KEY_SHOWN 16 /* last digits of a fingerprint */

void crypt_set_locked(struct err *err)
{
	snprintf(err->code, sizeof(err->code), "locked");
}

void crypt_sender_read(struct crypt_sender *s, struct mime_message *m)
{
	CLEANUP(strv_release) struct strv fields;
	struct mime_address_list l;
	size_t n = 0;

	*s = (struct crypt_sender){0};
	strv_init(&fields);
	mime_header_all(m, "From", &fields);
	mime_address_list_init(&l);
	mime_addresses(m, "From", &l);
	for (size_t i = 0; i < l.n; i++)
		if (l.v[i].addr && n++ == 0)
			s->addr = xstrdup(l.v[i].addr);
	s->several = n > 1 || fields.n > 1;
	if (s->several)
		mem_replace(&s->addr, NULL);
	mime_address_list_release(&l);
}

void crypt_sender_release(struct crypt_sender *s)
{
	free(s->addr);
}

void crypt_note(struct crypt_opened *out, enum crypt_trust trust,
		const char *text)
{
	if (trust < out->trust)
		return;
	out->trust = trust;
	mem_replace(&out->text, xstrdup(text));
}

/* --- one signature --------------------------------------------------------- */

/* "Ada Byron <ada@example.org>" of the key, one clean line. */
static char *name_of(gpgme_key_t key, const char *addr)
{
	gpgme_user_id_t u = addr ? crypt_uid_of(key, addr) : NULL;
	CLEANUP(mem_free_ptr) char *text = NULL;

	if (!u)
		u = key->uids;
	/* A certificate names its owner first and the address in a further id.
	 */
	if (u && key->protocol == GPGME_PROTOCOL_CMS && u != key->uids &&
	    key->uids->name && *key->uids->name)
		text = xasprintf("%s %s", key->uids->name, u->email);
	return u ? utf8_clean_line(text ? text : u->uid, false) : NULL;
}

static const char *short_id(const char *fingerprint)
{
	size_t n = fingerprint ? strlen(fingerprint) : 0;

	return n > KEY_SHOWN ? fingerprint + n - KEY_SHOWN
			     : str_or_empty(fingerprint);
}

struct judged {
	enum crypt_trust trust;
	char *signer, *why;
};

static void judge_good(struct judged *j, gpgme_signature_t s, gpgme_key_t key,
		       const struct crypt_sender *sender)
{
	bool trusted =
		s->validity >= GPGME_VALIDITY_FULL && !s->wrong_key_usage;
	bool own = key && sender->addr && crypt_uid_of(key, sender->addr);

	if (!trusted) {
		j->trust = CRYPT_UNTRUSTED;
		j->why = xasprintf("The signature is right, but nobody "
				   "vouches that the key %s is of %s",
				   short_id(s->fpr), str_or_empty(j->signer));
	} else if (sender->several) {
		j->trust = CRYPT_OTHER_SIGNER;
		j->why = xasprintf("Signed by %s, but From names several "
				   "senders",
				   str_or_empty(j->signer));
	} else if (!own) {
		j->trust = CRYPT_OTHER_SIGNER;
		j->why = xasprintf("NOT signed by the sender: the signature is "
				   "of %s, From says %s",
				   str_or_empty(j->signer),
				   sender->addr ? sender->addr : "nobody");
	} else {
		j->trust = CRYPT_VALID;
	}
}

static void judge_one(struct judged *j, gpgme_signature_t s, gpgme_key_t key,
		      const struct crypt_sender *sender)
{
	const char *who = j->signer ? j->signer : short_id(s->fpr);

	switch (gpgme_err_code(s->status)) {
	case GPG_ERR_NO_ERROR:
		if (s->summary & GPGME_SIGSUM_KEY_REVOKED) {
			j->trust = CRYPT_REVOKED;
			j->why = xasprintf("Signed by %s with a key that was "
					   "revoked",
					   who);
		} else if (s->summary & (GPGME_SIGSUM_KEY_EXPIRED |
					 GPGME_SIGSUM_SIG_EXPIRED)) {
			j->trust = CRYPT_EXPIRED;
			j->why = xasprintf("Signed by %s, but it has expired",
					   who);
		} else if (s->summary & GPGME_SIGSUM_RED) {
			j->trust = CRYPT_BAD;
			j->why = xasprintf("The signature of %s is bad", who);
		} else {
			judge_good(j, s, key, sender);
		}
		break;
	case GPG_ERR_SIG_EXPIRED:
	case GPG_ERR_KEY_EXPIRED:
	case GPG_ERR_CERT_EXPIRED:
		j->trust = CRYPT_EXPIRED;
		j->why = xasprintf("Signed by %s, but %s has expired", who,
				   gpgme_err_code(s->status) ==
						   GPG_ERR_SIG_EXPIRED
					   ? "the signature"
					   : "the key");
		break;
	case GPG_ERR_CERT_REVOKED:
		j->trust = CRYPT_REVOKED;
		j->why = xasprintf("Signed by %s with a key that was revoked",
				   who);
		break;
	case GPG_ERR_NO_PUBKEY:
		j->trust = CRYPT_UNKNOWN_KEY;
		j->why = xasprintf("Signed with a key that is not here (%s): "
				   "it cannot be checked",
				   short_id(s->fpr));
		break;
	default:
		j->trust = CRYPT_BAD;
		j->why = xasprintf("The signature is bad: the message was "
				   "changed, or it is of something else");
		break;
	}
}

static void take_judged(struct crypt_opened *out, struct judged *j,
			gpgme_signature_t s)
{
	if (j->trust >= out->trust) {
		out->trust = j->trust;
		mem_replace(&out->signer, j->signer);
		mem_replace(&out->fingerprint, xstrdup(s->fpr));
		mem_replace(&out->text, j->why);
		out->when = s->timestamp ? (int64_t)s->timestamp : CLOCK_NEVER;
	} else {
		free(j->signer);
		free(j->why);
	}
}

void crypt_judge(struct crypt_opened *out, gpgme_ctx_t ctx,
		 const struct crypt_sender *sender, gpgme_error_t e)
{
	gpgme_verify_result_t r = gpgme_op_verify_result(ctx);
	gpgme_signature_t s = r ? r->signatures : NULL;

	if (!s) {
		char text[200];

		gpgme_strerror_r(e, text, sizeof(text));
		if (e && gpgme_err_code(e) != GPG_ERR_NO_DATA) {
			CLEANUP(mem_free_ptr)
			char *why = xasprintf("The signature cannot be read: "
					      "%s",
					      text);

			crypt_note(out, CRYPT_BAD, why);
		} else {
			crypt_note(out, CRYPT_ODD,
				   "It claims to be signed, but there is no "
				   "signature in it");
		}
		return;
	}
	for (; s; s = s->next) {
		struct judged j = {.trust = CRYPT_BAD};
		gpgme_key_t key = NULL;

		if (s->fpr && *s->fpr && gpgme_get_key(ctx, s->fpr, &key, 0))
			key = NULL;
		j.signer = key ? name_of(key, sender->addr) : NULL;
		judge_one(&j, s, key, sender);
		take_judged(out, &j, s);
		if (key)
			gpgme_key_unref(key);
	}
	/* Right signatures over data that could not be read whole are none. */
	if (e && out->trust <= CRYPT_OTHER_SIGNER)
		crypt_note(out, CRYPT_BAD,
			   "The signature is not of the whole message");
}

/* --- in words ---------------------------------------------------------------- */

void crypt_explain(struct crypt_opened *out, enum crypt_look look)
{
	struct str b = STR_INIT;
	const char *kind = crypt_kind_name(out->kind);

	if (out->encrypted)
		str_addf(&b, "Encrypted (%s)%s\n", kind,
			 out->trust == CRYPT_UNSIGNED
				 ? ", not signed: it may be from anybody"
				 : "");
	if (out->trust == CRYPT_VALID) {
		str_addf(&b, "Signed by %s, valid (%s",
			 str_or_empty(out->signer), kind);
		if (out->when != CLOCK_NEVER) {
			str_add(&b, ", ");
			clock_add_long(&b, out->when);
		}
		str_add(&b, ")\n");
	} else if (out->trust != CRYPT_UNSIGNED) {
		str_addf(&b, "%s\n", str_or_empty(out->text));
	}
	if (look == CRYPT_LOOK_PARTLY)
		str_add(&b, "Only a part of this message is signed or "
			    "encrypted, not the message: v opens it by "
			    "itself\n");
	if (look == CRYPT_LOOK_ARMOUR)
		str_add(&b, "Only a part of the text claims to be signed or "
			    "encrypted: that is not checked\n");
	mem_replace(&out->text, str_take(&b));
}
