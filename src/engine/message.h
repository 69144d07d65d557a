/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef ENGINE_MESSAGE_H
#define ENGINE_MESSAGE_H
/*
 * Messages for people: a letter is a received message to read, a draft one to
 * write. The narrow door between the screens (and verbs) and src/mime. No
 * network and no store here; draft_attach_file reads a file.
 *
 * All strings are valid UTF-8; those of a letter live as long as it does.
 * Texts are not safe for a terminal unless it says so: draw.c and text/
 * sanitize.h see to that.
 */
#include "base/err.h"
#include "base/str.h"
#include "model/account.h"
#include "text/html.h"
#include "text/lines.h"

/* --- reading --------------------------------------------------------------- */
struct letter;

/* Takes the bytes (query_mime) in any case. Fails (ERR_INPUT) only when there
 * are none. */
bool letter_read(struct letter **out, struct bytes *taken_raw,
		 struct err *err) MUST_CHECK;
void letter_free(struct letter *l);
const struct bytes *letter_raw(const struct letter *l);

/* First field of the name (any case), decoded, one clean line; NULL: none. */
const char *letter_header(struct letter *l, const char *name);
/* Every field in order, decoded; fn returns false to stop. */
void letter_header_each(struct letter *l,
			bool (*fn)(void *arg, const char *name,
				   const char *value),
			void *arg);
/* The header as it came, up to the empty line. */
const char *letter_raw_header(const struct letter *l, size_t *len);
int64_t letter_date(const struct letter *l); /* CLOCK_NEVER: none */
/* Addresses of all fields of that name: "Ada Byron <ada@example.org>, ...";
 * at most max of them (0: all), then ", +N". Returns how many there are. */
size_t letter_add_people(struct letter *l, const char *field, size_t max,
			 struct str *out);
const char *letter_list_post(struct letter *l); /* NULL: no mailing list */

struct letter_part {
	size_t index; /* for the functions below */
	int depth;
	const char *type; /* "application/pdf" */
	const char *charset, *name, *disposition, *method; /* or NULL */
	const char *content_id;
	size_t size;	 /* decoded bytes, estimated */
	bool container;	 /* multipart/..., its parts follow */
	bool is_message; /* message/rfc822 */
	bool is_attachment, is_body;
};
size_t letter_part_count(const struct letter *l);
bool letter_part(const struct letter *l, size_t index,
		 struct letter_part *out);	   /* false: no such part */
size_t letter_attachments(const struct letter *l); /* how many */
/* Decoded content, appended; ERR_QUOTA when out's limit was reached. */
bool letter_part_bytes(struct letter *l, size_t index, struct str *out,
		       struct err *err) MUST_CHECK;
/* The same as UTF-8 text with \n. */
void letter_part_text(struct letter *l, size_t index, struct str *out);
/* The message inside a message/rfc822 part, with bytes of its own. */
bool letter_part_letter(struct letter **out, struct letter *l, size_t index,
			struct err *err) MUST_CHECK;
/* A base name that is safe anywhere ("invoice.pdf", "part-3.png"); caller
 * frees. */
char *letter_part_file_name(const struct letter *l, size_t index);
/* The same for the whole message: "Quarterly report.eml". */
char *letter_file_name(struct letter *l);
/* Writes a part into a folder under a safe name that does not exist yet
 * ("q3-1.xlsx"); *path (caller frees) says where. */
bool letter_part_save(struct letter *l, size_t index, const char *dir,
		      char **path, struct err *err) MUST_CHECK;
/* The same to exactly this file, which must not exist yet; mode 0600. */
bool letter_part_save_as(struct letter *l, size_t index, const char *path,
			 struct err *err) MUST_CHECK;

enum letter_view { LETTER_TEXT, LETTER_HTML, LETTER_SOURCE };
struct letter_layout {
	enum letter_view view; /* wanted; another where there is no such */
	size_t width;	       /* cells; 0: not wrapped */
	bool ascii;
	bool link_numbers;
	size_t max_bytes; /* of laid out text; 0: 4 MB */
};
struct letter_shown {
	enum letter_view view; /* what was laid out */
	bool has_text, has_html;
	struct html_report html;
};
/* Lays the body out for a pager: appended to `out` (initialised). */
void letter_layout(struct letter *l, const struct letter_layout *o,
		   struct lines *out, struct letter_shown *shown);
