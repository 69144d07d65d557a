/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef CONFIG_INTERNAL_H
#define CONFIG_INTERNAL_H
/* Shared by the files of src/config only. */
#include "base/vec.h"
#include "config/config.h"

/* --- one value (value.c) --------------------------------------------------- */
struct value {
	bool set;
	int64_t number;	  /* BOOL INT DURATION SIZE, CHOICE's index */
	char *text;	  /* TEXT PATH COMMAND CHOICE */
	struct strv list; /* LIST */
	char *file;	  /* where from; NULL: the default */
	int line;	  /* 0: not from a file */
};
void value_release(struct value *v);
/* Reads `raw` as id's type into v. A list grows when v came from the same
 * file, and starts anew otherwise. Relative paths begin at `dir` (NULL: as
 * they are). v is untouched on failure. */
bool value_parse(struct value *v, enum option_id id, const char *raw,
		 const char *file, int line, const char *dir,
		 struct err *err) MUST_CHECK;
/* As it would be written. */
void value_add(struct str *out, const struct value *v, enum option_id id);
/* Quotes a text where reading it back would change it otherwise. */
void value_add_quoted(struct str *out, const char *text);
/* Appends raw without quotes around the whole. */
bool value_unquote(struct str *out, const char *raw,
		   struct err *err) MUST_CHECK;

/* --- the whole (config.c) -------------------------------------------------- */
struct section {
	enum config_scope scope;
	char *name; /* account or pattern; NULL: global */
	struct value values[CONFIG_OPTIONS];
	char *file; /* where it begins */
	int line;
	char *problem; /* the first mistake in it */
};
struct row {
	char *kind, *name, *key, *value, *file;
	int line;
};
struct config {
	struct section defaults, global;
	VEC(struct section *) accounts;
	VEC(struct section *) folders;
	VEC(struct row) rows;
	struct strv files;
	struct strv asked, overrides; /* as config_load was given them */
	bool sound, usable;	      /* usable: mistakes in accounts only */
};
/* Found or made. */
struct section *config_account(struct config *c, const char *name);
struct section *config_folder(struct config *c, const char *pattern);
/* The value in force; never NULL. */
const struct value *config_value(const struct config *c, const char *account,
				 enum option_id id);

/* --- reading (read.c) ------------------------------------------------------ */
struct reader {
	struct config *c;
	struct strv *problems;	/* may be NULL */
	struct strv open_files; /* being read, outermost first: no cycles */
};
/* Every file that matches; none need. */
bool read_matching(struct reader *r, const char *pattern,
		   struct err *err) MUST_CHECK;
bool read_file(struct reader *r, const char *path, struct err *err) MUST_CHECK;
/* One override: "section.key=value". */
void read_override(struct reader *r, const char *text);
/* What must hold once all is read: addresses, passwords' files. */
void read_finish(struct reader *r);

/* --- the nearest name (nearest.c) ------------------------------------------ */
/* The one of names[0..n) most like word, NULL when none is near. */
const char *nearest_name(const char *word, const char *const *names, size_t n);
#endif
