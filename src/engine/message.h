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
	bool images;	  /* list those that are not in the text below it */
	size_t max_bytes; /* of laid out text; 0: 4 MB */
};
struct letter_shown {
	enum letter_view view; /* what was laid out */
	bool has_text, has_html;
	struct html_report html;
};
/* Lays the body out for a pager: appended to `out` (initialised). Its images
 * know their parts. */
void letter_layout(struct letter *l, const struct letter_layout *o,
		   struct lines *out, struct letter_shown *shown);
/* One part, text/html as such, any other text as text. */
void letter_part_layout(struct letter *l, size_t index,
			const struct letter_layout *o, struct lines *out);

#include "engine/draft.h"
#endif
