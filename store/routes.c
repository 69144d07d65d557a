/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "base/clock.h"
#include "store/db.h"
#include "store/route.h"

bool query_route(struct store *s, enum feature feature, struct route *out)
{
	struct sqlite3_stmt *st =
		db_query(s,
			 "SELECT protocol, security, port, host, url, what"
			 " FROM route WHERE feature = :feature",
			 ARGS(I((int64_t)feature)));
	bool found = db_step(s, st, NULL) == DB_ROW;

	*out = (struct route){0};
	if (found) {
		out->protocol = (enum route_protocol)db_col_int(st, 0);
		out->security = (enum route_security)db_col_int(st, 1);
		out->port = (int)db_col_int(st, 2);
		out->host = db_col_dup(st, 3);
		out->url = db_col_dup(st, 4);
		out->what = db_col_dup(st, 5);
		db_reset(st);
	}
	return found;
}

bool write_routes(struct store *s, const struct route_table *t, struct err *err)
{
	bool ok;

	if (!db_begin(s, err))
		return false;
	ok = db_run(s, err, "DELETE FROM route", NO_ARGS);
	for (int f = 0; ok && f < FEATURES; f++) {
		const struct route *r = &t->v[f];

		ok = db_run(s, err,
			    "INSERT INTO route(feature, protocol, security,"
			    " port, host, url, what, chosen) VALUES(:feature,"
			    " :protocol, :security, :port, :host, :url, :what,"
			    " :chosen)",
			    ARGS(I(f), I((int64_t)r->protocol),
				 I((int64_t)r->security), I(r->port),
				 T(r->host), T(r->url), T(r->what),
				 I(clock_now())));
	}
	return db_end(s, ok, err);
}
