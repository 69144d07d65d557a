/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* cache: the mirror's file as a whole. */
#include <stdio.h>
#include "engine/upkeep.h"
#include "ui/batch_out.h"
#include "ui/format.h"

static int check(struct batch *b)
{
	struct request r = {.kind = REQUEST_CHECK};
	struct event done;
	struct err err;
	int status;

	if (!batch_engine(b, ENGINE_LOCAL, false, &status))
		return status;
	if (!batch_request(b, &r, 600000, &done, &err))
		return batch_fail(&err);
	if (batch_has(b, OPT_JSON))
		out_document(json_pack("{s:b,s:o}", "sound", !done.text,
				       "problems", out_text_json(done.text)));
	else
		puts(done.text ? done.text : "the mirror is sound");
	status = done.text ? BATCH_LATER : BATCH_DONE;
	event_release(&done);
	return status;
}

static int vacuum(struct batch *b)
{
	struct upkeep_sizes z;
	struct str text CLEANUP(str_release) = STR_INIT;
	struct err err;

	if (!engine_vacuum(b->store_path, &z, &err))
		return batch_fail(&err);
	if (batch_has(b, OPT_JSON)) {
		out_document(json_pack("{s:I,s:I}", "before",
				       (json_int_t)z.before, "after",
				       (json_int_t)z.after));
		return BATCH_DONE;
	}
	format_add_size(&text, z.before);
	str_add(&text, " before, ");
	format_add_size(&text, z.after);
	str_add(&text, " after");
	puts(text.s);
	return BATCH_DONE;
}

static json_t *texts_json(const struct strv *v)
{
	json_t *j = json_array();

	for (size_t i = 0; i < v->n; i++)
		json_array_append_new(j, out_text_json(v->v[i]));
	return j;
}

static int repair(struct batch *b)
{
	struct strv said CLEANUP(strv_release);
	char *aside CLEANUP(mem_free_ptr) = NULL;
	struct err err;
	bool ok;

	strv_init(&said);
	ok = engine_repair(b->store_path, &aside, &said, &err);
	if (ok && batch_has(b, OPT_JSON)) {
		out_document(json_pack("{s:b,s:o,s:o}", "repaired",
				       aside != NULL, "done", texts_json(&said),
				       "damaged_file", out_text_json(aside)));
		return BATCH_DONE;
	}
	for (size_t i = 0; i < said.n; i++)
		puts(said.v[i]);
	if (!ok)
		return batch_fail(&err);
	if (aside)
		printf("what can be read is in a new file, its indexes are "
		       "made anew; the damaged one is %s\n",
		       aside);
	else
		puts("the mirror is sound: there is nothing to repair");
	return BATCH_DONE;
}

int verb_cache(struct batch *b)
{
	static const struct {
		const char *name;
		int (*run)(struct batch *b);
	} words[] = {{"check", check}, {"vacuum", vacuum}, {"repair", repair}};
	int status;

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (b->args.n == 1 && str_eq(b->args.v[0], words[i].name))
			return batch_open_account(b, &status) ? words[i].run(b)
							      : status;
	return batch_usage("cache takes check, vacuum or repair");
}
