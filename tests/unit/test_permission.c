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

/* The way back of folders comes out of the store as it went in. */
static void test_back_of_folders(void **state)
{
	struct sharing *s = sharing_new(), *t;
	struct permission_set set = {0};
	struct sharing_back b = {.remote = xstrdup("AAMk=="),
				 .title = xstrdup("Projects")};
	struct permission_edit known = {
		.entry = {.address = (char *)"petra@x", .rights = 0x401}};
	struct permission_edit fresh = {
		.entry = {.sid = (char *)"S-1-5-7", .rights = 0x401}};
	struct permission *p;
	char *text;

	(void)state;
	strv_init(&set.unknown);
	p = vec_new(&set);
	p->address = xstrdup("petra@x");
	p->name = xstrdup("Petra\tNadel");
	p->rights = 0x2b;
	sharing_note_back(&b, &set, &known);
	sharing_note_back(&b, &set, &fresh);
	vec_add(&s->back, b);
	text = sharing_pack_back(s);
	t = sharing_unpack_back(text);
	assert_non_null(t);
	assert_true(t->undo && !t->of_mailbox);
	assert_int_equal(t->back.n, 1);
	assert_string_equal(t->back.v[0].remote, "AAMk==");
	assert_int_equal(t->back.v[0].edits.n, 2);
	assert_int_equal(t->back.v[0].edits.v[0].entry.rights, 0x2b);
	assert_string_equal(t->back.v[0].edits.v[0].entry.name, "Petra Nadel");
	assert_false(t->back.v[0].edits.v[0].remove);
	assert_true(t->back.v[0].edits.v[1].remove);
	assert_string_equal(t->back.v[0].edits.v[1].entry.sid, "S-1-5-7");
	free(text);
	sharing_free(t);
	sharing_free(s);
	permission_set_release(&set);
}

/* Who came goes, who went comes again as before, what was changed changes. */
static void test_back_of_delegates(void **state)
{
	static const struct {
		enum delegate_wish wish, back;
		bool there, custom, whole;
	} cases[] = {
		{DELEGATE_ADD, DELEGATE_REMOVE, false, false, true},
		{DELEGATE_SET, DELEGATE_SET, true, false, true},
		{DELEGATE_REMOVE, DELEGATE_ADD, true, false, true},
		/* Rights that are no level come back by no operation. */
		{DELEGATE_REMOVE, DELEGATE_ADD, true, true, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sharing *s = sharing_new(), *t;
		struct delegate_list was = {0};
		struct delegate_change c = {.wish = cases[i].wish};
		struct delegate *d;
		char *text;

		delegate_init(&c.who);
		c.who.address = xstrdup("anders@x");
		if (cases[i].there) {
			d = vec_new(&was);
			delegate_init(d);
			d->address = xstrdup("anders@x");
			d->levels[DELEGATE_CALENDAR] =
				cases[i].custom ? LEVEL_CUSTOM : LEVEL_EDITOR;
			d->sees_private = true;
		}
		assert_int_equal(sharing_note_delegate(s, &was, &c),
				 cases[i].whole);
		s->back_changes.delivery = DELIVER_BOTH;
		text = sharing_pack_back(s);
		t = sharing_unpack_back(text);
		assert_non_null(t);
		assert_true(t->undo && t->of_mailbox);
		assert_int_equal(t->changes.n, 1);
		assert_int_equal(t->changes.delivery, DELIVER_BOTH);
		assert_int_equal(t->changes.v[0].wish, cases[i].back);
		assert_string_equal(t->changes.v[0].who.address, "anders@x");
		if (cases[i].there) {
			assert_true(t->changes.v[0].who.sees_private);
			assert_int_equal(
				t->changes.v[0].who.levels[DELEGATE_CALENDAR],
				cases[i].custom ? LEVEL_COUNT : LEVEL_EDITOR);
		}
		free(text);
		sharing_free(t);
		sharing_free(s);
		delegate_list_release(&was);
		delegate_release(&c.who);
	}
}

static void test_back_nonsense(void **state)
{
	static const char *const texts[] = {"",
					    "entry\t0\t1\t0\t0\ta\t\t\t",
					    "folder\t\tx",
					    "folder\tr\tx\nentry\t0",
					    "delegate\t9",
					    "delivery\t17",
					    "fly"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_null(sharing_unpack_back(texts[i]));
	assert_null(sharing_pack_back((struct sharing[]){
		{.back_changes.delivery = DELIVER_UNKNOWN}}));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_back_of_folders),
		cmocka_unit_test(test_back_of_delegates),
		cmocka_unit_test(test_back_nonsense),
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_sets),
		cmocka_unit_test(test_delegates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
