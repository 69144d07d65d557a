/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/batch.h"
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/load.h"
#include "config/config.h"

/* More options than an int64_t has bits. */
__extension__ typedef unsigned __int128 option_set;

struct verb {
	const char *name, *args, *summary, *help;
	option_set options;
	int (*run)(struct batch *b);
};

struct verb_option_row {
	const char *name, *arg, *summary;
	char letter;
};

static const struct verb_option_row option_rows[] = {
#define VERB_OPTION(id, name, letter, arg, summary)                            \
	{name, arg, summary, letter},
#include "ui/verbs.def"
#undef VERB_OPTION
};
_Static_assert(OPT_COUNT <= 128, "one bit an option");

#define O(id) ((option_set)1 << OPT_##id)
static const struct verb verbs[] = {
#define VERB(id, name, args, options, summary, help)                           \
	{name, args, summary, help, options, verb_##id},
#include "ui/verbs.def"
#undef VERB
};

static const struct verb *verb_find(const char *word)
{
	for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
		if (str_eq(verbs[i].name, word))
			return &verbs[i];
	return NULL;
}

bool batch_is_verb(const char *word)
{
	return verb_find(word) != NULL;
}

bool batch_has(const struct batch *b, enum verb_option o)
{
	return b->given[o];
}

const char *batch_value(const struct batch *b, enum verb_option o)
{
	const struct strv *v = &b->values[o];

	return v->n ? v->v[v->n - 1] : NULL;
}

static void usage_line(struct str *out, const struct verb *v)
{
	str_addf(out, "usage: retinue %s", v->name);
	for (size_t i = 0; i < OPT_COUNT; i++) {
		const struct verb_option_row *o = &option_rows[i];

		if (!(v->options >> i & 1))
			continue;
		str_addf(out, " [--%s%s%s]", o->name, o->arg ? " " : "",
			 str_or_empty(o->arg));
	}
	str_addf(out, "%s%s\n", *v->args ? " " : "", v->args);
}

bool batch_help(struct str *out, const char *name)
{
	const struct verb *v;

	if (!name) {
		str_add(out, "usage: retinue [-c FILE] [-o KEY=VALUE] "
			     "[--account NAME] [VERB ...]\n\n"
			     "Without a verb the screens open. Verbs:\n");
		for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
			str_addf(out, "  %-12s %s\n", verbs[i].name,
				 verbs[i].summary);
		str_add(out, "\n`retinue VERB --help` explains one verb; "
			     "retinue(1) explains all.\n");
		return true;
	}
	if (!(v = verb_find(name)))
		return false;
	usage_line(out, v);
	str_addf(out, "\n%s\n", v->summary);
	if (*v->help)
		str_addf(out, "%s\n", v->help);
	for (size_t i = 0; i < OPT_COUNT; i++) {
		const struct verb_option_row *o = &option_rows[i];
		char *left;

		if (!(v->options >> i & 1))
			continue;
		left = xasprintf("--%s%s%s", o->name, o->arg ? " " : "",
				 str_or_empty(o->arg));
		if (o->letter)
			str_addf(out, "  -%c, %-20s %s\n", o->letter, left,
				 o->summary);
		else
			str_addf(out, "      %-20s %s\n", left, o->summary);
		free(left);
	}
	return true;
}

/* Text as mdoc wants it: one sentence a line, backslashes escaped. */
static void mdoc_text(struct str *out, const char *text)
{
	bool start = true;

	for (; *text; text++) {
		/* A line that begins with . or ' would be a request. */
		if (start && (*text == '.' || *text == '\''))
			str_add(out, "\\&");
		start = text[0] == '.' && text[1] == ' ';
		if (*text == '\\')
			str_add(out, "\\e");
		else
			str_add_char(out, *text);
		if (start) {
			str_add_char(out, '\n');
			text++;
		}
	}
	str_add_char(out, '\n');
}

void batch_mdoc(struct str *out)
{
	str_add(out, ".Bl -tag -width Ds\n");
	for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
		const struct verb *v = &verbs[i];

		str_addf(out, ".It Cm %s Ar %s\n", v->name,
			 *v->args ? v->args : "\\&");
		str_add_rune(out, (uint32_t)(v->summary[0] & ~0x20));
		mdoc_text(out, v->summary + 1);
		str_cut(out, out->len - 1);
		str_add(out, ".\n");
		if (*v->help)
			mdoc_text(out, v->help);
		if (v->options)
			str_add(out, "Options:\n");
		for (size_t o = 0, n = 0; o < OPT_COUNT; o++)
			if (v->options >> o & 1)
				str_addf(out, "%s.Fl \\-%s", n++ ? " ,\n" : "",
					 option_rows[o].name);
		if (v->options)
			str_add(out, " .\n");
	}
	str_add(out, ".El\n.Ss Options of the verbs\n.Bl -tag -width Ds\n");
	for (size_t o = 0; o < OPT_COUNT; o++) {
		const struct verb_option_row *r = &option_rows[o];

		str_add(out, ".It ");
		if (r->letter)
			str_addf(out, "Fl %c , ", r->letter);
		str_addf(out, "Fl \\-%s", r->name);
		if (r->arg)
			str_addf(out, " Ar %s", r->arg);
		str_add_char(out, '\n');
		mdoc_text(out, r->summary);
	}
	str_add(out, ".El\n");
}

