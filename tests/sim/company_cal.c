/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* What the people of the sample organisation do all day, around now: series
 * with exceptions, meetings with answers, invitations still open, contacts. */
#include "tests/sim/corpus.h"

#include <string.h>
#include "base/clock.h"
#include "tests/sim/cal.h"
#include "tests/sim/contact.h"

#define ZONE "W. Europe Standard Time"
enum { DAY = 86400, WORKDAYS = 0x3e };

struct year {
	struct state *st;
	bool invitations;
	int64_t today, monday; /* days since 1970, local */
};

static int64_t at(int64_t day, int hour, int minute)
{
	return zone_to_utc(zone_get(ZONE),
			   day * DAY + hour * 3600 + minute * 60);
}

static struct item *event_new(const struct box *box, const char *subject,
			      const char *location, int64_t start, int minutes)
{
	struct item *it = item_new();
	struct str mime = STR_INIT;
	struct mail m;
	struct cal *c;

	mail_init(&m);
	m.subject = xstrdup(subject);
	m.text = xasprintf("%s\n", subject);
	mail_write(&mime, &m);
	item_set_mime(it, mime.s, mime.len);
	mail_release(&m);
	str_release(&mime);
	mem_replace(&it->item_class, xstrdup("IPM.Appointment"));
	it->read = true;
	it->received = it->made = it->modified = clock_now() - 20 * DAY;
	c = it->cal = cal_new();
	c->zone = xstrdup(ZONE);
	c->location = xstrdup(location);
	c->start = start;
	c->end = start + minutes * 60LL;
	c->mine = RESPONSE_ORGANIZER;
	c->organizer.name = xstrdup(box->name);
	c->organizer.email = xstrdup(box->address);
	c->uid = cal_new_uid();
	c->reminder = true;
	c->reminder_minutes = 15;
	return it;
}

static struct item *add(const struct year *y, struct box *box, struct item *it)
{
	item_place(y->st, it, box_folder(box, "calendar"), false);
	return it;
}

static void weekly(struct item *it, int64_t first, unsigned days, int interval)
{
	it->cal->recur = (struct recur){.kind = RECUR_WEEKLY,
					.interval = interval,
					.days = days,
					.first_day = 1,
					.first = first};
}

static void invite(struct item *it, struct box *who, enum cal_role role)
{
	it->cal->is_meeting = true;
	cal_add_attendee(it->cal, role, who->name, who->address);
}

/* Sent and, by most, answered; the first mailbox answers only when told. */
static void send(const struct year *y, struct box *from, struct item *it,
		 enum cal_response first)
{
	static const enum cal_response usual[] = {
		RESPONSE_ACCEPT, RESPONSE_ACCEPT, RESPONSE_TENTATIVE,
		RESPONSE_ACCEPT, RESPONSE_NONE,	  RESPONSE_ACCEPT};

	it->cal->request_sent = true;
	meeting_send(y->st, from, it, MEETING_REQUEST, NULL, false);
	for (size_t i = 0; i < it->cal->attendees.n; i++) {
		struct box *box =
			box_find(y->st, it->cal->attendees.v[i].email);
		struct item *copy =
			box ? meeting_find(box, it->cal->uid, CLOCK_NEVER)
			    : NULL;
		enum cal_response answer =
			box == y->st->boxes.v[0]
				? first
				: usual[(i + it->cal->uid[70] % 6u) % 6];

		if (!copy || box->room || box == from ||
		    answer == RESPONSE_NONE)
			continue;
		(void)meeting_answer(y->st, box, copy, answer, NULL, true,
				     false, CLOCK_NEVER, CLOCK_NEVER);
	}
	/* Last month's answers are read and put away. */
	for (size_t i = 0; i < y->st->boxes.n; i++) {
		struct folder *f = box_folder(y->st->boxes.v[i], "inbox");

		for (size_t k = f->items.n; k-- > 0;) {
			struct item *m = f->items.v[k];
			bool open = y->invitations &&
				    m->folder->box == y->st->boxes.v[0] &&
				    first == RESPONSE_NONE &&
				    strstr(m->item_class, "Request");

			if (m->cal && !open &&
			    str_eq(m->cal->uid, it->cal->uid))
				item_delete(y->st, m);
		}
	}
}

