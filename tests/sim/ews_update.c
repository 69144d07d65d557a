/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* UpdateItem, DeleteItem, MoveItem, CopyItem, MarkAllItemsAsRead
 * (dossier 10.3, 10.4). */
#include "tests/sim/ews_calendar.h"

#include <string.h>
#include "base/clock.h"

/* --- UpdateItem ---------------------------------------------------------- */
struct update {
	struct req *r;
	struct item *it;
	struct mail m;
	bool loaded, rewrite, only_read;
	int read; /* -1: untouched */
	const char *code;
	struct cal *before; /* of an event */
	int next;	    /* cal_next before */
};

static struct mail *update_mail(struct update *u)
{
	struct str raw = STR_INIT;

	if (!u->loaded) {
		item_read_mime(u->it, &raw);
		mail_read(&u->m, raw.s, raw.len);
		str_release(&raw);
	}
	u->loaded = true;
	return &u->m;
}

static void set_field(struct update *u, const xmlNode *change, bool append)
{
	const xmlNode *path = xr_first(change), *object = xr_next(path);
	const xmlNode *value = xr_first(object);
	struct mail scratch;

	if (!value || xr_next(value)) {
		u->code = "ErrorIncorrectUpdatePropertyCount";
		return;
	}
	if (xr_is(value, "IsRead")) {
		u->read = xr_true(xr_text(value));
		return;
	}
	u->only_read = false;
	mail_init(&scratch);
	if (overlay_mail(&scratch, object, append)) {
		overlay_mail(update_mail(u), object, append);
		u->rewrite = true;
	}
	mail_release(&scratch);
	if (!overlay_item(u->it, object, false, &u->only_read, &u->code))
		return;
	if (item_is_event(u->it) &&
	    !event_overlay(u->r, u->it, object, append, &u->code))
		return;
	if (u->it->contact && !contact_overlay(u->it, object, append, &u->code))
		return;
}

static void clear_tag(struct item *it, const struct path *p)
{
	switch (p->tag) {
	case 0x1080:
		it->icon = 0;
		break;
	case 0x1081:
		it->verb = 0;
		break;
	case 0x1082:
		it->verb_time = CLOCK_NEVER;
		break;
	case 0x1090:
		it->flag = 0;
		break;
	case 0x1091:
		it->flag_done = CLOCK_NEVER;
		break;
	default:
		prop_remove(it, p->key);
		break;
	}
}

static void clear_field(struct update *u, const xmlNode *change)
{
	struct path p;
	struct mail *m;

	if (xr_is(xr_first(change), "IndexedFieldURI")) {
		u->only_read = false;
		if (!contact_set_indexed(u->it, xr_first(change), NULL, true))
			u->code = "ErrorInvalidPropertyDelete";
		return;
	}
	if (!path_read(&p, xr_first(change))) {
		u->code = "ErrorInvalidPropertyDelete";
		return;
	}
	u->only_read = false;
	if (p.field == FIELD_CATEGORIES ||
	    str_eq(p.key, "set:publicstrings:name:Keywords")) {
		strv_release(&u->it->categories);
		strv_init(&u->it->categories);
	} else if (p.field == FIELD_FLAG) {
		u->it->flag = 0;
	} else if (p.field < 0) {
		clear_tag(u->it, &p);
	} else if ((item_is_event(u->it) && event_clear(u->it, &p)) ||
		   (u->it->contact && contact_clear(u->it, &p))) {
		path_release(&p);
		return;
	} else {
		m = update_mail(u);
		u->rewrite = true;
		switch ((enum field)p.field) {
		case FIELD_SUBJECT:
			mem_replace(&m->subject, NULL);
			break;
		case FIELD_BODY:
			mem_replace(&m->text, NULL);
			mem_replace(&m->html, NULL);
			break;
		case FIELD_TO:
			addrs_release(&m->to);
			break;
		case FIELD_CC:
			addrs_release(&m->cc);
			break;
		case FIELD_BCC:
			addrs_release(&m->bcc);
			break;
		case FIELD_REPLY_TO:
			addrs_release(&m->reply_to);
			break;
		case FIELD_IN_REPLY_TO:
			mem_replace(&m->in_reply_to, NULL);
			break;
		case FIELD_REFERENCES:
			mem_replace(&m->references, NULL);
			break;
		default:
			u->code = "ErrorInvalidPropertyDelete";
			break;
		}
	}
	path_release(&p);
}

