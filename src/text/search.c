/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Grammar (blanks between any two):
 *   query = all (("OR" | "|") all)*
 *   all = side+                          AND may be written between
 *   side = ("-" | "!" | "NOT" | "not:") side | "(" query ")" | term
 * AND binds tighter than OR, as in mutt, notmuch and mu.
 */
#include "text/search.h"

#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "model/item.h"
#include "text/search_value.h"

#define TEXT_MAX 1000
#define TERMS_MAX 1000

struct parser {
	const char *s;
	size_t at;
	int depth;
	size_t terms;
	int64_t now;
	struct err *err;
};

enum value_kind {
	VALUE_WORD,
	VALUE_FLAG_HAS, /* has:attachment */
	VALUE_FLAG_IS,	/* is:unread */
	VALUE_AFTER,
	VALUE_BEFORE,
	VALUE_DATE,
	VALUE_SIZE,
	VALUE_LARGER,
	VALUE_SMALLER,
	VALUE_NOT,
};

static const struct field {
	const char *name;
	enum value_kind kind;
	enum search_op op; /* VALUE_WORD */
} fields[] = {
	{"from", VALUE_WORD, SEARCH_FROM},
	{"to", VALUE_WORD, SEARCH_TO},
	{"cc", VALUE_WORD, SEARCH_CC},
	{"who", VALUE_WORD, SEARCH_WHO},
	{"with", VALUE_WORD, SEARCH_WHO},
	{"subject", VALUE_WORD, SEARCH_SUBJECT},
	{"body", VALUE_WORD, SEARCH_BODY},
	{"text", VALUE_WORD, SEARCH_TEXT},
	{"category", VALUE_WORD, SEARCH_CATEGORY},
	{"tag", VALUE_WORD, SEARCH_CATEGORY},
	{"in", VALUE_WORD, SEARCH_FOLDER},
	{"folder", VALUE_WORD, SEARCH_FOLDER},
	{"id", VALUE_WORD, SEARCH_ID},
	{"has", VALUE_FLAG_HAS, SEARCH_FLAGS},
	{"is", VALUE_FLAG_IS, SEARCH_FLAGS},
	{"after", VALUE_AFTER, SEARCH_AFTER},
	{"since", VALUE_AFTER, SEARCH_AFTER},
	{"before", VALUE_BEFORE, SEARCH_BEFORE},
	{"until", VALUE_BEFORE, SEARCH_BEFORE},
	{"date", VALUE_DATE, SEARCH_AND},
	{"size", VALUE_SIZE, SEARCH_LARGER},
	{"larger", VALUE_LARGER, SEARCH_LARGER},
	{"smaller", VALUE_SMALLER, SEARCH_SMALLER},
	{"not", VALUE_NOT, SEARCH_NOT},
};

static const struct flag_word {
	const char *name;
	unsigned mask;
	bool wanted;
} is_words[] =
	{
		{"unread", ITEM_READ, false},
		{"new", ITEM_READ, false},
		{"read", ITEM_READ, true},
		{"seen", ITEM_READ, true},
		{"flagged", ITEM_FLAGGED, true},
		{"starred", ITEM_FLAGGED, true},
		{"unflagged", ITEM_FLAGGED, false},
		{"complete", ITEM_COMPLETE, true},
		{"answered", ITEM_ANSWERED, true},
		{"replied", ITEM_ANSWERED, true},
		{"unanswered", ITEM_ANSWERED, false},
		{"forwarded", ITEM_FORWARDED, true},
		{"draft", ITEM_DRAFT, true},
		{"important", ITEM_HIGH, true},
		{"high", ITEM_HIGH, true},
		{"low", ITEM_LOW, true},
		{"invitation", ITEM_INVITATION, true},
		{"signed", ITEM_SIGNED, true},
		{"encrypted", ITEM_ENCRYPTED, true},
		{"report", ITEM_REPORT, true},
		{"conflict", ITEM_CONFLICT, true},
		{"pending", ITEM_PENDING, true},
},
  has_words[] = {
	  {"attachment", ITEM_ATTACHMENT, true},
	  {"attachments", ITEM_ATTACHMENT, true},
	  {"file", ITEM_ATTACHMENT, true},
	  {"flag", ITEM_FLAGGED, true},
};

