/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "config/internal.h"

#include <string.h>

#include "base/proc.h"

void value_release(struct value *v)
{
	if (v->text)
		mem_wipe(v->text, strlen(v->text));
	free(v->text);
	free(v->file);
	strv_release(&v->list);
	*v = (struct value){0};
}

/* --- quotes -----------------------------------------------------------------
 */

/* Length of the quoted piece at s with both quotes; 0: it is not closed. */
static size_t quoted_len(const char *s)
{
	char quote = s[0];

	for (size_t i = 1; s[i]; i++) {
		if (quote == '"' && s[i] == '\\' && s[i + 1])
			i++;
		else if (s[i] == quote)
			return i + 1;
	}
	return 0;
}

bool value_unquote(struct str *out, const char *raw, struct err *err)
{
	size_t n;

	if (raw[0] != '"' && raw[0] != '\'') {
		str_add(out, raw);
		return true;
	}
	n = quoted_len(raw);
	if (n == 0)
		return err_set(err, ERR_INPUT, "the quote %c is not closed",
			       raw[0]);
	/* 'a' "b": a command's words, not one quoted value */
	if (raw[n]) {
		str_add(out, raw);
		return true;
	}
	for (size_t i = 1; i < n - 1; i++) {
		if (raw[0] == '"' && raw[i] == '\\' &&
		    (raw[i + 1] == '"' || raw[i + 1] == '\\'))
			i++;
		str_add_char(out, raw[i]);
	}
	return true;
}

void value_add_quoted(struct str *out, const char *text)
{
	size_t n = strlen(text);

	if (n && strchr("\"' \t", text[0]) == NULL &&
	    strchr(" \t", text[n - 1]) == NULL) {
		str_add(out, text);
		return;
	}
	str_add_char(out, '"');
	for (const char *p = text; *p; p++) {
		if (*p == '"' || *p == '\\')
			str_add_char(out, '\\');
		str_add_char(out, *p);
	}
	str_add_char(out, '"');
}

/* --- numbers ----------------------------------------------------------------
 */

