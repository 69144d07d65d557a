/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/app.h"
#include <string.h>

#define SCREEN(id, name, number, parent, scope, title, summary)                \
	extern const struct screen_ops scr_##id##_ops;
#include "ui/screens.def"
#undef SCREEN

static const struct screen_row rows[] = {
#define SCREEN(id, name, number, parent, scope, title, summary)                \
	[SCREEN_##id] = {#id,		name,  number,	SCREEN_##parent,       \
			 SCOPE_##scope, title, summary, &scr_##id##_ops},
#include "ui/screens.def"
#undef SCREEN
};

const struct screen_row *screen_row(enum screen_id id)
{
	return &rows[id];
}

enum screen_id screen_find(const char *name)
{
	for (int i = 0; i < SCREEN_COUNT; i++)
		if (str_eq(rows[i].name, name) || str_eq(rows[i].id, name))
			return (enum screen_id)i;
	return SCREEN_COUNT;
}

static size_t place_of(struct app *app, enum screen_id id)
{
	size_t i = 0;

	while (i < app->screens.n && app->screens.v[i]->id != id)
		i++;
	return i;
}

struct screen *screen_get(struct app *app, enum screen_id id)
{
	size_t i = place_of(app, id);

	return i < app->screens.n ? app->screens.v[i] : NULL;
}

struct screen *screen_top(struct app *app)
{
	return app->screens.n ? app->screens.v[app->screens.n - 1] : NULL;
}

bool screen_open(struct app *app, enum screen_id id, const char *arg)
{
	const struct screen_ops *ops = rows[id].ops;
	size_t i = place_of(app, id);
	struct err err = ERR_INIT;
	struct screen *s;

	app_damage(app, DAMAGE_LAYOUT | DAMAGE_ALL);
	if (i < app->screens.n) {
		s = app->screens.v[i];
		vec_remove(&app->screens, i);
		vec_add(&app->screens, s);
		if (ops->reopen)
			ops->reopen(app, s, arg);
		return true;
	}
	s = xcalloc(1, sizeof(*s));
	s->id = id;
	s->win = app_body(app);
	if (ops->open && !ops->open(app, s, arg, &err)) {
		free(s);
		message_show(app, MESSAGE_ERROR, "%s", err.text);
		return false;
	}
	vec_add(&app->screens, s);
	if (ops->layout)
		ops->layout(app, s);
	return true;
}

void screen_close(struct app *app, struct screen *s)
{
	for (size_t i = 0; i < app->screens.n; i++) {
		if (app->screens.v[i] != s)
			continue;
		vec_remove(&app->screens, i);
		if (rows[s->id].ops->close)
			rows[s->id].ops->close(app, s);
		free(s);
		app_damage(app, DAMAGE_LAYOUT | DAMAGE_ALL);
		return;
	}
}

bool screen_back(struct app *app)
{
	if (app->screens.n < 2)
		return false;
	screen_close(app, screen_top(app));
	return true;
}

enum scope screen_scope(struct app *app)
{
	struct screen *s = screen_top(app);

	if (!s)
		return SCOPE_global;
	if (rows[s->id].ops->scope)
		return rows[s->id].ops->scope(app, s);
	return rows[s->id].scope;
}
