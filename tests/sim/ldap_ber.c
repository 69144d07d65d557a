/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The part of BER that LDAP uses: definite lengths, tags of one byte. */
#include "tests/sim/ldap.h"

#include <string.h>

int ber_next(struct ber *b, struct ber *content)
{
	size_t len, n;
	int tag;

	content->p = content->end = b->p;
	if (b->end - b->p < 2)
		return -1;
	tag = b->p[0];
	len = b->p[1];
	b->p += 2;
	if (len & 0x80) {
		n = len & 0x7f;
		if (n < 1 || n > 4 || (size_t)(b->end - b->p) < n)
			return -1;
		len = 0;
		while (n-- > 0)
			len = len << 8 | *b->p++;
	}
	if ((size_t)(b->end - b->p) < len)
		return -1;
	content->p = b->p;
	content->end = b->p += len;
	return tag;
}

bool ber_int(struct ber *b, int tag, int64_t *out)
{
	struct ber c;

	if (ber_next(b, &c) != tag || c.p == c.end)
		return false;
	*out = *c.p & 0x80 ? -1 : 0;
	while (c.p < c.end)
		*out = (int64_t)((uint64_t)*out << 8 | *c.p++);
	return true;
}

char *ber_text(struct ber *b, int tag)
{
	struct ber c;

	return ber_next(b, &c) == tag
		       ? xstrndup((const char *)c.p, (size_t)(c.end - c.p))
		       : NULL;
}

void ber_wrap(struct str *out, size_t from, int tag)
{
	size_t len = out->len - from;
	char *rest = xmemdup(out->s + from, len ? len : 1);

	str_cut(out, from);
	ber_add(out, tag, rest, len);
	free(rest);
}

void ber_add(struct str *out, int tag, const void *p, size_t len)
{
	str_add_char(out, (char)tag);
	if (len < 0x80) {
		str_add_char(out, (char)len);
	} else {
		str_add_char(out, (char)0x84);
		for (int shift = 24; shift >= 0; shift -= 8)
			str_add_char(out, (char)(len >> shift & 0xff));
	}
	if (len)
		str_add_mem(out, p, len);
}

void ber_add_int(struct str *out, int tag, int64_t n)
{
	unsigned char v[4];

	for (int i = 0; i < 4; i++)
		v[i] = (unsigned char)(n >> (24 - 8 * i) & 0xff);
	ber_add(out, tag, v, sizeof(v));
}
