/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Taking back. What has not left is reversed in the rows; what the server has
 * done is wished back by a new entry. Resolving a conflict uses the same.
 */
#include "store/event_rows.h"

#include "base/clock.h"
#include "base/pack.h"
#include "base/utf8.h"

#define RAW_MAX ((size_t)1 << 30)

/* --- reversing in the rows ------------------------------------------------------ */

/* Later unsettled steps of the same item, after `st`. */
static bool later_steps(struct store *s, const struct step *st,
			struct steps *out, struct err *err)
{
	if (!steps_of_item(s, st->item, out, err))
		return false;
	while (out->n && out->v[0].id <= st->id) {
		step_release(&out->v[0]);
		vec_remove(out, 0);
	}
	return true;
}

/* The edit that brings back the values before st, of the members `set`. */
static void edit_back(const struct step *st, unsigned set, struct item_edit *e)
{
	memset(e, 0, sizeof(*e));
	e->set = set;
	e->read = (st->p_flags & ITEM_READ) != 0;
	e->flag = st->p_flags & (ITEM_FLAGGED | ITEM_COMPLETE);
	e->flag_due = st->p_due;
	e->importance = st->p_flags & (ITEM_HIGH | ITEM_LOW);
	e->categories = xstrdup(st->p_categories);
	e->verb = st->p_flags & ITEM_ANSWERED	 ? 102
		  : st->p_flags & ITEM_FORWARDED ? 104
						 : 0;
	e->verb_time = CLOCK_NEVER;
}

/* A later edit of the same member stays; it then goes back to our before. */
static bool hand_down(struct store *s, const struct step *st,
		      struct step *later, unsigned *left, struct err *err)
{
	unsigned both = later->edit.set & *left;
	unsigned mask = edit_flag_mask(both);

	if (later->kind != JOURNAL_EDIT || !both)
		return true;
	later->p_flags = (later->p_flags & ~mask) | (st->p_flags & mask);
	if (both & EDIT_FLAG)
		later->p_due = st->p_due;
	if (both & EDIT_CATEGORIES)
		mem_replace(&later->p_categories, xstrdup(st->p_categories));
	*left &= ~both;
	return step_save_before(s, later, err);
}

static bool revert_edit(struct store *s, const struct step *st, struct err *err)
{
	struct steps later CLEANUP(steps_release) = {0};
	unsigned left = st->edit.set;
	struct item_edit e;
	struct row r;
	bool ok = later_steps(s, st, &later, err);

	for (size_t i = 0; ok && i < later.n; i++)
		ok = hand_down(s, st, &later.v[i], &left, err);
	if (!ok || !left)
		return ok;
	if (!row_load(s, st->item, &r, err))
		return false;
	edit_back(st, left, &e);
	item_edit_apply(&e, &r.it);
	ok = db_run(s, err,
		    "UPDATE item SET flags = :flags, flag_due = :due,"
		    " categories = :categories WHERE id = :id",
		    ARGS(I(r.it.flags), TIME(r.it.flag_due), T(r.it.categories),
			 I(st->item)));
	item_edit_release(&e);
	row_release(&r);
	return ok;
}

static bool is_lost(struct store *s, int64_t item, bool *yes, struct err *err)
{
	int64_t lost = 0;
	bool ok = db_get_int(s, &lost, err,
			     "SELECT lost FROM item WHERE id = :id",
			     ARGS(I(item)));

	*yes = lost != 0;
	return ok;
}

bool revert_move(struct store *s, const struct step *st, struct err *err)
{
	struct steps later CLEANUP(steps_release) = {0};
	bool lost;

	if (!later_steps(s, st, &later, err) ||
	    !is_lost(s, st->item, &lost, err))
		return false;
	if (lost)
		return item_set_aside(s, st->item, err);
	for (size_t i = 0; i < later.n; i++) {
		struct step *next = &later.v[i];

		if (next->kind != JOURNAL_MOVE && next->kind != JOURNAL_DELETE)
			continue;
		next->from_folder = st->from_folder;
		return step_save_before(s, next, err) &&
		       (next->kind == JOURNAL_MOVE ||
			db_run(s, err,
			       "UPDATE item SET was = :was WHERE id = :id",
			       ARGS(I(st->from_folder), I(st->item))));
	}
	return item_place_back(s, st->item, st->from_folder, err);
}

