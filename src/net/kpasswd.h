/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef NET_KPASSWD_H
#define NET_KPASSWD_H
/*
 * Another password by Kerberos (kpasswd, port 464): the one way in for a
 * password that has expired or must be changed. Where the domain controllers
 * are, the Kerberos configuration or DNS says. Blocks as long as the Kerberos
 * library does (some seconds a controller).
 */
#include "base/err.h"

/* user: ada@corp.example, CORP\ada or a bare name (then the default realm).
 * AUTH: the old one is wrong, the account locked; DENIED: the rules refuse the
 * new one, in the server's words; NETWORK: no controller reached. */
bool kpasswd_change(const char *user, const char *old_password,
		    const char *new_password, struct err *err) MUST_CHECK;
#endif
