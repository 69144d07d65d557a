/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Answers of status 207, in pieces; the first byte says how long they are. */
#include <stdint.h>

#include "proto/dav/href.h"
#include "proto/dav/item.h"
#include "proto/dav/multistatus.h"

static void read_href(const char *href)
{
	char *path = href_path(href), *folder = NULL, *item = NULL;
	char *name, *plain;

	if (href_keys(href, &folder, &item)) {
		free(folder);
		free(item);
	}
	if (!path)
		return;
	if (!href_same(path, path))
		BUG("a path is not the same as itself");
	name = href_name(path);
	plain = href_read_name(str_or_empty(name));
	free(plain);
	free(name);
	free(path);
}

static bool on_row(void *ctx, struct dav_row *r, struct err *err)
{
	struct item_key k, again;
	size_t *seen = ctx;
	char *text;

	if (r->href)
		read_href(r->href);
	if (dav_row_status(r) < 0)
		BUG("a status below nothing");
	item_key_of_row(&k, r);
	text = item_key_write(&k);
	if (!item_key_read(&again, text))
		BUG("a change key of ours cannot be read");
	item_key_release(&again);
	item_key_release(&k);
	free(text);
	if (++*seen < 1000)
		return true;
	return err_set(err, ERR_CANCELLED, "enough");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err = ERR_INIT;
	struct dav_reader *r;
	size_t seen = 0, step;
	bool ok = true;

	if (size < 2)
		return 0;
	step = (size_t)data[0] * 4 + 1;
	r = dav_reader_new(on_row, &seen);
	for (size_t at = 1; ok && at < size; at += step)
		ok = dav_reader_feed(r, (const char *)data + at,
				     size - at < step ? size - at : step, &err);
	ok = ok && dav_reader_finish(r, &err);
	if (!ok && err.kind == ERR_NONE)
		BUG("failed without an error");
	dav_reader_free(r);
	return 0;
}
