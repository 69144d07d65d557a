/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * The address list by the page that Outlook Web Access looks it up with
 * (dossier 15.4), for want of a directory server: about a hundred entries at
 * most, by the beginning of a name.
 */
#include "base/uri.h"
#include "net/xml.h"
#include "proto/dav/dav.h"

#include <string.h>

#define PAGE_MAX ((size_t)4 << 20)
#define EXPLORER                                                               \
	"User-Agent: Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)"

enum entry_name {
	ENTRY,
	ENTRY_AN,
	ENTRY_DN,
	ENTRY_EM,
	ENTRY_PH,
	ENTRY_OFFICE,
	ENTRY_CP,
	ENTRY_TL,
	/* of one person */
	ENTRY_FIRST,
	ENTRY_LAST,
	ENTRY_STREET,
	ENTRY_CITY,
	ENTRY_STATE,
	ENTRY_ZIP,
	ENTRY_COUNTRY,
	ENTRY_DEPARTMENT,
	ENTRY_MOBILE,
	ENTRY_PERSON,
	ENTRY_NAMES
};

struct finding {
	struct str page, text;
	struct person now;
	struct person_list *out;
	int limit;
	bool more;
};

static void on_start(void *ctx, int name, const struct xml_attrs *attrs)
{
	struct finding *f = ctx;

	(void)attrs;
	str_clear(&f->text);
	if (name == ENTRY || name == ENTRY_PERSON) {
		person_release(&f->now);
		person_init(&f->now);
	}
}

static void on_text(void *ctx, const char *s, size_t len)
{
	str_add_mem(&((struct finding *)ctx)->text, s, len);
}

static bool is_there(const struct person_list *l, const char *addr)
{
	for (size_t i = 0; i < l->n; i++)
		if (str_eq_nocase(l->v[i].addr, addr))
			return true;
	return false;
}

static void take(struct finding *f)
{
	struct person *p = &f->now;

	if (!p->addr || !strchr(p->addr, '@') || is_there(f->out, p->addr))
		return;
	if ((int)f->out->n >= f->limit) {
		f->more = true;
		return;
	}
	p->kind = PERSON_USER;
	p->source = PERSON_LIVE;
	p->key = xstrdup(p->addr);
	vec_add(f->out, *p);
	person_init(p);
}

/* What the page about one person adds to the row that was found. */
static void add_details(struct finding *f)
{
	struct person *p = f->out->n ? &f->out->v[0] : NULL;

	for (int i = 0; p && i < PERSON_FIELDS; i++) {
		char **to = person_at(p, (enum person_field)i);
		char **from = person_at(&f->now, (enum person_field)i);

		if (*to || !*from)
			continue;
		*to = *from;
		*from = NULL;
	}
}

static void on_end(void *ctx, int name)
{
	static const enum person_field fields[ENTRY_NAMES] = {
		[ENTRY_AN] = PERSON_alias,
		[ENTRY_DN] = PERSON_name,
		[ENTRY_EM] = PERSON_addr,
		[ENTRY_PH] = PERSON_phone,
		[ENTRY_OFFICE] = PERSON_office,
		[ENTRY_CP] = PERSON_company,
		[ENTRY_TL] = PERSON_title,
		[ENTRY_FIRST] = PERSON_given,
		[ENTRY_LAST] = PERSON_surname,
		[ENTRY_STREET] = PERSON_street,
		[ENTRY_CITY] = PERSON_city,
		[ENTRY_STATE] = PERSON_state,
		[ENTRY_ZIP] = PERSON_zip,
		[ENTRY_COUNTRY] = PERSON_country,
		[ENTRY_DEPARTMENT] = PERSON_department,
		[ENTRY_MOBILE] = PERSON_mobile};
	struct finding *f = ctx;

	str_trim(&f->text);
	if (name == ENTRY)
		take(f);
	else if (name == ENTRY_PERSON)
		add_details(f);
	else if (name > ENTRY && name < ENTRY_PERSON && f->text.len)
		mem_replace(person_at(&f->now, fields[name]),
			    xstrdup(f->text.s));
	str_clear(&f->text);
}

