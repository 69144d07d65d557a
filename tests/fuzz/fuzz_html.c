/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include <string.h>

#include "base/utf8.h"
#include "text/html.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Lines must be safe, valid, and no wider than asked. */
static void check(const struct lines *l, size_t width)
{
	for (size_t i = 0; i < l->n; i++) {
		const char *s = lines_text(l, i);

		if (strlen(s) != l->v[i].len || !utf8_is_valid(s, l->v[i].len))
			BUG("line %zu is no text", i);
		if (l->v[i].cells > width)
			BUG("line %zu has %u cells of %zu", i, l->v[i].cells,
			    width);
		for (const char *p = s; *p; p++)
			if ((unsigned char)*p < ' ' || *p == 0x7f)
				BUG("line %zu has a control character", i);
		for (size_t k = 0; k < l->v[i].n_spans; k++) {
			const struct line_span *sp = &lines_spans(l, i)[k];

			if (sp->start + sp->len > l->v[i].len ||
			    sp->link > l->links.n)
				BUG("line %zu has a span outside", i);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct html_options o = {.width = size % 100 + 8,
				 .link_numbers = size % 2};
	struct html_report report;
	struct str text = STR_INIT;
	struct lines l;

	lines_init(&l);
	html_layout(&l, (const char *)data, size, &o, &report);
	check(&l, o.width);
	lines_release(&l);
	html_to_text(&text, (const char *)data, size, 1000);
	if (text.len > 1000 || !utf8_is_valid(text.s, text.len))
		BUG("the text is none");
	str_release(&text);
	return 0;
}