/* Does the change key allow this update? NULL: yes. */
static const char *conflict(const struct update *u, const xmlNode *id,
			    const xmlNode *updates)
{
	const char *rule =
		str_or_empty(xr_attr(u->r->op, "ConflictResolution"));
	const char *key = xr_attr(id, "ChangeKey");
	uint64_t change = 0;
	bool only_read = true;

	if (key && *key && !change_key_parse(&change, key))
		return "ErrorInvalidChangeKey";
	if (strcmp(rule, "AlwaysOverwrite") == 0)
		return NULL;
	if (!key || !*key)
		return "ErrorChangeKeyRequiredForWriteOperations";
	if (change == u->it->change)
		return NULL;
	if (strcmp(rule, "NeverOverwrite") == 0)
		return "ErrorIrresolvableConflict";
	/* AutoResolve merges what does not touch the same property; the
	 * simulator knows only "read flag" and "anything else". */
	for (xmlNode *n = xr_first(updates); n; n = xr_next(n))
		only_read =
			only_read && str_eq(xr_attr(xr_first(n), "FieldURI"),
					    "message:IsRead");
	return only_read || u->it->content <= change
		       ? NULL
		       : "ErrorIrresolvableConflict";
}

/* The class stays: it is given where a message arrives or is made, not by what
 * is found in it afterwards. */
static void apply_mail(struct update *u)
{
	struct str out = STR_INIT;
	char *class = xstrdup(u->it->item_class);

	mail_write(&out, &u->m);
	item_set_mime(u->it, out.s, out.len);
	mem_replace(&u->it->item_class, class);
	str_release(&out);
}

static void update_one(struct update *u, const xmlNode *updates)
{
	struct item *it = u->it;
	bool suppress = xr_true(xr_attr(u->r->op, "SuppressReadReceipts"));

	for (xmlNode *n = xr_first(updates); n && !u->code; n = xr_next(n)) {
		if (xr_is(n, "SetItemField"))
			set_field(u, n, false);
		else if (xr_is(n, "AppendToItemField"))
			set_field(u, n, true);
		else
			clear_field(u, n);
	}
	if (u->code)
		return;
	if (u->rewrite)
		apply_mail(u);
	if (item_is_event(it))
		u->code = event_updated(u->r, it, u->before, u->next);
	if (u->code)
		return;
	if (it->master)
		occurrence_replace(item_find(u->r->st, it->id), it->original,
				   item_clone(it));
	if (!u->only_read)
		item_changed(u->r->st, item_find(u->r->st, it->id), false);
	if (u->read >= 0 && !it->master) {
		bool first = u->read && !it->read && !suppress;

		item_set_read(u->r->st, it, u->read);
		if (first)
			deliver_receipt(u->r->st, it, true);
		if (first)
			it->receipt = false;
	}
}

static void send_updated(struct req *r, struct item *it, bool keep)
{
	mail_stamp(r->user, it);
	deliver(r->st, r->user, it);
	if (keep) {
		it->draft = false;
		it->sent = clock_now();
		item_move(r->st, it, box_folder(r->user, "sentitems"));
	} else {
		item_delete(r->st, it);
	}
}

/* An occurrence has its master's new change key. */
static void write_updated(struct req *r, struct item *it)
{
	it->change = item_find(r->st, it->id)->change;
	item_write_id(&r->out, it);
}

