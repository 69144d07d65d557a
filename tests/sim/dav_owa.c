/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * What clients ask of the web pages on the same URLs: the options page with
 * the out of office assistant (dossier 19), the navigation bar that tells the
 * public folder server (5.3), free/busy times on /public (18.1).
 */
#include "tests/sim/dav.h"

#include <string.h>
#include <strings.h>
#include "base/clock.h"
#include "tests/sim/cal.h"

enum { SLOTS_MAX = 20000, PUBLISHED_MONTHS = 2 };

static const char *ask(struct dav *d, const char *name)
{
	/* The command's name is written Cmd, cmd or CMD. */
	return d->query(d->connection, name);
}

static bool is_explorer(struct dav *d)
{
	const char *agent = d->header(d->connection, "User-Agent");

	return strstr(str_or_empty(agent), "MSIE") != NULL;
}

/* --- options ------------------------------------------------------------------ */
/* 2000 writes attributes bare, 2003 quoted: both as servers had it. */
static void add_radio(struct dav *d, bool value, bool checked)
{
	bool old = d->sim->dav_version == DAV_2000;

	if (old)
		str_addf(&d->out,
			 "<input type=radio name=\"OofState\" "
			 "value=\"%d\"%s>\r\n",
			 value, checked ? " checked" : "");
	else
		str_addf(
			&d->out,
			"<INPUT id=\"oofState%d\" TYPE=\"radio\" "
			"name=\"OofState\" value=\"%d\"\r\n  %sclass=\"radio\">"
			"<LABEL for=\"oofState%d\">%s</LABEL><BR>\r\n",
			value, value, checked ? "CHECKED " : "", value,
			value ? "I'm currently out of the office"
			      : "I'm currently in the office");
}

static void options_page(struct dav *d, const struct box *box)
{
	struct resource r = {.kind = DAV_STORE,
			     .box = (struct box *)(uintptr_t)box};
	struct str href CLEANUP(str_release) = STR_INIT;

	dav_add_href(d, &href, &r);
	str_addf(&d->out,
		 "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 3.2//EN\">\r\n"
		 "<HTML><HEAD><TITLE>Options</TITLE><BASE href=\"%s\"></HEAD>"
		 "<BODY>\r\n<FORM action=\"%s\" method=\"POST\">\r\n"
		 "<INPUT type=\"hidden\" name=\"Cmd\" value=\"options\">\r\n"
		 "<!--Start OOF Assist-->\r\n<H3>Out of Office Assistant</H3>"
		 "\r\n",
		 href.s, href.s);
	add_radio(d, false, !box->oof.on);
	add_radio(d, true, box->oof.on);
	str_add(&d->out, "AutoReply only once to each sender with the "
			 "following text:<BR>\r\n<TEXTAREA rows=\"6\" "
			 "cols=\"60\" name=\"OofReply\">");
	xw_text(&d->out, str_or_empty(box->oof.reply));
	str_add(&d->out,
		"</TEXTAREA>\r\n<!--End OOF Assist-->\r\n"
		"<SELECT name=\"TimeZone\"><OPTION value=\"4\" selected>"
		"Amsterdam, Berlin</OPTION></SELECT>\r\n"
		"<TEXTAREA name=\"Signature\"></TEXTAREA>\r\n"
		"<INPUT type=\"submit\" "
		"name=\"Save\"></FORM></BODY></HTML>\r\n");
}

/* The frame whose link over a picture of public folders names their server. */
static void navbar(struct dav *d)
{
	str_addf(
		&d->out,
		"<HTML><BODY><A href=\"?Cmd=contents\"><IMG "
		"src=\"/exchweb/img/inbox.gif\"></A>\r\n<A href=\"%s/public/\" "
		"target=\"viewer\"><IMG border=\"0\" "
		"src=\"/exchweb/img/public.gif\"></A></BODY></HTML>\r\n",
		d->base);
}

bool dav_owa_get(struct dav *d, const struct resource *r)
{
	const char *cmd = ask(d, "Cmd");
	bool old = d->sim->dav_version == DAV_2000;

	if (!cmd || d->translate || r->kind != DAV_STORE)
		return false;
	if (r->box != d->user) {
		d->status = 401;
	} else if (str_eq_nocase(cmd, "options") &&
		   d->sim->dav_version == DAV_2007) {
		d->status = 302; /* the options went to another program */
		dav_header(d, "Location: %s/owa/?ae=Options", d->base);
	} else if (str_eq_nocase(cmd, "options")) {
		options_page(d, r->box);
	} else if (str_eq_nocase(cmd, old ? "contents" : "navbar")) {
		navbar(d);
	} else {
		return false;
	}
	str_addf(&d->detail, " cmd=%s", cmd);
	return true;
}

