/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Conversations. Every message id that is known or referred to, and the root
 * of every conversation index, points to a thread; a message joins the thread
 * of any of its keys, and a message that knows several threads makes them
 * one. A new thread is named by the row of its first message.
 */
#include "store/rows.h"

#include "base/codec.h"

#define ROOT_HEX 44 /* PR_CONVERSATION_INDEX: 22 bytes are the root's */
#define MAX_KEYS 64 /* of a long References: the last ones and the first */
#define COMPARE_MOST 100000  /* rows counted to see which is larger */
#define SUBJECT_SPAN 2592000 /* s between a message and its answer */

struct keys {
	int64_t v[MAX_KEYS];
	size_t n;
	int64_t subject; /* of answers that name nothing else; 0 none */
};

static void add_key(struct keys *k, int64_t hash)
{
	if (!hash)
		return;
	for (size_t i = 0; i < k->n; i++)
		if (k->v[i] == hash)
			return;
	if (k->n < MAX_KEYS)
		k->v[k->n++] = hash;
}

static void add_id(struct keys *k, const char *id)
{
	if (id && *id)
		add_key(k, db_hash(id));
}

/* Apart from message ids, which have no blanks. 0: no subject. */
static int64_t subject_hash(const char *subject)
{
	char *key CLEANUP(mem_free_ptr) = row_subject_key(subject);
	char *name CLEANUP(mem_free_ptr) = xasprintf("re: %s", key);

	return *key ? db_hash(name) : 0;
}

static void collect(struct keys *k, const struct item *it)
{
	struct strv refs = {0};

	k->n = 0;
	k->subject = 0;
	add_id(k, it->message_id);
	add_id(k, it->in_reply_to);
	if (it->conv_index && strlen(it->conv_index) >= ROOT_HEX) {
		char *root = xstrndup(it->conv_index, ROOT_HEX);

		for (char *p = root; *p; p++)
			*p = (char)(*p >= 'a' && *p <= 'f' ? *p - 32 : *p);
		add_key(k, db_hash(root));
		free(root);
	}
	strv_init(&refs);
	strv_split(&refs, str_or_empty(it->references), " \t\r\n,");
	if (refs.n)
		add_id(k, refs.v[0]);
	for (size_t i = refs.n; i > 1; i--)
		add_id(k, refs.v[i - 1]);
	strv_release(&refs);
	/* "Re: Plan" from a program that names nothing. */
	if (k->n <= 1 && row_is_answer(it->subject))
		k->subject = subject_hash(it->subject);
	add_key(k, k->subject);
}

void thread_touch(struct store *s, int64_t thread, int64_t folder)
{
	if (!folder)
		return;
	if (s->dirty.n) {
		const struct thread_dirty *d = &s->dirty.v[s->dirty.n - 1];

		if (d->thread == thread && d->folder == folder)
			return;
	}
	vec_add(&s->dirty, ((struct thread_dirty){thread, folder}));
}

static bool point(struct store *s, const struct keys *k, int64_t thread,
		  struct err *err)
{
	for (size_t i = 0; i < k->n; i++)
		if (!db_run(s, err,
			    "INSERT INTO ref(hash, thread) VALUES(:hash, :to)"
			    " ON CONFLICT(hash) DO UPDATE SET"
			    " thread = excluded.thread"
			    " WHERE thread != excluded.thread",
			    ARGS(I(k->v[i]), I(thread))))
			return false;
	return true;
}

/* The keys of what is in a thread are all in the rows' own columns: no index
 * over ref by thread is needed. */
static bool repoint(struct store *s, int64_t from, int64_t to, struct err *err)
{
	struct sqlite3_stmt *st = db_query(
		s, "SELECT id FROM item WHERE thread = :thread", ARGS(I(from)));
	VEC(int64_t) ids = {0};
	enum db_row more;
	bool ok;

	while ((more = db_step(s, st, err)) == DB_ROW)
		vec_add(&ids, db_col_int(st, 0));
	ok = more == DB_DONE;
	for (size_t i = 0; ok && i < ids.n; i++) {
		struct row r;
		struct keys k;

		ok = row_load(s, ids.v[i], &r, err);
		if (!ok)
			break;
		thread_touch(s, to, r.it.folder);
		collect(&k, &r.it);
		ok = point(s, &k, to, err);
		row_release(&r);
	}
	vec_release(&ids);
	return ok &&
	       db_run(s, err,
		      "UPDATE item SET thread = :to WHERE thread = :from",
		      ARGS(I(to), I(from))) &&
	       db_run(s, err,
		      "UPDATE OR REPLACE muted SET thread = :to"
		      " WHERE thread = :from",
		      ARGS(I(to), I(from)));
}

