/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* public: the organisation's folders, read level by level. */
#include <stdio.h>
#include <string.h>
#include "engine/message.h"
#include "model/public.h"
#include "ui/batch_calendar.h"
#include "ui/batch_gal.h"
#include "ui/public_content.h"

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

/* Puts the draft there, or says what would be done. */
static void put(struct batch *b, const char *path,
		const struct public_folder *f, struct draft *d, int *status)
{
	struct public_talk *wish =
		wish_for(PUBLIC_POST_NEW, f->folder.remote_id);
	struct public_talk *none = NULL;

	draft_build(d, &wish->raw);
	if (batch_has(b, OPT_DRY_RUN)) {
		printf("Would post %zu bytes to %s\n", wish->raw.len, path);
		public_talk_free(wish);
	} else if (ask(b, wish, &none, status)) {
		fprintf(stderr, "Posted to %s\n", path);
	}
	public_talk_free(none);
}

static int post(struct batch *b, const char *path)
{
	struct draft *d = draft_new(b->account, DRAFT_NEW, NULL, NULL);
	struct str text CLEANUP(str_release) = STR_INIT;
	struct public_folder f = {0};
	struct err err;
	int status = BATCH_DONE;

	if (!batch_fill_draft(b, d, &err) || !batch_read_text(&text, &err)) {
		status = batch_fail(&err);
	} else if (resolve(b, path, &f, &status)) {
		draft_set_text(d, text.s);
		draft_begin_thread(d);
		put(b, path, &f, d, &status);
	}
	folder_release(&f.folder);
	free(f.address);
	draft_free(d);
	return status;
}

/* --- what is in a folder ----------------------------------------------------- */

static json_t *post_json(const struct item *it)
{
	return json_pack("{s:s,s:o,s:o,s:o,s:o,s:b,s:o}", "id", it->remote_id,
			 "subject", out_text_json(it->subject), "from",
			 cal_person_json(it->from_name, it->from_addr),
			 "received", out_time_json(it->received), "class",
			 out_text_json(it->item_class), "unread",
			 !(it->flags & ITEM_READ), "message_id",
			 out_text_json(it->message_id));
}

static json_t *event_json(const struct appointment *a)
{
	bool all_day = a->flags & APPT_ALL_DAY;
	struct str again CLEANUP(str_release) = STR_INIT;

	if (a->recur.kind != RECUR_NONE)
		recur_add_text(&again, &a->recur);
	return json_pack("{s:o,s:o,s:o,s:b,s:o,s:o,s:o}", "subject",
			 out_text_json(a->subject), "start",
			 cal_time_json(a->start, all_day), "end",
			 cal_time_json(a->end, all_day), "all_day", all_day,
			 "location", out_text_json(a->location), "repeats",
			 out_text_json(again.len ? again.s : NULL), "organizer",
			 cal_person_json(a->organizer_name, a->organizer_addr));
}

static json_t *content_json(const struct public_content *c)
{
	json_t *list = json_array();

	for (size_t i = 0; i < public_content_count(c); i++)
		json_array_append_new(list,
				      c->kind == FOLDER_CALENDAR
					      ? event_json(&c->events.v[i])
				      : c->kind == FOLDER_CONTACTS
					      ? people_json(&c->people.v[i])
					      : post_json(&c->posts.v[i]));
	return list;
}

static void print_content(const struct public_content *c)
{
	size_t n;

	public_content_columns(c->kind, &n);
	for (size_t i = 0; i < public_content_count(c); i++) {
		for (size_t k = 0; k < n; k++) {
			struct str cell CLEANUP(str_release) = STR_INIT;
			enum theme_role role;

			public_content_cell(c, i, (int)k, &cell, &role);
			printf("%s%s", k ? "\t" : "", str_or_empty(cell.s));
		}
		putchar('\n');
	}
}

static int show_folder(struct batch *b, const char *path)
{
	struct public_content c = {0};
	struct public_folder f = {0};
	struct public_talk *wish, *talk = NULL;
	int status = BATCH_DONE;

	if (!resolve(b, path, &f, &status))
		return status;
	wish = wish_for(PUBLIC_ITEMS, f.folder.remote_id);
	wish->folder_kind = f.folder.kind;
	if (ask(b, wish, &talk, &status) && talk) {
		public_content_take(&c, talk);
		status = public_content_count(&c) ? BATCH_DONE : BATCH_NOTHING;
		if (batch_has(b, OPT_JSON))
			out_document(json_pack(
				"{s:s,s:s,s:b,s:o}", "path", path, "kind",
				f.folder.kind == FOLDER_CALENDAR   ? "calendar"
				: f.folder.kind == FOLDER_CONTACTS ? "contacts"
								   : "posts",
				"more", c.more, "items", content_json(&c)));
		else
			print_content(&c);
	}
	public_content_release(&c);
	public_talk_free(talk);
	folder_release(&f.folder);
	free(f.address);
	return status;
}

