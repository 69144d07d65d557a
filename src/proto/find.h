/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef PROTO_FIND_H
#define PROTO_FIND_H
/*
 * From an address to the servers (dossiers WebDAV 5, EWS 2): DNS, the
 * directory, Autodiscover, and at last likely names. What the account says
 * itself is taken and not looked for. Blocks: call it in a lane.
 */
#include "proto/backend.h"

enum find_state {
	FIND_GOOD,
	FIND_NOT_THERE, /* nothing wrong: it is just not offered */
	FIND_BAD
};
enum find_stage {
	FIND_DNS,
	FIND_DIRECTORY,
	FIND_AUTODISCOVER,
	FIND_PROBE,
	FIND_STAGES
};
struct find_step { /* borrowed for the call */
	enum find_stage stage;
	enum find_state state;
	const char *what; /* "_gc._tcp.corp.example", a host or URL */
	const char *text; /* what came of it */
	int64_t ms;
	const struct err *error; /* of FIND_BAD; NULL: text is all */
	int port;		 /* of a directory */
	const char *security;
};

struct found { /* owned texts; NULL: not found */
	char *display_name, *address;
	char *url;   /* the endpoint of the mailbox */
	bool webdav; /* url is one of WebDAV */
	char *oof_url;
	char *public_url;  /* server of public folders, its "https://host" */
	char *mail_server; /* as the directory has it */
	char *directory;   /* domain controller */
	char *catalog;	   /* global catalog */
	char *realm;	   /* of Kerberos; there is a domain */
	char *principal;   /* user@domain, as the directory has it */
	int directory_port, catalog_port, kerberos_port;
	char *kerberos;	     /* host */
	char *name_server;   /* its address */
	bool no_name_server; /* DNS did not answer at all */
};
void found_release(struct found *f);

struct find_host {
	/* Every step, as it ends. */
	void (*tell)(void *ctx, const struct find_step *step);
	/* May the sign-in go to `host`, which is outside `domain`? NULL: no. */
	bool (*ask)(void *ctx, const char *host, const char *domain);
	void *ctx;
};
/* account: its url NULL where the server is to be found; it and secrets are
 * borrowed. The password is asked for at most once. False when no server was
 * found: NOT_FOUND, AUTH (code as in proto/ldap/directory.h where the domain
 * said why), NETWORK, CANCELLED; *out holds what was found all the same. */
bool find_server(const struct account *account,
		 const struct backend_host *secrets,
		 const struct find_host *host, const struct chan_flag *cancel,
		 struct found *out, struct err *err) MUST_CHECK;
#endif
