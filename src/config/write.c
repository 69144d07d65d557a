/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "config/internal.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/proc.h"

/* Checks the pairs as reading them back would. */
static bool check_pairs(const struct config_pair *pairs, size_t n,
			struct err *err)
{
	for (size_t i = 0; i < n; i++) {
		CLEANUP(value_release) struct value v = {0};
		const char *s = pairs[i].value;

		if (!s)
			continue;
		if (s[strcspn(s, "\r\n")])
			return err_set(err, ERR_INPUT, "%s must be one line",
				       config_option(pairs[i].id)->name);
		if (!value_parse(&v, pairs[i].id, s, NULL, 0, NULL, err))
			return false;
	}
	return true;
}

static bool check_name(const char *path, const char *name, struct err *err)
{
	struct config *c;
	struct strv files = {0};
	bool taken;

	if (!*name || name[0] == '.' || strpbrk(name, "/\"\\\r\n"))
		return err_set(err, ERR_INPUT,
			       "\"%s\" cannot be an account's name", name);
	if (access(path, F_OK) != 0)
		return true;
	strv_add(&files, path);
	if (!config_load(&c, &files, NULL, NULL, err)) {
		strv_release(&files);
		return false;
	}
	taken = config_has_account(c, name);
	config_free(c);
	strv_release(&files);
	if (taken)
		return err_set(err, ERR_CONFLICT,
			       "%s has an account \"%s\" already", path, name);
	return true;
}

static bool make_parent(const char *path, struct err *err)
{
	const char *slash = strrchr(path, '/');
	CLEANUP(mem_free_ptr) char *dir = NULL;

	if (!slash || slash == path)
		return true;
	dir = xstrndup(path, (size_t)(slash - path));
	return proc_make_dirs(dir, err);
}

/* Lists and commands have quotes of their own. */
static void add_setting(struct str *out, enum option_id id, const char *value)
{
	const struct config_option *o = config_option(id);

	str_addf(out, "%s = ", o->name);
	if (o->type == CONFIG_LIST || o->type == CONFIG_COMMAND)
		str_add(out, value);
	else
		value_add_quoted(out, value);
	str_add_char(out, '\n');
}

bool config_write_account(const char *path, const char *name,
			  const struct config_pair *pairs, size_t n,
			  struct err *err)
{
	CLEANUP(str_release) struct str text = STR_INIT;
	struct stat st;
	bool ok;

	if (!check_pairs(pairs, n, err) || !check_name(path, name, err) ||
	    !make_parent(path, err))
		return false;
	if (stat(path, &st) == 0 &&
	    !proc_read_file(path, &text, (size_t)1 << 20, err))
		return false;
	if (text.len && text.s[text.len - 1] != '\n')
		str_add_char(&text, '\n');
	str_addf(&text, "%s[account \"%s\"]\n", text.len ? "\n" : "", name);
	for (size_t i = 0; i < n; i++) {
		if (pairs[i].value)
			add_setting(&text, pairs[i].id, pairs[i].value);
	}
	ok = proc_write_file(path, text.s, text.len, 0600, err);
	mem_wipe(text.s, text.len);
	return ok;
}

bool config_remove_account(const char *path, const char *name, struct err *err)
{
	CLEANUP(str_release) struct str text = STR_INIT;
	CLEANUP(str_release) struct str out = STR_INIT;
	CLEANUP(mem_free_ptr) char *head = xasprintf("[account \"%s\"]", name);
	bool inside = false, found = false, ok;

	if (!proc_read_file(path, &text, (size_t)1 << 20, err))
		return false;
	for (const char *p = text.s; *p;) {
		size_t len = strcspn(p, "\n"), blank = strspn(p, " \t");

		if (p[blank] == '[') {
			inside = strncmp(p + blank, head, strlen(head)) == 0;
			found = found || inside;
		}
		len += p[len] == '\n';
		if (!inside)
			str_add_mem(&out, p, len);
		p += len;
	}
	if (!found)
		ok = err_set(err, ERR_NOT_FOUND, "%s has no account \"%s\"",
			     path, name);
	else
		ok = proc_write_file(path, out.s, out.len, 0600, err);
	mem_wipe(text.s, text.len);
	mem_wipe(out.s, out.len);
	return ok;
}