/* mutt's letters: those that take a value, and those that are flags. */
static const struct tilde {
	char letter;
	enum value_kind kind;
	enum search_op op;
} tilde_values[] = {
	{'f', VALUE_WORD, SEARCH_FROM},	   {'e', VALUE_WORD, SEARCH_FROM},
	{'t', VALUE_WORD, SEARCH_TO},	   {'c', VALUE_WORD, SEARCH_CC},
	{'C', VALUE_WORD, SEARCH_TO},	   {'L', VALUE_WORD, SEARCH_WHO},
	{'s', VALUE_WORD, SEARCH_SUBJECT}, {'b', VALUE_WORD, SEARCH_BODY},
	{'B', VALUE_WORD, SEARCH_TEXT},	   {'y', VALUE_WORD, SEARCH_CATEGORY},
	{'i', VALUE_WORD, SEARCH_ID},	   {'d', VALUE_DATE, SEARCH_AND},
	{'r', VALUE_DATE, SEARCH_AND},	   {'z', VALUE_SIZE, SEARCH_LARGER},
};
static const struct {
	char letter;
	unsigned mask;
	bool wanted;
} tilde_flags[] = {
	{'F', ITEM_FLAGGED, true},    {'N', ITEM_READ, false},
	{'U', ITEM_READ, false},      {'O', ITEM_READ, false},
	{'R', ITEM_READ, true},	      {'Q', ITEM_ANSWERED, true},
	{'X', ITEM_ATTACHMENT, true}, {'g', ITEM_SIGNED, true},
	{'G', ITEM_ENCRYPTED, true},
};

static bool fail(struct parser *p, size_t at, const char *fmt, const char *what)
{
	/* Only ASCII goes into the sentence as it is. */
	char shown[64];
	size_t n = 0;

	for (; what[n] && n + 1 < sizeof(shown); n++)
		shown[n] = what[n] >= ' ' && what[n] <= '~' ? what[n] : '?';
	shown[n] = '\0';
	if (p->err) {
		CLEANUP(str_release) struct str b = STR_INIT;
		const char *hole = strstr(fmt, "%s");

		str_add_mem(&b, fmt, hole ? (size_t)(hole - fmt) : strlen(fmt));
		if (hole) {
			str_add(&b, shown);
			str_add(&b, hole + 2);
		}
		err_set(p->err, ERR_INPUT, "%s", b.s);
		p->err->number = (int)at;
	}
	return false;
}

static void skip_blanks(struct parser *p)
{
	p->at += strspn(p->s + p->at, " \t\r\n");
}

static bool ends_word(char c)
{
	return c == '\0' || strchr(" \t\r\n()|", c);
}

/* Is the word at the parser's place `word`? Takes it if so. */
static bool take_word(struct parser *p, const char *word)
{
	size_t n = strlen(word);

	if (strncmp(p->s + p->at, word, n) != 0 || !ends_word(p->s[p->at + n]))
		return false;
	p->at += n;
	return true;
}

/* A word or a quoted phrase into a string; *quoted says which. */
static bool read_value(struct parser *p, char **out, bool *quoted)
{
	CLEANUP(str_release) struct str b = STR_INIT;
	size_t start = p->at;

	*quoted = p->s[p->at] == '"';
	if (*quoted) {
		for (p->at++; p->s[p->at] != '"'; p->at++) {
			if (p->s[p->at] == '\0')
				return fail(p, start,
					    "A quotation mark is not closed.",
					    "");
			if (p->s[p->at] == '\\' && p->s[p->at + 1])
				p->at++;
			str_add_char(&b, p->s[p->at]);
		}
		p->at++;
	} else {
		while (!ends_word(p->s[p->at]))
			str_add_char(&b, p->s[p->at++]);
	}
	if (b.len > TEXT_MAX)
		return fail(p, start, "A word of the search is too long.", "");
	*out = str_take(&b);
	return true;
}

