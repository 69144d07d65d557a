/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* import: keys, aliases, signature and editor of another mail program. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/proc.h"
#include "config/config.h"
#include "text/import.h"
#include "text/vcard.h"
#include "ui/batch_out.h"
#include "ui/format.h"
#include "ui/keys.h"

#define FILE_MAX ((size_t)8 << 20)

struct program {
	const char *name;
	bool (*read)(struct import *im, const char *path);
	const char *usual[6]; /* below HOME; all that are there are read */
	bool first_only;      /* only the first that is there */
};
static const struct program programs[] = {
	{"neomutt",
	 import_neomutt,
	 {".config/neomutt/neomuttrc", ".neomuttrc", ".config/mutt/muttrc",
	  ".mutt/muttrc", ".muttrc"},
	 true},
	{"aerc",
	 import_aerc,
	 {".config/aerc/binds.conf", ".config/aerc/aerc.conf",
	  ".config/aerc/accounts.conf"},
	 false},
	{"alpine", import_alpine, {".pinerc", ".addressbook"}, false},
};

static bool read_text(void *ctx, const char *path, struct str *out)
{
	(void)ctx;
	return proc_read_file(path, out, FILE_MAX, NULL);
}

/* --- what is refused here ------------------------------------------------------ */

/* A binding that this program would not take is one that does not carry over. */
static void check_bindings(struct batch *b, struct import *im)
{
	struct keys *keys = keys_new(
		(enum keymap)config_choice(b->config, NULL, CONFIG_KEYMAP));
	size_t kept = 0;

	for (size_t i = 0; i < im->bindings.n; i++) {
		struct import_binding one = im->bindings.v[i];
		struct err err;

		if (keys_bind(keys, one.scope, one.key, one.line, &err)) {
			im->bindings.v[kept++] = one;
			continue;
		}
		char *text CLEANUP(mem_free_ptr) =
			xasprintf("%s = %s", one.key, one.line);

		import_lose(im, one.place, text, err.text);
		free(one.scope);
		free(one.key);
		free(one.line);
		free(one.place);
	}
	im->bindings.n = kept;
	keys_free(keys);
}

static void check_settings(struct import *im)
{
	size_t kept = 0;

	for (size_t i = 0; i < im->settings.n; i++) {
		struct import_setting one = im->settings.v[i];

		if (!str_eq(one.name, "signature") ||
		    access(one.value, R_OK) == 0) {
			im->settings.v[kept++] = one;
			continue;
		}
		import_lose(im, one.place, one.value,
			    "this signature cannot be read");
		free(one.name);
		free(one.value);
		free(one.place);
	}
	im->settings.n = kept;
}

/* --- writing ------------------------------------------------------------------- */

/* Quoted where reading it back would change it (retinue.conf(5)). */
static void add_value(struct str *out, const char *s)
{
	size_t n = strlen(s);

	if (n && !strchr("\"'", *s) && s[n - 1] != ' ') {
		str_add(out, s);
		return;
	}
	str_add_char(out, '"');
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			str_add_char(out, '\\');
		str_add_char(out, *s);
	}
	str_add_char(out, '"');
}

static void add_config(struct str *out, const char *program,
		       const struct import *im)
{
	const char *scope = NULL;

	str_addf(out,
		 "# Made by `retinue import %s`. Rows of retinue.conf come "
		 "first;\n# what stands here counts more.\n",
		 program);
	for (size_t i = 0; i < im->settings.n; i++) {
		str_addf(out, "%s%s = ", i ? "" : "\n[ui]\n",
			 im->settings.v[i].name);
		add_value(out, im->settings.v[i].value);
		str_addf(out, "\n");
	}
	/* In the order of their scopes, each scope in one section. */
	for (size_t i = 0; i < im->bindings.n; i++) {
		bool seen = false;

		scope = im->bindings.v[i].scope;
		for (size_t k = 0; k < i; k++)
			seen |= str_eq(im->bindings.v[k].scope, scope);
		if (seen)
			continue;
		str_addf(out, "\n[keys \"%s\"]\n", scope);
		for (size_t k = i; k < im->bindings.n; k++) {
			const struct import_binding *b = &im->bindings.v[k];

			if (!str_eq(b->scope, scope))
				continue;
			if (strchr("\"'#[", *b->key))
				str_addf(out, "'%s' = ", b->key);
			else
				str_addf(out, "%s = ", b->key);
			add_value(out, b->line);
			str_addf(out, "\n");
		}
	}
}

static bool write_new(const char *path, const struct str *text, struct err *err)
{
	char *dir CLEANUP(mem_free_ptr) = xstrdup(path);

	*strrchr(dir, '/') = '\0';
	return proc_make_dirs(dir, err) &&
	       proc_write_file(path, text->s, text->len, 0600, err);
}

