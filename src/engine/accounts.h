/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef ENGINE_ACCOUNTS_H
#define ENGINE_ACCOUNTS_H
/* Private to the engine's lanes: accounts of the directory. */
#include "engine/job.h"
#include "model/permission.h"
#include "proto/ldap/account.h"

/* Puts security identifiers beside the addresses. INPUT, NOT_FOUND: somebody
 * has none; UNSUPPORTED: there is no directory. */
bool lane_resolve_edits(struct lane *l, struct permission_edits *edits,
			struct err *err) MUST_CHECK;
/* Puts names and addresses beside the identifiers, where the directory can be
 * asked and knows them. */
void lane_name_entries(struct lane *l, struct permission_set *set);
#endif