static bool keep(void *ctx, const char *s, size_t len, struct err *err)
{
	struct str *page = ctx;

	str_add_mem(page, s, len);
	if (page->len > PAGE_MAX)
		return err_set(err, ERR_PROTOCOL, "the answer is too long");
	return true;
}

static bool ask(struct backend *b, const struct op *op, const char *command,
		const char *words, struct finding *f, struct err *err)
{
	static const char *const names[ENTRY_NAMES] = {
		"item",	 "AN",	"DN",	   "EM",	 "PH",	   "OFFICE",
		"CP",	 "TL",	"first",   "last",	 "street", "city",
		"state", "zip", "country", "department", "mobile", "person"};
	static const char *const spaces[] = {"WM", "", NULL};
	static const char *const headers[] = {EXPLORER, NULL};
	static const struct xml_handler handler = {on_start, on_text, on_end};
	struct str path CLEANUP(str_release) = STR_INIT;
	struct dav_call c = {.method = "GET",
			     .headers = headers,
			     .raw = keep,
			     .ctx = &f->page};
	struct xml_reader *x;
	bool ok;

	str_addf(&path, "%s?Cmd=%s=", b->root, command);
	uri_add_escaped(&path, words, "");
	c.path = path.s;
	str_clear(&f->page);
	if (!dav_simple(b, op, &c, err))
		return false;
	x = xml_reader_new(names, ENTRY_NAMES, spaces, &handler, f);
	ok = xml_feed(x, f->page.s, f->page.len, NULL) && xml_finish(x, NULL);
	xml_reader_free(x);
	return ok || err_set(err, ERR_UNSUPPORTED,
			     "this server does not show its address list; "
			     "name a directory server with `ldap-server`");
}

static bool find_by_name(struct backend *b, const struct op *op,
			 const char *words, struct finding *f, struct err *err)
{
	/* The name as it is shown, surname, first name, alias. */
	static const char *const commands[] = {"galfind&DN", "galfind&LN",
					       "galfind&FN", "galfind&AN"};
	bool ok = true;

	for (size_t i = 0; ok && i < ARRAY_LEN(commands) && !f->more; i++)
		ok = ask(b, op, commands[i], words, f, err);
	return ok;
}

/* By the whole address: the alias is its beginning nearly always. 2007 has no
 * page about one person (28). */
static bool find_by_address(struct backend *b, const struct op *op,
			    const char *address, struct finding *f,
			    struct err *err)
{
	char *alias CLEANUP(mem_free_ptr) =
		xstrndup(address, strcspn(address, "@"));
	size_t n = 0;

	if (!ask(b, op, "galfind&AN", alias, f, err))
		return false;
	for (size_t i = 0; i < f->out->n; i++) {
		if (str_eq_nocase(f->out->v[i].addr, address))
			f->out->v[n++] = f->out->v[i];
		else
			person_release(&f->out->v[i]);
	}
	f->out->n = n;
	if (n)
		(void)!ask(b, op, "gallookup&ADDR", address, f, NULL);
	return true;
}

bool dav_find_people(struct backend *b, const struct op *op, const char *words,
		     int limit, struct person_list *out, bool *more,
		     struct err *err)
{
	struct person_list found = {0};
	struct finding f = {.page = STR_INIT,
			    .text = STR_INIT,
			    .out = &found,
			    .limit = limit};
	bool ok = dav_ready(b, op, err);

	person_init(&f.now);
	ok = ok && (strchr(words, '@') ? find_by_address(b, op, words, &f, err)
				       : find_by_name(b, op, words, &f, err));
	person_release(&f.now);
	str_release(&f.page);
	str_release(&f.text);
	if (!ok) {
		person_list_release(&found);
		return false;
	}
	*out = found;
	if (more)
		*more = f.more;
	return true;
}
