/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "tests/sim/state.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include "base/clock.h"
#include "base/utf8.h"
#include "tests/sim/events.h"

/* --- the organisation ---------------------------------------------------- */
struct state *state_new(uint64_t seed, bool recoverable)
{
	struct state *st = xcalloc(1, sizeof(*st));

	pthread_mutex_init(&st->lock, NULL);
	pthread_cond_init(&st->changed, NULL);
	st->seed = seed;
	st->epoch = 1;
	st->recoverable = recoverable;
	st->by_address = map_new(NULL);
	vec_add(&st->items, NULL); /* ids begin at 1 */
	vec_add(&st->folders, NULL);
	return st;
}

static void folder_free(struct folder *f)
{
	for (size_t i = 0; i < f->props.n; i++) {
		free(f->props.v[i].key);
		strv_release(&f->props.v[i].values);
	}
	vec_release(&f->props);
	vec_release(&f->items);
	vec_release(&f->log);
	grants_release(&f->grants);
	vec_release(&f->kids);
	free(f->address);
	free(f->replica);
	free(f->name);
	free(f->folder_class);
	free(f);
}

static void box_free(struct box *box)
{
	free(box->sid);
	free(box->address);
	free(box->alias);
	free(box->name);
	free(box->password);
	free(box->title);
	free(box->department);
	free(box->phone);
	free(box->given);
	free(box->surname);
	free(box->categories_xml);
	free(box->oof.html);
	free(box->oof.external);
	vec_release(&box->delegates);
	free(box->oof.reply);
	strv_release(&box->oof.told);
	strv_release(&box->send_as);
	strv_release(&box->send_behalf);
	vec_release(&box->folders);
	vec_release(&box->folder_log);
	free(box);
}

void state_free(struct state *st)
{
	if (!st)
		return;
	events_drop_all(st);
	vec_release(&st->subs);
	for (size_t i = 0; i < st->items.n; i++)
		item_free(st->items.v[i]);
	vec_release(&st->items);
	for (size_t i = 1; i < st->folders.n; i++)
		folder_free(st->folders.v[i]);
	vec_release(&st->folders);
	for (size_t i = 0; i < st->boxes.n; i++)
		box_free(st->boxes.v[i]);
	vec_release(&st->boxes);
	for (size_t i = 0; i < st->groups.n; i++) {
		free(st->groups.v[i]->address);
		free(st->groups.v[i]->name);
		free(st->groups.v[i]->sid);
		vec_release(&st->groups.v[i]->members);
		free(st->groups.v[i]);
	}
	vec_release(&st->groups);
	for (size_t i = 0; i < st->sent.n; i++) {
		free(st->sent.v[i]->message_id);
		free(st->sent.v[i]->from);
		strv_release(&st->sent.v[i]->to);
		free(st->sent.v[i]);
	}
	vec_release(&st->sent);
	if (st->public_box)
		box_free(st->public_box);
	map_free(st->by_address);
	pthread_cond_destroy(&st->changed);
	pthread_mutex_destroy(&st->lock);
	free(st);
}

void state_lock(struct state *st)
{
	pthread_mutex_lock(&st->lock);
}

void state_unlock(struct state *st)
{
	pthread_mutex_unlock(&st->lock);
}

static uint64_t hash_text(uint64_t h, const char *s)
{
	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * 0x100000001b3u;
	h ^= h >> 29;
	return h * 0xbf58476d1ce4e5b9u;
}

static void log_add(struct change_log *log, uint64_t change, uint64_t id,
		    uint64_t created, bool deleted)
{
	vec_add(log, ((struct change_entry){.change = change,
					    .id = id,
					    .created = created,
					    .deleted = deleted}));
}

