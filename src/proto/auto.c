/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * protocol = auto: asks the server. The web services are tried first; where
 * there are none, WebDAV. What was found is known again by its address, so that
 * a later open asks nothing. For an account without a server that is looked for
 * first, in the same way as when one is set up, and again once it is no longer
 * where it was found.
 */
#include "base/log.h"
#include "proto/find.h"
#include "proto/people.h"
#include "proto/services.h"

#include <string.h>

struct backend {
	const struct account *account;
	const struct backend_host *host;
	struct account *found;	       /* the account with the server that was
					* looked for; NULL: it names one */
	const struct backend_ops *ops; /* the protocol in use */
	struct backend *inner;	       /* NULL: the server is not known yet */
	bool sure;		       /* it is the right one */
};

/* Turns to another server or protocol. */
static void turn_to(struct backend *b, const struct backend_ops *ops,
		    const struct backend_info *info)
{
	if (b->inner)
		b->ops->close(b->inner);
	b->ops = ops;
	b->inner = ops->open(b->found ? b->found : b->account, b->host, info);
}

/* Nothing is open then. */
static void use_server(struct backend *b, const char *url)
{
	if (b->inner)
		b->ops->close(b->inner);
	b->inner = NULL;
	account_free(b->found);
	b->found = account_copy(b->account);
	b->found->url = xstrdup(url);
}

/* What it was found to be; of an address alone its name tells. */
static bool was_dav(const struct backend_info *info)
{
	return info->protocol ? !str_eq(info->protocol, ews_ops.name)
			      : !strcasestr(info->url, ".asmx");
}

static struct backend *auto_open(const struct account *account,
				 const struct backend_host *host,
				 const struct backend_info *info)
{
	struct backend *b = xcalloc(1, sizeof(*b));

	b->account = account;
	b->host = host;
	b->sure = info && info->url;
	if (!account->url && !b->sure)
		return b;
	if (!account->url)
		use_server(b, info->url);
	turn_to(b, b->sure && was_dav(info) ? &dav_ops : &ews_ops, info);
	return b;
}

static void auto_close(struct backend *b)
{
	if (!b)
		return;
	if (b->inner)
		b->ops->close(b->inner);
	account_free(b->found);
	free(b);
}

/* Nothing of the kind is at this address: another protocol may be. */
static bool may_be_other(const struct err *e)
{
	return e->kind == ERR_INPUT || e->kind == ERR_UNSUPPORTED ||
	       e->kind == ERR_PROTOCOL || e->kind == ERR_NOT_FOUND ||
	       (e->kind == ERR_DENIED && e->number == 403) ||
	       e->number == 440 || e->number == 302;
}

/* The server of an account that names none. Nobody is asked whether a host
 * outside the domain may have the password: setting up asks that. */
static bool find_and_connect(struct backend *b, const struct op *op,
			     struct backend_info *out, struct err *err)
{
	struct find_host quiet = {0};
	struct found found = {0};
	bool ok = find_server(b->account, b->host, &quiet, op->cancel, &found,
			      err);

	if (ok) {
		use_server(b, found.url);
		turn_to(b, found.webdav ? &dav_ops : &ews_ops, NULL);
		b->sure = ok = b->ops->connect(b->inner, op, out, err);
	} else {
		err_add(err, "while looking for the server of %s",
			b->account->address);
	}
	found_release(&found);
	return ok;
}

/* What was found once may have moved. */
static bool may_have_moved(const struct backend *b, const struct err *e)
{
	return b->found && (may_be_other(e) || e->kind == ERR_NETWORK);
}

static bool auto_connect(struct backend *b, const struct op *op,
			 struct backend_info *out, struct err *err)
{
	struct backend *other;
	struct err first = ERR_INIT, second = ERR_INIT;

	if (!b->inner)
		return find_and_connect(b, op, out, err);
	if (b->ops->connect(b->inner, op, out, &first)) {
		b->sure = true;
		return true;
	}
	if (may_have_moved(b, &first) && find_and_connect(b, op, out, &second))
		return true;
	if (b->found || b->sure || !may_be_other(&first)) {
		if (err)
			*err = first;
		return false;
	}
	other = dav_ops.open(b->account, b->host, NULL);
	if (dav_ops.connect(other, op, out, &second)) {
		b->ops->close(b->inner);
		b->ops = &dav_ops;
		b->inner = other;
		b->sure = true;
		return true;
	}
	dav_ops.close(other);
	log_at(LOG_INFO, "auto", "no WebDAV either: %s", second.text);
	/* Who asks for a sign-in or is lost on the way says more than "there is
	 * nothing here". */
	if (err)
		*err = second.kind == ERR_AUTH ||
				       second.kind == ERR_CANCELLED ||
				       second.kind == ERR_NETWORK
			       ? second
			       : first;
	return false;
}

