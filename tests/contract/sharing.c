/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Rights of others, tried by an actual second client: the owner gives each of
 * the nine levels, the other one tries eight things. What the table allows
 * must work, the rest must be refused and leave the owner's items alone.
 */
#include <stdio.h>
#include <string.h>

#include "proto/services.h"
#include "tests/contract/contract.h"

static const struct {
	enum permission_level level;
	const char *may; /* one letter a try, in the order of `tries` */
} rows[] = {
	{LEVEL_OWNER, "yyyyyyyy"},    {LEVEL_PUBLISHING_EDITOR, "yyyyyyyy"},
	{LEVEL_EDITOR, "yyyyyyyn"},   {LEVEL_PUBLISHING_AUTHOR, "yyyynyny"},
	{LEVEL_AUTHOR, "yyyynynn"},   {LEVEL_NONEDITING_AUTHOR, "yyynnynn"},
	{LEVEL_REVIEWER, "yynnnnnn"}, {LEVEL_CONTRIBUTOR, "nnynnnnn"},
	{LEVEL_NONE, "nnnnnnnn"},
};

struct scene {
	struct client *owner, other;
	char *folder;		    /* as the owner names it */
	char *shared;		    /* and as the other one does */
	struct permission who;	    /* the other one */
	struct item_ref own, his;   /* as the other one names them */
	int own_number, his_number; /* in their Message-IDs */
	int number;		    /* of the next message */
	struct err err;		    /* of the last try */
};

/* --- what is tried ---------------------------------------------------------- */
static bool put(struct scene *s, struct client *c, const char *folder)
{
	char *mail = xasprintf("From: a@matrix.example\r\nTo: b@matrix.example"
			       "\r\nSubject: matrix %d\r\nMessage-ID: "
			       "<m%d@matrix.example>\r\n\r\nHello.\r\n",
			       s->number, s->number);
	char *key = xasprintf("matrix-%d", s->number++);
	struct bytes raw = {(unsigned char *)mail, strlen(mail)};
	struct item_result r = {0};
	bool ok = c->ops->upload(c->b, NULL, folder, &raw, key, false, true, &r,
				 &s->err) &&
		  r.err.kind == ERR_NONE;

	free(r.new_id);
	free(r.new_change_key);
	free(mail);
	free(key);
	return ok;
}

/* The message of that number as this client sees it. False: it does not. */
static bool find(struct client *c, const char *folder, int number,
		 struct item_ref *ref, bool *tried)
{
	char *id CLEANUP(mem_free_ptr) =
		xasprintf("m%d@matrix.example", number);
	struct item_list list = {0};
	struct err err = ERR_INIT;
	bool more, found = false;

	if (!c->ops->list(c->b, NULL, folder, 0, 50, &list, &more, &err))
		return false;
	for (size_t i = 0; i < list.n; i++) {
		if (!str_eq(list.v[i].message_id, id))
			continue;
		found = true;
		if (tried)
			*tried = list.v[i].categories &&
				 str_eq(list.v[i].categories, "Tried");
		if (ref)
			*ref = (struct item_ref){xstrdup(list.v[i].remote_id),
						 xstrdup(list.v[i].change_key)};
	}
	item_list_release(&list);
	return found;
}

static bool try_list(struct scene *s)
{
	struct client *c = &s->other;
	struct item_list list = {0};
	struct err err = ERR_INIT;
	bool more, ok = c->ops->list(c->b, NULL, s->shared, 0, 10, &list, &more,
				     &err);

	ok = ok && list.n >= 1;
	item_list_release(&list);
	return ok;
}

static bool try_read(struct scene *s)
{
	struct got got = {0};
	struct err err = ERR_INIT;
	bool ok = client_fetch(&s->other, &s->his, 1, true, &got, &err) &&
		  got.n == 1 && got.v[0].err.kind == ERR_NONE;

	got_release(&got);
	return ok;
}

static bool try_create(struct scene *s)
{
	return put(s, &s->other, s->shared);
}

/* What was done is what the owner sees, whatever was answered: to one who may
 * not see an item it is gone. */
static bool edit(struct scene *s, const struct item_ref *ref, int number)
{
	struct item_edit e = {.set = EDIT_CATEGORIES,
			      .categories = (char *)"Tried"};
	struct item_results r = {0};
	bool tried = false;

	if (s->other.ops->edit(s->other.b, NULL, ref, &e, 1, &r, &s->err) &&
	    r.n == 1)
		s->err = r.v[0].err;
	item_results_release(&r);
	return find(s->owner, s->folder, number, NULL, &tried) && tried;
}

