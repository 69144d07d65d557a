/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The directory client against a server made here, which answers as told: in
 * pages, in ranges, with referrals, in part, or never. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <lber.h>
#include <ldap.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/chan.h"
#include "base/clock.h"
#include "proto/ldap/gal.h"
#include "proto/ldap/password.h"

enum mood { ANSWERS, SILENT, MUTE, HALF, REFERS };

struct server {
	int fd, port;
	struct thread *thread;
	enum mood mood;
	int entries, members; /* what a search finds; of a list */
	int searches, connections;
	char filter[600]; /* value of the last equality or prefix match */
	char base[200];
};

static void send_ber(int fd, BerElement *b)
{
	struct berval v;

	assert_int_equal(ber_flatten2(b, &v, 0), 0);
	assert_int_equal(write(fd, v.bv_val, v.bv_len), v.bv_len);
	ber_free(b, 1);
}

static void send_result(int fd, int id, int tag, int code)
{
	BerElement *b = ber_alloc_t(LBER_USE_DER);

	ber_printf(b, "{it{ess}}", id, tag, code, "", "");
	send_ber(fd, b);
}

/* The end of a page with its cookie. */
static void send_page_end(int fd, int id, const char *cookie)
{
	BerElement *b = ber_alloc_t(LBER_USE_DER);
	BerElement *v = ber_alloc_t(LBER_USE_DER);
	struct berval value;

	ber_printf(v, "{is}", 0, cookie);
	ber_flatten2(v, &value, 0);
	ber_printf(b, "{it{ess}t{{sO}}}", id, LDAP_RES_SEARCH_RESULT, 0, "", "",
		   LDAP_TAG_CONTROLS, LDAP_CONTROL_PAGEDRESULTS, &value);
	send_ber(fd, b);
	ber_free(v, 1);
}

static void send_person(struct server *s, int fd, int id, int number)
{
	char *dn CLEANUP(mem_free_ptr) = xasprintf("CN=p%d,DC=x", number);
	char *mail CLEANUP(mem_free_ptr) = xasprintf("p%d@x.example", number);
	const char *class = s->members && number < 3 ? "group" : "user";
	BerElement *b = ber_alloc_t(LBER_USE_DER);

	ber_printf(b, "{it{s{{s[s]}{s[s]}{s[s]}{s[s]}}}}", id,
		   LDAP_RES_SEARCH_ENTRY, dn, "displayName",
		   number == 5 ? "Zo\xc3\xab\x01\xff" : dn, "mail", mail,
		   "objectClass", class, "msExchHideFromAddressLists",
		   number == 7 ? "TRUE" : "FALSE");
	send_ber(fd, b);
}

/* A list: its members two at a time, and among them itself. */
static void send_range(struct server *s, int fd, int id, const char *base,
		       int from)
{
	bool last = from + 2 >= s->members;
	char *name CLEANUP(mem_free_ptr) =
		last ? xasprintf("member;range=%d-*", from)
		     : xasprintf("member;range=%d-%d", from, from + 1);
	char *one CLEANUP(mem_free_ptr) = xasprintf("CN=p%d,DC=x", from);
	char *two CLEANUP(mem_free_ptr) = xasprintf("CN=p%d,DC=x", from + 1);
	BerElement *b = ber_alloc_t(LBER_USE_DER);

	ber_printf(b, "{it{s{{s[ss]}}}}", id, LDAP_RES_SEARCH_ENTRY, base, name,
		   one, two);
	send_ber(fd, b);
}

struct request {
	int id, tag, scope, range, names[64], n_names;
	char *cookie;
	bool paged;
};

