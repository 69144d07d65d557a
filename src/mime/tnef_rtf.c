/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The text of an Outlook message: compressed RTF, in which HTML may be wrapped. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "mime/tnef.h"

#define DICTIONARY 4096
#define HEADER 16
#define NESTING 100

/* What every dictionary begins with [MS-OXRTFCP] 3.1.3.1. */
static const char first_words[] =
	"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman "
	"\\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes "
	"New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
	"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

static void expand(const unsigned char *in, size_t left, struct str *out)
{
	char dict[DICTIONARY] = {0};
	unsigned at = sizeof(first_words) - 1;

	memcpy(dict, first_words, at);
	while (left && !out->truncated) {
		unsigned control = *in++;

		left--;
		for (int bit = 0; bit < 8 && left; bit++, control >>= 1) {
			unsigned from, n;

			if (!(control & 1)) {
				dict[at] = (char)*in;
				str_add_char(out, (char)*in++);
				at = (at + 1) % DICTIONARY;
				left--;
				continue;
			}
			if (left < 2)
				return;
			from = (unsigned)in[0] << 4 | in[1] >> 4;
			n = (in[1] & 15u) + 2;
			in += 2;
			left -= 2;
			if (from == at) /* the end */
				return;
			for (; n; n--) {
				char c = dict[from];

				from = (from + 1) % DICTIONARY;
				dict[at] = c;
				at = (at + 1) % DICTIONARY;
				str_add_char(out, c);
			}
		}
	}
}

bool tnef_rtf_decompress(const char *p, size_t len, struct str *out)
{
	if (len <= HEADER)
		return false;
	if (memcmp(p + 8, "LZFu", 4) == 0)
		expand((const unsigned char *)p + HEADER, len - HEADER, out);
	else if (memcmp(p + 8, "MELA", 4) == 0)
		str_add_mem(out, p + HEADER, len - HEADER);
	else
		return false;
	return true;
}

/* --- RTF -------------------------------------------------------------------------- */

struct group {
	bool skip;    /* a destination without text */
	bool tag;     /* {\*\htmltag: its text is HTML */
	bool htmlrtf; /* \htmlrtf: only for readers of RTF */
	int uc;	      /* characters that stand behind \u */
};
struct rtf {
	struct str *out;
	struct str bytes; /* of one code page, not yet decoded */
	struct group stack[NESTING];
	int depth;
	int ignore; /* characters that only repeat a \u */
	unsigned codepage;
	bool html;
};

static void flush(struct rtf *r)
{
	char name[16];

	if (r->bytes.len)
		mime_to_utf8(r->out, r->bytes.s, r->bytes.len,
			     tnef_charset(r->codepage, name));
	str_clear(&r->bytes);
}

static bool is_silent(const struct rtf *r)
{
	const struct group *g = &r->stack[r->depth];

	return g->skip || (r->html && g->htmlrtf && !g->tag);
}

static void put(struct rtf *r, char c)
{
	if (r->ignore) {
		r->ignore--;
		return;
	}
	if (!is_silent(r))
		str_add_char(&r->bytes, c);
}

static void put_text(struct rtf *r, const char *s)
{
	if (is_silent(r))
		return;
	flush(r);
	str_add(r->out, s);
}

static void put_rune(struct rtf *r, int value)
{
	unsigned rune = (unsigned)(value < 0 ? value + 65536 : value);
	struct group *g = &r->stack[r->depth];
	char low_high[2] = {(char)(rune & 255), (char)(rune >> 8 & 255)};

	if (!is_silent(r)) {
		flush(r);
		mime_to_utf8(r->out, low_high, 2, "utf-16le");
	}
	r->ignore = g->uc;
}

static bool is_word(const char *word, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(word, list[i]))
			return true;
	return false;
}

