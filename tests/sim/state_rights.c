/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Who may do what in a folder. */
#include "tests/sim/state.h"

#include <string.h>

static const struct {
	const char *name;
	unsigned rights;
} levels[] = {
	{"None", 0},
	{"Contributor", RIGHT_CREATE | RIGHT_VISIBLE},
	{"Reviewer", RIGHT_READ | RIGHT_VISIBLE},
	{"NoneditingAuthor",
	 RIGHT_READ | RIGHT_CREATE | RIGHT_VISIBLE | RIGHT_DELETE_OWN},
	{"Author", RIGHT_READ | RIGHT_CREATE | RIGHT_VISIBLE | RIGHT_EDIT_OWN |
			   RIGHT_DELETE_OWN},
	{"FreeBusyTimeOnly", RIGHT_FREEBUSY},
	{"FreeBusyTimeAndSubjectAndLocation", RIGHT_FREEBUSY | RIGHT_SUBJECTS},
	{"Custom", 0},
	{"PublishingAuthor", RIGHT_READ | RIGHT_CREATE | RIGHT_SUBFOLDERS |
				     RIGHT_VISIBLE | RIGHT_EDIT_OWN |
				     RIGHT_DELETE_OWN},
	{"Editor",
	 RIGHT_READ | RIGHT_CREATE | RIGHT_EDIT | RIGHT_DELETE | RIGHT_VISIBLE},
	{"PublishingEditor", RIGHT_READ | RIGHT_CREATE | RIGHT_EDIT |
				     RIGHT_DELETE | RIGHT_SUBFOLDERS |
				     RIGHT_VISIBLE},
	{"Owner", RIGHT_READ | RIGHT_CREATE | RIGHT_EDIT | RIGHT_DELETE |
			  RIGHT_SUBFOLDERS | RIGHT_VISIBLE | RIGHT_OWNER |
			  RIGHT_CONTACT},
};

const char *level_name(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(levels); i++)
		if (str_eq_nocase(levels[i].name, name))
			return levels[i].name;
	return NULL;
}

unsigned level_rights(const char *level)
{
	for (size_t i = 0; i < ARRAY_LEN(levels); i++)
		if (str_eq(levels[i].name, level))
			return levels[i].rights;
	return 0;
}

/* Own ones that are had anyway, and being the contact, make no difference. */
static unsigned significant(unsigned rights)
{
	rights &= ~(unsigned)RIGHT_CONTACT;
	if (rights & RIGHT_EDIT)
		rights &= ~(unsigned)RIGHT_EDIT_OWN;
	if (rights & RIGHT_DELETE)
		rights &= ~(unsigned)RIGHT_DELETE_OWN;
	return rights;
}

const char *level_of_rights(unsigned rights)
{
	for (size_t i = 0; i < ARRAY_LEN(levels); i++)
		if (strcmp(levels[i].name, "Custom") != 0 &&
		    significant(levels[i].rights) == significant(rights))
			return levels[i].name;
	return "Custom";
}

const char *folder_everybody(const struct folder *f)
{
	if (f->everybody)
		return f->everybody;
	return str_eq(f->distinguished, "calendar") ? "FreeBusyTimeOnly"
						    : "None";
}

unsigned grant_rights(const struct grant *g)
{
	return strcmp(g->level, "Custom") == 0 ? g->custom
					       : level_rights(g->level);
}

static bool group_has(const struct group *g, const struct box *who)
{
	for (size_t i = 0; i < g->members.n; i++)
		if (g->members.v[i] == who)
			return true;
	return false;
}

/* As Outlook's model has it (WebDAV dossier 22.5): who is named gets exactly
 * that, else what the groups have together, else what everybody has. */
unsigned folder_rights(const struct folder *f, const struct box *who)
{
	unsigned rights = 0;
	bool found = false;

	if (f->box == who)
		return level_rights("Owner");
	for (size_t i = 0; i < f->grants.n; i++) {
		const struct grant *g = &f->grants.v[i];

		if (g->who && g->who == who)
			return grant_rights(g);
		if (!g->group || !group_has(g->group, who))
			continue;
		rights |= grant_rights(g);
		found = true;
	}
	return found ? rights : level_rights(folder_everybody(f));
}

unsigned item_rights(const struct item *it, const struct box *who)
{
	unsigned rights = folder_rights(it->folder, who);

	if (it->creator == who && (rights & RIGHT_EDIT_OWN))
		rights |= RIGHT_EDIT;
	if (it->creator == who && (rights & RIGHT_DELETE_OWN))
		rights |= RIGHT_DELETE;
	return rights;
}

void folder_grant(struct folder *f, struct box *who, const char *level)
{
	for (size_t i = 0; i < f->grants.n; i++) {
		if (f->grants.v[i].who == who) {
			f->grants.v[i].level = level;
			return;
		}
	}
	vec_add(&f->grants, ((struct grant){.who = who, .level = level}));
}

void grants_release(struct grants *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->v[i].sid);
	vec_release(list);
}

void folder_inherit(struct folder *f, const struct folder *from)
{
	grants_release(&f->grants);
	for (size_t i = 0; i < from->grants.n; i++) {
		struct grant g = from->grants.v[i];

		g.sid = xstrdup(g.sid);
		vec_add(&f->grants, g);
	}
	f->everybody = from->everybody;
	f->anonymous = from->anonymous;
}
