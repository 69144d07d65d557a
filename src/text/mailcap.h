/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef TEXT_MAILCAP_H
#define TEXT_MAILCAP_H
/*
 * mailcap (RFC 1524): the program for a type. A file's name never becomes part
 * of what a shell reads: where an entry says %s, the shell gets "$1".
 */
#include "base/str.h"

struct mailcap_entry {
	char *command; /* for `sh -c COMMAND sh FILE TYPE` */
	char *test;    /* likewise; NULL: always */
	bool reads;    /* the content on standard input, not a file */
	bool terminal; /* needsterminal */
	bool copious;  /* copiousoutput: what it writes is to be shown */
};
void mailcap_entry_release(struct mailcap_entry *e);

/* The nth entry (from 0) of the file's text that serves the type, "image/png",
 * in its order; false: there are no more. */
bool mailcap_find(const char *text, const char *type, size_t nth,
		  struct mailcap_entry *out);
#endif
