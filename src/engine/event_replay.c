/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Calendar changes on their way out; see replay.c. */
#include "engine/replay.h"

static void add_done(struct replay *r, size_t i, const struct item_result *res)
{
	struct outcome *o = replay_add(r, OUTCOME_DONE, i);

	/* Only a new entry's id belongs to the row: an answer's are of the
	 * message it made. */
	if (r->job->extra[i].change.op == APPT_CREATE) {
		o->new_id = xstrdup(res->new_id);
		o->new_change_key = xstrdup(res->new_change_key);
	}
}

/* Was the entry made by an earlier try whose answer was lost? *id: its id,
 * owned, else NULL. */
static bool was_made(struct replay *r, size_t i, char **id, struct err *err)
{
	const struct journal_step *s = &r->job->steps.v[i];
	struct item_list hits CLEANUP(item_list_release) = {0};
	struct op op = lane_op(r->lane);

	*id = NULL;
	if (!s->key || (!r->job->unsure && s->attempts == 0))
		return true;
	if (!lane_ops(r->lane)->find_key(r->lane->backend, &op,
					 s->folder_remote, s->key, &hits, err))
		return false;
	if (hits.n)
		*id = xstrdup(hits.v[0].remote_id);
	return true;
}

static bool keep_event(void *ctx, size_t index UNUSED,
		       struct fetched_event *owned)
{
	struct fetched_event *out = ctx;

	appointment_release(&out->appt);
	*out = *owned;
	return true;
}

/* Are two the same in these members? */
static bool agree(const struct appointment *a, const struct appointment *b,
		  unsigned set)
{
	/* A zone may have another name there. */
	if (set & APPT_SET_TIME && (a->start != b->start || a->end != b->end ||
				    (a->flags ^ b->flags) & APPT_ALL_DAY))
		return false;
	return !(appointment_differs(a, b) & set & ~(unsigned)APPT_SET_TIME);
}

/* The entry of a step, or its one occurrence, as the server has it now. False:
 * that is not to be had, *err. Release *out in either case. */
static bool ask_server(struct replay *r, size_t i, struct appointment *out,
		       struct err *err)
{
	const struct appointment_change *c = &r->job->extra[i].change;
	struct item_ref ref = {.remote_id = r->job->steps.v[i].remote_id};
	struct op op = lane_op(r->lane);
	struct fetched_event got = {.err = ERR_INIT};
	bool ok;

	appointment_init(out);
	appointment_init(&got.appt);
	if (!ref.remote_id)
		return err_set(err, ERR_NOT_FOUND, "the entry has no id");
	ok = lane_ops(r->lane)->calendar->fetch_events(
		r->lane->backend, &op, &ref, 1, keep_event, &got, err);
	if (ok && got.err.kind != ERR_NONE) {
		*err = got.err;
		ok = false;
	}
	if (ok && c->original != CLOCK_NEVER) {
		appointment_occurrence(out, &got.appt, c->original);
		appointment_release(&got.appt);
	} else {
		*out = got.appt;
	}
	return ok;
}

/* A conflict may be with ourselves: a request that was carried out and then,
 * its answer lost, repeated below us. */
static bool is_as_wished(struct replay *r, size_t i)
{
	const struct appointment_change *c = &r->job->extra[i].change;
	struct err e = ERR_INIT;
	struct appointment is;
	bool same;

	if (c->op != APPT_CHANGE)
		return false;
	same = ask_server(r, i, &is, &e) && agree(&c->appt, &is, c->set);
	appointment_release(&is);
	return same;
}

/* Nor is it one when the server changed something else meanwhile: an answer
 * that it noted, say. Where that cannot be known now, *err is why. */
