/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef EWS_ERRORS_H
#define EWS_ERRORS_H
/* The server's codes as errors of ours: errors.def. */
#include "base/err.h"
#include "proto/ews/read.h"

enum ews_rule {
	RULE_NONE, /* no error */
	RULE_FINAL,
	RULE_BUSY,
	RULE_HALVE,
	RULE_AGAIN,
	RULE_STOPPED,
	RULE_VERSION,
	RULE_FETCH,
	RULE_STALE,
	RULE_RESUBSCRIBE
};

/* What a code asks for. Unknown: RULE_FINAL and ERR_PROTOCOL. */
enum ews_rule ews_rule_of(const char *code);
/* Fills *err from a code, the server's own words and its back-off (-1: none).
 * `inner` (may be NULL) goes before code where the table knows it. */
enum ews_rule ews_code_error(struct err *err, const char *code,
			     const char *inner, const char *text,
			     int64_t backoff_ms);
/* Is this message an error? RULE_NONE when not, and *err is untouched. */
enum ews_rule ews_message_error(const struct ews_message *m, struct err *err);
/* The same for a SOAP fault; never RULE_NONE. */
enum ews_rule ews_fault_error(const struct ews_head *h, struct err *err);
#endif
