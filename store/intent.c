/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* A person's wish: shown in the rows at once, and journalled step by step. */
#include "store/event_rows.h"

#include "base/clock.h"
#include "base/codec.h"
#include "base/pack.h"
#include "base/utf8.h"

#define RAW_MAX ((size_t)1 << 30)

void intent_release(struct intent *i)
{
	free(i->items);
	free(i->name);
	free(i->key);
	bytes_release(&i->raw);
	item_edit_release(&i->edit);
	if (i->then)
		intent_release(i->then);
	free(i->then);
	memset(i, 0, sizeof(*i));
}

/* --- local effects ------------------------------------------------------------------ */

static bool same_values(const struct item *a, const struct item *b)
{
	return a->flags == b->flags && a->flag_due == b->flag_due &&
	       str_eq(a->categories, b->categories);
}

static bool save_edited(struct store *s, const struct item *it, struct err *err)
{
	return db_run(s, err,
		      "UPDATE item SET flags = :flags, flag_due = :due,"
		      " categories = :categories WHERE id = :id",
		      ARGS(I(it->flags), TIME(it->flag_due), T(it->categories),
			   I(it->id)));
}

bool apply_edit(struct store *s, int64_t entry, int64_t item,
		const struct item_edit *e, int64_t after, bool *changed,
		struct err *err)
{
	struct step st CLEANUP(step_release);
	struct item was;
	struct row r;
	bool ok;

	step_init(&st);
	if (!row_load(s, item, &r, err))
		return false;
	item_copy(&was, &r.it);
	item_edit_apply(e, &r.it);
	/* A reply is worth noting again: its time is not in the row. */
	*changed = (e->set & EDIT_VERB) || !same_values(&was, &r.it);
	st.kind = JOURNAL_EDIT;
	st.entry = entry;
	st.item = item;
	st.after = after;
	item_edit_copy(&st.edit, e);
	st.p_flags = was.flags;
	st.p_due = was.flag_due;
	st.p_categories = xstrdup(was.categories);
	ok = !*changed ||
	     (save_edited(s, &r.it, err) && step_add(s, &st, err) &&
	      step_mark_item(s, item, err));
	item_release(&was);
	row_release(&r);
	return ok;
}

bool apply_move(struct store *s, int64_t entry, int64_t item, int64_t folder,
		bool *changed, struct err *err)
{
	struct step st CLEANUP(step_release);
	struct row r;

	step_init(&st);
	if (!row_load(s, item, &r, err))
		return false;
	st.kind = JOURNAL_MOVE;
	st.entry = entry;
	st.item = item;
	st.folder = folder;
	st.from_folder = r.it.folder;
	row_release(&r);
	*changed = st.from_folder != folder;
	return !*changed || (step_add(s, &st, err) &&
			     item_place(s, item, folder, ROW_VISIBLE, err) &&
			     step_mark_item(s, item, err));
}

bool apply_delete(struct store *s, int64_t entry, int64_t item,
		  enum delete_kind how, int64_t after, struct err *err)
{
	struct step st CLEANUP(step_release);
	struct row r;

	step_init(&st);
	if (!row_load(s, item, &r, err))
		return false;
	st.kind = JOURNAL_DELETE;
	st.entry = entry;
	st.item = item;
	st.how = how;
	st.after = after;
	st.from_folder = r.it.folder;
	row_release(&r);
	if (!st.from_folder) /* named twice */
		return true;
	return step_add(s, &st, err) && item_place(s, item, 0, st.id, err) &&
	       step_mark_item(s, item, err);
}

/* Content of one row for another. */
static bool copy_content(struct store *s, int64_t from, int64_t to,
			 struct err *err)
{
	return db_run(s, err,
		      "INSERT INTO body(key, text) SELECT -:to, text FROM body"
		      " WHERE key = -:from",
		      ARGS(I(to), I(from))) &&
	       db_run(s, err,
		      "INSERT INTO mime(key, data) SELECT -:to, data FROM mime"
		      " WHERE key = -:from",
		      ARGS(I(to), I(from)));
}

static bool count_copies(struct store *s, const struct item *it, int64_t folder,
			 int64_t *n, struct err *err)
{
	int64_t hash = row_key_hash(it);

	*n = 0;
	return !hash || db_get_int(s, n, err,
				   "SELECT count(*) FROM item"
				   " INDEXED BY item_key WHERE"
				   " key_hash = :hash AND folder = :folder"
				   " AND remote_id IS NOT NULL",
				   ARGS(I(hash), I(folder)));
}

