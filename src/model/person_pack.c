/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* A person as one text, for keeping: "member=value" lines, in which a line
 * break is written as \n. Unknown lines are skipped, so that an older program
 * reads what a newer one kept. */
#include "model/person.h"
#include <string.h>

static void add_line(struct str *out, const char *name, const char *value)
{
	if (!value || !*value)
		return;
	str_addf(out, "%s=", name);
	for (const char *c = value; *c; c++) {
		if (*c == '\\')
			str_add(out, "\\\\");
		else if (*c == '\n')
			str_add(out, "\\n");
		else
			str_add_char(out, *c);
	}
	str_add_char(out, '\n');
}

void person_pack(const struct person *p, struct str *out)
{
	str_add_char(out, '\n');
	for (int f = 0; f < PERSON_FIELDS; f++)
		add_line(out, person_row((enum person_field)f)->member,
			 person_get(p, (enum person_field)f));
	add_line(out, "kind", p->kind ? person_kind_name(p->kind) : NULL);
	add_line(out, "categories", p->categories);
	add_line(out, "manager-key", p->manager_key);
	for (size_t i = 0; i < p->members.n; i++)
		add_line(out, "member", p->members.v[i]);
	if (p->member_count >= 0)
		str_addf(out, "members=%lld\n", (long long)p->member_count);
}

static char *unescape(const char *s, size_t len)
{
	struct str b = STR_INIT;

	for (size_t i = 0; i < len; i++) {
		if (s[i] != '\\' || i + 1 == len)
			str_add_char(&b, s[i]);
		else
			str_add_char(&b, s[++i] == 'n' ? '\n' : s[i]);
	}
	return str_take(&b);
}

static void take_line(struct person *p, const char *name, char *owned)
{
	for (int f = 0; f < PERSON_FIELDS; f++)
		if (str_eq(name, person_row((enum person_field)f)->member)) {
			mem_replace(person_at(p, (enum person_field)f), owned);
			return;
		}
	if (str_eq(name, "categories")) {
		mem_replace(&p->categories, owned);
		return;
	}
	if (str_eq(name, "manager-key")) {
		mem_replace(&p->manager_key, owned);
		return;
	}
	if (str_eq(name, "member")) {
		strv_give(&p->members, owned);
		return;
	}
	if (str_eq(name, "members"))
		p->member_count = strtoll(owned, NULL, 10);
	for (int k = 0; str_eq(name, "kind") && k < PERSON_KINDS; k++)
		if (str_eq(owned, person_kind_name((enum person_kind)k)))
			p->kind = (enum person_kind)k;
	free(owned);
}

void person_unpack(struct person *p, const char *text)
{
	person_init(p);
	for (const char *s = str_or_empty(text); *s;) {
		size_t len = strcspn(s, "\n"), name = strcspn(s, "=\n");

		if (name < len) {
			char *key CLEANUP(mem_free_ptr) = xstrndup(s, name);

			take_line(p, key,
				  unescape(s + name + 1, len - name - 1));
		}
		s += len;
		s += *s == '\n';
	}
}
