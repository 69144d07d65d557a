/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * The schema, as numbered steps. A released step is never changed: a new one
 * is added. Each runs in one transaction with its number in user_version.
 */
#include "store/db.h"
#include "store/rows.h"

#define APPLICATION_ID 0x52746e75 /* "Rtnu" */

/* Folders and items.
 *
 * item.folder is NULL for rows that no list shows. Such a row has `hidden`:
 * 0 when the server reported it gone (kept aside until it turns up elsewhere
 * or is purged), else the journal step that hides it; `was` is the folder it
 * was in. `home` is the folder in which the server has remote_id, which is
 * not `folder` while a local move waits. `lost`: gone on the server while a
 * local change waits. `age` lets an index sort ascending by name and newest
 * first within it. The hashes index long ids in eight bytes.
 */
static const char step1_rows[] =
	"CREATE TABLE folder("
	" id INTEGER PRIMARY KEY AUTOINCREMENT,"
	" parent INTEGER,"
	" remote_id TEXT,"
	" change_key TEXT,"
	" parent_remote TEXT,"
	" name TEXT NOT NULL,"
	" name_key TEXT NOT NULL,"
	" class TEXT,"
	" role INTEGER NOT NULL,"
	" kind INTEGER NOT NULL,"
	" flags INTEGER NOT NULL,"
	" total INTEGER NOT NULL DEFAULT 0,"
	" unread INTEGER NOT NULL DEFAULT 0,"
	" size INTEGER NOT NULL DEFAULT -1,"
	" synced_at INTEGER,"
	" hidden INTEGER,"
	" comparing INTEGER NOT NULL DEFAULT 0"
	") STRICT;"
	"CREATE UNIQUE INDEX folder_remote ON folder(remote_id)"
	" WHERE remote_id IS NOT NULL;"
	"CREATE INDEX folder_parent ON folder(parent);"

	"CREATE TABLE item("
	" id INTEGER PRIMARY KEY,"
	" folder INTEGER REFERENCES folder(id),"
	" received INTEGER NOT NULL,"
	" flags INTEGER NOT NULL,"
	" size INTEGER NOT NULL,"
	" thread INTEGER NOT NULL,"
	" tdate INTEGER NOT NULL,"
	" from_key TEXT NOT NULL,"
	" subject_key TEXT NOT NULL,"
	" remote_hash INTEGER NOT NULL,"
	" key_hash INTEGER NOT NULL,"
	" home INTEGER,"
	" was INTEGER,"
	" hidden INTEGER,"
	" lost INTEGER NOT NULL DEFAULT 0,"
	" sent INTEGER,"
	" flag_due INTEGER,"
	" from_name TEXT,"
	" from_addr TEXT,"
	" subject TEXT,"
	" categories TEXT,"
	" preview TEXT,"
	" class TEXT,"
	" sender_addr TEXT,"
	" rcpt_to TEXT,"
	" rcpt_cc TEXT,"
	" message_id TEXT,"
	" topic TEXT,"
	" search_key BLOB,"
	" remote_id TEXT,"
	" change_key TEXT,"
	" rcpt_bcc TEXT,"
	" in_reply_to TEXT,"
	" refs TEXT,"
	" conv_index BLOB,"
	" age INTEGER GENERATED ALWAYS AS (-received) VIRTUAL"
	") STRICT;"
	"CREATE INDEX item_received ON item(received);"
	"CREATE INDEX item_date ON item(folder, received);"
	"CREATE INDEX item_from ON item(folder, from_key, age);"
	"CREATE INDEX item_subject ON item(folder, subject_key, age);"
	"CREATE INDEX item_size ON item(folder, size, received);"
	"CREATE INDEX item_thread ON item(folder, tdate, thread, age);"
	"CREATE INDEX item_conv ON item(thread, folder, received);"
	"CREATE INDEX item_remote ON item(remote_hash);"
	"CREATE INDEX item_key ON item(key_hash);"
	"CREATE INDEX item_unread ON item(folder, received)"
	" WHERE flags & 1 = 0;"
	"CREATE INDEX item_flagged ON item(folder, received)"
	" WHERE flags & 2 != 0;"
	"CREATE INDEX item_category ON item(categories, folder)"
	" WHERE categories IS NOT NULL;"
	"CREATE INDEX item_wanted ON item(folder, received)"
	" WHERE flags & 229376 = 0;"
	"CREATE INDEX item_hidden ON item(hidden) WHERE hidden IS NOT NULL;";

