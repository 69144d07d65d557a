/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "base/chan.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#ifdef __linux__
#include <sched.h>
#include <sys/syscall.h>
#endif
#include <time.h>
#include <unistd.h>

#define GIVE_WAY 10 /* steps of nice(2): about a tenth of the processor */
/*
 * Turns, in ns. What runs may finish its turn before what is woken gets the
 * processor, and that it has finished is otherwise noticed at the next tick
 * only, up to 4 ms later. The turn of those that give way, times the ninefold
 * that GIVE_WAY makes of it, must be longer than the system's own (at most 2.8
 * ms), or they would still come before others that are woken.
 */
#define TURN_FIRST 100000
#define TURN_GIVE_WAY 350000

/* A ring that doubles when full; head is the oldest message. */
struct chan {
	pthread_mutex_t lock;
	pthread_cond_t filled;
	void **ring;
	size_t cap, head, n;
	int fd;
};

struct chan *chan_new(void)
{
	struct chan *c = xcalloc(1, sizeof(*c));
	pthread_condattr_t attr;

	c->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (c->fd < 0)
		BUG("eventfd: %s", strerror(errno));
	pthread_mutex_init(&c->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&c->filled, &attr);
	pthread_condattr_destroy(&attr);
	return c;
}

void chan_free(struct chan *c)
{
	if (!c)
		return;
	close(c->fd);
	pthread_cond_destroy(&c->filled);
	pthread_mutex_destroy(&c->lock);
	free(c->ring);
	free(c);
}

static void grow(struct chan *c)
{
	size_t cap = c->cap ? c->cap * 2 : 16;
	void **ring = xcalloc(cap, sizeof(*ring));

	for (size_t i = 0; i < c->n; i++)
		ring[i] = c->ring[(c->head + i) & (c->cap - 1)];
	free(c->ring);
	c->ring = ring;
	c->cap = cap;
	c->head = 0;
}

/* The descriptor is readable exactly while n > 0; both change under the lock.
 * The counter never exceeds 1, so neither call can block or fail. */
static void signal_fd(struct chan *c)
{
	if (eventfd_write(c->fd, 1) != 0)
		BUG("eventfd_write: %s", strerror(errno));
}

static void drain_fd(struct chan *c)
{
	eventfd_t count;

	if (eventfd_read(c->fd, &count) != 0)
		BUG("eventfd_read: %s", strerror(errno));
}

static void put(struct chan *c, void *msg, bool first)
{
	if (!msg)
		BUG("NULL sent into a channel");
	pthread_mutex_lock(&c->lock);
	if (c->n == c->cap)
		grow(c);
	if (first) {
		c->head = (c->head - 1) & (c->cap - 1);
		c->ring[c->head] = msg;
	} else {
		c->ring[(c->head + c->n) & (c->cap - 1)] = msg;
	}
	if (c->n++ == 0)
		signal_fd(c);
	pthread_cond_signal(&c->filled);
	pthread_mutex_unlock(&c->lock);
}

void chan_send(struct chan *c, void *owned_msg)
{
	put(c, owned_msg, false);
}

void chan_send_first(struct chan *c, void *owned_msg)
{
	put(c, owned_msg, true);
}

static void *pull(struct chan *c)
{
	void *msg;

	if (c->n == 0)
		return NULL;
	msg = c->ring[c->head];
	c->head = (c->head + 1) & (c->cap - 1);
	if (--c->n == 0)
		drain_fd(c);
	return msg;
}

void *chan_try_receive(struct chan *c)
{
	void *msg;

	pthread_mutex_lock(&c->lock);
	msg = pull(c);
	pthread_mutex_unlock(&c->lock);
	return msg;
}

void *chan_receive(struct chan *c, int64_t timeout_ms)
{
	struct timespec until;
	void *msg;
	int rc = 0;

	clock_gettime(CLOCK_MONOTONIC, &until);
	if (timeout_ms > 0) {
		until.tv_sec += (time_t)(timeout_ms / 1000);
		until.tv_nsec += (long)(timeout_ms % 1000) * 1000000;
		if (until.tv_nsec >= 1000000000) {
			until.tv_nsec -= 1000000000;
			until.tv_sec++;
		}
	}
	pthread_mutex_lock(&c->lock);
	while (c->n == 0 && rc != ETIMEDOUT) {
		if (timeout_ms < 0)
			rc = pthread_cond_wait(&c->filled, &c->lock);
		else
			rc = pthread_cond_timedwait(&c->filled, &c->lock,
						    &until);
	}
	msg = pull(c);
	pthread_mutex_unlock(&c->lock);
	return msg;
}

size_t chan_count(struct chan *c)
{
	size_t n;

	pthread_mutex_lock(&c->lock);
	n = c->n;
	pthread_mutex_unlock(&c->lock);
	return n;
}

int chan_fd(struct chan *c)
{
	return c->fd;
}

struct thread {
	pthread_t id;
	void (*fn)(void *);
	void *arg;
	char name[16];
};

static void *run_thread(void *p)
{
	struct thread *t = p;

	pthread_setname_np(pthread_self(), t->name);
	t->fn(t->arg);
	return NULL;
}

struct thread *thread_start(const char *name, void (*fn)(void *), void *arg)
{
	struct thread *t = xcalloc(1, sizeof(*t));
	sigset_t all, old;
	size_t n = strlen(name);
	int rc;

