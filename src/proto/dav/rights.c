/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Security descriptors read and written (dossier 22.1): the XML form tells who
 * the accounts are, the bytes what they may. Written are the bytes, by a batch
 * of one: the XML form of Exchange 2000 makes lists that Outlook cannot read.
 */
#include "proto/dav/rights.h"

#include <string.h>

#include "base/codec.h"
#include "proto/dav/descriptor.h"
#include "proto/dav/query.h"

struct found {
	struct descriptor descriptor;
	struct account_names names;
	bool told;
	struct err err;
};

static void release_found(struct found *f)
{
	descriptor_release(&f->descriptor);
	account_names_release(&f->names);
}

static bool on_descriptor(void *ctx, struct dav_row *r, struct err *err)
{
	struct found *f = ctx;
	const char *coded = r->value[PROP_SECURITY];
	struct str raw CLEANUP(str_release) = STR_INIT;

	(void)err;
	if (r->index > 0 || f->told)
		return true;
	if (!coded || !codec_base64_decode(&raw, coded, strlen(coded))) {
		dav_row_error(r, PLACE_FOLDER, &f->err);
		return true;
	}
	account_names_read(&f->names, r->value[PROP_DESCRIPTOR]);
	f->told = descriptor_read(&f->descriptor, (unsigned char *)raw.s,
				  raw.len, &f->err);
	return true;
}

static bool read_descriptor(struct backend *b, const struct op *op,
			    const char *path, struct found *f, struct err *err)
{
	static const enum dav_prop extra[] = {PROP_SECURITY, PROP_DESCRIPTOR,
					      PROP_COUNT};

	memset(f, 0, sizeof(*f));
	if (!query_propfind(b, op, path, "0", USE_NONE, extra, on_descriptor, f,
			    err))
		return false;
	if (f->told)
		return true;
	if (err &&
	    (f->err.kind == ERR_PROTOCOL || f->err.kind == ERR_UNSUPPORTED))
		*err = f->err;
	else
		err_set(err, ERR_DENIED,
			"only an owner of the folder is told who has which "
			"rights");
	release_found(f);
	return false;
}

bool dav_rights_get(struct backend *b, const struct op *op, const char *path,
		    struct permission_set *out, struct err *err)
{
	struct found f;

	if (!read_descriptor(b, op, path, &f, err))
		return false;
	descriptor_rights(&f.descriptor, &f.names, out);
	release_found(&f);
	return true;
}

struct patching {
	struct err err; /* of the resource itself */
	enum dav_place place;
};

static bool on_written(void *ctx, struct dav_row *r, struct err *err)
{
	struct patching *p = ctx;

	(void)err;
	if (dav_row_status(r) >= 300 && p->err.kind == ERR_NONE)
		dav_row_error(r, p->place, &p->err);
	return true;
}

bool dav_patch_one(struct backend *b, const struct op *op, const char *path,
		   const char *target, enum dav_place place, const char *change,
		   struct err *err)
{
	static const char *const headers[] = {"If-Match: *", "Brief: t", NULL};
	struct str body CLEANUP(str_release) = STR_INIT;
	struct patching p = {.err = ERR_INIT, .place = place};
	struct dav_call c = {.method = "BPROPPATCH",
			     .path = path,
			     .headers = headers,
			     .changes = true,
			     .place = place,
			     .rows = on_written,
			     .ctx = &p};

	str_add(&body, DAV_XML "<D:propertyupdate" DAV_TYPES ">");
	query_add_target(&body, &target, 1);
	str_addf(&body, "%s</D:propertyupdate>", change);
	c.body = body.s;
	c.len = body.len;
	if (!dav_simple(b, op, &c, err))
		return false;
	if (p.err.kind == ERR_NONE)
		return true;
	if (err)
		*err = p.err;
	return false;
}

static bool write_descriptor(struct backend *b, const struct op *op,
			     const char *path, const struct descriptor *d,
			     struct err *err)
{
	struct str raw CLEANUP(str_release) = STR_INIT;
	struct str coded CLEANUP(str_release) = STR_INIT;
	struct str change CLEANUP(str_release) = STR_INIT;
	struct err why = ERR_INIT;

	descriptor_write(d, &raw);
	codec_base64_add(&coded, raw.s, raw.len);
	str_add(&change, "<D:set><D:prop>");
	prop_add_value(&change, PROP_SECURITY, coded.s);
	str_add(&change, "</D:prop></D:set>");
	if (dav_patch_one(b, op, path, "", PLACE_FOLDER, change.s, &why))
		return true;
	if (why.number == 409)
		err_set(&why, ERR_INPUT,
			"the server does not accept these rights");
	if (err)
		*err = why;
	return false;
}

bool dav_rights_set(struct backend *b, const struct op *op, const char *path,
		    const struct permission_set *set, struct err *err)
{
	struct found f;
	bool ok;

	if (!read_descriptor(b, op, path, &f, err))
		return false;
	if (!descriptor_is_canonical(&f.descriptor, &f.names))
		ok = err_set(err, ERR_UNSUPPORTED,
			     "the folder's rights stand in an order that "
			     "another program made; retinue would change what "
			     "they mean and leaves them alone");
	else
		ok = descriptor_apply(&f.descriptor, &f.names, set, err) &&
		     write_descriptor(b, op, path, &f.descriptor, err);
	release_found(&f);
	return ok;
}

static char *folder_path(struct backend *b, const struct op *op,
			 const char *folder, struct err *err)
{
	const char *below;

	if (!dav_ready(b, op, err))
		return NULL;
	below = dav_folder_path(b, op, folder, err);
	return below ? wire_path(b, below) : NULL;
}

bool dav_permissions_get(struct backend *b, const struct op *op,
			 const char *folder, struct permission_set *out,
			 struct err *err)
{
	char *path CLEANUP(mem_free_ptr) = folder_path(b, op, folder, err);

	return path && dav_rights_get(b, op, path, out, err);
}

bool dav_permissions_set(struct backend *b, const struct op *op,
			 const char *folder, const struct permission_set *set,
			 struct err *err)
{
	char *path CLEANUP(mem_free_ptr) = folder_path(b, op, folder, err);

	return path && dav_rights_set(b, op, path, set, err);
}