bool apply_copy(struct store *s, int64_t entry, int64_t item, int64_t folder,
		int64_t *copy, struct err *err)
{
	struct step st CLEANUP(step_release);
	struct row r;
	bool ok;

	step_init(&st);
	if (!row_load(s, item, &r, err))
		return false;
	st.kind = JOURNAL_COPY;
	st.entry = entry;
	st.source = item;
	st.folder = folder;
	ok = count_copies(s, &r.it, folder, &st.copies_before, err);
	mem_replace(&r.it.remote_id, NULL);
	mem_replace(&r.it.change_key, NULL);
	r.it.flags &= ~(unsigned)(ITEM_PENDING | ITEM_CONFLICT);
	r.it.folder = folder;
	r.home = 0;
	ok = ok && item_add(s, &r, err) && copy_content(s, item, r.it.id, err);
	st.item = r.it.id;
	*copy = st.item;
	ok = ok && step_add(s, &st, err) && step_mark_item(s, st.item, err);
	row_release(&r);
	return ok;
}

bool apply_upload(struct store *s, int64_t entry, struct step *st,
		  unsigned flags, const struct bytes *raw, struct err *err)
{
	struct str packed CLEANUP(str_release) = STR_INIT;
	struct row r;
	bool ok;

	pack_compress(&packed, raw->p, raw->len);
	row_init(&r);
	r.it.folder = st->kind == JOURNAL_SEND ? st->from_folder : st->folder;
	r.it.flags = flags | ITEM_HAS_BODY;
	r.it.message_id = xstrdup(st->key);
	r.it.item_class = xstrdup("IPM.Note");
	r.it.received = clock_now();
	r.it.sent = r.it.received;
	r.it.size = (int64_t)raw->len;
	st->entry = entry;
	ok = item_add(s, &r, err);
	st->item = r.it.id;
	row_release(&r);
	return ok && step_add(s, st, err) &&
	       db_run(s, err, "INSERT INTO mime(key, data) VALUES(-:id, :data)",
		      ARGS(I(st->item), B(packed.s, packed.len))) &&
	       db_run(s, err, "INSERT INTO raw(step, data) VALUES(:id, :data)",
		      ARGS(I(st->id), B(packed.s, packed.len))) &&
	       step_mark_item(s, st->item, err);
}

/* --- folders -------------------------------------------------------------------------- */

static bool apply_folder_create(struct store *s, int64_t entry, int64_t parent,
				const char *name, struct err *err)
{
	struct step st CLEANUP(step_release);

	step_init(&st);
	st.kind = JOURNAL_FOLDER_CREATE;
	st.entry = entry;
	st.parent = parent;
	st.name = xstrdup(name);
	st.class = xstrdup("IPF.Note");
	return folder_add_local(s, parent, name, FOLDER_ROLE_NONE, &st.folder,
				err) &&
	       step_add(s, &st, err);
}

bool apply_folder_rename(struct store *s, int64_t entry, int64_t folder,
			 const char *name, struct err *err)
{
	struct step st CLEANUP(step_release);
	char *key CLEANUP(mem_free_ptr) = utf8_fold(name);

	step_init(&st);
	st.kind = JOURNAL_FOLDER_RENAME;
	st.entry = entry;
	st.folder = folder;
	st.name = xstrdup(name);
	st.from_name = db_get_text(s, "SELECT name FROM folder WHERE id = :id",
				   ARGS(I(folder)));
	return step_add(s, &st, err) &&
	       db_run(s, err,
		      "UPDATE folder SET name = :name, name_key = :key"
		      " WHERE id = :id",
		      ARGS(T(name), T(key), I(folder)));
}

static bool folder_parent(struct store *s, int64_t folder, int64_t *parent,
			  struct err *err)
{
	*parent = 0;
	return db_get_int(s, parent, err,
			  "SELECT parent FROM folder WHERE id = :id",
			  ARGS(I(folder)));
}

