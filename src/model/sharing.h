/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef MODEL_SHARING_H
#define MODEL_SHARING_H
/*
 * What a person wants to know of, and to change in, the rights that others have
 * in the mailbox; and the answer. One struct travels there and back.
 */
#include "base/err.h"
#include "model/delegate.h"

/* What could not be done, and where. */
struct sharing_failure {
	char *what; /* path of the folder, or a person */
	struct err err;
};
struct sharing_failures {
	struct sharing_failure *v;
	size_t n, cap;
};

/* What sets a folder's entries back to what they were. */
struct sharing_back {
	char *remote, *title; /* of the folder */
	struct permission_edits edits;
};
struct sharing_backs {
	struct sharing_back *v;
	size_t n, cap;
};

struct sharing {
	/* of a folder */
	struct permission_edits edits;	   /* wanted; none: only read */
	struct permission_set permissions; /* as they are now */
	int64_t changed;		   /* folders in which it was done */
	/* of the mailbox */
	bool of_mailbox;		 /* delegates, not a folder's rights */
	struct delegate_changes changes; /* wanted */
	struct delegate_list delegates;	 /* as they are now */
	size_t next;  /* of the changes: the one to be made, and is it */
	bool planned; /* planned already (engine) */
	struct strv acts_for; /* addresses of those for whom one acts */
	/* of both */
	struct sharing_failures failures;
	struct strv notes; /* what this server cannot do, in words */
	/* What takes back that which was done, for the undo list; with `undo`
	 * it is what is wanted. Of the mailbox: changes and delivery. */
	struct sharing_backs back;
	struct delegate_changes back_changes;
	char *back_text; /* what was done, in words; NULL: nothing */
	bool undo;
};
struct sharing *sharing_new(void);
void sharing_free(struct sharing *s); /* NULL is allowed */
/* The way back as the store keeps it; NULL: there is none. Caller frees. */
char *sharing_pack_back(const struct sharing *s);
/* A wish that goes that way; NULL: not understood. */
struct sharing *sharing_unpack_back(const char *text);
/* Notes how an edit is taken back, before it is applied to `set`. */
void sharing_note_back(struct sharing_back *b, const struct permission_set *set,
		       const struct permission_edit *e);
/* The same of a change of a delegate, where `was` is what there is. False: it
 * cannot be taken back as it was. */
bool sharing_note_delegate(struct sharing *s, const struct delegate_list *was,
			   const struct delegate_change *c);
void sharing_fail(struct sharing *s, const char *what, const struct err *why);
#endif
