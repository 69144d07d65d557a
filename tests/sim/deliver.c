/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Transport between the simulated mailboxes. */
#include "tests/sim/compose.h"

#include <string.h>
#include <strings.h>
#include "base/clock.h"
#include "base/codec.h"
#include "tests/sim/cal.h"

static void head_of(const struct item *it, struct mail *m)
{
	struct str raw = STR_INIT;

	item_read_head(it, &raw);
	mail_read_head(m, raw.s, raw.len);
	str_release(&raw);
}

void mail_stamp(const struct box *from, struct item *it)
{
	struct str out = STR_INIT, raw = STR_INIT;
	struct mail m;

	mail_init(&m);
	item_read_mime(it, &raw);
	mail_read_head(&m, raw.s, raw.len);
	if (m.from.n == 0) {
		struct addrs own = {0};

		addrs_add(&own, from->name, from->address);
		str_add(&out, "From: ");
		mime_add_addrs(&out, &own);
		str_add(&out, "\r\n");
		addrs_release(&own);
	}
	if (m.date == CLOCK_NEVER) {
		str_add(&out, "Date: ");
		clock_add_rfc5322(&out, clock_now());
		str_add(&out, "\r\n");
	}
	if (!m.message_id) {
		char *id = codec_random_id();

		str_addf(&out, "Message-ID: <%s%s>\r\n", id,
			 str_or_empty(strchr(from->address, '@')));
		free(id);
	}
	if (out.len > 0) {
		str_add_mem(&out, raw.s, raw.len);
		item_set_mime(it, out.s, out.len);
	}
	mail_release(&m);
	str_release(&out);
	str_release(&raw);
}

static const char *check_list(const struct addrs *list)
{
	for (size_t i = 0; i < list->n; i++)
		if (!addr_is_valid(list->v[i].email))
			return "ErrorInvalidRecipients";
	return NULL;
}

static const char *check_sender(struct state *st, const struct box *from,
				const struct mail *m)
{
	const char *as = m->from.n ? m->from.v[0].email : from->address;
	const struct box *other;

	if (str_eq_nocase(as, from->address))
		return NULL;
	other = box_find(st, str_or_empty(as));
	if (other && (strv_has(&other->send_as, from->address) ||
		      strv_has(&other->send_behalf, from->address)))
		return NULL;
	return "ErrorSendAsDenied";
}

const char *deliver_check(struct state *st, const struct box *from,
			  const struct item *it)
{
	struct mail m;
	const char *code;

	mail_init(&m);
	head_of(it, &m);
	code = check_list(&m.to);
	if (!code)
		code = check_list(&m.cc);
	if (!code)
		code = check_list(&m.bcc);
	if (!code && m.to.n + m.cc.n + m.bcc.n == 0)
		code = "ErrorInvalidRecipients";
	if (!code)
		code = check_sender(st, from, &m);
	mail_release(&m);
	return code;
}

/* With the right to send as somebody only From shows; else who did it is named
 * as Sender (dossier EWS 10). */
static void add_sender(struct str *out, struct state *st,
		       const struct box *from, const char *mime, size_t len)
{
	struct mail m;
	const struct box *other = NULL;

	mail_init(&m);
	mail_read_head(&m, mime, len);
	if (m.from.n)
		other = box_find(st, str_or_empty(m.from.v[0].email));
	if (other && other != from && !m.sender.n &&
	    !strv_has(&other->send_as, from->address))
		str_addf(out, "Sender: %s <%s>\r\n", from->name, from->address);
	mail_release(&m);
}

/* The message as recipients get it: a trace line on top, no Bcc. */
static void transported(struct str *out, struct state *st,
			const struct box *from, const char *mime, size_t len)
{
	size_t head = mime_head_len(mime, len), at = 0;
	bool skip = false;

	str_addf(out,
		 "Received: from mail.%s ([127.0.0.1])\r\n\tby mail.%s "
		 "with SMTP; ",
		 strrchr(from->address, '@') + 1,
		 strrchr(from->address, '@') + 1);
	clock_add_rfc5322(out, clock_now());
	str_add(out, "\r\n");
	add_sender(out, st, from, mime, len);
	while (at < head) {
		const char *nl = memchr(mime + at, '\n', head - at);
		size_t n = nl ? (size_t)(nl - (mime + at)) + 1 : head - at;
		bool folded = mime[at] == ' ' || mime[at] == '\t';

		if (!folded)
			skip = n > 4 && strncasecmp(mime + at, "Bcc:", 4) == 0;
		if (!skip)
			str_add_mem(out, mime + at, n);
		at += n;
	}
	str_add_mem(out, mime + head, len - head);
}

