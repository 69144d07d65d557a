/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef NET_LOAD_H
#define NET_LOAD_H
/*
 * The libraries that talk to servers (curl, OpenLDAP, GSSAPI, OpenSSL and what
 * they need: two thirds of all that the program links) are loaded when
 * something is about to be asked of a server, not at every start: a search in
 * the mirror or the first picture would wait twice as long otherwise. Calls of
 * them are weak references that the loader fills in at the first call, so their
 * functions are called as usual, but no address of one may be taken and no data
 * of one named. The makefile does the linking; builds that link them plainly, as
 * those with a sanitizer, load nothing here.
 */
#include "base/err.h"

/* Before anything else of src/net and src/proto, in any thread, any number of
 * times. Fails (ERR_UNSUPPORTED) when a library is missing or damaged. */
bool net_load(struct err *err) MUST_CHECK;
#endif
