/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef TEXT_QUIET_H
#define TEXT_QUIET_H
/*
 * Hours in which nothing is announced: "22:00-7:00", "sat", "sat-sun",
 * "mon-fri 18:00-8:00". Hours that pass midnight belong to the day on which
 * they begin.
 */
#include "base/err.h"

/* Does the rule cover minute `minute` (0..1439) of weekday `day` (0: Sunday)?
 * False (ERR_INPUT): it is none; *covers is false then. */
bool quiet_covers(const char *rule, int day, int minute, bool *covers,
		  struct err *err) MUST_CHECK;
#endif
