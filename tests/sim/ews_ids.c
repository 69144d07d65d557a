/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Ids as they look on the wire: base64 of a head with the mailbox's GUID in
 * text, then an entry id. They hold '+' and '/', differ in case only between
 * neighbours, and are unreadable to a client.
 */
#include "tests/sim/ews.h"

#include <string.h>
#include "base/codec.h"
#include "tests/sim/cal.h"

enum {
	HEAD = 4 + 36,
	FOLDER_LEN = HEAD + 2 + 46,
	ITEM_LEN = HEAD + 2 + 70,
	ATTACHMENT_LEN = ITEM_LEN + 6 + 8,
	OCCURRENCE_LEN = ITEM_LEN + 2 + 8,
	CHANGE_KEY_LEN = 30
};

static void put64(unsigned char *p, uint64_t v)
{
	for (int i = 7; i >= 0; i--, v >>= 8)
		p[i] = (unsigned char)v;
}

static uint64_t get64(const unsigned char *p)
{
	uint64_t v = 0;

	for (int i = 0; i < 8; i++)
		v = v << 8 | p[i];
	return v;
}

/* 0..3 flags, 4..19 provider, 20..21 type, 22..37 replica, 38..45 folder,
 * then for an item 46..61 replica, 62..69 item. */
static void fill_head(unsigned char *p, const struct box *box, char length,
		      char type)
{
	memset(p, 0, HEAD + 2 + 22);
	p[1] = 3;
	p[2] = 36;
	memcpy(p + 4, box->guid, 36);
	p[HEAD] = (unsigned char)length;
	memcpy(p + HEAD + 2 + 4, box->replica, 16);
	p[HEAD + 2 + 20] = (unsigned char)type;
}

static void fill_folder(unsigned char *p, const struct box *box, uint64_t id)
{
	fill_head(p, box, 46, 1);
	memcpy(p + HEAD + 2 + 22, box->replica, 16);
	put64(p + HEAD + 2 + 38, id);
}

static void fill_item(unsigned char *p, const struct box *box, uint64_t folder,
		      uint64_t item)
{
	fill_head(p, box, 70, 7);
	memcpy(p + HEAD + 2 + 22, box->replica, 16);
	put64(p + HEAD + 2 + 38, folder);
	memcpy(p + HEAD + 2 + 46, box->replica, 16);
	put64(p + HEAD + 2 + 62, item);
}

void id_add_folder(struct str *b, const struct box *box, uint64_t folder)
{
	unsigned char p[FOLDER_LEN];

	fill_folder(p, box, folder);
	codec_base64_add(b, p, sizeof(p));
}

void id_add_item(struct str *b, const struct box *box, uint64_t folder,
		 uint64_t item)
{
	unsigned char p[ITEM_LEN];

	fill_item(p, box, folder, item);
	codec_base64_add(b, p, sizeof(p));
}

/* An occurrence is its master and the start it has by the pattern. */
static void id_add_occurrence(struct str *b, const struct item *it)
{
	unsigned char p[OCCURRENCE_LEN];

	fill_item(p, it->folder->box, it->folder->id, it->id);
	p[ITEM_LEN] = 'O';
	p[ITEM_LEN + 1] = 0;
	put64(p + ITEM_LEN + 2, (uint64_t)it->original);
	codec_base64_add(b, p, sizeof(p));
}

void id_add_attachment(struct str *b, const struct item *it, uint64_t key)
{
	unsigned char p[ATTACHMENT_LEN];

	fill_item(p, it->folder->box, it->folder->id, it->id);
	memcpy(p + ITEM_LEN, "\x01\x12\x00\x10\x00\x00", 6);
	put64(p + ITEM_LEN + 6, key);
	codec_base64_add(b, p, sizeof(p));
}

void id_add_change_key(struct str *b, const struct box *box, char kind,
		       uint64_t change)
{
	unsigned char p[CHANGE_KEY_LEN + 2] = {0};

	put64(p + 22, change);
	p[0] = (unsigned char)kind;
	p[4] = 22;
	memcpy(p + 8, box->replica, 16);
	codec_base64_add(b, p, CHANGE_KEY_LEN);
}

bool change_key_parse(uint64_t *change, const char *text)
{
	struct str raw = STR_INIT;
	bool good = codec_base64_decode(&raw, text, strlen(text)) &&
		    raw.len == CHANGE_KEY_LEN && raw.s[4] == 22;

	if (good)
		*change = get64((const unsigned char *)raw.s + 22) &
			  0xffffffffffffu;
	str_release(&raw);
	return good;
}

