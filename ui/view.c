/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/view.h"

#include <string.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "config/config.h"
#include "engine/calendar.h"
#include "text/layout.h"
#include "ui/invite_card.h"
#include "ui/session.h"
#include "ui/view_head.h"
#include "ui/view_pictures.h"
#include "ui/view_seal.h"

/* Larger messages wait for the reader; a preview must not stop the keys. */
#define PREVIEW_MAX_SIZE (8 << 20)
#define PREVIEW_MAX_TEXT ((size_t)256 << 10)
#define READER_MAX_TEXT ((size_t)4 << 20)
/* Longer rows are hard to follow with the eye. */
#define TEXT_MAX_WIDTH 110

struct view {
	bool compact;
	struct pager *pager;
	struct win win;
	int64_t id;
	bool fetch; /* ask the server when it is not kept */
	bool stale; /* the row and content are not loaded */
	bool fresh; /* its mode is not chosen yet */
	bool new_layout;
	bool same_place; /* keep the scroll position in the next layout */
	struct item item;
	struct letter *letter;
	struct view_pictures pictures;
	enum picture_way way; /* how pictures were laid out */
	struct view_seal seal;
	struct invite invite;
	bool has_invite;
	bool card_taken, card_left; /* its keys: as the person said */
	struct err problem;	    /* why there is no content */
	uint64_t ticket;	    /* of a running fetch; 0 none */
	enum letter_view mode;
	struct letter_shown shown;
	bool all_headers;
	int width; /* laid out for */
	bool plain, utf8;
};

struct view *view_new(bool compact)
{
	struct view *v = xcalloc(1, sizeof(*v));

	v->compact = compact;
	v->pager = pager_new();
	item_init(&v->item);
	return v;
}

static void forget(struct view *v)
{
	view_pictures_forget(&v->pictures, v->pager);
	item_release(&v->item);
	item_init(&v->item);
	letter_free(v->letter);
	v->letter = NULL;
	view_seal_forget(&v->seal);
	if (v->has_invite)
		invite_release(&v->invite);
	v->has_invite = false;
	err_clear(&v->problem);
}

void view_free(struct view *v)
{
	if (!v)
		return;
	forget(v);
	pager_free(v->pager);
	free(v);
}

void view_set_win(struct view *v, const struct win *w)
{
	bool other = w->w != v->width ||
		     (w->h != v->win.h && v->pictures.v.n) ||
		     v->plain != term_is_plain() || v->utf8 != term_is_utf8();

	v->win = *w;
	pager_set_win(v->pager, w);
	if (other) {
		v->new_layout = true;
		v->same_place = true;
	}
}

void view_show(struct view *v, int64_t item, bool fetch)
{
	v->fetch = v->fetch || fetch;
	if (v->id == item)
		return;
	v->id = item;
	v->fetch = fetch;
	v->ticket = 0;
	v->stale = true;
	v->same_place = false;
	v->fresh = true;
}

void view_reload(struct view *v)
{
	v->stale = true;
	v->same_place = true;
}

struct letter *view_read_letter(struct app *app, int64_t item, struct err *err)
{
	struct bytes raw = {0};
	struct letter *l;

	if (!app->store) {
		err_set(err, ERR_NOT_FOUND, "nothing is mirrored yet");
		return NULL;
	}
	if (!query_mime(app->store, item, &raw, err))
		return NULL;
	return letter_read(&l, &raw, err) ? l : NULL;
}

void view_fetch(struct app *app, struct view *v)
{
	struct request r = {.kind = REQUEST_BODY, .item = v->id};

	if (v->id && !v->ticket && app->engine)
		v->ticket = session_submit(app, &r, NULL);
	v->new_layout = true;
}

/* A fetch that cannot succeed now would only be said twice. */
static bool may_fetch(struct app *app, const struct view *v)
{
	const struct engine_state *s = session_state(app);

	return v->fetch && app->engine && s && s->online == ENGINE_ONLINE &&
	       !(v->item.flags & ITEM_BODY_FAILED) &&
	       !(v->compact && v->item.flags & ITEM_TOO_LARGE);
}

static enum letter_view usual_mode(struct app *app)
{
	const char *account = app->account ? app->account->name : NULL;

	return app->config && config_choice(app->config, account,
					    CONFIG_HTML_VIEW) == 1
		       ? LETTER_TEXT
		       : LETTER_HTML;
}

/* What was inside the seal, once it is open. */
static struct letter *readable(const struct view *v)
{
	return v->seal.seal && v->seal.seal->inner ? v->seal.seal->inner
						   : v->letter;
}

static void load_invite(struct app *app, struct view *v)
{
	if (v->has_invite)
		invite_release(&v->invite);
	v->has_invite = false;
	if (!app->account || !app->store)
		return;
	if (v->item.flags & ITEM_INVITATION)
		v->has_invite = calendar_invite(app->store, app->account, v->id,
						&v->invite, NULL);
	if (!v->has_invite && v->letter)
		v->has_invite =
			calendar_invite_mail(app->store, app->account, v->id,
					     readable(v), &v->invite, NULL);
}