static char *lower(const char *s)
{
	char *copy = xstrdup(s);

	for (char *p = copy; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return copy;
}

/* --- mailboxes ----------------------------------------------------------- */
static const struct {
	const char *distinguished, *name, *folder_class, *parent;
	enum rank since;
	bool hidden;
} defaults[] = {
	{"root", "Root", NULL, NULL, RANK_2007, false},
	{"msgfolderroot", "Top of Information Store", NULL, "root", RANK_2007,
	 false},
	{"inbox", "Inbox", "IPF.Note", "msgfolderroot", RANK_2007, false},
	{"drafts", "Drafts", "IPF.Note", "msgfolderroot", RANK_2007, false},
	{"sentitems", "Sent Items", "IPF.Note", "msgfolderroot", RANK_2007,
	 false},
	{"deleteditems", "Deleted Items", "IPF.Note", "msgfolderroot",
	 RANK_2007, false},
	{"junkemail", "Junk Email", "IPF.Note", "msgfolderroot", RANK_2007,
	 false},
	{"outbox", "Outbox", "IPF.Note", "msgfolderroot", RANK_2007, false},
	{"calendar", "Calendar", "IPF.Appointment", "msgfolderroot", RANK_2007,
	 false},
	{"contacts", "Contacts", "IPF.Contact", "msgfolderroot", RANK_2007,
	 false},
	{"tasks", "Tasks", "IPF.Task", "msgfolderroot", RANK_2007, false},
	{"notes", "Notes", "IPF.StickyNote", "msgfolderroot", RANK_2007, false},
	{"journal", "Journal", "IPF.Journal", "msgfolderroot", RANK_2007,
	 false},
	{"searchfolders", "Finder", NULL, "root", RANK_2007, false},
	{"recoverableitemsroot", "Recoverable Items", NULL, "root",
	 RANK_2010SP1, false},
	{"recoverableitemsdeletions", "Deletions", "IPF.Note",
	 "recoverableitemsroot", RANK_2010SP1, false},
	{"recoverableitemspurges", "Purges", "IPF.Note", "recoverableitemsroot",
	 RANK_2010SP1, false},
	{"recoverableitemsversions", "Versions", "IPF.Note",
	 "recoverableitemsroot", RANK_2010SP1, false},
	{NULL, "Quick Step Settings", "IPF.Configuration", "msgfolderroot",
	 RANK_2007, true},
};

/* What mailboxes of other languages call them. */
static const struct {
	const char *language, *distinguished, *name;
} translations[] = {
	{"de", "inbox", "Posteingang"},
	{"de", "drafts", "Entwürfe"},
	{"de", "sentitems", "Gesendete Objekte"},
	{"de", "deleteditems", "Gelöschte Objekte"},
	{"de", "junkemail", "Junk-E-Mail"},
	{"de", "outbox", "Postausgang"},
	{"de", "calendar", "Kalender"},
	{"de", "contacts", "Kontakte"},
	{"de", "tasks", "Aufgaben"},
	{"de", "notes", "Notizen"},
	{"fr", "inbox", "Boîte de réception"},
	{"fr", "drafts", "Brouillons"},
	{"fr", "sentitems", "Éléments envoyés"},
	{"fr", "deleteditems", "Éléments supprimés"},
	{"fr", "junkemail", "Courrier indésirable"},
	{"fr", "outbox", "Boîte d'envoi"},
	{"fr", "calendar", "Calendrier"},
	{"fr", "contacts", "Contacts"},
	{"fr", "tasks", "Tâches"},
	{"fr", "notes", "Notes"},
	{"ja", "inbox", "受信トレイ"},
	{"ja", "drafts", "下書き"},
	{"ja", "sentitems", "送信済みアイテム"},
	{"ja", "deleteditems", "削除済みアイテム"},
	{"ja", "junkemail", "迷惑メール"},
	{"ja", "outbox", "送信トレイ"},
	{"ja", "calendar", "予定表"},
	{"ja", "contacts", "連絡先"},
	{"ja", "tasks", "仕事"},
	{"ja", "notes", "メモ"},
};

bool language_exists(const char *language)
{
	for (size_t i = 0; i < ARRAY_LEN(translations); i++)
		if (str_eq(translations[i].language, language))
			return true;
	return str_eq(language, "en");
}

static const char *local_name(const struct state *st, const char *distinguished,
			      const char *name)
{
	for (size_t i = 0; st->language && i < ARRAY_LEN(translations); i++)
		if (str_eq(translations[i].language, st->language) &&
		    str_eq(translations[i].distinguished, distinguished))
			return translations[i].name;
	return name;
}

/* A store without folders, known by nobody yet. */
struct box *box_bare(struct state *st, const char *address, const char *name)
{
	struct box *box = xcalloc(1, sizeof(*box));
	uint64_t h = hash_text(st->seed ^ 0xcbf29ce484222325u, address);
	uint64_t g = hash_text(h, name);
	const char *at = strchr(address, '@');

	box->address = xstrdup(address);
	box->alias = xstrndup(address,
			      at ? (size_t)(at - address) : strlen(address));
	box->name = xstrdup(name);
	snprintf(box->guid, sizeof(box->guid), "%08x-%04x-4%03x-a%03x-%012llx",
		 (unsigned)h, (unsigned)(h >> 32) & 0xffff,
		 (unsigned)(h >> 48) & 0xfff, (unsigned)g & 0xfff,
		 (unsigned long long)(g >> 16));
	memcpy(box->replica, &h, 8);
	memcpy(box->replica + 8, &g, 8);
	/* Every id of this mailbox holds a '+' and a '/', as ids may. */
	memcpy(box->replica + 2, "\xfb\xef\xbe\xfb\xef\xff\xff\xff", 8);
	return box;
}

struct box *box_new(struct state *st, const char *address, const char *name)
{
	struct box *box = box_bare(st, address, name);
	char *key = lower(address);

	map_set(st->by_address, key, box);
	free(key);
	box->sid = directory_sid(1100 + (unsigned)st->boxes.n);
	vec_add(&st->boxes, box);
	for (size_t i = 0; i < ARRAY_LEN(defaults); i++) {
		struct folder *parent = NULL, *f;

		if (defaults[i].since >= RANK_2010SP1 && !st->recoverable)
			continue;
		if (defaults[i].parent)
			parent = box_folder(box, defaults[i].parent);
		f = folder_new(st, box, parent,
			       local_name(st, defaults[i].distinguished,
					  defaults[i].name),
			       defaults[i].folder_class);
		f->distinguished = defaults[i].distinguished;
		f->since = defaults[i].since;
		f->hidden = defaults[i].hidden;
	}
	return box;
}

struct box *box_find(struct state *st, const char *address)
{
	char *key = lower(address);
	struct box *box = map_find(st->by_address, key);

	free(key);
	return box;
}

struct folder *box_folder(struct box *box, const char *distinguished)
{
	for (size_t i = 0; i < box->folders.n; i++) {
		struct folder *f = box->folders.v[i];

		if (f->distinguished &&
		    strcmp(f->distinguished, distinguished) == 0)
			return f;
	}
	return NULL;
}

struct folder *box_top(const struct box *box)
{
	return box_folder((struct box *)(uintptr_t)box,
			  box->is_public ? "publicfoldersroot"
					 : "msgfolderroot");
}

bool folder_is_top(const struct folder *f)
{
	return !f->parent || f == box_top(f->box);
}

struct folder *box_path(struct box *box, const char *path)
{
	struct folder *f = box_top(box);
	struct strv names;

	strv_init(&names);
	strv_split(&names, path, "/");
	for (size_t i = 0; f && i < names.n; i++)
		f = folder_child(f, names.v[i]);
	strv_release(&names);
	return f;
}

bool box_is_full(const struct box *box, size_t more)
{
	return box->quota && box->used + more > box->quota;
}

bool box_may_send(const struct box *box, size_t size)
{
	return (!box->no_send || box->used < box->no_send) &&
	       (!box->message_limit || size <= box->message_limit) &&
	       !box_is_full(box, size);
}

struct group *group_find(struct state *st, const char *address)
{
	for (size_t i = 0; i < st->groups.n; i++)
		if (str_eq_nocase(st->groups.v[i]->address, address))
			return st->groups.v[i];
	return NULL;
}

static void boxes_add(struct boxes *list, struct box *box)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->v[i] == box)
			return;
	vec_add(list, box);
}