bool dav_owa_post(struct dav *d, const struct resource *r)
{
	char *cmd CLEANUP(mem_free_ptr) = dav_form_field(d, "Cmd");
	char *state CLEANUP(mem_free_ptr) = dav_form_field(d, "OofState");
	char *reply CLEANUP(mem_free_ptr) = dav_form_field(d, "OofReply");
	struct str href CLEANUP(str_release) = STR_INIT;

	if (r->kind != DAV_STORE ||
	    !str_eq_nocase(str_or_empty(cmd), "options"))
		return false;
	str_add(&d->detail, " cmd=options");
	if (r->box != d->user) {
		d->status = 401;
	} else if (d->sim->dav_version == DAV_2007) {
		d->status = 404;
	} else {
		/* Fields that are not sent stay as they are. */
		if (state || reply)
			oof_set(r->box, state ? *state == '1' : r->box->oof.on,
				reply);
		dav_add_href(d, &href, r);
		d->status = 302;
		dav_header(d, "Location: %s", href.s);
	}
	return true;
}

/* --- free/busy ------------------------------------------------------------------ */
struct window {
	int64_t start, end, step;
	int64_t from, to; /* what is published */
	size_t slots;
};

static bool read_window(struct dav *d, struct window *w)
{
	const char *interval = ask(d, "interval");
	struct clock_parts now;

	if (!clock_parse_iso(str_or_empty(ask(d, "start")), &w->start) ||
	    !clock_parse_iso(str_or_empty(ask(d, "end")), &w->end) ||
	    w->start == CLOCK_NEVER || w->end == CLOCK_NEVER ||
	    w->end <= w->start || !interval)
		return false;
	w->step = strtoll(interval, NULL, 10) * 60;
	if (w->step <= 0 || (w->end - w->start) / w->step > SLOTS_MAX)
		return false;
	w->slots = (size_t)((w->end - w->start + w->step - 1) / w->step);
	clock_utc(clock_now(), &now);
	w->from = clock_from_utc(now.year, now.month, 1, 0, 0, 0);
	now.month += PUBLISHED_MONTHS;
	if (now.month > 12) {
		now.month -= 12;
		now.year++;
	}
	w->to = clock_from_utc(now.year, now.month, 1, 0, 0, 0);
	return true;
}

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

/* One digit an interval: the strongest of what overlaps it. */
static char *digits(struct dav *d, const char *address, const struct window *w)
{
	struct box *box = box_find(d->st, address);
	char *out = xmalloc(w->slots + 1);
	struct event_list list = {0};

	out[w->slots] = 0;
	for (size_t i = 0; i < w->slots; i++) {
		int64_t t = w->start + (int64_t)i * w->step;

		out[i] = box && t >= w->from && t < w->to ? '0' : '4';
	}
	if (!box)
		return out;
	events_between(box_folder(box, "calendar"), w->start, w->end, &list);
	for (size_t k = 0; k < list.n; k++) {
		const struct cal *c = list.v[k]->cal;
		char digit = digit_of(c->busy);

		for (size_t i = 0; i < w->slots && !c->cancelled; i++) {
			int64_t t = w->start + (int64_t)i * w->step;

			if (c->start < t + w->step && c->end > t &&
			    out[i] != '4' && digit > out[i])
				out[i] = digit;
		}
	}
	events_free(&list);
	return out;
}

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

bool dav_owa_freebusy(struct dav *d)
{
	const char *cmd = ask(d, "Cmd");
	struct strv users CLEANUP(strv_release);
	struct str each CLEANUP(str_release) = STR_INIT;
	struct window w;
	char *all;

	strv_init(&users);
	if (!cmd || !str_eq_nocase(cmd, "freebusy") ||
	    strncasecmp(d->path, "/public", 7) != 0)
		return false;
	d->each_query(d->connection, "u", &users);
	str_addf(&d->detail, " cmd=freebusy users=%zu", users.n);
	if (!is_explorer(d)) {
		str_add(&d->out, "<HTML><BODY>Availability</BODY></HTML>\r\n");
		return true;
	}
	if (!read_window(d, &w) || !users.n) {
		d->status = 400;
		return true;
	}
	all = xmalloc(w.slots + 1);
	memset(all, '4', w.slots);
	all[w.slots] = 0;
	for (size_t i = 0; i < users.n; i++) {
		const char *a = users.v[i];
		const struct box *box;
		char *one;

		if (strncasecmp(a, "SMTP:", 5) == 0)
			a += 5;
		box = box_find(d->st, a);
		one = digits(d, a, &w);
		merge(all, one);
		add_person(&each, box ? box->name : a, a, one);
		free(one);
	}
	d->type = "text/xml";
	str_add(&d->out, "<a:response xmlns:a=\"WM\"><a:recipients>");
	add_person(&d->out, "All Attendees", NULL, all);
	str_addf(&d->out, "%s</a:recipients></a:response>", each.s);
	free(all);
	return true;
}