static void load(struct app *app, struct view *v)
{
	struct err err = ERR_INIT;

	v->stale = false;
	v->new_layout = true;
	if (v->fresh) {
		v->mode = usual_mode(app);
		v->card_taken = v->card_left = false;
	}
	v->fresh = false;
	forget(v);
	if (!v->id || !app->store)
		return;
	if (!calendar_message(app->store, v->id, &v->item, &err)) {
		item_init(&v->item);
		v->problem = err;
		return;
	}
	if (v->compact && v->item.size > PREVIEW_MAX_SIZE) {
		err_set(&v->problem, ERR_QUOTA,
			"This message is too large for the preview: "
			"Enter opens it");
		return;
	}
	v->letter = view_read_letter(app, v->id, &v->problem);
	load_invite(app, v);
	if (!v->letter && v->problem.kind == ERR_NOT_FOUND && may_fetch(app, v))
		view_fetch(app, v);
	if (v->letter)
		view_seal_begin(app, &v->seal, v->id, v->letter, v->compact);
}

static const char *missing_text(struct app *app, const struct view *v)
{
	const struct engine_state *s = session_state(app);

	if (v->problem.kind != ERR_NOT_FOUND)
		return v->problem.text;
	if (v->item.id == 0)
		return "This message is no longer here.";
	if (v->ticket)
		return "Fetching the message ...";
	if (v->item.flags & ITEM_BODY_FAILED)
		return "The server could not give the content of this message."
		       " ,o tries again.";
	if (s && s->online == ENGINE_ONLINE)
		return "Not kept offline - ,b fetches it now.";
	return "Not kept offline - ,b fetches it when online.";
}

static void set_plain(struct view *v, const char *text)
{
	struct layout_options o = {
		.width = (size_t)(v->width > 0 ? v->width : 1),
		.ascii = !term_is_utf8(),
	};
	struct lines lines;

	lines_init(&lines);
	layout_text(&lines, text, strlen(text), &o);
	pager_set_lines(v->pager, &lines, false);
}

static size_t text_width(const struct view *v)
{
	int w = v->width > TEXT_MAX_WIDTH ? TEXT_MAX_WIDTH : v->width - 1;

	return w < 10 ? 10 : (size_t)w;
}

/* What cannot be shown leaves its room. */
static void picture_ready(struct app *app, void *ctx)
{
	struct view *v = ctx;

	(void)app;
	v->new_layout = v->same_place = true;
}

static enum picture_way pictures_of(const struct app *app, const struct view *v)
{
	return !v->compact || config_bool(app->config, NULL,
					  CONFIG_PREVIEW_IMAGES)
		       ? picture_way(app)
		       : PICTURE_NONE;
}

static void lay_out(struct app *app, struct view *v)
{
	struct letter_layout o = {
		.view = v->mode,
		.ascii = !term_is_utf8(),
		.link_numbers = true,
		.max_bytes = v->compact ? PREVIEW_MAX_TEXT : READER_MAX_TEXT,
		.images = pictures_of(app, v) != PICTURE_NONE,
	};
	struct view_head head = {
		.app = app,
		.pager = v->pager,
		.item = &v->item,
		.letter = v->letter ? readable(v) : NULL,
		.compact = v->compact,
		.all = v->all_headers,
		.shown = &v->shown,
		.seal = &v->seal,
		.invite = v->has_invite ? &v->invite : NULL,
		.card_focused = view_card_focused(v),
	};
	struct lines lines;

	v->new_layout = false;
	v->width = v->win.w;
	v->plain = term_is_plain();
	v->utf8 = term_is_utf8();
	head.width = v->width;
	pager_clear_head(v->pager);
	v->shown = (struct letter_shown){0};
	v->way = pictures_of(app, v);
	pager_set_pictures(v->pager, NULL, 0);
	if (!v->id) {
		set_plain(v, "");
		return;
	}
	if (!v->letter) {
		if (v->item.id)
			view_head_add(&head);
		set_plain(v, missing_text(app, v));
		return;
	}
	o.width = text_width(v);
	lines_init(&lines);
	letter_layout(v->mode == LETTER_SOURCE ? v->letter : readable(v), &o,
		      &lines, &v->shown);
	head.truncated = lines.truncated;
	view_head_add(&head);
	if (v->way != PICTURE_NONE && v->mode != LETTER_SOURCE)
		view_pictures_lay(app, &v->pictures, readable(v), &lines,
				  &v->win, v->pager, picture_ready, v);
	else
		view_pictures_forget(&v->pictures, v->pager);
	pager_set_lines(v->pager, &lines, v->same_place);
	v->same_place = false;
}

static void make_ready(struct app *app, struct view *v)
{
	if (v->stale)
		load(app, v);
	if (v->way != pictures_of(app, v))
		v->new_layout = v->same_place = true;
	if (v->new_layout && v->win.w > 0)
		lay_out(app, v);
}

