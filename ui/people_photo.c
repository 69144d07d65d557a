/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/people_photo.h"
#include "base/clock.h"
#include "store/query.h"
#include "ui/app.h"
#include "ui/picture.h"
#include "ui/session.h"

#define REST_MS 400 /* the cursor moves on sooner */
#define KEPT_SECONDS (7 * 86400)

struct people_photo {
	char *addr; /* whose it is; NULL nobody's */
	int cols, rows;
	enum picture_way way;
	struct picture *picture; /* NULL: none is known */
	int timer;
	uint64_t ticket; /* 0: nothing is on its way */
	bool stale;	 /* what was asked for has come */
	bool useless;	 /* nobody here gives pictures */
};

struct people_photo *people_photo_new(void)
{
	return xcalloc(1, sizeof(struct people_photo));
}

static void forget(struct app *app, struct people_photo *p)
{
	app_timer_cancel(app, p->timer);
	p->timer = 0;
	picture_free(p->picture);
	p->picture = NULL;
}

void people_photo_free(struct app *app, struct people_photo *p)
{
	forget(app, p);
	free(p->addr);
	free(p);
}

static void ready(struct app *app, void *ctx)
{
	(void)app, (void)ctx; /* the frame to come draws it */
}

static void ask(struct app *app, void *ctx)
{
	struct people_photo *p = ctx;
	struct request r = {.kind = REQUEST_PHOTO, .text = xstrdup(p->addr)};

	p->timer = 0;
	/* That there is none is no news. */
	p->ticket = session_submit(app, &r, NULL);
}

/* What the book has; whether that is of long ago, or nothing. */
static bool load(struct app *app, struct people_photo *p)
{
	struct bytes data = {0};
	int64_t asked = 0;

	if (!app->store ||
	    !query_book_photo(app->store, p->addr, &data, &asked, NULL))
		return false;
	p->picture = picture_new(app, &data, p->cols, p->rows, ready, p);
	return asked + KEPT_SECONDS < clock_now();
}

const struct picture *people_photo_of(struct app *app, struct people_photo *p,
				      const char *addr, int cols, int rows)
{
	enum picture_way way = picture_way(app);

	/* What comes for another person than this is in the book. */
	if (!str_eq(addr, p->addr)) {
		p->ticket = 0;
		p->stale = false;
		mem_replace(&p->addr, xstrdup(addr));
		p->cols = -1;
	}
	if (p->stale || p->cols != cols || p->rows != rows || p->way != way) {
		forget(app, p);
		p->cols = cols;
		p->rows = rows;
		p->way = way;
		if (addr && way != PICTURE_NONE && load(app, p) && !p->stale &&
		    !p->useless && app->engine)
			p->timer = app_timer(app, REST_MS, ask, p);
		p->stale = false;
	}
	return p->picture && !picture_has_failed(p->picture) ? p->picture
							     : NULL;
}

bool people_photo_event(struct people_photo *p, const struct event *ev)
{
	if (!p->ticket || ev->ticket != p->ticket || ev->kind != EVENT_DONE)
		return false;
	p->ticket = 0;
	p->useless |= ev->err.kind == ERR_UNSUPPORTED;
	p->stale = true;
	return true;
}
