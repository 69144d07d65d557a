/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef STORE_QUERY_H
#define STORE_QUERY_H
/*
 * Reading the mirror. A struct store opened here is read-only, belongs to one
 * thread, and never waits for the writer (WAL). Lists page by key, never by
 * offset. SQL lives behind this header and nowhere above it.
 *
 * Failures: ERR_DISK with a plain sentence, ERR_NOT_FOUND for a single row.
 */
#include "base/err.h"
#include "model/change.h"
#include "model/person.h"
#include "model/query.h"
#include "store/book.h"

/* Opens an existing store file. NOT_FOUND: no file yet (nothing mirrored). */
bool store_open_read(struct store **out, const char *path,
		     struct err *err) MUST_CHECK;
void store_close(struct store *s);
/* Rises whenever another connection has committed: cheap, for polling. */
int64_t store_data_version(struct store *s);

/* --- folders: counts are stored, not counted --------------------------- */
bool query_folders(struct store *s, struct folder_list *out,
		   struct err *err) MUST_CHECK; /* tree order: parent first */
bool query_folder(struct store *s, int64_t id, struct folder *out,
		  struct err *err) MUST_CHECK;
int64_t query_folder_role(struct store *s, enum folder_role role); /* 0: none */
/* A path, or a role's name ("inbox"); case and accents folded; 0: none. */
int64_t query_folder_path(struct store *s, const char *path);
/* Full path of a folder, names escaped '/' as "\/"; caller frees. */
char *query_path_of(struct store *s, int64_t id);

/* --- lists -------------------------------------------------------------- */
enum item_sort { SORT_DATE, SORT_FROM, SORT_SUBJECT, SORT_SIZE, SORT_THREAD };

struct item_query {
	int64_t folder; /* 0: all mail folders */
	enum item_sort sort;
	bool ascending;
	unsigned flags_set, flags_clear;  /* filter on item.flags */
	const struct search_node *search; /* NULL: none */
	int limit;			  /* rows wanted, > 0 */
	/* Page after (or, with backwards, before) this row; NULL: first page
	 * (backwards: the last page). Only id and the sort key members count. */
	const struct item *anchor;
	bool backwards; /* rows still come in the list's order */
};
/* Rows carry everything but in_reply_to, references, bcc, conv_index,
 * search_key, change_key and topic. */
bool query_items(struct store *s, const struct item_query *q,
		 struct item_list *out, struct err *err) MUST_CHECK;
/* Number of rows of q, counted exactly (stored count where there is no
 * filter); gives up at `most` and returns most. */
bool query_count(struct store *s, const struct item_query *q, int64_t most,
		 int64_t *out, struct err *err) MUST_CHECK;
/* 0-based position of an item in the list of q (for "3 of 4,812"). */
bool query_position(struct store *s, const struct item_query *q,
		    const struct item *it, int64_t *out,
		    struct err *err) MUST_CHECK;
/* Ids only, in list order (for "tag all that match"), at most `most`. */
bool query_ids(struct store *s, const struct item_query *q, int64_t most,
	       int64_t **ids, size_t *n, struct err *err) MUST_CHECK;
/* Conversations of a folder by the date of their newest message in it. */
struct conversation {
	int64_t thread, tdate;
};
struct conversation_list {
	struct conversation *v;
	size_t n, cap;
};
struct conversation_query {
	int64_t folder;
	bool ascending, backwards;
	const struct conversation *anchor; /* as in item_query */
	int limit;
};
bool query_conversations(struct store *s, const struct conversation_query *q,
			 struct conversation_list *out,
			 struct err *err) MUST_CHECK;
/* Its messages, oldest first: those in `folder` and in `others`. */
struct member {
	int64_t id, folder;
};
struct member_list {
	struct member *v;
	size_t n, cap;
};
bool query_members(struct store *s, int64_t thread, int64_t folder,
		   const int64_t *others, size_t n_others,
		   struct member_list *out, struct err *err) MUST_CHECK;
bool query_conversation_of(struct store *s, int64_t thread, int64_t folder,
			   struct conversation *out);
bool query_is_muted(struct store *s, int64_t thread);
bool query_item(struct store *s, int64_t id, struct item *out,
		struct err *err) MUST_CHECK; /* everything */
int64_t query_item_by_message_id(struct store *s, const char *message_id,
				 int64_t folder /* 0: any */);

