/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/proc.h"
#include "config/config.h"

static char dir[] = "/tmp/retinue-config-XXXXXX";

static char *put(const char *name, const char *text)
{
	char *path = xasprintf("%s/%s", dir, name);
	struct err err;

	if (!proc_write_file(path, text, strlen(text), 0600, &err))
		fail_msg("%s", err.text);
	return path;
}

/* Loads `text` as DIR/f; problems with DIR taken out, joined by newlines. */
static struct config *load(const char *text, const char *override,
			   char **problems)
{
	CLEANUP(strv_release) struct strv files = {0};
	CLEANUP(strv_release) struct strv overrides = {0};
	CLEANUP(strv_release) struct strv said = {0};
	struct strv short_said = {0};
	struct config *c = NULL;
	struct err err = ERR_INIT;

	strv_give(&files, put("f", text));
	if (override)
		strv_add(&overrides, override);
	if (!config_load(&c, &files, &overrides, &said, &err))
		fail_msg("%s", err.text);
	for (size_t i = 0; i < said.n; i++) {
		const char *s = said.v[i];

		strv_add(&short_said,
			 str_starts(s, dir) ? s + strlen(dir) + 1 : s);
	}
	if (problems)
		*problems = strv_join(&short_said, "\n");
	else if (said.n)
		fail_msg("%s", said.v[0]);
	strv_release(&short_said);
	return c;
}

static const char sample[] =
	"# a comment\n"
	"theme = light\n"
	"undo-send = 1m30s\n"
	"[ui]\n"
	"  hints=off\r\n"
	"editor = 'vi' -c \"set tw=72\"\n"
	"\n"
	"[account \"work\"]\n"
	"address = ada@example.org\n"
	"name = \"Ada # \\\"L\\\" \"\n"
	"server = https://mail.example.org/EWS/Exchange.asmx\n"
	"user = EXAMPLE\\ada\n"
	"identities = \"Lovelace, Ada\" <l@example.org>, b@example.org\n"
	"identities = c@example.org\n"
	"ca-file = certs/ours.pem\n"
	"undo-send = 0\n"
	"max-message-size = 10M\n"
	"[account home]\n"
	"address = ada@home.example\n"
	"allow-plain-http = yes\n"
	"offline-period = 3d\n"
	"[folder \"Lists/*\"]\n"
	"threads = no\n"
	"sort = subject\n"
	"[folder \"home/Inbox\"]\n"
	"sort = size\n"
	"[keys \"messages\"]\n"
	"A = archive\n"
	"= = first-entry\n"
	"\"#\" = tag\n"
	"; = apply\n"
	"[ = half-up\n"
	"z =\n"
	"C-x= = page-down\n"
	"[theme]\n"
	"unread = \"#ff0000 bold\"\n";

static void test_values(void **state)
{
	struct config *c = load(sample, NULL, NULL);
	const struct strv *list;

	(void)state;
	assert_true(config_is_sound(c));
	assert_int_equal(config_account_count(c), 2);
	assert_string_equal(config_account_name(c, 0), "work");
	assert_string_equal(config_account_name(c, 1), "home");
	assert_null(config_account_problem(c, "work"));
	assert_non_null(config_account_problem(c, "nobody"));
	assert_string_equal(config_text(c, NULL, CONFIG_THEME), "light");
	assert_int_equal(config_choice(c, NULL, CONFIG_THEME), 2);
	assert_false(config_bool(c, NULL, CONFIG_HINTS));
	assert_true(config_bool(c, "work", CONFIG_MOUSE));
	assert_string_equal(config_text(c, NULL, CONFIG_EDITOR),
			    "'vi' -c \"set tw=72\"");
	assert_string_equal(config_text(c, "work", CONFIG_NAME),
			    "Ada # \"L\" ");
	assert_string_equal(config_text(c, "work", CONFIG_USER),
			    "EXAMPLE\\ada");
	assert_null(config_text(c, "home", CONFIG_USER));
	/* account, then global, then default */
	assert_int_equal(config_duration(c, "work", CONFIG_UNDO_SEND), 0);
	assert_int_equal(config_duration(c, "home", CONFIG_UNDO_SEND), 90);
	assert_int_equal(config_duration(c, "home", CONFIG_POLL_INTERVAL), 300);
	assert_int_equal(config_duration(c, "home", CONFIG_OFFLINE_PERIOD),
			 3 * 86400);
	assert_int_equal(config_duration(c, "work", CONFIG_OFFLINE_PERIOD), 0);
	assert_int_equal(config_size(c, "work", CONFIG_MAX_MESSAGE_SIZE),
			 10 << 20);
	assert_int_equal(config_int(c, NULL, CONFIG_UNDO_CONFIRM_LIMIT), 50);
	assert_int_equal(config_int(c, NULL, CONFIG_UNDO_CONFIRM_LIMIT), 50);
	assert_true(config_bool(c, "home", CONFIG_ALLOW_PLAIN_HTTP));
	assert_false(config_bool(c, "work", CONFIG_ALLOW_PLAIN_HTTP));
	list = config_list(c, "work", CONFIG_IDENTITIES);
	assert_int_equal(list->n, 3);
	assert_string_equal(list->v[0], "\"Lovelace, Ada\" <l@example.org>");
	assert_string_equal(list->v[2], "c@example.org");
	assert_int_equal(config_list(c, "home", CONFIG_IDENTITIES)->n, 0);
	/* relative to the file */
	assert_true(str_starts(config_text(c, "work", CONFIG_CA_FILE), dir));
	assert_true(str_ends(config_text(c, "work", CONFIG_CA_FILE),
			     "/certs/ours.pem"));
	config_free(c);
}

