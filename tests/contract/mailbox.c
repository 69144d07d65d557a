/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Services of the mailbox as a whole: out of office, storage, recoverable
 * items, public folders. */
#include <string.h>

#include "proto/people.h"
#include "proto/services.h"
#include "tests/contract/contract.h"

#define INSIDE "<b>Away</b> & back on \xc3\xa4 Monday\nAsk Maya"

struct own {
	const struct sim *s;
	const char *version;
};

static const struct service_ops *services(const struct client *c)
{
	return backend_services(c->ops);
}

static void set(struct client *c, const struct oof *o)
{
	struct err err = ERR_INIT;

	CHECK_MSG(services(c)->oof_set(c->b, NULL, o, &err), err.text);
}

static void get(struct client *c, struct oof *out)
{
	struct err err = ERR_INIT;

	oof_init(out);
	CHECK_MSG(services(c)->oof_get(c->b, NULL, out, &err), err.text);
}

/* Everywhere: on, with a text that needs quoting; off keeps the text. */
static void check_switch(struct client *c)
{
	struct oof o, now;

	get(c, &o);
	CHECK(o.state == OOF_DISABLED);
	CHECK(o.plain == !o.has_external && o.plain == !o.has_schedule);
	o.state = OOF_ENABLED;
	mem_replace(&o.internal, xstrdup(INSIDE));
	set(c, &o);
	get(c, &now);
	CHECK(now.state == OOF_ENABLED && oof_is_on(&now, 0));
	CHECK(str_eq(now.internal, INSIDE));
	oof_release(&now);
	o.state = OOF_DISABLED;
	set(c, &o);
	get(c, &now);
	CHECK(now.state == OOF_DISABLED && str_eq(now.internal, INSIDE));
	CHECK(oof_equal(&now, &o));
	oof_release(&now);
	oof_release(&o);
}

static void check_schedule(struct client *c)
{
	struct oof o, now;
	struct err err = ERR_INIT;

	get(c, &o);
	o.state = OOF_SCHEDULED;
	o.audience = OOF_KNOWN;
	o.start = 1798128000;
	o.end = 1799046000;
	mem_replace(&o.external, xstrdup("<p>outside</p>"));
	if (o.plain) {
		CHECK(!services(c)->oof_set(c->b, NULL, &o, &err));
		CHECK(err.kind == ERR_UNSUPPORTED);
	} else {
		set(c, &o);
		get(c, &now);
		CHECK(oof_equal(&now, &o));
		oof_release(&now);
		o.state = OOF_DISABLED;
		set(c, &o);
	}
	oof_release(&o);
}

static void test_oof(void *ctx)
{
	const struct own *own = ctx;
	struct err err = ERR_INIT;
	struct client c;
	struct oof o;

	client_open(&c, own->s, 1, true);
	if (own->s->dav && str_eq(own->version, "2007")) {
		CHECK(!services(&c)->oof_get(c.b, NULL, &o, &err));
		CHECK(err.kind == ERR_UNSUPPORTED &&
		      strstr(err.text, "web services"));
	} else {
		check_switch(&c);
		check_schedule(&c);
	}
	client_close(&c);
}

/* --- storage ---------------------------------------------------------------- */

static void quota(const struct sim *s, const char *limits)
{
	char *user = sim_value(s, "user");
	char *path = xasprintf("/quota?user=%s&%s", user, limits);

	free(sim_admin(s, "POST", path, NULL));
	free(path);
	free(user);
}

static void get_storage(struct client *c, struct storage *out)
{
	struct err err = ERR_INIT;

	storage_init(out);
	CHECK_MSG(services(c)->storage_get(c->b, NULL, out, &err), err.text);
}

/* Everything that the folders hold, and the limits where the protocol has
 * them: WebDAV does not (dossier 24). */
