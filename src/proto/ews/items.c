/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Changes of items: properties, place, end (dossier 10.3, 10.4). */
#include "base/clock.h"
#include "net/xml.h"
#include "proto/ews/batch.h"
#include "proto/ews/ews.h"
#include "proto/ews/fields.h"

#include <stdio.h>
#include <string.h>

/* What the batches of this file work on. */
struct job {
	const struct item_ref *refs;
	const struct item_edit *edits;
	const char *folder;
	enum delete_kind kind;
	struct item_results *out;
};

static void add_ids(struct str *out, const struct job *j, const size_t *idx,
		    size_t n, bool change_keys)
{
	str_add(out, "<m:ItemIds>");
	for (size_t k = 0; k < n; k++) {
		struct item_ref ref = j->refs[idx[k]];

		if (!change_keys)
			ref.change_key = NULL;
		soap_add_item(out, &ref);
	}
	str_add(out, "</m:ItemIds>");
}

static bool keep(struct batch *t, size_t i, struct ews_message *m,
		 enum ews_rule rule, const struct err *e)
{
	struct job *j = t->ctx;

	(void)rule;
	return batch_keep(j->out, i, m, e);
}

static bool run(struct batch *t, struct item_results *out, struct err *err)
{
	struct job *j = t->ctx;
	struct item_results got = {0};

	if (!ews_ready(t->b, t->op, err))
		return false;
	got.v = xcalloc(t->n ? t->n : 1, sizeof(*got.v));
	got.n = got.cap = t->n;
	j->out = &got;
	if (!ews_batch_run(t, err)) {
		item_results_release(&got);
		return false;
	}
	*out = got;
	return true;
}

/* --- edit ---------------------------------------------------------------------- */
static void set_field(struct str *b, const char *path, const char *inner)
{
	str_add(b, "<t:SetItemField>");
	field_add_path(b, path);
	str_addf(b, "<t:Message>%s</t:Message></t:SetItemField>", inner);
}

static void delete_field(struct str *b, const char *path)
{
	str_add(b, "<t:DeleteItemField>");
	field_add_path(b, path);
	str_add(b, "</t:DeleteItemField>");
}

static void set_property(struct str *b, const char *path, const char *value)
{
	struct str inner CLEANUP(str_release) = STR_INIT;

	str_add(&inner, "<t:ExtendedProperty>");
	field_add_path(&inner, path);
	xml_add_element(&inner, "t:Value", value);
	str_add(&inner, "</t:ExtendedProperty>");
	set_field(b, path, inner.s);
}

static void set_number(struct str *b, const char *path, int value)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", value);
	set_property(b, path, text);
}

static void set_date(struct str *b, const char *path, int64_t t)
{
	struct str text CLEANUP(str_release) = STR_INIT;

	clock_add_iso(&text, t);
	set_property(b, path, text.s);
}

static void add_time(struct str *b, const char *tag, int64_t t)
{
	str_addf(b, "<%s>", tag);
	clock_add_iso(b, t);
	str_addf(b, "</%s>", tag);
}

static void edit_flag_new(struct str *b, const struct item_edit *e)
{
	struct str inner CLEANUP(str_release) = STR_INIT;

	str_add(&inner, "<t:Flag><t:FlagStatus>");
	str_add(&inner, e->flag == ITEM_FLAGGED	   ? "Flagged"
			: e->flag == ITEM_COMPLETE ? "Complete"
						   : "NotFlagged");
	str_add(&inner, "</t:FlagStatus>");
	/* Start and due only together; completed only with its time (10.3). */
	if (e->flag == ITEM_FLAGGED && e->flag_due != CLOCK_NEVER) {
		add_time(&inner, "t:StartDate", e->flag_due);
		add_time(&inner, "t:DueDate", e->flag_due);
	} else if (e->flag == ITEM_COMPLETE) {
		add_time(&inner, "t:CompleteDate", clock_now());
	}
	str_add(&inner, "</t:Flag>");
	set_field(b, "item:Flag", inner.s);
}

/* Task 0x8104, 0x8105 and their twins of the Common set (10.3). */
static const struct {
	const char *set;
	int id;
} flag_dates[] = {{"Task", 0x8104},
		  {"Task", 0x8105},
		  {"Common", 0x8516},
		  {"Common", 0x8517}};

static void edit_flag_dates(struct str *b, int64_t due)
{
	for (size_t i = 0; i < ARRAY_LEN(flag_dates); i++) {
		struct str path CLEANUP(str_release) = STR_INIT;

		str_addf(&path,
			 "<t:ExtendedFieldURI DistinguishedPropertySetId="
			 "\"%s\" PropertyId=\"%d\" PropertyType="
			 "\"SystemTime\"/>",
			 flag_dates[i].set, flag_dates[i].id);
		if (due == CLOCK_NEVER) {
			str_addf(b,
				 "<t:DeleteItemField>%s"
				 "</t:DeleteItemField>",
				 path.s);
			continue;
		}
		str_addf(b,
			 "<t:SetItemField>%s<t:Message>"
			 "<t:ExtendedProperty>%s",
			 path.s, path.s);
		add_time(b, "t:Value", due);
		str_add(b, "</t:ExtendedProperty></t:Message>"
			   "</t:SetItemField>");
	}
}

