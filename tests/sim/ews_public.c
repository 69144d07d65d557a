/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Public folders of 2013 and later (dossier EWS 15): mailboxes that have no
 * owner. The first has the tree, each has the content of some folders, and a
 * request reaches the one that its headers name; others know nothing of it.
 */
#include <string.h>
#include "base/codec.h"
#include "tests/sim/autodiscover.h"
#include "tests/sim/ews.h"

static const struct {
	const char *alias, *guid;
} mailboxes[] = {
	{"publicfolders-1", "7c1f0a52-3b64-4e0e-9d1a-5f8a2c6e1b01"},
	{"publicfolders-2", "7c1f0a52-3b64-4e0e-9d1a-5f8a2c6e1b02"},
};

static const char *domain_of(const struct sim *sim)
{
	const char *at = strchr(sim->st->boxes.v[0]->address, '@');

	return at ? at + 1 : "";
}

static size_t content_of(const struct folder *f)
{
	while (f && !f->content)
		f = f->parent;
	return f ? (size_t)f->content - 1 : 0;
}

static bool is_about_tree(const char *operation)
{
	static const char *const names[] = {"FindFolder",   "GetFolder",
					    "CreateFolder", "UpdateFolder",
					    "DeleteFolder", "MoveFolder"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strcmp(operation, names[i]) == 0)
			return true;
	return false;
}

bool public_is_routed(const struct req *r, const struct folder *f)
{
	bool tree = is_about_tree(r->name);
	size_t i = tree ? 0 : content_of(f);
	char *address CLEANUP(mem_free_ptr) =
		xasprintf("%s@%s", mailboxes[i].alias, domain_of(r->sim));
	char *by_guid CLEANUP(mem_free_ptr) =
		xasprintf("%s@%s", mailboxes[i].guid, domain_of(r->sim));

	if (!f->box->is_public || r->sim->product->rank < RANK_2013 ||
	    !r->header)
		return true;
	return str_eq_nocase(str_or_empty(r->header(r->connection,
						    "X-AnchorMailbox")),
			     address) &&
	       str_eq_nocase(str_or_empty(r->header(r->connection,
						    "X-PublicFolderMailbox")),
			     tree ? by_guid : address);
}

void public_add_replica(const struct sim *sim, const struct folder *f,
			struct str *b)
{
	if (f->box->is_public && sim->product->rank >= RANK_2013)
		codec_base64_add(b, mailboxes[content_of(f)].guid, 36);
}

bool public_mailbox_find(const struct sim *sim, const char *address,
			 struct public_mailbox *out)
{
	const char *at = strchr(address, '@');
	size_t len = at ? (size_t)(at - address) : 0;

	if (sim->product->rank < RANK_2013 || !at ||
	    !str_eq_nocase(at + 1, domain_of(sim)))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(mailboxes); i++) {
		const char *names[] = {mailboxes[i].alias, mailboxes[i].guid};

		for (size_t k = 0; k < ARRAY_LEN(names); k++) {
			if (strlen(names[k]) != len ||
			    strncasecmp(address, names[k], len) != 0)
				continue;
			out->address = xasprintf("%s@%s", mailboxes[i].alias,
						 domain_of(sim));
			out->by_guid = xasprintf("%s@%s", mailboxes[i].guid,
						 domain_of(sim));
			return true;
		}
	}
	return false;
}

char *public_tree_mailbox(const struct sim *sim)
{
	return sim->product->rank < RANK_2013
		       ? NULL
		       : xasprintf("%s@%s", mailboxes[0].alias, domain_of(sim));
}
