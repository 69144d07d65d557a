/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef TEST_CPU_TIME_H
#define TEST_CPU_TIME_H
/* What a test's own work costs, whatever else the machine does meanwhile, and
 * whatever a sanitizer adds. For waits there is clock_mono_ms(). */
#include <stdint.h>
#include <time.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define CPU_TIME_FACTOR 15
#endif
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CPU_TIME_FACTOR 15
#endif
#ifndef CPU_TIME_FACTOR
#define CPU_TIME_FACTOR 1
#endif

/* Milliseconds of processor time of the program so far. */
static inline int64_t cpu_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return ((int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000) /
	       CPU_TIME_FACTOR;
}
#endif
