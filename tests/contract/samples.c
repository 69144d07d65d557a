/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Reads recorded answers and writes down, in a normal form, what the reader
 * made of them: tests/samples/check.sh compares that with what is expected.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/proc.h"
#include "net/autodiscover.h"
#include "proto/ews/errors.h"
#include "proto/ews/event.h"
#include "proto/ews/read.h"
#include "model/oof.h"
#include "proto/ews/storage.h"
#include "proto/ews/soap.h"
#include "proto/services.h"
#include "tests/contract/contract.h"

static void field(const char *name, const char *value)
{
	if (!value)
		return;
	printf("    %s=", name);
	for (const char *p = value; *p && p - value < 120; p++)
		putchar(*p == '\n' ? '|' : *p == '\r' ? '~' : *p);
	putchar('\n');
}

/* FNV-1a: tells one text from another without repeating it. */
static unsigned sum_of(const char *s)
{
	unsigned h = 2166136261u;

	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * 16777619u;
	return h;
}

static void time_field(const char *name, int64_t t)
{
	struct str text CLEANUP(str_release) = STR_INIT;

	if (t == CLOCK_NEVER)
		return;
	clock_add_iso(&text, t);
	field(name, text.s);
}

static void number_field(const char *name, int64_t n)
{
	if (n > 0)
		printf("    %s=%lld\n", name, (long long)n);
}

static void print_item(const struct item_change *c)
{
	static const char *const kinds[] = {"item", "gone", "read"};
	const struct item *it = &c->item;

	printf("  %s %s\n", kinds[c->kind], str_or_empty(it->remote_id));
	field("key", it->change_key);
	field("class", it->item_class);
	field("subject", it->subject);
	field("from_name", it->from_name);
	field("from_addr", it->from_addr);
	field("sender_addr", it->sender_addr);
	field("to", it->to);
	field("cc", it->cc);
	field("bcc", it->bcc);
	field("message_id", it->message_id);
	field("in_reply_to", it->in_reply_to);
	field("references", it->references);
	field("topic", it->topic);
	field("conv_index", it->conv_index);
	field("search_key", it->search_key);
	field("categories", it->categories);
	time_field("received", it->received);
	time_field("sent", it->sent);
	time_field("due", it->flag_due);
	number_field("size", it->size);
	if (it->flags)
		printf("    flags=0x%x\n", it->flags);
}

static void print_folder(const struct folder_change *c)
{
	const struct folder *f = &c->folder;

	printf("  %s %s\n", c->kind == CHANGE_GONE ? "folder gone" : "folder",
	       str_or_empty(f->remote_id));
	field("key", f->change_key);
	field("parent", f->parent_remote);
	field("name", f->name);
	field("class", f->class);
	number_field("kind", (int64_t)f->kind);
	number_field("total", f->total);
	number_field("unread", f->unread);
	number_field("size", f->size);
	if (f->flags)
		printf("    flags=0x%x\n", f->flags);
}

static void print_rest(const struct ews_message *m)
{
	if (m->mime.len)
		printf("  mime %zu %s%.20s\n", m->mime.len,
		       m->mime_damaged ? "damaged " : "",
		       (const char *)m->mime.p);
	if (m->body) {
		printf("  body %s %zu sum %x\n", m->is_html ? "html" : "text",
		       strlen(m->body), sum_of(m->body));
	}
	if (m->headers.n > 0) {
		char *all CLEANUP(mem_free_ptr) = strv_join(&m->headers, "\n");

		printf("  headers %zu sum %x\n", m->headers.n, sum_of(all));
	}
	for (size_t i = 0; i < m->attachments.n; i++) {
		const struct ews_attachment *a = &m->attachments.v[i];

		printf("  attachment %s%s%s\n", str_or_empty(a->id),
		       a->is_item ? " item" : "",
		       a->is_inline ? " inline" : "");
		field("name", a->name);
		field("type", a->type);
		field("content_id", a->content_id);
		number_field("bytes", (int64_t)a->content.len);
	}
	for (size_t i = 0; i < m->events.n; i++) {
		const struct ews_event *e = &m->events.v[i];

		printf("  event%s%s%s\n", e->is_folder ? " folder" : "",
		       e->has_count ? " count" : "", e->new_mail ? " new" : "");
		field("in", e->folder);
		field("from", e->old_folder);
	}
	for (size_t i = 0; i < m->bad_subscriptions.n; i++)
		field("bad", m->bad_subscriptions.v[i]);
}

