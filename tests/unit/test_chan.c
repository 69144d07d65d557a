/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/chan.h"
#include "base/clock.h"

static bool readable(struct chan *c)
{
	struct pollfd p = {.fd = chan_fd(c), .events = POLLIN};

	return poll(&p, 1, 0) == 1;
}

static void test_order(void **state)
{
	struct chan *c = chan_new();
	int v[200];

	(void)state;
	assert_null(chan_try_receive(c));
	assert_false(readable(c));
	for (int i = 0; i < 100; i++)
		chan_send(c, &v[i]);
	chan_send_first(c, &v[150]);
	assert_int_equal(chan_count(c), 101);
	assert_true(readable(c));
	assert_ptr_equal(chan_receive(c, -1), &v[150]);
	for (int i = 0; i < 100; i++) {
		assert_true(readable(c));
		assert_ptr_equal(chan_receive(c, 1000), &v[i]);
	}
	assert_false(readable(c));
	assert_null(chan_receive(c, 0));
	chan_free(c);
}

static void test_time_out(void **state)
{
	struct chan *c = chan_new();
	int64_t before = clock_mono_ms(), took;

	(void)state;
	assert_null(chan_receive(c, 30));
	took = clock_mono_ms() - before;
	assert_in_range(took, 29, 5000);
	chan_free(c);
}

#define SENDERS 3
#define EACH 20000

struct sender {
	struct chan *c;
	char *msgs;
};

static void send_all(void *arg)
{
	struct sender *s = arg;

	for (int i = 0; i < EACH; i++) {
		s->msgs[i] = 1;
		chan_send(s->c, &s->msgs[i]);
	}
}

static void test_threads(void **state)
{
	struct chan *c = chan_new();
	struct sender s[SENDERS];
	struct thread *t[SENDERS];
	int sum = 0;

	(void)state;
	for (int i = 0; i < SENDERS; i++) {
		s[i] = (struct sender){c, xcalloc(EACH, 1)};
		t[i] = thread_start("sender-with-a-long-name", send_all, &s[i]);
	}
	for (int n = 0; n < SENDERS * EACH; n++) {
		char *msg = chan_receive(c, 10000);

		assert_non_null(msg);
		sum += *msg;
		*msg = 0;
	}
	for (int i = 0; i < SENDERS; i++) {
		thread_join(t[i]);
		free(s[i].msgs);
	}
	assert_int_equal(sum, SENDERS * EACH);
	assert_false(readable(c));
	chan_free(c);
}

static void read_mask(void *arg)
{
	sigprocmask(SIG_SETMASK, NULL, arg);
}

static void test_signals_are_blocked(void **state)
{
	sigset_t inside, mine;

	(void)state;
	thread_join(thread_start("mask", read_mask, &inside));
	assert_true(sigismember(&inside, SIGWINCH));
	assert_true(sigismember(&inside, SIGTERM));
	sigprocmask(SIG_SETMASK, NULL, &mine);
	assert_false(sigismember(&mine, SIGWINCH));
}

static int once_state, once_runs;

static void run_once(void)
{
	once_runs++;
}

static void call_once(void *arg)
{
	(void)arg;
	for (int i = 0; i < 1000; i++)
		chan_once(&once_state, run_once);
}

static void test_once(void **state)
{
	struct thread *a = thread_start("a", call_once, NULL);
	struct thread *b = thread_start("b", call_once, NULL);

	(void)state;
	thread_join(a);
	thread_join(b);
	assert_int_equal(once_runs, 1);
}

struct counter {
	struct chan_lock *lock;
	struct chan_flag *stop;
	long n;
};

static void count_up(void *arg)
{
	struct counter *c = arg;

	for (int i = 0; i < 10000; i++) {
		chan_lock_take(c->lock);
		c->n++;
		chan_lock_drop(c->lock);
	}
	chan_flag_raise(c->stop);
}

static void test_lock_and_flag(void **state)
{
	struct counter c = {chan_lock_new(), chan_flag_new(), 0};
	struct thread *a, *b;

	(void)state;
	assert_false(chan_flag_is_up(c.stop));
	a = thread_start("a", count_up, &c);
	b = thread_start("b", count_up, &c);
	thread_join(a);
	thread_join(b);
	assert_int_equal(c.n, 20000);
	assert_true(chan_flag_is_up(c.stop));
	chan_flag_lower(c.stop);
	assert_false(chan_flag_is_up(c.stop));
	chan_lock_free(c.lock);
	chan_flag_free(c.stop);
}

/* --- priority --------------------------------------------------------------- */
struct steps {
	int before, after, inside;
};

static int priority(void)
{
	return getpriority(PRIO_PROCESS, (id_t)gettid());
}

static void look(void *arg)
{
	((struct steps *)arg)->inside = priority();
}

static void step_back(void *arg)
{
	struct steps *s = arg;

	s->before = priority();
	thread_give_way();
	s->after = priority();
	thread_join(thread_start("inner", look, s));
}

static void test_give_way(void **state)
{
	struct steps s = {0};
	int here = priority();

	(void)state;
	thread_join(thread_start("outer", step_back, &s));
	assert_int_equal(s.before, here);
	assert_true(s.after > here || here == 19);
	assert_int_equal(s.inside, s.after);
	assert_int_equal(priority(), here);
}

/* The length of the calling thread's turns in ns (sched_getattr(2)); 0 where
 * the kernel does not tell. */
static uint64_t turn(void)
{
	struct {
		uint32_t size, policy;
		uint64_t flags;
		int32_t nice;
		uint32_t priority;
		uint64_t runtime, deadline, period;
	} t = {0};

	syscall(SYS_sched_getattr, 0, &t, sizeof(t), 0);
	return t.runtime;
}

struct turns {
	uint64_t before, first, started, back;
};

static void look_at_turn(void *arg)
{
	((struct turns *)arg)->started = turn();
}

static void come_first(void *arg)
{
	struct turns *t = arg;

	t->before = turn();
	thread_come_first();
	t->first = turn();
	thread_join(thread_start("inner", look_at_turn, t));
	thread_give_way();
	t->back = turn();
}

static void test_come_first(void **state)
{
	struct turns t = {0};

	(void)state;
	thread_join(thread_start("outer", come_first, &t));
	if (!t.before)
		skip();
	assert_true(t.first < t.before);
	assert_true(t.started == t.before);
	assert_true(t.back > t.first);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_time_out),
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_signals_are_blocked),
		cmocka_unit_test(test_once),
		cmocka_unit_test(test_lock_and_flag),
		cmocka_unit_test(test_give_way),
		cmocka_unit_test(test_come_first),
	};

	return cmocka_run_group_tests_name("chan", tests, NULL, NULL);
}
