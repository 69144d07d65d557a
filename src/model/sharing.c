/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "model/sharing.h"

struct sharing *sharing_new(void)
{
	struct sharing *s = xcalloc(1, sizeof(*s));

	strv_init(&s->permissions.unknown);
	strv_init(&s->notes);
	strv_init(&s->acts_for);
	s->changes.delivery = s->delegates.delivery = DELIVER_UNKNOWN;
	s->back_changes.delivery = DELIVER_UNKNOWN;
	return s;
}

void sharing_free(struct sharing *s)
{
	if (!s)
		return;
	permission_edits_release(&s->edits);
	permission_set_release(&s->permissions);
	delegate_changes_release(&s->changes);
	delegate_list_release(&s->delegates);
	for (size_t i = 0; i < s->failures.n; i++)
		free(s->failures.v[i].what);
	vec_release(&s->failures);
	for (size_t i = 0; i < s->back.n; i++) {
		free(s->back.v[i].remote);
		free(s->back.v[i].title);
		permission_edits_release(&s->back.v[i].edits);
	}
	vec_release(&s->back);
	delegate_changes_release(&s->back_changes);
	free(s->back_text);
	strv_release(&s->notes);
	strv_release(&s->acts_for);
	free(s);
}

void sharing_fail(struct sharing *s, const char *what, const struct err *why)
{
	struct sharing_failure *f = vec_new(&s->failures);

	f->what = xstrdup(what);
	f->err = *why;
}
