/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The SQL of SEARCH (dossier 7.1): reading it, and judging rows by it. */
#include "tests/sim/dav.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>
#include "base/clock.h"
#include "base/utf8.h"

#define DEPTH_MAX 200

enum sql_op { SQL_AND, SQL_OR, SQL_NOT, SQL_COMPARE, SQL_LIKE, SQL_NULL };
enum compare { CMP_EQ, CMP_NE, CMP_LT, CMP_LE, CMP_GT, CMP_GE };
struct sql_node {
	enum sql_op op;
	struct sql_node *a, *b;
	struct dav_prop left, right; /* right.uri NULL: the literal */
	enum compare how;
	bool negated; /* IS NOT NULL, NOT LIKE */
	char type;    /* of the literal: T N B D X */
	char *text;
	int64_t number;
};

struct parser {
	const char *p;
	int depth;
	bool bad;
};

static void node_free(struct sql_node *n)
{
	if (!n)
		return;
	node_free(n->a);
	node_free(n->b);
	free(n->left.uri);
	free(n->right.uri);
	free(n->text);
	free(n);
}

void sql_release(struct sql *q)
{
	dav_props_release(&q->select);
	dav_props_release(&q->order);
	vec_release(&q->descending);
	free(q->scope);
	node_free(q->where);
}

/* --- words ------------------------------------------------------------------- */
static void blanks(struct parser *s)
{
	while (isspace((unsigned char)*s->p))
		s->p++;
}

static bool word(struct parser *s, const char *w)
{
	size_t n = strlen(w);

	blanks(s);
	if (strncasecmp(s->p, w, n) != 0 || isalnum((unsigned char)s->p[n]))
		return false;
	s->p += n;
	return true;
}

static bool sign(struct parser *s, const char *w)
{
	blanks(s);
	if (strncmp(s->p, w, strlen(w)) != 0)
		return false;
	s->p += strlen(w);
	return true;
}

static void must(struct parser *s, bool good)
{
	if (!good)
		s->bad = true;
}

/* "..." or '...', the quote doubled inside; NULL: not here. */
static char *quoted(struct parser *s, char quote)
{
	struct str b = STR_INIT;

	blanks(s);
	if (*s->p != quote)
		return NULL;
	for (s->p++; *s->p; s->p++) {
		if (*s->p == quote && s->p[1] == quote)
			s->p++;
		else if (*s->p == quote)
			break;
		str_add_char(&b, *s->p);
	}
	if (*s->p != quote) {
		s->bad = true;
		str_release(&b);
		return NULL;
	}
	s->p++;
	return str_take(&b);
}

static bool property(struct parser *s, struct dav_prop *out)
{
	char *uri = quoted(s, '"');

	must(s, uri != NULL);
	if (!uri)
		return false;
	dav_prop_init(out, uri);
	free(uri);
	return true;
}

/* --- WHERE ---------------------------------------------------------------------- */
static struct sql_node *parse_or(struct parser *s);

/* cast("2003-02-01T00:00:00Z" as 'dateTime.tz') */
static void parse_cast(struct parser *s, struct sql_node *n)
{
	char *type;

	must(s, sign(s, "("));
	n->text = quoted(s, '"');
	if (!n->text)
		n->text = quoted(s, '\'');
	must(s, n->text && word(s, "as"));
	type = quoted(s, '\'');
	if (!type)
		type = quoted(s, '"');
	must(s, type && sign(s, ")"));
	if (s->bad || !type) {
		free(type);
		return;
	}
	n->type = 'T';
	if (strncasecmp(type, "dateTime", 8) == 0) {
		n->type = 'D';
		must(s, clock_parse_iso(n->text, &n->number));
	} else if (strncasecmp(type, "bin", 3) == 0) {
		n->type = 'X';
	} else if (strncasecmp(type, "i", 1) == 0 ||
		   strncasecmp(type, "boolean", 7) == 0 ||
		   strncasecmp(type, "r", 1) == 0) {
		n->type = 'N';
		n->number = strtoll(n->text, NULL, 10);
	}
	free(type);
}

static void parse_literal(struct parser *s, struct sql_node *n)
{
	char *text;

	blanks(s);
	if (word(s, "cast")) {
		parse_cast(s, n);
	} else if (word(s, "true") || word(s, "false")) {
		n->type = 'B';
		n->number = tolower((unsigned char)s->p[-1]) == 'e' &&
			    tolower((unsigned char)s->p[-2]) == 'u';
	} else if ((text = quoted(s, '\''))) {
		n->type = 'T';
		n->text = text;
	} else if (*s->p == '"') {
		property(s, &n->right);
	} else if (isdigit((unsigned char)*s->p) || *s->p == '-') {
		char *end;

		n->type = 'N';
		n->number = strtoll(s->p, &end, 10);
		must(s, end > s->p);
		s->p = end;
	} else {
		s->bad = true;
	}
}

