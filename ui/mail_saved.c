/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* What is kept with the mirror: searches with a name, which stand among the
 * folders, and how each folder is shown. */
#include "ui/mail_threads.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "engine/engine.h"
#include "text/search.h"
#include "ui/session.h"

#define COUNT_DELAY_MS 300
#define COUNT_PAUSE_MS 40

/* The same name is the same node, whatever else is saved. */
static int64_t node_of(const char *name)
{
	uint32_t h = 2166136261u;

	for (const char *p = name; *p; p++)
		h = (h ^ (unsigned char)*p) * 16777619u;
	return MAIL_NODE_SAVED - (int64_t)(h & 0x7fffffff);
}

/* A count stays until there is a newer one. */
static void keep_counts(struct mail *m, const struct strv *names,
			const struct strv *queries)
{
	VEC(int64_t) counts = {0};

	for (size_t i = 0; i < names->n; i++) {
		int64_t n = -1;

		for (size_t k = 0; k < m->saved_counts.n; k++)
			if (str_eq(m->saved_names.v[k], names->v[i]) &&
			    str_eq(m->saved_queries.v[k], queries->v[i]))
				n = m->saved_counts.v[k];
		vec_add(&counts, n);
	}
	vec_release(&m->saved_counts);
	m->saved_counts.v = counts.v;
	m->saved_counts.n = counts.n;
	m->saved_counts.cap = counts.cap;
}

static void count_next(struct app *app, void *ctx)
{
	struct mail *m = ctx;
	struct search_node *node = NULL;
	int64_t n = 0;
	size_t i = m->saved_next;

	m->saved_timer = 0;
	if (i >= m->saved_counts.n || !m->store) {
		m->saved_next = 0;
		if (m->saved_again)
			mail_count_saved(m);
		m->saved_again = false;
		return;
	}
	if (mail_parse_query(m->saved_queries.v[i], false, &node, NULL)) {
		struct item_query q = {.search = node, .limit = 1};

		if (!query_count(m->store, &q, MAIL_COUNT_MOST, &n, NULL))
			n = 0;
	}
	search_node_free(node);
	if (n != m->saved_counts.v[i]) {
		m->saved_counts.v[i] = n;
		mail_show_tree(m);
		app_damage(app, DAMAGE_SCREEN);
	}
	m->saved_next++;
	m->saved_timer = app_timer(app, COUNT_PAUSE_MS, count_next, m);
}

void mail_count_saved(struct mail *m)
{
	if (!m->saved_counts.n)
		return;
	/* While new mail comes in, the first of them would be counted again
	 * and again: begin anew only when all were. */
	if (m->saved_timer && m->saved_next) {
		m->saved_again = true;
		return;
	}
	app_timer_cancel(m->app, m->saved_timer);
	m->saved_next = 0;
	m->saved_timer = app_timer(m->app, COUNT_DELAY_MS, count_next, m);
}

void mail_load_saved(struct mail *m)
{
	struct strv names, queries;

	strv_init(&names);
	strv_init(&queries);
	if (m->store &&
	    query_facts(m->store, MAIL_SAVED_PREFIX, &names, &queries, NULL)) {
		keep_counts(m, &names, &queries);
		strv_release(&m->saved_names);
		strv_release(&m->saved_queries);
		m->saved_names = names;
		m->saved_queries = queries;
		return;
	}
	strv_release(&names);
	strv_release(&queries);
}

/* The search shown may have another name now, or be gone. */
void mail_settle_saved(struct mail *m)
{
	const char *name, *query;

	if (m->node > MAIL_NODE_SAVED ||
	    mail_saved_at(m, m->node, &name, &query))
		return;
	mail_show_node(m, mail_saved_at(m, m->follow, &name, &query)
				  ? m->follow
				  : (int64_t)MAIL_NODE_ALL);
	tree_go_to(m->tree, m->node);
}

int64_t mail_saved_node(const struct mail *m, size_t i)
{
	return i < m->saved_names.n ? node_of(m->saved_names.v[i]) : 0;
}

bool mail_saved_at(const struct mail *m, int64_t node, const char **name,
		   const char **query)
{
	for (size_t i = 0; node <= MAIL_NODE_SAVED && i < m->saved_names.n;
	     i++) {
		if (node_of(m->saved_names.v[i]) != node)
			continue;
		*name = m->saved_names.v[i];
		*query = m->saved_queries.v[i];
		return true;
	}
	return false;
}

static void keep(struct app *app, const char *prefix, const char *key,
		 const char *value, const char *what)
{
	struct request r = {.kind = REQUEST_KEEP,
			    .text = xasprintf("%s%s", prefix, key),
			    .value = xstrdup(value)};

	session_submit(app, &r, what);
}

/* --- searches ---------------------------------------------------------------
 */

static bool check_name(struct app *app, const char *name)
{
	if (*name && strlen(name) <= MAIL_SAVED_NAME_MAX)
		return true;
	message_show(app, MESSAGE_ERROR,
		     *name ? "This name is too long for the folder list"
			   : "A search needs a name");
	return false;
}

