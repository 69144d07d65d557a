/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * What changed in a folder (dossier 9).
 *
 * A round begins with the folder's counters. Where they are as before, that is
 * all. Else, as far as they say, come
 *  - items by article number above the highest known: new ones, and those whose
 *    headers, flags or body changed (9.2). The first sync is the same from 0
 * on, so that what arrives in between shifts nothing;
 *  - what was deleted: by replication state where the server has given one
 *    (9.1), else by naming every item (compare_begin, compare_end), which at
 * the same time fetches a replication state for the next time. A replication
 * state is silent about what came and went since it was given, so the items
 * told since are kept with it and looked for by their articles;
 *  - read flags, which no article number tells: by listing the unread items and
 *    comparing them with those of last time.
 * The state is text and says at any point what is left to do.
 */
#include "proto/dav/sync.h"
#include "base/clock.h"
#include "base/log.h"
#include "proto/dav/query.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define PAGE 500
#define LIGHT_PAGE 2000
#define WHOLE_MAX 20000 /* items in one answer, for replication */
#define UNREAD_LISTED 2000
#define DAY 86400

/* --- the counters
 * ---------------------------------------------------------------- */
static bool take_counters(void *ctx, struct dav_row *r, struct err *err)
{
	struct sync_state *s = ctx;

	(void)err;
	if (r->index > 0)
		return true;
	s->now.deleted = dav_row_number(r, PROP_DELETED_COUNT, -1);
	s->now.visible = dav_row_number(r, PROP_VISIBLECOUNT, -1);
	s->now.unread = dav_row_number(r, PROP_UNREADCOUNT, -1);
	s->now.day = clock_now() / DAY;
	mem_replace(&s->now.tag, r->value[PROP_CONTENTTAG]);
	r->value[PROP_CONTENTTAG] = NULL;
	return true;
}

static bool count(struct backend *b, const struct op *op, const char *path,
		  struct sync_state *s, struct err *err)
{
	s->now.deleted = s->now.visible = s->now.unread = -1;
	mem_replace(&s->now.tag, NULL);
	return query_propfind(b, op, path, "0", USE_MARK, NULL, take_counters,
			      s, err);
}

/* --- one page of items
 * ------------------------------------------------------------ */
struct page {
	struct backend *b;
	struct sync_state *s;
	struct item_changes changes;
	int64_t last, previous; /* highest article, and the next below it */
	size_t last_from;	/* changes from here on have `last` */
	size_t rows;
	bool no_articles; /* this server does not number its items */
	bool partly;	  /* some items could not be read */
};

static struct item_change *add_change(struct item_changes *c,
				      enum change_kind kind)
{
	struct item_change *change = vec_new(c);

	change->kind = kind;
	item_init(&change->item);
	return change;
}

static struct item_change *find_change(struct item_changes *c, const char *id)
{
	for (size_t i = 0; i < c->n; i++)
		if (strcmp(c->v[i].item.remote_id, id) == 0)
			return &c->v[i];
	return NULL;
}

static void clear_changes(struct item_changes *c)
{
	item_changes_release(c);
	*c = (struct item_changes){0};
}

static void note_article(struct page *p, int64_t article)
{
	if (article < 0)
		p->no_articles = true;
	if (article <= p->last)
		return;
	p->previous = p->last;
	p->last = article;
	p->last_from = p->changes.n;
}

static bool on_item(void *ctx, struct dav_row *r, struct err *err)
{
	struct page *p = ctx;
	struct item_change *c;

	(void)err;
	if (r->index == 0) { /* also where a read is repeated */
		clear_changes(&p->changes);
		p->last = p->previous = p->s->high;
		p->last_from = p->rows = 0;
	}
	if (dav_row_status(r) >= 300) {
		missed_note(p->s, r);
		return true;
	}
	p->rows++;
	note_article(p, dav_row_number(r, PROP_ARTICLE, -1));
	c = add_change(&p->changes, CHANGE_UPSERT);
	if (!item_read_row(p->b, r, &c->item)) {
		item_release(&c->item);
		p->changes.n--;
	}
	return true;
}

/* Article numbers may repeat within a folder (8): a page is cut before the last
 * one's items, of which more may follow on the next. */
static void cut_page(struct page *p)
{
	while (p->changes.n > p->last_from) {
		item_release(&p->changes.v[p->changes.n - 1].item);
		p->changes.n--;
	}
	p->last = p->previous;
}

