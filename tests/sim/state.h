/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef SIM_STATE_H
#define SIM_STATE_H
/*
 * What the simulated organisation holds: mailboxes, folders, items, change
 * history, rights, quotas, event queues. It knows no protocol; every face
 * (EWS now) reads and changes it under the one lock, state_lock().
 *
 * Every change takes the next number of one counter. A folder keeps a log of
 * (number, item) from which any sync state can be answered; an item carries
 * the numbers of its creation, of its last change, and of the last change that
 * was more than the read flag. Items get a new id when they move or are
 * copied; ids are never used again.
 */
#include <pthread.h>
#include "base/str.h"
#include "base/map.h"
#include "base/vec.h"
#include "tests/sim/mime.h"

struct corpus;
struct sub;
struct cal;
struct contact;

/* Versions a client may ask for, in order (dossier 1.1). */
enum rank {
	RANK_2007,
	RANK_2007SP1,
	RANK_2010,
	RANK_2010SP1,
	RANK_2010SP2,
	RANK_2013,
	RANK_2013SP1,
	RANK_2016
};

enum item_source { SOURCE_MEMORY, SOURCE_FILE, SOURCE_MADE };

/* An extended property nobody computes: stored as the client gave it. */
struct prop {
	char *key; /* canonical path, see ews_paths.c */
	struct strv values;
};

struct boxes {
	struct box **v;
	size_t n, cap;
};

struct item {
	uint64_t id;
	struct folder *folder;
	uint64_t created, change, content; /* change numbers */
	uint64_t uid; /* rises within a folder, like an IMAP uid */

	enum item_source source;
	struct str mime;       /* SOURCE_MEMORY */
	char *path;	       /* SOURCE_FILE */
	struct corpus *corpus; /* SOURCE_MADE, with number */
	size_t number;
	size_t size;

	char *item_class, *subject, *message_id, *in_reply_to, *references;
	char *display_to, *display_cc;
	struct addr from, sender;
	int64_t sent, received, made, modified;
	bool read, draft, submitted, has_attachments, receipt;
	unsigned char importance, sensitivity; /* 0..2, 0..3 */
	unsigned char flag; /* 0 none, 1 complete, 2 flagged */
	int64_t flag_start, flag_due, flag_done;
	int verb, icon; /* 0: none */
	int64_t verb_time;
	unsigned char search_key[16];
	struct strv categories;
	VEC(struct prop) props;

	struct cal *cal;	   /* of events and meeting messages (cal.h) */
	struct contact *contact;   /* of contacts and lists (contact.h) */
	struct box *creator;	   /* NULL: the mailbox's owner */
	struct boxes readers;	   /* of a post: who has read it */
	const struct item *master; /* this is an occurrence of it */
	int64_t original;	   /* and the start it has by the pattern */
};

struct change_entry {
	uint64_t change, id;
	uint64_t created; /* of a deleted object, else 0 */
	bool deleted;
};
struct change_log {
	struct change_entry *v;
	size_t n, cap;
};

/* Bits of a permission level (dossier 14.2). */
enum {
	RIGHT_READ = 1,
	RIGHT_CREATE = 2,
	RIGHT_SUBFOLDERS = 4,
	RIGHT_EDIT = 8,
	RIGHT_DELETE = 16,
	RIGHT_VISIBLE = 32,
	RIGHT_OWNER = 64,
	RIGHT_EDIT_OWN = 128,
	RIGHT_DELETE_OWN = 256,
	RIGHT_FREEBUSY = 512,  /* the times of a calendar */
	RIGHT_SUBJECTS = 1024, /* and subjects and places */
	RIGHT_CONTACT = 2048   /* is told when mail cannot be delivered to it */
};
struct grant {
	struct box *who;     /* or a group, or somebody whom the directory */
	struct group *group; /* does not know (any more): his SID */
	char *sid;
	const char *level;
	unsigned custom; /* rights of the level Custom */
};
struct grants {
	struct grant *v;
	size_t n, cap;
};

struct folder {
	uint64_t id, created, change;
	struct box *box;
	struct folder *parent; /* NULL: the root */
	char *name, *folder_class;
	const char *distinguished; /* NULL: made by a person */
	enum rank since;	   /* for distinguished ones */
	bool hidden, gone;
	struct {
		struct item **v;
		size_t n, cap;
	} items; /* by received, id */
	struct change_log log;
	size_t unread;
	uint64_t last_change; /* of anything inside */
	uint64_t next_uid, deleted_total;
	int64_t last_commit;
	VEC(struct folder *) kids;
	struct grants grants;
	const char *everybody; /* level of Default; NULL: the usual one */
	const char *anonymous;
	VEC(struct prop) props;
	/* Of public folders: mail to it, the one who passes posts, and the host
	 * that has it when this one does not; NULL: none. */
	char *address, *replica;
	int content; /* which public folder mailbox has it and what is below
		      * (ews_public.c); 0: as above it */
	struct box *moderator;
	const char *acl_odd; /* "order", "revision": descriptors as some are */
};

