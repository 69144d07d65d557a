/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "engine/login.h"

#include "base/load.h"
#include "proto/token.h"

struct login {
	struct account *account;
	struct oauth_code code;
	struct chan_flag *cancel;
};

bool login_begin(const struct account *account, struct login **out,
		 struct err *err)
{
	struct login *l;

	if (!load_network(err))
		return false;
	l = xcalloc(1, sizeof(*l));
	l->account = account_copy(account);
	l->cancel = chan_flag_new();
	if (!token_begin(l->account, l->cancel, &l->code, err)) {
		login_free(l);
		return false;
	}
	*out = l;
	return true;
}

const char *login_code(const struct login *l)
{
	return l->code.user_code;
}

const char *login_url(const struct login *l)
{
	return l->code.url;
}

int64_t login_expires(const struct login *l)
{
	return l->code.expires;
}

bool login_wait(struct login *l, char **refresh, struct err *err)
{
	return token_wait(l->account, &l->code, l->cancel, refresh, err);
}

void login_cancel(struct login *l)
{
	chan_flag_raise(l->cancel);
}

void login_free(struct login *l)
{
	if (!l)
		return;
	oauth_code_release(&l->code);
	chan_flag_free(l->cancel);
	account_free(l->account);
	free(l);
}
