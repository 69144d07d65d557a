/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Security identifiers and descriptors, byte by byte (WebDAV dossier 22). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "proto/dav/descriptor.h"
#include "proto/sid.h"

#define ANN "S-1-5-21-1-2-3-1101"
#define BEN "S-1-5-21-1-2-3-1102"
#define TEAM "S-1-5-21-1-2-3-2000"

static void test_sid(void **state)
{
	static const unsigned char everybody[] = {1, 1, 0, 0, 0, 0,
						  0, 1, 0, 0, 0, 0};
	struct str b = STR_INIT;
	char *text;

	(void)state;
	assert_int_equal(sid_length(everybody, sizeof(everybody)), 12);
	assert_int_equal(sid_length(everybody, 11), 0);
	text = sid_text(everybody, sizeof(everybody));
	assert_string_equal(text, SID_EVERYBODY);
	free(text);
	assert_true(sid_add_bytes(&b, "S-1-5-21-4294967295-0-256-500"));
	assert_int_equal(b.len, 28);
	text = sid_text((unsigned char *)b.s, b.len);
	assert_string_equal(text, "S-1-5-21-4294967295-0-256-500");
	free(text);
	assert_false(sid_add_bytes(&b, "S-1-5-21-4294967296"));
	assert_false(sid_add_bytes(&b, "S-1-5-x"));
	assert_false(sid_add_bytes(&b, "ann@x"));
	assert_false(sid_add_bytes(&b, "S-1-5-"));
	assert_false(
		sid_add_bytes(&b, "S-1-5-1-2-3-4-5-6-7-8-9-0-1-2-3-4-5-6"));
	str_release(&b);
}

static void add32(struct str *b, unsigned v)
{
	for (int i = 0; i < 4; i++)
		str_add_char(b, (char)(v >> (8 * i) & 0xff));
}

static void add_ace(struct str *b, int type, int flags, unsigned mask,
		    const char *sid)
{
	struct str raw = STR_INIT;

	assert_true(sid_add_bytes(&raw, sid));
	str_add_char(b, (char)type);
	str_add_char(b, (char)flags);
	str_add_char(b, (char)(8 + raw.len));
	str_add_char(b, 0);
	add32(b, mask);
	str_add_mem(b, raw.s, raw.len);
	str_release(&raw);
}

/* Header, revision, control, owner and group ANN, the list. */
static void build(struct str *out, unsigned control, int revision, int count,
		  const struct str *aces)
{
	struct str owner = STR_INIT;

	assert_true(sid_add_bytes(&owner, ANN));
	str_add_mem(out, "\x08\0\x04\0\0\0\0\0\1\0", 10);
	str_add_char(out, (char)(control & 0xff));
	str_add_char(out, (char)(control >> 8));
	add32(out, 20);
	add32(out, 20 + (unsigned)owner.len);
	add32(out, 0);
	add32(out, 20 + 2 * (unsigned)owner.len);
	str_add_mem(out, owner.s, owner.len);
	str_add_mem(out, owner.s, owner.len);
	str_add_char(out, (char)revision);
	str_add_char(out, 0);
	str_add_char(out, (char)((8 + aces->len) & 0xff));
	str_add_char(out, (char)((8 + aces->len) >> 8));
	str_add_char(out, (char)count);
	str_add_mem(out, "\0\0\0", 3);
	str_add_mem(out, aces->s, aces->len);
	str_release(&owner);
}

/* BEN is Reviewer as one was once captured; everybody sees the folder. */
static void reviewer(struct str *aces, int inherited)
{
	add_ace(aces, 0, 0x09 | inherited, 0x1208a9, BEN);
	add_ace(aces, 1, 0x09 | inherited, 0x1f0716, BEN);
	add_ace(aces, 0, 0x02 | inherited, 0x1208a9, BEN);
	add_ace(aces, 1, 0x02 | inherited, 0x0dc916, BEN);
	add_ace(aces, 0, 0x02, 0x1208a9, SID_EVERYBODY);
}

static void test_read(void **state)
{
	struct str aces = STR_INIT, raw = STR_INIT, again = STR_INIT;
	struct account_names names = {0};
	struct permission_set set;
	struct descriptor d;
	struct err err = ERR_INIT;

	(void)state;
	reviewer(&aces, 0);
	build(&raw, 0x8c04, 2, 5, &aces);
	account_names_read(&names, "\n-\ns" BEN "\n-\ntuser\n-\n-X\\ben\ndBen B"
				   "\n-\ns" TEAM "\ntgroup\ndThe team\n-");
	assert_true(descriptor_read(&d, (unsigned char *)raw.s, raw.len, &err));
	assert_true(descriptor_is_canonical(&d, &names));
	descriptor_rights(&d, &names, &set);
	assert_int_equal(set.n, 3);
	assert_int_equal(set.v[0].who, PERMISSION_DEFAULT);
	assert_int_equal(set.v[0].rights, PERMISSION_VISIBLE);
	assert_int_equal(set.v[1].who, PERMISSION_ANONYMOUS);
	assert_int_equal(permission_level_of(set.v[2].rights), LEVEL_REVIEWER);
	assert_string_equal(set.v[2].name, "Ben B");
	descriptor_write(&d, &again);
	assert_int_equal(again.len, raw.len);
	assert_memory_equal(again.s, raw.s, raw.len);
	permission_set_release(&set);
	descriptor_release(&d);
	/* Cut anywhere it is refused, and never read beyond. */
	for (size_t n = 0; n < raw.len; n++) {
		unsigned char *p = xmemdup(raw.s, n ? n : 1);

		assert_false(descriptor_read(&d, p, n, &err));
		free(p);
	}
	account_names_release(&names);
	str_release(&aces);
	str_release(&raw);
	str_release(&again);
}

