/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Folders: the tree as it is read, and what the server and we do to it. */
#include "store/steps.h"

#include "base/clock.h"
#include "base/utf8.h"

#define FOLDER_COLUMNS                                                         \
	"id, parent, remote_id, change_key, parent_remote, name, class, role," \
	" kind, flags, total, unread, size, synced_at, name_key, owner, "      \
	"rights"

/* --- reading ------------------------------------------------------------------------ */

static void read_folder(struct sqlite3_stmt *st, struct folder *f)
{
	memset(f, 0, sizeof(*f));
	f->id = db_col_int(st, 0);
	f->parent = db_col_int(st, 1);
	f->remote_id = db_col_dup(st, 2);
	f->change_key = db_col_dup(st, 3);
	f->parent_remote = db_col_dup(st, 4);
	f->name = db_col_dup(st, 5);
	f->class = db_col_dup(st, 6);
	f->role = (enum folder_role)db_col_int(st, 7);
	f->kind = (enum folder_kind)db_col_int(st, 8);
	f->flags = (unsigned)db_col_int(st, 9);
	f->total = db_col_int(st, 10);
	f->unread = db_col_int(st, 11);
	f->size = db_col_int(st, 12);
	f->synced_at = db_col_time(st, 13);
	f->owner = db_col_dup(st, 15);
	f->rights = (unsigned)db_col_int(st, 16);
}

/* Lists put what people use most on top, then names, then the bins. */
static int rank(enum folder_role role)
{
	switch (role) {
	case FOLDER_ROLE_ROOT:
		return 0;
	case FOLDER_ROLE_INBOX:
		return 1;
	case FOLDER_ROLE_DRAFTS:
		return 2;
	case FOLDER_ROLE_OUTBOX:
		return 3;
	case FOLDER_ROLE_SENT:
		return 4;
	case FOLDER_ROLE_ARCHIVE:
		return 5;
	case FOLDER_ROLE_DELETED:
		return 7;
	case FOLDER_ROLE_JUNK:
		return 8;
	case FOLDER_ROLE_CALENDAR:
	case FOLDER_ROLE_CONTACTS:
	case FOLDER_ROLE_TASKS:
	case FOLDER_ROLE_NOTES:
	case FOLDER_ROLE_JOURNAL:
		return 9;
	case FOLDER_ROLE_NONE:
	case FOLDER_ROLE_COUNT:
		return 6;
	}
	return 6;
}

/* A folder with what orders it among its siblings. */
struct node {
	struct folder f;
	char *key;
	bool placed;
};
struct nodes {
	struct node *v;
	size_t n, cap;
};

static int by_rank(const void *a, const void *b)
{
	const struct node *x = a, *y = b;
	int order = ((x->f.flags & FOLDER_MAILBOX) != 0) -
		    ((y->f.flags & FOLDER_MAILBOX) != 0);

	if (!order)
		order = rank(x->f.role) - rank(y->f.role);
	if (!order)
		order = strcmp(x->key, y->key);
	if (!order)
		order = x->f.id < y->f.id ? -1 : x->f.id > y->f.id;
	return order;
}

static void nodes_release(struct nodes *l)
{
	for (size_t i = 0; i < l->n; i++) {
		folder_release(&l->v[i].f);
		free(l->v[i].key);
	}
	vec_release(l);
}

static bool load_nodes(struct store *s, struct nodes *out, struct err *err)
{
	struct sqlite3_stmt *st = db_query(
		s, "SELECT " FOLDER_COLUMNS " FROM folder WHERE hidden IS NULL",
		NO_ARGS);
	enum db_row r;

	while ((r = db_step(s, st, err)) == DB_ROW) {
		struct node *n = vec_new(out);

		read_folder(st, &n->f);
		n->key = db_col_dup(st, 14);
	}
	if (out->n)
		qsort(out->v, out->n, sizeof(*out->v), by_rank);
	return r == DB_DONE;
}

/* Moves the node and what is below it to `out`, parents first. Folders form a
 * tree of at most as many levels as there are folders; a stack walks it. */
static void place(struct nodes *l, size_t root, struct folder_list *out)
{
	VEC(size_t) stack = {0};

	vec_add(&stack, root);
	while (stack.n) {
		struct node *n = &l->v[stack.v[--stack.n]];
		int64_t id = n->f.id;

		if (n->placed)
			continue;
		n->placed = true;
		vec_add(out, n->f);
		memset(&n->f, 0, sizeof(n->f));
		n->f.id = id;
		for (size_t i = l->n; i > 0; i--)
			if (!l->v[i - 1].placed && l->v[i - 1].f.parent == id)
				vec_add(&stack, i - 1);
	}
	vec_release(&stack);
}

