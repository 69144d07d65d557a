/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * SyncFolderHierarchy and SyncFolderItems (dossier 8).
 *
 * A state is opaque to clients. It names the folder, the change number at
 * which the client's list was complete (base), how far the log has been told
 * since (position), and during a first listing the last item told.
 */
#include "tests/sim/ews.h"

#include <string.h>
#include "base/codec.h"

enum { PAGE_MAX = 512, STATE_MAGIC = 0x1f8b0800 };

struct sync_state {
	uint64_t magic, epoch, folder, base, position, listing, last_id;
	int64_t last_received;
	uint64_t sum;
};

static uint64_t state_sum(const struct sync_state *s)
{
	uint64_t h = s->magic ^ 0x9e3779b97f4a7c15u;
	const uint64_t parts[] = {s->epoch,
				  s->folder,
				  s->base,
				  s->position,
				  s->listing,
				  s->last_id,
				  (uint64_t)s->last_received};

	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		h = (h ^ parts[i]) * 0xbf58476d1ce4e5b9u + (h >> 31);
	return h;
}

static void sync_state_write(struct str *b, struct sync_state *s)
{
	s->sum = state_sum(s);
	xw_base64(b, "m:SyncState", s, sizeof(*s));
}

/* False: not a state of this server, folder and time. An empty text is a
 * first run. */
static bool sync_state_read(struct req *r, struct sync_state *s,
			    const struct folder *f)
{
	const char *text = xr_child_text(r->op, "SyncState");
	struct str raw = STR_INIT;
	bool good;

	memset(s, 0, sizeof(*s));
	if (!text || !*text) {
		s->magic = STATE_MAGIC;
		s->epoch = r->st->epoch;
		s->folder = f->id;
		s->base = s->position = r->st->change;
		s->listing = 1;
		s->last_received = INT64_MAX;
		s->last_id = UINT64_MAX;
		return true;
	}
	good = codec_base64_decode(&raw, text, strlen(text)) &&
	       raw.len == sizeof(*s);
	if (good) {
		memcpy(s, raw.s, sizeof(*s));
		good = s->sum == state_sum(s) && s->magic == STATE_MAGIC &&
		       s->epoch == r->st->epoch && s->folder == f->id &&
		       r->fault.kind != FAULT_STALE_SYNC;
	}
	str_release(&raw);
	return good;
}