/* The counts of a folder, kept by the database itself so that no path can
 * forget them. */
static const char step1_counts[] =
	"CREATE TRIGGER item_added AFTER INSERT ON item"
	" WHEN new.folder IS NOT NULL BEGIN"
	" UPDATE folder SET total = total + 1,"
	"  unread = unread + (new.flags & 1 = 0) WHERE id = new.folder;"
	"END;"
	"CREATE TRIGGER item_removed AFTER DELETE ON item"
	" WHEN old.folder IS NOT NULL BEGIN"
	" UPDATE folder SET total = total - 1,"
	"  unread = unread - (old.flags & 1 = 0) WHERE id = old.folder;"
	"END;"
	"CREATE TRIGGER item_moved AFTER UPDATE OF folder ON item"
	" WHEN old.folder IS NOT new.folder BEGIN"
	" UPDATE folder SET total = total - 1,"
	"  unread = unread - (old.flags & 1 = 0) WHERE id = old.folder;"
	" UPDATE folder SET total = total + 1,"
	"  unread = unread + (new.flags & 1 = 0) WHERE id = new.folder;"
	"END;"
	"CREATE TRIGGER item_read AFTER UPDATE OF flags ON item"
	" WHEN old.folder IS new.folder AND old.flags & 1 != new.flags & 1 "
	"BEGIN"
	" UPDATE folder SET unread = unread + (new.flags & 1 = 0)"
	"  - (old.flags & 1 = 0) WHERE id = new.folder;"
	"END;";

/* Content, index, and what belongs to an account as a whole.
 *
 * The key of body and mime is the item's id with a minus: a first sync comes
 * from the newest to the oldest, and rows appended at the end fill their pages.
 *
 * retired: ids of rows that are no more; they are not given out again, since
 * undo and other processes may still name them. The text is the first column
 * of fts because positions in any other cost two bytes more a word. ref: hash of a message id or
 * of a conversation index's root to its thread. */
static const char step1_content[] =
	"CREATE TABLE body(key INTEGER PRIMARY KEY, text BLOB NOT NULL) STRICT;"
	"CREATE TABLE mime(key INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT;"
	"CREATE VIRTUAL TABLE fts USING fts5(body, title, sender, rcpt, cc,"
	" content='', columnsize=0, tokenize='retinue');"
	"INSERT INTO fts(fts, rank) VALUES('hashsize', 8388608);"
	"CREATE TABLE prefix(id INTEGER PRIMARY KEY, text TEXT NOT NULL) "
	"STRICT;"
	"CREATE TABLE retired(id INTEGER PRIMARY KEY) STRICT;"
	"CREATE TABLE ref(hash INTEGER PRIMARY KEY, thread INTEGER NOT NULL)"
	" STRICT;"
	"CREATE TABLE person("
	" addr TEXT PRIMARY KEY,"
	" name TEXT,"
	" words TEXT NOT NULL,"
	" written INTEGER NOT NULL,"
	" last INTEGER NOT NULL"
	") STRICT, WITHOUT ROWID;"
	"CREATE TABLE fact(key TEXT PRIMARY KEY, value TEXT NOT NULL)"
	" STRICT, WITHOUT ROWID;"
	"CREATE TABLE sync_state(folder INTEGER PRIMARY KEY,"
	" state TEXT NOT NULL) STRICT;"
	"CREATE TABLE unseen(item INTEGER PRIMARY KEY) STRICT;";

/* The journal. A step keeps what undoing it takes: the p_ members are the
 * values before. `after`: a step that must be done first. */
