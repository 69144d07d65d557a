/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "base/utf8.h"
#include "base/utf8_ascii.h"

#include <string.h>
#include <unicase.h>
#include <unictype.h>
#include <unigbrk.h>
#include <uninorm.h>
#include <uniwidth.h>
#include <wchar.h>

size_t utf8_decode(const char *s, size_t len, uint32_t *rune)
{
	const unsigned char *p = (const unsigned char *)s;
	uint32_t c = p[0];

	if (c < 0x80) {
		*rune = c;
		return 1;
	}
	if (c >= 0xC2 && c < 0xE0 && len >= 2 && (p[1] & 0xC0) == 0x80) {
		*rune = (c & 0x1F) << 6 | (p[1] & 0x3Fu);
		return 2;
	}
	if (c >= 0xE0 && c < 0xF0 && len >= 3 && (p[1] & 0xC0) == 0x80 &&
	    (p[2] & 0xC0) == 0x80) {
		uint32_t r =
			(c & 0x0F) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);

		if (r >= 0x800 && (r < 0xD800 || r > 0xDFFF)) {
			*rune = r;
			return 3;
		}
	}
	if (c >= 0xF0 && c < 0xF5 && len >= 4 && (p[1] & 0xC0) == 0x80 &&
	    (p[2] & 0xC0) == 0x80 && (p[3] & 0xC0) == 0x80) {
		uint32_t r = (c & 0x07) << 18 | (p[1] & 0x3Fu) << 12 |
			     (p[2] & 0x3Fu) << 6 | (p[3] & 0x3Fu);

		if (r >= 0x10000 && r <= 0x10FFFF) {
			*rune = r;
			return 4;
		}
	}
	*rune = UTF8_REPLACEMENT;
	return 1;
}

