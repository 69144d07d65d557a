/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "base/vec.h"

void *vec_grow(void *v, size_t *cap, size_t elem_size)
{
	size_t more = *cap < 8 ? 8 : *cap * 2;

	v = xrealloc(v, more, elem_size);
	*cap = more;
	return v;
}
