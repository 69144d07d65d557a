/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * The lane's side of the journal: carries out steps and says how each ended.
 * A step that may have been carried out before is looked up first where doing
 * it twice would show (mail sent, item uploaded or copied); repeating a move, a
 * deletion or an edit is harmless. See pending.c.
 */
#include "engine/replay.h"
#include "base/log.h"

/* A lookup that finds nothing is repeated before it is believed: a sent copy
 * can take a moment to appear. */
#define SENT_LOOKS 6
#define MOVED_LOOKS 3

struct outcome *replay_add(struct replay *r, enum outcome_kind kind,
			   size_t step)
{
	struct outcome *o;

	if (!r->msg)
		r->msg = msg_new(MSG_OUTCOMES, r->job);
	o = vec_new(&r->msg->outcomes);
	o->kind = kind;
	o->step = step;
	return o;
}

static void post_outcomes(struct replay *r)
{
	/* Never held back: losing an outcome means looking it up again. */
	if (r->msg)
		chan_send(r->lane->engine->results, r->msg);
	r->msg = NULL;
}

/* A step that did not go through: for now or for good. */
static void add_failure(struct replay *r, size_t step, const struct err *why)
{
	bool later = err_is_transient(why) || why->kind == ERR_AUTH;
	struct outcome *o =
		replay_add(r, later ? OUTCOME_RETRY : OUTCOME_FAILED, step);

	o->err = *why;
}

static void add_done(struct replay *r, size_t step, const char *id,
		     const char *change_key)
{
	struct outcome *o = replay_add(r, OUTCOME_DONE, step);

	o->new_id = xstrdup(id);
	o->new_change_key = xstrdup(change_key);
}

/* Was it, or may it have been, given to the server before? */
static bool was_tried(const struct replay *r, const struct journal_step *s)
{
	return r->job->unsure || s->attempts > 0;
}

static const struct backend_ops *ops_of(const struct replay *r)
{
	return lane_ops(r->lane);
}

/* Items of a folder (remote id, may be NULL: none) with a Message-ID. */
static bool find(struct replay *r, const char *folder, const char *key,
		 struct item_list *out, struct err *err)
{
	struct op op = lane_op(r->lane);

	if (!folder || !key)
		return true;
	if (ops_of(r)->find_key(r->lane->backend, &op, folder, key, out, err))
		return true;
	if (err->kind != ERR_NOT_FOUND)
		return false;
	err_clear(err);
	return true;
}

static bool exists(struct replay *r, const char *folder, const char *key,
		   bool *found, struct err *err)
{
	struct item_list hits CLEANUP(item_list_release) = {0};

	if (!find(r, folder, key, &hits, err))
		return false;
	*found = hits.n > 0;
	return true;
}

/* --- mail out ------------------------------------------------------------- */

/* Drafts left over by an upload whose answer was lost. */
static void clear_drafts(struct replay *r, const struct journal_step *s)
{
	struct item_list hits CLEANUP(item_list_release) = {0};
	struct item_results results CLEANUP(item_results_release) = {0};
	struct op op = lane_op(r->lane);
	struct err err;

	if (!find(r, r->job->drafts, s->key, &hits, &err))
		return;
	for (size_t i = 0; i < hits.n; i++) {
		struct item_ref ref = {.remote_id = hits.v[i].remote_id};

		item_results_release(&results);
		if (!ops_of(r)->remove(r->lane->backend, &op, &ref, 1,
				       DELETE_HARD, &results, &err))
			return;
	}
}

/* The copy is in Sent, or on its way there: the mail is out. */
static bool is_sent(struct replay *r, const struct journal_step *s, bool *sent,
		    struct err *err)
{
	if (!exists(r, r->job->sent, s->key, sent, err))
		return false;
	return *sent || exists(r, r->job->outbox, s->key, sent, err);
}

static bool upload_draft(struct replay *r, size_t i, struct err *err)
{
	const struct journal_step *s = &r->job->steps.v[i];
	struct op op = lane_op(r->lane);
	struct item_result result = {0};
	struct item_list hits CLEANUP(item_list_release) = {0};
	struct outcome *o;
	bool sent;

	if (was_tried(r, s)) {
		if (!is_sent(r, s, &sent, err))
			return false;
		if (sent) {
			add_done(r, i, NULL, NULL);
			return true;
		}
		if (!find(r, r->job->drafts, s->key, &hits, err))
			return false;
		if (hits.n) {
			o = replay_add(r, OUTCOME_STAGE, i);
			o->new_id = xstrdup(hits.v[0].remote_id);
			o->new_change_key = xstrdup(hits.v[0].change_key);
			return true;
		}
	}
	if (!r->job->drafts)
		return err_set(err, ERR_NOT_FOUND,
			       "the mailbox has no Drafts folder");
	if (!ops_of(r)->upload(r->lane->backend, &op, r->job->drafts,
			       &r->job->extra[i].raw, s->key, true, true,
			       &result, err))
		return false;
	if (result.err.kind != ERR_NONE) {
		*err = result.err;
		return false;
	}
	o = replay_add(r, OUTCOME_STAGE, i);
	o->new_id = result.new_id;
	o->new_change_key = result.new_change_key;
	return true;
}

