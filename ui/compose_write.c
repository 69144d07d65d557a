/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Writing in the composer itself, and keeping what is written: on this machine
 * within seconds, in Drafts on the server when the keys rest. */
#include "ui/compose_private.h"

#include <string.h>

#include "base/clock.h"
#include "config/config.h"
#include "engine/engine.h"
#include "ui/kbd.h"
#include "ui/session.h"

#define SAVE_MS 2000
#define IDLE_MS 30000
/* A draft with more than this is uploaded when it is postponed or sent. */
#define IDLE_MAX_BYTES ((size_t)2 << 20)

bool compose_has_own_editor(struct app *app)
{
	const char *e = app->config
				? config_text(app->config, NULL, CONFIG_EDITOR)
				: NULL;

	if (e && *e)
		return str_eq(e, "builtin");
	e = getenv("VISUAL");
	if (!e || !*e)
		e = getenv("EDITOR");
	return !e || !*e;
}

void compose_take_text(struct compose *c)
{
	if (c->typing &&
	    !str_eq(draft_text(c->draft), text_edit_text(c->edit))) {
		draft_set_text(c->draft, text_edit_text(c->edit));
		c->stale = true;
	}
}

/* --- keeping ---------------------------------------------------------------
 */

static void save_now(struct app *app, void *ctx)
{
	struct compose *c = compose_of(app);
	struct err err = ERR_INIT;

	(void)ctx;
	if (!c)
		return;
	c->save_timer = 0;
	compose_take_text(c);
	if (compose_save_file(c, false, &err)) {
		c->saved_at = clock_now();
	} else {
		c->saved_at = CLOCK_NEVER;
		message_error(app, "The draft could not be kept", &err);
	}
	app_damage(app, DAMAGE_SCREEN);
}

static void upload_now(struct app *app, void *ctx)
{
	struct compose *c = compose_of(app);
	int64_t folder =
		app->store ? query_folder_role(app->store, FOLDER_ROLE_DRAFTS)
			   : 0;
	struct bytes raw = {0};

	(void)ctx;
	if (!c)
		return;
	c->idle_timer = 0;
	compose_take_text(c);
	if (!folder || !app->engine || c->unread_text || c->idle_ticket ||
	    draft_seal(c->draft).encrypt ||
	    draft_size(c->draft) > IDLE_MAX_BYTES)
		return;
	/* A new id each time: one that is known already would be taken for
	 * the upload having happened. */
	draft_renew(c->draft);
	draft_build_kept(c->draft, &raw);
	c->idle_ticket = session_change_ticket(
		app, intent_draft(&raw, draft_message_id(c->draft), folder),
		"Draft not kept on the server", NULL);
}

void compose_uploaded(struct app *app, struct compose *c,
		      const struct event *ev)
{
	int64_t old = c->draft_item;

	if (!c->idle_ticket || ev->ticket != c->idle_ticket)
		return;
	c->idle_ticket = 0;
	if (ev->err.kind || !app->store)
		return;
	c->draft_item = query_entry_item(app->store, ev->entry);
	c->kept_by_idle = true;
	if (old && old != c->draft_item)
		session_change(app, intent_delete(&old, 1, DELETE_HARD),
			       "Remove the draft before", NULL);
}

void compose_touch(struct app *app, struct compose *c)
{
	c->begun = true;
	/* Not put off by each key: it counts from the first one unsaved. */
	if (!c->save_timer)
		c->save_timer = app_timer(app, SAVE_MS, save_now, NULL);
	app_timer_cancel(app, c->idle_timer);
	c->idle_timer = app_timer(app, IDLE_MS, upload_now, NULL);
}

void compose_stop_timers(struct app *app, struct compose *c)
{
	app_timer_cancel(app, c->save_timer);
	app_timer_cancel(app, c->idle_timer);
	c->save_timer = c->idle_timer = 0;
}

/* --- writing ---------------------------------------------------------------
 */

void compose_write(struct app *app)
{
	struct compose *c = compose_of(app);
	const char *text = c ? draft_text(c->draft) : "";

	if (!c || c->typing)
		return;
	if (c->unread_text) {
		message_show(app, MESSAGE_WARNING,
			     "The header of the edited text has a mistake: e "
			     "opens it");
		return;
	}
	if (!c->file)
		c->file = compose_file_path(app, c->draft);
	text_edit_set(c->edit, text, 0);
	c->typing = true;
	app_damage(app, DAMAGE_ALL);
}

void cmd_write(struct app *app, const struct command_call *call)
{
	(void)call;
	compose_write(app);
}

void cmd_edit_done(struct app *app, const struct command_call *call)
{
	struct compose *c = compose_of(app);

	(void)call;
	if (!c || !c->typing)
		return;
	compose_take_text(c);
	c->typing = false;
	c->stale = true;
	app_damage(app, DAMAGE_ALL);
}

bool compose_key(struct app *app, struct compose *c, uint32_t key)
{
	unsigned before = text_edit_version(c->edit);

	if (!text_edit_key(c->edit, key))
		return false;
	if (text_edit_version(c->edit) != before)
		compose_touch(app, c);
	return true;
}

static void find_done(struct app *app, void *ctx, const char *text)
{
	struct compose *c = compose_of(app);

	(void)ctx;
	if (c && text && *text && !text_edit_find(c->edit, text))
		message_show(app, MESSAGE_WARNING, "\"%s\" is not in the text",
			     text);
	app_damage(app, DAMAGE_SCREEN);
}

void cmd_edit_find(struct app *app, const struct command_call *call)
{
	struct prompt_spec spec = {
		.label = "Find: ", .history = "search", .done = find_done};

	(void)call;
	prompt_open(app, &spec);
}