static bool try_edit_own(struct scene *s)
{
	return edit(s, &s->own, s->own_number);
}

static bool try_edit_his(struct scene *s)
{
	return edit(s, &s->his, s->his_number);
}

static bool delete (struct scene *s, const struct item_ref *ref, int number)
{
	struct item_results r = {0};

	if (s->other.ops->remove(s->other.b, NULL, ref, 1, DELETE_HARD, &r,
				 &s->err) &&
	    r.n == 1)
		s->err = r.v[0].err;
	item_results_release(&r);
	return !find(s->owner, s->folder, number, NULL, NULL);
}

static bool try_delete_own(struct scene *s)
{
	return delete (s, &s->own, s->own_number);
}

static bool try_delete_his(struct scene *s)
{
	return delete (s, &s->his, s->his_number);
}

static bool try_subfolder(struct scene *s)
{
	struct client *c = &s->other;
	char *id = NULL;
	bool ok = c->ops->folder_create(c->b, NULL, s->shared, "Sub",
					"IPF.Note", &id, &s->err);

	free(id);
	return ok;
}

static const struct {
	const char *name;
	bool (*fn)(struct scene *);
} tries[] = {{"list", try_list},
	     {"read", try_read},
	     {"create", try_create},
	     {"edit one's own", try_edit_own},
	     {"edit the owner's", try_edit_his},
	     {"delete one's own", try_delete_own},
	     {"delete the owner's", try_delete_his},
	     {"make a folder", try_subfolder}};

/* --- the scene -------------------------------------------------------------- */
static bool grant(struct scene *s, enum permission_level level)
{
	const struct service_ops *ops = backend_services(s->owner->ops);
	struct permission_edit e = {.entry = s->who};
	struct permission_set set;
	struct err err = ERR_INIT;
	bool ok;

	e.entry.rights = permission_level_rights(level);
	if (!CHECK_MSG(ops->permissions_get(s->owner->b, NULL, s->folder, &set,
					    &err),
		       err.text))
		return false;
	permission_set_apply(&set, &e);
	ok = CHECK_MSG(
		ops->permissions_set(s->owner->b, NULL, s->folder, &set, &err),
		err.text);
	permission_set_release(&set);
	if (!ok || !CHECK_MSG(ops->permissions_get(s->owner->b, NULL, s->folder,
						   &set, &err),
			      err.text))
		return false;
	for (size_t i = 0; i < set.n; i++)
		if (permission_same(&set.v[i], &s->who))
			ok = CHECK(permission_level_of(set.v[i].rights) ==
				   level);
	permission_set_release(&set);
	return ok;
}

/* The other one as the server knows people: by address, or by SID. */
static void find_who(struct scene *s, const struct sim *sim)
{
	const struct service_ops *ops = backend_services(s->owner->ops);
	char *user = sim_value(sim, "user"), *other = sim_value(sim, "user2");
	char *path = xasprintf("/grant?owner=%s&user=%s&folder=Matrix&"
			       "level=Reviewer",
			       user, other);
	struct permission_set set;
	struct err err = ERR_INIT;

	s->who = (struct permission){
		.address = xstrdup(s->other.account->address)};
	if (sim->dav) {
		free(sim_admin(sim, "POST", path, NULL));
		if (CHECK_MSG(ops->permissions_get(s->owner->b, NULL, s->folder,
						   &set, &err),
			      err.text)) {
			for (size_t i = 0; i < set.n; i++)
				if (set.v[i].who == PERMISSION_PERSON)
					mem_replace(&s->who.sid,
						    xstrdup(set.v[i].sid));
			permission_set_release(&set);
		}
		CHECK(s->who.sid != NULL);
	}
	free(user);
	free(other);
	free(path);
}

/* EWS ids are the same for everybody; paths are below one's own root. */
static char *shared_id(const struct scene *s, const struct sim *sim)
{
	const char *url = s->owner->info.url;
	const char *path = url ? strstr(url, "://") : NULL;

	path = path ? strchr(path + 3, '/') : NULL;
	if (!sim->dav)
		return xstrdup(s->folder);
	return path ? xasprintf("p:%sMatrix/", path) : xstrdup("");
}

