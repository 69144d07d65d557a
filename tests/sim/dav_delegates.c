/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Freebusy Data/LocalFreebusy.EML of a mailbox (dossier 18.3, 23.1): who acts
 * for its owner, as three lists that run in parallel, and what a resource does
 * by itself. The delegates are those that EWS shows.
 */
#include "tests/sim/dav.h"

#include <stdio.h>
#include <string.h>
#include "base/codec.h"

#define TAG "dav:http://schemas.microsoft.com/mapi/proptag/"
#define IDS TAG "x68451102"
#define PRIVATE TAG "x686b1003"

void dav_local_freebusy(struct dav *d, struct box *box)
{
	struct folder *root = box_folder(box, "root");
	struct folder *f = folder_child(root, "Freebusy Data");
	struct item *it;

	if (!f) {
		f = folder_new(d->st, box, root, "Freebusy Data", "IPF.Note");
		f->hidden = true;
	}
	if (item_find(d->st, box->local_freebusy))
		return;
	it = item_new();
	item_set_mime(it, "\r\n", 2);
	mem_replace(&it->item_class,
		    xstrdup("IPM.Microsoft.ScheduleData.FreeBusy"));
	mem_replace(&it->subject, xstrdup("LocalFreebusy"));
	it->read = true;
	item_place(d->st, it, f, false);
	box->local_freebusy = it->id;
}

static const struct box *owner_of(const struct item *it)
{
	const struct box *box = it->folder->box;

	return !box->is_public && it->id == box->local_freebusy ? box : NULL;
}

/* What a client wrote, entry by entry; false: no longer what holds. */
static bool read_lists(struct state *st, struct item *it, struct delegates *out)
{
	const struct prop *ids = item_prop(it, IDS);
	const struct prop *flags = item_prop(it, PRIVATE);

	for (size_t i = 1; ids && i < ids->values.n; i++) {
		struct str raw CLEANUP(str_release) = STR_INIT;
		const char *text = ids->values.v[i];
		struct box *who = NULL;
		struct delegate *one;

		if (codec_base64_decode(&raw, text, strlen(text)) && raw.s)
			who = box_by_entry_id(st, raw.s, raw.len);
		if (!who)
			continue;
		one = vec_new(out);
		one->who = who;
		one->private_items = flags && i < flags->values.n &&
				     *flags->values.v[i] != '0';
	}
	return ids != NULL;
}

static bool is_current(struct state *st, struct item *it,
		       const struct delegates *now)
{
	struct delegates kept = {0};
	bool same = read_lists(st, it, &kept) && kept.n == now->n;

	for (size_t i = 0; same && i < kept.n; i++)
		same = kept.v[i].who == now->v[i].who &&
		       kept.v[i].private_items == now->v[i].private_items;
	vec_release(&kept);
	return same;
}

void dav_local_taken(struct dav *d, struct item *it)
{
	struct box *box = (struct box *)(uintptr_t)owner_of(it);
	struct delegates now = {0};

	if (!box)
		return;
	(void)read_lists(d->st, it, &now);
	/* Copies of requests are a rule's affair, which this does not touch. */
	for (size_t i = 0; i < now.n; i++)
		for (size_t k = 0; k < box->delegates.n; k++)
			if (box->delegates.v[k].who == now.v[i].who)
				now.v[i].copies = box->delegates.v[k].copies;
	now.deliver = box->delegates.deliver;
	vec_release(&box->delegates);
	box->delegates = now;
}

static bool list_value(const struct box *box, long tag, struct dav_val *v)
{
	for (size_t i = 0; i < box->delegates.n; i++) {
		const struct delegate *one = &box->delegates.v[i];
		struct str raw CLEANUP(str_release) = STR_INIT;
		struct str text CLEANUP(str_release) = STR_INIT;

		switch (tag) {
		case 0x68451102:
			box_add_entry_id(&raw, one->who);
			codec_base64_add(&text, raw.s, raw.len);
			strv_give(&v->list, str_take(&text));
			break;
		case 0x686b1003:
			strv_add(&v->list, one->private_items ? "1" : "0");
			break;
		default:
			strv_add(&v->list, one->who->name);
			break;
		}
	}
	v->type = tag == 0x68451102 ? 'Q' : tag == 0x686b1003 ? 'L' : 'M';
	return v->list.n > 0;
}

static bool flag_value(struct dav_val *v, bool flag)
{
	v->type = 'B';
	return val_number(v, flag);
}

bool dav_local_value(struct dav *d, const struct item *it,
		     const struct dav_prop *p, struct dav_val *v)
{
	const struct box *box = owner_of(it);
	char *name CLEANUP(mem_free_ptr) = dav_canonical(p->uri);
	char *key CLEANUP(mem_free_ptr) = xasprintf("dav:%s", name);
	struct item *own = (struct item *)(uintptr_t)it;
	struct str raw CLEANUP(str_release) = STR_INIT;

	if (!box)
		return false;
	switch (p->tag) {
	case 0x6844101f:
	case 0x684a101f:
	case 0x68451102:
	case 0x686b1003:
		/* As it was written, as long as that is how it is. */
		return (!item_prop(own, key) ||
			!is_current(d->st, own, &box->delegates)) &&
		       list_value(box, p->tag, v);
	case 0x3ff90102:
		box_add_entry_id(&raw, box);
		v->type = 'X';
		return val_binary(v, raw.s, raw.len);
	case 0x6842000b: /* he gets copies, too: so it is until he says so */
	case 0x6843000b:
		return !item_prop(own, key) && flag_value(v, true);
	case 0x684b000b:
		return !item_prop(own, key) && flag_value(v, false);
	case 0x686d000b: /* requests to it are accepted ... */
	case 0x686e000b: /* series are declined ... */
	case 0x686f000b: /* and what clashes */
		return !item_prop(own, key) &&
		       flag_value(v, box->room && p->tag != 0x686e000b);
	default:
		return false;
	}
}
