/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Free/busy as the public folders have it (dossier 18): the message of each
 * person below SCHEDULE+ FREE BUSY, which the server writes from his calendar
 * and clients may write, too; and what /public/?cmd=freebusy reads from it.
 */
#include "tests/sim/dav.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "base/clock.h"
#include "base/codec.h"
#include "tests/sim/cal.h"

#define TAG "dav:http://schemas.microsoft.com/mapi/proptag/"
#define EPOCH_MINUTES 194074560LL /* from 1601 to 1970 */
enum { SLOTS_MAX = 20000, PUBLISHED_MONTHS = 2 };

/* Months and data of what is busy at all, and of each kind. */
static const struct {
	const char *months, *data;
	char digit; /* what slots show; 0: a sum of others */
} kinds[] = {{TAG "x684f1003", TAG "x68501102", 0},
	     {TAG "x68511003", TAG "x68521102", '1'},
	     {TAG "x68531003", TAG "x68541102", '2'},
	     {TAG "x68551003", TAG "x68561102", '3'}};

static char digit_of(enum cal_busy busy)
{
	switch (busy) {
	case BUSY_TENTATIVE:
		return '1';
	case BUSY_BUSY:
		return '2';
	case BUSY_OOF:
		return '3';
	case BUSY_FREE:
	case BUSY_ELSEWHERE:
	case BUSY_NO_DATA:
		break;
	}
	return '0';
}

/* --- writing the message ------------------------------------------------------ */
static int64_t month_start(int year, int month)
{
	return clock_from_utc(year + (month - 1) / 12, (month - 1) % 12 + 1, 1,
			      0, 0, 0);
}

static void keep(struct item *it, const char *key, char type, const char *value)
{
	struct strv values CLEANUP(strv_release);
	char text[2] = {type, 0};

	strv_init(&values);
	strv_add(&values, text);
	strv_add(&values, value);
	prop_set(it, key, &values);
}

static void keep_number(struct item *it, const char *key, char type, int64_t n)
{
	char text[32];

	snprintf(text, sizeof(text), "%lld", (long long)n);
	keep(it, key, type, text);
}

static bool is_of(char wanted, const struct cal *c)
{
	char digit = digit_of(c->busy);

	/* The sum is of busy and away, without tentative (18.2). */
	return !c->cancelled && (wanted ? digit == wanted : digit >= '2');
}

/* Pairs of minutes from the month's start, merged; events come by start. */
static void add_month(struct str *b, const struct event_list *list, char wanted,
		      int64_t from, int64_t to)
{
	int64_t start = 0, end = 0;

	for (size_t i = 0; i <= list->n; i++) {
		const struct cal *c = i < list->n ? list->v[i]->cal : NULL;
		int64_t s, e;

		if (c &&
		    (!is_of(wanted, c) || c->end <= from || c->start >= to))
			continue;
		s = !c ? to : c->start < from ? from : c->start;
		e = !c ? to : c->end > to ? to : c->end;
		if (c && end > 0 && s <= end) {
			end = e > end ? e : end;
			continue;
		}
		if (end > start) {
			uint64_t a = (uint64_t)(start - from) / 60;
			uint64_t z = (uint64_t)(end - from) / 60;
			unsigned char pair[] = {
				(unsigned char)a, (unsigned char)(a >> 8),
				(unsigned char)z, (unsigned char)(z >> 8)};

			str_add_mem(b, (const char *)pair, sizeof(pair));
		}
		start = s;
		end = e;
	}
}

static void write_kind(struct item *it, size_t kind,
		       const struct event_list *list, int year, int month)
{
	struct strv months CLEANUP(strv_release);
	struct strv data CLEANUP(strv_release);

	strv_init(&months);
	strv_init(&data);
	strv_add(&months, "L");
	strv_add(&data, "Q");
	for (int m = month; m < month + PUBLISHED_MONTHS; m++) {
		struct str raw CLEANUP(str_release) = STR_INIT;
		struct str text CLEANUP(str_release) = STR_INIT;
		int at = (year + (m - 1) / 12) * 16 + (m - 1) % 12 + 1;

		add_month(&raw, list, kinds[kind].digit, month_start(year, m),
			  month_start(year, m + 1));
		if (!raw.len)
			continue;
		codec_base64_add(&text, raw.s, raw.len);
		strv_give(&months, xasprintf("%d", at));
		strv_give(&data, str_take(&text));
	}
	if (months.n > 1) {
		prop_set(it, kinds[kind].months, &months);
		prop_set(it, kinds[kind].data, &data);
	} else {
		prop_remove(it, kinds[kind].months);
		prop_remove(it, kinds[kind].data);
	}
}

