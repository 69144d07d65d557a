/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Appointments and changes as text: a line a member, "key<TAB>value", with
 * backslash, tab and line breaks escaped. "x" begins an exception, "." ends it;
 * "p" is an attendee, "-" a removed start. Unknown keys are skipped, so newer
 * programs may add some.
 */
#include <string.h>
#include "model/appointment_change.h"

#define TEXTS(X)                                                               \
	X(remote_id, "id")                                                     \
	X(change_key, "ck")                                                    \
	X(uid, "uid")                                                          \
	X(subject, "s")                                                        \
	X(location, "l")                                                       \
	X(notes, "n")                                                          \
	X(zone, "z")                                                           \
	X(zone_rule, "zr")                                                     \
	X(categories, "cat")                                                   \
	X(join_url, "join")                                                    \
	X(organizer_name, "on")                                                \
	X(organizer_addr, "oa")                                                \
	X(calendar_id, "cal")

/* Numbers; CLOCK_NEVER and what appointment_init set are left out. */
#define NUMBERS(X)                                                             \
	X(kind, "k", enum appointment_kind)                                    \
	X(flags, "f", unsigned)                                                \
	X(start, "t", int64_t)                                                 \
	X(end, "e", int64_t)                                                   \
	X(original, "o", int64_t)                                              \
	X(stamp, "st", int64_t)                                                \
	X(replied, "re", int64_t)                                              \
	X(signal, "sg", int64_t)                                               \
	X(show_as, "b", enum show_as)                                          \
	X(sensitivity, "se", enum sensitivity)                                 \
	X(my_answer, "a", enum answer_kind)                                    \
	X(reminder, "r", int)                                                  \
	X(sequence, "q", int)                                                  \
	X(recur.kind, "rk", enum recur_kind)                                   \
	X(recur.interval, "ri", int)                                           \
	X(recur.days, "rd", unsigned)                                          \
	X(recur.nth, "rn", int)                                                \
	X(recur.day, "rm", int)                                                \
	X(recur.month, "ry", int)                                              \
	X(recur.week_start, "rw", int)                                         \
	X(recur.start_day, "rs", int64_t)                                      \
	X(recur.end, "re2", enum recur_end)                                    \
	X(recur.end_day, "ru", int64_t)                                        \
	X(recur.count, "rc", int)

static void add_escaped(struct str *b, const char *s)
{
	for (; *s; s++) {
		if (*s == '\\')
			str_add(b, "\\\\");
		else if (*s == '\n')
			str_add(b, "\\n");
		else if (*s == '\t')
			str_add(b, "\\t");
		else
			str_add_char(b, *s);
	}
}

static void add_line(struct str *b, const char *key, const char *value)
{
	str_addf(b, "%s\t", key);
	add_escaped(b, value);
	str_add_char(b, '\n');
}

static void add_attendee(struct str *b, const struct attendee *t)
{
	str_addf(b, "p\t%d %d %lld %lld %lld\t", (int)t->role, (int)t->answer,
		 (long long)t->answered, (long long)t->proposed_start,
		 (long long)t->proposed_end);
	add_escaped(b, str_or_empty(t->addr));
	str_add_char(b, '\t');
	add_escaped(b, str_or_empty(t->name));
	str_add_char(b, '\n');
}

void appointment_pack(struct str *b, const struct appointment *a)
{
	struct appointment plain;

	appointment_init(&plain);
#define X(member, key)                                                         \
	if (a->member)                                                         \
		add_line(b, key, a->member);
	TEXTS(X)
#undef X
#define X(member, key, type)                                                   \
	if (a->member != plain.member)                                         \
		str_addf(b, key "\t%lld\n", (long long)a->member);
	NUMBERS(X)
#undef X
	for (size_t i = 0; i < a->attendees.n; i++)
		add_attendee(b, &a->attendees.v[i]);
	for (size_t i = 0; i < a->removed.n; i++)
		str_addf(b, "-\t%lld\n", (long long)a->removed.v[i]);
	for (size_t i = 0; i < a->exceptions.n; i++) {
		str_add(b, "x\t\n");
		appointment_pack(b, &a->exceptions.v[i]);
		str_add(b, ".\t\n");
	}
}

/* The text up to the next tab or line end, unescaped; moves on to it. */
static char *take_escaped(const char **s)
{
	struct str b = STR_INIT;

	for (; **s && **s != '\n' && **s != '\t'; (*s)++) {
		if (**s != '\\' || !(*s)[1]) {
			str_add_char(&b, **s);
			continue;
		}
		(*s)++;
		str_add_char(&b, **s == 'n' ? '\n' : **s == 't' ? '\t' : **s);
	}
	return str_take(&b);
}

