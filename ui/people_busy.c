/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/people_busy.h"

#include "base/clock.h"
#include "model/freebusy.h"
#include "ui/app.h"
#include "ui/session.h"

#define REST_MS 400 /* the cursor moves on sooner */
#define AHEAD_SECONDS (7 * 86400)
#define KEPT_SECONDS 300

struct known {
	char *addr, *text;
	int64_t at;
};

struct people_busy {
	char *wanted; /* whom the cursor is on; NULL nobody */
	int timer;
	uint64_t ticket; /* 0: nothing is on its way */
	char *asked;
	VEC(struct known) known;
};

struct people_busy *people_busy_new(void)
{
	return xcalloc(1, sizeof(struct people_busy));
}

void people_busy_free(struct app *app, struct people_busy *b)
{
	app_timer_cancel(app, b->timer);
	for (size_t i = 0; i < b->known.n; i++) {
		free(b->known.v[i].addr);
		free(b->known.v[i].text);
	}
	vec_release(&b->known);
	free(b->wanted);
	free(b->asked);
	free(b);
}

static struct known *find(struct people_busy *b, const char *addr)
{
	for (size_t i = 0; i < b->known.n; i++)
		if (str_eq_nocase(b->known.v[i].addr, addr))
			return &b->known.v[i];
	return NULL;
}

static void ask(struct app *app, void *ctx)
{
	struct people_busy *b = ctx;
	struct request r = {.kind = REQUEST_BUSY,
			    .text = xstrdup(b->wanted),
			    .from = clock_now(),
			    .to = clock_now() + AHEAD_SECONDS};

	b->timer = 0;
	mem_replace(&b->asked, xstrdup(b->wanted));
	/* A person who cannot be asked about is no news. */
	b->ticket = session_submit(app, &r, NULL);
}

const char *people_busy_of(struct app *app, struct people_busy *b,
			   const char *addr)
{
	struct known *k = addr ? find(b, addr) : NULL;

	if (k && k->at + KEPT_SECONDS > clock_now()) {
		app_timer_cancel(app, b->timer);
		b->timer = 0;
		return k->text;
	}
	if (str_eq(addr, b->wanted) && (b->timer || b->ticket))
		return k ? k->text : "";
	mem_replace(&b->wanted, xstrdup(addr));
	app_timer_cancel(app, b->timer);
	b->timer = addr && app->engine ? app_timer(app, REST_MS, ask, b) : 0;
	return k ? k->text : "";
}

/* --- in words ------------------------------------------------------------------ */

static void add_until(struct str *text, int64_t until)
{
	static const char *const days[] = {"Sun", "Mon", "Tue", "Wed",
					   "Thu", "Fri", "Sat"};
	struct clock_parts now, then;

	clock_local(clock_now(), &now);
	clock_local(until, &then);
	str_add(text, " until ");
	if (now.yearday != then.yearday || now.year != then.year)
		str_addf(text, "%s ", days[then.weekday]);
	str_addf(text, "%02d:%02d", then.hour, then.minute);
}

/* Spans that touch are one; 0: for as long as was asked. */
static int64_t end_of(const struct free_busy *f, enum show_as as, int64_t now)
{
	int64_t end = now;

	for (size_t i = 0; i < f->spans.n; i++) {
		const struct busy_span *s = &f->spans.v[i];

		if (as == SHOW_FREE && s->show_as != SHOW_FREE &&
		    s->start > now)
			return s->start;
		if (as != SHOW_FREE && s->show_as == as && s->start <= end &&
		    s->end > end)
			end = s->end;
	}
	return as == SHOW_FREE ? 0 : end;
}

static char *in_words(const struct free_busy *f)
{
	struct str text = STR_INIT;
	int64_t now = clock_now(), end;
	enum show_as as;

	if (f->err.kind != ERR_NONE)
		return xstrdup("");
	as = free_busy_at(f, now, now + 60, NULL);
	end = end_of(f, as, now);
	str_add(&text, show_as_name(as));
	if (end)
		add_until(&text, end);
	return str_take(&text);
}

static void note(struct people_busy *b, char *owned_text)
{
	struct known *k = find(b, b->asked);

	if (!k) {
		k = vec_new(&b->known);
		*k = (struct known){.addr = xstrdup(b->asked)};
	}
	mem_replace(&k->text, owned_text);
	k->at = clock_now();
}

bool people_busy_event(struct people_busy *b, const struct event *ev)
{
	if (!b->ticket || ev->ticket != b->ticket)
		return false;
	if (ev->kind == EVENT_BUSY && ev->busy)
		note(b, in_words(ev->busy));
	if (ev->kind == EVENT_DONE) {
		b->ticket = 0;
		/* Without an answer it is not asked again at once. */
		if (ev->err.kind)
			note(b, xstrdup(""));
	}
	return ev->kind == EVENT_BUSY;
}
