/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The content of items: originals, texts, and which are still wanted. */
#include "store/rows.h"

#include "base/clock.h"
#include "base/pack.h"

#define CONTENT_MAX ((size_t)1 << 30)

void body_release(struct body *b)
{
	item_release(&b->header);
	bytes_release(&b->packed_mime);
	bytes_release(&b->packed_text);
	free(b->text);
	free(b->preview);
	memset(b, 0, sizeof(*b));
}

/* --- reading -------------------------------------------------------------------------- */

/* *found false: no such row. */
static bool load_mime(struct store *s, int64_t id, struct str *out, bool *found,
		      struct err *err)
{
	struct sqlite3_stmt *st = db_query(
		s, "SELECT data FROM mime WHERE key = -:id", ARGS(I(id)));
	enum db_row r = db_step(s, st, err);
	const void *p;
	size_t len;
	bool ok;

	*found = r == DB_ROW;
	if (r != DB_ROW)
		return r == DB_DONE;
	p = db_col_blob(st, 0, &len);
	ok = pack_decompress(out, p, len, CONTENT_MAX, err);
	db_reset(st);
	return ok || err_add(err, "a stored message is damaged");
}

/* A text is packed as what it differs from its message, where it can be. */
static bool unpack_text(struct store *s, int64_t id, const void *p, size_t len,
			struct str *out, struct err *err)
{
	struct str mime CLEANUP(str_release) = STR_INIT;
	bool found;

	if (pack_needs_base(p, len) && !load_mime(s, id, &mime, &found, err))
		return false;
	return pack_decompress_after(out, p, len, mime.s, mime.len, CONTENT_MAX,
				     err) ||
	       err_add(err, "the stored text of a message is damaged");
}

static bool load_text(struct store *s, int64_t id, struct str *out, bool *found,
		      struct err *err)
{
	struct sqlite3_stmt *st = db_query(
		s, "SELECT text FROM body WHERE key = -:id", ARGS(I(id)));
	enum db_row r = db_step(s, st, err);
	const void *p;
	size_t len;
	bool ok;

	*found = r == DB_ROW;
	if (r != DB_ROW)
		return r == DB_DONE;
	p = db_col_blob(st, 0, &len);
	ok = unpack_text(s, id, p, len, out, err);
	db_reset(st);
	return ok;
}

bool body_load_text(struct store *s, int64_t id, struct str *out,
		    struct err *err)
{
	bool found;

	return load_text(s, id, out, &found, err);
}

bool query_text(struct store *s, int64_t id, struct str *out, struct err *err)
{
	bool found;

	if (!load_text(s, id, out, &found, err))
		return false;
	return found || err_set(err, ERR_NOT_FOUND,
				"the text of this message is not here yet");
}

bool query_mime(struct store *s, int64_t id, struct bytes *out, struct err *err)
{
	struct str b CLEANUP(str_release) = STR_INIT;
	bool found;

	if (!load_mime(s, id, &b, &found, err))
		return false;
	if (!found)
		return err_set(err, ERR_NOT_FOUND,
			       "this message has not been fetched yet");
	*out = bytes_from_str(&b);
	return true;
}

/* --- writing -------------------------------------------------------------------------- */

static void take(char **to, const char *from)
{
	if (from && *from)
		mem_replace(to, xstrdup(from));
}

/* Header fields of the full message over those of the listing. */
static void merge_header(struct item *it, const struct item *h)
{
	take(&it->item_class, h->item_class);
	take(&it->subject, h->subject);
	take(&it->from_name, h->from_name);
	take(&it->from_addr, h->from_addr);
	take(&it->sender_addr, h->sender_addr);
	take(&it->to, h->to);
	take(&it->cc, h->cc);
	take(&it->bcc, h->bcc);
	take(&it->message_id, h->message_id);
	take(&it->in_reply_to, h->in_reply_to);
	take(&it->references, h->references);
	take(&it->topic, h->topic);
	take(&it->conv_index, h->conv_index);
	take(&it->search_key, h->search_key);
	take(&it->change_key, h->change_key);
	if (h->sent != CLOCK_NEVER && h->sent)
		it->sent = h->sent;
	if (h->size > 0)
		it->size = h->size;
	it->flags |=
		h->flags & (ITEM_SIGNED | ITEM_ENCRYPTED | ITEM_ATTACHMENT |
			    ITEM_INVITATION | ITEM_REPORT);
}