static void test_folders(void **state)
{
	struct config *c = load(sample, NULL, NULL);

	(void)state;
	assert_false(config_folder_bool(c, "work", "Lists/x", CONFIG_THREADS));
	assert_true(config_folder_bool(c, "work", "Inbox", CONFIG_THREADS));
	assert_string_equal(
		config_folder_text(c, "work", "Lists/x", CONFIG_SORT),
		"subject");
	assert_int_equal(config_folder_choice(c, "home", "Inbox", CONFIG_SORT),
			 3);
	assert_int_equal(config_folder_choice(c, "work", "Inbox", CONFIG_SORT),
			 0);
	config_free(c);
}

static bool collect(void *ctx, const struct config_row *row)
{
	str_addf(ctx, "%s|%s|%s|%d\n", row->name, row->key, row->value,
		 row->line);
	return true;
}

static bool stop(void *ctx, const struct config_row *row)
{
	(void)row;
	++*(int *)ctx;
	return false;
}

static void test_rows(void **state)
{
	struct config *c = load(sample, "keys.reader.q=back", NULL);
	struct str b = STR_INIT;
	int calls = 0;

	(void)state;
	config_each_row(c, "keys", collect, &b);
	assert_string_equal(b.s, "messages|A|archive|28\n"
				 "messages|=|first-entry|29\n"
				 "messages|#|tag|30\n"
				 "messages|;|apply|31\n"
				 "messages|[|half-up|32\n"
				 "messages|z||33\n"
				 "messages|C-x=|page-down|34\n"
				 "reader|q|back|0\n");
	str_clear(&b);
	config_each_row(c, "theme", collect, &b);
	assert_string_equal(b.s, "|unread|#ff0000 bold|36\n");
	config_each_row(c, "keys", stop, &calls);
	assert_int_equal(calls, 1);
	str_release(&b);
	config_free(c);
}

#define OK_ACCOUNT "[account \"ok\"]\naddress = a@b.example\n"

