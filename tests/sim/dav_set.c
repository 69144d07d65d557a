/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* What clients write: marks, texts, and whatever else they keep (dossier 12,
 * 13). */
#include "tests/sim/dav.h"

#include <string.h>
#include <strings.h>
#include "base/clock.h"
#include "tests/sim/dav_fields.h"

static char type_of(const xmlNode *value, const struct dav_prop *p)
{
	const char *dt = xr_attr(value, "dt");

	if (!dt)
		switch (p->tag >= 0 ? p->tag & 0xffff : 0) {
		case 0x0003:
		case 0x0002:
		case 0x0014:
			return 'N';
		case 0x000b:
			return 'B';
		case 0x0005:
			return 'F';
		case 0x0040:
			return 'D';
		case 0x0102:
			return 'X';
		case 0x101f:
		case 0x101e:
			return 'M';
		case 0x1003:
			return 'L';
		case 0x1102:
			return 'Q';
		default:
			return xr_first(value) ? 'M' : 'T';
		}
	if (strncmp(dt, "mv.int", 6) == 0 || strncmp(dt, "mv.i", 4) == 0)
		return 'L';
	if (strncmp(dt, "mv.bin", 6) == 0)
		return 'Q';
	if (strncmp(dt, "mv.", 3) == 0)
		return 'M';
	if (str_eq(dt, "boolean"))
		return 'B';
	if (str_eq(dt, "float") || str_eq(dt, "r4") || str_eq(dt, "r8"))
		return 'F';
	if (str_eq(dt, "int") || str_eq(dt, "i2") || str_eq(dt, "i4") ||
	    str_eq(dt, "i8"))
		return 'N';
	if (strncasecmp(dt, "dateTime", 8) == 0)
		return 'D';
	if (strncmp(dt, "bin.", 4) == 0)
		return 'X';
	return 'T';
}

static void store_prop(struct item *it, const struct dav_prop *p,
		       const xmlNode *value)
{
	char *name CLEANUP(mem_free_ptr) = dav_canonical(p->uri);
	char *key CLEANUP(mem_free_ptr) = xasprintf("dav:%s", name);
	struct strv values CLEANUP(strv_release);
	char type[2] = {value ? type_of(value, p) : 'T', 0};

	strv_init(&values);
	if (!value) {
		prop_remove(it, key);
		return;
	}
	strv_init(&values);
	strv_add(&values, type);
	if (strchr("MLQ", *type))
		for (xmlNode *n = xr_first(value); n; n = xr_next(n))
			strv_add(&values, xr_text(n));
	else
		strv_add(&values, xr_text(value));
	prop_set(it, key, &values);
}

static bool truth(const xmlNode *value)
{
	const char *s = value ? xr_text(value) : "0";

	return str_eq(s, "1") || str_eq_nocase(s, "true");
}

static int64_t number_of(const xmlNode *value)
{
	return value ? strtoll(xr_text(value), NULL, 10) : 0;
}

static int64_t date_of(const xmlNode *value)
{
	int64_t t;

	return value && clock_parse_iso(xr_text(value), &t) ? t : CLOCK_NEVER;
}

static void set_categories(struct item *it, const xmlNode *value)
{
	strv_release(&it->categories);
	strv_init(&it->categories);
	for (xmlNode *n = value ? xr_first(value) : NULL; n; n = xr_next(n))
		strv_add(&it->categories, xr_text(n));
}

/* The text is the content's: everything else of the item stays. */
static void set_body(struct item *it, const char *s, bool html)
{
	unsigned char importance = it->importance, secret = it->sensitivity;
	struct str raw CLEANUP(str_release) = STR_INIT;
	struct str out CLEANUP(str_release) = STR_INIT;
	struct mail m;

	item_read_mime(it, &raw);
	mail_init(&m);
	mail_read(&m, str_or_empty(raw.s), raw.len);
	mem_replace(&m.subject, xstrdup(it->subject));
	mem_replace(&m.text, html ? NULL : xstrdup(s));
	mem_replace(&m.html, html ? xstrdup(s) : NULL);
	mail_write(&out, &m);
	mail_release(&m);
	item_set_mime(it, out.s, out.len);
	it->importance = importance;
	it->sensitivity = secret;
}

enum dav_set dav_set_other(struct dav *d, const struct resource *r,
			   const struct dav_prop *p, const xmlNode *value)
{
	int id = p->id;

	if (id == DAV_F_DESCRIPTOR || id == DAV_F_NT_DESCRIPTOR)
		return dav_acl_set(d, r, id, value);
	if (id == DAV_F_OOF && r->kind == DAV_HIDDEN && r->box == d->user) {
		oof_set(r->box, truth(value), NULL);
		return DAV_SET_OK;
	}
	if (id == DAV_F_FOLDER_CLASS && r->kind == DAV_FOLDER && value &&
	    dav_may(d, r->folder, RIGHT_OWNER)) {
		mem_replace(&r->folder->folder_class, xstrdup(xr_text(value)));
		folder_touch(d->st, r->folder);
		return DAV_SET_OK;
	}
	return DAV_SET_READ_ONLY;
}

enum dav_set dav_set(struct dav *d, struct item *it, const struct dav_prop *p,
		     const xmlNode *value, bool creating)
{
	int64_t n = number_of(value);
	enum dav_set result;

	if (p->id < 0 && (dav_cal_set(it, p, value, creating, &result) ||
			  dav_con_set(it, p, value, creating, &result)))
		return result;
	switch (p->id) {
	case DAV_F_READ:
		if (creating)
			it->read = truth(value);
		else
			item_read_by(d->st, it, d->user, truth(value));
		break;
	case DAV_F_IMPORTANCE:
		if (n < 0 || n > 2)
			return DAV_SET_BAD;
		it->importance = (unsigned char)n;
		break;
	case DAV_F_SENSITIVITY:
		it->sensitivity = (unsigned char)(n & 3);
		break;
	case DAV_F_FLAG_STATUS:
		it->flag = (unsigned char)(n == 1 || n == 2 ? n : 0);
		break;
	case DAV_F_FLAG_DONE:
		it->flag_done = date_of(value);
		break;
	case DAV_F_LAST_VERB:
		it->verb = (int)n;
		break;
	case DAV_F_ICON:
		it->icon = (int)n;
		break;
	case DAV_F_VERB_TIME:
		it->verb_time = date_of(value);
		break;
	case DAV_F_KEYWORDS:
		set_categories(it, value);
		break;
	case DAV_F_SUBJECT:
		mem_replace(&it->subject, xstrdup(value ? xr_text(value) : ""));
		break;
	case DAV_F_MESSAGE_CLASS:
		if (value)
			mem_replace(&it->item_class, xstrdup(xr_text(value)));
		break;
	case DAV_F_MESSAGE_FLAGS:
		if (!creating)
			return DAV_SET_READ_ONLY;
		it->draft = n & 8;
		it->read = n & 1;
		break;
	case DAV_F_TEXT_BODY:
	case DAV_F_HTML_BODY:
		set_body(it, value ? xr_text(value) : "",
			 p->id == DAV_F_HTML_BODY);
		break;
	case DAV_F_CONTENT_CLASS:
		if (creating && value && dav_class_of(xr_text(value)))
			mem_replace(&it->item_class,
				    xstrdup(dav_class_of(xr_text(value))));
		break;
	case DAV_F_TOPIC:
	case -1:
		store_prop(it, p, value);
		break;
	default:
		return DAV_SET_READ_ONLY;
	}
	return DAV_SET_OK;
}
