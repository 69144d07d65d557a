/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * The lists of delegates in Freebusy Data/LocalFreebusy.EML (dossier 23.1):
 * names, entry ids and the private flags, in parallel. An entry id ends in the
 * old distinguished name; a new one is the creator's with another end.
 */
#include <string.h>

#include "base/codec.h"
#include "proto/dav/query.h"
#include "proto/dav/rights.h"

#define FOLDER "NON_IPM_SUBTREE/Freebusy%20Data/"
#define LISTS_FILE FOLDER "LocalFreebusy.EML"
#define ENTRY_HEAD 28 /* flags, provider, version, type (Appendix C) */

struct lists {
	struct strv names, ids, flags;
	char *creator; /* base64 */
	bool told;
	struct err err;
};

static void release_lists(struct lists *l)
{
	strv_release(&l->names);
	strv_release(&l->ids);
	strv_release(&l->flags);
	free(l->creator);
}

static bool on_lists(void *ctx, struct dav_row *r, struct err *err)
{
	struct lists *l = ctx;

	(void)err;
	if (r->index > 0)
		return true;
	/* All three of them, or none: they are written back together. */
	r->partly = false;
	if (dav_row_status(r) >= 300) {
		dav_row_error(r, PLACE_ANY, &l->err);
		return true;
	}
	l->told = true;
	dav_row_list(r, PROP_DELEGATE_NAMES, &l->names);
	dav_row_list(r, PROP_DELEGATE_IDS, &l->ids);
	dav_row_list(r, PROP_DELEGATE_FLAGS, &l->flags);
	l->creator = xstrdup(r->value[PROP_CREATOR_ID]);
	return true;
}

static bool read_lists(struct backend *b, const struct op *op, struct lists *l,
		       struct err *err)
{
	static const enum dav_prop extra[] = {
		PROP_DELEGATE_NAMES, PROP_DELEGATE_IDS, PROP_DELEGATE_FLAGS,
		PROP_CREATOR_ID, PROP_COUNT};
	char *path CLEANUP(mem_free_ptr) = NULL;

	memset(l, 0, sizeof(*l));
	strv_init(&l->names);
	strv_init(&l->ids);
	strv_init(&l->flags);
	if (!dav_ready(b, op, err))
		return false;
	path = wire_path(b, LISTS_FILE);
	if (query_propfind(b, op, path, "0", USE_NONE, extra, on_lists, l,
			   err) &&
	    l->told)
		return true;
	if (l->err.kind != ERR_NONE && err)
		*err = l->err;
	if (err && (err->kind == ERR_NOT_FOUND || err->kind == ERR_NONE))
		err_set(err, ERR_UNSUPPORTED,
			"the mailbox lacks the message that holds its "
			"delegates; Outlook makes it when it is started once");
	release_lists(l);
	return false;
}

/* The old distinguished name in an entry id; NULL: it is of another kind. */
static char *dn_of(const char *coded)
{
	struct str raw CLEANUP(str_release) = STR_INIT;

	if (!codec_base64_decode(&raw, coded, strlen(coded)) ||
	    raw.len <= ENTRY_HEAD + 1 || raw.s[raw.len - 1] != '\0' ||
	    strlen(raw.s + ENTRY_HEAD) != raw.len - ENTRY_HEAD - 1)
		return NULL;
	return xstrdup(raw.s + ENTRY_HEAD);
}

bool dav_delegate_entries_get(struct backend *b, const struct op *op,
			      struct delegate_entries *out, struct err *err)
{
	struct lists l;

	if (!read_lists(b, op, &l, err))
		return false;
	*out = (struct delegate_entries){0};
	for (size_t i = 0; i < l.ids.n; i++) {
		char *dn = dn_of(l.ids.v[i]);
		struct delegate_entry *e;

		if (!dn)
			continue;
		e = vec_new(out);
		e->legacy_dn = dn;
		e->name = xstrdup(i < l.names.n ? l.names.v[i] : NULL);
		e->sees_private = i < l.flags.n && *l.flags.v[i] == '1';
	}
	out->freebusy = xasprintf("p:%s%s", b->root, FOLDER);
	release_lists(&l);
	return true;
}

static bool add_entry_id(struct str *list, const struct lists *l,
			 const char *legacy_dn, struct err *err)
{
	struct str raw CLEANUP(str_release) = STR_INIT;

	for (size_t i = 0; i < l->ids.n; i++) {
		char *dn CLEANUP(mem_free_ptr) = dn_of(l->ids.v[i]);

		if (dn && str_eq_nocase(dn, legacy_dn)) {
			str_add(list, l->ids.v[i]);
			return true;
		}
	}
	if (!l->creator ||
	    !codec_base64_decode(&raw, l->creator, strlen(l->creator)) ||
	    raw.len <= ENTRY_HEAD)
		return err_set(err, ERR_PROTOCOL,
			       "the mailbox does not tell who it belongs to");
	str_cut(&raw, ENTRY_HEAD);
	str_add(&raw, legacy_dn);
	str_add_char(&raw, '\0');
	codec_base64_add(list, raw.s, raw.len);
	return true;
}

/* As one change: the three lists mean something together only. */
static bool write_lists(struct backend *b, const struct op *op,
			const struct str *properties, bool set, struct err *err)
{
	const char *how = set ? "set" : "remove";
	char *change CLEANUP(mem_free_ptr) = xasprintf(
		"<D:%s><D:prop>%s</D:prop></D:%s>", how, properties->s, how);

	return dav_patch_one(b, op, b->root, LISTS_FILE, PLACE_ANY, change,
			     err);
}

bool dav_delegate_entries_set(struct backend *b, const struct op *op,
			      const struct delegate_entries *list,
			      struct err *err)
{
	struct str names CLEANUP(str_release) = STR_INIT;
	struct str ids CLEANUP(str_release) = STR_INIT;
	struct str flags CLEANUP(str_release) = STR_INIT;
	struct str all CLEANUP(str_release) = STR_INIT;
	struct lists l;
	bool ok = true;

	if (!read_lists(b, op, &l, err))
		return false;
	for (size_t i = 0; ok && i < list->n; i++) {
		const struct delegate_entry *e = &list->v[i];
		const char *line = i ? "\n" : "";

		str_addf(&names, "%s%s", line,
			 e->name && *e->name ? e->name : e->legacy_dn);
		str_addf(&flags, "%s%d", line, e->sees_private);
		str_add(&ids, line);
		ok = add_entry_id(&ids, &l, e->legacy_dn, err);
	}
	/* The last one gone: the lists go as well (23.1). */
	prop_add_value(&all, PROP_DELEGATE_NAMES, list->n ? names.s : NULL);
	prop_add_value(&all, PROP_DELEGATE_IDS, list->n ? ids.s : NULL);
	prop_add_value(&all, PROP_DELEGATE_FLAGS, list->n ? flags.s : NULL);
	ok = ok && write_lists(b, op, &all, list->n > 0, err);
	release_lists(&l);
	return ok;
}