static json_t *report_json(const struct import *im, const char *config,
			   const char *aliases)
{
	json_t *lost = json_array();

	for (size_t i = 0; i < im->lost.n; i++)
		json_array_append_new(
			lost,
			json_pack("{s:o,s:o,s:o}", "place",
				  out_text_json(im->lost.v[i].place), "text",
				  out_text_json(im->lost.v[i].text), "why",
				  out_text_json(im->lost.v[i].why)));
	return json_pack("{s:I,s:I,s:I,s:o,s:o,s:o}", "bindings",
			 (json_int_t)im->bindings.n, "settings",
			 (json_int_t)im->settings.n, "aliases",
			 (json_int_t)im->aliases.n, "file",
			 out_text_json(config), "aliases_file",
			 out_text_json(aliases), "lost", lost);
}

static void print_report(const struct import *im, const char *config,
			 const char *aliases)
{
	struct str b CLEANUP(str_release) = STR_INIT;

	if (config) {
		format_add_plural(&b, (int64_t)im->bindings.n, "binding",
				  "bindings");
		str_add(&b, " and ");
		format_add_plural(&b, (int64_t)im->settings.n, "setting",
				  "settings");
		str_addf(&b, ": %s\n", config);
	}
	if (aliases) {
		format_add_plural(&b, (int64_t)im->aliases.n, "alias",
				  "aliases");
		str_addf(&b,
			 ": %s (`retinue contact import %s` makes contacts of "
			 "them)\n",
			 aliases, aliases);
	}
	if (im->lost.n) {
		format_add_plural(&b, (int64_t)im->lost.n, "line", "lines");
		str_add(&b, " did not carry over:\n");
	}
	fputs(b.s ? b.s : "", stdout);
	for (size_t i = 0; i < im->lost.n; i++)
		printf("  %s: %s\n    %s\n", im->lost.v[i].place,
		       im->lost.v[i].text, im->lost.v[i].why);
}

static int finish(struct batch *b, const char *program, struct import *im)
{
	char *dir CLEANUP(mem_free_ptr) = config_dir();
	char *file CLEANUP(mem_free_ptr) =
		xasprintf("%s/keys.d/import-%s.conf", dir, program);
	char *cards CLEANUP(mem_free_ptr) =
		xasprintf("%s/aliases-%s.vcf", dir, program);
	struct str text CLEANUP(str_release) = STR_INIT;
	struct str people CLEANUP(str_release) = STR_INIT;
	bool keys = im->bindings.n || im->settings.n;
	struct err err = ERR_INIT;

	check_bindings(b, im);
	check_settings(im);
	keys = im->bindings.n || im->settings.n;
	add_config(&text, program, im);
	for (size_t i = 0; i < im->aliases.n; i++)
		vcard_add(&people, &im->aliases.v[i], 4);
	if (batch_has(b, OPT_DRY_RUN) && !batch_has(b, OPT_JSON)) {
		printf("would write %s:\n%s%s", file, text.s,
		       im->aliases.n ? "\n" : "");
	} else if (!batch_has(b, OPT_DRY_RUN)) {
		if ((keys && !write_new(file, &text, &err)) ||
		    (im->aliases.n && !write_new(cards, &people, &err)))
			return batch_fail(&err);
	}
	if (batch_has(b, OPT_JSON))
		out_document(report_json(im, keys ? file : NULL,
					 im->aliases.n ? cards : NULL));
	else
		print_report(im,
			     keys && !batch_has(b, OPT_DRY_RUN) ? file : NULL,
			     im->aliases.n ? cards : NULL);
	return keys || im->aliases.n ? im->lost.n ? BATCH_PARTLY : BATCH_DONE
				     : BATCH_NOTHING;
}

static bool read_usual(const struct program *p, struct import *im)
{
	const char *home = getenv("HOME");
	bool any = false;

	for (size_t i = 0; i < ARRAY_LEN(p->usual) && p->usual[i]; i++) {
		char *path CLEANUP(mem_free_ptr) =
			xasprintf("%s/%s", home ? home : "", p->usual[i]);

		if (access(path, R_OK) != 0 || !p->read(im, path))
			continue;
		any = true;
		if (p->first_only)
			break;
	}
	return any;
}

int verb_import(struct batch *b)
{
	const struct program *p = NULL;
	struct import im = {.read = read_text};
	int status;

	for (size_t i = 0; b->args.n && i < ARRAY_LEN(programs); i++)
		if (str_eq(programs[i].name, b->args.v[0]))
			p = &programs[i];
	if (!p)
		return batch_usage("import takes neomutt, aerc or alpine, and "
				   "perhaps a file");
	status = BATCH_DONE;
	if (b->args.n == 1 && !read_usual(p, &im)) {
		fprintf(stderr,
			"retinue: no configuration of %s was found; name its "
			"file\n",
			p->name);
		status = BATCH_NOTHING;
	}
	for (size_t i = 1; status == BATCH_DONE && i < b->args.n; i++)
		if (!p->read(&im, b->args.v[i])) {
			fprintf(stderr, "retinue: %s cannot be read\n",
				b->args.v[i]);
			status = BATCH_NOTHING;
		}
	if (status == BATCH_DONE)
		status = finish(b, p->name, &im);
	import_release(&im);
	return status;
}
