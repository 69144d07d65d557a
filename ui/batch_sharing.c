/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* perm and delegate: what others may do in the mailbox. */
#include <stdio.h>
#include "base/utf8.h"
#include "model/sharing.h"
#include "ui/batch_gal.h"

#define LIMIT_MS 600000 /* many folders, one after the other */

static void take(void *ctx, struct event *e)
{
	struct sharing **out = ctx;

	/* The event's owner would free it: it is ours from here. */
	if (e->kind != EVENT_SHARING || *out)
		return;
	*out = e->sharing;
	e->sharing = NULL;
}

/* Asks the server; wanted is taken. NULL: said why, *status is set. */
static struct sharing *ask(struct batch *b, struct sharing *wanted,
			   int64_t folder, bool deep, int *status)
{
	struct request r = {.kind = REQUEST_SHARING,
			    .folder = folder,
			    .deep = deep,
			    .sharing = wanted};
	struct sharing *got = NULL;

	if (batch_ask(b, &r, LIMIT_MS, take, &got, status))
		return got;
	sharing_free(got);
	return NULL;
}

/* What could not be done, one a line; the exit code. */
static int tell_failures(const struct sharing *s)
{
	for (size_t i = 0; i < s->failures.n; i++)
		fprintf(stderr, "retinue: %s: %s\n", s->failures.v[i].what,
			s->failures.v[i].err.text);
	for (size_t i = 0; i < s->notes.n; i++)
		fprintf(stderr, "retinue: %s\n", s->notes.v[i]);
	return !s->failures.n ? BATCH_DONE
	       : s->changed   ? BATCH_PARTLY
			      : BATCH_REFUSED;
}

static json_t *failures_json(const struct sharing *s)
{
	json_t *list = json_array();

	for (size_t i = 0; i < s->failures.n; i++)
		json_array_append_new(
			list, json_pack("{s:s,s:o}", "what",
					s->failures.v[i].what, "error",
					out_error_json(&s->failures.v[i].err)));
	return list;
}

/* --- perm ----------------------------------------------------------------- */

static json_t *rights_json(unsigned rights)
{
	json_t *list = json_array();
	const char *name;
	unsigned bit;

	for (size_t i = 0; (name = permission_right_name(i, &bit, NULL)); i++)
		if (rights & bit)
			json_array_append_new(list, json_string(name));
	return list;
}

static json_t *permission_json(const struct permission *p)
{
	static const char *const kinds[] = {"person", "default", "anonymous"};

	return json_pack("{s:s,s:o,s:o,s:o,s:s,s:o}", "who", kinds[p->who],
			 "name", out_text_json(p->name), "address",
			 out_text_json(p->address), "sid",
			 out_text_json(p->sid), "level",
			 permission_level_name(permission_level_of(p->rights)),
			 "rights", rights_json(p->rights));
}

static void print_permissions(const struct permission_set *set)
{
	for (size_t i = 0; i < set->n; i++) {
		const struct permission *p = &set->v[i];
		struct str line CLEANUP(str_release) = STR_INIT;
		char *clean CLEANUP(mem_free_ptr) = NULL;

		utf8_add_column(&line, permission_title(p), 28, false, "~");
		str_add(&line, "  ");
		permission_rights_add(&line, p->rights);
		if (p->address && p->name)
			str_addf(&line, "  <%s>", p->address);
		clean = utf8_clean_line(line.s, false);
		puts(clean);
	}
	for (size_t i = 0; i < set->unknown.n; i++)
		printf("%s  (an account that is gone)\n", set->unknown.v[i]);
}

static int show_permissions(struct batch *b, const struct sharing *s,
			    const char *folder)
{
	const struct permission_set *set = &s->permissions;
	json_t *list = json_array(), *unknown = json_array();

	for (size_t i = 0; i < set->n; i++)
		json_array_append_new(list, permission_json(&set->v[i]));
	for (size_t i = 0; i < set->unknown.n; i++)
		json_array_append_new(unknown, json_string(set->unknown.v[i]));
	if (batch_has(b, OPT_JSON)) {
		out_document(json_pack("{s:s,s:b,s:O,s:O,s:I,s:o}", "folder",
				       folder, "calendar", set->calendar,
				       "permissions", list, "unknown", unknown,
				       "changed", (json_int_t)s->changed,
				       "failed", failures_json(s)));
	} else {
		print_permissions(set);
	}
	json_decref(list);
	json_decref(unknown);
	return tell_failures(s);
}

/* Whom the word means. False: said why. */
static bool who_is(struct batch *b, const char *word, struct permission *out,
		   int *status)
{
	struct person found;

	*out = (struct permission){.who = PERMISSION_PERSON};
	if (str_eq_nocase(word, "default") ||
	    str_eq_nocase(word, "anonymous")) {
		out->who = str_eq_nocase(word, "default")
				   ? PERMISSION_DEFAULT
				   : PERMISSION_ANONYMOUS;
		return true;
	}
	if (str_starts(word, "S-1-")) {
		out->sid = xstrdup(word);
		return true;
	}
	if (!people_find_one(b, word, &found, status))
		return false;
	out->address = xstrdup(found.addr);
	out->name = xstrdup(found.name);
	person_release(&found);
	if (out->address && strchr(out->address, '@'))
		return true;
	fprintf(stderr, "retinue: the address list knows no \"%s\"\n", word);
	permission_release(out);
	*status = BATCH_NOTHING;
	return false;
}

