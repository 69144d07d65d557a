/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H
/*
 * The configuration: INI files, checked against options.def.
 *
 *	[retinue] or [ui] or no section		global options
 *	[account "NAME"]			an account and its options
 *	[folder "PATTERN"]			options of folders; the pattern is
 *						matched against PATH and
 *						ACCOUNT/PATH, * and ? as in a shell
 *	[keys "SCOPE"], [theme]			rows that the ui reads itself
 *	include = PATH|GLOB			anywhere; ? in front: may be missing
 *
 * A wrong line is reported with file and line and left out; wrong lines of an
 * account make only that account unusable. A struct config is not changed
 * while others read it, but by config_set in the thread that owns it; texts
 * returned live until the next config_set of the same option or config_free.
 */
#include "base/err.h"
#include "base/str.h"

enum option_id {
#define OPTION(id, name, scope, type, def, limits, refresh, summary, help)     \
	CONFIG_##id,
#include "config/options.def"
#undef OPTION
	CONFIG_OPTIONS
};

enum config_type {
	CONFIG_BOOL,
	CONFIG_INT,
	CONFIG_TEXT,
	CONFIG_PATH,
	CONFIG_COMMAND,
	CONFIG_DURATION,
	CONFIG_SIZE,
	CONFIG_CHOICE,
	CONFIG_LIST
};
enum config_refresh {
	CONFIG_REFRESH_NONE,
	CONFIG_REFRESH_SCREEN,
	CONFIG_REFRESH_LIST,
	CONFIG_REFRESH_TERM,
	CONFIG_REFRESH_ENGINE
};
/* Bits: in which sections an option may stand. */
enum config_scope { CONFIG_GLOBAL = 1, CONFIG_ACCOUNT = 2, CONFIG_FOLDER = 4 };

struct config_option {
	const char *name;
	unsigned scope;
	enum config_type type;
	const char *def, *limits;
	enum config_refresh refresh;
	const char *summary, *help;
};
const struct config_option *config_option(enum option_id id);
/* False: no such option. */
bool config_option_find(const char *name, enum option_id *id);

struct config;
/* Reads `files` in turn (NULL or empty: retinue.conf, accounts.d, keys.d and
 * settings.conf in their usual place, each of which may be missing), then
 * `overrides` ("key=value", "ui.key=value", "account.NAME.key=value",
 * "keys.SCOPE.KEY=command"). Mistakes go to `problems` (may be NULL) as
 * "file:line: text"; those that are only advice say "warning: " there. Fails
 * only when a file of `files` cannot be read. */
bool config_load(struct config **out, const struct strv *files,
		 const struct strv *overrides, struct strv *problems,
		 struct err *err) MUST_CHECK;
/* Reads the same files and overrides again, into c. Unsound or unreadable: c
 * stays as it was and *err is the first mistake. Values set by config_set are
 * forgotten, texts taken from c are dead afterwards. */
bool config_reload(struct config *c, struct err *err) MUST_CHECK;
/* The same, but a mistake in an account is that account's own, as at the
 * start. */
bool config_reload_usable(struct config *c, struct err *err) MUST_CHECK;
/* Reads the same files and overrides into one of its own (config_free): for
 * another thread, which config_reload must not pull the texts away from. */
bool config_again(const struct config *c, struct config **out,
		  struct err *err) MUST_CHECK;
void config_free(struct config *c);
/* Had config_load nothing but warnings to say? */
bool config_is_sound(const struct config *c);

/* Accounts in the order of the files. */
size_t config_account_count(const struct config *c);
const char *config_account_name(const struct config *c, size_t i);
bool config_has_account(const struct config *c, const char *name);
/* Why the account cannot be used (its first mistake), NULL when it can. */
const char *config_account_problem(const struct config *c, const char *name);

/* Values: the account's (NULL: none), else the global one, else the default.
 * Asking with the wrong type is a bug. bool/int/duration (seconds)/size
 * (bytes) give numbers; special words theirs ("never=-1"). */
bool config_bool(const struct config *c, const char *account,
		 enum option_id id);
int64_t config_int(const struct config *c, const char *account,
		   enum option_id id);