static void write_message(struct item *it, const struct box *box,
			  const struct clock_parts *now)
{
	int64_t from = month_start(now->year, now->month);
	int64_t to = month_start(now->year, now->month + PUBLISHED_MONTHS);
	char *dn CLEANUP(mem_free_ptr) = box_dn(box);
	struct event_list list = {0};

	events_between(box_folder((struct box *)(uintptr_t)box, "calendar"),
		       from, to, &list);
	for (size_t k = 0; k < ARRAY_LEN(kinds); k++)
		write_kind(it, k, &list, now->year, now->month);
	events_free(&list);
	keep_number(it, TAG "x68470003", 'N', from / 60 + EPOCH_MINUTES);
	keep_number(it, TAG "x68480003", 'N', to / 60 + EPOCH_MINUTES);
	keep(it, TAG "x6849001f", 'T', dn);
	keep_number(it, TAG "x68410003", 'N', 0);
	keep_number(it, TAG "x6842000b", 'B', box->delegates.deliver != 0);
	keep_number(it, TAG "x6843000b", 'B', 1);
	keep_number(it, TAG "x684b000b", 'B', box->delegates.deliver == 2);
	keep_number(it, TAG "x68690003", 'N', PUBLISHED_MONTHS);
	it->modified = clock_now();
	{
		struct str when CLEANUP(str_release) = STR_INIT;

		clock_add_iso(&when, it->modified);
		keep(it, TAG "x68680040", 'D', when.s);
	}
}

static struct folder *messages_folder(struct dav *d)
{
	struct folder *f = folder_child(box_folder(d->st->public_box, "root"),
					"SCHEDULE+ FREE BUSY");
	char *name CLEANUP(mem_free_ptr) = xasprintf("EX:%s", directory_site());
	struct folder *site = f ? folder_child(f, name) : NULL;

	if (!f || site)
		return site;
	site = folder_new(d->st, f->box, f, name, "IPF.Note");
	folder_inherit(site, f);
	return site;
}

/* His message, as it is now; made, or written anew, where the calendar has
 * changed since the server last did, unless it is told not to. NULL: none. */
static struct item *message_of(struct dav *d, struct box *box)
{
	const struct folder *calendar = box_folder(box, "calendar");
	struct folder *f = messages_folder(d);
	struct item *it = item_find(d->st, box->freebusy);
	struct clock_parts now;

	clock_utc(clock_now(), &now);
	if (it && it->folder != f)
		it = NULL;
	if (!f || d->sim->dav_frozen ||
	    (it && box->published == calendar->last_change &&
	     box->published_month == now.month))
		return it;
	box->published = calendar->last_change;
	box->published_month = now.month;
	if (it) {
		write_message(it, box, &now);
		item_changed(d->st, it, false);
		return it;
	}
	it = item_new();
	item_set_mime(it, "\r\n", 2);
	mem_replace(&it->item_class, xstrdup("IPM.Post"));
	mem_replace(&it->subject,
		    xasprintf("USER-/CN=RECIPIENTS/CN=%s", box->alias));
	for (char *p = it->subject; *p; p++)
		if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - 'a' + 'A');
	write_message(it, box, &now);
	item_place(d->st, it, f, false);
	box->freebusy = it->id;
	return it;
}

void dav_publish_all(struct dav *d)
{
	for (size_t i = 0; i < d->st->boxes.n; i++)
		message_of(d, d->st->boxes.v[i]);
}

/* --- slots ---------------------------------------------------------------------- */
struct window {
	int64_t start, end, step;
	size_t slots;
};

static bool read_window(struct dav *d, struct window *w)
{
	const char *interval = d->query(d->connection, "interval");
	const char *start = d->query(d->connection, "start");
	const char *end = d->query(d->connection, "end");

	if (!clock_parse_iso(str_or_empty(start), &w->start) ||
	    !clock_parse_iso(str_or_empty(end), &w->end) ||
	    w->start == CLOCK_NEVER || w->end == CLOCK_NEVER ||
	    w->end <= w->start || !interval)
		return false;
	w->step = strtoll(interval, NULL, 10) * 60;
	if (w->step <= 0 || (w->end - w->start) / w->step > SLOTS_MAX)
		return false;
	w->slots = (size_t)((w->end - w->start + w->step - 1) / w->step);
	return true;
}

static int64_t kept_minutes(struct item *it, const char *key)
{
	const struct prop *p = it ? item_prop(it, key) : NULL;

	return p && p->values.n > 1 ? strtoll(p->values.v[1], NULL, 10) : 0;
}