/* Walks the filter: notes values of (attr=value), and which DNs are asked. */
static void walk_filter(struct server *s, BerElement *b, struct request *r)
{
	ber_len_t len;
	ber_tag_t tag = ber_peek_tag(b, &len);
	char *end;

	if (tag == LDAP_FILTER_AND || tag == LDAP_FILTER_OR) {
		for (tag = ber_first_element(b, &len, &end);
		     tag != LBER_DEFAULT; tag = ber_next_element(b, &len, end))
			walk_filter(s, b, r);
	} else if (tag == LDAP_FILTER_EQUALITY) {
		struct berval attr, value;
		int number;

		ber_scanf(b, "{mm}", &attr, &value);
		snprintf(s->filter, sizeof(s->filter), "%.*s=%.*s",
			 (int)attr.bv_len, attr.bv_val, (int)value.bv_len,
			 value.bv_val);
		if (sscanf(s->filter, "distinguishedName=CN=p%d,", &number) ==
			    1 &&
		    r->n_names < 64)
			r->names[r->n_names++] = number;
	} else {
		ber_scanf(b, "x");
	}
}

static void read_search(struct server *s, BerElement *b, struct request *r)
{
	struct berval base;
	int deref, size, limit, only;
	ber_len_t len;
	char *end;

	ber_scanf(b, "{meeiib", &base, &r->scope, &deref, &size, &limit, &only);
	snprintf(s->base, sizeof(s->base), "%.*s", (int)base.bv_len,
		 base.bv_val);
	walk_filter(s, b, r);
	for (ber_tag_t t = ber_first_element(b, &len, &end); t != LBER_DEFAULT;
	     t = ber_next_element(b, &len, end)) {
		struct berval a;

		ber_scanf(b, "m", &a);
		sscanf(a.bv_val, "member;range=%d-", &r->range);
		if (a.bv_len == 6 && !memcmp(a.bv_val, "member", 6))
			r->range = 0;
	}
	ber_scanf(b, "}");
	if (ber_peek_tag(b, &len) == LDAP_TAG_CONTROLS) {
		struct berval oid, value, cookie = {0};
		BerElement *v;
		int page = 0;

		ber_scanf(b, "{{m", &oid);
		if (ber_peek_tag(b, &len) == LBER_BOOLEAN)
			ber_scanf(b, "b", &only);
		ber_scanf(b, "m", &value);
		v = ber_init(&value);
		ber_scanf(v, "{im}", &page, &cookie);
		r->paged = true;
		r->cookie = xstrndup(cookie.bv_val, cookie.bv_len);
		ber_free(v, 1);
	}
}

static void answer_search(struct server *s, int fd, struct request *r)
{
	int first =
		r->cookie && *r->cookie ? (int)strtol(r->cookie, NULL, 10) : 0;
	int last = first + 4 < s->entries && r->paged ? first + 4 : s->entries;

	s->searches++;
	if (s->mood == REFERS) {
		send_result(fd, r->id, LDAP_RES_SEARCH_RESULT, LDAP_REFERRAL);
		return;
	}
	if (r->range >= 0 && r->scope == LDAP_SCOPE_BASE) {
		send_range(s, fd, r->id, s->base, r->range);
	} else if (r->n_names) {
		for (int i = 0; i < r->n_names; i++)
			send_person(s, fd, r->id, r->names[i]);
		send_page_end(fd, r->id, "");
		return;
	} else if (r->scope != LDAP_SCOPE_BASE) {
		for (int i = first; i < last; i++)
			send_person(s, fd, r->id, i);
		if (r->paged) {
			char *next CLEANUP(mem_free_ptr) =
				last < s->entries ? xasprintf("%d", last)
						  : xstrdup("");

			send_page_end(fd, r->id, next);
			return;
		}
	}
	send_result(fd, r->id, LDAP_RES_SEARCH_RESULT, 0);
}

static void serve(struct server *s, int fd)
{
	Sockbuf *sb = ber_sockbuf_alloc();

	ber_sockbuf_add_io(sb, &ber_sockbuf_io_tcp, LBER_SBIOD_LEVEL_PROVIDER,
			   &fd);
	for (;;) {
		BerElement *b = ber_alloc_t(LBER_USE_DER);
		ber_len_t len;
		ber_tag_t tag = ber_get_next(sb, &len, b);
		struct request r = {.range = -1};

		if (tag != LDAP_TAG_MESSAGE) {
			ber_free(b, 1);
			break;
		}
		ber_scanf(b, "i", &r.id);
		r.tag = (int)ber_peek_tag(b, &len);
		if (s->mood == HALF && r.tag == LDAP_REQ_SEARCH) {
			(void)!write(fd, "\x30\x20\x02\x01", 4);
		} else if (s->mood != SILENT && r.tag == LDAP_REQ_SEARCH) {
			read_search(s, b, &r);
			answer_search(s, fd, &r);
			free(r.cookie);
		}
		ber_free(b, 1);
	}
	ber_sockbuf_free(sb);
}

