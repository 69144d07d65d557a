/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* exchange-sim: a simulated Exchange organisation on a loopback port. */
#include <getopt.h>
#include <libxml/parser.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/codec.h"
#include "base/proc.h"
#include "tests/sim/idp.h"
#include "tests/sim/corpus.h"
#include "tests/sim/dav.h"
#include "tests/sim/help.h"
#include "tests/sim/ldap.h"
#include "tests/sim/sim.h"

static const struct product products[] = {
	{"2000", RANK_2007, 6, 0, 6249, 0, NULL},
	{"2003", RANK_2007, 6, 5, 7638, 0, NULL},
	{"2007", RANK_2007, 8, 0, 813, 0, NULL},
	{"2007sp1", RANK_2007SP1, 8, 1, 436, 0, "Exchange2007_SP1"},
	{"2010", RANK_2010SP2, 14, 3, 513, 0, "Exchange2010_SP2"},
	{"2013", RANK_2013SP1, 15, 0, 1497, 48, "V2_23"},
	{"2016", RANK_2016, 15, 1, 2507, 39, "V2017_07_11"},
	{"2019", RANK_2016, 15, 2, 1544, 11, "V2017_07_11"},
};

enum { SLICE_MS = 200 };

struct options {
	const char *listen, *dialect, *version, *mailbox, *auth, *cert, *key;
	const char *faults, *schema, *log, *ready, *people;
	const char *language;
	const char *keytab, *binding, *binding_cert, *token, *client_ca;
	const char *ldap;
	bool no_invitations;
	size_t public_folders;
	long messages; /* -1: the demo organisation */
	uint64_t seed;
	int64_t now, heartbeat_ms;
};

/* --- counters and log ---------------------------------------------------- */
void sim_count(struct sim *sim, const char *operation)
{
	size_t i = 0;

	pthread_mutex_lock(&sim->count_lock);
	while (i < sim->counts.n &&
	       strcmp(sim->counts.v[i].name, operation) != 0)
		i++;
	if (i == sim->counts.n)
		vec_add(&sim->counts, ((struct op_count){operation, 0}));
	sim->counts.v[i].n++;
	sim->requests++;
	pthread_mutex_unlock(&sim->count_lock);
}

void sim_count_bytes(struct sim *sim, size_t in, size_t out)
{
	pthread_mutex_lock(&sim->count_lock);
	sim->bytes_in += in;
	sim->bytes_out += out;
	pthread_mutex_unlock(&sim->count_lock);
}

void sim_log(struct sim *sim, const char *fmt, ...)
{
	struct str line = STR_INIT;
	va_list args;

	if (!sim->log)
		return;
	va_start(args, fmt);
	str_addfv(&line, fmt, args);
	va_end(args);
	for (size_t i = 0; i < line.len; i++)
		if ((unsigned char)line.s[i] < ' ')
			line.s[i] = ' ';
	str_add_char(&line, '\n');
	/* One call a line: stdio keeps lines of several threads apart. */
	fwrite(line.s, 1, line.len, sim->log);
	fflush(sim->log);
	str_release(&line);
}

void sim_stop(struct sim *sim)
{
	(void)sim;
	kill(getpid(), SIGTERM);
}

bool sim_is_stopping(struct sim *sim)
{
	bool stopping;

	pthread_mutex_lock(&sim->count_lock);
	stopping = sim->stopping;
	pthread_mutex_unlock(&sim->count_lock);
	return stopping;
}

void sim_pause(struct sim *sim, int64_t ms)
{
	int64_t end = clock_mono_ms() + ms;

	while (!sim_is_stopping(sim)) {
		int64_t left = end - clock_mono_ms();
		struct timespec t;

		if (left <= 0)
			return;
		if (left > SLICE_MS)
			left = SLICE_MS;
		t.tv_sec = 0;
		t.tv_nsec = left * 1000000;
		nanosleep(&t, NULL);
	}
}

