/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Contents of messages. The lane fetches in batches sized by bytes, reads the
 * MIME, takes the text out and packs both; the core only writes. What the
 * server cannot give is marked so that it is not asked for again.
 */
#include "engine/core.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/pack.h"
#include "base/utf8.h"
#include "mime/read.h"
#include "mime/tnef.h"

#define BATCH_BYTES (4 * 1024 * 1024)
#define BATCH_ITEMS 200
#define WANTED 8000
#define POST_BYTES (1024 * 1024)
#define POST_ITEMS 200
#define SLICE 200
#define BASE_MOST ((size_t)1 << 20)
#define TEXT_MOST ((size_t)512 * 1024)
#define PREVIEW_BYTES 600
#define PREVIEW_CELLS 160

/* First words of a text as one clean line; caller frees. */
static char *preview_of(const char *text, size_t len)
{
	struct str words CLEANUP(str_release) = STR_INIT;
	char *valid CLEANUP(mem_free_ptr) = NULL;
	char *line, *used;
	bool gap = false;

	for (size_t i = 0; i < len && words.len < PREVIEW_BYTES; i++) {
		unsigned char ch = (unsigned char)text[i];

		if (ch <= ' ') {
			gap = words.len > 0;
			continue;
		}
		if (gap)
			str_add_char(&words, ' ');
		gap = false;
		str_add_char(&words, (char)ch);
	}
	if (!words.len)
		return NULL;
	valid = utf8_make_valid(words.s, words.len);
	line = utf8_clean_line(valid, false);
	used = xstrndup(line, utf8_fit(line, PREVIEW_CELLS, NULL));
	free(line);
	return used;
}

/* What lies in a winmail.dat is found like any other text. */
static void add_text(struct mime_message *m, const void *raw, size_t len,
		     struct str *text)
{
	struct str opened CLEANUP(str_release) = STR_INIT;
	struct mime_message *inner;

	if (!tnef_open(m, raw, len, &opened) ||
	    !mime_read(&inner, opened.s, opened.len, NULL, NULL)) {
		mime_search_text(m, text, TEXT_MOST);
		return;
	}
	mime_search_text(inner, text, TEXT_MOST);
	mime_message_free(inner);
}

void body_prepare(struct body *b, const void *raw, size_t len)
{
	struct mime_message *m = NULL;
	struct str packed = STR_INIT, text = STR_INIT;

	pack_compress(&packed, raw, len);
	b->packed_mime = bytes_from_str(&packed);
	if (mime_read(&m, raw, len, NULL, NULL)) {
		add_text(m, raw, len, &text);
		mime_message_free(m);
	}
	b->preview = preview_of(text.s, text.len);
	/* To read it the whole message is unpacked: not for the largest. */
	if (len <= BASE_MOST)
		pack_compress_after(&packed, text.s, text.len, raw, len);
	else
		pack_compress(&packed, text.s, text.len);
	b->packed_text = bytes_from_str(&packed);
	b->text = str_take(&text);
}

static char *people_text(struct mime_message *m, const char *field)
{
	struct mime_address_list l;
	struct str out = STR_INIT;

	mime_address_list_init(&l);
	mime_addresses(m, field, &l);
	mime_address_list_add_text(&out, &l);
	mime_address_list_release(&l);
	return out.len ? str_take(&out) : NULL;
}

static unsigned flags_of(struct mime_message *m)
{
	const char *type = mime_part_count(m) ? mime_part(m, 0)->type : "";

	return (mime_has_attachment(m) ? ITEM_ATTACHMENT : 0u) |
	       (str_eq(type, "multipart/signed") ? ITEM_SIGNED : 0u) |
	       (str_eq(type, "multipart/encrypted") ? ITEM_ENCRYPTED : 0u);
}

