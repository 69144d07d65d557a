/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef MIME_MESSAGE_H
#define MIME_MESSAGE_H
/* Inside src/mime only: how a message is kept. */
#include "base/vec.h"
#include "mime/read.h"

/* A header field: offsets into the raw bytes; the value starts behind the
 * colon and includes its folds, not the last line break. */
struct mime_field {
	size_t name, value;
	uint32_t name_len;
	size_t value_len;
	char *decoded; /* made at first use */
};

struct mime_header_block {
	struct mime_field *v;
	size_t n, cap;
	size_t start, body; /* first field; first byte of the body */
};

/* What a part keeps beyond what readers see; its strings are owned here. */
struct mime_part_extra {
	char *type, *charset, *disposition, *name, *content_id, *method;
	char *boundary; /* of a multipart */
	int encoding;	/* enum mime_encoding */
};

enum mime_encoding {
	MIME_ENC_NONE, /* 7bit, 8bit, binary, unknown */
	MIME_ENC_QP,
	MIME_ENC_BASE64,
	MIME_ENC_UU
};

struct mime_message {
	const char *raw;
	size_t len;
	struct mime_limits limits;
	struct mime_header_block head;
	struct {
		struct mime_part *v;
		size_t n, cap;
	} parts;
	struct {
		struct mime_part_extra *v;
		size_t n, cap;
	} extras; /* same index as parts */
	char *message_id, *in_reply_to, *list_post;
	bool ids_read;
};

/* Makes GMime ready; once in the process. */
void mime_init(void);

/* Reads fields from `start` until an empty line, the end, or a line for which
 * stop (may be NULL) says so. A block that begins with no field has body ==
 * start. At most `max` fields are kept. */
void mime_header_scan(struct mime_header_block *h, const char *raw, size_t len,
		      size_t start, size_t max,
		      bool (*stop)(void *arg, const char *line, size_t len),
		      void *arg);
void mime_header_block_release(struct mime_header_block *h);
struct mime_field *mime_header_field(const struct mime_header_block *h,
				     const char *raw, const char *name);
/* Unfolded raw value (at most max bytes), NULs as blanks, trimmed. */
char *mime_field_unfold(const char *raw, const struct mime_field *f,
			size_t max);
/* Appends value with its encoded words decoded; linear. */
void mime_words_decode(struct str *out, const char *value);
/* An unfolded value as clean UTF-8 text; caller frees. */
char *mime_decode_text(const char *value);
/* A phrase (display name), RFC 2047 words and quotes taken off; or NULL. */
char *mime_decode_phrase(const char *phrase, size_t len);

/* Finds all parts of m->raw from m->head on. */
void mime_tree_scan(struct mime_message *m);
/* Sets is_body and is_attachment of every part. */
void mime_parts_judge(struct mime_message *m);

/* "text/plain; charset=x": the type in lower case (owned) and a callback for
 * each parameter, decoded. Default type when nonsense: NULL. */
char *mime_type_parse(const char *value,
		      void (*param)(void *arg, const char *name,
				    const char *value),
		      void *arg);
#endif
