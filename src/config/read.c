/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "config/internal.h"

#include <glob.h>
#include <string.h>
#include <sys/stat.h>

#include "base/proc.h"
#include "base/uri.h"
#include "base/utf8.h"

#define FILE_MAX ((size_t)1 << 20)
#define DEPTH_MAX 16 /* includes within includes */
#define NAME_MAX_BYTES 64

/* Where the reader is. */
struct spot {
	struct reader *r;
	const char *file; /* NULL: an override */
	char *dir;	  /* of the file */
	int line;
	struct section *section; /* options go here; NULL: not into one */
	char *kind, *name;	 /* of rows; kind NULL: skip what comes */
};

static const char *const kinds[] = {"retinue", "ui",   "account",
				    "folder",  "keys", "theme"};

/* --- mistakes ----------------------------------------------------------------
 */

PRINTF(5, 6)
static void report(struct reader *r, struct section *s, const char *file,
		   int line, const char *fmt, ...)
{
	CLEANUP(str_release) struct str text = STR_INIT;
	va_list args;
	size_t front;

	if (file && line)
		str_addf(&text, "%s:%d: ", file, line);
	else if (file)
		str_addf(&text, "%s: ", file);
	front = text.len;
	va_start(args, fmt);
	str_addfv(&text, fmt, args);
	va_end(args);
	if (!str_starts(text.s + front, "warning: ")) {
		r->c->sound = false;
		if (!s || s->scope != CONFIG_ACCOUNT)
			r->c->usable = false;
		if (s && s->scope == CONFIG_ACCOUNT && !s->problem)
			s->problem = xstrdup(text.s);
	}
	if (r->problems)
		strv_add(r->problems, text.s);
}

#define COMPLAIN(spot, ...)                                                    \
	report((spot)->r, (spot)->section, (spot)->file, (spot)->line,         \
	       __VA_ARGS__)

/* --- one key -----------------------------------------------------------------
 */

static const char *belongs(unsigned scope)
{
	if (scope & CONFIG_GLOBAL)
		return "above the first section or in [ui]";
	return scope & CONFIG_ACCOUNT ? "in an [account \"NAME\"] section"
				      : "in a [folder \"PATTERN\"] section";
}

static void unknown_key(struct spot *at, const char *key)
{
	const char *names[CONFIG_OPTIONS], *near;
	size_t n = 0;

	for (size_t i = 0; i < CONFIG_OPTIONS; i++) {
		const struct config_option *o =
			config_option((enum option_id)i);

		if (o->scope & at->section->scope)
			names[n++] = o->name;
	}
	near = nearest_name(key, names, n);
	if (near)
		COMPLAIN(at, "unknown key \"%s\"; did you mean \"%s\"?", key,
			 near);
	else
		COMPLAIN(at, "unknown key \"%s\"", key);
}

static void assign(struct spot *at, const char *key, const char *value)
{
	const struct config_option *o;
	struct err err = ERR_INIT;
	enum option_id id;

	if (!config_option_find(key, &id)) {
		unknown_key(at, key);
		return;
	}
	o = config_option(id);
	if (!(o->scope & at->section->scope))
		COMPLAIN(at, "\"%s\" belongs %s", key, belongs(o->scope));
	else if (!*value)
		COMPLAIN(at, "%s has no value", key);
	else if (!value_parse(&at->section->values[id], id, value, at->file,
			      at->line, at->dir, &err))
		COMPLAIN(at, "%s", err.text);
}

static void add_row(struct spot *at, const char *key, const char *value)
{
	CLEANUP(str_release) struct str k = STR_INIT;
	CLEANUP(str_release) struct str v = STR_INIT;
	struct err err = ERR_INIT;
	struct row row;

	if (!value_unquote(&k, key, &err))
		str_add(&k, key); /* a quote is a key of its own */
	if (!value_unquote(&v, value, &err)) {
		COMPLAIN(at, "%s", err.text);
		return;
	}
	row = (struct row){.kind = xstrdup(at->kind),
			   .name = xstrdup(at->name),
			   .key = str_take(&k),
			   .value = str_take(&v),
			   .file = xstrdup(at->file),
			   .line = at->line};
	vec_add(&at->r->c->rows, row);
}

