/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/news.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "config/config.h"
#include "engine/engine.h"
#include "text/quiet.h"
#include "text/search.h"
#include "ui/format.h"
#include "ui/notify.h"
#include "ui/seat.h"

#define NAMED_MOST 20 /* of more, the event names only some */

/* What is new, in words. */
struct news {
	VEC(int64_t) ids;
	struct str line;
	char *from, *subject; /* of the last */
};

static void news_release(struct news *n)
{
	vec_release(&n->ids);
	str_release(&n->line);
	free(n->from);
	free(n->subject);
}

/* --- is it wanted? -------------------------------------------------------------- */

static bool is_quiet(struct app *app, const struct seat *seat)
{
	const struct strv *rules = config_list(seat->files, seat->account->name,
					       CONFIG_QUIET_HOURS);
	struct clock_parts now;
	struct err err = ERR_INIT;

	clock_local(clock_now(), &now);
	for (size_t i = 0; rules && i < rules->n; i++) {
		bool covers;

		if (!quiet_covers(rules->v[i], now.weekday,
				  now.hour * 60 + now.minute, &covers, &err))
			message_show(app, MESSAGE_WARNING, "quiet-hours: %s",
				     err.text);
		if (covers)
			return true;
	}
	return false;
}

/* notify-query: only what it finds is announced. */
static bool matches(struct app *app, const struct seat *seat, int64_t id)
{
	const char *text = config_text(seat->files, seat->account->name,
				       CONFIG_NOTIFY_QUERY);
	struct search_node *node = NULL, *both, *row;
	struct item_query q = {.limit = 1};
	struct err err = ERR_INIT;
	int64_t n = 0;

	if (!text || !*text)
		return true;
	if (!search_parse(&node, text, clock_now(), &err)) {
		message_show(app, MESSAGE_WARNING, "notify-query: %s",
			     err.text);
		return true;
	}
	both = search_node_new(SEARCH_AND, 0);
	row = search_node_new(SEARCH_ROWS, 0);
	row->text = xasprintf("[%lld]", (long long)id);
	search_node_give(both, row);
	search_node_give(both, node);
	q.search = both;
	if (!query_count(seat->store, &q, 1, &n, NULL))
		n = 1;
	search_node_free(both);
	return n > 0;
}

/* --- words ------------------------------------------------------------------------ */

static void add_clean(struct str *b, const char *text)
{
	char *clean CLEANUP(mem_free_ptr) =
		utf8_clean_line(str_or_empty(text), false);

	str_add(b, clean);
}

static const char *sender(const struct item *it)
{
	return it->from_name && *it->from_name ? it->from_name
					       : str_or_empty(it->from_addr);
}

static void take_item(struct news *n, const struct item *it)
{
	vec_add(&n->ids, it->id);
	/* The newest is named. */
	mem_replace(&n->from, xstrdup(sender(it)));
	mem_replace(&n->subject, xstrdup(str_or_empty(it->subject)));
}

static void put_into_words(struct news *n, const char *folder, int64_t count)
{
	if (count > 1) {
		format_add_plural(&n->line, count, "new message",
				  "new messages");
		if (folder)
			str_addf(&n->line, " in %s", folder);
		str_add(&n->line, ", the last from ");
	} else {
		str_add(&n->line, "New from ");
	}
	add_clean(&n->line, n->from);
	str_add(&n->line, ": ");
	add_clean(&n->line, *n->subject ? n->subject : "(no subject)");
	if (count <= 1 && folder)
		str_addf(&n->line, "  [%s]", folder);
}

static void collect(struct app *app, const struct seat *seat,
		    const struct event *ev, struct news *n)
{
	const char *p = str_or_empty(ev->text);

	while (*p) {
		char *end;
		int64_t id = strtoll(p, &end, 10);
		struct item it;

		if (end == p)
			break;
		p = end;
		if (!query_item(seat->store, id, &it, NULL))
			continue;
		if (matches(app, seat, id))
			take_item(n, &it);
		item_release(&it);
	}
}

/* --- the ways --------------------------------------------------------------------- */

static void announce(struct app *app, const struct seat *seat, const char *how,
		     const char *folder, const struct news *n)
{
	const struct account *a = seat->account;
	struct strv env CLEANUP(strv_release) = {0};
	struct str ids CLEANUP(str_release) = STR_INIT;

	message_show(app, MESSAGE_INFO, "%s%s%s",
		     a == app->account ? "" : a->name,
		     a == app->account ? "" : ": ", n->line.s);
	if (is_quiet(app, seat))
		return;
	for (size_t i = 0; i < n->ids.n; i++)
		str_addf(&ids, "%s%lld", i ? " " : "", (long long)n->ids.v[i]);
	strv_give(&env, xasprintf("RETINUE_ACCOUNT=%s", a->name));
	strv_give(&env, xasprintf("RETINUE_FOLDER=%s", str_or_empty(folder)));
	strv_give(&env, xasprintf("RETINUE_FROM=%s", str_or_empty(n->from)));
	strv_give(&env,
		  xasprintf("RETINUE_SUBJECT=%s", str_or_empty(n->subject)));
	strv_give(&env, xasprintf("RETINUE_ID=%s", ids.s));
	notify_person(how, n->line.s, &env);
}

void news_announce(struct app *app, const struct seat *seat,
		   const struct event *ev)
{
	struct news n = {.line = STR_INIT};
	char *path CLEANUP(mem_free_ptr) = NULL;
	const char *how;

	if (!seat->store || !seat->account || !seat->files)
		return;
	path = query_path_of(seat->store, ev->folder);
	how = config_folder_text(seat->files, seat->account->name,
				 str_or_empty(path), CONFIG_NOTIFY);
	if (how && str_eq(how, "off"))
		return;
	collect(app, seat, ev, &n);
	if (n.ids.n) {
		/* Of a flood only the newest have come with their names. */
		put_into_words(&n, path,
			       ev->count > NAMED_MOST ? ev->count
						      : (int64_t)n.ids.n);
		announce(app, seat, how, path, &n);
	}
	news_release(&n);
}