static bool has_parent(const struct nodes *l, const struct node *n)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].f.id == n->f.parent)
			return true;
	return false;
}

/* Is the parent a folder that is hidden? Then so is this one. */
static bool parent_exists(struct store *s, int64_t parent)
{
	int64_t found = 0;

	return db_get_int(s, &found, NULL,
			  "SELECT 1 FROM folder WHERE id = :id",
			  ARGS(I(parent))) &&
	       found;
}

bool query_folders(struct store *s, struct folder_list *out, struct err *err)
{
	struct nodes l CLEANUP(nodes_release) = {0};
	struct folder_list list = {0};

	if (!load_nodes(s, &l, err))
		return false;
	for (size_t i = 0; i < l.n; i++)
		if (!l.v[i].placed && !has_parent(&l, &l.v[i]) &&
		    (!l.v[i].f.parent || !parent_exists(s, l.v[i].f.parent)))
			place(&l, i, &list);
	/* A server that makes a circle must not make folders disappear. */
	for (size_t i = 0; i < l.n; i++) {
		size_t at = i, steps = 0;
		bool circle = !l.v[i].placed;

		while (circle && steps++ < l.n) {
			size_t p = 0;

			while (p < l.n && l.v[p].f.id != l.v[at].f.parent)
				p++;
			circle = p < l.n;
			at = circle ? p : at;
		}
		if (circle)
			place(&l, i, &list);
	}
	*out = list;
	return true;
}

bool query_folder(struct store *s, int64_t id, struct folder *out,
		  struct err *err)
{
	struct sqlite3_stmt *st = db_query(
		s, "SELECT " FOLDER_COLUMNS " FROM folder WHERE id = :id",
		ARGS(I(id)));
	enum db_row r = db_step(s, st, err);

	if (r == DB_DONE)
		return err_set(err, ERR_NOT_FOUND, "this folder is gone");
	if (r == DB_FAIL)
		return false;
	read_folder(st, out);
	db_reset(st);
	return true;
}

int64_t query_folder_role(struct store *s, enum folder_role role)
{
	int64_t id = 0;

	if (role == FOLDER_ROLE_NONE ||
	    !db_get_int(s, &id, NULL,
			"SELECT id FROM folder WHERE role = :role"
			" AND hidden IS NULL ORDER BY id LIMIT 1",
			ARGS(I(role))))
		return 0;
	return id;
}

/* The next name of a path: "\/" is a slash in it. NULL at the end. */
static char *next_name(const char **path)
{
	struct str b = STR_INIT;
	const char *p = *path;

	while (*p == '/')
		p++;
	if (!*p)
		return NULL;
	for (; *p && *p != '/'; p++) {
		if (*p == '\\' && (p[1] == '/' || p[1] == '\\'))
			p++;
		str_add_char(&b, *p);
	}
	*path = p;
	return str_take(&b);
}

static int64_t find_child(struct store *s, int64_t parent, const char *name)
{
	char *key CLEANUP(mem_free_ptr) = utf8_fold(name);
	int64_t id = 0;

	/* Roots are also folders whose parent is not mirrored. */
	if (parent ? !db_get_int(s, &id, NULL,
				 "SELECT id FROM folder WHERE parent = :parent"
				 " AND name_key = :key AND hidden IS NULL"
				 " ORDER BY id LIMIT 1",
				 ARGS(I(parent), T(key)))
		   : !db_get_int(s, &id, NULL,
				 "SELECT id FROM folder WHERE name_key = :key"
				 " AND hidden IS NULL AND (parent IS NULL OR"
				 "  parent NOT IN (SELECT id FROM folder))"
				 " ORDER BY id LIMIT 1",
				 ARGS(T(key))))
		return 0;
	return id;
}

int64_t query_folder_path(struct store *s, const char *path)
{
	const char *p = path;
	int64_t at = 0;
	bool first = true;
	char *name;

	while ((name = next_name(&p))) {
		int64_t next = find_child(s, at, name);

		if (!next && first)
			next = query_folder_role(s, folder_role_find(name));
		free(name);
		if (!next)
			return 0;
		at = next;
		first = false;
	}
	return at;
}

