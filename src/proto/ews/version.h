/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef EWS_VERSION_H
#define EWS_VERSION_H
/* The schema versions we speak (dossier 1.1), oldest first: compare with <. */
#define EWS_VERSIONS(X)                                                        \
	X(EWS_2007_SP1, "Exchange2007_SP1")                                    \
	X(EWS_2010, "Exchange2010")                                            \
	X(EWS_2010_SP1, "Exchange2010_SP1")                                    \
	X(EWS_2010_SP2, "Exchange2010_SP2")                                    \
	X(EWS_2013, "Exchange2013")                                            \
	X(EWS_2013_SP1, "Exchange2013_SP1")                                    \
	X(EWS_2016, "Exchange2016")
enum ews_version {
#define X(id, name) id,
	EWS_VERSIONS(X)
#undef X
		EWS_VERSION_COUNT
};
const char *ews_version_name(enum ews_version v);
#endif