static void note_unread(struct sync_state *s, const struct item *it)
{
	state_set_unread(s, it->remote_id, !(it->flags & ITEM_READ));
}

/* The condition of items with articles above one; the caller frees. */
static char *above(int64_t article)
{
	return xasprintf(QUERY_ITEMS " AND \"http://schemas.microsoft.com/mapi/"
				     "proptag/x0e230003\" > %" PRId64,
			 article);
}

/* Items above the highest known article. *more: there is another page. */
static bool new_items(struct backend *b, const struct op *op, const char *path,
		      struct sync_state *s, struct item_changes *out,
		      bool *more, struct err *err)
{
	struct page p = {.b = b, .s = s, .last = s->high, .previous = s->high};
	char *where CLEANUP(mem_free_ptr) = NULL;
	struct query q = {.use = USE_LIST, .count = PAGE};
	struct query_result result;

	where = above(s->high);
	q.where = where;
	q.order = "\"http://schemas.microsoft.com/mapi/proptag/x0e230003\"";
	for (;;) {
		if (!query_search(b, op, path, &q, on_item, &p, &result, err)) {
			item_changes_release(&p.changes);
			return false;
		}
		free(result.collblob);
		if (p.no_articles && p.rows > 0) {
			item_changes_release(&p.changes);
			return err_set(err, ERR_UNSUPPORTED,
				       "the server does not number items");
		}
		if (!result.more || p.previous > s->high)
			break;
		/* All of one number: the page must hold them all. */
		q.count *= 4;
	}
	*more = result.more;
	if (result.more)
		cut_page(&p);
	s->high = p.last;
	for (size_t i = 0; i < p.changes.n; i++) {
		note_unread(s, &p.changes.v[i].item);
		s->found_unread += !(p.changes.v[i].item.flags & ITEM_READ);
		state_add_fresh(s, p.changes.v[i].item.remote_id);
		vec_add(out, p.changes.v[i]);
	}
	p.changes.n = 0;
	item_changes_release(&p.changes);
	return true;
}

/* --- naming every item
 * -------------------------------------------------------------- */
static bool on_light(void *ctx, struct dav_row *r, struct err *err)
{
	struct page *p = ctx;
	struct item_change *c;

	(void)err;
	if (r->index == 0) {
		clear_changes(&p->changes);
		p->last = p->previous = p->s->cursor;
		p->last_from = p->rows = 0;
	}
	if (r->change == DAV_DELETED)
		return true;
	if (dav_row_status(r) >= 300) {
		p->partly = true;
		missed_note(p->s, r);
		return true;
	}
	p->rows++;
	note_article(p, dav_row_number(r, PROP_ARTICLE, -1));
	c = add_change(&p->changes, CHANGE_READ);
	c->item.remote_id = item_row_id(p->b, r);
	if (!c->item.remote_id) {
		item_release(&c->item);
		p->changes.n--;
	} else if (dav_row_is_true(r, PROP_READ)) {
		c->item.flags |= ITEM_READ;
	}
	return true;
}

static bool on_passed(void *ctx, struct dav_row *r, struct err *err)
{
	(void)ctx;
	(void)r;
	(void)err;
	return true;
}

static void keep_blob(struct backend *b, struct sync_state *s,
		      struct query_result *result)
{
	if (result->collblob && *result->collblob && !b->rids_differ) {
		state_take_blob(s, result->collblob);
		return;
	}
	/* A server that ignores it answers like any search; one that has it may
	 * give none for an empty folder. */
	b->no_repl |= !result->collblob;
	state_take_blob(s, NULL);
	free(result->collblob);
}

/* True: it does not offer it, and is not asked again. Else *err. */
static bool repl_failed(struct backend *b, const struct err *why,
			struct err *err)
{
	if (why->kind == ERR_NETWORK || why->kind == ERR_CANCELLED ||
	    why->kind == ERR_AUTH || why->retry_after_ms > 0) {
		if (err)
			*err = *why;
		return false;
	}
	b->no_repl = true;
	return true;
}

/* All at once, and with it a replication state for the next time. False without
 * an error: by pages instead. */
