/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Levels of rights, and what becomes of a set of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "model/sharing.h"

/* As the tables of the dossiers have them, letter by letter: c create,
 * s subfolders, o owner, v visible, k contact, e/E and d/D own/all, r read. */
static const struct {
	const char *name, *rights;
} rows[] = {
	{"None", ""},
	{"Contributor", "cv"},
	{"Reviewer", "vr"},
	{"NoneditingAuthor", "cvdr"},
	{"Author", "cvedr"},
	{"PublishingAuthor", "csvedr"},
	{"Editor", "cveEdDr"},
	{"PublishingEditor", "csveEdDr"},
	{"Owner", "csovkeEdDr"},
};
static const struct {
	char letter;
	unsigned bit;
} letters[] = {{'c', PERMISSION_CREATE},     {'s', PERMISSION_SUBFOLDERS},
	       {'o', PERMISSION_OWNER},	     {'v', PERMISSION_VISIBLE},
	       {'k', PERMISSION_CONTACT},    {'e', PERMISSION_EDIT_OWN},
	       {'E', PERMISSION_EDIT_ALL},   {'d', PERMISSION_DELETE_OWN},
	       {'D', PERMISSION_DELETE_ALL}, {'r', PERMISSION_READ}};

static void test_levels(void **state)
{
	enum permission_level l;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		unsigned rights = 0;

		for (size_t k = 0; k < ARRAY_LEN(letters); k++)
			if (strchr(rows[i].rights, letters[k].letter))
				rights |= letters[k].bit;
		assert_true(permission_level_parse(rows[i].name, &l));
		assert_int_equal(permission_level_rights(l), rights);
		assert_int_equal(permission_level_of(rights), l);
		assert_true(permission_is_level(rights, &l));
		assert_string_equal(permission_level_name(l), rows[i].name);
	}
	/* Told of trouble or not, an owner is an owner, but not said so. */
	assert_int_equal(permission_level_of(0x5fb), LEVEL_OWNER);
	assert_false(permission_is_level(0x5fb, &l));
	assert_int_equal(permission_level_of(0x1c01), LEVEL_REVIEWER);
	assert_int_equal(permission_level_of(0x40), LEVEL_CUSTOM);
	assert_int_equal(permission_level_of(0x1800), LEVEL_FREE_BUSY_DETAILS);
	assert_false(permission_level_fits(LEVEL_FREE_BUSY, false));
	assert_true(permission_level_fits(LEVEL_EDITOR, false));
}

static void test_words(void **state)
{
	struct str b = STR_INIT;
	unsigned rights;

	(void)state;
	assert_true(permission_rights_parse("publishing-editor", &rights));
	assert_int_equal(rights, 0x4fb);
	assert_true(permission_rights_parse("Publishing Author", &rights));
	assert_int_equal(rights, 0x49b);
	assert_true(permission_rights_parse("read, visible,edit-all", &rights));
	assert_int_equal(rights, 0x429); /* one's own is among all */
	permission_rights_add(&b, rights);
	assert_string_equal(b.s, "read,edit-own,edit-all,visible");
	str_clear(&b);
	permission_rights_add(&b, 0x47b);
	assert_string_equal(b.s, "editor");
	assert_false(permission_rights_parse("custom", &rights));
	assert_false(permission_rights_parse("read,fly", &rights));
	assert_false(permission_rights_parse("", &rights));
	str_release(&b);
}

static struct permission_edit edit_of(const char *address, const char *sid,
				      unsigned rights, bool remove)
{
	struct permission_edit e = {.remove = remove};

	e.entry.address = xstrdup(address);
	e.entry.sid = xstrdup(sid);
	e.entry.rights = rights;
	return e;
}

static bool apply(struct permission_set *s, struct permission_edit e)
{
	bool changed = permission_set_apply(s, &e);

	permission_release(&e.entry);
	return changed;
}

static void test_sets(void **state)
{
	struct permission_set s = {0}, copy;
	struct permission_edit all = {.entry = {.who = PERMISSION_DEFAULT}};

	(void)state;
	strv_add(&s.unknown, "S-1-5-21-9");
	assert_true(apply(&s, edit_of("a@x", NULL, 0x401, false)));
	assert_true(apply(&s, edit_of("b@x", "S-1-2", 0x401, false)));
	assert_false(apply(&s, edit_of("A@X", NULL, 0x401, false)));
	assert_true(apply(&s, edit_of("A@X", NULL, 0x47b, false)));
	assert_int_equal(s.n, 2);
	assert_int_equal(s.v[0].rights, 0x47b);
	/* One person under two addresses. */
	assert_true(apply(&s, edit_of("bb@x", "s-1-2", 0, false)));
	assert_int_equal(s.n, 2);
	assert_false(apply(&s, edit_of("c@x", NULL, 0, true)));
	assert_true(apply(&s, edit_of("a@x", NULL, 0, true)));
	assert_int_equal(s.n, 1);
	/* Default stays, without rights. */
	all.entry.rights = 0x401;
	assert_true(permission_set_apply(&s, &all));
	all.remove = true;
	assert_true(permission_set_apply(&s, &all));
	assert_int_equal(s.n, 2);
	assert_int_equal(s.v[1].rights, 0);
	assert_string_equal(permission_title(&s.v[1]), "Default");
	permission_set_copy(&copy, &s);
	permission_set_release(&s);
	assert_int_equal(copy.n, 2);
	assert_string_equal(copy.unknown.v[0], "S-1-5-21-9");
	permission_set_release(&copy);
}

static void test_delegates(void **state)
{
	struct delegate d;
	enum delegate_delivery how;

	(void)state;
	delegate_init(&d);
	assert_true(delegate_parse_word(&d, "calendar=editor"));
	assert_true(delegate_parse_word(&d, "Inbox=Reviewer"));
	assert_true(delegate_parse_word(&d, "private"));
	assert_int_equal(d.levels[DELEGATE_CALENDAR], LEVEL_EDITOR);
	assert_int_equal(d.levels[DELEGATE_INBOX], LEVEL_REVIEWER);
	assert_int_equal(d.levels[DELEGATE_NOTES], LEVEL_COUNT);
	assert_true(d.sees_private && !d.gets_copies);
	assert_true(delegate_parse_word(&d, "no-private"));
	assert_false(d.sees_private);
	assert_false(delegate_parse_word(&d, "calendar=owner"));
	assert_false(delegate_parse_word(&d, "attic=editor"));
	assert_false(delegate_parse_word(&d, "secretly"));
	assert_true(delegate_delivery_parse("both", &how));
	assert_int_equal(how, DELIVER_BOTH);
	assert_false(delegate_delivery_parse("unknown", &how));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_sets),
		cmocka_unit_test(test_delegates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