/* The draft is not where it was: sent, or thrown away by somebody. */
static void judge_missing_draft(struct replay *r, size_t i)
{
	const struct journal_step *s = &r->job->steps.v[i];
	struct err why;

	if (s->attempts < SENT_LOOKS) {
		err_set(&why, ERR_SERVER,
			"the draft is gone and no sent copy is there yet");
	} else {
		err_set(&why, ERR_CONFLICT,
			"it is not known whether this was sent: the server has "
			"neither the draft nor a sent copy");
	}
	add_failure(r, i, &why);
	r->msg->outcomes.v[r->msg->outcomes.n - 1].kind =
		s->attempts < SENT_LOOKS ? OUTCOME_RETRY : OUTCOME_FAILED;
}

static bool send_draft(struct replay *r, size_t i, struct err *err)
{
	const struct journal_step *s = &r->job->steps.v[i];
	struct item_ref ref = {s->remote_id, s->change_key};
	struct item_list hits CLEANUP(item_list_release) = {0};
	struct op op = lane_op(r->lane);
	bool sent;

	/* Without an id too: a server that did not tell the draft's. */
	if (was_tried(r, s) || !s->remote_id) {
		if (!is_sent(r, s, &sent, err))
			return false;
		if (sent) {
			clear_drafts(r, s);
			add_done(r, i, NULL, NULL);
			return true;
		}
		if (!find(r, r->job->drafts, s->key, &hits, err))
			return false;
		if (!hits.n) {
			judge_missing_draft(r, i);
			return true;
		}
		ref = (struct item_ref){hits.v[0].remote_id,
					hits.v[0].change_key};
	}
	if (ops_of(r)->send(r->lane->backend, &op, &ref, r->job->sent, err)) {
		if (was_tried(r, s))
			clear_drafts(r, s);
		add_done(r, i, NULL, NULL);
		return true;
	}
	/* A stale change key or a draft that is gone: look, then decide. */
	if (err->kind == ERR_NOT_FOUND || err->kind == ERR_CONFLICT) {
		struct outcome *o = replay_add(r, OUTCOME_RETRY, i);

		if (s->attempts > SENT_LOOKS)
			o->kind = OUTCOME_FAILED;
		o->err = *err;
		err_clear(err);
		return true;
	}
	return false;
}

static bool upload_item(struct replay *r, size_t i, struct err *err)
{
	const struct journal_step *s = &r->job->steps.v[i];
	struct item_list hits CLEANUP(item_list_release) = {0};
	struct item_result result = {0};
	struct op op = lane_op(r->lane);

	if (was_tried(r, s)) {
		if (!find(r, s->folder_remote, s->key, &hits, err))
			return false;
		if (hits.n) {
			add_done(r, i, hits.v[0].remote_id,
				 hits.v[0].change_key);
			return true;
		}
	}
	if (!ops_of(r)->upload(r->lane->backend, &op, s->folder_remote,
			       &r->job->extra[i].raw, s->key, s->draft, s->read,
			       &result, err))
		return false;
	if (result.err.kind != ERR_NONE) {
		*err = result.err;
		return false;
	}
	add_done(r, i, result.new_id, result.new_change_key);
	free(result.new_id);
	free(result.new_change_key);
	return true;
}

/* --- folders -------------------------------------------------------------- */

/* Is `parent` (NULL: the root) the parent of f? Folders at the top have one
 * that is not in the tree. */
static bool is_child(const struct folder_marks *all, const struct folder *f,
		     const char *parent)
{
	if (parent)
		return str_eq(f->parent_remote, parent);
	for (size_t i = 0; i < all->n; i++)
		if (str_eq(all->v[i].folder.remote_id, f->parent_remote))
			return false;
	return true;
}

/* The folder of that name below a parent; names compare without case (dossier
 * 6, ErrorFolderExists). CONFLICT: it cannot be found. */
