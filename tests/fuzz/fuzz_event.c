/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* What EWS answers outside of mail: calendar entries, people. The first byte
 * says how long the pieces are. */
#include <stdint.h>

#include "proto/ews/event.h"
#include "proto/ews/people_read.h"
#include "proto/ews/rights.h"

static void read_items(const struct node *n, struct tz_set *zones, int depth)
{
	for (; n && depth < 100; n = n->next) {
		struct appointment a;
		struct permission_set set = {0};

		event_read(n, zones, &a);
		(void)appointment_repair(&a);
		appointment_release(&a);
		free(event_read_definition(n));
		free(event_read_meeting_zone(n));
		free(event_read_legacy_zone(n));
		ews_read_user(n, vec_new(&set));
		permission_set_release(&set);
		read_items(n->child, zones, depth + 1);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tz_set *zones;
	struct ews_tree *t;
	struct people_answer people = {0};
	struct people_reader *r;
	struct err err = ERR_INIT;
	bool tree = true, list = true;
	size_t step;

	if (size < 2)
		return 0;
	step = (size_t)data[0] * 4 + 1;
	zones = tz_set_new();
	t = ews_tree_new();
	r = people_reader_new(&people);
	for (size_t at = 1; at < size; at += step) {
		const char *s = (const char *)data + at;
		size_t len = size - at < step ? size - at : step;

		tree = tree && ews_tree_feed(t, s, len, &err);
		list = list && people_reader_feed(r, s, len, &err);
	}
	if (!(tree && list) && err.kind == ERR_NONE)
		BUG("failed without an error");
	read_items(ews_tree_root(t), zones, 0);
	people_reader_free(r);
	people_answer_release(&people);
	ews_tree_free(t);
	tz_set_free(zones);
	return 0;
}
