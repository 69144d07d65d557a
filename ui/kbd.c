/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/kbd.h"
#include <string.h>
#include "base/utf8.h"

static const struct {
	const char *name;
	uint32_t key;
} names[] = {
#define X(id, name) {name, KBD_##id},
	KBD_CODES(X)
#undef X
		{"Space", ' '},
	{"Return", KBD_ENTER},
	{"Escape", KBD_ESC},
	{"BSpace", KBD_BACKSPACE},
	{"BS", KBD_BACKSPACE},
	{"PageUp", KBD_PAGE_UP},
	{"PageDown", KBD_PAGE_DOWN},
	{"Del", KBD_DELETE},
	{"Ins", KBD_INSERT},
	{"BTab", KBD_TAB | KBD_SHIFT},
};

/* Does the key name end here? Names made of letters must not run into more
 * letters: "End" is a key, "Enda" is not one. */
static size_t name_len(const char *s, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < n; i++) {
		char a = s[i], b = name[i];
		if (a >= 'a' && a <= 'z')
			a = (char)(a - 32);
		if (b >= 'a' && b <= 'z')
			b = (char)(b - 32);
		if (a != b)
			return 0;
	}
	return n;
}

static uint32_t find_name(const char **s)
{
	size_t best = 0;
	uint32_t key = 0;

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		size_t n = name_len(*s, names[i].name);
		if (n > best) {
			best = n;
			key = names[i].key;
		}
	}
	/* F1 and F12: longest wins; a lone "F" is the letter. */
	*s += best;
	return key;
}

/* The control key of a letter, as terminals send it. */
static uint32_t with_control(uint32_t key)
{
	if (key >= 'A' && key <= 'Z')
		key += 'a' - 'A';
	if (key == 'm')
		return KBD_ENTER;
	if (key == 'i')
		return KBD_TAB;
	if (key == '[')
		return KBD_ESC;
	return key | KBD_CTRL;
}

uint32_t kbd_parse(const char **s)
{
	const char *p = *s;
	unsigned mods = 0;
	uint32_t key;

	while (p[0] && p[1] == '-' && p[2] && p[2] != ' ') {
		if (p[0] == 'C')
			mods |= KBD_CTRL;
		else if (p[0] == 'M' || p[0] == 'A')
			mods |= KBD_ALT;
		else if (p[0] == 'S')
			mods |= KBD_SHIFT;
		else
			break;
		p += 2;
	}
	if (!p[0] || (unsigned char)p[0] < 0x20)
		return 0;
	key = find_name(&p);
	if (!key) {
		size_t n = utf8_decode(p, strlen(p), &key);
		if (key == UTF8_REPLACEMENT)
			return 0;
		p += n;
	}
	if (mods & KBD_CTRL)
		key = with_control(key);
	if (mods & KBD_SHIFT && key >= 'a' && key <= 'z')
		key -= 'a' - 'A';
	else if (mods & KBD_SHIFT && KBD_CODE(key) >= KBD_FIRST)
		key |= KBD_SHIFT;
	*s = p;
	return key | (mods & KBD_ALT);
}

bool kbd_parse_sequence(const char *s, struct kbd_sequence *out)
{
	struct kbd_sequence seq = {.n = 0};

	while (*s == ' ')
		s++;
	while (*s) {
		uint32_t key = kbd_parse(&s);
		if (!key || seq.n == KBD_SEQUENCE_MAX)
			return false;
		seq.key[seq.n++] = key;
		while (*s == ' ')
			s++;
	}
	if (!seq.n)
		return false;
	*out = seq;
	return true;
}

void kbd_add_name(struct str *b, uint32_t key)
{
	uint32_t code = KBD_CODE(key);

	if (key & KBD_CTRL)
		str_add(b, "C-");
	if (key & KBD_ALT)
		str_add(b, "M-");
	if (key & KBD_SHIFT)
		str_add(b, "S-");
	if (code == ' ') {
		str_add(b, "Space");
		return;
	}
	if (code > KBD_FIRST && code < KBD_END_OF_CODES) {
		str_add(b, names[code - KBD_FIRST - 1].name);
		return;
	}
	str_add_rune(b, code);
}

static bool is_named(uint32_t key)
{
	return key != KBD_CODE(key) || key >= KBD_FIRST || key == ' ';
}

void kbd_add_sequence(struct str *b, const struct kbd_sequence *seq)
{
	for (size_t i = 0; i < seq->n; i++) {
		if (i && (is_named(seq->key[i]) || is_named(seq->key[i - 1])))
			str_add_char(b, ' ');
		kbd_add_name(b, seq->key[i]);
	}
}

uint32_t kbd_rune(uint32_t key)
{
	return key < KBD_FIRST && key >= 0x20 && key != 0x7f ? key : 0;
}
