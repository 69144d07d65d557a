/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Making, changing and answering events (dossier 12.5, 12.6). */
#include "tests/sim/ews_calendar.h"

#include <string.h>
#include "base/codec.h"
#include <strings.h>
#include "base/clock.h"

static bool sends(const char *how)
{
	return strcmp(how, "SendToNone") != 0;
}

static bool saves_copy(const char *how)
{
	return str_ends(how, "AndSaveCopy");
}

static struct folder *event_folder_of(struct req *r, const char **code)
{
	const xmlNode *named = xr_child(r->op, "SavedItemFolderId");

	if (named)
		return req_folder_in(r, named, RIGHT_CREATE, code);
	return box_folder(r->user, "calendar");
}

/* Content that is no message but a calendar: what the event is (dossier 10.1
 * allows both). */
static void take_calendar(struct item *it, const xmlNode *n)
{
	static const char begin[] = "BEGIN:VCALENDAR";
	const char *text = xr_child_text(n, "MimeContent");
	struct str raw CLEANUP(str_release) = STR_INIT;

	if (!text || !codec_base64_decode(&raw, text, strlen(text)) || !raw.s ||
	    strncasecmp(raw.s, begin, strlen(begin)) != 0)
		return;
	item_set_mime(it, "\r\n", 2);
	if (!ical_take(it, raw.s))
		mem_replace(&it->subject, xstrdup(""));
}

/* --- CreateItem ---------------------------------------------------------- */
static struct item *compose(struct req *r, struct box *owner, const xmlNode *n,
			    const char **code)
{
	struct item *it = item_compose(n, code);
	struct cal *c;

	if (!it)
		return NULL;
	if (str_eq(it->item_class, "IPM.Note") ||
	    !str_starts(str_or_empty(it->item_class), "IPM.Appointment"))
		mem_replace(&it->item_class, xstrdup("IPM.Appointment"));
	it->draft = false;
	it->read = true;
	c = it->cal = cal_new();
	c->start = clock_now() / 1800 * 1800 + 1800;
	c->end = CLOCK_NEVER;
	c->reminder = true;
	c->reminder_minutes = 15;
	if (r->zone)
		c->zone = xstrdup(r->zone->id);
	take_calendar(it, n);
	c = it->cal;
	c->mine = RESPONSE_ORGANIZER;
	if (!c->organizer.email) {
		c->organizer.name = xstrdup(owner->name);
		c->organizer.email = xstrdup(owner->address);
	}
	if (event_overlay(r, it, n, false, code)) {
		if (c->end == CLOCK_NEVER)
			c->end = c->start + 1800;
		if (!c->uid)
			c->uid = cal_new_uid();
		*code = event_check(it);
	}
	if (!*code)
		return it;
	item_free(it);
	return NULL;
}

void event_create(struct req *r, const xmlNode *n)
{
	const char *how = xr_attr(r->op, "SendMeetingInvitations");
	const char *code = NULL;
	struct folder *f = event_folder_of(r, &code);
	struct item *it = NULL;

	if (f && !how)
		code = "ErrorSendMeetingInvitationsRequired";
	if (f && !code)
		it = compose(r, f->box, n, &code);
	if (it && box_is_full(f->box, it->size))
		code = "ErrorQuotaExceeded";
	if (!it || code) {
		rsp_error(r, code, "<m:Items/>");
		item_free(it);
		return;
	}
	it->creator = r->user;
	item_place(r->st, it, f, false);
	if (sends(how) && it->cal->attendees.n > 0) {
		it->cal->request_sent = true;
		meeting_send(r->st, f->box, it, MEETING_REQUEST, NULL,
			     saves_copy(how));
	}
	rsp_ok(r);
	xw_open(&r->out, "m:Items");
	item_write_id(&r->out, it);
	xw_close(&r->out, "m:Items");
	rsp_close(r);
}

/* --- UpdateItem ---------------------------------------------------------- */
static bool moved(const struct cal *a, const struct cal *b)
{
	return a->start != b->start || a->end != b->end ||
	       memcmp(&a->recur, &b->recur, sizeof(a->recur)) != 0;
}

static void reset_answers(struct cal *c)
{
	for (size_t i = 0; i < c->attendees.n; i++) {
		c->attendees.v[i].response = RESPONSE_UNKNOWN;
		c->attendees.v[i].responded = CLOCK_NEVER;
	}
}

