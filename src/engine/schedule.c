/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Requests, and which of the things wanted goes to which lane next. */
#include "engine/events.h"
#include "base/clock.h"
#include "base/log.h"

/* --- tickets -------------------------------------------------------------- */

/* For the directory's lane; everything else goes to the mailbox server. */
static bool is_of_directory(enum request_kind kind)
{
	return kind == REQUEST_PEOPLE || kind == REQUEST_EXPAND ||
	       kind == REQUEST_PERSON || kind == REQUEST_PASSWORD ||
	       kind == REQUEST_PHOTO || kind == REQUEST_STORAGE;
}

static bool needs_network(enum request_kind kind)
{
	return kind == REQUEST_SYNC || kind == REQUEST_BODY ||
	       kind == REQUEST_SEARCH || kind == REQUEST_OPEN_FOLDER;
}

struct ticket *core_find_ticket(struct core *c, uint64_t id)
{
	for (size_t i = 0; i < c->tickets.n; i++)
		if (c->tickets.v[i].id == id)
			return &c->tickets.v[i];
	return NULL;
}

void core_end_ticket_with(struct core *c, uint64_t ticket, int64_t entry,
			  const struct err *err)
{
	struct ticket *t = core_find_ticket(c, ticket);

	if (!t)
		return; /* cancelled, or failed before */
	core_tell_done(c, ticket, entry, err && err->kind ? err : &t->err);
	request_release(&t->request);
	vec_remove(&c->tickets, (size_t)(t - c->tickets.v));
}

void core_end_ticket(struct core *c, uint64_t ticket, const struct err *err)
{
	core_end_ticket_with(c, ticket, 0, err);
}

void core_fail_tickets(struct core *c, const struct err *err)
{
	for (size_t i = c->tickets.n; i-- > 0;)
		if (needs_network(c->tickets.v[i].request.kind))
			core_end_ticket(c, c->tickets.v[i].id, err);
}

void core_folder_trouble(struct core *c, int64_t folder, const struct err *err)
{
	for (size_t i = 0; i < c->tickets.n; i++) {
		struct ticket *t = &c->tickets.v[i];

		if ((t->request.kind == REQUEST_SYNC && !t->request.folder) ||
		    t->request.folder == folder)
			if (t->err.kind == ERR_NONE)
				t->err = *err;
	}
}

static bool is_waiting(const struct core *c, const struct folder_work *f)
{
	return f->remote && (f->mirrored || f->opened) &&
	       (f->active ||
		(f->dirty && f->not_before <= clock_mono_ms() && !c->stopping));
}

static bool tree_is_quiet(const struct core *c)
{
	if (c->want_tree || c->tree_active || c->want_others ||
	    c->others_active)
		return false;
	for (size_t i = 0; i < c->folders.n; i++)
		if (is_waiting(c, &c->folders.v[i]))
			return false;
	return true;
}

static bool replay_wanted(const struct core *c)
{
	return c->check_unsure || c->staged.n ||
	       (c->replay_due != CLOCK_NEVER && c->replay_due <= clock_now());
}

/* The process that talks to the server has synced for us, or could not. */
static bool is_answered(struct core *c, struct ticket *t)
{
	char *wanted CLEANUP(mem_free_ptr) =
		query_fact(c->store, "sync-wanted");
	char *last CLEANUP(mem_free_ptr) = query_fact(c->store, "last-sync");
	char *why CLEANUP(mem_free_ptr) = query_fact(c->store, "last-error");

	if (wanted)
		return false;
	if (!last || strtoll(last, NULL, 10) < t->asked)
		err_set(&t->err, ERR_NETWORK, "%s",
			why ? why : "the other retinue works offline");
	return true;
}

static bool is_done(struct core *c, struct ticket *t)
{
	const struct folder_work *f;

	if (t->request.kind == REQUEST_OPEN_FOLDER ||
	    (t->request.kind == REQUEST_SYNC && t->request.folder)) {
		f = core_folder(c, t->request.folder);
		return !f || (!is_waiting(c, f) && !f->newest);
	}
	if (t->request.kind != REQUEST_SYNC)
		return false; /* BODY, SEARCH and such: their jobs end them */
	if (!c->network)
		return is_answered(c, t);
	if (!tree_is_quiet(c) || c->replay_active || replay_wanted(c) ||
	    c->want_events || c->events_active)
		return false;
	if (c->engine->options.mode == ENGINE_ONCE &&
	    (core_book_waits(c) || core_contacts_wait(c)))
		return false;
	return c->engine->options.mode != ENGINE_ONCE ||
	       !c->engine->options.bodies ||
	       (!c->want_bodies && !c->bodies_active && !c->to_index);
}

