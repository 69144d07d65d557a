/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Making, changing, cancelling and answering calendar entries (dossier 16.3).
 * The store does nothing by itself: the entry is written, then the others are
 * told by mail. Every step may be taken a second time, so that a wish whose
 * outcome is unknown is simply carried out again.
 */
#include "base/clock.h"
#include "base/log.h"
#include "proto/dav/event.h"
#include "proto/dav/query.h"

#include <string.h>

#define TRIES 4
#define NAMES_MAX 20
/* What a single entry of one's own takes as properties. */
#define SIMPLE                                                                 \
	(APPT_SET_SUBJECT | APPT_SET_TIME | APPT_SET_LOCATION |                \
	 APPT_SET_SHOW_AS | APPT_SET_REMINDER | APPT_SET_SENSITIVITY |         \
	 APPT_SET_CATEGORIES)

struct writing {
	struct backend *b;
	const struct op *op;
	const struct event_order *o;
	struct tz_set *zones;
	struct event_source now;
	struct item_result *out;
	bool again;			 /* it may have been stored already */
	const struct appointment *alone; /* apply_alone */
};

static bool is_own(const struct writing *w, const struct appointment *a)
{
	return a->organizer_addr
		       ? account_is_own(w->b->account, a->organizer_addr)
		       : a->flags & APPT_ORGANIZER;
}

/* Nobody would hear of it: what comes from here is not that person's. */
static bool may_tell(const struct writing *w, struct err *err)
{
	const struct appointment *a = &w->now.appt;

	return w->o->change->quiet || !a->attendees.n ||
	       !(a->flags & APPT_ORGANIZER) || is_own(w, a) ||
	       err_set(err, ERR_UNSUPPORTED,
		       "over WebDAV the attendees of a colleague's meeting "
		       "cannot be told: change it quietly, or let its owner "
		       "do so");
}

static bool keep_result(struct writing *w)
{
	*w->out = (struct item_result){0};
	/* Stored, whatever comes of asking for its id. */
	(void)!item_ask_id(w->b, w->op, w->now.path, &w->out->new_id,
			   &w->out->new_change_key, NULL);
	return true;
}

/* --- telling the others ------------------------------------------------------- */

static bool tell(struct writing *w, enum ics_method method,
		 const struct appointment *a, const struct appointment *of,
		 const struct attendee *to, size_t n, struct err *err)
{
	const struct event_mail m = {.method = method,
				     .appt = a,
				     .of = of,
				     .to = to,
				     .n = n,
				     .note = w->o->change->note,
				     .token = w->o->token,
				     .again = w->o->again};

	return !n || dav_event_mail_send(w->b, w->op, &m, w->zones, err);
}

/* Those who were invited and no longer are. */
static bool tell_dropped(struct writing *w, const struct appointment *was,
			 const struct appointment *is, struct err *err)
{
	struct {
		struct attendee *v;
		size_t n, cap;
	} gone = {0};
	bool ok;

	for (size_t i = 0; i < was->attendees.n; i++)
		if (!appointment_attendee(is, was->attendees.v[i].addr))
			vec_add(&gone, was->attendees.v[i]);
	ok = tell(w, ICS_CANCEL, was, NULL, gone.v, gone.n, err);
	vec_release(&gone);
	return ok;
}

/* --- making ------------------------------------------------------------------- */

/* n > 1: the UID is taken by an entry of its own. */
static char *entry_path(struct writing *w, const char *folder, const char *uid,
			int n, struct err *err)
{
	const char *below = dav_folder_path(w->b, w->op, folder, err);
	char *base CLEANUP(mem_free_ptr) =
		below ? wire_path(w->b, below) : NULL;
	char *of CLEANUP(mem_free_ptr) =
		n > 1 ? xasprintf("%s %d", uid, n) : xstrdup(uid);
	char *name CLEANUP(mem_free_ptr) = dav_key_name(of);

	return base ? xasprintf("%s%s", base, name) : NULL;
}

