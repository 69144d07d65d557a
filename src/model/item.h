/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef MODEL_ITEM_H
#define MODEL_ITEM_H
/*
 * A message (later also other item kinds) as lists and readers need it. The
 * members that travel between server, store and struct are the rows of
 * fields.def; add one there and every layer picks it up.
 */
#include "base/str.h"
#include "base/vec.h"

enum item_flags {
	ITEM_READ = 1 << 0,
	ITEM_FLAGGED = 1 << 1,	 /* PR_FLAG_STATUS 2 */
	ITEM_COMPLETE = 1 << 2,	 /* PR_FLAG_STATUS 1 */
	ITEM_ANSWERED = 1 << 3,	 /* last verb 102, 103 */
	ITEM_FORWARDED = 1 << 4, /* last verb 104 */
	ITEM_DRAFT = 1 << 5,
	ITEM_ATTACHMENT = 1 << 6,
	ITEM_HIGH = 1 << 7,
	ITEM_LOW = 1 << 8,
	ITEM_INVITATION = 1 << 9, /* IPM.Schedule.Meeting.* */
	ITEM_SIGNED = 1 << 10,
	ITEM_ENCRYPTED = 1 << 11,
	ITEM_REPORT = 1 << 12,	    /* REPORT.* */
	ITEM_PENDING = 1 << 13,	    /* local: a change waits to go out */
	ITEM_CONFLICT = 1 << 14,    /* local: a conflict is kept */
	ITEM_HAS_BODY = 1 << 15,    /* local: MIME is in the store */
	ITEM_BODY_FAILED = 1 << 16, /* local: server cannot give the body */
	ITEM_TOO_LARGE = 1 << 17,   /* local: over the offline limit */
};
/* Those a server knows and sync overwrites. */
#define ITEM_SERVER_FLAGS                                                      \
	(ITEM_READ | ITEM_FLAGGED | ITEM_COMPLETE | ITEM_ANSWERED |            \
	 ITEM_FORWARDED | ITEM_DRAFT | ITEM_ATTACHMENT | ITEM_HIGH |           \
	 ITEM_LOW | ITEM_INVITATION | ITEM_SIGNED | ITEM_ENCRYPTED |           \
	 ITEM_REPORT)

struct item {
	int64_t id;	 /* store row; rises with `received` */
	int64_t folder;	 /* store row of its folder */
	int64_t thread;	 /* conversation, store row */
	unsigned flags;	 /* enum item_flags */
	char *remote_id; /* opaque; NULL while only local */
	char *change_key;
	char *item_class;
	char *subject;
	char *from_name, *from_addr; /* addr may be NULL (list-level data) */
	char *sender_addr;	/* when somebody sent on behalf, else NULL */
	char *to, *cc, *bcc;	/* "Name <addr>, ..." UTF-8 text, decoded */
	char *message_id;	/* without <> */
	char *in_reply_to;	/* without <> */
	char *references;	/* ids without <>, blank-separated */
	char *topic;		/* conversation topic */
	char *conv_index;	/* PR_CONVERSATION_INDEX, hex; NULL */
	char *search_key;	/* PR_SEARCH_KEY, hex; NULL */
	char *categories;	/* names, newline-separated; NULL none */
	char *preview;		/* first words of the text, one clean line */
	int64_t received, sent; /* UTC seconds or CLOCK_NEVER */
	int64_t flag_due;	/* CLOCK_NEVER: none */
	int64_t size;		/* bytes as the server says */
};

void item_init(struct item *it); /* times CLOCK_NEVER, rest zero */
void item_release(struct item *it);
void item_copy(struct item *to, const struct item *from);
/* Flags that the item class implies (invitation, signed, report). */
unsigned item_flags_of_class(const char *item_class);
/* One short text of up to max names: "Ada Byron, Grace Hopper". */
void item_add_names(struct str *b, const char *address_text);
/* Walks an address list: puts the next one's name (may be empty) and bare
 * address into the cleared strings and moves *pos on; false at the end. */
bool item_next_address(const char **pos, struct str *name, struct str *addr);

struct item_list {
	struct item *v;
	size_t n, cap;
};
void item_list_release(struct item_list *l);
#endif
