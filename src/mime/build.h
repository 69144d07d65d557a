/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef MIME_BUILD_H
#define MIME_BUILD_H
/*
 * Messages out: RFC 5322 bytes with CRLF, 7-bit clean (but for an attached
 * message that is 8-bit itself, and internationalised local parts), lines of at
 * most 998 bytes. No member can bring in a header or a line of its own: CR, LF
 * and NUL in header members become blanks.
 */
#include "base/err.h"
#include "base/str.h"
#include "mime/address.h"

struct mime_attachment {
	char *name;	   /* UTF-8; NULL: none */
	char *type;	   /* "application/pdf"; NULL: octet-stream, or
				 * guessed by the name's extension */
	char *content_id;  /* inline part of html; NULL: attachment */
	struct bytes data; /* message/rfc822: the raw message */
};

struct mime_draft {
	struct mime_address_list from; /* usually one */
	struct mime_address_list to, cc, bcc, reply_to;
	char *subject;
	char *in_reply_to;		   /* without <> */
	struct strv references;		   /* without <> */
	char *message_id;		   /* without <>; NULL: one is made */
	char *thread_topic, *thread_index; /* Outlook's; NULL: none */
	int64_t date;			   /* CLOCK_NEVER: now */
	char *text;			   /* body, UTF-8, \n or \r\n */
	char *html;			   /* alternative; NULL: none */
	/* Alternative for calendars (RFC 6047), instead of html; NULL none.
	 * Without a text it stands alone. */
	char *calendar, *calendar_method;
	/* The end of `text` that quotes a message in a block, and the HTML
	 * that says the same; used while the text still ends so. */
	char *quoted_text, *quoted_html;
	bool flowed; /* text is written as format=flowed */
	bool sealed; /* to be signed: nothing that a relay might change */
	struct {
		struct mime_attachment *v;
		size_t n, cap;
	} attachments;
	struct {
		struct mime_header_field {
			char *name;  /* bad names are left out */
			char *value; /* UTF-8 */
		} * v;
		size_t n, cap;
	} extra;
};

void mime_draft_init(struct mime_draft *d);
void mime_draft_release(struct mime_draft *d);
/* Copies; name and type may be NULL. */
void mime_draft_attach(struct mime_draft *d, const char *name, const char *type,
		       const void *p, size_t len);
void mime_draft_add_header(struct mime_draft *d, const char *name,
			   const char *value);

/* The message. With keep_bcc a Bcc field is written: Exchange takes all
 * recipients from the MIME and removes it (dossier EWS 10.1). */
void mime_build(struct str *out, const struct mime_draft *d, bool keep_bcc);

/* The text a person edits: header lines in plain UTF-8 (From, To, Cc, Bcc,
 * Subject, Reply-To, In-Reply-To, References), empty line, text; \n. */
void mime_draft_add_editable(struct str *out, const struct mime_draft *d);
/* Takes such a text back: header fields it has replace those of d (an empty
 * one empties them), unknown ones become extra, the rest is d->text. False
 * (ERR_INPUT, text says which line) when an address or line is wrong. */
bool mime_draft_read_editable(struct mime_draft *d, const char *s, size_t len,
			      struct err *err) MUST_CHECK;

/* Fills d from a mailto: link (RFC 6068): to, cc, bcc, subject, body and
 * in-reply-to; anything else, such as an attachment, is ignored. */
bool mime_draft_mailto(struct mime_draft *d, const char *uri,
		       struct err *err) MUST_CHECK;

struct mime_complete {
	const char *from;	/* used when From is missing: "N <a@b>" */
	const char *message_id; /* without <>; when missing; NULL: made */
	int64_t date;		/* when missing */
};
/* `send -t`: a message from outside completed. Adds Date, Message-ID, From,
 * MIME-Version and, for an 8-bit text without one, Content-Type and
 * Content-Transfer-Encoding; encodes raw UTF-8 in header fields; line ends
 * become CRLF; a Unix "From " line goes. All else stays byte for byte.
 * Fails (ERR_INPUT) without any recipient, or with a broken header line. */
bool mime_complete(struct str *out, const char *s, size_t len,
		   const struct mime_complete *c, struct err *err) MUST_CHECK;

/* A new id "x@domain" without <>; domain from addr; caller frees. */
char *mime_new_message_id(const char *addr);
/* Media type by file name extension; "application/octet-stream". */
const char *mime_type_of_name(const char *name);
#endif
