/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Who acts for the owner: Get-, Add-, Update- and RemoveDelegate (dossier
 * 14.4). */
#include <string.h>

#include "base/log.h"
#include "net/xml.h"
#include "proto/ews/event.h"
#include "proto/ews/rights.h"

static const struct {
	enum tree_name name;
	const char *element;
} folders[DELEGATE_FOLDER_COUNT] = {
#define X(id, ews, name)                                                       \
	{T_##ews##FolderPermissionLevel, "t:" #ews "FolderPermissionLevel"},
	DELEGATE_FOLDERS(X)
#undef X
};
static const char *const deliveries[] = {"DelegatesOnly", "DelegatesAndMe",
					 "DelegatesAndSendInformationToMe",
					 "NoForward"};

static bool is_good(const struct node *m, struct err *err)
{
	if (!str_eq(node_attr(m, A_ResponseClass), "Error"))
		return true;
	ews_code_error(err, str_or_empty(node_text(m, T_ResponseCode)), NULL,
		       node_text(m, T_MessageText), -1);
	return false;
}

/* An error of the whole answer. */
static bool check(const struct ews_tree *t, struct err *err)
{
	const struct node *m = ews_tree_message(t, 0);

	if (!m)
		return err_set(err, ERR_PROTOCOL,
			       "the server's answer about delegates is not "
			       "understood");
	return is_good(m, err);
}

/* The same, or one of the person asked about. */
static bool check_all(const struct ews_tree *t, struct err *err)
{
	const struct node *m;

	if (!check(t, err))
		return false;
	for (size_t i = 1; (m = ews_tree_message(t, i)); i++)
		if (!is_good(m, err))
			return false;
	return true;
}

static void add_mailbox(struct str *b, const struct backend *backend)
{
	str_add(b, "<m:Mailbox>");
	xml_add_element(b, "t:EmailAddress", backend->account->address);
	str_add(b, "</m:Mailbox>");
}

static void read_delegate(const struct node *user, struct delegate *d)
{
	const struct node *levels = node_find(user, T_DelegatePermissions);
	struct permission who = {0};

	delegate_init(d);
	ews_read_user(node_find(user, T_UserId), &who);
	d->address = who.address;
	d->name = who.name;
	d->sid = who.sid;
	free(who.external);
	for (int i = 0; i < DELEGATE_FOLDER_COUNT; i++) {
		const char *level = node_text(levels, folders[i].name);
		enum permission_level l = LEVEL_NONE;

		/* What is not told is nothing (2007 leaves it out). */
		if (level && !permission_level_parse(level, &l))
			l = LEVEL_CUSTOM;
		d->levels[i] = l;
	}
	d->gets_copies = node_true(user, T_ReceiveCopiesOfMeetingMessages);
	d->sees_private = node_true(user, T_ViewPrivateItems);
}

/* Whoever the server can tell of. One whose account is gone, say, is left out:
 * the others act all the same. False: it can tell of none that there are. */
static bool read_delegates(const struct ews_tree *t, struct delegate_list *out,
			   struct err *err)
{
	struct err bad = ERR_INIT;
	const struct node *m;

	for (size_t i = 1; (m = ews_tree_message(t, i)); i++) {
		const struct node *user = node_find(m, T_DelegateUser);

		if (!is_good(m, &bad))
			log_at(LOG_WARN, "ews", "a delegate is left out: %s",
			       bad.text);
		else if (user)
			read_delegate(user, vec_new(out));
	}
	if (out->n || bad.kind == ERR_NONE)
		return true;
	if (err)
		*err = bad;
	return false;
}

bool ews_delegates_get(struct backend *b, const struct op *op,
		       struct delegate_list *out, struct err *err)
{
	struct delegate_list got = {0};
	struct ews_tree *t;
	struct str body = STR_INIT;
	const struct node *m;
	bool ok;

	if (!ews_ready(b, op, err))
		return false;
	str_add(&body, "<m:GetDelegate IncludePermissions=\"true\">");
	add_mailbox(&body, b);
	str_add(&body, "</m:GetDelegate>");
	t = ews_tree_new();
	ok = soap_tree(b, op, "GetDelegate", &body, false, t, err) &&
	     check(t, err) && read_delegates(t, &got, err);
	if (ok) {
		m = node_deep(ews_tree_root(t), T_DeliverMeetingRequests);
		got.delivery = (enum delegate_delivery)node_word(
			m ? m->parent : NULL, T_DeliverMeetingRequests,
			deliveries, ARRAY_LEN(deliveries), DELIVER_UNKNOWN);
		*out = got;
	}
	ews_tree_free(t);
	return ok;
}

static void add_levels(struct str *b, const struct delegate *d)
{
	bool any = false;

	for (int i = 0; i < DELEGATE_FOLDER_COUNT; i++)
		any |= d->levels[i] < LEVEL_CUSTOM;
	if (!any)
		return;
	str_add(b, "<t:DelegatePermissions>");
	for (int i = 0; i < DELEGATE_FOLDER_COUNT; i++)
		if (d->levels[i] < LEVEL_CUSTOM)
			xml_add_element(b, folders[i].element,
					permission_level_name(d->levels[i]));
	str_add(b, "</t:DelegatePermissions>");
}

static void add_delegate(struct str *b, const struct delegate *d)
{
	struct permission who = {.address = d->address, .sid = d->sid};

	str_add(b, "<t:DelegateUser>");
	ews_add_user(b, &who);
	add_levels(b, d);
	xml_add_element(b, "t:ReceiveCopiesOfMeetingMessages",
			d->gets_copies ? "true" : "false");
	xml_add_element(b, "t:ViewPrivateItems",
			d->sees_private ? "true" : "false");
	str_add(b, "</t:DelegateUser>");
}

static bool change(struct backend *b, const struct op *op,
		   const char *operation, struct str *owned_body,
		   struct err *err)
{
	struct ews_tree *t = ews_tree_new();
	bool ok = soap_tree(b, op, operation, owned_body, true, t, err) &&
		  check_all(t, err);

	ews_tree_free(t);
	return ok;
}

bool ews_delegate_change(struct backend *b, const struct op *op,
			 const struct delegate_change *c, struct err *err)
{
	static const char *const operations[] = {
		"AddDelegate", "UpdateDelegate", "RemoveDelegate"};
	const char *operation = operations[c->wish];
	struct permission who = {.address = c->who.address, .sid = c->who.sid};
	struct str body = STR_INIT;

	if (!ews_ready(b, op, err))
		return false;
	str_addf(&body, "<m:%s>", operation);
	add_mailbox(&body, b);
	if (c->wish == DELEGATE_REMOVE) {
		str_add(&body, "<m:UserIds>");
		ews_add_user(&body, &who);
		str_add(&body, "</m:UserIds>");
	} else {
		str_add(&body, "<m:DelegateUsers>");
		add_delegate(&body, &c->who);
		str_add(&body, "</m:DelegateUsers>");
	}
	str_addf(&body, "</m:%s>", operation);
	return change(b, op, operation, &body, err);
}

bool ews_delegate_delivery(struct backend *b, const struct op *op,
			   enum delegate_delivery d, struct err *err)
{
	struct str body = STR_INIT;

	if (!ews_ready(b, op, err))
		return false;
	str_add(&body, "<m:UpdateDelegate>");
	add_mailbox(&body, b);
	xml_add_element(&body, "m:DeliverMeetingRequests", deliveries[d]);
	str_add(&body, "</m:UpdateDelegate>");
	return change(b, op, "UpdateDelegate", &body, err);
}
