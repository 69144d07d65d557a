/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/app.h"
#include <dirent.h>
#include <string.h>
#include "base/map.h"
#include "base/utf8.h"
#include "config/config.h"

struct completers {
	struct map *kinds; /* kind -> struct registered * */
};
struct registered {
	complete_fn *fn;
};

struct completers *completers_new(void)
{
	struct completers *c = xcalloc(1, sizeof(*c));

	c->kinds = map_new(free);
	return c;
}

void completers_free(struct completers *c)
{
	if (!c)
		return;
	map_free(c->kinds);
	free(c);
}

void complete_register(struct app *app, const char *kind, complete_fn *fn)
{
	struct registered *r = xmalloc(sizeof(*r));

	r->fn = fn;
	map_set(app->completers->kinds, kind, r);
}

/* --- kinds made here -------------------------------------------------------- */
static void add_commands(struct app *app, struct candidates *out)
{
	for (int i = 0; i < COMMAND_COUNT; i++) {
		const struct command *c = command_get((enum command_id)i);
		struct str keys CLEANUP(str_release) = STR_INIT;
		if (!command_in_scope((enum command_id)i, screen_scope(app)))
			continue;
		keys_add_hint(app->keys, screen_scope(app), (enum command_id)i,
			      &keys);
		char *note CLEANUP(mem_free_ptr) =
			xasprintf("%-6s %s", keys.s, c->summary);
		candidates_add(out, c->name, note);
	}
}

static void add_files(const char *word, bool dirs_only, struct candidates *out)
{
	const char *slash = strrchr(word, '/'), *home = getenv("HOME");
	char *dir CLEANUP(mem_free_ptr) =
		slash ? xstrndup(word, (size_t)(slash - word) + 1)
		      : xstrdup("");
	char *real CLEANUP(mem_free_ptr) =
		str_starts(dir, "~/") && home ? xasprintf("%s%s", home, dir + 1)
		: *dir			      ? xstrdup(dir)
					      : xstrdup(".");
	const char *base = slash ? slash + 1 : word;
	DIR *d = opendir(real);
	struct dirent *e;

	while (d && (e = readdir(d))) {
		bool is_dir = e->d_type == DT_DIR || e->d_type == DT_LNK;
		if ((e->d_name[0] == '.' && *base != '.') ||
		    str_eq(e->d_name, ".") || str_eq(e->d_name, "..") ||
		    (dirs_only && !is_dir) || !str_starts(e->d_name, base) ||
		    !utf8_is_valid(e->d_name, strlen(e->d_name)))
			continue;
		char *path CLEANUP(mem_free_ptr) =
			xasprintf("%s%s%s", dir, e->d_name,
				  e->d_type == DT_DIR ? "/" : "");
		candidates_add(out, path,
			       e->d_type == DT_DIR ? "folder" : NULL);
	}
	if (d)
		closedir(d);
}

static void add_choices(const char *list, struct candidates *out)
{
	struct strv v;

	strv_init(&v);
	strv_split(&v, list, "|");
	for (size_t i = 0; i < v.n; i++)
		candidates_add(out, v.v[i], NULL);
	strv_release(&v);
}

static bool add_own_kind(struct app *app, const char *kind, const char *word,
			 struct candidates *out)
{
	if (str_eq(kind, "command")) {
		add_commands(app, out);
	} else if (str_eq(kind, "option")) {
		for (int i = 0; i < CONFIG_OPTIONS; i++) {
			const struct config_option *o =
				config_option((enum option_id)i);
			if (o->scope & CONFIG_GLOBAL)
				candidates_add(out, o->name, o->summary);
		}
	} else if (str_eq(kind, "scope")) {
		for (int i = 0; i < SCOPE_COUNT; i++)
			candidates_add(out, scope_name((enum scope)i),
				       scope_title((enum scope)i));
	} else if (str_eq(kind, "screen")) {
		for (int i = 0; i < SCREEN_COUNT; i++)
			candidates_add(out, screen_row((enum screen_id)i)->name,
				       screen_row((enum screen_id)i)->summary);
	} else if (str_eq(kind, "theme")) {
		add_choices("auto|dark|light|high-contrast|mono", out);
	} else if (str_eq(kind, "sort")) {
		add_choices("date|from|subject|size|thread", out);
	} else if (str_eq(kind, "view")) {
		add_choices("text|html|source", out);
	} else if (str_eq(kind, "file") || str_eq(kind, "dir")) {
		add_files(word, str_eq(kind, "dir"), out);
	} else {
		return false;
	}
	return true;
}

