/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "config/internal.h"

#include <fnmatch.h>
#include <string.h>
#include <unistd.h>

#define G CONFIG_GLOBAL
#define A CONFIG_ACCOUNT
#define F CONFIG_FOLDER
static const struct config_option options[CONFIG_OPTIONS] = {
#define OPTION(id, name, scope, type, def, limits, refresh, summary, help)     \
	{name,	  scope, CONFIG_##type, def, limits, CONFIG_REFRESH_##refresh, \
	 summary, help},
#include "config/options.def"
#undef OPTION
};
#undef G
#undef A
#undef F

const struct config_option *config_option(enum option_id id)
{
	return &options[id];
}

bool config_option_find(const char *name, enum option_id *id)
{
	for (size_t i = 0; i < CONFIG_OPTIONS; i++) {
		if (str_eq(options[i].name, name)) {
			*id = (enum option_id)i;
			return true;
		}
	}
	return false;
}

/* --- making and freeing -----------------------------------------------------
 */

static void section_release(struct section *s)
{
	for (size_t i = 0; i < CONFIG_OPTIONS; i++)
		value_release(&s->values[i]);
	free(s->name);
	free(s->file);
	free(s->problem);
}

static struct section *section_new(enum config_scope scope, const char *name)
{
	struct section *s = xcalloc(1, sizeof(*s));

	s->scope = scope;
	s->name = xstrdup(name);
	return s;
}

static void section_free(struct section *s)
{
	section_release(s);
	free(s);
}

static struct config *config_new(void)
{
	struct config *c = xcalloc(1, sizeof(*c));
	struct err err;

	c->sound = c->usable = true;
	c->defaults.scope = c->global.scope = CONFIG_GLOBAL;
	for (size_t i = 0; i < CONFIG_OPTIONS; i++)
		if (options[i].def &&
		    !value_parse(&c->defaults.values[i], (enum option_id)i,
				 options[i].def, NULL, 0, NULL, &err))
			BUG("default of %s: %s", options[i].name, err.text);
	return c;
}

static void row_release(struct row *row)
{
	free(row->kind);
	free(row->name);
	free(row->key);
	free(row->value);
	free(row->file);
}

void config_free(struct config *c)
{
	if (!c)
		return;
	section_release(&c->defaults);
	section_release(&c->global);
	for (size_t i = 0; i < c->accounts.n; i++)
		section_free(c->accounts.v[i]);
	vec_release(&c->accounts);
	for (size_t i = 0; i < c->folders.n; i++)
		section_free(c->folders.v[i]);
	vec_release(&c->folders);
	for (size_t i = 0; i < c->rows.n; i++)
		row_release(&c->rows.v[i]);
	vec_release(&c->rows);
	strv_release(&c->files);
	strv_release(&c->asked);
	strv_release(&c->overrides);
	free(c);
}

/* --- loading ----------------------------------------------------------------
 */

/* The usual files; what is missing is left out. */
static void usual_files(struct strv *files)
{
	CLEANUP(mem_free_ptr) char *dir = config_dir();
	char *first = config_file_path();

	if (access(first, F_OK) == 0)
		strv_give(files, first);
	else
		free(first);
	strv_give(files, xasprintf("%s/accounts.d/*.conf", dir));
	strv_give(files, xasprintf("%s/keys.d/*.conf", dir));
	strv_give(files, config_settings_path());
}

bool config_load(struct config **out, const struct strv *files,
		 const struct strv *overrides, struct strv *problems,
		 struct err *err)
{
	struct config *c = config_new();
	struct reader r = {.c = c, .problems = problems};
	CLEANUP(strv_release) struct strv usual = {0};
	bool ok = true;

