/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* What the server says of items: created, changed, read, gone, moved. */
#include "store/steps.h"

#include "base/clock.h"

/* A page of purging: more would keep the writer from everything else. */
#define PURGE_MAX 1000
/* The server counts categories and flags in an item's size: only a larger
 * difference means that the content is another. */
#define SIZE_SLACK 2048

#define KINDS_THAT_HOLD                                                        \
	(1u << JOURNAL_MOVE | 1u << JOURNAL_COPY | 1u << JOURNAL_UPLOAD |      \
	 1u << JOURNAL_SEND)

static void take_text(char **to, const char *from)
{
	if (from)
		mem_replace(to, xstrdup(from));
}

/* The values before an edit are those the server has now: they are what
 * reverting it must restore. */
static void rebase(struct step *st, const struct item *server, unsigned fresh)
{
	struct item after;
	unsigned mask = edit_flag_mask(fresh);

	item_copy(&after, server);
	item_edit_apply(&st->edit, &after);
	for (unsigned bit = 1; bit <= fresh; bit <<= 1) {
		unsigned one = edit_flag_mask(fresh & bit);

		/* The server has our value, perhaps from us: no news. */
		if (!((after.flags ^ server->flags) & one))
			mask &= ~one;
	}
	st->p_flags = (st->p_flags & ~mask) | (server->flags & mask);
	if (mask & ITEM_FLAGGED)
		st->p_due = server->flag_due;
	if (fresh & EDIT_CATEGORIES &&
	    !str_eq(after.categories, server->categories))
		mem_replace(&st->p_categories, xstrdup(server->categories));
	item_release(&after);
}

/* Puts unsettled local edits back on top of the server's values. */
static bool reapply(struct store *s, struct steps *steps, struct item *it,
		    struct err *err)
{
	struct item server;
	unsigned seen = 0;
	bool ok = true;

	item_copy(&server, it);
	for (size_t i = 0; ok && i < steps->n; i++) {
		struct step *st = &steps->v[i];

		if (st->kind != JOURNAL_EDIT)
			continue;
		if (st->edit.set & ~seen) {
			rebase(st, &server, st->edit.set & ~seen);
			ok = step_save_before(s, st, err);
		}
		seen |= st->edit.set;
		item_edit_apply(&st->edit, it);
	}
	item_release(&server);
	return ok;
}

/* What the message itself says, too, and more truly: a listing in XML cannot
 * tell every character. */
static void merge_headers(struct item *old, const struct item *is)
{
	take_text(&old->subject, is->subject);
	/* A new name makes the address of the old one wrong. */
	if (is->from_name && !is->from_addr &&
	    !str_eq(is->from_name, old->from_name))
		mem_replace(&old->from_addr, NULL);
	take_text(&old->from_name, is->from_name);
	take_text(&old->from_addr, is->from_addr);
	take_text(&old->sender_addr, is->sender_addr);
	take_text(&old->to, is->to);
	take_text(&old->cc, is->cc);
	take_text(&old->bcc, is->bcc);
	take_text(&old->message_id, is->message_id);
	take_text(&old->in_reply_to, is->in_reply_to);
	take_text(&old->references, is->references);
}

/* Server values over the stored ones; what a listing leaves out stays. */
static void merge(struct item *old, const struct item *is)
{
	unsigned flags = is->flags & ITEM_SERVER_FLAGS;

	flags |= item_flags_of_class(is->item_class);
	/* What only the content told. */
	flags |= old->flags & (ITEM_SIGNED | ITEM_ENCRYPTED);
	if (!(old->flags & ITEM_HAS_BODY) || !is->change_key ||
	    !str_eq(old->change_key, is->change_key))
		merge_headers(old, is);
	old->flags = (old->flags & ~(unsigned)ITEM_SERVER_FLAGS) | flags;
	take_text(&old->remote_id, is->remote_id);
	take_text(&old->change_key, is->change_key);
	take_text(&old->item_class, is->item_class);
	take_text(&old->topic, is->topic);
	take_text(&old->conv_index, is->conv_index);
	take_text(&old->search_key, is->search_key);
	take_text(&old->preview, is->preview);
	mem_replace(&old->categories, xstrdup(is->categories));
	if (is->received != CLOCK_NEVER)
		old->received = is->received;
	if (is->sent != CLOCK_NEVER)
		old->sent = is->sent;
	old->flag_due = is->flag_due;
	if (is->size > 0)
		old->size = is->size;
}

