/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef BASE_MAP_H
#define BASE_MAP_H
/*
 * Hash map from text (byte-exact, copied) to a pointer the map does not own
 * unless a free function is given. Iteration order is that of insertion as
 * long as nothing is removed.
 */
#include "base/mem.h"

struct map;
struct map *map_new(void (*free_value)(void *)); /* may be NULL */
void map_free(struct map *m);
/* Replaces (and frees) an old value. */
void map_set(struct map *m, const char *key, void *value);
void *map_find(const struct map *m, const char *key); /* NULL: absent */
bool map_remove(struct map *m, const char *key);
size_t map_count(const struct map *m);
/* Walk: start with *pos = 0; false at the end. */
bool map_next(const struct map *m, size_t *pos, const char **key, void **value);
#endif