static bool find_child(struct replay *r, const struct journal_step *s,
		       char **id, struct err *err)
{
	struct folder_marks all CLEANUP(folder_marks_release) = {0};
	struct op op = lane_op(r->lane);

	if (!ops_of(r)->folder_marks)
		return err_set(err, ERR_CONFLICT,
			       "a folder of that name exists already");
	if (!ops_of(r)->folder_marks(r->lane->backend, &op, &all, err))
		return false;
	for (size_t i = 0; i < all.n; i++) {
		const struct folder *f = &all.v[i].folder;

		if (is_child(&all, f, s->parent_remote) &&
		    str_eq_nocase(f->name, s->name)) {
			*id = xstrdup(f->remote_id);
			return true;
		}
	}
	return err_set(err, ERR_CONFLICT,
		       "a folder of that name exists already");
}

static bool create_folder(struct replay *r, size_t i, struct err *err)
{
	const struct journal_step *s = &r->job->steps.v[i];
	struct op op = lane_op(r->lane);
	char *id = NULL;

	if (!ops_of(r)->folder_create(r->lane->backend, &op, s->parent_remote,
				      s->name, s->class, &id, err)) {
		if (err->kind != ERR_CONFLICT)
			return false;
		/* Ours, its answer lost; or somebody was quicker: use it. */
		err_clear(err);
		if (!find_child(r, s, &id, err))
			return false;
	}
	add_done(r, i, id, NULL);
	free(id);
	return true;
}

/* Emptying again what was emptied would take later mail along. */
static bool is_empty(struct replay *r, const char *remote, bool *empty,
		     struct err *err)
{
	struct op op = lane_op(r->lane);
	struct item_list list CLEANUP(item_list_release) = {0};
	bool more;

	if (!ops_of(r)->list(r->lane->backend, &op, remote, 0, 1, &list, &more,
			     err))
		return false;
	*empty = list.n == 0;
	return true;
}

static bool change_folder(struct replay *r, size_t i, struct err *err)
{
	const struct journal_step *s = &r->job->steps.v[i];
	struct backend *b = r->lane->backend;
	struct op op = lane_op(r->lane);
	bool ok = false, empty = false;

	if (s->kind == JOURNAL_FOLDER_RENAME)
		ok = ops_of(r)->folder_rename(b, &op, s->folder_remote, s->name,
					      err);
	else if (s->kind == JOURNAL_FOLDER_MOVE)
		ok = ops_of(r)->folder_move(b, &op, s->folder_remote,
					    s->parent_remote, err);
	else if (s->kind == JOURNAL_FOLDER_DELETE)
		ok = ops_of(r)->folder_remove(b, &op, s->folder_remote, s->how,
					      err);
	else if (!was_tried(r, s) || is_empty(r, s->folder_remote, &empty, err))
		ok = empty ||
		     ops_of(r)->folder_empty(b, &op, s->folder_remote, s->how,
					     s->subfolders, err);
	/* What is not there any more needs neither deleting nor emptying. */
	if (!ok && err->kind == ERR_NOT_FOUND &&
	    (s->kind == JOURNAL_FOLDER_DELETE ||
	     s->kind == JOURNAL_FOLDER_EMPTY)) {
		err_clear(err);
		ok = true;
	}
	if (ok)
		add_done(r, i, NULL, NULL);
	return ok;
}

/* --- items, in batches ---------------------------------------------------- */

struct batch {
	size_t from, to; /* steps */
	struct item_ref *refs;
	struct item_edit *edits; /* borrowed contents */
	size_t *steps;		 /* index of the step behind each ref */
	size_t n;
};

/* A moved item that is not where it was: our own earlier move, or another's. */
static bool follow_move(struct replay *r, size_t i, struct err *err)
{
	const struct journal_step *s = &r->job->steps.v[i];
	const struct step_extra *x = &r->job->extra[i];
	struct item_list hits CLEANUP(item_list_release) = {0};
	const struct item *hit = NULL;

	if (!x->message_id) {
		/* The target's sync will find it by its search key. */
		add_done(r, i, NULL, NULL);
		return true;
	}
	if (!find(r, s->folder_remote, x->message_id, &hits, err))
		return false;
	for (size_t k = 0; k < hits.n; k++)
		if (!hit || str_eq(hits.v[k].search_key, x->search_key))
			hit = &hits.v[k];
	if (hit) {
		add_done(r, i, hit->remote_id, hit->change_key);
	} else if (s->attempts < MOVED_LOOKS) {
		/* Moved by another client perhaps: sync, then try again. */
		struct outcome *o = replay_add(r, OUTCOME_RETRY, i);

		err_set(&o->err, ERR_NOT_FOUND, "it is not where it was");
	} else {
		replay_add(r, OUTCOME_CONFLICT, i)->mine = xstrdup("moved");
	}
	return true;
}