static bool take_key(void *ctx, struct dav_row *r, struct err *err)
{
	bool *has = ctx;

	(void)err;
	*has = r->value[PROP_RETINUE_KEY] != NULL;
	return true;
}

/* Stores it under a name made of its UID. One that is there without its key is
 * of a try that was broken off, and this one goes on with it; one that has its
 * key is whole, and another: imported before, say. */
static bool store_new(struct writing *w, struct err *err)
{
	for (int n = 1; n <= NAMES_MAX; n++) {
		struct err e = ERR_INIT;
		bool whole = false;

		mem_replace(&w->now.path, entry_path(w, w->o->folder,
						     w->now.appt.uid, n, err));
		if (!w->now.path)
			return false;
		if (dav_event_store(w->b, w->op, &w->now, "If-None-Match: *",
				    w->zones, &e))
			return true;
		if (e.number != 412) {
			if (err)
				*err = e;
			return false;
		}
		if (!query_propfind(w->b, w->op, w->now.path, "0", USE_KEY,
				    NULL, take_key, &whole, err))
			return false;
		if (!whole)
			return true;
	}
	return err_set(err, ERR_CONFLICT,
		       "the calendar has too many entries of this UID");
}

static void make_own(const struct backend *b, struct appointment *a)
{
	a->flags |= APPT_ORGANIZER;
	a->my_answer = ANSWER_ORGANIZER;
	if (a->attendees.n && !a->organizer_addr) {
		a->organizer_addr = xstrdup(b->account->address);
		a->organizer_name = xstrdup(b->account->display_name);
	}
}

/* Without its id the entry made here and the one the next sync brings would be
 * two; a try that ends here is looked up by the key. */
static bool tell_id(struct writing *w, struct err *err)
{
	struct err e = ERR_INIT;

	*w->out = (struct item_result){0};
	if (item_ask_id(w->b, w->op, w->now.path, &w->out->new_id,
			&w->out->new_change_key, &e) ||
	    (!err_is_transient(&e) && e.kind != ERR_CANCELLED))
		return true;
	if (err)
		*err = e;
	return false;
}

static bool create(struct writing *w, struct err *err)
{
	struct appointment *a = &w->now.appt;

	/* It has its key, which comes last. */
	if (w->o->item) {
		w->out->new_id = xstrdup(w->o->item);
		return true;
	}
	appointment_copy(a, &w->o->change->appt);
	make_own(w->b, a);
	if (!a->uid)
		return err_set(err, ERR_INPUT, "the entry has no UID");
	if (!store_new(w, err))
		return false;
	if (!dav_event_set_rest(w->b, w->op, w->now.path, a, err))
		return false;
	if (!w->o->change->quiet &&
	    !tell(w, ICS_REQUEST, a, NULL, a->attendees.v, a->attendees.n, err))
		return false;
	/* The key says that all of it is done (send.c has it the same way). */
	return dav_event_set_key(w->b, w->op, w->now.path, a->uid, err) &&
	       tell_id(w, err);
}

/* --- changing ----------------------------------------------------------------- */

static bool load(struct writing *w, struct err *err)
{
	struct item_ref ref = {w->o->item, w->o->item_key};

	dav_event_source_release(&w->now);
	w->now = (struct event_source){.mime = STR_INIT};
	return dav_event_load(w->b, w->op, &ref, w->zones, &w->now, err);
}

/* Reads, lets fn change it, stores; once more where somebody else was faster.
 * fn false: nothing is to be stored. */
static bool rewrite(struct writing *w,
		    bool (*fn)(struct writing *w, struct appointment *a),
		    struct err *err)
{
	struct err e = ERR_INIT;

