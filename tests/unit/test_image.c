/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "text/image.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

static const unsigned char png[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n',
				    0,	  0,   0,   13,	 'I',  'H',  'D',  'R',
				    0,	  0,   1,   44,	 0,    0,    0,	   200};
static const unsigned char gif[] = {'G', 'I', 'F', '8', '9', 'a', 16, 1, 8, 0};
/* a comment, a table, then a progressive frame of 640 by 480 */
static const unsigned char jpeg[] = {
	0xff, 0xd8, 0xff, 0xfe, 0, 4,  'h', 'i', 0xff, 0xff, 0xc4, 0,
	3,    0,    0xff, 0xc2, 0, 17, 8,   1,	 0xe0, 2,    0x80, 3};
static const unsigned char vp8x[] = {
	'R', 'I', 'F', 'F', 0, 0, 0, 0, 'W', 'E', 'B', 'P', 'V', 'P', '8',
	'X', 10,  0,   0,   0, 0, 0, 0, 0,   99,  0,   0,   49,	 0,   0};
static const unsigned char vp8l[] = {'R', 'I', 'F', 'F', 0,    0,    0,	   0,
				     'W', 'E', 'B', 'P', 'V',  'P',  '8',  'L',
				     10,  0,   0,   0,	 0x2f, 0x63, 0x40, 0x0c,
				     0,	  0,   0,   0,	 0,    0};
static const unsigned char vp8[] = {
	'R', 'I', 'F', 'F', 0, 0, 0, 0, 'W',  'E',  'B',  'P', 'V', 'P', '8',
	' ', 10,  0,   0,   0, 0, 0, 0, 0x9d, 0x01, 0x2a, 44,  1,   200, 0};

static void expect(const void *p, size_t len, enum image_kind kind, int w,
		   int h)
{
	struct image_info info = {0};

	assert_true(image_probe(p, len, &info));
	assert_int_equal(info.kind, kind);
	assert_int_equal(info.width, w);
	assert_int_equal(info.height, h);
	/* Cut off anywhere it is still read within its bounds. */
	for (size_t n = 0; n < len; n++) {
		unsigned char *cut = xmemdup(p, n ? n : 1);

		if (image_probe(cut, n, &info))
			assert_int_equal(info.width, w);
		free(cut);
	}
}

static void sizes(void **state)
{
	(void)state;
	expect(png, sizeof(png), IMAGE_PNG, 300, 200);
	expect(gif, sizeof(gif), IMAGE_GIF, 272, 8);
	expect(jpeg, sizeof(jpeg), IMAGE_JPEG, 640, 480);
	expect(vp8x, sizeof(vp8x), IMAGE_WEBP, 100, 50);
	expect(vp8l, sizeof(vp8l), IMAGE_WEBP, 100, 50);
	expect(vp8, sizeof(vp8), IMAGE_WEBP, 300, 200);
}

static void others(void **state)
{
	static const char *const texts[] = {
		"",
		"<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
		"push graphic-context",
		"BM",
		"GIF90a\1\0\1\0",
		"\x89PNG\r\n\x1a\nXXXXJUNK"};
	unsigned char none[sizeof(png)];
	unsigned char long_way[] = {0xff, 0xd8, 0xff, 0xe0, 0xff, 0xff,
				    0,	  0,	0,    0,    0,	  0};
	struct image_info info;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		assert_false(image_probe(texts[i], strlen(texts[i]), &info));
	memcpy(none, png, sizeof(png));
	none[18] = none[19] = 0; /* no pixels at all */
	assert_false(image_probe(none, sizeof(none), &info));
	memcpy(none, png, sizeof(png));
	none[16] = 1; /* more than any terminal has */
	assert_false(image_probe(none, sizeof(none), &info));
	assert_false(image_probe(long_way, sizeof(long_way), &info));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(sizes),
					   cmocka_unit_test(others)};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
