/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "model/oof.h"

#include <inttypes.h>
#include <stdio.h>

static const char *const states[] = {"off", "on", "scheduled"};
static const char *const audiences[] = {"none", "known", "all"};

void oof_init(struct oof *o)
{
	*o = (struct oof){.start = CLOCK_NEVER, .end = CLOCK_NEVER};
}

void oof_release(struct oof *o)
{
	free(o->internal);
	free(o->external);
	oof_init(o);
}

void oof_free(struct oof *o)
{
	if (o)
		oof_release(o);
	free(o);
}

void oof_copy(struct oof *to, const struct oof *from)
{
	*to = *from;
	to->internal = xstrdup(from->internal);
	to->external = xstrdup(from->external);
}

bool oof_equal(const struct oof *a, const struct oof *b)
{
	return a->state == b->state && a->audience == b->audience &&
	       a->start == b->start && a->end == b->end &&
	       str_eq(str_or_empty(a->internal), str_or_empty(b->internal)) &&
	       str_eq(str_or_empty(a->external), str_or_empty(b->external));
}

bool oof_is_on(const struct oof *o, int64_t now)
{
	if (o->state != OOF_SCHEDULED)
		return o->state == OOF_ENABLED;
	return (o->start == CLOCK_NEVER || o->start <= now) &&
	       (o->end == CLOCK_NEVER || now < o->end);
}

const char *oof_state_name(enum oof_state s)
{
	return states[s];
}

const char *oof_audience_name(enum oof_audience a)
{
	return audiences[a];
}

bool oof_audience_parse(const char *name, enum oof_audience *out)
{
	for (size_t i = 0; i < ARRAY_LEN(audiences); i++) {
		if (str_eq_nocase(name, audiences[i])) {
			*out = (enum oof_audience)i;
			return true;
		}
	}
	return false;
}

char *oof_pack(const struct oof *o)
{
	return xasprintf("%s %" PRId64 " %" PRId64, states[o->state], o->start,
			 o->end);
}

bool oof_unpack(struct oof *out, const char *packed)
{
	char name[16];
	int64_t start, end;

	if (sscanf(str_or_empty(packed), "%15s %" SCNd64 " %" SCNd64, name,
		   &start, &end) != 3)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(states); i++) {
		if (!str_eq(name, states[i]))
			continue;
		oof_init(out);
		out->state = (enum oof_state)i;
		out->start = start;
		out->end = end;
		return true;
	}
	return false;
}