/* --- options ------------------------------------------------------------- */
/* What takes a text; where it goes. */
static const struct {
	const char *name;
	size_t at;
} texts[] = {
	{"listen", offsetof(struct options, listen)},
	{"dialect", offsetof(struct options, dialect)},
	{"version", offsetof(struct options, version)},
	{"mailbox", offsetof(struct options, mailbox)},
	{"auth", offsetof(struct options, auth)},
	{"tls", offsetof(struct options, cert)},
	{"faults", offsetof(struct options, faults)},
	{"schema", offsetof(struct options, schema)},
	{"log", offsetof(struct options, log)},
	{"ready-file", offsetof(struct options, ready)},
	{"people", offsetof(struct options, people)},
	{"keytab", offsetof(struct options, keytab)},
	{"binding", offsetof(struct options, binding)},
	{"binding-cert", offsetof(struct options, binding_cert)},
	{"token", offsetof(struct options, token)},
	{"client-ca", offsetof(struct options, client_ca)},
	{"language", offsetof(struct options, language)},
	{"ldap", offsetof(struct options, ldap)},
};

static bool option_other(struct options *o, int c)
{
	switch (c) {
	case 'n':
		o->messages = strtol(optarg, NULL, 10);
		return true;
	case 's':
		o->seed = strtoull(optarg, NULL, 10);
		return true;
	case 'b':
		o->heartbeat_ms = strtol(optarg, NULL, 10);
		return true;
	case 'P':
		o->public_folders = strtoul(optarg, NULL, 10);
		return true;
	case 'I':
		o->no_invitations = true;
		return true;
	case 'h':
		fputs(help_text, stdout);
		exit(0);
	default:
		return false;
	}
}

static bool options_parse(struct options *o, int argc, char **argv)
{
	static const struct option others[] = {
		{"messages", required_argument, NULL, 'n'},
		{"seed", required_argument, NULL, 's'},
		{"heartbeat", required_argument, NULL, 'b'},
		{"public-folders", required_argument, NULL, 'P'},
		{"no-invitations", no_argument, NULL, 'I'},
		{"help", no_argument, NULL, 'h'}};
	struct option longs[ARRAY_LEN(texts) + ARRAY_LEN(others) + 1] = {0};
	int c, at = 0;

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		longs[i] = (struct option){texts[i].name, required_argument,
					   NULL, 1};
	memcpy(longs + ARRAY_LEN(texts), others, sizeof(others));
	while ((c = getopt_long(argc, argv, "", longs, &at)) != -1) {
		if (c != 1) {
			if (!option_other(o, c))
				return false;
			continue;
		}
		*(const char **)((char *)o + texts[at].at) = optarg;
		if (strcmp(texts[at].name, "tls") != 0)
			continue;
		if (optind >= argc)
			return false;
		o->key = argv[optind++];
	}
	return optind == argc;
}

/* Which faces a release has (dossier WebDAV 28). */
static bool faces_check(struct sim *sim, const struct options *o,
			struct err *err)
{
	int major = sim->product->major;

	sim->dav = strcmp(o->dialect, "webdav") == 0 ||
		   strcmp(o->dialect, "both") == 0;
	sim->ews = strcmp(o->dialect, "ews") == 0 ||
		   strcmp(o->dialect, "both") == 0;
	if (!sim->dav && !sim->ews)
		return err_set(err, ERR_INPUT,
			       "--dialect %s: not ews, webdav or both",
			       o->dialect);
	if (major < 8 && sim->ews && !sim->dav)
		return err_set(err, ERR_INPUT,
			       "--version %s has no EWS; it "
			       "speaks WebDAV",
			       o->version);
	if (major > 8 && sim->dav)
		return err_set(err, ERR_INPUT,
			       "--version %s has no WebDAV: that ended with "
			       "2007",
			       o->version);
	if (major < 8)
		sim->ews = false;
	sim->dav_version = major == 8		 ? DAV_2007
			   : sim->product->minor ? DAV_2003
						 : DAV_2000;
	return true;
}

