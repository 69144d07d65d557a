/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef BASE_CHAN_H
#define BASE_CHAN_H
/*
 * Threads and message queues: the only file that calls pthread functions.
 * A channel carries void * messages from any thread to any thread; ownership
 * travels with the message. chan_fd() polls readable while messages wait.
 */
#include "base/mem.h"

struct chan;
struct chan *chan_new(void);
void chan_free(struct chan *c); /* messages left inside are not freed */
void chan_send(struct chan *c, void *owned_msg);
void chan_send_first(struct chan *c, void *owned_msg); /* ahead of others */
void *chan_try_receive(struct chan *c);		       /* NULL: empty */
/* Waits at most timeout_ms (-1: for ever); NULL on time-out. */
void *chan_receive(struct chan *c, int64_t timeout_ms);
size_t chan_count(struct chan *c);
/* The descriptor is made readable by a send and unreadable once drained. */
int chan_fd(struct chan *c);

struct thread;
/* Starts fn(arg); all signals are blocked in it. `name` at most 15 bytes. */
struct thread *thread_start(const char *name, void (*fn)(void *), void *arg);
void thread_join(struct thread *t); /* waits and frees */
/* The calling thread, and those it starts from now on, leave the processor to
 * threads that did not call this. Nothing where a priority is the process's. */
void thread_give_way(void);
/* The calling thread, but none it starts and no program, asks for short turns
 * on the processor and so is woken ahead of threads with longer ones. Nothing
 * where a thread cannot ask (before Linux 6.12). */
void thread_come_first(void);

/* A flag any thread may raise and any may test. */
struct chan_flag;
struct chan_flag *chan_flag_new(void);
void chan_flag_free(struct chan_flag *f);
void chan_flag_raise(struct chan_flag *f);
void chan_flag_lower(struct chan_flag *f);
bool chan_flag_is_up(const struct chan_flag *f);
/* Polls readable while the flag is up: for waiting on it beside sockets. */
int chan_flag_fd(const struct chan_flag *f);
/* Sleeps ms milliseconds, or until the flag is up (f may be NULL: only
 * sleeps). True: the flag is up. */
bool chan_flag_wait(const struct chan_flag *f, int64_t ms);
/* Runs fn once in the process, whichever thread comes first. */
void chan_once(int *state, void (*fn)(void));
/* A plain mutual exclusion for libraries that demand one. */
struct chan_lock;
struct chan_lock *chan_lock_new(void);
void chan_lock_free(struct chan_lock *l);
void chan_lock_take(struct chan_lock *l);
void chan_lock_drop(struct chan_lock *l);
#endif
