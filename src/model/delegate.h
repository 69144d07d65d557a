/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef MODEL_DELEGATE_H
#define MODEL_DELEGATE_H
/*
 * Who acts for the owner of a mailbox (dossier EWS 14.4, WebDAV 23).
 */
#include "model/folder.h"
#include "model/permission.h"

/* The folders whose rights a delegate gets with the rest, in this order. */
#define DELEGATE_FOLDERS(X)                                                    \
	X(CALENDAR, Calendar, "calendar")                                      \
	X(TASKS, Tasks, "tasks")                                               \
	X(INBOX, Inbox, "inbox")                                               \
	X(CONTACTS, Contacts, "contacts")                                      \
	X(NOTES, Notes, "notes")                                               \
	X(JOURNAL, Journal, "journal")
enum delegate_folder {
#define X(id, ews, name) DELEGATE_##id,
	DELEGATE_FOLDERS(X)
#undef X
		DELEGATE_FOLDER_COUNT
};
const char *delegate_folder_name(enum delegate_folder f); /* "calendar" */
enum folder_role delegate_folder_role(enum delegate_folder f);

/* Who gets the requests for meetings of the owner. */
enum delegate_delivery {
	DELIVER_DELEGATES,
	DELIVER_BOTH,
	DELIVER_INFORM, /* the delegates; the owner gets a copy to know of */
	DELIVER_OWNER,
	DELIVER_UNKNOWN /* not told, or not to be changed */
};
const char *delegate_delivery_name(enum delegate_delivery d);
bool delegate_delivery_parse(const char *s, enum delegate_delivery *out);

struct delegate {
	char *address, *name, *sid; /* NULL: not told */
	/* NONE, REVIEWER, AUTHOR, EDITOR or CUSTOM; COUNT: not to be changed */
	enum permission_level levels[DELEGATE_FOLDER_COUNT];
	bool sees_private, gets_copies;
};
struct delegate_list {
	struct delegate *v;
	size_t n, cap;
	enum delegate_delivery delivery;
	bool no_copies; /* who gets copies cannot be kept on this server */
};

enum delegate_wish { DELEGATE_ADD, DELEGATE_SET, DELEGATE_REMOVE };
struct delegate_change {
	enum delegate_wish wish;
	struct delegate who;
};
struct delegate_changes {
	struct delegate_change *v;
	size_t n, cap;
	enum delegate_delivery delivery; /* UNKNOWN: as it is */
	bool no_behalf; /* leave alone who may send in one's name */
};

/* The parallel lists in which servers without delegate operations keep them
 * (WebDAV 23.1), in their order; people by their old distinguished names. */
struct delegate_entry {
	char *name, *legacy_dn; /* owned */
	bool sees_private;
};
struct delegate_entries {
	struct delegate_entry *v;
	size_t n, cap;
	char *freebusy; /* remote id of the folder Freebusy Data; owned */
};
void delegate_entries_release(struct delegate_entries *l);
/* By the old name, in any case; NULL: none. */
struct delegate_entry *delegate_entry_find(const struct delegate_entries *l,
					   const char *legacy_dn);

void delegate_init(struct delegate *d); /* no levels to be changed */
void delegate_release(struct delegate *d);
void delegate_copy(struct delegate *to, const struct delegate *from);
const char *delegate_title(const struct delegate *d);
/* "calendar=editor", "private", "no-private", "copies", "no-copies": what it
 * says changes *d. False: the word is not understood. */
bool delegate_parse_word(struct delegate *d, const char *word);
void delegate_list_release(struct delegate_list *l);
void delegate_list_copy(struct delegate_list *to,
			const struct delegate_list *from);
/* By address, in any case; NULL: none. */
struct delegate *delegate_find(const struct delegate_list *l,
			       const char *address);
void delegate_changes_release(struct delegate_changes *c);
#endif
