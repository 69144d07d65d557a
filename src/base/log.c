/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "base/log.h"
#include "base/chan.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define RING 500
#define LINE_MAX_BYTES ((size_t)64 * 1024)

/* The one log sink of the process; everything but `level` under the lock. */
static struct {
	struct chan_lock *lock;
	int fd;
	char *ring[RING];
	size_t next, n;
	struct strv masks;
} sink = {.fd = -1};
static int sink_state;
static int sink_level = LOG_INFO;

static const char *const level_names[] = {"error", "warn", "info", "debug",
					  "trace"};

static void make_sink(void)
{
	sink.lock = chan_lock_new();
}

static void lock_sink(void)
{
	chan_once(&sink_state, make_sink);
	chan_lock_take(sink.lock);
}

bool log_open(const char *path, enum log_level level, struct err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	if (fd < 0)
		return err_errno(err, "cannot open the log %s", path);
	lock_sink();
	if (sink.fd >= 0)
		close(sink.fd);
	sink.fd = fd;
	chan_lock_drop(sink.lock);
	log_set_level(level);
	return true;
}

void log_close(void)
{
	lock_sink();
	if (sink.fd >= 0)
		close(sink.fd);
	sink.fd = -1;
	for (size_t i = 0; i < sink.masks.n; i++)
		mem_wipe(sink.masks.v[i], strlen(sink.masks.v[i]));
	strv_release(&sink.masks);
	chan_lock_drop(sink.lock);
}

void log_set_level(enum log_level level)
{
	__atomic_store_n(&sink_level, (int)level, __ATOMIC_RELAXED);
}

bool log_level_parse(const char *name, enum log_level *out)
{
	for (size_t i = 0; i < ARRAY_LEN(level_names); i++) {
		if (str_eq(name, level_names[i])) {
			*out = (enum log_level)i;
			return true;
		}
	}
	return false;
}

void log_mask(const char *secret)
{
	if (!secret || strlen(secret) < 4)
		return;
	lock_sink();
	if (!strv_has(&sink.masks, secret))
		strv_add(&sink.masks, secret);
	chan_lock_drop(sink.lock);
}

/* Replaces every secret in b by three stars. */
static void mask_line(struct str *b)
{
	for (size_t i = 0; i < sink.masks.n; i++) {
		const char *secret = sink.masks.v[i], *at = b->s, *hit;
		size_t n = strlen(secret);
		struct str clean = STR_INIT;

		if (!strstr(b->s, secret))
			continue;
		while ((hit = strstr(at, secret)) != NULL) {
			str_add_mem(&clean, at, (size_t)(hit - at));
			str_add(&clean, "***");
			at = hit + n;
		}
		str_add(&clean, at);
		mem_wipe(b->s, b->len);
		str_release(b);
		*b = clean;
		str_cut(b, LINE_MAX_BYTES); /* stars may be longer */
	}
}

/* "2026-11-24 03:14:15.926 W http: ", local time. */
static void add_head(struct str *b, enum log_level level, const char *area)
{
	struct timespec now;
	struct tm tm = {0};

	clock_gettime(CLOCK_REALTIME, &now);
	localtime_r(&now.tv_sec, &tm);
	str_addf(b, "%04d-%02d-%02d %02d:%02d:%02d.%03ld %c %s: ",
		 tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
		 tm.tm_min, tm.tm_sec, now.tv_nsec / 1000000, "EWIDT"[level],
		 area);
}

static void write_line(const char *s, size_t len)
{
	while (len) {
		ssize_t n = write(sink.fd, s, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return; /* a full disk must not stop the program */
		s += n;
		len -= (size_t)n;
	}
}

void log_at(enum log_level level, const char *area, const char *fmt, ...)
{
	struct str b;
	va_list args;
	size_t head;

	if ((int)level > __atomic_load_n(&sink_level, __ATOMIC_RELAXED))
		return;
	str_init_max(&b, LINE_MAX_BYTES);
	add_head(&b, level, area);
	head = b.len;
	va_start(args, fmt);
	str_addfv(&b, fmt, args);
	va_end(args);
	lock_sink();
	mask_line(&b);
	/* One line stays one line, whatever a server put into it. */
	for (size_t i = head; i < b.len; i++)
		if ((unsigned char)b.s[i] < 0x20 || b.s[i] == 0x7F)
			b.s[i] = ' ';
	free(sink.ring[sink.next]);
	sink.ring[sink.next] = xstrndup(b.s, b.len);
	sink.next = (sink.next + 1) % RING;
	if (sink.n < RING)
		sink.n++;
	if (sink.fd >= 0) {
		b.max = LINE_MAX_BYTES + 1;
		b.truncated = false;
		str_add_char(&b, '\n');
		write_line(b.s, b.len);
	}
	chan_lock_drop(sink.lock);
	str_release(&b);
}

void log_recent(struct strv *out)
{
	lock_sink();
	for (size_t i = 0; i < sink.n; i++)
		strv_add(out,
			 sink.ring[(sink.next + RING - sink.n + i) % RING]);
	chan_lock_drop(sink.lock);
}
