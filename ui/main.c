/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Start-up and the command line: options before the verb, then a verb or the
 * screens. */
#include <getopt.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include "base/log.h"
#include "base/proc.h"
#include "config/config.h"
#include "ui/batch.h"
#include "ui/dump.h"
#include "ui/manual.h"

struct start {
	struct strv files, overrides;
	const char *account, *dump;
};

enum { START_GO = -1 };

static int print_help(const char *verb)
{
	struct str out CLEANUP(str_release) = STR_INIT;

	if (!batch_help(&out, verb))
		return batch_usage("there is no verb '%s'", verb);
	fputs(out.s, stdout);
	return BATCH_DONE;
}

static int parse(struct start *s, int argc, char **argv)
{
	static const struct option longs[] = {
		{"account", required_argument, NULL, 'A'},
		{"dump", required_argument, NULL, 'D'},
		{"help", no_argument, NULL, 'h'},
		{"version", no_argument, NULL, 'V'},
		{0},
	};
	int c;

	/* "+": options behind the verb are the verb's. */
	while ((c = getopt_long(argc, argv, "+c:o:h", longs, NULL)) != -1) {
		switch (c) {
		case 'c':
			strv_add(&s->files, optarg);
			break;
		case 'o':
			strv_add(&s->overrides, optarg);
			break;
		case 'A':
			s->account = optarg;
			break;
		case 'D':
			s->dump = optarg;
			break;
		case 'h':
			return print_help(optind < argc ? argv[optind] : NULL);
		case 'V':
			puts("retinue " RETINUE_VERSION);
			return BATCH_DONE;
		default:
			return batch_usage("try `retinue --help`");
		}
	}
	return START_GO;
}

static int print_dump(const char *what)
{
	struct str out CLEANUP(str_release) = STR_INIT;
	struct err err;

	if (!manual_section(&out, what) && !batch_completion(&out, what) &&
	    !dump(what, &out, &err))
		return batch_fail(&err);
	fputs(out.s, stdout);
	return BATCH_DONE;
}

static void open_log(const struct config *config)
{
	char *path CLEANUP(mem_free_ptr) = config_log_path();
	char *dir CLEANUP(mem_free_ptr) = config_state_dir();
	enum log_level level = LOG_INFO;
	struct err err;

	(void)log_level_parse(config_text(config, NULL, CONFIG_LOG_LEVEL),
			      &level);
	/* No log is no reason to stop: the ring for the screen works on. */
	if (!proc_make_dirs(dir, &err) || !log_open(path, level, &err))
		fprintf(stderr, "retinue: no log: %s\n", err.text);
}

static int run(const struct start *s, struct config *config, int argc,
	       char **argv)
{
	char mail[] = "mail", *screens[] = {mail, NULL, NULL};

	if (argc == 1 && str_starts(argv[0], "mailto:")) {
		screens[1] = argv[0];
		return batch_run(config, s->account, 2, screens);
	}
	return argc > 0 ? batch_run(config, s->account, argc, argv)
			: batch_run(config, s->account, 1, screens);
}

/* Called sendmail, the program is its verb send. */
static char **as_sendmail(int *argc, char **argv)
{
	static char verb[] = "send";
	const char *slash = strrchr(argv[0], '/');
	char **out;

	if (!str_eq(slash ? slash + 1 : argv[0], "sendmail"))
		return argv;
	out = xcalloc((size_t)*argc + 2, sizeof(*out));
	out[0] = argv[0];
	out[1] = verb;
	for (int i = 1; i < *argc; i++)
		out[i + 1] = argv[i];
	++*argc;
	return out;
}

int main(int argc, char **given)
{
	char **argv = as_sendmail(&argc, given);
	struct start s = {0};
	struct config *config = NULL;
	struct strv problems;
	struct err err;
	int status;

	setlocale(LC_ALL, "");
	signal(SIGPIPE, SIG_IGN);
	strv_init(&s.files);
	strv_init(&s.overrides);
	strv_init(&problems);
	status = parse(&s, argc, argv);
	if (status == START_GO && s.dump)
		status = print_dump(s.dump);
	if (status == START_GO &&
	    !config_load(&config, &s.files, &s.overrides, &problems, &err)) {
		batch_fail(&err);
		status = BATCH_CONFIG;
	}
	if (status == START_GO) {
		/* `config check` says these itself. */
		if (!str_eq(optind < argc ? argv[optind] : NULL, "config"))
			for (size_t i = 0; i < problems.n; i++)
				fprintf(stderr, "retinue: %s\n", problems.v[i]);
		open_log(config);
		status = run(&s, config, argc - optind, argv + optind);
		log_close();
	}
	config_free(config);
	strv_release(&s.files);
	strv_release(&s.overrides);
	strv_release(&problems);
	if (argv != given)
		free(argv);
	return status;
}
