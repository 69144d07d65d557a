/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* account, doctor: setting accounts up, and saying what is wrong with them. */
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>
#include "base/proc.h"
#include "config/config.h"
#include "config/secret.h"
#include "engine/doctor.h"
#include "engine/login.h"
#include "ui/account.h"
#include "ui/batch_out.h"
#include "ui/batch_password.h"

#define END_MS 600000

/* --- running the doctor -----------------------------------------------------
 */

struct visit {
	struct batch *b;
	struct doctor *doctor;
	bool steps;  /* print each probe */
	char *asked; /* the password given on the terminal; kept for the
		       * keyring */
};

static bool password_of(void *ctx, char **out, struct err *err)
{
	struct visit *v = ctx;

	return secret_password(v->b->config, v->b->account->name, out, err);
}

static bool secret_of(void *ctx, enum account_secret which, char **out,
		      struct err *err)
{
	struct visit *v = ctx;

	return account_secret(v->b->config, v->b->account->name, which, out,
			      err);
}

static bool keep_refresh(void *ctx, const char *refresh, struct err *err)
{
	struct visit *v = ctx;

	return secret_store_refresh(v->b->config, v->b->account->name, refresh,
				    err);
}

/* Without showing it; from a pipe the first line. NULL: none. */
static char *read_password(const char *who)
{
	struct termios old, quiet;
	struct str line = STR_INIT;
	bool tty = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &old) == 0;
	char c;

	if (tty) {
		fprintf(stderr, "Password for %s: ", who);
		quiet = old;
		quiet.c_lflag &= (tcflag_t)~ECHO;
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
	}
	str_reserve(&line, 256); /* so that growing leaves no copy */
	while (read(STDIN_FILENO, &c, 1) == 1 && c != '\n')
		str_add_char(&line, c);
	if (tty) {
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &old);
		fputc('\n', stderr);
	}
	if (line.len)
		return str_take(&line);
	str_release(&line);
	return NULL;
}

static bool ask_yes(const char *host)
{
	char line[16] = "";

	fprintf(stderr,
		"Autodiscover points to %s, outside your mail domain. "
		"Sign in there? [y/N] ",
		host);
	if (!fgets(line, sizeof(line), stdin))
		return false;
	return *line == 'y' || *line == 'Y';
}

static void on_event(struct visit *v, const struct doctor_event *e)
{
	const struct account *a = v->b->account;

	switch (e->kind) {
	case DOCTOR_STEP:
		if (v->steps)
			fprintf(stderr, "  %s\n", e->text);
		break;
	case DOCTOR_PASSWORD:
		if (!v->asked)
			v->asked =
				read_password(a->user ? a->user : a->address);
		doctor_answer(v->doctor, v->asked);
		break;
	case DOCTOR_OUTSIDE:
		doctor_answer(v->doctor, ask_yes(e->text) ? "y" : NULL);
		break;
	case DOCTOR_ROW:
	case DOCTOR_END:
		break;
	}
}

static void visit(struct visit *v, struct batch *b)
{
	struct doctor_options o = {
		.account = b->account,
		.password = password_of,
		.secret = secret_of,
		.keep = keep_refresh,
		.ctx = v,
		.interactive = isatty(STDIN_FILENO),
		.trust_outside = batch_has(b, OPT_TRUST_HOST),
	};
	struct doctor_event e = {.kind = DOCTOR_STEP};

	v->b = b;
	v->doctor = doctor_start(&o);
	while (e.kind != DOCTOR_END && doctor_next(v->doctor, END_MS, &e)) {
		on_event(v, &e);
		free(e.text);
	}
}

static void visit_end(struct visit *v)
{
	doctor_stop(v->doctor);
	secret_free(v->asked);
}

/* --- printing ---------------------------------------------------------------
 */