static bool print_message(void *ctx, struct ews_message *m, struct err *err)
{
	struct err e = ERR_INIT;

	(void)ctx, (void)err;
	printf("code %s\n", str_or_empty(m->code));
	if (ews_message_error(m, &e) != RULE_NONE)
		printf("  error %s %lld: %s\n", err_kind_name(e.kind),
		       (long long)e.retry_after_ms, e.text);
	field("property", m->property);
	field("state", m->sync_state);
	if (!m->is_last)
		printf("    more from %lld\n", (long long)m->offset);
	field("subscription", m->subscription);
	field("watermark", m->watermark);
	if (m->connection != EWS_CONNECTION_NONE)
		printf("    connection %s\n",
		       m->connection == EWS_CONNECTION_OK ? "ok" : "closed");
	for (size_t i = 0; i < m->items.n; i++)
		print_item(&m->items.v[i]);
	for (size_t i = 0; i < m->folders.n; i++)
		print_folder(&m->folders.v[i]);
	print_rest(m);
	return true;
}

/* --- calendar entries --------------------------------------------------------- */

static void print_appointment(const struct appointment *a)
{
	static const char *const kinds[] = {
		"single",  "series",	   "exception", "occurrence",
		"request", "cancellation", "response"};
	struct str recur CLEANUP(str_release) = STR_INIT;
	int64_t first, last;

	printf("  appointment %s\n", kinds[a->kind]);
	field("uid", a->uid);
	field("subject", a->subject);
	field("location", a->location);
	if (a->notes)
		printf("    notes %zu sum %x\n", strlen(a->notes),
		       sum_of(a->notes));
	field("zone", a->zone);
	field("zone_rule", a->zone_rule);
	field("categories", a->categories);
	field("organizer", a->organizer_name);
	field("organizer_addr", a->organizer_addr);
	field("about", a->calendar_id);
	time_field("start", a->start);
	time_field("end", a->end);
	time_field("original", a->original);
	time_field("stamp", a->stamp);
	time_field("replied", a->replied);
	field("show_as", show_as_name(a->show_as));
	field("sensitivity", sensitivity_name(a->sensitivity));
	field("my_answer", answer_name(a->my_answer));
	printf("    flags %x\n", a->flags);
	if (a->flags & APPT_REMINDER)
		number_field("reminder", a->reminder);
	number_field("sequence", a->sequence);
	recur_add_text(&recur, &a->recur);
	if (recur.len) {
		field("recur", recur.s);
		time_field("recur_from", a->recur.start_day);
	}
	for (size_t i = 0; i < a->attendees.n; i++) {
		const struct attendee *t = &a->attendees.v[i];

		printf("    attendee %s <%s> %s %s\n", str_or_empty(t->name),
		       str_or_empty(t->addr),
		       t->role == ATTENDEE_REQUIRED   ? "required"
		       : t->role == ATTENDEE_OPTIONAL ? "optional"
						      : "resource",
		       answer_name(t->answer));
		time_field("answered", t->answered);
	}
	for (size_t i = 0; i < a->removed.n; i++)
		time_field("removed", a->removed.v[i]);
	for (size_t i = 0; i < a->exceptions.n; i++) {
		time_field("exception_of", a->exceptions.v[i].original);
		time_field("exception_start", a->exceptions.v[i].start);
		time_field("exception_end", a->exceptions.v[i].end);
	}
	appointment_span(a, &first, &last);
	CHECK(a->start == CLOCK_NEVER || first <= a->start);
}

