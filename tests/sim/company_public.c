/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The public folders of the sample organisation: what everybody reads, what
 * some write, one that somebody passes, one that is elsewhere. */
#include "tests/sim/corpus.h"

#include <stdio.h>
#include <string.h>
#include "base/clock.h"
#include "tests/sim/contact.h"

#define DOMAIN "halden.example"
enum { TOPS = 50, MIDDLES = 20 }; /* of a large tree */

static const struct {
	const char *path, *folder_class;
	const char *everybody; /* NULL: as above it */
	const char *address, *owner, *moderator, *replica;
	int posts;
} tree[] = {
	{"Announcements", "IPF.Note", "Reviewer", "announcements",
	 "ruth.ellingsen", NULL, NULL, 6},
	{"Canteen", "IPF.Note", NULL, NULL, NULL, NULL, NULL, 2},
	{"Company calendar", "IPF.Appointment", "Reviewer", NULL,
	 "ruth.ellingsen", NULL, NULL, 0},
	{"Management", "IPF.Note", "None", NULL, "oluf.bakke", NULL, NULL, 3},
	{"Projects", "IPF.Note", "PublishingAuthor", NULL, "ingrid.solheim",
	 NULL, NULL, 2},
	{"Projects/Aurora", "IPF.Note", NULL, "aurora", "ingrid.solheim", NULL,
	 NULL, 9},
	{"Projects/Aurora/Minutes", "IPF.Note", NULL, NULL, NULL, NULL, NULL,
	 4},
	{"Projects/Riverbank", "IPF.Note", NULL, NULL, NULL, NULL, NULL, 5},
	{"Sales", "IPF.Note", NULL, "offers", "viktor.hansson", NULL, NULL, 3},
	{"Sales/Archive Kyoto", "IPF.Note", NULL, NULL, "aiko.tanaka", NULL,
	 "localhost", 4},
	{"Suggestions", "IPF.Note", NULL, "suggestions", "ruth.ellingsen",
	 "ruth.ellingsen", NULL, 2},
	{"Suppliers", "IPF.Contact", "Reviewer", NULL, "siri.aas", NULL, NULL,
	 0},
	{"Vehicles", "IPF.Appointment", "Author", NULL, "per.dahl", NULL, NULL,
	 0},
};

static struct box *person(struct state *st, const char *alias)
{
	char *address = alias ? xasprintf("%s@" DOMAIN, alias) : NULL;
	struct box *box = address ? box_find(st, address) : NULL;

	free(address);
	return box;
}

static void add_posts(struct state *st, struct folder *f, size_t n, size_t seed,
		      int64_t now)
{
	struct corpus *c =
		corpus_new(st, st->boxes.v[0], st->seed + 500 + seed, n, now);

	for (size_t i = 0; i < n; i++) {
		struct str mime CLEANUP(str_release) = STR_INIT;
		struct item *it = item_new();
		struct corpus_facts facts;

		corpus_describe(c, i, &facts);
		corpus_message(c, i, &mime);
		item_set_mime(it, mime.s, mime.len);
		it->received = it->made = it->modified = facts.date;
		it->creator = box_find(st, str_or_empty(it->from.email));
		if (!f->address)
			mem_replace(&it->item_class, xstrdup("IPM.Post"));
		item_place(st, it, f, false);
	}
	corpus_free(c);
}

static void add_suppliers(struct state *st, struct folder *f)
{
	static const struct {
		const char *given, *surname, *company, *email, *phone;
	} people[] = {{"Lena", "Voss", "Voss Connectors", "lena@voss.example",
		       "+49 30 555 0101"},
		      {"Marco", "Bianchi", "Bianchi Cables",
		       "marco@bianchi.example", "+39 02 555 0102"},
		      {"June", "Park", "Hanriver Sensors",
		       "june.park@hanriver.example", "+82 2 555 0103"}};

	for (size_t i = 0; i < ARRAY_LEN(people); i++) {
		struct contact *c = contact_new();

		c->text[CONTACT_GIVEN] = xstrdup(people[i].given);
		c->text[CONTACT_SURNAME] = xstrdup(people[i].surname);
		c->text[CONTACT_COMPANY] = xstrdup(people[i].company);
		c->email[0].address = xstrdup(people[i].email);
		contact_set_phone(c, "BusinessPhone", people[i].phone);
		company_contact(st, f, c);
	}
}

void company_public(struct state *st, int64_t now)
{
	for (size_t i = 0; i < ARRAY_LEN(tree); i++) {
		struct folder *f =
			public_folder(st, tree[i].path, tree[i].folder_class);
		struct box *owner = person(st, tree[i].owner);

		if (tree[i].everybody)
			f->everybody = tree[i].everybody;
		if (owner)
			folder_grant(f, owner, "Owner");
		f->moderator = person(st, tree[i].moderator);
		f->replica = xstrdup(tree[i].replica);
		if (tree[i].address)
			f->address = xasprintf("%s@" DOMAIN, tree[i].address);
		if (tree[i].posts)
			add_posts(st, f, (size_t)tree[i].posts, i, now);
	}
	/* What 2013 and later keep in a public folder mailbox of its own. */
	public_folder(st, "Sales", "IPF.Note")->content = 2;
	add_suppliers(st, public_folder(st, "Suppliers", "IPF.Contact"));
	company_public_plan(st, now);
}

void company_public_many(struct state *st, size_t n)
{
	struct folder *archive =
		n ? public_folder(st, "Large archive", "IPF.Note") : NULL;
	struct folder *top = archive, *middle = archive;
	char name[32];

	for (size_t i = 0; i < n; i++) {
		bool is_top = i % (n / TOPS + 1) == 0;
		bool is_middle = !is_top && i % (n / TOPS / MIDDLES + 1) == 0;
		struct folder *in = is_top ? archive : is_middle ? top : middle;
		struct folder *f;

		snprintf(name, sizeof(name), "%s %05zu",
			 is_top	     ? "Shelf"
			 : is_middle ? "Box"
				     : "Folder",
			 i + 1);
		f = folder_new(st, st->public_box, in, name, "IPF.Note");
		folder_inherit(f, in);
		if (is_top)
			top = middle = f;
		else if (is_middle)
			middle = f;
	}
}
