/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/people_card.h"
#include "store/query.h"
#include "ui/app.h"
#include "ui/format.h"
#include "ui/people_busy.h"
#include "ui/people_photo.h"
#include "ui/picture.h"

#define PHOTO_ROWS 10

struct people_card {
	struct people_busy *busy;
	struct people_photo *photo;
};

struct people_card *people_card_new(void)
{
	struct people_card *c = xcalloc(1, sizeof(*c));

	c->busy = people_busy_new();
	c->photo = people_photo_new();
	return c;
}

void people_card_free(struct app *app, struct people_card *c)
{
	people_busy_free(app, c->busy);
	people_photo_free(app, c->photo);
	free(c);
}

bool people_card_event(struct people_card *c, const struct event *ev)
{
	bool busy = people_busy_event(c->busy, ev);

	return people_photo_event(c->photo, ev) || busy;
}

static int detail_line(const struct win *w, int y, const char *label,
		       const char *value)
{
	int x = 0;

	if (!value || !*value || y >= w->h)
		return y;
	if (label) {
		x = draw_text(w, 0, y, 9, THEME_FIELD, label) + 1;
	}
	draw_text(w, x, y, w->w - x, THEME_NORMAL, value);
	return y + 1;
}

static int detail_place(const struct win *w, int y, const struct person *p)
{
	struct str b CLEANUP(str_release) = STR_INIT;

	y = detail_line(w, y, NULL, p->street);
	str_addf(&b, "%s%s%s", str_or_empty(p->zip),
		 p->zip && p->city ? " " : "", str_or_empty(p->city));
	y = detail_line(w, y, NULL, b.s);
	return detail_line(w, y, NULL, p->country);
}

static int detail_people(struct app *app, const struct win *w, int y,
			 const struct person *p)
{
	struct person manager;
	struct person_list reports = {0};
	struct str b CLEANUP(str_release) = STR_INIT;

	if (p->manager_key && app->store &&
	    query_book_entry(app->store, p->manager_key, &manager, NULL)) {
		y = detail_line(w, y, "manager", person_title(&manager));
		person_release(&manager);
	} else {
		y = detail_line(w, y, "manager", p->manager);
	}
	y = detail_line(w, y, "assistant", p->assistant);
	if (p->key && app->store &&
	    query_book_reports(app->store, p->key, &reports, NULL) &&
	    reports.n) {
		format_add_plural(&b, (int64_t)reports.n, "report", "reports");
		y = detail_line(w, y, NULL, b.s);
	}
	person_list_release(&reports);
	return y;
}

/* Below all there is to read, where that leaves room. */
static void draw_photo(struct app *app, struct people_photo *photo,
		       const struct win *w, int y, const struct person *p)
{
	const struct picture *picture = people_photo_of(
		app, photo, p->kind == PERSON_USER ? p->addr : NULL, w->w,
		PHOTO_ROWS);

	if (picture && y + picture_rows(picture) <= w->h)
		picture_draw(picture, w, 0, y, 0);
}

void people_card_draw(struct app *app, struct people_card *c,
		      const struct win *w, const struct person *p)
{
	int y = 0;

	draw_clear(w, THEME_NORMAL);
	if (!p)
		return;
	draw_text(w, 0, y++, w->w, THEME_SUBJECT, person_title(p));
	y = detail_line(w, y, NULL, p->title);
	y = detail_line(w, y, NULL,
			p->kind == PERSON_USER ? p->department
					       : person_kind_name(p->kind));
	y = detail_line(w, y, NULL, p->company);
	y = detail_line(w, y, NULL, p->addr);
	y = detail_line(w, y, NULL, p->addr2);
	if (p->source == PERSON_CONTACT && y < w->h)
		draw_text(w, 0, y++, w->w, THEME_DIMMED,
			  "one of your contacts");
	y++;
	y = detail_line(w, y, "tel", p->phone);
	y = detail_line(w, y, "mob", p->mobile);
	y = detail_line(w, y, "home", p->home_phone);
	y = detail_line(w, y, "fax", p->fax);
	y = detail_line(w, y, "office", p->office);
	y = detail_place(w, y, p);
	y = detail_people(app, w, y, p);
	if (p->kind == PERSON_USER || p->kind == PERSON_ROOM)
		y = detail_line(w, y, NULL,
				people_busy_of(app, c->busy, p->addr));
	y = detail_line(w, y, "web", p->web);
	if (p->notes && y + 1 < w->h)
		y = detail_line(w, y + 1, NULL, p->notes);
	draw_photo(app, c->photo, w, y + 1, p);
}