static const char step1_journal[] =
	"CREATE TABLE journal_entry("
	" id INTEGER PRIMARY KEY AUTOINCREMENT,"
	" kind INTEGER NOT NULL,"
	" state INTEGER NOT NULL DEFAULT 0,"
	" created INTEGER NOT NULL,"
	" due INTEGER NOT NULL,"
	" attempts INTEGER NOT NULL DEFAULT 0,"
	" count INTEGER NOT NULL DEFAULT 0,"
	" waiting INTEGER NOT NULL DEFAULT 0,"
	" can_undo INTEGER NOT NULL DEFAULT 0,"
	" text TEXT NOT NULL,"
	" error TEXT,"
	" undo_of INTEGER"
	") STRICT;"
	"CREATE INDEX journal_entry_open ON journal_entry(id) WHERE state < 4;"
	"CREATE TABLE journal_step("
	" id INTEGER PRIMARY KEY AUTOINCREMENT,"
	" entry INTEGER NOT NULL REFERENCES journal_entry(id)"
	"  ON DELETE CASCADE,"
	" kind INTEGER NOT NULL,"
	" state INTEGER NOT NULL DEFAULT 0,"
	" due INTEGER NOT NULL,"
	" attempts INTEGER NOT NULL DEFAULT 0,"
	" after INTEGER,"
	" item INTEGER,"
	" source INTEGER,"
	" folder INTEGER,"
	" from_folder INTEGER,"
	" parent INTEGER,"
	" from_parent INTEGER,"
	" how INTEGER NOT NULL DEFAULT 0,"
	" stage INTEGER NOT NULL DEFAULT 0,"
	" copies_before INTEGER NOT NULL DEFAULT 0,"
	" draft INTEGER NOT NULL DEFAULT 0,"
	" name TEXT,"
	" from_name TEXT,"
	" key TEXT,"
	" class TEXT,"
	" error TEXT,"
	" e_set INTEGER NOT NULL DEFAULT 0,"
	" e_read INTEGER NOT NULL DEFAULT 0,"
	" e_flag INTEGER NOT NULL DEFAULT 0,"
	" e_due INTEGER,"
	" e_importance INTEGER NOT NULL DEFAULT 0,"
	" e_verb INTEGER NOT NULL DEFAULT 0,"
	" e_verb_time INTEGER,"
	" e_categories TEXT,"
	" p_flags INTEGER NOT NULL DEFAULT 0,"
	" p_due INTEGER,"
	" p_categories TEXT"
	") STRICT;"
	"CREATE INDEX step_entry ON journal_step(entry);"
	"CREATE INDEX step_open ON journal_step(entry, id) WHERE state < 2;"
	"CREATE INDEX step_item ON journal_step(item);"
	"CREATE INDEX step_source ON journal_step(source)"
	" WHERE source IS NOT NULL;"
	"CREATE INDEX step_folder_op ON journal_step(folder)"
	" WHERE kind >= 6;"
	"CREATE TABLE raw(step INTEGER PRIMARY KEY REFERENCES journal_step(id)"
	" ON DELETE CASCADE, data BLOB NOT NULL) STRICT;"
	"CREATE TABLE conflict("
	" step INTEGER PRIMARY KEY REFERENCES journal_step(id)"
	"  ON DELETE CASCADE,"
	" mine TEXT, server TEXT) STRICT;";

/* Calendars. event: an entry, or what a meeting message says, beside its item
 * row; first and last: the span in which it may appear; seen: the change key
 * it was fetched by, NULL: to be fetched again; data: packed (events.c).
 * reminder.due NULL: dismissed. */