static bool revert_delete(struct store *s, const struct step *st,
			  struct err *err)
{
	return item_place_back(s, st->item, st->from_folder, err);
}

/* The row was made by this step: nothing after it can stand either. */
static bool revert_new_row(struct store *s, const struct step *st,
			   struct err *err)
{
	struct steps later CLEANUP(steps_release) = {0};

	if (!later_steps(s, st, &later, err))
		return false;
	for (size_t i = 0; i < later.n; i++)
		if (!step_set_state(s, &later.v[i], JOURNAL_UNDONE, 0, NULL,
				    err))
			return false;
	return item_drop(s, st->item, err);
}

static bool revert_folder_create(struct store *s, const struct step *st,
				 struct err *err)
{
	int64_t used = 0;

	if (!db_get_int(s, &used, err,
			"SELECT 1 FROM item WHERE :id IN (folder, was)"
			" UNION ALL SELECT 1 FROM folder WHERE parent = :id"
			" LIMIT 1",
			ARGS(I(st->folder))))
		return false;
	if (used)
		return err_set(err, ERR_INPUT,
			       "this folder is in use: take back first what "
			       "was put into it");
	return folder_drop(s, st->folder, err);
}

/* A later change of the same folder's name or place stays; it then goes back to
 * our before. */
static bool hand_down_folder(struct store *s, const struct step *st,
			     bool *taken, struct err *err)
{
	bool name = st->kind == JOURNAL_FOLDER_RENAME;
	int64_t later = 0;

	if (!db_get_int(s, &later, err,
			"SELECT id FROM journal_step WHERE kind >= 6"
			" AND folder = :folder AND state < 4 AND id > :id"
			" AND kind IN (7, 8, 9) AND (kind = 7) = :name"
			" ORDER BY id LIMIT 1",
			ARGS(I(st->folder), I(st->id), I(name))))
		return false;
	*taken = later != 0;
	return !later ||
	       db_run(s, err,
		      name ? "UPDATE journal_step SET from_name = :before"
			     " WHERE id = :id"
			   : "UPDATE journal_step SET from_parent = :before"
			     " WHERE id = :id",
		      ARGS((name ? (struct db_arg)T(st->from_name)
				 : (struct db_arg)ROW_ID(st->from_parent)),
			   I(later)));
}

static bool revert_folder(struct store *s, const struct step *st,
			  struct err *err)
{
	bool taken = false;

	if (st->kind == JOURNAL_FOLDER_CREATE)
		return revert_folder_create(s, st, err);
	if (st->kind != JOURNAL_FOLDER_EMPTY &&
	    !hand_down_folder(s, st, &taken, err))
		return false;
	if (taken)
		return true;
	if (st->kind == JOURNAL_FOLDER_RENAME) {
		char *key CLEANUP(mem_free_ptr) =
			utf8_fold(str_or_empty(st->from_name));

		return db_run(s, err,
			      "UPDATE folder SET name = :name,"
			      " name_key = :key WHERE id = :id",
			      ARGS(T(str_or_empty(st->from_name)), T(key),
				   I(st->folder)));
	}
	if (st->kind == JOURNAL_FOLDER_EMPTY)
		return db_run(s, err,
			      "UPDATE item SET folder = was, was = NULL,"
			      " hidden = NULL WHERE hidden = :step",
			      ARGS(I(st->id))) &&
		       db_run(s, err,
			      "UPDATE folder SET hidden = NULL"
			      " WHERE hidden = :step",
			      ARGS(I(st->id)));
	return db_run(s, err,
		      "UPDATE folder SET hidden = NULL, parent = (SELECT id"
		      " FROM folder WHERE id = :parent) WHERE id = :id",
		      ARGS(ROW_ID(st->from_parent), I(st->folder)));
}