	if (files && files->n) {
		for (size_t i = 0; ok && i < files->n; i++)
			ok = read_file(&r, files->v[i], err);
	} else {
		usual_files(&usual);
		for (size_t i = 0; ok && i < usual.n; i++)
			ok = read_matching(&r, usual.v[i], err);
	}
	strv_release(&r.open_files);
	if (!ok) {
		config_free(c);
		return false;
	}
	for (size_t i = 0; overrides && i < overrides->n; i++)
		read_override(&r, overrides->v[i]);
	read_finish(&r);
	for (size_t i = 0; files && i < files->n; i++)
		strv_add(&c->asked, files->v[i]);
	for (size_t i = 0; overrides && i < overrides->n; i++)
		strv_add(&c->overrides, overrides->v[i]);
	*out = c;
	return true;
}

/* The first problem that is more than advice. */
static const char *first_mistake(const struct strv *problems)
{
	for (size_t i = 0; i < problems->n; i++)
		if (!strstr(problems->v[i], "warning: "))
			return problems->v[i];
	return "the configuration has a mistake";
}

static bool reload(struct config *c, bool whole, struct err *err)
{
	CLEANUP(strv_release) struct strv problems = {0};
	struct config *fresh, old;

	if (!config_load(&fresh, &c->asked, &c->overrides, &problems, err))
		return false;
	if (whole ? !fresh->sound : !fresh->usable) {
		err_set(err, ERR_INPUT, "%s", first_mistake(&problems));
		config_free(fresh);
		return false;
	}
	old = *c;
	*c = *fresh;
	*fresh = old;
	config_free(fresh);
	return true;
}

bool config_reload(struct config *c, struct err *err)
{
	return reload(c, true, err);
}

bool config_reload_usable(struct config *c, struct err *err)
{
	return reload(c, false, err);
}

bool config_again(const struct config *c, struct config **out, struct err *err)
{
	return config_load(out, &c->asked, &c->overrides, NULL, err);
}

bool config_is_sound(const struct config *c)
{
	return c->sound;
}

const struct strv *config_files(const struct config *c)
{
	return &c->files;
}

/* --- sections ---------------------------------------------------------------
 */

static struct section *find_account(const struct config *c, const char *name)
{
	for (size_t i = 0; i < c->accounts.n; i++)
		if (str_eq(c->accounts.v[i]->name, name))
			return c->accounts.v[i];
	return NULL;
}

struct section *config_account(struct config *c, const char *name)
{
	struct section *s = find_account(c, name);

	if (!s) {
		s = section_new(CONFIG_ACCOUNT, name);
		vec_add(&c->accounts, s);
	}
	return s;
}

struct section *config_folder(struct config *c, const char *pattern)
{
	struct section *s;

	for (size_t i = 0; i < c->folders.n; i++)
		if (str_eq(c->folders.v[i]->name, pattern))
			return c->folders.v[i];
	s = section_new(CONFIG_FOLDER, pattern);
	vec_add(&c->folders, s);
	return s;
}

size_t config_account_count(const struct config *c)
{
	return c->accounts.n;
}

const char *config_account_name(const struct config *c, size_t i)
{
	return c->accounts.v[i]->name;
}

bool config_has_account(const struct config *c, const char *name)
{
	return find_account(c, name) != NULL;
}

const char *config_account_problem(const struct config *c, const char *name)
{
	const struct section *s = find_account(c, name);

	return s ? s->problem : "there is no such account";
}

/* --- values -----------------------------------------------------------------
 */

const struct value *config_value(const struct config *c, const char *account,
				 enum option_id id)
{
	const struct section *s = account ? find_account(c, account) : NULL;

	if (s && s->values[id].set)
		return &s->values[id];
	if (c->global.values[id].set)
		return &c->global.values[id];
	return &c->defaults.values[id];
}

static const struct value *folder_value(const struct config *c,
					const char *account, const char *path,
					enum option_id id)
{
	CLEANUP(mem_free_ptr)
	char *full = account ? xasprintf("%s/%s", account, path) : NULL;

	for (size_t i = c->folders.n; i-- > 0;) {
		const struct section *s = c->folders.v[i];

		if (s->values[id].set &&
		    (fnmatch(s->name, path, 0) == 0 ||
		     (full && fnmatch(s->name, full, 0) == 0)))
			return &s->values[id];
	}
	return config_value(c, account, id);
}

static void demand(enum option_id id, bool right)
{
	if (!right)
		BUG("option %s asked for as another type", options[id].name);
}

