/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Makers of intents: what a person wants, before it is journalled. */
#include "engine/engine.h"
#include "model/appointment_change.h"
#include "store/write.h"

static struct intent *new_intent(enum journal_kind kind, const int64_t *ids,
				 size_t n)
{
	struct intent *i = xcalloc(1, sizeof(*i));

	i->kind = kind;
	if (n)
		i->items = xmemdup(ids, n * sizeof(*ids));
	i->n_items = n;
	return i;
}

void intent_free(struct intent *i)
{
	if (!i)
		return;
	intent_release(i);
	free(i);
}

struct intent *intent_edit(const int64_t *ids, size_t n,
			   const struct item_edit *edit)
{
	struct intent *i = new_intent(JOURNAL_EDIT, ids, n);

	item_edit_copy(&i->edit, edit);
	return i;
}

struct intent *intent_move(const int64_t *ids, size_t n, int64_t folder)
{
	struct intent *i = new_intent(JOURNAL_MOVE, ids, n);

	i->folder = folder;
	return i;
}

struct intent *intent_copy(const int64_t *ids, size_t n, int64_t folder)
{
	struct intent *i = new_intent(JOURNAL_COPY, ids, n);

	i->folder = folder;
	return i;
}

struct intent *intent_delete(const int64_t *ids, size_t n, enum delete_kind how)
{
	struct intent *i = new_intent(JOURNAL_DELETE, ids, n);

	i->how = how;
	return i;
}

static struct intent *raw_intent(enum journal_kind kind,
				 struct bytes *taken_raw,
				 const char *message_id)
{
	struct intent *i = new_intent(kind, NULL, 0);

	i->raw = *taken_raw;
	*taken_raw = (struct bytes){0};
	i->key = xstrdup(message_id);
	return i;
}

struct intent *intent_send(struct bytes *taken_raw, const char *message_id,
			   int64_t due, int64_t answers, int verb)
{
	struct intent *i = raw_intent(JOURNAL_SEND, taken_raw, message_id);

	i->due = due;
	i->answers = answers;
	i->verb = verb;
	return i;
}

struct intent *intent_draft(struct bytes *taken_raw, const char *message_id,
			    int64_t folder)
{
	struct intent *i = raw_intent(JOURNAL_UPLOAD, taken_raw, message_id);

	i->folder = folder;
	i->draft = true;
	return i;
}

struct intent *intent_event(const struct appointment_change *change,
			    int64_t calendar, int64_t item, int64_t message)
{
	struct intent *i = new_intent(JOURNAL_EVENT, &item, item ? 1 : 0);
	struct str text = STR_INIT;

	appointment_change_pack(&text, change);
	i->raw = bytes_from_str(&text);
	i->folder = calendar;
	i->answers = message;
	return i;
}

struct intent *intent_then(struct intent *first, struct intent *taken)
{
	first->then = taken;
	return first;
}

struct intent *intent_folder_create(int64_t parent, const char *name)
{
	struct intent *i = new_intent(JOURNAL_FOLDER_CREATE, NULL, 0);

	i->parent = parent;
	i->name = xstrdup(name);
	return i;
}

struct intent *intent_folder_rename(int64_t folder, const char *name)
{
	struct intent *i = new_intent(JOURNAL_FOLDER_RENAME, NULL, 0);

	i->folder = folder;
	i->name = xstrdup(name);
	return i;
}

struct intent *intent_folder_move(int64_t folder, int64_t parent)
{
	struct intent *i = new_intent(JOURNAL_FOLDER_MOVE, NULL, 0);

	i->folder = folder;
	i->parent = parent;
	return i;
}

struct intent *intent_folder_delete(int64_t folder, enum delete_kind how)
{
	struct intent *i = new_intent(JOURNAL_FOLDER_DELETE, NULL, 0);

	i->folder = folder;
	i->how = how;
	return i;
}

struct intent *intent_folder_empty(int64_t folder, enum delete_kind how)
{
	struct intent *i = new_intent(JOURNAL_FOLDER_EMPTY, NULL, 0);

	i->folder = folder;
	i->how = how;
	return i;
}
