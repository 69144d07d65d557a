/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef NET_REACH_H
#define NET_REACH_H
/* Can a TCP port be reached? For diagnosis only. */
#include "base/chan.h"
#include "base/err.h"

/* Fails with NETWORK and a code: dns, connect, timeout; or CANCELLED. */
bool reach_port(const char *host, int port, int64_t timeout_ms,
		const struct chan_flag *cancel, struct err *err) MUST_CHECK;
#endif
