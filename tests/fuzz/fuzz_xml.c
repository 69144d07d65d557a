/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The XML reader and its filter: what is fed whole and in pieces must give the
 * same events. The first byte says how long the pieces are. */
#include <stdint.h>
#include <string.h>

#include "net/xml.h"

static const char *const names[] = {"a", "b"};
static const char *const spaces[] = {"", NULL};

static void on_start(void *ctx, int name, const struct xml_attrs *attrs)
{
	char *t = xml_attr_copy(attrs, "t");

	str_addf(ctx, "(%d%s:", name, str_or_empty(t));
	free(t);
}

static void on_text(void *ctx, const char *s, size_t len)
{
	str_add_mem(ctx, s, len);
}

static void on_end(void *ctx, int name)
{
	str_addf(ctx, "%d)", name);
}

static bool run(const char *s, size_t len, size_t step, struct str *out)
{
	static const struct xml_handler handler = {on_start, on_text, on_end};
	struct xml_reader *r = xml_reader_new(names, 2, spaces, &handler, out);
	struct err err = ERR_INIT;
	bool ok = true;

	for (size_t at = 0; ok && at < len; at += step)
		ok = xml_feed(r, s + at, len - at < step ? len - at : step,
			      &err);
	ok = ok && xml_finish(r, &err);
	if (!ok && err.kind == ERR_NONE)
		BUG("failed without an error");
	xml_reader_free(r);
	return ok;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str whole = STR_INIT, pieces = STR_INIT;
	bool a, b;

	if (size < 2)
		return 0;
	a = run((const char *)data + 1, size - 1, size, &whole);
	b = run((const char *)data + 1, size - 1, data[0] % 64 + 1, &pieces);
	if (a != b || (a && strcmp(whole.s, pieces.s) != 0))
		BUG("pieces make a difference");
	str_release(&whole);
	str_release(&pieces);
	return 0;
}
