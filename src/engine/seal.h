/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef ENGINE_SEAL_H
#define ENGINE_SEAL_H
/*
 * Signed and encrypted messages for people: the door to src/mime/crypt.h, whose
 * promises hold here. All but letter_has_seal start programs and take their
 * time: on the screens they run in a task (ui/task.h).
 */
#include "engine/message.h"

/* Is there anything to verify or decrypt? Cheap. */
bool letter_has_seal(const struct letter *l);

/* A sealed part as a message of its own, for seal_open: nothing around it comes
 * along. False: the part is none. */
bool letter_part_alone(const struct letter *l, size_t index, struct bytes *raw);

enum seal_state {
	SEAL_NONE,     /* not signed (perhaps encrypted, perhaps in part) */
	SEAL_VALID,    /* signed by the sender, the key is trusted */
	SEAL_DOUBTFUL, /* right, but not enough to rely on */
	SEAL_BAD       /* changed, a trick, or of somebody else */
};
struct seal {
	enum seal_state state;
	bool encrypted;
	bool smime;
	char *word;    /* short: "signed", "signature BAD", "encrypted" */
	char *text;    /* all of it, one sentence a line */
	char *subject; /* the protected one; NULL: as in the header */
	struct letter *inner; /* to show in its place; NULL: the letter */
};
/* may_ask: gpg may ask for a passphrase on the terminal. A locked key is
 * ERR_DENIED with the code "locked". */
bool seal_open(struct seal **out, const struct bytes *raw, bool may_ask,
	       struct err *err) MUST_CHECK;
void seal_free(struct seal *s);

/* How a draft is to go out. */
struct seal_how {
	bool smime, sign, encrypt;
};
/* An answer to an encrypted message begins encrypted. */
struct seal_how draft_seal(const struct draft *d);
void draft_set_seal(struct draft *d, const struct seal_how *how);
/* raw: a built message, replaced by the sealed one. */
bool seal_message(struct bytes *raw, const struct seal_how *how, bool may_ask,
		  struct err *err) MUST_CHECK;
#endif
