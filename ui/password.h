/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_PASSWORD_H
#define UI_PASSWORD_H
/* The last days of a password: what is known, and saying so. */
#include "engine/engine.h"

struct app;
struct config;
struct event;

struct password_days {
	bool known;   /* false: nobody could say */
	bool never;   /* it does not expire */
	int64_t when; /* UTC seconds; 0: it must be changed now */
	int64_t days; /* whole days left; 0 also for none */
	bool warn;    /* it is time to say so */
};
void password_days(struct store *s, const struct account *a,
		   struct password_days *out);
/* "Your password expires in 3 days; ..." Empty when there is no need. */
void password_add_notice(struct str *b, const struct password_days *p);
/* "  password 3d" for row 1, when it is time. */
void password_add_state(struct str *b, struct store *s,
			const struct account *a);
/* Runs on-password-expiring when it is time; does not wait for it. */
void password_run_hook(const struct config *c, const char *account,
		       const struct password_days *p);
/* EVENT_PASSWORD, which comes once a day: shows it and runs the hook. */
void password_event(struct app *app, const struct event *ev);
#endif
