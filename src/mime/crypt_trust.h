/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef MIME_CRYPT_TRUST_H
#define MIME_CRYPT_TRUST_H
/* Inside crypt*.c only: what signatures are worth, in words. */
#include "mime/crypt_key.h"

/* Whom the header names as the writer: exactly one address, or nobody. */
struct crypt_sender {
	char *addr; /* NULL: none, or several */
	bool several;
};
void crypt_sender_read(struct crypt_sender *s, struct mime_message *m);
void crypt_sender_release(struct crypt_sender *s);

/* Takes the result of a verification over into out; the worst counts. */
void crypt_judge(struct crypt_opened *out, gpgme_ctx_t ctx,
		 const struct crypt_sender *sender, gpgme_error_t e);
/* Something worse than what is known: trust and a sentence. */
void crypt_note(struct crypt_opened *out, enum crypt_trust trust,
		const char *text);
/* Completes out->text. */
void crypt_explain(struct crypt_opened *out, enum crypt_look look);
void crypt_set_locked(struct err *err);
#endif
