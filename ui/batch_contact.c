/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* contact: one's own contacts. */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include "base/clock.h"
#include "base/proc.h"
#include "ui/batch_gal.h"

#define SEND_MS 60000
#define FILE_MAX ((size_t)64 << 20)

/* "phone=+49 30 1" sets a field, "phone=" empties it; category and member may
 * be repeated. */
static bool set_fields(struct batch *b, size_t from, struct person *p)
{
	for (size_t i = from; i < b->args.n; i++) {
		const char *word = b->args.v[i];
		size_t n = strcspn(word, "=");
		char *name CLEANUP(mem_free_ptr) = xstrndup(word, n);
		enum person_field f = person_field_find(name);

		if (!word[n] ||
		    (f == PERSON_FIELDS && !str_eq(name, "member"))) {
			batch_usage(
				"\"%s\" is no field=value; fields are name, "
				"addr, phone and so on, as `contact show` "
				"names them",
				word);
			return false;
		}
		word += n + 1;
		if (f == PERSON_FIELDS) {
			p->kind = PERSON_LIST;
			strv_add(&p->members, word);
		} else {
			mem_replace(person_at(p, f),
				    *word ? xstrdup(word) : NULL);
		}
	}
	if (!p->name && (p->given || p->surname))
		p->name = xasprintf("%s%s%s", str_or_empty(p->given),
				    p->given && p->surname ? " " : "",
				    str_or_empty(p->surname));
	return true;
}

/* Stays until the server has it, or says why it has not. */
static int wait_sent(struct batch *b, int64_t id, const char *what)
{
	int64_t limit = clock_mono_ms() + SEND_MS;
	struct person p;
	struct err err = ERR_INIT;
	int status;

	if (!batch_open_store(b, &status))
		return status;
	do {
		char *wait CLEANUP(mem_free_ptr) = NULL;
		bool there = query_contact(b->store, id, &p, &wait, &err);

		if (there)
			person_release(&p);
		if ((!there && err.kind == ERR_NOT_FOUND &&
		     !query_contacts_ready(b->store)) ||
		    (there && !wait))
			return BATCH_DONE;
		if (there && !str_eq(wait, "waits to go out")) {
			fprintf(stderr, "retinue: %s\n", wait);
			return BATCH_REFUSED;
		}
		batch_pump(b, 100);
	} while (clock_mono_ms() < limit);
	fprintf(stderr, "retinue: %s: kept, and sent with the next sync\n",
		what);
	return BATCH_LATER;
}

static int wish(struct batch *b, enum contact_wish kind, const struct person *p,
		int64_t *id)
{
	struct request r = {.kind = REQUEST_CONTACT, .wish = (int)kind};
	bool wait = !batch_has(b, OPT_QUEUE);
	struct event done;
	struct err err = ERR_INIT;
	int status = BATCH_DONE;

	if (!batch_engine(b, wait ? ENGINE_FULL : ENGINE_LOCAL, false, &status))
		return status;
	r.person = xmalloc(sizeof(*r.person));
	person_copy(r.person, p);
	if (!batch_request(b, &r, 30000, &done, &err))
		return batch_fail(&err);
	*id = done.entry;
	event_release(&done);
	return BATCH_DONE;
}

static int change(struct batch *b, enum contact_wish kind,
		  const struct person *p)
{
	static const char *const verbs[] = {"", "add", "change", "remove"};
	char *what CLEANUP(mem_free_ptr) =
		xasprintf("%s %s", verbs[kind], person_title(p));
	int64_t id = 0;
	int status;

	if (batch_has(b, OPT_DRY_RUN)) {
		printf("would %s\n", what);
		return BATCH_DONE;
	}
	status = wish(b, kind, p, &id);
	if (status == BATCH_DONE && !batch_has(b, OPT_QUEUE))
		status = wait_sent(b, id, what);
	if (batch_has(b, OPT_JSON))
		out_document(json_pack("{s:I,s:s,s:i}", "id", (json_int_t)id,
				       "text", what, "exit", status));
	else if (status == BATCH_DONE)
		fprintf(stderr, "%s: %s (contact %lld)\n", what,
			batch_has(b, OPT_QUEUE) ? "queued" : "done",
			(long long)id);
	return status;
}

static int list(struct batch *b)
{
	char *words CLEANUP(mem_free_ptr) = NULL;
	struct strv rest CLEANUP(strv_release) = {0};
	struct person_list l = {0};
	struct err err = ERR_INIT;
	bool more = false;
	int limit, status;

	if (!batch_limit(b, 200, &limit))
		return BATCH_USAGE;
	for (size_t i = 1; i < b->args.n; i++)
		strv_add(&rest, b->args.v[i]);
	words = strv_join(&rest, " ");
	if (!batch_open_store(b, &status))
		return status;
	if (!query_contacts(b->store, words,
			    limit == INT_MAX ? INT_MAX - 1 : limit, &l, &more,
			    &err))
		return batch_fail(&err);
	status = people_print(b, &l, more);
	person_list_release(&l);
	return status;
}

static bool load(struct batch *b, struct person *p, char **wait, int *status)
{
	struct err err = ERR_INIT;
	int64_t id;

	if (b->args.n < 2 || !batch_id(b->args.v[1], &id)) {
		*status =
			batch_usage("contact %s needs the number of a contact",
				    b->args.v[0]);
		return false;
	}
	if (!batch_open_store(b, status))
		return false;
	if (query_contact(b->store, id, p, wait, &err))
		return true;
	*status = batch_fail(&err);
	return false;
}