static bool is_beside(struct replay *r, size_t i, struct err *err)
{
	struct err e = ERR_INIT;
	const struct step_extra *x = &r->job->extra[i];
	struct appointment is, was;
	bool same;

	if (x->change.op == APPT_CANCEL)
		return true;
	if (x->change.op != APPT_CHANGE || x->was.start == CLOCK_NEVER)
		return false;
	same = ask_server(r, i, &is, &e);
	if (!same && err_is_transient(&e))
		*err = e;
	if (x->change.original == CLOCK_NEVER)
		appointment_copy(&was, &x->was);
	else
		appointment_occurrence(&was, &x->was, x->change.original);
	same = same && agree(&was, &is, x->change.set);
	appointment_release(&was);
	appointment_release(&is);
	return same;
}

/* Once more, whatever the change key, where a conflict is none. */
static bool change_event(struct replay *r, size_t i, struct event_order *order,
			 struct item_result *res, struct err *err)
{
	const struct calendar_ops *calendar = lane_ops(r->lane)->calendar;
	struct op op = lane_op(r->lane);

	if (calendar->change_event(r->lane->backend, &op, order, res, err))
		return true;
	if (err->kind != ERR_CONFLICT || !order->item_key ||
	    !is_beside(r, i, err))
		return false;
	err_clear(err);
	order->item_key = NULL;
	return calendar->change_event(r->lane->backend, &op, order, res, err);
}

/* What a refusal means: gone is as good as cancelled or declined, and nothing
 * else can be answered that is not there. */
static bool judge(struct replay *r, size_t i, struct err *err)
{
	const struct appointment_change *c = &r->job->extra[i].change;
	struct item_result none = {0};
	struct outcome *o;

	if (err->kind == ERR_NOT_FOUND &&
	    (c->op == APPT_CANCEL ||
	     (c->op == APPT_ANSWER && c->answer == ANSWER_DECLINED))) {
		err_clear(err);
		add_done(r, i, &none);
		return true;
	}
	if (err->kind == ERR_NOT_FOUND && c->op == APPT_ANSWER)
		return err_set(err, ERR_NOT_FOUND,
			       "the meeting is gone: there is nothing left to "
			       "answer");
	if (err->kind != ERR_NOT_FOUND && err->kind != ERR_CONFLICT)
		return false;
	if (err->kind == ERR_CONFLICT && is_as_wished(r, i)) {
		err_clear(err);
		add_done(r, i, &none);
		return true;
	}
	o = replay_add(r, OUTCOME_CONFLICT, i);
	o->mine = xasprintf("%s as you changed it",
			    c->appt.subject ? c->appt.subject : "the entry");
	if (err->kind == ERR_CONFLICT)
		o->server =
			xstrdup("it was changed elsewhere at the same time");
	err_clear(err);
	return true;
}

/* The same at every try of the step, and in no other installation. */
static char *token_of(const struct journal_step *s, const struct step_extra *x)
{
	struct str text = STR_INIT;

	str_addf(&text, "%lld %s ", (long long)s->id,
		 str_or_empty(x->was.uid ? x->was.uid : x->change.appt.uid));
	appointment_change_pack(&text, &x->change);
	return str_take(&text);
}

bool replay_event(struct replay *r, size_t i, struct err *err)
{
	const struct journal_step *s = &r->job->steps.v[i];
	struct step_extra *x = &r->job->extra[i];
	struct item_result res = {0};
	char *token CLEANUP(mem_free_ptr) = token_of(s, x);
	struct event_order order = {
		.change = &x->change,
		.was = x->was.start == CLOCK_NEVER ? NULL : &x->was,
		.folder = s->folder_remote,
		.item = s->remote_id,
		.item_key = s->change_key,
		.message = x->reference,
		.token = token,
		.again = r->job->unsure || s->attempts > 0};
	char *made CLEANUP(mem_free_ptr) = NULL;

	if (!lane_ops(r->lane)->calendar)
		return err_set(err, ERR_UNSUPPORTED,
			       "this server's calendar cannot be changed yet");
	if (!was_made(r, i, &made, err))
		return false;
	/* A CREATE that names an item goes on where the other broke off. */
	if (made)
		order.item = made;
	if (!change_event(r, i, &order, &res, err))
		return judge(r, i, err);
	add_done(r, i, &res);
	free(res.new_id);
	free(res.new_change_key);
	return true;
}