static bool options_check(struct sim *sim, struct options *o, struct err *err)
{
	sim->product = NULL;
	if (!o->version)
		o->version = strcmp(o->dialect, "webdav") == 0 ? "2003"
			     : strcmp(o->dialect, "both") == 0 ? "2007sp1"
							       : "2019";
	for (size_t i = 0; i < ARRAY_LEN(products); i++)
		if (strcmp(products[i].name, o->version) == 0)
			sim->product = &products[i];
	if (!sim->product)
		return err_set(err, ERR_INPUT, "--version %s: unknown",
			       o->version);
	if (!faces_check(sim, o, err))
		return false;
	if (o->language && !language_exists(o->language))
		return err_set(err, ERR_INPUT,
			       "--language %s: not en, de, fr, ja",
			       o->language);
	if (!o->ready)
		return err_set(err, ERR_INPUT, "--ready-file is missing");
	if (o->mailbox && o->messages >= 0)
		return err_set(err, ERR_INPUT,
			       "--mailbox and --messages exclude each other");
	return true;
}

/* --- starting ------------------------------------------------------------ */
/* What is there at the start was committed before it. */
static void age_folders(struct state *st, int64_t now)
{
	for (size_t i = 0; i < st->folders.n; i++)
		if (st->folders.v[i])
			st->folders.v[i]->last_commit = now - 60;
}

static bool fill_mail(struct sim *sim, const struct options *o, struct err *err)
{
	struct box *first;
	size_t loaded = 0;

	company_build(sim->st);
	if (o->people) {
		struct str text = STR_INIT;
		bool good = proc_read_file(o->people, &text, 1 << 20, err) &&
			    company_add(sim->st, text.s, err);

		str_release(&text);
		if (!good)
			return false;
	}
	first = sim->st->boxes.v[0];
	if (o->mailbox) {
		if (!maildir_load(sim->st, box_folder(first, "inbox"),
				  o->mailbox, &loaded, err))
			return false;
		return true;
	}
	if (o->messages < 0) {
		company_fill(sim->st, o->now, !o->no_invitations);
		return true;
	}
	sim->corpus = corpus_new(sim->st, first, o->seed, (size_t)o->messages,
				 o->now);
	corpus_fill(sim->st, sim->corpus, (size_t)o->messages);
	return true;
}

static bool fill(struct sim *sim, const struct options *o, struct err *err)
{
	if (!fill_mail(sim, o, err))
		return false;
	public_build(sim->st);
	company_public(sim->st, o->now);
	company_public_many(sim->st, o->public_folders);
	return true;
}

static bool write_ready(const struct sim *sim, const struct options *o,
			int port, struct err *err)
{
	struct str b = STR_INIT;
	char *host = xstrndup(o->listen, strcspn(o->listen, ":"));
	const char *scheme = o->cert ? "https" : "http";
	bool good;

	str_addf(&b, "base_url=%s://%s:%d\n", scheme, host, port);
	if (sim->ews)
		str_addf(&b, "ews_url=%s://%s:%d/EWS/Exchange.asmx\n", scheme,
			 host, port);
	if (sim->dav)
		str_addf(&b, "dav_url=%s://%s:%d/exchange/%s/\n", scheme, host,
			 port, sim->st->boxes.v[0]->alias);
	str_addf(&b, "admin_url=%s://%s:%d/%s\n", scheme, host, port,
		 sim->token);
	str_addf(&b, "version=%s\npid=%ld\n", sim->product->name,
		 (long)getpid());
	for (size_t i = 0; i < 4 && i < sim->st->boxes.n; i++) {
		const struct box *box = sim->st->boxes.v[i];
		char n[4] = "";

		if (i > 0)
			snprintf(n, sizeof(n), "%zu", i + 1);
		str_addf(&b,
			 "user%s=%s\npassword%s=%s\naddress%s=%s\nname%s=%s\n",
			 n, box->alias, n, box->password, n, box->address, n,
			 box->name);
	}
	if (sim->ldap_port)
		str_addf(&b, "ldap_port=%d\n", sim->ldap_port);
	good = proc_write_file(o->ready, b.s, b.len, 0600, err);
	free(host);
	str_release(&b);
	return good;
}