struct item *deliver_local(struct state *st, struct folder *f, const char *mime,
			   size_t len)
{
	struct item *it = item_new();

	it->made = it->received = clock_now();
	item_set_mime(it, mime, len);
	item_place(st, it, f, str_eq(f->distinguished, "inbox"));
	return it;
}

/* Those who act for the owner get his requests (dossier 14.4), and he himself
 * only when he wants them. */
static void deliver_delegates(struct state *st, struct box *box,
			      struct item *got)
{
	bool any = false;

	for (size_t i = 0; i < box->delegates.n; i++) {
		const struct delegate *d = &box->delegates.v[i];
		struct item *copy;

		if (!d->copies || box->delegates.deliver == 3)
			continue;
		copy = item_copy(st, got, box_folder(d->who, "inbox"));
		copy->cal->delegated = true;
		any = true;
	}
	if (any && box->delegates.deliver == 0)
		item_delete(st, got);
}

/* Into one mailbox; a meeting message goes through the attendant there. */
static void deliver_box(struct state *st, struct box *box,
			const struct item *it, const struct str *mime)
{
	struct folder *f = box_folder(box, "inbox");
	struct item *got = deliver_local(st, f, mime->s, mime->len);

	if (!it->cal)
		return;
	mem_replace(&got->item_class, xstrdup(it->item_class));
	got->cal = cal_copy(it->cal);
	cal_copy_exceptions(got, it);
	/* Its reader has not answered; a response says what its writer did. */
	if (!str_starts(it->item_class, "IPM.Schedule.Meeting.Resp"))
		got->cal->mine = RESPONSE_NONE;
	meeting_attend(st, got);
	if (str_starts(got->item_class, "IPM.Schedule.Meeting.Request"))
		deliver_delegates(st, box, got);
}

static void bounce(struct state *st, struct box *to, const struct item *it,
		   const struct strv *unknown, const char *why)
{
	struct str b = STR_INIT;
	const char *domain = str_or_empty(strchr(to->address, '@'));
	char *id = codec_random_id();

	str_addf(&b,
		 "From: Microsoft Outlook <postmaster%s>\r\n"
		 "To: <%s>\r\nSubject: ",
		 domain, to->address);
	mime_add_encoded(&b, "Undeliverable: ");
	mime_add_encoded(&b, str_or_empty(it->subject));
	str_add(&b, "\r\nDate: ");
	clock_add_rfc5322(&b, clock_now());
	str_addf(&b, "\r\nMessage-ID: <%s%s>\r\n", id, domain);
	if (it->message_id)
		str_addf(&b, "In-Reply-To: %s\r\nReferences: %s\r\n",
			 it->message_id, it->message_id);
	str_addf(&b,
		 "MIME-Version: 1.0\r\nContent-Type: multipart/report; "
		 "report-type=delivery-status; boundary=\"%s\"\r\n\r\n"
		 "--%s\r\nContent-Type: text/plain; charset=\"utf-8\"\r\n"
		 "\r\nDelivery has failed to these recipients:\r\n\r\n",
		 id, id);
	for (size_t i = 0; i < unknown->n; i++)
		str_addf(&b, "  %s\r\n  %s\r\n\r\n", unknown->v[i], why);
	str_addf(&b,
		 "--%s\r\nContent-Type: message/delivery-status\r\n\r\n"
		 "Reporting-MTA: dns; mail.%s\r\n",
		 id, *domain ? domain + 1 : domain);
	for (size_t i = 0; i < unknown->n; i++)
		str_addf(&b,
			 "\r\nFinal-Recipient: rfc822; %s\r\n"
			 "Action: failed\r\nStatus: 5.1.1\r\n",
			 unknown->v[i]);
	str_addf(&b, "\r\n--%s--\r\n", id);
	deliver_local(st, box_folder(to, "inbox"), b.s, b.len);
	str_release(&b);
	free(id);
}

