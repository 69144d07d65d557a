/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The folder verb: list, info, create, rename, move, empty, delete. */
#include <stdio.h>
#include <string.h>
#include "base/clock.h"
#include "base/utf8.h"
#include "ui/batch_gal.h"

#define OPEN_MS 300000

static int folder_depth(const struct folder_list *l, const struct folder *f)
{
	int depth = 0;

	while (f->parent && depth < 100) {
		size_t i = 0;

		while (i < l->n && l->v[i].id != f->parent)
			i++;
		if (i == l->n)
			break;
		f = &l->v[i];
		depth++;
	}
	return depth;
}

static int folder_list(struct batch *b)
{
	struct folder_list list = {0};
	json_t *array = json_array();
	struct err err;

	if (!query_folders(b->store, &list, &err)) {
		json_decref(array);
		return batch_fail(&err);
	}
	for (size_t i = 0; i < list.n; i++) {
		const struct folder *f = &list.v[i];

		if (f->flags & FOLDER_HIDDEN)
			continue;
		if (batch_has(b, OPT_JSON)) {
			json_array_append_new(array, out_folder_json(b, f));
		} else if (batch_has(b, OPT_JSONL)) {
			out_line(out_folder_json(b, f));
		} else {
			struct str line CLEANUP(str_release) = STR_INIT;
			char *name CLEANUP(mem_free_ptr) =
				utf8_clean_line(str_or_empty(f->name), false);

			for (int d = folder_depth(&list, f); d > 0; d--)
				str_add(&line, "  ");
			str_add(&line, name);
			printf("%s", line.s);
			for (size_t w = utf8_width(line.s); w < 40; w++)
				putchar(' ');
			printf(" %7lld %7lld\n", (long long)f->unread,
			       (long long)f->total);
		}
	}
	if (batch_has(b, OPT_JSON))
		out_document(json_pack("{s:o}", "folders", array));
	else
		json_decref(array);
	folder_list_release(&list);
	return BATCH_DONE;
}

static int folder_info(struct batch *b, int64_t id)
{
	struct folder f = {0};
	struct err err;
	json_t *j;

	if (!query_folder(b->store, id, &f, &err))
		return batch_fail(&err);
	j = out_folder_json(b, &f);
	if (batch_has(b, OPT_JSON)) {
		out_document(json_pack("{s:o}", "folder", j));
	} else {
		(void)out_format("{path}\n  {kind} {role}\n  {total} messages, "
				 "{unread} unread\n  synchronised {synced}\n",
				 j);
		json_decref(j);
	}
	folder_release(&f);
	return BATCH_DONE;
}

/* "Projects/Alpha": the existing part is the parent, the rest the new name. */
static int folder_create(struct batch *b, const char *path)
{
	const char *under = batch_value(b, OPT_PARENT);
	char *parent CLEANUP(mem_free_ptr) = NULL;
	char *what CLEANUP(mem_free_ptr) = NULL;
	const char *slash = strrchr(path, '/');
	const char *name = path;
	int64_t id = 0;

	if (query_folder_path(b->store, path) && !under) {
		fprintf(stderr, "retinue: there is a folder \"%s\" already\n",
			path);
		return BATCH_CONFLICT;
	}
	if (under) {
		parent = xstrdup(under);
	} else if (slash && slash > path && slash[-1] != '\\') {
		parent = xstrndup(path, (size_t)(slash - path));
		name = slash + 1;
	}
	if (parent && !(id = batch_folder(b, parent)))
		return BATCH_NOTHING;
	if (!*name)
		return batch_usage("a folder needs a name");
	what = xasprintf("create folder %s", path);
	return batch_change(b, intent_folder_create(id, name), what, false);
}

static int folder_change(struct batch *b, const char *verb, int64_t id,
			 const char *operand)
{
	enum delete_kind how = batch_has(b, OPT_HARD)	? DELETE_HARD
			       : batch_has(b, OPT_SOFT) ? DELETE_SOFT
							: DELETE_TO_DELETED;
	char *what CLEANUP(mem_free_ptr) =
		xasprintf("%s folder %s", verb, b->args.v[1]);
	int64_t parent;

	if (str_eq(verb, "empty"))
		return batch_change(b, intent_folder_empty(id, how), what,
				    false);
	if (str_eq(verb, "delete"))
		return batch_change(b, intent_folder_delete(id, how), what,
				    false);
	if (str_eq(verb, "rename"))
		return batch_change(b, intent_folder_rename(id, operand), what,
				    false);
	parent = str_eq(operand, "/") ? 0 : batch_folder(b, operand);
	if (!parent && !str_eq(operand, "/"))
		return BATCH_NOTHING;
	return batch_change(b, intent_folder_move(id, parent), what, false);
}

