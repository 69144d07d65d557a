/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef SIM_FEATURES_H
#define SIM_FEATURES_H
/* What exists from which version (dossier 1.1, 1.3). */
#include "tests/sim/ews.h"

bool version_rank(const char *text, enum rank *out) MUST_CHECK;
/* Looks for elements, attributes, paths and folder names which the version the
 * client declared does not have; false with the violation and its line. */
bool features_check(const xmlNode *op, enum rank rank, struct str *violation,
		    int *line) MUST_CHECK;
#endif