static const char step_calendar[] =
	"CREATE TABLE event("
	" item INTEGER PRIMARY KEY,"
	" first INTEGER NOT NULL,"
	" last INTEGER NOT NULL,"
	" seen TEXT,"
	" uid TEXT,"
	" data BLOB NOT NULL"
	") STRICT;"
	"CREATE INDEX event_span ON event(last, first);"
	"CREATE INDEX event_uid ON event(uid) WHERE uid IS NOT NULL;"
	"CREATE TRIGGER event_gone AFTER DELETE ON item BEGIN"
	" DELETE FROM event WHERE item = old.id;"
	" DELETE FROM reminder WHERE item = old.id;"
	"END;"
	"CREATE INDEX item_invitation ON item(received)"
	" WHERE flags & 512 != 0;"
	"CREATE TABLE event_step("
	" step INTEGER PRIMARY KEY REFERENCES journal_step(id)"
	"  ON DELETE CASCADE,"
	" change TEXT NOT NULL,"
	" was BLOB) STRICT;"
	"CREATE TABLE reminder("
	" item INTEGER NOT NULL,"
	" original INTEGER NOT NULL,"
	" due INTEGER,"
	" PRIMARY KEY(item, original)) STRICT, WITHOUT ROWID;";

/* One's own contacts; see contacts.c. `pending`: 1 made, 2 changed, 3 removed
 * here and not yet there. */
static const char step_contacts[] =
	"CREATE TABLE contact("
	" id INTEGER PRIMARY KEY AUTOINCREMENT,"
	" folder INTEGER NOT NULL,"
	" remote_id TEXT,"
	" change_key TEXT,"
	" addr TEXT,"
	" sort TEXT NOT NULL,"
	" words TEXT NOT NULL,"
	" data TEXT NOT NULL,"
	" base TEXT,"
	" pending INTEGER NOT NULL DEFAULT 0,"
	" tried INTEGER NOT NULL DEFAULT 0,"
	" error TEXT"
	") STRICT;"
	"CREATE UNIQUE INDEX contact_remote ON contact(remote_id)"
	" WHERE remote_id IS NOT NULL;"
	"CREATE INDEX contact_sort ON contact(sort);"
	"CREATE INDEX contact_pending ON contact(pending) WHERE pending > 0;";

static const char *const step1[] = {step1_rows, step1_counts, step1_content,
				    step1_journal, NULL};
/* Conversations one does not want to hear of. */
static const char step_muted[] =
	"CREATE TABLE muted(thread INTEGER PRIMARY KEY) STRICT;";
static const char *const step2[] = {step_calendar, NULL};
static const char *const step3[] = {step_contacts, NULL};
static const char step_routes[] = "CREATE TABLE route("
				  " feature INTEGER PRIMARY KEY,"
				  " protocol INTEGER NOT NULL,"
				  " security INTEGER NOT NULL,"
				  " port INTEGER NOT NULL,"
				  " host TEXT,"
				  " url TEXT,"
				  " what TEXT NOT NULL,"
				  " chosen INTEGER NOT NULL) STRICT;";
static const char *const step4[] = {step_routes, NULL};
static const char *const step5[] = {step_muted, NULL};
/* Folders of other people's mailboxes: whose, and what one may do in them. */
static const char step_owner[] =
	"ALTER TABLE folder ADD COLUMN owner TEXT;"
	"ALTER TABLE folder ADD COLUMN rights INTEGER NOT NULL DEFAULT 0;";
static const char *const step6[] = {step_owner, NULL};
/* How many items the server has in a folder by what we know; rows of which it
 * is not known whether it has them. */
static const char step_counting[] =
	"CREATE INDEX item_home ON item(home, lost)"
	" WHERE remote_id IS NOT NULL AND hidden IS NOT 0;"
	"CREATE INDEX item_stray ON item(folder) WHERE remote_id IS NULL;";
static const char *const step7[] = {step_counting, NULL};
/* Items that are not in fts yet. */
static const char step_unindexed[] =
	"CREATE TABLE unindexed(item INTEGER PRIMARY KEY) STRICT;";
static const char *const step8[] = {step_unindexed, NULL};
/* What was done to contacts, to take it back: see contact_undo.c. */
#define CONTACT_CHANGE(id)                                                     \
	"CREATE TABLE contact_change(" id " contact INTEGER NOT NULL,"         \
	" folder INTEGER NOT NULL,"                                            \
	" wish INTEGER NOT NULL,"                                              \
	" waits INTEGER NOT NULL," /* on another that waited */                \
	" was TEXT,"                                                           \
	" data TEXT"                                                           \
	") STRICT;"