/* Names, addresses and hosts of the account, replaced in order. */
static char *redact(const struct batch *b, const char *text)
{
	const struct account *a = b->account;
	const char *domain = a->address ? strchr(a->address, '@') : NULL;
	char *local CLEANUP(mem_free_ptr) =
		domain ? xstrndup(a->address, (size_t)(domain - a->address))
		       : NULL;
	const struct {
		const char *from, *to;
	} words[] = {{a->address, "<address>"},
		     {a->user, "<user>"},
		     {domain ? domain + 1 : NULL, "<domain>"},
		     {local, "<name>"}};
	char *now = xstrdup(text);

	if (!text || !batch_has(b, OPT_REDACT))
		return now;
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		struct str out = STR_INIT;
		const char *p = now, *hit;

		if (!words[i].from || strlen(words[i].from) < 2)
			continue;
		while ((hit = strcasestr(p, words[i].from))) {
			str_add_mem(&out, p, (size_t)(hit - p));
			str_add(&out, words[i].to);
			p = hit + strlen(words[i].from);
		}
		str_add(&out, p);
		mem_replace(&now, str_take(&out));
	}
	return now;
}

static json_t *redacted(const struct batch *b, const char *text)
{
	char *t = redact(b, text);
	json_t *j = out_text_json(t);

	free(t);
	return j;
}

static json_t *row_json(const struct batch *b, int id,
			const struct doctor_row *r)
{
	return json_pack(
		"{s:s,s:s,s:s,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:I,s:o}", "name",
		doctor_row_name(id), "title", doctor_row_title(id), "state",
		doctor_state_name(r->state), "protocol",
		out_text_json(r->protocol), "host", redacted(b, r->host),
		"port", r->port ? json_integer(r->port) : json_null(),
		"encryption", out_text_json(r->security), "signed_in",
		redacted(b, r->signed_in), "text", redacted(b, r->text), "code",
		out_text_json(r->code), "ms", (json_int_t)r->ms, "next",
		redacted(b, r->next));
}

static void print_row(const struct batch *b, int id, const struct doctor_row *r)
{
	static const char *const marks[] = {"..", "..", "ok", "--", "  ", "!!"};
	char *host CLEANUP(mem_free_ptr) = redact(b, r->host);
	char *text CLEANUP(mem_free_ptr) = redact(b, r->text);
	char *next CLEANUP(mem_free_ptr) = redact(b, r->next);
	char *place CLEANUP(mem_free_ptr) =
		host ? xasprintf("%s %s:%d %s", str_or_empty(r->protocol), host,
				 r->port, str_or_empty(r->security))
		     : NULL;

	printf("%s  %-18s", marks[r->state], doctor_row_title(id));
	if (place)
		printf("  %s", place);
	if (text)
		printf("%s%s", place ? "  - " : "  ", text);
	if (r->ms > 0)
		printf(" (%lld ms)", (long long)r->ms);
	putchar('\n');
	if (next)
		printf("    %-18s  -> %s\n", "", next);
}

static int code_of(enum err_kind kind)
{
	switch (kind) {
	case ERR_AUTH:
		return BATCH_AUTH;
	case ERR_NETWORK:
	case ERR_SERVER:
		return BATCH_NETWORK;
	case ERR_INPUT:
		return BATCH_CONFIG;
	default:
		return BATCH_REFUSED;
	}
}

/* 0: the mailbox is reached; else what stands in the way. */
static int verdict(const struct doctor *d)
{
	const struct doctor_row *mailbox =
		doctor_row(d, DOCTOR_FEATURES + FEATURE_MAILBOX);
	int bad = doctor_verdict(d);

	if (mailbox->state == DOCTOR_GOOD)
		return BATCH_DONE;
	return bad < 0 ? BATCH_NETWORK : code_of(doctor_row(d, bad)->kind);
}