bool state_resolve(struct state *st, const char *address, struct boxes *out)
{
	struct group *group = group_find(st, address);
	struct box *box = group ? NULL : box_find(st, address);

	for (size_t i = 0; group && i < group->members.n; i++)
		boxes_add(out, group->members.v[i]);
	if (box)
		boxes_add(out, box);
	return group || box;
}

/* --- folders ------------------------------------------------------------- */
struct folder *folder_new(struct state *st, struct box *box,
			  struct folder *parent, const char *name,
			  const char *folder_class)
{
	struct folder *f = xcalloc(1, sizeof(*f));

	f->id = st->folders.n;
	vec_add(&st->folders, f);
	f->box = box;
	f->parent = parent;
	f->name = xstrdup(name);
	f->folder_class = xstrdup(folder_class);
	f->created = f->change = ++st->change;
	f->last_commit = clock_now();
	vec_add(&box->folders, f);
	log_add(&box->folder_log, f->change, f->id, 0, false);
	if (parent) {
		vec_add(&parent->kids, f);
		event_folder(st, EVENT_CREATED, f, NULL, NULL);
	}
	return f;
}

struct folder *folder_find(struct state *st, uint64_t id)
{
	if (id == 0 || id >= st->folders.n || st->folders.v[id]->gone)
		return NULL;
	return st->folders.v[id];
}