static struct search_node *word_node(enum search_op op, size_t at,
				     char *owned_text, bool quoted)
{
	struct search_node *n = search_node_new(op, at);
	size_t len = strlen(owned_text);

	n->text = owned_text;
	n->phrase = quoted;
	if (!quoted && len > 1 && owned_text[len - 1] == '*') {
		owned_text[len - 1] = '\0';
		n->prefix = true;
	}
	return n;
}

static struct search_node *flag_node(size_t at, unsigned mask, bool wanted)
{
	struct search_node *n = search_node_new(SEARCH_FLAGS, at);

	n->mask = mask;
	n->wanted = wanted;
	return n;
}

static bool flag_value(struct parser *p, struct search_node **out, size_t at,
		       const char *text, bool is)
{
	const struct flag_word *words = is ? is_words : has_words;
	size_t n = is ? ARRAY_LEN(is_words) : ARRAY_LEN(has_words);

	for (size_t i = 0; i < n; i++)
		if (strcasecmp(words[i].name, text) == 0) {
			*out = flag_node(at, words[i].mask, words[i].wanted);
			return true;
		}
	return fail(p, at,
		    is ? "\"is:%s\" is not known; try unread, read, flagged, "
			 "answered, draft or important."
		       : "\"has:%s\" is not known; try has:attachment.",
		    text);
}

/* From min (inclusive) to max (exclusive) in two nodes, or one. */
static struct search_node *range_node(size_t at, enum search_op low,
				      enum search_op high,
				      const struct search_range *r)
{
	struct search_node *a = NULL, *b = NULL, *both;

	if (r->has_min) {
		a = search_node_new(low, at);
		a->number = r->min;
	}
	if (r->has_max) {
		b = search_node_new(high, at);
		b->number = r->max;
	}
	if (!a || !b)
		return a ? a : b;
	both = search_node_new(SEARCH_AND, at);
	search_node_give(both, a);
	search_node_give(both, b);
	return both;
}

static bool range_value(struct parser *p, struct search_node **out, size_t at,
			const char *text, enum value_kind kind)
{
	bool size = kind == VALUE_SIZE || kind == VALUE_LARGER ||
		    kind == VALUE_SMALLER;
	struct search_range r = {.has_min = false};

	if (size ? !search_size_range(text, &r)
		 : !search_date_range(text, p->now, &r))
		return fail(p, at,
			    size ? "\"%s\" is no size; write 500k, >1M or <10M."
				 : "\"%s\" is no date; write 2026-11-24, "
				   "2026-11, yesterday or 7d.",
			    text);
	/* "after:..2026" and "larger:<1M" mean nothing. */
	if ((kind == VALUE_AFTER || kind == VALUE_LARGER) && !r.has_min)
		return fail(p, at, "\"%s\" has no beginning.", text);
	if (kind == VALUE_AFTER || kind == VALUE_LARGER)
		r.has_max = false;
	if (kind == VALUE_BEFORE || kind == VALUE_SMALLER) {
		/* before:2026-11 is before its first day. */
		if (r.has_min)
			r.max = r.min;
		r.has_max = true;
		r.has_min = false;
	}
	*out = range_node(at, size ? SEARCH_LARGER : SEARCH_AFTER,
			  size ? SEARCH_SMALLER : SEARCH_BEFORE, &r);
	return true;
}

static bool value_node(struct parser *p, struct search_node **out, size_t at,
		       enum value_kind kind, enum search_op op)
{
	char *text = NULL;
	bool quoted, ok = true;

