/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef BASE_VEC_H
#define BASE_VEC_H
/*
 * Typed growing array. VEC(struct item) items = {0}; the element type's own
 * release is the caller's duty before vec_release.
 */
#include "base/mem.h"

#define VEC(type)                                                              \
	struct {                                                               \
		type *v;                                                       \
		size_t n, cap;                                                 \
	}

#define vec_add(vec, value)                                                    \
	do {                                                                   \
		if ((vec)->n == (vec)->cap)                                    \
			(vec)->v = vec_grow((vec)->v, &(vec)->cap,             \
					    sizeof(*(vec)->v));                \
		(vec)->v[(vec)->n++] = (value);                                \
	} while (0)

/* Address of a new zeroed last element. */
#define vec_new(vec)                                                           \
	((vec)->n == (vec)->cap                                                \
		 ? (void)((vec)->v = vec_grow((vec)->v, &(vec)->cap,           \
					      sizeof(*(vec)->v)))              \
		 : (void)0,                                                    \
	 memset(&(vec)->v[(vec)->n], 0, sizeof(*(vec)->v)),                    \
	 &(vec)->v[(vec)->n++])

#define vec_release(vec)                                                       \
	do {                                                                   \
		free((vec)->v);                                                \
		(vec)->v = NULL;                                               \
		(vec)->n = (vec)->cap = 0;                                     \
	} while (0)

#define vec_remove(vec, i)                                                     \
	do {                                                                   \
		size_t vec_i_ = (i);                                           \
		memmove(&(vec)->v[vec_i_], &(vec)->v[vec_i_ + 1],              \
			((vec)->n - vec_i_ - 1) * sizeof(*(vec)->v));          \
		(vec)->n--;                                                    \
	} while (0)

#include <string.h>
/* Doubles *cap (at least 8) and reallocates. */
void *vec_grow(void *v, size_t *cap, size_t elem_size);
#endif
