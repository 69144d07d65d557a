/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* A signed or encrypted part inside a message, opened by itself: what stands
 * around it is not shown with it and cannot borrow its signature. */
#include "engine/seal.h"
#include "ui/parts.h"
#include "ui/task.h"

struct alone {
	struct bytes raw;
	struct seal *seal;
	struct err err;
};

static void work(void *ctx)
{
	struct alone *a = ctx;

	if (!seal_open(&a->seal, &a->raw, false, &a->err))
		a->seal = NULL;
}

static void drop(void *ctx)
{
	struct alone *a = ctx;

	bytes_release(&a->raw);
	seal_free(a->seal);
	free(a);
}

static void done(struct app *app, void *ctx)
{
	struct alone *a = ctx;
	struct str text CLEANUP(str_release) = STR_INIT;
	struct letter_layout o = {.width = (size_t)(term_width() - 2),
				  .ascii = !term_is_utf8()};
	struct letter_shown shown;
	struct lines lines;

	if (!a->seal) {
		message_error(app, "The part was not opened", &a->err);
		drop(a);
		return;
	}
	str_addf(&text, "%s\n", a->seal->text);
	lines_init(&lines);
	if (a->seal->inner)
		letter_layout(a->seal->inner, &o, &lines, &shown);
	lines_add_plain(&lines, &text, true);
	lines_release(&lines);
	text_show(app, a->seal->word, text.s);
	drop(a);
}

bool part_open_sealed(struct app *app, const struct letter *l, size_t part)
{
	struct task_spec spec = {.work = work, .done = done, .drop = drop};
	struct bytes raw;
	struct alone *a;

	if (!letter_part_alone(l, part, &raw))
		return false;
	a = xcalloc(1, sizeof(*a));
	a->raw = raw;
	spec.ctx = a;
	message_show(app, MESSAGE_INFO, "Opening the part by itself ...");
	task_start(app, &spec);
	return true;
}