/* Text and its packed form go together: the index can only forget a text
 * that is stored. */
static bool put_text(struct store *s, const struct body *b, struct err *err)
{
	struct str own CLEANUP(str_release) = STR_INIT;
	const void *p = b->packed_text.p;
	size_t len = b->packed_text.len;

	if (!b->text)
		return true;
	if (!len) {
		pack_compress(&own, b->text, strlen(b->text));
		p = own.s;
		len = own.len;
	}
	return db_run(s, err,
		      "INSERT INTO body(key, text) VALUES(-:id, :text)"
		      " ON CONFLICT(key) DO UPDATE SET text = excluded.text",
		      ARGS(I(b->item), B(p, len)));
}

/* A new message without a text leaves the old text, which may have been
 * packed with the old message: it is packed by itself now. */
static bool put_content(struct store *s, const struct body *b, char *old_text,
			struct err *err)
{
	struct body kept = {.item = b->item, .text = old_text};
	bool keep = !b->text && b->packed_mime.len && *old_text;

	return put_text(s, keep ? &kept : b, err) &&
	       (!b->packed_mime.len ||
		db_run(s, err,
		       "INSERT INTO mime(key, data) VALUES(-:id, :data)"
		       " ON CONFLICT(key) DO UPDATE SET data = excluded.data",
		       ARGS(I(b->item),
			    B(b->packed_mime.p, b->packed_mime.len))));
}

static bool note_index(struct store *s, const struct item *old,
		       const struct body *b, const struct item *is,
		       const char *old_text, struct err *err)
{
	if (!b->text && index_same(old, is))
		return true;
	return index_note_text(s, old, old_text, b->text, err);
}

/* `old_text` is loaded before put_content replaces it. */
static bool put_row(struct store *s, struct row *r, const struct body *b,
		    struct err *err)
{
	struct str old_text CLEANUP(str_release) = STR_INIT;
	struct item old;
	bool first = !(r->it.flags & ITEM_HAS_BODY), ok;
	unsigned done = ITEM_HAS_BODY | ITEM_BODY_FAILED | ITEM_TOO_LARGE;
	int64_t sent = query_folder_role(s, FOLDER_ROLE_SENT);

	item_copy(&old, &r->it);
	if (b->has_header)
		merge_header(&r->it, &b->header);
	take(&r->it.preview, b->preview);
	r->it.flags &= ~done;
	if (b->packed_mime.len)
		r->it.flags |= ITEM_HAS_BODY;
	r->it.flags |= b->failed_flag;
	ok = body_load_text(s, b->item, &old_text, err) &&
	     thread_find(s, &r->it, &r->it.thread, err);
	if (ok && r->it.thread != old.thread)
		thread_touch(s, old.thread, r->it.folder);
	thread_touch(s, r->it.thread, r->it.folder);
	ok = ok && note_index(s, &old, b, &r->it, old_text.s, err) &&
	     put_content(s, b, old_text.s, err) && row_update(s, r, err) &&
	     (!first || !b->has_header ||
	      people_learn(s, &r->it, r->it.folder == sent, err));
	item_release(&old);
	return ok;
}

static bool put_body(struct store *s, const struct body *b, struct err *err)
{
	int64_t found = 0;
	struct row r;
	bool ok;

	if (!db_get_int(s, &found, err, "SELECT 1 FROM item WHERE id = :id",
			ARGS(I(b->item))))
		return false;
	if (!found)
		return true;
	if (!row_load(s, b->item, &r, err))
		return false;
	ok = put_row(s, &r, b, err);
	row_release(&r);
	return ok;
}