bool apply_folder_move(struct store *s, int64_t entry, int64_t folder,
		       int64_t parent, struct err *err)
{
	struct step st CLEANUP(step_release);

	step_init(&st);
	st.kind = JOURNAL_FOLDER_MOVE;
	st.entry = entry;
	st.folder = folder;
	st.parent = parent;
	return folder_parent(s, folder, &st.from_parent, err) &&
	       step_add(s, &st, err) &&
	       db_run(s, err,
		      "UPDATE folder SET parent = :parent WHERE id = :id",
		      ARGS(ROW_ID(parent), I(folder)));
}

/* To Deleted Items it is shown there; else it is hidden with all below. */
bool apply_folder_delete(struct store *s, int64_t entry, int64_t folder,
			 enum delete_kind how, struct err *err)
{
	struct step st CLEANUP(step_release);
	int64_t deleted = query_folder_role(s, FOLDER_ROLE_DELETED);

	step_init(&st);
	st.kind = JOURNAL_FOLDER_DELETE;
	st.entry = entry;
	st.folder = folder;
	st.how = how;
	st.parent = how == DELETE_TO_DELETED ? deleted : 0;
	if (!folder_parent(s, folder, &st.from_parent, err) ||
	    !step_add(s, &st, err))
		return false;
	if (st.parent)
		return db_run(s, err,
			      "UPDATE folder SET parent = :parent"
			      " WHERE id = :id",
			      ARGS(I(st.parent), I(folder)));
	return db_run(s, err, "UPDATE folder SET hidden = :step WHERE id = :id",
		      ARGS(I(st.id), I(folder)));
}

/* Emptying Deleted Items or Junk takes the folders inside too. */
static bool apply_folder_empty(struct store *s, int64_t entry, int64_t folder,
			       enum delete_kind how, struct err *err)
{
	struct step st CLEANUP(step_release);
	struct folder f;
	bool deep;

	step_init(&st);
	if (!query_folder(s, folder, &f, err))
		return false;
	deep = f.role == FOLDER_ROLE_DELETED || f.role == FOLDER_ROLE_JUNK;
	folder_release(&f);
	st.kind = JOURNAL_FOLDER_EMPTY;
	st.entry = entry;
	st.folder = folder;
	st.how = how;
	return step_add(s, &st, err) &&
	       db_run(s, err,
		      "UPDATE item SET was = folder, folder = NULL,"
		      " hidden = :step WHERE folder = :folder",
		      ARGS(I(st.id), I(folder))) &&
	       (!deep || db_run(s, err,
				"UPDATE folder SET hidden = :step"
				" WHERE parent = :folder AND hidden IS NULL",
				ARGS(I(st.id), I(folder))));
}

/* --- words ---------------------------------------------------------------------------- */

static const char *edit_words(const struct item_edit *e)
{
	if (e->set & EDIT_VERB)
		return e->verb == 104 ? "mark %zu %s forwarded"
				      : "mark %zu %s answered";
	if (e->set & EDIT_READ)
		return e->read ? "mark %zu %s read" : "mark %zu %s unread";
	if (e->set & EDIT_FLAG)
		return e->flag == ITEM_FLAGGED	  ? "flag %zu %s"
		       : e->flag == ITEM_COMPLETE ? "mark %zu %s complete"
						  : "clear the flag of %zu %s";
	if (e->set & EDIT_CATEGORIES)
		return "set categories of %zu %s";
	return "set the importance of %zu %s";
}

/* The format has a %zu and a %s, in this order. */
static char *count_text(const char *fmt, size_t n)
{
	struct str b = STR_INIT;
	const char *rest = strstr(fmt, "%zu");

	str_add_mem(&b, fmt, (size_t)(rest - fmt));
	str_addf(&b, "%zu", n);
	rest += 3;
	const char *noun = strstr(rest, "%s");

	str_add_mem(&b, rest, (size_t)(noun - rest));
	str_add(&b, n == 1 ? "item" : "items");
	str_add(&b, noun + 2);
	return str_take(&b);
}

static char *folder_name(struct store *s, int64_t folder)
{
	char *name = db_get_text(s, "SELECT name FROM folder WHERE id = :id",
				 ARGS(I(folder)));

	return name ? name : xstrdup("?");
}