static bool start(struct sim *sim, const struct options *o, struct err *err)
{
	struct signin_options signin = {
		.methods = o->auth,
		.binding = o->binding,
		.keytab = o->keytab,
		.cert = o->binding_cert ? o->binding_cert : o->cert,
		.token = o->token,
	};

	sim->idp = idp_new();
	sim->st = state_new(o->seed, sim->product->rank >= RANK_2010SP1);
	sim->st->language = o->language;
	sim->dav_names = dav_names_new();
	sim->dav_view = dav_view_new();
	sim->faults = faults_new();
	if (o->faults) {
		struct str text = STR_INIT;
		bool good = proc_read_file(o->faults, &text, 1 << 20, err) &&
			    faults_parse(sim->faults, text.s, err);

		str_release(&text);
		if (!good)
			return false;
	}
	if (o->schema && !(sim->schemas = schemas_load(o->schema, err)))
		return false;
	if (o->log && !(sim->log = fopen(o->log, "ae")))
		return err_errno(err, "--log %s", o->log);
	if (!fill(sim, o, err) || !signin_init(&sim->signin, sim, &signin, err))
		return false;
	/* Sync states of another run are none of this one. */
	codec_random(&sim->st->epoch, sizeof(sim->st->epoch));
	age_folders(sim->st, o->now);
	return true;
}

static void finish(struct sim *sim)
{
	if (sim->log)
		fclose(sim->log);
	signin_release(&sim->signin);
	if (sim->idp)
		idp_free(sim->idp);
	free(sim->dav_base);
	free(sim->dav_public);
	free(sim->auto_kind);
	free(sim->auto_to);
	state_free(sim->st);
	corpus_free(sim->corpus);
	dav_names_free(sim->dav_names);
	dav_view_free(sim->dav_view);
	faults_free(sim->faults);
	schemas_free(sim->schemas);
	vec_release(&sim->counts);
	vec_release(&sim->dav_sessions);
	pthread_mutex_destroy(&sim->count_lock);
}

/* Throttling as the releases have it by default (dossier 5); 2007 has none. */
static void set_limits(struct sim *sim)
{
	enum rank rank = sim->product->rank;

	if (rank < RANK_2010)
		return;
	sim->max_active = rank < RANK_2013 ? 10 : 27;
	sim->max_hanging = rank < RANK_2016 ? 3 : 10;
	sim->max_subs = rank < RANK_2013 ? 20 : 5000;
}

static int fail(struct sim *sim, const struct err *err, int status)
{
	fprintf(stderr, "exchange-sim: %s\n", err->text);
	if (sim)
		finish(sim);
	return status;
}

int main(int argc, char **argv)
{
	struct options o = {.listen = "127.0.0.1:0",
			    .dialect = "ews",
			    .auth = "basic",
			    .messages = -1,
			    .seed = 1,
			    .heartbeat_ms = 45000};
	struct sim sim = {0};
	struct err err = ERR_INIT;
	struct MHD_Daemon *daemon;
	struct ldap_server *ldap = NULL;
	char *token;
	sigset_t set;
	int port = 0, caught;

	if (!options_parse(&o, argc, argv)) {
		fputs("Try exchange-sim --help.\n", stderr);
		return 2;
	}
	if (!options_check(&sim, &o, &err))
		return fail(NULL, &err, 2);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	xmlInitParser();
	pthread_mutex_init(&sim.count_lock, NULL);
	o.now = clock_now();
	sim.tls = o.cert != NULL;
	sim.client_ca = o.client_ca != NULL;
	sim.heartbeat_ms = o.heartbeat_ms;
	set_limits(&sim);
	token = codec_random_id();
	snprintf(sim.token, sizeof(sim.token), "%s", token);
	free(token);
	if (!start(&sim, &o, &err))
		return fail(&sim, &err, 2);
	daemon = http_start(&sim, o.listen,
			    &(struct http_tls){o.cert, o.key, o.client_ca},
			    &port, &err);
	if (!daemon)
		return fail(&sim, &err, 1);
	if (o.ldap)
		ldap = ldap_start(&sim, o.ldap, o.cert, o.key, &sim.ldap_port,
				  &err);
	if ((ldap || !o.ldap) && write_ready(&sim, &o, port, &err))
		sigwait(&set, &caught);
	pthread_mutex_lock(&sim.count_lock);
	sim.stopping = true;
	pthread_mutex_unlock(&sim.count_lock);
	http_stop(daemon);
	ldap_stop(ldap);
	if (err.kind != ERR_NONE)
		return fail(&sim, &err, 1);
	finish(&sim);
	xmlCleanupParser();
	return 0;
}
