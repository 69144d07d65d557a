/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include <string.h>

#include "base/utf8.h"
#include "text/layout.h"
#include "text/quote.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct layout_options o = {.width = size % 100 + 8,
				   .flowed = size % 3 == 0,
				   .delsp = size % 2,
				   .link_numbers = true};
	struct quote_options q = {.flowed = o.flowed, .width = 40};
	struct str text = STR_INIT;
	struct lines l;
	size_t len;

	lines_init(&l);
	layout_text(&l, (const char *)data, size, &o);
	for (size_t i = 0; i < l.n; i++) {
		const char *s = lines_text(&l, i);

		if (strlen(s) != l.v[i].len || !utf8_is_valid(s, l.v[i].len))
			BUG("line %zu is no text", i);
		if (l.v[i].cells > o.width)
			BUG("line %zu is too wide", i);
		for (const char *p = s; *p; p++)
			if ((unsigned char)*p < ' ' || *p == 0x7f)
				BUG("line %zu has a control character", i);
		(void)lines_match(&l, i, "a", 0, &len);
	}
	lines_release(&l);
	quote_text(&text, (const char *)data, size, &q);
	str_release(&text);
	return 0;
}
