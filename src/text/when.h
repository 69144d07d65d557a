/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef TEXT_WHEN_H
#define TEXT_WHEN_H
/* A moment as people type it. */
#include "base/err.h"

/*
 * Reads, in the local zone, a time to come:
 *   2026-11-30T08:00:00+01:00, 2026-11-30 8:00, 2026-11-30
 *   18:30                      today, or tomorrow when that is past
 *   tomorrow, tomorrow 9:00, fri, friday 14:15   (without a time: 8:00)
 *   +90m, +2h, +3d, 45m, in 2h
 * now: UTC seconds. ERR_INPUT says what is understood.
 */
bool when_parse(const char *text, int64_t now, int64_t *out,
		struct err *err) MUST_CHECK;
#endif