static void series(const struct year *y, struct box *me)
{
	struct boxes *all = &y->st->boxes;
	struct item *it, *one;
	struct occurrence o;

	it = event_new(all->v[3], "Daily stand-up", "Room Delta (6 seats)",
		       at(y->monday - 56, 9, 0), 15);
	weekly(it, y->monday - 56, WORKDAYS, 1);
	it->cal->reminder_minutes = 5;
	invite(it, me, ROLE_REQUIRED);
	for (size_t i = 1; i < 9; i += 2)
		invite(it, all->v[i], ROLE_REQUIRED);
	add(y, all->v[3], it);
	send(y, all->v[3], it, RESPONSE_ACCEPT);
	it = event_new(me, "Aurora review", "Room Fjord (12 seats)",
		       at(y->monday - 84 + 1, 13, 0), 60);
	weekly(it, y->monday - 84 + 1, 1u << 2, 1);
	strv_add(&it->categories, "Aurora");
	it->cal->recur.end = RECUR_UNTIL;
	it->cal->recur.last = y->monday + 120;
	invite(it, all->v[1], ROLE_REQUIRED);
	invite(it, all->v[4], ROLE_REQUIRED);
	invite(it, all->v[11], ROLE_OPTIONAL);
	invite(it, box_find(y->st, "room.fjord@halden.example"), ROLE_RESOURCE);
	add(y, me, it);
	/* Next week it is later, the week after it does not take place. */
	if (cal_occurrence(it, 0, at(y->monday + 8, 13, 0), &o)) {
		one = occurrence_make(it, &o);
		one->cal->start += 5400;
		one->cal->end += 7200;
		mem_replace(&one->subject,
			    xstrdup("Aurora review with the supplier"));
		occurrence_replace(it, o.original, one);
	}
	occurrence_delete(it, at(y->monday + 15, 13, 0));
	send(y, me, it, RESPONSE_ORGANIZER);
	it = event_new(me, "One-to-one", NULL, at(y->monday - 28 + 3, 10, 30),
		       30);
	weekly(it, y->monday - 28 + 3, 1u << 4, 2);
	invite(it, all->v[27], ROLE_REQUIRED);
	add(y, me, it);
	send(y, me, it, RESPONSE_ORGANIZER);
	it = event_new(me, "Month-end figures", NULL,
		       at(y->monday - 180, 15, 0), 90);
	it->cal->recur = (struct recur){.kind = RECUR_MONTH_NTH,
					.interval = 1,
					.days = WORKDAYS,
					.nth = 5,
					.first = y->monday - 180};
	strv_add(&it->categories, "Numbers");
	add(y, me, it);
	it = event_new(all->v[2], "All hands", "Canteen",
		       at(y->monday + 3, 15, 0), 45);
	for (size_t i = 0; i < all->n; i++)
		if (!all->v[i]->room && !all->v[i]->shared && i != 2)
			invite(it, all->v[i], ROLE_REQUIRED);
	add(y, all->v[2], it);
	send(y, all->v[2], it, RESPONSE_ACCEPT);
}