	for (int i = 0; i < TRIES; i++) {
		err_clear(&e);
		if (!load(w, err))
			return false;
		if (!fn(w, &w->now.appt))
			return true;
		if (dav_event_store(w->b, w->op, &w->now, NULL, w->zones, &e))
			return dav_event_set_rest(w->b, w->op, w->now.path,
						  &w->now.appt, err);
		if (e.number != 412)
			break;
		w->again = true;
	}
	if (err)
		*err = e;
	return false;
}

/* Did an earlier try whose answer was lost get as far as this? */
static bool is_done(const struct writing *w, const struct appointment *a)
{
	const struct appointment_change *c = w->o->change;
	const struct appointment *x =
		c->original == CLOCK_NEVER
			? a
			: appointment_exception(a, c->original);

	if (!w->again)
		return false;
	if (c->op == APPT_CANCEL)
		return appointment_is_removed(a, c->original);
	/* A zone may have another name there. */
	return x &&
	       !(appointment_differs(&c->appt, x) & c->set &
		 ~(unsigned)APPT_SET_TIME) &&
	       (!(c->set & APPT_SET_TIME) ||
		(c->appt.start == x->start && c->appt.end == x->end));
}

static bool apply(struct writing *w, struct appointment *a)
{
	const struct appointment_change *c = w->o->change;
	bool again = is_done(w, a);
	int next = appointment_next(a);
	struct appointment *at = NULL;

	appointment_change_apply(c, a);
	if (c->op == APPT_CHANGE && c->original != CLOCK_NEVER)
		at = appointment_exception(a, c->original);
	if (!at)
		at = a;
	/* Who said yes to another time is asked again. */
	for (size_t i = 0;
	     !again && c->op == APPT_CHANGE && is_own(w, a) &&
	     c->set & (APPT_SET_TIME | APPT_SET_RECUR) && i < at->attendees.n;
	     i++) {
		at->attendees.v[i].answer = ANSWER_NONE;
		at->attendees.v[i].answered = CLOCK_NEVER;
	}
	if (a->attendees.n && is_own(w, a))
		make_own(w->b, a);
	/* A later version is told by its number, that of a single time by its
	 * own: an answer to the series is not overtaken (RFC 5546 2.1.4). The
	 * numbers rise through all of it, so that the highest one somebody has
	 * seen tells what he knows. */
	if (a->attendees.n && is_own(w, a) && c->op == APPT_CHANGE) {
		if (!again && !c->quiet)
			at->sequence = next;
		at->stamp = clock_now();
	}
	return true;
}

static bool simple_change(struct writing *w, bool *done, struct err *err)
{
	const struct appointment_change *c = w->o->change;

	*done = false;
	if (c->set & ~(unsigned)SIMPLE || c->original != CLOCK_NEVER ||
	    w->now.appt.kind != APPOINTMENT_SINGLE || w->now.appt.attendees.n)
		return true;
	appointment_change_apply(c, &w->now.appt);
	return dav_event_set_simple(w->b, w->op, w->now.path, c->set,
				    &w->now.appt, w->zones, done, err);
}

static bool change(struct writing *w, struct err *err)
{
	const struct appointment_change *c = w->o->change;
	struct appointment was;
	const struct appointment *x = NULL, *told;
	bool done, ok;

	if (!load(w, err) || !may_tell(w, err) || !simple_change(w, &done, err))
		return false;
	if (done)
		return keep_result(w);
	if (!load(w, err))
		return false;
	appointment_copy(&was, &w->now.appt);
	ok = rewrite(w, apply, err);
	if (c->original != CLOCK_NEVER)
		x = appointment_exception(&w->now.appt, c->original);
	told = x ? x : &w->now.appt;
	if (ok && !c->quiet && is_own(w, &w->now.appt))
		ok = tell(w, ICS_REQUEST, told, x ? &w->now.appt : NULL,
			  told->attendees.v, told->attendees.n, err) &&
		     (x || tell_dropped(w, w->o->was ? w->o->was : &was,
					&w->now.appt, err));
	appointment_release(&was);
	return ok && keep_result(w);
}

/* --- away --------------------------------------------------------------------- */

