/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef MIME_CRYPT_H
#define MIME_CRYPT_H
/*
 * OpenPGP (RFC 3156) and S/MIME (RFC 8551) over gpgme. Every function but
 * crypt_look starts gpg or gpgsm and may take seconds: never in the ui thread.
 *
 * What is promised to readers:
 * - A message is signed only when its outermost part, or the outermost part
 *   inside its encryption, is signed as a whole, every signature in it is
 *   right, and the signer's key carries the address in From. Anything less has
 *   a word of its own.
 * - Only an outermost encrypted part is decrypted, and nothing of the message
 *   around it is shown with the plain text (EFAIL's direct exfiltration, the
 *   mixed trees of "Johnny, you are fired").
 * - Nothing is fetched: no keys, no certificates, no revocation lists.
 */
#include "base/err.h"
#include "base/str.h"
#include "mime/read.h"

enum crypt_kind { CRYPT_NONE, CRYPT_OPENPGP, CRYPT_SMIME };
const char *crypt_kind_name(enum crypt_kind kind); /* "OpenPGP" */

/* From best to worst; of several signatures the worst counts. */
enum crypt_trust {
	CRYPT_UNSIGNED,
	CRYPT_VALID,
	CRYPT_UNTRUSTED,    /* right, but nobody vouches for the key */
	CRYPT_OTHER_SIGNER, /* right, of a trusted key, but not the sender's */
	CRYPT_EXPIRED,	    /* the signature or its key was so */
	CRYPT_REVOKED,
	CRYPT_UNKNOWN_KEY, /* the key is not here: it cannot be checked */
	CRYPT_ODD,	   /* a structure that only tricks have */
	CRYPT_BAD	   /* changed after it was signed */
};

/* What the structure says, cheap and promising nothing. */
enum crypt_look {
	CRYPT_LOOK_PLAIN,
	CRYPT_LOOK_SIGNED,
	CRYPT_LOOK_ENCRYPTED,
	CRYPT_LOOK_SMIME,  /* opaque: signed or encrypted, to be seen */
	CRYPT_LOOK_PARTLY, /* something sealed inside: not the message */
	CRYPT_LOOK_ARMOUR  /* a text with OpenPGP written into it */
};
enum crypt_look crypt_look(const struct mime_message *m);

struct crypt_options {
	/* May gpg ask for a passphrase (the terminal was handed over)? Else a
	 * locked key gives ERR_DENIED with the code "locked". */
	bool may_ask;
};

struct crypt_opened {
	enum crypt_kind kind;
	bool encrypted; /* and decrypted: `inner` is what was inside */
	enum crypt_trust trust;
	char *signer;	    /* name and address of the key; NULL: unknown */
	char *fingerprint;  /* or key id; NULL */
	int64_t when;	    /* of the signature; CLOCK_NEVER */
	char *text;	    /* the whole state, one sentence a line */
	char *subject;	    /* protected by the seal; NULL none */
	struct bytes inner; /* message to show in place of the outer one */
};
void crypt_opened_release(struct crypt_opened *o);

/* Verifies, decrypts. False: it could not be decrypted (ERR_DENIED: no key or
 * locked; ERR_INPUT: damaged or without protection against changes). */
bool crypt_open(struct crypt_opened *out, struct mime_message *m,
		const struct crypt_options *o, struct err *err) MUST_CHECK;

struct crypt_seal {
	enum crypt_kind kind;
	bool sign, encrypt, may_ask;
};
/* Signs and encrypts a built message: `raw` to `out`. The subject goes inside
 * and, when encrypted, is "..." outside. Fails (ERR_INPUT) naming each
 * recipient without a usable key, ERR_DENIED "locked" as above. */
bool crypt_seal(struct str *out, struct mime_message *m,
		const struct crypt_seal *s, struct err *err) MUST_CHECK;
#endif