static void complete_bash(struct str *out)
{
	str_add(out, "_retinue() {\n\tlocal cur=${COMP_WORDS[COMP_CWORD]} "
		     "verb=${COMP_WORDS[1]}\n"
		     "\tif [ \"$COMP_CWORD\" = 1 ]; then\n"
		     "\t\tCOMPREPLY=($(compgen -W \"");
	for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
		str_addf(out, "%s ", verbs[i].name);
	str_add(out, "\" -- \"$cur\"))\n\t\treturn\n\tfi\n\tcase $verb in\n");
	for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
		str_addf(out, "\t%s) COMPREPLY=($(compgen -W \"--help",
			 verbs[i].name);
		for (size_t o = 0; o < OPT_COUNT; o++)
			if (verbs[i].options >> o & 1)
				str_addf(out, " --%s", option_rows[o].name);
		str_add(out, "\" -- \"$cur\")) ;;\n");
	}
	str_add(out, "\tesac\n}\ncomplete -o default -F _retinue retinue\n");
}

static void complete_zsh(struct str *out)
{
	str_add(out, "#compdef retinue\nlocal -a verbs\nverbs=(\n");
	for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
		str_addf(out, "\t\"%s:%s\"\n", verbs[i].name, verbs[i].summary);
	str_add(out, ")\nif (( CURRENT == 2 )); then\n"
		     "\t_describe verb verbs\n\treturn\nfi\n"
		     "case $words[2] in\n");
	for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
		str_addf(out, "%s) _arguments", verbs[i].name);
		for (size_t o = 0; o < OPT_COUNT; o++)
			if (verbs[i].options >> o & 1)
				str_addf(out, " \"--%s[%s]%s%s\"",
					 option_rows[o].name,
					 option_rows[o].summary,
					 option_rows[o].arg ? ":" : "",
					 str_or_empty(option_rows[o].arg));
		str_add(out, " \"*:file:_files\" ;;\n");
	}
	str_add(out, "esac\n");
}

static void complete_fish(struct str *out)
{
	for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
		str_addf(out,
			 "complete -c retinue -n __fish_use_subcommand "
			 "-a %s -d \"%s\"\n",
			 verbs[i].name, verbs[i].summary);
		for (size_t o = 0; o < OPT_COUNT; o++)
			if (verbs[i].options >> o & 1)
				str_addf(out,
					 "complete -c retinue -n "
					 "\"__fish_seen_subcommand_from %s\" "
					 "-l %s -d \"%s\"%s\n",
					 verbs[i].name, option_rows[o].name,
					 option_rows[o].summary,
					 option_rows[o].arg ? " -r" : "");
	}
}

bool batch_completion(struct str *out, const char *shell)
{
	static const struct {
		const char *name;
		void (*write)(struct str *out);
	} shells[] = {{"bash", complete_bash},
		      {"zsh", complete_zsh},
		      {"fish", complete_fish}};

	for (size_t i = 0; i < ARRAY_LEN(shells); i++)
		if (str_eq(shells[i].name, shell)) {
			shells[i].write(out);
			return true;
		}
	return false;
}

int batch_usage(const char *fmt, ...)
{
	va_list args;

	fputs("retinue: ", stderr);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
	return BATCH_USAGE;
}

