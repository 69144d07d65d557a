/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The table event: entries and meeting messages. */
#include "store/calendar.h"
#include "base/clock.h"
#include "base/pack.h"
#include "store/event_rows.h"
#include "store/steps.h"

#define EVENT_MAX ((size_t)1 << 28)
/* Short entries are kept as they are: unpacking thousands costs time. */
#define PACK_FROM 4096

/* --- reading -------------------------------------------------------------- */

bool event_load_data(struct sqlite3_stmt *st, int col, struct appointment *out,
		     struct err *err)
{
	struct str text CLEANUP(str_release) = STR_INIT;
	size_t len;
	const char *p = db_col_blob(st, col, &len);

	if (len && p[0] == 'z') {
		if (!pack_decompress(&text, p + 1, len - 1, EVENT_MAX, err))
			return err_add(err, "a stored event is damaged");
	} else if (len) {
		str_add_mem(&text, p + 1, len - 1);
	}
	appointment_unpack(out, text.s);
	return true;
}

void event_pack_data(struct str *out, const struct appointment *a)
{
	struct str text CLEANUP(str_release) = STR_INIT;

	appointment_pack(&text, a);
	str_add_char(out, text.len < PACK_FROM ? 't' : 'z');
	if (text.len < PACK_FROM)
		str_add_mem(out, text.s, text.len);
	else
		pack_compress(out, text.s, text.len);
}

static bool give_rows(struct store *s, struct sqlite3_stmt *st, event_row_fn fn,
		      void *ctx, struct err *err)
{
	enum db_row r;

	while ((r = db_step(s, st, err)) == DB_ROW) {
		struct event_row row = {.item = db_col_int(st, 0),
					.folder = db_col_int(st, 1),
					.item_flags =
						(unsigned)db_col_int(st, 2)};
		bool more;

		if (!event_load_data(st, 3, &row.appt, err)) {
			db_reset(st);
			return false;
		}
		more = fn(ctx, &row);
		appointment_release(&row.appt);
		if (!more) {
			db_reset(st);
			return true;
		}
	}
	return r == DB_DONE;
}

#define ROW "event.item, item.folder, item.flags, event.data"

bool query_events(struct store *s, int64_t from, int64_t to, event_row_fn fn,
		  void *ctx, struct err *err)
{
	return give_rows(
		s,
		db_query(s,
			 "SELECT " ROW " FROM event INDEXED BY event_span"
			 " CROSS JOIN item ON item.id = event.item"
			 " WHERE event.last > :from AND event.first < :to"
			 " AND item.folder IS NOT NULL",
			 ARGS(I(from), I(to))),
		fn, ctx, err);
}

struct one {
	struct event_row row;
	bool found;
};

static bool take_one(void *ctx, struct event_row *row)
{
	struct one *o = ctx;

	o->row = *row;
	o->found = true;
	appointment_init(&row->appt);
	return false;
}

bool query_event(struct store *s, int64_t item, struct event_row *out,
		 struct err *err)
{
	struct one o = {.found = false};

	if (!give_rows(s,
		       db_query(s,
				"SELECT " ROW " FROM event JOIN item"
				" ON item.id = event.item"
				" WHERE event.item = :item"
				" AND length(event.data) > 0",
				ARGS(I(item))),
		       take_one, &o, err))
		return false;
	if (!o.found)
		return err_set(err, ERR_NOT_FOUND,
			       "this entry is not here (yet)");
	*out = o.row;
	return true;
}

struct about {
	const struct appointment *message;
	int64_t item;
};

static bool pick_about(void *ctx, struct event_row *row)
{
	struct about *p = ctx;

	if (appointment_is_about(&row->appt, p->message))
		p->item = row->item;
	return !p->item;
}

int64_t query_event_of(struct store *s, const struct appointment *m)
{
	struct about p = {.message = m};

	if (m->calendar_id)
		p.item = item_find_remote(s, m->calendar_id);
	if (p.item || !m->uid)
		return p.item;
	return give_rows(
		       s,
		       db_query(s,
				"SELECT " ROW " FROM event JOIN item"
				" ON item.id = event.item JOIN folder"
				" ON folder.id = item.folder WHERE uid = :uid"
				" AND folder.kind = 1 AND folder.owner IS NULL"
				" ORDER BY folder.role = 8 DESC",
				ARGS(T(m->uid))),
		       pick_about, &p, NULL)
		       ? p.item
		       : 0;
}

bool query_events_of_uid(struct store *s, const char *uid, event_row_fn fn,
			 void *ctx, struct err *err)
{
	return give_rows(s,
			 db_query(s,
				  "SELECT " ROW " FROM event JOIN item"
				  " ON item.id = event.item WHERE uid = :uid"
				  " AND length(event.data) > 0",
				  ARGS(T(uid))),
			 fn, ctx, err);
}

bool query_meeting_messages(struct store *s, int limit, event_row_fn fn,
			    void *ctx, struct err *err)
{
	return give_rows(
		s,
		db_query(s,
			 "SELECT " ROW " FROM item INDEXED BY item_invitation"
			 " JOIN event ON event.item = item.id"
			 " JOIN folder ON folder.id = item.folder"
			 " WHERE item.flags & 512 != 0 AND folder.kind = 0"
			 " AND folder.owner IS NULL"
			 " AND folder.role NOT IN (3, 4, 5, 6, 7)"
			 " AND length(event.data) > 0"
			 " ORDER BY item.received DESC LIMIT :limit",
			 ARGS(I(limit))),
		fn, ctx, err);
}

