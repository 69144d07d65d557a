/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * libxml2's HTML parser looks through all open elements at some tags and
 * through all attributes of a tag for doubles. This pass bounds both, and it
 * drops megabytes of style sheets before they are parsed. Each byte is looked
 * at once; a search that failed (for a closing quote, say) is not repeated.
 */
#include "text/html_doc.h"

#include <string.h>
#include <strings.h>

#include "base/utf8.h"

#define DEPTH_MAX 256
#define ATTRIBUTES_MAX 48
#define VALUE_MAX 8192
#define NAME_MAX_BYTES 32

enum closes {
	CLOSES_P = 1,
	CLOSES_LI = 2,
	CLOSES_DT = 4,
	CLOSES_TD = 8,
	CLOSES_TR = 16,
	CLOSES_TBODY = 32,
	CLOSES_OPTION = 64,
};

/* Elements whose end tag may be missing: what they are, and what of that an
 * opening one ends. */
static const struct {
	const char *name;
	unsigned is, ends;
} optional[] = {
	{"p", CLOSES_P, CLOSES_P},
	{"li", CLOSES_LI, CLOSES_P | CLOSES_LI},
	{"dt", CLOSES_DT, CLOSES_P | CLOSES_DT},
	{"dd", CLOSES_DT, CLOSES_P | CLOSES_DT},
	{"td", CLOSES_TD, CLOSES_P | CLOSES_TD},
	{"th", CLOSES_TD, CLOSES_P | CLOSES_TD},
	{"tr", CLOSES_TR, CLOSES_P | CLOSES_TD | CLOSES_TR},
	{"tbody", CLOSES_TBODY,
	 CLOSES_P | CLOSES_TD | CLOSES_TR | CLOSES_TBODY},
	{"thead", CLOSES_TBODY,
	 CLOSES_P | CLOSES_TD | CLOSES_TR | CLOSES_TBODY},
	{"tfoot", CLOSES_TBODY,
	 CLOSES_P | CLOSES_TD | CLOSES_TR | CLOSES_TBODY},
	{"option", CLOSES_OPTION, CLOSES_OPTION},
};

static const char *const voids[] = {
	"area",	 "base",  "br",	   "col",      "embed",	  "hr",
	"img",	 "input", "link",  "meta",     "param",	  "source",
	"track", "wbr",	  "frame", "basefont", "bgsound", "keygen"};

/* Elements whose content is never shown and is no markup. */
static const char *const raws[] = {"script", "style",	 "title",  "template",
				   "xml",    "noframes", "svg",	   "math",
				   "iframe", "object",	 "applet", "noembed"};