/* --- content ------------------------------------------------------------ */
/* The original message, RFC 5322 bytes. NOT_FOUND: not kept offline. */
bool query_mime(struct store *s, int64_t id, struct bytes *out,
		struct err *err) MUST_CHECK;
bool query_text(struct store *s, int64_t id, struct str *out,
		struct err *err) MUST_CHECK;
/* A line around the first hit of a search; caller frees; may be NULL. */
char *query_snippet(struct store *s, int64_t id, const struct search_node *q);

/* Categories in use, by frequency. */
bool query_categories(struct store *s, struct strv *out,
		      struct err *err) MUST_CHECK;
/* --- the journal: what waits, what went, what clashed ------------------- */
#define JOURNAL_KINDS(X)                                                       \
	X(EDIT, "edit")                                                        \
	X(MOVE, "move")                                                        \
	X(COPY, "copy")                                                        \
	X(DELETE, "delete")                                                    \
	X(SEND, "send")                                                        \
	X(UPLOAD, "upload")                                                    \
	X(FOLDER_CREATE, "create folder")                                      \
	X(FOLDER_RENAME, "rename folder")                                      \
	X(FOLDER_MOVE, "move folder")                                          \
	X(FOLDER_DELETE, "delete folder")                                      \
	X(FOLDER_EMPTY, "empty folder")                                        \
	X(EVENT, "event")                                                      \
	X(RIGHTS, "rights")                                                    \
	X(CONTACT, "contact")                                                  \
	X(RESTORE, "restore")
enum journal_kind {
#define X(id, name) JOURNAL_##id,
	JOURNAL_KINDS(X)
#undef X
};
/* Kinds are kept as numbers: those of folders stand together. */
static inline bool journal_is_folder(enum journal_kind k)
{
	return k >= JOURNAL_FOLDER_CREATE && k <= JOURNAL_FOLDER_EMPTY;
}
enum journal_state {
	JOURNAL_WAITING,  /* to be sent, not before `due` */
	JOURNAL_SENDING,  /* handed to the network: outcome unknown */
	JOURNAL_FAILED,	  /* refused for good: the person decides */
	JOURNAL_CONFLICT, /* changed on both sides: both are kept */
	JOURNAL_DONE,	  /* kept for undo */
	JOURNAL_UNDONE
};
/* One action of a person (an entry) covers one or many items (steps). */
struct journal_entry {
	int64_t id;
	enum journal_kind kind;
	enum journal_state state; /* worst of its steps */
	int64_t created, due;
	int attempts;
	int64_t count;	 /* steps; for DONE those that went through */
	int64_t waiting; /* steps not yet done */
	bool can_undo;
	char *text;  /* "move 4 items to Archive" */
	char *error; /* last refusal, one sentence; NULL none */
};
struct journal_list {
	struct journal_entry *v;
	size_t n, cap;
};
void journal_list_release(struct journal_list *l);
/* Newest first. all: with what is settled. */
bool query_journal(struct store *s, bool all, int limit,
		   struct journal_list *out, struct err *err) MUST_CHECK;
int64_t query_journal_waiting(struct store *s);
/* The row that a SEND or UPLOAD made; 0: none. */
int64_t query_entry_item(struct store *s, int64_t entry);
/* Of its first message; caller frees; NULL: none. */
char *query_entry_subject(struct store *s, int64_t entry);

/* A kept conflict: our version and the server's. */
struct conflict {
	int64_t entry, item;
	char *mine, *server; /* one sentence each */
};
struct conflict_list {
	struct conflict *v;
	size_t n, cap;
};
void conflict_list_release(struct conflict_list *l);
bool query_conflicts(struct store *s, struct conflict_list *out,
		     struct err *err) MUST_CHECK;

/* --- small facts --------------------------------------------------------- */
/* By key ("last-sync", "server-build", ...); caller frees; NULL: none. */
char *query_fact(struct store *s, const char *key);
/* Keys that begin with `prefix`, in order, without it, and their values. */
bool query_facts(struct store *s, const char *prefix, struct strv *keys,
		 struct strv *values, struct err *err) MUST_CHECK;
struct store_sizes { /* of bytes, then numbers */
	int64_t file, lists, texts, index, originals, items, bodies;
};
bool query_sizes(struct store *s, struct store_sizes *out,
		 struct err *err) MUST_CHECK;
#endif
