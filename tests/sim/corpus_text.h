/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef SIM_CORPUS_TEXT_H
#define SIM_CORPUS_TEXT_H
/* What people of the sample company write about. In texts {product} {site}
 * {customer} {number} {day} {name} stand for something of the thread. */
#include <stddef.h>

enum theme_kind {
	THEME_COLLEAGUE, /* among colleagues, answered */
	THEME_OUTSIDE,	 /* somebody else's company writes */
	THEME_NOTICE,	 /* a machine writes */
	THEME_LETTER,	 /* newsletter, HTML */
	THEME_MEETING,	 /* invitation */
	THEME_JUNK
};

struct theme {
	enum theme_kind kind;
	const char *folder;  /* where its reader files it; NULL: Inbox */
	const char *charset; /* NULL: UTF-8 or less */
	const char *from_name, *from_address; /* outside writers */
	const char *subjects[4];
	const char *greeting;
	const char *sentences[10];
	const char *attachment; /* name, NULL: none by nature */
	const char *category;
};

extern const struct theme themes[];
extern const size_t theme_count;
extern const char *const products[8],
	*const sites[8], *const customers[8], *const days[5],
						      *const replies[12];
#endif