static int dry_run(const struct permission_edit *e, const char *folder)
{
	struct str text CLEANUP(str_release) = STR_INIT;

	permission_rights_add(&text, e->entry.rights);
	printf("would %s %s in %s\n",
	       e->remove ? "take away all rights of" : text.s,
	       permission_title(&e->entry), folder);
	return BATCH_DONE;
}

static int perm_change(struct batch *b, int64_t folder)
{
	bool remove = str_eq(b->args.v[0], "remove");
	struct sharing *wanted = sharing_new(), *got;
	struct permission_edit *e = vec_new(&wanted->edits);
	int status = BATCH_DONE;

	e->remove = remove;
	if (!who_is(b, b->args.v[2], &e->entry, &status)) {
		sharing_free(wanted);
		return status;
	}
	if (!remove &&
	    !permission_rights_parse(b->args.v[3], &e->entry.rights)) {
		sharing_free(wanted);
		return batch_usage("\"%s\" is no level and no list of rights; "
				   "retinue(1) names them",
				   b->args.v[3]);
	}
	if (batch_has(b, OPT_DRY_RUN)) {
		status = dry_run(e, b->args.v[1]);
		sharing_free(wanted);
		return status;
	}
	got = ask(b, wanted, folder, batch_has(b, OPT_RECURSIVE), &status);
	if (!got)
		return status;
	status = show_permissions(b, got, b->args.v[1]);
	sharing_free(got);
	return status;
}

int verb_perm(struct batch *b)
{
	const char *what = b->args.n ? b->args.v[0] : "";
	size_t wanted = str_eq(what, "list")	 ? 2
			: str_eq(what, "remove") ? 3
			: str_eq(what, "set")	 ? 4
						 : 0;
	struct sharing *got;
	int status = BATCH_DONE;
	int64_t folder;

	if (!wanted || b->args.n != wanted)
		return batch_usage("perm takes list FOLDER, set FOLDER WHO "
				   "LEVEL or remove FOLDER WHO");
	if (!batch_open_account(b, &status) || !batch_open_store(b, &status))
		return status;
	folder = batch_folder(b, b->args.v[1]);
	if (!folder)
		return BATCH_NOTHING;
	if (wanted > 2)
		return perm_change(b, folder);
	got = ask(b, NULL, folder, false, &status);
	if (!got)
		return status;
	status = show_permissions(b, got, b->args.v[1]);
	sharing_free(got);
	return status;
}

/* --- delegate ------------------------------------------------------------- */

static json_t *delegate_json(const struct delegate *d)
{
	json_t *levels = json_object();

	for (int i = 0; i < DELEGATE_FOLDER_COUNT; i++)
		json_object_set_new(
			levels, delegate_folder_name((enum delegate_folder)i),
			d->levels[i] == LEVEL_COUNT
				? json_null()
				: json_string(
					  permission_level_name(d->levels[i])));
	return json_pack("{s:o,s:o,s:o,s:o,s:b,s:b}", "name",
			 out_text_json(d->name), "address",
			 out_text_json(d->address), "sid",
			 out_text_json(d->sid), "levels", levels, "private",
			 d->sees_private, "copies", d->gets_copies);
}

static void print_delegate(const struct delegate *d)
{
	struct str line CLEANUP(str_release) = STR_INIT;
	char *clean CLEANUP(mem_free_ptr) = NULL;

	utf8_add_column(&line, delegate_title(d), 24, false, "~");
	for (int i = 0; i < DELEGATE_FOLDER_COUNT; i++)
		if (d->levels[i] != LEVEL_COUNT && d->levels[i] != LEVEL_NONE)
			str_addf(&line, " %s=%s",
				 delegate_folder_name((enum delegate_folder)i),
				 permission_level_text(d->levels[i]));
	str_add(&line, d->sees_private ? " private" : "");
	str_add(&line, d->gets_copies ? " copies" : "");
	clean = utf8_clean_line(line.s, false);
	puts(clean);
}