static void add_escaped(struct str *b, const char *name)
{
	for (; *name; name++) {
		if (*name == '/' || *name == '\\')
			str_add_char(b, '\\');
		str_add_char(b, *name);
	}
}

char *query_path_of(struct store *s, int64_t id)
{
	struct strv names = {0};
	struct str b = STR_INIT;

	strv_init(&names);
	/* The limit is against a circle of parents. */
	while (id && names.n < 100) {
		struct folder f;

		if (!query_folder(s, id, &f, NULL))
			break;
		strv_add(&names, str_or_empty(f.name));
		id = f.parent;
		folder_release(&f);
	}
	for (size_t i = names.n; i > 0; i--) {
		if (b.len)
			str_add_char(&b, '/');
		add_escaped(&b, names.v[i - 1]);
	}
	strv_release(&names);
	return str_take(&b);
}

/* By what is apart, which has indexes of its own: mailboxes have thousands of
 * folders, few of them hidden, shared or for other things than mail. */
const char folder_mail_sql[] =
	" AND item.folder IS NOT NULL"
	" AND item.folder NOT IN (WITH RECURSIVE gone(id) AS"
	" (SELECT id FROM folder"
	"  WHERE hidden IS NOT NULL UNION SELECT folder.id FROM folder"
	"  JOIN gone ON folder.parent = gone.id) SELECT id FROM gone"
	"  UNION ALL SELECT id FROM folder"
	"  WHERE kind <> 0 OR owner IS NOT NULL)";

bool folder_is_below(struct store *s, int64_t id, int64_t ancestor)
{
	for (int depth = 0; id && depth < 100; depth++) {
		int64_t parent = 0;

		if (id == ancestor)
			return true;
		if (!db_get_int(s, &parent, NULL,
				"SELECT parent FROM folder WHERE id = :id",
				ARGS(I(id))))
			return false;
		id = parent;
	}
	return false;
}

/* --- writing --------------------------------------------------------------------------- */

int64_t folder_find_remote(struct store *s, const char *remote_id)
{
	int64_t id = 0;

	if (!remote_id ||
	    !db_get_int(s, &id, NULL,
			"SELECT id FROM folder WHERE remote_id = :id",
			ARGS(T(remote_id))))
		return 0;
	return id;
}

bool folder_add_local(struct store *s, int64_t parent, const char *name,
		      enum folder_role role, int64_t *id, struct err *err)
{
	char *key CLEANUP(mem_free_ptr) = utf8_fold(name);

	if (!db_run(s, err,
		    "INSERT INTO folder(parent, name, name_key, class, role,"
		    " kind, flags) VALUES(:parent, :name, :key, 'IPF.Note',"
		    " :role, :kind, :flags)",
		    ARGS(ROW_ID(parent), T(name), T(key), I(role),
			 I(FOLDER_MAIL), I(FOLDER_LOCAL))))
		return false;
	*id = db_last_id(s);
	return true;
}

/* Children that came before their parent find it now. A local move that has
 * not been settled stays. */
static bool adopt_children(struct store *s, int64_t id, const char *remote_id,
			   struct err *err)
{
	return !remote_id ||
	       db_run(s, err,
		      "UPDATE folder SET parent = :id"
		      " WHERE parent_remote = :remote AND parent IS NOT :id"
		      " AND NOT EXISTS (SELECT 1 FROM journal_step"
		      "  WHERE journal_step.folder = folder.id AND kind >= 6"
		      "  AND kind IN (8, 9) AND state < 4)",
		      ARGS(I(id), T(remote_id)));
}

static bool merge_into(struct store *s, int64_t from, int64_t to,
		       struct err *err)
{
	return db_run(s, err,
		      "UPDATE item SET folder = :to WHERE folder = :from",
		      ARGS(I(to), I(from))) &&
	       db_run(s, err, "UPDATE item SET home = :to WHERE home = :from",
		      ARGS(I(to), I(from))) &&
	       db_run(s, err,
		      "UPDATE folder SET parent = :to WHERE parent = :from",
		      ARGS(I(to), I(from))) &&
	       db_run(s, err,
		      "UPDATE journal_step SET"
		      " folder = CASE folder WHEN :from THEN :to"
		      "  ELSE folder END,"
		      " from_folder = CASE from_folder WHEN :from THEN :to"
		      "  ELSE from_folder END,"
		      " parent = CASE parent WHEN :from THEN :to"
		      "  ELSE parent END"
		      " WHERE :from IN (folder, from_folder, parent)",
		      ARGS(I(from), I(to))) &&
	       db_run(s, err,
		      "UPDATE OR REPLACE sync_state SET folder = :to"
		      " WHERE folder = :from",
		      ARGS(I(to), I(from))) &&
	       db_run(s, err, "DELETE FROM folder WHERE id = :id",
		      ARGS(I(from)));
}