/* A message called back is not thrown away: it becomes a draft. */
static bool revert_send(struct store *s, const struct step *st,
			int64_t *inverse, struct err *err)
{
	int64_t drafts = query_folder_role(s, FOLDER_ROLE_DRAFTS);
	struct step up CLEANUP(step_release);
	struct row r;

	step_init(&up);
	if (!drafts)
		drafts = st->from_folder;
	if (!row_load(s, st->item, &r, err))
		return false;
	bool uploaded = r.it.remote_id != NULL;

	row_release(&r);
	if (!item_place(s, st->item, drafts, ROW_VISIBLE, err) ||
	    !item_set_flags(s, st->item, ITEM_DRAFT | ITEM_READ, 0, err))
		return false;
	if (uploaded) /* it is a draft on the server already */
		return true;
	char *text CLEANUP(mem_free_ptr) =
		intent_text(s, JOURNAL_UPLOAD, 1, drafts, NULL, NULL);

	up.kind = JOURNAL_UPLOAD;
	up.item = st->item;
	up.folder = drafts;
	up.key = xstrdup(st->key);
	up.draft = true;
	if (!entry_add(s, JOURNAL_UPLOAD, 0, text, st->entry, inverse, err))
		return false;
	up.entry = *inverse;
	return step_add(s, &up, err) &&
	       db_run(s, err, "UPDATE raw SET step = :new WHERE step = :old",
		      ARGS(I(up.id), I(st->id)));
}

/* Reverses the local effect of an unsettled step; it ends UNDONE. */
static bool revert(struct store *s, const struct step *st, int64_t *inverse,
		   struct err *err)
{
	bool ok = true;

	switch (st->kind) {
	case JOURNAL_EDIT:
		ok = revert_edit(s, st, err);
		break;
	case JOURNAL_MOVE:
		ok = revert_move(s, st, err);
		break;
	case JOURNAL_DELETE:
		ok = revert_delete(s, st, err);
		break;
	case JOURNAL_COPY:
	case JOURNAL_UPLOAD:
		ok = revert_new_row(s, st, err);
		break;
	case JOURNAL_SEND:
		ok = revert_send(s, st, inverse, err);
		break;
	case JOURNAL_EVENT:
		ok = revert_event(s, st, err);
		break;
	case JOURNAL_FOLDER_CREATE:
	case JOURNAL_FOLDER_RENAME:
	case JOURNAL_FOLDER_MOVE:
	case JOURNAL_FOLDER_DELETE:
	case JOURNAL_FOLDER_EMPTY:
		ok = revert_folder(s, st, err);
		break;
	case JOURNAL_RIGHTS: /* have no steps */
	case JOURNAL_CONTACT:
	case JOURNAL_RESTORE:
		break;
	}
	return ok && step_set_state(s, st, JOURNAL_UNDONE, 0, NULL, err);
}

/* --- the inverse of what is done -------------------------------------------------- */

/* Does the folder still exist? A row moved back needs one. */
static bool folder_exists(struct store *s, int64_t id, struct err *err)
{
	int64_t found = 0;

	if (!db_get_int(s, &found, err, "SELECT 1 FROM folder WHERE id = :id",
			ARGS(I(id))))
		return false;
	return found ||
	       err_set(err, ERR_INPUT, "the folder it came from is gone");
}

static bool item_listed(struct store *s, int64_t id, bool *yes, struct err *err)
{
	int64_t found = 0;
	bool ok = db_get_int(s, &found, err,
			     "SELECT 1 FROM item WHERE id = :id AND"
			     " folder IS NOT NULL",
			     ARGS(I(id)));

	*yes = found != 0;
	return ok;
}

static bool invert_item(struct store *s, const struct step *st, int64_t entry,
			bool *changed, struct err *err)
{
	struct item_edit e;
	bool listed, ok;

	*changed = false;
	if (!item_listed(s, st->item, &listed, err))
		return false;
	if (!listed)
		return true;
	if (st->kind == JOURNAL_MOVE)
		return folder_exists(s, st->from_folder, err) &&
		       apply_move(s, entry, st->item, st->from_folder, changed,
				  err);
	if (st->kind == JOURNAL_EDIT) {
		edit_back(st, st->edit.set, &e);
		ok = apply_edit(s, entry, st->item, &e, 0, changed, err);
		item_edit_release(&e);
		return ok;
	}
	*changed = true; /* COPY, UPLOAD: away with what was made */
	return apply_delete(s, entry, st->item, DELETE_SOFT, 0, err);
}

