/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Commands about the line to the server. */
#include "ui/mail.h"
#include "ui/session.h"

void cmd_sync(struct app *app, const struct command_call *call)
{
	struct request r = {.kind = REQUEST_SYNC};

	if (call->argc) {
		r.folder = mail_find_folder(app, call->rest);
		if (!r.folder)
			return;
	}
	if (session_submit(app, &r, "Sync"))
		message_show(app, MESSAGE_INFO, "Looking for changes ...");
}

void cmd_online(struct app *app, const struct command_call *call)
{
	const struct engine_state *e = session_state(app);
	bool online = e && !e->by_hand;
	struct request r = {0};

	if (call->argc &&
	    (str_eq(call->argv[0], "on") || str_eq(call->argv[0], "off")))
		online = str_eq(call->argv[0], "off");
	r.kind = online ? REQUEST_OFFLINE : REQUEST_ONLINE;
	if (session_submit(app, &r, "Online"))
		message_show(app, MESSAGE_INFO,
			     online ? "Offline: changes wait; ,O goes online"
				    : "Going online ...");
}