/* A whole sync came to its end. */
static void finish_sync(struct core *c)
{
	char *now CLEANUP(mem_free_ptr) =
		xasprintf("%lld", (long long)clock_now());
	struct err err;

	c->sync_begun = false;
	c->want_bodies = c->want_events = c->want_plan = true;
	if (!write_begin(c->store, &err))
		return;
	if ((c->purge && !write_purge_gone(c->store, &err)) ||
	    !write_fact(c->store, "last-sync", now, &err) ||
	    (c->follower_asks &&
	     !write_fact(c->store, "sync-wanted", NULL, &err)) ||
	    !write_fact(c->store, "last-error", NULL, &err) ||
	    !write_commit(c->store, &err)) {
		write_rollback(c->store);
		return;
	}
	c->purge = false;
	c->tidy = true;
	chan_lock_take(c->engine->lock);
	c->engine->state.last_sync = clock_now();
	chan_lock_drop(c->engine->lock);
	c->told_state = true;
}

void core_check_sync(struct core *c)
{
	if (c->sync_begun && c->online == ENGINE_ONLINE && tree_is_quiet(c))
		finish_sync(c);
}

void core_check_tickets(struct core *c)
{
	for (size_t i = c->tickets.n; i-- > 0;) {
		struct ticket *t = &c->tickets.v[i];

		if (is_done(c, t))
			core_end_ticket(c, t->id, NULL);
	}
}

void core_cancel(struct core *c, uint64_t ticket)
{
	struct err err;

	for (int i = 0; i < LANE_COUNT; i++)
		if (c->lanes[i].busy && c->lanes[i].busy->ticket == ticket)
			chan_flag_raise(c->lanes[i].busy->cancel);
	err_set(&err, ERR_CANCELLED, "stopped");
	core_end_ticket(c, ticket, &err);
}

/* --- requests ------------------------------------------------------------- */

/* Why the network cannot be used now; false: it can. */
static bool is_out_of_reach(struct core *c, struct err *err)
{
	const struct engine *e = c->engine;

	if (e->options.mode == ENGINE_LOCAL) {
		err_set(err, ERR_NETWORK, "working without the network");
	} else if (c->by_hand) {
		err_set(err, ERR_NETWORK, "offline, as you asked");
	} else if (c->online == ENGINE_OFFLINE) {
		*err = e->state.last_error;
		err->kind = ERR_NETWORK;
		err_add(err, "offline");
	} else if (c->online == ENGINE_SIGNED_OUT) {
		*err = e->state.last_error;
		err->kind = ERR_AUTH;
	} else {
		return false;
	}
	return true;
}

static void add_ticket(struct core *c, uint64_t ticket, struct request *taken)
{
	struct ticket *t = vec_new(&c->tickets);

	t->id = ticket;
	t->asked = clock_now();
	t->request = *taken;
	memset(taken, 0, sizeof(*taken));
}

static bool request_sync(struct core *c, uint64_t ticket, struct request *taken,
			 struct err *err)
{
	struct folder_work *f = core_folder(c, taken->folder);
	char *now CLEANUP(mem_free_ptr) =
		xasprintf("%lld", (long long)clock_now());

	if (c->engine->options.mode == ENGINE_LOCAL)
		return !is_out_of_reach(c, err);
	if (taken->folder && !f)
		return err_set(err, ERR_NOT_FOUND, "there is no such folder");
	if (f && !f->openable)
		return err_set(err, ERR_INPUT,
			       "the items of this folder are not mirrored");
	if (!c->network) {
		/* The other process does it. */
		taken->folder = 0;
		if (!write_fact(c->store, "sync-wanted", now, err))
			return false;
	} else {
		if (!core_try_anew(c, err))
			return false;
		if (f) {
			f->dirty = f->opened = true;
		} else {
			core_want_sync(c);
		}
	}
	add_ticket(c, ticket, taken);
	return true;
}

