/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/cal_layers.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "engine/event.h"
#include "ui/grid.h"
#include "ui/people.h"
#include "ui/session.h"

#define FACT "calendar:" /* "calendar:12", "calendar:ada@example.org" */
#define LETTERS 26
/* What others do changes: so long is what they told believed. */
#define FRESH_SECONDS 600
#define RETRY_SECONDS 60
/* A server tells no more at once (dossier EWS 13.1). */
#define ASK_DAYS 42
#define DAY ((int64_t)86400)

void cal_layers_init(struct cal_layers *l)
{
	*l = (struct cal_layers){.failed = CLOCK_NEVER};
}

static void release_layer(struct cal_layer *layer)
{
	free(layer->addr);
	free(layer->name);
	busy_kept_release(&layer->kept);
}

static void clear(struct cal_layers *l)
{
	for (size_t i = 0; i < l->v.n; i++)
		release_layer(&l->v.v[i]);
	vec_release(&l->v);
}

void cal_layers_release(struct cal_layers *l)
{
	clear(l);
	cal_layers_init(l);
}

/* --- loading -------------------------------------------------------------- */

/* "Calendar" says little: whose it is. own: one's own calendar. */
static char *folder_title(struct app *app, const struct folder *f,
			  const struct folder *own)
{
	struct str title = STR_INIT;

	if (!f->owner || str_eq(f->owner, FOLDER_OF_PUBLIC))
		return xstrdup(str_or_empty(f->name));
	people_name_of(app, f->owner, &title);
	if (!title.len)
		str_add_mem(&title, f->owner, strcspn(f->owner, "@"));
	if (!str_eq(f->name, own->name))
		str_addf(&title, ": %s", str_or_empty(f->name));
	return str_take(&title);
}

/* Rights are told of others' folders only, and not by every server. */
static bool is_read_only(const struct folder *f)
{
	return f->flags & FOLDER_READ_ONLY ||
	       (f->owner && f->rights && !(f->rights & FOLDER_MAY_MODIFY));
}

static void add_folders(struct app *app, struct cal_layers *l)
{
	struct folder_list folders CLEANUP(folder_list_release) = {0};

	if (!calendar_folders(app->store, &folders, NULL))
		return;
	for (size_t i = 0; i < folders.n; i++) {
		const struct folder *f = &folders.v[i];
		struct cal_layer *layer;

		if (f->flags & FOLDER_NO_SYNC)
			continue;
		layer = vec_new(&l->v);
		*layer = (struct cal_layer){
			.folder = f->id,
			.name = folder_title(app, f, &folders.v[0]),
			.read_only = is_read_only(f),
			.shown = l->v.n == 1};
		layer->kept.asked = CLOCK_NEVER;
	}
}

/* "1 B 3<TAB>Name": shown, letter, colour. */
static void take_fact(struct app *app, struct cal_layers *l, const char *key,
		      const char *value)
{
	struct cal_layer *layer = NULL;
	const char *tab = strchr(value, '\t');
	int shown, colour;
	char letter;

	if (sscanf(value, "%d %c %d", &shown, &letter, &colour) != 3 ||
	    letter < 'A' || letter >= 'A' + LETTERS || colour < 0 ||
	    colour > CAL_COLOURS)
		return;
	if (strchr(key, '@')) {
		layer = cal_layers_add_person(l, tab ? tab + 1 : NULL, key);
		busy_kept_release(&layer->kept);
		(void)!calendar_busy_kept(app->store, key, &layer->kept);
	} else {
		int64_t id = strtoll(key, NULL, 10);

		for (size_t i = 0; i < l->v.n && !layer; i++)
			if (l->v.v[i].folder == id)
				layer = &l->v.v[i];
	}
	if (!layer)
		return;
	layer->shown = shown;
	layer->letter = letter;
	layer->colour = colour;
}

/* Those of which nothing is kept get the letters and colours left. */
static void give_letters(struct cal_layers *l)
{
	uint32_t used = 0;

	for (size_t i = 0; i < l->v.n; i++)
		if (l->v.v[i].letter)
			used |= (uint32_t)1 << (l->v.v[i].letter - 'A');
	for (size_t i = 0; i < l->v.n; i++) {
		struct cal_layer *layer = &l->v.v[i];
		int k = 0;

		if (layer->letter)
			continue;
		while (k < LETTERS - 1 && used >> k & 1)
			k++;
		used |= (uint32_t)1 << k;
		layer->letter = (char)('A' + k);
		layer->colour = i ? 1 + (k + CAL_COLOURS - 1) % CAL_COLOURS : 0;
	}
}

