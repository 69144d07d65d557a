/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "proto/dav/sync.h"
#include "base/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define HEAD "davsync3 "
#define UNREAD_MAX 300 /* kept in the state; more: every item is named */
#define FRESH_MAX 500  /* likewise */

const char *state_short(const char *id)
{
	const char *slash = strchr(id, '/');

	return str_starts(id, "p:") || !slash ? id : slash + 1;
}

char *state_long(const struct sync_state *s, const char *key)
{
	return str_starts(key, "p:") ? xstrdup(key)
				     : xasprintf("%s/%s", s->folder, key);
}

void state_begin_unread(struct sync_state *s)
{
	strv_release(&s->unread);
	strv_init(&s->unread);
	s->counts_unread = true;
}

void state_set_unread(struct sync_state *s, const char *id, bool unread)
{
	const char *key = state_short(id);

	for (size_t i = 0; i < s->unread.n; i++)
		if (strcmp(s->unread.v[i], key) == 0) {
			if (unread)
				return;
			free(s->unread.v[i]);
			s->unread.v[i] = s->unread.v[--s->unread.n];
			return;
		}
	if (!unread || !s->counts_unread)
		return;
	if (s->unread.n < UNREAD_MAX) {
		strv_add(&s->unread, key);
		return;
	}
	strv_release(&s->unread);
	strv_init(&s->unread);
	s->counts_unread = false;
}

void state_take_blob(struct sync_state *s, char *owned_blob)
{
	free(s->blob);
	s->blob = owned_blob;
	s->blob_high = s->high;
	strv_release(&s->fresh);
	strv_init(&s->fresh);
}

void state_add_fresh(struct sync_state *s, const char *id)
{
	const char *key = state_short(id);

	if (!s->blob)
		return;
	for (size_t i = 0; i < s->fresh.n; i++)
		if (strcmp(s->fresh.v[i], key) == 0)
			return;
	if (s->fresh.n < FRESH_MAX)
		strv_add(&s->fresh, key);
	else
		state_take_blob(s, NULL);
}

static void write_counters(struct str *b, const struct counters *c)
{
	str_addf(b, "\n%" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %s",
		 c->deleted, c->visible, c->unread, c->day,
		 str_or_empty(c->tag));
}

char *state_write(const struct sync_state *s)
{
	struct str b = STR_INIT;

	str_addf(&b, HEAD "%u %d %d %" PRId64 " %d %" PRId64 " %" PRId64,
		 s->plan, s->first, s->unnumbered, s->found_unread,
		 s->counts_unread, s->high, s->cursor);
	write_counters(&b, &s->known);
	if (s->plan)
		write_counters(&b, &s->now);
	if (s->blob)
		str_addf(&b, "\nB%" PRId64 " %s", s->blob_high, s->blob);
	for (size_t i = 0; i < s->fresh.n; i++)
		str_addf(&b, "\nN%s", s->fresh.v[i]);
	for (size_t i = 0; i < s->unread.n; i++)
		str_addf(&b, "\nU%s", s->unread.v[i]);
	for (size_t i = 0; i < s->missed.n; i++)
		str_addf(&b, "\nM%s", s->missed.v[i]);
	return str_take(&b);
}

static bool read_counters(const char *line, struct counters *c)
{
	int used = 0;

	if (!line ||
	    sscanf(line, "%" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64 "%n",
		   &c->deleted, &c->visible, &c->unread, &c->day, &used) != 4)
		return false;
	line += used;
	line += *line == ' ';
	mem_replace(&c->tag, *line ? xstrdup(line) : NULL);
	return true;
}

static bool read_blob(struct sync_state *s, const char *text)
{
	int used = 0;

	if (sscanf(text, "%" SCNd64 " %n", &s->blob_high, &used) != 1 || !used)
		return false;
	mem_replace(&s->blob, xstrdup(text + used));
	return true;
}

static bool read_lines(struct sync_state *s, const struct strv *lines)
{
	int first, unnumbered, counts;
	size_t at = 1;

	if (lines->n < 2 || !str_starts(lines->v[0], HEAD) ||
	    sscanf(lines->v[0] + strlen(HEAD),
		   "%u %d %d %" SCNd64 " %d %" SCNd64 " %" SCNd64, &s->plan,
		   &first, &unnumbered, &s->found_unread, &counts, &s->high,
		   &s->cursor) != 7)
		return false;
	s->first = first;
	s->unnumbered = unnumbered;
	s->counts_unread = counts;
	if (!read_counters(lines->v[at++], &s->known))
		return false;
	if (s->plan &&
	    !read_counters(at < lines->n ? lines->v[at++] : NULL, &s->now))
		return false;
	for (; at < lines->n; at++) {
		const char *rest = lines->v[at] + 1;

		if (rest[-1] == 'U')
			strv_add(&s->unread, rest);
		else if (rest[-1] == 'N')
			strv_add(&s->fresh, rest);
		else if (rest[-1] == 'M' && *rest)
			strv_add(&s->missed, rest);
		else if (rest[-1] != 'B' || !read_blob(s, rest))
			return false;
	}
	return true;
}

bool state_read(struct sync_state *s, const char *text, const char *folder,
		struct err *err)
{
	struct strv lines CLEANUP(strv_release);
	bool ok = true;

	*s = (struct sync_state){.folder = folder,
				 .first = true,
				 .counts_unread = true,
				 .cursor = -1};
	s->known.deleted = s->known.visible = s->known.unread = -1;
	s->now = s->known;
	strv_init(&s->unread);
	strv_init(&s->fresh);
	strv_init(&s->missed);
	strv_init(&lines);
	if (!text)
		return true;
	strv_split(&lines, text, "\n");
	ok = read_lines(s, &lines);
	if (!ok) {
		state_release(s);
		err_set(err, ERR_STATE, "the state is not of this kind");
	}
	return ok;
}

void state_release(struct sync_state *s)
{
	free(s->known.tag);
	free(s->now.tag);
	free(s->blob);
	strv_release(&s->unread);
	strv_release(&s->fresh);
	strv_release(&s->missed);
}

void state_settle(struct sync_state *s)
{
	free(s->known.tag);
	s->known = s->now;
	s->now.tag = xstrdup(s->known.tag);
	s->found_unread = 0;
	s->cursor = -1;
}

bool state_is_quiet(const struct sync_state *s)
{
	const struct counters *a = &s->known, *b = &s->now;

	return a->deleted == b->deleted && a->visible == b->visible &&
	       a->unread == b->unread && a->day == b->day &&
	       str_eq(a->tag, b->tag) && a->tag;
}

void state_make_plan(struct sync_state *s, bool has_repl)
{
	bool fewer;

	s->plan = PLAN_NEW;
	if (s->known.deleted >= 0 && s->now.deleted >= 0)
		/* Counted or not, what there is less of has gone. */
		fewer = s->known.deleted != s->now.deleted ||
			s->now.visible < s->known.visible;
	else /* without it, anything may have gone */
		fewer = s->known.visible != s->now.visible ||
			!str_eq(s->known.tag, s->now.tag);
	if (fewer)
		s->plan |= s->blob && has_repl ? PLAN_DELETED : PLAN_WHOLE;
	if (s->known.day != s->now.day)
		s->plan |= PLAN_UNREAD;
}
