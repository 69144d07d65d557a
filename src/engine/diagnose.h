/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef ENGINE_DIAGNOSE_H
#define ENGINE_DIAGNOSE_H
/* From what a failure says to its cause (diagnoses.def). */
#include "base/err.h"

struct diagnosis {
	const char *code, *text, *next; /* text NULL: as the failure says */
};
/* What else is known when a failure is judged. */
struct diagnose_facts {
	const char *certificate; /* tls_peer's problem_code, or NULL */
	const char *account;	 /* code of the directory's refusal, or NULL */
	bool password_good;	 /* the domain takes it */
	bool bound;		 /* tokens were bound to the channel */
	bool only_bound;	 /* the server offers nothing but such ways */
	bool webdav, page_there; /* a plain GET of the endpoint is answered */
};
/* Never NULL. */
const struct diagnosis *diagnose(const struct err *err,
				 const struct diagnose_facts *f);
const struct diagnosis *diagnosis_find(const char *code);
#endif