static bool invert_folder(struct store *s, const struct step *st, int64_t entry,
			  bool *changed, struct err *err)
{
	if (!folder_exists(s, st->folder, err))
		return false;
	*changed = true;
	if (st->kind == JOURNAL_FOLDER_RENAME)
		return apply_folder_rename(s, entry, st->folder,
					   str_or_empty(st->from_name), err);
	if (st->kind == JOURNAL_FOLDER_CREATE)
		return apply_folder_delete(s, entry, st->folder,
					   DELETE_TO_DELETED, err);
	if (st->from_parent && !folder_exists(s, st->from_parent, err))
		return false;
	if (st->from_parent && folder_is_below(s, st->from_parent, st->folder))
		return err_set(err, ERR_INPUT,
			       "the folder that it came from is in it now");
	return apply_folder_move(s, entry, st->folder, st->from_parent, err);
}

static bool can_invert(struct store *s, const struct step *st, struct err *err)
{
	switch (st->kind) {
	case JOURNAL_EDIT:
	case JOURNAL_MOVE:
	case JOURNAL_COPY:
	case JOURNAL_UPLOAD:
	case JOURNAL_FOLDER_CREATE:
	case JOURNAL_FOLDER_RENAME:
	case JOURNAL_FOLDER_MOVE:
		return true;
	case JOURNAL_FOLDER_DELETE:
		if (st->parent)
			return true;
		return err_set(err, ERR_INPUT,
			       "the folder was deleted for good");
	case JOURNAL_DELETE:
	case JOURNAL_FOLDER_EMPTY:
		return err_set(err, ERR_INPUT, "this was deleted for good");
	case JOURNAL_SEND:
		return err_set(err, ERR_INPUT, "the message has been sent");
	case JOURNAL_EVENT:
		return can_invert_event(s, st, err);
	case JOURNAL_RIGHTS:
	case JOURNAL_CONTACT:
	case JOURNAL_RESTORE:
		break;
	}
	return true;
}

static enum journal_kind inverse_kind(enum journal_kind kind)
{
	if (kind == JOURNAL_COPY || kind == JOURNAL_UPLOAD)
		return JOURNAL_DELETE;
	if (kind == JOURNAL_FOLDER_CREATE)
		return JOURNAL_FOLDER_DELETE;
	if (kind == JOURNAL_FOLDER_DELETE)
		return JOURNAL_FOLDER_MOVE;
	return kind;
}

/* A new entry for all steps of l that are DONE; they become UNDONE. */
static bool invert(struct store *s, const struct steps *l, int64_t entry,
		   int64_t *inverse, struct err *err)
{
	char *text = NULL, *old;
	enum journal_kind kind = JOURNAL_EDIT;
	bool any = false, changed, ok;

	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].state == JOURNAL_DONE)
			kind = l->v[i].kind;
	old = db_get_text(s, "SELECT text FROM journal_entry WHERE id = :id",
			  ARGS(I(entry)));
	text = xasprintf("undo %s", str_or_empty(old));
	ok = entry_add(s, inverse_kind(kind), 0, text, entry, inverse, err);
	free(text);
	free(old);
	for (size_t i = l->n; ok && i > 0; i--) {
		const struct step *st = &l->v[i - 1];

		if (st->state != JOURNAL_DONE)
			continue;
		changed = true;
		ok = st->kind == JOURNAL_EVENT
			     ? invert_event(s, st, *inverse, err)
		     : journal_is_folder(st->kind)
			     ? invert_folder(s, st, *inverse, &changed, err)
			     : invert_item(s, st, *inverse, &changed, err);
		ok = ok && step_set_state(s, st, JOURNAL_UNDONE, 0, NULL, err);
		any |= ok && changed;
	}
	if (ok && !any)
		return err_set(err, ERR_INPUT,
			       "there is nothing left to take back");
	return ok;
}

static bool last_undoable(struct store *s, int64_t *entry, struct err *err)
{
	*entry = entry_last_undoable(s);
	return *entry || err_set(err, ERR_INPUT, "there is nothing to undo");
}