static int report(struct batch *b, struct visit *v)
{
	const char *fingerprint = doctor_fingerprint(v->doctor);
	json_t *list;
	int bad;

	if (!batch_has(b, OPT_JSON)) {
		for (int i = 0; i < DOCTOR_ROWS; i++)
			print_row(b, i, doctor_row(v->doctor, i));
		if (fingerprint)
			printf("To trust this certificate, put into the "
			       "account:\n  trust-certificate = %s\n",
			       fingerprint);
		return verdict(v->doctor);
	}
	list = json_array();
	for (int i = 0; i < DOCTOR_ROWS; i++)
		json_array_append_new(list,
				      row_json(b, i, doctor_row(v->doctor, i)));
	bad = doctor_verdict(v->doctor);
	out_document(json_pack(
		"{s:o,s:o,s:o,s:o,s:o}", "account",
		redacted(b, b->account->name), "server",
		redacted(b, doctor_url(v->doctor)), "fingerprint",
		out_text_json(fingerprint), "verdict",
		bad < 0 ? json_null()
			: row_json(b, bad, doctor_row(v->doctor, bad)),
		"rows", list));
	return verdict(v->doctor);
}

/* --- the account ------------------------------------------------------------
 */

static bool pick_account(struct batch *b, const char *name, int *status)
{
	struct err err = ERR_INIT;

	b->account = account_from_config(b->config,
					 name ? name : b->account_name, &err);
	if (!b->account)
		*status = batch_fail(&err);
	return b->account != NULL;
}

static int examine(struct batch *b, const char *name, bool steps)
{
	struct visit v = {.steps = steps};
	int status;

	if (!pick_account(b, name, &status))
		return status;
	visit(&v, b);
	status = report(b, &v);
	visit_end(&v);
	return status;
}

int verb_doctor(struct batch *b)
{
	if (b->args.n)
		return batch_usage("doctor takes no operand");
	return examine(b, NULL, false);
}

static int list_accounts(struct batch *b)
{
	json_t *list = json_array();

	for (size_t i = 0; i < config_account_count(b->config); i++) {
		const char *name = config_account_name(b->config, i);
		const char *address =
			config_text(b->config, name, CONFIG_ADDRESS);
		const char *server =
			config_text(b->config, name, CONFIG_SERVER);
		const char *problem = config_account_problem(b->config, name);

		if (batch_has(b, OPT_JSON))
			json_array_append_new(
				list,
				json_pack("{s:s,s:o,s:o,s:o}", "name", name,
					  "address", out_text_json(address),
					  "server", out_text_json(server),
					  "problem", out_text_json(problem)));
		else
			printf("%-16s %-32s %s%s%s\n", name,
			       str_or_empty(address),
			       server ? server : "(server to be found)",
			       problem ? "  !! " : "", str_or_empty(problem));
	}
	if (batch_has(b, OPT_JSON))
		out_document(json_pack("{s:o}", "accounts", list));
	else
		json_decref(list);
	return config_account_count(b->config) ? BATCH_DONE : BATCH_NOTHING;
}

/* --setting KEY=VALUE and the options that are short for it. */
static bool take_settings(struct batch *b, struct config_pair *pairs,
			  size_t max, size_t *n, struct err *err)
{
	const struct strv *set = &b->values[OPT_SETTING];
	const char *command = batch_value(b, OPT_PASSWORD_COMMAND);

	pairs[(*n)++] = (struct config_pair){CONFIG_ADDRESS,
					     batch_value(b, OPT_MAIL_ADDRESS)};
	if (command)
		pairs[(*n)++] =
			(struct config_pair){CONFIG_PASSWORD_COMMAND, command};
	for (size_t i = 0; i < set->n; i++) {
		const char *eq = strchr(set->v[i], '=');
		char *key CLEANUP(mem_free_ptr) =
			xstrndup(set->v[i], eq ? (size_t)(eq - set->v[i]) : 0);
		enum option_id id;

		if (!eq || !config_option_find(key, &id) ||
		    !(config_option(id)->scope & CONFIG_ACCOUNT))
			return err_set(err, ERR_INPUT,
				       "--setting %s: not KEY=VALUE with a "
				       "setting of accounts; see "
				       "retinue.conf(5)",
				       set->v[i]);
		if (*n == max)
			return err_set(err, ERR_INPUT, "too many settings");
		pairs[(*n)++] = (struct config_pair){id, eq + 1};
	}
	return true;
}

