/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_MAIL_MEETING_H
#define UI_MAIL_MEETING_H
/* What the list of messages says of an invitation: when, and whether it
 * clashes. Kept in struct mail, judged in pauses for the rows on the screen. */
#include "base/str.h"
#include "model/item.h"

struct mail;
struct mail_meeting {
	int64_t item;
	char *when;  /* NULL: not known */
	char *brief; /* only its beginning */
	bool clash;
	bool wanted, stale; /* a row shows it; the calendar changed since */
};

/* Behind the subject of an invitation: when it is, and CLASH; the whole is of
 * so many cells. */
void mail_add_meeting(struct mail *m, const struct item *it, int cells,
		      struct str *out);
void mail_meetings_changed(struct mail *m);
void mail_meetings_release(struct mail *m);
#endif