bool folder_set_remote(struct store *s, int64_t id, const char *remote_id,
		       struct err *err)
{
	int64_t other = folder_find_remote(s, remote_id);

	/* Sync saw it before the answer to our request was read. */
	if (other && other != id && !merge_into(s, other, id, err))
		return false;
	return db_run(s, err,
		      "UPDATE folder SET remote_id = :remote,"
		      " flags = flags & ~:local,"
		      " parent_remote = coalesce(parent_remote, (SELECT"
		      "  remote_id FROM folder up WHERE up.id = folder.parent))"
		      " WHERE id = :id",
		      ARGS(T(remote_id), I(FOLDER_LOCAL), I(id))) &&
	       adopt_children(s, id, remote_id, err);
}

/* Items are kept aside: a folder that was moved to another place of the
 * mailbox may show them again. */
static bool set_items_aside(struct store *s, int64_t id, struct err *err)
{
	return db_run(s, err,
		      "UPDATE item SET was = folder, folder = NULL, hidden = 0"
		      " WHERE folder = :id",
		      ARGS(I(id))) &&
	       db_run(s, err,
		      "UPDATE item SET hidden = 0 WHERE hidden IS NOT NULL"
		      " AND was = :id",
		      ARGS(I(id)));
}

/* Wishes that need the folder cannot come true any more. */
static bool fail_steps(struct store *s, int64_t id, struct err *err)
{
	struct sqlite3_stmt *st =
		db_query(s,
			 "SELECT id FROM journal_step WHERE state < 4"
			 " AND :folder IN (folder, parent) AND state != 2",
			 ARGS(I(id)));
	VEC(int64_t) ids = {0};
	enum db_row r;
	bool ok;

	while ((r = db_step(s, st, err)) == DB_ROW)
		vec_add(&ids, db_col_int(st, 0));
	ok = r == DB_DONE;
	for (size_t i = 0; ok && i < ids.n; i++) {
		struct step one;

		ok = step_load(s, ids.v[i], &one, err);
		if (!ok)
			break;
		if (one.kind == JOURNAL_MOVE) {
			/* Back to where the server still has it. */
			ok = revert_move(s, &one, err) &&
			     step_set_state(s, &one, JOURNAL_UNDONE, 0,
					    "the folder is gone", err);
		} else if (one.kind == JOURNAL_FOLDER_DELETE ||
			   one.kind == JOURNAL_FOLDER_EMPTY) {
			ok = step_set_state(s, &one, JOURNAL_DONE, 0, NULL,
					    err);
		} else {
			ok = step_set_state(s, &one, JOURNAL_FAILED, 0,
					    "the folder is gone", err);
		}
		step_release(&one);
	}
	vec_release(&ids);
	return ok;
}

static bool drop_one(struct store *s, int64_t id, struct err *err)
{
	return fail_steps(s, id, err) && set_items_aside(s, id, err) &&
	       db_run(s, err, "DELETE FROM sync_state WHERE folder = :id",
		      ARGS(I(id))) &&
	       db_run(s, err, "DELETE FROM folder WHERE id = :id", ARGS(I(id)));
}

/* Deepest first; the walk is bounded by the number of folders. */
bool folder_drop(struct store *s, int64_t id, struct err *err)
{
	VEC(int64_t) all = {0};
	bool ok = true;

	vec_add(&all, id);
	for (size_t i = 0; ok && i < all.n; i++) {
		struct sqlite3_stmt *st =
			db_query(s, "SELECT id FROM folder WHERE parent = :id",
				 ARGS(I(all.v[i])));
		enum db_row r;

		while ((r = db_step(s, st, err)) == DB_ROW) {
			int64_t child = db_col_int(st, 0);
			bool known = false;

			for (size_t k = 0; k < all.n; k++)
				known |= all.v[k] == child;
			if (!known)
				vec_add(&all, child);
		}
		ok = r == DB_DONE;
	}
	for (size_t i = all.n; ok && i > 0; i--)
		ok = drop_one(s, all.v[i - 1], err);
	vec_release(&all);
	return ok;
}