/* Is the content we have still that of the server? A draft may change with
 * every change key, a received message only when something is cut from it. */
static bool content_changed(const struct item *old, const struct item *is)
{
	int64_t diff = is->size - old->size;

	if (is->size > 0 && old->size > 0 &&
	    (diff > SIZE_SLACK || diff < -SIZE_SLACK))
		return true;
	if (!((old->flags | is->flags) & ITEM_DRAFT))
		return false;
	return !str_eq(old->change_key, is->change_key);
}

/* "Gone from the server" was said too early: what was wanted of the message is
 * tried again where it is now. */
static bool found_again(struct store *s, struct steps *steps, struct err *err)
{
	for (size_t i = 0; i < steps->n; i++) {
		struct step *st = &steps->v[i];
		bool gone = false;

		if (st->state != JOURNAL_CONFLICT)
			continue;
		if (!step_is_gone(s, st, &gone, err))
			return false;
		st->attempts = 0;
		if (gone &&
		    !step_set_state(s, st, JOURNAL_WAITING, 0, NULL, err))
			return false;
	}
	return true;
}

/* `r` is the stored row, `it` what the server says of it in `folder`. */
static bool update(struct store *s, struct row *r, int64_t folder,
		   const struct item *it, bool *need_body, struct err *err)
{
	struct steps steps CLEANUP(steps_release) = {0};
	struct item old;
	bool ok, changed = content_changed(&r->it, it);

	if (!steps_of_item(s, r->it.id, &steps, err))
		return false;
	item_copy(&old, &r->it);
	merge(&r->it, it);
	ok = reapply(s, &steps, &r->it, err);
	if (changed)
		r->it.flags &= ~(unsigned)(ITEM_HAS_BODY | ITEM_BODY_FAILED |
					   ITEM_TOO_LARGE);
	r->home = folder;
	r->lost = false;
	if (r->hidden == ROW_GONE) {
		r->hidden = ROW_VISIBLE;
		r->was = 0;
		r->it.folder = folder;
	} else if (r->hidden == ROW_VISIBLE &&
		   !steps_has(&steps, KINDS_THAT_HOLD)) {
		r->it.folder = folder;
	}
	*need_body = !(r->it.flags &
		       (ITEM_HAS_BODY | ITEM_BODY_FAILED | ITEM_TOO_LARGE));
	ok = ok &&
	     (index_same(&old, &r->it) || index_note(s, r->it.id, false, err));
	thread_touch(s, old.thread, old.folder);
	ok = ok && thread_find(s, &r->it, &r->it.thread, err);
	thread_touch(s, r->it.thread, r->it.folder);
	ok = ok && row_update(s, r, err) &&
	     db_run(s, err, "DELETE FROM unseen WHERE item = :id",
		    ARGS(I(r->it.id))) &&
	     found_again(s, &steps, err);
	item_release(&old);
	return ok;
}

/* May the row take over a message that the server shows as new in `folder`?
 * Yes if the server has it nowhere else: a row our own finished (or just
 * running) move, copy or upload left there, or one reported gone. */
static bool may_adopt(struct store *s, const struct row *r, int64_t folder,
		      struct err *err, bool *yes)
{
	struct steps steps CLEANUP(steps_release) = {0};
	int64_t at = r->it.folder ? r->it.folder : r->was;
	bool open = false, sending = false, left = false, asked;

	*yes = r->hidden == ROW_GONE || r->lost;
	if (*yes)
		return true;
	if (!steps_of_item(s, r->it.id, &steps, err))
		return false;
	for (size_t i = 0; i < steps.n; i++) {
		const struct step *st = &steps.v[i];
		bool here = st->folder == folder;
		bool leaves =
			st->kind == JOURNAL_MOVE || st->kind == JOURNAL_DELETE;

		/* The server has it where the first of these takes it from. */
		if (leaves && !left)
			at = st->from_folder;
		left |= leaves;
		if (!(KINDS_THAT_HOLD & 1u << st->kind))
			continue;
		open |= !leaves;
		asked = st->state == JOURNAL_SENDING;
		/* A message being sent is first a draft, then a sent copy; its
		 * Message-ID is our own. So it is also known where a try whose
		 * answer was lost waits to be looked up. */
		if (st->kind == JOURNAL_SEND) {
			here = here || query_folder_role(
					       s, FOLDER_ROLE_DRAFTS) == folder;
			asked |= st->state == JOURNAL_WAITING &&
				 st->attempts > 0;
		}
		sending |= here && asked;
	}
	*yes = sending || (!open && !r->it.remote_id && at == folder);
	return true;
}

