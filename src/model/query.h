/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef MODEL_QUERY_H
#define MODEL_QUERY_H
/*
 * A search query as a tree. text/search.h makes it from what a person typed;
 * the store turns it into SQL. A node owns its text and its children. Trees are
 * at most QUERY_MAX_DEPTH deep, so that walking them recursively is safe.
 */
#include "base/mem.h"

#define QUERY_MAX_DEPTH 64

enum search_op {
	SEARCH_ALL, /* everything (an empty query) */
	SEARCH_AND, /* all children; at least two */
	SEARCH_OR,  /* any child; at least two */
	SEARCH_NOT, /* not its one child */
	/* Words; `text` as typed (UTF-8, not folded, never empty): */
	SEARCH_TEXT, /* anywhere: subject, people, body text */
	SEARCH_FROM, /* sender's name or address */
	SEARCH_TO,   /* recipients: To, Cc and Bcc */
	SEARCH_CC,   /* only Cc */
	SEARCH_WHO,  /* sender or any recipient */
	SEARCH_SUBJECT,
	SEARCH_BODY,
	SEARCH_CATEGORY, /* a category of this name, any case */
	SEARCH_FOLDER,	 /* in: folder name, path or role name */
	SEARCH_ID,	 /* Message-ID without <> */
	SEARCH_ROWS,	 /* these rows: "[1,2]"; made by the program only */
	/* The rest: */
	SEARCH_FLAGS,  /* (item.flags & mask) != 0 is `wanted` */
	SEARCH_AFTER,  /* received >= number (UTC seconds) */
	SEARCH_BEFORE, /* received < number */
	SEARCH_LARGER, /* size >= number (bytes) */
	SEARCH_SMALLER /* size < number */
};

struct search_node {
	enum search_op op;
	char *text;    /* of the word operators, else NULL */
	bool phrase;   /* words must stand together, in this order */
	bool prefix;   /* last word may go on: "invo*" */
	unsigned mask; /* enum item_flags, SEARCH_FLAGS */
	bool wanted;
	int64_t number;
	struct search_node **kids; /* AND, OR, NOT */
	size_t n, cap;
	size_t at; /* byte position in the query, for messages */
};

struct search_node *search_node_new(enum search_op op, size_t at);
void search_node_free(struct search_node *n);
/* Appends a child; n owns it. */
void search_node_give(struct search_node *n, struct search_node *owned_kid);
#endif