/* Newest first: so the keys of body and mime rise. */
static int by_item(const void *a, const void *b)
{
	const struct body *x = *(const struct body *const *)a;
	const struct body *y = *(const struct body *const *)b;

	return x->item > y->item ? -1 : x->item < y->item;
}

bool write_bodies(struct store *s, struct body *const *bodies, size_t n,
		  struct err *err)
{
	const struct body **sorted;
	bool ok;

	if (!n)
		return true;
	if (!db_begin(s, err))
		return false;
	sorted = xmalloc(n * sizeof(struct body *));
	for (size_t i = 0; i < n; i++)
		sorted[i] = bodies[i];
	qsort(sorted, n, sizeof(struct body *), by_item);
	ok = true;
	for (size_t i = 0; ok && i < n; i++)
		ok = put_body(s, sorted[i], err);
	free(sorted);
	return db_end(s, ok, err);
}

/* The journal speaks of a message by its subject once that is known. */
static bool name_entry(struct store *s, int64_t item, const char *subject,
		       struct err *err)
{
	char *text CLEANUP(mem_free_ptr) = xasprintf("send \"%s\"", subject);

	return db_run(s, err,
		      "UPDATE journal_entry SET text = :text WHERE kind = 4"
		      " AND id IN (SELECT entry FROM journal_step"
		      "  WHERE item = :item AND kind = 4)",
		      ARGS(T(text), I(item)));
}

bool write_local_body(struct store *s, int64_t item, const struct body *b,
		      struct err *err)
{
	struct body own = *b; /* borrowed members */
	bool ok;

	own.item = item;
	if (!db_begin(s, err))
		return false;
	ok = put_body(s, &own, err) &&
	     (!b->has_header || !b->header.subject ||
	      name_entry(s, item, b->header.subject, err));
	return db_end(s, ok, err);
}

/* --- what is wanted ------------------------------------------------------------------------ */

void wanted_list_release(struct wanted_list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->v[i].remote_id);
		free(l->v[i].change_key);
	}
	vec_release(l);
}

/* Newest first, until `limit` are in the list. */
static bool add_wanted(struct store *s, int64_t folder, int64_t not_before,
		       int64_t max_size, int limit, struct wanted_list *out,
		       struct err *err)
{
	struct sqlite3_stmt *st =
		db_query(s,
			 "SELECT id, size, remote_id, change_key FROM item"
			 " INDEXED BY item_wanted"
			 " WHERE folder = :folder AND flags & 229376 = 0"
			 " AND received >= :since AND size <= :max"
			 " AND remote_id IS NOT NULL ORDER BY received DESC"
			 " LIMIT :limit",
			 ARGS(I(folder), I(not_before),
			      I(max_size > 0 ? max_size : INT64_MAX),
			      I(limit - (int)out->n)));
	enum db_row r;

	while ((r = db_step(s, st, err)) == DB_ROW) {
		struct wanted *w = vec_new(out);

		w->item = db_col_int(st, 0);
		w->folder = folder;
		w->size = db_col_int(st, 1);
		w->remote_id = id_unpack(s, db_col_text(st, 2));
		w->change_key = id_unpack(s, db_col_text(st, 3));
	}
	return r == DB_DONE;
}

bool write_wanted(struct store *s, int64_t not_before, int64_t max_size,
		  int limit, struct wanted_list *out, struct err *err)
{
	int64_t inbox = query_folder_role(s, FOLDER_ROLE_INBOX);
	struct folder_list folders CLEANUP(folder_list_release) = {0};
	struct wanted_list l = {0};
	bool ok;

	/* Folders come in the order in which people look at them. */
	if (!query_folders(s, &folders, err))
		return false;
	ok = !inbox ||
	     add_wanted(s, inbox, not_before, max_size, limit, &l, err);
	for (size_t i = 0; ok && i < folders.n && (int)l.n < limit; i++) {
		const struct folder *f = &folders.v[i];

		if (f->id != inbox && f->kind == FOLDER_MAIL)
			ok = add_wanted(s, f->id, not_before, max_size, limit,
					&l, err);
	}
	if (!ok) {
		wanted_list_release(&l);
		return false;
	}
	*out = l;
	return true;
}
