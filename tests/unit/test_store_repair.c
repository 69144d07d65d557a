/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The file as a whole: what is saved of a damaged one, and space given back. */
#include "tests/unit/journal_help.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/proc.h"
#include "store/db.h"
#include "store/upkeep.h"
#include "tests/unit/fault_vfs.h"

#define PAGE 8192
#define MESSAGES 1200

static int64_t ids[MESSAGES];

static int64_t number(struct fix *f, const char *sql)
{
	int64_t n = 0;

	must(db_get_int(f->s, &n, &err, sql, NO_ARGS));
	return n;
}

static void fill(struct fix *f)
{
	char raw[3000];
	bool left = true;

	memset(raw, 'r', sizeof(raw) - 1);
	raw[sizeof(raw) - 1] = '\0';
	must(write_begin(f->s, &err));
	for (int i = 0; i < MESSAGES; i++) {
		for (size_t k = 0; k < sizeof(raw) - 1; k++)
			raw[k] = (char)('a' + (random() >> 7) % 26);
		ids[i] = put_n(f, f->inbox.id, i);
		put_body(f, ids[i], "some words", raw);
	}
	must(write_commit(f->s, &err));
	while (left)
		must(write_index(f->s, 500, &left, &err));
	must(write_sync_state(f->s, f->inbox.id, "state", &err));
}

/* Makes a leaf of that table or index unreadable; the store is closed. */
static void damage(struct fix *f, const char *name)
{
	unsigned char head[16], cell[4], junk[PAGE];
	char *sql = xasprintf(
		"SELECT rootpage FROM sqlite_schema WHERE name = '%s'", name);
	int64_t page = number(f, sql);
	int fd;

	free(sql);
	must(db_script(f->s, "PRAGMA wal_checkpoint(TRUNCATE)", &err));
	store_close(f->s);
	f->s = NULL;
	fd = open(f->path, O_RDWR | O_CLOEXEC);
	memset(junk, 0xee, sizeof(junk));
	for (;;) {
		off_t at = (off_t)(page - 1) * PAGE;

		assert_int_equal(pread(fd, head, sizeof(head), at), 16);
		if (head[0] != 5 && head[0] != 2)
			break;
		assert_int_equal(
			pread(fd, cell, 4, at + head[12] * 256 + head[13]), 4);
		page = cell[0] << 24 | cell[1] << 16 | cell[2] << 8 | cell[3];
	}
	assert_int_equal(pwrite(fd, junk, PAGE, (off_t)(page - 1) * PAGE),
			 PAGE);
	close(fd);
}

