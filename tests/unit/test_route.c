/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Routes: by release and by what is there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "store/route.h"
#include "tests/unit/store_help.h"

#define EWS "https://mail.x/EWS/Exchange.asmx"
#define DAV "https://mail.x/exchange/ada/"

/* protocols: by feature, E W O L or - */
static const struct {
	struct route_facts facts;
	const char *protocols;
} cases[] = {
	/* mailbox, public folders, address list, out of office, free/busy,
	 * sharing, delegates, storage, password expiry */
	{{.build = "15.1.2507.6", .url = EWS}, "EEEEEEEEE"},
	{{.build = "15.1.2507.6", .url = EWS, .ldap_host = "dc.x"},
	 "EELEEEEEL"},
	{{.build = "14.2.247", .url = EWS}, "EEEEEEEEE"},
	/* GetPasswordExpirationDate came with 2010 SP2 */
	{{.build = "14.1.218", .url = EWS}, "EEEEEEEE-"},
	{{.build = "8.1.436", .url = EWS}, "EEEEEEEE-"},
	{{.version = "Exchange2007_SP1", .url = EWS}, "EEEEEEEE-"},
	{{.version = "Exchange2013_SP1", .url = EWS}, "EEEEEEEEE"},
	{{.webdav = true, .build = "6.5.7638", .url = DAV}, "WWOOWW-W-"},
	{{.webdav = true, .build = "6.0.6249", .url = DAV, .ldap_host = "dc.x"},
	 "WWLOWWLWL"},
	/* over WebDAV 2007 has no options page for it */
	{{.webdav = true, .build = "8.3.83", .url = DAV}, "WWO-WW-W-"},
	{{.ldap_host = "dc.x"}, "--L-----L"},
};

static void test_choice(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct route_table t;
		char got[FEATURES + 1] = "";

		routes_choose(&cases[i].facts, &t);
		for (int f = 0; f < FEATURES; f++) {
			got[f] = "-EWOL"[t.v[f].protocol];
			assert_non_null(t.v[f].what);
			assert_true((t.v[f].protocol == ROUTE_NONE) ==
				    (t.v[f].host == NULL));
		}
		assert_string_equal(got, cases[i].protocols);
		route_table_release(&t);
	}
}

/* What is not offered says why, by the server at hand. */
static void test_reasons(void **state)
{
	static const struct {
		struct route_facts facts;
		enum feature feature;
		const char *why;
	} rows[] = {
		{{.url = NULL}, FEATURE_SHARING, "no server is known"},
		{{.build = "8.1.436", .url = EWS},
		 FEATURE_PASSWORD_EXPIRY,
		 "domain controller: no directory is known; "
		 "GetPasswordExpirationDate came with Exchange 2010 SP2, this "
		 "is Exchange 2007 SP1"},
		{{.build = "8.0.685", .url = EWS},
		 FEATURE_DELEGATES,
		 "delegate operations came with Exchange 2007 SP1, this is "
		 "Exchange 2007; publicDelegates of the directory: no "
		 "directory is known"},
		{{.webdav = true, .build = "6.5.7638", .url = DAV},
		 FEATURE_DELEGATES,
		 "publicDelegates of the directory: no directory is known"},
		{{.webdav = true,
		  .build = "6.5.7638",
		  .url = DAV,
		  .ldap_trouble = "dc.x refuses the sign-in"},
		 FEATURE_DELEGATES,
		 "publicDelegates of the directory: dc.x refuses the sign-in"},
		{{.webdav = true, .build = "8.3.83", .url = DAV},
		 FEATURE_OUT_OF_OFFICE,
		 "protocol = ews has it: UserOofSettings; options page of "
		 "Outlook Web Access ended with Exchange 2003, this is "
		 "Exchange 2007 SP1"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct route_table t;

		routes_choose(&rows[i].facts, &t);
		assert_int_equal(t.v[rows[i].feature].protocol, ROUTE_NONE);
		assert_string_equal(t.v[rows[i].feature].what, rows[i].why);
		route_table_release(&t);
	}
}

static void test_places(void **state)
{
	struct route_facts f = {.webdav = true,
				.build = "6.5.7638",
				.url = "http://mail.x:8080/exchange/ada/",
				.public_url = "https://pub.x",
				.ldap_host = "dc.x",
				.ldap_security = ROUTE_STARTTLS};
	struct route_table t;

	(void)state;
	routes_choose(&f, &t);
	assert_string_equal(t.v[FEATURE_MAILBOX].host, "mail.x");
	assert_int_equal(t.v[FEATURE_MAILBOX].port, 8080);
	assert_int_equal(t.v[FEATURE_MAILBOX].security, ROUTE_CLEAR);
	assert_string_equal(t.v[FEATURE_PUBLIC_FOLDERS].host, "pub.x");
	assert_int_equal(t.v[FEATURE_FREE_BUSY].port, 443);
	assert_int_equal(t.v[FEATURE_ADDRESS_LIST].port, 3268);
	assert_int_equal(t.v[FEATURE_PASSWORD_EXPIRY].port, 389);
	route_table_release(&t);
}

/* Kept, and replaced when the server has become another. */
static void test_store(void **state)
{
	struct store *s = ((struct fix *)*state)->s;
	struct route_facts f = {.build = "8.1.436", .url = EWS};
	struct route_table t;
	struct route r;
	struct err err;

	assert_false(query_route(s, FEATURE_MAILBOX, &r));
	routes_choose(&f, &t);
	assert_true(write_routes(s, &t, &err));
	route_table_release(&t);
	assert_true(query_route(s, FEATURE_PASSWORD_EXPIRY, &r));
	assert_int_equal(r.protocol, ROUTE_NONE);
	route_release(&r);
	f.build = "15.2.1118";
	routes_choose(&f, &t);
	assert_true(write_routes(s, &t, &err));
	route_table_release(&t);
	assert_true(query_route(s, FEATURE_PASSWORD_EXPIRY, &r));
	assert_int_equal(r.protocol, ROUTE_EWS);
	assert_string_equal(r.url, EWS);
	assert_int_equal(r.port, 443);
	route_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_choice),
		cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_places),
		cmocka_unit_test_setup_teardown(test_store, fix_open,
						fix_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