/* A configuration in which the account stands already: what is not yet in the
 * file is tried out of one beside it. */
static bool try_settings(struct batch *b, const char *name,
			 const struct config_pair *pairs, size_t n,
			 struct config **out, struct err *err)
{
	char *path CLEANUP(mem_free_ptr) = config_file_path();
	char *draft CLEANUP(mem_free_ptr) =
		xasprintf("%s.%ld", path, (long)getpid());
	struct strv files CLEANUP(strv_release);
	struct strv problems CLEANUP(strv_release);
	bool ok;

	strv_init(&files);
	strv_init(&problems);
	for (size_t i = 0; i < config_files(b->config)->n; i++)
		strv_add(&files, config_files(b->config)->v[i]);
	strv_add(&files, draft);
	ok = config_write_account(draft, name, pairs, n, err) &&
	     config_load(out, &files, NULL, &problems, err);
	unlink(draft);
	if (ok && config_account_problem(*out, name)) {
		err_set(err, ERR_INPUT, "%s",
			config_account_problem(*out, name));
		config_free(*out);
		return false;
	}
	return ok;
}

static bool has_pair(const struct config_pair *pairs, size_t n,
		     enum option_id id)
{
	for (size_t i = 0; i < n; i++)
		if (pairs[i].id == id)
			return true;
	return false;
}

/* Writes what was given and what was found. */
static int keep_account(struct batch *b, struct visit *v, const char *name,
			struct config_pair *pairs, size_t n)
{
	char *path CLEANUP(mem_free_ptr) = config_file_path();
	const char *url = doctor_url(v->doctor);
	const char *public = doctor_public_url(v->doctor);
	const char *directory = doctor_directory(v->doctor);
	struct err err = ERR_INIT;

	if (url && !has_pair(pairs, n, CONFIG_SERVER))
		pairs[n++] = (struct config_pair){CONFIG_SERVER, url};
	if (doctor_is_webdav(v->doctor) && !has_pair(pairs, n, CONFIG_PROTOCOL))
		pairs[n++] = (struct config_pair){CONFIG_PROTOCOL, "webdav"};
	if (public && !has_pair(pairs, n, CONFIG_PUBLIC_FOLDER_SERVER))
		pairs[n++] = (struct config_pair){CONFIG_PUBLIC_FOLDER_SERVER,
						  public};
	if (directory && !has_pair(pairs, n, CONFIG_LDAP_SERVER))
		pairs[n++] =
			(struct config_pair){CONFIG_LDAP_SERVER, directory};
	if (doctor_display_name(v->doctor) && !has_pair(pairs, n, CONFIG_NAME))
		pairs[n++] = (struct config_pair){
			CONFIG_NAME, doctor_display_name(v->doctor)};
	if (!config_write_account(path, name, pairs, n, &err))
		return batch_fail(&err);
	if (v->asked && config_bool(b->config, name, CONFIG_KEYRING) &&
	    !secret_store(b->config, name, v->asked, &err))
		return batch_fail(&err);
	fprintf(stderr, "The account \"%s\" is written to %s\n", name, path);
	return BATCH_DONE;
}