char *intent_text(struct store *s, enum journal_kind kind, size_t n,
		  int64_t folder, const char *name,
		  const struct item_edit *edit)
{
	char *where CLEANUP(mem_free_ptr) = folder_name(s, folder);
	const char *items = n == 1 ? "item" : "items";

	switch (kind) {
	case JOURNAL_EDIT:
		return count_text(edit_words(edit), n);
	case JOURNAL_MOVE:
		return xasprintf("move %zu %s to %s", n, items, where);
	case JOURNAL_COPY:
		return xasprintf("copy %zu %s to %s", n, items, where);
	case JOURNAL_DELETE:
		return xasprintf("delete %zu %s", n, items);
	case JOURNAL_SEND:
		return xstrdup("send message");
	case JOURNAL_UPLOAD:
		return xasprintf("save message in %s", where);
	case JOURNAL_FOLDER_CREATE:
		return xasprintf("create folder %s", name);
	case JOURNAL_FOLDER_RENAME:
		return xasprintf("rename folder %s to %s", where, name);
	case JOURNAL_FOLDER_MOVE:
		return xasprintf("move folder %s", where);
	case JOURNAL_FOLDER_DELETE:
		return xasprintf("delete folder %s", where);
	case JOURNAL_FOLDER_EMPTY:
		return xasprintf("empty folder %s", where);
	case JOURNAL_EVENT:
		return xstrdup("change the calendar");
	case JOURNAL_RIGHTS: /* no intents */
	case JOURNAL_CONTACT:
	case JOURNAL_RESTORE:
		break;
	}
	return xstrdup("");
}

/* --- one wish -------------------------------------------------------------------------- */

static bool check_folder(struct store *s, int64_t id, struct err *err)
{
	int64_t hidden = -1;

	if (!db_get_int(s, &hidden, err,
			"SELECT hidden IS NOT NULL FROM folder WHERE id = :id",
			ARGS(I(id))))
		return false;
	return hidden == 0 ||
	       err_set(err, ERR_NOT_FOUND, "this folder is gone");
}

/* Messages that lists still show. */
static bool check_items(struct store *s, const struct intent *i,
			struct err *err)
{
	for (size_t n = 0; n < i->n_items; n++) {
		int64_t seen = 0;

		if (!db_get_int(s, &seen, err,
				"SELECT 1 FROM item WHERE id = :id AND"
				" folder IS NOT NULL",
				ARGS(I(i->items[n]))))
			return false;
		if (!seen)
			return err_set(err, ERR_NOT_FOUND,
				       "this message is gone");
	}
	return true;
}

static bool nothing(struct err *err)
{
	return err_set(err, ERR_INPUT, "there is nothing to do");
}

static bool check_name(const struct intent *i, struct err *err)
{
	if (i->name && *i->name)
		return true;
	return err_set(err, ERR_INPUT, "a folder needs a name");
}

/* Everything that can be refused is refused before anything changes. */
static bool check(struct store *s, const struct intent *i, struct err *err)
{
	switch (i->kind) {
	case JOURNAL_EDIT:
	case JOURNAL_DELETE:
		return (i->n_items || nothing(err)) && check_items(s, i, err);
	case JOURNAL_MOVE:
	case JOURNAL_COPY:
		return (i->n_items || nothing(err)) && check_items(s, i, err) &&
		       check_folder(s, i->folder, err);
	case JOURNAL_UPLOAD:
		if (!check_folder(s, i->folder, err))
			return false;
		/* fall through */
	case JOURNAL_SEND:
		if (!i->raw.len || !i->key)
			return nothing(err);
		if (i->raw.len > RAW_MAX)
			return err_set(err, ERR_INPUT,
				       "this message is too large");
		return check_items(s, i, err);
	case JOURNAL_FOLDER_CREATE:
		return check_name(i, err) &&
		       (!i->parent || check_folder(s, i->parent, err));
	case JOURNAL_FOLDER_RENAME:
		return check_name(i, err) && check_folder(s, i->folder, err);
	case JOURNAL_FOLDER_MOVE:
		if (!check_folder(s, i->folder, err) ||
		    (i->parent && !check_folder(s, i->parent, err)))
			return false;
		if (i->parent && folder_is_below(s, i->parent, i->folder))
			return err_set(err, ERR_INPUT,
				       "a folder cannot go into itself");
		return true;
	case JOURNAL_FOLDER_DELETE:
	case JOURNAL_FOLDER_EMPTY:
		return check_folder(s, i->folder, err);
	case JOURNAL_EVENT:
		return check_event(s, i, err);
	case JOURNAL_RIGHTS:
	case JOURNAL_CONTACT:
	case JOURNAL_RESTORE:
		return nothing(err);
	}
	return true;
}