static bool whole_at_once(struct backend *b, const struct op *op,
			  const char *path, struct sync_state *s,
			  struct page *p, struct err *err)
{
	const struct query q = {.use = USE_LIGHT,
				.where = QUERY_ITEMS,
				.repl = true,
				.risky = true};
	struct query_result result;
	struct err e = ERR_INIT;

	/* What replication tells of another's items are no paths. */
	if (!href_below(b->root, path) || b->no_repl || s->cursor >= 0 ||
	    s->now.visible < 0 || s->now.visible > WHOLE_MAX)
		return false;
	if (!query_search(b, op, path, &q, on_light, p, &result, &e)) {
		(void)!repl_failed(b, &e, err);
		return false;
	}
	/* It sends so many at a time, whatever it is asked. */
	if (result.more) {
		free(result.collblob);
		b->no_repl = true;
		clear_changes(&p->changes);
		p->last = p->previous = s->cursor;
		p->last_from = p->rows = 0;
		return false;
	}
	p->partly = result.failed > 0;
	keep_blob(b, s, &result);
	return true;
}

static bool whole_page(struct backend *b, const struct op *op, const char *path,
		       struct sync_state *s, struct page *p, bool *more,
		       struct err *err)
{
	char *where CLEANUP(mem_free_ptr) = NULL;
	struct query q = {.use = USE_LIGHT, .count = LIGHT_PAGE};
	struct query_result result;

	where = above(s->cursor < 0 ? 0 : s->cursor);
	q.where = where;
	q.order = "\"http://schemas.microsoft.com/mapi/proptag/x0e230003\"";
	for (;;) {
		if (!query_search(b, op, path, &q, on_light, p, &result, err))
			return false;
		free(result.collblob);
		if (!result.more || p->previous > s->cursor)
			break;
		q.count *= 4;
	}
	*more = result.more;
	if (result.more)
		cut_page(p);
	s->cursor = p->last;
	return true;
}

/* Of a large folder the names come by pages, which bring no replication state.
 * It is asked for before them, and what is named with it is passed over. */
static bool ask_blob(struct backend *b, const struct op *op, const char *path,
		     struct sync_state *s, struct err *err)
{
	const struct query q = {.use = USE_LIGHT,
				.where = QUERY_ITEMS,
				.repl = true,
				.risky = true};
	struct query_result result;
	struct err e = ERR_INIT;

	if (s->blob || b->no_repl || s->cursor >= 0 ||
	    s->now.visible <= WHOLE_MAX)
		return true;
	if (query_search(b, op, path, &q, on_passed, NULL, &result, &e)) {
		keep_blob(b, s, &result);
		return true;
	}
	return repl_failed(b, &e, err);
}

static bool name_items(struct backend *b, const struct op *op, const char *path,
		       struct sync_state *s, struct sync_page *out,
		       struct err *err)
{
	struct page p = {.b = b, .s = s, .last = s->cursor};
	struct err e = ERR_INIT;
	bool begin = s->cursor < 0, more = false;
	bool ok = whole_at_once(b, op, path, s, &p, &e);

	if (!ok && e.kind == ERR_NONE)
		ok = ask_blob(b, op, path, s, &e) &&
		     whole_page(b, op, path, s, &p, &more, &e);
	if (!ok) {
		item_changes_release(&p.changes);
		if (err)
			*err = e;
		return false;
	}
	if (begin)
		state_begin_unread(s);
	for (size_t i = 0; i < p.changes.n; i++) {
		note_unread(s, &p.changes.v[i].item);
		vec_add(&out->items, p.changes.v[i]);
	}
	p.changes.n = 0;
	item_changes_release(&p.changes);
	/* What could not be read is not gone. Of several pages one cannot take
	 * back that a comparison has begun: then it comes back by name. */
	p.partly &= begin && !more;
	out->compare_begin = begin && !p.partly;
	out->compare_end = !more && !p.partly;
	if (!more) {
		s->plan &= ~(unsigned)(PLAN_WHOLE | PLAN_UNREAD);
		s->cursor = -1;
	}
	return true;
}

/* --- deletions by replication
 * -------------------------------------------------------- */
struct deletions {
	const char *folder;
	struct strv ids;
};