const char *event_updated(struct req *r, struct item *it,
			  const struct cal *before, int next)
{
	const char *how = str_or_empty(
		xr_attr(r->op, "SendMeetingInvitationsOrCancellations"));
	struct box *box = it->folder->box;
	struct strv added, gone;
	struct cal *c = it->cal;
	struct item *old;
	const char *code = event_check(it);

	if (code)
		return code;
	c->stamp = clock_now();
	if (c->mine != RESPONSE_ORGANIZER)
		return NULL;
	if (moved(c, before) && c->is_meeting) {
		/* Rising through a series and its times. */
		c->sequence = next;
		reset_answers(c);
	}
	if (!sends(how) || !*how)
		return NULL;
	strv_init(&added);
	strv_init(&gone);
	for (size_t i = 0; i < c->attendees.n; i++)
		if (!cal_attendee((struct cal *)(uintptr_t)before,
				  c->attendees.v[i].email))
			strv_add(&added, c->attendees.v[i].email);
	for (size_t i = 0; i < before->attendees.n; i++)
		if (!cal_attendee(c, before->attendees.v[i].email))
			strv_add(&gone, before->attendees.v[i].email);
	if (gone.n > 0) {
		old = item_clone(it);
		cal_free(old->cal);
		old->cal = cal_copy(before);
		old->cal->sequence = c->sequence;
		meeting_send(r->st, box, old, MEETING_CANCEL, &gone, false);
		item_free(old);
	}
	if (c->attendees.n > 0) {
		c->request_sent = true;
		meeting_send(r->st, box, it, MEETING_REQUEST,
			     strstr(how, "ToChanged") ? &added : NULL,
			     saves_copy(how));
	}
	strv_release(&added);
	strv_release(&gone);
	return NULL;
}

/* --- DeleteItem ---------------------------------------------------------- */
static void tell_of_end(struct req *r, struct item *it, const char *how)
{
	struct cal *c = it->cal;

	if (!sends(how) || !c->is_meeting || c->cancelled)
		return;
	c->sequence = cal_next(it->master ? it->master->cal : c);
	if (c->mine == RESPONSE_ORGANIZER)
		meeting_send(r->st, it->folder->box, it, MEETING_CANCEL, NULL,
			     saves_copy(how));
}

void event_remove(struct req *r, struct item *it, const char *type,
		  const char *how)
{
	struct item *base = item_find(r->st, it->id);
	struct box *box = base->folder->box;
	struct folder *trash = box_folder(box, "deleteditems");
	struct folder *to = NULL;

	if (!it->master && it->cal->is_meeting && sends(how) &&
	    it->cal->mine != RESPONSE_ORGANIZER && !it->cal->cancelled) {
		(void)meeting_answer(r->st, box, base, RESPONSE_DECLINE, NULL,
				     true, saves_copy(how), CLOCK_NEVER,
				     CLOCK_NEVER);
		return;
	}
	tell_of_end(r, it, how);
	if (it->master) {
		occurrence_delete(base, it->original);
		item_changed(r->st, base, false);
		return;
	}
	if (strcmp(type, "HardDelete") == 0)
		to = box_folder(box, "recoverableitemspurges");
	else if (strcmp(type, "SoftDelete") == 0 || base->folder == trash)
		to = box_folder(box, "recoverableitemsdeletions");
	else
		to = trash;
	if (to && to != base->folder)
		item_move(r->st, base, to);
	else
		item_delete(r->st, base);
}

/* --- answers ------------------------------------------------------------- */
static const struct {
	const char *name;
	enum cal_response response; /* RESPONSE_UNKNOWN: none of them */
} answers[] = {{"AcceptItem", RESPONSE_ACCEPT},
	       {"TentativelyAcceptItem", RESPONSE_TENTATIVE},
	       {"DeclineItem", RESPONSE_DECLINE},
	       {"CancelCalendarItem", RESPONSE_UNKNOWN},
	       {"RemoveItem", RESPONSE_UNKNOWN}};

bool meeting_is_response(const xmlNode *n)
{
	for (size_t i = 0; i < ARRAY_LEN(answers); i++)
		if (xr_is(n, answers[i].name))
			return true;
	return false;
}

/* Ids of what was touched: how a client learns what to fetch. */
static void write_touched(struct req *r, const struct item *event,
			  const struct item *request)
{
	rsp_ok(r);
	xw_open(&r->out, "m:Items");
	if (event)
		item_write_id(&r->out, event);
	if (request)
		item_write_id(&r->out, request);
	xw_close(&r->out, "m:Items");
	rsp_close(r);
}

static const char *answer_code(const struct item *event,
			       enum cal_response response)
{
	static const char *const own[] = {
		NULL, NULL, "ErrorCalendarIsOrganizerForTentative",
		"ErrorCalendarIsOrganizerForAccept",
		"ErrorCalendarIsOrganizerForDecline"};
	static const char *const ended[] = {
		NULL, NULL, "ErrorCalendarIsCancelledForTentative",
		"ErrorCalendarIsCancelledForAccept",
		"ErrorCalendarIsCancelledForDecline"};

	if (event->cal->mine == RESPONSE_ORGANIZER)
		return own[response];
	if (event->cal->cancelled)
		return ended[response];
	return NULL;
}

