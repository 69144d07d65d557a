/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef ENGINE_DELEGATE_PLAN_H
#define ENGINE_DELEGATE_PLAN_H
/*
 * A change of one delegate on a server without delegate operations, step by
 * step (dossier WebDAV 23.2). The plan is in the store before the first step is
 * taken and until the last one is: what is interrupted can be completed, or
 * undone with what was before. Each step makes something so, however often.
 */
#include "model/delegate.h"

#define PLAN_FACT "delegate-plan"
#define PLAN_FREEBUSY DELEGATE_FOLDER_COUNT /* place of Freebusy Data */
#define PLAN_FOLDERS (DELEGATE_FOLDER_COUNT + 1)

struct plan_folder {
	bool change, had; /* is there anything to do; was there an entry */
	unsigned was, want;
};
struct delegate_plan {
	enum delegate_wish wish;
	bool undo;	/* it goes back to what was */
	bool no_behalf; /* publicDelegates stays as it is */
	char *me_dn, *dn, *legacy_dn, *sid, *name; /* owned */
	bool was_listed, was_private, was_behalf, want_private;
	struct plan_folder folders[PLAN_FOLDERS];
};
void delegate_plan_release(struct delegate_plan *p);
/* As lines of text, and back; false: not understood. */
char *delegate_plan_write(const struct delegate_plan *p);
bool delegate_plan_read(struct delegate_plan *p, const char *text) MUST_CHECK;

enum plan_step { STEP_LISTS, STEP_BEHALF, STEP_FOLDERS };
#define PLAN_STEPS (STEP_FOLDERS + PLAN_FOLDERS)
/* The step taken as the nth; those from STEP_FOLDERS on are a folder each. */
int delegate_plan_step(const struct delegate_plan *p, int nth);
#endif
