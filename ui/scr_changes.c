/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The undo list: every change, newest first, any of which can be taken back. */
#include "engine/engine.h"
#include "ui/journal.h"

static bool open_changes(struct app *app, struct screen *s, const char *arg,
			 struct err *err)
{
	(void)arg;
	(void)err;
	s->data = journal_new(JOURNAL_UNDO);
	journal_reload(app, s->data);
	return true;
}

static void draw_changes(struct app *app, struct screen *s)
{
	journal_draw(app, s, "Undo list - every change, newest first");
}

/* Here u is about the change under the cursor, not the last one. */
static bool changes_command(struct app *app, struct screen *s,
			    const struct command_call *call)
{
	if (call->id == COMMAND_undo && call->by_key) {
		cmd_drop(app, call);
		return true;
	}
	return journal_command(app, s, call);
}

const struct screen_ops scr_changes_ops = {
	.open = open_changes,
	.close = journal_close,
	.layout = journal_layout,
	.draw = draw_changes,
	.event = journal_event,
	.mouse = journal_mouse,
	.command = changes_command,
	.has = journal_has,
};
