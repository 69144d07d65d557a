/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* gal: the organisation's address list. */
#include <limits.h>
#include <stdio.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/proc.h"
#include "base/utf8.h"
#include "ui/batch_gal.h"

#define LIVE_MS 60000

json_t *people_json(const struct person *p)
{
	json_t *j = json_object();
	json_t *members;

	for (int f = 0; f < PERSON_FIELDS; f++)
		json_object_set_new(
			j, person_row((enum person_field)f)->member,
			out_text_json(person_get(p, (enum person_field)f)));
	if (p->id)
		json_object_set_new(j, "id", json_integer(p->id));
	json_object_set_new(j, "kind",
			    out_text_json(person_kind_name(p->kind)));
	json_object_set_new(j, "source",
			    out_text_json(person_source_name(p->source)));
	json_object_set_new(j, "key", out_text_json(p->key));
	if (p->kind != PERSON_LIST)
		return j;
	members = json_array();
	for (size_t i = 0; i < p->members.n; i++)
		json_array_append_new(members, out_text_json(p->members.v[i]));
	json_object_set_new(j, "members", members);
	return j;
}

static const char *what_it_is(const struct person *p)
{
	if (p->title && *p->title)
		return p->title;
	if (p->department && *p->department && p->kind == PERSON_USER)
		return p->department;
	return p->kind == PERSON_USER ? "" : person_kind_name(p->kind);
}

static void print_row(const struct person *p)
{
	struct str b CLEANUP(str_release) = STR_INIT;
	char *clean CLEANUP(mem_free_ptr) = NULL;

	utf8_add_column(&b, person_title(p), 26, false, "~");
	str_add(&b, "  ");
	utf8_add_column(&b, what_it_is(p), 20, false, "~");
	str_add(&b, "  ");
	utf8_add_column(&b, str_or_empty(p->office), 8, false, "~");
	str_add(&b, "  ");
	utf8_add_column(&b, str_or_empty(p->phone ? p->phone : p->mobile), 17,
			false, "~");
	str_addf(&b, "  %s", str_or_empty(p->addr));
	clean = utf8_clean_line(b.s, false);
	puts(clean);
}

/* Address, name and a word more, separated by tabs, below a line of text. */
static void print_mutt(const struct person_list *l)
{
	printf("%zu found\n", l->n);
	for (size_t i = 0; i < l->n; i++) {
		const struct person *p = &l->v[i];
		const char *const parts[] = {str_or_empty(p->addr),
					     person_title(p), what_it_is(p)};

		if (!p->addr)
			continue;
		for (size_t k = 0; k < ARRAY_LEN(parts); k++) {
			char *clean CLEANUP(mem_free_ptr) =
				utf8_clean_line(parts[k], false);

			printf("%s%s", k ? "\t" : "", clean);
		}
		putchar('\n');
	}
}

static void print_vcards(const struct person_list *l)
{
	struct str out CLEANUP(str_release) = STR_INIT;

	for (size_t i = 0; i < l->n; i++)
		vcard_add(&out, &l->v[i], 4);
	fwrite(out.s, 1, out.len, stdout);
}

int people_print(struct batch *b, const struct person_list *l, bool more)
{
	const char *format = batch_value(b, OPT_FORMAT);
	json_t *list = json_array();

	if (batch_has(b, OPT_MUTT)) {
		print_mutt(l);
	} else if (batch_has(b, OPT_VCARD)) {
		print_vcards(l);
	} else if (batch_has(b, OPT_JSON)) {
		for (size_t i = 0; i < l->n; i++)
			json_array_append_new(list, people_json(&l->v[i]));
		out_document(
			json_pack("{s:O,s:b}", "people", list, "more", more));
	} else {
		for (size_t i = 0; i < l->n; i++) {
			json_t *row = people_json(&l->v[i]);

			if (batch_has(b, OPT_JSONL)) {
				out_line(row);
				continue;
			}
			if (!format)
				print_row(&l->v[i]);
			else if (!out_format(format, row))
				return BATCH_USAGE;
			json_decref(row);
		}
	}
	json_decref(list);
	if (!l->n)
		fprintf(stderr, "retinue: nobody found\n");
	else if (more)
		fprintf(stderr, "retinue: there are more; narrow the query or "
				"raise --limit\n");
	return l->n ? BATCH_DONE : BATCH_NOTHING;
}

