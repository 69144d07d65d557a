/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef MODEL_FOLDER_H
#define MODEL_FOLDER_H
/* A folder of any store: mailbox, public folders, another person's mailbox. */
#include "base/str.h"
#include "base/vec.h"

/* One row a role: id, EWS distinguished name, name shown for scripts, mark. */
#define FOLDER_ROLES(X)                                                        \
	X(NONE, NULL, "")                                                      \
	X(ROOT, "msgfolderroot", "root")                                       \
	X(INBOX, "inbox", "inbox")                                             \
	X(DRAFTS, "drafts", "drafts")                                          \
	X(OUTBOX, "outbox", "outbox")                                          \
	X(SENT, "sentitems", "sent")                                           \
	X(DELETED, "deleteditems", "deleted")                                  \
	X(JUNK, "junkemail", "junk")                                           \
	X(CALENDAR, "calendar", "calendar")                                    \
	X(CONTACTS, "contacts", "contacts")                                    \
	X(TASKS, "tasks", "tasks")                                             \
	X(NOTES, "notes", "notes")                                             \
	X(JOURNAL, "journal", "journal")                                       \
	X(ARCHIVE, NULL, "archive")

enum folder_role {
#define X(id, ews, name) FOLDER_ROLE_##id,
	FOLDER_ROLES(X)
#undef X
		FOLDER_ROLE_COUNT
};

enum folder_kind {
	FOLDER_MAIL,
	FOLDER_CALENDAR,
	FOLDER_CONTACTS,
	FOLDER_TASKS,
	FOLDER_NOTES,
	FOLDER_JOURNAL,
	FOLDER_OTHER
};

enum folder_flags {
	FOLDER_HIDDEN = 1 << 0, /* PR_ATTR_HIDDEN */
	FOLDER_SEARCH = 1 << 1, /* a search folder: cannot be synced */
	FOLDER_READ_ONLY = 1 << 2,
	FOLDER_LOCAL = 1 << 3,	 /* made here, not yet on the server */
	FOLDER_NO_SYNC = 1 << 4, /* listed, its items are not mirrored */
	FOLDER_MAILBOX = 1 << 5, /* stands for another's mailbox; no server
				  * knows it */
};

/* What one may do in it, as PR_ACCESS has it (dossier WebDAV 21.2). */
enum folder_right {
	FOLDER_MAY_MODIFY = 1,
	FOLDER_MAY_READ = 2,
	FOLDER_MAY_DELETE = 4,
	FOLDER_MAY_NEST = 8, /* make folders in it */
	FOLDER_MAY_CREATE = 16,
	FOLDER_MAY_ALL = 31
};

#define FOLDER_OF_PUBLIC "public" /* an owner: everybody */

struct folder {
	int64_t id;	 /* store row; 0: not stored */
	int64_t parent;	 /* store row of the parent; 0: top */
	char *remote_id; /* opaque, case-sensitive; NULL while local */
	char *change_key;
	char *parent_remote;
	char *name;	 /* display name, UTF-8 */
	char *class;	 /* IPF.Note ...; NULL: mail */
	char *owner;	 /* address of the person whose it is, or
		      * FOLDER_OF_PUBLIC; NULL: one's own */
	unsigned rights; /* enum folder_right; of others' folders */
	enum folder_role role;
	enum folder_kind kind;
	unsigned flags;
	int64_t total, unread; /* as mirrored (store) or as told (server) */
	int64_t size;	       /* bytes; -1 unknown */
	int64_t synced_at;     /* last finished sync; CLOCK_NEVER: never */
};

void folder_release(struct folder *f);
void folder_copy(struct folder *to, const struct folder *from);
enum folder_kind folder_kind_of_class(const char *class);
const char *folder_role_name(enum folder_role role);
const char *folder_role_ews(enum folder_role role);
enum folder_role folder_role_find(const char *name); /* NONE: unknown */

struct folder_list {
	struct folder *v;
	size_t n, cap;
};
void folder_list_release(struct folder_list *l);
#endif
