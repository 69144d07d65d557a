/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/contract/contract.h"

static int tests, bad_tests, bad_checks;

bool check_at(const char *file, int line, bool ok, const char *what,
	      const char *text)
{
	if (!ok) {
		bad_checks++;
		printf("# %s:%d: %s is false%s%s\n", file, line, what,
		       *text ? ": " : "", text);
	}
	return ok;
}

void run_test(const char *name, void (*fn)(void *), void *ctx)
{
	int before = bad_checks;

	fn(ctx);
	tests++;
	bad_tests += bad_checks > before;
	printf("%sok %d - %s\n", bad_checks > before ? "not " : "", tests,
	       name);
	fflush(stdout);
}

void skip_test(const char *name, const char *why)
{
	printf("ok %d - %s # SKIP %s\n", ++tests, name, why);
}

struct same {
	const char *version;
	const struct str *facts, *first;
};

static void same_facts(void *ctx)
{
	const struct same *s = ctx;
	const char *a = s->first->s, *b = s->facts->s;

	while (*a || *b) {
		size_t n = strcspn(a, "\n"), m = strcspn(b, "\n");

		if (n != m || memcmp(a, b, n) != 0)
			printf("# first: %.*s\n# %s: %.*s\n", (int)n, a,
			       s->version, (int)m, b);
		CHECK(n == m && memcmp(a, b, n) == 0);
		a += n + (a[n] != '\0');
		b += m + (b[m] != '\0');
	}
}

int main(int argc, char **argv)
{
	static const struct {
		const char *dialect, *version;
	} versions[] = {{"ews", "2007sp1"}, {"ews", "2010"},
			{"ews", "2013"},    {"ews", "2016"},
			{"webdav", "2000"}, {"webdav", "2003"},
			{"webdav", "2007"}};
	static const char *const args[] = {"--messages", "60", "--heartbeat",
					   "300", NULL};
	struct str first = STR_INIT;

	if (argc > 1 && strcmp(argv[1], "--read") == 0) {
		samples_read(argc - 2, argv + 2);
		return 0;
	}
	for (size_t i = 0; i < ARRAY_LEN(versions); i++) {
		struct str facts = STR_INIT;
		const char *version = versions[i].version;
		struct same same = {version, &facts, &first};
		struct sim s;
		char *name;

		if (argc > 1 && !str_eq(argv[1], version))
			continue;
		if (!sim_has(versions[i].dialect)) {
			skip_test(version, "the simulator lacks this dialect");
			continue;
		}
		if (!sim_start(&s, versions[i].dialect, version, args)) {
			printf("not ok %d - the simulator starts\n", ++tests);
			return 1;
		}
		suite_run(&s, version, &facts);
		mailbox_run(&s, version);
		calendar_run(&s, version);
		if (s.dav)
			faults_dav_run(&s, version);
		else
			faults_run(&s, version);
		name = xasprintf("%s: the same results", version);
		if (first.len == 0)
			str_add(&first, facts.s);
		else
			run_test(name, same_facts, &same);
		free(name);
		str_release(&facts);
		CHECK(sim_stop(&s));
	}
	str_release(&first);
	if (argc == 1)
		tls_run();
	printf("1..%d\n", tests);
	return bad_tests || bad_checks;
}
