/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The EWS backend: opening, the version, the table of operations. */
#include "proto/ews/public_route.h"
#include "proto/services.h"
#include "proto/ews/event.h"
#include "proto/ews/public.h"
#include "proto/ews/rights.h"
#include "proto/ews/storage.h"
#include "base/log.h"
#include "proto/connect.h"

#include <string.h>

/* The versions tried, newest first (dossier 1.2). Nothing a mail client needs
 * came after 2013 SP1, and the lowest version with all features is the best. */
static const enum ews_version ladder[] = {EWS_2013_SP1, EWS_2010_SP2,
					  EWS_2010_SP1, EWS_2010, EWS_2007_SP1};

static bool find_version(const char *name, enum ews_version *out)
{
	for (int v = 0; name && v < EWS_VERSION_COUNT; v++)
		if (strcmp(ews_version_name((enum ews_version)v), name) == 0) {
			*out = (enum ews_version)v;
			return true;
		}
	return false;
}

static struct backend *ews_open(const struct account *account,
				const struct backend_host *host,
				const struct backend_info *info)
{
	struct backend *b = xcalloc(1, sizeof(*b));

	b->account = account;
	b->host = host;
	b->http = connect_http(account, host);
	b->version = ladder[0];
	if (info && str_eq(info->url, account->url)) {
		b->ready = find_version(info->version, &b->version);
		b->build = xstrdup(info->build);
	}
	return b;
}

static void ews_close(struct backend *b)
{
	if (!b)
		return;
	http_free(b->http);
	free(b->build);
	route_free(b->public_routes);
	free(b->subscription);
	free(b->watermark);
	free(b);
}

/* One small request, to see whether the server takes this version. */
static bool probe(struct backend *b, const struct op *op, struct err *err)
{
	struct str body = STR_INIT;
	struct ews_message m;

	str_add(&body, "<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly"
		       "</t:BaseShape></m:FolderShape><m:FolderIds>");
	soap_add_folder(&body, NULL, "msgfolderroot");
	str_add(&body, "</m:FolderIds></m:GetFolder>");
	if (!soap_single(b, op, "GetFolder", &body, false, &m, err))
		return false;
	ews_message_release(&m);
	return true;
}

static bool is_too_new(const struct err *e)
{
	return ews_rule_of(e->code) == RULE_VERSION ||
	       strcmp(e->code, "ErrorSchemaValidation") == 0;
}

/* The server looked for the folder, so it has taken the version. A number is an
 * HTTP status: nobody looked. */
static bool has_looked(const struct err *e)
{
	return e->number == 0 &&
	       (e->kind == ERR_NOT_FOUND || e->kind == ERR_DENIED);
}

/* Refused without saying why: perhaps an older version is taken. */
static bool is_refused(const struct err *e)
{
	return e->kind == ERR_UNSUPPORTED || e->kind == ERR_PROTOCOL;
}

bool ews_ready(struct backend *b, const struct op *op, struct err *err)
{
	struct err first = ERR_INIT, e = ERR_INIT;

	if (b->ready)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(ladder); i++) {
		b->version = ladder[i];
		err_clear(&e);
		if (probe(b, op, &e) || has_looked(&e)) {
			b->ready = true;
			log_at(LOG_INFO, "ews", "server %s speaks %s",
			       str_or_empty(b->build),
			       ews_version_name(b->version));
			return true;
		}
		if (i == 0)
			first = e;
		if (!is_too_new(&e) && !is_refused(&e))
			break;
	}
	if (is_too_new(&e))
		err_set(&e, ERR_UNSUPPORTED,
			"this server is older than Exchange 2007 SP1 (it says "
			"%s)",
			b->build ? b->build : "no build");
	else if (is_refused(&e) && is_refused(&first))
		e = first;
	if (err)
		*err = e;
	return false;
}

unsigned ews_caps(const struct backend *b)
{
	enum ews_version v = b->version;
	unsigned caps =
		CAP_SEARCH | CAP_CALENDAR | CAP_FREE_BUSY | CAP_ATTENDANT;

	if (!b->no_stream)
		caps |= CAP_PUSH;
	if (v >= EWS_2010_SP1)
		caps |= CAP_NEW_IDS | (b->no_empty ? 0u : CAP_EMPTY_FOLDER);
	if (v >= EWS_2010_SP2)
		caps |= CAP_NEWEST_FIRST;
	if (v >= EWS_2013_SP1)
		caps |= CAP_QUIET_READ | CAP_PROPOSE;
	if (v >= EWS_2010)
		caps |= CAP_ROOMS;
	return caps;
}

static bool ews_connect(struct backend *b, const struct op *op,
			struct backend_info *out, struct err *err)
{
	if (!ews_ready(b, op, err))
		return false;
	*out = (struct backend_info){
		.protocol = xstrdup("ews"),
		.version = xstrdup(ews_version_name(b->version)),
		.build = xstrdup(b->build),
		.caps = ews_caps(b),
		.url = xstrdup(b->account->url),
	};
	return true;
}

static const struct calendar_ops calendar_ops = {
	.fetch_events = route_fetch_events,
	.change_event = ews_change_event,
	.free_busy = ews_free_busy,
	.rooms = ews_rooms,
};

static const struct service_ops ews_services = {
	.oof_get = ews_oof_get,
	.oof_set = ews_oof_set,
	.open_mailbox = ews_open_mailbox,
	.storage_get = ews_storage_get,
	.recoverable_list = ews_recoverable_list,
	.public_list = ews_public_list,
	.public_contacts = ews_public_contacts,
	.public_post = ews_public_post,
	.permissions_get = ews_permissions_get,
	.permissions_set = ews_permissions_set,
	.delegates_get = ews_delegates_get,
	.delegate_change = ews_delegate_change,
	.delegate_delivery = ews_delegate_delivery,
};

static const struct people_ops ews_people = {
	.find_people = ews_find_people,
	.list_people = ews_list_people,
	.expand_list = ews_expand_list,
	.password_expiry = ews_password_expiry,
	.photo = ews_photo,
	.sync_contacts = ews_sync_contacts,
	.write_contact = ews_write_contact,
};

const struct backend_ops ews_ops = {
	.name = "ews",
	.open = ews_open,
	.close = ews_close,
	.connect = ews_connect,
	.find_roles = ews_find_roles,
	.sync_folders = ews_sync_folders,
	.folder_marks = ews_folder_marks,
	.sync_items = route_sync_items,
	.list = route_list,
	.fetch = route_fetch,
	.edit = route_edit,
	.move = route_move,
	.copy = route_copy,
	.remove = route_remove,
	.folder_create = ews_folder_create,
	.folder_rename = ews_folder_rename,
	.folder_move = ews_folder_move,
	.folder_remove = ews_folder_remove,
	.folder_empty = ews_folder_empty,
	.upload = ews_upload,
	.send = ews_send,
	.find_key = ews_find_key,
	.notify_wait = ews_notify_wait,
	.search = ews_search,
	.calendar = &calendar_ops,
	.people = &ews_people,
	.services = &ews_services,
};