/* --- sections ----------------------------------------------------------------
 */

/* An account's name is also its directory's. */
static const char *bad_account_name(const char *name)
{
	if (!*name)
		return "an account needs a name: [account \"work\"]";
	if (strlen(name) > NAME_MAX_BYTES)
		return "the account's name is too long";
	if (name[0] == '.' || strchr(name, '/'))
		return "an account's name must not begin with . or hold a /";
	for (const char *p = name; *p; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7F)
			return "an account's name holds a control character";
	return NULL;
}

static void enter(struct spot *at, const char *kind, const char *name)
{
	const char *near = nearest_name(kind, kinds, ARRAY_LEN(kinds));
	const char *wrong;

	at->section = NULL;
	mem_replace(&at->kind, NULL);
	mem_replace(&at->name, NULL);
	if (str_eq(kind, "retinue") || str_eq(kind, "ui")) {
		at->section = &at->r->c->global;
	} else if (str_eq(kind, "account")) {
		wrong = bad_account_name(name);
		if (wrong) {
			COMPLAIN(at, "%s", wrong);
			return;
		}
		at->section = config_account(at->r->c, name);
	} else if (str_eq(kind, "folder")) {
		if (*name)
			at->section = config_folder(at->r->c, name);
		else
			COMPLAIN(at, "a folder section needs a pattern: "
				     "[folder \"Projects/*\"]");
	} else if (str_eq(kind, "keys") || str_eq(kind, "theme")) {
		mem_replace(&at->kind, xstrdup(kind));
		mem_replace(&at->name, xstrdup(name));
	} else if (near) {
		COMPLAIN(at, "unknown section [%s]; did you mean [%s]?", kind,
			 near);
	} else {
		COMPLAIN(at, "unknown section [%s]", kind);
	}
	if (at->section && !at->section->file) {
		at->section->file = xstrdup(at->file);
		at->section->line = at->line;
	}
}

/* [kind], [kind name], [kind "name"]; `line` is trimmed and starts with [. */
static void read_header(struct spot *at, const char *line)
{
	CLEANUP(str_release) struct str inside = STR_INIT;
	CLEANUP(str_release) struct str name = STR_INIT;
	struct err err = ERR_INIT;
	char *rest;

	str_add_mem(&inside, line + 1, strlen(line) - 2);
	str_trim(&inside);
	rest = inside.s + strcspn(inside.s, " \t\"");
	if (*rest == '"' || *rest == '\0') {
		if (!value_unquote(&name, rest, &err)) {
			COMPLAIN(at, "%s", err.text);
			at->section = NULL;
			mem_replace(&at->kind, NULL);
			return;
		}
		*rest = '\0';
	} else {
		*rest++ = '\0';
		rest += strspn(rest, " \t");
		if (!value_unquote(&name, rest, &err)) {
			COMPLAIN(at, "%s", err.text);
			str_clear(&name);
		}
	}
	enter(at, inside.s, name.s);
}

/* --- lines -------------------------------------------------------------------
 */

static void include(struct spot *at, const char *value);

/* Where the key ends. In [keys] a key may be or hold "=", so that there the
 * sign stands between blanks, or behind at least one byte. */
static const char *find_equals(const struct spot *at, const char *line)
{
	const char *spaced = at->kind ? strstr(line, " = ") : NULL;

	if (spaced)
		return spaced + 1;
	return *line ? strchr(line + (at->kind != NULL), '=') : NULL;
}