/* One part, text/html as such, any other text as text. */
void letter_part_layout(struct letter *l, size_t index,
			const struct letter_layout *o, struct lines *out);

/* --- writing --------------------------------------------------------------- */
struct draft;

enum draft_kind {
	DRAFT_NEW,
	DRAFT_REPLY,
	DRAFT_REPLY_ALL,
	DRAFT_REPLY_LIST,
	DRAFT_FORWARD,
	DRAFT_FORWARD_ATTACHED,
	DRAFT_RECALL /* goes on with a draft, attachments and all */
};
/* about: the message answered, forwarded or recalled; NULL with DRAFT_NEW.
 * signature: text behind "-- "; NULL none. Caller: draft_free. */
struct draft *draft_new(const struct account *a, enum draft_kind kind,
			struct letter *about, const char *signature);
void draft_free(struct draft *d);
enum draft_kind draft_kind(const struct draft *d);
/* The verb for intent_send's `verb`: 102, 103, 104 or 0. */
int draft_verb(const struct draft *d);

enum draft_field {
	DRAFT_FROM,
	DRAFT_TO,
	DRAFT_CC,
	DRAFT_BCC,
	DRAFT_REPLY_TO,
	DRAFT_SUBJECT
};
/* As one line to edit; caller frees, never NULL. */
char *draft_get(const struct draft *d, enum draft_field f);
/* Fails (ERR_INPUT) naming what is no address; the field is as it was. */
bool draft_set(struct draft *d, enum draft_field f, const char *text,
	       struct err *err) MUST_CHECK;
const char *draft_text(const struct draft *d);
void draft_set_text(struct draft *d, const char *text);
size_t draft_recipients(const struct draft *d);
/* Recipients whose domain is not that of the account's address. */
size_t draft_outside(const struct draft *d, const struct account *a);
/* Does the text that is not quoted speak of an attachment? */
bool draft_mentions_attachment(const struct draft *d);

/* The whole draft as a text to edit: header lines, empty line, body. */
void draft_add_editable(const struct draft *d, struct str *out);
/* Takes it back. "Attach: PATH" lines attach files. ERR_INPUT names the line,
 * then d is as it was; or the file, then all else was taken. */
bool draft_read_editable(struct draft *d, const char *s, size_t len,
			 struct err *err) MUST_CHECK;

size_t draft_attachments(const struct draft *d);
const char *draft_attachment(const struct draft *d, size_t i, size_t *size);
/* path: ~ and $VAR at its start are expanded; at most 100 MB. */
bool draft_attach_file(struct draft *d, const char *path,
		       struct err *err) MUST_CHECK;
void draft_attach(struct draft *d, const char *name, const char *type,
		  const void *p, size_t len);
void draft_detach(struct draft *d, size_t i);

/* The message to send or to keep: RFC 5322, CRLF, Bcc included (Exchange takes
 * the recipients from it and removes it). Its Message-ID stays the same until
 * draft_renew; caller releases raw. */
void draft_build(struct draft *d, struct bytes *raw);
const char *draft_message_id(const struct draft *d); /* bare */
void draft_renew(struct draft *d);

/* Fills the fields from a mailto: link. */
bool draft_mailto(struct draft *d, const char *uri, struct err *err) MUST_CHECK;

/* `send -t`: a message from outside completed with Date, Message-ID and From
 * (from; NULL: the account's address) where these are missing. *message_id
 * bare; caller frees both. */
bool draft_complete(const char *s, size_t len, const struct account *a,
		    const char *from, struct bytes *raw, char **message_id,
		    struct err *err) MUST_CHECK;
/* A message out of Drafts or Sent as it is, with a new Message-ID and Date. */
bool letter_send_again(struct letter *l, const struct account *a,
		       struct bytes *raw, char **message_id,
		       struct err *err) MUST_CHECK;
/* Passed on as it is to others ("bounce"); answers go to its sender. */
bool letter_bounce(struct letter *l, const struct account *a, const char *to,
		   struct bytes *raw, char **message_id,
		   struct err *err) MUST_CHECK;
#endif
