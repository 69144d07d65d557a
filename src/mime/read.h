/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef MIME_READ_H
#define MIME_READ_H
/*
 * A message (RFC 5322, MIME) as headers and a tree of parts. Any bytes are
 * accepted: what cannot be understood is an opaque part. Time is linear in the
 * length; nesting, parts, addresses and header bytes are limited.
 *
 * A mime_message borrows the raw bytes: they must outlive it. Strings given
 * back live as long as the message and are valid UTF-8. Thread-safe as long as
 * one message is used by one thread at a time.
 */
#include "base/err.h"
#include "base/str.h"
#include "mime/address.h"

struct mime_message;

struct mime_limits {
	int depth;	     /* deeper parts stay opaque; default 50 */
	size_t parts;	     /* further parts are left out; 5,000 */
	size_t header_bytes; /* of one value decoded; 256 KB */
	size_t headers;	     /* fields of one header; 10,000 */
	size_t addresses;    /* of one field; 100,000 */
};

/* limits may be NULL. Fails (ERR_INPUT) only when len is 0. */
bool mime_read(struct mime_message **out, const void *raw, size_t len,
	       const struct mime_limits *limits, struct err *err) MUST_CHECK;
/* The same without looking at the body: no parts. */
bool mime_read_headers_only(struct mime_message **out, const void *raw,
			    size_t len, const struct mime_limits *limits,
			    struct err *err) MUST_CHECK;
void mime_message_free(struct mime_message *m);

/* --- header fields; names in any case --------------------------------- */
/* First field of that name, unfolded and decoded (RFC 2047), one line without
 * control characters; NULL: absent. */
const char *mime_header(struct mime_message *m, const char *name);
/* Every field in order, decoded; return false from fn to stop. */
void mime_header_each(struct mime_message *m,
		      bool (*fn)(void *arg, const char *name,
				 const char *value),
		      void *arg);
/* All values of that name, decoded. */
void mime_header_all(struct mime_message *m, const char *name,
		     struct strv *out);
/* The raw bytes from first field up to and with the empty line. */
const char *mime_raw_header(const struct mime_message *m, size_t *len);

/* Addresses of all fields of that name; list initialised, appended to. */
void mime_addresses(struct mime_message *m, const char *field,
		    struct mime_address_list *out);
/* Date: as UTC seconds; CLOCK_NEVER when absent or nonsense. */
int64_t mime_date(const struct mime_message *m);
/* Without <>; NULL: absent. */
const char *mime_message_id(struct mime_message *m);
const char *mime_in_reply_to(struct mime_message *m); /* the first */
/* Ids without <>, oldest first, at most 1,000; appended. */
void mime_references(struct mime_message *m, struct strv *out);
/* The address replies to the list go to (List-Post: mailto); NULL: none. */
const char *mime_list_post(struct mime_message *m);

/* --- parts --------------------------------------------------------------- */
struct mime_part {
	size_t index; /* 0 is the message's own body part */
	int parent;   /* index, -1 for part 0 */
	int depth;
	const char *type;	 /* "text/plain", lower case, never NULL */
	const char *charset;	 /* as declared, NULL none */
	const char *disposition; /* lower case, NULL none */
	const char *name;	 /* file name as given, decoded; NULL none */
	const char *content_id;	 /* without <>; NULL */
	const char *method;	 /* of text/calendar; NULL */
	size_t offset, len;	 /* body in the raw bytes, encoded */
	size_t header_offset;	 /* of the part's own header */
	size_t size;		 /* decoded, estimated */
	bool container;		 /* multipart: its parts follow */
	bool is_message;	 /* message/rfc822; its parts follow */
	bool is_attachment;	 /* belongs in the list of attachments */
	bool is_body;		 /* shown as (part of) the text */
	bool flowed, delsp;	 /* RFC 3676 */
	bool inside;		 /* part of an attached message */
	bool too_deep;		 /* not looked into: beyond the limit */
};

size_t mime_part_count(const struct mime_message *m);
const struct mime_part *mime_part(const struct mime_message *m, size_t index);
/* Decoded content, appended to out; base64 and quoted-printable errors are
 * skipped over. False (ERR_QUOTA) when out's limit was reached. */
bool mime_part_bytes(struct mime_message *m, size_t index, struct str *out,
		     struct err *err) MUST_CHECK;
/* The same as valid UTF-8 with \n line ends. Charset: declared, then UTF-8,
 * then windows-1252; a byte order mark wins. Cut at out's limit. */
void mime_part_text(struct mime_message *m, size_t index, struct str *out);
/* The message inside a message/rfc822 part that is not encoded; it borrows
 * the same raw bytes. */
bool mime_part_message(struct mime_message **out, struct mime_message *m,
		       size_t index, struct err *err) MUST_CHECK;
/* A name of type file for saving: mime_safe_name() of its name, or one made
 * from its type ("part-3.pdf"). Caller frees. */
char *mime_part_file_name(const struct mime_message *m, size_t index);

enum mime_body_kind { MIME_BODY_PLAIN, MIME_BODY_HTML, MIME_BODY_NONE };
/* The part to show: `prefer` if the message has it, else the other kind.
 * Looks into alternative, related, signed; -1: no text. */
int mime_body_part(const struct mime_message *m, enum mime_body_kind prefer,
		   enum mime_body_kind *kind);
/* All parts to show one after the other, chosen the same way (a list's footer
 * is a part of its own): writes up to max indexes, returns how many. */
size_t mime_body_parts(const struct mime_message *m, enum mime_body_kind prefer,
		       size_t *indexes, size_t max);
/* The text: plain preferred, else the HTML's; then the names of the
 * attachments. At most max bytes. */
void mime_body_text(struct mime_message *m, struct str *out, size_t max);
/* For the search index and the preview: the same, and that of every attached
 * message below its subject. */
void mime_search_text(struct mime_message *m, struct str *out, size_t max);
/* Has it an attachment a person would call one (no inline images, no
 * signature blocks)? */
bool mime_has_attachment(const struct mime_message *m);

/* A base name that is safe in any directory of any common system: no path,
 * control, bidi or reserved character, no leading dot or blank, no device
 * name, at most 200 bytes with its extension kept. Caller frees. */
char *mime_safe_name(const char *name);
/* Bytes in a named charset to valid UTF-8, as in mime_part_text; charset may
 * be NULL. Appended. */
void mime_to_utf8(struct str *out, const char *p, size_t len,
		  const char *charset);
#endif