static void test_storage(void *ctx)
{
	const struct own *own = ctx;
	struct sync_page page = {0};
	struct storage s;
	struct client c;
	struct err err = ERR_INIT;
	int64_t sum = 0;

	client_open(&c, own->s, 1, true);
	quota(own->s, "bytes=0");
	if (CHECK_MSG(c.ops->sync_folders(c.b, NULL, NULL, &page, &err),
		      err.text))
		for (size_t i = 0; i < page.folders.n; i++)
			sum += page.folders.v[i].folder.size > 0
				       ? page.folders.v[i].folder.size
				       : 0;
	sync_page_release(&page);
	get_storage(&c, &s);
	CHECK(sum > 0 && s.used == sum);
	CHECK(!storage_has_limits(&s) && !s.origin &&
	      storage_level(&s) == STORAGE_FREE);
	CHECK(own->s->dav || str_eq(own->version, "2007sp1") ||
	      s.recoverable >= 0);
	storage_release(&s);
	quota(own->s, "bytes=100000000&warn=10000384&send=20000768&"
		      "message=1048576");
	get_storage(&c, &s);
	if (own->s->dav) {
		CHECK(!storage_has_limits(&s) && !s.origin);
	} else {
		CHECK(s.no_receive == 99999744); /* told in KB */
		CHECK(s.warn == 10000384 && s.no_send == 20000768);
		CHECK(s.largest == 1048576 &&
		      str_eq(s.origin, "the mailbox store"));
	}
	storage_release(&s);
	quota(own->s, "bytes=0");
	client_close(&c);
}

/* --- recoverable items ------------------------------------------------------ */

/* Is a message of that subject among them? */
static bool recoverable(struct client *c, const char *subject,
			struct item_ref *ref, struct err *err)
{
	struct item_list l = {0};
	bool more, found = false;

	if (!services(c)->recoverable_list(c->b, NULL, 0, 50, &l, &more, err))
		return false;
	for (size_t i = 0; i < l.n && !found; i++) {
		found = str_eq(l.v[i].subject, subject);
		if (found && ref)
			ref->remote_id = xstrdup(l.v[i].remote_id);
	}
	item_list_release(&l);
	return found;
}

/* Puts one into the Inbox and deletes it for good. */
static void delete_one(struct client *c, const char *subject)
{
	char *mail = xasprintf(
		"From: a@example.org\r\nSubject: %s\r\n\r\nx\r\n", subject);
	struct bytes raw = {(unsigned char *)mail, strlen(mail)};
	struct item_result made = {0};
	struct item_results gone = {0};
	struct item_ref ref;
	struct err err = ERR_INIT;

	CHECK_MSG(c->ops->upload(c->b, NULL, c->ids[FOLDER_ROLE_INBOX], &raw,
				 subject, false, true, &made, &err),
		  err.text);
	ref = (struct item_ref){made.new_id, made.new_change_key};
	CHECK_MSG(c->ops->remove(c->b, NULL, &ref, 1, DELETE_SOFT, &gone, &err),
		  err.text);
	item_results_release(&gone);
	free(made.new_id);
	free(made.new_change_key);
	free(mail);
}

static void test_recoverable(void *ctx)
{
	const struct own *own = ctx;
	struct item_ref ref = {NULL, NULL};
	struct item_results done = {0};
	struct err err = ERR_INIT;
	struct client c;

	client_open(&c, own->s, 2, true);
	if (!services(&c)->recoverable_list) {
		CHECK(own->s->dav);
	} else if (str_eq(own->version, "2007sp1")) {
		CHECK(!recoverable(&c, "none", NULL, &err));
		CHECK(err.kind == ERR_UNSUPPORTED &&
		      strstr(err.text, "2010 SP1"));
	} else {
		delete_one(&c, "come back");
		CHECK_MSG(recoverable(&c, "come back", &ref, &err), err.text);
		CHECK_MSG(c.ops->move(c.b, NULL, &ref, 1,
				      c.ids[FOLDER_ROLE_INBOX], &done, &err),
			  err.text);
		CHECK(!recoverable(&c, "come back", NULL, &err));
		item_results_release(&done);
		free((char *)ref.remote_id);
		delete_one(&c, "never again");
		CHECK_MSG(recoverable(&c, "never again", &ref, &err), err.text);
		CHECK_MSG(c.ops->remove(c.b, NULL, &ref, 1, DELETE_HARD, &done,
					&err),
			  err.text);
		CHECK(!recoverable(&c, "never again", NULL, &err));
		item_results_release(&done);
		free((char *)ref.remote_id);
	}
	client_close(&c);
}

/* --- public folders --------------------------------------------------------- */

static const struct public_folder *named(const struct public_list *l,
					 const char *name)
{
	for (size_t i = 0; i < l->n; i++)
		if (str_eq(l->v[i].folder.name, name))
			return &l->v[i];
	return NULL;
}

static bool count_text(void *ctx, struct fetched *owned_f)
{
	*(size_t *)ctx += owned_f->err.kind == ERR_NONE && owned_f->mime.len &&
			  strstr((const char *)owned_f->mime.p, "a post");
	fetched_release(owned_f);
	return true;
}

