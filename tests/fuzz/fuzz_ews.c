/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Answers of EWS, in pieces. The first byte says how long they are. */
#include <stdint.h>

#include "proto/ews/errors.h"
#include "proto/ews/read.h"

static bool on_message(void *ctx, struct ews_message *m, struct err *err)
{
	struct err e = ERR_INIT;
	size_t *seen = ctx;

	(void)err;
	(*seen)++;
	if (ews_message_error(m, &e) != RULE_NONE && e.kind == ERR_NONE)
		BUG("an error of no kind");
	return *seen < 1000;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t seen = 0, step;
	struct ews_reader *r;
	struct err err = ERR_INIT;
	bool ok = true;

	if (size < 2)
		return 0;
	step = (size_t)data[0] * 4 + 1;
	r = ews_reader_new(on_message, &seen);
	for (size_t at = 1; ok && at < size; at += step)
		ok = ews_reader_feed(r, (const char *)data + at,
				     size - at < step ? size - at : step, &err);
	if (ok && ews_reader_finish(r, &err) && ews_reader_head(r)->is_fault)
		ews_fault_error(ews_reader_head(r), &err);
	else if (!ok && err.kind == ERR_NONE)
		BUG("failed without an error");
	ews_reader_free(r);
	return 0;
}