static const char *answer(struct req *r, const xmlNode *n, struct item *about,
			  enum cal_response response, const char *disposition)
{
	bool send = strcmp(disposition, "SaveOnly") != 0;
	bool keep = strcmp(disposition, "SendAndSaveCopy") == 0;
	const char *from = xr_child_text(n, "ProposedStart");
	const char *to = xr_child_text(n, "ProposedEnd");
	bool request = !item_is_event(about);
	int64_t start = CLOCK_NEVER, end = CLOCK_NEVER;
	struct box *box = about->folder->box;
	struct item *event = about, *one = NULL;
	struct occurrence o;
	const char *code;

	if (request) {
		if (about->cal->out_of_date)
			return "ErrorCalendarMeetingRequestIsOutOfDate";
		event = meeting_item(r->st, about);
		if (!event)
			event = meeting_find(box, about->cal->uid,
					     about->cal->recurrence_id);
		if (!event)
			return "ErrorItemNotFound";
		if (about->cal->recurrence_id != CLOCK_NEVER &&
		    event->cal->recur.kind != RECUR_NONE &&
		    cal_occurrence(event, 0, about->cal->recurrence_id, &o))
			event = one = occurrence_make(event, &o);
	}
	/* For the one whose calendar it is, when he lets the reader. */
	box = event->folder->box;
	code = answer_code(event, response);
	if (!code && !(folder_rights(event->folder, r->user) & RIGHT_EDIT))
		code = "ErrorAccessDenied";
	if (!code && (from || to) &&
	    (!from || !to || !event->cal->allow_proposal ||
	     response == RESPONSE_ACCEPT ||
	     !cal_time_read(r, event->cal->zone, from, &start) ||
	     !cal_time_read(r, event->cal->zone, to, &end)))
		code = "ErrorInvalidRequest";
	if (!code) {
		event = meeting_answer(r->st, box, event, response,
				       xr_child_text(n, "Body"), send, keep,
				       start, end);
		if (request) {
			about->cal->mine = response;
			about->cal->processed = true;
			item_set_read(r->st, about, true);
			item_move(
				r->st, about,
				box_folder(about->folder->box, "deleteditems"));
		}
		write_touched(r, event, request ? about : NULL);
	}
	item_free(one);
	return code;
}

static const char *cancel(struct req *r, const xmlNode *n, struct item *it,
			  const char *disposition)
{
	const char *note = xr_child_text(n, "NewBodyContent");
	struct box *box = it->folder->box;
	struct item *shown;

	if (!item_is_event(it) || it->cal->mine != RESPONSE_ORGANIZER)
		return "ErrorCalendarIsNotOrganizer";
	shown = item_clone(it);
	shown->cal->sequence = cal_next(it->master ? it->master->cal : it->cal);
	shown->master = it->master;
	if (note) {
		struct str out = STR_INIT;
		struct mail m;

		mail_init(&m);
		m.subject = xstrdup(it->subject);
		if (strchr(note, '<'))
			m.html = xstrdup(note);
		else
			m.text = xstrdup(note);
		mail_write(&out, &m);
		str_clear(&shown->mime);
		str_add_mem(&shown->mime, out.s, out.len);
		mail_release(&m);
		str_release(&out);
	}
	meeting_send(r->st, box, shown, MEETING_CANCEL, NULL,
		     strcmp(disposition, "SendAndSaveCopy") == 0);
	item_free(shown);
	event_delete(r->st, it);
	write_touched(r, NULL, NULL);
	return NULL;
}

static const char *remove_cancelled(struct req *r, struct item *about)
{
	struct item *event =
		item_is_event(about) ? about : meeting_item(r->st, about);

	if (event && !event->cal->cancelled &&
	    about->cal->recurrence_id == CLOCK_NEVER)
		return "ErrorCalendarIsNotCancelled";
	if (event && about->cal->recurrence_id != CLOCK_NEVER &&
	    event->cal->recur.kind != RECUR_NONE) {
		occurrence_delete(event, about->cal->recurrence_id);
		item_changed(r->st, event, false);
	} else if (event) {
		event_delete(r->st, event);
	}
	if (!item_is_event(about))
		item_move(r->st, about,
			  box_folder(about->folder->box, "deleteditems"));
	write_touched(r, NULL, item_is_event(about) ? NULL : about);
	return NULL;
}

void meeting_respond(struct req *r, const xmlNode *n, const char *disposition)
{
	const xmlNode *ref = xr_child(n, "ReferenceItemId");
	const char *code = NULL;
	struct item *about = req_item(r, ref, RIGHT_EDIT, &code);
	enum cal_response response = RESPONSE_UNKNOWN;

	for (size_t i = 0; i < ARRAY_LEN(answers); i++)
		if (xr_is(n, answers[i].name))
			response = answers[i].response;
	if (about && !about->cal)
		code = "ErrorInvalidReferenceItem";
	else if (about && response != RESPONSE_UNKNOWN)
		code = answer(r, n, about, response, disposition);
	else if (about && xr_is(n, "CancelCalendarItem"))
		code = cancel(r, n, about, disposition);
	else if (about)
		code = remove_cancelled(r, about);
	if (code)
		rsp_error(r, code, "<m:Items/>");
}
