/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_MAIL_H
#define UI_MAIL_H
/*
 * The mail screen's state, shared by its files: scr_mail.c (screen), mail_list.c
 * (messages), mail_tree.c (folders), mail_find.c (search, limit, tags) and
 * mail_act.c, mail_folder.c (changes). Nothing is queried while events and keys come in: what
 * is stale is loaded once, when the next frame is drawn.
 */
#include "store/query.h"
#include "ui/app.h"
#include "ui/day_strip.h"
#include "ui/list.h"
#include "ui/mail_meeting.h"
#include "ui/tree.h"
#include "ui/view.h"

/* Counting more matches than anybody wants to know costs time. */
#define MAIL_COUNT_MOST 1000

enum mail_pane { MAIL_FOLDERS, MAIL_LIST, MAIL_VIEW };

/* Searches over all folders stand in the folder tree with these ids. */
#define MAIL_VIRTUALS(X)                                                       \
	X(ALL, "All mail", 0, 0)                                               \
	X(UNREAD, "Unread", 0, ITEM_READ)                                      \
	X(FLAGGED, "Flagged", ITEM_FLAGGED, 0)
enum mail_virtual {
	MAIL_NODE_ACCOUNT = -100, /* headings */
	MAIL_NODE_SEARCHES,
#define X(id, name, set, clear) MAIL_NODE_##id,
	MAIL_VIRTUALS(X)
#undef X
		MAIL_NODE_SAVED = -1000, /* and below: searches with a name */
};
#define MAIL_SAVED_PREFIX "search:" /* facts: name to query */
#define MAIL_SAVED_NAME_MAX 60	    /* of a name, bytes */
#define MAIL_VIEW_PREFIX "view:"    /* facts: folder to how it is shown */

/* A row of the list; item without the long fields (query_items). */
struct mail_row {
	struct item item;
	bool child; /* belongs to the conversation above it */
	/* Of conversations (mail_threads.c). */
	struct conversation key;
	char *prefix;  /* of the tree; NULL none */
	size_t folded; /* messages it stands for; 0: it is not folded */
	bool unread;   /* one of those is */
	bool foreign;  /* in another folder */
	bool muted;
};

/* The conversation at hand, as the list shows it. */
struct mail_thread_row {
	int64_t id;
	bool foreign;
	char *prefix;
};
struct mail_thread {
	struct conversation key;
	VEC(struct mail_thread_row) rows;
	size_t folded;
	bool unread, muted;
};

/* What is remembered of a folder while the program runs. */
struct mail_place {
	int64_t node;
	int64_t item; /* the cursor's */
	enum item_sort sort;
	bool ascending, threads;
	bool fold_all;
	unsigned hidden; /* columns, a bit each */
	char *limit;	 /* while the program runs; NULL none */
};

struct mail {
	struct app *app;
	struct store *store; /* what is shown came from here */
	struct tree *tree;
	struct list *list;
	struct view *view;
	struct folder_list folders;
	VEC(struct mail_place) places;

	int64_t node;		 /* folder row or enum mail_virtual; 0 none */
	struct item_query query; /* search is `limit` */
	struct search_node *limit;
	char *limit_text;	   /* NULL: none */
	bool typing;		   /* a search is being typed */
	char *typed;		   /* of it: not yet applied */
	char *kept_text;	   /* the limit before typing began */
	struct search_node *saved; /* of the search that is the node */
	struct search_node *both;  /* it and the limit: borrows them */
	struct strv saved_names, saved_queries;
	/* What each found when it was last counted; -1: not counted. */
	VEC(int64_t) saved_counts;
	size_t saved_next; /* counted when the timer fires */
	int saved_timer;
	bool saved_again; /* something changed meanwhile */
	int64_t follow;	  /* a saved search renamed while it is shown; 0 */
	uint64_t server_ticket; /* search on the server; 0 none */
	char *server_text;	/* what it looks for */
	bool server_limit;	/* the limit has its hits */
	struct mail_thread thread;
	bool fold_all;	      /* of the node shown */
	VEC(int64_t) flipped; /* conversations that are not as fold_all says */
	struct column *columns;

