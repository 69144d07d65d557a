/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "proto/sid.h"

#include <inttypes.h>
#include <string.h>

#define HEAD 8 /* revision, count, authority */
#define NUMBERS_MAX 15

size_t sid_length(const unsigned char *p, size_t len)
{
	size_t all;

	if (len < HEAD || p[0] != 1 || p[1] > NUMBERS_MAX)
		return 0;
	all = HEAD + 4 * (size_t)p[1];
	return all <= len ? all : 0;
}

char *sid_text(const unsigned char *p, size_t len)
{
	struct str b = STR_INIT;
	uint64_t authority = 0;

	if (!sid_length(p, len))
		return NULL;
	for (int i = 2; i < HEAD; i++)
		authority = authority << 8 | p[i];
	str_addf(&b, "S-1-%" PRIu64, authority);
	for (size_t i = 0; i < p[1]; i++) {
		const unsigned char *n = p + HEAD + 4 * i;

		str_addf(&b, "-%" PRIu32,
			 (uint32_t)n[0] | (uint32_t)n[1] << 8 |
				 (uint32_t)n[2] << 16 | (uint32_t)n[3] << 24);
	}
	return str_take(&b);
}

bool sid_add_bytes(struct str *b, const char *text)
{
	uint64_t v[NUMBERS_MAX + 1];
	size_t n = 0;
	char *end;

	if (!str_starts(text, "S-1-"))
		return false;
	for (text += 3; *text == '-' && n < ARRAY_LEN(v); text = end) {
		if (text[1] < '0' || text[1] > '9')
			return false;
		v[n++] = strtoull(text + 1, &end, 10);
		if (v[n - 1] > (n == 1 ? 0xffffffffffffu : UINT32_MAX))
			return false;
	}
	if (*text || !n)
		return false;
	str_add_char(b, 1);
	str_add_char(b, (char)(n - 1));
	for (int i = 5; i >= 0; i--)
		str_add_char(b, (char)(v[0] >> (8 * i) & 0xff));
	for (size_t i = 1; i < n; i++)
		for (int k = 0; k < 4; k++)
			str_add_char(b, (char)(v[i] >> (8 * k) & 0xff));
	return true;
}