static char *take_or_null(const char **s)
{
	char *text = take_escaped(s);

	if (*text)
		return text;
	free(text);
	return NULL;
}

static void take_attendee(struct appointment *a, const char *s)
{
	struct attendee *t = vec_new(&a->attendees);
	char *end;

	t->role = (enum attendee_role)strtol(s, &end, 10);
	t->answer = (enum answer_kind)strtol(end, &end, 10);
	t->answered = strtoll(end, &end, 10);
	t->proposed_start = strtoll(end, &end, 10);
	t->proposed_end = strtoll(end, &end, 10);
	s = end;
	if (*s == '\t')
		s++;
	t->addr = take_or_null(&s);
	if (*s == '\t')
		s++;
	t->name = take_or_null(&s);
}

static bool take_member(struct appointment *a, const char *key,
			const char *value)
{
#define X(member, name)                                                        \
	if (strcmp(key, name) == 0) {                                          \
		mem_replace(&a->member, take_escaped(&value));                 \
		return true;                                                   \
	}
	TEXTS(X)
#undef X
#define X(member, name, type)                                                  \
	if (strcmp(key, name) == 0) {                                          \
		a->member = (type)strtoll(value, NULL, 10);                    \
		return true;                                                   \
	}
	NUMBERS(X)
#undef X
	if (strcmp(key, "p") == 0)
		take_attendee(a, value);
	else if (strcmp(key, "-") == 0)
		vec_add(&a->removed, strtoll(value, NULL, 10));
	else
		return false;
	return true;
}

/* One line; *s moves behind it. key holds its name. NULL at the end. */
static const char *next_line(const char **s, char *key, size_t size)
{
	const char *line = *s, *tab, *end;
	size_t n;

	if (!*line)
		return NULL;
	end = strchrnul(line, '\n');
	*s = *end ? end + 1 : end;
	tab = memchr(line, '\t', (size_t)(end - line));
	n = tab ? (size_t)(tab - line) : 0;
	if (n >= size)
		n = 0;
	memcpy(key, line, n);
	key[n] = '\0';
	return tab ? tab + 1 : end;
}

void appointment_unpack(struct appointment *a, const char *text)
{
	struct appointment *into = a;
	const char *value;
	char key[8];

	appointment_init(a);
	while ((value = next_line(&text, key, sizeof(key)))) {
		if (strcmp(key, "x") == 0) {
			struct appointment x;

			appointment_init(&x);
			vec_add(&a->exceptions, x);
			into = &a->exceptions.v[a->exceptions.n - 1];
		} else if (strcmp(key, ".") == 0) {
			into = a;
		} else {
			take_member(into, key, value);
		}
	}
}

/* --- changes -------------------------------------------------------------- */

void appointment_change_init(struct appointment_change *c)
{
	memset(c, 0, sizeof(*c));
	appointment_init(&c->appt);
	c->original = c->propose_start = c->propose_end = CLOCK_NEVER;
}

void appointment_change_release(struct appointment_change *c)
{
	appointment_release(&c->appt);
	free(c->note);
	appointment_change_init(c);
}

void appointment_change_pack(struct str *b, const struct appointment_change *c)
{
	str_addf(b, "op\t%d %u %lld %d %d %lld %lld\n", (int)c->op, c->set,
		 (long long)c->original, c->quiet, (int)c->answer,
		 (long long)c->propose_start, (long long)c->propose_end);
	if (c->note)
		add_line(b, "note", c->note);
	appointment_pack(b, &c->appt);
}

void appointment_change_unpack(struct appointment_change *c, const char *text)
{
	const char *value, *at = text;
	char key[8], *end;

	appointment_change_init(c);
	appointment_unpack(&c->appt, text);
	while ((value = next_line(&at, key, sizeof(key)))) {
		if (strcmp(key, "note") == 0) {
			mem_replace(&c->note, take_escaped(&value));
		} else if (strcmp(key, "op") == 0) {
			c->op = (enum appointment_op)strtol(value, &end, 10);
			c->set = (unsigned)strtoul(end, &end, 10);
			c->original = strtoll(end, &end, 10);
			c->quiet = strtol(end, &end, 10) != 0;
			c->answer = (enum answer_kind)strtol(end, &end, 10);
			c->propose_start = strtoll(end, &end, 10);
			c->propose_end = strtoll(end, &end, 10);
		}
	}
}