/* Hears, says nothing, and stays. */
static void hold(int fd)
{
	char b[512];

	while (read(fd, b, sizeof(b)) > 0)
		;
	close(fd);
}

static void run(void *arg)
{
	struct server *s = arg;
	int fd;

	while ((fd = accept(s->fd, NULL, NULL)) >= 0) {
		s->connections++;
		if (s->mood == MUTE)
			hold(fd);
		else
			serve(s, fd);
	}
}

static void begin(struct server *s, enum mood mood)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
				.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(a);

	memset(s, 0, sizeof(*s));
	s->mood = mood;
	s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(s->fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(s->fd, 5), 0);
	getsockname(s->fd, (struct sockaddr *)&a, &len);
	s->port = ntohs(a.sin_port);
	s->thread = thread_start("ldap", run, s);
}

static void end(struct server *s)
{
	shutdown(s->fd, SHUT_RDWR);
	thread_join(s->thread);
	close(s->fd);
}

static struct directory *open_at(struct server *s, int64_t timeout_ms)
{
	struct directory_place p = {.host = "127.0.0.1",
				    .port = s->port,
				    .security = DIRECTORY_CLEAR,
				    .timeout_ms = timeout_ms};
	struct directory *d = NULL;
	struct err err = ERR_INIT;

	assert_true(directory_open(&d, &p, NULL, &err));
	return d;
}

static void bind_nobody(struct directory *d)
{
	struct directory_login nobody = {0};
	struct err err = ERR_INIT;

	assert_true(directory_bind(d, &nobody, &err));
}