/* Repairs; what was said must hold `want`. The store is open again. */
static void repaired(struct fix *f, const char *want)
{
	struct strv said CLEANUP(strv_release) = {0};
	char *aside CLEANUP(mem_free_ptr) = NULL;
	char *all CLEANUP(mem_free_ptr) = NULL;
	struct stat st;

	strv_init(&said);
	must(store_repair(f->path, &aside, &said, &err));
	all = strv_join(&said, "; ");
	if (!strstr(all, want))
		fail_msg("\"%s\" is not in \"%s\"", want, all);
	assert_non_null(aside);
	assert_int_equal(stat(aside, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	unlink(aside);
	assert_int_equal(stat(f->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	must(store_open_write(&f->s, f->path, &err));
	check_sound(f->s);
}

static void sound_is_left_alone(void **state)
{
	struct fix *f = *state;
	struct strv said CLEANUP(strv_release) = {0};
	char *aside = NULL;

	strv_init(&said);
	store_close(f->s);
	must(store_repair(f->path, &aside, &said, &err));
	assert_null(aside);
	assert_int_equal(said.n, 0);
	must(store_open_write(&f->s, f->path, &err));
}

static void indexes_are_made_anew(void **state)
{
	struct fix *f = *state;
	struct strv problems CLEANUP(strv_release) = {0};

	fill(f);
	damage(f, "item_subject");
	repaired(f, "damage: ");
	assert_int_equal(total_of(f, f->inbox.id), MESSAGES);
	assert_int_equal(unread_of(f, f->inbox.id), MESSAGES);
	assert_int_equal(number(f, "SELECT count(*) FROM mime"), MESSAGES);
	/* nothing is missing: the sync goes on where it was */
	assert_int_equal(number(f, "SELECT count(*) FROM sync_state"), 1);
	assert_int_equal(number(f, "SELECT count(*) FROM unindexed"), MESSAGES);
	/* what only the full-text index knows of itself */
	for (bool left = true; left;)
		must(write_index(f->s, 500, &left, &err));
	must(db_script(f->s, "DELETE FROM fts_data WHERE id > 10", &err));
	strv_init(&problems);
	must(write_check(f->s, &problems, &err));
	assert_int_equal(problems.n, 1);
	assert_string_equal(problems.v[0], "the full-text index is damaged");
	store_close(f->s);
	repaired(f, "full-text");
	assert_int_equal(number(f, "SELECT count(*) FROM unindexed"), MESSAGES);
}

static void rows_that_cannot_be_read(void **state)
{
	struct fix *f = *state;
	int64_t n;

	fill(f);
	damage(f, "item");
	repaired(f, "messages could not be read; the next sync");
	n = total_of(f, f->inbox.id);
	/* a page of them */
	assert_true(n < MESSAGES && n > MESSAGES - 200);
	assert_int_equal(number(f, "SELECT count(*) FROM sync_state"), 0);
	assert_int_equal(number(f, "SELECT count(*) FROM mime"), n);
	damage(f, "mime");
	repaired(f, "contents of messages could not be read");
	assert_int_equal(total_of(f, f->inbox.id), n);
	assert_true(number(f, "SELECT count(*) FROM mime") < n);
	assert_int_equal(number(f, "SELECT count(*) FROM item"
				   " WHERE flags & 32768 != 0"),
			 number(f, "SELECT count(*) FROM mime"));
	assert_int_equal(number(f, "SELECT count(*) FROM body"),
			 number(f, "SELECT count(*) FROM mime"));
}

static void wishes_are_kept(void **state)
{
	struct fix *f = *state;
	struct strv said CLEANUP(strv_release) = {0};
	char *aside = NULL;
	struct err why = ERR_INIT;
	int64_t last = 0;

	fill(f);
	for (int i = 0; i < MESSAGES; i++) {
		struct intent w = edit_read(&ids[i], true);

		last = wish(f, &w);
	}
	damage(f, "item_from");
	repaired(f, "damage");
	assert_int_equal(query_journal_waiting(f->s), MESSAGES);
	expect(f, last, JOURNAL_WAITING, "mark 1 item read");
	/* numbers are not given twice */
	assert_int_equal(number(f, "SELECT seq FROM sqlite_sequence"
				   " WHERE name = 'journal_entry'"),
			 last);
	/* where they cannot be read, nothing is changed */
	damage(f, "journal_step");
	strv_init(&said);
	assert_false(store_repair(f->path, &aside, &said, &why));
	assert_non_null(strstr(why.text, "waits to go out"));
	assert_null(aside);
	must(store_open_write(&f->s, f->path, &err));
	assert_int_equal(number(f, "SELECT count(*) FROM journal_entry"),
			 MESSAGES);
	/* for the teardown, which wants a sound one */
	store_close(f->s);
	unlink(f->path);
	must(store_open_write(&f->s, f->path, &err));
}

static void not_beside_others(void **state)
{
	struct fix *f = *state;
	struct strv said CLEANUP(strv_release) = {0};
	struct store *reader;
	char *aside = NULL;

	fill(f);
	damage(f, "item_from");
	must(store_open_read(&reader, f->path, &err));
	(void)query_journal_waiting(reader);
	strv_init(&said);
	refused(store_repair(f->path, &aside, &said, &err), ERR_CONFLICT);
	assert_null(aside);
	store_close(reader);
	repaired(f, "damage");
}

/* --- space ---------------------------------------------------------------- */

static void space_is_given_back(void **state)
{
	struct fix *f = *state;
	struct upkeep_sizes z;
	int64_t left;

	fill(f);
	must(write_begin(f->s, &err));
	must(db_script(f->s,
		       "DELETE FROM mime WHERE key % 3;"
		       "DELETE FROM body WHERE key % 3;"
		       "UPDATE item SET flags = flags & ~32768 WHERE id % 3",
		       &err));
	must(write_commit(f->s, &err));
	left = number(f, "SELECT total(length(data)) FROM mime");
	store_close(f->s);
	/* a full disk leaves everything as it is */
	for (int n = 3; n < 400; n += 57) {
		fault.left = n;
		fault.code = SQLITE_FULL;
		refused(store_vacuum(f->path, &z, &err), ERR_DISK);
		fault.left = -1;
		must(store_open_write(&f->s, f->path, &err));
		assert_int_equal(total_of(f, f->inbox.id), MESSAGES);
		store_close(f->s);
	}
	must(store_vacuum(f->path, &z, &err));
	assert_true(z.after < z.before / 2);
	must(store_open_write(&f->s, f->path, &err));
	assert_int_equal(total_of(f, f->inbox.id), MESSAGES);
	assert_int_equal(number(f, "SELECT total(length(data)) FROM mime"),
			 left);
	assert_int_equal(number(f, "PRAGMA auto_vacuum"), 2);
}

#undef T
#define T(name) cmocka_unit_test_setup_teardown(name, fix_open, fix_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(sound_is_left_alone),	     T(indexes_are_made_anew),
		T(rows_that_cannot_be_read), T(wishes_are_kept),
		T(not_beside_others),	     T(space_is_given_back),
	};

	fault_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