void body_take_header(struct body *b, const void *raw, size_t len)
{
	struct strv refs CLEANUP(strv_release);
	struct mime_address_list from;
	struct mime_message *m = NULL;
	struct item *it = &b->header;

	strv_init(&refs);
	item_init(it);
	if (!mime_read(&m, raw, len, NULL, NULL))
		return;
	mime_address_list_init(&from);
	mime_addresses(m, "From", &from);
	if (from.n) {
		it->from_name = xstrdup(from.v[0].name);
		it->from_addr = xstrdup(from.v[0].addr);
	}
	it->subject = xstrdup(str_or_empty(mime_header(m, "Subject")));
	it->to = people_text(m, "To");
	it->cc = people_text(m, "Cc");
	it->bcc = people_text(m, "Bcc");
	it->message_id = xstrdup(mime_message_id(m));
	it->in_reply_to = xstrdup(mime_in_reply_to(m));
	mime_references(m, &refs);
	it->references = refs.n ? strv_join(&refs, " ") : NULL;
	it->sent = mime_date(m);
	it->size = (int64_t)len;
	it->flags = flags_of(m);
	b->has_header = true;
	mime_address_list_release(&from);
	mime_message_free(m);
}

/* --- in the lane ---------------------------------------------------------- */

/* One run over the wanted items [from, to). */
struct fetching {
	struct lane *lane;
	struct job *job;
	size_t from, to, next;
	bool *got;	 /* to - from flags */
	struct msg *msg; /* being filled */
	size_t bytes;	 /* in it */
	bool stopped;
};

static bool post_bodies(struct fetching *f)
{
	struct msg *m = f->msg;

	f->msg = NULL;
	if (!m)
		return true;
	if (!lane_post(f->lane, m, f->bytes)) {
		f->stopped = true;
		return false;
	}
	f->bytes = 0;
	return true;
}

static struct msg *current_msg(struct fetching *f)
{
	if (!f->msg)
		f->msg = msg_new(MSG_BODIES, f->job);
	return f->msg;
}

/* Which wanted item is this? Answers come in order, nearly always. */
static size_t find_wanted(const struct fetching *f, const char *remote_id)
{
	for (size_t k = 0; k < f->to - f->from; k++) {
		size_t i = f->next + k;

		if (i >= f->to)
			i -= f->to - f->from;
		if (str_eq(f->job->wanted.v[i].remote_id, remote_id))
			return i;
	}
	return f->to;
}

static bool on_fetched(void *ctx, struct fetched *owned_f)
{
	struct fetching *f = ctx;
	size_t i = find_wanted(f, owned_f->item.remote_id);
	struct body *b;

	if (i == f->to || f->got[i - f->from] ||
	    (owned_f->err.kind != ERR_NONE &&
	     (owned_f->err.kind == ERR_NOT_FOUND ||
	      err_is_transient(&owned_f->err)))) {
		if (i < f->to && !f->got[i - f->from])
			f->job->item_err = owned_f->err;
		fetched_release(owned_f);
		return !lane_cancelled(f->lane);
	}
	f->next = i + 1 < f->to ? i + 1 : f->from;
	f->got[i - f->from] = true;
	b = xcalloc(1, sizeof(*b));
	b->item = f->job->wanted.v[i].item;
	b->header = owned_f->item;
	b->has_header = true;
	item_init(&owned_f->item);
	if (owned_f->err.kind != ERR_NONE) {
		b->failed_flag = ITEM_BODY_FAILED;
		f->job->item_err = owned_f->err;
	} else {
		body_prepare(b, owned_f->mime.p, owned_f->mime.len);
	}
	fetched_release(owned_f);
	f->bytes += b->packed_mime.len + b->packed_text.len +
		    strlen(str_or_empty(b->text)) + 2000;
	vec_add(&current_msg(f)->bodies, b);
	if (f->bytes >= POST_BYTES || f->msg->bodies.n >= POST_ITEMS)
		return post_bodies(f);
	return !lane_cancelled(f->lane);
}

/* An item whose answer alone cannot be read: not to be asked for again. */
static void give_up_item(struct fetching *f, size_t i)
{
	struct body *b = xcalloc(1, sizeof(*b));

	b->item = f->job->wanted.v[i].item;
	b->failed_flag = ITEM_BODY_FAILED;
	f->got[i - f->from] = true;
	vec_add(&current_msg(f)->bodies, b);
}