/* "inbox,calendar" must be names of folders every mailbox has. */
static bool are_roles(const char *names)
{
	struct strv v CLEANUP(strv_release);
	bool ok = true;

	strv_init(&v);
	strv_split(&v, names, ",");
	for (size_t i = 0; i < v.n; i++)
		ok = ok && folder_role_find(v.v[i]) != FOLDER_ROLE_NONE;
	return ok;
}

/* Another person's mailbox, or some folders of it. */
static int mailbox_open(struct batch *b, const char *who, const char *names)
{
	struct request r = {.kind = REQUEST_MAILBOX};
	struct person found;
	int status = BATCH_DONE;

	if (names && !are_roles(names))
		return batch_usage("of another person's folders, inbox, "
				   "calendar, contacts, tasks, notes, journal, "
				   "sent, drafts, deleted, junk can be named");
	if (!people_find_one(b, who, &found, &status))
		return status;
	r.text = xstrdup(str_or_empty(found.addr));
	r.value = xasprintf("%s%s%s", person_title(&found), names ? "\t" : "",
			    str_or_empty(names));
	person_release(&found);
	if (batch_has(b, OPT_DRY_RUN)) {
		printf("would open the mailbox of %s\n", r.text);
		free(r.text);
		free(r.value);
		return BATCH_DONE;
	}
	if (!batch_ask(b, &r, OPEN_MS, NULL, NULL, &status))
		return status;
	r = (struct request){.kind = REQUEST_SYNC};
	(void)batch_ask(b, &r, OPEN_MS, NULL, NULL, &status);
	return status;
}

static int mailbox_close(struct batch *b, const char *who)
{
	struct request r = {.kind = REQUEST_CLOSE_MAILBOX};
	struct person found;
	struct event done;
	struct err err;
	int status = BATCH_DONE;

	if (!people_find_one(b, who, &found, &status) ||
	    !batch_engine(b, ENGINE_LOCAL, false, &status))
		return status;
	r.text = xstrdup(str_or_empty(found.addr));
	person_release(&found);
	if (!batch_request(b, &r, OPEN_MS, &done, &err))
		return batch_fail(&err);
	event_release(&done);
	return BATCH_DONE;
}

int verb_folder(struct batch *b)
{
	/* sub-verb, operands wanted behind it */
	static const struct {
		const char *name;
		size_t operands, more;
	} subs[] = {{"list", 0, 0},   {"info", 1, 0}, {"create", 1, 0},
		    {"rename", 2, 0}, {"move", 2, 0}, {"empty", 1, 0},
		    {"delete", 1, 0}, {"open", 1, 1}, {"close", 1, 0}};
	const char *sub = b->args.n ? b->args.v[0] : "list";
	size_t i = 0;
	int status;
	int64_t id;

	while (i < ARRAY_LEN(subs) && !str_eq(subs[i].name, sub))
		i++;
	if (i == ARRAY_LEN(subs))
		return batch_usage("folder: there is no '%s'; try `retinue "
				   "folder --help`",
				   sub);
	if (b->args.n && (b->args.n - 1 < subs[i].operands ||
			  b->args.n - 1 > subs[i].operands + subs[i].more))
		return batch_usage("folder %s takes %zu operand%s", sub,
				   subs[i].operands,
				   subs[i].operands == 1 ? "" : "s");
	if (!batch_open_account(b, &status) || !batch_open_store(b, &status))
		return status;
	if (i == 0)
		return folder_list(b);
	if (str_eq(sub, "open"))
		return mailbox_open(b, b->args.v[1],
				    b->args.n > 2 ? b->args.v[2] : NULL);
	if (str_eq(sub, "close"))
		return mailbox_close(b, b->args.v[1]);
	if (str_eq(sub, "create"))
		return folder_create(b, b->args.v[1]);
	id = batch_folder(b, b->args.v[1]);
	if (!id)
		return BATCH_NOTHING;
	if (str_eq(sub, "info"))
		return folder_info(b, id);
	return folder_change(b, sub, id, b->args.n > 2 ? b->args.v[2] : "");
}