struct folder *folder_child(struct folder *parent, const char *name)
{
	char *wanted = utf8_fold(name);
	struct folder *found = NULL;

	for (size_t i = 0; i < parent->kids.n && !found; i++) {
		struct folder *f = parent->kids.v[i];
		char *have = utf8_fold(f->name);

		if (strcmp(have, wanted) == 0)
			found = f;
		free(have);
	}
	free(wanted);
	return found;
}

bool folder_is_under(const struct folder *f, const struct folder *top)
{
	for (; f; f = f->parent)
		if (f == top)
			return true;
	return false;
}

size_t folder_child_count(const struct folder *f)
{
	return f->kids.n;
}

static void leave_parent(struct folder *f)
{
	for (size_t i = 0; f->parent && i < f->parent->kids.n; i++) {
		if (f->parent->kids.v[i] == f) {
			vec_remove(&f->parent->kids, i);
			return;
		}
	}
}

void folder_touch(struct state *st, struct folder *f)
{
	f->change = ++st->change;
	log_add(&f->box->folder_log, f->change, f->id, 0, false);
}

void folder_rename(struct state *st, struct folder *f, const char *name)
{
	mem_replace(&f->name, xstrdup(name));
	folder_touch(st, f);
	event_folder(st, EVENT_MODIFIED, f, NULL, NULL);
}

void folder_move(struct state *st, struct folder *f, struct folder *to)
{
	struct folder *old = f->parent;

	leave_parent(f);
	f->parent = to;
	vec_add(&to->kids, f);
	folder_touch(st, f);
	folder_touch(st, old);
	folder_touch(st, to);
	event_folder(st, EVENT_MOVED, f, f, old);
}

void folder_delete(struct state *st, struct folder *f)
{
	struct box *box = f->box;

	while (f->kids.n > 0)
		folder_delete(st, f->kids.v[f->kids.n - 1]);
	while (f->items.n > 0)
		item_delete(st, f->items.v[f->items.n - 1]);
	log_add(&box->folder_log, ++st->change, f->id, f->created, true);
	event_folder(st, EVENT_DELETED, f, NULL, NULL);
	f->gone = true;
	leave_parent(f);
	for (size_t i = 0; i < box->folders.n; i++) {
		if (box->folders.v[i] == f) {
			vec_remove(&box->folders, i);
			break;
		}
	}
}

struct folder *folder_copy(struct state *st, struct folder *f,
			   struct folder *to)
{
	struct folder *copy =
		folder_new(st, to->box, to, f->name, f->folder_class);
	size_t n = f->kids.n;

	for (size_t i = 0; i < f->items.n; i++)
		item_copy(st, f->items.v[i], copy);
	for (size_t i = 0; i < n; i++)
		if (f->kids.v[i] != copy)
			folder_copy(st, f->kids.v[i], copy);
	return copy;
}

void folder_add_path(struct str *b, const struct folder *f)
{
	if (folder_is_top(f))
		return;
	if (f->parent->parent) {
		size_t before = b->len;

		folder_add_path(b, f->parent);
		if (b->len > before)
			str_add_char(b, '/');
	}
	str_add(b, f->name);
}

/* --- items in folders ---------------------------------------------------- */
static int item_order(const struct item *a, int64_t received, uint64_t id)
{
	if (a->received != received)
		return a->received < received ? -1 : 1;
	return a->id < id ? -1 : a->id > id;
}

