/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Finding: search as one types, limit, tags by pattern, next unread. */
#include "ui/mail_threads.h"

#include <string.h>

#include "base/clock.h"
#include "engine/engine.h"
#include "text/search.h"
#include "ui/format.h"
#include "ui/session.h"

#define TAG_MOST 100000
#define UNREAD_LOOK 5000

/* A query that ends in a letter or digit may go on: while one types, "invo"
 * finds "invoice". */
static bool may_go_on(const char *text)
{
	size_t len = strlen(text);
	unsigned char last = len ? (unsigned char)text[len - 1] : 0;

	return last >= 0x80 || (last >= '0' && last <= '9') ||
	       (last >= 'a' && last <= 'z') || (last >= 'A' && last <= 'Z');
}

bool mail_parse_query(const char *text, bool prefix, struct search_node **out,
		      struct err *err)
{
	if (prefix && may_go_on(text)) {
		char *more CLEANUP(mem_free_ptr) = xasprintf("%s*", text);

		if (search_parse(out, more, clock_now(), NULL))
			return true;
	}
	return search_parse(out, text, clock_now(), err);
}

void mail_take_limit(struct mail *m, struct search_node *node, char *text)
{
	struct mail_place *p = m->typing ? NULL : mail_place_of(m);

	if (p)
		mem_replace(&p->limit, text ? xstrdup(text) : NULL);
	search_node_free(m->limit);
	m->server_limit = false;
	m->limit = node;
	mem_replace(&m->limit_text, text);
	m->stale_list = m->reload_list = true;
	app_damage(m->app, DAMAGE_SCREEN);
}

bool mail_set_limit(struct mail *m, const char *text, bool prefix,
		    struct err *err)
{
	struct search_node *node;

	if (!text || !text[strspn(text, " \t")]) {
		mail_take_limit(m, NULL, NULL);
		return true;
	}
	if (!mail_parse_query(text, prefix, &node, err))
		return false;
	if (node->op == SEARCH_ALL) {
		search_node_free(node);
		mail_take_limit(m, NULL, NULL);
		return true;
	}
	mail_take_limit(m, node, xstrdup(text));
	return true;
}

/* Called once a frame: only the last of several typed letters is searched. */
void mail_apply_typed(struct mail *m)
{
	char *text CLEANUP(mem_free_ptr) = m->typed;

	if (!text)
		return;
	m->typed = NULL;
	/* One letter would find half of the mail. Half a query is no mistake
	 * yet: the last good one stays. */
	if (strlen(text) >= 2 || !*text)
		(void)!mail_set_limit(m, text, true, NULL);
}

/* --- search and limit -------------------------------------------------------- */

static void search_changed(struct app *app, void *ctx, const char *text)
{
	struct mail *m = mail_of(app);

	(void)ctx;
	if (!m)
		return;
	mem_replace(&m->typed, xstrdup(text));
	app_damage(app, DAMAGE_SCREEN);
}

static void search_done(struct app *app, void *ctx, const char *text)
{
	struct mail *m = mail_of(app);
	struct err err = ERR_INIT;

	(void)ctx;
	if (!m)
		return;
	mem_replace(&m->typed, NULL);
	m->typing = false;
	if (!text)
		text = str_or_empty(m->kept_text);
	else
		m->focus = MAIL_LIST;
	if (!mail_set_limit(m, text, true, &err))
		message_show(app, MESSAGE_ERROR, "Search: %s", err.text);
	mem_replace(&m->kept_text, NULL);
}

static void ask(struct app *app, const char *label, const char *initial,
		prompt_done_fn *done, prompt_change_fn *change)
{
	struct prompt_spec spec = {
		.label = label,
		.initial = initial,
		.history = "query",
		.complete = "query",
		.done = done,
		.change = change,
	};

	prompt_open(app, &spec);
}

static void search_words_or_ask(struct app *app, struct mail *m,
				const struct command_call *call)
{
	struct err err = ERR_INIT;

	if (call->argc && str_eq(call->argv[0], "--server")) {
		struct command_call on = {.id = COMMAND_search_server,
					  .argc = call->argc - 1,
					  .argv = call->argv + 1,
					  .rest = call->rest +
						  strlen("--server")};

		cmd_search_server(app, &on);
		return;
	}
	if (call->argc) {
		if (!mail_set_limit(m, call->rest, true, &err))
			message_show(app, MESSAGE_ERROR, "Search: %s",
				     err.text);
		return;
	}
	mem_replace(&m->kept_text, xstrdup(m->limit_text));
	m->typing = true;
	ask(app, "/", NULL, search_done, search_changed);
}