static void release_ref(struct item_ref *r)
{
	free((char *)r->remote_id);
	free((char *)r->change_key);
	*r = (struct item_ref){NULL, NULL};
}

static void try_level(struct scene *s, size_t row)
{
	struct err err = ERR_INIT;

	/* One of each, made while everything is allowed. */
	s->his_number = s->number;
	s->own_number = s->number + 1;
	if (!grant(s, LEVEL_OWNER) || !CHECK(put(s, s->owner, s->folder)) ||
	    !CHECK_MSG(put(s, &s->other, s->shared), s->err.text) ||
	    !CHECK(find(&s->other, s->shared, s->his_number, &s->his, NULL)) ||
	    !CHECK(find(&s->other, s->shared, s->own_number, &s->own, NULL)) ||
	    !grant(s, rows[row].level))
		return;
	for (size_t i = 0; i < ARRAY_LEN(tries); i++) {
		bool may = rows[row].may[i] == 'y', did;
		char *what CLEANUP(mem_free_ptr) = NULL;

		err_clear(&s->err);
		did = tries[i].fn(s);
		what = xasprintf("%s: %s: %s",
				 permission_level_name(rows[row].level),
				 tries[i].name, s->err.text);
		CHECK_MSG(did == may, what);
	}
	CHECK_MSG(s->owner->ops->folder_empty(s->owner->b, NULL, s->folder,
					      DELETE_HARD, true, &err),
		  err.text);
	release_ref(&s->own);
	release_ref(&s->his);
}

void matrix_check(const struct sim *sim, struct client *owner)
{
	struct scene s = {.owner = owner};
	struct err err = ERR_INIT;

	client_open(&s.other, sim, 2, true);
	if (CHECK_MSG(owner->ops->folder_create(owner->b, NULL, NULL, "Matrix",
						"IPF.Note", &s.folder, &err),
		      err.text)) {
		find_who(&s, sim);
		s.shared = shared_id(&s, sim);
		for (size_t i = 0; i < ARRAY_LEN(rows); i++)
			try_level(&s, i);
		CHECK_MSG(owner->ops->folder_remove(owner->b, NULL, s.folder,
						    DELETE_HARD, &err),
			  err.text);
	}
	permission_release(&s.who);
	free(s.folder);
	free(s.shared);
	client_close(&s.other);
}

/* --- delegates --------------------------------------------------------------- */
void delegates_check(const struct sim *sim, struct client *owner)
{
	const struct service_ops *ops = backend_services(owner->ops);
	struct delegate_change c = {.wish = DELEGATE_ADD};
	struct delegate_list l;
	struct err err = ERR_INIT;

	if (!ops->delegate_change)
		return;
	delegate_init(&c.who);
	c.who.address = sim_value(sim, "address3");
	c.who.levels[DELEGATE_CALENDAR] = LEVEL_EDITOR;
	c.who.levels[DELEGATE_INBOX] = LEVEL_REVIEWER;
	c.who.sees_private = true;
	CHECK_MSG(ops->delegate_change(owner->b, NULL, &c, &err), err.text);
	CHECK(!ops->delegate_change(owner->b, NULL, &c, &err));
	CHECK(err.kind == ERR_CONFLICT);
	CHECK_MSG(ops->delegate_delivery(owner->b, NULL, DELIVER_INFORM, &err),
		  err.text);
	if (CHECK_MSG(ops->delegates_get(owner->b, NULL, &l, &err), err.text)) {
		const struct delegate *d = delegate_find(&l, c.who.address);

		CHECK(l.delivery == DELIVER_INFORM);
		CHECK(d && d->sees_private && !d->gets_copies &&
		      d->levels[DELEGATE_CALENDAR] == LEVEL_EDITOR &&
		      d->levels[DELEGATE_INBOX] == LEVEL_REVIEWER &&
		      d->levels[DELEGATE_NOTES] == LEVEL_NONE);
		delegate_list_release(&l);
	}
	c.wish = DELEGATE_REMOVE;
	CHECK_MSG(ops->delegate_change(owner->b, NULL, &c, &err), err.text);
	CHECK(!ops->delegate_change(owner->b, NULL, &c, &err));
	CHECK(err.kind == ERR_NOT_FOUND);
	delegate_release(&c.who);
}
