/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "engine/message_private.h"

#include "mime/crypt.h"

bool letter_has_seal(const struct letter *l)
{
	return crypt_look(l->mime) != CRYPT_LOOK_PLAIN;
}

bool letter_part_alone(const struct letter *l, size_t index, struct bytes *raw)
{
	static const char *const types[] = {
		"multipart/signed", "multipart/encrypted",
		"application/pkcs7-mime", "application/x-pkcs7-mime"};
	const struct mime_part *p = mime_part(l->mime, index);
	struct mime_address_list from;
	struct str out = STR_INIT, names CLEANUP(str_release) = STR_INIT;
	bool is = false;

	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		is |= str_eq(p->type, types[i]);
	if (!is)
		return false;
	mime_address_list_init(&from);
	mime_addresses(l->mime, "From", &from);
	mime_address_list_add_text(&names, &from);
	mime_address_list_release(&from);
	if (names.len)
		str_addf(&out, "From: %s\r\n", names.s);
	str_add_mem(&out, (const char *)l->raw.p + p->header_offset,
		    p->offset + p->len - p->header_offset);
	*raw = bytes_from_str(&out);
	return true;
}

static enum seal_state state_of(enum crypt_trust trust)
{
	switch (trust) {
	case CRYPT_UNSIGNED:
		return SEAL_NONE;
	case CRYPT_VALID:
		return SEAL_VALID;
	case CRYPT_UNTRUSTED:
	case CRYPT_EXPIRED:
	case CRYPT_UNKNOWN_KEY:
		return SEAL_DOUBTFUL;
	case CRYPT_OTHER_SIGNER:
	case CRYPT_REVOKED:
	case CRYPT_ODD:
	case CRYPT_BAD:
		return SEAL_BAD;
	}
	BUG("trust %d", (int)trust);
}

static const char *word_of(enum crypt_trust trust)
{
	switch (trust) {
	case CRYPT_UNSIGNED:
		return "";
	case CRYPT_VALID:
		return "signed";
	case CRYPT_UNTRUSTED:
		return "signer not confirmed";
	case CRYPT_OTHER_SIGNER:
		return "signed by ANOTHER";
	case CRYPT_EXPIRED:
		return "signature expired";
	case CRYPT_REVOKED:
		return "key REVOKED";
	case CRYPT_UNKNOWN_KEY:
		return "signer unknown";
	case CRYPT_ODD:
		return "NOT signed";
	case CRYPT_BAD:
		return "signature BAD";
	}
	BUG("trust %d", (int)trust);
}

void seal_free(struct seal *s)
{
	if (!s)
		return;
	free(s->word);
	free(s->text);
	free(s->subject);
	letter_free(s->inner);
	free(s);
}

bool seal_open(struct seal **out, const struct bytes *raw, bool may_ask,
	       struct err *err)
{
	struct crypt_options o = {.may_ask = may_ask};
	struct crypt_opened opened;
	struct mime_message *m;
	struct seal *s;
	bool ok;

	if (!mime_read(&m, raw->p, raw->len, NULL, err))
		return false;
	ok = crypt_open(&opened, m, &o, err);
	mime_message_free(m);
	if (!ok)
		return false;
	s = xcalloc(1, sizeof(*s));
	s->state = state_of(opened.trust);
	s->encrypted = opened.encrypted;
	s->smime = opened.kind == CRYPT_SMIME;
	s->word = xasprintf("%s%s%s", word_of(opened.trust),
			    opened.encrypted && s->state ? ", " : "",
			    opened.encrypted ? "encrypted" : "");
	s->text = opened.text;
	s->subject = opened.subject;
	opened.text = opened.subject = NULL;
	if (opened.inner.len && !letter_read(&s->inner, &opened.inner, NULL))
		s->inner = NULL;
	if (s->inner) {
		s->inner->secret = s->encrypted;
		s->inner->smime = s->smime;
	}
	crypt_opened_release(&opened);
	*out = s;
	return true;
}

struct seal_how draft_seal(const struct draft *d)
{
	return d->seal;
}

void draft_set_seal(struct draft *d, const struct seal_how *how)
{
	d->seal = *how;
}

bool seal_message(struct bytes *raw, const struct seal_how *how, bool may_ask,
		  struct err *err)
{
	struct crypt_seal s = {.kind = how->smime ? CRYPT_SMIME : CRYPT_OPENPGP,
			       .sign = how->sign,
			       .encrypt = how->encrypt,
			       .may_ask = may_ask};
	struct str out = STR_INIT;
	struct mime_message *m;
	bool ok;

	if (!how->sign && !how->encrypt)
		return true;
	if (!mime_read(&m, raw->p, raw->len, NULL, err))
		return false;
	ok = crypt_seal(&out, m, &s, err);
	mime_message_free(m);
	if (!ok) {
		str_release(&out);
		return false;
	}
	bytes_release(raw);
	*raw = bytes_from_str(&out);
	return true;
}