static void request_open(struct core *c, uint64_t ticket, struct request *taken)
{
	struct folder_work *f = core_folder(c, taken->folder);
	struct err err;

	for (size_t i = 0; i < c->folders.n; i++)
		c->folders.v[i].opened = false;
	if (!f || !f->openable || !c->network || is_out_of_reach(c, &err)) {
		core_tell_done(c, ticket, 0, NULL);
		return;
	}
	f->opened = true;
	if (!f->synced && !f->done && !f->active)
		f->newest = true;
	/* Pushed news are fresh; otherwise have a look. */
	if (!f->synced || !c->pushed)
		f->dirty = true;
	add_ticket(c, ticket, taken);
}

static bool request_body(struct core *c, uint64_t ticket, struct request *taken,
			 struct err *err)
{
	if (is_out_of_reach(c, err)) {
		struct err why = *err;

		core_tell_body(c, taken->item, err);
		return err_set(err, why.kind, "not kept offline (%s)",
			       why.text);
	}
	add_ticket(c, ticket, taken);
	return true;
}

/* The visible row of a message that is only here so far gets its content. */
static bool keep_body(struct core *c, int64_t entry, const struct intent *i,
		      struct err *err)
{
	struct body b = {.item = query_entry_item(c->store, entry)};
	bool ok;

	if (!b.item)
		return true;
	body_take_header(&b, i->raw.p, i->raw.len);
	body_prepare(&b, i->raw.p, i->raw.len);
	ok = write_local_body(c->store, b.item, &b, err);
	body_release(&b);
	return ok;
}

static bool request_intent(struct core *c, uint64_t ticket,
			   const struct request *r, struct err *err)
{
	const struct intent *i = r->intent;
	int64_t entry = 0;
	bool raw = i && (i->kind == JOURNAL_SEND || i->kind == JOURNAL_UPLOAD);

	if (!i)
		return err_set(err, ERR_INPUT, "there is nothing to do");
	if (!core_check_rights(c, i, err))
		return false;
	if (!write_begin(c->store, err))
		return false;
	if (!write_intent(c->store, i, &entry, err) ||
	    (raw && !keep_body(c, entry, i, err)) ||
	    !write_commit(c->store, err)) {
		write_rollback(c->store);
		return false;
	}
	c->told_folders = c->told_state = true;
	if (journal_is_folder(i->kind) && !core_reload_folders(c, err))
		return false;
	core_tell_items(c, 0);
	c->replay_due = clock_now();
	core_tell_done(c, ticket, entry, NULL);
	return true;
}

static bool request_journal(struct core *c, uint64_t ticket,
			    const struct request *r, struct err *err)
{
	int64_t undone = 0, inverse = 0;

	if (r->kind == REQUEST_UNDO) {
		if (!write_undo(c->store, r->entry, &undone, &inverse, err))
			return false;
	} else if (r->kind == REQUEST_RESOLVE) {
		undone = r->entry;
		if (!write_resolve(c->store, r->entry,
				   r->both   ? RESOLVE_BOTH
				   : r->mine ? RESOLVE_MINE
					     : RESOLVE_SERVER,
				   err))
			return false;
		/* What the server has is read anew. */
		if (!r->mine)
			core_want_sync(c);
	} else {
		undone = r->entry;
		if (!write_due_now(c->store, r->entry, err))
			return false;
	}
	c->told_folders = c->told_state = c->told_journal = true;
	core_tell_items(c, 0);
	c->replay_due = clock_now();
	if (!core_reload_folders(c, err))
		return false;
	core_tell_done(c, ticket, inverse ? inverse : undone, NULL);
	return true;
}

/* What others may do is set back on the server itself: not while offline. */
static bool request_undo(struct core *c, uint64_t ticket, struct request *taken,
			 struct err *err)
{
	int64_t entry = taken->entry;
	bool is_rights;

