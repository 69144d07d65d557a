/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/people.h"
#include <string.h>
#include "model/item.h"
#include "ui/app.h"

#define TYPING_MS 250
#define SHORTEST 2
#define MOST 50

struct people_source {
	char *words; /* to be asked, or being asked */
	people_found_fn *fn;
	void *ctx;
	int timer;
	uint64_t ticket; /* 0: nothing is on its way */
	struct person_list found;
	bool more;
};

static struct people_source *source(struct app *app)
{
	if (!app->people)
		app->people = xcalloc(1, sizeof(*app->people));
	return app->people;
}

static void drop(struct app *app, struct people_source *p)
{
	app_timer_cancel(app, p->timer);
	p->timer = 0;
	if (p->ticket && app->engine)
		engine_cancel(app->engine, p->ticket);
	p->ticket = 0;
	person_list_release(&p->found);
}

static void submit(struct app *app, struct people_source *p,
		   struct request *taken)
{
	if (!app->engine) {
		free(taken->text);
		return;
	}
	p->ticket = engine_submit(app->engine, taken);
}

static void typed(struct app *app, void *ctx)
{
	struct people_source *p = ctx;
	struct request r = {.kind = REQUEST_PEOPLE,
			    .text = xstrdup(p->words),
			    .limit = MOST};

	p->timer = 0;
	submit(app, p, &r);
}

bool people_ask(struct app *app, const char *words, people_found_fn *fn,
		void *ctx)
{
	struct people_source *p = source(app);

	if (p->ctx == ctx && p->fn == fn && str_eq(p->words, words))
		return p->timer || p->ticket;
	drop(app, p);
	mem_replace(&p->words, xstrdup(words));
	p->fn = fn;
	p->ctx = ctx;
	if (strlen(words) >= SHORTEST && app->engine)
		p->timer = app_timer(app, TYPING_MS, typed, p);
	return p->timer != 0;
}

void people_ask_about(struct app *app, enum request_kind kind, const char *key,
		      people_found_fn *fn, void *ctx)
{
	struct people_source *p = source(app);
	struct request r = {.kind = kind, .text = xstrdup(key)};

	drop(app, p);
	mem_replace(&p->words, NULL);
	p->fn = fn;
	p->ctx = ctx;
	submit(app, p, &r);
}

static void resolve(struct app *app, struct str *name, struct str *addr)
{
	const char *words = addr->len ? addr->s : name->s;
	struct person_list found = {0};

	if (strchr(words, '@') || !app->store ||
	    !query_people(app->store, words, 1, &found, NULL))
		return;
	if (found.n && found.v[0].addr) {
		str_clear(name);
		str_add(name, person_title(&found.v[0]));
		str_clear(addr);
		str_add(addr, found.v[0].addr);
	}
	person_list_release(&found);
}

bool people_next(struct app *app, const char **pos, struct str *name,
		 struct str *addr)
{
	while (item_next_address(pos, name, addr)) {
		resolve(app, name, addr);
		if (strchr(addr->s, '@'))
			return true;
		message_show(app, MESSAGE_WARNING, "Nobody is known as \"%s\"",
			     addr->len ? addr->s : name->s);
	}
	return false;
}

void people_name_of(struct app *app, const char *addr, struct str *name)
{
	struct person_list found = {0};

	if (app->store && query_people(app->store, addr, 1, &found, NULL) &&
	    found.n && str_eq_nocase(found.v[0].addr, addr))
		str_add(name, person_title(&found.v[0]));
	person_list_release(&found);
}

void people_forget(struct app *app, const void *ctx)
{
	struct people_source *p = app->people;

	if (!p || p->ctx != ctx)
		return;
	drop(app, p);
	mem_replace(&p->words, NULL);
	p->ctx = NULL;
	p->fn = NULL;
}

void people_event(struct app *app, const struct event *ev)
{
	struct people_source *p = app->people;
	struct person_list found;

	if (!p || !p->ticket || ev->ticket != p->ticket)
		return;
	if (ev->kind == EVENT_PEOPLE) {
		person_list_release(&p->found);
		for (size_t i = 0; i < ev->people.n; i++)
			person_copy(person_list_new(&p->found),
				    &ev->people.v[i]);
		p->more = ev->count > 0;
	} else if (ev->kind == EVENT_DONE) {
		p->ticket = 0;
		found = p->found;
		p->found = (struct person_list){0};
		if (p->fn)
			p->fn(app, p->ctx, &found, p->more,
			      ev->err.kind ? &ev->err : NULL);
		person_list_release(&found);
	}
}

void people_free(struct app *app)
{
	struct people_source *p = app->people;

	if (!p)
		return;
	person_list_release(&p->found);
	free(p->words);
	free(p);
	app->people = NULL;
}
