/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Text and properties of an item as an appointment (dossier 16). */
#include "base/clock.h"
#include "mime/read.h"
#include "proto/dav/event.h"

#include <string.h>

#define MEETING "IPM.Schedule.Meeting."

bool dav_event_is_message(const char *item_class)
{
	return item_class &&
	       strncasecmp(item_class, MEETING, strlen(MEETING)) == 0;
}

/* --- the iCalendar text ----------------------------------------------------- */

/* Of the part that has it, else what looks like one anywhere (16.2). */
static void find_calendar(struct mime_message *m, const char *raw, size_t len,
			  struct str *out)
{
	static const char begin[] = "BEGIN:VCALENDAR", end[] = "END:VCALENDAR";
	const char *from, *to;

	for (size_t i = 0; m && i < mime_part_count(m); i++)
		if (str_eq(mime_part(m, i)->type, "text/calendar")) {
			mime_part_text(m, i, out);
			return;
		}
	from = memmem(raw, len, begin, strlen(begin));
	to = from ? memmem(from, len - (size_t)(from - raw), end, strlen(end))
		  : NULL;
	if (to)
		str_add_mem(out, from, (size_t)(to - from) + strlen(end));
}

static void take_entry(struct ics *c, struct appointment *out)
{
	size_t best = 0;

	for (size_t i = 0; i < c->entries.n; i++)
		if (c->entries.v[i].kind == APPOINTMENT_SERIES) {
			best = i;
			break;
		}
	*out = c->entries.v[best];
	appointment_init(&c->entries.v[best]);
}

/* --- properties -------------------------------------------------------------- */

static int64_t time_of(const struct dav_row *r, enum dav_prop p)
{
	int64_t t = CLOCK_NEVER;

	if (r->value[p])
		(void)clock_parse_iso(r->value[p], &t);
	return t;
}

static void take_text(char **to, const struct dav_row *r, enum dav_prop p)
{
	if (!*to && r->value[p] && *r->value[p])
		*to = xstrdup(r->value[p]);
}

/* The name in a VTIMEZONE; its rules are not read here, so only a name that is
 * known helps. */
static char *zone_of(const struct dav_row *r)
{
	const char *s = r->value[PROP_CAL_ZONE];

	s = s ? strstr(s, "TZID:") : NULL;
	return s ? xstrndup(s + 5, strcspn(s + 5, "\r\n")) : NULL;
}

static void read_rule(const struct dav_row *r, struct tz_set *zones,
		      struct appointment *a)
{
	bool all_day = a->flags & APPT_ALL_DAY;
	const struct zone *z = tz_of(zones, a);
	struct strv dates CLEANUP(strv_release) = {0};
	char *rule CLEANUP(mem_free_ptr) = NULL;
	struct err err = ERR_INIT;

	if (!r->value[PROP_CAL_RULE] || !*r->value[PROP_CAL_RULE])
		return;
	rule = xstrndup(r->value[PROP_CAL_RULE],
			strcspn(r->value[PROP_CAL_RULE], "\n"));
	if (!recur_from_rule(&a->recur, rule,
			     all_day ? a->start : zone_wall(z, a->start), &err))
		return;
	a->kind = APPOINTMENT_SERIES;
	strv_split(&dates, str_or_empty(r->value[PROP_CAL_EXDATE]), "\n");
	for (size_t i = 0; i < dates.n; i++) {
		int64_t t;

		if (clock_parse_iso(dates.v[i], &t))
			vec_add(&a->removed,
				all_day ? tz_day_of(zones, a, t) : t);
	}
}

/* Made by MAPI, and the server can make no text of it: what the properties
 * tell is all there is. */
static void read_row(const struct dav_row *r, struct tz_set *zones,
		     struct appointment *a)
{
	a->zone = zone_of(r);
	a->start = time_of(r, PROP_CAL_START);
	a->end = time_of(r, PROP_CAL_END);
	if (dav_row_is_true(r, PROP_CAL_ALL_DAY)) {
		a->flags |= APPT_ALL_DAY;
		a->start = tz_day_of(zones, a, a->start);
		a->end = tz_day_of(zones, a, a->end);
	}
	a->stamp = time_of(r, PROP_CAL_STAMP);
	a->sequence = (int)dav_row_number(r, PROP_CAL_SEQUENCE, 0);
	take_text(&a->uid, r, PROP_CAL_UID);
	take_text(&a->location, r, PROP_CAL_LOCATION);
	if (a->start != CLOCK_NEVER)
		read_rule(r, zones, a);
}