static void refuse(unsigned control, int revision)
{
	struct str aces = STR_INIT, raw = STR_INIT;
	struct descriptor d;
	struct err err = ERR_INIT;

	reviewer(&aces, 0);
	build(&raw, control, revision, 5, &aces);
	assert_false(
		descriptor_read(&d, (unsigned char *)raw.s, raw.len, &err));
	assert_int_equal(err.kind, ERR_UNSUPPORTED);
	str_release(&aces);
	str_release(&raw);
}

static void test_refused(void **state)
{
	(void)state;
	refuse(0x8000, 2); /* no list */
	refuse(0x8014, 2); /* one for auditing */
	refuse(0x8004, 4);
}

static void test_order(void **state)
{
	static const struct {
		bool deny, items;
		const char *sid;
	} bad[][2] = {
		{{false, false, SID_EVERYBODY}, {false, false, BEN}},
		{{false, false, SID_ANONYMOUS}, {false, true, BEN}},
		{{true, false, TEAM}, {false, false, TEAM}},
		{{false, false, TEAM}, {false, false, BEN}},
		{{false, false, BEN}, {true, false, SID_EVERYBODY}},
	};
	struct account_names names = {0};

	(void)state;
	account_names_read(&names, "s" TEAM "\ntgroup");
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct descriptor d = {0};

		for (int k = 0; k < 2; k++) {
			struct ace *a = vec_new(&d.aces);

			a->deny = bad[i][k].deny;
			a->on_items = bad[i][k].items;
			a->sid = xstrdup(bad[i][k].sid);
		}
		assert_false(descriptor_is_canonical(&d, &names));
		descriptor_release(&d);
	}
	account_names_release(&names);
}

static void test_apply(void **state)
{
	struct str aces = STR_INIT, raw = STR_INIT;
	struct account_names names = {0};
	struct permission entries[] = {
		{.who = PERMISSION_DEFAULT,
		 .rights = permission_level_rights(LEVEL_REVIEWER)},
		{.sid = (char *)TEAM,
		 .rights = permission_level_rights(LEVEL_AUTHOR)},
		{.sid = (char *)BEN,
		 .rights = permission_level_rights(LEVEL_REVIEWER)},
		{.sid = (char *)ANN,
		 .rights = permission_level_rights(LEVEL_OWNER)},
		{.who = PERMISSION_ANONYMOUS}};
	struct permission_set set = {.v = entries, .n = 5}, back;
	struct descriptor d;
	struct err err = ERR_INIT;

	(void)state;
	reviewer(&aces, 0x10);
	build(&raw, 0x8004, 2, 5, &aces);
	account_names_read(&names, "s" TEAM "\ntgroup");
	assert_true(descriptor_read(&d, (unsigned char *)raw.s, raw.len, &err));
	assert_true(descriptor_apply(&d, &names, &set, &err));
	assert_true(descriptor_is_canonical(&d, &names));
	/* BEN's stay as they were, inherited and all. */
	assert_int_equal(d.aces.v[0].flags, 0x19);
	assert_string_equal(d.aces.v[0].sid, BEN);
	/* ANN: everything, nothing denied. */
	assert_string_equal(d.aces.v[2].sid, ANN);
	assert_int_equal(d.aces.v[2].mask, 0x1f0fbf);
	assert_true(d.aces.v[3].deny);
	assert_int_equal(d.aces.v[3].mask, 0);
	descriptor_rights(&d, &names, &back);
	for (size_t i = 0; i < 5; i++)
		for (size_t k = 0; k < back.n; k++)
			if (back.v[k].who == entries[i].who &&
			    (back.v[k].who != PERMISSION_PERSON ||
			     str_eq(back.v[k].sid, entries[i].sid)))
				assert_int_equal(back.v[k].rights,
						 entries[i].rights);
	assert_int_equal(back.n, 5);
	permission_set_release(&back);
	/* Nobody without an identifier. */
	entries[1].sid = NULL;
	entries[1].address = (char *)"x@y";
	assert_false(descriptor_apply(&d, &names, &set, &err));
	assert_string_equal(err.code, "needs-sid");
	descriptor_release(&d);
	account_names_release(&names);
	str_release(&aces);
	str_release(&raw);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sid),	cmocka_unit_test(test_read),
		cmocka_unit_test(test_refused), cmocka_unit_test(test_order),
		cmocka_unit_test(test_apply),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