static void mark(char *out, const struct window *w, int64_t from, int64_t to,
		 char digit)
{
	for (size_t i = 0; i < w->slots; i++) {
		int64_t t = w->start + (int64_t)i * w->step;

		if (from < t + w->step && to > t && out[i] != '4' &&
		    digit > out[i])
			out[i] = digit;
	}
}

static void mark_kind(char *out, const struct window *w, struct item *it,
		      size_t kind)
{
	const struct prop *months = item_prop(it, kinds[kind].months);
	const struct prop *data = item_prop(it, kinds[kind].data);

	for (size_t i = 1;
	     months && data && i < months->values.n && i < data->values.n;
	     i++) {
		int at = (int)strtol(months->values.v[i], NULL, 10);
		int64_t month = month_start(at / 16, at % 16);
		struct str raw CLEANUP(str_release) = STR_INIT;
		const char *text = data->values.v[i];

		if (!codec_base64_decode(&raw, text, strlen(text)))
			continue;
		for (size_t k = 0; k + 4 <= raw.len; k += 4) {
			const unsigned char *p =
				(const unsigned char *)raw.s + k;

			mark(out, w, month + (p[0] | p[1] << 8) * 60LL,
			     month + (p[2] | p[3] << 8) * 60LL,
			     kinds[kind].digit);
		}
	}
}

/* One digit an interval: the strongest of what overlaps it; 4 where nothing is
 * published. */
static char *digits(struct dav *d, const char *address, const struct window *w)
{
	struct box *box = box_find(d->st, address);
	struct item *it = box ? message_of(d, box) : NULL;
	int64_t from = (kept_minutes(it, TAG "x68470003") - EPOCH_MINUTES) * 60;
	int64_t to = (kept_minutes(it, TAG "x68480003") - EPOCH_MINUTES) * 60;
	char *out = xmalloc(w->slots + 1);

	out[w->slots] = 0;
	for (size_t i = 0; i < w->slots; i++) {
		int64_t t = w->start + (int64_t)i * w->step;

		out[i] = it && t >= from && t < to ? '0' : '4';
	}
	for (size_t k = 0; it && k < ARRAY_LEN(kinds); k++)
		if (kinds[k].digit)
			mark_kind(out, w, it, k);
	return out;
}

/* --- the page ------------------------------------------------------------------- */
static void merge(char *all, const char *one)
{
	for (; *all; all++, one++)
		if (*all == '4' || (*one != '4' && *one > *all))
			*all = *one;
}

static void add_person(struct str *b, const char *name, const char *email,
		       const char *data)
{
	str_add(b, "<a:item><a:displayname>");
	xw_text(b, name);
	str_add(b, "</a:displayname>");
	if (email) {
		str_add(b, "<a:email type=\"SMTP\">");
		xw_text(b, email);
		str_add(b, "</a:email>");
	}
	str_addf(b, "<a:type>1</a:type><a:fbdata>%s</a:fbdata></a:item>", data);
}

static void answer(struct dav *d, const struct strv *users,
		   const struct window *w)
{
	struct str each CLEANUP(str_release) = STR_INIT;
	char *all CLEANUP(mem_free_ptr) = xmalloc(w->slots + 1);

	memset(all, '4', w->slots);
	all[w->slots] = 0;
	for (size_t i = 0; i < users->n; i++) {
		const char *a = users->v[i];
		const struct box *box;
		char *one;

		if (strncasecmp(a, "SMTP:", 5) == 0)
			a += 5;
		box = box_find(d->st, a);
		one = digits(d, a, w);
		merge(all, one);
		add_person(&each, box ? box->name : a, a, one);
		free(one);
	}
	d->type = "text/xml";
	str_add(&d->out, "<a:response xmlns:a=\"WM\"><a:recipients>");
	add_person(&d->out, "All Attendees", NULL, all);
	str_addf(&d->out, "%s</a:recipients></a:response>", each.s);
}

bool dav_owa_freebusy(struct dav *d)
{
	/* The command's name is written Cmd, cmd or CMD. */
	const char *cmd = d->query(d->connection, "Cmd");
	struct strv users CLEANUP(strv_release);
	struct window w;

	strv_init(&users);
	if (!cmd || !str_eq_nocase(cmd, "freebusy") ||
	    strncasecmp(d->path, "/public", 7) != 0)
		return false;
	d->each_query(d->connection, "u", &users);
	str_addf(&d->detail, " cmd=freebusy users=%zu", users.n);
	if (!dav_is_explorer(d))
		str_add(&d->out, "<HTML><BODY>Availability</BODY></HTML>\r\n");
	else if (!read_window(d, &w) || !users.n)
		d->status = 400;
	else
		answer(d, &users, &w);
	return true;
}
