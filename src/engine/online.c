/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Online or not: what trouble with the server means for everybody, when it is
 * tried again, what is known of it from before, and the core's timers.
 */
#include "engine/core.h"
#include <inttypes.h>
#include "base/clock.h"
#include "base/log.h"
#include "store/route.h"

#define LOOK_MS 1000
#define WAIT_MOST_MS 1000
#define INFO_AGE (24 * 3600)
#define PUSH_POLL_SECONDS 1800

/* --- what is known of the server ------------------------------------------ */

static int64_t fact_number(struct core *c, const char *key)
{
	char *text CLEANUP(mem_free_ptr) = query_fact(c->store, key);

	return text ? strtoll(text, NULL, 10) : 0;
}

/* Found by this protocol, or by asking the server which one it is. */
static bool is_ours(const struct core *c, const char *protocol)
{
	const char *name = c->engine->ops->name;

	return protocol &&
	       (strcmp(name, "auto") == 0 || strcmp(protocol, name) == 0);
}

void core_load_info(struct core *c)
{
	struct backend_info *i = &c->info;
	int64_t last = fact_number(c, "last-sync");

	i->protocol = query_fact(c->store, "backend-protocol");
	i->version = query_fact(c->store, "backend-version");
	i->build = query_fact(c->store, "server-build");
	i->url = query_fact(c->store, "backend-url");
	i->caps = (unsigned)fact_number(c, "backend-caps");
	/* Servers are updated: ask anew once a day. */
	c->have_info = i->version && i->url && is_ours(c, i->protocol) &&
		       fact_number(c, "backend-asked") + INFO_AGE > clock_now();
	c->info_generation = 1;
	c->engine->state.last_sync = last ? last : CLOCK_NEVER;
	c->news_since = last ? last - 600 : clock_now();
}

/* Which protocol and server serve which feature, chosen from what the server
 * has just said of itself. */
static bool choose_routes(struct core *c, const struct backend_info *i,
			  struct err *err)
{
	static const enum route_security securities[] = {
		[LDAP_AUTO] = ROUTE_TLS,
		[LDAP_TLS] = ROUTE_TLS,
		[LDAP_STARTTLS] = ROUTE_STARTTLS,
		[LDAP_KERBEROS] = ROUTE_KERBEROS,
	};
	const struct account *a = c->engine->account;
	struct route_facts facts = {
		.webdav = i->protocol && !str_eq(i->protocol, "ews"),
		.build = i->build,
		.version = i->version,
		.url = i->url ? i->url : a->url,
		.public_url = a->public_url,
		.ldap_host = a->ldap_host,
		.catalog_port = a->ldap_port,
		.ldap_security = securities[a->ldap_security],
	};
	struct route_table t;
	bool ok;

	routes_choose(&facts, &t);
	ok = write_routes(c->store, &t, err);
	route_table_release(&t);
	return ok;
}

bool core_apply_info(struct core *c, struct msg *m, size_t *cursor UNUSED,
		     bool *done, struct err *err)
{
	char *caps CLEANUP(mem_free_ptr) = xasprintf("%u", m->info.caps);
	char *now CLEANUP(mem_free_ptr) = xasprintf("%" PRId64, clock_now());

	*done = true;
	if (!write_fact(c->store, "backend-protocol", m->info.protocol, err) ||
	    !write_fact(c->store, "backend-version", m->info.version, err) ||
	    !write_fact(c->store, "server-build", m->info.build, err) ||
	    !write_fact(c->store, "backend-url", m->info.url, err) ||
	    !write_fact(c->store, "backend-caps", caps, err) ||
	    !write_fact(c->store, "backend-asked", now, err) ||
	    !choose_routes(c, &m->info, err))
		return false;
	backend_info_release(&c->info);
	backend_info_copy(&c->info, &m->info);
	c->have_info = true;
	c->info_generation++;
	c->told_state = true;
	return true;
}

/* --- states --------------------------------------------------------------- */

void core_answer_follower(struct core *c)
{
	struct err err;

	if (c->network && fact_number(c, "sync-wanted") &&
	    !write_fact(c->store, "sync-wanted", NULL, &err))
		log_at(LOG_WARN, "engine", "%s", err.text);
}