static void read_organizer(const struct dav_row *r, struct appointment *a)
{
	struct mime_address_list l CLEANUP(mime_address_list_release);

	mime_address_list_init(&l);
	(void)mime_address_parse(&l, str_or_empty(r->value[PROP_CAL_ORGANIZER]),
				 1);
	if (!l.n || !l.v[0].addr || !strchr(l.v[0].addr, '@'))
		return;
	a->organizer_addr = xstrdup(l.v[0].addr);
	a->organizer_name = xstrdup(l.v[0].name);
}

static void read_reminder(const struct dav_row *r, struct appointment *a)
{
	if (!r->value[PROP_REMINDER_SET])
		return;
	a->flags &= ~(unsigned)APPT_REMINDER;
	if (!dav_row_is_true(r, PROP_REMINDER_SET))
		return;
	a->flags |= APPT_REMINDER;
	a->reminder =
		(int)dav_row_number(r, PROP_REMINDER_MINUTES, a->reminder);
}

static void read_show_as(const struct dav_row *r, struct appointment *a)
{
	static const char *const words[] = {"FREE", "TENTATIVE", "BUSY", "OOF"};
	const char *s = r->value[PROP_CAL_BUSY];

	for (size_t i = 0; s && i < ARRAY_LEN(words); i++)
		if (str_eq_nocase(s, words[i]))
			a->show_as = (enum show_as)i;
	if (str_eq_nocase(s, "OUTOFOFFICE")) /* 16.2 */
		a->show_as = SHOW_AWAY;
}

static void read_state(const struct dav_row *r, struct appointment *a)
{
	int64_t state = dav_row_number(r, PROP_APPT_STATE, 0);
	int64_t secret = dav_row_number(r, PROP_SENSITIVITY, -1);

	if (state & 1)
		a->flags |= APPT_MEETING;
	if (state & 4 || str_eq_nocase(r->value[PROP_CAL_STATUS], "CANCELLED"))
		a->flags |= APPT_CANCELLED;
	if (dav_row_is_true(r, PROP_HASATTACHMENT))
		a->flags |= APPT_ATTACHMENT;
	if (dav_row_is_true(r, PROP_PROCESSED))
		a->flags |= APPT_PROCESSED;
	if (dav_row_is_true(r, PROP_DELEGATED))
		a->flags |= APPT_DELEGATED;
	if (secret >= 0 && secret < SENSITIVITY_COUNT)
		a->sensitivity = (enum sensitivity)secret;
	if (r->value[PROP_KEYWORDS] && *r->value[PROP_KEYWORDS])
		mem_replace(&a->categories, xstrdup(r->value[PROP_KEYWORDS]));
	if (a->replied == CLOCK_NEVER)
		a->replied = time_of(r, PROP_CAL_REPLIED);
	read_reminder(r, a);
	take_text(&a->subject, r, PROP_SUBJECT);
	if (!a->organizer_addr)
		read_organizer(r, a);
}

/* --- who, and what was answered ----------------------------------------------- */

static const struct attendee *own_attendee(const struct backend *b,
					   const struct appointment *a)
{
	for (size_t i = 0; i < a->attendees.n; i++)
		if (a->attendees.v[i].addr &&
		    account_is_own(b->account, a->attendees.v[i].addr))
			return &a->attendees.v[i];
	return NULL;
}

/* Is it in the mailbox of somebody else? Then what is said of us there is not
 * what its owner said. */
static bool is_foreign(const struct backend *b, const struct dav_row *r)
{
	char *below CLEANUP(mem_free_ptr) =
		r && r->href ? wire_below(b, r->href) : NULL;

	return below && *below == '/';
}

/* The store's word on what its owner answered counts where it is one; else what
 * stands beside our name. */
