/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Storing an entry (dossier 16.3): its text by PUT, which brings a series with
 * all its exceptions; what the text does not carry by properties.
 */
#include "base/clock.h"
#include "base/log.h"
#include "mime/build.h"
#include "mime/read.h"
#include "proto/dav/event.h"
#include "proto/dav/query.h"

#include <string.h>

/* Attachments that were there go back with the new text. */
static void keep_attachments(const struct str *mime, struct mime_draft *d)
{
	struct mime_message *m;

	if (!mime->len || !mime_read(&m, mime->s, mime->len, NULL, NULL))
		return;
	for (size_t i = 0; i < mime_part_count(m); i++) {
		const struct mime_part *p = mime_part(m, i);
		struct str data CLEANUP(str_release) = STR_INIT;

		if (!p->is_attachment || p->inside || p->container ||
		    str_eq(p->type, "text/calendar"))
			continue;
		if (p->is_message)
			str_add_mem(&data, mime->s + p->offset, p->len);
		else if (!mime_part_bytes(m, i, &data, NULL))
			continue;
		mime_draft_attach(d, p->name, p->type, data.s, data.len);
	}
	mime_message_free(m);
}

static void add_people(struct mime_draft *d, const struct appointment *a,
		       const struct account *me)
{
	mime_address_list_add(
		&d->from,
		a->organizer_addr ? a->organizer_name : me->display_name,
		a->organizer_addr ? a->organizer_addr : me->address);
	for (size_t i = 0; i < a->attendees.n; i++)
		if (a->attendees.v[i].addr)
			mime_address_list_add(
				a->attendees.v[i].role == ATTENDEE_OPTIONAL
					? &d->cc
					: &d->to,
				a->attendees.v[i].name, a->attendees.v[i].addr);
}

/* Properties know nothing of the changed times of a series, nor of who is
 * invited: what is put back of them would be less than there was. */
static bool may_put_back(const struct event_source *s, struct err *err)
{
	if (s->told || (s->appt.kind != APPOINTMENT_SERIES &&
			!(s->appt.flags & APPT_MEETING)))
		return true;
	return err_set(err, ERR_UNSUPPORTED,
		       "the server does not tell all of this entry, so it is "
		       "not changed here; use Outlook or the web access");
}

bool dav_event_store(struct backend *b, const struct op *op,
		     const struct event_source *s, const char *guard,
		     struct tz_set *zones, struct err *err)
{
	const struct appointment *a = &s->appt;
	bool meeting = a->attendees.n > 0;
	struct ics_options o = {.method = meeting ? ICS_REQUEST : ICS_NONE,
				.exchange = true};
	struct appointment_list one = {.v = (void *)(uintptr_t)a, .n = 1};
	char *same CLEANUP(mem_free_ptr) =
		!guard && s->etag ? xasprintf("If-Match: %s", s->etag) : NULL;
	const char *headers[] = {"Translate: f", guard ? guard : same, NULL};
	struct str calendar = STR_INIT;
	struct str text CLEANUP(str_release) = STR_INIT;
	struct mime_draft d;
	struct dav_call c = {.method = "PUT",
			     .path = s->path,
			     .headers = headers,
			     .type = "message/rfc822",
			     .changes = true,
			     .place = PLACE_PUT};

	ics_write(&calendar, &one, zones, &o);
	mime_draft_init(&d);
	add_people(&d, a, b->account);
	d.subject = xstrdup(a->subject);
	d.text = a->notes && *a->notes ? xstrdup(a->notes) : NULL;
	d.calendar = str_take(&calendar);
	d.calendar_method = xstrdup(meeting ? "REQUEST" : "PUBLISH");
	mime_draft_add_header(&d, "content-class",
			      "urn:content-classes:appointment");
	keep_attachments(&s->mime, &d);
	mime_build(&text, &d, false);
	mime_draft_release(&d);
	if (!guard && !may_put_back(s, err))
		return false;
	c.body = text.s;
	c.len = text.len;
	return dav_simple(b, op, &c, err);
}

/* --- properties --------------------------------------------------------------- */

/* A group of properties that may be refused: the entry stays as it is then. */
static bool try_set(struct backend *b, const struct op *op, const char *path,
		    const struct str *set, const char *remove, const char *what,
		    struct err *err)
{
	struct err e = ERR_INIT;
	int refused = 0;

	if (!set->len && !remove)
		return true;
	if (!query_proppatch(b, op, path, "If-Match: *", set->s, remove,
			     &refused, &e)) {
		if (e.kind == ERR_NETWORK || e.kind == ERR_CANCELLED ||
		    e.kind == ERR_AUTH) {
			if (err)
				*err = e;
			return false;
		}
		refused = e.number ? e.number : -1;
	}
	if (refused)
		log_at(LOG_INFO, "dav", "%s of an entry are not taken: %d",
		       what, refused);
	return true;
}

