/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef TESTS_STORE_HELP_H
#define TESTS_STORE_HELP_H
/* A store in a folder of its own, and short ways to fill it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/pack.h"
#include "store/write.h"

struct fix {
	char dir[64];
	char path[96];
	struct store *s;
	struct folder inbox, sent, drafts, deleted, archive;
};

#define must(call)                                                             \
	do {                                                                   \
		struct err err = ERR_INIT;                                     \
		if (!(call))                                                   \
			fail_msg("%s:%d %s: %s", __FILE__, __LINE__, #call,    \
				 err.text);                                    \
	} while (0)
#define refused(call, want)                                                    \
	do {                                                                   \
		struct err err = ERR_INIT;                                     \
		assert_false(call);                                            \
		assert_int_equal(err.kind, want);                              \
	} while (0)

static UNUSED void add_folder(struct fix *f, struct folder *out,
			      const char *remote, const char *name,
			      enum folder_role role)
{
	memset(out, 0, sizeof(*out));
	out->remote_id = xstrdup(remote);
	out->name = xstrdup(name);
	out->role = role;
	out->synced_at = CLOCK_NEVER;
	must(write_folder(f->s, out, &err));
}

static UNUSED int fix_open(void **state)
{
	struct fix *f = xcalloc(1, sizeof(*f));

	snprintf(f->dir, sizeof(f->dir), "/tmp/retinue-test-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	snprintf(f->path, sizeof(f->path), "%s/mail.db", f->dir);
	must(store_open_write(&f->s, f->path, &err));
	add_folder(f, &f->inbox, "F-in", "Inbox", FOLDER_ROLE_INBOX);
	add_folder(f, &f->sent, "F-sent", "Sent Items", FOLDER_ROLE_SENT);
	add_folder(f, &f->drafts, "F-drafts", "Drafts", FOLDER_ROLE_DRAFTS);
	add_folder(f, &f->deleted, "F-del", "Deleted Items",
		   FOLDER_ROLE_DELETED);
	add_folder(f, &f->archive, "F-arch", "Archive", FOLDER_ROLE_NONE);
	*state = f;
	return 0;
}

static UNUSED void remove_files(const char *dir, const char *path)
{
	static const char *const tails[] = {"", "-wal", "-shm", "-journal"};

	for (size_t i = 0; i < ARRAY_LEN(tails); i++) {
		char name[128];

		snprintf(name, sizeof(name), "%s%s", path, tails[i]);
		unlink(name);
	}
	rmdir(dir);
}

/* Whatever a test did, the file must be sound and the counts right. */
static UNUSED void check_sound(struct store *s)
{
	struct strv problems = {0};

	strv_init(&problems);
	must(write_check(s, &problems, &err));
	for (size_t i = 0; i < problems.n; i++)
		fail_msg("%s", problems.v[i]);
	strv_release(&problems);
}

static UNUSED int fix_close(void **state)
{
	struct fix *f = *state;

	check_sound(f->s);
	folder_release(&f->inbox);
	folder_release(&f->sent);
	folder_release(&f->drafts);
	folder_release(&f->deleted);
	folder_release(&f->archive);
	store_close(f->s);
	remove_files(f->dir, f->path);
	free(f);
	return 0;
}

/* n makes ids, Message-ID, search key and time: 60 s apart. */
static UNUSED void make_item(struct item *it, int n)
{
	item_init(it);
	it->remote_id = xasprintf("R-%d", n);
	it->change_key = xasprintf("CK-%d", n);
	it->item_class = xstrdup("IPM.Note");
	it->subject = xasprintf("Subject %d", n);
	it->from_name = xasprintf("Sender %d", n);
	it->message_id = xasprintf("m%d@example.org", n);
	it->search_key = xasprintf("%032X", (unsigned)n);
	it->received = 1700000000 + (int64_t)n * 60;
	it->sent = it->received;
	it->size = 1000 + n;
}

static UNUSED int64_t put(struct fix *f, int64_t folder, const struct item *it)
{
	int64_t id = 0;
	bool need = false;

	must(write_item(f->s, folder, it, &id, &need, &err));
	assert_true(id > 0);
	return id;
}

static UNUSED int64_t put_n(struct fix *f, int64_t folder, int n)
{
	struct item it;
	int64_t id;

	make_item(&it, n);
	id = put(f, folder, &it);
	item_release(&it);
	return id;
}

static UNUSED void put_body(struct fix *f, int64_t id, const char *text,
			    const char *mime)
{
	struct str packed = STR_INIT;
	struct body b = {.item = id, .text = xstrdup(text)};
	struct body *all[] = {&b};

	pack_compress_after(&packed, text, strlen(text), mime, strlen(mime));
	b.packed_text = bytes_from_str(&packed);
	pack_compress(&packed, mime, strlen(mime));
	b.packed_mime = bytes_from_str(&packed);
	str_release(&packed);
	must(write_bodies(f->s, all, 1, &err));
	body_release(&b);
}

static UNUSED void get(struct fix *f, int64_t id, struct item *out)
{
	must(query_item(f->s, id, out, &err));
}

static UNUSED unsigned flags_of(struct fix *f, int64_t id)
{
	struct item it;
	unsigned flags;

	get(f, id, &it);
	flags = it.flags;
	item_release(&it);
	return flags;
}

/* 0: in no list. */
static UNUSED int64_t folder_of(struct fix *f, int64_t id)
{
	struct item it;
	int64_t folder;

	if (!query_item(f->s, id, &it, NULL))
		return 0;
	folder = it.folder;
	item_release(&it);
	return folder;
}

static UNUSED int64_t total_of(struct fix *f, int64_t folder)
{
	struct folder row;
	int64_t total;

	must(query_folder(f->s, folder, &row, &err));
	total = row.total;
	folder_release(&row);
	return total;
}

static UNUSED int64_t unread_of(struct fix *f, int64_t folder)
{
	struct folder row;
	int64_t unread;

	must(query_folder(f->s, folder, &row, &err));
	unread = row.unread;
	folder_release(&row);
	return unread;
}
#endif
