/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef ENGINE_UPKEEP_H
#define ENGINE_UPKEEP_H
/*
 * What is done to a store as a whole, while no engine runs on it in this
 * process and no screen or sync in another: else ERR_CONFLICT, which says so.
 */
#include "store/upkeep.h"

bool engine_vacuum(const char *store_path, struct upkeep_sizes *out,
		   struct err *err) MUST_CHECK;
/* As store_repair. */
bool engine_repair(const char *store_path, char **aside, struct strv *said,
		   struct err *err) MUST_CHECK;
#endif