static void singles(const struct year *y, struct box *me)
{
	struct boxes *all = &y->st->boxes;
	struct item *it;

	it = event_new(me, "Dentist", "Storgata 4", at(y->today + 1, 8, 15),
		       45);
	it->sensitivity = 2;
	it->cal->busy = BUSY_OOF;
	add(y, me, it);
	it = event_new(me, "Trip to Leeds", "Leeds", at(y->monday + 9, 0, 0),
		       2 * 1440);
	it->cal->all_day = true;
	it->cal->busy = BUSY_OOF;
	it->cal->reminder = false;
	strv_add(&it->categories, "Travel");
	add(y, me, it);
	it = event_new(me, "Maya's birthday", NULL, at(y->today + 2, 0, 0),
		       1440);
	it->cal->all_day = true;
	it->cal->busy = BUSY_FREE;
	it->cal->reminder = false;
	it->cal->recur = (struct recur){
		.kind = RECUR_YEAR_DAY, .interval = 1, .first = y->today + 2};
	{
		struct clock_parts p;

		clock_utc((y->today + 2) * DAY, &p);
		it->cal->recur.month = p.month;
		it->cal->recur.month_day = p.day;
	}
	add(y, me, it);
	add(y, me,
	    event_new(me, "Write the Riverbank offer", NULL,
		      at(y->today, 10, 0), 120));
	it = event_new(me, "Lunch with Severn Water", "Bryggekanten",
		       at(y->today, 11, 30), 75);
	it->cal->busy = BUSY_TENTATIVE;
	strv_add(&it->categories, "Customers");
	add(y, me, it);
	/* Not answered yet: two of them overlap what is there. */
	it = event_new(all->v[6], "Riverbank: price list",
		       "Room Spring "
		       "(4 seats)",
		       at(y->today + 1, 8, 30), 60);
	invite(it, me, ROLE_REQUIRED);
	invite(it, all->v[7], ROLE_OPTIONAL);
	invite(it, box_find(y->st, "room.spring@halden.example"),
	       ROLE_RESOURCE);
	add(y, all->v[6], it);
	send(y, all->v[6], it, RESPONSE_NONE);
	it = event_new(all->v[11], "Flow data workshop",
		       "Water tank "
		       "(laboratory)",
		       at(y->monday + 8, 13, 30), 180);
	invite(it, me, ROLE_REQUIRED);
	invite(it, all->v[25], ROLE_REQUIRED);
	invite(it, box_find(y->st, "lab.tank@halden.example"), ROLE_RESOURCE);
	add(y, all->v[11], it);
	send(y, all->v[11], it, RESPONSE_NONE);
	it = event_new(all->v[17], "Leeds office: floor plan", NULL,
		       at(y->monday + 10, 14, 0), 45);
	invite(it, me, ROLE_OPTIONAL);
	add(y, all->v[17], it);
	send(y, all->v[17], it, RESPONSE_NONE);
}

/* Everybody has some days of work of his own. */
static void others(const struct year *y)
{
	static const char *const subjects[] = {
		"Customer visit", "Measurements", "Budget",   "Supplier call",
		"Interview",	  "Test run",	  "Training", "Maintenance"};

	for (size_t i = 1; i < y->st->boxes.n; i++) {
		struct box *box = y->st->boxes.v[i];

		for (unsigned k = 0; k < (box->room ? 4u : 6u); k++) {
			uint64_t h = (i * 31 + k) * 0x9e3779b97f4a7c15u;
			int64_t day = y->monday + (int64_t)(h >> 40) % 12;
			struct item *it;

			if (day - y->monday == 5 || day - y->monday == 6)
				day += 2;
			it = event_new(box, subjects[(h >> 20) % 8], NULL,
				       at(day, 8 + (int)((h >> 33) % 9), 0),
				       30 + (int)((h >> 50) % 4) * 30);
			if ((h >> 13) % 9 == 0)
				it->cal->busy = BUSY_OOF;
			it->sensitivity = (h >> 7) % 8 == 0 ? 2 : 0;
			add(y, box, it);
		}
	}
}

void company_contact(struct state *st, struct folder *f, struct contact *c)
{
	struct item *it = item_new();

	item_set_mime(it, "\r\n", 2);
	it->read = true;
	it->contact = c;
	contact_derive(c);
	mem_replace(&it->item_class,
		    xstrdup(c->list ? "IPM.DistList" : "IPM.Contact"));
	mem_replace(&it->subject, xstrdup(c->text[CONTACT_DISPLAY_NAME]));
	item_place(st, it, f, false);
}