static int show(struct batch *b)
{
	char *wait CLEANUP(mem_free_ptr) = NULL;
	struct person_list l = {0};
	struct person p;
	int status = BATCH_DONE;

	if (!load(b, &p, &wait, &status))
		return status;
	vec_add(&l, p);
	if (batch_has(b, OPT_JSON) || batch_has(b, OPT_VCARD) ||
	    batch_has(b, OPT_FORMAT) || batch_has(b, OPT_MUTT)) {
		status = people_print(b, &l, false);
		person_list_release(&l);
		return status;
	}
	for (int f = 0; f < PERSON_FIELDS; f++)
		if (person_get(&p, (enum person_field)f))
			printf("%-12s %s\n",
			       person_row((enum person_field)f)->member,
			       person_get(&p, (enum person_field)f));
	for (size_t i = 0; i < p.members.n; i++)
		printf("%-12s %s\n", "member", p.members.v[i]);
	if (wait)
		fprintf(stderr, "retinue: %s\n", wait);
	person_list_release(&l);
	return BATCH_DONE;
}

static int edit(struct batch *b, enum contact_wish kind)
{
	struct person p;
	int status = BATCH_USAGE;

	person_init(&p);
	if (kind != CONTACT_NEW && !load(b, &p, NULL, &status))
		return status;
	if (kind == CONTACT_GONE ||
	    set_fields(b, kind == CONTACT_NEW ? 1 : 2, &p)) {
		if (kind == CONTACT_NEW && !p.name && !p.addr && !p.company)
			status = batch_usage("a contact needs a name, an "
					     "addr or a company");
		else
			status = change(b, kind, &p);
	}
	person_release(&p);
	return status;
}

/* Takes back what waits, as the server has it; offline too. */
static int revert(struct batch *b)
{
	struct person p;
	int64_t id;
	int status;

	person_init(&p);
	if (b->args.n != 2 || !batch_id(b->args.v[1], &id))
		return batch_usage("contact revert needs the number of a "
				   "contact");
	if (!batch_open_store(b, &status))
		return status;
	p.id = id;
	status = wish(b, CONTACT_REVERT, &p, &id);
	person_release(&p);
	return status;
}

static int undo(struct batch *b)
{
	struct person none;
	int64_t id = 0;
	int status;

	if (b->args.n != 1)
		return batch_usage("contact undo takes back the last change");
	if (!batch_open_store(b, &status))
		return status;
	if (batch_has(b, OPT_DRY_RUN)) {
		puts("would take back the last change of a contact");
		return BATCH_DONE;
	}
	person_init(&none);
	status = wish(b, CONTACT_UNDO, &none, &id);
	person_release(&none);
	if (status == BATCH_DONE && !batch_has(b, OPT_QUEUE))
		status = wait_sent(b, id, "undo");
	return status;
}

static int import(struct batch *b)
{
	const char *file = b->args.n == 2 ? b->args.v[1] : NULL;
	struct str text CLEANUP(str_release) = STR_INIT;
	struct person_list l = {0};
	struct err err = ERR_INIT;
	int status = BATCH_DONE;
	int64_t id = 0;
	size_t done = 0;

	if (!file)
		return batch_usage("contact import needs a file, or -");
	if (!(str_eq(file, "-")
		      ? batch_read_stdin(&text, FILE_MAX, &err)
		      : proc_read_file(file, &text, FILE_MAX, &err)) ||
	    !vcard_read(text.s, text.len, &l, &err))
		return batch_fail(&err);
	if (batch_has(b, OPT_DRY_RUN))
		printf("would add %zu contacts\n", l.n);
	for (size_t i = 0;
	     i < l.n && status == BATCH_DONE && !batch_has(b, OPT_DRY_RUN);
	     i++) {
		status = wish(b, CONTACT_NEW, &l.v[i], &id);
		done += status == BATCH_DONE;
	}
	if (status == BATCH_DONE && done && !batch_has(b, OPT_QUEUE))
		status = wait_sent(b, id, "import");
	if (done)
		fprintf(stderr, "%zu contacts added\n", done);
	person_list_release(&l);
	return status;
}

static int export(struct batch *b)
{
	struct str out CLEANUP(str_release) = STR_INIT;
	struct person_list l = {0};
	struct err err = ERR_INIT;
	int status;

	if (!batch_open_store(b, &status))
		return status;
	if (!query_contacts(b->store, "", INT_MAX - 1, &l, NULL, &err))
		return batch_fail(&err);
	for (size_t i = 0; i < l.n; i++)
		vcard_add(&out, &l.v[i], batch_has(b, OPT_VCARD3) ? 3 : 4);
	fwrite(out.s, 1, out.len, stdout);
	status = l.n ? BATCH_DONE : BATCH_NOTHING;
	person_list_release(&l);
	return status;
}

int verb_contact(struct batch *b)
{
	const char *what = b->args.n ? b->args.v[0] : "list";
	int status;

	if (!batch_open_account(b, &status))
		return status;
	if (str_eq(what, "list"))
		return list(b);
	if (str_eq(what, "show"))
		return show(b);
	if (str_eq(what, "add"))
		return edit(b, CONTACT_NEW);
	if (str_eq(what, "edit"))
		return edit(b, CONTACT_CHANGED);
	if (str_eq(what, "remove"))
		return edit(b, CONTACT_GONE);
	if (str_eq(what, "revert"))
		return revert(b);
	if (str_eq(what, "undo"))
		return undo(b);
	if (str_eq(what, "import"))
		return import(b);
	if (str_eq(what, "export"))
		return export(b);
	return batch_usage("contact knows list, show, add, edit, remove, "
			   "revert, undo, import and export");
}