static void read_answer(const struct backend *b, const struct dav_row *r,
			struct appointment *a)
{
	static const enum answer_kind known[] = {
		ANSWER_UNKNOWN,	 ANSWER_ORGANIZER, ANSWER_TENTATIVE,
		ANSWER_ACCEPTED, ANSWER_DECLINED,  ANSWER_NONE};
	int64_t n = r ? dav_row_number(r, PROP_RESPONSE_STATUS, 0) : 0;
	int64_t state = r ? dav_row_number(r, PROP_APPT_STATE, 0) : 0;
	bool foreign = is_foreign(b, r);
	const struct attendee *own = foreign ? NULL : own_attendee(b, a);
	bool meeting = a->flags & APPT_MEETING;

	if (!meeting || (foreign && n == 1 && !(state & 2)) ||
	    (!foreign && a->organizer_addr &&
	     account_is_own(b->account, a->organizer_addr)) ||
	    (!a->organizer_addr && n == 1)) {
		a->my_answer = ANSWER_ORGANIZER;
		a->flags |= APPT_ORGANIZER;
	} else if (n >= 2 && n <= 4) {
		a->my_answer = known[n];
	} else {
		a->my_answer = own && own->answer != ANSWER_UNKNOWN
				       ? own->answer
				       : ANSWER_NONE;
	}
}

/* --- messages --------------------------------------------------------------- */

static void read_response(struct mime_message *m, const char *class,
			  const struct dav_row *r, struct appointment *a)
{
	struct mime_address_list from CLEANUP(mime_address_list_release);
	enum answer_kind said =
		a->attendees.n == 1 ? a->attendees.v[0].answer : ANSWER_UNKNOWN;
	struct attendee *t;

	a->kind = APPOINTMENT_RESPONSE;
	a->my_answer = str_ends(class, ".Pos")	  ? ANSWER_ACCEPTED
		       : str_ends(class, ".Neg")  ? ANSWER_DECLINED
		       : str_ends(class, ".Tent") ? ANSWER_TENTATIVE
						  : said;
	mime_address_list_init(&from);
	if (m)
		mime_addresses(m, "From", &from);
	if (a->attendees.n != 1 && from.n && from.v[0].addr) {
		while (a->attendees.n)
			attendee_release(&a->attendees.v[--a->attendees.n]);
		t = vec_new(&a->attendees);
		*t = (struct attendee){.addr = xstrdup(from.v[0].addr),
				       .name = xstrdup(from.v[0].name),
				       .proposed_start = CLOCK_NEVER,
				       .proposed_end = CLOCK_NEVER};
	}
	if (!a->attendees.n)
		return;
	a->attendees.v[0].answer = a->my_answer;
	a->attendees.v[0].answered = m ? mime_date(m) : CLOCK_NEVER;
	if (!r)
		return;
	/* A server may write the names out. */
	t = &a->attendees.v[0];
	t->proposed_start = time_of(r, PROP_PROPOSED_START);
	t->proposed_end = time_of(r, PROP_PROPOSED_END);
	if (t->proposed_start == CLOCK_NEVER)
		t->proposed_start = time_of(r, PROP_PROPOSED_START_LONG);
	if (t->proposed_end == CLOCK_NEVER)
		t->proposed_end = time_of(r, PROP_PROPOSED_END_LONG);
}

static void read_message(struct mime_message *m, const char *class,
			 const struct dav_row *r, struct appointment *a)
{
	static const enum show_as shows[] = {SHOW_FREE, SHOW_TENTATIVE,
					     SHOW_BUSY, SHOW_AWAY};
	int64_t n = r ? dav_row_number(r, PROP_INTENDED_BUSY, -1) : -1;
	struct mime_address_list from CLEANUP(mime_address_list_release);

	mime_address_list_init(&from);
	a->flags |= APPT_MEETING;
	if (n >= 0 && n < (int64_t)ARRAY_LEN(shows))
		a->show_as = shows[n];
	if (strstr(class, ".Resp.")) {
		read_response(m, class, r, a);
		return;
	}
	a->kind = APPOINTMENT_REQUEST;
	if (str_ends(class, ".Canceled")) {
		a->kind = APPOINTMENT_CANCELLATION;
		a->flags |= APPT_CANCELLED;
	} else if (a->sequence > 0) {
		a->flags |= APPT_UPDATE;
	}
	if (m)
		mime_addresses(m, "From", &from);
	if (!a->organizer_addr && from.n && from.v[0].addr) {
		a->organizer_addr = xstrdup(from.v[0].addr);
		a->organizer_name = xstrdup(from.v[0].name);
	}
}

