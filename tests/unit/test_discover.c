/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* What the search for a server reads: Autodiscover's answers, service records,
 * fingerprints. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "net/autodiscover.h"
#include "net/dns.h"

#define OUTER                                                                  \
	"<Autodiscover xmlns=\"http://schemas.microsoft.com/exchange/"         \
	"autodiscover/responseschema/2006\">"
#define INNER                                                                  \
	"<Response xmlns=\"http://schemas.microsoft.com/exchange/"             \
	"autodiscover/outlook/responseschema/2006a\">"
#define POX(text) OUTER INNER text "</Response></Autodiscover>"

static const struct {
	const char *xml;
	enum autodiscover_kind kind;
	const char *ews, *inside, *target, *code;
} answers[] = {
	/* outside before inside */
	{POX("<Account><Action>settings</Action><Protocol><Type>EXCH</Type>"
	     "<EwsUrl>https://in/e</EwsUrl></Protocol><Protocol><Type>EXPR"
	     "</Type><EwsUrl>https://out/e</EwsUrl></Protocol></Account>"),
	 AUTODISCOVER_SETTINGS, "https://out/e", "https://in/e", NULL, NULL},
	/* 2007 has only ASUrl; an EXPR without one does not hide EXCH */
	{POX("<Account><Protocol><Type>EXCH</Type><ASUrl> https://in/a </ASUrl>"
	     "</Protocol><Protocol><Type>EXPR</Type></Protocol></Account>"),
	 AUTODISCOVER_SETTINGS, "https://in/a", NULL, NULL, NULL},
	/* 2013 and later name one type in an attribute */
	{POX("<Account><Protocol Type=\"mapiHttp\" Version=\"1\"/><Protocol>"
	     "<Type>EXPR</Type><EwsUrl>https://out/e</EwsUrl></Protocol>"
	     "</Account>"),
	 AUTODISCOVER_SETTINGS, "https://out/e", NULL, NULL, NULL},
	/* the protocols inside WEB say less than those beside it */
	{POX("<Account><Protocol><Type>EXPR</Type><EwsUrl>https://out/e"
	     "</EwsUrl></Protocol><Protocol><Type>WEB</Type><External><OWAUrl "
	     "AuthenticationMethod=\"Fba\">https://out/owa/</OWAUrl><Protocol>"
	     "<Type>EXPR</Type></Protocol></External></Protocol></Account>"),
	 AUTODISCOVER_SETTINGS, "https://out/e", NULL, NULL, NULL},
	{POX("<Account><Protocol><Type>EXPR</Type><EwsUrl>https://out/e"
	     "</EwsUrl></Protocol><Protocol><Type>WEB</"
	     "Type><External><Protocol>"
	     "<Type>EXPR</Type><ASUrl>https://out/a</ASUrl></Protocol>"
	     "</External></Protocol></Account>"),
	 AUTODISCOVER_SETTINGS, "https://out/e", NULL, NULL, NULL},
	{POX("<Account><Action>redirectAddr</Action><RedirectAddr>a@b.example"
	     "</RedirectAddr></Account>"),
	 AUTODISCOVER_ADDRESS, NULL, NULL, "a@b.example", NULL},
	{POX("<Account><Action>redirectUrl</Action><RedirectUrl>https://x/y"
	     "</RedirectUrl></Account>"),
	 AUTODISCOVER_URL, NULL, NULL, "https://x/y", NULL},
	/* other people's servers answer, too */
	{POX("<Account><AccountType>email</AccountType><Action>settings"
	     "</Action><Protocol><Type>IMAP</Type><Server>imap.x</Server>"
	     "</Protocol></Account>"),
	 AUTODISCOVER_FOREIGN, NULL, NULL, NULL, NULL},
	/* an error in the outer namespace, as servers send it */
	{OUTER "<Response><Error Time=\"1\" Id=\"2\"><ErrorCode>500</ErrorCode>"
	       "<Message>unknown</Message></Error></Response></Autodiscover>",
	 AUTODISCOVER_ERROR, NULL, NULL, NULL, "500"},
};