/* Everything that forbids it is found before anything changes. */
static bool check(struct store *s, const struct steps *l, size_t *done,
		  struct err *err)
{
	*done = 0;
	for (size_t i = 0; i < l->n; i++) {
		const struct step *st = &l->v[i];

		if (st->state == JOURNAL_SENDING)
			return err_set(err, ERR_INPUT,
				       "it is on its way to the server; try "
				       "again in a moment");
		if (st->state != JOURNAL_DONE)
			continue;
		if (!can_invert(s, st, err))
			return false;
		++*done;
	}
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].state != JOURNAL_UNDONE)
			return true;
	return err_set(err, ERR_INPUT,
		       l->n ? "it has been undone already"
			    : "there is no such change");
}

static bool undo(struct store *s, int64_t entry, int64_t *undone,
		 int64_t *inverse, struct err *err)
{
	struct steps l CLEANUP(steps_release) = {0};
	int64_t kind = JOURNAL_EDIT;
	size_t done;

	if ((!entry && !last_undoable(s, &entry, err)) ||
	    !steps_of_entry(s, entry, &l, err) ||
	    !db_get_int(s, &kind, err,
			"SELECT kind FROM journal_entry WHERE id = :id",
			ARGS(I(entry))))
		return false;
	*undone = entry;
	if (kind == JOURNAL_RESTORE)
		return invert_restored(s, entry, inverse, err);
	/* These are undone by rights.c and contact_undo.c. */
	if (kind == JOURNAL_RIGHTS || kind == JOURNAL_CONTACT)
		return err_set(err, ERR_INPUT, "it has been undone already");
	if (!check(s, &l, &done, err))
		return false;
	for (size_t i = l.n; i > 0; i--) {
		const struct step *st = &l.v[i - 1];

		if (st->state != JOURNAL_DONE && st->state != JOURNAL_UNDONE &&
		    !revert(s, st, inverse, err))
			return false;
	}
	return !done || invert(s, &l, entry, inverse, err);
}

bool write_undo(struct store *s, int64_t entry, int64_t *undone,
		int64_t *inverse, struct err *err)
{
	int64_t what = 0, by = 0;

	/* The state of an entry follows its steps at a commit. */
	if (!db_begin_wish(s, err))
		return false;
	bool ok = entry_settle(s, err) && undo(s, entry, &what, &by, err);

	if (!db_end_wish(s, ok, err))
		return false;
	*undone = what;
	*inverse = by;
	return true;
}

/* --- conflicts and failures ---------------------------------------------------------- */

/* Ours wins although the server has nothing left to change: the message goes
 * back up from the copy here. */
static bool upload_again(struct store *s, const struct step *st,
			 struct err *err)
{
	int64_t has = 0;

	if (!db_get_int(s, &has, err, "SELECT 1 FROM mime WHERE key = -:id",
			ARGS(I(st->item))))
		return false;
	if (!has)
		return err_set(err, ERR_INPUT,
			       "it is gone from the server and its text was "
			       "never here: it cannot be put back");
	return item_set_remote(s, st->item, NULL, NULL, 0, err) &&
	       db_run(s, err,
		      "INSERT OR REPLACE INTO raw(step, data)"
		      " SELECT :step, data FROM mime WHERE key = -:item",
		      ARGS(I(st->id), I(st->item))) &&
	       db_run(s, err,
		      "UPDATE journal_step SET kind = 5, e_set = 0,"
		      " (folder, draft, key) = (SELECT coalesce(folder, was),"
		      "  (flags & 32) != 0, message_id FROM item"
		      "  WHERE id = :item) WHERE id = :step",
		      ARGS(I(st->item), I(st->id)));
}

/* Trying again takes the folders, and the message, that the step names. */
static bool can_try_again(struct store *s, const struct step *st,
			  struct err *err)
{
	int64_t found = 0;

	if (!db_get_int(s, &found, err,
			"SELECT (:folder IS NULL OR :folder IN"
			"  (SELECT id FROM folder)) AND (:parent IS NULL OR"
			"  :parent IN (SELECT id FROM folder))",
			ARGS(ROW_ID(st->folder), ROW_ID(st->parent))))
		return false;
	if (!found)
		return err_set(err, ERR_INPUT,
			       "its folder is gone: it can only be taken back");
	if (st->kind != JOURNAL_COPY)
		return true;
	if (!db_get_int(s, &found, err,
			"SELECT count(*) FROM item WHERE id = :id",
			ARGS(I(st->source))))
		return false;
	return found || err_set(err, ERR_INPUT,
				"the message is gone: this can only be taken "
				"back");
}

