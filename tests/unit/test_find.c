/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* From an address to the servers: the records DNS is asked for. This program
 * has a resolver of its own in place of net/dns.c. */
#include "proto/find.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "net/dns.h"

/* What the domain has; NULL: nothing but what is in the list. */
static const char *const *records;
static struct strv asked;

void dns_srvs_release(struct dns_srvs *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->v[i].host);
	vec_release(s);
}

bool dns_find_srv(const char *name, int64_t timeout_ms, struct dns_srvs *out,
		  struct err *err)
{
	(void)timeout_ms;
	*out = (struct dns_srvs){0};
	strv_add(&asked, name);
	for (size_t i = 0; records[i]; i++)
		if (str_eq(records[i], name)) {
			struct dns_srv *r = vec_new(out);

			*r = (struct dns_srv){.host = xstrdup("127.0.0.1"),
					      .port = 1};
			return true;
		}
	return err_set(err, ERR_NOT_FOUND, "DNS has no record %s", name);
}

char *dns_server(void)
{
	return NULL;
}

bool dns_parse_srv(const unsigned char *p, size_t len, struct dns_srvs *out)
{
	(void)p, (void)len, (void)out;
	return false;
}

static bool was_asked(const char *prefix)
{
	char *name CLEANUP(mem_free_ptr) = xasprintf("%s.corp.example", prefix);

	return strv_has(&asked, name);
}

static void find(const char *const *has, struct found *out)
{
	struct account *a = account_new();
	struct backend_host secrets = {0};
	struct find_host host = {0};
	struct err err = ERR_INIT;

	records = has;
	strv_init(&asked);
	mem_replace(&a->address, xstrdup("ada@corp.example"));
	mem_replace(&a->url, xstrdup("https://mail.corp.example/"));
	a->ldap_timeout_ms = 500;
	assert_true(find_server(a, &secrets, &host, NULL, out, &err));
	/* Of the domain of the address, whatever the resolver searches. */
	for (size_t i = 0; i < asked.n; i++)
		assert_true(str_ends(asked.v[i], ".corp.example"));
	account_free(a);
}

static void names_are_asked(void **state)
{
	static const char *const all[] = {"_ldap._tcp.dc._msdcs.corp.example",
					  "_gc._tcp.corp.example", NULL};
	struct found f;

	(void)state;
	find(all, &f);
	assert_string_equal(f.directory, "127.0.0.1");
	assert_string_equal(f.catalog, "127.0.0.1");
	assert_false(was_asked("_ldap._tcp"));
	assert_false(was_asked("_ldap._tcp.gc._msdcs"));
	found_release(&f);
	strv_release(&asked);
}

/* Not every domain has all of them (dossier WebDAV 5.1). */
static void others_stand_in(void **state)
{
	static const char *const few[] = {"_ldap._tcp.corp.example",
					  "_ldap._tcp.gc._msdcs.corp.example",
					  NULL};
	struct found f;

	(void)state;
	find(few, &f);
	assert_true(was_asked("_gc._tcp"));
	assert_string_equal(f.directory, "127.0.0.1");
	assert_string_equal(f.catalog, "127.0.0.1");
	found_release(&f);
	strv_release(&asked);
}

static void none_is_none(void **state)
{
	static const char *const none[] = {NULL};
	struct found f;

	(void)state;
	find(none, &f);
	assert_null(f.directory);
	assert_null(f.catalog);
	assert_true(was_asked("_ldap._tcp"));
	assert_true(was_asked("_ldap._tcp.gc._msdcs"));
	found_release(&f);
	strv_release(&asked);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_asked),
		cmocka_unit_test(others_stand_in),
		cmocka_unit_test(none_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