static struct box *box_by_guid(struct state *st, const char *guid)
{
	for (size_t i = 0; i < st->boxes.n; i++)
		if (memcmp(st->boxes.v[i]->guid, guid, 36) == 0)
			return st->boxes.v[i];
	return st->public_box && memcmp(st->public_box->guid, guid, 36) == 0
		       ? st->public_box
		       : NULL;
}

bool id_parse(struct state *st, struct id *id, const char *text)
{
	struct str raw = STR_INIT;
	const unsigned char *p;

	memset(id, 0, sizeof(*id));
	if (!codec_base64_decode(&raw, text, strlen(text))) {
		str_release(&raw);
		return false;
	}
	p = (const unsigned char *)raw.s;
	if (raw.len == FOLDER_LEN && p[HEAD] == 46)
		id->kind = ID_FOLDER;
	else if (raw.len == ITEM_LEN && p[HEAD] == 70)
		id->kind = ID_ITEM;
	else if (raw.len == ATTACHMENT_LEN && p[HEAD] == 70)
		id->kind = ID_ATTACHMENT;
	else if (raw.len == OCCURRENCE_LEN && p[HEAD] == 70 &&
		 p[ITEM_LEN] == 'O')
		id->kind = ID_OCCURRENCE;
	if (id->kind != ID_BAD)
		id->box = box_by_guid(st, raw.s + 4);
	if (id->box && memcmp(p + HEAD + 2 + 4, id->box->replica, 16) == 0) {
		id->folder = get64(p + HEAD + 2 + 38);
		if (id->kind != ID_FOLDER)
			id->item = get64(p + HEAD + 2 + 62);
		if (id->kind == ID_ATTACHMENT)
			id->key = get64(p + ITEM_LEN + 6);
		if (id->kind == ID_OCCURRENCE)
			id->key = get64(p + ITEM_LEN + 2);
	} else {
		id->kind = ID_BAD;
	}
	str_release(&raw);
	return id->kind != ID_BAD;
}

void xw_item_id(struct str *b, const char *name, const struct item *it)
{
	const char *c = str_or_empty(it->item_class);
	char kind = strstr(c, "Schedule")	       ? 11
		    : str_starts(c, "IPM.Appointment") ? 15
						       : 9;

	str_addf(b, "<%s Id=\"", name);
	if (it->master)
		id_add_occurrence(b, it);
	else
		id_add_item(b, it->folder->box, it->folder->id, it->id);
	str_add(b, "\" ChangeKey=\"");
	id_add_change_key(b, it->folder->box, kind, it->change);
	str_add(b, "\"/>");
}

void xw_folder_id(struct str *b, const char *name, const struct folder *f)
{
	str_addf(b, "<%s Id=\"", name);
	id_add_folder(b, f->box, f->id);
	str_add(b, "\" ChangeKey=\"");
	id_add_change_key(b, f->box, 1, f->change);
	str_add(b, "\"/>");
}

/* --- finding what a request names ---------------------------------------- */
/* The occurrence an id, or a master and a number, names. Lent to the answer. */
static struct item *lend_occurrence(struct req *r, struct item *master,
				    size_t index, int64_t original,
				    const char **code)
{
	struct occurrence o;
	struct item *it;

	if (!master->cal || master->cal->recur.kind == RECUR_NONE) {
		*code = "ErrorCalendarIsNotRecurring";
		if (index == 0)
			*code = "ErrorItemNotFound";
		return NULL;
	}
	if (!cal_occurrence(master, index, original, &o)) {
		*code = index ? "ErrorCalendarOccurrenceIndexIsOutOf"
				"RecurrenceRange"
			      : "ErrorItemNotFound";
		return NULL;
	}
	if (o.exception && !o.exception->it) {
		*code = "ErrorCalendarOccurrenceIsDeletedFromRecurrence";
		return NULL;
	}
	it = occurrence_make(master, &o);
	vec_add(&r->lent, it);
	return it;
}

static struct item *find_named(struct req *r, const struct id *id,
			       const char **code)
{
	struct item *it = item_find(r->st, id->item);

	if (it && it->folder->id == id->folder && it->folder->box == id->box &&
	    r->fault.kind != FAULT_ITEM_GONE)
		return it;
	if (r->fault.kind == FAULT_ITEM_GONE)
		r->fault.kind = FAULT_NONE;
	*code = "ErrorItemNotFound";
	return NULL;
}

/* 2013 and later send a request to the mailbox its anchor names, without one to
 * that of who asks; what lies in another is reached by a detour (dossier 3.4), which the log tells. */