static bool same_attendees(const struct appointment *a,
			   const struct appointment *b)
{
	if (a->attendees.n != b->attendees.n)
		return false;
	for (size_t i = 0; i < a->attendees.n; i++) {
		const struct attendee *x = &a->attendees.v[i];
		const struct attendee *y = appointment_attendee(b, x->addr);

		if (!y || y->role != x->role)
			return false;
	}
	return true;
}

unsigned appointment_differs(const struct appointment *a,
			     const struct appointment *b)
{
	unsigned remind = APPT_REMINDER, set = 0;

	if (!str_eq(a->subject, b->subject))
		set |= APPT_SET_SUBJECT;
	if (a->start != b->start || a->end != b->end ||
	    (a->flags ^ b->flags) & APPT_ALL_DAY || !str_eq(a->zone, b->zone))
		set |= APPT_SET_TIME;
	if (!str_eq(a->location, b->location))
		set |= APPT_SET_LOCATION;
	if (!str_eq(a->notes, b->notes))
		set |= APPT_SET_NOTES;
	if (a->show_as != b->show_as)
		set |= APPT_SET_SHOW_AS;
	if ((a->flags ^ b->flags) & remind || a->reminder != b->reminder)
		set |= APPT_SET_REMINDER;
	if (a->sensitivity != b->sensitivity)
		set |= APPT_SET_SENSITIVITY;
	if (!str_eq(a->categories, b->categories))
		set |= APPT_SET_CATEGORIES;
	if (!same_attendees(a, b))
		set |= APPT_SET_ATTENDEES;
	if (!recur_equal(&a->recur, &b->recur))
		set |= APPT_SET_RECUR;
	return set;
}

static void take_attendees(struct appointment *a, const struct appointment *is)
{
	struct appointment c, old = *a;

	appointment_copy(&c, is);
	for (size_t i = 0; i < c.attendees.n; i++) {
		struct attendee *t = &c.attendees.v[i];
		const struct attendee *was =
			appointment_attendee(&old, t->addr);

		if (was) { /* what they said is not ours to change */
			t->answer = was->answer;
			t->answered = was->answered;
		}
	}
	/* Swap the lists, then let the copy go with the old one. */
	a->attendees.v = c.attendees.v;
	a->attendees.n = c.attendees.n;
	a->attendees.cap = c.attendees.cap;
	c.attendees.v = old.attendees.v;
	c.attendees.n = old.attendees.n;
	c.attendees.cap = old.attendees.cap;
	appointment_release(&c);
	if (a->attendees.n)
		a->flags |= APPT_MEETING;
}

static void take_text(char **to, const char *from)
{
	mem_replace(to, xstrdup(from));
}

static void take_bits(unsigned *flags, unsigned from, unsigned mask)
{
	*flags = (*flags & ~mask) | (from & mask);
}

/* A server drops the exceptions of a series that moves or repeats otherwise
 * (12.3); one that only ends elsewhere keeps those before. */
static void keep_exceptions(struct appointment *a, unsigned set,
			    const struct recur *was)
{
	bool same =
		!(set & APPT_SET_TIME) && recur_same_pattern(was, &a->recur);
	int64_t end = a->recur.end == RECUR_UNTIL
			      ? a->recur.end_day + 2 * (int64_t)86400
			      : INT64_MAX;
	size_t n = 0;

	for (size_t i = 0; i < a->exceptions.n; i++)
		if (same && a->exceptions.v[i].original < end)
			a->exceptions.v[n++] = a->exceptions.v[i];
		else
			appointment_release(&a->exceptions.v[i]);
	a->exceptions.n = n;
	n = 0;
	for (size_t i = 0; i < a->removed.n; i++)
		if (same && a->removed.v[i] < end)
			a->removed.v[n++] = a->removed.v[i];
	a->removed.n = n;
	a->kind = a->recur.kind == RECUR_NONE ? APPOINTMENT_SINGLE
					      : APPOINTMENT_SERIES;
}

static void take_exceptions(struct appointment *a, const struct appointment *is)
{
	appointment_list_release(&a->exceptions);
	a->removed.n = 0;
	for (size_t i = 0; i < is->exceptions.n; i++) {
		struct appointment x;

		appointment_copy(&x, &is->exceptions.v[i]);
		vec_add(&a->exceptions, x);
	}
	for (size_t i = 0; i < is->removed.n; i++)
		vec_add(&a->removed, is->removed.v[i]);
}

static void apply_set(unsigned set, const struct appointment *is,
		      struct appointment *a)
{
	struct recur was = a->recur;