static bool remove_item(struct writing *w, const char *id, const char *key,
			struct err *err)
{
	struct item_ref ref = {id, key};
	struct item_results r = {0};
	bool ok = dav_remove(w->b, w->op, &ref, 1, DELETE_TO_DELETED, &r, err);

	if (ok && r.n && r.v[0].err.kind != ERR_NONE &&
	    r.v[0].err.kind != ERR_NOT_FOUND) {
		if (err)
			*err = r.v[0].err;
		ok = false;
	}
	item_results_release(&r);
	return ok;
}

static bool cancel(struct writing *w, struct err *err)
{
	const struct appointment_change *c = w->o->change;
	const struct appointment *of;
	struct appointment one;
	bool ok, tells;

	if (!load(w, err) || !may_tell(w, err))
		return false;
	tells = !c->quiet && w->now.appt.attendees.n && is_own(w, &w->now.appt);
	if (c->original == CLOCK_NEVER ||
	    w->now.appt.kind != APPOINTMENT_SERIES) {
		w->now.appt.sequence = appointment_next(&w->now.appt);
		ok = !tells || tell(w, ICS_CANCEL, &w->now.appt, NULL,
				    w->now.appt.attendees.v,
				    w->now.appt.attendees.n, err);
		*w->out = (struct item_result){0};
		return ok && remove_item(w, w->o->item, w->o->item_key, err);
	}
	/* A try that was broken off has taken it out already. */
	of = w->o->was && appointment_is_removed(&w->now.appt, c->original)
		     ? w->o->was
		     : &w->now.appt;
	appointment_occurrence(&one, of, c->original);
	one.sequence = appointment_next(of);
	ok = rewrite(w, apply, err) &&
	     (!tells || tell(w, ICS_CANCEL, &one, &w->now.appt, one.attendees.v,
			     one.attendees.n, err)) &&
	     keep_result(w);
	appointment_release(&one);
	return ok;
}

/* --- answering ---------------------------------------------------------------- */

static void note_answer(struct writing *w, struct appointment *a)
{
	bool asked = false;

	for (size_t i = 0; i < a->attendees.n; i++) {
		struct attendee *t = &a->attendees.v[i];

		if (!t->addr || !account_is_own(w->b->account, t->addr))
			continue;
		t->answer = w->o->change->answer;
		t->answered = clock_now();
		asked = true;
	}
	/* It was passed on by somebody: from now on one is among them. */
	if (!asked) {
		struct attendee *t = vec_new(&a->attendees);

		*t = (struct attendee){
			.addr = xstrdup(w->b->account->address),
			.name = xstrdup(w->b->account->display_name),
			.role = ATTENDEE_OPTIONAL,
			.answer = w->o->change->answer,
			.answered = clock_now(),
			.proposed_start = CLOCK_NEVER,
			.proposed_end = CLOCK_NEVER};
	}
	if (w->o->change->answer == ANSWER_TENTATIVE && a->show_as == SHOW_BUSY)
		a->show_as = SHOW_TENTATIVE;
}

static bool apply_answer(struct writing *w, struct appointment *a)
{
	const struct appointment_change *c = w->o->change;
	struct appointment *x;

	if (!appointment_change_apply(c, a))
		return false;
	x = c->original != CLOCK_NEVER && a->kind == APPOINTMENT_SERIES
		    ? appointment_exception(a, c->original)
		    : a;
	if (!x)
		return true;
	note_answer(w, x);
	for (size_t i = 0; x == a && i < a->exceptions.n; i++)
		note_answer(w, &a->exceptions.v[i]);
	return true;
}