struct guard {
	struct str *out;
	const char *s;
	size_t len, at;
	struct {
		char name[NAME_MAX_BYTES];
		unsigned is;
	} stack[DEPTH_MAX];
	size_t depth, over;
	bool no_gt;	  /* no '>' from here to the end */
	bool no_quote[2]; /* no ' or " any more */
	bool no_end[ARRAY_LEN(raws)];
	bool no_comment_end;
	size_t *scripts;
};

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_blank_char(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

static int index_of(const char *name, const char *const *set, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (name[0] == set[i][0] && strcmp(name, set[i]) == 0)
			return (int)i;
	return -1;
}

/* The tag name at `at`, in lower case; its length in the input. */
static size_t read_name(const struct guard *g, size_t at, char *name)
{
	size_t i = 0;

	while (at + i < g->len && !is_blank_char(g->s[at + i]) &&
	       !strchr("/><", g->s[at + i])) {
		char c = g->s[at + i];

		if (i + 1 < NAME_MAX_BYTES) {
			name[i] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
			name[i + 1] = '\0';
		}
		i++;
	}
	return i;
}

/* Finds `end` (ASCII, any case) from `at`; g->len when it is not there. */
static size_t find_end_tag(const struct guard *g, size_t at, const char *name)
{
	size_t n = strlen(name);

	while (at + n + 2 <= g->len) {
		const char *lt = memchr(g->s + at, '<', g->len - at);

		if (!lt)
			break;
		at = (size_t)(lt - g->s);
		if (at + 2 + n <= g->len && lt[1] == '/' &&
		    strncasecmp(lt + 2, name, n) == 0)
			return at;
		at++;
	}
	return g->len;
}

/* Copies one tag's attributes from g->at to the '>', or only skips them. */
static void copy_attributes(struct guard *g, bool emit)
{
	size_t i = g->at, attributes = 0;

	while (i < g->len && g->s[i] != '>') {
		size_t start;

		while (i < g->len && (is_blank_char(g->s[i]) || g->s[i] == '/'))
			i++;
		if (i == g->len || g->s[i] == '>')
			break;
		start = i;
		while (i < g->len && !is_blank_char(g->s[i]) &&
		       !strchr("=>/", g->s[i]))
			i++;
		size_t name_end = i, value = i, value_end = i;
		while (i < g->len && is_blank_char(g->s[i]))
			i++;
		if (i < g->len && g->s[i] == '=') {
			i++;
			while (i < g->len && is_blank_char(g->s[i]))
				i++;
			value = i;
			bool q = i < g->len &&
				 (g->s[i] == '"' || g->s[i] == '\'');
			bool dbl = q && g->s[i] == '"';
			const char *end =
				q && !g->no_quote[dbl]
					? memchr(g->s + i + 1, g->s[i],
						 g->len - i - 1)
					: NULL;
			if (q && !end)
				g->no_quote[dbl] = true;
			if (end) {
				value = i + 1;
				value_end = (size_t)(end - g->s);
				i = value_end + 1;
			} else {
				while (i < g->len && !is_blank_char(g->s[i]) &&
				       g->s[i] != '>')
					i++;
				value_end = i;
			}
		} else if (i == start) {
			i++; /* a stray '=' */
			continue;
		}
		if (!emit || name_end == start || name_end - start > 64 ||
		    attributes++ >= ATTRIBUTES_MAX)
			continue;
		str_add_char(g->out, ' ');
		str_add_mem(g->out, g->s + start, name_end - start);
		if (value_end > value && value_end - value <= VALUE_MAX) {
			bool dbl = memchr(g->s + value, '"',
					  value_end - value) == NULL;

			str_add(g->out, dbl ? "=\"" : "='");
			str_add_mem(g->out, g->s + value, value_end - value);
			str_add_char(g->out, dbl ? '"' : '\'');
		}
	}
	g->at = i < g->len ? i + 1 : g->len;
}

static void open_element(struct guard *g, const char *name)
{
	unsigned is = 0, ends = 0;

	for (size_t i = 0; i < ARRAY_LEN(optional); i++)
		if (name[0] == optional[i].name[0] &&
		    strcmp(name, optional[i].name) == 0) {
			is = optional[i].is;
			ends = optional[i].ends;
		}
	while (g->depth > 0 && (g->stack[g->depth - 1].is & ends))
		g->depth--;
	memcpy(g->stack[g->depth].name, name, NAME_MAX_BYTES);
	g->stack[g->depth].is = is;
	g->depth++;
}

/* The frame of a page means nothing inside a mail; a body is one more block
 * (there may be several, of forwarded pages). */
static bool drop_frame(char *name)
{
	if (strcmp(name, "body") == 0)
		memcpy(name, "div", 4);
	return strcmp(name, "html") == 0 || strcmp(name, "head") == 0;
}

static void start_tag(struct guard *g)
{
	char name[NAME_MAX_BYTES] = "";
	size_t n = read_name(g, g->at + 1, name);
	int raw = index_of(name, raws, ARRAY_LEN(raws));
	bool is_void = index_of(name, voids, ARRAY_LEN(voids)) >= 0;
	bool frame = drop_frame(name);
	bool full = !is_void && raw < 0 && g->depth >= DEPTH_MAX;

	g->at += 1 + n;
	if (frame) {
		copy_attributes(g, false);
		return;
	}
	if (raw >= 0 || full) {
		copy_attributes(g, false);
		g->over += full;
		if (raw < 0)
			return;
		*g->scripts += strcmp(name, "script") == 0;
		if (g->s[g->at - 2] == '/' && strcmp(name, "script") != 0 &&
		    strcmp(name, "style") != 0)
			return; /* <svg/> */
		if (!g->no_end[raw]) {
			size_t end = find_end_tag(g, g->at, name);

			g->no_end[raw] = end == g->len;
			if (end < g->len) {
				g->at = end + 2 + strlen(name);
				copy_attributes(g, false);
				return;
			}
		}
		/* A style sheet that never ends would swallow the mail: its
		 * text is shown rather than nothing. */
		return;
	}
	str_add_char(g->out, '<');
	str_add(g->out, name);
	copy_attributes(g, true);
	str_add_char(g->out, '>');
	if (!is_void)
		open_element(g, name);
}

static void end_tag(struct guard *g)
{
	char name[NAME_MAX_BYTES] = "";
	size_t n = read_name(g, g->at + 2, name);
	bool frame = drop_frame(name);

	g->at += 2 + n;
	copy_attributes(g, false);
	if (frame)
		return;
	if (g->over > 0) {
		g->over--;
		return;
	}
	for (size_t i = g->depth; i-- > 0;)
		if (strcmp(g->stack[i].name, name) == 0) {
			g->depth = i;
			str_addf(g->out, "</%s>", name);
			return;
		}
}

/* Behind the "-->"; NULL: there is none. */
static const char *comment_end(const char *from, const char *end)
{
	const char *p = from;

	while ((p = memchr(p, '>', (size_t)(end - p)))) {
		p++;
		if (p - from >= 3 && p[-2] == '-' && p[-3] == '-')
			return p;
	}
	return NULL;
}

/* "<!...": a comment or a declaration; "<?..." likewise. */
static void skip_declaration(struct guard *g)
{
	const char *s = g->s + g->at;
	size_t left = g->len - g->at;
	const char *end = NULL;

	if (left >= 4 && memcmp(s, "<!--", 4) == 0) {
		if (left > 4 && s[4] == '>') {
			g->at += 5;
			return;
		}
		if (!g->no_comment_end) {
			end = comment_end(s + 4, g->s + g->len);
			g->no_comment_end = !end;
		}
		if (end) {
			g->at = (size_t)(end - g->s);
			return;
		}
	}
	end = memchr(s, '>', left);
	g->at = end ? (size_t)(end - g->s) + 1 : g->len;
}

static void add_text(struct guard *g, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		unsigned char c = (unsigned char)g->s[i];

		if (c >= ' ' || is_blank_char((char)c))
			continue;
		str_add_mem(g->out, g->s + from, i - from);
		str_add(g->out, c ? "\xEF\xBF\xBD" : "");
		from = i + 1;
	}
	str_add_mem(g->out, g->s + from, to - from);
}