/* *id 0: there is none. */
static bool find_adoptable(struct store *s, int64_t folder,
			   const struct item *it, int64_t *id, struct err *err)
{
	struct sqlite3_stmt *st;
	VEC(int64_t) ids = {0};
	enum db_row row;
	bool ok = true;
	int64_t hash = row_key_hash(it);

	*id = 0;
	if (!hash)
		return true;
	st = db_query(s,
		      "SELECT id FROM item WHERE key_hash = :hash"
		      " ORDER BY hidden IS NOT NULL, id LIMIT 50",
		      ARGS(I(hash)));
	while ((row = db_step(s, st, err)) == DB_ROW)
		vec_add(&ids, db_col_int(st, 0));
	ok = row == DB_DONE;
	for (size_t i = 0; ok && i < ids.n && !*id; i++) {
		struct row r;
		bool yes = false;

		ok = row_load(s, ids.v[i], &r, err);
		if (!ok)
			break;
		if (row_same_message(&r.it, it))
			ok = may_adopt(s, &r, folder, err, &yes);
		if (yes)
			*id = r.it.id;
		row_release(&r);
	}
	vec_release(&ids);
	return ok;
}

static bool insert(struct store *s, int64_t folder, const struct item *it,
		   int64_t *id, bool *need_body, struct err *err)
{
	struct row r;
	bool ok;

	row_init(&r);
	item_copy(&r.it, it);
	r.it.id = 0;
	r.it.thread = 0;
	r.it.folder = folder;
	r.it.flags = (it->flags & ITEM_SERVER_FLAGS) |
		     item_flags_of_class(it->item_class);
	r.home = folder;
	ok = item_add(s, &r, err);
	*id = r.it.id;
	*need_body = true;
	row_release(&r);
	return ok;
}

static bool put_item(struct store *s, int64_t folder, const struct item *it,
		     int64_t *id, bool *need_body, struct err *err)
{
	struct row r;
	bool ok;
	int64_t row = item_find_remote(s, it->remote_id);

	if (!row && !find_adoptable(s, folder, it, &row, err))
		return false;
	if (!row)
		return insert(s, folder, it, id, need_body, err);
	if (!row_load(s, row, &r, err))
		return false;
	ok = update(s, &r, folder, it, need_body, err);
	*id = row;
	row_release(&r);
	return ok;
}

bool write_item(struct store *s, int64_t folder, const struct item *it,
		int64_t *id, bool *need_body, struct err *err)
{
	int64_t row = 0;
	bool need = false;

	if (!db_begin(s, err))
		return false;
	if (!db_end(s, put_item(s, folder, it, &row, &need, err), err))
		return false;
	*id = row;
	*need_body = need;
	return true;
}

/* A wish to delete what is gone has come true. */
static bool settle_deletes(struct store *s, const struct steps *steps,
			   struct err *err)
{
	for (size_t i = 0; i < steps->n; i++)
		if (steps->v[i].kind == JOURNAL_DELETE &&
		    !step_set_state(s, &steps->v[i], JOURNAL_DONE, 0, NULL,
				    err))
			return false;
	return true;
}

static bool set_gone(struct store *s, int64_t folder, int64_t id,
		     struct err *err)
{
	struct steps steps CLEANUP(steps_release) = {0};
	struct row r;
	int64_t home;
	bool has_remote;

	if (!row_load(s, id, &r, err))
		return false;
	home = r.home;
	has_remote = r.it.remote_id != NULL;
	row_release(&r);
	/* Seen elsewhere under the same id meanwhile. */
	if (!has_remote || (home && home != folder))
		return true;
	if (!steps_of_item(s, id, &steps, err))
		return false;
	if (steps_has(&steps, KINDS_THAT_HOLD))
		return db_run(s, err, "UPDATE item SET lost = 1 WHERE id = :id",
			      ARGS(I(id)));
	return settle_deletes(s, &steps, err) && item_set_aside(s, id, err);
}

