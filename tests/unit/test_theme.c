/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "ui/sgr.h"
#include "ui/theme.h"

static void test_nearest(void **state)
{
	static const struct {
		int rgb, n256, n16;
	} t[] = {
		{0x000000, 16, 0},  {0xffffff, 231, 15}, {0xff0000, 196, 9},
		{0x00ff00, 46, 10}, {0x808080, 244, 8},	 {0x121212, 233, 0},
		{0x5f87af, 67, -1}, {0xeeeeee, 255, -1}, {0x0000ee, 21, 4},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		assert_int_equal(theme_nearest_256(t[i].rgb), t[i].n256);
		if (t[i].n16 >= 0)
			assert_int_equal(theme_nearest_16(t[i].rgb), t[i].n16);
	}
}

/* In every theme, at every depth: a role has a look the terminal can show, and
 * what mono must tell apart differs without colour. */
static void test_every_look(void **state)
{
	static const char *const themes[] = {"dark", "light", "high-contrast",
					     "mono", "auto"};
	struct theme *t = theme_new();
	struct err err = ERR_INIT;

	(void)state;
	for (size_t k = 0; k < ARRAY_LEN(themes); k++) {
		assert_true(theme_select(t, themes[k], &err));
		for (unsigned role = 0; role < THEME_ROLES; role++) {
			struct term_look l;
			theme_get_look(t, role, TERM_MONO, &l);
			assert_true(l.fg == -1 && l.bg == -1);
			theme_get_look(t, role, TERM_8, &l);
			assert_true(l.fg < 8 && l.bg < 8);
			assert_true(l.fg < 0 || l.fg != l.bg);
			theme_get_look(t, role, TERM_16, &l);
			assert_true(l.fg < 16 && l.bg < 16);
			theme_get_look(t, role, TERM_256, &l);
			assert_true(l.fg < 256 && l.bg < 256);
			theme_get_look(t, role, TERM_TRUE, &l);
			assert_true(l.fg < 0 || l.fg & TERM_RGB);
			assert_non_null(
				theme_role_summary((enum theme_role)role));
		}
	}
	struct term_look normal, look;
	theme_get_look(t, THEME_NORMAL, TERM_MONO, &normal);
	static const enum theme_role marked[] = {
		THEME_CURSOR,  THEME_CURSOR_AWAY, THEME_TAGGED, THEME_UNREAD,
		THEME_FLAGGED, THEME_LINK,	  THEME_MATCH,	THEME_ERROR};
	for (size_t i = 0; i < ARRAY_LEN(marked); i++) {
		theme_get_look(t, marked[i], TERM_MONO, &look);
		assert_int_not_equal(look.attrs, normal.attrs);
	}
	theme_free(t);
}

static void test_on_a_row(void **state)
{
	struct theme *t = theme_new();
	struct term_look role, row, both;

	(void)state;
	assert_true(theme_select(t, "dark", NULL));
	theme_get_look(t, THEME_PERSON, TERM_TRUE, &role);
	theme_get_look(t, THEME_CURSOR, TERM_TRUE, &row);
	theme_get_look(t, THEME_ON(THEME_PERSON, THEME_CURSOR), TERM_TRUE,
		       &both);
	assert_int_equal(both.bg, row.bg);
	assert_int_equal(both.fg, role.fg);
	/* Of 16 colours nobody knows which can be read on which. */
	theme_get_look(t, THEME_CURSOR, TERM_16, &row);
	theme_get_look(t, THEME_ON(THEME_PERSON, THEME_CURSOR), TERM_16, &both);
	assert_int_equal(both.fg, row.fg);
	assert_int_equal(both.bg, row.bg);
	/* Attributes add up: an unread row under the cursor shows both. */
	theme_get_look(t, THEME_ON(THEME_UNREAD, THEME_CURSOR), TERM_MONO,
		       &both);
	assert_int_equal(both.attrs, TERM_BOLD | TERM_REVERSE);
	/* What cannot be read on the row's background takes the row's colour. */
	assert_true(theme_select(t, "high-contrast", NULL));
	theme_get_look(t, THEME_CURSOR, TERM_TRUE, &row);
	theme_get_look(t, THEME_ON(THEME_WARNING, THEME_CURSOR), TERM_TRUE,
		       &both);
	assert_int_equal(both.fg, row.fg);
	theme_free(t);
}