/* Is the line "name = ..."? */
static bool is_setting(const char *line, const char *name)
{
	size_t n = strlen(name);

	line += strspn(line, " \t");
	return strncmp(line, name, n) == 0 &&
	       line[n + strspn(line + n, " \t")] == '=';
}

static bool is_one_of(const char *line, const struct config_pair *pairs,
		      size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (is_setting(line, config_option(pairs[i].id)->name))
			return true;
	return false;
}

/* The text with the settings of one section replaced; false: no such head. */
static bool replace_settings(const char *text, const char *head,
			     const struct config_pair *pairs, size_t n,
			     struct str *out)
{
	bool inside = false, found = false;

	for (const char *p = text; *p;) {
		size_t len = strcspn(p, "\n");
		const char *at = p + strspn(p, " \t");

		if (*at == '[')
			inside = strncmp(at, head, strlen(head)) == 0;
		if (!inside || !is_one_of(p, pairs, n)) {
			str_add_mem(out, p, len);
			str_add_char(out, '\n');
		}
		if (inside && *at == '[') {
			for (size_t i = 0; i < n; i++)
				if (pairs[i].value)
					add_setting(out, pairs[i].id,
						    pairs[i].value);
			found = true;
		}
		p += len + (p[len] == '\n');
	}
	return found;
}

bool config_change_account(const struct config *c, const char *name,
			   const struct config_pair *pairs, size_t n,
			   char **path, struct err *err)
{
	CLEANUP(mem_free_ptr) char *head = xasprintf("[account \"%s\"]", name);
	const struct strv *files = config_files(c);
	bool found = false, ok = check_pairs(pairs, n, err);

	for (size_t i = files->n; i-- > 0 && ok && !found;) {
		struct str text = STR_INIT, out = STR_INIT;

		ok = proc_read_file(files->v[i], &text, (size_t)1 << 20, err);
		found = ok && text.s &&
			replace_settings(text.s, head, pairs, n, &out);
		if (found) {
			*path = xstrdup(files->v[i]);
			ok = proc_write_file(*path, out.s, out.len, 0600, err);
		}
		if (text.s)
			mem_wipe(text.s, text.len);
		if (out.s)
			mem_wipe(out.s, out.len);
		str_release(&text);
		str_release(&out);
	}
	if (ok && !found)
		ok = err_set(err, ERR_NOT_FOUND,
			     "no configuration file has an account \"%s\"",
			     name);
	return ok;
}

/* --- settings.conf ---------------------------------------------------------- */

bool config_write_setting(enum option_id id, const char *value, struct err *err)
{
	CLEANUP(mem_free_ptr) char *path = config_settings_path();
	CLEANUP(str_release) struct str old = STR_INIT;
	CLEANUP(str_release) struct str text = STR_INIT;
	struct config_pair pair = {id, value};
	struct stat st;

	if (!check_pairs(&pair, 1, err) || !make_parent(path, err))
		return false;
	if (stat(path, &st) == 0 &&
	    !proc_read_file(path, &old, (size_t)1 << 20, err))
		return false;
	if (!old.len)
		str_add(&text, "# Written by the settings screen; later than "
			       "retinue.conf, so it wins.\n");
	for (const char *p = old.s; p && *p;) {
		size_t n = strcspn(p, "\n");
		CLEANUP(mem_free_ptr) char *line = xstrndup(p, n);

		if (!is_setting(line, config_option(id)->name))
			str_addf(&text, "%s\n", line);
		p += n + (p[n] == '\n');
	}
	if (value)
		add_setting(&text, id, value);
	return proc_write_file(path, text.s, text.len, 0600, err);
}