static void print_events(const struct node *n, struct tz_set *zones)
{
	static const int names[] = {T_CalendarItem, T_MeetingRequest,
				    T_MeetingResponse, T_MeetingCancellation,
				    T_MeetingMessage};

	for (; n; n = n->next) {
		bool is = false;

		for (size_t i = 0; i < ARRAY_LEN(names); i++)
			is |= n->name == names[i];
		/* Short answers name the item and tell nothing of it. */
		if (is && (node_find(n, T_Start) || node_find(n, T_UID) ||
			   node_find(n, T_ResponseType))) {
			struct appointment a;

			event_read(n, zones, &a);
			print_appointment(&a);
			appointment_release(&a);
		} else {
			print_events(n->child, zones);
		}
	}
}

static void read_events(const struct str *text)
{
	struct tz_set *zones = tz_set_new();
	struct ews_tree *t = ews_tree_new();

	if (ews_tree_feed(t, text->s, text->len, NULL))
		print_events(ews_tree_root(t), zones);
	ews_tree_free(t);
	tz_set_free(zones);
}

/* Reads in pieces of 61 bytes: what comes in pieces must make no difference. */
/* Answers of Autodiscover, of either dialect. */
static bool read_autodiscover(const struct str *text)
{
	static const char *const kinds[] = {"settings", "address", "url",
					    "error", "foreign"};
	struct autodiscover_answer a;
	struct err err = ERR_INIT;

	if (!autodiscover_parse(text->s, text->len, &a, &err))
		return false;
	printf("autodiscover %s\n", kinds[a.kind]);
	field("target", a.target);
	field("code", a.code);
	field("message", a.message);
	field("display_name", a.display_name);
	field("address", a.address);
	field("ews", a.ews_url);
	field("ews_inside", a.ews_inside);
	field("oof", a.oof_url);
	field("public", a.public_server);
	field("directory", a.directory_server);
	field("version", a.version);
	autodiscover_answer_release(&a);
	return true;
}

/* What is read from the whole answer: out of office, storage. */
static void print_services(const struct str *text)
{
	struct ews_tree *t = ews_tree_new();
	struct storage s;
	struct oof o;
	bool ok = ews_tree_feed(t, text->s, text->len, NULL);

	storage_init(&s);
	if (ok)
		ews_storage_read(t, &s);
	if (storage_has_limits(&s)) {
		printf("  storage told by %s\n", str_or_empty(s.origin));
		number_field("used", s.used);
		number_field("warn", s.warn);
		number_field("no_send", s.no_send);
		number_field("no_receive", s.no_receive);
		number_field("largest", s.largest);
	}
	storage_release(&s);
	if (ok && ews_oof_read(t, &o)) {
		printf("  oof %s, outside %s of %s\n", oof_state_name(o.state),
		       oof_audience_name(o.audience),
		       oof_audience_name(o.allowed));
		time_field("from", o.start);
		time_field("to", o.end);
		field("internal", o.internal);
		field("external", o.external);
		oof_release(&o);
	}
	ews_tree_free(t);
}

/* Rights and delegates are read out of a tree: the operation itself is asked,
 * and the sample is what the server says. */
static bool say_sample(void *ctx, const char *operation, const struct str *body,
		       struct http_answer *head, struct str *answer,
		       struct err *err)
{
	(void)operation, (void)body, (void)head, (void)err;
	str_add(answer, ((const struct str *)ctx)->s);
	return true;
}

static int64_t never_paused(void *ctx)
{
	(void)ctx;
	return 0;
}

static void pause_nothing(void *ctx, int64_t mono_ms)
{
	(void)ctx, (void)mono_ms;
}