int batch_fail(const struct err *err)
{
	fprintf(stderr, "retinue: %s\n",
		*err->text ? err->text : err_kind_name(err->kind));
	switch (err->kind) {
	case ERR_NONE:
		return BATCH_DONE;
	case ERR_NETWORK:
	case ERR_SERVER:
	case ERR_CANCELLED:
		return BATCH_NETWORK;
	case ERR_AUTH:
		return BATCH_AUTH;
	case ERR_PROTOCOL:
	case ERR_QUOTA:
	case ERR_DENIED:
	case ERR_UNSUPPORTED:
	case ERR_STATE:
		return BATCH_REFUSED;
	case ERR_NOT_FOUND:
		return BATCH_NOTHING;
	case ERR_CONFLICT:
		return BATCH_CONFLICT;
	case ERR_DISK:
		return BATCH_LATER;
	case ERR_INPUT:
		return BATCH_USAGE;
	case ERR_KINDS:
		break;
	}
	BUG("error kind %d", (int)err->kind);
}

/* long options: the table's, then --help; values are index + 256. */
static void long_options(struct option *out)
{
	for (size_t i = 0; i < OPT_COUNT; i++)
		out[i] = (struct option){option_rows[i].name,
					 option_rows[i].arg ? required_argument
							    : no_argument,
					 NULL, (int)i + 256};
	out[OPT_COUNT] = (struct option){"help", no_argument, NULL, 'h'};
	out[OPT_COUNT + 1] =
		(struct option){"account", required_argument, NULL, 'A'};
	out[OPT_COUNT + 2] = (struct option){0};
}

static int option_of(const struct verb *v, int c)
{
	for (int i = 0; i < OPT_COUNT; i++)
		if (c == i + 256 ||
		    (c == option_rows[i].letter && v->options >> i & 1))
			return i;
	return -1;
}

/* Returns -1 to go on, else the exit code. */
static int parse_options(struct batch *b, int argc, char **argv)
{
	struct option longs[OPT_COUNT + 3];
	struct str letters CLEANUP(str_release) = STR_INIT;
	int c;

	long_options(longs);
	str_add(&letters, "h");
	for (size_t i = 0; i < OPT_COUNT; i++)
		if (option_rows[i].letter && b->verb->options >> i & 1) {
			str_add_char(&letters, option_rows[i].letter);
			if (option_rows[i].arg)
				str_add_char(&letters, ':');
		}
	optind = 0;
	while ((c = getopt_long(argc, argv, letters.s, longs, NULL)) != -1) {
		int o;

		if (c == 'h') {
			struct str out CLEANUP(str_release) = STR_INIT;

			(void)batch_help(&out, b->verb->name);
			fputs(out.s, stdout);
			return BATCH_DONE;
		}
		if (c == 'A') {
			b->account_name = optarg;
			continue;
		}
		if (c == '?')
			return batch_usage("try `retinue %s --help`",
					   b->verb->name);
		o = option_of(b->verb, c);
		if (o < 0 || !(b->verb->options >> o & 1))
			return batch_usage("%s has no option --%s; "
					   "try `retinue %s --help`",
					   b->verb->name,
					   option_rows[c - 256].name,
					   b->verb->name);
		b->given[o] = true;
		if (optarg)
			strv_add(&b->values[o], optarg);
	}
	for (int i = optind; i < argc; i++)
		strv_add(&b->args, argv[i]);
	return -1;
}

/* What callers of sendmail say that changes nothing here: the letters that may
 * follow, and those that take an argument. */
static bool is_sendmail_option(const char *word, bool *takes_next)
{
	static const char with_argument[] = "FNRBVhpLXCOo";

	*takes_next = false;
	if (word[0] != '-' || !word[1] || word[1] == '-')
		return false;
	if (strchr(with_argument, word[1])) {
		/* "-oi" is whole in itself; "-F name" is not. */
		*takes_next = !word[2] && word[1] != 'o';
		return true;
	}
	return (strchr("vnmGU", word[1]) && !word[2]) || word[1] == 'q' ||
	       word[1] == 'd' || str_eq(word, "-bm") ||
	       (word[1] == 'e' && word[2] && !word[3]);
}

/* Does the next word belong to this option of send? */
static bool has_value(const char *word)
{
	if (!str_starts(word, "--"))
		return word[0] == '-' && word[1] && !word[2] &&
		       strchr("fsa", word[1]);
	for (size_t i = 0; i < ARRAY_LEN(option_rows); i++)
		if (str_eq(word + 2, option_rows[i].name))
			return option_rows[i].arg != NULL;
	return str_eq(word, "--account");
}

