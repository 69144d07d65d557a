/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "config/internal.h"

#include <string.h>

static const char *type_name(enum config_type type)
{
	switch (type) {
	case CONFIG_BOOL:
		return "yes or no";
	case CONFIG_INT:
		return "number";
	case CONFIG_TEXT:
		return "text";
	case CONFIG_PATH:
		return "file";
	case CONFIG_COMMAND:
		return "command";
	case CONFIG_DURATION:
		return "time";
	case CONFIG_SIZE:
		return "size";
	case CONFIG_CHOICE:
		return "choice";
	case CONFIG_LIST:
		return "list";
	}
	BUG("type %d", (int)type);
}

/* The words or the range one may write, "" when that says nothing more. */
static void add_limits(struct str *out, const struct config_option *o)
{
	const char *s = str_or_empty(o->limits);

	while (*s) {
		size_t n = strcspn(s, "|"), word = strcspn(s, "=|");

		if (out->len)
			str_add(out, ", ");
		str_add_mem(out, s, word < n ? word : n);
		s += n + (s[n] == '|');
	}
}

static void add_scopes(struct str *out, unsigned scope)
{
	static const char *const names[] = {"global", "account", "folder"};
	bool first = true;

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (!(scope >> i & 1))
			continue;
		str_addf(out, "%s%s", first ? "" : ", ", names[i]);
		first = false;
	}
}

static void add_plain(struct str *out, const struct config_option *o)
{
	CLEANUP(str_release) struct str limits = STR_INIT;

	add_limits(&limits, o);
	str_addf(out, "%s (%s%s%s; ", o->name, type_name(o->type),
		 limits.len ? ": " : "", limits.s);
	add_scopes(out, o->scope);
	str_addf(out, "; default: %s)\n    %s. %s\n", o->def ? o->def : "none",
		 o->summary, o->help);
}

/* Text in mdoc: a backslash is an escape, a dot or quote that begins a line a
 * request; a new sentence begins a new line, and no line is long. */
static void add_mdoc_text(struct str *out, const char *s)
{
	size_t column = 0;

	for (; *s; s++) {
		bool sentence = s[0] == '.' && s[1] == ' ' && s[2] >= 'A' &&
				s[2] <= 'Z';

		if (*s == ' ' && column + 1 + strcspn(s + 1, " ") > 76) {
			str_add_char(out, '\n');
			column = 0;
			continue;
		}
		if (column == 0 && (*s == '.' || *s == '\''))
			str_add(out, "\\&");
		if (*s == '\\')
			str_add(out, "\\e");
		else
			str_add_char(out, *s);
		column++;
		if (sentence) {
			str_add_char(out, '\n');
			column = 0;
			s++;
		}
	}
}

static void add_mdoc(struct str *out, const struct config_option *o)
{
	CLEANUP(str_release) struct str limits = STR_INIT;

	add_limits(&limits, o);
	str_addf(out, ".It Cm %s\n", o->name);
	str_addf(out, "(%s", type_name(o->type));
	if (limits.len)
		str_addf(out, ": %s", limits.s);
	str_add(out, "; ");
	add_scopes(out, o->scope);
	if (o->def)
		str_addf(out, "; default: %s", o->def);
	str_add(out, ")\n.br\n");
	if (o->summary[0] >= 'a' && o->summary[0] <= 'z') {
		str_add_char(out, (char)(o->summary[0] - 'a' + 'A'));
		add_mdoc_text(out, o->summary + 1);
	} else {
		add_mdoc_text(out, o->summary);
	}
	str_add(out, ".\n");
	add_mdoc_text(out, o->help);
	str_add_char(out, '\n');
}

static void add_sample(struct str *out, const struct config_option *o)
{
	str_addf(out, "# %s: %s\n", o->name, o->summary);
	str_addf(out, "#%s = %s\n\n", o->name, str_or_empty(o->def));
}

void config_docs(struct str *out, enum config_format format)
{
	if (format == CONFIG_MDOC)
		str_add(out, ".Bl -tag -width Ds\n");
	if (format == CONFIG_SAMPLE)
		str_add(out,
			"# Every option with its default. Those of accounts"
			" stand in a section\n# [account \"NAME\"].\n\n");
	for (size_t i = 0; i < CONFIG_OPTIONS; i++) {
		const struct config_option *o =
			config_option((enum option_id)i);

		switch (format) {
		case CONFIG_PLAIN:
			add_plain(out, o);
			break;
		case CONFIG_MDOC:
			add_mdoc(out, o);
			break;
		case CONFIG_SAMPLE:
			add_sample(out, o);
			break;
		}
	}
	if (format == CONFIG_MDOC)
		str_add(out, ".El\n");
}

static void show_section(struct str *out, const struct section *s,
			 const char *heading)
{
	bool any = false;

	for (size_t i = 0; i < CONFIG_OPTIONS; i++) {
		const struct value *v = &s->values[i];

		if (!v->set)
			continue;
		if (!any && heading)
			str_addf(out, "%s%s\n", out->len ? "\n" : "", heading);
		any = true;
		str_addf(out, "%s = ", config_option((enum option_id)i)->name);
		if (i == CONFIG_PASSWORD)
			str_add(out, "***");
		else
			value_add(out, v, (enum option_id)i);
		str_addf(out, "\t# %s", str_or_empty(v->file));
		if (v->line)
			str_addf(out, ":%d", v->line);
		str_add_char(out, '\n');
	}
}

void config_show(struct str *out, const struct config *c)
{
	show_section(out, &c->global, NULL);
	for (size_t i = 0; i < c->accounts.n; i++) {
		const struct section *s = c->accounts.v[i];
		CLEANUP(mem_free_ptr)
		char *head = xasprintf("[account \"%s\"]", s->name);

		show_section(out, s, head);
	}
	for (size_t i = 0; i < c->folders.n; i++) {
		const struct section *s = c->folders.v[i];
		CLEANUP(mem_free_ptr)
		char *head = xasprintf("[folder \"%s\"]", s->name);

		show_section(out, s, head);
	}
	for (size_t i = 0; i < c->rows.n; i++) {
		const struct row *r = &c->rows.v[i];
		bool same = i > 0 && str_eq(r->kind, c->rows.v[i - 1].kind) &&
			    str_eq(r->name, c->rows.v[i - 1].name);

		if (!same)
			str_addf(out, *r->name ? "%s[%s \"%s\"]\n" : "%s[%s]\n",
				 out->len ? "\n" : "", r->kind, r->name);
		str_addf(out, "%s = %s\t# %s", r->key, r->value, r->file);
		if (r->line)
			str_addf(out, ":%d", r->line);
		str_add_char(out, '\n');
	}
}
