/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "proto/people.h"
#include "proto/services.h"

#include <string.h>

void backend_info_release(struct backend_info *i)
{
	free(i->protocol);
	free(i->version);
	free(i->build);
	free(i->url);
	free(i->signed_in);
	*i = (struct backend_info){0};
}

void backend_info_copy(struct backend_info *to, const struct backend_info *from)
{
	*to = (struct backend_info){
		.protocol = xstrdup(from->protocol),
		.version = xstrdup(from->version),
		.build = xstrdup(from->build),
		.caps = from->caps,
		.url = xstrdup(from->url),
		.signed_in = xstrdup(from->signed_in),
	};
}

void sync_page_release(struct sync_page *p)
{
	item_changes_release(&p->items);
	folder_changes_release(&p->folders);
	mem_replace(&p->state, NULL);
}

void folder_marks_release(struct folder_marks *m)
{
	for (size_t i = 0; i < m->n; i++) {
		folder_release(&m->v[i].folder);
		free(m->v[i].mark);
	}
	vec_release(m);
}

void fetched_release(struct fetched *f)
{
	item_release(&f->item);
	bytes_release(&f->mime);
}

void item_results_release(struct item_results *r)
{
	for (size_t i = 0; i < r->n; i++) {
		free(r->v[i].new_id);
		free(r->v[i].new_change_key);
	}
	vec_release(r);
}

const struct people_ops *backend_people(const struct backend_ops *ops)
{
	static const struct people_ops nobody = {0};

	return ops->people ? ops->people : &nobody;
}

const struct service_ops *backend_services(const struct backend_ops *ops)
{
	static const struct service_ops none = {0};

	return ops->services ? ops->services : &none;
}

void contact_page_release(struct contact_page *p)
{
	person_list_release(&p->people);
	strv_release(&p->gone);
	strv_release(&p->named);
	free(p->state);
}

/* Outlook Web Access and WebDAV live below /exchange, the web services do not.
 */
static bool is_dav_address(const char *url)
{
	const char *p = url ? strstr(url, "://") : NULL;

	p = p ? strchr(p + 3, '/') : NULL;
	return p &&
	       (strncasecmp(p, "/exchange/", 10) == 0 ||
		strcasecmp(p, "/exchange") == 0) &&
	       !strcasestr(p, ".asmx");
}

const struct backend_ops *backend_choose(const struct account *a)
{
	if (!a->url)
		return &auto_ops;
	if (a->protocol == ACCOUNT_WEBDAV)
		return &dav_ops;
	if (a->protocol == ACCOUNT_EWS)
		return &ews_ops;
	return is_dav_address(a->url) ? &dav_ops : &auto_ops;
}
