/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef STORE_STEPS_H
#define STORE_STEPS_H
/*
 * The journal's rows, for the files that write it: intent.c applies a wish,
 * journal.c hands it out and settles it, undo.c takes it back.
 *
 * A step is open while it is WAITING or SENDING, unsettled while it is also
 * FAILED or in CONFLICT: then its local effect still stands.
 */
#include "store/rows.h"

struct step {
	int64_t id, entry;
	enum journal_kind kind;
	enum journal_state state;
	int64_t due;
	int attempts;
	int64_t after;	     /* wait for this step; 0 none */
	int64_t item;	     /* the row acted upon; COPY: the copy */
	int64_t source;	     /* COPY: what is copied */
	int64_t folder;	     /* target, or the folder acted upon */
	int64_t from_folder; /* where the item was */
	int64_t parent, from_parent;
	enum delete_kind how;
	int stage;
	int64_t copies_before;
	bool draft;
	char *name, *from_name; /* FOLDER_RENAME: new, old */
	char *key, *class;
	struct item_edit edit;
	/* EDIT: the values before, of the members in edit.set */
	unsigned p_flags;
	int64_t p_due;
	char *p_categories;
};
struct steps {
	struct step *v;
	size_t n, cap;
};

void step_init(struct step *st);
void step_release(struct step *st);
void steps_release(struct steps *l);
/* Fails with ERR_NOT_FOUND where there is none. */
bool step_load(struct store *s, int64_t id, struct step *out,
	       struct err *err) MUST_CHECK;
/* In order of their ids. */
bool steps_of_entry(struct store *s, int64_t entry, struct steps *out,
		    struct err *err) MUST_CHECK;
/* Unsettled ones on an item. */
bool steps_of_item(struct store *s, int64_t item, struct steps *out,
		   struct err *err) MUST_CHECK;
/* Copies of the item that have not been made yet. */
bool steps_of_source(struct store *s, int64_t item, struct steps *out,
		     struct err *err) MUST_CHECK;
/* *gone: the step is in conflict with a server that has the item no more. */
bool step_is_gone(struct store *s, const struct step *st, bool *gone,
		  struct err *err) MUST_CHECK;
/* Is one of these kinds unsettled on the item? kinds: bits of 1 << kind. */
bool steps_has(const struct steps *l, unsigned kinds);

/* Inserts; fills st->id. */
bool step_add(struct store *s, struct step *st, struct err *err) MUST_CHECK;
/* The values before an edit, as kept now. */
bool step_save_before(struct store *s, const struct step *st,
		      struct err *err) MUST_CHECK;
bool step_set_state(struct store *s, const struct step *st,
		    enum journal_state state, int64_t due, const char *why,
		    struct err *err) MUST_CHECK;

bool entry_add(struct store *s, enum journal_kind kind, int64_t due,
	       const char *text, int64_t undo_of, int64_t *id,
	       struct err *err) MUST_CHECK;
/* An entry without steps, for what is done elsewhere: done, can be undone. */
bool entry_add_done(struct store *s, enum journal_kind kind, const char *text,
		    int64_t *id, struct err *err) MUST_CHECK;
/* restored.c: back to where it was had from, by the new entry *inverse. */
bool invert_restored(struct store *s, int64_t entry, int64_t *inverse,
		     struct err *err) MUST_CHECK;
/* The last change that can be taken back and takes none back itself; 0: none. */
int64_t entry_last_undoable(struct store *s);
bool entry_set_undone(struct store *s, int64_t id, struct err *err) MUST_CHECK;
/* A step of it changed: state, counts and can_undo follow at the commit. */
void entry_touch(struct store *s, int64_t entry);
/* ITEM_PENDING and ITEM_CONFLICT of an item follow its steps. */
bool step_mark_item(struct store *s, int64_t item, struct err *err) MUST_CHECK;

/* Bits of item.flags that an edit's members stand for. */
unsigned edit_flag_mask(unsigned set);

/* --- intent.c: local effects; each adds a step to the entry ------------------- */
bool apply_edit(struct store *s, int64_t entry, int64_t item,
		const struct item_edit *e, int64_t after, bool *changed,
		struct err *err) MUST_CHECK;
bool apply_move(struct store *s, int64_t entry, int64_t item, int64_t folder,
		bool *changed, struct err *err) MUST_CHECK;
/* *copy: the new row, with the values of the old one as they are now. */
bool apply_copy(struct store *s, int64_t entry, int64_t item, int64_t folder,
		int64_t *copy, struct err *err) MUST_CHECK;
bool apply_delete(struct store *s, int64_t entry, int64_t item,
		  enum delete_kind how, int64_t after,
		  struct err *err) MUST_CHECK;
/* A row for a message made here, its content and the step that uploads it. */
bool apply_upload(struct store *s, int64_t entry, struct step *st,
		  unsigned flags, const struct bytes *raw,
		  struct err *err) MUST_CHECK;
bool apply_folder_rename(struct store *s, int64_t entry, int64_t folder,
			 const char *name, struct err *err) MUST_CHECK;
bool apply_folder_move(struct store *s, int64_t entry, int64_t folder,
		       int64_t parent, struct err *err) MUST_CHECK;
bool apply_folder_delete(struct store *s, int64_t entry, int64_t folder,
			 enum delete_kind how, struct err *err) MUST_CHECK;
/* undo.c: an unsettled MOVE taken back in the rows. A later change of place
 * takes over where this one came from. The step's state is the caller's. */
bool revert_move(struct store *s, const struct step *st,
		 struct err *err) MUST_CHECK;
/* "move 4 items to Archive"; caller frees. */
char *intent_text(struct store *s, enum journal_kind kind, size_t n,
		  int64_t folder, const char *name,
		  const struct item_edit *edit);
#endif