/* The server has another version: equal after all, or a conflict to keep. */
struct look {
	struct item item;
	bool got;
};

static bool take_look(void *ctx, struct fetched *owned_f)
{
	struct look *look = ctx;

	if (owned_f->err.kind == ERR_NONE ||
	    owned_f->err.kind == ERR_UNSUPPORTED) {
		look->item = owned_f->item;
		look->got = true;
		item_init(&owned_f->item);
	}
	fetched_release(owned_f);
	return true;
}

static bool judge_edit(struct replay *r, size_t i, struct err *err)
{
	const struct journal_step *s = &r->job->steps.v[i];
	struct item_ref ref = {.remote_id = s->remote_id};
	struct op op = lane_op(r->lane);
	struct look look = {.got = false};
	char *mine = NULL, *server = NULL;
	struct outcome *o;

	item_init(&look.item);
	if (!ops_of(r)->fetch(r->lane->backend, &op, &ref, 1, false, take_look,
			      &look, err))
		return false;
	if (!look.got) {
		o = replay_add(r, OUTCOME_CONFLICT, i);
		o->mine = conflict_edit_text(&s->edit);
	} else if (conflict_describe(&s->edit, &look.item, &mine, &server)) {
		o = replay_add(r, OUTCOME_CONFLICT, i);
		o->mine = mine;
		o->server = server;
	} else {
		add_done(r, i, look.item.remote_id, look.item.change_key);
	}
	item_release(&look.item);
	return true;
}

static bool judge_item(struct replay *r, size_t i, struct item_result *res,
		       struct err *err)
{
	const struct journal_step *s = &r->job->steps.v[i];

	if (res->err.kind == ERR_NONE) {
		add_done(r, i, res->new_id, res->new_change_key);
		return true;
	}
	if (res->err.kind == ERR_NOT_FOUND) {
		if (s->kind == JOURNAL_DELETE) {
			add_done(r, i, NULL, NULL);
			return true;
		}
		if (s->kind == JOURNAL_MOVE)
			return follow_move(r, i, err);
		if (s->kind == JOURNAL_EDIT && s->attempts < MOVED_LOOKS) {
			replay_add(r, OUTCOME_RETRY, i)->err = res->err;
			return true;
		}
		if (s->kind == JOURNAL_EDIT) {
			replay_add(r, OUTCOME_CONFLICT, i)->mine =
				conflict_edit_text(&s->edit);
			return true;
		}
	}
	if (res->err.kind == ERR_CONFLICT && s->kind == JOURNAL_EDIT)
		return judge_edit(r, i, err);
	add_failure(r, i, &res->err);
	return true;
}

/* A copy made by an earlier try shows as one more than there were. */
static bool was_copied(struct replay *r, size_t i, bool *settled,
		       struct err *err)
{
	const struct journal_step *s = &r->job->steps.v[i];
	struct item_list hits CLEANUP(item_list_release) = {0};
	const char *message_id = r->job->extra[i].message_id;

	if (!message_id) {
		*settled = true;
		replay_add(r, OUTCOME_FAILED, i);
		return !err_set(&r->msg->outcomes.v[r->msg->outcomes.n - 1].err,
				ERR_CONFLICT,
				"the answer was lost and the copy cannot be "
				"told from others: look into the folder");
	}
	if (!find(r, s->folder_remote, message_id, &hits, err))
		return false;
	*settled = (int64_t)hits.n > s->copies_before;
	if (*settled)
		add_done(r, i, NULL, NULL);
	return true;
}

/* Gathers what has to be asked; steps settled on the way are left out. */
static bool fill_batch(struct replay *r, struct batch *b, struct err *err)
{
	for (size_t i = b->from; i < b->to; i++) {
		const struct journal_step *s = &r->job->steps.v[i];
		bool settled = false;

		if (!s->remote_id) {
			/* Gone from here meanwhile (pending.c looks). */
			replay_add(r, OUTCOME_GONE, i);
			continue;
		}
		if (s->kind == JOURNAL_COPY && was_tried(r, s) &&
		    !was_copied(r, i, &settled, err)) {
			b->to = i;
			return false;
		}
		if (settled)
			continue;
		/* With the change key the server merges what it can, and says
		 * so where it cannot (judge_edit). */
		b->refs[b->n].remote_id = s->remote_id;
		b->refs[b->n].change_key = s->change_key;
		b->edits[b->n] = s->edit;
		b->steps[b->n++] = i;
	}
	return true;
}

