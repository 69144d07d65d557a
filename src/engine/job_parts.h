/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef ENGINE_JOB_PARTS_H
#define ENGINE_JOB_PARTS_H
/* Values that jobs and messages carry; see job.h. */
#include "base/vec.h"
#include "proto/backend.h"
#include "store/calendar.h"

/* How one journal step ended, as far as the lane can tell. */
enum outcome_kind {
	OUTCOME_DONE,
	OUTCOME_STAGE,
	OUTCOME_RETRY,
	OUTCOME_FAILED,
	OUTCOME_CONFLICT,
	OUTCOME_GONE
};
struct outcome {
	enum outcome_kind kind;
	size_t step;		       /* index into job->steps */
	char *new_id, *new_change_key; /* DONE, STAGE; may be NULL */
	char *mine, *server; /* CONFLICT: a sentence each; server NULL: gone */
	struct err err;	     /* RETRY, FAILED */
};
struct outcomes {
	struct outcome *v;
	size_t n, cap;
};
void outcomes_release(struct outcomes *o);

/* What a replay needs beside its steps, one a step. */
struct step_extra {
	struct appointment_change change; /* EVENT */
	struct appointment was;		  /* EVENT */
	char *reference;  /* EVENT: remote id of the message answered */
	struct bytes raw; /* SEND stage 0, UPLOAD */
	char *message_id; /* MOVE, COPY: how to find the item again */
	char *search_key;
	bool settled; /* it has an outcome (core) */
	bool staged;  /* a draft is up, not sent yet (core) */
};

/* Calendar entries on their way to the store. */
struct got_event {
	size_t which; /* index into job->wanted */
	bool absent;  /* the server cannot give it */
	struct appointment appt;
};
struct got_events {
	struct got_event *v;
	size_t n, cap;
};
#endif
