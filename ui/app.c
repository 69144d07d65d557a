/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/app.h"

#include "base/chan.h"
#include "ui/people.h"
#include "ui/remind.h"
#include <stdio.h>
#include <string.h>
#include "base/clock.h"
#include "base/proc.h"
#include "ui/bar.h"
#include "ui/loop.h"
#include "ui/paint.h"
#include "ui/picture.h"
#include "ui/task.h"
#include "ui/typing.h"

#define HINT_ROWS_FROM 12 /* lower screens give the row to the text */

bool app_new(struct app **out, const struct app_setup *setup, struct err *err)
{
	struct app *app = xcalloc(1, sizeof(*app));
	struct term_options options = {
		.colour = setup->colour,
		.mouse = setup->mouse,
		.ascii = setup->ascii,
		.plain = setup->accessible,
		.ask_background = str_eq(setup->theme, "auto"),
		.ask_graphics = !setup->accessible &&
				pictures_may_be_sent(setup->config),
	};

	app->theme = theme_new();
	if ((setup->theme && !theme_select(app->theme, setup->theme, err)) ||
	    !term_open(&options, err)) {
		theme_free(app->theme);
		free(app);
		return false;
	}
	app->config = setup->config;
	app->side_fd = -1;
	app->engine = setup->engine;
	app->store = setup->store;
	app->account = setup->account;
	app->mouse = setup->mouse;
	app->hints = setup->hints;
	app->accessible = setup->accessible;
	app->started = setup->started;
	app->ctx = setup->ctx;
	app->keys = keys_new(setup->keymap);
	app->timers = timers_new();
	app->tasks = tasks_new();
	app->notices = notices_new();
	app->histories = histories_new(setup->history_file);
	app->completers = completers_new();
	app->keyboard = xcalloc(1, sizeof(*app->keyboard));
	app->typing = typing_new();
	app->pictures = pictures_new();
	theme_apply(app->theme);
	app->damage = DAMAGE_ALL | DAMAGE_LAYOUT;
	*out = app;
	if (setup->first < SCREEN_COUNT)
		screen_open(app, setup->first, setup->first_arg);
	return true;
}

int app_run(struct app *app)
{
	thread_come_first();
	loop_run(app);
	return app->exit_status;
}

void app_free(struct app *app)
{
	if (!app)
		return;
	prompt_free(app);
	while (screen_top(app))
		screen_close(app, screen_top(app));
	vec_release(&app->screens);
	term_close();
	tasks_free(app->tasks);
	theme_free(app->theme);
	keys_free(app->keys);
	timers_free(app->timers);
	typing_free(app->typing);
	notices_free(app->notices);
	histories_free(app->histories);
	completers_free(app->completers);
	people_free(app);
	remind_free(app);
	pictures_free(app);
	free(app->keyboard);
	free(app->state_text);
	free(app->hangup);
	free(app);
}

void app_damage(struct app *app, unsigned what)
{
	app->damage |= what;
}

void app_quit(struct app *app, int status)
{
	app->quit = true;
	app->exit_status = status;
}

void app_set_state(struct app *app, char *taken)
{
	if (!str_eq(app->state_text, taken))
		app_damage(app, DAMAGE_BAR);
	mem_replace(&app->state_text, taken);
}

void app_attach(struct app *app, struct engine *engine, struct store *store,
		const struct account *account)
{
	app->engine = engine;
	app->store = store;
	app->account = account;
	app_damage(app, DAMAGE_ALL);
}

static bool has_hints(const struct app *app)
{
	return app->hints && term_height() >= HINT_ROWS_FROM;
}

struct win app_body(const struct app *app)
{
	int rows = term_height() - 2 - has_hints(app);

	return (struct win){0, 1, term_width(), rows > 0 ? rows : 0};
}

int app_timer(struct app *app, int64_t delay_ms,
	      void (*fn)(struct app *app, void *ctx), void *ctx)
{
	return timers_add(app->timers, clock_mono_ms() + delay_ms, fn, ctx);
}

void app_timer_cancel(struct app *app, int id)
{
	timers_cancel(app->timers, id);
}

bool app_run_outside(struct app *app, const struct strv *argv, int *status,
		     struct err *err)
{
	bool ok;

	term_leave();
	ok = proc_run_tty(argv, NULL, status, err);
	term_enter();
	app_damage(app, DAMAGE_ALL | DAMAGE_LAYOUT);
	return ok;
}

/* --- painting --------------------------------------------------------------- */
static void lay_out(struct app *app)
{
	for (size_t i = 0; i < app->screens.n; i++) {
		struct screen *s = app->screens.v[i];
		s->win = app_body(app);
		if (screen_row(s->id)->ops->layout)
			screen_row(s->id)->ops->layout(app, s);
	}
}

static void draw_screens(struct app *app)
{
	size_t from = app->screens.n;

	while (from > 0) {
		from--;
		if (!screen_row(app->screens.v[from]->id)->ops->overlay)
			break;
	}
	for (size_t i = from; i < app->screens.n; i++) {
		struct screen *s = app->screens.v[i];
		screen_row(s->id)->ops->draw(app, s);
	}
}

static void paint_too_small(void)
{
	struct win all = {0, 0, term_width(), term_height()};

	term_erase();
	term_begin_pictures();
	draw_textf(&all, 0, 0, THEME_NORMAL, "needs %dx%d, is %dx%d",
		   PAINT_MIN_COLS, PAINT_MIN_ROWS, all.w, all.h);
	term_hide_cursor();
	term_flush();
}

void paint(struct app *app)
{
	struct win line = {0, term_height() - 1, term_width(), 1};
	struct win above = {0, 1, term_width(), term_height() - 2};

	if (term_width() < PAINT_MIN_COLS || term_height() < PAINT_MIN_ROWS) {
		paint_too_small();
		app->damage = 0; /* a resize will ask for everything */
		return;
	}
	if (app->damage & DAMAGE_LAYOUT) {
		term_erase();
		lay_out(app);
		app->damage |= DAMAGE_ALL;
	}
	if (app->damage & DAMAGE_SCREEN) {
		term_hide_cursor();
		term_begin_pictures();
		draw_screens(app);
	}
	if (app->damage & DAMAGE_BAR)
		bar_draw_top(app);
	if (app->damage & (DAMAGE_BAR | DAMAGE_SCREEN) && has_hints(app))
		bar_draw_hints(app);
	if (app->keyboard->menu)
		menu_draw(app);
	if (app->prompt)
		prompt_draw(app, &line, &above);
	else if (app->damage)
		bar_draw_line(app);
	app->damage = 0;
	term_flush();
}
