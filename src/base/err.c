/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A cut in the middle of a UTF-8 sequence would draw as rubbish: drop it. */
static void mend_end(char *s)
{
	size_t n = strlen(s), i = n;

	while (i > 0 && n - i < 4 && ((unsigned char)s[i - 1] & 0xC0) == 0x80)
		i--;
	if (i > 0 && (unsigned char)s[i - 1] >= 0xC0) {
		unsigned char lead = (unsigned char)s[i - 1];
		size_t need = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;

		if (n - (i - 1) < need)
			s[i - 1] = '\0';
	}
}

PRINTF(3, 0)
static void format(char *buf, size_t size, const char *fmt, va_list args)
{
	int n = vsnprintf(buf, size, fmt, args);

	if (n < 0)
		buf[0] = '\0';
	else if ((size_t)n >= size)
		mend_end(buf);
}

bool err_set(struct err *err, enum err_kind kind, const char *fmt, ...)
{
	struct err made = {.kind = kind};
	va_list args;

	if (!err)
		return false;
	/* The arguments may point into *err: format first, then overwrite. */
	va_start(args, fmt);
	format(made.text, sizeof(made.text), fmt, args);
	va_end(args);
	*err = made;
	return false;
}

bool err_errno(struct err *err, const char *fmt, ...)
{
	int number = errno;
	struct err made = {.kind = ERR_DISK, .number = number};
	char text[sizeof(made.text)], why[128];
	va_list args;

	if (!err)
		return false;
	va_start(args, fmt);
	format(text, sizeof(text), fmt, args);
	va_end(args);
	snprintf(made.text, sizeof(made.text), "%.380s: %s", text,
		 strerror_r(number, why, sizeof(why)));
	*err = made;
	return false;
}

bool err_add(struct err *err, const char *fmt, ...)
{
	char front[sizeof(err->text)], whole[sizeof(err->text)];
	va_list args;
	int n;

	if (!err)
		return false;
	va_start(args, fmt);
	format(front, sizeof(front), fmt, args);
	va_end(args);
	n = snprintf(whole, sizeof(whole), "%s: %s", front, err->text);
	if (n >= (int)sizeof(whole))
		mend_end(whole);
	memcpy(err->text, whole, sizeof(whole));
	return false;
}

void err_clear(struct err *err)
{
	if (err)
		*err = (struct err)ERR_INIT;
}

const char *err_kind_name(enum err_kind kind)
{
	static const char *const names[ERR_KINDS] = {
		[ERR_NONE] = "none",	     [ERR_NETWORK] = "network",
		[ERR_AUTH] = "auth",	     [ERR_SERVER] = "server",
		[ERR_PROTOCOL] = "protocol", [ERR_NOT_FOUND] = "not-found",
		[ERR_CONFLICT] = "conflict", [ERR_QUOTA] = "quota",
		[ERR_DENIED] = "denied",     [ERR_CANCELLED] = "cancelled",
		[ERR_DISK] = "disk",	     [ERR_INPUT] = "input",
		[ERR_STATE] = "state",	     [ERR_UNSUPPORTED] = "unsupported",
	};

	if ((unsigned)kind >= ERR_KINDS)
		BUG("error kind %d", (int)kind);
	return names[kind];
}

bool err_is_transient(const struct err *err)
{
	return err->kind == ERR_NETWORK || err->kind == ERR_SERVER ||
	       err->retry_after_ms > 0;
}
