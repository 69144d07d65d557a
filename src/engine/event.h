/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef ENGINE_EVENT_H
#define ENGINE_EVENT_H
/* What the engine tells the person's side. Plain values; event_release. */
#include "base/err.h"
#include "model/freebusy.h"
#include "model/person.h"

enum event_kind {
	EVENT_FOLDERS,	 /* the folder list or counts changed */
	EVENT_ITEMS,	 /* rows of `folder` changed (0: many) */
	EVENT_BODY,	 /* content of `item` arrived, or err */
	EVENT_STATE,	 /* account state changed: engine_state() */
	EVENT_PROGRESS,	 /* done/total of `text` */
	EVENT_DONE,	 /* request `ticket` ended, err.kind NONE = well */
	EVENT_JOURNAL,	 /* something went out, failed or clashed */
	EVENT_QUESTION,	 /* answer with engine_answer(ticket, ...) */
	EVENT_NEW_MAIL,	 /* `count` new unread messages in `folder`; `text`:
			 * ids, of many only some */
	EVENT_NOTICE,	 /* a sentence worth showing (err or text) */
	EVENT_RESULTS,	 /* server search: items in `text` as ids */
	EVENT_PEOPLE,	 /* answer to a request: `people`; count 1: more are */
	EVENT_CONTACTS,	 /* contacts changed */
	EVENT_PASSWORD,	 /* when it expires is known: query_fact, or soon */
	EVENT_BUSY,	 /* busy: of the address with number `count` */
	EVENT_SHARING,	 /* sharing: the answer */
	EVENT_OOF,	 /* oof: as the server has it now; count 1: it differs
			 * from what the wish was made on */
	EVENT_STORAGE,	 /* the fact "storage" is new; count 1: and warned of */
	EVENT_PUBLIC,	 /* talk: with the answer */
	EVENT_RECOVER,	 /* recover: with the answer */
	EVENT_SUGGESTED, /* `text`: suggestions_pack, before the DONE of BUSY */
	EVENT_ROOMS,	 /* `text`: "address<TAB>name" lines */
	EVENT_FOREIGN	 /* another process changed the store */
};

enum question_kind { QUESTION_PASSWORD, QUESTION_CERTIFICATE };

struct oof;
struct public_talk;
struct recover_talk;
struct sharing;
struct event {
	enum event_kind kind;
	uint64_t ticket;
	int64_t entry; /* DONE, JOURNAL: journal entry */
	int64_t folder, item, count;
	int64_t done, total; /* PROGRESS; total 0: unknown */
	enum question_kind question;
	bool retry;		   /* QUESTION: the last answer was refused */
	char *text;		   /* owned; NULL none */
	struct person_list people; /* owned; PEOPLE */
	struct free_busy *busy;	   /* owned; BUSY */
	struct oof *oof;	   /* owned; OOF */
	struct public_talk *talk;  /* owned; PUBLIC */
	struct recover_talk *recover; /* owned; RECOVER */
	struct sharing *sharing;      /* owned; SHARING */
	struct err err;
};
void event_release(struct event *e);
#endif
