/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* config and keys: what is configured, and what is wrong with it. */
#include <stdio.h>
#include <string.h>
#include "config/config.h"
#include "ui/batch_out.h"
#include "ui/dump.h"

/* Reads everything anew, so that each mistake is said here and not only the
 * first one that stopped an account. */
static int config_check(struct batch *b)
{
	struct config *c = NULL;
	struct strv problems CLEANUP(strv_release);
	struct err err;
	bool sound;

	strv_init(&problems);
	if (!config_load(&c, config_files(b->config), NULL, &problems, &err)) {
		batch_fail(&err);
		return BATCH_CONFIG;
	}
	sound = config_is_sound(c);
	if (batch_has(b, OPT_JSON)) {
		json_t *list = json_array();

		for (size_t i = 0; i < problems.n; i++)
			json_array_append_new(list,
					      out_text_json(problems.v[i]));
		out_document(json_pack(
			"{s:b,s:I,s:o}", "sound", sound, "accounts",
			(json_int_t)config_account_count(c), "problems", list));
	} else {
		for (size_t i = 0; i < problems.n; i++)
			puts(problems.v[i]);
		if (sound)
			printf("sound: %zu account%s\n",
			       config_account_count(c),
			       config_account_count(c) == 1 ? "" : "s");
	}
	config_free(c);
	return sound ? BATCH_DONE : BATCH_CONFIG;
}

int verb_config(struct batch *b)
{
	const char *what = b->args.n ? b->args.v[0] : "show";
	struct str out CLEANUP(str_release) = STR_INIT;

	if (b->args.n > 1)
		return batch_usage("config takes check, show, path or docs");
	if (str_eq(what, "check"))
		return config_check(b);
	if (str_eq(what, "docs")) {
		config_docs(&out, CONFIG_PLAIN);
	} else if (str_eq(what, "show")) {
		config_show(&out, b->config);
	} else if (str_eq(what, "path")) {
		char *path CLEANUP(mem_free_ptr) = config_file_path();

		str_addf(&out, "%s\n", path);
	} else {
		return batch_usage("config takes check, show, path or docs, "
				   "not '%s'",
				   what);
	}
	fputs(out.s, stdout);
	return BATCH_DONE;
}

struct binding_errors {
	struct keys *keys;
	struct str *report;
	bool bad;
};

static bool bind_row(void *ctx, const struct config_row *row)
{
	struct binding_errors *x = ctx;
	struct err err;

	if (keys_bind(x->keys, row->name, row->key, row->value, &err))
		return true;
	str_addf(x->report, "%s:%d: %s\n", row->file, row->line, err.text);
	x->bad = true;
	return true;
}

int verb_keys(struct batch *b)
{
	struct str out CLEANUP(str_release) = STR_INIT;
	enum keymap keymap =
		(enum keymap)config_choice(b->config, NULL, CONFIG_KEYMAP);
	struct binding_errors x = {.keys = keys_new(keymap), .report = &out};
	bool sound = true;

	config_each_row(b->config, "keys", bind_row, &x);
	if (batch_has(b, OPT_CHECK))
		sound = keys_check(x.keys, &out) && !x.bad;
	else
		dump_keys(x.keys, NULL, &out);
	keys_free(x.keys);
	if (batch_has(b, OPT_JSON))
		out_document(json_pack("{s:b,s:o}", "sound", sound, "text",
				       out_text_json(out.s)));
	else
		fputs(out.s, stdout);
	return sound ? BATCH_DONE : BATCH_CONFIG;
}