/* Fetches [from, to); *split: ask again in smaller pieces. */
static bool fetch_range(struct lane *l, struct job *j, size_t from, size_t to,
			bool *split, struct err *err)
{
	struct fetching f = {
		.lane = l, .job = j, .from = from, .to = to, .next = from};
	struct item_ref *refs = xcalloc(to - from, sizeof(*refs));
	struct op op = lane_op(l);
	bool ok;

	for (size_t i = from; i < to; i++)
		refs[i - from] = (struct item_ref){j->wanted.v[i].remote_id,
						   j->wanted.v[i].change_key};
	f.got = xcalloc(to - from, sizeof(*f.got));
	*split = false;
	ok = lane_ops(l)->fetch(l->backend, &op, refs, to - from, true,
				on_fetched, &f, err);
	if (!ok && (err->kind == ERR_PROTOCOL ||
		    str_eq(err->code, "ErrorTimeoutExpired") ||
		    str_eq(err->code, "ErrorTooManyObjectsOpened"))) {
		/* One bad item must not stop the others (dossier 6). */
		*split = to - from > 1;
		if (!*split && err->kind == ERR_PROTOCOL) {
			j->item_err = *err;
			give_up_item(&f, from);
			ok = true;
			err_clear(err);
		}
	}
	for (size_t i = from; ok && i < to; i++)
		if (!f.got[i - from])
			vec_add(&current_msg(&f)->missing, j->wanted.v[i].item);
	if (!f.stopped)
		post_bodies(&f);
	if (ok && f.stopped)
		ok = err_set(err, ERR_CANCELLED, "cancelled");
	free(f.got);
	free(refs);
	return ok;
}

/* The range again, one by one; what came already is only fetched twice. */
static bool fetch_singly(struct lane *l, struct job *j, size_t from, size_t to,
			 struct err *err)
{
	bool split;

	for (size_t i = from; i < to; i++) {
		err_clear(err);
		if (!fetch_range(l, j, i, i + 1, &split, err))
			return false;
	}
	return true;
}

bool job_run_bodies(struct lane *l, struct job *j, struct err *err)
{
	size_t from = 0, most = BATCH_ITEMS;

	while (from < j->wanted.n) {
		int64_t bytes = 0;
		size_t to = from;
		bool split;

		job_about(j, from);
		while (to < j->wanted.n && to - from < most &&
		       str_eq(j->owners.v[to], j->owners.v[from]) &&
		       (to == from ||
			bytes + j->wanted.v[to].size <= BATCH_BYTES))
			bytes += j->wanted.v[to++].size;
		if (fetch_range(l, j, from, to, &split, err)) {
			from = to;
		} else if (split && to - from > 8) {
			most = (to - from) / 2;
			err_clear(err);
		} else if (split) {
			if (!fetch_singly(l, j, from, to, err))
				return false;
			from = to;
			most = BATCH_ITEMS;
		} else {
			return false;
		}
		if (from < j->wanted.n && atomic_load(&j->yield)) {
			j->more = true;
			return true;
		}
	}
	return true;
}

bool job_run_body(struct lane *l, struct job *j, struct err *err)
{
	bool split;

	if (!fetch_range(l, j, 0, 1, &split, err))
		return false;
	if (j->item_err.kind == ERR_NONE)
		return true;
	*err = j->item_err;
	return false;
}

/* --- in the core ---------------------------------------------------------- */

struct job *core_job_bodies(struct core *c)
{
	const struct account *a = c->engine->account;
	int64_t not_before = a->offline_seconds > 0
				     ? clock_now() - a->offline_seconds
				     : INT64_MIN;
	int64_t most =
		a->offline_max_bytes > 0 ? a->offline_max_bytes : INT64_MAX;
	struct job *j = job_new(JOB_BODIES);
	struct err err;

