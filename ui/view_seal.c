/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/view_seal.h"

#include "ui/mail.h"
#include "ui/reader.h"
#include "ui/task.h"
#include "ui/view.h"

struct opening {
	int64_t id;
	bool compact; /* the preview asked, not the reader */
	struct bytes raw;
	struct seal *seal;
	struct err err;
};

static void work(void *ctx)
{
	struct opening *o = ctx;

	if (!seal_open(&o->seal, &o->raw, false, &o->err))
		o->seal = NULL;
}

static void drop(void *ctx)
{
	struct opening *o = ctx;

	bytes_release(&o->raw);
	seal_free(o->seal);
	free(o);
}

static void done(struct app *app, void *ctx)
{
	struct opening *o = ctx;
	struct mail *m = mail_of(app);
	struct view *v =
		o->compact ? (m ? m->view : NULL) : reader_own_view(app);

	if (v) {
		view_seal_over(app, v, o->id, o->seal, &o->err);
		o->seal = NULL;
	}
	drop(o);
}

void view_seal_begin(struct app *app, struct view_seal *s, int64_t id,
		     const struct letter *l, bool compact)
{
	struct task_spec spec = {.work = work, .done = done, .drop = drop};
	const struct bytes *raw = letter_raw(l);
	struct opening *o;

	if (!letter_has_seal(l))
		return;
	o = xcalloc(1, sizeof(*o));
	o->id = id;
	o->compact = compact;
	bytes_set(&o->raw, raw->p, raw->len);
	spec.ctx = o;
	s->running = true;
	task_start(app, &spec);
}

void view_seal_forget(struct view_seal *s)
{
	seal_free(s->seal);
	*s = (struct view_seal){.running = false};
}

bool view_seal_is_locked(const struct view_seal *s)
{
	return !s->seal && s->problem.kind == ERR_DENIED &&
	       str_eq(s->problem.code, "locked");
}

const char *view_seal_word(const struct view_seal *s, enum theme_role *role)
{
	*role = THEME_DIMMED;
	if (s->running)
		return "checking";
	if (view_seal_is_locked(s))
		return "locked";
	if (s->problem.kind)
		return "encrypted";
	if (!s->seal)
		return "";
	switch (s->seal->state) {
	case SEAL_NONE:
		break;
	case SEAL_VALID:
		*role = THEME_OK;
		break;
	case SEAL_DOUBTFUL:
		*role = THEME_WARNING;
		break;
	case SEAL_BAD:
		*role = THEME_ERROR;
		break;
	}
	return s->seal->word;
}

/* gpg may ask now: it has the terminal until it is done. */
void cmd_unlock(struct app *app, const struct command_call *call)
{
	struct view *v = reader_view(app);
	struct view_seal *s = v ? view_sealed(v) : NULL;
	struct bytes raw = {0};
	struct seal *seal = NULL;
	struct err err = ERR_INIT;

	(void)call;
	if (!s || !view_seal_is_locked(s)) {
		message_show(app, MESSAGE_INFO, "Nothing here is locked");
		return;
	}
	if (!query_mime(app->store, view_id(v), &raw, &err)) {
		message_error(app, "Not opened", &err);
		return;
	}
	term_leave();
	if (!seal_open(&seal, &raw, true, &err))
		seal = NULL;
	term_enter();
	app_damage(app, DAMAGE_ALL | DAMAGE_LAYOUT);
	bytes_release(&raw);
	s->running = true;
	view_seal_over(app, v, view_id(v), seal, &err);
}