static bool call(struct replay *r, const struct batch *b,
		 struct item_results *out, struct err *err)
{
	const struct journal_step *s = &r->job->steps.v[b->from];
	struct backend *be = r->lane->backend;
	struct op op = lane_op(r->lane);

	if (s->kind == JOURNAL_EDIT)
		return ops_of(r)->edit(be, &op, b->refs, b->edits, b->n, out,
				       err);
	if (s->kind == JOURNAL_MOVE)
		return ops_of(r)->move(be, &op, b->refs, b->n, s->folder_remote,
				       out, err);
	if (s->kind == JOURNAL_COPY)
		return ops_of(r)->copy(be, &op, b->refs, b->n, s->folder_remote,
				       out, err);
	return ops_of(r)->remove(be, &op, b->refs, b->n, s->how, out, err);
}

static bool run_batch(struct replay *r, size_t from, size_t to, struct err *err)
{
	struct item_results results CLEANUP(item_results_release) = {0};
	size_t n = to - from;
	struct batch b = {.from = from,
			  .to = to,
			  .refs = xcalloc(n, sizeof(*b.refs)),
			  .edits = xcalloc(n, sizeof(*b.edits)),
			  .steps = xcalloc(n, sizeof(*b.steps))};
	bool ok = fill_batch(r, &b, err);

	if (ok && b.n)
		ok = call(r, &b, &results, err);
	for (size_t k = 0; ok && k < b.n && k < results.n; k++)
		ok = judge_item(r, b.steps[k], &results.v[k], err);
	free(b.refs);
	free(b.edits);
	free(b.steps);
	return ok;
}

/* --- the run -------------------------------------------------------------- */

static bool is_item_kind(enum journal_kind kind)
{
	return kind == JOURNAL_EDIT || kind == JOURNAL_MOVE ||
	       kind == JOURNAL_COPY || kind == JOURNAL_DELETE;
}

static bool same_batch(const struct journal_step *a,
		       const struct journal_step *b)
{
	return a->kind == b->kind && a->entry == b->entry && a->how == b->how &&
	       str_eq(a->folder_remote, b->folder_remote) &&
	       str_eq(a->owner, b->owner);
}

static bool run_single(struct replay *r, size_t i, struct err *err)
{
	const struct journal_step *s = &r->job->steps.v[i];

	if (s->kind == JOURNAL_SEND)
		return s->stage == 0 ? upload_draft(r, i, err)
				     : send_draft(r, i, err);
	if (s->kind == JOURNAL_UPLOAD)
		return upload_item(r, i, err);
	if (s->kind == JOURNAL_EVENT)
		return replay_event(r, i, err);
	if (s->kind == JOURNAL_FOLDER_CREATE)
		return create_folder(r, i, err);
	return change_folder(r, i, err);
}

static bool has_outcome(const struct replay *r, size_t step)
{
	for (size_t k = 0; r->msg && k < r->msg->outcomes.n; k++)
		if (r->msg->outcomes.v[k].step == step)
			return true;
	return false;
}

bool job_run_replay(struct lane *l, struct job *j, struct err *err)
{
	struct replay r = {.lane = l, .job = j};
	size_t from = 0, to;
	bool ok;

	while (from < j->steps.n) {
		const struct journal_step *s = &j->steps.v[from];

		to = from + 1;
		job_about(j, from);
		while (is_item_kind(s->kind) && to < j->steps.n &&
		       same_batch(s, &j->steps.v[to]))
			to++;
		ok = is_item_kind(s->kind) ? run_batch(&r, from, to, err)
					   : run_single(&r, from, err);
		/* Cancelled: no outcome at all, it will be looked up. */
		if (!ok && !lane_cancelled(l))
			for (size_t i = from; i < to; i++)
				if (!has_outcome(&r, i))
					add_failure(&r, i, err);
		post_outcomes(&r);
		if (!ok && (lane_cancelled(l) || err_is_transient(err) ||
			    err->kind == ERR_AUTH)) {
			/* The others were not tried; they wait like this. */
			for (size_t i = to;
			     !lane_cancelled(l) && i < j->steps.n; i++)
				add_failure(&r, i, err);
			post_outcomes(&r);
			return false;
		}
		err_clear(err);
		from = to;
	}
	return true;
}
