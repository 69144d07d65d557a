/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "model/folder.h"

#include <string.h>

static const struct {
	const char *ews;
	const char *name;
} roles[FOLDER_ROLE_COUNT] = {
#define X(id, ews, name) [FOLDER_ROLE_##id] = {ews, name},
	FOLDER_ROLES(X)
#undef X
};

/* PR_CONTAINER_CLASS prefixes, MS-OXOSFLD 2.2.x. */
static const struct {
	const char *class;
	enum folder_kind kind;
} kinds[] = {
	{"IPF.Note", FOLDER_MAIL},	  {"IPF.Appointment", FOLDER_CALENDAR},
	{"IPF.Contact", FOLDER_CONTACTS}, {"IPF.Task", FOLDER_TASKS},
	{"IPF.StickyNote", FOLDER_NOTES}, {"IPF.Journal", FOLDER_JOURNAL},
};

void folder_release(struct folder *f)
{
	free(f->remote_id);
	free(f->change_key);
	free(f->parent_remote);
	free(f->name);
	free(f->class);
	free(f->owner);
	memset(f, 0, sizeof(*f));
}

void folder_copy(struct folder *to, const struct folder *from)
{
	struct folder c = *from;

	c.remote_id = xstrdup(from->remote_id);
	c.change_key = xstrdup(from->change_key);
	c.parent_remote = xstrdup(from->parent_remote);
	c.name = xstrdup(from->name);
	c.class = xstrdup(from->class);
	c.owner = xstrdup(from->owner);
	*to = c;
}

/* A class is the prefix itself or continues it after a dot: "IPF.Note" and
 * "IPF.Note.OutlookHomepage", but not "IPF.NoteX". */
enum folder_kind folder_kind_of_class(const char *class)
{
	if (!class || !*class)
		return FOLDER_MAIL;
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		size_t len = strlen(kinds[i].class);
		char *head = xstrndup(class, len);
		bool same = str_eq_nocase(head, kinds[i].class);

		free(head);
		if (same && (!class[len] || class[len] == '.'))
			return kinds[i].kind;
	}
	return str_eq_nocase(class, "IPF") ? FOLDER_MAIL : FOLDER_OTHER;
}

const char *folder_role_name(enum folder_role role)
{
	return role < FOLDER_ROLE_COUNT ? roles[role].name : "";
}

const char *folder_role_ews(enum folder_role role)
{
	return role < FOLDER_ROLE_COUNT ? roles[role].ews : NULL;
}

enum folder_role folder_role_find(const char *name)
{
	if (!name || !*name)
		return FOLDER_ROLE_NONE;
	for (int r = 1; r < FOLDER_ROLE_COUNT; r++)
		if (str_eq_nocase(roles[r].name, name))
			return (enum folder_role)r;
	return FOLDER_ROLE_NONE;
}

void folder_list_release(struct folder_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		folder_release(&l->v[i]);
	vec_release(l);
}
