/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "tests/sim/find.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>
#include "base/clock.h"
#include "base/utf8.h"

enum { DEPTH_MAX = 40 };

struct object {
	const struct item *it;
	const struct folder *f;
};

static void object_value(const struct object *o, const xmlNode *node,
			 struct value *v)
{
	struct path p;

	if (!path_read(&p, node)) {
		const char *uri = str_or_empty(xr_attr(node, "FieldURI"));

		if (o->f && strcmp(uri, "folder:DisplayName") == 0) {
			v->type = VALUE_TEXT;
			str_add(&v->text, o->f->name);
		} else if (o->f && strcmp(uri, "folder:FolderClass") == 0 &&
			   o->f->folder_class) {
			v->type = VALUE_TEXT;
			str_add(&v->text, o->f->folder_class);
		}
		return;
	}
	if (o->it)
		item_value(o->it, &p, v);
	else
		folder_value(o->f, &p, v);
	path_release(&p);
}

static xmlNode *path_of(const xmlNode *node)
{
	xmlNode *n = xr_first(node);

	while (n && !xr_is(n, "FieldURI") && !xr_is(n, "ExtendedFieldURI") &&
	       !xr_is(n, "IndexedFieldURI"))
		n = xr_next(n);
	return n;
}

/* -1, 0, 1; *known false when the property has no value. */
static int compare(const struct value *v, const char *constant, bool *known)
{
	int64_t t;
	long long n;

	*known = v->type != VALUE_NONE;
	switch (v->type) {
	case VALUE_NONE:
		return 0;
	case VALUE_TEXT:
		return strcasecmp(v->text.s, constant);
	case VALUE_NUMBER:
		n = strtoll(constant, NULL, 10);
		return v->number < n ? -1 : v->number > n;
	case VALUE_BOOL:
		n = xr_true(constant);
		return v->number < n ? -1 : v->number > n;
	case VALUE_TIME:
		if (!clock_parse_iso(constant, &t))
			return 1;
		return v->number < t ? -1 : v->number > t;
	case VALUE_LIST:
		for (size_t i = 0; i < v->list.n; i++)
			if (strcasecmp(v->list.v[i], constant) == 0)
				return 0;
		return 1;
	}
	return 0;
}

static bool text_contains(const char *text, const char *needle,
			  const char *mode)
{
	char *folded, *wanted;
	const char *at;
	bool found = false;
	size_t n = strlen(needle);

	if (strcmp(mode, "FullString") == 0)
		return strcasecmp(text, needle) == 0;
	if (strcmp(mode, "Prefixed") == 0)
		return strncasecmp(text, needle, n) == 0;
	if (strcmp(mode, "PrefixOnWords") != 0)
		return utf8_contains_folded(text, needle);
	folded = utf8_fold(text);
	wanted = utf8_fold(needle);
	for (at = folded; !found && (at = strstr(at, wanted)); at++)
		found = at == folded || !isalnum((unsigned char)at[-1]);
	free(folded);
	free(wanted);
	return found;
}

static bool contains(const struct object *o, const xmlNode *node)
{
	const char *needle =
		str_or_empty(xr_attr(xr_child(node, "Constant"), "Value"));
	const char *mode = xr_attr(node, "ContainmentMode");
	struct value v;
	bool found = false;

	if (!mode)
		mode = "FullString";
	value_init(&v);
	object_value(o, path_of(node), &v);
	if (v.type == VALUE_TEXT)
		found = text_contains(v.text.s, needle, mode);
	for (size_t i = 0; v.type == VALUE_LIST && i < v.list.n; i++)
		found = found || text_contains(v.list.v[i], needle, mode);
	value_release(&v);
	return found;
}

static bool compares(const struct object *o, const xmlNode *node)
{
	const xmlNode *other = xr_first(xr_child(node, "FieldURIOrConstant"));
	const char *constant = xr_attr(other, "Value");
	struct value v, w;
	bool known, match;
	int order;

	value_init(&v);
	value_init(&w);
	object_value(o, path_of(node), &v);
	if (!constant) {
		object_value(o, other, &w);
		constant = w.text.s;
	}
	order = compare(&v, constant, &known);
	if (xr_is(node, "IsEqualTo"))
		match = known && order == 0;
	else if (xr_is(node, "IsNotEqualTo"))
		match = !known || order != 0;
	else if (xr_is(node, "IsGreaterThan"))
		match = known && order > 0;
	else if (xr_is(node, "IsGreaterThanOrEqualTo"))
		match = known && order >= 0;
	else if (xr_is(node, "IsLessThan"))
		match = known && order < 0;
	else
		match = known && order <= 0;
	value_release(&v);
	value_release(&w);
	return match;
}

static bool exists(const struct object *o, const xmlNode *node)
{
	struct value v;
	bool found;

	value_init(&v);
	object_value(o, path_of(node), &v);
	found = v.type != VALUE_NONE;
	value_release(&v);
	return found;
}

static bool excludes(const struct object *o, const xmlNode *node)
{
	const char *mask =
		str_or_empty(xr_attr(xr_child(node, "Bitmask"), "Value"));
	struct value v;
	bool match;

	value_init(&v);
	object_value(o, path_of(node), &v);
	match = v.type == VALUE_NUMBER && !(v.number & strtoll(mask, NULL, 0));
	value_release(&v);
	return match;
}