	if (query_contact_entry(c->store, &entry))
		return core_undo_contact(c, ticket, entry, err);
	if (!core_undo_rights(c, taken, &is_rights, err))
		return false;
	if (!is_rights)
		return request_journal(c, ticket, taken, err);
	if (is_out_of_reach(c, err))
		return err_add(err, "rights of others are set back on the "
				    "server itself");
	add_ticket(c, ticket, taken);
	return true;
}

static bool request_check(struct core *c, uint64_t ticket, struct err *err)
{
	struct strv problems CLEANUP(strv_release);
	char *text CLEANUP(mem_free_ptr) = NULL;

	strv_init(&problems);
	if (!write_check(c->store, &problems, err))
		return false;
	text = strv_join(&problems, "; ");
	if (problems.n)
		return err_set(err, ERR_DISK, "the store is damaged: %s", text);
	core_tell_done(c, ticket, 0, NULL);
	return true;
}

static void request_offline(struct core *c, uint64_t ticket)
{
	struct err err;

	c->by_hand = true;
	for (int i = 0; i < LANE_COUNT; i++)
		if (c->lanes[i].busy)
			chan_flag_raise(c->lanes[i].busy->cancel);
	core_set_online(c, ENGINE_OFFLINE);
	err_set(&err, ERR_NETWORK, "offline, as you asked");
	core_fail_tickets(c, &err);
	core_tell_done(c, ticket, 0, NULL);
}

/* The directory may answer while the mailbox server does not. */
static bool request_directory(struct core *c, uint64_t ticket,
			      struct request *taken, struct err *err)
{
	if (c->engine->options.mode == ENGINE_LOCAL || c->by_hand)
		return !is_out_of_reach(c, err);
	add_ticket(c, ticket, taken);
	return true;
}

/* What only this program knows: no server is told. */
static bool request_local(struct core *c, uint64_t ticket,
			  const struct request *r, struct err *err)
{
	struct item it;

	if (r->kind == REQUEST_KEEP) {
		if (!write_fact(c->store, str_or_empty(r->text), r->value, err))
			return false;
		c->told_folders = true;
		core_tell_done(c, ticket, 0, NULL);
		return true;
	}
	if (!query_item(c->store, r->item, &it, err))
		return false;
	if (!write_muted(c->store, r->item, r->mine, err)) {
		item_release(&it);
		return false;
	}
	core_tell_items(c, it.folder);
	item_release(&it);
	core_tell_done(c, ticket, 0, NULL);
	return true;
}

void core_request(struct core *c, uint64_t ticket, struct request *taken)
{
	struct err err = ERR_INIT;
	bool ok = true;

	switch (taken->kind) {
	case REQUEST_SYNC:
		ok = request_sync(c, ticket, taken, &err);
		break;
	case REQUEST_OPEN_FOLDER:
		request_open(c, ticket, taken);
		break;
	case REQUEST_BODY:
		ok = request_body(c, ticket, taken, &err);
		break;
	case REQUEST_SEARCH:
	case REQUEST_BUSY:
	case REQUEST_ROOMS:
	case REQUEST_OOF:
	case REQUEST_STORAGE:
	case REQUEST_SHARING:
	case REQUEST_MAILBOX:
	case REQUEST_RECOVER:
		ok = !is_out_of_reach(c, &err);
		if (ok)
			add_ticket(c, ticket, taken);
		break;
	case REQUEST_PEOPLE:
	case REQUEST_EXPAND:
	case REQUEST_PERSON:
	case REQUEST_PHOTO:
	case REQUEST_PASSWORD:
		ok = request_directory(c, ticket, taken, &err);
		break;
	case REQUEST_CONTACT:
		ok = core_request_contact(c, ticket, taken, &err);
		break;
	case REQUEST_INTENT:
		ok = request_intent(c, ticket, taken, &err);
		break;
	case REQUEST_UNDO:
		ok = request_undo(c, ticket, taken, &err);
		break;
	case REQUEST_RESOLVE:
	case REQUEST_SEND_NOW:
		ok = request_journal(c, ticket, taken, &err);
		break;
	case REQUEST_PUBLIC:
		ok = core_request_public(c, ticket, taken, &err);
		if (ok && taken->talk && !is_out_of_reach(c, &err))
			add_ticket(c, ticket, taken);
		else if (ok && taken->talk)
			ok = false;
		break;
	case REQUEST_REMINDER:
		ok = core_request_reminder(c, ticket, taken, &err);
		break;
	case REQUEST_CLOSE_MAILBOX:
		ok = core_close_mailbox(c, str_or_empty(taken->text), &err);
		if (ok)
			core_tell_done(c, ticket, 0, NULL);
		break;
	case REQUEST_CHECK:
		ok = request_check(c, ticket, &err);
		break;
	case REQUEST_MUTE:
	case REQUEST_KEEP:
		ok = request_local(c, ticket, taken, &err);
		break;
	case REQUEST_ONLINE:
		ok = c->engine->options.mode != ENGINE_LOCAL ||
		     !is_out_of_reach(c, &err);
		ok = ok && core_try_anew(c, &err);
		if (ok) {
			core_want_sync(c);
			core_tell_done(c, ticket, 0, NULL);
		}
		break;
	case REQUEST_OFFLINE:
		request_offline(c, ticket);
		break;
	}
	if (!ok)
		core_tell_done(c, ticket, 0, &err);
	request_release(taken);
}

