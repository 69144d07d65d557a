/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* What a command on messages is about, and where it goes. */
#include "model/permission.h"
#include "ui/compose.h"
#include "ui/mail.h"

#include <string.h>

#include "engine/engine.h"
#include "ui/reader.h"
#include "ui/session.h"
#include "ui/people.h"

int64_t mail_front_item(struct app *app)
{
	struct mail *m = mail_of(app);
	struct screen *s = screen_top(app);
	int64_t id = s && s->id != SCREEN_mail ? reader_item(app) : 0;
	const struct item *it;

	if (id)
		return id;
	it = m ? mail_current(m) : NULL;
	return it ? it->id : 0;
}

static bool is_folded_row(const struct list_row *row)
{
	return row && ((const struct mail_row *)row->data)->folded;
}

bool mail_get_targets(struct app *app, struct mail_targets *out)
{
	struct mail *m = mail_of(app);
	struct screen *s = screen_top(app);
	int64_t id;

	*out = (struct mail_targets){0};
	if (m)
		mail_sync_list(m);
	if (m && m->armed && s && s->id == SCREEN_mail) {
		m->armed = false;
		out->tagged = true;
		out->n = list_tagged(m->list, &out->ids);
		if (out->n)
			return true;
		free(out->ids);
		*out = (struct mail_targets){0};
	}
	id = mail_front_item(app);
	if (!id) {
		message_show(app, MESSAGE_WARNING, "No message is selected");
		return false;
	}
	out->ids = xmalloc(sizeof(*out->ids));
	out->ids[0] = id;
	out->n = 1;
	out->reader = s && s->id != SCREEN_mail;
	/* A folded conversation is one row: what is done to it is done to all
	 * of it that is here. */
	if (m && (m->armed_thread ||
		  (!out->reader && is_folded_row(list_current(m->list)))))
		(void)mail_thread_targets(app, out);
	if (m)
		m->armed_thread = false;
	return true;
}

void mail_targets_release(struct mail_targets *t)
{
	free(t->ids);
	*t = (struct mail_targets){0};
}

static bool is_leaving(const struct mail *m, int64_t id)
{
	for (size_t i = 0; i < m->leaving.n; i++)
		if (m->leaving.v[i] == id)
			return true;
	return false;
}

/* Is it only there for its conversation's sake? */
static bool is_foreign(const struct list_row *row)
{
	return ((const struct mail_row *)row->data)->foreign;
}

/* Moves to the nearest row that stays; false: there is none that way. */
static bool move_to_staying(struct mail *m, int by)
{
	while (list_move(m->list, by))
		if (!is_leaving(m, list_current(m->list)->id) &&
		    !is_foreign(list_current(m->list)))
			return true;
	return false;
}

static bool is_target(const struct mail_targets *t, int64_t id)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->ids[i] == id)
			return true;
	return false;
}

/* The rows vanish with the next frame; the cursor must stand on one that
 * stays, so that a key typed ahead never hits the same message twice. */
void mail_targets_left(struct app *app, struct mail_targets *t)
{
	struct mail *m = mail_of(app);
	const struct list_row *row;

	if (!m)
		return;
	/* What left before must not be stepped onto. */
	mail_sync_list(m);
	row = list_current(m->list);
	if (t->tagged)
		list_untag_all(m->list);
	if (!row || t->tagged || !is_target(t, row->id)) {
		if (t->reader)
			reader_leave(app);
		return;
	}
	for (size_t i = 0; i < t->n; i++)
		vec_add(&m->leaving, t->ids[i]);
	if (!move_to_staying(m, 1) && !move_to_staying(m, -1)) {
		if (t->reader)
			reader_leave(app);
		return;
	}
	m->row_chosen = true;
	if (t->reader)
		reader_show(app, list_current(m->list)->id);
}

void mail_mark_read(struct app *app, const struct item *it)
{
	struct item_edit edit = {.set = EDIT_READ, .read = true};
	struct mail *m = mail_of(app);
	const struct folder *f = m ? mail_folder_by_id(m, it->folder) : NULL;
	const struct list_row *row;

	if (it->flags & ITEM_READ || !app->engine)
		return;
	/* Looking at another's mail without a right to change it is no try. */
	if (f && f->owner && !(f->rights & FOLDER_MAY_MODIFY))
		return;
	session_change(app, intent_edit(&it->id, 1, &edit), "Mark as read",
		       NULL);
	/* The row on the screen says so at once. */
	row = m ? list_current(m->list) : NULL;
	if (row && row->id == it->id)
		((struct mail_row *)row->data)->item.flags |= ITEM_READ;
}

/* --- folders by name -------------------------------------------------------- */

int64_t mail_find_folder(struct app *app, const char *text)
{
	struct candidates found = {0};
	int64_t id;

	if (!app->store)
		return 0;
	id = query_folder_path(app->store, text);
	if (id)
		return id;
	complete(app, "folder", text, strlen(text), &found);
	if (found.n == 1 ||
	    (found.n > 1 && found.v[0].score > found.v[1].score + 50))
		id = query_folder_path(app->store, found.v[0].text);
	if (!id)
		message_show(app, MESSAGE_ERROR,
			     found.n ? "\"%s\" could be several folders: Tab "
				       "shows them"
				     : "There is no folder \"%s\"; C in the "
				       "folder list makes one",
			     text);
	candidates_release(&found);
	return id;
}

struct ask_folder {
	mail_folder_fn *done;
	void *ctx;
	void (*free_ctx)(void *);
	int64_t preset;
};