void html_guard(struct str *out, const char *html, size_t len, size_t *scripts)
{
	CLEANUP(mem_free_ptr) char *valid = NULL;
	struct guard *g = xcalloc(1, sizeof(*g));

	if (!utf8_is_valid(html, len)) {
		valid = utf8_make_valid(html, len);
		html = valid;
		len = strlen(valid);
	}
	*g = (struct guard){
		.out = out, .s = html, .len = len, .scripts = scripts};
	/* libxml2 puts text that stands in no element into a paragraph. */
	str_add(out, "<div>");
	while (g->at < len && !str_is_truncated(out)) {
		const char *lt = memchr(html + g->at, '<', len - g->at);
		size_t i = lt ? (size_t)(lt - html) : len;
		char next = i + 1 < len ? html[i + 1] : '\0';
		bool end = next == '/' && i + 2 < len && is_letter(html[i + 2]);

		add_text(g, g->at, i);
		g->at = i;
		if (!lt)
			break;
		if (!g->no_gt && (is_letter(next) || end))
			g->no_gt = !memchr(html + i, '>', len - i);
		if (next == '!' || next == '?') {
			skip_declaration(g);
		} else if (g->no_gt || !(is_letter(next) || end)) {
			if (next != '/')
				str_add(out, "&lt;");
			g->at++;
		} else if (end) {
			end_tag(g);
		} else {
			start_tag(g);
		}
	}
	free(g);
}
