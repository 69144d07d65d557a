/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "net/xml_filter.h"
#include "base/utf8.h"

#include <string.h>

/* The longest reference looked at: "&#x" 8 digits and ";" with leading zeros
 * to spare. A longer one is not a character in any reading. */
#define REFERENCE_MAX 24

void xml_filter_init(struct xml_filter *f)
{
	*f = (struct xml_filter){0};
	str_init(&f->carry);
	str_init(&f->joined);
	str_init(&f->clean);
	str_init(&f->held);
	str_init(&f->named);
}

void xml_filter_release(struct xml_filter *f)
{
	str_release(&f->carry);
	str_release(&f->joined);
	str_release(&f->clean);
	str_release(&f->held);
	str_release(&f->named);
}

/* XML 1.0 production 2, Char. */
static bool is_char(uint32_t c)
{
	return c == 0x9 || c == 0xA || c == 0xD || (c >= 0x20 && c <= 0xD7FF) ||
	       (c >= 0xE000 && c <= 0xFFFD) || (c >= 0x10000 && c <= 0x10FFFF);
}

/* No byte of the eight is a control, '&' or past ASCII. */
static bool is_plain8(const char *p)
{
	const uint64_t ones = 0x0101010101010101u, high = ones << 7;
	uint64_t x, amp;

	memcpy(&x, p, sizeof(x));
	amp = x ^ (ones * '&');
	return !((x | (x - ones * 0x20) | (amp - ones)) & high);
}

enum found { FOUND_NONE, FOUND_REFERENCE, FOUND_CUT };

/* Reads "&#...;" at p. FOUND_CUT: the piece ends before it does. */
static enum found read_reference(const char *p, const char *end, uint32_t *rune,
				 size_t *used)
{
	const char *q = p + 2;
	uint32_t v = 0;
	bool hex, digits = false;

	if (end - p < 3)
		return memcmp(p, "&#", (size_t)(end - p)) == 0 ? FOUND_CUT
							       : FOUND_NONE;
	if (p[0] != '&' || p[1] != '#')
		return FOUND_NONE;
	hex = *q == 'x';
	for (q += hex; q < end && q - p < REFERENCE_MAX; q++) {
		uint32_t digit;

		if (*q >= '0' && *q <= '9')
			digit = (uint32_t)(*q - '0');
		else if (hex && (*q | 32) >= 'a' && (*q | 32) <= 'f')
			digit = (uint32_t)((*q | 32) - 'a' + 10);
		else
			break;
		digits = true;
		v = v > 0x1000000 ? v : v * (hex ? 16 : 10) + digit;
	}
	if (q == end && q - p < REFERENCE_MAX)
		return FOUND_CUT;
	if (q == end || *q != ';' || !digits)
		return FOUND_NONE;
	*rune = v;
	*used = (size_t)(q + 1 - p);
	return FOUND_REFERENCE;
}

/* What stands at p: `keep` bytes that may stay, or `drop` bytes to be replaced
 * by rune; both 0: more input is needed to tell. */
struct verdict {
	size_t keep, drop;
	uint32_t rune;
};

static struct verdict judge_reference(const char *p, const char *end, bool last)
{
	uint32_t high, low;
	size_t used, more;
	enum found found = read_reference(p, end, &high, &used);

	if (found == FOUND_CUT && !last)
		return (struct verdict){0};
	if (found != FOUND_REFERENCE)
		return (struct verdict){.keep = 1};
	if (is_char(high))
		return (struct verdict){.keep = used};
	if (high < 0xD800 || high > 0xDBFF)
		return (struct verdict){.drop = used, .rune = UTF8_REPLACEMENT};
	found = p + used == end ? FOUND_CUT
				: read_reference(p + used, end, &low, &more);
	if (found == FOUND_CUT && !last)
		return (struct verdict){0};
	if (found != FOUND_REFERENCE || low < 0xDC00 || low > 0xDFFF)
		return (struct verdict){.drop = used, .rune = UTF8_REPLACEMENT};
	return (struct verdict){.drop = used + more,
				.rune = 0x10000 + ((high - 0xD800) << 10) +
					(low - 0xDC00)};
}

/* Is the unfinished sequence at p, cut by the end of the piece, right so far? */
static bool is_cut(const char *p, size_t left)
{
	unsigned char lead = (unsigned char)*p;
	size_t need = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;

	if (lead < 0xC2 || lead > 0xF4 || left >= need)
		return false;
	for (size_t i = 1; i < left; i++)
		if ((p[i] & 0xC0) != 0x80)
			return false;
	return true;
}

static struct verdict judge(const char *p, const char *end, bool last)
{
	unsigned char c = (unsigned char)*p;
	size_t left = (size_t)(end - p), used;
	uint32_t rune;