static bool on_deleted(void *ctx, struct dav_row *r, struct err *err)
{
	struct deletions *d = ctx;
	char *key;

	(void)err;
	if (r->index == 0) {
		strv_release(&d->ids);
		strv_init(&d->ids);
	}
	if (r->change != DAV_DELETED || !r->value[PROP_REPL_UID])
		return true;
	key = href_key_of_rid(r->value[PROP_REPL_UID]);
	if (key)
		strv_give(&d->ids, xasprintf("%s/%s", d->folder, key));
	free(key);
	return true;
}

static void tell_gone(struct sync_state *s, struct item_changes *out,
		      const char *id)
{
	add_change(out, CHANGE_GONE)->item.remote_id = xstrdup(id);
	state_set_unread(s, id, false);
}

/* *cut: not all of them were told. */
static bool name_fresh(struct backend *b, const struct op *op, const char *path,
		       const struct sync_state *s, struct page *p, bool *cut,
		       struct err *err)
{
	char *where CLEANUP(mem_free_ptr) = above(s->blob_high);
	const struct query q = {.use = USE_LIGHT, .where = where};
	struct query_result result;

	if (!query_search(b, op, path, &q, on_light, p, &result, err))
		return false;
	free(result.collblob);
	*cut = result.more || result.failed > 0;
	return true;
}

/* Of what was told since the replication state was given: what is not there any
 * more. Asked after the next state was given, so that this one knows all that
 * is found. */
static bool deleted_fresh(struct backend *b, const struct op *op,
			  const char *path, struct sync_state *s,
			  struct item_changes *out, bool *cut, struct err *err)
{
	struct page p = {.b = b, .s = s};

	*cut = false;
	if (!s->fresh.n)
		return true;
	if (!name_fresh(b, op, path, s, &p, cut, err)) {
		item_changes_release(&p.changes);
		return false;
	}
	for (size_t i = 0; i < s->fresh.n && !*cut;) {
		char *id CLEANUP(mem_free_ptr) = state_long(s, s->fresh.v[i]);

		if (find_change(&p.changes, id)) {
			i++;
			continue;
		}
		tell_gone(s, out, id);
		free(s->fresh.v[i]);
		s->fresh.v[i] = s->fresh.v[--s->fresh.n];
	}
	item_changes_release(&p.changes);
	return true;
}

/* A state the server no longer knows (475), or none any more: the long way. */
static void forget_blob(struct sync_state *s)
{
	log_at(LOG_INFO, "dav", "the replication state is lost");
	state_take_blob(s, NULL);
	s->plan = (s->plan & ~(unsigned)PLAN_DELETED) | PLAN_WHOLE;
}

/* What the manifest told, and what it need not know of. */
static bool take_deleted(struct backend *b, const struct op *op,
			 const char *path, struct sync_state *s,
			 const struct strv *ids, struct query_result *result,
			 struct item_changes *out, struct err *err)
{
	size_t before = out->n;
	bool cut;

	for (size_t i = 0; i < ids->n; i++)
		tell_gone(s, out, ids->v[i]);
	if (!deleted_fresh(b, op, path, s, out, &cut, err)) {
		free(result->collblob);
		return false;
	}
	/* "": nothing changed, and the state goes on to be good. */
	if (*result->collblob)
		state_take_blob(s, result->collblob);
	else
		free(result->collblob);
	s->plan &= ~(unsigned)PLAN_DELETED;
	/* It must explain at least what there is less of. */
	if (cut || result->more ||
	    (int64_t)(out->n - before) < s->known.visible - s->now.visible)
		forget_blob(s);
	return true;
}

static bool deleted_items(struct backend *b, const struct op *op,
			  const char *path, const char *folder,
			  struct sync_state *s, struct item_changes *out,
			  struct err *err)
{
	struct deletions d = {.folder = folder};
	const struct query q = {.use = USE_LIGHT,
				.where = QUERY_ITEMS,
				.repl = true,
				.collblob = s->blob,
				.risky = true};
	struct query_result result;
	bool ok = true;

	if (!s->blob) {
		forget_blob(s);
		return true;
	}
	strv_init(&d.ids);
	if (!query_search(b, op, path, &q, on_deleted, &d, &result, err)) {
		ok = err->kind != ERR_NETWORK && err->kind != ERR_CANCELLED &&
		     err->kind != ERR_AUTH && err->kind != ERR_NOT_FOUND &&
		     err->retry_after_ms == 0;
		if (ok) {
			err_clear(err);
			forget_blob(s);
		}
	} else if (!result.collblob) {
		forget_blob(s);
	} else {
		ok = take_deleted(b, op, path, s, &d.ids, &result, out, err);
	}
	strv_release(&d.ids);
	return ok;
}

