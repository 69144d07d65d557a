/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef MIME_CRYPT_KEY_H
#define MIME_CRYPT_KEY_H
/* Inside crypt*.c only: contexts, keys and data of gpgme. */
#include <gpgme.h>

#include "mime/crypt.h"
#include "mime/message.h"

/* A context that fetches nothing; NULL and *err when the programs are not
 * installed. Caller: gpgme_release. */
gpgme_ctx_t crypt_ctx(enum crypt_kind kind, bool may_ask, struct err *err);
/* *err from gpgme's; ERR_DENIED "locked" where a passphrase was wanted. */
bool crypt_fail(struct err *err, gpgme_error_t e, const char *what);
/* S/MIME without may_ask: is some secret key locked? gpgsm would ask. */
bool crypt_is_locked(gpgme_ctx_t ctx, enum crypt_kind kind);
/* The key that a person with this address signs with (secret) or reads with;
 * NULL: none usable. Caller: gpgme_key_unref. */
gpgme_key_t crypt_find_key(gpgme_ctx_t ctx, const char *addr, bool secret);
/* The user id of key that carries addr (any case); NULL: none. */
gpgme_user_id_t crypt_uid_of(gpgme_key_t key, const char *addr);
/* Everything written to d so far; d is read from its start. */
void crypt_take(gpgme_data_t d, struct str *out);
gpgme_data_t crypt_data(const void *p, size_t len); /* copies */
/* Bytes of a part with its header, line ends made CRLF. */
void crypt_add_entity(struct str *out, const struct mime_message *m,
		      size_t index);
#endif
