/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef ENGINE_MSG_H
#define ENGINE_MSG_H
/* Private to the engine: what a lane gives back to the core while a job runs,
 * and with MSG_DONE the job itself. */
#include "engine/job.h"

enum msg_kind {
	MSG_INFO,
	MSG_FOLDERS,
	MSG_ROLES,
	MSG_MARKS,
	MSG_OTHERS, /* marks: of job->remotes[which] */
	MSG_ITEMS,
	MSG_LISTED,
	MSG_BODIES,
	MSG_OUTCOMES,
	MSG_FOUND,
	MSG_CONTACTS,
	MSG_CONTACT,
	MSG_PEOPLE,
	MSG_BOOK,
	MSG_EVENTS,
	MSG_BUSY,
	MSG_NOTIFY,
	MSG_PROGRESS,
	MSG_DONE
};

struct bodies {
	struct body **v;
	size_t n, cap;
};

struct msg {
	enum msg_kind kind;
	struct job *job; /* owned with MSG_DONE only */
	size_t weight;	 /* bytes that count against the lane */
	struct backend_info info;
	char *roles[FOLDER_ROLE_COUNT];
	struct sync_page page;		 /* FOLDERS, ITEMS */
	bool last;			 /* LISTED: the folder ends here */
	bool compare_begin, compare_end; /* ITEMS */
	struct folder_marks marks;
	struct item_list list; /* LISTED, FOUND */
	size_t which;	       /* FOUND: index into job->rows */
	struct bodies bodies;
	struct strv ids;      /* FOLDERS: all, on a whole run's last page */
	VEC(int64_t) missing; /* BODIES: items that came without content */
	struct outcomes outcomes;
	struct contact_page contacts; /* CONTACTS; keep, ids as for BOOK */
	struct item_result result;    /* CONTACT: of job->wishes[which] */
	struct person_list people;    /* PEOPLE, BOOK */
	struct strv gone;	      /* BOOK: keys */
	bool keep;		      /* BOOK: `ids` are all there are */
	char *server;		      /* BOOK: with keep: whose, and up to */
	int64_t usn;
	struct got_events entries; /* EVENTS */
	struct free_busy busy;	   /* BUSY: of job->remotes[which] */
	enum notify_kind notify;
	char *notify_folder;
	bool new_mail;
	int64_t bytes;	     /* PROGRESS; or of many: */
	int64_t done, total; /* PROGRESS */
};
struct msg *msg_new(enum msg_kind kind, struct job *j);
void msg_free(struct msg *m);
#endif
