/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* What a mailbox's owner arranges: out of office and delegates (dossier 13.2,
 * 14.4). */
#include "tests/sim/ews_calendar.h"

#include <string.h>
#include "base/clock.h"

#define NS_T "http://schemas.microsoft.com/exchange/services/2006/types"
#define NS_M "http://schemas.microsoft.com/exchange/services/2006/messages"

/* --- out of office ------------------------------------------------------- */
static const char *const audiences[] = {"None", "Known", "All"};

static void oof_begin(struct req *r, const char *op, const char *code)
{
	str_addf(&r->out,
		 "<m:%s xmlns:m=\"" NS_M "\" xmlns:t=\"" NS_T
		 "\"><m:ResponseMessage ResponseClass=\"%s\">",
		 op, code ? "Error" : "Success");
	if (code)
		xw_elem(&r->out, "m:MessageText", ews_code_text(code));
	xw_elem(&r->out, "m:ResponseCode", code ? code : "NoError");
	str_add(&r->out, "</m:ResponseMessage>");
}

/* One's own only. */
static const char *oof_code(struct req *r)
{
	const char *address =
		xr_child_text(xr_child(r->op, "Mailbox"), "Address");
	const struct box *box = box_find(r->st, str_or_empty(address));

	if (!box)
		return "ErrorMailRecipientNotFound";
	return box == r->user ? NULL : "ErrorAccessDenied";
}

static void put_reply(struct str *b, const char *element, const char *text)
{
	xw_open(b, element);
	xw_elem(b, "t:Message", text);
	xw_close(b, element);
}

void op_get_oof(struct req *r)
{
	const struct oof *o = &r->user->oof;
	const char *code = oof_code(r);
	struct str *b = &r->out;
	int64_t day = clock_now() / 86400 * 86400;

	oof_begin(r, "GetUserOofSettingsResponse", code);
	if (!code) {
		xw_open(b, "t:OofSettings");
		xw_elem(b, "t:OofState",
			!o->on	       ? "Disabled"
			: o->scheduled ? "Scheduled"
				       : "Enabled");
		xw_elem(b, "t:ExternalAudience", audiences[o->audience]);
		xw_open(b, "t:Duration");
		xw_time(b, "t:StartTime", o->start ? o->start : day);
		xw_time(b, "t:EndTime", o->end ? o->end : day + 86400);
		xw_close(b, "t:Duration");
		put_reply(b, "t:InternalReply", o->html ? o->html : o->reply);
		put_reply(b, "t:ExternalReply", o->external);
		xw_close(b, "t:OofSettings");
		xw_elem(b, "m:AllowExternalOof", "All");
	}
	str_add(b, "</m:GetUserOofSettingsResponse>");
}

static const char *oof_apply(struct req *r, const xmlNode *s)
{
	const char *state = str_or_empty(xr_child_text(s, "OofState"));
	const char *audience =
		str_or_empty(xr_child_text(s, "ExternalAudience"));
	const xmlNode *span = xr_child(s, "Duration");
	const xmlNode *inner = xr_child(s, "InternalReply");
	const xmlNode *outer = xr_child(s, "ExternalReply");
	bool scheduled = strcmp(state, "Scheduled") == 0;
	struct oof *o = &r->user->oof;
	struct str plain = STR_INIT;
	int64_t start = 0, end = 0;

	if (span &&
	    (!clock_parse_iso(str_or_empty(xr_child_text(span, "StartTime")),
			      &start) ||
	     !clock_parse_iso(str_or_empty(xr_child_text(span, "EndTime")),
			      &end)))
		return "ErrorInvalidParameter";
	if (scheduled && (!span || end <= start))
		return "ErrorInvalidScheduledOofDuration";
	for (int i = 0; i < 3; i++)
		if (strcmp(audience, audiences[i]) == 0)
			o->audience = i;
	if (span) {
		o->start = start;
		o->end = end;
	}
	o->scheduled = scheduled;
	if (inner)
		mem_replace(
			&o->html,
			xstrdup(str_or_empty(xr_child_text(inner, "Message"))));
	if (outer)
		mem_replace(
			&o->external,
			xstrdup(str_or_empty(xr_child_text(outer, "Message"))));
	mime_html_to_text(&plain, str_or_empty(o->html));
	str_trim(&plain);
	oof_set(r->user, strcmp(state, "Disabled") != 0,
		inner ? str_or_empty(plain.s) : NULL);
	str_release(&plain);
	return NULL;
}

