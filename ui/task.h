/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_TASK_H
#define UI_TASK_H
/*
 * Work that takes its time and is neither the engine's nor on the network, such
 * as checking a signature: done in a thread, told to the loop when it is over.
 */
#include "base/mem.h"

struct app;
struct tasks;

/* work runs in a thread of its own and must touch nothing but ctx; then done
 * runs in the loop and owns ctx. When the program ends first, stop (may be NULL)
 * is called beside work, so that it ends soon, and then only drop runs. */
struct task_spec {
	void (*work)(void *ctx);
	void (*done)(struct app *app, void *ctx);
	void (*drop)(void *ctx);
	void *ctx;
	void (*stop)(void *ctx);
};
void task_start(struct app *app, const struct task_spec *spec);

/* --- the loop's part ------------------------------------------------------ */
struct tasks *tasks_new(void);
void tasks_free(struct tasks *t); /* waits for what runs */
int tasks_fd(const struct tasks *t);
bool tasks_run(struct app *app); /* true when any was over */
bool tasks_are_running(const struct tasks *t);
#endif
