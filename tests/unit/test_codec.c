/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/codec.h"

static void test_base64_vectors(void **state)
{
	/* RFC 4648 section 10 */
	static const struct {
		const char *plain, *text;
	} rows[] = {
		{"", ""},
		{"f", "Zg=="},
		{"fo", "Zm8="},
		{"foo", "Zm9v"},
		{"foob", "Zm9vYg=="},
		{"fooba", "Zm9vYmE="},
		{"foobar", "Zm9vYmFy"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str b = STR_INIT, back = STR_INIT;

		codec_base64_add(&b, rows[i].plain, strlen(rows[i].plain));
		assert_string_equal(b.s, rows[i].text);
		assert_true(codec_base64_decode(&back, b.s, b.len));
		assert_string_equal(back.s, rows[i].plain);
		str_release(&b);
		str_release(&back);
	}
}

static void test_base64_lenient(void **state)
{
	static const struct {
		const char *in, *out; /* out NULL: refused */
	} rows[] = {
		{"Zm9v\r\nYmFy", "foobar"},
		{" Z m\t9 v ", "foo"},
		{"Zg", "f"},
		{"Zm8", "fo"},
		{"Zm9vYg=\r\n=", "foob"},
		{"Zm9v=", "foo"},
		{"Z", NULL},
		{"Zm9vY", NULL},
		{"Zm9v*mFy", NULL},
		{"Zg==Zg==", NULL},
		{"Zm9vYmFyZm9vYm\xC3"
		 "Fy",
		 NULL},
		{"Z===", NULL},
		{"Zm-_", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str b = STR_INIT;
		bool ok;

		str_add(&b, "kept");
		ok = codec_base64_decode(&b, rows[i].in, strlen(rows[i].in));
		assert_int_equal(ok, rows[i].out != NULL);
		assert_string_equal(b.s + 4, str_or_empty(rows[i].out));
		str_release(&b);
	}
}

/* Every way of cutting a text into two pieces gives the same bytes. */
static void test_base64_pieces(void **state)
{
	unsigned char raw[100];
	struct str text = STR_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(raw); i++)
		raw[i] = (unsigned char)(i * 37 + 11);
	codec_base64_add(&text, raw, sizeof(raw));
	for (size_t cut = 0; cut <= text.len; cut++) {
		struct codec_base64 d = {0};
		struct str out = STR_INIT;

		codec_base64_feed(&d, &out, text.s, cut);
		codec_base64_feed(&d, &out, "\r\n", 2);
		codec_base64_feed(&d, &out, text.s + cut, text.len - cut);
		assert_false(d.bad);
		assert_int_equal(out.len, sizeof(raw));
		assert_memory_equal(out.s, raw, sizeof(raw));
		str_release(&out);
	}
	str_release(&text);
}

static void test_base64_all_bytes(void **state)
{
	unsigned char raw[256 * 3];
	struct str text = STR_INIT, lines = STR_INIT, out = STR_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(raw); i++)
		raw[i] = (unsigned char)(i / 3);
	codec_base64_add(&text, raw, sizeof(raw));
	for (size_t i = 0; i < text.len; i += 76) {
		size_t n = text.len - i < 76 ? text.len - i : 76;

		str_add_mem(&lines, text.s + i, n);
		str_add(&lines, "\r\n");
	}
	assert_true(codec_base64_decode(&out, lines.s, lines.len));
	assert_int_equal(out.len, sizeof(raw));
	assert_memory_equal(out.s, raw, sizeof(raw));
	str_release(&text);
	str_release(&lines);
	str_release(&out);
}

static void test_hex(void **state)
{
	struct str b = STR_INIT, back = STR_INIT;

	(void)state;
	codec_hex_add(&b, "\x00\xFF\x1a", 3);
	assert_string_equal(b.s, "00ff1a");
	assert_true(codec_hex_decode(&back, "00fF1A", 6));
	assert_memory_equal(back.s, "\x00\xFF\x1a", 3);
	assert_false(codec_hex_decode(&back, "0", 1));
	assert_false(codec_hex_decode(&back, "00zz", 4));
	assert_int_equal(back.len, 3);
	str_release(&b);
	str_release(&back);
}

static void test_random(void **state)
{
	char *a = codec_random_id(), *b = codec_random_id();

	(void)state;
	assert_int_equal(strlen(a), 32);
	assert_int_equal(strspn(a, "0123456789abcdef"), 32);
	assert_string_not_equal(a, b);
	free(a);
	free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_base64_vectors),
		cmocka_unit_test(test_base64_lenient),
		cmocka_unit_test(test_base64_pieces),
		cmocka_unit_test(test_base64_all_bytes),
		cmocka_unit_test(test_hex),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests_name("codec", tests, NULL, NULL);
}
