/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "base/map.h"
#include "base/codec.h"
#include "base/vec.h"

#include <string.h>

/*
 * Entries lie in insertion order; `slots` is an open-addressed index into
 * them. A removed entry keeps its place with a NULL key until the next growth
 * packs the entries and builds the index anew.
 */
#define SLOT_FREE 0u /* else entry number + 1 */

struct entry {
	char *key; /* NULL: removed */
	void *value;
	uint64_t hash;
};

struct map {
	void (*free_value)(void *);
	VEC(struct entry) entries;
	uint32_t *slots;
	size_t slot_count; /* a power of two, 0 at first */
	size_t live;
	uint64_t seed;
};

/* Seeded, as keys come from servers; 8 bytes a step. */
static uint64_t mix(uint64_t a, uint64_t b)
{
	__extension__ unsigned __int128 r = (unsigned __int128)a * b;

	return (uint64_t)r ^ (uint64_t)(r >> 64);
}

static uint64_t hash_key(uint64_t seed, const char *s)
{
	size_t len = strlen(s);
	uint64_t h = seed ^ len, w;

	for (; len >= 8; len -= 8, s += 8) {
		memcpy(&w, s, 8);
		h = mix(h ^ w, 0x9E3779B97F4A7C15u);
	}
	w = 0;
	if (len)
		memcpy(&w, s, len);
	h = mix(h ^ w, 0xD6E8FEB86659FD93u);
	return mix(h, h | 0xA0761D6478BD642Fu);
}

struct map *map_new(void (*free_value)(void *))
{
	struct map *m = xcalloc(1, sizeof(*m));

	m->free_value = free_value;
	codec_random(&m->seed, sizeof(m->seed));
	return m;
}

static void drop_entry(struct map *m, struct entry *e)
{
	if (m->free_value && e->value)
		m->free_value(e->value);
	free(e->key);
	e->key = NULL;
	e->value = NULL;
}

void map_free(struct map *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->entries.n; i++)
		if (m->entries.v[i].key)
			drop_entry(m, &m->entries.v[i]);
	vec_release(&m->entries);
	free(m->slots);
	free(m);
}

static void put_slot(struct map *m, uint64_t hash, size_t entry)
{
	size_t mask = m->slot_count - 1, i = (size_t)hash & mask;

	while (m->slots[i] != SLOT_FREE)
		i = (i + 1) & mask;
	m->slots[i] = (uint32_t)(entry + 1);
}

static void rebuild(struct map *m)
{
	size_t kept = 0;

	for (size_t i = 0; i < m->entries.n; i++)
		if (m->entries.v[i].key)
			m->entries.v[kept++] = m->entries.v[i];
	m->entries.n = kept;
	m->slot_count = 16;
	while (m->slot_count < kept * 4)
		m->slot_count *= 2;
	free(m->slots);
	m->slots = xcalloc(m->slot_count, sizeof(*m->slots));
	for (size_t i = 0; i < kept; i++)
		put_slot(m, m->entries.v[i].hash, i);
}

static struct entry *find_entry(const struct map *m, const char *key)
{
	uint64_t hash;
	size_t mask, i;

	if (m->slot_count == 0)
		return NULL;
	hash = hash_key(m->seed, key);
	mask = m->slot_count - 1;
	for (i = (size_t)hash & mask; m->slots[i] != SLOT_FREE;
	     i = (i + 1) & mask) {
		struct entry *e = &m->entries.v[m->slots[i] - 1];

		if (e->key && e->hash == hash && strcmp(e->key, key) == 0)
			return e;
	}
	return NULL;
}

void map_set(struct map *m, const char *key, void *value)
{
	struct entry *e = find_entry(m, key), made;

	if (e) {
		if (m->free_value && e->value && e->value != value)
			m->free_value(e->value);
		e->value = value;
		return;
	}
	if (m->entries.n >= UINT32_MAX / 4)
		BUG("map with %zu entries", m->entries.n);
	if ((m->entries.n + 1) * 2 > m->slot_count)
		rebuild(m);
	made = (struct entry){.key = xstrdup(key),
			      .value = value,
			      .hash = hash_key(m->seed, key)};
	vec_add(&m->entries, made);
	put_slot(m, made.hash, m->entries.n - 1);
	m->live++;
}

void *map_find(const struct map *m, const char *key)
{
	const struct entry *e = find_entry(m, key);

	return e ? e->value : NULL;
}

bool map_remove(struct map *m, const char *key)
{
	struct entry *e = find_entry(m, key);

	if (!e)
		return false;
	drop_entry(m, e);
	m->live--;
	return true;
}

size_t map_count(const struct map *m)
{
	return m->live;
}

bool map_next(const struct map *m, size_t *pos, const char **key, void **value)
{
	while (*pos < m->entries.n) {
		const struct entry *e = &m->entries.v[(*pos)++];

		if (!e->key)
			continue;
		*key = e->key;
		if (value)
			*value = e->value;
		return true;
	}
	return false;
}