static const char step_contact_undo[] =
	CONTACT_CHANGE(" id INTEGER PRIMARY KEY AUTOINCREMENT,");
static const char *const step9[] = {step_contact_undo, NULL};
/* One of them is an entry of the journal. */
static const char step_contact_entry[] =
	"DROP TABLE contact_change;" CONTACT_CHANGE(
		" id INTEGER PRIMARY KEY REFERENCES journal_entry(id)"
		"  ON DELETE CASCADE,") "CREATE INDEX contact_change_of ON "
					"contact_change(contact);";
static const char *const step10[] = {step_contact_entry, NULL};
/* Few are hidden, few are no mail of one's own: every search asks which. */
static const char step_apart[] =
	"CREATE INDEX folder_hidden ON folder(hidden) WHERE hidden IS NOT NULL;"
	"CREATE INDEX folder_apart ON folder(id)"
	" WHERE kind <> 0 OR owner IS NOT NULL;";
static const char *const step11[] = {step_apart, NULL};
static const char *const *const steps[] = {step1, step2,  step3, step4,
					   step5, step6,  step7, step8,
					   step9, step10, step11};

#define NEWEST ((int64_t)ARRAY_LEN(steps))

/* Is this file ours, and not from a later program? A file without tables is
 * new. Reads only. */
static bool check_header(struct store *s, int64_t *version, struct err *err)
{
	int64_t tables = 0, id = 0;

	*version = 0;
	if (!db_get_int(s, &tables, err, "SELECT count(*) FROM sqlite_schema",
			NO_ARGS) ||
	    !db_get_int(s, &id, err, "PRAGMA application_id", NO_ARGS) ||
	    !db_get_int(s, version, err, "PRAGMA user_version", NO_ARGS))
		return false;
	if (tables && id != APPLICATION_ID)
		return err_set(err, ERR_DISK,
			       "%s is not a store of this program", s->path);
	if (*version > NEWEST)
		return err_set(err, ERR_DISK,
			       "%s was written by a newer version of this "
			       "program (%d, this one knows %d)",
			       s->path, (int)*version, (int)NEWEST);
	return true;
}

static bool run_step(struct store *s, int64_t n, struct err *err)
{
	char *mark = xasprintf("PRAGMA user_version = %d;"
			       "PRAGMA application_id = %d",
			       (int)n + 1, APPLICATION_ID);
	bool ok = true;

	for (const char *const *sql = steps[n]; ok && *sql; sql++)
		ok = db_script(s, *sql, err);
	ok = ok && db_script(s, mark, err);
	free(mark);
	return ok;
}

static bool migrate(struct store *s, struct err *err)
{
	int64_t version = 0;

	if (!db_begin(s, err))
		return false;
	/* Another process may have been quicker. */
	bool ok = db_get_int(s, &version, err, "PRAGMA user_version", NO_ARGS);

	while (ok && version < NEWEST)
		ok = run_step(s, version++, err);
	return db_end(s, ok, err);
}

bool migrate_open(struct store *s, struct err *err)
{
	int64_t version;

	if (!check_header(s, &version, err))
		return false;
	if (!s->writable) {
		if (version == NEWEST)
			return true;
		if (version == 0)
			return err_set(err, ERR_NOT_FOUND,
				       "%s holds nothing yet", s->path);
		return err_set(err, ERR_DISK,
			       "%s is from an older version of this program; "
			       "run a sync to bring it up to date",
			       s->path);
	}
	/* Page size and vacuum mode only take effect on an empty file. */
	if (version == 0 && !db_script(s,
				       "PRAGMA page_size = 8192;"
				       "PRAGMA auto_vacuum = INCREMENTAL",
				       err))
		return false;
	if (!db_script(s,
		       "PRAGMA journal_mode = WAL;"
		       "PRAGMA synchronous = NORMAL;"
		       "PRAGMA wal_autocheckpoint = 4000;"
		       "PRAGMA journal_size_limit = 16777216",
		       err))
		return false;
	return version == NEWEST || migrate(s, err);
}