/* The post of an id, as `show` of its folder names it. */
static bool fetch_post(struct batch *b, const char *id, struct letter **out,
		       int *status)
{
	struct public_talk *talk = NULL;
	struct err err;
	bool ok;

	if (!ask(b, wish_for(PUBLIC_MESSAGE, id), &talk, status) || !talk) {
		public_talk_free(talk);
		return false;
	}
	ok = letter_read(out, &talk->raw, &err);
	if (!ok)
		*status = batch_fail(&err);
	public_talk_free(talk);
	return ok;
}

static int show_post(struct batch *b, const char *id)
{
	static const char *const names[] = {"From", "Date", "Subject"};
	struct letter_layout how = {.view = LETTER_TEXT};
	struct letter_shown shown;
	struct lines lines;
	struct str text CLEANUP(str_release) = STR_INIT;
	struct letter *l;
	int status = BATCH_DONE;

	if (!fetch_post(b, id, &l, &status))
		return status;
	lines_init(&lines);
	letter_layout(l, &how, &lines, &shown);
	lines_add_plain(&lines, &text, true);
	if (batch_has(b, OPT_JSON)) {
		out_document(json_pack(
			"{s:s,s:o,s:o,s:o,s:s}", "id", id, "from",
			out_text_json(letter_header(l, "From")), "date",
			out_time_json(letter_date(l)), "subject",
			out_text_json(letter_header(l, "Subject")), "text",
			str_or_empty(text.s)));
	} else {
		for (size_t i = 0; i < ARRAY_LEN(names); i++)
			printf("%s: %s\n", names[i],
			       str_or_empty(letter_header(l, names[i])));
		printf("\n%s", str_or_empty(text.s));
	}
	lines_release(&lines);
	letter_free(l);
	return status;
}

/* An answer of the same conversation, to the folder alone. */
static int reply(struct batch *b, const char *path, const char *id)
{
	struct str text CLEANUP(str_release) = STR_INIT;
	struct public_folder f = {0};
	struct draft *d = NULL;
	struct letter *l = NULL;
	struct err err;
	int status = BATCH_DONE;

	if (!batch_read_text(&text, &err))
		return batch_fail(&err);
	if (resolve(b, path, &f, &status) && fetch_post(b, id, &l, &status)) {
		d = draft_new(b->account, DRAFT_REPLY, l, NULL);
		if (!draft_set(d, DRAFT_TO, "", &err) ||
		    !draft_set(d, DRAFT_CC, "", &err))
			status = batch_fail(&err);
		str_addf(&text, "\n%s", draft_text(d));
		draft_set_text(d, text.s);
		put(b, path, &f, d, &status);
	}
	draft_free(d);
	letter_free(l);
	folder_release(&f.folder);
	free(f.address);
	return status;
}

int verb_public(struct batch *b)
{
	const char *what = b->args.n ? b->args.v[0] : "list";
	static const struct {
		const char *name;
		size_t least, most; /* operands behind it */
	} forms[] = {{"list", 0, 1},	  {"show", 1, 2},
		     {"reply", 2, 2},	  {"post", 1, 1},
		     {"subscribe", 1, 1}, {"unsubscribe", 1, 1}};
	const char *path = b->args.n > 1 ? b->args.v[1] : NULL;
	const char *id = b->args.n > 2 ? b->args.v[2] : NULL;
	size_t n = b->args.n ? b->args.n - 1 : 0, form = 0;
	int status = BATCH_DONE;

	while (form < ARRAY_LEN(forms) && !str_eq(what, forms[form].name))
		form++;
	if (form == ARRAY_LEN(forms) || n < forms[form].least ||
	    n > forms[form].most)
		return batch_usage("public takes list [PATH], show PATH [ID], "
				   "subscribe PATH, unsubscribe PATH, post "
				   "PATH or reply PATH ID");
	if (!batch_open_account(b, &status) || !batch_open_store(b, &status))
		return status;
	if (str_eq(what, "list"))
		return list(b, path);
	if (str_eq(what, "show"))
		return id ? show_post(b, id) : show_folder(b, path);
	if (str_eq(what, "post"))
		return post(b, path);
	if (str_eq(what, "reply"))
		return reply(b, path, id);
	return subscribe(b, path, str_eq(what, "subscribe"));
}
