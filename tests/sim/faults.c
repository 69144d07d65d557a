/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "tests/sim/faults.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include "base/vec.h"

struct line {
	char *op, *user;	/* op "*": any; user NULL: any */
	long nth, times, every; /* every 0: nth and the times - 1 after it */
	long seen;
	struct fault fault;
};
struct lines {
	struct line *v;
	size_t n, cap;
};

struct faults {
	pthread_mutex_t lock;
	struct lines lines;
};

static const struct {
	const char *name;
	enum fault_kind kind;
} names[] = {
	{"delay", FAULT_DELAY},
	{"drip", FAULT_DRIP},
	{"drop", FAULT_DROP},
	{"cut", FAULT_CUT},
	{"wronglength", FAULT_WRONG_LENGTH},
	{"401", FAULT_401},
	{"500", FAULT_500},
	{"status", FAULT_STATUS},
	{"503", FAULT_503},
	{"busy", FAULT_BUSY},
	{"busymsg", FAULT_BUSY_MESSAGE},
	{"stalesync", FAULT_STALE_SYNC},
	{"itemgone", FAULT_ITEM_GONE},
	{"partial", FAULT_PARTIAL},
	{"dupchange", FAULT_DUPLICATE},
	{"badchars", FAULT_BAD_CHARS},
	{"huge", FAULT_HUGE},
	{"html", FAULT_HTML},
	{"closeall", FAULT_CLOSE},
	{"applydrop", FAULT_APPLY_DROP},
	{"mailboxmove", FAULT_MAILBOX_MOVE},
	{"nomailbox", FAULT_NO_MAILBOX},
};

static void lines_release(struct lines *lines)
{
	for (size_t i = 0; i < lines->n; i++) {
		free(lines->v[i].op);
		free(lines->v[i].user);
	}
	vec_release(lines);
}

struct faults *faults_new(void)
{
	struct faults *f = xcalloc(1, sizeof(*f));

	pthread_mutex_init(&f->lock, NULL);
	return f;
}

void faults_free(struct faults *f)
{
	if (!f)
		return;
	lines_release(&f->lines);
	pthread_mutex_destroy(&f->lock);
	free(f);
}

static bool fault_parse(struct fault *out, const char *text, struct err *err)
{
	size_t n = strcspn(text, ":");
	char *end;

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (strlen(names[i].name) != n ||
		    strncmp(text, names[i].name, n) != 0)
			continue;
		out->kind = names[i].kind;
		out->a = out->b = 0;
		if (text[n] == ':') {
			out->a = strtoll(text + n + 1, &end, 10);
			if (strncmp(end, "ms", 2) == 0)
				end += 2;
			if (*end == '/')
				out->b = strtoll(end + 1, &end, 10);
			if (*end && strcmp(end, "ms") != 0)
				return err_set(err, ERR_INPUT,
					       "fault \"%s\": not a number",
					       text);
		}
		return true;
	}
	return err_set(err, ERR_INPUT, "unknown fault \"%s\"", text);
}

static bool word_parse(struct line *l, char *word, bool *have, struct err *err)
{
	char *value = strchr(word, '=');

	if (!value)
		return err_set(err, ERR_INPUT, "\"%s\": no name=value", word);
	*value++ = 0;
	if (strcmp(word, "op") == 0) {
		mem_replace(&l->op, xstrdup(value));
	} else if (strcmp(word, "user") == 0) {
		mem_replace(&l->user, xstrdup(value));
	} else if (strcmp(word, "nth") == 0) {
		l->nth = strtol(value, NULL, 10);
	} else if (strcmp(word, "times") == 0) {
		l->times = strtol(value, NULL, 10);
	} else if (strcmp(word, "every") == 0) {
		l->every = strtol(value, NULL, 10);
	} else if (strcmp(word, "fault") == 0) {
		*have = true;
		return fault_parse(&l->fault, value, err);
	} else {
		return err_set(err, ERR_INPUT, "unknown name \"%s\"", word);
	}
	return true;
}

static bool line_parse(struct lines *lines, const char *text, struct err *err)
{
	struct line l = {.nth = 1, .times = 1, .op = xstrdup("*")};
	struct strv words;
	bool have = false, good = true;

	strv_init(&words);
	strv_split(&words, text, " \t");
	for (size_t i = 0; good && i < words.n; i++)
		good = word_parse(&l, words.v[i], &have, err);
	if (good && !have && words.n > 0)
		good = err_set(err, ERR_INPUT, "a line has no fault=");
	if (good && have) {
		vec_add(lines, l);
	} else {
		free(l.op);
		free(l.user);
	}
	strv_release(&words);
	return good;
}

bool faults_parse(struct faults *f, const char *text, struct err *err)
{
	struct lines fresh = {0}, old;
	struct strv rows;
	bool good = true;

	strv_init(&rows);
	strv_split(&rows, text, "\r\n");
	for (size_t i = 0; good && i < rows.n; i++)
		if (rows.v[i][0] != '#')
			good = line_parse(&fresh, rows.v[i], err);
	strv_release(&rows);
	if (!good) {
		lines_release(&fresh);
		return false;
	}
	pthread_mutex_lock(&f->lock);
	old = f->lines;
	f->lines = fresh;
	pthread_mutex_unlock(&f->lock);
	lines_release(&old);
	return true;
}

static bool line_hits(struct line *l)
{
	l->seen++;
	if (l->every > 0)
		return l->seen >= l->nth && (l->seen - l->nth) % l->every == 0;
	return l->seen >= l->nth && l->seen < l->nth + l->times;
}

struct fault faults_hit(struct faults *f, const char *op, const char *user)
{
	struct fault hit = {.kind = FAULT_NONE};

	pthread_mutex_lock(&f->lock);
	for (size_t i = 0; i < f->lines.n; i++) {
		struct line *l = &f->lines.v[i];

		if ((strcmp(l->op, "*") != 0 && strcmp(l->op, op) != 0) ||
		    (l->user && !str_eq_nocase(l->user, user)))
			continue;
		if (line_hits(l) && hit.kind == FAULT_NONE)
			hit = l->fault;
	}
	pthread_mutex_unlock(&f->lock);
	return hit;
}
