/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "text/import.h"

#include <string.h>

#include "mime/address.h"

#define ALIAS_ADDRESSES 500

void import_release(struct import *im)
{
	for (size_t i = 0; i < im->bindings.n; i++) {
		free(im->bindings.v[i].scope);
		free(im->bindings.v[i].key);
		free(im->bindings.v[i].line);
		free(im->bindings.v[i].place);
	}
	for (size_t i = 0; i < im->settings.n; i++) {
		free(im->settings.v[i].name);
		free(im->settings.v[i].value);
		free(im->settings.v[i].place);
	}
	for (size_t i = 0; i < im->lost.n; i++) {
		free(im->lost.v[i].place);
		free(im->lost.v[i].text);
		free(im->lost.v[i].why);
	}
	vec_release(&im->bindings);
	vec_release(&im->settings);
	vec_release(&im->lost);
	person_list_release(&im->aliases);
}

const char *import_command(const char *program, const char *theirs)
{
	static const struct {
		const char *program, *theirs, *ours;
	} rows[] = {
#define IMPORT(program, theirs, ours) {#program, theirs, ours},
#include "text/imports.def"
#undef IMPORT
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (str_eq(rows[i].program, program) &&
		    str_eq(rows[i].theirs, theirs))
			return rows[i].ours;
	return NULL;
}

/* Bound twice, the later one counts: so it does there. */
void import_bind(struct import *im, const char *scope, const char *key,
		 const char *line, const char *place)
{
	struct import_binding b = {xstrdup(scope), xstrdup(key), xstrdup(line),
				   xstrdup(place)};

	for (size_t i = 0; i < im->bindings.n; i++) {
		struct import_binding *old = &im->bindings.v[i];

		if (!str_eq(old->scope, scope) || !str_eq(old->key, key))
			continue;
		free(old->scope);
		free(old->key);
		free(old->line);
		free(old->place);
		*old = b;
		return;
	}
	vec_add(&im->bindings, b);
}

void import_set(struct import *im, const char *name, const char *value,
		const char *place)
{
	for (size_t i = 0; i < im->settings.n; i++)
		if (str_eq(im->settings.v[i].name, name)) {
			mem_replace(&im->settings.v[i].value, xstrdup(value));
			mem_replace(&im->settings.v[i].place, xstrdup(place));
			return;
		}
	vec_add(&im->settings,
		((struct import_setting){xstrdup(name), xstrdup(value),
					 xstrdup(place)}));
}

void import_lose(struct import *im, const char *place, const char *text,
		 const char *why)
{
	vec_add(&im->lost, ((struct import_lost){xstrdup(place), xstrdup(text),
						 xstrdup(why)}));
}

/* "Byron, Ada" is how alpine sorts. */
static char *natural_name(const char *name)
{
	const char *comma = strchr(name, ',');

	if (!comma)
		return xstrdup(name);
	return xasprintf("%s %.*s", comma + 1 + strspn(comma + 1, " "),
			 (int)(comma - name), name);
}

/* An alias told twice is the later one. */
static void drop_alias(struct import *im, const char *nick)
{
	for (size_t i = 0; i < im->aliases.n; i++)
		if (str_eq(im->aliases.v[i].nickname, nick)) {
			person_release(&im->aliases.v[i]);
			vec_remove(&im->aliases, i);
			return;
		}
}

void import_alias(struct import *im, const char *nick, const char *name,
		  const char *addresses, const char *place)
{
	struct mime_address_list l;
	struct person p;

	mime_address_list_init(&l);
	person_init(&p);
	if (!mime_address_parse(&l, addresses, ALIAS_ADDRESSES) || !l.n) {
		char *text CLEANUP(mem_free_ptr) =
			xasprintf("%s = %s", nick, addresses);

		import_lose(im, place, text,
			    "an address in it cannot be read (an alias of "
			    "other aliases?)");
		mime_address_list_release(&l);
		return;
	}
	p.nickname = xstrdup(nick);
	if (name && *name)
		p.name = natural_name(name);
	else
		p.name = xstrdup(l.n == 1 && l.v[0].name ? l.v[0].name : nick);
	if (l.n == 1) {
		p.addr = xstrdup(l.v[0].addr);
	} else {
		p.kind = PERSON_LIST;
		for (size_t i = 0; i < l.n; i++)
			if (l.v[i].addr)
				strv_add(&p.members, l.v[i].addr);
	}
	drop_alias(im, nick);
	vec_add(&im->aliases, p);
	mime_address_list_release(&l);
}

char *import_path(const char *from, const char *path)
{
	const char *slash = strrchr(from, '/');
	const char *home = getenv("HOME");

	if (str_starts(path, "~/") && home)
		return xasprintf("%s%s", home, path + 1);
	if (*path == '/' || !slash)
		return xstrdup(path);
	return xasprintf("%.*s/%s", (int)(slash - from), from, path);
}