static void test_answers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		struct autodiscover_answer a;
		struct err err = ERR_INIT;

		if (!autodiscover_parse(answers[i].xml, strlen(answers[i].xml),
					&a, &err))
			fail_msg("%zu: %s", i, err.text);
		assert_int_equal(a.kind, answers[i].kind);
		assert_true(str_eq(a.ews_url, answers[i].ews));
		assert_true(str_eq(a.ews_inside, answers[i].inside));
		assert_true(str_eq(a.target, answers[i].target));
		assert_true(str_eq(a.code, answers[i].code));
		autodiscover_answer_release(&a);
	}
}

static void test_no_answer(void **state)
{
	static const char *const texts[] = {
		"", "<html><body>Welcome</body></html>", "<a/>",
		OUTER INNER "<Account>",
		"<!DOCTYPE a [<!ENTITY x \"y\">]><Autodiscover/>"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct autodiscover_answer a;
		struct err err = ERR_INIT;

		assert_false(autodiscover_parse(texts[i], strlen(texts[i]), &a,
						&err));
		assert_true(err.kind == ERR_PROTOCOL ||
			    err.kind == ERR_NETWORK);
	}
}

static void test_inside(void **state)
{
	(void)state;
	assert_true(autodiscover_is_inside("corp.example", "corp.example"));
	assert_true(
		autodiscover_is_inside("Mail.Corp.Example", "corp.example"));
	assert_false(
		autodiscover_is_inside("evilcorp.example", "corp.example"));
	assert_false(autodiscover_is_inside("example", "corp.example"));
	assert_false(
		autodiscover_is_inside("corp.example.net", "corp.example"));
}

/* An answer of a name server: two records, in the wrong order; names are
 * compressed as servers do it. */
static const unsigned char srv[] = {
	0x12, 0x34, 0x81, 0x80, 0, 1, 0, 2, 0, 0, 0, 0,
	/* question: _gc._tcp.x SRV IN */
	3, '_', 'g', 'c', 4, '_', 't', 'c', 'p', 1, 'x', 0, 0, 33, 0, 1,
	/* priority 10, weight 5, port 3268, b.x */
	0xc0, 12, 0, 33, 0, 1, 0, 0, 0, 60, 0, 10, 0, 10, 0, 5, 0x0c, 0xc4, 1,
	'b', 0xc0, 21,
	/* priority 0, weight 100, port 3268, a.x */
	0xc0, 12, 0, 33, 0, 1, 0, 0, 0, 60, 0, 10, 0, 0, 0, 100, 0x0c, 0xc4, 1,
	'a', 0xc0, 21};

static void test_srv(void **state)
{
	struct dns_srvs all = {0};

	(void)state;
	assert_true(dns_parse_srv(srv, sizeof(srv), &all));
	assert_int_equal(all.n, 2);
	assert_string_equal(all.v[0].host, "a.x");
	assert_int_equal(all.v[0].port, 3268);
	assert_string_equal(all.v[1].host, "b.x");
	dns_srvs_release(&all);
	/* Cut at any place: refused or fewer, never out of bounds. */
	for (size_t n = 0; n < sizeof(srv); n++) {
		struct dns_srvs some = {0};
		unsigned char *copy = malloc(n ? n : 1);

		memcpy(copy, srv, n);
		(void)!dns_parse_srv(copy, n, &some);
		assert_true(some.n < 2);
		dns_srvs_release(&some);
		free(copy);
	}
}

static void test_fingerprints(void **state)
{
	static const char good[] =
		"AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89:"
		"AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89";
	char *list;

	(void)state;
	assert_true(tls_trusts(good, good));
	list = xasprintf("00:11, %s", good);
	assert_true(tls_trusts(list, good));
	free(list);
	assert_true(tls_trusts("abcdef0123456789abcdef0123456789"
			       "abcdef0123456789abcdef0123456789",
			       good));
	assert_false(tls_trusts("AB:CD", "AB:CD")); /* not SHA-256 */
	assert_false(tls_trusts(NULL, good));
	assert_false(tls_trusts("", ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_no_answer),
		cmocka_unit_test(test_inside),
		cmocka_unit_test(test_srv),
		cmocka_unit_test(test_fingerprints),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
