/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Meeting messages (dossier 14, 16.3). Nobody sends them for us here: a message
 * of class calendarmessage goes out like any mail, draft first. Its Message-ID
 * is made of the wish, so that a try whose answer was lost is found in Sent
 * Items or Drafts and not made a second time.
 */
#include "base/clock.h"
#include "base/log.h"
#include "mime/build.h"
#include "proto/dav/event.h"
#include "proto/dav/query.h"

#include <string.h>

static const char *const methods[] = {NULL,	"REQUEST", "REPLY",
				      "CANCEL", NULL,	   NULL};

static char *message_id(const struct backend *b, const struct event_mail *m)
{
	struct str text CLEANUP(str_release) = STR_INIT;
	char *name, *id;

	str_addf(&text, "%s %s %lld %s", b->account->address,
		 methods[m->method], (long long)m->appt->original,
		 str_or_empty(m->token));
	for (size_t i = 0; i < m->n; i++)
		str_addf(&text, " %s", m->to[i].addr);
	name = dav_key_name(text.s);
	id = xasprintf("%.*s.meeting%s", (int)strcspn(name, "."), name,
		       str_or_empty(strchr(b->account->address, '@')));
	free(name);
	return id;
}

static bool proposes(const struct event_mail *m)
{
	return m->method == ICS_REPLY && m->propose_start != CLOCK_NEVER;
}

static const char *prefix_of(const struct event_mail *m)
{
	if (m->method == ICS_CANCEL)
		return "Canceled: ";
	if (m->method != ICS_REPLY)
		return "";
	if (proposes(m))
		return "New Time Proposed: ";
	return m->answer == ANSWER_ACCEPTED   ? "Accepted: "
	       : m->answer == ANSWER_DECLINED ? "Declined: "
					      : "Tentative: ";
}

/* Caller frees. */
static char *text_of(const struct event_mail *m, const struct appointment *a)
{
	struct str b = STR_INIT;

	if (!proposes(m))
		return xstrdup(m->note ? m->note : str_or_empty(a->notes));
	str_addf(&b, "%s%s", str_or_empty(m->note), m->note ? "\n\n" : "");
	str_add(&b, "Proposed time: ");
	clock_add_iso(&b, m->propose_start);
	str_add(&b, " to ");
	clock_add_iso(&b, m->propose_end);
	return str_take(&b);
}

static void add_people(const struct backend *b, const struct event_mail *m,
		       struct mime_draft *d)
{
	const struct appointment *a = m->of ? m->of : m->appt;

	mime_address_list_add(&d->from, b->account->display_name,
			      b->account->address);
	if (!m->to && a->organizer_addr)
		mime_address_list_add(&d->to, a->organizer_name,
				      a->organizer_addr);
	for (size_t i = 0; i < m->n; i++) {
		const struct attendee *t = &m->to[i];

		if (t->addr && !account_is_own(b->account, t->addr))
			mime_address_list_add(
				t->role == ATTENDEE_OPTIONAL ? &d->cc : &d->to,
				t->name, t->addr);
	}
}

/* An exception is told by itself, named by its series. */
static void write_calendar(struct str *out, const struct backend *b,
			   const struct event_mail *m, struct tz_set *zones)
{
	struct ics_options o = {.method = m->method,
				.attendee_addr = b->account->address,
				.attendee_name = b->account->display_name,
				.answer = m->answer,
				.note = m->note,
				.exchange = true};
	struct appointment a;
	struct appointment_list one = {.v = &a, .n = 1};

	appointment_copy(&a, m->appt);
	if (m->of && m->appt != m->of) {
		mem_replace(&a.uid, xstrdup(m->of->uid));
		if (a.sequence < m->of->sequence)
			a.sequence = m->of->sequence;
		if (!a.organizer_addr) {
			a.organizer_addr = xstrdup(m->of->organizer_addr);
			a.organizer_name = xstrdup(m->of->organizer_name);
		}
	}
	a.stamp = clock_now(); /* of the message */
	/* An answer to a series is one to all that is known of it. */
	if (m->method == ICS_REPLY && !m->of)
		a.sequence = appointment_latest(m->appt);
	if (m->method == ICS_CANCEL)
		a.show_as = SHOW_FREE;
	ics_write(out, &one, zones, &o);
	appointment_release(&a);
}

/* The id of one of the standard folders; NULL: *err. */
static const char *role_id(struct backend *b, const struct op *op,
			   enum folder_role role, struct err *err)
{
	const struct dav_folder *f;

	if ((!b->asked_root && !dav_read_root(b, op, err)) ||
	    (!b->has_tree && !dav_load_tree(b, op, err)))
		return NULL;
	f = b->roles[role] ? dav_folder_at(b, b->roles[role]) : NULL;
	if (!f)
		err_set(err, ERR_NOT_FOUND,
			"the mailbox has no folder for drafts");
	return f ? f->folder.remote_id : NULL;
}

/* *found: the id of a message of ours in that folder, owned; NULL: none. */
static bool find_own(struct backend *b, const struct op *op,
		     enum folder_role role, const char *key, char **found,
		     struct err *err)
{
	struct item_list hits CLEANUP(item_list_release) = {0};
	const char *folder = role_id(b, op, role, err);