static bool find_outbox(struct store *s, int64_t *id, struct err *err)
{
	*id = query_folder_role(s, FOLDER_ROLE_OUTBOX);
	return *id ||
	       folder_add_local(s, 0, "Outbox", FOLDER_ROLE_OUTBOX, id, err);
}

/* The message, then what follows once it is gone: the mark on the answered
 * one, and the end of the draft it was. */
static bool apply_send(struct store *s, int64_t entry, const struct intent *i,
		       struct err *err)
{
	struct step st CLEANUP(step_release);
	int64_t seen = 0;
	bool changed;

	step_init(&st);
	st.kind = JOURNAL_SEND;
	st.due = i->due;
	st.key = xstrdup(i->key);
	st.draft = true;
	st.folder = query_folder_role(s, FOLDER_ROLE_SENT);
	if (!find_outbox(s, &st.from_folder, err) ||
	    !apply_upload(s, entry, &st, ITEM_READ, &i->raw, err))
		return false;
	for (size_t n = 0; n < i->n_items; n++)
		if (!apply_delete(s, entry, i->items[n], DELETE_SOFT, st.id,
				  err))
			return false;
	if (!i->answers)
		return true;
	struct item_edit e = {.set = EDIT_VERB,
			      .flag_due = CLOCK_NEVER,
			      .verb = i->verb,
			      .verb_time = clock_now()};

	/* The answered message may be gone meanwhile: no reason not to send. */
	return db_get_int(s, &seen, err,
			  "SELECT 1 FROM item WHERE id = :id AND"
			  " folder IS NOT NULL",
			  ARGS(I(i->answers))) &&
	       (!seen ||
		apply_edit(s, entry, i->answers, &e, st.id, &changed, err));
}

static bool apply_save(struct store *s, int64_t entry, const struct intent *i,
		       struct err *err)
{
	struct step st CLEANUP(step_release);

	step_init(&st);
	st.kind = JOURNAL_UPLOAD;
	st.key = xstrdup(i->key);
	st.draft = i->draft;
	st.folder = i->folder;
	if (!apply_upload(s, entry, &st,
			  ITEM_READ | (i->draft ? (unsigned)ITEM_DRAFT : 0),
			  &i->raw, err))
		return false;
	for (size_t n = 0; n < i->n_items; n++)
		if (!apply_delete(s, entry, i->items[n], DELETE_SOFT, st.id,
				  err))
			return false;
	return true;
}

/* *n: the items that changed. */
static bool apply_items(struct store *s, int64_t entry, const struct intent *i,
			size_t *n, struct err *err)
{
	bool changed = true, ok = true;
	int64_t copy;

	*n = 0;
	for (size_t k = 0; ok && k < i->n_items; k++) {
		int64_t id = i->items[k];

		if (i->kind == JOURNAL_EDIT)
			ok = apply_edit(s, entry, id, &i->edit, 0, &changed,
					err);
		else if (i->kind == JOURNAL_MOVE)
			ok = apply_move(s, entry, id, i->folder, &changed, err);
		else if (i->kind == JOURNAL_COPY)
			ok = apply_copy(s, entry, id, i->folder, &copy, err);
		else
			ok = apply_delete(s, entry, id, i->how, 0, err);
		*n += changed;
	}
	return ok;
}

static bool apply(struct store *s, int64_t entry, const struct intent *i,
		  size_t *n, struct err *err)
{
	*n = 1;
	switch (i->kind) {
	case JOURNAL_EDIT:
	case JOURNAL_MOVE:
	case JOURNAL_COPY:
	case JOURNAL_DELETE:
		return apply_items(s, entry, i, n, err);
	case JOURNAL_SEND:
		return apply_send(s, entry, i, err);
	case JOURNAL_UPLOAD:
		return apply_save(s, entry, i, err);
	case JOURNAL_FOLDER_CREATE:
		return apply_folder_create(s, entry, i->parent, i->name, err);
	case JOURNAL_FOLDER_RENAME:
		return apply_folder_rename(s, entry, i->folder, i->name, err);
	case JOURNAL_FOLDER_MOVE:
		return apply_folder_move(s, entry, i->folder, i->parent, err);
	case JOURNAL_FOLDER_DELETE:
		return apply_folder_delete(s, entry, i->folder, i->how, err);
	case JOURNAL_FOLDER_EMPTY:
		return apply_folder_empty(s, entry, i->folder, i->how, err);
	case JOURNAL_EVENT:
		return apply_event(s, entry, i, err);
	case JOURNAL_RIGHTS:
	case JOURNAL_CONTACT:
	case JOURNAL_RESTORE:
		break;
	}
	return true;
}