static bool parse_operator(struct parser *s, enum compare *out)
{
	static const struct {
		const char *sign;
		enum compare how;
	} signs[] = {{"!=", CMP_NE}, {"<>", CMP_NE}, {"<=", CMP_LE},
		     {">=", CMP_GE}, {"<", CMP_LT},  {">", CMP_GT},
		     {"=", CMP_EQ}};

	for (size_t i = 0; i < ARRAY_LEN(signs); i++) {
		if (sign(s, signs[i].sign)) {
			*out = signs[i].how;
			return true;
		}
	}
	return false;
}

static struct sql_node *parse_comparison(struct parser *s)
{
	struct sql_node *n = xcalloc(1, sizeof(*n));

	n->op = SQL_COMPARE;
	if (!property(s, &n->left))
		return n;
	if (word(s, "is")) {
		n->op = SQL_NULL;
		n->negated = word(s, "not");
		must(s, word(s, "null"));
	} else if (word(s, "like")) {
		n->op = SQL_LIKE;
		n->text = quoted(s, '\'');
		must(s, n->text != NULL);
	} else if (parse_operator(s, &n->how)) {
		parse_literal(s, n);
	} else {
		s->bad = true;
	}
	return n;
}

static struct sql_node *parse_not(struct parser *s)
{
	struct sql_node *n;

	if (s->bad || ++s->depth > DEPTH_MAX) {
		s->bad = true;
		return NULL;
	}
	if (word(s, "not")) {
		n = xcalloc(1, sizeof(*n));
		n->op = SQL_NOT;
		n->a = parse_not(s);
	} else if (sign(s, "(")) {
		n = parse_or(s);
		must(s, sign(s, ")"));
	} else {
		n = parse_comparison(s);
	}
	s->depth--;
	return n;
}

static struct sql_node *joined(enum sql_op op, struct sql_node *a,
			       struct sql_node *b)
{
	struct sql_node *n = xcalloc(1, sizeof(*n));

	*n = (struct sql_node){.op = op, .a = a, .b = b};
	return n;
}

static struct sql_node *parse_and(struct parser *s)
{
	struct sql_node *n = parse_not(s);

	while (!s->bad && word(s, "and"))
		n = joined(SQL_AND, n, parse_not(s));
	return n;
}

static struct sql_node *parse_or(struct parser *s)
{
	struct sql_node *n = parse_and(s);

	while (!s->bad && word(s, "or"))
		n = joined(SQL_OR, n, parse_and(s));
	return n;
}

/* --- the statement ---------------------------------------------------------------- */
/* SCOPE('shallow traversal of "url"'), "url", or SCOPE("url") */
static void parse_from(struct parser *s, struct sql *q)
{
	struct parser inner = {0};
	char *text;

	q->depth = 's';
	if (!word(s, "scope")) {
		q->scope = quoted(s, '"');
		must(s, q->scope != NULL);
		return;
	}
	must(s, sign(s, "("));
	text = quoted(s, '\'');
	must(s, text && sign(s, ")"));
	if (s->bad) {
		free(text);
		return;
	}
	inner.p = text;
	if (word(&inner, "deep"))
		q->depth = 'd';
	else if (word(&inner, "hierarchical"))
		q->depth = 'h';
	else
		must(s, word(&inner, "shallow"));
	must(s, word(&inner, "traversal") && word(&inner, "of"));
	q->scope = quoted(&inner, '"');
	must(s, q->scope != NULL);
	free(text);
}

static void parse_select(struct parser *s, struct sql *q)
{
	must(s, word(s, "select"));
	do {
		struct dav_prop p;

		if (!property(s, &p))
			return;
		if (word(s, "as")) {
			/* The alias is the name that the row carries. */
			blanks(s);
			size_t n = 0;

			while (isalnum((unsigned char)s->p[n]) ||
			       s->p[n] == '_')
				n++;
			must(s, n > 0);
			s->p += n;
		}
		vec_add(&q->select, p);
	} while (!s->bad && sign(s, ","));
}

static void parse_order(struct parser *s, struct sql *q)
{
	must(s, word(s, "by"));
	do {
		struct dav_prop p;

		if (!property(s, &p))
			return;
		vec_add(&q->order, p);
		if (word(s, "desc"))
			vec_add(&q->descending, true);
		else
			vec_add(&q->descending, word(s, "asc") && false);
	} while (sign(s, ","));
}

bool sql_parse(struct sql *q, const char *text)
{
	struct parser s = {.p = text};

	memset(q, 0, sizeof(*q));
	parse_select(&s, q);
	must(&s, word(&s, "from"));
	if (!s.bad)
		parse_from(&s, q);
	if (!s.bad && word(&s, "where"))
		q->where = parse_or(&s);
	if (!s.bad && word(&s, "group")) {
		struct dav_prop p = {0};

		must(&s, word(&s, "by") && property(&s, &p));
		free(p.uri);
		q->grouped = true;
	}
	if (!s.bad && word(&s, "order"))
		parse_order(&s, q);
	blanks(&s);
	if (s.bad || *s.p) {
		sql_release(q);
		return false;
	}
	return true;
}

