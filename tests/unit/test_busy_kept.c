/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* What is kept of others' free/busy: as text and back, answers joined. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#include "model/freebusy.h"

#define DAY 86400

static void add(struct free_busy *f, int64_t start, int64_t end,
		enum show_as as, const char *subject, const char *location)
{
	struct busy_span s = {.start = start,
			      .end = end,
			      .show_as = as,
			      .subject = xstrdup(subject),
			      .location = xstrdup(location)};

	vec_add(&f->spans, s);
}

/* "100-200# 300-400:Title@Place" */
static char *spell(const struct busy_kept *k)
{
	static const char marks[] = ".:#/-?";
	struct str b = STR_INIT;

	for (size_t i = 0; i < k->busy.spans.n; i++) {
		const struct busy_span *s = &k->busy.spans.v[i];

		str_addf(&b, "%s%d-%d%c%s", i ? " " : "", (int)s->start,
			 (int)s->end, marks[s->show_as],
			 str_or_empty(s->subject));
		if (s->location)
			str_addf(&b, "@%s", s->location);
	}
	return str_take(&b);
}

static void expect(const struct busy_kept *k, const char *wanted)
{
	char *got = spell(k);

	assert_string_equal(got, wanted);
	free(got);
}

static void merge(struct busy_kept *k, int64_t from, int64_t to,
		  struct free_busy *taken)
{
	busy_kept_merge(k, from, to, 1000, taken);
	free_busy_release(taken);
}

static void text_and_back(void **state)
{
	struct busy_kept k, again;
	struct free_busy f = {0};
	struct str b = STR_INIT;

	(void)state;
	assert_false(busy_kept_unpack(&k, NULL));
	assert_int_equal(k.asked, CLOCK_NEVER);
	add(&f, 100, 200, SHOW_BUSY, NULL, NULL);
	add(&f, 300, 400, SHOW_TENTATIVE, "Title\twith\ntab", "Place");
	add(&f, 500, 600, SHOW_AWAY, NULL, "Quay");
	add(&f, 700, 800, SHOW_ELSEWHERE, "Only a title", NULL);
	merge(&k, 0, 1000, &f);
	busy_kept_pack(&b, &k);
	assert_true(busy_kept_unpack(&again, b.s));
	expect(&again, "100-200# 300-400:Title with tab@Place 500-600/@Quay "
		       "700-800-Only a title");
	assert_int_equal(again.from, 0);
	assert_int_equal(again.to, 1000);
	assert_int_equal(again.asked, 1000);
	assert_null(again.why);
	str_release(&b);
	busy_kept_release(&k);
	busy_kept_release(&again);
}

static void damaged(void **state)
{
	static const char *const rows[] = {"", "x", "1 2",
					   "one two three\n1 2 2 0"};
	struct busy_kept k;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_false(busy_kept_unpack(&k, rows[i]));
	/* A bad line costs itself. */
	assert_true(busy_kept_unpack(
		&k, "0 900 5\n10 20 2 0\n40 30 2 0\n50 60 99 0\nrubbish\n"
		    "70 80 3 1"));
	expect(&k, "10-20# 70-80/");
	assert_true(k.busy.spans.v[1].is_private);
	busy_kept_release(&k);
}

static void joined(void **state)
{
	struct busy_kept k;
	struct free_busy f = {0};

	(void)state;
	assert_false(busy_kept_unpack(&k, NULL));
	add(&f, 100, 200, SHOW_BUSY, NULL, NULL);
	add(&f, 350, 650, SHOW_BUSY, "Long", NULL);
	merge(&k, 0, 1000, &f);
	/* What is told anew replaces its own time only. */
	add(&f, 390, 450, SHOW_AWAY, NULL, NULL);
	merge(&k, 400, 600, &f);
	expect(&k, "100-200# 350-400#Long 400-450/ 600-650#Long");
	assert_int_equal(k.from, 0);
	assert_int_equal(k.to, 1000);
	/* What joins on stays, */
	add(&f, 1100, 1200, SHOW_BUSY, NULL, NULL);
	merge(&k, 1000, 2000, &f);
	expect(&k, "100-200# 350-400#Long 400-450/ 600-650#Long 1100-1200#");
	assert_int_equal(k.to, 2000);
	/* what leaves a gap does not: nothing is known of the gap, */
	add(&f, 5100, 5200, SHOW_BUSY, NULL, NULL);
	merge(&k, 5000, 6000, &f);
	expect(&k, "5100-5200#");
	assert_int_equal(k.from, 5000);
	/* and nor does what is years long. */
	merge(&k, 6000, 5000 + (int64_t)500 * DAY, &f);
	expect(&k, "");
	busy_kept_release(&k);
}

static void refused(void **state)
{
	struct busy_kept k, again;
	struct free_busy f = {0};
	struct str b = STR_INIT;

	(void)state;
	assert_false(busy_kept_unpack(&k, NULL));
	add(&f, 100, 200, SHOW_BUSY, NULL, NULL);
	merge(&k, 0, 1000, &f);
	err_set(&f.err, ERR_DENIED, "no permission to see this");
	merge(&k, 1000, 2000, &f);
	busy_kept_pack(&b, &k);
	assert_true(busy_kept_unpack(&again, b.s));
	expect(&again, "100-200#");
	assert_int_equal(again.to, 1000);
	assert_string_equal(again.why, "no permission to see this");
	busy_kept_merge(&again, 0, 10, 7, &(struct free_busy){0});
	assert_null(again.why);
	str_release(&b);
	busy_kept_release(&k);
	busy_kept_release(&again);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_and_back), cmocka_unit_test(damaged),
		cmocka_unit_test(joined), cmocka_unit_test(refused)};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
