/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "tests/sim/contact.h"

#include <string.h>
#include "base/clock.h"

struct contact *contact_new(void)
{
	struct contact *c = xcalloc(1, sizeof(*c));

	strv_init(&c->children);
	strv_init(&c->companies);
	c->birthday = c->anniversary = CLOCK_NEVER;
	return c;
}

void contact_free(struct contact *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < CONTACT_TEXT_COUNT; i++)
		free(c->text[i]);
	for (size_t i = 0; i < 3; i++) {
		free(c->email[i].address);
		free(c->email[i].name);
		free(c->im[i]);
	}
	for (size_t i = 0; i < ADDRESS_KINDS; i++)
		for (size_t k = 0; k < ADDRESS_PARTS; k++)
			free(c->address[i][k]);
	for (size_t i = 0; i < c->phones.n; i++) {
		free(c->phones.v[i].key);
		free(c->phones.v[i].value);
	}
	vec_release(&c->phones);
	strv_release(&c->children);
	strv_release(&c->companies);
	addrs_release(&c->members);
	free(c);
}

struct contact *contact_copy(const struct contact *c)
{
	struct contact *copy = contact_new();

	copy->list = c->list;
	for (size_t i = 0; i < CONTACT_TEXT_COUNT; i++)
		copy->text[i] = xstrdup(c->text[i]);
	for (size_t i = 0; i < 3; i++) {
		copy->email[i].address = xstrdup(c->email[i].address);
		copy->email[i].name = xstrdup(c->email[i].name);
		copy->im[i] = xstrdup(c->im[i]);
	}
	for (size_t i = 0; i < ADDRESS_KINDS; i++)
		for (size_t k = 0; k < ADDRESS_PARTS; k++)
			copy->address[i][k] = xstrdup(c->address[i][k]);
	for (size_t i = 0; i < c->phones.n; i++)
		contact_set_phone(copy, c->phones.v[i].key,
				  c->phones.v[i].value);
	for (size_t i = 0; i < c->children.n; i++)
		strv_add(&copy->children, c->children.v[i]);
	for (size_t i = 0; i < c->companies.n; i++)
		strv_add(&copy->companies, c->companies.v[i]);
	for (size_t i = 0; i < c->members.n; i++)
		addrs_add(&copy->members, c->members.v[i].name,
			  c->members.v[i].email);
	copy->birthday = c->birthday;
	copy->anniversary = c->anniversary;
	copy->has_picture = c->has_picture;
	return copy;
}

const char *contact_phone(const struct contact *c, const char *key)
{
	for (size_t i = 0; i < c->phones.n; i++)
		if (strcmp(c->phones.v[i].key, key) == 0)
			return c->phones.v[i].value;
	return NULL;
}

void contact_set_phone(struct contact *c, const char *key, const char *value)
{
	struct contact_entry *e;

	for (size_t i = 0; i < c->phones.n; i++) {
		if (strcmp(c->phones.v[i].key, key) != 0)
			continue;
		mem_replace(&c->phones.v[i].value, xstrdup(value));
		return;
	}
	e = vec_new(&c->phones);
	e->key = xstrdup(key);
	e->value = xstrdup(value);
}

void contact_derive(struct contact *c)
{
	const char *given = str_or_empty(c->text[CONTACT_GIVEN]);
	const char *surname = str_or_empty(c->text[CONTACT_SURNAME]);
	char *name = xasprintf("%s%s%s", given, *given && *surname ? " " : "",
			       surname);

	if (!c->text[CONTACT_DISPLAY_NAME] && *name)
		c->text[CONTACT_DISPLAY_NAME] = xstrdup(name);
	if (!c->text[CONTACT_FILE_AS] && *surname)
		c->text[CONTACT_FILE_AS] =
			xasprintf("%s%s%s", surname, *given ? ", " : "", given);
	else if (!c->text[CONTACT_FILE_AS])
		c->text[CONTACT_FILE_AS] = xstrdup(
			c->text[CONTACT_DISPLAY_NAME]
				? c->text[CONTACT_DISPLAY_NAME]
			: c->text[CONTACT_COMPANY] ? c->text[CONTACT_COMPANY]
						   : c->email[0].address);
	free(name);
}