void cal_layers_load(struct app *app, struct cal_layers *l)
{
	struct strv keys CLEANUP(strv_release), values CLEANUP(strv_release);

	strv_init(&keys);
	strv_init(&values);
	/* What is not there yet would be lost from the screen. */
	if (l->keeping && l->v.n)
		return;
	clear(l);
	if (!app->store)
		return;
	add_folders(app, l);
	if (query_facts(app->store, FACT, &keys, &values, NULL))
		for (size_t i = 0; i < keys.n; i++)
			take_fact(app, l, keys.v[i], values.v[i]);
	give_letters(l);
}

/* --- reading -------------------------------------------------------------- */

/* People's entries are of "folders" that no store has. */
static int64_t folder_of(const struct cal_layers *l, size_t i)
{
	return l->v.v[i].folder ? l->v.v[i].folder : -1 - (int64_t)i;
}

bool cal_layers_read(struct app *app, const struct cal_layers *l, int64_t from,
		     int64_t to, struct calendar_view *out, struct err *err)
{
	VEC(int64_t) ids = {0};
	bool ok = true;

	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < l->v.n; i++)
		if (l->v.v[i].shown && l->v.v[i].folder)
			vec_add(&ids, l->v.v[i].folder);
	/* A view without calendars is of none, not of the default one. */
	if (!ids.n)
		vec_add(&ids, -1);
	if (app->store)
		ok = calendar_read(app->store, ids.v, ids.n, from, to, out,
				   err);
	vec_release(&ids);
	if (!ok || !app->store)
		return ok;
	calendar_mark_clashes(app->store, out);
	for (size_t i = 0; i < l->v.n; i++)
		if (l->v.v[i].shown && !l->v.v[i].folder)
			calendar_add_busy(out, &l->v.v[i].kept.busy, from, to,
					  folder_of(l, i));
	return true;
}

const struct cal_layer *cal_layers_of(const struct cal_layers *l,
				      const struct calendar_entry *e)
{
	for (size_t i = 0; i < l->v.n; i++)
		if (folder_of(l, i) == e->folder)
			return &l->v.v[i];
	return NULL;
}

bool cal_layers_is_first(const struct cal_layers *l,
			 const struct cal_layer *layer)
{
	return l->v.n && layer == l->v.v && layer->folder;
}

unsigned cal_layer_style(const struct cal_layer *layer)
{
	static const enum theme_role roles[CAL_COLOURS + 1] = {
		THEME_PERSON,	 THEME_CALENDAR1, THEME_CALENDAR2,
		THEME_CALENDAR3, THEME_CALENDAR4, THEME_CALENDAR5,
		THEME_CALENDAR6};

	return roles[layer->colour];
}

unsigned cal_layers_style(const struct cal_layers *l,
			  const struct calendar_entry *e)
{
	const struct cal_layer *layer = cal_layers_of(l, e);

	if (!layer || !layer->colour || e->conflict ||
	    e->appt->flags & APPT_CANCELLED)
		return grid_style(e);
	return cal_layer_style(layer);
}

void cal_layers_add_letter(const struct cal_layers *l,
			   const struct calendar_entry *e, struct str *out)
{
	const struct cal_layer *layer = cal_layers_of(l, e);

	if (layer && !cal_layers_is_first(l, layer))
		str_addf(out, "%c ", layer->letter);
}

struct cal_layer *cal_layers_find(struct cal_layers *l, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < l->v.n; i++)
		if (str_eq_nocase(l->v.v[i].name, name))
			return &l->v.v[i];
	for (size_t i = 0; i < l->v.n; i++)
		if ((len == 1 && l->v.v[i].letter == name[0]) ||
		    (len > 1 && strncasecmp(l->v.v[i].name, name, len) == 0) ||
		    str_eq_nocase(l->v.v[i].addr, name))
			return &l->v.v[i];
	return NULL;
}

