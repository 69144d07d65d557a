/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef BASE_LOG_H
#define BASE_LOG_H
/*
 * Log lines: to a file (opened by log_open, 0600) and a ring of the last 500
 * for the log screen. Thread-safe. Secrets registered with log_mask are
 * replaced by *** wherever they appear.
 */
#include "base/err.h"
#include "base/str.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG, LOG_TRACE };

bool log_open(const char *path, enum log_level level,
	      struct err *err) MUST_CHECK;
void log_close(void);
void log_set_level(enum log_level level);
bool log_level_parse(const char *name, enum log_level *out);
/* area: a short constant name such as "ews", "http", "store". */
PRINTF(3, 4)
void log_at(enum log_level level, const char *area, const char *fmt, ...);
void log_mask(const char *secret); /* copied; at least 4 bytes, else ignored */
/* The ring, oldest first, one line each; caller releases. */
void log_recent(struct strv *out);
#endif