static void test_configured(void **state)
{
	struct theme *t = theme_new();
	struct err err = ERR_INIT;
	struct term_look l;

	(void)state;
	assert_true(theme_set_role(
		t, "unread", "#aabbcc on brightblue bold underline", &err));
	theme_get_look(t, THEME_UNREAD, TERM_TRUE, &l);
	assert_int_equal(l.fg, TERM_RGB | 0xaabbcc);
	assert_int_equal(l.attrs, TERM_BOLD | TERM_UNDERLINE);
	theme_get_look(t, THEME_UNREAD, TERM_16, &l);
	assert_int_equal(l.bg, 12);
	assert_true(theme_set_role(t, "link", "default", &err));
	theme_get_look(t, THEME_LINK, TERM_256, &l);
	assert_true(l.fg == -1 && l.bg == -1 && l.attrs == 0);
	assert_true(theme_set_role(t, "link", "236", &err));
	assert_false(theme_set_role(t, "link", "mauve", &err));
	assert_non_null(strstr(err.text, "mauve"));
	assert_false(theme_set_role(t, "nothing", "red", &err));
	assert_false(theme_select(t, "pink", &err));
	theme_free(t);
}

static void test_background(void **state)
{
	struct theme *t = theme_new();
	struct term_look dark, light;

	(void)state;
	theme_get_look(t, THEME_LINK, TERM_TRUE, &dark);
	theme_set_background(t, true);
	theme_get_look(t, THEME_LINK, TERM_TRUE, &light);
	assert_int_not_equal(dark.fg, light.fg);
	/* A theme chosen by name stays. */
	assert_true(theme_select(t, "dark", NULL));
	theme_set_background(t, true);
	theme_get_look(t, THEME_LINK, TERM_TRUE, &light);
	assert_int_equal(dark.fg, light.fg);
	theme_free(t);
}

/* --- the frame filter ----------------------------------------------------------- */
static void test_sgr(void **state)
{
	static const int rgb[] = {0x102030, 0xfffefd};
	static const struct {
		const char *in, *out;
	} t[] = {
		{"plain", "plain"},
		{"\033[1mbold\033[0mplain", "\033[1mbold\033[mplain"},
		/* resets that change nothing */
		{"\033[39;49m\033(B\033[m\033[1ma", "\033[1ma"},
		{"\033[1ma\033(B\033[m\033[1mb", "\033[1mab"},
		/* merged */
		{"\033[0;1m\033[31m\033[44mx", "\033[1;31;44mx"},
		{"\033[1;31mx\033[39my", "\033[1;31mx\033[39my"},
		{"\033[1;31mx\033(B\033[0;31my", "\033[1;31mx\033[0;31my"},
		/* held back over motion, sent before an erasure */
		{"\033[41m\033[5;1H\033[K", "\033[5;1H\033[41m\033[K"},
		{"\033[7m\033[5;1H\033[27m\033[2;2Ha", "\033[5;1H\033[2;2Ha"},
		/* handles are 24-bit colours */
		{"\033[38;5;16m\033[48;5;17mx",
		 "\033[38;2;16;32;48;48;2;255;254;253mx"},
		{"\033[38;5;200mx", "\033[38;5;200mx"},
		{"\033[93;104mx", "\033[93;104mx"},
		/* repeated characters are written out */
		{"-\033[4b", "-----"},
		/* line graphics switch only where they change */
		{"\033(0q\033(B\033[m\033(0q\033(Bx",
		 "\033(0q\033(B\033(0q\033(Bx"},
		/* what is not understood passes */
		{"\033[?25l\033[3;7r", "\033[?25l\033[3;7r"},
		{"\033[58;2;1;2;3mx", "\033[58;2;1;2;3mx"},
		{"\033]0;t\007x", "\033]0;t\007x"},
		{"x\033", "x\033"},
		{"x\033[12", "x\033[12"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct str out CLEANUP(str_release) = STR_INIT;
		struct sgr s;
		sgr_init(&s);
		s.rgb = rgb;
		s.n_rgb = 2;
		sgr_add(&s, &out, t[i].in, strlen(t[i].in));
		assert_string_equal(out.s, t[i].out);
	}
}

/* The state goes on from frame to frame. */
static void test_sgr_frames(void **state)
{
	struct str out CLEANUP(str_release) = STR_INIT;
	struct sgr s;

	(void)state;
	sgr_init(&s);
	sgr_add(&s, &out, "\033[1mx\033(B\033[m", 11);
	sgr_add(&s, &out, "y", 1);
	assert_string_equal(out.s, "\033[1mx\033[my");
	str_clear(&out);
	sgr_add(&s, &out, "\033[4m", 4);
	assert_string_equal(out.s, "");
	sgr_settle(&s, &out);
	assert_string_equal(out.s, "\033[4m");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nearest),
		cmocka_unit_test(test_every_look),
		cmocka_unit_test(test_on_a_row),
		cmocka_unit_test(test_configured),
		cmocka_unit_test(test_background),
		cmocka_unit_test(test_sgr),
		cmocka_unit_test(test_sgr_frames),
	};

	return cmocka_run_group_tests_name("theme", tests, NULL, NULL);
}