/* Those who act for a mailbox's owner (dossier 14.4). */
struct delegate {
	struct box *who;
	bool copies, private_items;
};
struct delegates {
	struct delegate *v;
	size_t n, cap;
	int deliver; /* 0 delegates only, 1 and me, 2 and information, 3 none */
};

/* Out of office: who has had his answer is forgotten when it is switched. */
struct oof {
	bool on, scheduled;
	int64_t start, end;    /* of a scheduled one */
	int audience;	       /* outside: 0 nobody, 1 known, 2 all */
	char *html, *external; /* as EWS clients wrote them, or NULL */
	char *reply;	       /* plain text; NULL: none written yet */
	struct strv told;
};

struct box {
	char *sid; /* NULL: the public store's */
	char *address, *alias, *name, *password, *title, *department, *phone;
	char *given, *surname;
	const char *photo; /* in base64; NULL: none */
	char guid[37];
	unsigned char replica[16];
	bool room, shared;
	bool is_public; /* the store of the public folders: nobody's */
	struct {
		struct folder **v;
		size_t n, cap;
	} folders;
	struct change_log folder_log;
	uint64_t quota, used;	  /* bytes; quota 0: none */
	uint64_t warn, no_send;	  /* limits below it; 0: none */
	uint64_t message_limit;	  /* largest that may be sent; 0: none */
	int active, hanging;	  /* requests and streams in progress */
	int64_t password_expires; /* 0: never */
	struct strv send_as;	  /* addresses that may send as this one */
	struct strv send_behalf;
	char *categories_xml;
	struct oof oof;
	struct delegates delegates;
	/* Its published free/busy: the message's id, and of which change of the
	 * calendar and month (dav_freebusy.c). */
	uint64_t freebusy, published;
	int published_month;
	uint64_t local_freebusy; /* LocalFreebusy.EML (dav_delegates.c) */
};

struct group {
	char *address, *name, *sid;
	struct boxes members;
	bool rooms; /* a list of rooms */
};

struct sent_entry {
	char *message_id, *from;
	struct strv to;
};

struct state {
	pthread_mutex_t lock;
	pthread_cond_t changed; /* some event was queued */
	uint64_t change, epoch;
	bool recoverable; /* Recoverable Items exist (2010 and later) */
	bool unattended;  /* nobody brings meeting messages into calendars */
	const char
		*language; /* of the folders in new mailboxes; NULL: English */
	uint64_t seed;
	struct boxes boxes;
	struct box *public_box; /* not among boxes */
	VEC(struct group *) groups;
	struct map *by_address; /* lower case -> box */
	struct {
		struct item **v;
		size_t n, cap;
	} items; /* by id */
	struct {
		struct folder **v;
		size_t n, cap;
	} folders; /* by id */
	VEC(struct sent_entry *) sent;
	VEC(struct sub *) subs;
};

struct state *state_new(uint64_t seed, bool recoverable);
void state_free(struct state *st);
void state_lock(struct state *st);
void state_unlock(struct state *st);

bool language_exists(const char *language);
/* A mailbox with its default folders. Copies its texts. */
struct box *box_new(struct state *st, const char *address, const char *name);
struct box *box_bare(struct state *st, const char *address, const char *name);
struct box *box_find(struct state *st, const char *address); /* or NULL */
/* The top of the tree that clients see. */
struct folder *box_top(const struct box *box);
bool folder_is_top(const struct folder *f);
struct folder *box_folder(struct box *box, const char *distinguished);
/* "Inbox", "Inbox/Projects" below the top of the mailbox; NULL: none. */
struct folder *box_path(struct box *box, const char *path);
struct group *group_find(struct state *st, const char *address);
/* Adds boxes an address stands for (group or mailbox); false: unknown. */
bool state_resolve(struct state *st, const char *address,
		   struct boxes *out) MUST_CHECK;
bool box_is_full(const struct box *box, size_t more);
/* Over the limit of sending, or the message is larger than may be sent. */
bool box_may_send(const struct box *box, size_t size);
/* reply NULL: the text stays. */
bool oof_is_active(const struct box *box);
void oof_set(struct box *box, bool on, const char *reply);
/* The answer that a message in that mailbox gets, once a sender. */
void oof_answer(struct state *st, struct box *box, const struct item *it);