/* --- judging ------------------------------------------------------------------------ */
static bool holds(enum compare how, int order)
{
	switch (how) {
	case CMP_EQ:
		return order == 0;
	case CMP_NE:
		return order != 0;
	case CMP_LT:
		return order < 0;
	case CMP_LE:
		return order <= 0;
	case CMP_GT:
		return order > 0;
	case CMP_GE:
		return order >= 0;
	}
	return false;
}

static int order_of(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* DavMail writes dates as '2003/02/01 00:00:00'. */
static bool slashed_date(const char *s, int64_t *out)
{
	char iso[32];

	if (strlen(s) < 19 || s[4] != '/')
		return clock_parse_iso(s, out);
	snprintf(iso, sizeof(iso), "%.4s-%.2s-%.2sT%.8sZ", s, s + 5, s + 8,
		 s + 11);
	return clock_parse_iso(iso, out);
}

static bool compare(struct dav *d, const struct sql_node *n,
		    const struct resource *r, const struct dav_val *v)
{
	int64_t number = n->number;

	if (n->right.uri) {
		struct dav_val w;
		bool good =
			dav_value(d, r, &n->right, &w) &&
			holds(n->how, v->type == 'T'
					      ? strcasecmp(v->text.s, w.text.s)
					      : order_of(v->number, w.number));

		dav_val_release(&w);
		return good;
	}
	switch (v->type) {
	case 'B':
	case 'N':
		if (n->type == 'T')
			number = strtoll(n->text, NULL, 10);
		return holds(n->how, order_of(v->number, number));
	case 'D':
		if (n->type == 'T' && !slashed_date(n->text, &number))
			return false;
		return holds(n->how, order_of(v->number, number));
	case 'M':
		for (size_t i = 0; i < v->list.n; i++)
			if (str_eq_nocase(v->list.v[i], n->text))
				return holds(n->how, 0);
		return n->how == CMP_NE;
	default:
		return holds(n->how, strcasecmp(v->text.s ? v->text.s : "",
						str_or_empty(n->text)));
	}
}

/* % at either end; anything else is plain text. */
static bool like(const char *text, const char *pattern)
{
	size_t n = strlen(pattern);
	bool open = n && pattern[0] == '%';
	bool end = n > 1 && pattern[n - 1] == '%';
	char *inner = xstrndup(pattern + open, n - open - end);
	size_t len = strlen(inner), size = strlen(text);
	bool good;

	if (open && end)
		good = utf8_contains_folded(text, inner);
	else if (end)
		good = strncasecmp(text, inner, len) == 0;
	else if (open)
		good = size >= len && strcasecmp(text + size - len, inner) == 0;
	else
		good = strcasecmp(text, inner) == 0;
	free(inner);
	return good;
}

static bool judge(struct dav *d, const struct sql_node *n,
		  const struct resource *r)
{
	struct dav_val v;
	bool there, good = false;

	switch (n->op) {
	case SQL_AND:
		return judge(d, n->a, r) && judge(d, n->b, r);
	case SQL_OR:
		return judge(d, n->a, r) || judge(d, n->b, r);
	case SQL_NOT:
		return !judge(d, n->a, r);
	case SQL_COMPARE:
	case SQL_LIKE:
	case SQL_NULL:
		break;
	}
	there = dav_value(d, r, &n->left, &v);
	if (n->op == SQL_NULL)
		good = there == n->negated;
	else if (there && n->op == SQL_LIKE)
		good = like(v.text.s ? v.text.s : "", n->text);
	else if (there)
		good = compare(d, n, r, &v);
	/* A flag nobody set is false. */
	else if (n->type == 'B')
		good = holds(n->how, order_of(0, n->number));
	dav_val_release(&v);
	return good;
}

bool sql_matches(struct dav *d, const struct sql *q, const struct resource *r)
{
	return !q->where || judge(d, q->where, r);
}

static void find_range(const struct sql_node *n, int64_t *from, int64_t *to)
{
	if (!n)
		return;
	find_range(n->a, from, to);
	find_range(n->b, from, to);
	int64_t t = n->number;

	if (n->op != SQL_COMPARE || !n->left.uri ||
	    (n->type != 'D' && !(n->type == 'T' && slashed_date(n->text, &t))))
		return;
	if (str_eq(n->left.uri, "urn:schemas:calendar:dtend") &&
	    (n->how == CMP_GT || n->how == CMP_GE))
		*from = t;
	if (str_eq(n->left.uri, "urn:schemas:calendar:dtstart") &&
	    (n->how == CMP_LT || n->how == CMP_LE))
		*to = t;
}

bool sql_time_range(const struct sql *q, int64_t *from, int64_t *to)
{
	*from = *to = CLOCK_NEVER;
	find_range(q->where, from, to);
	return *from != CLOCK_NEVER && *to != CLOCK_NEVER;
}
