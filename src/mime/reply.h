/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef MIME_REPLY_H
#define MIME_REPLY_H
/* Answers and forwards: a draft made from a message. */
#include "mime/build.h"
#include "mime/read.h"

enum mime_reply_kind {
	MIME_REPLY,	      /* to Reply-To or From */
	MIME_REPLY_ALL,	      /* and To, Cc; or Mail-Followup-To */
	MIME_REPLY_LIST,      /* to List-Post; else as REPLY_ALL */
	MIME_FORWARD,	      /* text inline, attachments taken along */
	MIME_FORWARD_ATTACHED /* the whole message as message/rfc822 */
};

struct mime_reply_options {
	const struct strv *own; /* own addresses, left out of replies */
	const char *from_name;	/* of the answer's From */
	const char *from_addr;	/* NULL: the own address it was sent to,
				 * else the first own */
	const char *signature;	/* text behind "-- "; NULL none */
	bool no_quote;		/* leave the quoted text out */
	bool block;	    /* Outlook's way: below a header, HTML and all */
	size_t quote_width; /* see quote.h; 0: no wrapping */
};

/* Fills d (initialised). An answer to one's own message goes to its
 * recipients again. */
void mime_reply(struct mime_draft *d, struct mime_message *m,
		enum mime_reply_kind kind, const struct mime_reply_options *o);

/* Makes d, whose subject is set, the first of a conversation as Outlook knows
 * them: Thread-Topic, and a Thread-Index that answers go on from. */
void mime_begin_thread(struct mime_draft *d);

/* Subject without any reply and forward marks in the languages Outlook
 * writes ("Re:", "AW:", "WG:", "SV:", "Re[2]:", "Fwd:", "TR:" ...): points
 * into s. */
const char *mime_subject_bare(const char *s);
/* "Re: " or "Fwd: " and the bare subject; caller frees. */
char *mime_subject_for(const char *s, bool forward);
#endif
