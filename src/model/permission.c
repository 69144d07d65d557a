/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "model/permission.h"

#include <ctype.h>
#include <string.h>

static const struct {
	unsigned rights;
	bool calendar;
	const char *name, *text;
} levels[LEVEL_COUNT] = {
#define LEVEL(id, rights, calendar, name, text) {rights, calendar, name, text},
#include "model/permission.def"
#undef LEVEL
	{0, false, "Custom", "custom"},
};

static const struct {
	unsigned bit;
	const char *name, *text;
} rights_table[] = {
#define RIGHT(id, bit, name, text) {bit, name, text},
#include "model/permission.def"
#undef RIGHT
};

/* --- levels --------------------------------------------------------------- */

/* Without what makes no difference to the level. */
static unsigned essence(unsigned rights)
{
	rights &= ~(unsigned)PERMISSION_CONTACT;
	if (rights & PERMISSION_READ)
		rights &= ~(unsigned)(PERMISSION_FREE_BUSY |
				      PERMISSION_FREE_BUSY_DETAILS);
	return rights;
}

enum permission_level permission_level_of(unsigned rights)
{
	for (int i = 0; i < LEVEL_CUSTOM; i++)
		if (essence(levels[i].rights) == essence(rights))
			return (enum permission_level)i;
	return LEVEL_CUSTOM;
}

unsigned permission_level_rights(enum permission_level l)
{
	return levels[l].rights;
}

bool permission_is_level(unsigned rights, enum permission_level *out)
{
	*out = permission_level_of(rights);
	return *out != LEVEL_CUSTOM &&
	       !((levels[*out].rights ^ rights) & PERMISSION_CONTACT);
}

bool permission_level_fits(enum permission_level l, bool calendar)
{
	return calendar || !levels[l].calendar;
}

const char *permission_level_name(enum permission_level l)
{
	return levels[l].name;
}

const char *permission_level_text(enum permission_level l)
{
	return levels[l].text;
}

/* Letters alone are compared: "publishing-editor" is PublishingEditor. */
static bool same_letters(const char *a, const char *b)
{
	for (;; a++, b++) {
		while (*a && !isalpha((unsigned char)*a))
			a++;
		while (*b && !isalpha((unsigned char)*b))
			b++;
		if (tolower((unsigned char)*a) != tolower((unsigned char)*b))
			return false;
		if (!*a)
			return true;
	}
}

bool permission_level_parse(const char *s, enum permission_level *out)
{
	for (int i = 0; i < LEVEL_CUSTOM; i++)
		if (same_letters(s, levels[i].name) ||
		    same_letters(s, levels[i].text)) {
			*out = (enum permission_level)i;
			return true;
		}
	return false;
}

unsigned permission_complete(unsigned rights)
{
	if (rights & PERMISSION_EDIT_ALL)
		rights |= PERMISSION_EDIT_OWN;
	if (rights & PERMISSION_DELETE_ALL)
		rights |= PERMISSION_DELETE_OWN;
	if (rights & PERMISSION_FREE_BUSY_DETAILS)
		rights |= PERMISSION_FREE_BUSY;
	return rights;
}

static bool right_parse(const char *s, unsigned *rights)
{
	for (size_t i = 0; i < ARRAY_LEN(rights_table); i++)
		if (str_eq_nocase(s, rights_table[i].name)) {
			*rights |= rights_table[i].bit;
			return true;
		}
	return false;
}

bool permission_rights_parse(const char *s, unsigned *out)
{
	enum permission_level level;
	struct strv names CLEANUP(strv_release);
	unsigned rights = 0;
	bool ok;

	strv_init(&names);
	if (permission_level_parse(s, &level)) {
		*out = levels[level].rights;
		return true;
	}
	strv_split(&names, s, ",");
	ok = names.n > 0;
	for (size_t i = 0; ok && i < names.n; i++)
		ok = right_parse(names.v[i], &rights);
	if (ok)
		*out = permission_complete(rights);
	return ok;
}

void permission_rights_add(struct str *b, unsigned rights)
{
	enum permission_level level = permission_level_of(rights);
	size_t from = b->len;

	if (level != LEVEL_CUSTOM) {
		str_add(b, levels[level].text);
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(rights_table); i++)
		if (rights & rights_table[i].bit)
			str_addf(b, "%s%s", b->len > from ? "," : "",
				 rights_table[i].name);
}

const char *permission_right_name(size_t i, unsigned *bit, const char **text)
{
	if (i >= ARRAY_LEN(rights_table))
		return NULL;
	*bit = rights_table[i].bit;
	if (text)
		*text = rights_table[i].text;
	return rights_table[i].name;
}

/* --- sets ------------------------------------------------------------------
 */
void permission_release(struct permission *p)
{
	free(p->address);
	free(p->name);
	free(p->sid);
	free(p->external);
	memset(p, 0, sizeof(*p));
}

void permission_copy(struct permission *to, const struct permission *from)
{
	*to = *from;
	to->address = xstrdup(from->address);
	to->name = xstrdup(from->name);
	to->sid = xstrdup(from->sid);
	to->external = xstrdup(from->external);
}

bool permission_same(const struct permission *a, const struct permission *b)
{
	if (a->who != b->who)
		return false;
	if (a->who != PERMISSION_PERSON)
		return true;
	if (a->sid && b->sid)
		return str_eq_nocase(a->sid, b->sid);
	if (a->external || b->external)
		return str_eq_nocase(a->external, b->external);
	return a->address && str_eq_nocase(a->address, b->address);
}

const char *permission_title(const struct permission *p)
{
	if (p->who == PERMISSION_DEFAULT)
		return "Default";
	if (p->who == PERMISSION_ANONYMOUS)
		return "Anonymous";
	return p->name	     ? p->name
	       : p->address  ? p->address
	       : p->external ? p->external
			     : str_or_empty(p->sid);
}

void permission_set_release(struct permission_set *s)
{
	for (size_t i = 0; i < s->n; i++)
		permission_release(&s->v[i]);
	vec_release(s);
	strv_release(&s->unknown);
	s->calendar = false;
}

void permission_set_copy(struct permission_set *to,
			 const struct permission_set *from)
{
	*to = (struct permission_set){.calendar = from->calendar};
	for (size_t i = 0; i < from->n; i++)
		permission_copy(vec_new(to), &from->v[i]);
	for (size_t i = 0; i < from->unknown.n; i++)
		strv_add(&to->unknown, from->unknown.v[i]);
}

bool permission_set_apply(struct permission_set *s,
			  const struct permission_edit *e)
{
	unsigned rights = e->remove ? 0 : e->entry.rights;
	size_t i = 0;

	while (i < s->n && !permission_same(&s->v[i], &e->entry))
		i++;
	if (e->remove && e->entry.who == PERMISSION_PERSON) {
		if (i == s->n)
			return false;
		permission_release(&s->v[i]);
		vec_remove(s, i);
		return true;
	}
	if (i == s->n)
		permission_copy(vec_new(s), &e->entry);
	else if (s->v[i].rights == rights)
		return false;
	s->v[i].rights = rights;
	return true;
}

void permission_edits_release(struct permission_edits *e)
{
	for (size_t i = 0; i < e->n; i++)
		permission_release(&e->v[i].entry);
	vec_release(e);
}

void permission_edits_copy(struct permission_edits *to,
			   const struct permission_edits *from)
{
	*to = (struct permission_edits){0};
	for (size_t i = 0; i < from->n; i++) {
		struct permission_edit *e = vec_new(to);

		e->remove = from->v[i].remove;
		permission_copy(&e->entry, &from->v[i].entry);
	}
}