bool config_bool(const struct config *c, const char *account, enum option_id id)
{
	demand(id, options[id].type == CONFIG_BOOL);
	return config_value(c, account, id)->number != 0;
}

int64_t config_int(const struct config *c, const char *account,
		   enum option_id id)
{
	demand(id, options[id].type == CONFIG_INT);
	return config_value(c, account, id)->number;
}

int64_t config_duration(const struct config *c, const char *account,
			enum option_id id)
{
	demand(id, options[id].type == CONFIG_DURATION);
	return config_value(c, account, id)->number;
}

int64_t config_size(const struct config *c, const char *account,
		    enum option_id id)
{
	demand(id, options[id].type == CONFIG_SIZE);
	return config_value(c, account, id)->number;
}

static bool is_text(enum option_id id)
{
	switch (options[id].type) {
	case CONFIG_TEXT:
	case CONFIG_PATH:
	case CONFIG_COMMAND:
	case CONFIG_CHOICE:
		return true;
	case CONFIG_BOOL:
	case CONFIG_INT:
	case CONFIG_DURATION:
	case CONFIG_SIZE:
	case CONFIG_LIST:
		break;
	}
	return false;
}

const char *config_text(const struct config *c, const char *account,
			enum option_id id)
{
	demand(id, is_text(id));
	return config_value(c, account, id)->text;
}

int config_choice(const struct config *c, const char *account,
		  enum option_id id)
{
	demand(id, options[id].type == CONFIG_CHOICE);
	return (int)config_value(c, account, id)->number;
}

const struct strv *config_list(const struct config *c, const char *account,
			       enum option_id id)
{
	demand(id, options[id].type == CONFIG_LIST);
	return &config_value(c, account, id)->list;
}

bool config_folder_bool(const struct config *c, const char *account,
			const char *path, enum option_id id)
{
	demand(id, options[id].type == CONFIG_BOOL);
	return folder_value(c, account, path, id)->number != 0;
}

const char *config_folder_text(const struct config *c, const char *account,
			       const char *path, enum option_id id)
{
	demand(id, is_text(id));
	return folder_value(c, account, path, id)->text;
}

int config_folder_choice(const struct config *c, const char *account,
			 const char *path, enum option_id id)
{
	demand(id, options[id].type == CONFIG_CHOICE);
	return (int)folder_value(c, account, path, id)->number;
}

void config_add_origin(const struct config *c, const char *account,
		       enum option_id id, struct str *out)
{
	const struct value *v = config_value(c, account, id);

	if (!v->file)
		str_add(out, "default");
	else if (v->line)
		str_addf(out, "%s:%d", v->file, v->line);
	else
		str_add(out, v->file);
}

void config_add_value(const struct config *c, const char *account,
		      enum option_id id, struct str *out)
{
	const struct value *v = config_value(c, account, id);

	if (id == CONFIG_PASSWORD && v->set)
		str_add(out, "***");
	else if (v->set)
		value_add(out, v, id);
}

bool config_set(struct config *c, const char *account, const char *name,
		const char *value, struct err *err)
{
	struct section *s = &c->global;
	enum option_id id;

	if (!config_option_find(name, &id))
		return err_set(err, ERR_INPUT, "there is no option %s", name);
	if (account) {
		s = find_account(c, account);
		if (!s)
			return err_set(err, ERR_INPUT, "there is no account %s",
				       account);
	}
	if (!(options[id].scope & s->scope))
		return err_set(err, ERR_INPUT, "%s is an option of %s", name,
			       account ? "the whole program" : "an account");
	return value_parse(&s->values[id], id, value, "set", 0, NULL, err);
}

void config_each_row(const struct config *c, const char *kind,
		     config_row_fn *fn, void *ctx)
{
	for (size_t i = 0; i < c->rows.n; i++) {
		const struct row *r = &c->rows.v[i];
		struct config_row row = {r->name, r->key, r->value, r->file,
					 r->line};

		if (str_eq(r->kind, kind) && !fn(ctx, &row))
			return;
	}
}
