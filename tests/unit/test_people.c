/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* People: as values, as vCards, and the copy of the address list. */
#include "cpu_time.h"
#include "store_help.h"

#include "text/vcard.h"

static void fill(struct person *p, int n)
{
	person_init(p);
	p->name = xasprintf("Person %d of the \xc3\x84rchive", n);
	p->given = xasprintf("Given%d", n);
	p->surname = xasprintf("Sur%d", n % 100);
	p->addr = xasprintf("Person.%d@example.org", n);
	p->office = xasprintf("%d.%02d", n / 100, n % 100);
	p->key = xasprintf("CN=p%d,DC=example", n);
	p->notes = xstrdup("line one\nline \\two");
}

static void packing_keeps_everything(void **state)
{
	struct person p, q;
	struct str text CLEANUP(str_release) = STR_INIT;

	(void)state;
	fill(&p, 7);
	for (int f = 0; f < PERSON_FIELDS; f++)
		if (!person_get(&p, (enum person_field)f))
			*person_at(&p, (enum person_field)f) =
				xasprintf("value = %d", f);
	p.kind = PERSON_LIST;
	p.categories = xstrdup("Red\nBlue");
	strv_add(&p.members, "Ada <ada@example.org>");
	strv_add(&p.members, "b@example.org");
	person_pack(&p, &text);
	str_add(&text, "from-the-future=x\n");
	person_unpack(&q, text.s);
	assert_true(person_same(&p, &q));
	person_release(&p);
	person_release(&q);
}