/* --- asking the server ------------------------------------------------------
 */

/* The people of the EVENT_PEOPLE that belongs to the request. */
static bool ask(struct batch *b, struct request *taken, struct person_list *out,
		bool *more, struct err *err)
{
	struct event done;
	int status;

	if (!batch_engine(b, ENGINE_ONCE, false, &status))
		return err_set(err, ERR_DISK, "the engine does not start");
	if (!batch_request(b, taken, LIVE_MS, &done, err))
		return false;
	*out = done.people;
	*more = done.count > 0;
	done.people = (struct person_list){0};
	event_release(&done);
	return true;
}

/* Is the copy complete? Otherwise what it does not have says nothing. */
static bool has_copy(struct batch *b)
{
	char *copied CLEANUP(mem_free_ptr) =
		b->store ? query_book_fact(b->store, "copied") : NULL;

	return copied != NULL;
}

static int search(struct batch *b, const char *words)
{
	struct person_list local = {0}, live = {0};
	struct err err = ERR_INIT;
	bool more = false, live_more = false, asked = false;
	int limit, status;

	if (!batch_limit(b, 50, &limit))
		return BATCH_USAGE;
	if (b->store &&
	    !query_directory(b->store, words, limit, &local, &more, &err))
		return batch_fail(&err);
	if (batch_has(b, OPT_FRESH) || !has_copy(b)) {
		struct request r = {.kind = REQUEST_PEOPLE,
				    .text = xstrdup(words),
				    .limit = limit};

		asked = ask(b, &r, &live, &live_more, &err);
		if (!asked && !local.n)
			return batch_fail(&err);
		if (!asked)
			fprintf(stderr, "retinue: %s\n", err.text);
	}
	person_list_merge(&local, &live);
	while (local.n > (size_t)limit) {
		person_release(&local.v[--local.n]);
		more = true;
	}
	status = people_print(b, &local, more || live_more);
	person_list_release(&local);
	return status;
}

bool people_find_one(struct batch *b, const char *who, struct person *found,
		     int *status)
{
	struct person_list l = {0};
	struct err err = ERR_INIT;
	bool more = false;

	if (b->store && query_book_address(b->store, who, found, NULL))
		return true;
	if (b->store && !query_directory(b->store, who, 3, &l, &more, &err)) {
		*status = batch_fail(&err);
		return false;
	}
	if (!l.n && !strchr(who, '@')) {
		struct request r = {.kind = REQUEST_PEOPLE,
				    .text = xstrdup(who),
				    .limit = 3};

		if (!ask(b, &r, &l, &more, &err)) {
			*status = batch_fail(&err);
			return false;
		}
	}
	if (l.n > 1) {
		fprintf(stderr,
			"retinue: \"%s\" may mean several, such as %s and %s; "
			"give the address\n",
			who, str_or_empty(l.v[0].addr),
			str_or_empty(l.v[1].addr));
		*status = BATCH_USAGE;
	}
	person_init(found);
	if (l.n == 1)
		person_copy(found, &l.v[0]);
	else if (!l.n)
		found->addr = xstrdup(who);
	person_list_release(&l);
	return *status != BATCH_USAGE;
}

static int expand(struct batch *b, const char *who, enum request_kind kind)
{
	struct request r = {.kind = kind, .deep = batch_has(b, OPT_DEEP)};
	struct person_list l = {0};
	struct person list;
	struct err err = ERR_INIT;
	int status = BATCH_DONE;
	bool more = false, ok;

	if (!people_find_one(b, who, &list, &status)) {
		return status;
	}
	r.text = xstrdup(list.key ? list.key : list.addr);
	ok = ask(b, &r, &l, &more, &err);
	/* A key of another directory means nothing to this one. */
	if (!ok && err.kind == ERR_NOT_FOUND && list.addr && list.key) {
		r = (struct request){.kind = kind,
				     .deep = batch_has(b, OPT_DEEP),
				     .text = xstrdup(list.addr)};
		ok = ask(b, &r, &l, &more, &err);
	}
	person_release(&list);
	if (!ok)
		return batch_fail(&err);
	status = people_print(b, &l, more);
	person_list_release(&l);
	return status;
}