/* Entries of calendars and invitations of mail folders that the server has. */
#define WANTED_FROM                                                            \
	" FROM (SELECT id FROM item WHERE folder IN"                           \
	"  (SELECT id FROM folder WHERE kind = 1)"                             \
	" UNION ALL SELECT item.id FROM item INDEXED BY item_invitation"       \
	"  JOIN folder ON folder.id = item.folder"                             \
	"  WHERE item.flags & 512 != 0 AND folder.kind = 0) AS w"              \
	" JOIN item ON item.id = w.id"                                         \
	" LEFT JOIN event ON event.item = item.id"                             \
	" WHERE item.remote_id IS NOT NULL AND item.flags & 8192 = 0"          \
	" AND (event.item IS NULL OR event.seen IS NOT item.change_key)"

int64_t query_events_missing(struct store *s)
{
	int64_t n = 0;

	return db_get_int(s, &n, NULL, "SELECT count(*)" WANTED_FROM, NO_ARGS)
		       ? n
		       : 0;
}

bool write_wanted_events(struct store *s, int limit, struct wanted_list *out,
			 struct err *err)
{
	struct sqlite3_stmt *st =
		db_query(s,
			 "SELECT item.id, item.folder, item.remote_id,"
			 " item.change_key" WANTED_FROM
			 " ORDER BY item.received DESC LIMIT :limit",
			 ARGS(I(limit)));
	struct wanted_list l = {0};
	enum db_row r;

	while ((r = db_step(s, st, err)) == DB_ROW) {
		struct wanted *w = vec_new(&l);

		w->item = db_col_int(st, 0);
		w->folder = db_col_int(st, 1);
		w->remote_id = id_unpack(s, db_col_text(st, 2));
		w->change_key = id_unpack(s, db_col_text(st, 3));
	}
	if (r == DB_FAIL) {
		wanted_list_release(&l);
		return false;
	}
	*out = l;
	return true;
}

/* --- writing -------------------------------------------------------------- */

bool event_put(struct store *s, int64_t item, const struct appointment *a,
	       const char *packed_seen, struct err *err)
{
	struct str data CLEANUP(str_release) = STR_INIT;
	int64_t first = 0, last = 0;

	if (a) {
		appointment_span(a, &first, &last);
		event_pack_data(&data, a);
	}
	return db_run(s, err,
		      "INSERT INTO event(item, first, last, seen, uid, data)"
		      " VALUES(:item, :first, :last, :seen, :uid, :data)"
		      " ON CONFLICT(item) DO UPDATE SET first = excluded.first,"
		      " last = excluded.last, seen = excluded.seen,"
		      " uid = excluded.uid, data = excluded.data",
		      ARGS(I(item), I(first), I(last), T(packed_seen),
			   T(a ? a->uid : NULL), B(data.s, data.len)));
}

/* Not every server keeps what time somebody proposed: it holds as long as that
 * person's answer does. */
static void keep_proposals(struct store *s, int64_t item, struct appointment *a)
{
	struct event_row was;

	if (!(a->flags & APPT_ORGANIZER) || !query_event(s, item, &was, NULL))
		return;
	for (size_t i = 0; i < a->attendees.n; i++) {
		struct attendee *t = &a->attendees.v[i];
		const struct attendee *old =
			appointment_attendee(&was.appt, t->addr);

		if (!old || t->proposed_start != CLOCK_NEVER ||
		    t->answer != old->answer || was.appt.start != a->start)
			continue;
		t->proposed_start = old->proposed_start;
		t->proposed_end = old->proposed_end;
	}
	appointment_release(&was.appt);
}

static bool put_event(struct store *s, int64_t item,
		      const struct appointment *a, const char *seen,
		      struct err *err)
{
	struct steps steps CLEANUP(steps_release) = {0};
	char *key CLEANUP(mem_free_ptr) = id_pack(s, seen);
	int64_t found = 0;

	if (!db_get_int(s, &found, err, "SELECT 1 FROM item WHERE id = :id",
			ARGS(I(item))))
		return false;
	if (!found)
		return true;
	if (!steps_of_item(s, item, &steps, err))
		return false;
	if (steps_has(&steps, 1u << JOURNAL_EVENT))
		return true;
	if (a && a->attendees.n) {
		struct appointment is;
		bool ok;

		appointment_copy(&is, a);
		keep_proposals(s, item, &is);
		ok = event_put(s, item, &is, key, err);
		appointment_release(&is);
		return ok;
	}
	return event_put(s, item, a, key, err);
}

bool write_event(struct store *s, int64_t item, const struct appointment *appt,
		 const char *seen, struct err *err)
{
	if (!db_begin(s, err))
		return false;
	return db_end(s, put_event(s, item, appt, seen, err), err);
}

bool write_event_note(struct store *s, int64_t item,
		      const struct appointment *appt, struct err *err)
{
	struct str data CLEANUP(str_release) = STR_INIT;

	event_pack_data(&data, appt);
	return db_run(s, err,
		      "UPDATE event SET data = :data WHERE item = :item",
		      ARGS(B(data.s, data.len), I(item)));
}

bool write_reminder(struct store *s, int64_t item, int64_t original,
		    int64_t due, struct err *err)
{
	return db_run(s, err,
		      "INSERT OR REPLACE INTO reminder(item, original, due)"
		      " VALUES(:item, :original, :due)",
		      ARGS(I(item), I(original), TIME(due)));
}

bool query_reminder(struct store *s, int64_t item, int64_t original,
		    int64_t *due, struct err *err)
{
	struct sqlite3_stmt *st =
		db_query(s,
			 "SELECT due FROM reminder WHERE item = :item"
			 " AND original = :original",
			 ARGS(I(item), I(original)));
	enum db_row r = db_step(s, st, err);

	*due = INT64_MAX;
	if (r != DB_ROW)
		return r == DB_DONE;
	*due = db_col_time(st, 0);
	db_reset(st);
	return true;
}