/* What is listed, posted, fetched and refused below a level. */
static void check_posts(struct client *c, const struct public_list *l)
{
	static const char raw[] = "From: a@example.org\r\nSubject: posted\r\n"
				  "\r\na post\r\n";
	struct bytes b = {0};
	const struct public_folder *f = named(l, "Canteen");
	struct item_list items = {0};
	struct err err = ERR_INIT;
	struct sync_page page;
	bool more;
	size_t texts = 0;

	if (!CHECK(f && named(l, "Announcements") && named(l, "Suggestions")))
		return;
	bytes_set(&b, raw, sizeof(raw) - 1);
	CHECK_MSG(services(c)->public_post(c->b, NULL, f->folder.remote_id, &b,
					   &err),
		  err.text);
	if (CHECK_MSG(c->ops->list(c->b, NULL, f->folder.remote_id, 0, 50,
				   &items, &more, &err),
		      err.text)) {
		CHECK(items.n == (size_t)f->folder.total + 1 && !more);
		CHECK(str_eq(items.v[0].subject, "posted"));
		CHECK(str_eq(items.v[0].item_class, "IPM.Post"));
	}
	for (size_t i = 0; i < items.n; i++) {
		struct item_ref ref = {items.v[i].remote_id,
				       items.v[i].change_key};

		CHECK_MSG(c->ops->fetch(c->b, NULL, &ref, 1, true, count_text,
					&texts, &err),
			  err.text);
	}
	CHECK(texts == 1);
	item_list_release(&items);
	CHECK(!c->ops->sync_items(c->b, NULL, f->folder.remote_id, NULL, &page,
				  &err));
	CHECK(err.kind == ERR_UNSUPPORTED);
	CHECK(!services(c)->public_post(
		c->b, NULL, named(l, "Announcements")->folder.remote_id, &b,
		&err));
	CHECK(err.kind == ERR_DENIED);
	CHECK(!services(c)->public_post(
		c->b, NULL, named(l, "Suggestions")->folder.remote_id, &b,
		&err));
	CHECK(err.kind == ERR_DENIED && strstr(err.text, "moderated"));
	bytes_release(&b);
}

static bool count_event(void *ctx, size_t index UNUSED,
			struct fetched_event *owned_f)
{
	*(size_t *)ctx += owned_f->err.kind == ERR_NONE &&
			  owned_f->appt.start != CLOCK_NEVER &&
			  (str_eq(owned_f->appt.subject, "Fire drill") ||
			   owned_f->appt.recur.kind != RECUR_NONE);
	appointment_release(&owned_f->appt);
	return true;
}

/* A calendar and contacts are read as what they are. */
static void check_kinds(struct client *c, const struct public_list *l)
{
	const struct public_folder *f = named(l, "Company calendar");
	struct item_list items = {0};
	struct person_list people = {0};
	struct item_ref refs[8];
	struct err err = ERR_INIT;
	size_t good = 0;
	bool more;

	if (CHECK(f && f->folder.kind == FOLDER_CALENDAR) &&
	    CHECK_MSG(c->ops->list(c->b, NULL, f->folder.remote_id, 0, 8,
				   &items, &more, &err),
		      err.text)) {
		for (size_t i = 0; i < items.n; i++)
			refs[i] = (struct item_ref){items.v[i].remote_id,
						    items.v[i].change_key};
		CHECK_MSG(c->ops->calendar->fetch_events(c->b, NULL, refs,
							 items.n, count_event,
							 &good, &err),
			  err.text);
		CHECK(good == 2);
	}
	item_list_release(&items);
	f = named(l, "Suppliers");
	if (CHECK(f) && CHECK_MSG(services(c)->public_contacts(
					  c->b, NULL, f->folder.remote_id, 50,
					  &people, &err),
				  err.text)) {
		CHECK(people.n == 3);
		for (size_t i = 0; i < people.n; i++)
			CHECK(people.v[i].addr && people.v[i].company &&
			      people.v[i].phone);
	}
	person_list_release(&people);
}