static void mailboxes_are_quoted(void **state)
{
	static const struct {
		const char *name, *want;
	} cases[] = {
		{"Ada Byron", "Ada Byron <a@x>"},
		{"Byron, Ada", "\"Byron, Ada\" <a@x>"},
		{"The \"B\"", "\"The \\\"B\\\"\" <a@x>"},
		{"a@x", "a@x"},
		{NULL, "a@x"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct str b CLEANUP(str_release) = STR_INIT;
		struct person p;

		person_init(&p);
		p.name = xstrdup(cases[i].name);
		p.addr = xstrdup("a@x");
		person_add_mailbox(&p, &b);
		assert_string_equal(b.s, cases[i].want);
		person_release(&p);
	}
}

/* --- vCard
 * --------------------------------------------------------------------- */

static void cards_come_back(void **state)
{
	(void)state;
	for (int version = 3; version <= 4; version++) {
		struct str text CLEANUP(str_release) = STR_INIT;
		struct person_list l = {0};
		struct person p;

		fill(&p, 12);
		p.phone = xstrdup("+49 30 1234");
		p.mobile = xstrdup("+49 171 1");
		p.fax = xstrdup("+49 30 99");
		p.home_phone = xstrdup("+49 30 55");
		p.street = xstrdup("Main Street 1; back yard");
		p.city = xstrdup("Berlin");
		p.home_city = xstrdup("Potsdam, really");
		p.company = xstrdup("Example, Inc.");
		p.department = xstrdup("R&D");
		p.categories = xstrdup("Red\nBlue, dark");
		p.addr2 = xstrdup("second@example.org");
		mem_replace(&p.key, NULL);
		vcard_add(&text, &p, version);
		for (const char *line = text.s; *line;) {
			size_t n = strcspn(line, "\r");

			assert_true(n <= 75);
			line += n + 2;
		}
		must(vcard_read(text.s, text.len, &l, &err));
		assert_int_equal(l.n, 1);
		for (int f = 0; f < PERSON_FIELDS; f++)
			if (!str_eq(person_get(&p, (enum person_field)f),
				    person_get(&l.v[0], (enum person_field)f)))
				fail_msg("%s: %s, not %s",
					 person_row((enum person_field)f)
						 ->member,
					 person_get(&l.v[0],
						    (enum person_field)f),
					 person_get(&p, (enum person_field)f));
		assert_string_equal(l.v[0].categories, p.categories);
		person_list_release(&l);
		person_release(&p);
	}
}

static void foreign_cards_are_read(void **state)
{
	static const char text[] =
		"begin:vcard\nversion:2.1\nN;CHARSET=UTF-8;ENCODING="
		"QUOTED-PRINTABLE:M=C3=BCller;J=C3=B6rg;;Dr.\n"
		"TEL;CELL:+49 1\nTEL;WORK;VOICE:+49 2\n"
		"EMAIL;INTERNET:j@example.org\nend:vcard\n"
		"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Long\r\n  name\r\n"
		"item1.EMAIL;type=INTERNET;type=pref:l@example.org\r\n"
		"item1.X-ABLabel:x\r\nNOTE:a\\nb\\, c\\; d\r\n"
		"TEL;TYPE=\"HOME,VOICE\":5\r\nEND:VCARD\r\n"
		"BEGIN:VCARD\r\nVERSION:4.0\r\nKIND:group\r\nFN:Team\r\n"
		"MEMBER:mailto:a@x.example\r\nMEMBER:urn:uuid:1\r\n"
		"END:VCARD\r\n";
	struct person_list l = {0};

	(void)state;
	must(vcard_read(text, strlen(text), &l, &err));
	assert_int_equal(l.n, 3);
	assert_string_equal(l.v[0].surname, "M\xc3\xbcller");
	assert_string_equal(l.v[0].name, "J\xc3\xb6rg M\xc3\xbcller");
	assert_string_equal(l.v[0].mobile, "+49 1");
	assert_string_equal(l.v[0].phone, "+49 2");
	assert_string_equal(l.v[1].name, "Long name");
	assert_string_equal(l.v[1].addr, "l@example.org");
	assert_string_equal(l.v[1].notes, "a\nb, c; d");
	assert_string_equal(l.v[1].home_phone, "5");
	assert_int_equal(l.v[2].kind, PERSON_LIST);
	assert_int_equal(l.v[2].members.n, 1);
	assert_string_equal(l.v[2].members.v[0], "a@x.example");
	person_list_release(&l);
	refused(vcard_read("BEGIN:VCARD\nFN:x\n", 17, &l, &err), ERR_INPUT);
	person_list_release(&l);
	refused(vcard_read("hello", 5, &l, &err), ERR_INPUT);
}

/* --- the book
 * ------------------------------------------------------------------- */

static char *book_of(struct fix *f)
{
	return xasprintf("%s/addresses.db", f->dir);
}

static void fill_book(struct fix *f, int n)
{
	must(write_book_begin(f->s, &err));
	for (int i = 0; i < n; i++) {
		struct person p;

		fill(&p, i);
		if (i % 10 == 1)
			p.manager_key = xstrdup("CN=p0,DC=example");
		must(write_book_entry(f->s, &p, &err));
		person_release(&p);
	}
	must(write_book_fact(f->s, "copied", "1700000000", &err));
	must(write_book_commit(f->s, &err));
}

static int close_all(void **state)
{
	struct fix *f = *state;
	char *book CLEANUP(mem_free_ptr) = book_of(f);

	store_close(f->s);
	f->s = NULL;
	remove_files(f->dir, book);
	must(store_open_write(&f->s, f->path, &err));
	return fix_close(state);
}

static size_t found(struct store *s, const char *words)
{
	struct person_list l = {0};
	size_t n;

	must(query_directory(s, words, 5000, &l, NULL, &err));
	n = l.n;
	person_list_release(&l);
	return n;
}

static void the_book_is_searched(void **state)
{
	struct fix *f = *state;
	char *book CLEANUP(mem_free_ptr) = book_of(f);
	struct store *reader;
	struct person p;
	struct person_list l = {0};
	int64_t begun;

	must(store_open_read(&reader, f->path, &err));
	store_set_book(reader, book);
	store_set_book(f->s, book);
	/* No book: nothing found, and no failure. */
	assert_int_equal(found(reader, "person"), 0);
	assert_null(query_book_fact(reader, "copied"));
	fill_book(f, 2000);
	assert_int_equal(query_book_count(reader), 2000);
	begun = cpu_ms();
	assert_int_equal(found(reader, "person 1999"), 1);
	assert_int_equal(found(reader, "archive given5"), 111);
	assert_true(cpu_ms() - begun < 100);
	/* What was typed is never a pattern. */
	assert_int_equal(found(reader, "%"), 0);
	assert_int_equal(found(reader, "p_rson"), 0);
	assert_int_equal(found(reader, "office:%"), 0);
	assert_int_equal(found(reader, "person.42@example.org"), 1);
	assert_int_equal(found(reader, "office:19.0"), 10);
	assert_int_equal(found(reader, "office:19.0 given1907"), 1);
	assert_int_equal(found(reader, "\xc3\xa4rchive sur07"), 0);
	assert_int_equal(found(reader, "sur7 \xc3\xa4rchive"), 220);
	must(query_book_address(reader, "PERSON.5@EXAMPLE.ORG", &p, &err));
	assert_string_equal(p.key, "CN=p5,DC=example");
	assert_int_equal(p.source, PERSON_GAL);
	person_release(&p);
	must(query_book_reports(reader, "CN=p0,DC=example", &l, &err));
	assert_int_equal(l.n, 200);
	person_list_release(&l);
	refused(query_book_entry(reader, "CN=none", &p, &err), ERR_NOT_FOUND);
	store_close(reader);
}

static void photo(struct store *s, const char *addr, const char *want,
		  int64_t when)
{
	struct bytes b = {0};
	int64_t asked = 1;

	must(query_book_photo(s, addr, &b, &asked, &err));
	assert_int_equal(asked, when);
	assert_int_equal(b.len, strlen(want));
	assert_memory_equal(b.len ? (const void *)b.p : "", want, b.len);
	bytes_release(&b);
}

/* Kept as they came, and that there is none is kept too. */
static void the_book_keeps_photos(void **state)
{
	struct fix *f = *state;
	char *book CLEANUP(mem_free_ptr) = book_of(f);
	struct bytes b = {0};

	store_set_book(f->s, book);
	photo(f->s, "a@x", "", 0);
	must(write_book_begin(f->s, &err));
	bytes_set(&b, "\xff\xd8", 2);
	must(write_book_photo(f->s, "A@x", &b, 5, &err));
	bytes_release(&b);
	must(write_book_photo(f->s, "none@x", &b, 6, &err));
	must(write_book_commit(f->s, &err));
	photo(f->s, "a@X", "\xff\xd8", 5);
	photo(f->s, "none@x", "", 6);
	photo(f->s, "other@x", "", 0);
}

static void the_book_follows(void **state)
{
	struct fix *f = *state;
	char *book CLEANUP(mem_free_ptr) = book_of(f);
	struct strv keys CLEANUP(strv_release);
	struct store *reader;

	strv_init(&keys);
	store_set_book(f->s, book);
	fill_book(f, 20);
	must(store_open_read(&reader, f->path, &err));
	store_set_book(reader, book);
	assert_int_equal(found(reader, ""), 20);
	strv_add(&keys, "CN=p3,DC=example");
	strv_add(&keys, "CN=p4,DC=example");
	must(write_book_begin(f->s, &err));
	must(write_book_keep(f->s, &keys, &err));
	must(write_book_gone(f->s, "CN=p4,DC=example", &err));
	must(write_book_commit(f->s, &err));
	assert_int_equal(found(reader, ""), 1);
	/* Rolled back: nothing of it. */
	must(write_book_begin(f->s, &err));
	must(write_book_gone(f->s, "CN=p3,DC=example", &err));
	write_book_rollback(f->s);
	assert_int_equal(found(reader, ""), 1);
	/* Removed by a person: gone for both, then made anew. */
	unlink(book);
	assert_int_equal(found(reader, ""), 0);
	fill_book(f, 5);
	assert_int_equal(found(reader, ""), 5);
	store_close(reader);
}

/* Whom one wrote to comes first, and nobody comes twice. */
static void completion_ranks(void **state)
{
	struct fix *f = *state;
	char *book CLEANUP(mem_free_ptr) = book_of(f);
	struct body b = {.has_header = true, .text = xstrdup("x")};
	struct body *all[] = {&b};
	struct person_list l = {0};
	struct item it;

	store_set_book(f->s, book);
	fill_book(f, 30);
	make_item(&it, 1);
	b.item = put(f, f->sent.id, &it);
	item_release(&it);
	item_init(&b.header);
	b.header.to = xstrdup("Nine <person.9@example.org>, "
			      "Persona <persona@other.example>");
	must(write_bodies(f->s, all, 1, &err));
	body_release(&b);
	must(query_people(f->s, "person", 10, &l, &err));
	assert_int_equal(l.n, 10);
	assert_int_equal(l.v[0].source, PERSON_RECENT);
	assert_int_equal(l.v[1].source, PERSON_RECENT);
	assert_int_equal(l.v[2].source, PERSON_GAL);
	for (size_t i = 0; i < l.n; i++)
		for (size_t k = i + 1; k < l.n; k++)
			assert_false(str_eq_nocase(l.v[i].addr, l.v[k].addr));
	person_list_release(&l);
}

/* --- contacts ------------------------------------------------------------------- */

static void contact(struct person *p, struct fix *f, const char *key,
		    const char *name, const char *phone)
{
	person_init(p);
	p->name = xstrdup(name);
	p->phone = xstrdup(phone);
	p->key = xstrdup(key);
	p->change_key = xstrdup("k");
	p->folder = f->archive.id;
}

static size_t waiting(struct fix *f, struct contact_wishes *w)
{
	contact_wishes_release(w);
	must(write_contact_wishes(f->s, w, &err));
	return w->n;
}

/* Changed here while it changes there: ours is sent, on what is there. */
static void contacts_wait(void **state)
{
	struct fix *f = *state;
	struct contact_wishes w = {0};
	struct person p, q;
	char *wait = NULL;
	int64_t id = 0, other = 0;

	contact(&p, f, "A", "Ada", "1");
	must(write_contact(f->s, f->archive.id, &p, &err));
	must(write_contact(f->s, f->archive.id, &p, &err));
	assert_int_equal(found(f->s, "ada"), 1);
	assert_int_equal(waiting(f, &w), 0);
	p.id = 1;
	mem_replace(&p.phone, xstrdup("2"));
	must(write_contact_wish(f->s, CONTACT_CHANGED, &p, &id, &err));
	must(query_contact(f->s, id, &q, &wait, &err));
	assert_string_equal(q.phone, "2");
	assert_non_null(wait);
	mem_replace(&wait, NULL);
	person_release(&q);
	/* Neither the server's newer version nor what waits wins unseen. */
	mem_replace(&p.phone, xstrdup("3"));
	mem_replace(&p.city, xstrdup("Bergen"));
	must(write_contact(f->s, f->archive.id, &p, &err));
	assert_int_equal(waiting(f, &w), 0);
	assert_int_equal(query_contacts_ready(f->s), 0);
	must(query_contact(f->s, id, &q, &wait, &err));
	assert_string_equal(q.phone, "2");
	assert_string_equal(q.city, "Bergen");
	assert_non_null(strstr(wait, "Phone is now \"3\" there"));
	mem_replace(&wait, NULL);
	/* Said again, ours counts, on what is there. */
	must(write_contact_wish(f->s, CONTACT_CHANGED, &q, &id, &err));
	person_release(&q);
	assert_int_equal(waiting(f, &w), 1);
	assert_string_equal(w.v[0].person.phone, "2");
	assert_string_equal(w.v[0].base.phone, "3");
	must(write_contact_done(f->s, &w.v[0], "A2", "k2", &err));
	assert_int_equal(waiting(f, &w), 0);
	must(query_contact(f->s, id, &q, &wait, &err));
	assert_string_equal(q.key, "A2");
	assert_null(wait);
	person_release(&q);
	/* Removed here, not there yet. */
	p.id = id;
	must(write_contact_wish(f->s, CONTACT_GONE, &p, &id, &err));
	assert_int_equal(found(f->s, "ada"), 0);
	assert_int_equal(waiting(f, &w), 1);
	assert_int_equal(w.v[0].wish, CONTACT_GONE);
	must(write_contact_done(f->s, &w.v[0], NULL, NULL, &err));
	refused(query_contact(f->s, id, &q, NULL, &err), ERR_NOT_FOUND);
	/* Made, removed before it went out: never heard of. */
	must(write_contact_wish(f->s, CONTACT_NEW, &p, &other, &err));
	p.id = other;
	must(write_contact_wish(f->s, CONTACT_GONE, &p, &id, &err));
	assert_int_equal(waiting(f, &w), 0);
	person_release(&p);
	contact_wishes_release(&w);
}

/* An answer was lost: the contact is recognised, not made twice. And what was
 * refused is not tried for ever. */
static void contacts_are_made_once(void **state)
{
	struct fix *f = *state;
	struct contact_wishes w = {0};
	struct strv keys CLEANUP(strv_release) = {0};
	struct person p;
	int64_t id = 0;

	contact(&p, f, "A", "Ada", "1");
	mem_replace(&p.key, NULL);
	must(write_contact_wish(f->s, CONTACT_NEW, &p, &id, &err));
	assert_int_equal(waiting(f, &w), 1); /* handed out, no answer */
	p.key = xstrdup("S");
	must(write_contact(f->s, f->archive.id, &p, &err));
	assert_int_equal(found(f->s, "ada"), 1);
	assert_int_equal(waiting(f, &w), 0);
	must(write_contact_wish(f->s, CONTACT_NEW, &p, &id, &err));
	must(write_contact_failed(f->s, id, "no", &err));
	assert_int_equal(waiting(f, &w), 0);
	assert_int_equal(query_contacts_waiting(f->s), 1);
	/* A whole listing without it: gone; what never left stays. */
	strv_add(&keys, "T");
	must(write_contacts_keep(f->s, f->archive.id, &keys, &err));
	assert_int_equal(found(f->s, "ada"), 1);
	person_release(&p);
	contact_wishes_release(&w);
}

/* The last change of a contact, with what is said of it. */
static void taken_back(struct fix *f, int64_t *id, const char *says)
{
	char *text = NULL;
	int64_t entry = 0;

	must(write_contact_undo(f->s, &entry, id, &text, &err));
	assert_non_null(strstr(text, says));
	free(text);
}

/* Wanted otherwise while the request was on its way. */
static void contacts_cross_their_requests(void **state)
{
	struct fix *f = *state;
	struct contact_wishes w = {0};
	struct person p;
	int64_t id = 0, one = 0;

	contact(&p, f, "A", "Ada", "1");
	must(write_contact(f->s, f->archive.id, &p, &err));
	p.id = 1;
	must(write_contact_wish(f->s, CONTACT_GONE, &p, &one, &err));
	assert_int_equal(waiting(f, &w), 1);
	taken_back(f, &id, "Ada");
	must(write_contact_done(f->s, &w.v[0], NULL, NULL, &err));
	assert_int_equal(found(f->s, "ada"), 1);
	assert_int_equal(waiting(f, &w), 1);
	assert_int_equal(w.v[0].wish, CONTACT_NEW);
	assert_int_equal(w.v[0].person.id, one);
	assert_null(w.v[0].person.key);
	/* That is on its way, and not wanted any more. */
	must(write_contact_wish(f->s, CONTACT_GONE, &p, &id, &err));
	assert_int_equal(found(f->s, "ada"), 0);
	must(write_contact_done(f->s, &w.v[0], "B", "k", &err));
	assert_int_equal(waiting(f, &w), 1);
	assert_int_equal(w.v[0].wish, CONTACT_GONE);
	assert_string_equal(w.v[0].person.key, "B");
	must(write_contact_done(f->s, &w.v[0], NULL, NULL, &err));
	/* Nor can it be made. */
	must(write_contact_wish(f->s, CONTACT_NEW, &p, &p.id, &err));
	assert_int_equal(waiting(f, &w), 1);
	must(write_contact_wish(f->s, CONTACT_GONE, &p, &id, &err));
	must(write_contact_failed(f->s, id, "no", &err));
	assert_int_equal(query_contacts_waiting(f->s), 0);
	/* Nor was it, and it is wanted again. */
	must(write_contact_wish(f->s, CONTACT_NEW, &p, &p.id, &err));
	assert_int_equal(waiting(f, &w), 1);
	must(write_contact_wish(f->s, CONTACT_GONE, &p, &id, &err));
	taken_back(f, &id, "Ada");
	assert_int_equal(waiting(f, &w), 1);
	assert_int_equal(w.v[0].wish, CONTACT_NEW);
	assert_string_equal(w.v[0].person.name, "Ada");
	person_release(&p);
	contact_wishes_release(&w);
}

static void sent(struct fix *f, const char *key)
{
	struct contact_wishes w = {0};

	assert_int_equal(waiting(f, &w), 1);
	must(write_contact_done(f->s, &w.v[0], key, "k", &err));
	contact_wishes_release(&w);
}

static void is_now(struct fix *f, int64_t id, const char *phone,
		   const char *city)
{
	struct person p;

	must(query_contact(f->s, id, &p, NULL, &err));
	assert_string_equal(str_or_empty(p.phone), phone);
	assert_string_equal(str_or_empty(p.city), city);
	person_release(&p);
}

/* Last first, sent or not; what never left leaves nothing to be sent. */
static void contacts_are_taken_back(void **state)
{
	struct fix *f = *state;
	struct contact_wishes w = {0};
	struct person p;
	char *text = NULL;
	int64_t id = 0, again = 0, entry = 0;

	contact(&p, f, "A", "Ada", "1");
	mem_replace(&p.key, NULL);
	must(write_contact_wish(f->s, CONTACT_NEW, &p, &id, &err));
	sent(f, "A");
	p.id = id;
	mem_replace(&p.phone, xstrdup("2"));
	mem_replace(&p.city, xstrdup("Oslo"));
	must(write_contact_wish(f->s, CONTACT_CHANGED, &p, &id, &err));
	sent(f, "A");
	/* Somebody else changes one of the two. */
	mem_replace(&p.phone, xstrdup("3"));
	mem_replace(&p.key, xstrdup("A"));
	must(write_contact(f->s, f->archive.id, &p, &err));
	must(write_contact_wish(f->s, CONTACT_GONE, &p, &id, &err));
	sent(f, NULL);
	taken_back(f, &again, "Ada is a contact again");
	assert_int_not_equal(again, id);
	is_now(f, again, "3", "Oslo");
	sent(f, "B");
	/* The entries from before are of the new one. */
	taken_back(f, &again, "The change of Ada is taken back");
	is_now(f, again, "3", "");
	assert_int_equal(waiting(f, &w), 1);
	assert_int_equal(w.v[0].wish, CONTACT_CHANGED);
	must(write_contact_done(f->s, &w.v[0], "B", "k", &err));
	/* A change that waits is dropped. */
	p.id = again;
	mem_replace(&p.city, xstrdup("Rome"));
	must(write_contact_wish(f->s, CONTACT_CHANGED, &p, &id, &err));
	taken_back(f, &id, "The change");
	assert_int_equal(waiting(f, &w), 0);
	is_now(f, again, "3", "");
	/* So is a removal. */
	must(write_contact_wish(f->s, CONTACT_GONE, &p, &id, &err));
	taken_back(f, &id, "again");
	assert_int_equal(id, again);
	assert_int_equal(waiting(f, &w), 0);
	/* One that was reverted is no entry any longer. */
	must(write_contact_wish(f->s, CONTACT_CHANGED, &p, &id, &err));
	must(write_contact_wish(f->s, CONTACT_REVERT, &p, &id, &err));
	taken_back(f, &id, "no contact any longer");
	assert_int_equal(waiting(f, &w), 1);
	assert_int_equal(w.v[0].wish, CONTACT_GONE);
	refused(write_contact_undo(f->s, &entry, &id, &text, &err),
		ERR_NOT_FOUND);
	person_release(&p);
	contact_wishes_release(&w);
}

static int64_t entry_named(struct fix *f, const char *text,
			   enum journal_state state)
{
	struct journal_list l = {0};
	int64_t id = 0;

	must(query_journal(f->s, true, 100, &l, &err));
	for (size_t i = 0; i < l.n && !id; i++)
		if (l.v[i].kind == JOURNAL_CONTACT &&
		    str_eq(l.v[i].text, text) && l.v[i].state == state)
			id = l.v[i].id;
	journal_list_release(&l);
	return id;
}

/* They stand in the journal, and any can be taken back, not only the last. */
static void contacts_are_in_the_journal(void **state)
{
	struct fix *f = *state;
	struct person p;
	char *text = NULL;
	int64_t id = 0, other = 0, change, entry = 0;

	contact(&p, f, "A", "Ada", "1");
	mem_replace(&p.key, NULL);
	must(write_contact_wish(f->s, CONTACT_NEW, &p, &id, &err));
	assert_true(entry_named(f, "add contact Ada", JOURNAL_WAITING));
	sent(f, "A");
	assert_true(entry_named(f, "add contact Ada", JOURNAL_DONE));
	p.id = id;
	mem_replace(&p.phone, xstrdup("2"));
	must(write_contact_wish(f->s, CONTACT_CHANGED, &p, &id, &err));
	change = entry_named(f, "change contact Ada", JOURNAL_WAITING);
	assert_true(change);
	assert_true(entry_named(f, "add contact Ada", JOURNAL_DONE));
	person_release(&p);
	contact(&p, f, "B", "Bea", "7");
	mem_replace(&p.key, NULL);
	must(write_contact_wish(f->s, CONTACT_NEW, &p, &other, &err));
	person_release(&p);
	assert_true(query_contact_entry(f->s, &entry));
	assert_int_equal(entry,
			 entry_named(f, "add contact Bea", JOURNAL_WAITING));
	assert_true(query_contact_entry(f->s, &change));
	must(write_contact_undo(f->s, &change, &id, &text, &err));
	free(text);
	is_now(f, id, "1", "");
	assert_int_equal(entry_named(f, "change contact Ada", JOURNAL_UNDONE),
			 change);
	refused(write_contact_undo(f->s, &change, &id, &text, &err),
		ERR_NOT_FOUND);
	/* Nor by the journal's own way. */
	refused(write_undo(f->s, change, &id, &other, &err), ERR_INPUT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packing_keeps_everything),
		cmocka_unit_test(mailboxes_are_quoted),
		cmocka_unit_test(cards_come_back),
		cmocka_unit_test(foreign_cards_are_read),
		cmocka_unit_test_setup_teardown(the_book_is_searched, fix_open,
						close_all),
		cmocka_unit_test_setup_teardown(the_book_keeps_photos, fix_open,
						close_all),
		cmocka_unit_test_setup_teardown(the_book_follows, fix_open,
						close_all),
		cmocka_unit_test_setup_teardown(contacts_wait, fix_open,
						close_all),
		cmocka_unit_test_setup_teardown(contacts_cross_their_requests,
						fix_open, close_all),
		cmocka_unit_test_setup_teardown(contacts_are_made_once,
						fix_open, close_all),
		cmocka_unit_test_setup_teardown(contacts_are_taken_back,
						fix_open, close_all),
		cmocka_unit_test_setup_teardown(contacts_are_in_the_journal,
						fix_open, close_all),
		cmocka_unit_test_setup_teardown(completion_ranks, fix_open,
						close_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
