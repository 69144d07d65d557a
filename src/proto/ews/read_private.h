/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef EWS_READ_PRIVATE_H
#define EWS_READ_PRIVATE_H
/* What read.c (envelope, messages) and read_item.c (objects) share. */
#include "base/codec.h"
#include "base/err.h"
#include "net/xml.h"
#include "proto/ews/fields.h"
#include "proto/ews/read.h"

/* The vocabulary: names.def, then the elements of fields.def. Rows of tags
 * have no element and are never found. */
enum name {
	NAME_NONE = -1,
#define NAME(id, use) NAME_##id,
#include "proto/ews/names.def"
#undef NAME
	NAME_FIELDS,
	NAME_COUNT = NAME_FIELDS + FIELD_COUNT
};

enum object {
	OBJECT_NONE,
	OBJECT_ITEM,
	OBJECT_FOLDER,
	OBJECT_ATTACHMENT,
	OBJECT_EVENT
};

struct ews_reader {
	struct xml_reader *xml;
	ews_message_fn fn;
	void *ctx;
	struct err err; /* fn said stop */
	struct ews_head head;

	int open[XML_DEPTH_MAX]; /* names of the open elements */
	int depth;
	bool keep; /* text of the element just opened is wanted */
	struct str text;
	struct str *sink; /* base64 goes here, decoded */
	struct codec_base64 base64;

	int fault_depth;   /* of s:Fault's content; 0: outside */
	int message_depth; /* of a message's content; 0: outside */
	struct ews_message m;
	char *value_name; /* MessageXml/Value@Name */

	enum object object;
	int object_depth; /* of the object's content */
	enum change_kind change;
	struct item item;
	struct folder folder;
	struct ews_attachment attachment;
	struct ews_event event;
	bool has_folder_id;
	unsigned rights;	       /* enum folder_right, all until told */
	char *commit_time, *deletions; /* of the folder being read */
	/* inside an item */
	const struct field *field; /* the address or list being read */
	struct str list;	   /* its text so far */
	char *box_name, *box_address;
	bool box_ex;
	unsigned tag; /* of the extended property being read */
	char *sender_smtp, *from_smtp, *client_key;
	char *header_name;
	struct str mime, content;
};

static inline int reader_parent(const struct ews_reader *r, int up)
{
	return r->depth > up ? r->open[r->depth - 1 - up] : NAME_NONE;
}

/* Begins an object of m when `name` does; true when it did. */
bool reader_begin_object(struct ews_reader *r, int name);
/* An element inside the open object. */
void reader_object_start(struct ews_reader *r, int name,
			 const struct xml_attrs *a);
void reader_object_end(struct ews_reader *r, int name);
/* The object itself ends: adds it to the message. */
void reader_end_object(struct ews_reader *r);
void reader_release_object(struct ews_reader *r);
bool reader_is_true(const char *s);
#endif
