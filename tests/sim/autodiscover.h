/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef SIM_AUTODISCOVER_H
#define SIM_AUTODISCOVER_H
#include "tests/sim/sim.h"

/* Returns the HTTP status; base: this server's "https://host". */
unsigned autodiscover_answer(struct sim *sim, const char *url,
			     const char *method, const char *base,
			     const struct str *body, struct str *out);
#endif