static bool ready(struct backend *b, const struct op *op, struct err *err)
{
	struct backend_info info;

	if (b->sure)
		return true;
	if (!auto_connect(b, op, &info, err))
		return false;
	backend_info_release(&info);
	return true;
}

/* --- what a protocol may lack ----------------------------------------------- */

static bool not_offered(struct err *err)
{
	return err_set(err, ERR_UNSUPPORTED, "this server does not offer it");
}

static bool auto_find_people(struct backend *b, const struct op *op,
			     const char *words, int limit,
			     struct person_list *out, bool *more,
			     struct err *err)
{
	if (!ready(b, op, err))
		return false;
	return backend_people(b->ops)->find_people
		       ? backend_people(b->ops)->find_people(
				 b->inner, op, words, limit, out, more, err)
		       : not_offered(err);
}

static bool auto_list_people(struct backend *b, const struct op *op,
			     person_fn *fn, void *ctx, struct err *err)
{
	if (!ready(b, op, err))
		return false;
	return backend_people(b->ops)->list_people
		       ? backend_people(b->ops)->list_people(b->inner, op, fn,
							     ctx, err)
		       : not_offered(err);
}

static bool auto_expand_list(struct backend *b, const struct op *op,
			     const char *address, struct person_list *out,
			     struct err *err)
{
	if (!ready(b, op, err))
		return false;
	return backend_people(b->ops)->expand_list
		       ? backend_people(b->ops)->expand_list(b->inner, op,
							     address, out, err)
		       : not_offered(err);
}

static bool auto_password_expiry(struct backend *b, const struct op *op,
				 int64_t *when, struct err *err)
{
	if (!ready(b, op, err))
		return false;
	return backend_people(b->ops)->password_expiry
		       ? backend_people(b->ops)->password_expiry(b->inner, op,
								 when, err)
		       : not_offered(err);
}

static bool auto_photo(struct backend *b, const struct op *op,
		       const char *address, struct bytes *out, struct err *err)
{
	if (!ready(b, op, err))
		return false;
	return backend_people(b->ops)->photo
		       ? backend_people(b->ops)->photo(b->inner, op, address,
						       out, err)
		       : not_offered(err);
}

static bool auto_sync_contacts(struct backend *b, const struct op *op,
			       const char *folder, const char *state,
			       struct contact_page *out, struct err *err)
{
	if (!ready(b, op, err))
		return false;
	return backend_people(b->ops)->sync_contacts
		       ? backend_people(b->ops)->sync_contacts(
				 b->inner, op, folder, state, out, err)
		       : not_offered(err);
}

static bool auto_write_contact(struct backend *b, const struct op *op,
			       const char *folder, const struct person *was,
			       const struct person *p, struct item_result *out,
			       struct err *err)
{
	if (!ready(b, op, err))
		return false;
	return backend_people(b->ops)->write_contact
		       ? backend_people(b->ops)->write_contact(
				 b->inner, op, folder, was, p, out, err)
		       : not_offered(err);
}

static const struct people_ops auto_people = {
	.find_people = auto_find_people,
	.list_people = auto_list_people,
	.expand_list = auto_expand_list,
	.password_expiry = auto_password_expiry,
	.photo = auto_photo,
	.sync_contacts = auto_sync_contacts,
	.write_contact = auto_write_contact,
};

static bool auto_oof_get(struct backend *b, const struct op *op,
			 struct oof *out, struct err *err)
{
	if (!ready(b, op, err))
		return false;
	return backend_services(b->ops)->oof_get
		       ? backend_services(b->ops)->oof_get(b->inner, op, out,
							   err)
		       : not_offered(err);
}

static bool auto_oof_set(struct backend *b, const struct op *op,
			 const struct oof *o, struct err *err)
{
	if (!ready(b, op, err))
		return false;
	return backend_services(b->ops)->oof_set
		       ? backend_services(b->ops)->oof_set(b->inner, op, o, err)
		       : not_offered(err);
}

#define SERVICE(operation, parameters, arguments)                              \
	static bool auto_##operation parameters                                \
	{                                                                      \
		if (!ready(b, op, err))                                        \
			return false;                                          \
		return backend_services(b->ops)->operation                     \
			       ? backend_services(b->ops)->operation arguments \
			       : not_offered(err);                             \
	}

SERVICE(open_mailbox,
	(struct backend * b, const struct op *op, const char *address,
	 const enum folder_role *only, size_t n, struct folder_marks *out,
	 struct err *err),
	(b->inner, op, address, only, n, out, err))