static void print_rights(struct backend *b)
{
	struct permission_set set;
	struct err err = ERR_INIT;

	if (!ews_ops.services->permissions_get(b, NULL, "f", &set, &err)) {
		printf("rights refused: %s\n", err.text);
		return;
	}
	for (size_t i = 0; i < set.n; i++) {
		const struct permission *p = &set.v[i];

		printf("right %s 0x%x %s\n", permission_title(p), p->rights,
		       permission_level_name(permission_level_of(p->rights)));
		field("address", p->address);
		field("sid", p->sid);
	}
	permission_set_release(&set);
}

static void print_delegates(struct backend *b)
{
	struct delegate_list l;
	struct err err = ERR_INIT;

	if (!ews_ops.services->delegates_get(b, NULL, &l, &err)) {
		printf("delegates refused: %s\n", err.text);
		return;
	}
	printf("requests go to %s\n", delegate_delivery_name(l.delivery));
	for (size_t i = 0; i < l.n; i++) {
		const struct delegate *d = &l.v[i];

		printf("delegate %s%s%s\n", delegate_title(d),
		       d->sees_private ? " private" : "",
		       d->gets_copies ? " copies" : "");
		field("address", d->address);
		field("sid", d->sid);
		for (int f = 0; f < DELEGATE_FOLDER_COUNT; f++)
			field(delegate_folder_name((enum delegate_folder)f),
			      permission_level_name(d->levels[f]));
	}
	delegate_list_release(&l);
}

static void read_sharing(const char *name, struct str *text)
{
	struct account *account = account_new();
	struct backend_host host = {.paused_until = never_paused,
				    .pause_until = pause_nothing};
	struct backend_info info = {.version = (char *)"Exchange2013_SP1",
				    .url = (char *)"https://h/"};
	struct backend *b;

	mem_replace(&account->url, xstrdup("https://h/"));
	mem_replace(&account->address, xstrdup("me@h"));
	b = ews_ops.open(account, &host, &info);
	b->transport = say_sample;
	b->transport_ctx = text;
	if (str_starts(name, "getfolder-permissions"))
		print_rights(b);
	else
		print_delegates(b);
	ews_ops.close(b);
	account_free(account);
}

static void read_file(const char *path)
{
	struct str text CLEANUP(str_release) = STR_INIT;
	struct ews_reader *r = ews_reader_new(print_message, NULL);
	const struct ews_head *head = ews_reader_head(r);
	struct err err = ERR_INIT;
	bool ok;

	printf("== %s\n", strrchr(path, '/') ? strrchr(path, '/') + 1 : path);
	ok = proc_read_file(path, &text, 1 << 26, &err);
	for (size_t at = 0; ok && at < text.len; at += 61)
		ok = ews_reader_feed(r, text.s + at,
				     text.len - at < 61 ? text.len - at : 61,
				     &err);
	ok = ok && ews_reader_finish(r, &err);
	field("build", head->build);
	if (strncmp(strrchr(path, '/') ? strrchr(path, '/') + 1 : path,
		    "autodiscover-", 13) == 0 &&
	    read_autodiscover(&text)) {
		ews_reader_free(r);
		return;
	}
	if (!ok) {
		printf("refused: %s\n", err.text);
	} else if (!head->is_envelope) {
		printf("refused: not a SOAP envelope\n");
	} else if (head->is_fault) {
		ews_fault_error(head, &err);
		printf("code %s\n  fault %s %lld: %s\n",
		       str_or_empty(head->fault_code), err_kind_name(err.kind),
		       (long long)err.retry_after_ms, err.text);
	} else if (head->messages == 0) {
		printf("refused: no response message\n");
	} else {
		print_services(&text);
	}
	ews_reader_free(r);
	if (ok)
		read_events(&text);
	if (strstr(path, "/getfolder-permissions") ||
	    strstr(path, "/getdelegate") || strstr(path, "/adddelegate"))
		read_sharing(strrchr(path, '/') + 1, &text);
}

void samples_read(int n, char **paths)
{
	for (int i = 0; i < n; i++)
		read_file(paths[i]);
}
