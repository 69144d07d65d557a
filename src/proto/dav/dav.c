/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The WebDAV backend: opening, what the server is, the table of operations. */
#include "proto/dav/rights.h"
#include "proto/dav/dav.h"
#include "base/log.h"
#include "base/map.h"
#include "proto/connect.h"
#include "proto/people.h"
#include "proto/services.h"

#include <string.h>

static const char *const version_names[DAV_VERSION_COUNT] = {"2000", "2003",
							     "2007"};

static bool find_version(const char *name, enum dav_version *out)
{
	for (int v = 0; name && v < DAV_VERSION_COUNT; v++)
		if (strcmp(version_names[v], name) == 0) {
			*out = (enum dav_version)v;
			return true;
		}
	return false;
}

/* "https://host:port" of an address; NULL: none. Caller frees. */
static char *origin_of(const char *url)
{
	const char *p = url ? strstr(url, "://") : NULL;

	return p ? xstrndup(url, (size_t)(p + 3 - url) + strcspn(p + 3, "/"))
		 : NULL;
}

/* What an earlier connect found: the root's address is the endpoint. */
static void remember(struct backend *b, const struct backend_info *info)
{
	char *origin CLEANUP(mem_free_ptr) = origin_of(info->url);

	/* Another host than the one set now: the setting was changed. */
	if (!origin || !str_starts(str_or_empty(info->url), b->origin) ||
	    !find_version(info->version, &b->version))
		return;
	mem_replace(&b->root, href_path(info->url));
	b->build = xstrdup(info->build);
	b->ready = true;
}

static struct backend *dav_open(const struct account *account,
				const struct backend_host *host,
				const struct backend_info *info)
{
	struct backend *b = xcalloc(1, sizeof(*b));

	b->account = account;
	b->host = host;
	b->http = connect_http(account, host);
	b->version = DAV_2003;
	b->origin = origin_of(account->url);
	if (!b->origin)
		b->origin = xstrdup("");
	strv_init(&b->roots);
	strv_init(&b->others);
	strv_init(&b->subs);
	if (info && *b->origin)
		remember(b, info);
	return b;
}

static void dav_close(struct backend *b)
{
	if (!b)
		return;
	http_free(b->http);
	dav_close(b->public);
	for (size_t i = 0; i < b->replicas.n; i++)
		dav_close(b->replicas.v[i]);
	vec_release(&b->replicas);
	map_free(b->places);
	free(b->moved_to);
	dav_forget_tree(b);
	free(b->origin);
	free(b->root);
	strv_release(&b->roots);
	strv_release(&b->others);
	for (size_t i = 0; i < b->others_folders.n; i++) {
		dav_folder_release(b->others_folders.v[i]);
		free(b->others_folders.v[i]);
	}
	vec_release(&b->others_folders);
	free(b->build);
	free(b->forms_start);
	free(b->root_id);
	for (int i = 0; i < FOLDER_ROLE_COUNT; i++)
		free(b->roles[i]);
	free(b->submit);
	free(b->legacy_dn);
	strv_release(&b->subs);
	free(b);
}

bool dav_ready(struct backend *b, const struct op *op, struct err *err)
{
	if (b->ready)
		return true;
	b->ready = dav_find_root(b, op, err);
	return b->ready;
}

static unsigned dav_caps(const struct backend *b)
{
	/* The calendar attendant came with 2007 (dossier EWS 12.6). */
	return CAP_NEW_IDS | CAP_SEARCH | CAP_CALENDAR | CAP_FREE_BUSY |
	       (b->version >= DAV_2007 ? CAP_ATTENDANT : 0u) |
	       (b->no_notify ? 0u : CAP_PUSH);
}

static bool dav_connect(struct backend *b, const struct op *op,
			struct backend_info *out, struct err *err)
{
	struct str how CLEANUP(str_release) = STR_INIT;

	if (!dav_ready(b, op, err))
		return false;
	if (b->forms)
		str_add(&how, "form of the web access");
	else if (b->http)
		auth_describe(b->http, &how);
	*out = (struct backend_info){
		.protocol = xstrdup("dav"),
		.version = xstrdup(version_names[b->version]),
		.build = xstrdup(b->build),
		.caps = dav_caps(b),
		.url = xasprintf("%s%s", b->origin, b->root),
		.signed_in = how.len ? str_take(&how) : NULL,
	};
	return true;
}

static const struct service_ops dav_services = {
	.oof_get = dav_oof_get,
	.oof_set = dav_oof_set,
	.storage_get = dav_storage_get,
	.open_mailbox = dav_open_mailbox,
	.delegate_entries_get = dav_delegate_entries_get,
	.delegate_entries_set = dav_delegate_entries_set,
	.permissions_get = dav_permissions_get,
	.permissions_set = dav_permissions_set,
	.public_list = dav_public_list,
	.public_contacts = dav_public_contacts,
	.public_post = dav_public_post,
};

static const struct calendar_ops calendar_ops = {
	.fetch_events = dav_fetch_events,
	.change_event = dav_change_event,
	.free_busy = dav_free_busy,
};

static const struct people_ops people_ops = {
	.find_people = dav_find_people,
	.sync_contacts = dav_sync_contacts,
	.write_contact = dav_write_contact,
};

const struct backend_ops dav_ops = {
	.name = "dav",
	.open = dav_open,
	.close = dav_close,
	.connect = dav_connect,
	.find_roles = dav_find_roles,
	.sync_folders = dav_sync_folders,
	.folder_marks = dav_folder_marks,
	.sync_items = dav_sync_items,
	.list = dav_list,
	.fetch = dav_fetch,
	.edit = dav_edit,
	.move = dav_move,
	.copy = dav_copy,
	.remove = dav_remove,
	.folder_create = dav_folder_create,
	.folder_rename = dav_folder_rename,
	.folder_move = dav_folder_move,
	.folder_remove = dav_folder_remove,
	.folder_empty = dav_folder_empty,
	.upload = dav_upload,
	.send = dav_send,
	.find_key = dav_find_key,
	.notify_wait = dav_notify_wait,
	.search = dav_search,
	.services = &dav_services,
	.calendar = &calendar_ops,
	.people = &people_ops,
};
