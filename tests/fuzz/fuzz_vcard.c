/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* vCards: what is read can be written, and that can be read again. */
#include <stdint.h>

#include "text/vcard.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct person_list l = {0};
	struct err err = ERR_INIT;

	if (!vcard_read((const char *)data, size, &l, &err) &&
	    err.kind == ERR_NONE)
		BUG("failed without an error");
	for (size_t i = 0; i < l.n && i < 20; i++)
		for (int version = 3; version <= 4; version++) {
			struct person_list again = {0};
			struct str out = STR_INIT;

			vcard_add(&out, &l.v[i], version);
			if (!vcard_read(out.s, out.len, &again, &err))
				BUG("a card of ours cannot be read: %s",
				    err.text);
			if (again.n != 1)
				BUG("one person became %zu", again.n);
			person_list_release(&again);
			str_release(&out);
		}
	person_list_release(&l);
	return 0;
}