/* So that no client takes it a second time (16.3). */
static void mark_processed(struct writing *w, const char *message, bool read)
{
	struct item_ref ref = {.remote_id = message};
	struct str set CLEANUP(str_release) = STR_INIT;
	struct item_place place;
	struct err e = ERR_INIT;
	int refused;

	if (!item_find_place(w->b, w->op, &ref, &place, &e))
		return;
	prop_add_value(&set, PROP_PROCESSED, "1");
	if (read)
		prop_add_value(&set, PROP_READ, "1");
	if (!query_proppatch(w->b, w->op, item_path(&place), "If-Match: *",
			     set.s, NULL, &refused, &e))
		log_at(LOG_INFO, "dav", "a message stays unprocessed: %s",
		       e.text);
	item_place_release(&place);
}

/* Done with a request: read, processed, away (16.3). */
static bool put_away(struct writing *w, const char *message, struct err *err)
{
	mark_processed(w, message, true);
	return remove_item(w, message, NULL, err);
}

static bool reply(struct writing *w, const struct appointment *a,
		  const struct appointment *of, struct err *err)
{
	const struct appointment_change *c = w->o->change;
	struct event_mail m = {.method = ICS_REPLY,
			       .appt = a,
			       .of = of,
			       .answer = c->answer,
			       .note = c->note,
			       .propose_start = c->propose_start,
			       .propose_end = c->propose_end,
			       .token = w->o->token,
			       .again = w->o->again};

	return dav_event_mail_send(w->b, w->op, &m, w->zones, err);
}

/* What there is to answer: the entry, else the request. *entry: there is one. */
static bool load_answered(struct writing *w, bool *entry, struct err *err)
{
	struct event_order by = *w->o;
	struct event_order *o = &by;
	const struct event_order *asked = w->o;
	struct err e = ERR_INIT;
	bool ok;

	*entry = false;
	w->o = o;
	if (o->item && load(w, &e)) {
		w->o = asked;
		*entry = true;
		return true;
	}
	ok = e.kind == ERR_NONE || e.kind == ERR_NOT_FOUND;
	if (ok && o->message) {
		o->item = o->message;
		o->item_key = NULL;
		ok = load(w, &e);
	} else if (ok) {
		ok = err_set(&e, ERR_NOT_FOUND,
			     "the meeting is no longer there");
	}
	w->o = asked;
	if (!ok && err)
		*err = e;
	return ok;
}

/* The name of an entry made of a message: one time of a series whose rest is
 * not there is an entry of its own. Caller frees. */
static char *name_of(const struct appointment *m)
{
	char *of CLEANUP(mem_free_ptr) =
		m->original == CLOCK_NEVER
			? xstrdup(m->uid)
			: xasprintf("%s %lld", m->uid, (long long)m->original);

	return dav_key_name(of);
}

/* The request as an entry of the calendar. */
static bool put_request(struct writing *w, const struct appointment *request,
			struct err *err)
{
	struct appointment *a = &w->now.appt;
	char *base CLEANUP(mem_free_ptr) = dav_calendar_path(w->b, w->op, err);
	char *name CLEANUP(mem_free_ptr) = NULL;

	if (!base)
		return false;
	if (!request->uid)
		return err_set(err, ERR_NOT_FOUND,
			       "this request does not name its meeting");
	name = name_of(request);
	appointment_release(a);
	appointment_copy(a, request);
	a->kind = a->original != CLOCK_NEVER	? APPOINTMENT_EXCEPTION
		  : a->recur.kind == RECUR_NONE ? APPOINTMENT_SINGLE
						: APPOINTMENT_SERIES;
	a->flags &= ~(unsigned)(APPT_UPDATE | APPT_PROCESSED | APPT_DELEGATED |
				APPT_ORGANIZER);
	if (!apply_answer(w, a))
		return true;
	mem_replace(&w->now.path, xasprintf("%s%s", base, name));
	mem_replace(&w->now.etag, NULL);
	w->now.told = true; /* it is new: nothing is lost by it */
	return dav_event_store(w->b, w->op, &w->now, NULL, w->zones, err) &&
	       dav_event_set_rest(w->b, w->op, w->now.path, a, err);
}