static void read_line(struct spot *at, char *text)
{
	CLEANUP(str_release) struct str key = STR_INIT;
	CLEANUP(str_release) struct str value = STR_INIT;
	const char *equals;
	size_t len = strlen(text);

	if (!len || text[0] == '#')
		return;
	if (!utf8_is_valid(text, len)) {
		COMPLAIN(at, "this line is not UTF-8");
		return;
	}
	if (text[0] == '[' && text[len - 1] == ']' && len > 2) {
		read_header(at, text);
		return;
	}
	equals = find_equals(at, text);
	if (!equals) {
		COMPLAIN(at, "neither \"key = value\" nor a [section]");
		return;
	}
	str_add_mem(&key, text, (size_t)(equals - text));
	str_trim(&key);
	str_add(&value, equals + 1);
	str_trim(&value);
	if (str_eq(key.s, "include"))
		include(at, value.s);
	else if (at->kind)
		add_row(at, key.s, value.s);
	else if (at->section)
		assign(at, key.s, value.s);
}

static char *dir_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return xstrdup(".");
	return xstrndup(path, slash == path ? 1 : (size_t)(slash - path));
}

static void read_text(struct reader *r, const char *path, const char *text)
{
	struct spot at = {.r = r,
			  .file = path,
			  .dir = dir_of(path),
			  .section = &r->c->global};

	if (str_starts(text, "\xEF\xBB\xBF"))
		text += 3;
	while (*text) {
		CLEANUP(str_release) struct str line = STR_INIT;
		size_t n = strcspn(text, "\n");

		at.line++;
		str_add_mem(&line, text, n);
		str_trim(&line);
		read_line(&at, line.s);
		text += n + (text[n] == '\n');
	}
	free(at.dir);
	free(at.kind);
	free(at.name);
}

bool read_file(struct reader *r, const char *path, struct err *err)
{
	CLEANUP(str_release) struct str text = STR_INIT;
	CLEANUP(mem_free_ptr) char *real = realpath(path, NULL);
	bool ok;

	if (!real)
		return err_errno(err, "cannot open %s", path);
	if (strv_has(&r->open_files, real) || r->open_files.n == DEPTH_MAX) {
		CLEANUP(mem_free_ptr)
		char *way = strv_join(&r->open_files, " -> ");

		return err_set(err, ERR_INPUT,
			       "files include each other: "
			       "%s -> %s",
			       way, real);
	}
	if (!proc_read_file(path, &text, FILE_MAX, err))
		return false;
	ok = strlen(text.s) == text.len;
	if (ok) {
		strv_add(&r->open_files, real);
		strv_add(&r->c->files, path);
		read_text(r, path, text.s);
		free(r->open_files.v[--r->open_files.n]);
	}
	mem_wipe(text.s, text.len);
	return ok || err_set(err, ERR_INPUT, "%s is not a text file", path);
}

bool read_matching(struct reader *r, const char *pattern, struct err *err)
{
	glob_t found;
	bool ok = true;

	if (glob(pattern, 0, NULL, &found) != 0)
		return true;
	for (size_t i = 0; ok && i < found.gl_pathc; i++)
		ok = read_file(r, found.gl_pathv[i], err);
	globfree(&found);
	return ok;
}

static void include(struct spot *at, const char *value)
{
	CLEANUP(str_release) struct str name = STR_INIT;
	CLEANUP(str_release) struct str path = STR_INIT;
	struct err err = ERR_INIT;
	bool may_miss = value[0] == '?', pattern;
	struct stat st;

	value += may_miss;
	value += strspn(value, " \t");
	if (!value_unquote(&name, value, &err) ||
	    !proc_expand(&path, name.s, &err)) {
		COMPLAIN(at, "%s", err.text);
		return;
	}
	if (path.len && path.s[0] != '/' && at->dir) {
		str_clear(&name);
		str_addf(&name, "%s/%s", at->dir, path.s);
		str_clear(&path);
		str_add(&path, name.s);
	}
	pattern = strpbrk(path.s, "*?[") != NULL;
	if (!pattern && stat(path.s, &st) != 0) {
		if (!may_miss)
			COMPLAIN(at, "cannot find %s", path.s);
		return;
	}
	if (!(pattern ? read_matching(at->r, path.s, &err)
		      : read_file(at->r, path.s, &err)))
		COMPLAIN(at, "%s", err.text);
}

