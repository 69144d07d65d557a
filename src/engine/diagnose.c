/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "engine/diagnose.h"

#include <string.h>

static const struct diagnosis all[] = {
#define DIAGNOSIS(code, text, next) {code, text, next},
#include "engine/diagnoses.def"
#undef DIAGNOSIS
};

const struct diagnosis *diagnosis_find(const char *code)
{
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		if (strcmp(all[i].code, code) == 0)
			return &all[i];
	BUG("no diagnosis of that code");
}

/* Codes of failures that have one cause only. */
static const struct {
	const char *code, *diagnosis;
} causes[] = {
	{"password-expired", "password-expired"},
	{"password-must-change", "password-must-change"},
	{"account-locked", "account-locked"},
	{"account-disabled", "account-disabled"},
	{"account-expired", "account-expired"},
	{"logon-hours", "logon-hours"},
	{"workstation", "not-allowed"},
	{"wrong-password", "password-wrong"},
	{"expired", "password-expired"},
	{"revoked", "account-closed"},
	{"password", "password-wrong"},
	{"unknown", "unknown-user"},
	{"skew", "clock-skew"},
	{"realm", "wrong-realm"},
	{"unreachable", "wrong-realm"},
	{"service", "unknown-service"},
	{"no-ticket", "no-ticket"},
	{"no-way", "no-common-way"},
	{"login", "login"},
	{"ask", "no-password"},
	{"command", "no-password"},
	{"dns", "dns-missing"},
	{"proxy-dns", "dns-missing"},
	{"connect", "port-closed"},
	{"timeout", "timeout"},
	{"tls", "tls"},
	{"tls-version", "tls-version"},
	{"client-certificate", "client-certificate"},
	{"proxy", "proxy-refuses"},
	{"lost", "lost"},
	{"ErrorMailboxMoveInProgress", "mailbox-moved"},
	{"ErrorMailboxStoreUnavailable", "mailbox-moved"},
	{"ErrorNonExistentMailbox", "no-mailbox"},
	{"ErrorMissingEmailAddress", "no-mailbox"},
	{"ErrorMailboxConfiguration", "no-mailbox"},
};

static const char *certificate_cause(const struct diagnose_facts *f)
{
	if (str_eq(f->certificate, "self-signed"))
		return "certificate-self-signed";
	if (str_eq(f->certificate, "name"))
		return "certificate-name";
	if (str_eq(f->certificate, "expired"))
		return "certificate-expired";
	return "unknown-authority";
}

/* The server refused a sign-in: what does the domain say? */
static const char *refusal_cause(const struct diagnose_facts *f)
{
	if (f->account)
		for (size_t i = 0; i < ARRAY_LEN(causes); i++)
			if (strcmp(causes[i].code, f->account) == 0)
				return causes[i].diagnosis;
	if (!f->password_good)
		return "password-wrong";
	return f->bound && f->only_bound ? "extended-protection"
					 : "not-allowed";
}

static const char *status_cause(const struct err *err,
				const struct diagnose_facts *f)
{
	switch (err->number) {
	case 403:
		return "ews-blocked";
	case 404:
	case 405:
	case 501:
		return f->webdav && f->page_there ? "urlscan" : "not-exchange";
	case 200:
	case 440:
		return "portal";
	case 301:
	case 302:
	case 307:
		return "moved-elsewhere";
	default:
		return NULL;
	}
}

static const char *kind_cause(const struct err *err)
{
	switch (err->kind) {
	case ERR_NOT_FOUND:
		return "unknown-address";
	case ERR_UNSUPPORTED:
		return "too-old";
	case ERR_INPUT:
		return strstr(err->text, "outside") ? "outside-domain"
						    : "no-server";
	case ERR_NETWORK:
		return strstr(err->text, "name server") ? "name-server"
							: "no-server";
	case ERR_NONE:
	case ERR_AUTH:
	case ERR_SERVER:
	case ERR_PROTOCOL:
	case ERR_CONFLICT:
	case ERR_QUOTA:
	case ERR_DENIED:
	case ERR_CANCELLED:
	case ERR_DISK:
	case ERR_STATE:
	case ERR_KINDS:
		break;
	}
	return "server-trouble";
}

const struct diagnosis *diagnose(const struct err *err,
				 const struct diagnose_facts *f)
{
	const char *cause;

	if (str_eq(err->code, "certificate"))
		return diagnosis_find(certificate_cause(f));
	if (str_eq(err->code, "refused"))
		return diagnosis_find(refusal_cause(f));
	for (size_t i = 0; i < ARRAY_LEN(causes); i++)
		if (strcmp(causes[i].code, err->code) == 0)
			return diagnosis_find(causes[i].diagnosis);
	cause = status_cause(err, f);
	return diagnosis_find(cause ? cause : kind_cause(err));
}