static void free_ask(void *ctx)
{
	struct ask_folder *a = ctx;

	if (a->free_ctx)
		a->free_ctx(a->ctx);
	free(a);
}

static void ask_done(struct app *app, void *ctx, const char *text)
{
	struct ask_folder *a = ctx;
	int64_t id;

	if (!text)
		return;
	id = *text ? mail_find_folder(app, text) : a->preset;
	if (id)
		a->done(app, a->ctx, id);
}

void mail_ask_folder(struct app *app, const char *verb, int64_t preset,
		     mail_folder_fn *done, void *ctx, void (*free_ctx)(void *))
{
	struct ask_folder *a = xcalloc(1, sizeof(*a));
	char *path CLEANUP(mem_free_ptr) = NULL;
	char *label CLEANUP(mem_free_ptr) = NULL;
	struct prompt_spec spec = {
		.history = "folder",
		.complete = "folder",
		.popup = true,
		.done = ask_done,
		.ctx = a,
		.free_ctx = free_ask,
	};

	*a = (struct ask_folder){done, ctx, free_ctx, preset};
	if (preset && app->store)
		path = query_path_of(app->store, preset);
	label = path ? xasprintf("%s (Enter: %s): ", verb, path)
		     : xasprintf("%s: ", verb);
	spec.label = label;
	prompt_open(app, &spec);
}

/* --- completion --------------------------------------------------------------- */

static void complete_folder(struct app *app, const char *word,
			    struct candidates *out)
{
	struct folder_list list = {0};

	(void)word;
	if (!app->store || !query_folders(app->store, &list, NULL))
		return;
	for (size_t i = 0; i < list.n; i++) {
		char *path;

		if (list.v[i].kind != FOLDER_MAIL ||
		    list.v[i].flags & FOLDER_HIDDEN ||
		    list.v[i].role == FOLDER_ROLE_ROOT)
			continue;
		path = query_path_of(app->store, list.v[i].id);
		if (path)
			candidates_add(out, path, NULL);
		free(path);
	}
	folder_list_release(&list);
}

static void complete_category(struct app *app, const char *word,
			      struct candidates *out)
{
	struct strv names;

	(void)word;
	strv_init(&names);
	if (app->store && query_categories(app->store, &names, NULL))
		for (size_t i = 0; i < names.n; i++)
			candidates_add(out, names.v[i], NULL);
	strv_release(&names);
}

/* The server's answer is in the book by now: it is looked up like the rest. */
static void late_people(struct app *app, void *ctx UNUSED,
			struct person_list *taken, bool more UNUSED,
			const struct err *err)
{
	if (!err && taken->n)
		prompt_more(app, "person");
}

static void complete_person(struct app *app, const char *word,
			    struct candidates *out)
{
	struct person_list people = {0};

	if (!app->store || !query_people(app->store, word, 50, &people, NULL))
		return;
	(void)people_ask(app, word, late_people, app);
	for (size_t i = 0; i < people.n; i++) {
		const struct person *p = &people.v[i];
		struct str text = STR_INIT;
		const char *note = p->title  ? p->title
				   : p->kind ? person_kind_name(p->kind)
					     : p->department;

		person_add_mailbox(p, &text);
		candidates_add(out, text.s, note);
		str_release(&text);
	}
	person_list_release(&people);
}

static void complete_words(const char *const *words, size_t n,
			   struct candidates *out)
{
	for (size_t i = 0; i < n; i += 2)
		candidates_add(out, words[i], words[i + 1]);
}

static void complete_level(struct app *app, const char *word,
			   struct candidates *out)
{
	(void)app;
	(void)word;
	for (int l = 0; l < LEVEL_CUSTOM; l++)
		candidates_add(out,
			       permission_level_text((enum permission_level)l),
			       NULL);
}

static void complete_sort(struct app *app, const char *word,
			  struct candidates *out)
{
	static const char *const words[] = {
		"date", "newest first",	 "-date",   "oldest first",
		"from", "by sender",	 "subject", "by subject",
		"size", "largest first", "thread",  "conversations",
	};

	(void)app;
	(void)word;
	complete_words(words, ARRAY_LEN(words), out);
}

static void complete_view(struct app *app, const char *word,
			  struct candidates *out)
{
	static const char *const words[] = {
		"text",		"the plain part", "html",
		"HTML as text", "source",	  "the message as it came",
	};

	(void)app;
	(void)word;
	complete_words(words, ARRAY_LEN(words), out);
}

static void complete_query(struct app *app, const char *word,
			   struct candidates *out)
{
	static const char *const words[] = {
		"from:",
		"who wrote it",
		"to:",
		"a recipient",
		"subject:",
		"in the subject",
		"body:",
		"in the text",
		"has:attachment",
		"with attachments",
		"is:unread",
		"not yet read",
		"is:flagged",
		"for follow-up",
		"is:answered",
		"you answered",
		"is:invitation",
		"",
		"after:",
		"2026-11-24, yesterday, 7d",
		"before:",
		"",
		"size:>",
		"larger than 1M",
		"category:",
		"",
		"in:",
		"a folder",
	};

	(void)app;
	(void)word;
	complete_words(words, ARRAY_LEN(words), out);
}

void mail_register_completers(struct app *app)
{
	complete_register(app, "folder", complete_folder);
	complete_register(app, "category", complete_category);
	complete_register(app, "person", complete_person);
	complete_register(app, "sort", complete_sort);
	complete_register(app, "level", complete_level);
	complete_register(app, "identity", compose_complete_identity);
	complete_register(app, "template", compose_complete_template);
	complete_register(app, "view", complete_view);
	complete_register(app, "query", complete_query);
}