static bool is_larger(struct store *s, int64_t a, int64_t b, bool *out,
		      struct err *err)
{
	int64_t n[2] = {0, 0};
	int64_t thread[2] = {a, b};

	for (int i = 0; i < 2; i++)
		if (!db_get_int(s, &n[i], err,
				"SELECT count(*) FROM (SELECT 1 FROM item"
				" WHERE thread = :thread LIMIT :most)",
				ARGS(I(thread[i]), I(COMPARE_MOST))))
			return false;
	*out = n[0] > n[1];
	return true;
}

/* Makes a and b one. The smaller is renamed, so that messages which arrive one
 * by one do not rename a large conversation again and again. */
static bool join(struct store *s, int64_t a, int64_t b, int64_t *kept,
		 struct err *err)
{
	bool larger;

	if (!is_larger(s, b, a, &larger, err))
		return false;
	*kept = larger ? b : a;
	return repoint(s, larger ? a : b, *kept, err);
}

/* The last resort. An answer that names nothing belongs to the latest message
 * of its subject in the month before it; a message that comes late, to the
 * answers it had within a month. 0: none. */
static bool find_by_subject(struct store *s, const struct keys *k,
			    const struct item *it, int64_t *thread,
			    struct err *err)
{
	char *key CLEANUP(mem_free_ptr) = NULL;
	int64_t hash, first = 0;

	*thread = 0;
	if (k->subject) {
		key = row_subject_key(it->subject);
		return db_get_int(
			s, thread, err,
			"SELECT item.thread FROM folder CROSS JOIN item"
			" INDEXED BY item_subject"
			" WHERE item.folder = folder.id"
			" AND item.subject_key = :key AND item.age >= :now"
			" AND item.age <= :past AND item.id != :id"
			" ORDER BY item.age LIMIT 1",
			ARGS(T(key), I(-it->received),
			     I(-it->received + SUBJECT_SPAN), I(it->id)));
	}
	hash = row_is_answer(it->subject) ? 0 : subject_hash(it->subject);
	if (!hash)
		return true;
	if (!db_get_int(s, thread, err,
			"SELECT thread FROM ref WHERE hash = :hash",
			ARGS(I(hash))))
		return false;
	if (*thread && !db_get_int(s, &first, err,
				   "SELECT min(received) FROM item"
				   " WHERE thread = :thread",
				   ARGS(I(*thread))))
		return false;
	if (first < it->received || first - it->received > SUBJECT_SPAN)
		*thread = 0;
	return true;
}

/* The row itself goes with them when `it` is stored already. */
bool thread_find(struct store *s, const struct item *it, int64_t *thread,
		 struct err *err)
{
	struct keys k;
	int64_t found = 0, named = 0;

	collect(&k, it);
	for (size_t i = 0; i < k.n; i++) {
		int64_t t = 0;

		if (!db_get_int(s, &t, err,
				"SELECT thread FROM ref WHERE hash = :hash",
				ARGS(I(k.v[i]))))
			return false;
		if (!t || t == found)
			continue;
		if (!found)
			found = t;
		else if (!join(s, found, t, &found, err))
			return false;
	}
	if (!find_by_subject(s, &k, it, &named, err))
		return false;
	if (named && !found)
		found = named;
	else if (named && named != found && !join(s, found, named, &found, err))
		return false;
	*thread = found ? found : it->thread ? it->thread : it->id;
	return point(s, &k, *thread, err);
}

static int by_thread(const void *a, const void *b)
{
	const struct thread_dirty *x = a, *y = b;

	if (x->thread != y->thread)
		return x->thread < y->thread ? -1 : 1;
	return x->folder < y->folder ? -1 : x->folder > y->folder;
}

static bool settle_one(struct store *s, const struct thread_dirty *d,
		       struct err *err)
{
	int64_t newest = INT64_MIN;

	if (!db_get_int(s, &newest, err,
			"SELECT max(received) FROM item"
			" WHERE thread = :thread AND folder = :folder",
			ARGS(I(d->thread), I(d->folder))))
		return false;
	if (newest == INT64_MIN)
		return true;
	return db_run(s, err,
		      "UPDATE item INDEXED BY item_conv SET tdate = :tdate"
		      " WHERE thread = :thread"
		      " AND folder = :folder AND tdate != :tdate",
		      ARGS(I(newest), I(d->thread), I(d->folder)));
}

bool thread_settle(struct store *s, struct err *err)
{
	if (!s->dirty.n)
		return true;
	qsort(s->dirty.v, s->dirty.n, sizeof(*s->dirty.v), by_thread);
	for (size_t i = 0; i < s->dirty.n; i++) {
		if (i && !by_thread(&s->dirty.v[i - 1], &s->dirty.v[i]))
			continue;
		if (!settle_one(s, &s->dirty.v[i], err))
			return false;
	}
	s->dirty.n = 0;
	return true;
}
