/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "net/reach.h"
#include "base/clock.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static bool fail(struct err *err, const char *code, const char *host, int port,
		 const char *why)
{
	err_set(err, ERR_NETWORK, "cannot connect to %s, port %d: %s", host,
		port, why);
	if (err)
		snprintf(err->code, sizeof(err->code), "%s", code);
	return false;
}

/* 0: connected; else the errno, ETIMEDOUT or ECANCELED. */
static int try_address(const struct addrinfo *a, int64_t until,
		       const struct chan_flag *cancel)
{
	int fd = socket(a->ai_family,
			SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int why = 0;
	socklen_t len = sizeof(why);
	struct pollfd p[2] = {
		{.fd = fd, .events = POLLOUT},
		{.fd = cancel ? chan_flag_fd(cancel) : -1, .events = POLLIN}};

	if (fd < 0)
		return errno;
	if (connect(fd, a->ai_addr, a->ai_addrlen) != 0 &&
	    errno != EINPROGRESS) {
		why = errno;
	} else {
		int64_t left = until - clock_mono_ms();

		if (poll(p, 2, left > 0 ? (int)left : 0) <= 0)
			why = ETIMEDOUT;
		else if (p[1].revents)
			why = ECANCELED;
		else if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &why, &len) != 0)
			why = errno;
	}
	close(fd);
	return why;
}

bool reach_port(const char *host, int port, int64_t timeout_ms,
		const struct chan_flag *cancel, struct err *err)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *all = NULL;
	int64_t until = clock_mono_ms() + timeout_ms;
	char service[16];
	int why = EHOSTUNREACH;

	snprintf(service, sizeof(service), "%d", port);
	if (getaddrinfo(host, service, &hints, &all) != 0)
		return fail(err, "dns", host, port, "the name is not known");
	for (struct addrinfo *a = all; a && why; a = a->ai_next)
		why = try_address(a, until, cancel);
	freeaddrinfo(all);
	if (why == 0)
		return true;
	if (why == ECANCELED)
		return err_set(err, ERR_CANCELLED, "cancelled");
	if (why == ETIMEDOUT)
		return fail(err, "timeout", host, port, "no answer in time");
	return fail(err, "connect", host, port, strerror(why));
}