static bool matches(const struct object *o, const xmlNode *node, int depth)
{
	if (!node)
		return true;
	if (depth > DEPTH_MAX)
		return false;
	if (xr_is(node, "And") || xr_is(node, "Or")) {
		bool all = xr_is(node, "And");

		for (xmlNode *n = xr_first(node); n; n = xr_next(n))
			if (matches(o, n, depth + 1) != all)
				return !all;
		return all;
	}
	if (xr_is(node, "Not"))
		return !matches(o, xr_first(node), depth + 1);
	if (xr_is(node, "Contains"))
		return contains(o, node);
	if (xr_is(node, "Exists"))
		return exists(o, node);
	if (xr_is(node, "Excludes"))
		return excludes(o, node);
	return compares(o, node);
}

bool item_matches(const struct item *it, const xmlNode *restriction)
{
	return matches(&(struct object){.it = it}, restriction, 0);
}

bool folder_matches(const struct folder *f, const xmlNode *restriction)
{
	return matches(&(struct object){.f = f}, restriction, 0);
}

/* --- query strings ------------------------------------------------------- */
static bool in_text(const struct item *it, const char *word)
{
	struct value v;
	struct path body = {.field = FIELD_BODY, .tag = -1};
	bool found;

	if (text_contains(str_or_empty(it->subject), word, "PrefixOnWords") ||
	    text_contains(str_or_empty(it->from.name), word, "PrefixOnWords") ||
	    text_contains(str_or_empty(it->from.email), word, "PrefixOnWords"))
		return true;
	value_init(&v);
	item_value(it, &body, &v);
	found = text_contains(v.text.s, word, "PrefixOnWords");
	value_release(&v);
	return found;
}

static bool time_term(int64_t t, const char *value)
{
	char op = *value == '>' || *value == '<' ? *value++ : '=';
	bool or_equal = *value == '=';
	int64_t wanted;

	value += or_equal;
	if (!clock_parse_iso(value, &wanted))
		return false;
	if (op == '>')
		return or_equal ? t >= wanted : t >= wanted + 86400;
	if (op == '<')
		return or_equal ? t < wanted + 86400 : t < wanted;
	return t >= wanted && t < wanted + 86400;
}

static bool field_term(const struct item *it, const char *name,
		       const char *value)
{
	if (strcasecmp(name, "subject") == 0)
		return text_contains(str_or_empty(it->subject), value,
				     "PrefixOnWords");
	if (strcasecmp(name, "from") == 0)
		return text_contains(str_or_empty(it->from.name), value,
				     "PrefixOnWords") ||
		       text_contains(str_or_empty(it->from.email), value,
				     "PrefixOnWords");
	if (strcasecmp(name, "to") == 0 ||
	    strcasecmp(name, "participants") == 0)
		return text_contains(str_or_empty(it->display_to), value,
				     "PrefixOnWords");
	if (strcasecmp(name, "cc") == 0)
		return text_contains(str_or_empty(it->display_cc), value,
				     "PrefixOnWords");
	if (strcasecmp(name, "hasattachments") == 0 ||
	    strcasecmp(name, "hasattachment") == 0)
		return it->has_attachments ==
		       (xr_true(value) || strcasecmp(value, "yes") == 0);
	if (strcasecmp(name, "isread") == 0 || strcasecmp(name, "read") == 0)
		return it->read == xr_true(value);
	if (strcasecmp(name, "category") == 0)
		return strv_has(&it->categories, value);
	if (strcasecmp(name, "importance") == 0)
		return it->importance == (strcasecmp(value, "high") == 0  ? 2
					  : strcasecmp(value, "low") == 0 ? 0
									  : 1);
	if (strcasecmp(name, "received") == 0)
		return time_term(it->received, value);
	if (strcasecmp(name, "sent") == 0)
		return time_term(it->sent, value);
	if (strcasecmp(name, "size") == 0)
		return *value == '>'   ? it->size > strtoul(value + 1, NULL, 10)
		       : *value == '<' ? it->size < strtoul(value + 1, NULL, 10)
				       : it->size == strtoul(value, NULL, 10);
	return in_text(it, value);
}

/* The next term: NAME:"some words", NAME:word, "some words", word. */
static const char *next_term(const char *s, struct str *name, struct str *value)
{
	bool quoted = false;

	str_clear(name);
	str_clear(value);
	while (isspace((unsigned char)*s) || *s == '(' || *s == ')')
		s++;
	if (!*s)
		return NULL;
	for (; *s && (quoted || (!isspace((unsigned char)*s) && *s != ')'));
	     s++) {
		if (*s == '"') {
			quoted = !quoted;
		} else if (*s == ':' && !quoted && name->len == 0) {
			str_add(name, value->s);
			str_clear(value);
		} else {
			str_add_char(value, *s);
		}
	}
	return s;
}

bool item_matches_query(const struct item *it, const char *query)
{
	struct str name = STR_INIT, value = STR_INIT;
	bool all = true, group = true, or_next = false, negate = false;
	const char *s = query;

	/* OR binds closer than the and between words: "a b OR c" means a and
	 * (b or c). `group` is the alternative being gathered. */
	while ((s = next_term(s, &name, &value)) != NULL) {
		bool hit;

		if (!name.len && strcmp(value.s, "AND") == 0)
			continue;
		if (!name.len && strcmp(value.s, "OR") == 0) {
			or_next = true;
			continue;
		}
		if (!name.len && strcmp(value.s, "NOT") == 0) {
			negate = true;
			continue;
		}
		hit = name.len ? field_term(it, name.s, value.s)
			       : in_text(it, value.s);
		hit = hit != negate;
		if (or_next) {
			group = group || hit;
		} else {
			all = all && group;
			group = hit;
		}
		or_next = negate = false;
	}
	str_release(&name);
	str_release(&value);
	return all && group;
}