static void filters_are_escaped(void **state)
{
	static const struct {
		const char *words, *part;
	} cases[] = {
		{"*)(objectClass=*", "(anr=\\2a\\29\\28objectClass=\\2a)"},
		{"a\\b", "(anr=a\\5cb)"},
		{"zoe smi", "(anr=zoe smi)"},
		{"office:2.14", "(physicalDeliveryOfficeName=2.14*)"},
		{"office:*) smi",
		 "(physicalDeliveryOfficeName=\\2a\\29*)(anr=smi)"},
		{"nosuch:x", "(anr=nosuch:x)"},
		{"M\xc3\xbcller", "(anr=M\xc3\xbcller)"},
		{"M\xfcller", "(anr=M\\fcller)"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct str f CLEANUP(str_release) = STR_INIT;
		int depth = 0;

		gal_add_filter(&f, cases[i].words);
		if (!strstr(f.s, cases[i].part))
			fail_msg("%s: %s", cases[i].words, f.s);
		for (const char *c = f.s; *c; c++) {
			depth += *c == '(' ? 1 : *c == ')' ? -1 : 0;
			assert_true(depth > 0 || !c[1]);
		}
		assert_int_equal(depth, 0);
	}
}

/* What a server sees of a hostile word is one value. */
static void the_server_sees_one_value(void **state)
{
	struct server s;
	struct directory *d;
	struct person_list l = {0};
	struct err err = ERR_INIT;
	bool more;

	(void)state;
	begin(&s, ANSWERS);
	d = open_at(&s, 3000);
	bind_nobody(d);
	assert_true(gal_search(d, "*)(objectClass=*", 10, &l, &more, &err));
	assert_string_equal(s.filter, "anr=*)(objectClass=*");
	person_list_release(&l);
	directory_close(d);
	end(&s);
}

static void pages_come_whole(void **state)
{
	struct server s;
	struct directory *d;
	struct person_list l = {0};
	struct err err = ERR_INIT;
	bool more = true;

	(void)state;
	begin(&s, ANSWERS);
	d = open_at(&s, 3000);
	bind_nobody(d);
	s.entries = 11;
	s.searches = 0;
	assert_true(gal_search(d, "p", 0, &l, &more, &err));
	assert_int_equal(s.searches, 3);
	assert_int_equal(l.n, 10); /* one of them is hidden */
	assert_false(more);
	assert_string_equal(l.v[5].name, "Zo\xc3\xab \xef\xbf\xbd");
	assert_string_equal(l.v[5].addr, "p5@x.example");
	person_list_release(&l);
	assert_true(gal_search(d, "p", 3, &l, &more, &err));
	assert_int_equal(l.n, 3);
	assert_true(more);
	person_list_release(&l);
	directory_close(d);
	end(&s);
}

/* p0, p1 and p2 are lists with all others and each other in them. */
static void loops_end(void **state)
{
	struct server s;
	struct directory *d;
	struct person_list l = {0};
	struct err err = ERR_INIT;

	(void)state;
	begin(&s, ANSWERS);
	d = open_at(&s, 3000);
	bind_nobody(d);
	s.members = 9;
	assert_true(gal_expand(d, "CN=p0,DC=x", true, &l, &err));
	assert_int_equal(l.n, 6); /* p3 to p9, but for the hidden p7 */
	for (size_t i = 0; i < l.n; i++)
		assert_int_equal(l.v[i].kind, PERSON_USER);
	person_list_release(&l);
	assert_true(gal_expand(d, "CN=p0,DC=x", false, &l, &err));
	assert_int_equal(l.n, 8);
	person_list_release(&l);
	directory_close(d);
	end(&s);
}

static void referrals_are_not_followed(void **state)
{
	struct server s;
	struct directory *d;
	struct person_list l = {0};
	struct err err = ERR_INIT;
	bool more;

	(void)state;
	begin(&s, ANSWERS);
	d = open_at(&s, 3000);
	bind_nobody(d);
	s.mood = REFERS;
	assert_false(gal_search(d, "p", 3, &l, &more, &err));
	assert_int_equal(err.kind, ERR_UNSUPPORTED);
	assert_int_equal(s.connections, 1);
	directory_close(d);
	end(&s);
}

static void a_silent_server_is_given_up(void **state)
{
	static const enum mood moods[] = {SILENT, HALF};
	struct server s;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(moods); i++) {
		struct err err = ERR_INIT;
		struct directory_login nobody = {0};
		int64_t begun;
		struct directory *d;

		begin(&s, moods[i]);
		d = open_at(&s, 300);
		begun = clock_mono_ms();
		assert_false(directory_bind(d, &nobody, &err));
		assert_int_equal(err.kind, ERR_NETWORK);
		assert_true(clock_mono_ms() - begun < 10000);
		directory_close(d);
		end(&s);
	}
}

/* The same within the beginning of TLS. */
static void raise_soon(void *flag)
{
	usleep(100000);
	chan_flag_raise(flag);
}

/* Also by a server that is there, and before its time is over. */
static void a_silent_handshake_is_given_up(void **state)
{
	static const enum mood moods[] = {SILENT, MUTE, MUTE};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(moods); i++) {
		bool cancel = i == 2;
		struct server s;
		struct directory_place p = {.host = "127.0.0.1",
					    .security = DIRECTORY_TLS,
					    .timeout_ms = cancel ? 60000 : 300};
		struct chan_flag *flag = chan_flag_new();
		struct thread *t = NULL;
		struct directory *d;
		struct err err = ERR_INIT;
		int64_t begun = clock_mono_ms();

		begin(&s, moods[i]);
		p.port = s.port;
		if (cancel)
			t = thread_start("cancel", raise_soon, flag);
		assert_false(directory_open(&d, &p, flag, &err));
		assert_int_equal(err.kind,
				 cancel ? ERR_CANCELLED : ERR_NETWORK);
		assert_true(clock_mono_ms() - begun < 10000);
		if (moods[i] == MUTE && !cancel)
			assert_non_null(strstr(err.text, "does not answer"));
		if (t)
			thread_join(t);
		chan_flag_free(flag);
		end(&s);
	}
}