	t->fn = fn;
	t->arg = arg;
	memcpy(t->name, name, n < 16 ? n : 15);
	/* The mask is inherited: block around the start, so that no signal can
	 * reach the new thread even in its first moment. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	rc = pthread_create(&t->id, NULL, run_thread, t);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (rc != 0)
		BUG("cannot start a thread: %s", strerror(rc));
	return t;
}

void thread_join(struct thread *t)
{
	if (!t)
		return;
	pthread_join(t->id, NULL);
	free(t);
}

#ifdef __linux__
/* As the kernel has it (sched_setattr(2)); this C library does not. */
struct turn {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
};
#define RESET_ON_FORK 1

/* Here a priority belongs to a thread (setpriority(2), "C library/kernel
 * differences"). The turn is a wish: an older kernel reads past it. */
static void set_turn(int more_nice, uint64_t ns, uint64_t flags)
{
	struct turn t = {0};

	if (syscall(SYS_sched_getattr, 0, &t, sizeof(t), 0) != 0 ||
	    (t.policy != SCHED_OTHER && t.policy != SCHED_BATCH))
		return;
	t.size = sizeof(t);
	t.flags = flags;
	t.nice += more_nice;
	if (t.nice > 19)
		t.nice = 19;
	t.runtime = ns;
	(void)syscall(SYS_sched_setattr, 0, &t, 0);
}
#else
#define RESET_ON_FORK 0
static void set_turn(int more_nice, uint64_t ns, uint64_t flags)
{
	(void)more_nice;
	(void)ns;
	(void)flags;
}
#endif

void thread_give_way(void)
{
	set_turn(GIVE_WAY, TURN_GIVE_WAY, 0);
}

void thread_come_first(void)
{
	set_turn(0, TURN_FIRST, RESET_ON_FORK);
}

/* `up` is for testing without a lock; the descriptor follows it under one, so
 * that a raise and a lower at the same time cannot leave them different. */
struct chan_flag {
	pthread_mutex_t lock;
	atomic_bool up;
	int fd;
};

struct chan_flag *chan_flag_new(void)
{
	struct chan_flag *f = xcalloc(1, sizeof(*f));

	f->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (f->fd < 0)
		BUG("eventfd: %s", strerror(errno));
	pthread_mutex_init(&f->lock, NULL);
	atomic_init(&f->up, false);
	return f;
}

void chan_flag_free(struct chan_flag *f)
{
	if (!f)
		return;
	close(f->fd);
	pthread_mutex_destroy(&f->lock);
	free(f);
}

static void flag_set(struct chan_flag *f, bool up)
{
	eventfd_t count;
	int rc = 0;

	pthread_mutex_lock(&f->lock);
	if (atomic_exchange(&f->up, up) != up)
		rc = up ? eventfd_write(f->fd, 1) : eventfd_read(f->fd, &count);
	pthread_mutex_unlock(&f->lock);
	if (rc != 0)
		BUG("eventfd of a flag: %s", strerror(errno));
}

void chan_flag_raise(struct chan_flag *f)
{
	flag_set(f, true);
}

void chan_flag_lower(struct chan_flag *f)
{
	flag_set(f, false);
}

bool chan_flag_is_up(const struct chan_flag *f)
{
	return atomic_load(&f->up);
}

int chan_flag_fd(const struct chan_flag *f)
{
	return f->fd;
}

bool chan_flag_wait(const struct chan_flag *f, int64_t ms)
{
	struct pollfd p = {.fd = f ? f->fd : -1, .events = POLLIN};
	struct timespec now;
	int64_t end;

	clock_gettime(CLOCK_MONOTONIC, &now);
	end = now.tv_sec * 1000 + now.tv_nsec / 1000000 + ms;
	while (ms > 0 && !(f && chan_flag_is_up(f))) {
		poll(&p, 1, ms > 60000 ? 60000 : (int)ms);
		clock_gettime(CLOCK_MONOTONIC, &now);
		ms = end - now.tv_sec * 1000 - now.tv_nsec / 1000000;
	}
	return f && chan_flag_is_up(f);
}

void chan_once(int *state, void (*fn)(void))
{
	/* Recursive: fn may need something else that is made once. */
	static pthread_mutex_t lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;

	if (__atomic_load_n(state, __ATOMIC_ACQUIRE))
		return;
	pthread_mutex_lock(&lock);
	if (!*state) {
		fn();
		__atomic_store_n(state, 1, __ATOMIC_RELEASE);
	}
	pthread_mutex_unlock(&lock);
}

struct chan_lock {
	pthread_mutex_t mutex;
};

struct chan_lock *chan_lock_new(void)
{
	struct chan_lock *l = xcalloc(1, sizeof(*l));

	pthread_mutex_init(&l->mutex, NULL);
	return l;
}

void chan_lock_free(struct chan_lock *l)
{
	if (!l)
		return;
	pthread_mutex_destroy(&l->mutex);
	free(l);
}

void chan_lock_take(struct chan_lock *l)
{
	pthread_mutex_lock(&l->mutex);
}

void chan_lock_drop(struct chan_lock *l)
{
	pthread_mutex_unlock(&l->mutex);
}