void core_set_online(struct core *c, enum engine_online online)
{
	if (c->online != online)
		c->told_state = true;
	c->online = online;
}

void core_want_sync(struct core *c)
{
	c->want_tree = true;
	c->want_contacts = c->want_others = true;
	c->sync_begun = true;
	c->next_poll = INT64_MAX;
}

void core_go_online(struct core *c)
{
	if (c->by_hand || c->online == ENGINE_ONLINE)
		return;
	c->failures = 0;
	chan_lock_take(c->engine->lock);
	err_clear(&c->engine->state.last_error);
	chan_lock_drop(c->engine->lock);
	core_set_online(c, ENGINE_ONLINE);
	c->next_push = 0;
}

static void set_last_error(struct core *c, const struct err *err)
{
	struct err why;

	chan_lock_take(c->engine->lock);
	c->engine->state.last_error = *err;
	chan_lock_drop(c->engine->lock);
	c->told_state = true;
	/* For whoever looks at the store later. */
	if (!write_fact(c->store, "last-error", err->text, &why))
		log_at(LOG_WARN, "engine", "%s", why.text);
	core_answer_follower(c);
}

static void go_offline(struct core *c, const struct err *err)
{
	static const int64_t seconds[] = {5,   10,  20,	 40, 80,
					  160, 320, 640, 900};
	size_t i = (size_t)c->failures;
	int64_t wait =
		seconds[i < ARRAY_LEN(seconds) ? i : ARRAY_LEN(seconds) - 1];

	c->next_try = clock_mono_ms() + wait * c->engine->second_ms;
	c->failures++;
	core_set_online(c, ENGINE_OFFLINE);
	set_last_error(c, err);
	core_fail_tickets(c, err);
	core_want_sync(c); /* once it is back */
}

static void pause_asking(struct core *c, const struct err *err)
{
	struct engine *e = c->engine;
	int64_t wait = err->retry_after_ms > 0 ? err->retry_after_ms
					       : 60 * e->second_ms;
	int64_t until = clock_mono_ms() + wait;

	chan_lock_take(e->lock);
	if (e->paused_until < until)
		e->paused_until = until;
	chan_lock_drop(e->lock);
	set_last_error(c, err);
	core_fail_tickets(c, err);
}

/* The common reaction to a job's failure; its own comes after. */
void core_job_trouble(struct core *c, const struct job *j)
{
	const struct err *err = &j->err;

	/* A broken stream of news says nothing about the rest. */
	if (c->stopping || j->kind == JOB_NOTIFY || j->lane >= LANE_DIRECTORY)
		return;
	if (err->kind == ERR_NONE) {
		core_go_online(c);
	} else if (err->kind == ERR_NETWORK) {
		if (!c->by_hand && c->online != ENGINE_OFFLINE)
			go_offline(c, err);
	} else if (err->kind == ERR_AUTH) {
		core_set_online(c, ENGINE_SIGNED_OUT);
		set_last_error(c, err);
		core_fail_tickets(c, err);
		core_tell_notice(c, err);
	} else if (err->kind == ERR_SERVER) {
		pause_asking(c, err);
	} else if (err->kind != ERR_CANCELLED) {
		core_go_online(c); /* refused, but it speaks to us */
	}
}

bool core_may_ask(const struct core *c)
{
	struct engine *e = c->engine;
	int64_t now = clock_mono_ms(), paused;

	if (c->stopping || e->options.mode == ENGINE_LOCAL || c->by_hand ||
	    c->online == ENGINE_SIGNED_OUT || c->disk_retry > now)
		return false;
	if (c->online == ENGINE_OFFLINE && now < c->next_try)
		return false;
	chan_lock_take(e->lock);
	paused = e->paused_until;
	chan_lock_drop(e->lock);
	return now >= paused;
}

