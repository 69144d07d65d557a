/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* What the directory says of people and groups: old distinguished names, entry
 * ids made of them (WebDAV dossier, Appendix C). */
#include "tests/sim/state.h"

#include <string.h>
#include <strings.h>

#define SITE "/o=Halden Instruments/ou=First Administrative Group"

char *box_dn(const struct box *box)
{
	return xasprintf(SITE "/cn=Recipients/cn=%s", box->alias);
}

const char *directory_site(void)
{
	return SITE;
}

struct box *box_by_dn(struct state *st, const char *dn)
{
	static const char before[] = SITE "/cn=Recipients/cn=";
	const size_t n = sizeof(before) - 1;

	if (strncasecmp(dn, before, n) != 0)
		return NULL;
	for (size_t i = 0; i < st->boxes.n; i++)
		if (strcasecmp(st->boxes.v[i]->alias, dn + n) == 0)
			return st->boxes.v[i];
	return NULL;
}

char *directory_sid(unsigned rid)
{
	return xasprintf("S-1-5-21-1004336348-1177238915-682003330-%u", rid);
}

struct box *box_by_sid(struct state *st, const char *sid)
{
	for (size_t i = 0; i < st->boxes.n; i++)
		if (str_eq(st->boxes.v[i]->sid, sid))
			return st->boxes.v[i];
	return NULL;
}

struct group *group_by_sid(struct state *st, const char *sid)
{
	for (size_t i = 0; i < st->groups.n; i++)
		if (str_eq(st->groups.v[i]->sid, sid))
			return st->groups.v[i];
	return NULL;
}

/* Flags, the address book's own id, version, type: a mailbox. */
static const unsigned char entry_head[] = {
	0,    0,    0,	  0,	0xdc, 0xa7, 0x40, 0xc8, 0xc0, 0x42,
	0x10, 0x1a, 0xb4, 0xb9, 0x08, 0x00, 0x2b, 0x2f, 0xe1, 0x82,
	1,    0,    0,	  0,	0,    0,    0,	  0};

void box_add_entry_id(struct str *b, const struct box *box)
{
	char *dn = box_dn(box);

	str_add_mem(b, (const char *)entry_head, sizeof(entry_head));
	str_add_mem(b, dn, strlen(dn) + 1);
	free(dn);
}

struct box *box_by_entry_id(struct state *st, const char *p, size_t len)
{
	if (len <= sizeof(entry_head) || p[len - 1] != 0 ||
	    memcmp(p, entry_head, sizeof(entry_head)) != 0)
		return NULL;
	return box_by_dn(st, p + sizeof(entry_head));
}