/* First place whose item is not before (received, id). */
static size_t folder_place(const struct folder *f, int64_t received,
			   uint64_t id)
{
	size_t low = 0, high = f->items.n;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (item_order(f->items.v[mid], received, id) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static void folder_insert(struct folder *f, struct item *it)
{
	size_t at = folder_place(f, it->received, it->id);

	vec_add(&f->items, it);
	memmove(&f->items.v[at + 1], &f->items.v[at],
		(f->items.n - 1 - at) * sizeof(*f->items.v));
	f->items.v[at] = it;
	f->unread += !it->read;
	f->box->used += it->size;
}

static void folder_take_out(struct state *st, struct item *it)
{
	struct folder *f = it->folder;
	size_t at = folder_place(f, it->received, it->id);

	if (at >= f->items.n || f->items.v[at] != it)
		BUG("item %llu is not where it belongs",
		    (unsigned long long)it->id);
	vec_remove(&f->items, at);
	f->unread -= !it->read;
	f->box->used -= it->size;
	f->deleted_total++;
	f->last_commit = clock_now();
	f->last_change = ++st->change;
	log_add(&f->log, st->change, it->id, it->created, true);
	st->items.v[it->id] = NULL;
}

static void folder_put_in(struct state *st, struct item *it, struct folder *f)
{
	it->id = st->items.n;
	vec_add(&st->items, it);
	it->folder = f;
	it->uid = ++f->next_uid;
	it->created = it->change = it->content = ++st->change;
	f->last_change = it->change;
	f->last_commit = clock_now();
	log_add(&f->log, it->change, it->id, 0, false);
	folder_insert(f, it);
}

void item_place(struct state *st, struct item *it, struct folder *f,
		bool new_mail)
{
	static const unsigned char none[16];

	if (it->made == CLOCK_NEVER)
		it->made = clock_now();
	if (it->received == CLOCK_NEVER)
		it->received = it->made;
	if (it->modified == CLOCK_NEVER)
		it->modified = it->received;
	folder_put_in(st, it, f);
	if (memcmp(it->search_key, none, 16) == 0) {
		uint64_t key[2] = {st->seed * 0x9e3779b97f4a7c15u + it->id,
				   hash_text(it->id, f->box->address)};

		memcpy(it->search_key, key, 16);
	}
	event_item(st, EVENT_CREATED, it, 0, NULL);
	if (new_mail)
		event_item(st, EVENT_NEW_MAIL, it, 0, NULL);
	event_folder(st, EVENT_MODIFIED, f, NULL, NULL);
}

struct item *item_find(struct state *st, uint64_t id)
{
	return id < st->items.n ? st->items.v[id] : NULL;
}

void item_move(struct state *st, struct item *it, struct folder *to)
{
	struct folder *from = it->folder;
	uint64_t old_id = it->id;

	folder_take_out(st, it);
	it->modified = clock_now();
	folder_put_in(st, it, to);
	event_item(st, EVENT_MOVED, it, old_id, from);
	event_folder(st, EVENT_MODIFIED, from, NULL, NULL);
	event_folder(st, EVENT_MODIFIED, to, NULL, NULL);
}

void item_delete(struct state *st, struct item *it)
{
	struct folder *f = it->folder;

	folder_take_out(st, it);
	event_item(st, EVENT_DELETED, it, 0, NULL);
	event_folder(st, EVENT_MODIFIED, f, NULL, NULL);
	item_free(it);
}

void item_changed(struct state *st, struct item *it, bool read_flag_only)
{
	struct folder *f = it->folder;

	it->change = ++st->change;
	if (!read_flag_only)
		it->content = it->change;
	it->modified = clock_now();
	f->last_change = it->change;
	f->last_commit = it->modified;
	log_add(&f->log, it->change, it->id, 0, false);
	event_item(st, EVENT_MODIFIED, it, 0, NULL);
	event_folder(st, EVENT_MODIFIED, f, NULL, NULL);
}

void item_set_read(struct state *st, struct item *it, bool read)
{
	if (it->read == read)
		return;
	it->read = read;
	if (read)
		it->folder->unread--;
	else
		it->folder->unread++;
	item_changed(st, it, true);
}

void item_resize(struct item *it, size_t size)
{
	if (it->folder && !it->master)
		it->folder->box->used += size - it->size;
	it->size = size;
}