/* A person wants the server now: forget back-offs and refusals. */
bool core_try_anew(struct core *c, struct err *err)
{
	atomic_store(&c->engine->refused, false);
	c->by_hand = false;
	c->failures = 0;
	c->next_try = 0;
	c->disk_retry = 0;
	if (c->online != ENGINE_ONLINE)
		core_set_online(c, ENGINE_CONNECTING);
	for (size_t i = 0; i < c->folders.n; i++)
		c->folders.v[i].not_before = 0;
	c->replay_due = clock_now();
	return !query_journal_waiting(c->store) ||
	       write_repeats_now(c->store, err);
}

/* --- timers --------------------------------------------------------------- */

static void become_full(struct core *c)
{
	char *path CLEANUP(mem_free_ptr) =
		xasprintf("%s.lock", c->engine->store_path);

	if (!lockfile_take(&c->lock, path, NULL))
		return;
	c->network = c->follower_asks = true;
	c->check_unsure = true;
	c->replay_due = clock_now();
	c->told_state = true;
	core_want_sync(c);
}

/* Another process wrote: show it, and do what it leaves to us. */
static void look_around(struct core *c)
{
	struct event e = {.kind = EVENT_FOREIGN};
	int64_t version = store_data_version(c->store);
	struct err err;

	c->next_look = clock_mono_ms() + LOOK_MS;
	if (!c->network && c->engine->options.mode != ENGINE_LOCAL)
		become_full(c);
	if (version == c->data_version)
		return;
	c->data_version = version;
	event_queue_push(&c->engine->events, &e);
	c->told_folders = c->told_state = true;
	core_tell_items(c, 0);
	if (!core_reload_folders(c, &err))
		core_tell_notice(c, &err);
	c->replay_due = clock_now();
	c->want_contacts |= query_contacts_waiting(c->store) > 0;
	if (!c->network || !fact_number(c, "sync-wanted"))
		return;
	c->follower_asks = true;
	if (c->by_hand)
		core_answer_follower(c);
	else if (!core_try_anew(c, &err))
		core_tell_notice(c, &err);
	else
		core_want_sync(c);
}

static int64_t poll_gap_ms(const struct core *c)
{
	int64_t seconds = c->engine->account->poll_seconds;

	if (seconds <= 0)
		seconds = 60;
	if (c->pushed && seconds < PUSH_POLL_SECONDS)
		seconds = PUSH_POLL_SECONDS;
	return seconds * c->engine->second_ms;
}

void core_tick(struct core *c)
{
	int64_t now = clock_mono_ms();

	if (now >= c->next_look)
		look_around(c);
	/* One that follows asks the server, too: for what a person looks at. */
	if (c->online == ENGINE_OFFLINE && !c->by_hand && now >= c->next_try &&
	    c->engine->options.mode != ENGINE_LOCAL)
		core_set_online(c, ENGINE_CONNECTING);
	if (c->network && c->engine->options.mode == ENGINE_FULL &&
	    now >= c->next_poll)
		core_want_sync(c);
	if (!c->sync_begun && c->next_poll == INT64_MAX)
		c->next_poll = now + poll_gap_ms(c);
}

static int64_t sooner(int64_t wait, int64_t at, int64_t now)
{
	if (at <= now || at == INT64_MAX)
		return wait;
	return at - now < wait ? at - now : wait;
}

int64_t core_next_wake(struct core *c)
{
	int64_t now = clock_mono_ms(), wait = WAIT_MOST_MS, due;

	wait = sooner(wait, c->next_look, now);
	wait = sooner(wait, c->next_try, now);
	wait = sooner(wait, c->next_push, now);
	wait = sooner(wait, c->next_poll, now);
	wait = sooner(wait, c->next_book, now);
	wait = sooner(wait, c->next_expiry, now);
	wait = sooner(wait, c->next_oof, now);
	wait = sooner(wait, c->next_storage, now);
	wait = sooner(wait, c->disk_retry, now);
	chan_lock_take(c->engine->lock);
	wait = sooner(wait, c->engine->paused_until, now);
	chan_lock_drop(c->engine->lock);
	if (c->replay_due != CLOCK_NEVER && c->network) {
		due = (c->replay_due - clock_now()) * 1000;
		if (due > 0 && due < wait)
			wait = due;
	}
	return wait;
}