void op_set_oof(struct req *r)
{
	const char *code = oof_code(r);

	if (!code)
		code = oof_apply(r, xr_child(r->op, "UserOofSettings"));
	oof_begin(r, "SetUserOofSettingsResponse", code);
	str_add(&r->out, "</m:SetUserOofSettingsResponse>");
}

/* --- delegates ----------------------------------------------------------- */
static const struct {
	const char *folder, *element;
} shares[] = {{"calendar", "CalendarFolderPermissionLevel"},
	      {"tasks", "TasksFolderPermissionLevel"},
	      {"inbox", "InboxFolderPermissionLevel"},
	      {"contacts", "ContactsFolderPermissionLevel"},
	      {"notes", "NotesFolderPermissionLevel"},
	      {"journal", "JournalFolderPermissionLevel"}};
static const char *const deliveries[] = {"DelegatesOnly", "DelegatesAndMe",
					 "DelegatesAndSendInformationToMe",
					 "NoForward"};

static struct delegate *delegate_find(struct box *box, const struct box *who)
{
	for (size_t i = 0; i < box->delegates.n; i++)
		if (box->delegates.v[i].who == who)
			return &box->delegates.v[i];
	return NULL;
}

static const char *level_of(const struct folder *f, const struct box *who)
{
	for (size_t i = 0; i < f->grants.n; i++)
		if (f->grants.v[i].who == who)
			return f->grants.v[i].level;
	return "None";
}

static void put_user(struct req *r, const struct box *who)
{
	xw_open(&r->out, "t:UserId");
	xw_elem(&r->out, "t:PrimarySmtpAddress", who->address);
	xw_elem(&r->out, "t:DisplayName", who->name);
	xw_close(&r->out, "t:UserId");
}

static void put_delegate(struct req *r, struct box *box,
			 const struct delegate *d, bool permissions)
{
	xw_open(&r->out, "m:DelegateUser");
	put_user(r, d->who);
	if (permissions)
		xw_open(&r->out, "t:DelegatePermissions");
	for (size_t i = 0; permissions && i < ARRAY_LEN(shares); i++) {
		const char *level =
			level_of(box_folder(box, shares[i].folder), d->who);
		bool plain = strcmp(level, "None") == 0 ||
			     strcmp(level, "Editor") == 0 ||
			     strcmp(level, "Reviewer") == 0 ||
			     strcmp(level, "Author") == 0;
		char *name = xasprintf("t:%s", shares[i].element);

		xw_elem(&r->out, name, plain ? level : "Custom");
		free(name);
	}
	if (permissions)
		xw_close(&r->out, "t:DelegatePermissions");
	xw_bool(&r->out, "t:ReceiveCopiesOfMeetingMessages", d->copies);
	xw_bool(&r->out, "t:ViewPrivateItems", d->private_items);
	xw_close(&r->out, "m:DelegateUser");
}

static struct box *delegate_owner(struct req *r, const char **code)
{
	const char *address = str_or_empty(
		xr_child_text(xr_child(r->op, "Mailbox"), "EmailAddress"));
	struct box *box = box_find(r->st, address);

	if (!box)
		*code = "ErrorNonExistentMailbox";
	else if (box != r->user)
		*code = "ErrorAccessDenied";
	return *code ? NULL : box;
}

static void message_open(struct req *r, const char *code)
{
	str_addf(&r->out,
		 "<m:DelegateUserResponseMessageType ResponseClass=\"%s\">",
		 code ? "Error" : "Success");
	if (code)
		xw_elem(&r->out, "m:MessageText", ews_code_text(code));
	xw_elem(&r->out, "m:ResponseCode", code ? code : "NoError");
}

static void message_close(struct req *r)
{
	xw_close(&r->out, "m:DelegateUserResponseMessageType");
}

static struct box *user_of(struct req *r, const xmlNode *id)
{
	return box_find(r->st,
			str_or_empty(xr_child_text(id, "PrimarySmtpAddress")));
}

void op_get_delegate(struct req *r)
{
	bool all = xr_true(xr_attr(r->op, "IncludePermissions"));
	const xmlNode *ids = xr_child(r->op, "UserIds");
	const char *code = NULL;
	struct box *box = delegate_owner(r, &code);

	rsp_own_begin(r, code);
	/* Without any there is no list at all (dossier 14.4). */
	if (box && (ids || box->delegates.n)) {
		xw_open(&r->out, "m:ResponseMessages");
		for (size_t i = 0; !ids && i < box->delegates.n; i++) {
			message_open(r, NULL);
			put_delegate(r, box, &box->delegates.v[i], all);
			message_close(r);
		}
		for (xmlNode *n = xr_first(ids); n; n = xr_next(n)) {
			struct delegate *d = delegate_find(box, user_of(r, n));

			message_open(r, d ? NULL : "ErrorNotDelegate");
			if (d)
				put_delegate(r, box, d, all);
			message_close(r);
		}
		xw_close(&r->out, "m:ResponseMessages");
	}
	if (box)
		xw_elem(&r->out, "m:DeliverMeetingRequests",
			deliveries[box->delegates.deliver]);
	rsp_own_end(r);
}

