/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_KBD_H
#define UI_KBD_H
/*
 * One key as a number: a code point, or one of KBD_*, with modifier bits.
 * Written as people write it: "a", "C-x", "M-x", "Enter", "F5", "PgDn", "S-Up";
 * a sequence is several in a row with or without blanks: ",m", "C-x b".
 */
#include "base/str.h"

#define KBD_ALT (1u << 24)
#define KBD_CTRL (1u << 25)
#define KBD_SHIFT (1u << 26) /* only with KBD_* codes; letters are upper case */
#define KBD_CODE(key) ((key)&0xffffffu)

/* id, name in bindings, name in hints. The order is that of enum kbd_code. */
/* clang-format off */
#define KBD_CODES(X) \
	X(ENTER, "Enter") \
	X(TAB, "Tab") \
	X(ESC, "Esc") \
	X(BACKSPACE, "Backspace") \
	X(UP, "Up") \
	X(DOWN, "Down") \
	X(LEFT, "Left") \
	X(RIGHT, "Right") \
	X(HOME, "Home") \
	X(END, "End") \
	X(PAGE_UP, "PgUp") \
	X(PAGE_DOWN, "PgDn") \
	X(INSERT, "Insert") \
	X(DELETE, "Delete") \
	X(F1, "F1") \
	X(F2, "F2") \
	X(F3, "F3") \
	X(F4, "F4") \
	X(F5, "F5") \
	X(F6, "F6") \
	X(F7, "F7") \
	X(F8, "F8") \
	X(F9, "F9") \
	X(F10, "F10") \
	X(F11, "F11") \
	X(F12, "F12")
/* clang-format on */

enum kbd_code {
	KBD_FIRST = 0x110000,
#define X(id, name) KBD_##id,
	KBD_CODES(X)
#undef X
		KBD_END_OF_CODES
};

#define KBD_SEQUENCE_MAX 4

/* A sequence of 1 to KBD_SEQUENCE_MAX keys. */
struct kbd_sequence {
	uint32_t key[KBD_SEQUENCE_MAX];
	size_t n;
};

/* Reads one key name at *s and moves *s behind it; 0: not a key. */
uint32_t kbd_parse(const char **s);
/* Reads a whole binding string; false: not one, or too long. */
bool kbd_parse_sequence(const char *s, struct kbd_sequence *out) MUST_CHECK;
/* "C-x", "Enter"; a blank is "Space". */
void kbd_add_name(struct str *b, uint32_t key);
void kbd_add_sequence(struct str *b, const struct kbd_sequence *seq);
/* The code point a text field would insert, 0: none. */
uint32_t kbd_rune(uint32_t key);
#endif