static void note_detour(struct req *r, const struct box *box)
{
	const char *anchor =
		r->header ? r->header(r->connection, "X-AnchorMailbox") : NULL;

	if (r->sim->product->rank < RANK_2013 || box->is_public ||
	    !r->connection ||
	    (anchor ? box_find(r->st, anchor) : r->user) == box ||
	    (r->detail.len && strstr(r->detail.s, " detour=")))
		return;
	str_addf(&r->detail, " detour=%s", box->alias);
}

struct item *req_item(struct req *r, const xmlNode *node, unsigned need,
		      const char **code)
{
	bool by_index = xr_is(node, "OccurrenceItemId");
	bool to_master = xr_is(node, "RecurringMasterItemId");
	const char *text = xr_attr(node, by_index    ? "RecurringMasterId"
					 : to_master ? "OccurrenceId"
						     : "Id");
	struct id id;
	struct item *it;
	unsigned rights;

	if (!text || !*text) {
		*code = "ErrorInvalidIdEmpty";
		return NULL;
	}
	if (!id_parse(r->st, &id, text) ||
	    (id.kind != ID_ITEM && id.kind != ID_OCCURRENCE)) {
		*code = "ErrorInvalidIdMalformed";
		return NULL;
	}
	it = find_named(r, &id, code);
	if (it)
		note_detour(r, it->folder->box);
	if (it && !public_is_routed(r, it->folder)) {
		*code = "ErrorItemNotFound";
		return NULL;
	}
	if (!it)
		return NULL;
	rights = item_rights(it, r->user);
	if (!(rights & RIGHT_READ)) {
		*code = "ErrorItemNotFound";
		return NULL;
	}
	if ((rights & need) != need) {
		*code = "ErrorAccessDenied";
		return NULL;
	}
	if (by_index)
		return lend_occurrence(
			r, it,
			strtoul(str_or_empty(xr_attr(node, "InstanceIndex")),
				NULL, 10),
			0, code);
	if (id.kind == ID_OCCURRENCE && !to_master)
		return lend_occurrence(r, it, 0, (int64_t)id.key, code);
	return it;
}

static struct folder *distinguished(struct req *r, const xmlNode *node,
				    const char **code)
{
	const char *name = xr_attr(node, "Id");
	const char *mailbox =
		xr_child_text(xr_child(node, "Mailbox"), "EmailAddress");
	struct box *box = mailbox ? box_find(r->st, mailbox) : r->user;
	struct folder *f = NULL;

	/* It belongs to no mailbox: naming one is an error (15). */
	if (str_eq(name, "publicfoldersroot")) {
		if (!mailbox && r->st->public_box)
			return box_top(r->st->public_box);
		*code = "ErrorInvalidOperation";
		return NULL;
	}
	if (!box) {
		*code = "ErrorNonExistentMailbox";
		return NULL;
	}
	if (name)
		f = box_folder(box, name);
	if (!f || f->since > r->rank)
		*code = "ErrorFolderNotFound";
	else
		return f;
	return NULL;
}

struct folder *req_folder(struct req *r, const xmlNode *node, unsigned need,
			  const char **code)
{
	struct folder *f = NULL;
	struct id id;

	*code = "ErrorItemNotFound";
	if (xr_is(node, "DistinguishedFolderId")) {
		f = distinguished(r, node, code);
	} else {
		const char *text = xr_attr(node, "Id");

		if (!text || !*text)
			*code = "ErrorInvalidIdEmpty";
		else if (!id_parse(r->st, &id, text) || id.kind != ID_FOLDER)
			*code = "ErrorInvalidIdMalformed";
		else
			f = folder_find(r->st, id.folder);
	}
	if (f)
		note_detour(r, f->box);
	if (f && !public_is_routed(r, f)) {
		*code = "ErrorItemNotFound";
		return NULL;
	}
	if (!f)
		return NULL;
	if (!(folder_rights(f, r->user) & RIGHT_VISIBLE)) {
		*code = xr_is(node, "DistinguishedFolderId")
				? "ErrorFolderNotFound"
				: "ErrorItemNotFound";
		return NULL;
	}
	if ((folder_rights(f, r->user) & need) != need) {
		*code = "ErrorAccessDenied";
		return NULL;
	}
	*code = NULL;
	return f;
}

struct folder *req_folder_in(struct req *r, const xmlNode *wrapper,
			     unsigned need, const char **code)
{
	return req_folder(r, xr_first(wrapper), need, code);
}
