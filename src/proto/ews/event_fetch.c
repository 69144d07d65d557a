/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Whole calendar entries: GetItem of the ids, then of the changed occurrences
 * their series list, which come as times only (dossier 12.1). */
#include "base/log.h"
#include "proto/ews/batch.h"
#include "proto/ews/event.h"
#include "proto/ews/fields.h"

/* An entry may list its attendees by the thousand. */
#define CHUNK 50

static const struct {
	const char *path;
	enum ews_version since;
} wanted[] = {
	{"item:ItemClass", EWS_2007_SP1},
	{"item:Subject", EWS_2007_SP1},
	{"item:Sensitivity", EWS_2007_SP1},
	{"item:Body", EWS_2007_SP1},
	{"item:Categories", EWS_2007_SP1},
	{"item:HasAttachments", EWS_2007_SP1},
	{"item:ReminderIsSet", EWS_2007_SP1},
	{"item:ReminderMinutesBeforeStart", EWS_2007_SP1},
	{"message:From", EWS_2007_SP1},
	{"calendar:UID", EWS_2007_SP1},
	{"calendar:RecurrenceId", EWS_2007_SP1},
	{"calendar:DateTimeStamp", EWS_2007_SP1},
	{"calendar:Start", EWS_2007_SP1},
	{"calendar:End", EWS_2007_SP1},
	{"calendar:OriginalStart", EWS_2007_SP1},
	{"calendar:IsAllDayEvent", EWS_2007_SP1},
	{"calendar:LegacyFreeBusyStatus", EWS_2007_SP1},
	{"calendar:Location", EWS_2007_SP1},
	{"calendar:IsMeeting", EWS_2007_SP1},
	{"calendar:IsCancelled", EWS_2007_SP1},
	{"calendar:IsResponseRequested", EWS_2007_SP1},
	{"calendar:CalendarItemType", EWS_2007_SP1},
	{"calendar:MyResponseType", EWS_2007_SP1},
	{"calendar:Organizer", EWS_2007_SP1},
	{"calendar:RequiredAttendees", EWS_2007_SP1},
	{"calendar:OptionalAttendees", EWS_2007_SP1},
	{"calendar:Resources", EWS_2007_SP1},
	{"calendar:TimeZone", EWS_2007_SP1},
	{"calendar:AppointmentReplyTime", EWS_2007_SP1},
	{"calendar:AppointmentSequenceNumber", EWS_2007_SP1},
	{"calendar:AppointmentState", EWS_2007_SP1},
	{"calendar:Recurrence", EWS_2007_SP1},
	{"calendar:ModifiedOccurrences", EWS_2007_SP1},
	{"calendar:DeletedOccurrences", EWS_2007_SP1},
	{"calendar:MeetingTimeZone", EWS_2007_SP1},
	{"calendar:AllowNewTimeProposal", EWS_2007_SP1},
	{"calendar:StartTimeZone", EWS_2010},
	{"calendar:EndTimeZone", EWS_2010},
	{"meeting:AssociatedCalendarItemId", EWS_2007_SP1},
	{"meeting:IsDelegated", EWS_2007_SP1},
	{"meeting:IsOutOfDate", EWS_2007_SP1},
	{"meeting:HasBeenProcessed", EWS_2007_SP1},
	{"meeting:ResponseType", EWS_2007_SP1},
	{"meetingRequest:MeetingRequestType", EWS_2007_SP1},
	{"meetingRequest:IntendedFreeBusyStatus", EWS_2007_SP1},
	{"meeting:ProposedStart", EWS_2013_SP1},
	{"meeting:ProposedEnd", EWS_2013_SP1},
};

struct fetch {
	const struct item_ref *refs;
	struct tz_set *zones;
	struct ews_tree *tree;
	struct fetched_event *got; /* one a ref */
	bool all;		   /* the server refuses single properties */
	bool refused;
};

static void add_shape(struct str *b, const struct fetch *f, enum ews_version v)
{
	str_addf(b,
		 "<m:ItemShape><t:BaseShape>%s</t:BaseShape>"
		 "<t:BodyType>Text</t:BodyType>",
		 f->all ? "AllProperties" : "IdOnly");
	if (!f->all) {
		str_add(b, "<t:AdditionalProperties>");
		for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
			if (v >= wanted[i].since)
				field_add_path(b, wanted[i].path);
		str_add(b, EWS_SIGNAL_PROPERTY);
		str_add(b, "</t:AdditionalProperties>");
	}
	str_add(b, "</m:ItemShape>");
}

static void write_get(struct batch *t, const size_t *idx, size_t n,
		      struct str *out)
{
	const struct fetch *f = t->ctx;

	str_add(out, "<m:GetItem>");
	add_shape(out, f, t->b->version);
	str_add(out, "<m:ItemIds>");
	for (size_t k = 0; k < n; k++) {
		struct item_ref ref = {.remote_id = f->refs[idx[k]].remote_id};

		soap_add_item(out, &ref);
	}
	str_add(out, "</m:ItemIds></m:GetItem>");
}

static bool got_event(struct batch *t, size_t i, struct ews_message *m,
		      enum ews_rule rule, const struct err *e)
{
	struct fetch *f = t->ctx;
	const struct node *n = m ? ews_tree_message(f->tree, m->index) : NULL;