static void save_done(struct app *app, void *ctx, const char *text)
{
	struct mail *m = mail_of(app);
	struct str name CLEANUP(str_release) = STR_INIT;

	(void)ctx;
	str_add(&name, str_or_empty(text));
	str_trim(&name);
	if (!text || !m || !m->limit_text || !check_name(app, name.s))
		return;
	keep(app, MAIL_SAVED_PREFIX, name.s, m->limit_text, "Save the search");
	message_show(app, MESSAGE_OK, "Saved as \"%s\" among the Searches",
		     name.s);
}

void cmd_search_save(struct app *app, const struct command_call *call)
{
	struct mail *m = mail_of(app);
	struct prompt_spec spec = {.label = "Save this search as: ",
				   .history = "saved",
				   .done = save_done};

	if (!m)
		return;
	if (!m->limit_text) {
		message_show(app, MESSAGE_WARNING,
			     "There is nothing to save: / or l searches "
			     "first");
		return;
	}
	if (call->argc) {
		save_done(app, NULL, call->rest);
		return;
	}
	prompt_open(app, &spec);
}

struct saved {
	char *name, *query;
};

static void free_saved(void *ctx)
{
	struct saved *s = ctx;

	free(s->name);
	free(s->query);
	free(s);
}

static void rename_done(struct app *app, void *ctx, const char *text)
{
	const struct saved *s = ctx;
	struct mail *m = mail_of(app);
	struct str name CLEANUP(str_release) = STR_INIT;

	str_add(&name, str_or_empty(text));
	str_trim(&name);
	if (!text || str_eq(name.s, s->name) || !check_name(app, name.s))
		return;
	keep(app, MAIL_SAVED_PREFIX, name.s, s->query, "Rename the search");
	keep(app, MAIL_SAVED_PREFIX, s->name, NULL, "Rename the search");
	if (m && m->node == node_of(s->name))
		m->follow = node_of(name.s);
}

static void remove_done(struct app *app, void *ctx, char choice)
{
	const struct saved *s = ctx;
	struct mail *m = mail_of(app);

	if (choice != 'y')
		return;
	keep(app, MAIL_SAVED_PREFIX, s->name, NULL, "Remove the search");
	if (m && m->node == node_of(s->name))
		mail_show_node(m, MAIL_NODE_ALL);
	message_show(app, MESSAGE_OK,
		     "Search \"%s\" removed; its messages stay", s->name);
}

/* Renaming and removing are those of folders. */
bool mail_saved_command(struct app *app, struct mail *m,
			const struct command_call *call)
{
	struct saved *s;
	const char *name, *query;
	struct str q CLEANUP(str_release) = STR_INIT;
	struct prompt_spec spec = {.label = "New name: ",
				   .history = "saved",
				   .done = rename_done,
				   .free_ctx = free_saved};

	if (!mail_saved_at(m, tree_current(m->tree), &name, &query))
		return false;
	if (call->id != COMMAND_folder_rename &&
	    call->id != COMMAND_folder_delete)
		return false;
	s = xcalloc(1, sizeof(*s));
	s->name = xstrdup(name);
	s->query = xstrdup(query);
	if (call->id == COMMAND_folder_delete) {
		str_addf(&q, "Remove the search \"%s\"?", name);
		prompt_choose(app, q.s, "yn", 'n', remove_done, s, free_saved);
		return true;
	}
	if (call->argc) {
		rename_done(app, s, call->rest);
		free_saved(s);
		return true;
	}
	spec.ctx = s;
	spec.initial = s->name;
	prompt_open(app, &spec);
	return true;
}

/* --- how a folder is shown ---------------------------------------------------
 */

static char *view_key(const struct mail *m)
{
	const char *name, *query;

	if (m->node > 0)
		return m->store ? query_path_of(m->store, m->node) : NULL;
	if (mail_saved_at(m, m->node, &name, &query))
		return xasprintf("@%s", name);
	return xasprintf("@%lld", (long long)m->node);
}

void mail_keep_view(struct mail *m)
{
	char *key CLEANUP(mem_free_ptr) = view_key(m);
	struct mail_place *p = mail_place_of(m);
	struct str v CLEANUP(str_release) = STR_INIT;

	if (!key || !p || !m->app->engine)
		return;
	p->fold_all = m->fold_all;
	str_addf(&v, "sort %d %d fold %d hide %u", (int)p->sort, p->ascending,
		 p->fold_all, p->hidden);
	keep(m->app, MAIL_VIEW_PREFIX, key, v.s, NULL);
}

/* What was kept of the node, into a place that has the configured values. */
void mail_load_view(struct mail *m, int64_t node, struct mail_place *p)
{
	int64_t now = m->node;
	char *key, *name, *value;
	int sort, ascending, fold;
	unsigned hidden;

	m->node = node;
	key = view_key(m);
	m->node = now;
	if (!key || !m->store) {
		free(key);
		return;
	}
	name = xasprintf("%s%s", MAIL_VIEW_PREFIX, key);
	value = query_fact(m->store, name);
	if (value &&
	    sscanf(value, "sort %d %d fold %d hide %u", &sort, &ascending,
		   &fold, &hidden) == 4 &&
	    sort >= 0 && sort <= SORT_THREAD) {
		p->sort = (enum item_sort)sort;
		p->ascending = ascending != 0;
		p->threads = p->sort == SORT_THREAD;
		p->fold_all = fold != 0;
		p->hidden = hidden;
	}
	free(value);
	free(name);
	free(key);
}
