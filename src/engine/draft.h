/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef ENGINE_DRAFT_H
#define ENGINE_DRAFT_H
/* Messages being written: the other half of engine/message.h, which includes
 * it; the rules there hold here. */
#include "base/err.h"
#include "base/str.h"
#include "model/account.h"

struct letter;
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

/* Markdown becomes an HTML part beside the text. */
bool draft_markdown(const struct draft *d);
void draft_set_markdown(struct draft *d, bool on);
void draft_set_html_signature(struct draft *d, const char *html);
int draft_importance(const struct draft *d); /* 1 high, -1 low, 0 */
void draft_set_importance(struct draft *d, int importance);

/* The whole draft as a text to edit: header lines, empty line, body. */
void draft_add_editable(const struct draft *d, struct str *out);
/* Takes it back. "Attach: PATH" lines attach files. ERR_INPUT names the line,
 * then d is as it was; or the file, then all else was taken. */
bool draft_read_editable(struct draft *d, const char *s, size_t len,
			 struct err *err) MUST_CHECK;

/* The same for a template: fields it does not name stay as they are. */
bool draft_take_template(struct draft *d, const char *s, size_t len,
			 struct err *err) MUST_CHECK;

size_t draft_attachments(const struct draft *d);
const char *draft_attachment(const struct draft *d, size_t i, size_t *size);
/* path: ~ and $VAR at its start are expanded; at most 100 MB. */
bool draft_attach_file(struct draft *d, const char *path,
		       struct err *err) MUST_CHECK;
/* The same for every file a pattern with * ? [] names; *count: how many. */
bool draft_attach_glob(struct draft *d, const char *pattern, size_t *count,
		       struct err *err) MUST_CHECK;
size_t draft_size(const struct draft *d); /* of the message, estimated */
void draft_attach(struct draft *d, const char *name, const char *type,
		  const void *p, size_t len);
void draft_detach(struct draft *d, size_t i);

/* The message to send or to keep: RFC 5322, CRLF, Bcc included (Exchange takes
 * the recipients from it and removes it). Its Message-ID stays the same until
 * draft_renew; caller releases raw. */
void draft_build(struct draft *d, struct bytes *raw);
/* The same to be recalled: it remembers how it was to go out. */
void draft_build_kept(struct draft *d, struct bytes *raw);
/* The first of a conversation; its subject is set. For posts, which have no
 * recipients to be kept together by. */
void draft_begin_thread(struct draft *d);
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
