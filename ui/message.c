/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/app.h"
#include <string.h>
#include "base/clock.h"
#include "base/log.h"
#include "base/utf8.h"

#define NOTICES_MAX 500
/* How far back the same sentence is looked for, so that a repeat is counted
 * even when others stand between. */
#define REPEAT_WINDOW 20

struct notices {
	VEC(struct notice) v; /* oldest first */
	bool shown;	      /* the newest stands in the line */
};

struct notices *notices_new(void)
{
	return xcalloc(1, sizeof(struct notices));
}

void notices_free(struct notices *n)
{
	if (!n)
		return;
	for (size_t i = 0; i < n->v.n; i++)
		free(n->v.v[i].text);
	vec_release(&n->v);
	free(n);
}

const struct notice *notices_add(struct notices *n, int64_t now,
				 enum message_kind kind, const char *text)
{
	struct notice m = {now, kind, 1, NULL};

	for (size_t i = n->v.n; i-- > 0 && i + REPEAT_WINDOW >= n->v.n;) {
		if (n->v.v[i].kind != kind || !str_eq(n->v.v[i].text, text))
			continue;
		m = n->v.v[i];
		m.count++;
		m.time = now;
		vec_remove(&n->v, i);
		break;
	}
	if (!m.text)
		m.text = xstrdup(text);
	if (n->v.n == NOTICES_MAX) {
		free(n->v.v[0].text);
		vec_remove(&n->v, 0);
	}
	vec_add(&n->v, m);
	return &n->v.v[n->v.n - 1];
}

size_t notices_count(const struct notices *n)
{
	return n->v.n;
}

const struct notice *notices_get(const struct notices *n, size_t i)
{
	return &n->v.v[i];
}

void message_show(struct app *app, enum message_kind kind, const char *fmt, ...)
{
	struct str b CLEANUP(str_release) = STR_INIT;
	va_list args;

	va_start(args, fmt);
	str_addfv(&b, fmt, args);
	va_end(args);
	char *clean CLEANUP(mem_free_ptr) = utf8_clean_line(b.s, false);
	notices_add(app->notices, clock_now(), kind, clean);
	app->notices->shown = true;
	log_at(kind == MESSAGE_ERROR ? LOG_ERROR : LOG_INFO, "ui", "%s", clean);
	app_damage(app, DAMAGE_LINE);
}

void message_error(struct app *app, const char *what, const struct err *err)
{
	message_show(app, MESSAGE_ERROR, "%s: %s", what,
		     err->text[0] ? err->text : err_kind_name(err->kind));
}

void message_clear(struct app *app)
{
	if (!app->notices->shown)
		return;
	app->notices->shown = false;
	app_damage(app, DAMAGE_LINE);
}

const struct notice *message_current(struct app *app)
{
	struct notices *n = app->notices;

	return n->shown && n->v.n ? &n->v.v[n->v.n - 1] : NULL;
}