bool write_item_gone(struct store *s, int64_t folder, const char *remote_id,
		     struct err *err)
{
	int64_t id;

	if (!db_begin(s, err))
		return false;
	id = item_find_remote(s, remote_id);
	return db_end(s, !id || set_gone(s, folder, id, err), err);
}

static bool set_read(struct store *s, int64_t id, const char *change_key,
		     bool read, struct err *err)
{
	struct steps steps CLEANUP(steps_release) = {0};
	struct row r;
	char *key CLEANUP(mem_free_ptr) = id_pack(s, change_key);
	unsigned flags;
	bool ok;

	if (!steps_of_item(s, id, &steps, err) || !row_load(s, id, &r, err))
		return false;
	for (size_t i = 0; i < steps.n; i++)
		steps.v[i].edit.set &= EDIT_READ;
	r.it.flags = (r.it.flags & ~(unsigned)ITEM_READ) |
		     (read ? (unsigned)ITEM_READ : 0);
	ok = reapply(s, &steps, &r.it, err);
	flags = r.it.flags & ITEM_READ;
	row_release(&r);
	return ok && item_set_flags(s, id, flags, ITEM_READ & ~flags, err) &&
	       db_run(s, err, "DELETE FROM unseen WHERE item = :id",
		      ARGS(I(id))) &&
	       (!key ||
		db_run(s, err,
		       "UPDATE item SET change_key = :ck WHERE id = :id",
		       ARGS(T(key), I(id))));
}

bool write_item_read(struct store *s, int64_t folder, const char *remote_id,
		     const char *change_key, bool read, struct err *err)
{
	int64_t id;

	(void)folder; /* ids are unique in a mailbox */
	if (!db_begin(s, err))
		return false;
	id = item_find_remote(s, remote_id);
	return db_end(s, !id || set_read(s, id, change_key, read, err), err);
}

/* --- set-compare ------------------------------------------------------------------- */

bool write_compare_begin(struct store *s, int64_t folder, struct err *err)
{
	if (!db_begin(s, err))
		return false;
	bool ok =
		db_run(s, err,
		       "INSERT OR IGNORE INTO unseen(item)"
		       " SELECT id FROM item WHERE home = :folder"
		       "  AND remote_id IS NOT NULL AND hidden IS NOT 0",
		       ARGS(I(folder))) &&
		db_run(s, err, "UPDATE folder SET comparing = 1 WHERE id = :id",
		       ARGS(I(folder)));
	return db_end(s, ok, err);
}

static bool unseen_gone(struct store *s, int64_t folder, struct err *err)
{
	struct sqlite3_stmt *st = db_query(
		s,
		"SELECT item FROM unseen JOIN item ON item.id = unseen.item"
		" WHERE home = :folder",
		ARGS(I(folder)));
	VEC(int64_t) ids = {0};
	enum db_row r;
	bool ok;

	while ((r = db_step(s, st, err)) == DB_ROW)
		vec_add(&ids, db_col_int(st, 0));
	ok = r == DB_DONE;
	for (size_t i = 0; ok && i < ids.n; i++)
		ok = set_gone(s, folder, ids.v[i], err) &&
		     db_run(s, err, "DELETE FROM unseen WHERE item = :id",
			    ARGS(I(ids.v[i])));
	vec_release(&ids);
	return ok;
}

static bool spare(struct store *s, const int64_t *ids, size_t n,
		  struct err *err)
{
	for (size_t i = 0; i < n; i++)
		if (!db_run(s, err, "DELETE FROM unseen WHERE item = :id",
			    ARGS(I(ids[i]))))
			return false;
	return true;
}

bool write_compare_end(struct store *s, int64_t folder, const int64_t *ours,
		       size_t n, struct err *err)
{
	int64_t comparing = 0;

	if (!db_begin(s, err))
		return false;
	bool ok = db_get_int(s, &comparing, err,
			     "SELECT comparing FROM folder WHERE id = :id",
			     ARGS(I(folder)));
	if (ok && comparing)
		ok = spare(s, ours, n, err) && unseen_gone(s, folder, err) &&
		     db_run(s, err,
			    "UPDATE folder SET comparing = 0 WHERE id = :id",
			    ARGS(I(folder)));
	return db_end(s, ok, err);
}