static void test_public(void *ctx)
{
	const struct own *own = ctx;
	struct public_list top = {0}, below = {0};
	const struct public_folder *f = NULL;
	struct err err = ERR_INIT;
	struct client c;

	client_open(&c, own->s, 1, true);
	if (CHECK_MSG(services(&c)->public_list(c.b, NULL, NULL, &top, &err),
		      err.text)) {
		/* A level, without what one may not see. */
		CHECK(top.n == 8 && !named(&top, "Management") &&
		      !named(&top, "Aurora"));
		f = named(&top, "Announcements");
		CHECK(f && f->folder.total == 6 && !f->has_subs &&
		      f->folder.rights & FOLDER_MAY_READ &&
		      !(f->folder.rights & FOLDER_MAY_CREATE) &&
		      str_starts(str_or_empty(f->address), "announcements@"));
		f = named(&top, "Suppliers");
		CHECK(f && f->folder.kind == FOLDER_CONTACTS);
		check_posts(&c, &top);
		check_kinds(&c, &top);
		f = named(&top, "Projects");
		CHECK(f && f->has_subs && f->folder.rights & FOLDER_MAY_NEST);
	}
	if (CHECK(f) &&
	    CHECK_MSG(services(&c)->public_list(c.b, NULL, f->folder.remote_id,
						&below, &err),
		      err.text))
		CHECK(below.n == 2 && named(&below, "Aurora") &&
		      named(&below, "Aurora")->has_subs);
	public_list_release(&below);
	public_list_release(&top);
	client_close(&c);
}

/* --- the address list ------------------------------------------------------ */

static bool take_address(void *ctx, struct person *taken)
{
	if (taken->addr && !strv_has(ctx, taken->addr))
		strv_add(ctx, taken->addr);
	person_release(taken);
	return true;
}

/* Everybody: those of the sample organisation, lists and rooms too. */
static void check_listed(struct client *c)
{
	struct strv all CLEANUP(strv_release);
	struct err err = ERR_INIT;

	strv_init(&all);
	CHECK_MSG(backend_people(c->ops)->list_people(c->b, NULL, take_address,
						      &all, &err),
		  err.text);
	CHECK(all.n == 44);
	CHECK(strv_has(&all, "zoe.janssen@halden.example"));
	CHECK(strv_has(&all, "room.fjord@halden.example"));
	CHECK(strv_has(&all, "development@halden.example"));
}

static void check_photos(struct client *c)
{
	const struct people_ops *p = backend_people(c->ops);
	struct err err = ERR_INIT;
	struct bytes b = {0};

	CHECK_MSG(p->photo(c->b, NULL, "oluf.bakke@halden.example", &b, &err),
		  err.text);
	CHECK(b.len > 100 && memcmp(b.p, "\x89PNG", 4) == 0);
	bytes_release(&b);
	CHECK(!p->photo(c->b, NULL, "petra.nadel@halden.example", &b, &err));
	CHECK(err.kind == ERR_NOT_FOUND);
}

/* Found by name everywhere; listed, and with pictures, from 2013 on. */
static void test_people(void *ctx)
{
	const struct own *own = ctx;
	const struct people_ops *p;
	struct person_list found = {0};
	struct err err = ERR_INIT;
	struct bytes b = {0};
	struct client c;
	bool more = false;

	client_open(&c, own->s, 1, true);
	p = backend_people(c.ops);
	CHECK_MSG(p->find_people(c.b, NULL, "anders", 10, &found, &more, &err),
		  err.text);
	CHECK(found.n == 1 && !more &&
	      str_eq(found.v[0].addr, "anders.lund@halden.example") &&
	      str_eq(found.v[0].title, "Mechanical engineer"));
	person_list_release(&found);
	if (own->s->dav) {
		CHECK(!p->list_people && !p->photo);
	} else if (str_starts(own->version, "2007") ||
		   str_starts(own->version, "2010")) {
		CHECK(!p->list_people(c.b, NULL, take_address, NULL, &err));
		CHECK(err.kind == ERR_UNSUPPORTED);
		CHECK(!p->photo(c.b, NULL, "oluf.bakke@halden.example", &b,
				&err));
		CHECK(err.kind == ERR_UNSUPPORTED);
	} else {
		check_listed(&c);
		check_photos(&c);
	}
	client_close(&c);
}

void mailbox_run(const struct sim *s, const char *version)
{
	static const struct {
		const char *name;
		void (*fn)(void *);
	} parts[] = {{"out of office", test_oof},
		     {"storage", test_storage},
		     {"recoverable items", test_recoverable},
		     {"public folders", test_public},
		     {"address list", test_people}};
	struct own own = {s, version};

	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		char *name CLEANUP(mem_free_ptr) =
			xasprintf("%s: %s", version, parts[i].name);

		run_test(name, parts[i].fn, &own);
	}
}
