/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "model/thread.h"

#include <ctype.h>

#include "base/map.h"
#include "base/str.h"

#define NONE SIZE_MAX
/* PR_CONVERSATION_INDEX: five bytes more for each answer, in hex */
#define STEP_HEX 10
#define ROOT_HEX 44

struct links {
	size_t parent, child, next; /* first child, next sibling */
};

static char *index_key(const char *hex, size_t len)
{
	char *key = xstrndup(hex, len);

	for (char *p = key; *p; p++)
		*p = (char)toupper((unsigned char)*p);
	return key;
}

/* Message ids and conversation indexes never look alike. */
static struct map *map_ids(const struct item *items, size_t n)
{
	struct map *ids = map_new(NULL);

	/* The oldest wins: a copy of a message answers nothing. */
	for (size_t i = n; i-- > 0;) {
		const struct item *it = &items[i];

		if (it->message_id && *it->message_id)
			map_set(ids, it->message_id,
				(void *)(uintptr_t)(i + 1));
		if (it->conv_index && strlen(it->conv_index) >= ROOT_HEX) {
			char *key = index_key(it->conv_index,
					      strlen(it->conv_index));

			map_set(ids, key, (void *)(uintptr_t)(i + 1));
			free(key);
		}
	}
	return ids;
}

static size_t find(const struct map *ids, const char *id)
{
	void *v = id && *id ? map_find(ids, id) : NULL;

	return v ? (size_t)(uintptr_t)v - 1 : NONE;
}

static size_t find_parent(const struct map *ids, const struct item *it)
{
	size_t at = find(ids, it->in_reply_to);
	struct strv refs;
	size_t len;

	if (at != NONE)
		return at;
	strv_init(&refs);
	strv_split(&refs, str_or_empty(it->references), " \t\r\n,");
	for (size_t i = refs.n; i > 0 && at == NONE; i--)
		at = find(ids, refs.v[i - 1]);
	strv_release(&refs);
	len = it->conv_index ? strlen(it->conv_index) : 0;
	while (at == NONE && len >= ROOT_HEX + STEP_HEX) {
		char *key = index_key(it->conv_index, len -= STEP_HEX);

		at = find(ids, key);
		free(key);
	}
	return at;
}

static bool is_above(const struct links *l, size_t ancestor, size_t i)
{
	for (; i != NONE; i = l[i].parent)
		if (i == ancestor)
			return true;
	return false;
}

static void link_all(const struct item *items, size_t n, struct links *l)
{
	struct map *ids = map_ids(items, n);
	size_t root = NONE;

	for (size_t i = 0; i < n; i++)
		l[i] = (struct links){NONE, NONE, NONE};
	for (size_t i = 0; i < n; i++) {
		size_t p = find_parent(ids, &items[i]);

		if (p != NONE && !is_above(l, i, p))
			l[i].parent = p;
	}
	map_free(ids);
	for (size_t i = 0; i < n && root == NONE; i++)
		if (l[i].parent == NONE)
			root = i;
	for (size_t i = n; i-- > 0;) {
		if (i == root)
			continue;
		if (l[i].parent == NONE)
			l[i].parent = root;
		l[i].next = l[l[i].parent].child;
		l[l[i].parent].child = i;
	}
}

void thread_arrange(const struct item *items, size_t n,
		    struct thread_place *out)
{
	struct links *l;
	size_t at = NONE;
	uint64_t open = 0;
	int depth = 0;

	if (!n)
		return;
	l = xcalloc(n, sizeof(*l));
	link_all(items, n, l);
	for (size_t i = 0; i < n && at == NONE; i++)
		if (l[i].parent == NONE)
			at = i;
	for (size_t k = 0; k < n; k++) {
		uint64_t bit = depth < 64 ? (uint64_t)1 << depth : 0;

		open = l[at].next != NONE ? open | bit : open & ~bit;
		out[k] = (struct thread_place){at, depth, l[at].next == NONE,
					       open};
		if (l[at].child != NONE) {
			at = l[at].child;
			depth++;
			continue;
		}
		while (at != NONE && l[at].next == NONE) {
			at = l[at].parent;
			depth--;
		}
		if (at != NONE)
			at = l[at].next;
	}
	free(l);
}
