/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef ENGINE_REPLAY_H
#define ENGINE_REPLAY_H
/* Private to the lane's side of the journal: replay.c, event_replay.c. */
#include "engine/core.h"

struct replay {
	struct lane *lane;
	struct job *job;
	struct msg *msg; /* outcomes not yet posted */
};
struct outcome *replay_add(struct replay *r, enum outcome_kind kind,
			   size_t step);
/* Step i, an EVENT. False: its failure is *err. */
bool replay_event(struct replay *r, size_t i, struct err *err) MUST_CHECK;
#endif
