/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "engine/msg.h"
#include "model/recover.h"
#include "model/oof.h"
#include "model/public.h"
#include "model/storage.h"
#include "model/sharing.h"

struct job_row {
	const char *text;
	enum lane_id lane;
	int rank;
	unsigned capability;
};

static const struct job_row rows[JOB_COUNT] = {
#define JOB(id, function, at, rank, cap, text) {text, LANE_##at, rank, cap},
#include "engine/jobs.def"
#undef JOB
};

enum lane_id job_lane(enum job_kind kind)
{
	return rows[kind].lane;
}

int job_rank(enum job_kind kind)
{
	return rows[kind].rank;
}

unsigned job_capability(enum job_kind kind)
{
	return rows[kind].capability;
}

const char *job_text(enum job_kind kind)
{
	return rows[kind].text;
}

struct job *job_new(enum job_kind kind)
{
	struct job *j = xcalloc(1, sizeof(*j));

	j->kind = kind;
	j->lane = rows[kind].lane;
	j->cancel = chan_flag_new();
	atomic_init(&j->yield, false);
	strv_init(&j->owners);
	strv_init(&j->remotes);
	strv_init(&j->titles);
	return j;
}

void job_free(struct job *j)
{
	if (!j)
		return;
	chan_flag_free(j->cancel);
	backend_info_release(&j->info);
	free(j->remote);
	strv_release(&j->owners);
	free(j->state);
	wanted_list_release(&j->wanted);
	for (size_t i = 0; j->extra && i < j->steps.n; i++) {
		bytes_release(&j->extra[i].raw);
		free(j->extra[i].message_id);
		free(j->extra[i].search_key);
		free(j->extra[i].reference);
		appointment_change_release(&j->extra[i].change);
		appointment_release(&j->extra[i].was);
	}
	free(j->extra);
	step_list_release(&j->steps);
	free(j->drafts);
	free(j->sent);
	free(j->outbox);
	strv_release(&j->remotes);
	vec_release(&j->rows);
	vec_release(&j->found);
	free(j->words);
	free(j->key);
	free(j->book_server);
	contact_wishes_release(&j->wishes);
	free(j->directory);
	mem_wipe_text(&j->secret.was);
	mem_wipe_text(&j->secret.now);
	oof_free(j->oof);
	sharing_free(j->sharing);
	free(j->plan);
	public_talk_free(j->talk);
	recover_talk_free(j->recover);
	strv_release(&j->titles);
	oof_free(j->oof_was);
	if (j->storage)
		storage_release(j->storage);
	free(j->storage);
	person_list_release(&j->people);
	bytes_release(&j->photo);
	free(j);
}

void job_about(struct job *j, size_t i)
{
	const char *owner = i < j->owners.n ? j->owners.v[i] : "";

	j->owner = *owner ? owner : NULL;
}

void outcomes_release(struct outcomes *o)
{
	for (size_t i = 0; i < o->n; i++) {
		free(o->v[i].new_id);
		free(o->v[i].new_change_key);
		free(o->v[i].mine);
		free(o->v[i].server);
	}
	vec_release(o);
}

struct msg *msg_new(enum msg_kind kind, struct job *j)
{
	struct msg *m = xcalloc(1, sizeof(*m));

	m->kind = kind;
	m->job = j;
	strv_init(&m->ids);
	strv_init(&m->gone);
	return m;
}

void msg_free(struct msg *m)
{
	if (!m)
		return;
	backend_info_release(&m->info);
	for (int i = 0; i < FOLDER_ROLE_COUNT; i++)
		free(m->roles[i]);
	sync_page_release(&m->page);
	folder_marks_release(&m->marks);
	item_list_release(&m->list);
	for (size_t i = 0; i < m->bodies.n; i++) {
		body_release(m->bodies.v[i]);
		free(m->bodies.v[i]);
	}
	vec_release(&m->bodies);
	strv_release(&m->ids);
	vec_release(&m->missing);
	outcomes_release(&m->outcomes);
	person_list_release(&m->people);
	strv_release(&m->gone);
	contact_page_release(&m->contacts);
	free(m->result.new_id);
	free(m->result.new_change_key);
	free(m->server);
	for (size_t i = 0; i < m->entries.n; i++)
		appointment_release(&m->entries.v[i].appt);
	vec_release(&m->entries);
	free_busy_release(&m->busy);
	free(m->notify_folder);
	if (m->kind == MSG_DONE)
		job_free(m->job);
	free(m);
}
