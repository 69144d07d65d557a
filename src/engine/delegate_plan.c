/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "engine/delegate_plan.h"

#include <stdio.h>
#include <string.h>

void delegate_plan_release(struct delegate_plan *p)
{
	free(p->me_dn);
	free(p->dn);
	free(p->legacy_dn);
	free(p->sid);
	free(p->name);
	memset(p, 0, sizeof(*p));
}

static const struct {
	const char *key;
	size_t at;
} texts[] = {
	{"me", offsetof(struct delegate_plan, me_dn)},
	{"dn", offsetof(struct delegate_plan, dn)},
	{"legacy", offsetof(struct delegate_plan, legacy_dn)},
	{"sid", offsetof(struct delegate_plan, sid)},
	{"name", offsetof(struct delegate_plan, name)},
};
static const struct {
	const char *key;
	size_t at;
} flags[] = {
	{"undo", offsetof(struct delegate_plan, undo)},
	{"no-behalf", offsetof(struct delegate_plan, no_behalf)},
	{"was-listed", offsetof(struct delegate_plan, was_listed)},
	{"was-private", offsetof(struct delegate_plan, was_private)},
	{"was-behalf", offsetof(struct delegate_plan, was_behalf)},
	{"want-private", offsetof(struct delegate_plan, want_private)},
};

char *delegate_plan_write(const struct delegate_plan *p)
{
	const char *base = (const char *)p;
	struct str b = STR_INIT;

	str_addf(&b, "wish=%d\n", (int)p->wish);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		str_addf(&b, "%s=%s\n", texts[i].key,
			 str_or_empty(*(char *const *)(base + texts[i].at)));
	for (size_t i = 0; i < ARRAY_LEN(flags); i++)
		if (*(const bool *)(base + flags[i].at))
			str_addf(&b, "%s=1\n", flags[i].key);
	for (int i = 0; i < PLAN_FOLDERS; i++)
		if (p->folders[i].change)
			str_addf(&b, "folder=%d %d %u %u\n", i,
				 p->folders[i].had, p->folders[i].was,
				 p->folders[i].want);
	return str_take(&b);
}

static bool read_line(struct delegate_plan *p, const char *key,
		      const char *value)
{
	char *base = (char *)p;
	struct plan_folder f = {.change = true};
	int at, had;

	if (str_eq(key, "wish")) {
		p->wish = (enum delegate_wish)strtol(value, NULL, 10);
		return p->wish <= DELEGATE_REMOVE;
	}
	if (str_eq(key, "folder")) {
		if (sscanf(value, "%d %d %u %u", &at, &had, &f.was, &f.want) !=
			    4 ||
		    at < 0 || at >= PLAN_FOLDERS)
			return false;
		f.had = had;
		p->folders[at] = f;
		return true;
	}
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		if (str_eq(key, texts[i].key)) {
			mem_replace((char **)(void *)(base + texts[i].at),
				    xstrdup(value));
			return true;
		}
	for (size_t i = 0; i < ARRAY_LEN(flags); i++)
		if (str_eq(key, flags[i].key)) {
			*(bool *)(base + flags[i].at) = true;
			return true;
		}
	return false;
}

bool delegate_plan_read(struct delegate_plan *p, const char *text)
{
	struct strv lines CLEANUP(strv_release);
	bool ok = true;

	memset(p, 0, sizeof(*p));
	strv_init(&lines);
	strv_split(&lines, str_or_empty(text), "\n");
	for (size_t i = 0; ok && i < lines.n; i++) {
		char *is = strchr(lines.v[i], '=');

		if (!is)
			ok = false;
		else {
			*is = '\0';
			ok = read_line(p, lines.v[i], is + 1);
		}
	}
	if (ok && p->legacy_dn && *p->legacy_dn && p->sid && *p->sid)
		return true;
	delegate_plan_release(p);
	return false;
}

int delegate_plan_step(const struct delegate_plan *p, int nth)
{
	/* Who goes loses the name first, who comes gets it last but rights. */
	if (p->wish == DELEGATE_REMOVE && nth < STEP_FOLDERS)
		return nth == 0 ? STEP_BEHALF : STEP_LISTS;
	return nth;
}