static int add_account(struct batch *b)
{
	const char *name = b->args.n > 1 ? b->args.v[1] : "work";
	struct config_pair pairs[40];
	struct config *old = b->config, *draft;
	struct visit v = {.steps = !batch_has(b, OPT_JSON)};
	struct err err = ERR_INIT;
	size_t n = 0;
	int status;

	if (!batch_value(b, OPT_MAIL_ADDRESS))
		return batch_usage("account add needs --address");
	if (config_has_account(b->config, name)) {
		err_set(&err, ERR_CONFLICT,
			"there is an account \"%s\" already; give another name",
			name);
		return batch_fail(&err);
	}
	if (!take_settings(b, pairs, 32, &n, &err) ||
	    !try_settings(b, name, pairs, n, &draft, &err))
		return batch_fail(&err);
	b->config = draft;
	if (pick_account(b, name, &status)) {
		visit(&v, b);
		status = report(b, &v);
		if (status == BATCH_DONE && !batch_has(b, OPT_DRY_RUN))
			status = keep_account(b, &v, name, pairs, n);
		else if (status != BATCH_DONE)
			fputs("The account is not written: it does not work "
			      "yet.\n",
			      stderr);
		visit_end(&v);
	}
	b->config = old;
	config_free(draft);
	return status;
}

static int remove_account(struct batch *b, const char *name)
{
	char *path CLEANUP(mem_free_ptr) = config_file_path();
	char *store CLEANUP(mem_free_ptr) = config_store_path(name);
	struct err err = ERR_INIT;

	if (batch_has(b, OPT_DRY_RUN)) {
		printf("would remove the account \"%s\" from %s\n", name, path);
		return BATCH_DONE;
	}
	if (!config_remove_account(path, name, &err))
		return batch_fail(&err);
	if (config_bool(b->config, name, CONFIG_KEYRING) &&
	    !secret_store(b->config, name, NULL, &err))
		fprintf(stderr, "retinue: %s\n", err.text);
	fprintf(stderr, "Removed. The mirror is still there: %s\n", store);
	return BATCH_DONE;
}

static int set_password(struct batch *b, const char *name)
{
	struct err err = ERR_INIT;
	char *password;
	int status;
	bool ok;

	if (!pick_account(b, name, &status))
		return status;
	name = b->account->name;
	if (!config_bool(b->config, name, CONFIG_KEYRING))
		return batch_usage("account \"%s\" does not keep its password "
				   "in the keyring: set keyring = yes first",
				   name);
	password = read_password(b->account->user ? b->account->user
						  : b->account->address);
	if (!password)
		return batch_usage("no password was given");
	ok = secret_store(b->config, name, password, &err);
	secret_free(password);
	return ok ? BATCH_DONE : batch_fail(&err);
}

/* Signs in once at the identity provider; what comes of it is kept. */
static int sign_in_by_code(struct batch *b, const char *name)
{
	struct err err = ERR_INIT;
	struct login *login;
	char *refresh = NULL;
	int status;
	bool ok;

	if (!pick_account(b, name, &status))
		return status;
	if (!login_begin(b->account, &login, &err))
		return batch_fail(&err);
	printf("Open %s in a web browser and enter the code %s\n",
	       login_url(login), login_code(login));
	fflush(stdout);
	ok = login_wait(login, &refresh, &err) &&
	     secret_store_refresh(b->config, b->account->name, refresh, &err);
	secret_free(refresh);
	login_free(login);
	if (!ok)
		return batch_fail(&err);
	fputs("Signed in; the token is kept in the keyring.\n", stderr);
	return BATCH_DONE;
}

int verb_account(struct batch *b)
{
	const char *what = b->args.n ? b->args.v[0] : "list";
	const char *name = b->args.n > 1 ? b->args.v[1] : NULL;

	if (b->args.n > 2)
		return batch_usage("too many operands");
	if (str_eq(what, "list"))
		return list_accounts(b);
	if (str_eq(what, "add"))
		return add_account(b);
	if (str_eq(what, "test"))
		return examine(b, name, !batch_has(b, OPT_JSON));
	if (str_eq(what, "password"))
		return set_password(b, name);
	if (str_eq(what, "login"))
		return sign_in_by_code(b, name);
	if (str_eq(what, "change-password")) {
		b->account_name = name ? name : b->account_name;
		return account_password(b); /* opens the account itself */
	}
	if (str_eq(what, "remove") && name)
		return remove_account(b, name);
	return batch_usage("account knows add, list, test, remove NAME, login, "
			   "password and change-password");
}
