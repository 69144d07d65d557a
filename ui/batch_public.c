/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* public: the organisation's folders, read level by level. */
#include <stdio.h>
#include <string.h>
#include "engine/draft.h"
#include "model/public.h"
#include "ui/batch_out.h"

#define LIMIT_MS 60000

/* The answer is taken out of its event. */
static void take(void *ctx, struct event *e)
{
	struct public_talk **out = ctx;

	if (e->kind != EVENT_PUBLIC || *out)
		return;
	*out = e->talk;
	e->talk = NULL;
}

/* Asks; wish is taken. *out: the answer, NULL where the wish has none. False:
 * said why, *status is set. */
static bool ask(struct batch *b, struct public_talk *wish,
		struct public_talk **out, int *status)
{
	struct request r = {.kind = REQUEST_PUBLIC, .talk = wish};

	*out = NULL;
	return batch_ask(b, &r, LIMIT_MS, take, out, status);
}

static struct public_talk *wish_for(enum public_wish wish, const char *id)
{
	struct public_talk *t = xcalloc(1, sizeof(*t));

	t->wish = wish;
	t->id = xstrdup(id);
	return t;
}

static bool level(struct batch *b, const char *id, struct public_list *out,
		  int *status)
{
	struct public_talk *t;

	if (!ask(b, wish_for(PUBLIC_LIST, id), &t, status))
		return false;
	*out = t->list;
	t->list = (struct public_list){0};
	public_talk_free(t);
	return true;
}

static void take_out(struct public_list *l, size_t i, struct public_folder *out)
{
	*out = l->v[i];
	vec_remove(l, i);
}

/* The folder of a path: one level after the other, no more. */
static bool resolve(struct batch *b, const char *path,
		    struct public_folder *out, int *status)
{
	struct strv names CLEANUP(strv_release);
	bool ok = true;

	strv_init(&names);
	strv_split(&names, path, "/");
	*out = (struct public_folder){0};
	for (size_t i = 0; ok && i < names.n; i++) {
		struct public_list l = {0};
		size_t k = 0;

		ok = level(b, out->folder.remote_id, &l, status);
		while (ok && k < l.n &&
		       !str_eq_nocase(l.v[k].folder.name, names.v[i]))
			k++;
		folder_release(&out->folder);
		mem_replace(&out->address, NULL);
		*out = (struct public_folder){0};
		if (ok && k == l.n) {
			fprintf(stderr,
				"retinue: there is no public folder '%s' that "
				"you may see in %s\n",
				names.v[i], i ? names.v[i - 1] : "the top");
			*status = BATCH_NOTHING;
			ok = false;
		} else if (ok) {
			take_out(&l, k, out);
		}
		public_list_release(&l);
	}
	return ok;
}

static bool is_favourite(struct batch *b, const char *id)
{
	struct folder_list all = {0};
	bool found = false;

	if (!query_folders(b->store, &all, NULL))
		return false;
	for (size_t i = 0; i < all.n; i++)
		found |= str_eq(all.v[i].remote_id, id);
	folder_list_release(&all);
	return found;
}

static json_t *folder_json(struct batch *b, const char *path,
			   const struct public_folder *f)
{
	struct str rights CLEANUP(str_release) = STR_INIT;

	public_add_rights(&rights, f->folder.rights);
	return json_pack(
		"{s:s,s:s,s:s,s:s,s:I,s:I,s:b,s:o,s:s,s:b}", "path", path, "id",
		f->folder.remote_id, "name", f->folder.name, "class",
		f->folder.class ? f->folder.class : "IPF.Note", "total",
		(json_int_t)f->folder.total, "unread",
		(json_int_t)f->folder.unread, "has_subfolders", f->has_subs,
		"address", out_text_json(f->address), "rights", rights.s,
		"favourite", is_favourite(b, f->folder.remote_id));
}

