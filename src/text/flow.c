/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "text/flow.h"

#include <string.h>

/* Flowed text writes marks without blanks between: ">> " (4.5). */
static unsigned flowed_depth(const char *s, size_t len)
{
	unsigned n = 0;

	while (n < len && s[n] == '>')
		n++;
	return n;
}

static bool is_signature_mark(const char *s, size_t len)
{
	return len == 3 && memcmp(s, "-- ", 3) == 0;
}

void flow_join(struct str *out, const char *text, size_t len, bool delsp)
{
	unsigned open_depth = 0; /* of the paragraph being joined */
	bool open = false;
	size_t at = 0;

	while (at < len && !str_is_truncated(out)) {
		const char *nl = memchr(text + at, '\n', len - at);
		size_t end = nl ? (size_t)(nl - text) : len;
		size_t next = nl ? end + 1 : len;
		const char *s = text + at;
		size_t n = end - at;
		unsigned depth;
		bool soft;

		if (n > 0 && s[n - 1] == '\r')
			n--;
		depth = flowed_depth(s, n);
		s += depth;
		n -= depth;
		if (n > 0 && *s == ' ') { /* space-stuffing */
			s++;
			n--;
		}
		soft = n > 0 && s[n - 1] == ' ' && !is_signature_mark(s, n);
		if (open && (depth != open_depth || is_signature_mark(s, n))) {
			str_add_char(out, '\n');
			open = false;
		}
		if (!open) {
			for (unsigned i = 0; i < depth; i++)
				str_add_char(out, '>');
			/* The blank also keeps a stuffed ">" apart. */
			if ((depth > 0 && n > 0) || (n > 0 && *s == '>'))
				str_add_char(out, ' ');
		}
		str_add_mem(out, s, soft && delsp ? n - 1 : n);
		if (!soft && nl)
			str_add_char(out, '\n');
		open = soft;
		open_depth = depth;
		at = next;
	}
}