size_t utf8_encode(char out[4], uint32_t rune)
{
	if (rune > 0x10FFFF || (rune >= 0xD800 && rune <= 0xDFFF))
		rune = UTF8_REPLACEMENT;
	if (rune < 0x80) {
		out[0] = (char)rune;
		return 1;
	}
	if (rune < 0x800) {
		out[0] = (char)(0xC0 | rune >> 6);
		out[1] = (char)(0x80 | (rune & 0x3F));
		return 2;
	}
	if (rune < 0x10000) {
		out[0] = (char)(0xE0 | rune >> 12);
		out[1] = (char)(0x80 | (rune >> 6 & 0x3F));
		out[2] = (char)(0x80 | (rune & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | rune >> 18);
	out[1] = (char)(0x80 | (rune >> 12 & 0x3F));
	out[2] = (char)(0x80 | (rune >> 6 & 0x3F));
	out[3] = (char)(0x80 | (rune & 0x3F));
	return 4;
}

#define ONES 0x0101010101010101u
#define HIGHS 0x8080808080808080u

/* Bytes at the start of s that are ASCII (8 a step). */
static size_t ascii_prefix(const char *s, size_t len)
{
	size_t i = 0;
	uint64_t w;

	for (; len - i >= 8; i += 8) {
		memcpy(&w, s + i, 8);
		if (w & HIGHS)
			break;
	}
	while (i < len && !((unsigned char)s[i] & 0x80))
		i++;
	return i;
}

/* Bytes at the start of s that are printable ASCII: one cell each. */
static size_t printable_prefix(const char *s, size_t len)
{
	size_t i = 0;
	uint64_t w;

	for (; len - i >= 8; i += 8) {
		memcpy(&w, s + i, 8);
		/* a high bit, a byte under 0x20, or 0x7F anywhere */
		if ((w | (w - ONES * 0x20) | (w + ONES)) & HIGHS)
			break;
	}
	while (i < len && s[i] >= 0x20 && s[i] < 0x7F)
		i++;
	return i;
}

bool utf8_is_valid(const char *s, size_t len)
{
	size_t i = 0;

	while ((i += ascii_prefix(s + i, len - i)) < len) {
		uint32_t rune;
		size_t n = utf8_decode(s + i, len - i, &rune);

		if (n == 1)
			return false;
		i += n;
	}
	return true;
}

char *utf8_make_valid(const char *s, size_t len)
{
	struct str b = STR_INIT;
	size_t i = 0, run = 0;

	while ((i += ascii_prefix(s + i, len - i)) < len) {
		uint32_t rune;
		size_t n = utf8_decode(s + i, len - i, &rune);

		if (n == 1) {
			str_add_mem(&b, s + run, i - run);
			str_add(&b, "\xEF\xBF\xBD");
			run = i + 1;
		}
		i += n;
	}
	str_add_mem(&b, s + run, len - run);
	return str_take(&b);
}

int utf8_rune_width(uint32_t rune)
{
	int w;

	if (rune < 0x7F)
		return rune >= 0x20;
	if (rune < 0xA0)
		return 0;
	/* The C library first, as ncurses asks it; it knows nothing beyond
	 * ASCII in the C locale, and less Unicode than libunistring. */
	w = wcwidth((wchar_t)rune);
	if (w < 0)
		w = uc_width(rune, "UTF-8");
	return w < 0 ? 0 : w > 2 ? 2 : w;
}

/* What a cluster so far leads up to (UAX 29, rules GB11 and GB12). */
struct cluster {
	int last;	 /* break property of the last code point */
	bool pictograph; /* Extended_Pictographic Extend* */
	bool keycap;	 /* a digit, # or *: text unless U+FE0F follows */
	bool joined;	 /* ... ZWJ */
	int regionals;
};

/* Extended_Pictographic lies within these blocks; the exact property is asked
 * for only there. */
static bool is_pictograph(uint32_t rune)
{
	if (rune == 0xA9 || rune == 0xAE)
		return true;
	if (rune < 0x203C || (rune > 0x3299 && rune < 0x1F000) ||
	    rune > 0x1FAFF)
		return false;
	return uc_is_property_extended_pictographic(rune);
}

/* Is there a boundary between the cluster and the next code point? */
static bool breaks_before(const struct cluster *c, uint32_t rune, int prop)
{
	switch (c->last) {
	case GBP_CR:
		return prop != GBP_LF;
	case GBP_LF:
	case GBP_CONTROL:
		return true;
	default:
		break;
	}
	if (prop == GBP_CR || prop == GBP_LF || prop == GBP_CONTROL)
		return true;
	if (prop == GBP_EXTEND || prop == GBP_ZWJ || prop == GBP_SPACINGMARK ||
	    c->last == GBP_PREPEND)
		return false;
	switch (c->last) {
	case GBP_L:
		return prop != GBP_L && prop != GBP_V && prop != GBP_LV &&
		       prop != GBP_LVT;
	case GBP_LV:
	case GBP_V:
		return prop != GBP_V && prop != GBP_T;
	case GBP_LVT:
	case GBP_T:
		return prop != GBP_T;
	case GBP_RI:
		return prop != GBP_RI || c->regionals % 2 == 0;
	default:
		break;
	}
	return !(c->joined && is_pictograph(rune));
}

static void cluster_add(struct cluster *c, uint32_t rune, int prop)
{
	c->joined = c->pictograph && prop == GBP_ZWJ;
	if (prop != GBP_EXTEND && prop != GBP_ZWJ)
		c->pictograph = is_pictograph(rune);
	c->keycap = (rune >= '0' && rune <= '9') || rune == '#' || rune == '*';
	c->regionals = prop == GBP_RI ? c->regionals + 1 : 0;
	c->last = prop;
}

static size_t long_grapheme(const char *s, size_t len, int *cells)
{
	struct cluster c = {0};
	uint32_t rune;
	size_t used = utf8_decode(s, len, &rune);
	int width = utf8_rune_width(rune);

	cluster_add(&c, rune, uc_graphemeclusterbreak_property(rune));
	while (used < len) {
		size_t n = utf8_decode(s + used, len - used, &rune);
		int prop;

		/* Nothing under U+0300 continues a cluster, but for CR LF. */
		if (rune < 0x300 && c.last != GBP_PREPEND && !c.joined &&
		    !(c.last == GBP_CR && rune == '\n'))
			break;
		prop = uc_graphemeclusterbreak_property(rune);
		if (breaks_before(&c, rune, prop))
			break;
		if (rune == 0xFE0F && (c.pictograph || c.keycap))
			width = 2; /* asked for as an emoji */
		else
			width += utf8_rune_width(rune);
		cluster_add(&c, rune, prop);
		used += n;
	}
	*cells = width > 2 ? 2 : width;
	return used;
}

size_t utf8_grapheme(const char *s, size_t len, int *cells)
{
	unsigned char c = (unsigned char)s[0];

	if (c < 0x80 && c != '\r' && (len == 1 || (unsigned char)s[1] < 0xC0)) {
		*cells = c >= 0x20 && c < 0x7F;
		return 1;
	}
	return long_grapheme(s, len, cells);
}

size_t utf8_width_n(const char *s, size_t len)
{
	size_t i = 0, cells = 0;

	while (i < len) {
		size_t n = printable_prefix(s + i, len - i);
		int w;

		if (n == len - i)
			return cells + n;
		/* The last one may carry a combining mark. */
		if (n > 1) {
			i += n - 1;
			cells += n - 1;
		}
		i += utf8_grapheme(s + i, len - i, &w);
		cells += (size_t)w;
	}
	return cells;
}

size_t utf8_width(const char *s)
{
	return utf8_width_n(s, strlen(s));
}

size_t utf8_fit(const char *s, size_t cells, size_t *used)
{
	size_t len = strlen(s), i = 0, have = 0;

	while (i < len) {
		size_t left = len - i, room = cells - have;
		size_t n = printable_prefix(s + i,
					    left > room + 1 ? room + 1 : left);
		int w;

		if (n > 1) {
			i += n - 1;
			have += n - 1;
		}
		n = utf8_grapheme(s + i, len - i, &w);
		if (have + (size_t)w > cells)
			break;
		i += n;
		have += (size_t)w;
	}
	if (used)
		*used = have;
	return i;
}

static void add_blanks(struct str *b, size_t n)
{
	static const char blanks[] = "                                ";

	for (; n > sizeof(blanks) - 1; n -= sizeof(blanks) - 1)
		str_add_mem(b, blanks, sizeof(blanks) - 1);
	str_add_mem(b, blanks, n);
}

void utf8_add_column(struct str *b, const char *s, size_t cells, bool right,
		     const char *ellipsis)
{
	size_t used, n = utf8_fit(s, cells, &used), mark = 0;

	if (s[n] && ellipsis) {
		mark = utf8_width(ellipsis);
		if (mark > cells)
			mark = 0;
		else
			n = utf8_fit(s, cells - mark, &used);
	}
	if (right)
		add_blanks(b, cells - used - mark);
	str_add_mem(b, s, n);
	if (mark)
		str_add(b, ellipsis);
	if (!right)
		add_blanks(b, cells - used - mark);
}

/* Marks that people leave out when they search: accents of Latin, Greek and
 * Cyrillic, Hebrew and Arabic points. Vowel signs elsewhere are letters. */
static bool is_accent(uint32_t r)
{
	return (r >= 0x300 && r <= 0x36F) || (r >= 0x591 && r <= 0x5C7) ||
	       (r >= 0x64B && r <= 0x65F) || r == 0x670 ||
	       (r >= 0x1AB0 && r <= 0x1AFF) || (r >= 0x1DC0 && r <= 0x1DFF) ||
	       (r >= 0x20D0 && r <= 0x20FF) || (r >= 0xFE20 && r <= 0xFE2F);
}

/* Letters with a stroke and the like, which no normal form takes apart. */
static const char *plain_letter(uint32_t r)
{
	switch (r) {
	case 0xE6:
		return "ae";
	case 0xF0:
	case 0x111:
		return "d";
	case 0xF8:
		return "o";
	case 0xFE:
		return "th";
	case 0x127:
		return "h";
	case 0x131:
		return "i";
	case 0x142:
		return "l";
	case 0x153:
		return "oe";
	case 0x167:
		return "t";
	}
	return NULL;
}

/* A run without ASCII: nothing in it composes with what stands around. */
static void fold_run(struct str *out, const char *s, size_t len)
{
	size_t n = 0, composed_len = 0;
	uint8_t *folded = u8_casefold((const uint8_t *)s, len, NULL,
				      UNINORM_NFKD, NULL, &n);
	struct str plain = STR_INIT;
	uint8_t *composed;

	if (!folded) {
		str_add_mem(out, s, len); /* only when memory is out */
		return;
	}
	for (size_t i = 0; i < n;) {
		uint32_t rune;
		size_t step = utf8_decode((char *)folded + i, n - i, &rune);
		const char *letter = plain_letter(rune);

		if (letter)
			str_add(&plain, letter);
		else if (!is_accent(rune))
			str_add_mem(&plain, folded + i, step);
		i += step;
	}
	free(folded);
	composed = u8_normalize(UNINORM_NFC, (uint8_t *)plain.s, plain.len,
				NULL, &composed_len);
	if (composed)
		str_add_mem(out, composed, composed_len);
	free(composed);
	str_release(&plain);
}

static void fold_ascii(struct str *out, const char *s, size_t len)
{
	char *room = len ? str_reserve(out, len) : NULL;

	if (!room)
		return;
	for (size_t i = 0; i < len; i++)
		room[i] = (char)(s[i] >= 'A' && s[i] <= 'Z' ? s[i] + 32 : s[i]);
	str_grew(out, len);
}

char *utf8_fold(const char *s)
{
	size_t len = strlen(s), i = 0;
	struct str out = STR_INIT;
	char *valid;

	if (ascii_prefix(s, len) == len) {
		fold_ascii(&out, s, len);
		return str_take(&out);
	}
	valid = utf8_make_valid(s, len);
	len = strlen(valid);
	while (i < len) {
		size_t n = ascii_prefix(valid + i, len - i);

		fold_ascii(&out, valid + i, n);
		i += n;
		for (n = 0; i + n < len && (valid[i + n] & 0x80);)
			n++;
		if (n)
			fold_run(&out, valid + i, n);
		i += n;
	}
	free(valid);
	return str_take(&out);
}

bool utf8_contains_folded(const char *s, const char *needle)
{
	size_t n = strlen(s), m = strlen(needle);
	char *a, *b;
	bool found;

	if (ascii_prefix(s, n) == n && ascii_prefix(needle, m) == m)
		return strcasestr(s, needle) != NULL;
	a = utf8_fold(s);
	b = utf8_fold(needle);
	found = strstr(a, b) != NULL;
	free(a);
	free(b);
	return found;
}

/* Format characters that draw nothing and can mislead. The joiners U+200C and
 * U+200D stay: scripts and emoji need them. */
static bool is_invisible(uint32_t r)
{
	static const struct {
		uint32_t from, to;
	} ranges[] = {
		{0xAD, 0xAD},	    {0x34F, 0x34F},	{0x61C, 0x61C},
		{0x115F, 0x1160},   {0x17B4, 0x17B5},	{0x180B, 0x180F},
		{0x200B, 0x200B},   {0x200E, 0x200F},	{0x202A, 0x202E},
		{0x2060, 0x206F},   {0x3164, 0x3164},	{0xFEFF, 0xFEFF},
		{0xFFA0, 0xFFA0},   {0xFFF0, 0xFFFB},	{0x1BCA0, 0x1BCA3},
		{0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF},
	};

	if (r < ranges[0].from)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(ranges) && r >= ranges[i].from; i++)
		if (r <= ranges[i].to)
			return true;
	return false;
}

static bool is_line_break(uint32_t r)
{
	return (r >= '\t' && r <= '\r') || r == 0x85 || r == 0x2028 ||
	       r == 0x2029;
}

static void add_control(struct str *b, uint32_t r, bool ascii)
{
	if (ascii)
		str_add_char(b, '?');
	else if (r < 0x20)
		str_add_rune(b, 0x2400 + r);
	else
		str_add_rune(b, r == 0x7F ? 0x2421 : 0x2426);
}

char *utf8_clean_line(const char *s, bool ascii)
{
	size_t len = strlen(s), i = 0;
	struct str b = STR_INIT;
	bool broke = false; /* a blank stands for a line break just seen */

	if (printable_prefix(s, len) == len)
		return xmemdup(s, len + 1);
	while (i < len) {
		size_t n = printable_prefix(s + i, len - i);
		uint32_t r;

		if (n > 0 && !(broke && s[i] == ' ')) {
			str_add_mem(&b, s + i, n);
			broke = false;
			i += n;
			continue;
		}
		n = utf8_decode(s + i, len - i, &r);
		if (is_line_break(r)) {
			if (!broke)
				str_add_char(&b, ' ');
			broke = true;
		} else if (broke && r == ' ') {
			; /* the indent of a folded line */
		} else if (r < 0x20 || (r >= 0x7F && r < 0xA0)) {
			add_control(&b, r, ascii);
			broke = false;
		} else if (n == 1 && r == UTF8_REPLACEMENT) {
			str_add(&b, ascii ? "?" : "\xEF\xBF\xBD");
			broke = false;
		} else if (!is_invisible(r)) {
			str_add_mem(&b, s + i, n);
			broke = false;
		}
		i += n;
	}
	return str_take(&b);
}

/* The compatibility decomposition's ASCII letters, accents left off. */
static bool add_decomposed(struct str *b, uint32_t rune)
{
	ucs4_t parts[UC_DECOMPOSITION_MAX_LENGTH];
	int tag, n = uc_decomposition(rune, &tag, parts);
	bool any = false;

	for (int i = 0; i < n; i++) {
		if (parts[i] < 0x80) {
			str_add_char(b, (char)parts[i]);
			any = true;
		} else if (!is_accent(parts[i])) {
			any |= add_decomposed(b, parts[i]);
		}
	}
	return any;
}

char *utf8_to_ascii(const char *s)
{
	size_t len = strlen(s), i = 0;
	struct str b = STR_INIT;

	while (i < len) {
		size_t n = ascii_prefix(s + i, len - i);
		const char *near;
		uint32_t rune;

		str_add_mem(&b, s + i, n);
		i += n;
		if (i >= len)
			break;
		i += utf8_decode(s + i, len - i, &rune);
		near = utf8_ascii_near(rune);
		if (near)
			str_add(&b, near);
		else if (!is_invisible(rune) && !is_accent(rune) &&
			 rune != 0x200C && rune != 0x200D &&
			 !(rune >= 0xFE00 && rune <= 0xFE0F) &&
			 !add_decomposed(&b, rune))
			str_add_char(&b, '?');
	}
	return str_take(&b);
}