	if (set & APPT_SET_SUBJECT)
		take_text(&a->subject, is->subject);
	if (set & APPT_SET_TIME) {
		a->start = is->start;
		a->end = is->end;
		take_bits(&a->flags, is->flags, APPT_ALL_DAY);
		take_text(&a->zone, is->zone);
		take_text(&a->zone_rule, is->zone_rule);
	}
	if (set & APPT_SET_LOCATION)
		take_text(&a->location, is->location);
	if (set & APPT_SET_NOTES)
		take_text(&a->notes, is->notes);
	if (set & APPT_SET_SHOW_AS)
		a->show_as = is->show_as;
	if (set & APPT_SET_REMINDER) {
		take_bits(&a->flags, is->flags, APPT_REMINDER);
		a->reminder = is->reminder;
	}
	if (set & APPT_SET_SIGNAL) {
		a->signal = is->signal;
		if (is->signal == CLOCK_NEVER)
			a->flags &= ~(unsigned)APPT_REMINDER;
	}
	if (set & APPT_SET_SENSITIVITY)
		a->sensitivity = is->sensitivity;
	if (set & APPT_SET_CATEGORIES)
		take_text(&a->categories, is->categories);
	if (set & APPT_SET_ATTENDEES)
		take_attendees(a, is);
	if (set & APPT_SET_RECUR)
		a->recur = is->recur;
	if (a->kind != APPOINTMENT_EXCEPTION &&
	    set & (APPT_SET_TIME | APPT_SET_RECUR))
		keep_exceptions(a, set, &was);
	if (set & APPT_SET_EXCEPTIONS)
		take_exceptions(a, is);
}

/* The exception at `original`; made of the series where there is none. */
static struct appointment *own_exception(struct appointment *a,
					 int64_t original)
{
	struct appointment *x = appointment_exception(a, original), made;

	if (x)
		return x;
	appointment_occurrence(&made, a, original);
	vec_add(&a->exceptions, made);
	return &a->exceptions.v[a->exceptions.n - 1];
}

static void remove_occurrence(struct appointment *a, int64_t original)
{
	for (size_t i = 0; i < a->exceptions.n; i++)
		if (a->exceptions.v[i].original == original) {
			appointment_release(&a->exceptions.v[i]);
			vec_remove(&a->exceptions, i);
			break;
		}
	if (!appointment_is_removed(a, original))
		vec_add(&a->removed, original);
}

static void answer_one(struct appointment *a, enum answer_kind answer)
{
	a->my_answer = answer;
	a->replied = clock_now();
	if (a->show_as == SHOW_TENTATIVE && answer == ANSWER_ACCEPTED)
		a->show_as = SHOW_BUSY;
}

bool appointment_change_apply(const struct appointment_change *c,
			      struct appointment *a)
{
	bool one = c->original != CLOCK_NEVER && a->kind == APPOINTMENT_SERIES;
	struct appointment *at = a;

	switch (c->op) {
	case APPT_CREATE:
		appointment_release(a);
		appointment_copy(a, &c->appt);
		return true;
	case APPT_CHANGE:
		if (one)
			at = own_exception(a, c->original);
		apply_set(c->set, &c->appt, at);
		return true;
	case APPT_CANCEL:
		if (!one)
			return false;
		remove_occurrence(a, c->original);
		return true;
	case APPT_ANSWER:
		if (one && c->answer == ANSWER_DECLINED) {
			remove_occurrence(a, c->original);
			return true;
		}
		if (one)
			at = own_exception(a, c->original);
		else if (c->answer == ANSWER_DECLINED)
			return false;
		answer_one(at, c->answer);
		/* An answer to the series is one to all of it. */
		for (size_t i = 0; !one && i < a->exceptions.n; i++)
			answer_one(&a->exceptions.v[i], c->answer);
		return true;
	case APPT_TAKE:
		appointment_take(a, &c->appt);
		return true;
	}
	return true;
}

void appointment_make_another(struct appointment *a, const char *uid)
{
	mem_replace(&a->uid, xstrdup(uid));
	mem_replace(&a->remote_id, NULL);
	mem_replace(&a->change_key, NULL);
	a->sequence = 0;
	a->stamp = CLOCK_NEVER;
	for (size_t i = 0; i < a->attendees.n; i++) {
		struct attendee *t = &a->attendees.v[i];

		t->answer = ANSWER_NONE;
		t->answered = CLOCK_NEVER;
		t->proposed_start = t->proposed_end = CLOCK_NEVER;
	}
	for (size_t i = 0; i < a->exceptions.n; i++)
		appointment_make_another(&a->exceptions.v[i], uid);
}
