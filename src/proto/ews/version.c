/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "proto/ews/version.h"

const char *ews_version_name(enum ews_version v)
{
	static const char *const names[] = {
#define X(id, name) name,
		EWS_VERSIONS(X)
#undef X
	};

	return names[v];
}