/* Rows without an id and without a step that would bring one: the server was
 * said to have them, and a sync since then did not show them. */
static bool strays_gone(struct store *s, int64_t folder, int64_t before,
			struct err *err)
{
	struct sqlite3_stmt *st =
		db_query(s,
			 "SELECT id FROM item WHERE folder = :folder"
			 " AND remote_id IS NULL AND received < :before"
			 " AND NOT EXISTS (SELECT 1 FROM journal_step AS j"
			 "  JOIN journal_entry AS e ON e.id = j.entry"
			 "  WHERE j.item = item.id"
			 "  AND (j.state < 4 OR e.created >= :before))",
			 ARGS(I(folder), I(before)));
	VEC(int64_t) ids = {0};
	enum db_row r;
	bool ok;

	while ((r = db_step(s, st, err)) == DB_ROW)
		vec_add(&ids, db_col_int(st, 0));
	ok = r == DB_DONE;
	for (size_t i = 0; ok && i < ids.n; i++)
		ok = item_set_aside(s, ids.v[i], err);
	vec_release(&ids);
	return ok;
}

bool write_unseen_gone(struct store *s, int64_t folder, int64_t before,
		       struct err *err)
{
	int64_t comparing = 0;

	if (!db_begin(s, err))
		return false;
	bool ok = db_get_int(s, &comparing, err,
			     "SELECT comparing FROM folder WHERE id = :id",
			     ARGS(I(folder)));

	return db_end(
		s,
		ok && (comparing || (unseen_gone(s, folder, err) &&
				     strays_gone(s, folder, before, err))),
		err);
}

bool query_home_count(struct store *s, int64_t folder, int64_t *total,
		      int64_t *unread, struct err *err)
{
	int64_t open = 0;

	*total = *unread = 0;
	if (!db_get_int(s, total, err,
			"SELECT count(*) FROM item INDEXED BY item_home"
			" WHERE home = :folder AND lost = 0"
			" AND remote_id IS NOT NULL AND hidden IS NOT 0",
			ARGS(I(folder))) ||
	    !db_get_int(s, unread, err,
			"SELECT unread FROM folder WHERE id = :folder",
			ARGS(I(folder))) ||
	    !db_get_int(s, &open, err,
			"SELECT 1 FROM journal_entry WHERE state < 4 LIMIT 1",
			NO_ARGS))
		return false;
	if (open)
		*unread = -1;
	return true;
}

/* --- purging ------------------------------------------------------------------------ */

/* Edits that wait for a message which did not turn up again, and copies of
 * it. */
static bool purge_one(struct store *s, int64_t id, struct err *err)
{
	struct steps steps CLEANUP(steps_release) = {0};
	struct steps copies CLEANUP(steps_release) = {0};

	if (!steps_of_item(s, id, &steps, err) ||
	    !steps_of_source(s, id, &copies, err))
		return false;
	/* An answer to it may be why it is gone; else the server says so. */
	for (size_t i = 0; i < copies.n; i++)
		if (copies.v[i].kind != JOURNAL_EVENT &&
		    !step_set_state(s, &copies.v[i], JOURNAL_FAILED, 0,
				    "the message is gone from the server", err))
			return false;
	for (size_t i = 0; i < steps.n; i++)
		if (!step_set_state(s, &steps.v[i], JOURNAL_UNDONE, 0,
				    "the message is gone from the server", err))
			return false;
	return item_drop(s, id, err);
}

bool write_purge_gone(struct store *s, struct err *err)
{
	struct sqlite3_stmt *st;
	VEC(int64_t) ids = {0};
	enum db_row r;
	bool ok;

	if (!db_begin(s, err))
		return false;
	st = db_query(s,
		      "SELECT id FROM item WHERE hidden = 0 ORDER BY id"
		      " LIMIT :max",
		      ARGS(I(PURGE_MAX)));
	while ((r = db_step(s, st, err)) == DB_ROW)
		vec_add(&ids, db_col_int(st, 0));
	ok = r == DB_DONE;
	for (size_t i = 0; ok && i < ids.n; i++)
		ok = purge_one(s, ids.v[i], err);
	vec_release(&ids);
	return db_end(s, ok, err);
}