int64_t config_duration(const struct config *c, const char *account,
			enum option_id id);
int64_t config_size(const struct config *c, const char *account,
		    enum option_id id);
/* TEXT, PATH (expanded), COMMAND (as written) or CHOICE; NULL: none. */
const char *config_text(const struct config *c, const char *account,
			enum option_id id);
/* Which of the choices, from 0, in the order of options.def. */
int config_choice(const struct config *c, const char *account,
		  enum option_id id);
const struct strv *config_list(const struct config *c, const char *account,
			       enum option_id id); /* never NULL */
/* The same for a folder: the last matching [folder] section comes first. */
bool config_folder_bool(const struct config *c, const char *account,
			const char *path, enum option_id id);
const char *config_folder_text(const struct config *c, const char *account,
			       const char *path, enum option_id id);
int config_folder_choice(const struct config *c, const char *account,
			 const char *path, enum option_id id);

/* Appends "file:line", "-o" or "default": where the value comes from. */
void config_add_origin(const struct config *c, const char *account,
		       enum option_id id, struct str *out);
/* Appends the value as one would write it ("yes", "5m"); *** for secrets. */
void config_add_value(const struct config *c, const char *account,
		      enum option_id id, struct str *out);

/* Changes a value while the program runs, as an override would. account NULL:
 * global. Fails with ERR_INPUT and a plain sentence. */
bool config_set(struct config *c, const char *account, const char *name,
		const char *value, struct err *err) MUST_CHECK;

/* Rows of the sections that the ui reads itself: kind "keys" or "theme",
 * name "" where the section has none. False from fn stops. */
struct config_row {
	const char *name, *key, *value, *file;
	int line;
};
typedef bool config_row_fn(void *ctx, const struct config_row *row);
void config_each_row(const struct config *c, const char *kind,
		     config_row_fn *fn, void *ctx);

/* --- documents (docs.c) -------------------------------------------------- */
enum config_format {
	CONFIG_PLAIN, /* for `config docs` */
	CONFIG_MDOC,  /* for retinue.conf(5) */
	CONFIG_SAMPLE /* a commented file */
};
void config_docs(struct str *out, enum config_format format);
/* Every value that is not the default, with its origin. */
void config_show(struct str *out, const struct config *c);
/* The names of the files that were read. */
const struct strv *config_files(const struct config *c);

/* --- places (paths.c): each result is the caller's ------------------------ */
char *config_dir(void);
char *config_file_path(void);	  /* retinue.conf */
char *config_settings_path(void); /* settings.conf, what the program wrote */
char *config_data_dir(void);
char *config_store_path(const char *account); /* .../ACCOUNT/store.db */
char *config_cache_dir(void);
char *config_book_path(const char *account); /* .../ACCOUNT/addresses.db */
char *config_state_dir(void);
char *config_log_path(void);
char *config_history_path(void);
char *config_runtime_dir(void); /* opened attachments */

/* --- writing (write.c) ---------------------------------------------------- */
struct config_pair {
	enum option_id id;
	const char *value; /* as written in a file; NULL: left out */
};
/* Appends an [account "name"] section to the file (made with 0600, its
 * directory with 0700). Fails with ERR_INPUT for a bad name or value and
 * ERR_CONFLICT where the file has that account already. */
bool config_write_account(const char *path, const char *name,
			  const struct config_pair *pairs, size_t n,
			  struct err *err) MUST_CHECK;
/* Puts a global option into settings.conf, in the place of an earlier value;
 * value NULL takes it out. Fails with ERR_INPUT for a bad value. */
bool config_write_setting(enum option_id id, const char *value,
			  struct err *err) MUST_CHECK;
/* Replaces these settings of an account where a file has it: a NULL value takes
 * the line away, others stay as they are. *path: the file written; caller
 * frees, set on success. */
bool config_change_account(const struct config *c, const char *name,
			   const struct config_pair *pairs, size_t n,
			   char **path, struct err *err) MUST_CHECK;
/* Removes the [account "name"] section; NOT_FOUND: the file has none. */
bool config_remove_account(const char *path, const char *name,
			   struct err *err) MUST_CHECK;
#endif