void mail_search(struct app *app, const struct command_call *call)
{
	struct mail *m = mail_of(app);

	if (m)
		search_words_or_ask(app, m, call);
}

static void limit_done(struct app *app, void *ctx, const char *text)
{
	struct mail *m = mail_of(app);
	struct err err = ERR_INIT;

	(void)ctx;
	if (m && text && !mail_set_limit(m, text, false, &err))
		message_show(app, MESSAGE_ERROR, "Limit: %s", err.text);
}

void cmd_limit(struct app *app, const struct command_call *call)
{
	struct mail *m = mail_of(app);

	if (!m)
		return;
	if (call->argc)
		limit_done(app, NULL, call->rest);
	else
		ask(app, "Limit to (Enter: all): ", m->limit_text, limit_done,
		    NULL);
}

/* --- sorting ----------------------------------------------------------------- */

static void sort_done(struct app *app, void *ctx, char choice)
{
	static const struct {
		char key;
		const char *name;
		bool turned;
	} keys[] = {
		{'d', "date", false},	 {'D', "date", true},
		{'f', "from", false},	 {'F', "from", true},
		{'s', "subject", false}, {'S', "subject", true},
		{'z', "size", false},	 {'Z', "size", true},
		{'t', "thread", false},	 {'T', "thread", true},
	};
	struct mail *m = mail_of(app);

	(void)ctx;
	for (size_t i = 0; m && i < ARRAY_LEN(keys); i++)
		if (keys[i].key == choice)
			mail_set_sort(m, keys[i].name, keys[i].turned);
}

void cmd_sort(struct app *app, const struct command_call *call)
{
	static const char *const names[] = {"date", "from", "subject", "size",
					    "thread"};
	struct mail *m = mail_of(app);
	const char *name;

	if (!m)
		return;
	if (!call->argc) {
		prompt_choose(app,
			      "Sort by (d)ate (f)rom (s)ubject si(z)e "
			      "(t)hread, capital: turned round",
			      "dDfFsSzZtT", 0, sort_done, NULL, NULL);
		return;
	}
	name = call->argv[0] + (*call->argv[0] == '-');
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (str_eq(names[i], name)) {
			mail_set_sort(m, name, name != call->argv[0]);
			return;
		}
	message_show(app, MESSAGE_ERROR,
		     "\"%s\" is no order: date, from, subject, size, thread",
		     name);
}

void cmd_threads(struct app *app, const struct command_call *call)
{
	struct mail *m = mail_of(app);

	(void)call;
	if (m)
		mail_set_sort(m,
			      m->query.sort == SORT_THREAD ? "date" : "thread",
			      false);
}

static void columns_done(struct app *app, void *ctx, const char *text)
{
	struct mail *m = mail_of(app);

	(void)ctx;
	if (m && m->node && text && *text)
		(void)mail_set_columns(m, text);
}

void cmd_columns(struct app *app, const struct command_call *call)
{
	struct prompt_spec spec = {
		.label = "Columns (-size hides, +category shows): ",
		.history = "columns",
		.done = columns_done};

	if (call->argc)
		columns_done(app, NULL, call->rest);
	else
		prompt_open(app, &spec);
}

/* --- tags -------------------------------------------------------------------- */

/* Ids of the list's rows that match `text` as well. The trees stay apart: the
 * node made here only borrows them for the query. */
static bool matching_ids(struct mail *m, const char *text, int64_t **ids,
			 size_t *n, struct err *err)
{
	struct search_node *node;
	struct search_node *kids[2];
	struct search_node both = {
		.op = SEARCH_AND, .kids = kids, .n = 2, .cap = 2};
	struct item_query q = m->query;
	bool ok;

	if (!mail_parse_query(text, false, &node, err))
		return false;
	q.search = node;
	if (m->limit && node->op != SEARCH_ALL) {
		kids[0] = m->limit;
		kids[1] = node;
		q.search = &both;
	} else if (m->limit) {
		q.search = m->limit;
	}
	q.limit = TAG_MOST;
	ok = query_ids(m->store, &q, TAG_MOST, ids, n, err);
	search_node_free(node);
	return ok;
}

static void tag_done(struct app *app, void *ctx, const char *text)
{
	struct mail *m = mail_of(app);
	struct err err = ERR_INIT;
	int64_t *ids = NULL;
	size_t n = 0;

	(void)ctx;
	if (!m || !m->store || !text)
		return;
	if (!matching_ids(m, text, &ids, &n, &err)) {
		message_show(app, MESSAGE_ERROR, "Tag: %s", err.text);
		return;
	}
	for (size_t i = 0; i < n; i++)
		list_tag(m->list, ids[i], true);
	message_show(app, n ? MESSAGE_OK : MESSAGE_WARNING,
		     n ? "Tagged %zu; ; before a command applies it to them"
		       : "Nothing matches",
		     n);
	free(ids);
}