/* A message in the Outbox that has not left is deleted by taking its sending
 * back: everything else would send it first. Those of i that are something
 * else are left in rest, which has room for all. */
static bool call_back(struct store *s, struct intent *i, int64_t *rest,
		      int64_t *entry, struct err *err)
{
	size_t n = 0;

	for (size_t k = 0; k < i->n_items; k++) {
		int64_t unsent = 0, inverse;

		if (!db_get_int(
			    s, &unsent, err,
			    "SELECT entry FROM journal_step"
			    " WHERE item = :item AND state < 4 AND kind = 4",
			    ARGS(I(i->items[k]))))
			return false;
		if (!unsent)
			rest[n++] = i->items[k];
		else if (!write_undo(s, unsent, entry, &inverse, err))
			return false;
	}
	i->items = rest;
	i->n_items = n;
	return true;
}

/* Are all of them in public folders? Those have no Deleted Items to go to. */
static bool are_public(struct store *s, const struct intent *i)
{
	for (size_t k = 0; k < i->n_items; k++) {
		int64_t public = 0;

		if (!db_get_int(s, &public, NULL,
				"SELECT folder.owner = 'public' FROM item"
				" JOIN folder ON folder.id = item.folder"
				" WHERE item.id = :item",
				ARGS(I(i->items[k]))) ||
		    !public)
			return false;
	}
	return i->n_items > 0;
}

static bool put_intent(struct store *s, struct intent *i, int64_t *entry,
		       struct err *err)
{
	int64_t deleted = query_folder_role(s, FOLDER_ROLE_DELETED);
	enum journal_kind said = i->kind;
	size_t n = 0;

	if (!check(s, i, err))
		return false;
	if (i->kind == JOURNAL_DELETE && i->how == DELETE_TO_DELETED &&
	    are_public(s, i))
		i->how = DELETE_SOFT;
	/* As a move it can be undone: it gives the new id. */
	if (i->kind == JOURNAL_DELETE && i->how == DELETE_TO_DELETED &&
	    deleted) {
		i->kind = JOURNAL_MOVE;
		i->folder = deleted;
	}
	char *text CLEANUP(mem_free_ptr) =
		said == JOURNAL_EVENT
			? event_intent_text(s, i)
			: intent_text(s, said, i->n_items, i->folder, i->name,
				      &i->edit);

	if (!entry_add(s, i->kind, i->due, text, 0, entry, err) ||
	    !apply(s, *entry, i, &n, err))
		return false;
	if (!n)
		return nothing(err);
	if (n == i->n_items || !i->n_items || i->kind == JOURNAL_SEND ||
	    i->kind == JOURNAL_UPLOAD || i->kind == JOURNAL_EVENT)
		return true;
	char *fewer CLEANUP(mem_free_ptr) =
		intent_text(s, said, n, i->folder, i->name, &i->edit);

	return db_run(s, err,
		      "UPDATE journal_entry SET text = :text WHERE id = :id",
		      ARGS(T(fewer), I(*entry)));
}

bool write_intent(struct store *s, const struct intent *i, int64_t *entry,
		  struct err *err)
{
	struct intent own =
		*i; /* borrowed members; kind and items may change */
	int64_t *rest = xcalloc(i->n_items + 1, sizeof(*rest));
	int64_t id = 0;
	bool ok = db_begin_wish(s, err);

	if (ok) {
		ok = (i->kind != JOURNAL_DELETE ||
		      call_back(s, &own, rest, &id, err)) &&
		     ((id && !own.n_items) || put_intent(s, &own, &id, err));
		ok = db_end_wish(s, ok, err);
	}
	free(rest);
	if (ok)
		*entry = id;
	return ok;
}