/* First log entry behind a change number. */
static size_t log_after(const struct change_log *log, uint64_t change)
{
	size_t low = 0, high = log->n;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (log->v[mid].change <= change)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* --- items --------------------------------------------------------------- */
struct item_sync {
	struct req *r;
	struct folder *f;
	struct sync_state s;
	struct shape shape;
	struct str changes;
	size_t n, max;
	bool last;
	struct strv ignore;
};

static bool ignored(const struct item_sync *y, const struct item *it)
{
	struct str id = STR_INIT;
	bool found;

	if (y->ignore.n == 0)
		return false;
	id_add_item(&id, it->folder->box, it->folder->id, it->id);
	found = strv_has(&y->ignore, id.s);
	str_release(&id);
	return found;
}

static void add_change(struct item_sync *y, const char *kind,
		       const struct item *it)
{
	struct str keep = y->r->out;

	xw_open(&y->changes, kind);
	/* item_write appends to the answer: lend it this buffer. */
	y->r->out = y->changes;
	item_write(y->r, it, &y->shape);
	y->changes = y->r->out;
	y->r->out = keep;
	xw_close(&y->changes, kind);
	y->n++;
}

/* The first listing: newest first; whatever came or changed since the run
 * began follows from the log. */
static void list_items(struct item_sync *y)
{
	struct folder *f = y->f;
	size_t i = f->items.n;

	while (i > 0 && (f->items.v[i - 1]->received > y->s.last_received ||
			 (f->items.v[i - 1]->received == y->s.last_received &&
			  f->items.v[i - 1]->id >= y->s.last_id)))
		i--;
	while (i > 0 && y->n < y->max) {
		const struct item *it = f->items.v[--i];

		y->s.last_received = it->received;
		y->s.last_id = it->id;
		if (it->created > y->s.base || ignored(y, it))
			continue;
		add_change(y, "t:Create", it);
	}
	if (i == 0)
		y->s.listing = 0;
}

static void add_gone(struct item_sync *y, const struct change_entry *e)
{
	str_add(&y->changes, "<t:Delete><t:ItemId Id=\"");
	id_add_item(&y->changes, y->f->box, y->f->id, e->id);
	str_add(&y->changes, "\" ChangeKey=\"");
	id_add_change_key(&y->changes, y->f->box, 9, e->change);
	str_add(&y->changes, "\"/></t:Delete>");
	y->n++;
}

static void add_read_flag(struct item_sync *y, const struct item *it)
{
	str_add(&y->changes, "<t:ReadFlagChange>");
	xw_item_id(&y->changes, "t:ItemId", it);
	xw_bool(&y->changes, "t:IsRead", it->read);
	str_add(&y->changes, "</t:ReadFlagChange>");
	y->n++;
}

/* Each object is told once, at its latest entry of the log. */
static void list_changes(struct item_sync *y)
{
	struct folder *f = y->f;
	uint64_t start = y->s.position;
	size_t i = log_after(&f->log, start);

	for (; i < f->log.n && y->n < y->max; i++) {
		const struct change_entry *e = &f->log.v[i];
		const struct item *it = item_find(y->r->st, e->id);

		y->s.position = e->change;
		if (e->deleted) {
			if (e->created <= start)
				add_gone(y, e);
			continue;
		}
		if (!it || it->folder != f || it->change != e->change ||
		    ignored(y, it))
			continue;
		if (it->created > y->s.base)
			add_change(y, "t:Create", it);
		else if (it->content <= y->s.base && y->r->rank >= RANK_2007SP1)
			add_read_flag(y, it);
		else
			add_change(y, "t:Update", it);
	}
	y->last = i == f->log.n;
	if (y->last)
		y->s.base = y->s.position;
}

static void write_item_sync(struct item_sync *y)
{
	struct str *out;

	if (y->s.listing)
		list_items(y);
	if (!y->s.listing)
		list_changes(y);
	if (y->r->fault.kind == FAULT_DUPLICATE && y->n > 0) {
		size_t first = y->changes.len;
		char *copy = xstrndup(y->changes.s, first);

		str_add(&y->changes, copy);
		free(copy);
	}
	out = &y->r->out;
	rsp_ok(y->r);
	sync_state_write(out, &y->s);
	xw_bool(out, "m:IncludesLastItemInRange", y->last);
	xw_open(out, "m:Changes");
	str_add_mem(out, y->changes.s, y->changes.len);
	xw_close(out, "m:Changes");
	rsp_close(y->r);
}

void op_sync_items(struct req *r)
{
	struct item_sync y = {.r = r, .changes = STR_INIT};
	const char *code = NULL;
	const char *max = xr_child_text(r->op, "MaxChangesReturned");
	static const char none[] = "<m:SyncState/><m:IncludesLastItemInRange>"
				   "true</m:IncludesLastItemInRange>";

	y.max = max ? strtoul(max, NULL, 10) : PAGE_MAX;
	if (y.max < 1 || y.max > PAGE_MAX) {
		ews_fault(r, "ErrorSchemaValidation", 0,
			  "The 'MaxChangesReturned' element is invalid - The "
			  "value '%lu' is invalid.",
			  (unsigned long)y.max);
		return;
	}
	strv_init(&y.ignore);
	for (xmlNode *n = xr_first(xr_child(r->op, "Ignore")); n;
	     n = xr_next(n))
		strv_add(&y.ignore, str_or_empty(xr_attr(n, "Id")));
	y.f = req_folder_in(r, xr_child(r->op, "SyncFolderId"), RIGHT_READ,
			    &code);
	rsp_begin(r);
	if (!y.f) {
		rsp_error(r,
			  strcmp(code, "ErrorItemNotFound") == 0
				  ? "ErrorSyncFolderNotFound"
				  : code,
			  none);
	} else if (y.f->box->is_public) {
		rsp_error(r, "ErrorInvalidOperation", none); /* 15 */
	} else if (!sync_state_read(r, &y.s, y.f)) {
		rsp_error(r, "ErrorInvalidSyncStateData", none);
	} else {
		uint64_t from = y.s.position;

		shape_read(r, &y.shape, xr_child(r->op, "ItemShape"), true);
		write_item_sync(&y);
		shape_release(&y.shape);
		str_addf(&r->detail, " folder=\"%s\" n=%zu state=%llu:%llu%s",
			 y.f->name, y.n, (unsigned long long)from,
			 (unsigned long long)y.s.position,
			 y.last ? " last" : "");
	}
	rsp_end(r);
	strv_release(&y.ignore);
	str_release(&y.changes);
}

/* --- hierarchy ----------------------------------------------------------- */
static void hierarchy_changes(struct req *r, struct folder *top,
			      struct sync_state *s, const struct shape *shape,
			      size_t *n)
{
	struct box *box = top->box;
	bool first = s->listing;
	size_t from = first ? 0 : log_after(&box->folder_log, s->position);

	for (size_t i = from; i < box->folder_log.n; i++) {
		const struct change_entry *e = &box->folder_log.v[i];
		const struct folder *f = folder_find(r->st, e->id);

		s->position = e->change;
		if (e->deleted) {
			if (first || e->created > s->base)
				continue;
			str_add(&r->out, "<t:Delete><t:FolderId Id=\"");
			id_add_folder(&r->out, box, e->id);
			str_add(&r->out, "\"/></t:Delete>");
			++*n;
			continue;
		}
		if (!f || f->change != e->change || f == top ||
		    !folder_is_under(f, top) || f->since > r->rank ||
		    !(folder_rights(f, r->user) & RIGHT_VISIBLE))
			continue;
		xw_open(&r->out, first || f->created > s->base ? "t:Create"
							       : "t:Update");
		folder_write(r, f, shape);
		xw_close(&r->out, first || f->created > s->base ? "t:Create"
								: "t:Update");
		++*n;
	}
	s->listing = 0;
	s->base = s->position;
}

void op_sync_hierarchy(struct req *r)
{
	struct sync_state s;
	struct shape shape = {0};
	const char *code = NULL;
	const xmlNode *id = xr_child(r->op, "SyncFolderId");
	struct folder *top;
	size_t n = 0;

	if (id)
		top = req_folder_in(r, id, 0, &code);
	else
		top = box_folder(r->user, "msgfolderroot");
	rsp_begin(r);
	if (!top) {
		rsp_error(r,
			  strcmp(code, "ErrorItemNotFound") == 0
				  ? "ErrorSyncFolderNotFound"
				  : code,
			  "<m:SyncState/><m:IncludesLastFolderInRange>true"
			  "</m:IncludesLastFolderInRange>");
	} else if (!sync_state_read(r, &s, top)) {
		rsp_error(r, "ErrorInvalidSyncStateData",
			  "<m:SyncState/><m:IncludesLastFolderInRange>true"
			  "</m:IncludesLastFolderInRange>");
	} else {
		struct str head = r->out;

		folder_shape_read(r, &shape, xr_child(r->op, "FolderShape"));
		str_init(&r->out);
		hierarchy_changes(r, top, &s, &shape, &n);
		struct str changes = r->out;

		r->out = head;
		rsp_ok(r);
		sync_state_write(&r->out, &s);
		str_add(&r->out, "<m:IncludesLastFolderInRange>true"
				 "</m:IncludesLastFolderInRange>");
		xw_open(&r->out, "m:Changes");
		str_add_mem(&r->out, changes.s, changes.len);
		xw_close(&r->out, "m:Changes");
		rsp_close(r);
		str_release(&changes);
		shape_release(&shape);
		str_addf(&r->detail, " n=%zu state=%llu", n,
			 (unsigned long long)s.position);
	}
	rsp_end(r);
}
