/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "model/person.h"
#include <ctype.h>
#include <string.h>
#include "base/utf8.h"

static const struct person_row rows[PERSON_FIELDS] = {
#define PERSON(member, label, ldap, ews, dav) {#member, label, ldap, ews, dav},
#include "model/person.def"
#undef PERSON
};
static const size_t places[PERSON_FIELDS] = {
#define PERSON(member, label, ldap, ews, dav) offsetof(struct person, member),
#include "model/person.def"
#undef PERSON
};

const struct person_row *person_row(enum person_field f)
{
	return &rows[f];
}

enum person_field person_field_find(const char *name)
{
	for (int f = 0; f < PERSON_FIELDS; f++)
		if (str_eq_nocase(name, rows[f].member) ||
		    str_eq_nocase(name, rows[f].label))
			return (enum person_field)f;
	return PERSON_FIELDS;
}

char **person_at(struct person *p, enum person_field f)
{
	return (char **)(void *)((char *)p + places[f]);
}

const char *person_get(const struct person *p, enum person_field f)
{
	return *(char *const *)(const void *)((const char *)p + places[f]);
}

void person_init(struct person *p)
{
	memset(p, 0, sizeof(*p));
	strv_init(&p->members);
	p->member_count = -1;
}

void person_release(struct person *p)
{
	for (int f = 0; f < PERSON_FIELDS; f++)
		free(*person_at(p, (enum person_field)f));
	free(p->key);
	free(p->change_key);
	free(p->manager_key);
	free(p->categories);
	strv_release(&p->members);
	person_init(p);
}

void person_copy(struct person *to, const struct person *from)
{
	person_init(to);
	to->id = from->id;
	to->folder = from->folder;
	to->kind = from->kind;
	to->source = from->source;
	to->member_count = from->member_count;
	for (int f = 0; f < PERSON_FIELDS; f++)
		*person_at(to, (enum person_field)f) =
			xstrdup(person_get(from, (enum person_field)f));
	to->key = xstrdup(from->key);
	to->change_key = xstrdup(from->change_key);
	to->manager_key = xstrdup(from->manager_key);
	to->categories = xstrdup(from->categories);
	for (size_t i = 0; i < from->members.n; i++)
		strv_add(&to->members, from->members.v[i]);
}

bool person_same(const struct person *a, const struct person *b)
{
	for (int f = 0; f < PERSON_FIELDS; f++)
		if (!str_eq(person_get(a, (enum person_field)f),
			    person_get(b, (enum person_field)f)))
			return false;
	return a->kind == b->kind && str_eq(a->categories, b->categories) &&
	       strv_same(&a->members, &b->members);
}

const char *person_title(const struct person *p)
{
	const char *const from[] = {p->name,	p->file_as, p->surname,
				    p->given,	p->company, p->addr,
				    p->nickname};

	for (size_t i = 0; i < ARRAY_LEN(from); i++)
		if (from[i] && *from[i])
			return from[i];
	return "(no name)";
}

const char *person_kind_name(enum person_kind k)
{
	static const char *const names[PERSON_KINDS] = {
		"person", "list", "room", "public folder"};

	return names[k];
}

const char *person_source_name(enum person_source s)
{
	static const char *const names[PERSON_SOURCES] = {"recent", "contact",
							  "gal", "live"};

	return names[s];
}

char *person_words(const struct person *p)
{
	struct str b CLEANUP(str_release) = STR_INIT;
	const char *const from[] = {
		p->name,   p->given,	  p->surname, p->file_as, p->nickname,
		p->alias,  p->addr,	  p->addr2,   p->addr3,	  p->company,
		p->office, p->department, p->title};
	char *folded CLEANUP(mem_free_ptr) = NULL;
	struct str out = STR_INIT;

	for (size_t i = 0; i < ARRAY_LEN(from); i++)
		if (from[i])
			str_addf(&b, "%s ", from[i]);
	folded = utf8_fold(b.s);
	for (char *c = folded; *c; c++)
		if (!isalnum((unsigned char)*c) && !((unsigned char)*c & 0x80))
			*c = ' ';
	str_addf(&out, " %s", folded);
	return str_take(&out);
}

void person_add_mailbox(const struct person *p, struct str *out)
{
	const char *name = p->name ? p->name : "";
	bool plain = true;

	if (!p->addr || !*p->addr)
		return;
	if (!*name || str_eq_nocase(name, p->addr)) {
		str_add(out, p->addr);
		return;
	}
	for (const char *c = name; *c; c++)
		plain &= !strchr("()<>[]:;@\\,.\"", *c);
	if (!plain)
		str_add_char(out, '"');
	for (const char *c = name; *c; c++) {
		if (*c == '"' || *c == '\\')
			str_add_char(out, '\\');
		str_add_char(out, *c);
	}
	str_addf(out, plain ? " <%s>" : "\" <%s>", p->addr);
}

struct person *person_list_new(struct person_list *l)
{
	struct person *p = vec_new(l);

	person_init(p);
	return p;
}

void person_list_release(struct person_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		person_release(&l->v[i]);
	vec_release(l);
}

static bool has_address(const struct person_list *l, const char *addr)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].addr && str_eq_nocase(l->v[i].addr, addr))
			return true;
	return false;
}

void person_list_merge(struct person_list *to, struct person_list *from)
{
	for (size_t i = 0; i < from->n; i++) {
		struct person *p = &from->v[i];

		if (p->addr && has_address(to, p->addr))
			person_release(p);
		else
			vec_add(to, *p);
	}
	vec_release(from);
}