void cmd_tag_pattern(struct app *app, const struct command_call *call)
{
	if (call->argc)
		tag_done(app, NULL, call->rest);
	else
		ask(app, "Tag messages matching: ", NULL, tag_done, NULL);
}

void cmd_untag_all(struct app *app, const struct command_call *call)
{
	struct mail *m = mail_of(app);

	(void)call;
	if (m)
		list_untag_all(m->list);
}

void cmd_apply_tagged(struct app *app, const struct command_call *call)
{
	struct mail *m = mail_of(app);
	int64_t *ids = NULL;
	size_t n;

	(void)call;
	if (!m)
		return;
	n = list_tagged(m->list, &ids);
	free(ids);
	m->armed = n > 0;
	message_show(app, MESSAGE_INFO, "The next command is for %zu tagged",
		     n);
}

struct delete_all {
	int64_t *ids;
	size_t n;
};

static void free_delete_all(void *ctx)
{
	struct delete_all *d = ctx;

	free(d->ids);
	free(d);
}

static void delete_all_done(struct app *app, void *ctx, char choice)
{
	struct delete_all *d = ctx;
	struct str said CLEANUP(str_release) = STR_INIT;

	if (choice != 'y')
		return;
	str_add(&said, "Deleted ");
	format_add_plural(&said, (int64_t)d->n, "message", "messages");
	str_add(&said, " - u undo");
	session_change(app, intent_delete(d->ids, d->n, DELETE_TO_DELETED),
		       "Delete", said.s);
}

static void delete_pattern_done(struct app *app, void *ctx, const char *text)
{
	struct mail *m = mail_of(app);
	struct delete_all *d;
	struct str question CLEANUP(str_release) = STR_INIT;
	struct err err = ERR_INIT;

	(void)ctx;
	if (!m || !m->store || !text || !*text)
		return;
	d = xcalloc(1, sizeof(*d));
	if (!matching_ids(m, text, &d->ids, &d->n, &err)) {
		message_show(app, MESSAGE_ERROR, "Delete: %s", err.text);
		free_delete_all(d);
		return;
	}
	if (!d->n) {
		message_show(app, MESSAGE_WARNING, "Nothing matches");
		free_delete_all(d);
		return;
	}
	str_add(&question, "Delete ");
	format_add_plural(&question, (int64_t)d->n, "message", "messages");
	str_add_char(&question, '?');
	prompt_choose(app, question.s, "yn", 'n', delete_all_done, d,
		      free_delete_all);
}

void cmd_delete_pattern(struct app *app, const struct command_call *call)
{
	if (call->argc)
		delete_pattern_done(app, NULL, call->rest);
	else
		ask(app, "Delete messages matching: ", NULL,
		    delete_pattern_done, NULL);
}

/* --- the next one -------------------------------------------------------------- */

static bool is_unread(void *ctx, const struct list_row *row)
{
	const struct mail_row *r = row->data;

	(void)ctx;
	if (r->muted || r->foreign)
		return false;
	return r->folded ? r->unread : !(r->item.flags & ITEM_READ);
}

int64_t mail_step(struct app *app, int by, bool unread)
{
	struct mail *m = mail_of(app);
	bool moved;

	if (!m)
		return 0;
	mail_sync_list(m);
	moved = unread ? list_find(m->list, by < 0, UNREAD_LOOK, is_unread,
				   NULL)
		       : list_move(m->list, by);
	m->row_chosen = true;
	app_damage(app, DAMAGE_SCREEN);
	return moved && list_current(m->list) ? list_current(m->list)->id : 0;
}

struct other_thread {
	int64_t thread;
};

static bool is_other_thread(void *ctx, const struct list_row *row)
{
	const struct other_thread *t = ctx;

	return mail_row_item(row)->thread != t->thread;
}

static void step_thread(struct app *app, bool back)
{
	struct mail *m = mail_of(app);
	const struct item *it = m ? mail_current(m) : NULL;
	struct other_thread t;

	if (!it)
		return;
	t.thread = it->thread;
	if (!list_find(m->list, back, UNREAD_LOOK, is_other_thread, &t))
		message_show(app, MESSAGE_INFO, "No other conversation");
	m->row_chosen = true;
}

void cmd_next_thread(struct app *app, const struct command_call *call)
{
	(void)call;
	step_thread(app, false);
}

void cmd_prev_thread(struct app *app, const struct command_call *call)
{
	(void)call;
	step_thread(app, true);
}
