/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/task.h"
#include "base/chan.h"
#include "base/vec.h"
#include "ui/app.h"

struct task {
	struct task_spec spec;
	struct thread *thread;
	struct chan *over; /* borrowed */
};
struct tasks {
	struct chan *over; /* struct task *, when their work is done */
	VEC(struct task *) running;
};

struct tasks *tasks_new(void)
{
	struct tasks *t = xcalloc(1, sizeof(*t));

	t->over = chan_new();
	return t;
}

static void run(void *arg)
{
	struct task *k = arg;

	k->spec.work(k->spec.ctx);
	chan_send(k->over, k);
}

void task_start(struct app *app, const struct task_spec *spec)
{
	struct task *k = xcalloc(1, sizeof(*k));

	k->spec = *spec;
	k->over = app->tasks->over;
	*vec_new(&app->tasks->running) = k;
	k->thread = thread_start("task", run, k);
}

int tasks_fd(const struct tasks *t)
{
	return chan_fd(t->over);
}

bool tasks_are_running(const struct tasks *t)
{
	return t->running.n > 0;
}

static void forget(struct tasks *t, const struct task *k)
{
	for (size_t i = 0; i < t->running.n; i++)
		if (t->running.v[i] == k) {
			vec_remove(&t->running, i);
			return;
		}
}

bool tasks_run(struct app *app)
{
	struct task *k;
	bool any = false;

	while ((k = chan_try_receive(app->tasks->over))) {
		thread_join(k->thread);
		forget(app->tasks, k);
		k->spec.done(app, k->spec.ctx);
		free(k);
		any = true;
	}
	return any;
}

void tasks_free(struct tasks *t)
{
	struct task *k;

	if (!t)
		return;
	for (size_t i = 0; i < t->running.n; i++)
		if (t->running.v[i]->spec.stop)
			t->running.v[i]->spec.stop(t->running.v[i]->spec.ctx);
	while (t->running.n && (k = chan_receive(t->over, -1))) {
		thread_join(k->thread);
		forget(t, k);
		k->spec.drop(k->spec.ctx);
		free(k);
	}
	vec_release(&t->running);
	chan_free(t->over);
	free(t);
}