	if (c == '&')
		return judge_reference(p, end, last);
	if (c < 0x80) {
		if (is_char(c))
			return (struct verdict){.keep = 1};
		return (struct verdict){.drop = 1, .rune = UTF8_REPLACEMENT};
	}
	used = utf8_decode(p, left, &rune);
	if (used == 1 && !last && is_cut(p, left))
		return (struct verdict){0};
	if (used > 1 && is_char(rune))
		return (struct verdict){.keep = used};
	return (struct verdict){.drop = used, .rune = UTF8_REPLACEMENT};
}

/* Skips what may stand in front of a document: a BOM and blanks. */
static const char *skip_lead(struct xml_filter *f, const char *s,
			     const char *end)
{
	while (s < end && !f->begun) {
		if (*s == ' ' || *s == '\t' || *s == '\r' || *s == '\n')
			s++;
		else if (end - s >= 3 && memcmp(s, "\xEF\xBB\xBF", 3) == 0)
			s += 3;
		else if (end - s < 3 && (unsigned char)*s == 0xEF)
			break; /* perhaps a BOM cut in two: see the next piece */
		else
			f->begun = true;
	}
	return s;
}

static void run(struct xml_filter *f, const char *s, size_t len, bool last,
		const char **out, size_t *out_len)
{
	const char *p, *end, *from;

	if (f->carry.len) {
		str_clear(&f->joined);
		str_add_mem(&f->joined, f->carry.s, f->carry.len);
		str_add_mem(&f->joined, s, len);
		str_clear(&f->carry);
		s = f->joined.s;
		len = f->joined.len;
	}
	end = s + len;
	s = skip_lead(f, s, end);
	str_clear(&f->clean);
	for (p = from = s; p < end;) {
		struct verdict v;

		if (end - p >= 8 && is_plain8(p)) {
			p += 8;
			continue;
		}
		v = judge(p, end, last);
		if (v.keep) {
			p += v.keep;
			continue;
		}
		if (!v.drop) {
			str_add_mem(&f->carry, p, (size_t)(end - p));
			end = p;
			break;
		}
		str_add_mem(&f->clean, from, (size_t)(p - from));
		str_add_rune(&f->clean, v.rune);
		f->replaced++;
		p += v.drop;
		from = p;
	}
	if (f->clean.len) {
		str_add_mem(&f->clean, from, (size_t)(end - from));
		from = f->clean.s;
		end = from + f->clean.len;
	}
	*out = from;
	*out_len = (size_t)(end - from);
}

/* --- names that begin with a digit -----------------------------------------
 */
/* No tag's beginning up to its name is longer in any sane document. */
#define TAG_MAX ((size_t)256)

static bool is_name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' ||
	       (unsigned char)c >= 0x80;
}

/* Is the digit at p the first of an element's local name? */
static bool begins_name(const char *s, const char *p)
{
	if (p > s && p[-1] == ':') {
		p--;
		while (p > s && is_name_byte(p[-1]))
			p--;
	}
	if (p > s && p[-1] == '/')
		p--;
	return p > s && p[-1] == '<';
}

/* How many bytes at the end may be the beginning of a tag. */
static size_t open_tag(const char *s, size_t len)
{
	for (size_t n = 1; n <= len && n <= TAG_MAX; n++) {
		char c = s[len - n];

		if (c == '<')
			return n;
		if (!is_name_byte(c) && c != ':' && c != '/')
			break;
	}
	return 0;
}

static void mend_names(struct xml_filter *f, const char *s, size_t len)
{
	const char *end = s + len, *from = s, *p = s;

	str_clear(&f->named);
	while ((p = memchr(p, '0', (size_t)(end - p)))) {
		if (end - p > 1 && (p[1] == 'x' || p[1] == 'X') &&
		    begins_name(s, p)) {
			str_add_mem(&f->named, from, (size_t)(p - from));
			str_add_char(&f->named, '_');
			from = p;
		}
		p++;
	}
	str_add_mem(&f->named, from, (size_t)(end - from));
}

void xml_filter_run(struct xml_filter *f, const char *s, size_t len, bool last,
		    const char **out, size_t *out_len)
{
	size_t open;

	run(f, s, len, last, out, out_len);
	if (!f->names)
		return;
	str_add_mem(&f->held, *out, *out_len);
	open = last ? 0 : open_tag(f->held.s, f->held.len);
	mend_names(f, f->held.s, f->held.len - open);
	memmove(f->held.s, f->held.s + f->held.len - open, open);
	str_cut(&f->held, open);
	*out = f->named.s;
	*out_len = f->named.len;
}
