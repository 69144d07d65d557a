/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The outbox: the journal of changes, what waits first. */
#include "engine/engine.h"
#include "ui/journal.h"

static bool open_outbox(struct app *app, struct screen *s, const char *arg,
			struct err *err)
{
	(void)arg;
	(void)err;
	s->data = journal_new(JOURNAL_ALL);
	journal_reload(app, s->data);
	return true;
}

static void draw_outbox(struct app *app, struct screen *s)
{
	struct str b CLEANUP(str_release) = STR_INIT;
	size_t n = journal_unsettled(s->data);

	str_add(&b, "Outbox and changes - ");
	if (n)
		str_addf(&b, "%zu not settled", n);
	else
		str_add(&b, "all settled");
	journal_draw(app, s, b.s);
}

const struct screen_ops scr_outbox_ops = {
	.open = open_outbox,
	.close = journal_close,
	.layout = journal_layout,
	.draw = draw_outbox,
	.event = journal_event,
	.mouse = journal_mouse,
	.command = journal_command,
	.has = journal_has,
};