	if (!read_value(p, &text, &quoted))
		return false;
	if (!text[0]) {
		free(text);
		return fail(p, at, "Something is missing behind this.", "");
	}
	switch (kind) {
	case VALUE_WORD:
		*out = word_node(op, at, text, quoted);
		return true;
	case VALUE_FLAG_HAS:
	case VALUE_FLAG_IS:
		ok = flag_value(p, out, at, text, kind == VALUE_FLAG_IS);
		break;
	case VALUE_AFTER:
	case VALUE_BEFORE:
	case VALUE_DATE:
	case VALUE_SIZE:
	case VALUE_LARGER:
	case VALUE_SMALLER:
		ok = range_value(p, out, at, text, kind);
		break;
	case VALUE_NOT:
		BUG("not: is no value");
	}
	free(text);
	return ok;
}

static bool parse_side(struct parser *p, struct search_node **out);

static bool parse_tilde(struct parser *p, struct search_node **out)
{
	size_t at = p->at;
	char letter[2] = {p->s[at + 1], '\0'};

	if (letter[0])
		p->at += 2;
	if (letter[0] == 'A') {
		*out = search_node_new(SEARCH_ALL, at);
		return true;
	}
	for (size_t i = 0; i < ARRAY_LEN(tilde_flags); i++)
		if (tilde_flags[i].letter == letter[0]) {
			*out = flag_node(at, tilde_flags[i].mask,
					 tilde_flags[i].wanted);
			return true;
		}
	for (size_t i = 0; i < ARRAY_LEN(tilde_values); i++)
		if (tilde_values[i].letter == letter[0]) {
			skip_blanks(p);
			return value_node(p, out, at, tilde_values[i].kind,
					  tilde_values[i].op);
		}
	return fail(p, at,
		    "\"~%s\" is not known; try ~f ~t ~c ~s ~b ~d ~z ~F ~N.",
		    letter);
}

/* Length of "name:" at the parser's place, 0: there is none. */
static size_t field_len(const struct parser *p)
{
	const char *s = p->s + p->at;
	size_t n = 0;

	while ((s[n] >= 'a' && s[n] <= 'z') || (s[n] >= 'A' && s[n] <= 'Z'))
		n++;
	/* A URL and a time of day are words. */
	return n > 1 && s[n] == ':' && s[n + 1] != '/' ? n : 0;
}

static bool negate(struct parser *p, struct search_node **out, size_t at)
{
	struct search_node *kid;

	skip_blanks(p);
	if (!parse_side(p, &kid))
		return false;
	*out = search_node_new(SEARCH_NOT, at);
	search_node_give(*out, kid);
	return true;
}

static bool parse_term(struct parser *p, struct search_node **out)
{
	size_t at = p->at, n = field_len(p);

	if (++p->terms > TERMS_MAX)
		return fail(p, at, "The search has too many words.", "");
	if (p->s[at] == '~')
		return parse_tilde(p, out);
	for (size_t i = 0; n > 0 && i < ARRAY_LEN(fields); i++) {
		if (strlen(fields[i].name) != n ||
		    strncasecmp(p->s + at, fields[i].name, n) != 0)
			continue;
		p->at += n + 1;
		if (fields[i].kind == VALUE_NOT)
			return negate(p, out, at);
		return value_node(p, out, at, fields[i].kind, fields[i].op);
	}
	if (n > 0) {
		CLEANUP(mem_free_ptr) char *name = xstrndup(p->s + at, n);

		return fail(p, at,
			    "\"%s:\" is not known; try from: to: subject: "
			    "body: is: has: after: before: in:, or put the "
			    "word in quotes.",
			    name);
	}
	return value_node(p, out, at, VALUE_WORD, SEARCH_TEXT);
}

static bool parse_query(struct parser *p, struct search_node **out, bool inner);