static void test_mistakes(void **state)
{
	static const struct {
		const char *text, *problem; /* the first */
	} rows[] = {
		{"hnits = no\n",
		 "f:1: unknown key \"hnits\"; did you mean \"hints\"?"},
		{"zzzzzz = no\n", "f:1: unknown key \"zzzzzz\""},
		{"\n\nhints = maybe\n", "f:3: hints is yes or no, not "
					"\"maybe\""},
		{"theme = pink\n", "f:1: theme is one of auto|dark|light|"
				   "high-contrast|mono, not \"pink\""},
		{"poll-interval = 5x\n",
		 "f:1: poll-interval: \"5x\" is not a time such as 10s, 5m, "
		 "2h or 3d"},
		{"poll-interval = 2s\n",
		 "f:1: poll-interval must be within 10s to 1d, not 2s"},
		{"poll-interval = 99999999999999999999h\n",
		 "f:1: poll-interval: \"99999999999999999999h\" is not a time "
		 "such as 10s, 5m, 2h or 3d"},
		{"max-message-size = 10Q\n",
		 "f:1: max-message-size: \"10Q\" is not a size such as 200k "
		 "or 10M"},
		{"undo-confirm-limit = -1\n",
		 "f:1: undo-confirm-limit: \"-1\" is not a number"},
		{"address = a@b\n", "f:1: \"address\" belongs in an [account "
				    "\"NAME\"] section"},
		{"[account \"x\"]\naddress = a@b\ntheme = dark\n",
		 "f:3: \"theme\" belongs above the first section or in [ui]"},
		{"[acount \"x\"]\nfoo = 1\n",
		 "f:1: unknown section [acount]; did you mean [account]?"},
		{"[account]\n", "f:1: an account needs a name: [account "
				"\"work\"]"},
		{"[account \"../x\"]\n", "f:1: an account's name must not "
					 "begin with . or hold a /"},
		{"[account \"x\"]\nname = X\n",
		 "f:1: the account \"x\" has no address"},
		{"[account \"x\"]\naddress = nobody\n",
		 "f:2: \"nobody\" is not an e-mail address"},
		{"[account \"x\"]\naddress = a@b\nserver = ftp://x/\n",
		 "f:3: server is a host or an https:// address, not "
		 "\"ftp://x/\""},
		{"just words\n", "f:1: neither \"key = value\" nor a "
				 "[section]"},
		{"theme =\n", "f:1: theme has no value"},
		{"editor = vi 'x\n", "f:1: command \"vi 'x\": quote ' is not "
				     "closed"},
		{"signature = $NOT_SET_X/y\n", "f:1: $NOT_SET_X is not set"},
		{"editor = \"vi\n", "f:1: editor: the quote \" is not closed"},
		{"theme = \xFF\n", "f:1: this line is not UTF-8"},
		{"[folder]\n", "f:1: a folder section needs a pattern: "
			       "[folder \"Projects/*\"]"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char *text = xasprintf("%s\n" OK_ACCOUNT, rows[i].text);
		char *said = NULL;
		struct config *c = load(text, NULL, &said);

		if (strchr(said, '\n'))
			*strchr(said, '\n') = '\0';
		assert_string_equal(said, rows[i].problem);
		assert_false(config_is_sound(c));
		/* and the other account works all the same */
		assert_null(config_account_problem(c, "ok"));
		if (config_has_account(c, "x"))
			assert_non_null(config_account_problem(c, "x"));
		config_free(c);
		free(said);
		free(text);
	}
}

static void test_includes(void **state)
{
	char *one = put("one.inc", "hints = no\n[account \"i\"]\n"
				   "address = i@b\n");
	char *loop = put("loop.inc", "include = loop.inc\n");
	char *said = NULL;
	struct config *c;

	(void)state;
	c = load("include = *.inc2\ninclude = ?nothing.inc\n"
		 "include = one.inc\nmouse = no\n",
		 NULL, NULL);
	assert_false(config_bool(c, NULL, CONFIG_HINTS));
	assert_false(config_bool(c, NULL, CONFIG_MOUSE));
	assert_true(config_has_account(c, "i"));
	assert_int_equal(config_files(c)->n, 2);
	config_free(c);
	c = load("include = nothing.inc\n", NULL, &said);
	assert_true(str_starts(said, "f:1: cannot find "));
	free(said);
	config_free(c);
	c = load("include = o*.inc\ninclude = loop.inc\n", NULL, &said);
	assert_true(config_has_account(c, "i"));
	assert_true(str_starts(said, "loop.inc:1: files include each other: "));
	free(said);
	config_free(c);
	unlink(one);
	unlink(loop);
	free(one);
	free(loop);
}

static void test_overrides(void **state)
{
	static const struct {
		const char *override, *problem; /* NULL: fine */
	} rows[] = {
		{"theme=mono", NULL},
		{"ui.theme=mono", NULL},
		{"account.work.undo-send=5s", NULL},
		{"account.a.b.address=x@y", NULL},
		{"keys.messages.==first-entry", NULL},
		{"theme", "-o: \"theme\" is not section.key=value"},
		{"account.work.x=1", "-o: unknown key \"x\""},
		{"nowhere.x=1", "-o: unknown section [nowhere]"},
		{"account.work.password=secret",
		 "-o: a password on the command line can be seen by others; "
		 "use password-command"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char *said = NULL;
		struct config *c = load(sample, rows[i].override, &said);
		struct str b = STR_INIT;

		assert_string_equal(said, str_or_empty(rows[i].problem));
		if (i < 2)
			assert_string_equal(config_text(c, NULL, CONFIG_THEME),
					    "mono");
		if (i == 2)
			assert_int_equal(
				config_duration(c, "work", CONFIG_UNDO_SEND),
				5);
		if (i == 3)
			assert_true(config_has_account(c, "a.b"));
		if (i == 4) {
			config_each_row(c, "keys", collect, &b);
			assert_non_null(
				strstr(b.s, "messages|=|first-entry|0"));
		}
		str_release(&b);
		config_free(c);
		free(said);
	}
}

static void test_password_files(void **state)
{
	char *path = put("p", "[account \"x\"]\naddress = a@b\n"
			      "password = hunter2\n");
	struct strv files = {0}, said = {0};
	struct config *c = NULL;
	struct str b = STR_INIT;
	struct err err;

	(void)state;
	strv_add(&files, path);
	assert_true(config_load(&c, &files, NULL, &said, &err));
	assert_true(config_is_sound(c));
	assert_int_equal(said.n, 1);
	assert_non_null(strstr(said.v[0], "/p:3: warning: "));
	assert_string_equal(config_text(c, "x", CONFIG_PASSWORD), "hunter2");
	config_show(&b, c);
	config_add_value(c, "x", CONFIG_PASSWORD, &b);
	assert_null(strstr(b.s, "hunter2"));
	config_free(c);
	strv_release(&said);
	assert_int_equal(chmod(path, 0644), 0);
	assert_true(config_load(&c, &files, NULL, &said, &err));
	assert_false(config_is_sound(c));
	assert_non_null(strstr(said.v[0], "run: chmod 600 "));
	assert_null(config_text(c, "x", CONFIG_PASSWORD));
	assert_non_null(config_account_problem(c, "x"));
	config_free(c);
	strv_release(&said);
	strv_release(&files);
	str_release(&b);
	unlink(path);
	free(path);
}

static void test_origin_and_show(void **state)
{
	struct config *c = load(sample, "mouse=no", NULL);
	struct str b = STR_INIT;

	(void)state;
	config_add_origin(c, "work", CONFIG_UNDO_SEND, &b);
	assert_true(str_ends(b.s, "/f:16"));
	str_clear(&b);
	config_add_origin(c, "home", CONFIG_UNDO_SEND, &b);
	assert_true(str_ends(b.s, "/f:3"));
	str_clear(&b);
	config_add_origin(c, NULL, CONFIG_MOUSE, &b);
	config_add_origin(c, NULL, CONFIG_SORT, &b);
	assert_string_equal(b.s, "-odefault");
	str_clear(&b);
	config_add_value(c, NULL, CONFIG_POLL_INTERVAL, &b);
	config_add_value(c, NULL, CONFIG_OFFLINE_PERIOD, &b);
	config_add_value(c, NULL, CONFIG_MAX_MESSAGE_SIZE, &b);
	config_add_value(c, NULL, CONFIG_MARK_READ_AFTER, &b);
	config_add_value(c, NULL, CONFIG_HINTS, &b);
	assert_string_equal(b.s, "5mall25M0sno");
	str_clear(&b);
	config_show(&b, c);
	assert_non_null(strstr(b.s, "[account \"work\"]\n"));
	assert_non_null(strstr(b.s, "undo-send = 90s\t# "));
	assert_non_null(strstr(b.s, "[keys \"messages\"]\nA = archive\t# "));
	str_release(&b);
	config_free(c);
}

static void test_set(void **state)
{
	struct config *c = load(sample, NULL, NULL);
	struct err err = ERR_INIT;

	(void)state;
	assert_true(config_set(c, NULL, "hints", "on", &err));
	assert_true(config_bool(c, NULL, CONFIG_HINTS));
	assert_true(config_set(c, "home", "push", "no", &err));
	assert_false(config_bool(c, "home", CONFIG_PUSH));
	assert_true(config_bool(c, "work", CONFIG_PUSH));
	assert_true(config_set(c, "work", "identities", "z@z", &err));
	assert_int_equal(config_list(c, "work", CONFIG_IDENTITIES)->n, 1);
	assert_false(config_set(c, NULL, "hints", "x", &err));
	assert_true(config_bool(c, NULL, CONFIG_HINTS));
	assert_false(config_set(c, NULL, "address", "a@b", &err));
	assert_false(config_set(c, "work", "theme", "dark", &err));
	assert_false(config_set(c, "nobody", "push", "no", &err));
	assert_false(config_set(c, NULL, "nothing", "no", &err));
	assert_int_equal(err.kind, ERR_INPUT);
	config_free(c);
}

static void test_docs(void **state)
{
	struct str plain = STR_INIT, mdoc = STR_INIT, text = STR_INIT;
	struct config *c;
	char *said;

	(void)state;
	config_docs(&plain, CONFIG_PLAIN);
	config_docs(&mdoc, CONFIG_MDOC);
	config_docs(&text, CONFIG_SAMPLE);
	for (int i = 0; i < CONFIG_OPTIONS; i++) {
		const struct config_option *o =
			config_option((enum option_id)i);
		char *head = xasprintf(".It Cm %s\n", o->name);
		enum option_id id;

		assert_non_null(strstr(plain.s, o->name));
		assert_non_null(strstr(mdoc.s, head));
		assert_true(config_option_find(o->name, &id));
		assert_int_equal(id, i);
		free(head);
	}
	assert_non_null(strstr(mdoc.s, "EXAMPLE\\eada"));
	/* the sample's lines are right once the marks are off */
	for (char *p = text.s; (p = strstr(p, "\n#")) != NULL; p++)
		if (p[2] != ' ')
			p[1] = ' ';
	c = load(text.s, NULL, &said);
	for (const char *p = said; *p;
	     p = strchr(p, '\n') ? strchr(p, '\n') + 1 : "")
		if (!strstr(p, "belongs") && !strstr(p, "has no value"))
			fail_msg("%s", p);
	config_free(c);
	free(said);
	str_release(&plain);
	str_release(&mdoc);
	str_release(&text);
}

static void expect_path(char *path, const char *expected)
{
	assert_string_equal(path, expected);
	free(path);
}

static void test_paths(void **state)
{
	(void)state;
	unsetenv("RETINUE_CONFIG");
	unsetenv("RETINUE_DATA");
	unsetenv("XDG_CONFIG_HOME");
	setenv("HOME", "/home/ada", 1);
	setenv("XDG_DATA_HOME", "relative/does/not/count", 1);
	setenv("XDG_STATE_HOME", "/state", 1);
	unsetenv("RETINUE_STATE");
	expect_path(config_file_path(),
		    "/home/ada/.config/retinue/retinue.conf");
	expect_path(config_store_path("work"),
		    "/home/ada/.local/share/retinue/work/store.db");
	expect_path(config_log_path(), "/state/retinue/retinue.log");
	setenv("XDG_CONFIG_HOME", "/xdg", 1);
	expect_path(config_dir(), "/xdg/retinue");
	setenv("RETINUE_CONFIG", dir, 1);
	expect_path(config_dir(), dir);
	setenv("RETINUE_CONFIG", "/etc/hostname", 1);
	expect_path(config_file_path(), "/etc/hostname");
	expect_path(config_dir(), "/etc");
	setenv("RETINUE_CONFIG", "/nowhere/x.conf", 1);
	expect_path(config_file_path(), "/nowhere/x.conf");
	setenv("RETINUE_CONFIG", "/nowhere/x", 1);
	expect_path(config_file_path(), "/nowhere/x/retinue.conf");
	setenv("RETINUE_DATA", "/data", 1);
	expect_path(config_store_path("a b"), "/data/a b/store.db");
	setenv("RETINUE_STATE", "/st", 1);
	expect_path(config_history_path(), "/st/history");
}

static void test_usual_places(void **state)
{
	char *sub = xasprintf("%s/accounts.d", dir), *a, *s, *m;
	struct config *c = NULL;
	struct err err = ERR_INIT;

	(void)state;
	setenv("RETINUE_CONFIG", dir, 1);
	assert_true(config_load(&c, NULL, NULL, NULL, &err));
	assert_int_equal(config_account_count(c), 0);
	config_free(c);
	assert_true(proc_make_dirs(sub, &err));
	a = put("accounts.d/a.conf", "[account \"a\"]\naddress = a@b\n");
	m = put("retinue.conf", "theme = dark\nmouse = no\n");
	s = put("settings.conf", "theme = light\n");
	assert_true(config_load(&c, NULL, NULL, NULL, &err));
	assert_int_equal(config_account_count(c), 1);
	assert_string_equal(config_text(c, NULL, CONFIG_THEME), "light");
	assert_false(config_bool(c, NULL, CONFIG_MOUSE));
	config_free(c);
	unlink(a);
	unlink(m);
	unlink(s);
	rmdir(sub);
	free(a);
	free(m);
	free(s);
	free(sub);
}

static void test_missing_file(void **state)
{
	struct strv files = {0};
	struct config *c = NULL;
	struct err err = ERR_INIT;

	(void)state;
	strv_add(&files, "/nowhere/at/all.conf");
	assert_false(config_load(&c, &files, NULL, NULL, &err));
	assert_null(c);
	assert_non_null(strstr(err.text, "/nowhere/at/all.conf"));
	strv_release(&files);
}

static void test_write_account(void **state)
{
	char *path = xasprintf("%s/new/retinue.conf", dir);
	char *parent = xasprintf("%s/new", dir);
	const struct config_pair pairs[] = {
		{CONFIG_ADDRESS, "ada@example.org"},
		{CONFIG_NAME, " Ada \"L\" "},
		{CONFIG_USER, NULL},
		{CONFIG_PASSWORD_COMMAND, "pass show 'my mail'"},
	};
	const struct config_pair bad[] = {{CONFIG_PROTOCOL, "pop3"}};
	const struct config_pair lines[] = {{CONFIG_NAME, "a\n[ui]"}};
	struct strv files = {0};
	struct config *c = NULL;
	struct err err = ERR_INIT;
	struct stat st;

	(void)state;
	assert_true(config_write_account(path, "work", pairs, 4, &err));
	assert_true(config_write_account(path, "home", pairs, 1, &err));
	assert_false(config_write_account(path, "work", pairs, 1, &err));
	assert_int_equal(err.kind, ERR_CONFLICT);
	assert_false(config_write_account(path, "a/b", pairs, 1, &err));
	assert_false(config_write_account(path, "x", bad, 1, &err));
	assert_false(config_write_account(path, "x", lines, 1, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(stat(parent, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	strv_add(&files, path);
	assert_true(config_load(&c, &files, NULL, NULL, &err));
	assert_true(config_is_sound(c));
	assert_int_equal(config_account_count(c), 2);
	assert_string_equal(config_text(c, "work", CONFIG_NAME), " Ada \"L\" ");
	assert_string_equal(config_text(c, "work", CONFIG_PASSWORD_COMMAND),
			    "pass show 'my mail'");
	config_free(c);
	strv_release(&files);
	unlink(path);
	rmdir(parent);
	free(path);
	free(parent);
}

/* Changing an account leaves the others, comments, and keys not named alone; a
 * mistake in another account is that account's own when read again. */
static void test_change_account(void **state)
{
	static const char text[] = "# mine\n[account \"work\"]\n"
				   "address = ada@example.org\n"
				   "proxy = none\nuser = ada\n"
				   "[folder \"Inbox\"]\nsort = size\n"
				   "[account \"home\"]\nuser = eve\n";
	const struct config_pair pairs[] = {
		{CONFIG_ADDRESS, "a.l@example.org"},
		{CONFIG_USER, NULL},
		{CONFIG_SERVER, "mail.example.org"},
	};
	const struct config_pair bad[] = {{CONFIG_PROTOCOL, "pop3"}};
	char *path = xasprintf("%s/change.conf", dir), *written = NULL;
	struct strv files = {0};
	struct config *c = NULL, *other = NULL;
	struct str now = STR_INIT;
	struct err err = ERR_INIT;

	(void)state;
	strv_add(&files, path);
	assert_true(proc_write_file(path, text, strlen(text), 0600, &err));
	assert_true(config_load(&c, &files, NULL, NULL, &err));
	assert_false(config_change_account(c, "work", bad, 1, &written, &err));
	assert_false(
		config_change_account(c, "none", pairs, 3, &written, &err));
	assert_int_equal(err.kind, ERR_NOT_FOUND);
	assert_true(config_change_account(c, "work", pairs, 3, &written, &err));
	assert_string_equal(written, path);
	assert_true(proc_read_file(path, &now, 1000, &err));
	assert_string_equal(now.s, "# mine\n[account \"work\"]\n"
				   "address = a.l@example.org\n"
				   "server = mail.example.org\n"
				   "proxy = none\n"
				   "[folder \"Inbox\"]\nsort = size\n"
				   "[account \"home\"]\nuser = eve\n");
	assert_false(config_reload(c, &err)); /* home has no address */
	assert_true(config_reload_usable(c, &err));
	assert_string_equal(config_text(c, "work", CONFIG_ADDRESS),
			    "a.l@example.org");
	assert_true(config_again(c, &other, &err));
	assert_string_equal(config_text(other, "work", CONFIG_SERVER),
			    "mail.example.org");
	config_free(other);
	config_free(c);
	str_release(&now);
	strv_release(&files);
	unlink(path);
	free(written);
	free(path);
}

/* What the settings screen writes is read last; a mistake in a file that is
 * read again changes nothing. */
static void test_settings(void **state)
{
	char *place = xasprintf("%s/s", dir);
	char *main_file = xasprintf("%s/s/retinue.conf", dir);
	char *path;
	struct config *c = NULL;
	struct str text = STR_INIT;
	struct err err = ERR_INIT;

	(void)state;
	setenv("RETINUE_CONFIG", place, 1);
	mkdir(place, 0700);
	path = config_settings_path();
	assert_true(proc_write_file(main_file, "hints = no\nmouse = no\n", 22,
				    0600, &err));
	assert_true(config_load(&c, NULL, NULL, NULL, &err));
	assert_false(config_write_setting(CONFIG_SORT, "colour", &err));
	assert_true(config_write_setting(CONFIG_SORT, "from", &err));
	assert_true(config_write_setting(CONFIG_HINTS, "yes", &err));
	assert_true(config_write_setting(CONFIG_SORT, "size", &err));
	assert_true(config_reload(c, &err));
	assert_string_equal(config_text(c, NULL, CONFIG_SORT), "size");
	assert_true(config_bool(c, NULL, CONFIG_HINTS));
	assert_false(config_bool(c, NULL, CONFIG_MOUSE));
	assert_true(config_write_setting(CONFIG_HINTS, NULL, &err));
	assert_true(config_reload(c, &err));
	assert_false(config_bool(c, NULL, CONFIG_HINTS));
	assert_true(proc_read_file(path, &text, 1000, &err));
	assert_null(strstr(text.s, "hints"));
	assert_null(strstr(text.s, "from"));
	assert_true(proc_write_file(main_file, "mouse = yes\nhintz = no\n", 23,
				    0600, &err));
	assert_false(config_reload(c, &err));
	assert_non_null(strstr(err.text, "retinue.conf:2"));
	assert_false(config_bool(c, NULL, CONFIG_MOUSE));
	config_free(c);
	str_release(&text);
	unlink(path);
	unlink(main_file);
	rmdir(place);
	unsetenv("RETINUE_CONFIG");
	free(path);
	free(main_file);
	free(place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_folders),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_includes),
		cmocka_unit_test(test_overrides),
		cmocka_unit_test(test_password_files),
		cmocka_unit_test(test_origin_and_show),
		cmocka_unit_test(test_set),
		cmocka_unit_test(test_docs),
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_usual_places),
		cmocka_unit_test(test_missing_file),
		cmocka_unit_test(test_write_account),
		cmocka_unit_test(test_change_account),
		cmocka_unit_test(test_settings),
	};
	char *last;
	int rc;

	if (!mkdtemp(dir))
		return 1;
	rc = cmocka_run_group_tests_name("config", tests, NULL, NULL);
	last = xasprintf("%s/f", dir);
	unlink(last);
	free(last);
	rmdir(dir);
	return rc;
}