/* The answer into the calendar. asked: what is answered. */
static bool enter_answer(struct writing *w, const struct appointment *asked,
			 const char *id, const char *key, struct err *err)
{
	struct event_order by = *w->o;
	const struct event_order *o = w->o;
	bool ok, whole = w->o->change->original == CLOCK_NEVER ||
			 asked->kind != APPOINTMENT_SERIES;

	if (!id)
		return o->change->answer == ANSWER_DECLINED ||
		       put_request(w, asked, err);
	if (o->change->answer == ANSWER_DECLINED && whole)
		return remove_item(w, id, key, err);
	by.item = id;
	by.item_key = key;
	w->o = &by;
	ok = rewrite(w, apply_answer, err);
	w->o = o;
	return ok;
}

static bool answer(struct writing *w, struct err *err)
{
	const struct appointment_change *c = w->o->change;
	struct appointment asked, one;
	char *id CLEANUP(mem_free_ptr) = NULL;
	char *key CLEANUP(mem_free_ptr) = NULL;
	bool entry, ok = true;

	if (!load_answered(w, &entry, err))
		return false;
	/* Reply and entry would be one's own, not that person's. */
	if (w->now.appt.flags & APPT_DELEGATED)
		return err_set(err, ERR_UNSUPPORTED,
			       "over WebDAV an invitation to somebody you "
			       "stand in for is answered in that mailbox only");
	appointment_copy(&asked, &w->now.appt);
	if (entry) {
		id = xstrdup(w->o->item);
		key = xstrdup(w->o->item_key);
	} else if (asked.uid) {
		/* Another client may have put it there (16.3). */
		ok = dav_event_find(w->b, w->op, &asked, w->zones, &id, &key,
				    NULL, err);
	}
	if (ok && !c->quiet && c->original != CLOCK_NEVER &&
	    asked.kind == APPOINTMENT_SERIES) {
		appointment_occurrence(&one, &asked, c->original);
		ok = reply(w, &one, &asked, err);
		appointment_release(&one);
	} else if (ok && !c->quiet) {
		ok = reply(w, &asked, NULL, err);
	}
	ok = ok && enter_answer(w, &asked, id, key, err);
	if (ok && w->o->message)
		ok = put_away(w, w->o->message, err);
	*w->out = (struct item_result){0};
	appointment_release(&asked);
	return ok;
}

/* --- what a message says ------------------------------------------------------ */

/* One's own answer stands beside one's name, whatever the organizer knew of it
 * when he wrote. */
static void keep_answer(const struct writing *w, struct appointment *a)
{
	for (size_t i = 0; i < a->attendees.n; i++) {
		struct attendee *t = &a->attendees.v[i];

		if (!t->addr || !account_is_own(w->b->account, t->addr))
			continue;
		if (t->answer != a->my_answer)
			t->answered = CLOCK_NEVER;
		t->answer = a->my_answer;
	}
}

static bool apply_message(struct writing *w, struct appointment *a)
{
	if (!appointment_take(a, &w->o->change->appt))
		return false;
	if (is_own(w, a))
		return true;
	keep_answer(w, a);
	for (size_t i = 0; i < a->exceptions.n; i++)
		keep_answer(w, &a->exceptions.v[i]);
	return true;
}

/* A meeting that is not in the calendar yet. One occurrence of a series that
 * is not known stands alone. */
static bool put_new(struct writing *w, struct err *err)
{
	const struct appointment *m = &w->o->change->appt;
	char *base CLEANUP(mem_free_ptr) = dav_calendar_path(w->b, w->op, err);
	char *name CLEANUP(mem_free_ptr) = name_of(m);
	struct err e = ERR_INIT;

	if (!base)
		return false;
	appointment_from_request(&w->now.appt, m);
	w->now.path = xasprintf("%s%s", base, name);
	if (dav_event_store(w->b, w->op, &w->now, "If-None-Match: *", w->zones,
			    &e))
		return dav_event_set_rest(w->b, w->op, w->now.path,
					  &w->now.appt, err);
	/* Another client of the same person was faster. */
	return e.number == 412 || err_set(err, e.kind, "%s", e.text);
}