struct unit {
	const char *name;
	int64_t factor;
};
static const struct unit duration_units[] = {
	{"", 1}, {"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}, {"w", 604800},
};
static const struct unit size_units[] = {
	{"", 1}, {"k", 1 << 10}, {"K", 1 << 10}, {"M", 1 << 20}, {"G", 1 << 30},
};

/* Digits and a unit, possibly several ("1h30m"). */
static bool read_amount(const char *s, const struct unit *units, size_t n,
			int64_t *out)
{
	int64_t sum = 0;

	if (!*s)
		return false;
	while (*s) {
		int64_t part = 0;
		size_t len, i;

		if (*s < '0' || *s > '9')
			return false;
		for (; *s >= '0' && *s <= '9'; s++) {
			if (part > INT64_MAX / 100)
				return false;
			part = part * 10 + (*s - '0');
		}
		len = strcspn(s, "0123456789");
		for (i = 0; i < n; i++)
			if (strlen(units[i].name) == len &&
			    memcmp(units[i].name, s, len) == 0)
				break;
		if (i == n ||
		    __builtin_mul_overflow(part, units[i].factor, &part) ||
		    __builtin_add_overflow(sum, part, &sum))
			return false;
		s += len;
	}
	*out = sum;
	return true;
}

static bool read_number(enum config_type type, const char *s, int64_t *out)
{
	if (type == CONFIG_DURATION)
		return read_amount(s, duration_units, ARRAY_LEN(duration_units),
				   out);
	if (type == CONFIG_SIZE)
		return read_amount(s, size_units, ARRAY_LEN(size_units), out);
	return read_amount(s, size_units, 1, out);
}

/* Puts the piece of an "a|b|c" list at *s into *piece and moves behind it;
 * false at the end. */
static bool read_piece(char **piece, const char **s)
{
	size_t n;

	if (!*s || !**s)
		return false;
	n = strcspn(*s, "|");
	mem_replace(piece, xstrndup(*s, n));
	*s += n + ((*s)[n] == '|');
	return true;
}

/* "10s..1d|never=-1": a word of it, or a number within it. */
static bool fits_limits(const struct config_option *o, const char *raw,
			int64_t *out, struct err *err)
{
	CLEANUP(mem_free_ptr) char *piece = NULL;
	const char *rest = o->limits;
	bool number = read_number(o->type, raw, out);

	if (!number)
		*out = 0;
	while (read_piece(&piece, &rest)) {
		char *equals = strchr(piece, '='), *dots = strstr(piece, "..");
		int64_t least, most;

		if (equals) {
			*equals = '\0';
			if (str_eq(piece, raw)) {
				*out = strtoll(equals + 1, NULL, 10);
				return true;
			}
		} else if (dots && number) {
			*dots = '\0';
			if (!read_number(o->type, piece, &least) ||
			    !read_number(o->type, dots + 2, &most))
				BUG("limits of %s", o->name);
			if (*out < least || *out > most)
				return err_set(err, ERR_INPUT,
					       "%s must be within %s to %s, "
					       "not %s",
					       o->name, piece, dots + 2, raw);
		}
	}
	if (number)
		return true;
	return err_set(err, ERR_INPUT, "%s: \"%s\" is not %s", o->name, raw,
		       o->type == CONFIG_DURATION ? "a time such as 10s, 5m, "
						    "2h or 3d"
		       : o->type == CONFIG_SIZE	  ? "a size such as 200k or 10M"
						  : "a number");
}

/* --- the types --------------------------------------------------------------
 */

static bool read_bool(const struct config_option *o, const char *raw,
		      int64_t *out, struct err *err)
{
	static const char *const words[] = {"no",    "yes",  "off", "on",
					    "false", "true", "0",   "1"};

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (str_eq_nocase(raw, words[i])) {
			*out = (int64_t)(i % 2);
			return true;
		}
	}
	return err_set(err, ERR_INPUT, "%s is yes or no, not \"%s\"", o->name,
		       raw);
}

static bool read_choice(const struct config_option *o, const char *raw,
			int64_t *out, struct err *err)
{
	CLEANUP(mem_free_ptr) char *piece = NULL;
	const char *rest = o->limits;

	for (int64_t i = 0; read_piece(&piece, &rest); i++) {
		if (str_eq(piece, raw)) {
			*out = i;
			return true;
		}
	}
	return err_set(err, ERR_INPUT, "%s is one of %s, not \"%s\"", o->name,
		       o->limits, raw);
}

static bool read_path(struct value *v, const char *raw, const char *dir,
		      struct err *err)
{
	CLEANUP(str_release) struct str path = STR_INIT;

	if (!proc_expand(&path, raw, err))
		return false;
	if (dir && path.len && path.s[0] != '/')
		v->text = xasprintf("%s/%s", dir, path.s);
	else
		v->text = str_take(&path);
	return true;
}

/* Splits at commas outside of double quotes. */
static bool read_list(struct strv *list, const char *raw, struct err *err)
{
	const char *s = raw;

	while (*s) {
		CLEANUP(str_release) struct str piece = STR_INIT;
		CLEANUP(str_release) struct str plain = STR_INIT;
		size_t n = 0;

		while (s[n] && s[n] != ',') {
			size_t q = s[n] == '"' ? quoted_len(s + n) : 1;

			if (q == 0)
				return err_set(err, ERR_INPUT,
					       "the quote \" is not closed");
			n += q;
		}
		str_add_mem(&piece, s, n);
		str_trim(&piece);
		if (!value_unquote(&plain, piece.s, err))
			return false;
		if (plain.len)
			strv_add(list, plain.s);
		s += n + (s[n] == ',');
	}
	return true;
}