static void control_word(struct rtf *r, const char *word, int value, bool given)
{
	static const char *const silent[] = {
		"fonttbl",   "colortbl",  "stylesheet", "info",
		"pict",	     "object",	  "header",	"footer",
		"listtable", "generator", "themedata",	"datastore",
		"xmlnstbl"};
	static const char *const breaks[] = {"par", "line", "sect", "row"};
	struct group *g = &r->stack[r->depth];

	if (str_eq(word, "fromhtml"))
		r->html = true;
	else if (str_eq(word, "htmlrtf"))
		g->htmlrtf = !given || value;
	else if (str_eq(word, "htmltag") && r->html) {
		g->tag = true;
		g->skip = false;
	} else if (str_eq(word, "ansicpg") && value > 0)
		r->codepage = (unsigned)value;
	else if (str_eq(word, "uc") && value >= 0 && value < 10)
		g->uc = value;
	else if (str_eq(word, "u") && given)
		put_rune(r, value);
	else if (is_word(word, breaks, ARRAY_LEN(breaks)))
		put_text(r, "\n");
	else if (str_eq(word, "tab") || str_eq(word, "cell"))
		put_text(r, "\t");
	else if (str_eq(word, "lquote") || str_eq(word, "rquote"))
		put_text(r, "'");
	else if (str_eq(word, "ldblquote") || str_eq(word, "rdblquote"))
		put_text(r, "\"");
	else if (str_eq(word, "bullet"))
		put_text(r, "*");
	else if (str_eq(word, "endash") || str_eq(word, "emdash"))
		put_text(r, "-");
	else if (is_word(word, silent, ARRAY_LEN(silent)))
		g->skip = true;
}

static int hex(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
				      : -1;
}

/* Behind a backslash; the place behind it. */
static const char *control(struct rtf *r, const char *p, const char *end)
{
	char word[32];
	size_t n = 0;
	int value = 0;
	bool given = false, minus = false;

	if (p == end)
		return p;
	if (!isalpha((unsigned char)*p)) {
		if (*p == '\'' && end - p >= 3 && hex(p[1]) >= 0 &&
		    hex(p[2]) >= 0) {
			put(r, (char)(hex(p[1]) * 16 + hex(p[2])));
			return p + 3;
		}
		if (*p == '*')
			r->stack[r->depth].skip = true;
		else if (*p == '~')
			put(r, ' ');
		else if (*p == '\\' || *p == '{' || *p == '}')
			put(r, *p);
		else if (*p == '\n' || *p == '\r')
			put_text(r, "\n");
		return p + 1;
	}
	while (p < end && isalpha((unsigned char)*p)) {
		if (n + 1 < sizeof(word))
			word[n++] = *p;
		p++;
	}
	word[n] = '\0';
	if (p < end && *p == '-') {
		minus = true;
		p++;
	}
	for (; p < end && isdigit((unsigned char)*p); p++) {
		given = true;
		if (value < 1000000)
			value = value * 10 + (*p - '0');
	}
	if (p < end && *p == ' ')
		p++;
	control_word(r, word, minus ? -value : value, given);
	return p;
}

void tnef_rtf_text(const char *rtf, size_t len, struct str *out, bool *html)
{
	struct rtf r = {.out = out, .bytes = STR_INIT};
	const char *p = rtf, *end = rtf + len;
	int deeper = 0; /* than we follow */

	r.stack[0].uc = 1;
	while (p < end && !out->truncated) {
		char c = *p++;

		if (c == '{') {
			if (r.depth + 1 < NESTING) {
				r.stack[r.depth + 1] = r.stack[r.depth];
				r.stack[++r.depth].tag = false;
			} else {
				deeper++;
			}
		} else if (c == '}') {
			if (deeper)
				deeper--;
			else if (r.depth)
				r.depth--;
		} else if (c == '\\') {
			p = control(&r, p, end);
		} else if (c != '\r' && c != '\n' && c) {
			put(&r, c);
		}
	}
	flush(&r);
	str_release(&r.bytes);
	*html = r.html;
}
