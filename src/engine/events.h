/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef ENGINE_EVENTS_H
#define ENGINE_EVENTS_H
/* Private to the engine: events.c, as core.h has it of the other jobs. */
#include "engine/core.h"

bool core_apply_events(struct core *c, struct msg *m, size_t *cursor,
		       bool *done, struct err *err);
bool core_apply_busy(struct core *c, struct msg *m, size_t *cursor, bool *done,
		     struct err *err);
struct job *core_job_events(struct core *c); /* NULL: nothing to do */
struct job *core_job_busy(const struct ticket *t);
struct job *core_job_plan(struct core *c); /* sharing.c; NULL: none waits */
struct job *core_job_sharing(struct core *c, struct ticket *t,
			     struct err *err); /* sharing.c; NULL: err */
/* core_end_ticket of what made or took back an entry of the journal. */
void core_end_ticket_with(struct core *c, uint64_t ticket, int64_t entry,
			  const struct err *err);
/* An UNDO of what others may do becomes a SHARING. False: it is one, and cannot
 * be taken back. */
bool core_undo_rights(struct core *c, struct request *r, bool *is_rights,
		      struct err *err);
/* public.c */
struct job *core_job_public(struct ticket *t);
bool core_request_public(struct core *c, uint64_t ticket, struct request *taken,
			 struct err *err);
/* recover.c; NULL: err */
struct job *core_job_recover(struct core *c, struct ticket *t, struct err *err);
/* storage.c: the same. */
struct job *core_job_storage(struct core *c, struct ticket *t);
/* services.c: of a request (NULL: a look by itself, where one is due). */
/* remind.c */
bool core_request_reminder(struct core *c, uint64_t ticket,
			   const struct request *r, struct err *err);
struct job *core_job_oof(struct core *c, struct ticket *t);
#endif
