/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/dump.h"
#include <string.h>
#include "config/config.h"

static void add_roff_word(struct str *out, const char *s)
{
	for (; *s; s++) {
		if (*s == '\\')
			str_add(out, "\\e");
		else
			str_add_char(out, *s);
	}
}

/* A roff line must not begin with a dot or quote, nor hold a raw backslash. */
static void add_roff(struct str *out, const char *s)
{
	if (*s == '.' || *s == '\'')
		str_add(out, "\\&");
	add_roff_word(out, s);
}

#define ROFF_CELLS 76

/* A paragraph: each sentence on a line of its own, none too long. */
static void add_roff_text(struct str *out, const char *s)
{
	size_t start = out->len;

	while (*s) {
		size_t n = strcspn(s, " ");
		char *word CLEANUP(mem_free_ptr) = xstrndup(s, n);
		if (out->len > start && out->len - start + n >= ROFF_CELLS) {
			str_add_char(out, '\n');
			start = out->len;
		} else if (out->len > start) {
			str_add_char(out, ' ');
		}
		if (out->len == start)
			add_roff(out, word);
		else
			add_roff_word(out, word);
		s += n + (s[n] == ' ');
		if (n && strchr(".?!", word[n - 1]) && *s) {
			str_add_char(out, '\n');
			start = out->len;
		}
	}
	str_add_char(out, '\n');
}

/* "In a message", "Everywhere". */
static void add_scope_heading(struct str *out, enum scope s)
{
	if (s == SCOPE_global)
		str_add(out, "Everywhere");
	else
		str_addf(out, "In %s", scope_title(s));
}

static void add_markdown(struct str *out, const char *s)
{
	for (; *s; s++) {
		if (strchr("|*_`<>\\", *s))
			str_add_char(out, '\\');
		str_add_char(out, *s);
	}
}

/* The words of `keys`, each through `wrap` ("Ql %s" needs care with roff). */
static void add_keys(struct str *out, const char *keys, bool roff)
{
	struct strv words;

	strv_init(&words);
	strv_split(&words, keys, " ");
	for (size_t i = 0; i < words.n; i++) {
		struct str key CLEANUP(str_release) = STR_INIT;
		struct kbd_sequence seq;
		if (!kbd_parse_sequence(words.v[i], &seq))
			continue;
		kbd_add_sequence(&key, &seq);
		str_add(out, i ? ", " : "");
		if (roff)
			add_roff(out, key.s);
		else
			add_markdown(out, key.s);
	}
	strv_release(&words);
}

static bool has_scope(enum command_id id, enum scope s)
{
	return command_get(id)->scopes & 1u << s;
}

static void dump_mdoc(struct str *out)
{
	for (int s = 0; s < SCOPE_COUNT; s++) {
		bool any = false;
		for (int i = 0; i < COMMAND_COUNT; i++) {
			const struct command *c =
				command_get((enum command_id)i);
			if (!has_scope((enum command_id)i, (enum scope)s))
				continue;
			if (!any) {
				str_add(out, ".Ss ");
				add_scope_heading(out, (enum scope)s);
				str_addf(out,
					 "\nThe scope's name is\n.Ql %s .\n"
					 ".Bl -tag -width Ds\n",
					 scope_name((enum scope)s));
			}
			any = true;
			str_addf(out, ".It Ic %s", c->name);
			if (*c->args) {
				str_add(out, " No ");
				add_roff(out, c->args);
			}
			str_add_char(out, '\n');
			if (*c->keys) {
				str_add(out, "Keys: ");
				add_keys(out, c->keys, true);
				str_add(out, ".\n");
			}
			add_roff_text(out, c->help);
		}
		if (any)
			str_add(out, ".El\n");
	}
}

static void dump_markdown(struct str *out)
{
	str_add(out, "# Commands\n");
	for (int s = 0; s < SCOPE_COUNT; s++) {
		bool any = false;
		for (int i = 0; i < COMMAND_COUNT; i++) {
			const struct command *c =
				command_get((enum command_id)i);
			if (!has_scope((enum command_id)i, (enum scope)s))
				continue;
			if (!any) {
				str_add(out, "\n## ");
				add_scope_heading(out, (enum scope)s);
				str_add(out, "\n\n| command | keys | what it "
					     "does |\n|---|---|---|\n");
			}
			any = true;
			str_addf(out, "| %s ", c->name);
			add_markdown(out, c->args);
			str_add(out, " | ");
			add_keys(out, c->keys, false);
			str_add(out, " | ");
			add_markdown(out, c->summary);
			str_add(out, " |\n");
		}
	}
}

/* What the keymaps have in different places, a command and scope a row. */
static void dump_keymaps(struct str *out)
{
	str_add(out, ".Bl -column \"delete-pattern\" \"M-Tab, S-Tab\" "
		     "\"[u, M-Tab, S-Tab\"\n.It Sy command Ta Sy mutt Ta Sy "
		     "vi Ta Sy emacs\n");
	for (int i = 0; i < COMMAND_COUNT; i++) {
		const struct command *c = command_get((enum command_id)i);
		enum scope s = SCOPE_global;
		bool differs = false;

		while (!has_scope((enum command_id)i, s))
			s++;
		for (int m = 0; m < KEYMAP_COUNT; m++)
			differs |= !str_eq(keys_default((enum keymap)m, s,
							(enum command_id)i),
					   c->keys);
		if (!differs)
			continue;
		str_addf(out, ".It %s", c->name);
		for (int m = 0; m < KEYMAP_COUNT; m++) {
			str_add(out, " Ta ");
			add_keys(out,
				 keys_default((enum keymap)m, s,
					      (enum command_id)i),
				 true);
		}
		str_add_char(out, '\n');
	}
	str_add(out, ".El\n");
}

bool dump(const char *what, struct str *out, struct err *err)
{
	if (str_eq(what, "commands.mdoc"))
		dump_mdoc(out);
	else if (str_eq(what, "keymaps.mdoc"))
		dump_keymaps(out);
	else if (str_eq(what, "markdown") || str_eq(what, "commands.markdown"))
		dump_markdown(out);
	else if (str_eq(what, "config"))
		config_docs(out, CONFIG_SAMPLE);
	else
		return err_set(err, ERR_INPUT,
			       "nothing to dump is called \"%s\": there are "
			       "commands.mdoc, keymaps.mdoc, markdown, config, "
			       "bash, zsh, fish",
			       what);
	return true;
}

struct table {
	struct str *out;
	enum scope scope;
};

static bool add_row(void *ctx, const struct kbd_sequence *seq, enum scope from,
		    enum command_id id, const char *line)
{
	struct table *t = ctx;
	struct str key CLEANUP(str_release) = STR_INIT;

	if (from != t->scope)
		return false; /* the parents have tables of their own */
	kbd_add_sequence(&key, seq);
	str_addf(t->out, "%-9s %-10s %s%s%s\n", scope_name(from), key.s,
		 command_get(id)->name, *line ? " " : "", line);
	return true;
}

void dump_keys(const struct keys *k, const char *scope, struct str *out)
{
	for (int s = 0; s < SCOPE_COUNT; s++) {
		struct table t = {out, (enum scope)s};
		if (!scope || str_eq(scope, scope_name((enum scope)s)))
			keys_each(k, (enum scope)s, NULL, add_row, &t);
	}
}
