/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef DAV_DESCRIPTOR_H
#define DAV_DESCRIPTOR_H
/*
 * Security descriptors of folders as Exchange keeps them (dossier 22): bytes to
 * entries, entries to rights, and back in the one order that Outlook takes.
 * Needs no server.
 */
#include "base/err.h"
#include "model/permission.h"

/* What is known of an account by its SID, from the XML form or the directory. */
struct account_name {
	char *sid, *name;
	bool is_group;
};
struct account_names {
	struct account_name *v;
	size_t n, cap;
};
void account_names_release(struct account_names *l);
/* Lines of the XML form: "s" a SID, "t" its type, "d" its name (multistatus). */
void account_names_read(struct account_names *l, const char *lines);

struct ace {
	bool deny, on_items;
	unsigned flags; /* as read */
	unsigned mask;
	char *sid;
};
struct descriptor {
	struct bytes head; /* all before the descriptor proper, as it was */
	unsigned control;
	struct bytes owner, group; /* SIDs; empty: none */
	struct {
		struct ace *v;
		size_t n, cap;
	} aces;
};
void descriptor_release(struct descriptor *d);
/* PROTOCOL: not understood; UNSUPPORTED: of a form that must not be rewritten
 * (no DACL, a SACL, another revision). */
bool descriptor_read(struct descriptor *d, const unsigned char *p, size_t len,
		     struct err *err) MUST_CHECK;
void descriptor_write(const struct descriptor *d, struct str *out);

/* Who may do what by it. */
void descriptor_rights(const struct descriptor *d,
		       const struct account_names *names,
		       struct permission_set *out);
/* Is it in the order of 22.5? Otherwise it is not ours to change. */
bool descriptor_is_canonical(const struct descriptor *d,
			     const struct account_names *names);
/* Makes it say what the set says; entries whose rights stay keep theirs byte by
 * byte. INPUT, code "needs-sid": an entry has no SID. */
bool descriptor_apply(struct descriptor *d, const struct account_names *names,
		      const struct permission_set *set,
		      struct err *err) MUST_CHECK;
#endif