	bool stale_folders, stale_list, reload_list;
	bool rows_utf8;	     /* how the rows' lines are drawn */
	struct folder known; /* the folder shown last */
	bool lost;	     /* it is gone; it may come back */
	bool node_chosen; /* by the person: else the Inbox, once it is known */
	bool row_chosen;  /* the cursor was moved by the person */
	enum mail_pane focus;
	bool preview;
	struct win title_win, tree_win, list_win, view_win;
	int line_x[3]; /* vertical lines, 0 none; the last before the strip */
	int line_y;    /* horizontal line above the preview, 0 none */

	VEC(int64_t) leaving; /* removed, but still in the rows at hand */
	bool armed;	      /* `;`: the next command is for tagged rows */
	bool armed_thread;    /* it is for the whole conversation */
	struct day_strip *strip;
	/* As the option day-strip says, or as the person does. */
	enum { STRIP_AUTO, STRIP_SHOWN, STRIP_HIDDEN } strip_wish;
	struct win strip_win;
	VEC(struct mail_meeting) meetings;
	int meeting_timer;
	int read_timer;
	int64_t read_item;   /* becomes read when the timer fires */
	int64_t last_target; /* folder moved to last */
};

struct mail *mail_of(struct app *app); /* NULL: the screen is not open */
/* --- mail_tree.c ----------------------------------------------------------- */
void mail_load_folders(struct mail *m);
void mail_show_tree(struct mail *m); /* anew, from what is known */
/* The folder shown; NULL when it is a search over all. */
const struct folder *mail_folder(const struct mail *m);
const struct folder *mail_meant(struct app *app); /* by commands; NULL: none */
const struct folder *mail_folder_by_id(const struct mail *m, int64_t id);
const char *mail_node_name(const struct mail *m);
/* The row under the folder cursor, NULL on headings and searches. */
const struct folder *mail_tree_folder(const struct mail *m);
/* Short name for panes: "Sent" for "Sent Items". */
const char *mail_short_name(const struct folder *f);

/* --- mail_list.c ------------------------------------------------------------ */
struct list *mail_list_new(struct mail *m);
void mail_show_node(struct mail *m, int64_t node);
void mail_set_sort(struct mail *m, const char *name, bool ascending);
const char *mail_sort_text(const struct mail *m); /* "newest" */
void mail_sync_list(struct mail *m);		  /* loads what is stale */
const struct item *mail_row_item(const struct list_row *row);
const struct item *mail_current(const struct mail *m); /* NULL none */
void mail_drop_both(struct mail *m);
/* Column names, "-size,+category"; false: one is unknown, and it said so. */
bool mail_set_columns(struct mail *m, const char *text);
struct mail_place *mail_place_of(struct mail *m); /* of the node shown */

/* --- for commands, wherever the message is shown ----------------------------- */
struct mail_targets {
	int64_t *ids; /* owned */
	size_t n;
	bool tagged; /* they are the tagged rows */
	bool thread; /* they are a conversation's, here */
	bool reader; /* it is the message in the reader */
};
/* What a command on messages is about: the message in the reader, the tagged
 * rows after `;`, or the row under the cursor. False: none, and it said so. */
bool mail_get_targets(struct app *app, struct mail_targets *out);
void mail_targets_release(struct mail_targets *t);
/* Makes of the first one its whole conversation, as far as it is here. */
bool mail_thread_targets(struct app *app, struct mail_targets *t);
/* The targets are on their way out of the list: cursor and reader go on. */
void mail_targets_left(struct app *app, struct mail_targets *t);
/* Moves the list's cursor to the next (previous) row, or unread row; the
 * item's id, 0: there is none. */
int64_t mail_step(struct app *app, int by, bool unread);
/* Marks one message read (not again when it is). */
void mail_mark_read(struct app *app, const struct item *it);
/* Asks for a folder; done gets its row (never 0). ctx is freed after. */
typedef void mail_folder_fn(struct app *app, void *ctx, int64_t folder);
void mail_ask_folder(struct app *app, const char *verb, int64_t preset,
		     mail_folder_fn *done, void *ctx, void (*free_ctx)(void *));
/* The folder a typed text means; 0: none, and it said so. */
int64_t mail_find_folder(struct app *app, const char *text);
/* `search` in the list: filters while one types. */
void mail_search(struct app *app, const struct command_call *call);
int64_t mail_front_item(struct app *app); /* 0 none */
void mail_register_completers(struct app *app);
#endif