struct folder *folder_new(struct state *st, struct box *box,
			  struct folder *parent, const char *name,
			  const char *folder_class);
struct folder *folder_find(struct state *st, uint64_t id);
struct folder *folder_child(struct folder *parent, const char *name);
bool folder_is_under(const struct folder *f, const struct folder *top);
size_t folder_child_count(const struct folder *f);
void folder_rename(struct state *st, struct folder *f, const char *name);
void folder_move(struct state *st, struct folder *f, struct folder *to);
/* The folder, what is below it, and their items are gone. */
void folder_delete(struct state *st, struct folder *f);
struct folder *folder_copy(struct state *st, struct folder *f,
			   struct folder *to);
void folder_touch(struct state *st, struct folder *f);
/* Path below the mailbox's top, "/" between names. */
void folder_add_path(struct str *b, const struct folder *f);
const char *folder_everybody(const struct folder *f); /* Default's level */
unsigned folder_rights(const struct folder *f, const struct box *who);
/* The same, with what one may do to what one has made oneself. */
unsigned item_rights(const struct item *it, const struct box *who);
void folder_grant(struct folder *f, struct box *who, const char *level);
/* The rights of another folder instead of its own. */
void folder_inherit(struct folder *f, const struct folder *from);
void grants_release(struct grants *list);
unsigned level_rights(const char *level);
unsigned grant_rights(const struct grant *g);
/* The level that has exactly these rights, "Custom" where none has. */
const char *level_of_rights(unsigned rights);
const char *level_name(const char *name); /* canonical or NULL */

/* A new item, not yet in a folder; item_place() puts it there. Its id is set
 * by item_place. item_free for one never placed. */
struct item *item_new(void);
void item_free(struct item *it);
/* Fills the list fields from message headers (head) or a whole message. */
void item_take_mail(struct item *it, const struct mail *m);
/* Makes these bytes the item's content and refreshes its list fields. */
void item_set_mime(struct item *it, const char *p, size_t len);
/* The message's bytes with CRLF line ends, appended to out. */
void item_read_mime(const struct item *it, struct str *out);
void item_read_head(const struct item *it, struct str *out);
void item_place(struct state *st, struct item *it, struct folder *f,
		bool new_mail);
struct item *item_find(struct state *st, uint64_t id);
struct item *item_copy(struct state *st, const struct item *it,
		       struct folder *to);
/* A copy with the same id and folder, which is in no folder's list. */
struct item *item_clone(const struct item *it);
void item_move(struct state *st, struct item *it, struct folder *to);
void item_delete(struct state *st, struct item *it); /* gone for good */
void item_changed(struct state *st, struct item *it, bool read_flag_only);
void item_set_read(struct state *st, struct item *it, bool read);
void item_resize(struct item *it, size_t size);
struct prop *item_prop(struct item *it, const char *key);
void prop_set(struct item *it, const char *key, const struct strv *values);
void prop_remove(struct item *it, const char *key);
/* --- the directory (state_dir.c) ----------------------------------------- */
const char *directory_site(void);    /* "/o=.../ou=..." */
char *box_dn(const struct box *box); /* legacyExchangeDN; caller frees */
struct box *box_by_dn(struct state *st, const char *dn);   /* or NULL */
struct box *box_by_sid(struct state *st, const char *sid); /* or NULL */
struct group *group_by_sid(struct state *st, const char *sid);
char *directory_sid(unsigned rid); /* of the domain; caller frees */
void box_add_entry_id(struct str *b, const struct box *box);
struct box *box_by_entry_id(struct state *st, const char *p, size_t len);

/* --- public folders (state_public.c) ------------------------------------- */
/* The store, empty but for its tops. */
void public_build(struct state *st);
/* "Projects/Aurora" below the top, made where it is missing, with the rights of
 * what it is made in. */
struct folder *public_folder(struct state *st, const char *path,
			     const char *folder_class);
/* The mail-enabled folder of an address, NULL: none. */
struct folder *public_by_address(struct state *st, const char *address);
/* Whether he has read it: public folders keep that for each person. */
bool item_is_read(const struct item *it, const struct box *who);
void item_read_by(struct state *st, struct item *it, struct box *who,
		  bool read);
size_t folder_unread(const struct folder *f, const struct box *who);

/* Subject without its reply prefixes: points into s. */
const char *subject_topic(const char *s);
#endif
