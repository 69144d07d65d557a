/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* theme: the themes by name, and what they look like. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "config/config.h"
#include "ui/batch_out.h"
#include "ui/theme.h"

static int list(struct batch *b)
{
	const char *used = config_text(b->config, NULL, CONFIG_THEME), *name;
	json_t *j = json_array();

	for (size_t i = 0; (name = theme_nth(i)); i++)
		if (batch_has(b, OPT_JSON))
			json_array_append_new(j, json_pack("{s:s,s:b}", "name",
							   name, "used",
							   str_eq(name, used)));
		else
			printf("%c %s\n", str_eq(name, used) ? '*' : ' ', name);
	if (batch_has(b, OPT_JSON))
		out_document(json_pack("{s:O}", "themes", j));
	json_decref(j);
	return BATCH_DONE;
}

/* What escape sequences do in the terminal, by its name: no screen is opened. */
static enum term_depth depth_of(const struct config *c)
{
	const char *no = getenv("NO_COLOR"), *ct = getenv("COLORTERM");
	const char *term = str_or_empty(getenv("TERM"));

	if (config_choice(c, NULL, CONFIG_COLOUR) == 2 ||
	    (config_choice(c, NULL, CONFIG_COLOUR) == 0 && no && *no))
		return TERM_MONO;
	if (str_eq(ct, "truecolor") || str_eq(ct, "24bit") ||
	    strstr(term, "-direct"))
		return TERM_TRUE;
	if (strstr(term, "256color"))
		return TERM_256;
	return strstr(term, "16color") ? TERM_16 : TERM_8;
}

static void add_colour(struct str *b, int colour, bool background)
{
	int base = background ? 10 : 0;

	if (colour < 0)
		return;
	if (colour & TERM_RGB)
		str_addf(b, ";%d;2;%d;%d;%d", 38 + base, colour >> 16 & 255,
			 colour >> 8 & 255, colour & 255);
	else if (colour < 8)
		str_addf(b, ";%d", 30 + base + colour);
	else if (colour < 16)
		str_addf(b, ";%d", 90 + base + colour - 8);
	else
		str_addf(b, ";%d;5;%d", 38 + base, colour);
}

static void add_look(struct str *b, const struct term_look *l)
{
	static const struct {
		unsigned attr;
		int sgr;
	} attrs[] = {{TERM_BOLD, 1},
		     {TERM_DIM, 2},
		     {TERM_ITALIC, 3},
		     {TERM_UNDERLINE, 4},
		     {TERM_REVERSE, 7}};

	str_add(b, "\033[0");
	for (size_t i = 0; i < ARRAY_LEN(attrs); i++)
		if (l->attrs & attrs[i].attr)
			str_addf(b, ";%d", attrs[i].sgr);
	add_colour(b, l->fg, false);
	add_colour(b, l->bg, true);
	str_add_char(b, 'm');
}

static bool use_row(void *ctx, const struct config_row *row)
{
	struct err err;

	if (!theme_set_role(ctx, row->key, row->value, &err))
		fprintf(stderr, "retinue: %s:%d: %s\n", row->file, row->line,
			err.text);
	return true;
}

static void print_roles(const struct theme *t, enum term_depth depth)
{
	/* In a pipe a look is nothing but noise. */
	bool plain = !isatty(STDOUT_FILENO) ||
		     str_eq(str_or_empty(getenv("TERM")), "dumb");

	for (int i = 0; i < THEME_ROLES; i++) {
		struct str b CLEANUP(str_release) = STR_INIT;
		struct term_look look;

		theme_get_look(t, (unsigned)i, depth, &look);
		if (!plain)
			add_look(&b, &look);
		str_addf(&b, "%-14s", theme_role_name((enum theme_role)i));
		if (!plain)
			str_add(&b, "\033[0m");
		printf("%s %s\n", b.s, theme_role_summary((enum theme_role)i));
	}
}

static int preview(struct batch *b)
{
	struct theme *t = theme_new();
	const char *name = b->args.n > 1
				   ? b->args.v[1]
				   : config_text(b->config, NULL, CONFIG_THEME);
	struct err err;
	int status = BATCH_DONE;

	if (!theme_select(t, name, &err)) {
		status = batch_fail(&err);
	} else {
		config_each_row(b->config, "theme", use_row, t);
		print_roles(t, depth_of(b->config));
	}
	theme_free(t);
	return status;
}

int verb_theme(struct batch *b)
{
	if (b->args.n == 1 && str_eq(b->args.v[0], "list"))
		return list(b);
	if (b->args.n && b->args.n < 3 && str_eq(b->args.v[0], "preview"))
		return preview(b);
	return batch_usage("theme takes list or preview [NAME]");
}