static void delegate_apply(struct req *r, struct box *box, struct delegate *d,
			   const xmlNode *user)
{
	const xmlNode *levels = xr_child(user, "DelegatePermissions");
	const char *copies =
		xr_child_text(user, "ReceiveCopiesOfMeetingMessages");
	const char *secret = xr_child_text(user, "ViewPrivateItems");

	for (size_t i = 0; i < ARRAY_LEN(shares); i++) {
		const char *level = xr_child_text(levels, shares[i].element);
		struct folder *f = box_folder(box, shares[i].folder);

		if (!level || !level_name(level) ||
		    strcmp(level, "Custom") == 0)
			continue;
		folder_grant(f, d->who, level_name(level));
		folder_touch(r->st, f);
	}
	if (copies)
		d->copies = xr_true(copies);
	if (secret)
		d->private_items = xr_true(secret);
}

static void deliver_read(struct req *r, struct box *box)
{
	const char *text = xr_child_text(r->op, "DeliverMeetingRequests");

	for (int i = 0; text && i < 4; i++)
		if (strcmp(text, deliveries[i]) == 0)
			box->delegates.deliver = i;
}

static void change_delegates(struct req *r, bool add)
{
	const xmlNode *users = xr_child(r->op, "DelegateUsers");
	const char *code = NULL;
	struct box *box = delegate_owner(r, &code);

	rsp_own_begin(r, code);
	if (box)
		deliver_read(r, box);
	if (box && users)
		xw_open(&r->out, "m:ResponseMessages");
	for (xmlNode *n = xr_first(users); box && n; n = xr_next(n)) {
		struct box *who = user_of(r, xr_child(n, "UserId"));
		struct delegate *d = who ? delegate_find(box, who) : NULL;
		const char *why = NULL;

		if (!who)
			why = "ErrorDelegateNoUser";
		else if (who == box)
			why = "ErrorDelegateCannotAddOwner";
		else if (add && d)
			why = "ErrorDelegateAlreadyExists";
		else if (!add && !d)
			why = "ErrorNotDelegate";
		message_open(r, why);
		if (!why && add) {
			d = vec_new(&box->delegates);
			d->who = who;
			strv_add(&box->send_behalf, who->address);
		}
		if (!why) {
			delegate_apply(r, box, d, n);
			put_delegate(r, box, d, true);
		}
		message_close(r);
	}
	if (box && users)
		xw_close(&r->out, "m:ResponseMessages");
	rsp_own_end(r);
}

void op_add_delegate(struct req *r)
{
	change_delegates(r, true);
}

void op_update_delegate(struct req *r)
{
	change_delegates(r, false);
}

static void delegate_remove(struct req *r, struct box *box, struct delegate *d)
{
	struct strv *list = &box->send_behalf;

	for (size_t i = 0; i < list->n; i++) {
		if (!str_eq_nocase(list->v[i], d->who->address))
			continue;
		free(list->v[i]);
		vec_remove(list, i);
		break;
	}
	for (size_t i = 0; i < ARRAY_LEN(shares); i++) {
		struct folder *f = box_folder(box, shares[i].folder);

		folder_grant(f, d->who, "None");
		folder_touch(r->st, f);
	}
	vec_remove(&box->delegates, (size_t)(d - box->delegates.v));
}

void op_remove_delegate(struct req *r)
{
	const char *code = NULL;
	struct box *box = delegate_owner(r, &code);

	rsp_own_begin(r, code);
	if (box)
		xw_open(&r->out, "m:ResponseMessages");
	for (xmlNode *n = xr_first(xr_child(r->op, "UserIds")); box && n;
	     n = xr_next(n)) {
		struct delegate *d = delegate_find(box, user_of(r, n));

		message_open(r, d ? NULL : "ErrorNotDelegate");
		if (d)
			delegate_remove(r, box, d);
		message_close(r);
	}
	if (box)
		xw_close(&r->out, "m:ResponseMessages");
	rsp_own_end(r);
}