static bool parse_group(struct parser *p, struct search_node **out)
{
	size_t at = p->at++;

	if (!parse_query(p, out, true))
		return false;
	if (p->s[p->at] != ')') {
		search_node_free(*out);
		return fail(p, at, "A bracket is not closed.", "");
	}
	p->at++;
	return true;
}

static bool parse_side(struct parser *p, struct search_node **out)
{
	char c = p->s[p->at];
	size_t at = p->at;
	bool ok;

	/* A level of the query may cost an OR and an AND node besides. */
	if (++p->depth > QUERY_MAX_DEPTH / 3)
		return fail(p, at, "The search is nested too deeply.", "");
	if ((c == '-' || c == '!') && !ends_word(p->s[at + 1])) {
		p->at++;
		ok = negate(p, out, at);
	} else if ((c == '-' || c == '!') && p->s[at + 1] == '(') {
		p->at++;
		ok = negate(p, out, at);
	} else if (c == '!' || take_word(p, "NOT")) {
		p->at += c == '!';
		ok = negate(p, out, at);
	} else if (c == '(') {
		ok = parse_group(p, out);
	} else if (c == '\0' || c == ')' || c == '|' || c == '-') {
		ok = fail(p, at, "A word is missing here.", "");
	} else {
		ok = parse_term(p, out);
	}
	p->depth--;
	return ok;
}

static bool take_or(struct parser *p)
{
	if (p->s[p->at] == '|') {
		p->at += p->s[p->at + 1] == '|' ? 2 : 1;
		return true;
	}
	return take_word(p, "OR");
}

/* A list node of one child is that child; of none, everything. */
static struct search_node *unwrap(struct search_node *list)
{
	struct search_node *only;

	if (list->n > 1)
		return list;
	if (list->n == 0) {
		list->op = SEARCH_ALL;
		return list;
	}
	only = list->kids[0];
	list->n = 0;
	search_node_free(list);
	return only;
}

static bool parse_query(struct parser *p, struct search_node **out, bool inner)
{
	struct search_node *any = search_node_new(SEARCH_OR, p->at);
	struct search_node *all = search_node_new(SEARCH_AND, p->at);
	struct search_node *next;
	bool ok = true;

	for (;;) {
		size_t at;

		skip_blanks(p);
		at = p->at;
		if (all->n > 0 && take_word(p, "AND"))
			continue;
		if (p->s[at] == '\0' || (inner && p->s[at] == ')'))
			break;
		if (take_or(p)) {
			ok = all->n > 0 ||
			     fail(p, at, "A word is missing before this.", "");
			if (!ok)
				break;
			search_node_give(any, unwrap(all));
			all = search_node_new(SEARCH_AND, p->at);
			continue;
		}
		if (p->s[at] == ')') {
			ok = fail(p, at,
				  "A bracket is closed that was not opened.",
				  "");
			break;
		}
		ok = parse_side(p, &next);
		if (!ok)
			break;
		search_node_give(all, next);
	}
	if (ok && all->n == 0 && any->n > 0)
		ok = fail(p, p->at, "A word is missing here.", "");
	if (!ok) {
		search_node_free(all);
		search_node_free(any);
		return false;
	}
	search_node_give(any, unwrap(all));
	*out = unwrap(any);
	return true;
}

bool search_parse(struct search_node **out, const char *text, int64_t now,
		  struct err *err)
{
	struct parser p = {.s = text, .now = now, .err = err};
	struct search_node *tree;

	if (!parse_query(&p, &tree, false))
		return false;
	*out = tree;
	return true;
}

void search_words(const struct search_node *n, struct strv *words)
{
	if (n->op == SEARCH_NOT)
		return;
	for (size_t i = 0; i < n->n; i++)
		search_words(n->kids[i], words);
	if (n->text && n->op != SEARCH_CATEGORY && n->op != SEARCH_FOLDER &&
	    n->op != SEARCH_ID && n->op != SEARCH_ROWS &&
	    !strv_has(words, n->text))
		strv_add(words, n->text);
}