static void remember_sent(struct state *st, const struct item *it,
			  const struct mail *m)
{
	struct sent_entry *e = xcalloc(1, sizeof(*e));
	const struct addrs *lists[] = {&m->to, &m->cc, &m->bcc};

	e->message_id = xstrdup(str_or_empty(it->message_id));
	e->from = xstrdup(str_or_empty(it->from.email));
	strv_init(&e->to);
	for (size_t k = 0; k < ARRAY_LEN(lists); k++)
		for (size_t i = 0; i < lists[k]->n; i++)
			strv_add(&e->to, str_or_empty(lists[k]->v[i].email));
	vec_add(&st->sent, e);
}

/* An address of another domain leaves the organisation for good. */
static bool is_local_domain(const struct box *from, const char *email)
{
	return str_eq_nocase(strrchr(from->address, '@'), strrchr(email, '@'));
}

void deliver(struct state *st, struct box *from, const struct item *it)
{
	struct str raw = STR_INIT, out = STR_INIT;
	struct boxes boxes = {0};
	struct strv unknown, full;
	struct mail m;

	strv_init(&unknown);
	strv_init(&full);
	mail_init(&m);
	item_read_mime(it, &raw);
	mail_read_head(&m, raw.s, raw.len);
	transported(&out, st, from, raw.s, raw.len);
	remember_sent(st, it, &m);
	const struct addrs *lists[] = {&m.to, &m.cc, &m.bcc};
	for (size_t k = 0; k < ARRAY_LEN(lists); k++) {
		for (size_t i = 0; i < lists[k]->n; i++) {
			const char *email = str_or_empty(lists[k]->v[i].email);
			struct folder *post = public_by_address(st, email);

			if (post)
				deliver_local(st, post, out.s, out.len);
			else if (!state_resolve(st, email, &boxes) &&
				 is_local_domain(from, email))
				strv_add(&unknown, email);
		}
	}
	for (size_t i = 0; i < boxes.n; i++) {
		if (box_is_full(boxes.v[i], out.len))
			strv_add(&full, boxes.v[i]->address);
		else
			deliver_box(st, boxes.v[i], it, &out);
	}
	for (size_t i = 0; i < boxes.n; i++)
		oof_answer(st, boxes.v[i], it);
	if (unknown.n > 0)
		bounce(st, from, it, &unknown, "550 5.1.1 Recipient not found");
	if (full.n > 0)
		bounce(st, from, it, &full, "552 5.2.2 Mailbox full");
	vec_release(&boxes);
	strv_release(&unknown);
	strv_release(&full);
	mail_release(&m);
	str_release(&raw);
	str_release(&out);
}

void deliver_receipt(struct state *st, const struct item *it, bool was_read)
{
	struct box *to = box_find(st, str_or_empty(it->from.email));
	const struct box *owner = it->folder->box;
	struct str b = STR_INIT;
	char *id;

	if (!it->receipt || !to)
		return;
	id = codec_random_id();
	str_addf(&b, "From: <%s>\r\nTo: <%s>\r\nSubject: %s: ", owner->address,
		 to->address, was_read ? "Read" : "Not read");
	mime_add_encoded(&b, str_or_empty(it->subject));
	str_add(&b, "\r\nDate: ");
	clock_add_rfc5322(&b, clock_now());
	str_addf(&b,
		 "\r\nMessage-ID: <%s@receipt.invalid>\r\n"
		 "MIME-Version: 1.0\r\nContent-Type: multipart/report; "
		 "report-type=disposition-notification; boundary=\"%s\""
		 "\r\n\r\n--%s\r\nContent-Type: text/plain\r\n\r\n"
		 "Your message was %s.\r\n--%s--\r\n",
		 id, id, id, was_read ? "read" : "deleted without being read",
		 id);
	deliver_local(st, box_folder(to, "inbox"), b.s, b.len);
	str_release(&b);
	free(id);
}