static void add_kind(struct app *app, const char *kind, const char *word,
		     struct candidates *out)
{
	struct registered *r;

	if (strchr(kind, '|')) { /* "on|off" in the arguments */
		add_choices(kind, out);
		return;
	}
	if (add_own_kind(app, kind, word, out))
		return;
	r = map_find(app->completers->kinds, kind);
	if (r)
		r->fn(app, word, out);
}

/* --- a command line --------------------------------------------------------- */
/* The kind of the nth argument in "<scope> <key> [line]"; rest... repeats. */
static char *kind_of_argument(const char *args, size_t nth, bool *rest)
{
	struct strv v;
	char *kind = NULL;

	strv_init(&v);
	strv_split(&v, args, " ");
	*rest = false;
	for (size_t i = 0; i < v.n && !kind; i++) {
		const char *w = v.v[i];
		size_t n = strcspn(w + 1, ">].");
		bool more = w[0] && str_starts(w + 1 + n, "...");
		if (w[0] != '<' && w[0] != '[')
			continue;
		if (i == nth || (more && nth >= i)) {
			kind = xstrndup(w + 1, n);
			*rest = more;
		}
	}
	strv_release(&v);
	return kind;
}

/* The argument under the cursor of a command line. */
static void complete_line(struct app *app, const char *text, size_t cursor,
			  struct candidates *out)
{
	char *line CLEANUP(mem_free_ptr) = xstrndup(text, cursor);
	size_t at = strspn(line, " "), nth = 0, start;
	bool rest, one;
	enum command_id id;

	if (!line[at + strcspn(line + at, " ")]) {
		out->start = at;
		add_commands(app, out);
		candidates_match(out, line + at);
		return;
	}
	start = at + strcspn(line + at, " ");
	char *name CLEANUP(mem_free_ptr) = xstrndup(line + at, start - at);
	id = command_find(name, NULL);
	if (id == COMMAND_COUNT)
		return;
	const char *args = command_get(id)->args;
	one = !strchr(args, ' '); /* a single argument may hold blanks */
	start += strspn(line + start, " ");
	while (!one && line[start + strcspn(line + start, " ")]) {
		start += strcspn(line + start, " ");
		start += strspn(line + start, " ");
		nth++;
	}
	char *kind CLEANUP(mem_free_ptr) = kind_of_argument(args, nth, &rest);
	if (!kind)
		return;
	complete(app, kind, line + start, strlen(line + start), out);
	out->start += start;
}

void complete(struct app *app, const char *kind, const char *text,
	      size_t cursor, struct candidates *out)
{
	size_t start = 0;

	if (str_eq(kind, "line")) {
		complete_line(app, text, cursor, out);
		return;
	}
	char *all CLEANUP(mem_free_ptr) = xstrndup(text, cursor);
	/* Lists of people and categories: the last one counts. */
	if (str_eq(kind, "person") || str_eq(kind, "category"))
		for (size_t i = 0; all[i]; i++)
			if (all[i] == ',' || all[i] == ';')
				start = i + 1 + strspn(all + i + 1, " ");
	if (str_eq(kind, "query"))
		for (size_t i = 0; all[i]; i++)
			if (all[i] == ' ')
				start = i + 1;
	out->start = start;
	add_kind(app, kind, all + start, out);
	if (!str_eq(kind, "query"))
		candidates_match(out, all + start);
}