static int show_delegates(struct batch *b, const struct sharing *s)
{
	const struct delegate_list *l = &s->delegates;
	json_t *list, *notes, *acts_for;

	if (batch_has(b, OPT_JSON)) {
		list = json_array();
		notes = json_array();
		for (size_t i = 0; i < l->n; i++)
			json_array_append_new(list, delegate_json(&l->v[i]));
		for (size_t i = 0; i < s->notes.n; i++)
			json_array_append_new(notes,
					      json_string(s->notes.v[i]));
		acts_for = json_array();
		for (size_t i = 0; i < s->acts_for.n; i++)
			json_array_append_new(acts_for,
					      json_string(s->acts_for.v[i]));
		out_document(json_pack(
			"{s:o,s:s,s:o,s:o,s:o}", "delegates", list, "deliver",
			delegate_delivery_name(l->delivery), "acts_for",
			acts_for, "notes", notes, "failed", failures_json(s)));
		return tell_failures(s);
	}
	for (size_t i = 0; i < l->n; i++)
		print_delegate(&l->v[i]);
	if (!l->n)
		fputs("Nobody acts for you.\n", stderr);
	else if (l->delivery != DELIVER_UNKNOWN)
		printf("Meeting requests go to: %s\n",
		       delegate_delivery_name(l->delivery));
	for (size_t i = 0; i < s->acts_for.n; i++)
		printf("You act for: %s\n", s->acts_for.v[i]);
	return tell_failures(s);
}

static bool parse_words(struct batch *b, struct delegate *d)
{
	for (size_t i = 2; i < b->args.n; i++)
		if (!delegate_parse_word(d, b->args.v[i])) {
			batch_usage("delegate: \"%s\" is not FOLDER=LEVEL with "
				    "none, reviewer, author or editor, nor "
				    "private or copies",
				    b->args.v[i]);
			return false;
		}
	return true;
}

/* The delegate as he shall be, on top of what the server has. */
static bool make_change(struct batch *b, const char *what,
			const struct sharing *now, struct delegate_change *c,
			int *status)
{
	struct permission who;
	struct delegate *was;

	if (!who_is(b, b->args.v[1], &who, status))
		return false;
	was = delegate_find(&now->delegates, who.address);
	delegate_init(&c->who);
	if (str_eq(what, "remove")) {
		c->wish = DELEGATE_REMOVE;
	} else if (str_eq(what, "set")) {
		c->wish = DELEGATE_SET;
		if (was) {
			c->who.sees_private = was->sees_private;
			c->who.gets_copies = was->gets_copies;
		}
	} else if (b->args.n == 2) {
		/* As Outlook proposes it. */
		c->who.levels[DELEGATE_CALENDAR] = LEVEL_EDITOR;
		c->who.levels[DELEGATE_TASKS] = LEVEL_EDITOR;
		c->who.gets_copies = !now->delegates.no_copies;
	}
	c->who.address = who.address;
	c->who.name = who.name;
	c->who.sid = who.sid;
	if (!parse_words(b, &c->who)) {
		*status = BATCH_USAGE;
		return false;
	}
	if (c->who.gets_copies && now->delegates.no_copies) {
		fputs("retinue: copies of meeting mail are made by a hidden "
		      "rule, which only Outlook can make on this server\n",
		      stderr);
		*status = BATCH_REFUSED;
		return false;
	}
	if (c->wish != DELEGATE_ADD && !was) {
		fprintf(stderr, "retinue: %s is no delegate\n",
			delegate_title(&c->who));
		*status = BATCH_NOTHING;
		return false;
	}
	return true;
}

static int delegate_change(struct batch *b, const char *what,
			   const struct sharing *now)
{
	const char *deliver = batch_value(b, OPT_DELIVER);
	struct sharing *wanted = sharing_new(), *got;
	int status = BATCH_DONE;

	wanted->of_mailbox = true;
	wanted->changes.no_behalf = batch_has(b, OPT_WITHOUT_BEHALF);
	if (deliver &&
	    !delegate_delivery_parse(deliver, &wanted->changes.delivery))
		status = batch_usage("--deliver is delegates, both, inform or "
				     "me, not '%s'",
				     deliver);
	else if (b->args.n > 1)
		(void)make_change(b, what, now, vec_new(&wanted->changes),
				  &status);
	else if (!deliver)
		status = batch_usage("delegate %s wants somebody", what);
	if (status == BATCH_DONE && batch_has(b, OPT_DRY_RUN) &&
	    wanted->changes.n) {
		printf("would %s ", what);
		print_delegate(&wanted->changes.v[0].who);
	}
	if (status != BATCH_DONE || batch_has(b, OPT_DRY_RUN)) {
		sharing_free(wanted);
		return status;
	}
	got = ask(b, wanted, 0, false, &status);
	if (got)
		status = show_delegates(b, got);
	sharing_free(got);
	return status;
}

int verb_delegate(struct batch *b)
{
	const char *what = b->args.n ? b->args.v[0] : "list";
	struct sharing *ask_all, *now;
	int status = BATCH_DONE;

	if (!str_eq(what, "list") && !str_eq(what, "add") &&
	    !str_eq(what, "set") && !str_eq(what, "remove"))
		return batch_usage("delegate takes list, add, set or remove");
	if (!batch_open_account(b, &status) || !batch_open_store(b, &status))
		return status;
	ask_all = sharing_new();
	ask_all->of_mailbox = true;
	now = ask(b, ask_all, 0, false, &status);
	if (!now)
		return status;
	status = str_eq(what, "list") ? show_delegates(b, now)
				      : delegate_change(b, what, now);
	sharing_free(now);
	return status;
}