/* A folder made here that turns out to exist on the server: its creation,
 * unless it is under way, is done. */
static bool find_local_twin(struct store *s, const struct folder *f,
			    int64_t parent, int64_t *id, struct err *err)
{
	char *key CLEANUP(mem_free_ptr) = utf8_fold(str_or_empty(f->name));
	struct sqlite3_stmt *st;
	int64_t step = 0;

	*id = 0;
	if (!db_get_int(s, id, err,
			"SELECT id FROM folder WHERE remote_id IS NULL AND"
			" (parent IS :parent AND name_key = :key"
			"  OR role = :role AND role != 0) LIMIT 1",
			ARGS(ROW_ID(parent), T(key), I(f->role))))
		return false;
	if (!*id)
		return true;
	st = db_query(s,
		      "SELECT id FROM journal_step WHERE kind = 6 AND kind >= 6"
		      " AND folder = :folder AND state = 0",
		      ARGS(I(*id)));
	if (db_step(s, st, err) == DB_ROW) {
		step = db_col_int(st, 0);
		db_reset(st);
	}
	return !step || write_step_done(s, step, NULL, NULL, err);
}

/* Which of name and parent have an unsettled local change. */
static bool local_wins(struct store *s, int64_t id, bool *name, bool *parent,
		       struct err *err)
{
	int64_t renames = 0, moves = 0;
	bool ok = db_get_int(s, &renames, err,
			     "SELECT count(*) FROM journal_step WHERE"
			     " folder = :id AND kind >= 6 AND kind = 7"
			     " AND state < 4",
			     ARGS(I(id))) &&
		  db_get_int(s, &moves, err,
			     "SELECT count(*) FROM journal_step WHERE"
			     " folder = :id AND kind >= 6 AND kind IN (8, 9)"
			     " AND state < 4",
			     ARGS(I(id)));

	*name = renames > 0;
	*parent = moves > 0;
	return ok;
}

static bool update_folder(struct store *s, const struct folder *f, int64_t id,
			  int64_t parent, struct err *err)
{
	char *key CLEANUP(mem_free_ptr) = utf8_fold(str_or_empty(f->name));
	bool keep_name, keep_parent;

	if (!local_wins(s, id, &keep_name, &keep_parent, err))
		return false;
	return db_run(s, err,
		      "UPDATE folder SET"
		      " remote_id = coalesce(:remote, remote_id),"
		      " change_key = coalesce(:ck, change_key),"
		      " parent_remote = coalesce(:premote, parent_remote),"
		      " class = coalesce(:class, class),"
		      " role = CASE WHEN :role THEN :role ELSE role END,"
		      " kind = :kind,"
		      " flags = CASE WHEN :remote IS NULL THEN :flags"
		      "  ELSE :flags & ~:local END,"
		      " owner = :owner, rights = :rights,"
		      " size = :size WHERE id = :id",
		      ARGS(T(f->remote_id), T(f->change_key),
			   T(f->parent_remote), T(f->class), I(f->role),
			   I(f->kind), I(f->flags), I(FOLDER_LOCAL),
			   T(f->owner), I(f->rights), I(f->size), I(id))) &&
	       (keep_name ||
		db_run(s, err,
		       "UPDATE folder SET name = :name, name_key = :key"
		       " WHERE id = :id",
		       ARGS(T(str_or_empty(f->name)), T(key), I(id)))) &&
	       (keep_parent ||
		db_run(s, err,
		       "UPDATE folder SET parent = :parent WHERE id = :id",
		       ARGS(ROW_ID(parent), I(id))));
}

static bool insert_folder(struct store *s, const struct folder *f,
			  int64_t parent, int64_t *id, struct err *err)
{
	char *key CLEANUP(mem_free_ptr) = utf8_fold(str_or_empty(f->name));
	unsigned flags =
		f->remote_id ? f->flags & ~(unsigned)FOLDER_LOCAL : f->flags;

	if (!db_run(s, err,
		    "INSERT INTO folder(parent, remote_id, change_key,"
		    " parent_remote, name, name_key, class, role, kind, flags,"
		    " owner, rights, size) VALUES(:parent, :remote, :ck,"
		    " :premote, :name, :key, :class, :role, :kind, :flags,"
		    " :owner, :rights, :size)",
		    ARGS(ROW_ID(parent), T(f->remote_id), T(f->change_key),
			 T(f->parent_remote), T(str_or_empty(f->name)), T(key),
			 T(f->class), I(f->role), I(f->kind), I(flags),
			 T(f->owner), I(f->rights), I(f->size))))
		return false;
	*id = db_last_id(s);
	return true;
}

