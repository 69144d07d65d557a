/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef EWS_FIELDS_H
#define EWS_FIELDS_H
/* model/fields.def as EWS sees it: which property fills which member. */
#include "model/item.h"
#include "proto/ews/version.h"

enum field_type {
	FIELD_TEXT,
	FIELD_TIME,
	FIELD_INT,
	FIELD_HEX,
	FIELD_ADDR,
	FIELD_RCPT,
	FIELD_STRV,
	FIELD_BIT,
	FIELD_SPECIAL
};

struct field {
	const char *path;    /* "item:Subject" or "tag:0x300b:Binary" */
	const char *element; /* "Subject"; of a tag: NULL */
	unsigned tag;	     /* 0x300b; 0: not a tag */
	enum field_type type;
	unsigned bit;  /* of item.flags for FIELD_BIT */
	size_t offset; /* of the member in struct item */
	bool listed;   /* FindItem and SyncFolderItems give it */
};

enum {
	FIELD_COUNT = 0
#define FIELD(member, type, dav, ews, since, sql, when) +1
#include "model/fields.def"
#undef FIELD
};
/* The rows, in the order of fields.def. */
const struct field *field_table(void);

/* The due date of a follow-up flag before item:Flag: Task 0x8105 (10.3). */
#define FIELD_TASK_DUE 0x8105
/* PR_SENDER_SMTP_ADDRESS and PR_SENT_REPRESENTING_SMTP_ADDRESS (Sender, From):
 * where their own addresses are of type EX. */
#define FIELD_SENDER_SMTP 0x5d01
#define FIELD_FROM_SMTP 0x5d02

/* The property beside an uploaded item that holds its client-made key. */
#define EWS_KEY_PROPERTY                                                       \
	"<t:ExtendedFieldURI DistinguishedPropertySetId=\"PublicStrings\" "    \
	"PropertyName=\"RetinueKey\" PropertyType=\"String\"/>"

/* PidLidReminderSignalTime, 0x8560 */
#define EWS_SIGNAL_PROPERTY                                                    \
	"<t:ExtendedFieldURI DistinguishedPropertySetId=\"Common\" "           \
	"PropertyId=\"34144\" PropertyType=\"SystemTime\"/>"

/* Appends m:ItemShape with what struct item wants. Beside the level: */
enum {
	SHAPE_LISTED = 1, /* what FindItem and SyncFolderItems give */
	SHAPE_MIME = 2,
	SHAPE_BODY = 4,	 /* parts of which a message is rebuilt */
	SHAPE_KEY = 32,	 /* EWS_KEY_PROPERTY too */
	SHAPE_PLAIN = 8, /* no extended properties, nothing of 2013 */
	SHAPE_LEAN = 16, /* only what every kind of item has */
};
struct str;
void field_add_shape(struct str *b, enum ews_version v, unsigned what);
/* Appends t:FieldURI or t:ExtendedFieldURI for a path as in fields.def. */
void field_add_path(struct str *b, const char *path);
#endif