/* --- keeping -------------------------------------------------------------- */

static char *key_of(const struct cal_layer *layer)
{
	return layer->folder ? xasprintf(FACT "%" PRId64, layer->folder)
			     : xasprintf(FACT "%s", layer->addr);
}

static void keep(struct app *app, struct cal_layers *l, char *owned_key,
		 char *owned_value)
{
	struct request r = {
		.kind = REQUEST_KEEP, .text = owned_key, .value = owned_value};

	l->keeping = session_submit(app, &r, "The calendars are not kept");
}

void cal_layers_keep(struct app *app, struct cal_layers *l,
		     const struct cal_layer *layer)
{
	keep(app, l, key_of(layer),
	     xasprintf("%d %c %d\t%s", layer->shown, layer->letter,
		       layer->colour, layer->addr ? layer->name : ""));
}

void cal_layers_forget(struct app *app, struct cal_layers *l,
		       const struct cal_layer *layer)
{
	keep(app, l, key_of(layer), NULL);
	if (layer->addr)
		keep(app, l, calendar_busy_key(layer->addr), NULL);
}

struct cal_layer *cal_layers_add_person(struct cal_layers *l, const char *name,
					const char *addr)
{
	struct cal_layer *layer;

	for (size_t i = 0; i < l->v.n; i++)
		if (str_eq_nocase(l->v.v[i].addr, addr))
			return &l->v.v[i];
	layer = vec_new(&l->v);
	*layer =
		(struct cal_layer){.addr = xstrdup(addr),
				   .name = xstrdup(name && *name ? name : addr),
				   .read_only = true};
	layer->kept.asked = CLOCK_NEVER;
	give_letters(l);
	return layer;
}

void cal_layers_remove(struct cal_layers *l, const struct cal_layer *layer)
{
	size_t i = (size_t)(layer - l->v.v);

	release_layer(&l->v.v[i]);
	vec_remove(&l->v, i);
}

/* --- asking --------------------------------------------------------------- */

static bool is_wanting(const struct cal_layer *layer, int64_t from, int64_t to,
		       int64_t now)
{
	return layer->kept.asked == CLOCK_NEVER ||
	       layer->kept.asked + FRESH_SECONDS < now ||
	       (!layer->kept.why &&
		(layer->kept.from > from || layer->kept.to < to));
}

void cal_layers_ask(struct app *app, struct cal_layers *l, int64_t from,
		    int64_t to, bool again)
{
	struct request r = {.kind = REQUEST_BUSY, .deep = true, .from = from};
	struct strv addrs CLEANUP(strv_release);
	int64_t now = clock_now();
	bool wanting = again;

	strv_init(&addrs);
	if (to > from + ASK_DAYS * DAY)
		to = from + ASK_DAYS * DAY;
	for (size_t i = 0; i < l->v.n; i++) {
		const struct cal_layer *layer = &l->v.v[i];

		if (!layer->shown || layer->folder)
			continue;
		strv_add(&addrs, layer->addr);
		wanting |= is_wanting(layer, from, to, now);
	}
	/* What failed a moment ago is not asked again with every key. */
	if (!addrs.n || !wanting || !app->engine ||
	    (!again && l->ticket && l->asked_from == from) ||
	    (!again && l->failed != CLOCK_NEVER &&
	     l->failed + RETRY_SECONDS > now))
		return;
	/* The weeks around are asked with it: one moves there next. */
	r.to = from + ASK_DAYS * DAY;
	r.text = strv_join(&addrs, "\n");
	l->asked_from = from;
	/* Offline what was told before is shown: no news. */
	l->ticket = session_submit(app, &r,
				   again ? "Free/busy is not known" : NULL);
}

bool cal_layers_event(struct cal_layers *l, const struct event *ev)
{
	if (l->keeping && ev->ticket == l->keeping && ev->kind == EVENT_DONE) {
		l->keeping = 0;
		return true;
	}
	if (!l->ticket || ev->ticket != l->ticket)
		return false;
	if (ev->kind == EVENT_DONE) {
		l->ticket = 0;
		l->failed = ev->err.kind ? clock_now() : CLOCK_NEVER;
	}
	return ev->kind == EVENT_BUSY || ev->kind == EVENT_DONE;
}