static void cancelling_ends_at_once(void **state)
{
	struct server s;
	struct chan_flag *flag = chan_flag_new();
	struct directory_login nobody = {0};
	struct directory *d;
	struct err err = ERR_INIT;
	int64_t begun = clock_mono_ms();

	(void)state;
	begin(&s, SILENT);
	d = open_at(&s, 60000);
	directory_set_cancel(d, flag);
	chan_flag_raise(flag);
	assert_false(directory_bind(d, &nobody, &err));
	assert_int_equal(err.kind, ERR_CANCELLED);
	assert_true(clock_mono_ms() - begun < 10000);
	directory_close(d);
	chan_flag_free(flag);
	end(&s);
}

static void no_password_in_clear(void **state)
{
	struct server s;
	struct directory_login l = {.user = "ada", .password = "secret"};
	struct directory *d;
	struct err err = ERR_INIT;

	(void)state;
	begin(&s, ANSWERS);
	d = open_at(&s, 3000);
	assert_false(directory_bind(d, &l, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	assert_false(directory_change_password(d, "CN=x", "a", "b", &err));
	assert_int_equal(err.kind, ERR_INPUT);
	directory_close(d);
	end(&s);
}

static void sign_in_is_explained(void **state)
{
	static const struct {
		const char *text, *code;
	} cases[] = {
		{"80090308: LdapErr: DSID-0C09, data 532, v1db1",
		 "password-expired"},
		{"80090308: LdapErr: DSID-0C09, data 773, v1db1",
		 "password-must-change"},
		{"x, data 775, v", "account-locked"},
		{"x, data 533, v", "account-disabled"},
		{"x, data 701, v", "account-expired"},
		{"x, data 52e, v", "wrong-password"},
		{"x, data 5321, v", NULL},
		{"nothing", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *code = NULL, *text = NULL;

		assert_int_equal(directory_explain(cases[i].text, &code, &text),
				 cases[i].code != NULL);
		if (cases[i].code)
			assert_string_equal(code, cases[i].code);
	}
}

static void expiry_is_reckoned(void **state)
{
#define AT(unix_seconds) (((unix_seconds) + 11644473600LL) * 10000000LL)
	const int64_t day = 86400, none = PASSWORD_ABSENT;
	const int64_t age = -42 * day * 10000000LL;
	static const int64_t set = 1700000000;

	(void)state;
	/* The computed time wins, whatever else there is. */
	assert_int_equal(password_when(AT(set), AT(0), age, 0x10200), set);
	assert_int_equal(password_when(INT64_MAX, AT(set), age, 0x200),
			 CLOCK_NEVER);
	assert_int_equal(password_when(0, AT(set), age, 0x200), 0);
	/* Older controllers: set, and the domain's age. */
	assert_int_equal(password_when(none, AT(set), age, 0x200),
			 set + 42 * day);
	assert_int_equal(password_when(none, AT(set), age, 0x10200),
			 CLOCK_NEVER);
	assert_int_equal(password_when(none, 0, age, 0x200), 0);
	assert_int_equal(password_when(none, AT(set), age, 0x800200), 0);
	assert_int_equal(password_when(none, AT(set), 0, 0x200), CLOCK_NEVER);
	assert_int_equal(password_when(none, AT(set), INT64_MIN + 1, 0x200),
			 CLOCK_NEVER);
	assert_int_equal(password_when(none, AT(set), none, 0x200),
			 CLOCK_NEVER);
	assert_int_equal(password_when(none, -1, age, 0x200), CLOCK_NEVER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(filters_are_escaped),
		cmocka_unit_test(the_server_sees_one_value),
		cmocka_unit_test(pages_come_whole),
		cmocka_unit_test(loops_end),
		cmocka_unit_test(referrals_are_not_followed),
		cmocka_unit_test(a_silent_server_is_given_up),
		cmocka_unit_test(a_silent_handshake_is_given_up),
		cmocka_unit_test(cancelling_ends_at_once),
		cmocka_unit_test(no_password_in_clear),
		cmocka_unit_test(sign_in_is_explained),
		cmocka_unit_test(expiry_is_reckoned),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