/* Before item:Flag (2013) a flag is a handful of properties. */
static void edit_flag_old(struct str *b, const struct item_edit *e)
{
	if (e->flag == ITEM_FLAGGED) {
		set_number(b, "tag:0x1090:Integer", 2);
		set_number(b, "tag:0x1095:Integer", 6);
		delete_field(b, "tag:0x1091:SystemTime");
		edit_flag_dates(b, e->flag_due);
	} else if (e->flag == ITEM_COMPLETE) {
		set_number(b, "tag:0x1090:Integer", 1);
		set_date(b, "tag:0x1091:SystemTime", clock_now());
		delete_field(b, "tag:0x1095:Integer");
	} else {
		delete_field(b, "tag:0x1090:Integer");
		delete_field(b, "tag:0x1091:SystemTime");
		delete_field(b, "tag:0x1095:Integer");
		edit_flag_dates(b, CLOCK_NEVER);
	}
}

static void edit_categories(struct str *b, const char *names)
{
	struct str inner CLEANUP(str_release) = STR_INIT;
	struct strv v;

	strv_init(&v);
	strv_split(&v, str_or_empty(names), "\n");
	str_add(&inner, "<t:Categories>");
	for (size_t i = 0; i < v.n; i++)
		xml_add_element(&inner, "t:String", v.v[i]);
	str_add(&inner, "</t:Categories>");
	if (v.n > 0)
		set_field(b, "item:Categories", inner.s);
	else /* never an empty value for "unset" (7) */
		delete_field(b, "item:Categories");
	strv_release(&v);
}

static void edit_verb(struct str *b, const struct item_edit *e)
{
	set_number(b, "tag:0x1080:Integer", e->verb == 104 ? 262 : 261);
	set_number(b, "tag:0x1081:Integer", e->verb);
	set_date(b, "tag:0x1082:SystemTime", e->verb_time);
}

static void add_updates(struct str *b, enum ews_version v,
			const struct item_edit *e)
{
	if (e->set & EDIT_READ)
		set_field(b, "message:IsRead",
			  e->read ? "<t:IsRead>true</t:IsRead>"
				  : "<t:IsRead>false</t:IsRead>");
	if (e->set & EDIT_FLAG) {
		if (v >= EWS_2013)
			edit_flag_new(b, e);
		else
			edit_flag_old(b, e);
	}
	if (e->set & EDIT_CATEGORIES)
		edit_categories(b, e->categories);
	if (e->set & EDIT_IMPORTANCE)
		set_field(b, "item:Importance",
			  e->importance == ITEM_HIGH
				  ? "<t:Importance>High</t:Importance>"
			  : e->importance == ITEM_LOW
				  ? "<t:Importance>Low</t:Importance>"
				  : "<t:Importance>Normal</t:Importance>");
	if (e->set & EDIT_VERB)
		edit_verb(b, e);
}

/* With a change key the server merges and tells conflicts; without one only
 * overwriting is allowed (6). The two never share a request. */
static int edit_group(struct batch *t, size_t i)
{
	const struct job *j = t->ctx;

	return j->refs[i].change_key != NULL;
}

static void write_edit(struct batch *t, const size_t *idx, size_t n,
		       struct str *out)
{
	const struct job *j = t->ctx;

	str_addf(out,
		 "<m:UpdateItem ConflictResolution=\"%s\" "
		 "MessageDisposition=\"SaveOnly\" "
		 "SendMeetingInvitationsOrCancellations=\"SendToNone\"%s>"
		 "<m:ItemChanges>",
		 edit_group(t, idx[0]) ? "AutoResolve" : "AlwaysOverwrite",
		 t->b->version >= EWS_2013_SP1
			 ? " SuppressReadReceipts=\"true\""
			 : "");
	for (size_t k = 0; k < n; k++) {
		str_add(out, "<t:ItemChange>");
		soap_add_item(out, &j->refs[idx[k]]);
		str_add(out, "<t:Updates>");
		add_updates(out, t->b->version, &j->edits[idx[k]]);
		str_add(out, "</t:Updates></t:ItemChange>");
	}
	str_add(out, "</m:ItemChanges></m:UpdateItem>");
}

bool ews_edit(struct backend *b, const struct op *op,
	      const struct item_ref *refs, const struct item_edit *edits,
	      size_t n, struct item_results *out, struct err *err)
{
	struct job j = {.refs = refs, .edits = edits};
	struct batch t = {.b = b,
			  .op = op,
			  .operation = "UpdateItem",
			  .n = n,
			  .changes = true,
			  .write = write_edit,
			  .done = keep,
			  .group = edit_group,
			  .ctx = &j};

	return run(&t, out, err);
}