SERVICE(permissions_get,
	(struct backend * b, const struct op *op, const char *folder,
	 struct permission_set *out, struct err *err),
	(b->inner, op, folder, out, err))
SERVICE(permissions_set,
	(struct backend * b, const struct op *op, const char *folder,
	 const struct permission_set *set, struct err *err),
	(b->inner, op, folder, set, err))
SERVICE(delegate_entries_get,
	(struct backend * b, const struct op *op, struct delegate_entries *out,
	 struct err *err),
	(b->inner, op, out, err))
SERVICE(delegate_entries_set,
	(struct backend * b, const struct op *op,
	 const struct delegate_entries *l, struct err *err),
	(b->inner, op, l, err))
SERVICE(delegates_get,
	(struct backend * b, const struct op *op, struct delegate_list *out,
	 struct err *err),
	(b->inner, op, out, err))
SERVICE(delegate_change,
	(struct backend * b, const struct op *op,
	 const struct delegate_change *c, struct err *err),
	(b->inner, op, c, err))
SERVICE(delegate_delivery,
	(struct backend * b, const struct op *op, enum delegate_delivery d,
	 struct err *err),
	(b->inner, op, d, err))

static bool auto_storage_get(struct backend *b, const struct op *op,
			     struct storage *out, struct err *err)
{
	if (!ready(b, op, err))
		return false;
	return backend_services(b->ops)->storage_get
		       ? backend_services(b->ops)->storage_get(b->inner, op,
							       out, err)
		       : not_offered(err);
}

static bool auto_public_list(struct backend *b, const struct op *op,
			     const char *id, struct public_list *out,
			     struct err *err)
{
	if (!ready(b, op, err))
		return false;
	return backend_services(b->ops)->public_list
		       ? backend_services(b->ops)->public_list(b->inner, op, id,
							       out, err)
		       : not_offered(err);
}

static bool auto_public_post(struct backend *b, const struct op *op,
			     const char *id, const struct bytes *raw,
			     struct err *err)
{
	if (!ready(b, op, err))
		return false;
	return backend_services(b->ops)->public_post
		       ? backend_services(b->ops)->public_post(b->inner, op, id,
							       raw, err)
		       : not_offered(err);
}

SERVICE(recoverable_list,
	(struct backend * b, const struct op *op, int64_t offset, int count,
	 struct item_list *out, bool *more, struct err *err),
	(b->inner, op, offset, count, out, more, err))
SERVICE(public_contacts,
	(struct backend * b, const struct op *op, const char *id, int count,
	 struct person_list *out, struct err *err),
	(b->inner, op, id, count, out, err))

static const struct service_ops auto_services = {
	.oof_get = auto_oof_get,
	.oof_set = auto_oof_set,
	.open_mailbox = auto_open_mailbox,
	.storage_get = auto_storage_get,
	.recoverable_list = auto_recoverable_list,
	.public_list = auto_public_list,
	.public_post = auto_public_post,
	.public_contacts = auto_public_contacts,
	.permissions_get = auto_permissions_get,
	.permissions_set = auto_permissions_set,
	.delegate_entries_get = auto_delegate_entries_get,
	.delegate_entries_set = auto_delegate_entries_set,
	.delegates_get = auto_delegates_get,
	.delegate_change = auto_delegate_change,
	.delegate_delivery = auto_delegate_delivery,
};

#define FORWARD(operation, parameters, arguments)                              \
	static bool auto_##operation parameters                                \
	{                                                                      \
		return ready(b, op, err) && b->ops->operation arguments;       \
	}
#define B struct backend *b, const struct op *op
#define E struct err *err
#define REFS const struct item_ref *refs, size_t n

FORWARD(find_roles, (B, char **ids, E), (b->inner, op, ids, err))
FORWARD(sync_folders, (B, const char *state, struct sync_page *out, E),
	(b->inner, op, state, out, err))
FORWARD(folder_marks, (B, struct folder_marks *out, E),
	(b->inner, op, out, err))
FORWARD(sync_items,
	(B, const char *folder, const char *state, struct sync_page *out, E),
	(b->inner, op, folder, state, out, err))
FORWARD(list,
	(B, const char *folder, int64_t offset, int count,
	 struct item_list *out, bool *more, E),
	(b->inner, op, folder, offset, count, out, more, err))
FORWARD(fetch, (B, REFS, bool mime, fetched_fn fn, void *ctx, E),
	(b->inner, op, refs, n, mime, fn, ctx, err))
