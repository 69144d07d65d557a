/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/chan.h"
#include "base/codec.h"
#include "base/pack.h"

static void test_round_trip(void **state)
{
	static const size_t sizes[] = {0, 1, 100, 70000, 3000000};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		size_t n = sizes[i];
		char *plain = xmalloc(n + 1);
		struct str packed = STR_INIT, back = STR_INIT;

		for (size_t k = 0; k < n; k++)
			plain[k] = (char)(k % 251);
		str_add(&packed, "x");
		pack_compress(&packed, plain, n);
		if (n > 1000)
			assert_true(packed.len < n / 10);
		str_add(&back, "front");
		assert_true(pack_decompress(&back, packed.s + 1, packed.len - 1,
					    n, NULL));
		assert_int_equal(back.len, n + 5);
		assert_memory_equal(back.s + 5, plain, n);
		assert_int_equal(back.s[back.len], 0);
		free(plain);
		str_release(&packed);
		str_release(&back);
	}
}

/* Text after the message it is from: small, and only readable with it. */
static void test_after_base(void **state)
{
	struct str base = STR_INIT, packed = STR_INIT, back = STR_INIT;
	unsigned char random[3000];
	struct err err = ERR_INIT;

	(void)state;
	codec_random(random, sizeof(random));
	str_add(&base, "Subject: x\r\n\r\n");
	codec_hex_add(&base, random, sizeof(random));
	char *text = xstrdup(base.s + 14);
	size_t len = base.len - 14;

	pack_compress_after(&packed, text, len, base.s, base.len);
	assert_true(packed.len < len / 10);
	assert_true(pack_needs_base(packed.s, packed.len));
	assert_true(pack_decompress_after(&back, packed.s, packed.len, base.s,
					  base.len, len, &err));
	assert_int_equal(back.len, len);
	assert_memory_equal(back.s, text, len);
	str_clear(&back);
	assert_false(pack_decompress(&back, packed.s, packed.len, len, &err));
	assert_false(pack_decompress_after(&back, packed.s, packed.len, NULL, 0,
					   len, &err));
	assert_false(pack_decompress_after(&back, packed.s, packed.len, base.s,
					   base.len, len - 1, &err));
	assert_int_equal(back.len, 0);
	/* the plain form is taken as well; nothing is a valid text */
	str_clear(&packed);
	pack_compress(&packed, text, len);
	assert_false(pack_needs_base(packed.s, packed.len));
	assert_true(pack_decompress_after(&back, packed.s, packed.len, NULL, 0,
					  len, &err));
	assert_int_equal(back.len, len);
	str_clear(&packed);
	str_clear(&back);
	pack_compress_after(&packed, "", 0, base.s, base.len);
	assert_true(pack_decompress_after(&back, packed.s, packed.len, base.s,
					  base.len, 0, &err));
	assert_int_equal(back.len, 0);
	free(text);
	str_release(&base);
	str_release(&packed);
	str_release(&back);
}

static void test_limits(void **state)
{
	struct str packed = STR_INIT, back = STR_INIT;
	char *plain = xcalloc(1, 100000);
	struct err err = ERR_INIT;

	(void)state;
	pack_compress(&packed, plain, 100000);
	assert_true(packed.len < 100);
	assert_false(pack_decompress(&back, packed.s, packed.len, 99999, &err));
	assert_int_equal(err.kind, ERR_DISK);
	assert_int_equal(back.len, 0);
	assert_int_equal(back.cap, 0); /* refused before allocating */
	free(plain);
	str_release(&packed);
	str_release(&back);
}

static void test_damage(void **state)
{
	struct str packed = STR_INIT, back = STR_INIT;
	unsigned char plain[5000];
	struct err err = ERR_INIT;

	(void)state;
	codec_random(plain, sizeof(plain));
	memset(plain + 1000, 'a', 3000);
	pack_compress(&packed, plain, sizeof(plain));
	for (size_t n = 0; n < packed.len; n += 7)
		assert_false(
			pack_decompress(&back, packed.s, n, 1 << 20, &err));
	str_add_char(&packed, 'x');
	assert_false(
		pack_decompress(&back, packed.s, packed.len, 1 << 20, &err));
	assert_false(pack_decompress(&back, "hello", 5, 1 << 20, &err));
	assert_int_equal(err.kind, ERR_DISK);
	/* a header that claims 1 GB */
	assert_false(pack_decompress(&back,
				     "\x28\xB5\x2F\xFD\xA0\x00\x00\x00\x40", 9,
				     SIZE_MAX, &err));
	/* broken bytes never crash and never give more than max */
	for (size_t i = 4; i < packed.len - 1; i += 3) {
		packed.s[i] = (char)(packed.s[i] ^ 0x5A);
		if (pack_decompress(&back, packed.s, packed.len - 1, 5000,
				    &err))
			assert_true(back.len <= 5000);
		str_clear(&back);
	}
	str_release(&packed);
	str_release(&back);
}

static void pack_some(void *arg)
{
	char text[2000];

	memset(text, *(char *)arg, sizeof(text));
	for (int i = 0; i < 200; i++) {
		struct str packed = STR_INIT, back = STR_INIT;

		pack_compress(&packed, text, sizeof(text));
		if (!pack_decompress(&back, packed.s, packed.len, 2000, NULL) ||
		    memcmp(back.s, text, 2000) != 0)
			abort();
		str_release(&packed);
		str_release(&back);
	}
}

static void test_threads(void **state)
{
	char fill_a = 'a', fill_b = 'b';
	struct thread *a = thread_start("a", pack_some, &fill_a);
	struct thread *b = thread_start("b", pack_some, &fill_b);

	(void)state;
	thread_join(a);
	thread_join(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_after_base),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_threads),
	};

	return cmocka_run_group_tests_name("pack", tests, NULL, NULL);
}
