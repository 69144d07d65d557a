/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "model/delegate.h"

#include <string.h>

static const struct {
	const char *name;
	enum folder_role role;
} folders[DELEGATE_FOLDER_COUNT] = {
#define X(id, ews, name) {name, FOLDER_ROLE_##id},
	DELEGATE_FOLDERS(X)
#undef X
};

static const char *const deliveries[] = {"delegates", "both", "inform", "me",
					 "unknown"};

const char *delegate_folder_name(enum delegate_folder f)
{
	return folders[f].name;
}

enum folder_role delegate_folder_role(enum delegate_folder f)
{
	return folders[f].role;
}

const char *delegate_delivery_name(enum delegate_delivery d)
{
	return deliveries[d];
}

bool delegate_delivery_parse(const char *s, enum delegate_delivery *out)
{
	for (int i = 0; i < DELIVER_UNKNOWN; i++)
		if (str_eq_nocase(s, deliveries[i])) {
			*out = (enum delegate_delivery)i;
			return true;
		}
	return false;
}

void delegate_init(struct delegate *d)
{
	memset(d, 0, sizeof(*d));
	for (int i = 0; i < DELEGATE_FOLDER_COUNT; i++)
		d->levels[i] = LEVEL_COUNT;
}

void delegate_release(struct delegate *d)
{
	free(d->address);
	free(d->name);
	free(d->sid);
	delegate_init(d);
}

void delegate_copy(struct delegate *to, const struct delegate *from)
{
	*to = *from;
	to->address = xstrdup(from->address);
	to->name = xstrdup(from->name);
	to->sid = xstrdup(from->sid);
}

const char *delegate_title(const struct delegate *d)
{
	return d->name	    ? d->name
	       : d->address ? d->address
			    : str_or_empty(d->sid);
}

static bool parse_level(struct delegate *d, const char *folder,
			const char *level)
{
	enum permission_level l;

	if (!permission_level_parse(level, &l) ||
	    (l != LEVEL_NONE && l != LEVEL_REVIEWER && l != LEVEL_AUTHOR &&
	     l != LEVEL_EDITOR))
		return false;
	for (int i = 0; i < DELEGATE_FOLDER_COUNT; i++)
		if (str_eq_nocase(folder, folders[i].name)) {
			d->levels[i] = l;
			return true;
		}
	return false;
}

bool delegate_parse_word(struct delegate *d, const char *word)
{
	const char *is = strchr(word, '=');
	char *folder CLEANUP(mem_free_ptr) = NULL;

	if (str_eq(word, "private") || str_eq(word, "no-private")) {
		d->sees_private = *word == 'p';
		return true;
	}
	if (str_eq(word, "copies") || str_eq(word, "no-copies")) {
		d->gets_copies = *word == 'c';
		return true;
	}
	if (!is)
		return false;
	folder = xstrndup(word, (size_t)(is - word));
	return parse_level(d, folder, is + 1);
}

void delegate_list_release(struct delegate_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		delegate_release(&l->v[i]);
	vec_release(l);
	l->delivery = DELIVER_UNKNOWN;
	l->no_copies = false;
}

void delegate_list_copy(struct delegate_list *to,
			const struct delegate_list *from)
{
	*to = (struct delegate_list){.delivery = from->delivery,
				     .no_copies = from->no_copies};
	for (size_t i = 0; i < from->n; i++)
		delegate_copy(vec_new(to), &from->v[i]);
}

struct delegate *delegate_find(const struct delegate_list *l,
			       const char *address)
{
	for (size_t i = 0; address && i < l->n; i++)
		if (str_eq_nocase(l->v[i].address, address))
			return &l->v[i];
	return NULL;
}

void delegate_changes_release(struct delegate_changes *c)
{
	for (size_t i = 0; i < c->n; i++)
		delegate_release(&c->v[i].who);
	vec_release(c);
	c->delivery = DELIVER_UNKNOWN;
}

void delegate_entries_release(struct delegate_entries *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->v[i].name);
		free(l->v[i].legacy_dn);
	}
	vec_release(l);
	free(l->freebusy);
	l->freebusy = NULL;
}

struct delegate_entry *delegate_entry_find(const struct delegate_entries *l,
					   const char *legacy_dn)
{
	for (size_t i = 0; legacy_dn && i < l->n; i++)
		if (str_eq_nocase(l->v[i].legacy_dn, legacy_dn))
			return &l->v[i];
	return NULL;
}