static void contacts(struct state *st, struct box *me)
{
	static const struct {
		const char *given, *surname, *company, *email, *phone, *city;
	} people[] = {
		{"Margaret", "Ashdown", "Severn Water",
		 "m.ashdown@severnwater.example", "+44 1905 555 010",
		 "Worcester"},
		{"Jean-Luc", "Perrin", "Hydro Rhône", "jl.perrin@hydro.example",
		 "+33 4 55 50 10 20", "Lyon"},
		{"Hiroko", "Sato", "Kamo River Authority", "sato@kamo.example",
		 "+81 75 555 0133", "Kyoto"},
		{"Émile", "Dubois", "Atelier Dubois", "emile@dubois.example",
		 "+33 1 55 50 12 12", "Paris"},
		{"Grete", "Holm", NULL, "grete.holm@home.example",
		 "+47 69 55 50 11", "Halden"},
	};
	struct folder *f = box_folder(me, "contacts");

	for (size_t i = 0; i <= ARRAY_LEN(people); i++) {
		struct contact *c = contact_new();

		if (i == ARRAY_LEN(people)) {
			c->list = true;
			c->text[CONTACT_DISPLAY_NAME] = xstrdup("River people");
			for (size_t k = 0; k < 3; k++) {
				char *name = xasprintf("%s %s", people[k].given,
						       people[k].surname);

				addrs_add(&c->members, name, people[k].email);
				free(name);
			}
		} else {
			c->text[CONTACT_GIVEN] = xstrdup(people[i].given);
			c->text[CONTACT_SURNAME] = xstrdup(people[i].surname);
			c->text[CONTACT_COMPANY] = xstrdup(people[i].company);
			c->email[0].address = xstrdup(people[i].email);
			contact_set_phone(c, "BusinessPhone", people[i].phone);
			c->address[ADDRESS_BUSINESS][PART_CITY] =
				xstrdup(people[i].city);
		}
		company_contact(st, f, c);
	}
}

static void year_init(struct year *y, struct state *st, int64_t now)
{
	struct clock_parts p;

	*y = (struct year){.st = st};
	y->today = zone_to_local(zone_get(ZONE), now) / DAY;
	clock_utc(y->today * DAY, &p);
	y->monday = y->today - (p.weekday + 6) % 7;
}

void company_public_plan(struct state *st, int64_t now)
{
	struct folder *company =
		public_folder(st, "Company calendar", "IPF.Appointment");
	struct folder *vehicles =
		public_folder(st, "Vehicles", "IPF.Appointment");
	struct year y;
	struct item *it;

	year_init(&y, st, now);
	it = event_new(st->boxes.v[15], "Fire drill", "Yard",
		       at(y.monday + 2, 11, 0), 30);
	item_place(st, it, company, false);
	it = event_new(st->boxes.v[15], "Summer party", "Quay",
		       at(y.monday + 11, 16, 0), 300);
	item_place(st, it, company, false);
	it = event_new(st->boxes.v[15], "Pay day", NULL,
		       at(y.monday - 60, 0, 0), 1440);
	it->cal->all_day = true;
	it->cal->busy = BUSY_FREE;
	it->cal->recur = (struct recur){.kind = RECUR_MONTH_DAY,
					.interval = 1,
					.month_day = 25,
					.first = y.monday - 60};
	item_place(st, it, company, false);
	it = event_new(st->boxes.v[10], "Van: to Oslo", NULL,
		       at(y.monday + 3, 7, 0), 600);
	it->creator = st->boxes.v[10];
	item_place(st, it, vehicles, false);
}

void company_plan(struct state *st, int64_t now, bool invitations)
{
	struct box *me = st->boxes.v[0];
	struct year y;

	year_init(&y, st, now);
	y.invitations = invitations;
	series(&y, me);
	singles(&y, me);
	others(&y);
	contacts(st, me);
	/* What it took to arrange all this was sent before the start. */
	for (size_t i = 0; i < st->sent.n; i++) {
		free(st->sent.v[i]->message_id);
		free(st->sent.v[i]->from);
		strv_release(&st->sent.v[i]->to);
		free(st->sent.v[i]);
	}
	st->sent.n = 0;
}
