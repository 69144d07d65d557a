/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* A search goes on on the server, where the mirror ends. */
#include "ui/mail_threads.h"

#include <string.h>

#include "engine/engine.h"
#include "text/search.h"
#include "ui/session.h"

/* The server looks for words; what else the query wants of a message, the
 * mirror knows of each that it found. Where a query is no plain list of wishes,
 * all that was found is shown. */
static void add_wishes(struct search_node *both, const char *text)
{
	struct search_node *query = NULL;

	if (!mail_parse_query(text, false, &query, NULL))
		return;
	for (size_t i = 0; query->op == SEARCH_AND && i < query->n; i++) {
		struct search_node *kid = query->kids[i];

		if (kid->text || kid->n)
			continue;
		search_node_give(both, kid);
		query->kids[i] = search_node_new(SEARCH_ALL, 0);
	}
	search_node_free(query);
}

static struct search_node *found_node(const char *ids, const char *text)
{
	struct search_node *rows = search_node_new(SEARCH_ROWS, 0);
	struct search_node *both = search_node_new(SEARCH_AND, 0);
	struct str json CLEANUP(str_release) = STR_INIT;

	str_add_char(&json, '[');
	for (const char *p = ids; *p; p++)
		str_add_char(&json, *p == ' ' ? ',' : *p);
	str_add_char(&json, ']');
	rows->text = str_take(&json);
	search_node_give(both, rows);
	search_node_give(both, search_node_new(SEARCH_ALL, 0));
	add_wishes(both, text);
	return both;
}

/* How many of what was found the list does not have already. */
static int64_t count_more(struct mail *m, const struct search_node *found)
{
	struct item_query q = m->query;
	struct search_node *kids[2];
	struct search_node *no[1] = {m->limit};
	struct search_node not = {.op = SEARCH_NOT, .kids = no, .n = 1};
	struct search_node both = {.op = SEARCH_AND, .kids = kids, .n = 2};
	struct search_node wanted = *found;
	int64_t n = 0;

	kids[0] = &wanted;
	kids[1] = &not ;
	q.search = &both;
	q.limit = 1;
	return query_count(m->store, &q, MAIL_COUNT_MOST, &n, NULL) ? n : 0;
}

void mail_server_results(struct mail *m, const struct event *ev)
{
	struct search_node *either, *local = NULL, *found;
	int64_t more;

	if (!m->server_ticket || ev->ticket != m->server_ticket)
		return;
	m->server_ticket = 0;
	/* Something else is looked for by now. */
	if (!m->store || !m->limit_text ||
	    !str_eq(m->limit_text, m->server_text) ||
	    !mail_parse_query(m->server_text, true, &local, NULL))
		return;
	found = found_node(str_or_empty(ev->text), m->server_text);
	more = m->limit ? count_more(m, found) : 0;
	either = search_node_new(SEARCH_OR, 0);
	search_node_give(either, local);
	search_node_give(either, found);
	mail_take_limit(m, either, xstrdup(m->server_text));
	m->server_limit = true;
	if (more)
		message_show(m->app, MESSAGE_OK,
			     "The server found %lld more, which are in the "
			     "list now",
			     (long long)more);
	else
		message_show(m->app, MESSAGE_INFO,
			     "The server found nothing that is not here");
}

static void ask_server(struct app *app, void *ctx, const char *text)
{
	struct mail *m = mail_of(app);
	struct request r = {.kind = REQUEST_SEARCH};
	struct strv words CLEANUP(strv_release);
	struct search_node *node = NULL;
	struct err err = ERR_INIT;

	(void)ctx;
	strv_init(&words);
	if (!m || !text || !*text)
		return;
	if (!mail_parse_query(text, false, &node, &err)) {
		message_show(app, MESSAGE_ERROR, "Search: %s", err.text);
		return;
	}
	search_words(node, &words);
	search_node_free(node);
	if (!words.n) {
		message_show(app, MESSAGE_WARNING,
			     "The server looks for words: this search has "
			     "none, and the mirror knows all else");
		return;
	}
	if ((!m->limit_text || !str_eq(m->limit_text, text)) &&
	    !mail_set_limit(m, text, true, &err))
		return;
	r.folder = m->node > 0 ? m->node : 0;
	r.text = strv_join(&words, " ");
	mem_replace(&m->server_text, xstrdup(text));
	m->server_ticket = session_submit(app, &r, "Search on the server");
	if (m->server_ticket)
		message_show(app, MESSAGE_INFO, "Asking the server ...");
}

void cmd_search_server(struct app *app, const struct command_call *call)
{
	struct mail *m = mail_of(app);
	const char *rest = call->rest + strspn(call->rest, " \t");
	struct prompt_spec spec = {.label = "Search on the server: ",
				   .history = "query",
				   .complete = "query",
				   .done = ask_server};

	if (!m)
		return;
	if (*rest)
		ask_server(app, NULL, rest);
	else if (m->limit_text)
		ask_server(app, NULL, m->limit_text);
	else
		prompt_open(app, &spec);
}