static void update_change(struct req *r, const xmlNode *change,
			  const char *disposition)
{
	const xmlNode *id = xr_child(change, "ItemId");
	const xmlNode *updates = xr_child(change, "Updates");
	struct update u = {.r = r, .only_read = true, .read = -1};
	bool send = disposition && strcmp(disposition, "SaveOnly") != 0;

	mail_init(&u.m);
	u.it = req_item(r, id, RIGHT_EDIT, &u.code);
	if (u.it && item_is_event(u.it)) {
		send = false;
		u.before = cal_copy(u.it->cal);
		u.next = cal_next(u.it->master ? u.it->master->cal : u.it->cal);
		if (!xr_attr(r->op, "SendMeetingInvitationsOrCancellations"))
			u.code = "ErrorSendMeetingInvitationsOrCancellations"
				 "Required";
	} else if (u.it && u.it->contact) {
		send = false;
	} else if (u.it && !disposition) {
		u.code = "ErrorMessageDispositionRequired";
	}
	if (u.it && !u.code)
		u.code = conflict(&u, id, updates);
	if (u.it && !u.code)
		update_one(&u, updates);
	if (u.it && !u.code && send)
		u.code = deliver_check(r->st, r->user, u.it);
	if (u.code) {
		rsp_error(r, u.code, "<m:Items/>");
	} else {
		rsp_ok(r);
		xw_open(&r->out, "m:Items");
		if (send)
			send_updated(r, u.it,
				     strcmp(disposition, "SendAndSaveCopy") ==
					     0);
		else
			write_updated(r, u.it);
		xw_close(&r->out, "m:Items");
		if (r->rank >= RANK_2007SP1)
			str_add(&r->out, "<m:ConflictResults><t:Count>0"
					 "</t:Count></m:ConflictResults>");
		rsp_close(r);
	}
	cal_free(u.before);
	mail_release(&u.m);
}

void op_update_item(struct req *r)
{
	const char *disposition = xr_attr(r->op, "MessageDisposition");
	const xmlNode *changes = xr_child(r->op, "ItemChanges");
	size_t i = 0, total = xr_count(changes);

	rsp_begin(r);
	for (xmlNode *n = xr_first(changes); n; n = xr_next(n), i++) {
		if (batch_stopped(r, i, total))
			rsp_error(r, "ErrorBatchProcessingStopped",
				  "<m:Items/>");
		else
			update_change(r, n, disposition);
	}
	rsp_end(r);
	str_addf(&r->detail, " n=%zu", total);
}

/* --- deleting ------------------------------------------------------------ */
static void delete_one(struct req *r, struct item *it, const char *type)
{
	struct box *box = it->folder->box;
	struct folder *dumpster = box_folder(box, "recoverableitemsdeletions");
	struct folder *purges = box_folder(box, "recoverableitemspurges");
	struct folder *trash = box_folder(box, "deleteditems");
	struct folder *to = NULL;

	if (strcmp(type, "HardDelete") == 0)
		to = purges;
	else if (strcmp(type, "SoftDelete") == 0)
		to = dumpster;
	else
		to = it->folder == trash ? dumpster : trash;
	if (to && to != it->folder)
		item_move(r->st, it, to);
	else
		item_delete(r->st, it);
}