/* --- read flags
 * ---------------------------------------------------------------------------
 */
static bool on_unread(void *ctx, struct dav_row *r, struct err *err)
{
	struct page *p = ctx;
	struct item_change *c;

	(void)err;
	if (r->index == 0)
		clear_changes(&p->changes);
	if (dav_row_status(r) >= 300)
		return true;
	c = add_change(&p->changes, CHANGE_READ);
	c->item.remote_id = item_row_id(p->b, r);
	if (!c->item.remote_id) {
		item_release(&c->item);
		p->changes.n--;
	}
	return true;
}

/* Lists the unread items and tells what became unread and what became read. */
static bool unread_items(struct backend *b, const struct op *op,
			 const char *path, struct sync_state *s,
			 struct item_changes *out, struct err *err)
{
	struct page p = {.b = b, .s = s};
	const struct query q = {.use = USE_LIGHT,
				.where = QUERY_ITEMS
				" AND \"urn:schemas:httpmail:read\" = False"};
	struct query_result result;
	struct strv before;

	if (!query_search(b, op, path, &q, on_unread, &p, &result, err)) {
		item_changes_release(&p.changes);
		return false;
	}
	free(result.collblob);
	if (result.more) { /* cut: those that are missing are not read */
		item_changes_release(&p.changes);
		s->plan = (s->plan & ~(unsigned)PLAN_UNREAD) | PLAN_WHOLE;
		return true;
	}
	before = s->unread;
	strv_init(&s->unread);
	state_begin_unread(s);
	for (size_t i = 0; i < p.changes.n; i++)
		state_set_unread(s, p.changes.v[i].item.remote_id, true);
	for (size_t i = 0; i < before.n; i++) {
		char *id = state_long(s, before.v[i]);
		struct item_change *c = find_change(&p.changes, id);

		if (c) {
			/* Known as unread: nothing to tell. */
			item_release(&c->item);
			*c = p.changes.v[--p.changes.n];
			free(id);
			continue;
		}
		c = add_change(out, CHANGE_READ);
		c->item.remote_id = id;
		c->item.flags = ITEM_READ;
	}
	for (size_t i = 0; i < p.changes.n; i++)
		vec_add(out, p.changes.v[i]);
	p.changes.n = 0;
	item_changes_release(&p.changes);
	strv_release(&before);
	s->plan &= ~(unsigned)PLAN_UNREAD;
	return true;
}

/* --- a round
 * ----------------------------------------------------------------------------
 */
/* New items are in: do the unread ones add up? Then no flag changed. */
static void judge_unread(struct sync_state *s)
{
	bool need = s->plan & PLAN_UNREAD;

	s->plan &= ~(unsigned)PLAN_UNREAD;
	if (s->plan & PLAN_WHOLE)
		return; /* flags come with it */
	if (s->now.unread < 0)
		need = true;
	else if (s->counts_unread)
		need |= (int64_t)s->unread.n != s->now.unread;
	else
		/* An old one that was told counts twice: looked at in vain. */
		need |= s->now.unread != s->known.unread + s->found_unread;
	if (need)
		s->plan |= s->counts_unread && s->now.unread >= 0 &&
					   s->now.unread <= UNREAD_LISTED
				   ? PLAN_UNREAD
				   : PLAN_WHOLE;
}

/* Fewer were told than there must be: some may have no number. */
static bool check_numbers(struct backend *b, const struct op *op,
			  const char *path, const struct sync_state *s,
			  size_t told, struct err *err)
{
	int64_t before =
		s->first || s->known.visible < 0 ? 0 : s->known.visible;
	bool any = false;

	if (s->now.visible <= before + (int64_t)told)
		return true;
	return unnumbered_any(b, op, path, &any, err) &&
	       (!any || err_set(err, ERR_UNSUPPORTED,
				"the server does not number all items"));
}

static bool run_plan(struct backend *b, const struct op *op, const char *path,
		     const char *folder, struct sync_state *s,
		     struct sync_page *out, struct err *err)
{
	bool more = false;

