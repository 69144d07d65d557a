/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "mime/read.h"

#include <errno.h>
#include <gmime/gmime.h>
#include <iconv.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "mime/message.h"

/* Bytes given to iconv at a time; more than any character takes. */
#define PIECE 4096
#define CHARSET_MAX 40

/* windows-1252 0x80-0x9f; what is not assigned maps as in Latin-1. */
static const uint16_t cp1252[32] = {
	0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
	0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008D, 0x017D, 0x008F,
	0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
	0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178,
};

static void add_1252(struct str *out, const char *p, size_t len)
{
	size_t plain = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)p[i];

		if (c < 0x80)
			continue;
		str_add_mem(out, p + plain, i - plain);
		str_add_rune(out, c < 0xA0 ? cp1252[c - 0x80] : c);
		plain = i + 1;
	}
	str_add_mem(out, p + plain, len - plain);
}

static bool is_ascii(const char *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)p[i] >= 0x80)
			return false;
	return true;
}

/* Names by which UTF-8, and those by which its subset or Latin-1, go. */
static bool is_one_of(const char *name, const char *const *set)
{
	for (; *set; set++)
		if (strcasecmp(name, *set) == 0)
			return true;
	return false;
}

static const char *const utf8_names[] = {
	"utf-8",   "utf8",    "us-ascii",     "ascii",	   "unicode-1-1-utf-8",
	"default", "unknown", "unknown-8bit", "x-unknown", NULL};
static const char *const latin_names[] = {
	"iso-8859-1", "iso8859-1",  "latin1", "windows-1252",
	"cp1252",     "iso_8859-1", NULL};

/* A charset name is only handed to iconv when it looks like one: glibc reads
 * files named after it, and "//" would switch its options. */
static bool is_charset_name(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz"
			     "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:");

	return n > 0 && n < CHARSET_MAX && s[n] == '\0' && s[0] != '.';
}

struct converter {
	iconv_t cd;
	char name[CHARSET_MAX];
};

/* Converters that nobody uses now: with the last of a charset the C library
 * unloads its tables, and maps them again for the next word of a header, which
 * costs more than converting. Whoever takes one has it alone. */
static _Atomic(struct converter *) idle[8];

static _Atomic(struct converter *) *place_of(const char *charset)
{
	unsigned hash = 0;

	for (; *charset; charset++)
		hash = hash * 31 + (unsigned char)*charset;
	return &idle[hash % ARRAY_LEN(idle)];
}

static void close_converter(struct converter *c)
{
	if (c)
		iconv_close(c->cd);
	free(c);
}

/* NULL: unknown charset. */
static struct converter *take_converter(const char *charset)
{
	struct converter *c;

	if (!is_charset_name(charset))
		return NULL;
	c = atomic_exchange(place_of(charset), NULL);
	if (c && strcmp(c->name, charset) == 0) {
		iconv(c->cd, NULL, NULL, NULL, NULL);
		return c;
	}
	close_converter(c);
	c = xcalloc(1, sizeof(*c));
	snprintf(c->name, sizeof(c->name), "%s", charset);
	c->cd = iconv_open("UTF-8", charset);
	if (c->cd == (iconv_t)-1)
		c->cd = iconv_open("UTF-8", g_mime_charset_iconv_name(charset));
	if (c->cd != (iconv_t)-1)
		return c;
	free(c);
	return NULL;
}

static void give_converter(struct converter *c)
{
	close_converter(atomic_exchange(place_of(c->name), c));
}

/* Converts with iconv, each bad byte to U+FFFD; false: unknown charset. */
static bool add_iconv(struct str *out, const char *p, size_t len,
		      const char *charset)
{
	struct converter *c = take_converter(charset);
	char buf[4096], *in = (char *)(uintptr_t)p;
	bool flushed = false;

	if (!c)
		return false;
	while ((len > 0 || !flushed) && !str_is_truncated(out)) {
		/* A piece at a time: a bad byte costs no look at the rest. */
		size_t piece = len < PIECE ? len : PIECE, rest = len - piece;
		char *o = buf;
		size_t left = sizeof(buf), was = len;
		size_t r = len > 0 ? iconv(c->cd, &in, &piece, &o, &left)
				   : iconv(c->cd, NULL, NULL, &o, &left);
		int why = r == (size_t)-1 ? errno : 0;
		bool torn = why == EINVAL;

		flushed = was == 0;
		len = piece + rest;
		str_add_mem(out, buf, (size_t)(o - buf));
		if (why == 0 || why == E2BIG || (torn && rest > 0))
			continue;
		if (len == 0)
			break;
		str_add_rune(out, UTF8_REPLACEMENT);
		in++;
		len--;
		if (torn)
			len = 0; /* at the end */
	}
	give_converter(c);
	return true;
}

/* A byte order mark decides; its length in *skip. */
static const char *bom_charset(const char *p, size_t len, size_t *skip)
{
	*skip = 0;
	if (len >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0) {
		*skip = 3;
		return "utf-8";
	}
	if (len >= 4 && memcmp(p, "\xFF\xFE\0\0", 4) == 0) {
		*skip = 4;
		return "utf-32le";
	}
	if (len >= 2 && memcmp(p, "\xFF\xFE", 2) == 0) {
		*skip = 2;
		return "utf-16le";
	}
	if (len >= 2 && memcmp(p, "\xFE\xFF", 2) == 0) {
		*skip = 2;
		return "utf-16be";
	}
	return NULL;
}

void mime_to_utf8(struct str *out, const char *p, size_t len,
		  const char *charset)
{
	size_t skip;
	const char *bom = bom_charset(p, len, &skip);

	if (bom) {
		charset = bom;
		p += skip;
		len -= skip;
	}
	if (charset && !is_one_of(charset, utf8_names) &&
	    !is_one_of(charset, latin_names)) {
		mime_init();
		if (add_iconv(out, p, len, charset))
			return;
		charset = NULL;
	}
	if (is_ascii(p, len) ||
	    (!(charset && is_one_of(charset, latin_names)) &&
	     utf8_is_valid(p, len))) {
		str_add_mem(out, p, len);
		return;
	}
	if (charset && strncasecmp(charset, "utf", 3) == 0) {
		/* Said to be UTF-8 and mostly is: keep what is right. */
		CLEANUP(mem_free_ptr) char *valid = utf8_make_valid(p, len);
		size_t bad = 0, n = strlen(valid);

		for (size_t i = 0; i + 2 < n; i++)
			bad += memcmp(valid + i, "\xEF\xBF\xBD", 3) == 0;
		if (bad * 8 <= n) {
			str_add(out, valid);
			return;
		}
	}
	add_1252(out, p, len);
}