static int list(struct batch *b, const char *path)
{
	struct public_folder at = {0};
	struct public_list l = {0};
	json_t *all = json_array();
	int status = BATCH_DONE;

	if ((path && !resolve(b, path, &at, &status)) ||
	    !level(b, at.folder.remote_id, &l, &status)) {
		json_decref(all);
		folder_release(&at.folder);
		free(at.address);
		return status;
	}
	for (size_t i = 0; i < l.n; i++) {
		const struct public_folder *f = &l.v[i];
		char *own CLEANUP(mem_free_ptr) =
			xasprintf("%s%s%s", str_or_empty(path), path ? "/" : "",
				  f->folder.name);
		struct str rights CLEANUP(str_release) = STR_INIT;

		public_add_rights(&rights, f->folder.rights);
		if (batch_has(b, OPT_JSON))
			json_array_append_new(all, folder_json(b, own, f));
		else
			printf("%s%s\t%lld\t%s%s%s\n", own,
			       f->has_subs ? "/" : "",
			       (long long)f->folder.total, rights.s,
			       f->address ? "\t" : "",
			       str_or_empty(f->address));
	}
	if (batch_has(b, OPT_JSON))
		out_document(json_pack("{s:o}", "folders", all));
	else
		json_decref(all);
	status = l.n ? BATCH_DONE : BATCH_NOTHING;
	public_list_release(&l);
	folder_release(&at.folder);
	free(at.address);
	return status;
}

static int subscribe(struct batch *b, const char *path, bool on)
{
	struct public_folder f;
	struct public_talk *wish, *none;
	int status = BATCH_DONE;

	if (!resolve(b, path, &f, &status))
		return status;
	wish = wish_for(on ? PUBLIC_SUBSCRIBE : PUBLIC_UNSUBSCRIBE,
			f.folder.remote_id);
	if (on)
		folder_copy(&wish->folder, &f.folder);
	if (ask(b, wish, &none, &status))
		fprintf(stderr, "%s %s\n", path,
			on ? "is a favourite now; the next sync mirrors it"
			   : "is no favourite any more");
	public_talk_free(none);
	folder_release(&f.folder);
	free(f.address);
	return status;
}

static int post(struct batch *b, const char *path)
{
	struct draft *d = draft_new(b->account, DRAFT_NEW, NULL, NULL);
	struct str text CLEANUP(str_release) = STR_INIT;
	struct public_folder f = {0};
	struct public_talk *wish, *none = NULL;
	struct err err;
	int status = BATCH_DONE;

	if (!batch_fill_draft(b, d, &err) || !batch_read_text(&text, &err)) {
		status = batch_fail(&err);
	} else if (resolve(b, path, &f, &status)) {
		draft_set_text(d, text.s);
		wish = wish_for(PUBLIC_POST_NEW, f.folder.remote_id);
		draft_build(d, &wish->raw);
		if (batch_has(b, OPT_DRY_RUN)) {
			printf("Would post %zu bytes to %s\n", wish->raw.len,
			       path);
			public_talk_free(wish);
		} else if (ask(b, wish, &none, &status)) {
			fprintf(stderr, "Posted to %s\n", path);
		}
	}
	public_talk_free(none);
	folder_release(&f.folder);
	free(f.address);
	draft_free(d);
	return status;
}

int verb_public(struct batch *b)
{
	const char *what = b->args.n ? b->args.v[0] : "list";
	const char *path = b->args.n > 1 ? b->args.v[1] : NULL;
	bool is_list = str_eq(what, "list");
	int status = BATCH_DONE;

	if (b->args.n > 2 || (!is_list && !path) ||
	    (!is_list && !str_eq(what, "subscribe") &&
	     !str_eq(what, "unsubscribe") && !str_eq(what, "post")))
		return batch_usage("public takes list [PATH], subscribe PATH, "
				   "unsubscribe PATH or post PATH");
	if (!batch_open_account(b, &status) || !batch_open_store(b, &status))
		return status;
	if (is_list)
		return list(b, path);
	if (str_eq(what, "post"))
		return post(b, path);
	return subscribe(b, path, str_eq(what, "subscribe"));
}