void op_delete_item(struct req *r)
{
	const char *type = str_or_empty(xr_attr(r->op, "DeleteType"));
	const xmlNode *ids = xr_child(r->op, "ItemIds");
	const char *how = xr_attr(r->op, "SendMeetingCancellations");
	bool suppress = xr_true(xr_attr(r->op, "SuppressReadReceipts"));
	size_t n = 0, total = xr_count(ids);

	rsp_begin(r);
	for (xmlNode *id = xr_first(ids); id; id = xr_next(id), n++) {
		const char *code = NULL;
		struct item *it = NULL;

		if (batch_stopped(r, n, total))
			code = "ErrorBatchProcessingStopped";
		else
			it = req_item(r, id, RIGHT_DELETE, &code);
		if (!it) {
			rsp_error(r, code, NULL);
			continue;
		}
		/* Not without their consent into another's Deleted Items. */
		if (it->folder->box != r->user &&
		    strcmp(type, "MoveToDeletedItems") == 0) {
			rsp_error(r, "ErrorCannotDeleteObject", NULL);
			continue;
		}
		if (item_is_event(it) && !how) {
			rsp_error(r, "ErrorSendMeetingCancellationsRequired",
				  NULL);
			continue;
		}
		if (it->receipt && !it->read && !suppress)
			deliver_receipt(r->st, it, false);
		if (item_is_event(it))
			event_remove(r, it, type, how);
		else
			delete_one(r, it, type);
		rsp_ok(r);
		rsp_close(r);
	}
	rsp_end(r);
	str_addf(&r->detail, " type=%s n=%zu", type, n);
}

/* --- moving and copying -------------------------------------------------- */
static void move_or_copy(struct req *r, bool copy)
{
	const xmlNode *ids = xr_child(r->op, "ItemIds");
	const char *wish = xr_child_text(r->op, "ReturnNewItemIds");
	bool tell = r->rank >= RANK_2010 && (!wish || xr_true(wish));
	const char *no_folder = NULL;
	struct folder *to = req_folder_in(r, xr_child(r->op, "ToFolderId"),
					  RIGHT_CREATE, &no_folder);
	size_t n = 0, total = xr_count(ids);

	rsp_begin(r);
	for (xmlNode *id = xr_first(ids); id; id = xr_next(id), n++) {
		const char *code = NULL;
		struct item *it = NULL;
		bool same;

		if (batch_stopped(r, n, total))
			code = "ErrorBatchProcessingStopped";
		else if (!to)
			code = strcmp(no_folder, "ErrorItemNotFound") == 0
				       ? "ErrorToFolderNotFound"
				       : no_folder;
		else
			it = req_item(r, id, copy ? RIGHT_READ : RIGHT_DELETE,
				      &code);
		if (it && it->master)
			code = "ErrorCalendarCannotMoveOrCopyOccurrence";
		if (it && copy && box_is_full(to->box, it->size))
			code = "ErrorQuotaExceeded";
		if (code) {
			rsp_error(r, code, "<m:Items/>");
			continue;
		}
		same = it->folder->box == to->box;
		if (copy)
			it = item_copy(r->st, it, to);
		else
			item_move(r->st, it, to);
		rsp_ok(r);
		xw_open(&r->out, "m:Items");
		if (tell && same)
			item_write_id(&r->out, it);
		xw_close(&r->out, "m:Items");
		rsp_close(r);
	}
	rsp_end(r);
	str_addf(&r->detail, " to=\"%s\" n=%zu", to ? to->name : "", n);
}

void op_move_item(struct req *r)
{
	move_or_copy(r, false);
}

void op_copy_item(struct req *r)
{
	move_or_copy(r, true);
}

void op_mark_all_read(struct req *r)
{
	bool read = xr_true(xr_child_text(r->op, "ReadFlag"));
	bool suppress = xr_true(xr_child_text(r->op, "SuppressReadReceipts"));

	rsp_begin(r);
	for (xmlNode *id = xr_first(xr_child(r->op, "FolderIds")); id;
	     id = xr_next(id)) {
		const char *code = NULL;
		struct folder *f = req_folder(r, id, RIGHT_EDIT, &code);

		if (!f) {
			rsp_error(r, code, NULL);
			continue;
		}
		for (size_t i = 0; i < f->items.n; i++) {
			struct item *it = f->items.v[i];

			if (read && !it->read && !suppress)
				deliver_receipt(r->st, it, true);
			item_set_read(r->st, it, read);
		}
		rsp_ok(r);
		rsp_close(r);
	}
	rsp_end(r);
}