/* --- what next ------------------------------------------------------------ */

/* Requests that are one job in the interactive lane. */
static bool is_asked(enum request_kind kind)
{
	return kind == REQUEST_BODY || kind == REQUEST_SEARCH ||
	       kind == REQUEST_BUSY || kind == REQUEST_ROOMS ||
	       kind == REQUEST_OOF || kind == REQUEST_SHARING ||
	       kind == REQUEST_MAILBOX || kind == REQUEST_PUBLIC ||
	       kind == REQUEST_RECOVER;
}

static struct job *job_of(struct core *c, struct ticket *t, struct err *err)
{
	switch (t->request.kind) {
	case REQUEST_BODY:
		return core_job_body(c, t, err);
	case REQUEST_SEARCH:
		return core_job_search(c, t);
	case REQUEST_OOF:
		return core_job_oof(c, t);
	case REQUEST_PUBLIC:
		return core_job_public(t);
	case REQUEST_RECOVER:
		return core_job_recover(c, t, err);
	case REQUEST_SHARING:
		return core_job_sharing(c, t, err);
	case REQUEST_MAILBOX:
		return core_job_mailbox(t);
	default:
		return core_job_busy(t);
	}
}

static struct job *next_asked(struct core *c)
{
	struct err err;

	for (size_t i = 0; i < c->tickets.n; i++) {
		struct ticket *t = &c->tickets.v[i];
		struct job *j;

		if (t->running || !is_asked(t->request.kind))
			continue;
		j = job_of(c, t, &err);
		t->running = true;
		if (j)
			return j;
		if (t->request.kind == REQUEST_BODY)
			core_tell_body(c, t->request.item, &err);
		core_end_ticket(c, t->id, &err);
		i--;
	}
	return NULL;
}

static struct job *next_directory(struct core *c)
{
	for (size_t i = 0; i < c->tickets.n; i++) {
		struct ticket *t = &c->tickets.v[i];

		if (t->running || !is_of_directory(t->request.kind))
			continue;
		t->running = true;
		return t->request.kind == REQUEST_STORAGE
			       ? core_job_storage(c, t)
			       : core_job_people(t);
	}
	return core_job_storage(c, NULL);
}

static bool better(const struct folder_work *a, const struct folder_work *b)
{
	if (!b || a->opened != b->opened)
		return !b || a->opened;
	return a->role == FOLDER_ROLE_INBOX && b->role != FOLDER_ROLE_INBOX;
}

static struct folder_work *next_folder(struct core *c, bool opened_only)
{
	struct folder_work *best = NULL;

	for (size_t i = 0; i < c->folders.n; i++) {
		struct folder_work *f = &c->folders.v[i];

		if (f->dirty && !f->active && is_waiting(c, f) &&
		    (f->opened || !opened_only) && better(f, best))
			best = f;
	}
	return best;
}

static struct folder_work *next_newest(struct core *c)
{
	for (size_t i = 0; i < c->folders.n; i++)
		if (c->folders.v[i].newest && c->folders.v[i].remote)
			return &c->folders.v[i];
	return NULL;
}

static struct job *next_interactive(struct core *c)
{
	struct job *j = next_asked(c);
	struct folder_work *f;