static bool apply_alone(struct writing *w, struct appointment *a)
{
	bool any = false;

	for (size_t i = 0; i < a->exceptions.n; i++) {
		struct appointment *x = &a->exceptions.v[i];

		if (!appointment_take_alone(x, w->alone))
			continue;
		keep_answer(w, x);
		any = true;
	}
	return any;
}

/* What a message to the whole does to the times that stood alone: the series
 * has them all now, or all of them are called off. */
static bool take_others(struct writing *w, const struct appointment *m,
			const struct event_order *series,
			const struct item_results *others, struct err *err)
{
	const struct event_order *o = w->o;
	struct event_order by = *w->o;
	struct appointment alone;
	bool ok = true;

	for (size_t i = 0; ok && i < others->n; i++) {
		by.item = others->v[i].new_id;
		by.item_key = others->v[i].new_change_key;
		w->o = &by;
		if (m->kind == APPOINTMENT_CANCELLATION)
			ok = rewrite(w, apply_message, err);
		else if (load(w, NULL) && w->now.appt.original != CLOCK_NEVER &&
			 w->now.appt.sequence < m->sequence) {
			appointment_copy(&alone, &w->now.appt);
			w->alone = &alone;
			w->o = series;
			ok = rewrite(w, apply_alone, err) &&
			     remove_item(w, by.item, by.item_key, err);
			w->alone = NULL;
			appointment_release(&alone);
		}
		w->o = o;
	}
	return ok;
}

static bool take(struct writing *w, struct err *err)
{
	const struct appointment *m = &w->o->change->appt;
	struct event_order by = *w->o;
	const struct event_order *o = w->o;
	char *id CLEANUP(mem_free_ptr) = NULL;
	char *key CLEANUP(mem_free_ptr) = NULL;
	struct item_results others CLEANUP(item_results_release) = {0};
	struct err e = ERR_INIT;
	bool ok;

	*w->out = (struct item_result){0};
	if (!m->uid)
		return true;
	if (!dav_event_find(w->b, w->op, m, w->zones, &id, &key, &others, err))
		return false;
	by.item = id;
	by.item_key = key;
	w->o = &by;
	if (id)
		ok = rewrite(w, apply_message, &e);
	else
		ok = m->kind != APPOINTMENT_REQUEST || put_new(w, &e);
	w->o = o;
	ok = ok && take_others(w, m, &by, &others, &e);
	/* Gone meanwhile: nothing to bring up to date. */
	if (!ok && e.kind != ERR_NOT_FOUND) {
		if (err)
			*err = e;
		return false;
	}
	if (m->remote_id)
		mark_processed(w, m->remote_id, false);
	return true;
}

bool dav_change_event(struct backend *b, const struct op *op,
		      const struct event_order *o, struct item_result *out,
		      struct err *err)
{
	struct writing w = {
		.b = b, .op = op, .o = o, .out = out, .again = o->again};
	struct err e = ERR_INIT;
	bool ok = false;

	if (!dav_ready(b, op, err))
		return false;
	w.zones = tz_set_new();
	str_init(&w.now.mime);
	appointment_init(&w.now.appt);
	switch (o->change->op) {
	case APPT_CREATE:
		ok = create(&w, &e);
		break;
	case APPT_CHANGE:
		ok = change(&w, &e);
		break;
	case APPT_CANCEL:
		ok = cancel(&w, &e);
		break;
	case APPT_ANSWER:
		ok = answer(&w, &e);
		break;
	case APPT_TAKE:
		ok = take(&w, &e);
		break;
	}
	dav_event_source_release(&w.now);
	tz_set_free(w.zones);
	if (ok)
		dav_publish(b, op);
	if (!ok && err)
		*err = e;
	return ok;
}
