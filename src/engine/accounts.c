/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Accounts and people: who a security identifier is, and the other way round,
 * as the directory has it. */
#include "engine/accounts.h"

#include <string.h>

/* The directory's trouble is not the mailbox server's. */
static bool own_trouble(struct err *err, const char *text)
{
	if (err->kind != ERR_CANCELLED)
		err->kind = ERR_UNSUPPORTED;
	return err_add(err, "%s", text);
}

bool lane_resolve_edits(struct lane *l, struct permission_edits *edits,
			struct err *err)
{
	struct directory *d;

	for (size_t i = 0; i < edits->n; i++) {
		struct permission *p = &edits->v[i].entry;
		struct directory_account a;

		if (p->who != PERMISSION_PERSON || p->sid || !p->address)
			continue;
		if (!lane_directory(l, false, &d, err))
			return own_trouble(err, "rights need the directory "
						"here");
		if (!account_by_address(d, p->address, &a, err))
			return own_trouble(err, permission_title(p));
		if (!a.sid) {
			directory_account_release(&a);
			return err_set(err, ERR_INPUT,
				       "%s has no account: rights cannot be "
				       "given",
				       permission_title(p));
		}
		p->sid = a.sid;
		a.sid = NULL;
		p->is_group = a.is_group;
		if (!p->name) {
			p->name = a.name;
			a.name = NULL;
		}
		directory_account_release(&a);
	}
	return true;
}

void lane_name_entries(struct lane *l, struct permission_set *set)
{
	struct directory *d = NULL;
	struct err err;

	for (size_t i = 0; i < set->n; i++) {
		struct permission *p = &set->v[i];
		struct directory_account a;

		if (p->who != PERMISSION_PERSON || !p->sid || p->address)
			continue;
		if (!d && !lane_directory(l, false, &d, &err))
			return; /* names are a courtesy */
		if (!account_by_sid(d, p->sid, &a, &err)) {
			if (err.kind != ERR_NOT_FOUND)
				return;
			continue;
		}
		p->address = a.address;
		a.address = NULL;
		p->is_group = a.is_group;
		if (a.name)
			mem_replace(&p->name, xstrdup(a.name));
		directory_account_release(&a);
	}
}