static void add_date(struct str *b, enum dav_prop p, int64_t t)
{
	struct str iso CLEANUP(str_release) = STR_INIT;

	clock_add_iso(&iso, t);
	prop_add_value(b, p, iso.s);
}

static int response_number(enum answer_kind a)
{
	static const int numbers[ANSWER_COUNT] = {0, 1, 2, 3, 4, 5};

	return numbers[a];
}

bool dav_event_set_rest(struct backend *b, const struct op *op,
			const char *path, const struct appointment *a,
			struct err *err)
{
	struct str words CLEANUP(str_release) = STR_INIT;
	struct str gone CLEANUP(str_release) = STR_INIT;
	struct str state CLEANUP(str_release) = STR_INIT;
	bool received = !(a->flags & APPT_ORGANIZER);

	if (a->categories)
		prop_add_value(&words, PROP_KEYWORDS, a->categories);
	else
		prop_add_value(&gone, PROP_KEYWORDS, NULL);
	prop_add_number(&words, PROP_SENSITIVITY, (int)a->sensitivity);
	if (a->attendees.n) {
		prop_add_number(&state, PROP_APPT_STATE,
				1 | (received ? 2 : 0) |
					(a->flags & APPT_CANCELLED ? 4 : 0));
		prop_add_number(&state, PROP_RESPONSE_STATUS,
				response_number(a->my_answer));
	}
	return try_set(b, op, path, &words, gone.len ? gone.s : NULL,
		       "the categories", err) &&
	       try_set(b, op, path, &state, NULL, "the answers", err);
}

bool dav_event_set_key(struct backend *b, const struct op *op, const char *path,
		       const char *key, struct err *err)
{
	struct str own CLEANUP(str_release) = STR_INIT;

	if (b->no_key)
		return true;
	prop_add_value(&own, PROP_RETINUE_KEY, key);
	return try_set(b, op, path, &own, NULL, "keys", err);
}

static void add_times(struct str *b, const struct appointment *a,
		      struct tz_set *zones)
{
	const struct zone *z = tz_of(zones, a);
	bool all_day = a->flags & APPT_ALL_DAY;

	add_date(b, PROP_CAL_START,
		 all_day ? zone_instant(z, a->start) : a->start);
	add_date(b, PROP_CAL_END, all_day ? zone_instant(z, a->end) : a->end);
	prop_add_value(b, PROP_CAL_ALL_DAY, all_day ? "1" : "0");
}

bool dav_event_set_simple(struct backend *b, const struct op *op,
			  const char *path, unsigned set,
			  const struct appointment *a, struct tz_set *zones,
			  bool *done, struct err *err)
{
	static const char *const busy[SHOW_COUNT] = {
		"FREE", "TENTATIVE", "BUSY", "OOF", "BUSY", "BUSY"};
	struct str text CLEANUP(str_release) = STR_INIT;
	struct str gone CLEANUP(str_release) = STR_INIT;
	int refused = 0;

	if (set & APPT_SET_SUBJECT)
		prop_add_value(&text, PROP_SUBJECT, str_or_empty(a->subject));
	if (set & APPT_SET_TIME)
		add_times(&text, a, zones);
	if (set & APPT_SET_LOCATION)
		prop_add_value(&text, PROP_CAL_LOCATION,
			       str_or_empty(a->location));
	if (set & APPT_SET_SHOW_AS)
		prop_add_value(&text, PROP_CAL_BUSY, busy[a->show_as]);
	if (set & APPT_SET_REMINDER) {
		prop_add_value(&text, PROP_REMINDER_SET,
			       a->flags & APPT_REMINDER ? "1" : "0");
		if (a->flags & APPT_REMINDER)
			prop_add_number(&text, PROP_REMINDER_MINUTES,
					a->reminder);
	}
	if (set & APPT_SET_SENSITIVITY)
		prop_add_number(&text, PROP_SENSITIVITY, (int)a->sensitivity);
	if (set & APPT_SET_CATEGORIES && a->categories)
		prop_add_value(&text, PROP_KEYWORDS, a->categories);
	else if (set & APPT_SET_CATEGORIES)
		prop_add_value(&gone, PROP_KEYWORDS, NULL);
	if (!query_proppatch(b, op, path, "If-Match: *", text.s,
			     gone.len ? gone.s : NULL, &refused, err))
		return false;
	*done = !refused;
	return true;
}
