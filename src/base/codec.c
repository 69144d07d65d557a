/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "base/codec.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

/* Tables made by the preprocessor: X(0) ... X(255). */
#define T4(X, n) X(n), X((n) + 1), X((n) + 2), X((n) + 3)
#define T16(X, n) T4(X, n), T4(X, (n) + 4), T4(X, (n) + 8), T4(X, (n) + 12)
#define T64(X, n)                                                              \
	T16(X, n), T16(X, (n) + 16), T16(X, (n) + 32), T16(X, (n) + 48)
#define T256(X) T64(X, 0), T64(X, 64), T64(X, 128), T64(X, 192)

/* The 6-bit value of a character; BAD leaves the 24 bits of a group. */
#define BAD 0x80000000u
#define SEXTET(c)                                                              \
	((c) >= 'A' && (c) <= 'Z'   ? (uint32_t)(c) - 'A'                      \
	 : (c) >= 'a' && (c) <= 'z' ? (uint32_t)(c) - 'a' + 26                 \
	 : (c) >= '0' && (c) <= '9' ? (uint32_t)(c) - '0' + 52                 \
	 : (c) == '+'		    ? 62u                                      \
	 : (c) == '/'		    ? 63u                                      \
				    : BAD)
#define SHIFTED(c, by) (SEXTET(c) == BAD ? BAD : SEXTET(c) << (by))
#define SEXTET0(c) SHIFTED(c, 18)
#define SEXTET1(c) SHIFTED(c, 12)
#define SEXTET2(c) SHIFTED(c, 6)
#define SEXTET3(c) SHIFTED(c, 0)

static const uint32_t sextet0[256] = {T256(SEXTET0)};
static const uint32_t sextet1[256] = {T256(SEXTET1)};
static const uint32_t sextet2[256] = {T256(SEXTET2)};
static const uint32_t sextet3[256] = {T256(SEXTET3)};

static const char alphabet[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void codec_base64_add(struct str *b, const void *p, size_t len)
{
	const unsigned char *s = p;
	size_t need;
	char *out;

	if (len == 0)
		return;
	if (len > SIZE_MAX / 2)
		BUG("base64 of %zu bytes", len);
	need = (len + 2) / 3 * 4;
	out = str_reserve(b, need);
	if (!out)
		return;
	for (; len >= 3; len -= 3, s += 3, out += 4) {
		uint32_t v = (uint32_t)s[0] << 16 | (uint32_t)s[1] << 8 | s[2];

		out[0] = alphabet[v >> 18];
		out[1] = alphabet[v >> 12 & 63];
		out[2] = alphabet[v >> 6 & 63];
		out[3] = alphabet[v & 63];
	}
	if (len) {
		uint32_t v = (uint32_t)s[0] << 16;

		if (len == 2)
			v |= (uint32_t)s[1] << 8;
		out[0] = alphabet[v >> 18];
		out[1] = alphabet[v >> 12 & 63];
		out[2] = len == 2 ? alphabet[v >> 6 & 63] : '=';
		out[3] = '=';
	}
	str_grew(b, need);
}

/* Whole groups without blanks: the whole of almost every input. */
static const unsigned char *decode_groups(const unsigned char *s,
					  const unsigned char *end,
					  unsigned char **out)
{
	unsigned char *o = *out;

	for (; end - s >= 8; s += 8, o += 6) {
		uint32_t a = sextet0[s[0]] | sextet1[s[1]] | sextet2[s[2]] |
			     sextet3[s[3]];
		uint32_t b = sextet0[s[4]] | sextet1[s[5]] | sextet2[s[6]] |
			     sextet3[s[7]];
		uint64_t v;

		if ((a | b) & BAD)
			break;
		v = (uint64_t)a << 40 | (uint64_t)b << 16;
		v = __builtin_bswap64(v);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
		v = __builtin_bswap64(v);
#endif
		memcpy(o, &v, 8); /* 2 bytes past: room was reserved */
	}
	for (; end - s >= 4; s += 4, o += 3) {
		uint32_t a = sextet0[s[0]] | sextet1[s[1]] | sextet2[s[2]] |
			     sextet3[s[3]];

		if (a & BAD)
			break;
		o[0] = (unsigned char)(a >> 16);
		o[1] = (unsigned char)(a >> 8);
		o[2] = (unsigned char)a;
	}
	*out = o;
	return s;
}

#define PADDED (-1) /* codec_base64.bits once a '=' was seen */

static void decode_char(struct codec_base64 *d, unsigned char c,
			unsigned char **out)
{
	uint32_t v;

	if (c == ' ' || (c >= '\t' && c <= '\r'))
		return;
	if (c == '=') {
		if (d->bits == 6)
			d->bad = true;
		d->bits = PADDED;
		return;
	}
	v = sextet3[c];
	if (v == BAD || d->bits == PADDED) {
		d->bad = true;
		return;
	}
	d->acc = d->acc << 6 | v;
	d->bits += 6;
	if (d->bits >= 8) {
		d->bits -= 8;
		*(*out)++ = (unsigned char)(d->acc >> d->bits);
	}
	d->acc &= 0x3F;
}

void codec_base64_feed(struct codec_base64 *d, struct str *out, const char *s,
		       size_t len)
{
	const unsigned char *p = (const unsigned char *)s, *end = p + len;
	char *room;
	unsigned char *o;

	if (d->bad || len == 0)
		return;
	/* One byte more than the input can hold at most, and what
	 * decode_groups writes past the end. */
	room = str_reserve(out, len / 4 * 3 + 12);
	if (!room) {
		d->bad = true;
		return;
	}
	o = (unsigned char *)room;
	while (p < end && !d->bad) {
		if (d->bits == 0)
			p = decode_groups(p, end, &o);
		if (p < end)
			decode_char(d, *p++, &o);
	}
	str_grew(out, (size_t)(o - (unsigned char *)room));
}

bool codec_base64_decode(struct str *out, const char *s, size_t len)
{
	struct codec_base64 d = {0};
	size_t before = out->len;

	codec_base64_feed(&d, out, s, len);
	if (d.bad || d.bits == 6) {
		str_cut(out, before);
		return false;
	}
	return true;
}

void codec_hex_add(struct str *b, const void *p, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *s = p;

	for (size_t i = 0; i < len; i++) {
		str_add_char(b, digits[s[i] >> 4]);
		str_add_char(b, digits[s[i] & 15]);
	}
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool codec_hex_decode(struct str *out, const char *s, size_t len)
{
	size_t before = out->len;

	if (len % 2)
		return false;
	for (size_t i = 0; i < len; i += 2) {
		int high = hex_value(s[i]), low = hex_value(s[i + 1]);

		if (high < 0 || low < 0) {
			str_cut(out, before);
			return false;
		}
		str_add_char(out, (char)(high << 4 | low));
	}
	return true;
}

void codec_random(void *p, size_t n)
{
	unsigned char *at = p;

	while (n) {
		ssize_t got = getrandom(at, n, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			BUG("getrandom: %s", strerror(errno));
		at += got;
		n -= (size_t)got;
	}
}

char *codec_random_id(void)
{
	unsigned char raw[16];
	struct str b = STR_INIT;

	codec_random(raw, sizeof(raw));
	codec_hex_add(&b, raw, sizeof(raw));
	return str_take(&b);
}
