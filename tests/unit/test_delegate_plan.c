/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* A plan is the same after it lay in the store; nonsense is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "engine/delegate_plan.h"

static void test_round(void **state)
{
	struct delegate_plan p = {
		.wish = DELEGATE_SET,
		.undo = true,
		.me_dn = (char *)"CN=Ada,DC=x",
		.dn = (char *)"CN=Zo\xc3\xab = Smith,DC=x",
		.legacy_dn = (char *)"/o=x/ou=y/cn=Recipients/cn=zoe",
		.sid = (char *)"S-1-5-21-1",
		.name = (char *)"Zoe",
		.was_listed = true,
		.was_behalf = true,
		.want_private = true};
	struct delegate_plan q;
	char *text;

	(void)state;
	p.folders[DELEGATE_INBOX] = (struct plan_folder){true, true, 0x401, 0};
	p.folders[PLAN_FREEBUSY] = (struct plan_folder){true, false, 0, 0x47b};
	text = delegate_plan_write(&p);
	assert_true(delegate_plan_read(&q, text));
	assert_int_equal(q.wish, DELEGATE_SET);
	assert_true(q.undo && q.was_listed && q.was_behalf && q.want_private);
	assert_false(q.no_behalf || q.was_private);
	assert_string_equal(q.dn, p.dn);
	assert_string_equal(q.legacy_dn, p.legacy_dn);
	assert_string_equal(q.sid, p.sid);
	assert_memory_equal(q.folders, p.folders, sizeof(q.folders));
	delegate_plan_release(&q);
	free(text);
}

static void test_nonsense(void **state)
{
	static const char *const texts[] = {
		"",
		"wish=7\nlegacy=/o=x\nsid=S-1-1-0",
		"legacy=/o=x\nfly=1",
		"legacy=/o=x\nsid=S-1-1-0\nfolder=9 0 0 0",
		"legacy=/o=x\nsid=S-1-1-0\nfolder=x",
		"wish=0\nlegacy=/o=x",
		"no line"};
	struct delegate_plan p;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		assert_false(delegate_plan_read(&p, texts[i]));
	assert_false(delegate_plan_read(&p, NULL));
}

static void test_order(void **state)
{
	struct delegate_plan p = {.wish = DELEGATE_ADD};

	(void)state;
	assert_int_equal(delegate_plan_step(&p, 0), STEP_LISTS);
	assert_int_equal(delegate_plan_step(&p, 1), STEP_BEHALF);
	p.wish = DELEGATE_REMOVE;
	assert_int_equal(delegate_plan_step(&p, 0), STEP_BEHALF);
	assert_int_equal(delegate_plan_step(&p, 1), STEP_LISTS);
	assert_int_equal(delegate_plan_step(&p, 2), STEP_FOLDERS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round),
		cmocka_unit_test(test_nonsense),
		cmocka_unit_test(test_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
