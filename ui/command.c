/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/command.h"
#include <string.h>

static const struct command commands[] = {
#define COMMAND(id, name, scopes, needs, keys, args, menu, order, summary,     \
		help)                                                          \
	[COMMAND_##id] = {#id,	name, scopes, needs,   keys,                   \
			  args, menu, order,  summary, help},
#include "ui/commands.def"
#undef COMMAND
};

static const struct {
	const char *name, *title;
	enum scope parent;
} scopes[] = {
#define SCOPE(id, name, parent, title)                                         \
	[SCOPE_##id] = {name, title, SCOPE_##parent},
#include "ui/scopes.def"
#undef SCOPE
};

static const char *const need_text[] = {
#define X(id, text) [NEED_BIT_##id] = text,
	COMMAND_NEEDS(X)
#undef X
};

const struct command *command_get(enum command_id id)
{
	return &commands[id];
}

enum command_id command_find(const char *name, bool *ambiguous)
{
	enum command_id found = COMMAND_COUNT;
	int hits = 0;

	if (ambiguous)
		*ambiguous = false;
	for (int i = 0; i < COMMAND_COUNT; i++)
		if (str_eq(commands[i].name, name) ||
		    str_eq(commands[i].id, name))
			return (enum command_id)i;
	for (int i = 0; *name && i < COMMAND_COUNT; i++) {
		if (!str_starts(commands[i].name, name))
			continue;
		found = (enum command_id)i;
		hits++;
	}
	if (hits <= 1)
		return found;
	if (ambiguous)
		*ambiguous = true;
	return COMMAND_COUNT;
}

enum scope scope_parent(enum scope s)
{
	return scopes[s].parent;
}

const char *scope_name(enum scope s)
{
	return scopes[s].name;
}

const char *scope_title(enum scope s)
{
	return scopes[s].title;
}

enum scope scope_find(const char *name)
{
	for (int i = 0; i < SCOPE_COUNT; i++)
		if (str_eq(scopes[i].name, name))
			return (enum scope)i;
	return SCOPE_COUNT;
}

bool command_in_scope(enum command_id id, enum scope s)
{
	for (;; s = scopes[s].parent) {
		if (commands[id].scopes & 1u << s)
			return true;
		if (s == scopes[s].parent)
			return false;
	}
}

const char *command_missing(enum command_id id, unsigned has)
{
	for (int i = 0; i < NEED_BITS; i++)
		if (commands[id].needs & ~has & 1u << i)
			return need_text[i];
	return NULL;
}

/* One word at *s into b: quotes and backslash as in a shell's simplest. */
static bool split_word(const char **s, struct str *b, struct err *err)
{
	char quote = 0;

	for (; **s && (quote || (**s != ' ' && **s != '\t')); (*s)++) {
		char c = **s;
		if (c == '\\' && quote != '\'' && (*s)[1])
			str_add_char(b, *++*s);
		else if (quote && c == quote)
			quote = 0;
		else if (!quote && (c == '"' || c == '\''))
			quote = c;
		else
			str_add_char(b, c);
	}
	if (quote)
		return err_set(err, ERR_INPUT, "a quote (%c) is not closed",
			       quote);
	return true;
}

bool command_split(const char *line, struct strv *out, struct err *err)
{
	struct strv words;
	struct str b CLEANUP(str_release) = STR_INIT;

	strv_init(&words);
	for (;;) {
		line += strspn(line, " \t");
		if (!*line)
			break;
		str_clear(&b);
		if (!split_word(&line, &b, err)) {
			strv_release(&words);
			return false;
		}
		strv_add(&words, b.s);
	}
	for (size_t i = 0; i < words.n; i++)
		strv_add(out, words.v[i]);
	strv_release(&words);
	return true;
}