	if (j || !c->network)
		return j;
	/* Not beside the tree: a folder made now would be missing in it. */
	if (c->have_info && !c->tree_active && !c->replay_active &&
	    replay_wanted(c) && (j = core_job_replay(c)))
		return j;
	f = next_newest(c);
	if (f)
		return core_job_newest(f);
	f = next_folder(c, true);
	if (!f || c->want_tree)
		return NULL;
	j = core_job_items(c, f);
	j->lane = LANE_INTERACTIVE;
	return j;
}

static struct job *next_background(struct core *c)
{
	struct folder_work *f;
	struct job *j;

	if (!c->network)
		return NULL;
	if (c->want_tree && !c->replay_active &&
	    !(c->have_info && replay_wanted(c)))
		return core_job_tree(c);
	if (c->want_tree)
		return NULL;
	if (c->want_plan && (j = core_job_plan(c)))
		return j;
	if (c->want_others && !c->others_active && (j = core_job_others(c)))
		return j;
	f = next_folder(c, false);
	if (f)
		return core_job_items(c, f);
	if (c->want_events && (j = core_job_events(c)))
		return j;
	if (c->want_contacts && !c->contacts_active &&
	    (j = core_job_contacts(c)))
		return j;
	j = core_job_oof(c, NULL);
	if (j)
		return j;
	if (c->want_bodies && c->engine->options.bodies)
		return core_job_bodies(c);
	return NULL;
}

static struct job *next_notification(struct core *c)
{
	if (!c->network || c->no_push || !c->engine->account->push ||
	    c->engine->options.mode != ENGINE_FULL ||
	    c->online != ENGINE_ONLINE || clock_mono_ms() < c->next_push)
		return NULL;
	if (!(c->info.caps & job_capability(JOB_NOTIFY))) {
		c->no_push = true;
		return NULL;
	}
	return job_new(JOB_NOTIFY);
}

static struct job *next_job(struct core *c, enum lane_id lane)
{
	switch (lane) {
	case LANE_INTERACTIVE:
		return next_interactive(c);
	case LANE_BACKGROUND:
		return next_background(c);
	case LANE_NOTIFICATION:
		return next_notification(c);
	case LANE_DIRECTORY:
		return next_directory(c);
	case LANE_BOOK:
		return core_job_book(c);
	case LANE_COUNT:
		break;
	}
	return NULL;
}

/* Has the lane's running job something better behind it? */
static void ask_to_yield(struct core *c, struct lane *l)
{
	bool better_waits = false;

	if (l->busy->kind != JOB_ITEMS && l->busy->kind != JOB_BODIES &&
	    l->busy->kind != JOB_EVENTS)
		return;
	if (l->id == LANE_INTERACTIVE) {
		for (size_t i = 0; i < c->tickets.n; i++)
			better_waits |= !c->tickets.v[i].running &&
					is_asked(c->tickets.v[i].request.kind);
		better_waits |= replay_wanted(c) && !c->tree_active;
	} else {
		better_waits = c->want_tree || (l->busy->kind != JOB_ITEMS &&
						next_folder(c, false) != NULL);
	}
	if (better_waits)
		atomic_store(&l->busy->yield, true);
}

void core_schedule(struct core *c)
{
	bool ask = core_may_ask(c);

	for (int i = 0; i < LANE_COUNT; i++) {
		struct lane *l = &c->lanes[i];
		struct job *j;

		/* The directory is another server. */
		if (!ask && (i < LANE_DIRECTORY || c->stopping || c->by_hand ||
			     c->engine->options.mode == ENGINE_LOCAL))
			continue;
		if (l->busy) {
			ask_to_yield(c, l);
			continue;
		}
		j = next_job(c, (enum lane_id)i);
		if (!j)
			continue;
		j->have_info = c->have_info;
		j->info_generation = c->info_generation;
		if (j->have_info)
			backend_info_copy(&j->info, &c->info);
		if (i >= LANE_DIRECTORY || j->kind == JOB_SHARING)
			core_add_directory(c, j);
		log_at(LOG_DEBUG, "engine", "%s begins", job_text(j->kind));
		c->told_state = true;
		lane_give(l, j);
	}
}