void view_draw(struct app *app, struct view *v, bool focused)
{
	if (v->win.w <= 0 || v->win.h <= 0)
		return;
	make_ready(app, v);
	pager_draw(v->pager, focused);
}

bool view_event(struct app *app, struct view *v, const struct event *ev)
{
	(void)app;
	if (!v->id)
		return false;
	if (ev->kind == EVENT_DONE && v->ticket && ev->ticket == v->ticket) {
		v->ticket = 0;
		v->fetch = false;
		view_reload(v);
		return true;
	}
	if (ev->kind == EVENT_BODY && ev->item == v->id) {
		view_reload(v);
		return true;
	}
	/* A calendar or the journal may have changed what the card says. */
	if ((ev->kind == EVENT_ITEMS || ev->kind == EVENT_JOURNAL) &&
	    v->item.id && !v->stale &&
	    (v->has_invite || v->item.flags & ITEM_INVITATION)) {
		load_invite(app, v);
		v->new_layout = v->same_place = true;
	}
	if (ev->kind == EVENT_ITEMS && v->item.id &&
	    (ev->folder == 0 || ev->folder == v->item.folder)) {
		struct item now;

		/* Only the row: the content of a message never changes. */
		if (!app->store || !query_item(app->store, v->id, &now, NULL))
			return false;
		if (now.flags != v->item.flags ||
		    now.folder != v->item.folder ||
		    !str_eq(now.categories, v->item.categories)) {
			item_release(&v->item);
			v->item = now;
			v->new_layout = v->same_place = true;
			return true;
		}
		item_release(&now);
	}
	return false;
}

int64_t view_id(const struct view *v)
{
	return v->id;
}

const struct item *view_item(struct app *app, struct view *v)
{
	if (v->stale)
		load(app, v);
	return v->item.id ? &v->item : NULL;
}

struct letter *view_letter(struct app *app, struct view *v)
{
	if (v->stale)
		load(app, v);
	return v->letter ? readable(v) : NULL;
}

const struct invite *view_invite(struct app *app, struct view *v)
{
	if (v->stale)
		load(app, v);
	return v->has_invite ? &v->invite : NULL;
}

bool view_card_focused(const struct view *v)
{
	return v->has_invite && !v->compact && !v->card_left &&
	       (v->card_taken || (invite_is_open(&v->invite) &&
				  invite_may_answer(&v->invite, NULL)));
}

void view_focus_card(struct view *v, bool on)
{
	v->card_taken = on;
	v->card_left = !on;
	v->new_layout = v->same_place = true;
}

void view_reset_card(struct view *v)
{
	v->card_taken = v->card_left = false;
	v->new_layout = v->same_place = true;
}

struct view_seal *view_sealed(struct view *v)
{
	return &v->seal;
}

void view_seal_over(struct app *app, struct view *v, int64_t id,
		    struct seal *owned_seal, const struct err *err)
{
	if (v->id != id || v->stale || !v->seal.running) {
		seal_free(owned_seal);
		return;
	}
	v->seal.running = false;
	v->seal.seal = owned_seal;
	v->seal.problem = *err;
	v->new_layout = true;
	v->same_place = false;
	app_damage(app, DAMAGE_SCREEN);
}

struct pager *view_pager(struct view *v)
{
	return v->pager;
}

static bool has_mode(const struct view *v, enum letter_view mode)
{
	switch (mode) {
	case LETTER_TEXT:
		return v->shown.has_text;
	case LETTER_HTML:
		return v->shown.has_html;
	case LETTER_SOURCE:
		return v->letter != NULL;
	}
	BUG("view mode %d", (int)mode);
}

static void set_mode(struct view *v, enum letter_view mode)
{
	v->mode = mode;
	v->new_layout = true;
	v->same_place = false;
}

void view_next_mode(struct app *app, struct view *v)
{
	enum letter_view mode;

	make_ready(app, v);
	mode = v->shown.view;
	for (int i = 0; i < 3; i++) {
		mode = mode == LETTER_TEXT   ? LETTER_HTML
		       : mode == LETTER_HTML ? LETTER_SOURCE
					     : LETTER_TEXT;
		if (has_mode(v, mode))
			break;
	}
	if (has_mode(v, mode))
		set_mode(v, mode);
}

static const char *const mode_names[] = {
	[LETTER_TEXT] = "text",
	[LETTER_HTML] = "HTML",
	[LETTER_SOURCE] = "source",
};

bool view_set_mode(struct view *v, const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(mode_names); i++)
		if (str_eq_nocase(name, mode_names[i])) {
			set_mode(v, (enum letter_view)i);
			return true;
		}
	return false;
}

void view_toggle_headers(struct view *v)
{
	v->all_headers = !v->all_headers;
	v->new_layout = true;
	v->same_place = false;
}

const char *view_mode_name(const struct view *v)
{
	return mode_names[v->shown.view];
}