	*found = NULL;
	if (!folder || !dav_find_key(b, op, folder, key, &hits, err))
		return false;
	if (hits.n)
		*found = xstrdup(hits.v[0].remote_id);
	return true;
}

/* A draft that is gone was sent, by a request whose answer was lost on the way
 * and that was repeated below us: then there is a sent copy. */
static bool send_draft(struct backend *b, const struct op *op, const char *id,
		       const char *key, struct err *err)
{
	struct item_ref ref = {.remote_id = id};
	char *sent CLEANUP(mem_free_ptr) = NULL;
	struct err e = ERR_INIT;

	if (dav_send(b, op, &ref, NULL, &e))
		return true;
	if (e.kind == ERR_NOT_FOUND &&
	    find_own(b, op, FOLDER_ROLE_SENT, key, &sent, NULL) && sent)
		return true;
	return err_set(err, e.kind == ERR_NOT_FOUND ? ERR_SERVER : e.kind,
		       "sending the meeting message: %s", e.text);
}

/* Another time is told as Outlook does it, by properties of the answer that its
 * text has no place for; whoever does not know them reads the words. */
static bool propose(struct backend *b, const struct op *op, const char *id,
		    const struct event_mail *m, struct err *err)
{
	struct item_ref ref = {.remote_id = id};
	struct str set CLEANUP(str_release) = STR_INIT;
	struct str from CLEANUP(str_release) = STR_INIT;
	struct str to CLEANUP(str_release) = STR_INIT;
	struct item_place place;
	struct err e = ERR_INIT;
	int refused = 0;
	bool ok;

	if (!proposes(m))
		return true;
	clock_add_iso(&from, m->propose_start);
	clock_add_iso(&to, m->propose_end);
	prop_add_value(&set, PROP_PROPOSED_START, from.s);
	prop_add_value(&set, PROP_PROPOSED_END, to.s);
	prop_add_value(&set, PROP_PROPOSES, "1");
	if (!item_find_place(b, op, &ref, &place, &e))
		ok = false;
	else {
		ok = query_proppatch(b, op, item_path(&place), "If-Match: *",
				     set.s, NULL, &refused, &e);
		item_place_release(&place);
	}
	if (!ok && (err_is_transient(&e) || e.kind == ERR_CANCELLED ||
		    e.kind == ERR_AUTH)) {
		if (err)
			*err = e;
		return false;
	}
	if (!ok || refused)
		log_at(LOG_INFO, "dav",
		       "a proposed time is told in words only");
	return true;
}

static bool send_new(struct backend *b, const struct op *op,
		     const struct event_mail *m, struct mime_draft *d,
		     struct err *err)
{
	struct str text = STR_INIT;
	struct bytes raw CLEANUP(bytes_release) = {0};
	struct item_result res = {0};
	const char *drafts = role_id(b, op, FOLDER_ROLE_DRAFTS, err);
	bool ok;

	if (!drafts)
		return false;
	mime_build(&text, d, false);
	raw = bytes_from_str(&text);
	ok = dav_upload(b, op, drafts, &raw, d->message_id, true, true, &res,
			err);
	if (ok && !res.new_id)
		ok = err_set(err, ERR_SERVER,
			     "the server does not tell where the meeting "
			     "message was stored");
	ok = ok && propose(b, op, res.new_id, m, err) &&
	     send_draft(b, op, res.new_id, d->message_id, err);
	free(res.new_id);
	free(res.new_change_key);
	return ok;
}

bool dav_event_mail_send(struct backend *b, const struct op *op,
			 const struct event_mail *m, struct tz_set *zones,
			 struct err *err)
{
	const struct appointment *a = m->of ? m->of : m->appt;
	const char *subject = m->appt->subject ? m->appt->subject : a->subject;
	struct str calendar = STR_INIT;
	char *found CLEANUP(mem_free_ptr) = NULL;
	struct mime_draft d;
	bool ok = true;

	mime_draft_init(&d);
	add_people(b, m, &d);
	if (d.to.n + d.cc.n == 0) {
		mime_draft_release(&d);
		return true;
	}
	d.message_id = message_id(b, m);
	if (m->again)
		ok = find_own(b, op, FOLDER_ROLE_SENT, d.message_id, &found,
			      err);
	if (ok && !found) {
		if (m->again)
			ok = find_own(b, op, FOLDER_ROLE_DRAFTS, d.message_id,
				      &found, err);
		if (ok && found) {
			ok = propose(b, op, found, m, err) &&
			     send_draft(b, op, found, d.message_id, err);
		} else if (ok) {
			d.subject = xasprintf("%s%s", prefix_of(m),
					      str_or_empty(subject));
			d.text = text_of(m, a);
			write_calendar(&calendar, b, m, zones);
			d.calendar = str_take(&calendar);
			d.calendar_method = xstrdup(methods[m->method]);
			mime_draft_add_header(
				&d, "content-class",
				"urn:content-classes:calendarmessage");
			ok = send_new(b, op, m, &d, err);
		}
	}
	mime_draft_release(&d);
	return ok;
}