	if (s->plan & PLAN_MISSED) {
		if (!missed_ask(b, op, path, s, &out->items, err))
			return false;
		s->plan &= ~(unsigned)PLAN_MISSED;
	}
	if (s->plan & PLAN_NEW) {
		if (!new_items(b, op, path, s, &out->items, &more, err))
			return false;
		if (more)
			return true;
		s->plan &= ~(unsigned)PLAN_NEW;
		if (!check_numbers(b, op, path, s, out->items.n, err))
			return false;
		if (s->first) { /* every item was told just now */
			s->first = false;
			s->plan = 0;
			return true;
		}
		if (s->plan & PLAN_DELETED &&
		    !deleted_items(b, op, path, folder, s, &out->items, err))
			return false;
		judge_unread(s);
	}
	if (s->plan & PLAN_UNREAD && !(s->plan & PLAN_WHOLE) &&
	    !unread_items(b, op, path, s, &out->items, err))
		return false;
	/* A full page is told before the next is asked for. */
	if (s->plan & PLAN_WHOLE && out->items.n < PAGE / 2)
		return name_items(b, op, path, s, out, err);
	return true;
}

static bool round_begin(struct backend *b, const struct op *op,
			const char *path, struct sync_state *s, bool *quiet,
			struct err *err)
{
	if (!count(b, op, path, s, err))
		return false;
	*quiet = !s->first && state_is_quiet(s);
	if (*quiet && missed_any_due(s)) {
		s->plan = PLAN_MISSED;
		*quiet = false;
		return true;
	}
	if (*quiet)
		return true;
	if (s->unnumbered)
		s->plan = PLAN_LIST;
	else
		state_make_plan(s, !b->rids_differ && !b->no_repl);
	if (!s->unnumbered && missed_any_due(s))
		s->plan |= PLAN_MISSED;
	return true;
}

static bool sync_once(struct backend *b, const struct op *op, const char *path,
		      const char *folder, const char *state,
		      struct sync_page *out, struct err *err)
{
	struct sync_state s;
	struct sync_page page = {0};
	bool quiet = false, ok = true;

	if (!state_read(&s, state, folder, err))
		return false;
	if (!s.plan)
		ok = round_begin(b, op, path, &s, &quiet, err);
	if (ok && !quiet && !(s.plan & PLAN_LIST)) {
		ok = run_plan(b, op, path, folder, &s, &page, err);
		if (!ok && err->kind == ERR_UNSUPPORTED && !s.unnumbered) {
			/* No numbers, or no search by them. */
			item_changes_release(&page.items);
			page = (struct sync_page){0};
			s.unnumbered = ok = true;
			s.cursor = -1;
			strv_release(&s.missed);
			s.plan = PLAN_LIST;
		}
	}
	if (ok && s.plan & PLAN_LIST)
		ok = unnumbered_list(b, op, folder, &s, &page, err);
	if (ok) {
		page.more = s.plan != 0;
		page.missing = s.missed.n > 0;
		if (!s.plan)
			state_settle(&s);
		page.state = state_write(&s);
		*out = page;
	} else {
		item_changes_release(&page.items);
	}
	state_release(&s);
	return ok;
}

bool dav_sync_items(struct backend *b, const struct op *op, const char *folder,
		    const char *state, struct sync_page *out, struct err *err)
{
	struct err e = ERR_INIT;
	bool known = b->has_tree;
	const char *below = dav_is_public(folder)
				    ? NULL
				    : dav_folder_path(b, op, folder, err);
	char *path CLEANUP(mem_free_ptr) = below ? wire_path(b, below) : NULL;
	char *now CLEANUP(mem_free_ptr) = NULL;

	if (dav_is_public(folder))
		return err_set(err, ERR_UNSUPPORTED,
			       "public folders are listed, not synchronised");
	if (!path)
		return false;
	if (sync_once(b, op, path, folder, state, out, &e))
		return true;
	/* Renamed by somebody else since the tree was read? */
	if (e.kind == ERR_NOT_FOUND && known) {
		b->has_tree = false;
		below = dav_folder_path(b, op, folder, &e);
		now = below ? wire_path(b, below) : NULL;
		if (now && !str_eq(now, path) &&
		    sync_once(b, op, now, folder, state, out, &e))
			return true;
		if (now && str_eq(now, path))
			err_set(&e, ERR_NOT_FOUND,
				"the folder is no longer there");
	}
	if (err)
		*err = e;
	return false;
}
