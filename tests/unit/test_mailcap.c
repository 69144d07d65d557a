/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "text/mailcap.h"

static const char text[] =
	"# comment\n"
	"image/png; view '%s' --type=%t; test=test -n \"$DISPLAY\"\n"
	"image/*; other %s\n"
	"text/html; w3m -T \\\n  text/html; copiousoutput\n"
	"application/pdf; less \"%s\" ; needsterminal\n"
	"application/x-odd; run %{charset} %s\n"
	"application/x-percent; printf 100\\% %s\n"
	"application/x-semi; a \\; b %s\n";

static void expect(const char *type, size_t nth, const char *command,
		   bool reads, bool terminal, bool copious)
{
	struct mailcap_entry e;

	if (!command) {
		assert_false(mailcap_find(text, type, nth, &e));
		return;
	}
	assert_true(mailcap_find(text, type, nth, &e));
	assert_string_equal(e.command, command);
	assert_int_equal(e.reads, reads);
	assert_int_equal(e.terminal, terminal);
	assert_int_equal(e.copious, copious);
	mailcap_entry_release(&e);
}

static void entries(void **state)
{
	struct mailcap_entry e;

	(void)state;
	expect("image/png", 0, "view \"$1\" --type=\"$2\"", false, false,
	       false);
	expect("IMAGE/PNG", 1, "other \"$1\"", false, false, false);
	expect("image/png", 2, NULL, false, false, false);
	expect("image/gif", 0, "other \"$1\"", false, false, false);
	expect("text/html", 0, "w3m -T   text/html", true, false, true);
	expect("application/pdf", 0, "less \"$1\"", false, true, false);
	expect("application/x-odd", 0, NULL, false, false, false);
	expect("application/x-percent", 0, "printf 100% \"$1\"", false, false,
	       false);
	expect("application/x-semi", 0, "a ; b \"$1\"", false, false, false);
	expect("video/mp4", 0, NULL, false, false, false);
	assert_true(mailcap_find(text, "image/png", 0, &e));
	assert_string_equal(e.test, "test -n \"$DISPLAY\"");
	mailcap_entry_release(&e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(entries)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