	if (!write_wanted(c->store, not_before, most, WANTED, &j->wanted,
			  &err)) {
		core_tell_notice(c, &err);
		wanted_list_release(&j->wanted);
	}
	if (!j->wanted.n) {
		c->want_bodies = false;
		job_free(j);
		return NULL;
	}
	for (size_t i = 0; i < j->wanted.n; i++)
		strv_add(&j->owners, core_owner(c, j->wanted.v[i].folder));
	c->bodies_active = true;
	return j;
}

/* One message, or NULL with the reason. An item without a remote id has not
 * reached the server: what there is of it is in the store. */
struct job *core_job_body(struct core *c, const struct ticket *t,
			  struct err *err)
{
	struct item it;
	struct job *j;
	struct wanted *w;

	if (!query_item(c->store, t->request.item, &it, err))
		return NULL;
	if (!it.remote_id) {
		item_release(&it);
		err_set(err, ERR_NOT_FOUND,
			"the message is not on the server yet");
		return NULL;
	}
	j = job_new(JOB_BODY);
	j->ticket = t->id;
	j->item = it.id;
	j->folder = it.folder;
	w = vec_new(&j->wanted);
	w->item = it.id;
	w->folder = it.folder;
	w->size = it.size;
	w->remote_id = xstrdup(it.remote_id);
	w->change_key = xstrdup(it.change_key);
	strv_add(&j->owners, core_owner(c, it.folder));
	job_about(j, 0);
	item_release(&it);
	return j;
}

static int64_t folder_of(const struct job *j, int64_t item)
{
	for (size_t i = 0; i < j->wanted.n; i++)
		if (j->wanted.v[i].item == item)
			return j->wanted.v[i].folder;
	return 0;
}

/* Content that did not come: the folder's sync will tell why. The second time
 * the item is marked, or the engine would ask for ever. */
static bool note_missing(struct core *c, const struct job *j, int64_t item,
			 struct err *err)
{
	struct folder_work *f = core_folder(c, folder_of(j, item));
	struct body failed = {.item = item, .failed_flag = ITEM_BODY_FAILED};
	struct body *one = &failed;

	for (size_t i = 0; i < c->body_gone.n; i++)
		if (c->body_gone.v[i] == item)
			return write_bodies(c->store, &one, 1, err);
	vec_add(&c->body_gone, item);
	if (f)
		f->dirty = true;
	return true;
}

bool core_apply_bodies(struct core *c, struct msg *m, size_t *cursor,
		       bool *done, struct err *err)
{
	size_t n = m->bodies.n - *cursor;

	if (n > SLICE)
		n = SLICE;
	if (n && !write_bodies(c->store, m->bodies.v + *cursor, n, err))
		return false;
	for (size_t i = *cursor; i < *cursor + n; i++)
		core_tell_items(c, folder_of(m->job, m->bodies.v[i]->item));
	*cursor += n;
	*done = *cursor == m->bodies.n;
	if (!*done)
		return true;
	for (size_t i = 0; i < m->missing.n; i++)
		if (!note_missing(c, m->job, m->missing.v[i], err))
			return false;
	c->written += (int64_t)m->bodies.n;
	if (m->job->kind == JOB_BODIES)
		core_tell_progress(c, 0, "Messages", c->written, 0);
	return true;
}

bool job_end_bodies(struct core *c, struct job *j, struct err *err UNUSED)
{
	c->bodies_active = false;
	log_at(LOG_INFO, "engine", "%lld messages are here whole",
	       (long long)c->written);
	if (j->err.kind == ERR_NONE || j->err.kind == ERR_CANCELLED ||
	    err_is_transient(&j->err) || j->err.kind == ERR_AUTH)
		return true;
	/* Refused for good: do not ask again before the next whole sync. */
	c->want_bodies = false;
	core_tell_notice(c, &j->err);
	return true;
}

bool job_end_body(struct core *c, struct job *j, struct err *err UNUSED)
{
	if (j->err.kind == ERR_NOT_FOUND)
		err_set(&j->err, ERR_NOT_FOUND,
			"the message is no longer on the server");
	core_tell_body(c, j->item, &j->err);
	core_end_ticket(c, j->ticket, &j->err);
	return true;
}