/* --- a picture --- */

#define PHOTO_KEPT_SECONDS (7 * 86400)

/* As the book has it, after asking where it has none or --fresh is given. */
static bool get_photo(struct batch *b, const char *addr, struct bytes *out,
		      int *status)
{
	struct request r = {.kind = REQUEST_PHOTO};
	int64_t asked = 0;
	struct err err = ERR_INIT;

	if (b->store && !query_book_photo(b->store, addr, out, &asked, &err)) {
		*status = batch_fail(&err);
		return false;
	}
	if (!batch_has(b, OPT_FRESH) &&
	    asked + PHOTO_KEPT_SECONDS > clock_now())
		return true;
	bytes_release(out);
	r.text = xstrdup(addr);
	if (!batch_ask(b, &r, LIVE_MS, NULL, NULL, status))
		return false;
	if (!b->store && !store_open_read(&b->store, b->store_path, &err)) {
		*status = batch_fail(&err);
		return false;
	}
	store_set_book(b->store, b->account->book_path);
	if (query_book_photo(b->store, addr, out, &asked, &err))
		return true;
	*status = batch_fail(&err);
	return false;
}

/* Never over a file that is there; "-" is standard output. */
static int write_photo(struct batch *b, const char *addr, const char *file,
		       const struct bytes *photo)
{
	struct err err = ERR_INIT;

	if (str_eq(file, "-"))
		return fwrite(photo->p, 1, photo->len, stdout) == photo->len
			       ? BATCH_DONE
			       : BATCH_CONFIG;
	if (access(file, F_OK) == 0) {
		err_set(&err, ERR_INPUT, "%s is there already", file);
		return batch_fail(&err);
	}
	if (!proc_write_file(file, photo->p, photo->len, 0600, &err))
		return batch_fail(&err);
	if (batch_has(b, OPT_JSON))
		out_document(json_pack("{s:s,s:I,s:s}", "address", addr,
				       "bytes", (json_int_t)photo->len, "file",
				       file));
	else
		puts(file);
	return BATCH_DONE;
}

static int photo(struct batch *b, const char *who, const char *file)
{
	struct bytes data = {0};
	struct person p;
	int status = BATCH_DONE;

	if (!people_find_one(b, who, &p, &status))
		return status;
	if (!p.addr)
		status = batch_usage("%s has no address", who);
	else if (get_photo(b, p.addr, &data, &status) && !data.len) {
		fputs("retinue: the address list has no picture of them\n",
		      stderr);
		status = BATCH_NOTHING;
	} else if (status == BATCH_DONE) {
		status = write_photo(b, p.addr, file, &data);
	}
	person_release(&p);
	bytes_release(&data);
	return status;
}

/* A mirror is no condition: the server can be asked without. */
static bool open_what_is_there(struct batch *b, int *status)
{
	struct err err = ERR_INIT;

	if (!batch_open_account(b, status))
		return false;
	if (store_open_read(&b->store, b->store_path, &err)) {
		store_set_book(b->store, b->account->book_path);
		return true;
	}
	if (err.kind == ERR_NOT_FOUND)
		return true;
	*status = batch_fail(&err);
	return false;
}

int verb_gal(struct batch *b)
{
	const char *word = b->args.n ? b->args.v[0] : NULL;
	char *words CLEANUP(mem_free_ptr) = NULL;
	int status = BATCH_DONE;
	bool one = b->args.n == 2;

	if (!word)
		return batch_usage("gal needs something to look for");
	if (str_eq(word, "photo") && b->args.n != 3)
		return batch_usage("gal photo needs a name or an address, and "
				   "a file");
	if ((str_eq(word, "expand") || str_eq(word, "show")) && b->args.n == 1)
		return batch_usage("gal %s needs a name or an address", word);
	if (!open_what_is_there(b, &status))
		return status;
	if (one && str_eq(word, "expand"))
		return expand(b, b->args.v[1], REQUEST_EXPAND);
	if (one && str_eq(word, "show"))
		return expand(b, b->args.v[1], REQUEST_PERSON);
	if (str_eq(word, "photo"))
		return photo(b, b->args.v[1], b->args.v[2]);
	words = strv_join(&b->args, " ");
	return search(b, words);
}