/* --- overrides ---------------------------------------------------------------
 */

/* "kind", "name" and "key" of an override's left side; what is not there is
 * "". Names may hold dots, so an account's ends at the last one. */
static void split_override(char *left, const char **kind, const char **name,
			   const char **key)
{
	char *dot = strchr(left, '.'), *end;

	*kind = *name = "";
	*key = left;
	if (!dot)
		return;
	*dot = '\0';
	*kind = left;
	*key = dot + 1;
	if (str_eq(left, "keys"))
		end = strchr(dot + 1, '.');
	else
		end = strrchr(dot + 1, '.');
	if (end) {
		*end = '\0';
		*name = dot + 1;
		*key = end + 1;
	}
}

void read_override(struct reader *r, const char *text)
{
	struct spot at = {.r = r, .file = "-o", .section = &r->c->global};
	const char *equals = strchr(text, '='), *kind, *name, *key;
	CLEANUP(mem_free_ptr) char *left = NULL;

	/* "keys.messages.==first": the key is the first sign */
	if (equals && equals > text && equals[-1] == '.' && equals[1] == '=')
		equals++;
	if (!equals) {
		COMPLAIN(&at, "\"%s\" is not section.key=value", text);
		return;
	}
	left = xstrndup(text, (size_t)(equals - text));
	split_override(left, &kind, &name, &key);
	if (*kind)
		enter(&at, kind, name);
	if (at.kind)
		add_row(&at, key, equals + 1);
	else if (at.section)
		assign(&at, key, equals + 1);
	free(at.kind);
	free(at.name);
}

/* --- the whole ---------------------------------------------------------------
 */

static void check_password(struct reader *r, struct section *s)
{
	struct value *v = &s->values[CONFIG_PASSWORD];
	struct stat st;

	if (!v->set)
		return;
	if (!v->line) {
		report(r, s, v->file, 0,
		       "a password on the command line can "
		       "be seen by others; use password-command");
		value_release(v);
	} else if (stat(v->file, &st) != 0 || (st.st_mode & 077)) {
		report(r, s, v->file, v->line,
		       "others can read this password; "
		       "run: chmod 600 %s",
		       v->file);
		value_release(v);
	} else {
		report(r, s, v->file, v->line,
		       "warning: the password stands "
		       "here in clear text; password-command is safer");
	}
}

static void check_server(struct reader *r, struct section *s)
{
	const struct value *v = &s->values[CONFIG_SERVER];
	CLEANUP(uri_release) struct uri u = {0};
	char *text CLEANUP(mem_free_ptr) = NULL;

	if (!v->set)
		return;
	text = strstr(v->text, "://") ? xstrdup(v->text)
				      : xasprintf("https://%s", v->text);
	if (!uri_parse(&u, text) || !u.host || !*u.host ||
	    strpbrk(v->text, " \t#@") ||
	    (!str_eq(u.scheme, "https") && !str_eq(u.scheme, "http")))
		report(r, s, v->file, v->line,
		       "server is a host or an "
		       "https:// address, not \"%s\"",
		       v->text);
}

void read_finish(struct reader *r)
{
	for (size_t i = 0; i < r->c->accounts.n; i++) {
		struct section *s = r->c->accounts.v[i];
		const struct value *address = &s->values[CONFIG_ADDRESS];
		const char *at =
			address->set ? strchr(address->text, '@') : NULL;

		if (!address->set)
			report(r, s, s->file, s->line,
			       "the account \"%s\" has no address", s->name);
		else if (!at || at == address->text || !at[1])
			report(r, s, address->file, address->line,
			       "\"%s\" is not an e-mail address",
			       address->text);
		check_server(r, s);
		check_password(r, s);
	}
}