/* Takes them out of argv; -r is an old spelling of -f. */
static int drop_sendmail_options(int argc, char **argv)
{
	int n = 1;

	for (int i = 1; i < argc; i++) {
		bool next = false;

		if (str_eq(argv[i], "--")) {
			while (i < argc)
				argv[n++] = argv[i++];
			break;
		}
		if (str_starts(argv[i], "-r"))
			argv[i][1] = 'f';
		if (!is_sendmail_option(argv[i], &next)) {
			bool valued = has_value(argv[i]);

			argv[n++] = argv[i];
			/* An option's value is nobody's option. */
			if (valued && i + 1 < argc)
				argv[n++] = argv[++i];
		} else if (next) {
			i++;
		}
	}
	argv[n] = NULL;
	return n;
}

/* Lists out of the mirror need nothing that reads messages. */
static bool load_for(const struct verb *v, struct err *err)
{
	return v->run == verb_list || v->run == verb_search ||
	       v->run == verb_count || load_content(err);
}

int batch_run(struct config *config, const char *account_name, int argc,
	      char **argv)
{
	struct batch b = {.config = config, .account_name = account_name};
	struct err err = ERR_INIT;
	int status;

	b.verb = verb_find(argv[0]);
	if (!b.verb)
		return batch_usage("there is no verb '%s'; try `retinue "
				   "--help`",
				   argv[0]);
	if (b.verb->run == verb_send)
		argc = drop_sendmail_options(argc, argv);
	status = parse_options(&b, argc, argv);
	if (status < 0)
		status = load_for(b.verb, &err) ? b.verb->run(&b)
						: batch_fail(&err);
	if (b.engine)
		engine_stop(b.engine);
	batch_close_store(&b);
	account_free(b.account);
	free(b.store_path);
	for (size_t i = 0; i < OPT_COUNT; i++)
		strv_release(&b.values[i]);
	strv_release(&b.args);
	if (fflush(stdout) != 0 && status == BATCH_DONE) {
		(void)err_errno(&err, "writing the output");
		return batch_fail(&err);
	}
	return status;
}

bool batch_limit(const struct batch *b, int def, int *out)
{
	const char *text = batch_value(b, OPT_LIMIT);
	char *end;
	long n;

	if (!text) {
		*out = def;
		return true;
	}
	n = strtol(text, &end, 10);
	if (*end || end == text || n < 0 || n > INT_MAX) {
		batch_usage("--limit takes a whole number, not '%s'", text);
		return false;
	}
	*out = n ? (int)n : INT_MAX;
	return true;
}

bool batch_id(const char *word, int64_t *id)
{
	char *end;
	long long n = strtoll(word, &end, 10);

	if (*end || end == word || n <= 0) {
		batch_usage("'%s' is not a message id (list prints them)",
			    word);
		return false;
	}
	*id = n;
	return true;
}

static bool ids_from_stdin(struct id_list *out)
{
	struct str text CLEANUP(str_release) = STR_INIT;
	struct strv words CLEANUP(strv_release);
	struct err err;

	strv_init(&words);
	if (!batch_read_stdin(&text, (size_t)64 << 20, &err)) {
		batch_fail(&err);
		return false;
	}
	for (size_t i = 0; i < text.len; i++)
		if (!text.s[i])
			text.s[i] = '\n'; /* list -0 */
	strv_split(&words, text.s, " \t\r\n");
	for (size_t i = 0; i < words.n; i++) {
		int64_t id;

		if (!batch_id(words.v[i], &id))
			return false;
		vec_add(out, id);
	}
	return true;
}

bool batch_ids(struct batch *b, size_t from, size_t to, struct id_list *out)
{
	for (size_t i = from; i < to; i++) {
		int64_t id;

		if (str_eq(b->args.v[i], "-")) {
			if (!ids_from_stdin(out))
				return false;
			continue;
		}
		if (!batch_id(b->args.v[i], &id))
			return false;
		vec_add(out, id);
	}
	if (!out->n)
		batch_usage("no message id given");
	return out->n > 0;
}

bool batch_read_stdin(struct str *out, size_t max, struct err *err)
{
	for (;;) {
		char *p = str_reserve(out, 65536);
		ssize_t n;

		if (!p || out->len > max)
			return err_set(err, ERR_INPUT,
				       "standard input is too long");
		n = read(STDIN_FILENO, p, 65536);
		if (n < 0)
			return err_errno(err, "reading standard input");
		if (n == 0)
			return true;
		str_grew(out, (size_t)n);
	}
}
