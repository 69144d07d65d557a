/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* What was last told of somebody, kept as text for when nobody can be asked. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "model/freebusy.h"

#define SPAN_DAYS_MAX 400 /* older and newer answers are joined up to that */
#define DAY ((int64_t)86400)

void busy_kept_release(struct busy_kept *k)
{
	free_busy_release(&k->busy);
	free(k->why);
	*k = (struct busy_kept){.asked = CLOCK_NEVER};
}

static void add_field(struct str *out, const char *text)
{
	str_add_char(out, '\t');
	for (const char *p = str_or_empty(text); *p; p++)
		str_add_char(out, (unsigned char)*p < ' ' ? ' ' : *p);
}

void busy_kept_pack(struct str *out, const struct busy_kept *k)
{
	str_addf(out, "%" PRId64 " %" PRId64 " %" PRId64, k->from, k->to,
		 k->asked);
	add_field(out, k->why);
	for (size_t i = 0; i < k->busy.spans.n; i++) {
		const struct busy_span *s = &k->busy.spans.v[i];

		str_addf(out, "\n%" PRId64 " %" PRId64 " %d %d", s->start,
			 s->end, (int)s->show_as, s->is_private);
		add_field(out, s->subject);
		add_field(out, s->location);
	}
}

/* The next of the fields behind tabs; NULL: none or empty. Moves on. */
static char *take_field(const char **at)
{
	size_t len;
	char *field;

	if (**at != '\t')
		return NULL;
	++*at;
	len = strcspn(*at, "\t");
	field = len ? xstrndup(*at, len) : NULL;
	*at += len;
	return field;
}

static bool read_span(const char *line, struct busy_span *s)
{
	const char *at = strchr(line, '\t');
	int show_as, is_private;

	*s = (struct busy_span){0};
	if (sscanf(line, "%" SCNd64 " %" SCNd64 " %d %d", &s->start, &s->end,
		   &show_as, &is_private) != 4 ||
	    show_as < 0 || show_as >= SHOW_COUNT || s->end <= s->start)
		return false;
	s->show_as = (enum show_as)show_as;
	s->is_private = is_private;
	if (!at) /* nothing was told beside */
		return true;
	s->subject = take_field(&at);
	s->location = take_field(&at);
	return true;
}

bool busy_kept_unpack(struct busy_kept *out, const char *text)
{
	struct strv lines CLEANUP(strv_release);
	const char *at;

	*out = (struct busy_kept){.asked = CLOCK_NEVER};
	strv_init(&lines);
	strv_split(&lines, str_or_empty(text), "\n");
	if (!lines.n || sscanf(lines.v[0], "%" SCNd64 " %" SCNd64 " %" SCNd64,
			       &out->from, &out->to, &out->asked) != 3)
		return false;
	at = strchr(lines.v[0], '\t');
	out->why = at ? take_field(&at) : NULL;
	for (size_t i = 1; i < lines.n; i++) {
		struct busy_span s;

		if (read_span(lines.v[i], &s))
			vec_add(&out->busy.spans, s);
	}
	return true;
}

static void drop_span(struct busy_span *s)
{
	free(s->subject);
	free(s->location);
}

/* What the new answer says nothing of stays: the parts before and after it. */
static void cut_out(struct free_busy *f, int64_t from, int64_t to)
{
	size_t n = f->spans.n;

	for (size_t i = 0; i < n; i++) {
		struct busy_span s = f->spans.v[i];

		if (s.end > to && s.start < from) {
			struct busy_span rest = s;

			rest.start = to;
			rest.subject = xstrdup(s.subject);
			rest.location = xstrdup(s.location);
			vec_add(&f->spans, rest);
		}
		if (s.start < from && s.end > from)
			f->spans.v[i].end = from;
		else if (s.start >= from && s.start < to && s.end > to)
			f->spans.v[i].start = to;
	}
	n = 0;
	for (size_t i = 0; i < f->spans.n; i++) {
		struct busy_span *s = &f->spans.v[i];

		if (s->start >= from && s->end <= to)
			drop_span(s);
		else
			f->spans.v[n++] = *s;
	}
	f->spans.n = n;
}

void busy_kept_merge(struct busy_kept *k, int64_t from, int64_t to,
		     int64_t asked, const struct free_busy *told)
{
	int64_t first = from < k->from ? from : k->from;
	int64_t last = to > k->to ? to : k->to;

	mem_replace(&k->why, NULL);
	if (told->err.kind != ERR_NONE) {
		k->why = xstrdup(told->err.text);
		k->asked = asked;
		return;
	}
	if (k->from >= k->to || from > k->to || to < k->from ||
	    last - first > SPAN_DAYS_MAX * DAY) {
		free_busy_release(&k->busy);
		first = from;
		last = to;
	}
	cut_out(&k->busy, from, to);
	for (size_t i = 0; i < told->spans.n; i++) {
		struct busy_span s = told->spans.v[i];

		s.start = s.start < from ? from : s.start;
		s.end = s.end > to ? to : s.end;
		if (s.end <= s.start)
			continue;
		s.subject = xstrdup(s.subject);
		s.location = xstrdup(s.location);
		vec_add(&k->busy.spans, s);
	}
	free_busy_sort(&k->busy);
	k->from = first;
	k->to = last;
	k->asked = asked;
}