	(void)rule;
	n = node_find(n, T_Items);
	n = n ? n->child : NULL;
	f->got[i].err = *e;
	f->refused |= e->kind != ERR_NONE && ews_is_property_code(e->code);
	if (e->kind != ERR_NONE)
		return true;
	if (!n) {
		err_set(&f->got[i].err, ERR_NOT_FOUND,
			"the entry is no longer there");
		return true;
	}
	event_read(n, f->zones, &f->got[i].appt);
	return true;
}

/* The n refs into f->got. */
static bool get(struct backend *b, const struct op *op, struct fetch *f,
		size_t n, struct err *err)
{
	for (size_t from = 0; from < n; from += CHUNK) {
		struct fetch part = *f;
		struct batch t = {.b = b,
				  .op = op,
				  .operation = "GetItem",
				  .n = n - from < CHUNK ? n - from : CHUNK,
				  .write = write_get,
				  .done = got_event,
				  .tree = f->tree,
				  .ctx = &part};
		struct err e = ERR_INIT;
		bool ok;

		part.refs += from;
		part.got += from;
		part.refused = false;
		ok = ews_batch_run(&t, &e);
		if (!part.all &&
		    (part.refused || (!ok && ews_is_property_code(e.code)))) {
			log_at(LOG_INFO, "ews",
			       "asks for all properties of events");
			f->all = true;
			for (size_t i = 0; i < t.n; i++)
				appointment_release(&part.got[i].appt);
			from -= CHUNK; /* this part again */
			continue;
		}
		if (!ok) {
			if (err)
				*err = e;
			return false;
		}
	}
	return true;
}

/* The series and the place in it behind each second-stage id. */
struct place {
	size_t owner, exception;
};

/* Where the content of a changed occurrence cannot be had it looks like its
 * series at another time. */
static void look_like_series(const struct appointment *s, struct appointment *x)
{
	struct appointment c;

	appointment_copy(&c, s);
	appointment_list_release(&c.exceptions);
	c.removed.n = 0;
	c.recur.kind = RECUR_NONE;
	c.kind = APPOINTMENT_EXCEPTION;
	c.start = x->start;
	c.end = x->end;
	c.original = x->original;
	mem_replace(&c.remote_id, x->remote_id);
	mem_replace(&c.change_key, x->change_key);
	x->remote_id = x->change_key = NULL;
	appointment_release(x);
	*x = c;
	appointment_repair(x);
}

static bool get_exceptions(struct backend *b, const struct op *op,
			   struct fetch *f, size_t n, struct err *err)
{
	struct fetch second = *f;
	VEC(struct place) places = {0};
	VEC(struct item_ref) refs = {0};
	bool ok;

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < f->got[i].appt.exceptions.n; k++) {
			struct item_ref ref = {
				.remote_id = f->got[i]
						     .appt.exceptions.v[k]
						     .remote_id};

			if (!ref.remote_id)
				continue;
			vec_add(&places, ((struct place){i, k}));
			vec_add(&refs, ref);
		}
	second.refs = refs.v;
	second.got = xcalloc(refs.n ? refs.n : 1, sizeof(*second.got));
	for (size_t i = 0; i < refs.n; i++)
		appointment_init(&second.got[i].appt);
	ok = !refs.n || get(b, op, &second, refs.n, err);
	for (size_t i = 0; i < places.n; i++) {
		struct appointment *s = &f->got[places.v[i].owner].appt;
		struct appointment *x = &s->exceptions.v[places.v[i].exception];
		struct appointment *is = &second.got[i].appt;

		if (!ok || second.got[i].err.kind != ERR_NONE) {
			look_like_series(s, x);
		} else {
			is->kind = APPOINTMENT_EXCEPTION;
			/* Called off as a whole is called off each time. */
			is->flags |= s->flags & APPT_CANCELLED;
			is->recur.kind = RECUR_NONE;
			is->original = x->original;
			mem_replace(&is->remote_id, x->remote_id);
			mem_replace(&is->change_key, x->change_key);
			x->remote_id = x->change_key = NULL;
			appointment_release(x);
			*x = *is;
			appointment_init(is);
		}
		appointment_release(is);
	}
	free(second.got);
	vec_release(&places);
	vec_release(&refs);
	return ok;
}

bool ews_fetch_events(struct backend *b, const struct op *op,
		      const struct item_ref *refs, size_t n,
		      fetched_event_fn fn, void *ctx, struct err *err)
{
	struct fetch f = {.refs = refs,
			  .zones = tz_set_new(),
			  .tree = ews_tree_new(),
			  .got = xcalloc(n ? n : 1, sizeof(*f.got))};
	bool ok, go_on = true;

	for (size_t i = 0; i < n; i++)
		appointment_init(&f.got[i].appt);
	ok = ews_ready(b, op, err) && get(b, op, &f, n, err) &&
	     get_exceptions(b, op, &f, n, err);
	for (size_t i = 0; i < n; i++) {
		if (ok && go_on)
			go_on = fn(ctx, i, &f.got[i]);
		else
			appointment_release(&f.got[i].appt);
	}
	if (ok && !go_on)
		ok = err_set(err, ERR_CANCELLED, "stopped");
	free(f.got);
	ews_tree_free(f.tree);
	tz_set_free(f.zones);
	return ok;
}