/* Folders that are only listed show what the server told. */
static bool set_told_counts(struct store *s, const struct folder *f, int64_t id,
			    struct err *err)
{
	return !(f->flags & (FOLDER_NO_SYNC | FOLDER_SEARCH)) ||
	       db_run(s, err,
		      "UPDATE folder SET total = :total, unread = :unread"
		      " WHERE id = :id AND NOT EXISTS"
		      "  (SELECT 1 FROM item WHERE item.folder = folder.id)",
		      ARGS(I(f->total), I(f->unread), I(id)));
}

static bool put_folder(struct store *s, const struct folder *f, int64_t *id,
		       struct err *err)
{
	int64_t parent = f->parent_remote
				 ? folder_find_remote(s, f->parent_remote)
				 : f->parent;

	*id = f->remote_id ? folder_find_remote(s, f->remote_id) : f->id;
	if (!*id && f->remote_id && !find_local_twin(s, f, parent, id, err))
		return false;
	if (*id ? !update_folder(s, f, *id, parent, err)
		: !insert_folder(s, f, parent, id, err))
		return false;
	return set_told_counts(s, f, *id, err) &&
	       adopt_children(s, *id, f->remote_id, err);
}

bool write_folder(struct store *s, struct folder *f, struct err *err)
{
	int64_t id = 0;

	if (!db_begin(s, err))
		return false;
	if (!db_end(s, put_folder(s, f, &id, err), err))
		return false;
	f->id = id;
	return true;
}

bool write_folder_gone(struct store *s, const char *remote_id, struct err *err)
{
	int64_t id;

	if (!db_begin(s, err))
		return false;
	id = folder_find_remote(s, remote_id);
	return db_end(s, !id || folder_drop(s, id, err), err);
}

bool write_folder_role(struct store *s, const char *remote_id,
		       enum folder_role role, struct err *err)
{
	int64_t local = 0, id;

	if (!db_begin(s, err))
		return false;
	id = folder_find_remote(s, remote_id);
	bool ok =
		!id ||
		(db_get_int(s, &local, err,
			    "SELECT id FROM folder WHERE role = :role"
			    " AND remote_id IS NULL AND id != :id",
			    ARGS(I(role), I(id))) &&
		 (!local || merge_into(s, local, id, err)) &&
		 db_run(s, err,
			"UPDATE folder SET role = 0 WHERE role = :role"
			" AND id != :id",
			ARGS(I(role), I(id))) &&
		 db_run(s, err, "UPDATE folder SET role = :role WHERE id = :id",
			ARGS(I(role), I(id))));

	return db_end(s, ok, err);
}

static bool keep_folders(struct store *s, const char *owner,
			 const struct strv *remote_ids, struct err *err)
{
	struct map *seen = map_new(NULL);
	struct strv gone = {0};
	struct sqlite3_stmt *st;
	enum db_row r;
	bool ok;

	strv_init(&gone);
	for (size_t i = 0; i < remote_ids->n; i++)
		map_set(seen, remote_ids->v[i], seen);
	st = db_query(s,
		      "SELECT remote_id FROM folder"
		      " WHERE remote_id IS NOT NULL AND owner IS :owner",
		      ARGS(T(owner)));
	while ((r = db_step(s, st, err)) == DB_ROW)
		if (!map_find(seen, db_col_text(st, 0)))
			strv_add(&gone, db_col_text(st, 0));
	ok = r == DB_DONE;
	for (size_t i = 0; ok && i < gone.n; i++)
		ok = write_folder_gone(s, gone.v[i], err);
	strv_release(&gone);
	map_free(seen);
	return ok;
}

bool write_folders_keep(struct store *s, const char *owner,
			const struct strv *remote_ids, struct err *err)
{
	if (!db_begin(s, err))
		return false;
	return db_end(s, keep_folders(s, owner, remote_ids, err), err);
}

bool write_folder_synced(struct store *s, int64_t folder, int64_t when,
			 struct err *err)
{
	if (!db_begin(s, err))
		return false;
	return db_end(s,
		      db_run(s, err,
			     "UPDATE folder SET synced_at = :when"
			     " WHERE id = :id",
			     ARGS(TIME(when), I(folder))),
		      err);
}