/* --- move, copy ------------------------------------------------------------------ */
static void write_move(struct batch *t, const size_t *idx, size_t n,
		       struct str *out)
{
	const struct job *j = t->ctx;

	str_addf(out, "<m:%s><m:ToFolderId>", t->operation);
	soap_add_folder(out, j->folder, "deleteditems");
	str_add(out, "</m:ToFolderId>");
	add_ids(out, j, idx, n, false);
	if (t->b->version >= EWS_2010_SP1)
		str_add(out, "<m:ReturnNewItemIds>true</m:ReturnNewItemIds>");
	str_addf(out, "</m:%s>", t->operation);
}

bool ews_move(struct backend *b, const struct op *op,
	      const struct item_ref *refs, size_t n, const char *folder,
	      struct item_results *out, struct err *err)
{
	struct job j = {.refs = refs, .folder = folder};
	struct batch t = {.b = b,
			  .op = op,
			  .operation = "MoveItem",
			  .n = n,
			  .changes = true,
			  .write = write_move,
			  .done = keep,
			  .ctx = &j};

	return run(&t, out, err);
}

bool ews_copy(struct backend *b, const struct op *op,
	      const struct item_ref *refs, size_t n, const char *folder,
	      struct item_results *out, struct err *err)
{
	struct job j = {.refs = refs, .folder = folder};
	struct batch t = {.b = b,
			  .op = op,
			  .operation = "CopyItem",
			  .n = n,
			  .changes = true,
			  .write = write_move,
			  .done = keep,
			  .ctx = &j};

	return run(&t, out, err);
}

/* --- remove ------------------------------------------------------------------------ */
const char *ews_delete_type(enum delete_kind kind)
{
	switch (kind) {
	case DELETE_TO_DELETED:
		return "MoveToDeletedItems";
	case DELETE_SOFT:
		return "SoftDelete";
	case DELETE_HARD:
		return "HardDelete";
	}
	BUG("delete kind %d", (int)kind);
}

static void write_remove(struct batch *t, const size_t *idx, size_t n,
			 struct str *out)
{
	const struct job *j = t->ctx;

	/* Too many attributes are ignored, too few refused (10.1). */
	str_addf(out,
		 "<m:DeleteItem DeleteType=\"%s\" "
		 "SendMeetingCancellations=\"SendToNone\" "
		 "AffectedTaskOccurrences=\"AllOccurrences\"%s>",
		 ews_delete_type(j->kind),
		 t->b->version >= EWS_2013_SP1
			 ? " SuppressReadReceipts=\"true\""
			 : "");
	add_ids(out, j, idx, n, false);
	str_add(out, "</m:DeleteItem>");
}

static bool keep_removed(struct batch *t, size_t i, struct ews_message *m,
			 enum ews_rule rule, const struct err *e)
{
	struct err none = ERR_INIT;

	return keep(t, i, m, rule, e->kind == ERR_NOT_FOUND ? &none : e);
}

/* In another's mailbox the server may not find whose Deleted Items are meant:
 * then they are one's own (6). What cannot be moved either stays refused. */
static bool move_away(struct backend *b, const struct op *op,
		      const struct item_ref *refs, struct item_results *r,
		      struct err *err)
{
	struct item_ref *left = xcalloc(r->n + 1, sizeof(*left));
	size_t *from = xcalloc(r->n + 1, sizeof(*from)), n = 0;
	struct item_results moved = {0};
	bool ok = true;

	for (size_t i = 0; i < r->n; i++)
		if (strcmp(r->v[i].err.code, "ErrorCannotDeleteObject") == 0) {
			from[n] = i;
			left[n++] = refs[i];
		}
	if (n > 0)
		ok = ews_move(b, op, left, n, NULL, &moved, err);
	for (size_t k = 0; k < moved.n; k++)
		if (moved.v[k].err.kind == ERR_NONE)
			err_clear(&r->v[from[k]].err);
	item_results_release(&moved);
	free(left);
	free(from);
	return ok;
}

bool ews_remove(struct backend *b, const struct op *op,
		const struct item_ref *refs, size_t n, enum delete_kind kind,
		struct item_results *out, struct err *err)
{
	struct job j = {.refs = refs, .kind = kind};
	struct batch t = {.b = b,
			  .op = op,
			  .operation = "DeleteItem",
			  .n = n,
			  .changes = true,
			  .write = write_remove,
			  .done = keep_removed,
			  .ctx = &j};

	if (!run(&t, out, err))
		return false;
	if (kind != DELETE_TO_DELETED || move_away(b, op, refs, out, err))
		return true;
	item_results_release(out);
	return false;
}
