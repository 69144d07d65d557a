/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef ENGINE_DELEGATES_H
#define ENGINE_DELEGATES_H
/* Private to the engine: delegates where the server has no operation for them.
 * j->remotes, j->titles: the folders of enum delegate_folder, "" for none. */
#include "engine/core.h"
#include "model/sharing.h"

/* Fills j->sharing->delegates and notes. */
bool delegates_read(struct lane *l, struct job *j, struct err *err) MUST_CHECK;
/* Finds out what is now and what is to be done: j->plan, to be put into the
 * store before anything is. */
bool delegates_plan(struct lane *l, struct job *j,
		    const struct delegate_change *c,
		    struct err *err) MUST_CHECK;
/* Does what j->plan says. Afterwards it is NULL where nothing is left to do:
 * also on false, when all was undone. */
bool delegates_carry_out(struct lane *l, struct job *j,
			 struct err *err) MUST_CHECK;
#endif
