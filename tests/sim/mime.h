/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef SIM_MIME_H
#define SIM_MIME_H
/*
 * The simulator's own reading and writing of messages (RFC 5322, 2045-2047,
 * 2231): enough of it to compute the properties a server shows. It never
 * fails; what cannot be understood is text.
 */
#include "base/str.h"
#include "base/vec.h"

struct addr {
	char *name, *email;
}; /* either may be NULL */
struct addrs {
	struct addr *v;
	size_t n, cap;
};

struct attachment {
	char *name, *type, *cid, *location;
	bool is_inline, is_message;
	struct str content; /* decoded bytes */
};

struct mail {
	char *subject, *message_id, *in_reply_to, *references, *topic;
	char *thread_index; /* base64 text of Thread-Index */
	struct addrs from, sender, to, cc, bcc, reply_to;
	int64_t date;	 /* CLOCK_NEVER: none */
	int importance;	 /* 0 low 1 normal 2 high */
	int sensitivity; /* 0..3 */
	bool receipt, delivery_receipt, has_attachments;
	char *item_class; /* IPM.Note and what the content type says */
	char *text, *html, *calendar; /* UTF-8, NULL when absent */
	struct {
		struct attachment *v;
		size_t n, cap;
	} atts;
	struct strv extra; /* "X-Name: value" headers to write */
};

void mail_init(struct mail *m);
void mail_release(struct mail *m);
/* Only the header block; len may reach beyond it. */
void mail_read_head(struct mail *m, const char *p, size_t len);
void mail_read(struct mail *m, const char *p, size_t len);
/* A whole message with CRLF line ends, appended to b. */
void mail_write(struct str *b, const struct mail *m);

/* Length of the header block with its empty line. */
size_t mime_head_len(const char *p, size_t len);
/* Walks header fields: *pos starts at 0; the value is unfolded, undecoded.
 * Both strings are appended to cleared strs. False at the end. */
bool mime_next_field(const char *p, size_t len, size_t *pos, struct str *name,
		     struct str *value);
/* Encoded words and raw 8-bit text to UTF-8; the caller frees. */
char *mime_decode_text(const char *s);
void mime_add_encoded(struct str *b, const char *utf8); /* a header's text */
void mime_add_addrs(struct str *b, const struct addrs *list); /* header form */
bool mime_parse_addrs(struct addrs *list, const char *s);
void mime_display_list(struct str *b, const struct addrs *list);
int64_t mime_parse_date(const char *s); /* CLOCK_NEVER: no date */
/* Bytes in a named charset to valid UTF-8. */
void mime_to_utf8(struct str *b, const char *p, size_t len,
		  const char *charset);
void mime_html_to_text(struct str *b, const char *html);
void mime_text_to_html(struct str *b, const char *text);
void mime_add_crlf(struct str *b, const char *p, size_t len);

void addrs_add(struct addrs *list, const char *name, const char *email);
void addrs_release(struct addrs *list);
void addr_release(struct addr *a);
bool addr_is_valid(const char *email);
struct attachment *mail_attach(struct mail *m);
#endif