/* --- the whole --------------------------------------------------------------- */

static void read_notes(struct mime_message *m, struct appointment *a)
{
	struct str text CLEANUP(str_release) = STR_INIT;
	enum mime_body_kind kind;
	int part;

	/* Mail ends its lines with CR LF, a note does not. */
	if (a->notes) {
		size_t n = 0;

		for (const char *p = a->notes; *p; p++)
			if (*p != '\r')
				a->notes[n++] = *p;
		while (n && strchr(" \n\t", a->notes[n - 1]))
			n--;
		a->notes[n] = '\0';
		if (!n)
			mem_replace(&a->notes, NULL);
	}
	if (a->notes || !m)
		return;
	part = mime_body_part(m, MIME_BODY_PLAIN, &kind);
	if (part < 0 || kind != MIME_BODY_PLAIN ||
	    strcmp(mime_part(m, (size_t)part)->type, "text/plain") != 0)
		return;
	mime_part_text(m, (size_t)part, &text);
	str_trim(&text);
	if (text.len)
		a->notes = str_take(&text);
}

static void settle_exceptions(const struct backend *b, const struct dav_row *r,
			      struct appointment *a)
{
	for (size_t i = 0; i < a->exceptions.n; i++) {
		struct appointment *x = &a->exceptions.v[i];

		x->kind = APPOINTMENT_EXCEPTION;
		/* Called off as a whole is called off each time. */
		x->flags |= a->flags &
			    (APPT_MEETING | APPT_ATTACHMENT | APPT_CANCELLED);
		if (!x->organizer_addr) {
			x->organizer_addr = xstrdup(a->organizer_addr);
			x->organizer_name = xstrdup(a->organizer_name);
		}
		if (!x->categories)
			x->categories = xstrdup(a->categories);
		if (!x->zone) {
			x->zone = xstrdup(a->zone);
			x->zone_rule = xstrdup(a->zone_rule);
		}
		read_answer(b,
			    own_attendee(b, x) && !is_foreign(b, r) ? NULL : r,
			    x);
	}
}

void dav_event_read(const struct backend *b, const void *mime, size_t len,
		    const struct dav_row *r, struct tz_set *zones,
		    struct appointment *out)
{
	const char *class = r ? r->value[PROP_MESSAGECLASS] : NULL;
	struct str text CLEANUP(str_release) = STR_INIT;
	struct mime_message *m = NULL;
	struct err e = ERR_INIT;
	struct ics c;

	appointment_init(out);
	if (len && !mime_read(&m, mime, len, NULL, NULL))
		m = NULL;
	if (len)
		find_calendar(m, mime, len, &text);
	if (text.len && ics_read(&c, text.s, text.len, zones, &e)) {
		take_entry(&c, out);
		ics_release(&c);
	} else if (r) {
		read_row(r, zones, out);
	}
	if (r && !dav_event_is_message(class) && r->value[PROP_CAL_BUSY])
		read_show_as(r, out);
	if (r)
		read_state(r, out);
	read_notes(m, out);
	if (dav_event_is_message(class)) {
		read_message(m, class, r, out);
	} else {
		read_answer(b, r, out);
		settle_exceptions(b, r, out);
	}
	mime_message_free(m);
	appointment_repair(out);
}

bool dav_event_is_told(const void *mime, size_t len, struct tz_set *zones)
{
	struct str text CLEANUP(str_release) = STR_INIT;
	struct mime_message *m = NULL;
	struct ics c;
	bool told = false;

	if (!len)
		return false;
	if (!mime_read(&m, mime, len, NULL, NULL))
		m = NULL;
	find_calendar(m, mime, len, &text);
	if (text.len && ics_read(&c, text.s, text.len, zones, NULL)) {
		told = c.entries.n > 0;
		ics_release(&c);
	}
	mime_message_free(m);
	return told;
}