/* The names of a, then those of b it does not have. */
static char *unite(const char *a, const char *b)
{
	struct strv names CLEANUP(strv_release), more CLEANUP(strv_release);

	strv_init(&names);
	strv_init(&more);
	strv_split(&names, str_or_empty(a), "\n");
	strv_split(&more, str_or_empty(b), "\n");
	for (size_t i = 0; i < more.n; i++)
		if (!strv_has(&names, more.v[i]))
			strv_add(&names, more.v[i]);
	return names.n ? strv_join(&names, "\n") : NULL;
}

/* Categories of both sides go together on the one message. What cannot, such
 * as read and unread, is kept by a copy beside the server's. */
static bool keep_both(struct store *s, const struct step *st, struct err *err)
{
	struct item_edit e = {.set = EDIT_CATEGORIES};
	int64_t inverse = 0, entry, folder = 0;
	bool changed, ok;

	if (!revert(s, st, &inverse, err) ||
	    !db_get_int(s, &folder, err,
			"SELECT folder FROM item WHERE id = :id",
			ARGS(I(st->item))))
		return false;
	if (st->edit.set == EDIT_CATEGORIES) {
		e.categories = unite(st->p_categories, st->edit.categories);
		ok = entry_add(s, JOURNAL_EDIT, 0,
			       "keep the categories of both", 0, &entry, err) &&
		     apply_edit(s, entry, st->item, &e, 0, &changed, err);
		item_edit_release(&e);
		return ok;
	}
	return entry_add(s, JOURNAL_COPY, 0, "keep both versions of 1 item", 0,
			 &entry, err) &&
	       apply_copy(s, entry, st->item, folder, &inverse, err) &&
	       apply_edit(s, entry, inverse, &st->edit, 0, &changed, err);
}

static bool resolve_step(struct store *s, const struct step *st,
			 enum resolve how, struct err *err)
{
	bool on_item = st->kind == JOURNAL_EDIT || st->kind == JOURNAL_MOVE;
	int64_t inverse;
	bool gone;

	if (!step_is_gone(s, st, &gone, err))
		return false;
	/* Of one that is gone there is only ours to keep; what was refused is
	 * no pair either. */
	if (how == RESOLVE_BOTH) {
		if (!gone && st->state == JOURNAL_CONFLICT &&
		    st->kind == JOURNAL_EDIT)
			return keep_both(s, st, err);
		how = RESOLVE_MINE;
	}
	if (how == RESOLVE_MINE)
		return can_try_again(s, st, err) &&
		       (!gone || !on_item || upload_again(s, st, err)) &&
		       step_set_state(s, st, JOURNAL_WAITING, 0, NULL, err);
	return revert(s, st, &inverse, err) &&
	       (!gone || !on_item || item_set_aside(s, st->item, err));
}

static bool is_stuck(const struct step *st)
{
	return st->state == JOURNAL_FAILED || st->state == JOURNAL_CONFLICT;
}

/* Does st only wait for a step that is given up? */
static bool follows_stuck(const struct steps *l, const struct step *st)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].id == st->after && st->state == JOURNAL_WAITING)
			return is_stuck(&l->v[i]);
	return false;
}

static bool resolve(struct store *s, int64_t entry, enum resolve how,
		    struct err *err)
{
	int64_t inverse;

	struct steps l CLEANUP(steps_release) = {0};
	bool any = false;

	if (!steps_of_entry(s, entry, &l, err))
		return false;
	for (size_t i = l.n; i > 0; i--) {
		const struct step *st = &l.v[i - 1];

		if (how == RESOLVE_SERVER && follows_stuck(&l, st) &&
		    !revert(s, st, &inverse, err))
			return false;
		if (!is_stuck(st))
			continue;
		any = true;
		if (!resolve_step(s, st, how, err))
			return false;
	}
	return any || err_set(err, ERR_INPUT,
			      "this change is not waiting for a decision");
}

bool write_resolve(struct store *s, int64_t entry, enum resolve how,
		   struct err *err)
{
	if (!db_begin_wish(s, err))
		return false;
	return db_end_wish(s, resolve(s, entry, how, err), err);
}