static bool read_typed(struct value *v, const struct config_option *o,
		       const char *raw, const char *dir, struct err *err)
{
	CLEANUP(strv_release) struct strv argv = {0};

	switch (o->type) {
	case CONFIG_BOOL:
		return read_bool(o, raw, &v->number, err);
	case CONFIG_INT:
	case CONFIG_DURATION:
	case CONFIG_SIZE:
		return fits_limits(o, raw, &v->number, err);
	case CONFIG_CHOICE:
		v->text = xstrdup(raw);
		return read_choice(o, raw, &v->number, err);
	case CONFIG_PATH:
		return read_path(v, raw, dir, err);
	case CONFIG_COMMAND:
		v->text = xstrdup(raw);
		return proc_parse(&argv, raw, err);
	case CONFIG_TEXT:
		v->text = xstrdup(raw);
		return true;
	case CONFIG_LIST:
		return read_list(&v->list, raw, err);
	}
	BUG("type %d", (int)o->type);
}

bool value_parse(struct value *v, enum option_id id, const char *raw,
		 const char *file, int line, const char *dir, struct err *err)
{
	const struct config_option *o = config_option(id);
	CLEANUP(str_release) struct str plain = STR_INIT;
	CLEANUP(value_release) struct value made = {.set = true, .line = line};

	/* A list takes the quotes off its pieces itself. */
	if (o->type == CONFIG_LIST)
		str_add(&plain, raw);
	else if (!value_unquote(&plain, raw, err))
		return err_add(err, "%s", o->name);
	made.file = xstrdup(file);
	if (!read_typed(&made, o, plain.s, dir, err))
		return false;
	if (o->type == CONFIG_LIST && v->set && v->line && line &&
	    str_eq(v->file, file)) {
		for (size_t i = 0; i < made.list.n; i++)
			strv_add(&v->list, made.list.v[i]);
		return true;
	}
	value_release(v);
	*v = made;
	made = (struct value){0};
	return true;
}

static void add_amount(struct str *out, int64_t n, const struct unit *units,
		       size_t count)
{
	size_t best = 0;

	for (size_t i = 0; n && i < count; i++)
		if (n % units[i].factor == 0 &&
		    units[i].factor > units[best].factor)
			best = i;
	str_addf(out, "%lld%s", (long long)(n / units[best].factor),
		 units[best].name);
}

/* The word of `limits` that stands for n, if there is one. */
static bool add_word(struct str *out, const struct config_option *o, int64_t n)
{
	CLEANUP(mem_free_ptr) char *piece = NULL;
	const char *rest = o->limits;

	while (read_piece(&piece, &rest)) {
		char *equals = strchr(piece, '=');

		if (equals && strtoll(equals + 1, NULL, 10) == n) {
			*equals = '\0';
			str_add(out, piece);
			return true;
		}
	}
	return false;
}

void value_add(struct str *out, const struct value *v, enum option_id id)
{
	const struct config_option *o = config_option(id);

	switch (o->type) {
	case CONFIG_BOOL:
		str_add(out, v->number ? "yes" : "no");
		break;
	case CONFIG_INT:
	case CONFIG_DURATION:
	case CONFIG_SIZE:
		if (add_word(out, o, v->number))
			break;
		if (o->type == CONFIG_DURATION)
			add_amount(out, v->number, duration_units + 1,
				   ARRAY_LEN(duration_units) - 1);
		else
			add_amount(out, v->number, size_units,
				   o->type == CONFIG_SIZE
					   ? ARRAY_LEN(size_units)
					   : 1);
		break;
	case CONFIG_CHOICE:
	case CONFIG_TEXT:
	case CONFIG_PATH:
	case CONFIG_COMMAND:
		value_add_quoted(out, str_or_empty(v->text));
		break;
	case CONFIG_LIST:
		for (size_t i = 0; i < v->list.n; i++)
			str_addf(out, "%s%s", i ? ", " : "", v->list.v[i]);
		break;
	}
}