FORWARD(edit,
	(B, const struct item_ref *refs, const struct item_edit *edits,
	 size_t n, struct item_results *out, E),
	(b->inner, op, refs, edits, n, out, err))
FORWARD(move, (B, REFS, const char *folder, struct item_results *out, E),
	(b->inner, op, refs, n, folder, out, err))
FORWARD(copy, (B, REFS, const char *folder, struct item_results *out, E),
	(b->inner, op, refs, n, folder, out, err))
FORWARD(remove, (B, REFS, enum delete_kind kind, struct item_results *out, E),
	(b->inner, op, refs, n, kind, out, err))
FORWARD(folder_create,
	(B, const char *parent, const char *name, const char *class, char **id,
	 E),
	(b->inner, op, parent, name, class, id, err))
FORWARD(folder_rename, (B, const char *id, const char *name, E),
	(b->inner, op, id, name, err))
FORWARD(folder_move, (B, const char *id, const char *parent, E),
	(b->inner, op, id, parent, err))
FORWARD(folder_remove, (B, const char *id, enum delete_kind kind, E),
	(b->inner, op, id, kind, err))
FORWARD(folder_empty,
	(B, const char *id, enum delete_kind kind, bool subfolders, E),
	(b->inner, op, id, kind, subfolders, err))
FORWARD(upload,
	(B, const char *folder, const struct bytes *raw, const char *key,
	 bool draft, bool read, struct item_result *out, E),
	(b->inner, op, folder, raw, key, draft, read, out, err))
FORWARD(send, (B, const struct item_ref *draft, const char *sent, E),
	(b->inner, op, draft, sent, err))
FORWARD(find_key,
	(B, const char *folder, const char *key, struct item_list *out, E),
	(b->inner, op, folder, key, out, err))
FORWARD(notify_wait, (B, notify_fn fn, void *ctx, E),
	(b->inner, op, fn, ctx, err))
FORWARD(search,
	(B, const char *const *folders, size_t n, const char *words, int count,
	 struct item_list *out, E),
	(b->inner, op, folders, n, words, count, out, err))

/* --- calendars: where the protocol has them --------------------------------- */
static const struct calendar_ops *calendar(struct backend *b,
					   const struct op *op, struct err *err)
{
	if (!ready(b, op, err))
		return NULL;
	if (!b->ops->calendar)
		err_set(err, ERR_UNSUPPORTED,
			"calendars cannot be changed over this protocol");
	return b->ops->calendar;
}

#define FORWARD_CALENDAR(operation, parameters, arguments)                     \
	static bool auto_##operation parameters                                \
	{                                                                      \
		const struct calendar_ops *c = calendar(b, op, err);           \
                                                                               \
		if (c && !c->operation)                                        \
			return err_set(err, ERR_UNSUPPORTED,                   \
				       "the server has nothing like it");      \
		return c && c->operation arguments;                            \
	}
FORWARD_CALENDAR(fetch_events, (B, REFS, fetched_event_fn fn, void *ctx, E),
		 (b->inner, op, refs, n, fn, ctx, err))
FORWARD_CALENDAR(change_event,
		 (B, const struct event_order *order, struct item_result *out,
		  E),
		 (b->inner, op, order, out, err))
FORWARD_CALENDAR(free_busy,
		 (B, const struct free_busy_query *q, free_busy_fn fn,
		  void *ctx, E),
		 (b->inner, op, q, fn, ctx, err))
FORWARD_CALENDAR(rooms, (B, const char *list, struct room_list *out, E),
		 (b->inner, op, list, out, err))

static const struct calendar_ops auto_calendar = {
	.fetch_events = auto_fetch_events,
	.change_event = auto_change_event,
	.free_busy = auto_free_busy,
	.rooms = auto_rooms,
};

const struct backend_ops auto_ops = {
	.name = "auto",
	.open = auto_open,
	.close = auto_close,
	.connect = auto_connect,
	.find_roles = auto_find_roles,
	.sync_folders = auto_sync_folders,
	.folder_marks = auto_folder_marks,
	.sync_items = auto_sync_items,
	.list = auto_list,
	.fetch = auto_fetch,
	.edit = auto_edit,
	.move = auto_move,
	.copy = auto_copy,
	.remove = auto_remove,
	.folder_create = auto_folder_create,
	.folder_rename = auto_folder_rename,
	.folder_move = auto_folder_move,
	.folder_remove = auto_folder_remove,
	.folder_empty = auto_folder_empty,
	.upload = auto_upload,
	.send = auto_send,
	.find_key = auto_find_key,
	.notify_wait = auto_notify_wait,
	.search = auto_search,
	.calendar = &auto_calendar,
	.people = &auto_people,
	.services = &auto_services,
};
