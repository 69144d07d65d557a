/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef MIME_RESEND_H
#define MIME_RESEND_H
/* Messages sent once more: the body byte for byte, the header changed. */
#include "mime/address.h"

/* The message without the fields named in `drop` (ended by NULL; "Resent-*"
 * drops all that begin so), CRLF in the header. */
void mime_header_without(struct str *out, const char *raw, size_t len,
			 const char *const *drop);

struct mime_bounce {
	const struct mime_address_list *from, *reply_to, *to;
	const char *message_id; /* new, without <> */
	int64_t date;
};
/* The message passed on to others as it is. Exchange sends only in the name of
 * the mailbox and takes the recipients from To, not from Resent-To (dossier EWS
 * 10.1): so From and To are ours, and answers go to reply_to. */
void mime_bounce(struct str *out, const char *raw, size_t len,
		 const struct mime_bounce *b);
#endif
