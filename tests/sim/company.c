/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Halden Instruments: its people, rooms, groups, and how its mailboxes are
 * filled. */
#include "tests/sim/corpus.h"

#include <stdio.h>
#include <string.h>
#include "base/clock.h"

#define DOMAIN "halden.example"

static const struct {
	const char *given, *surname, *title, *department;
} people[] = {
	{"Kim", "Larsen", "Product manager", "Products"},
	{"Petra", "Nadel", "Firmware engineer", "Development"},
	{"Oluf", "Bakke", "Managing director", "Management"},
	{"Ingrid", "Solheim", "Head of development", "Development"},
	{"Tomás", "Herrera", "Hardware engineer", "Development"},
	{"Aiko", "Tanaka", "Office manager Kyoto", "Sales"},
	{"Youssef", "Haddad", "Sales engineer", "Sales"},
	{"Margit", "Kovács", "Controller", "Finance"},
	{"Samuel", "Okafor", "Data engineer", "Development"},
	{"Zoë", "Janssen", "Support engineer", "Service"},
	{"Per", "Dahl", "Warehouse", "Logistics"},
	{"Claire", "Moreau", "Hydrologist", "Science"},
	{"Anders", "Lund", "Mechanical engineer", "Development"},
	{"Fatima", "El-Sayed", "Office manager Cairo", "Sales"},
	{"Jonas", "Weber", "Test engineer", "Development"},
	{"Ruth", "Ellingsen", "Human resources", "Management"},
	{"Kenji", "Mori", "Field engineer", "Service"},
	{"Lucy", "Hargreaves", "Office manager Leeds", "Sales"},
	{"Mateusz", "Nowak", "Firmware engineer", "Development"},
	{"Siri", "Aas", "Purchasing", "Logistics"},
	{"Dario", "Conti", "Designer", "Products"},
	{"Hanne", "Vik", "Accountant", "Finance"},
	{"Graham", "Pike", "Field engineer", "Service"},
	{"Elif", "Demir", "Quality", "Development"},
	{"Bjørn", "Østby", "IT administrator", "IT"},
	{"Noor", "Rahman", "Scientist", "Science"},
	{"Viktor", "Hansson", "Key accounts", "Sales"},
	{"Maya", "Lindqvist", "Trainee", "Products"},
	{"Owen", "Price", "Technical writer", "Products"},
	{"Sofia", "Rossi", "Marketing", "Sales"},
	{"Henrik", "Juul", "Production lead", "Production"},
	{"Anja", "Krause", "Calibration", "Production"},
	{"Pavel", "Dvořák", "Service lead", "Service"},
};

static const struct {
	const char *alias, *name;
	bool room;
} others[] = {
	{"info", "Information desk", false},
	{"room.fjord", "Room Fjord (12 seats)", true},
	{"room.delta", "Room Delta (6 seats)", true},
	{"room.spring", "Room Spring (4 seats)", true},
	{"room.leeds", "Leeds meeting room", true},
	{"room.kyoto", "Kyoto meeting room", true},
	{"lab.tank", "Water tank (laboratory)", true},
};

/* Addresses hold no accents. */
static void add_plain(struct str *b, const char *s)
{
	static const struct {
		const char *from, *to;
	} table[] = {{"á", "a"}, {"é", "e"}, {"ë", "e"}, {"ø", "o"},
		     {"Ø", "o"}, {"ř", "r"}, {"å", "a"}, {"ö", "o"}};

	while (*s) {
		size_t i = 0;

		while (i < ARRAY_LEN(table) && !str_starts(s, table[i].from))
			i++;
		if (i < ARRAY_LEN(table)) {
			str_add(b, table[i].to);
			s += strlen(table[i].from);
		} else {
			char c = *s++;

			if (c >= 'A' && c <= 'Z')
				c = (char)(c - 'A' + 'a');
			str_add_char(b, c);
		}
	}
}

static const char categories[] =
	"<?xml version=\"1.0\"?>\r\n<categories default=\"Aurora\" "
	"lastSavedSession=\"5\" lastSavedTime=\"2026-01-05T10:11:12.345\" "
	"xmlns=\"CategoryList.xsd\">"
	"<category name=\"Aurora\" color=\"7\" keyboardShortcut=\"0\" "
	"guid=\"{2B7A1F00-0000-4000-8000-000000000001}\"/>"
	"<category name=\"Riverbank\" color=\"4\" keyboardShortcut=\"0\" "
	"guid=\"{2B7A1F00-0000-4000-8000-000000000002}\"/>"
	"<category name=\"Numbers\" color=\"0\" keyboardShortcut=\"0\" "
	"guid=\"{2B7A1F00-0000-4000-8000-000000000003}\"/>"
	"<category name=\"Support\" color=\"1\" keyboardShortcut=\"0\" "
	"guid=\"{2B7A1F00-0000-4000-8000-000000000004}\"/>"
	"<category name=\"Customers\" color=\"8\" keyboardShortcut=\"0\" "
	"guid=\"{2B7A1F00-0000-4000-8000-000000000005}\"/>"
	"<category name=\"Travel\" color=\"3\" keyboardShortcut=\"0\" "
	"guid=\"{2B7A1F00-0000-4000-8000-000000000006}\"/>"
	"</categories>";

/* 64 by 64 pixels of nobody, a PNG. */
static const char portrait[] =
	"iVBORw0KGgoAAAANSUhEUgAAAEAAAABABAMAAABYR2ztAAAAFVBMVEWfuMjouJRaOi"
	"IgICigQEAqSnr///8Yl6/dAAAA5klEQVR42t3QQQ6CMBAF0ELivhUOoNzAcAKSHqAu"
	"xrUu4P5HsC0CU/ilhmgwzoaG//KnqRD/OHmViN2k8rgY8qgY8+qUKIhUsBxXpADfAH"
	"ckQZCjHSlgN6hxjmBHXp0noCBgua3YA4iMAyUQKOo+dF8AlKrriwfuK78D+B0g4POj"
	"4I2nTgPdh2WzDYg+Ud5JDJS2WambCHC3LLXWkTsGLyE3gmztFYIKKdZFPH8tEbuChw"
	"f3SHogunpARCi3vydABuYMLATNwUzQMF3XDkcT3m8JCBXQrZvOBhQQtewMCsIxoCCc"
	"j4AnK/iBpZWlzy0AAAAASUVORK5CYII=";

static void add_person(struct state *st, size_t i)
{
	struct str address = STR_INIT, name = STR_INIT;
	struct box *box;

	add_plain(&address, people[i].given);
	str_add_char(&address, '.');
	add_plain(&address, people[i].surname);
	str_add(&address, "@" DOMAIN);
	str_addf(&name, "%s %s", people[i].given, people[i].surname);
	box = box_new(st, address.s, name.s);
	box->given = xstrdup(people[i].given);
	box->surname = xstrdup(people[i].surname);
	box->title = xstrdup(people[i].title);
	box->department = xstrdup(people[i].department);
	box->phone = xasprintf("+47 69 00 %02zu %02zu", 10 + i, 20 + i);
	box->password = xasprintf("retinue-%zu", i + 1);
	box->categories_xml = xstrdup(categories);
	/* Some have none, as everywhere. */
	box->photo = i % 3 == 2 ? portrait : NULL;
	str_release(&address);
	str_release(&name);
}

static void add_group(struct state *st, const char *address, const char *name,
		      const char *department)
{
	struct group *g = xcalloc(1, sizeof(*g));

	g->address = xstrdup(address);
	g->name = xstrdup(name);
	for (size_t i = 0; i < st->boxes.n; i++) {
		struct box *box = st->boxes.v[i];

		if (!box->room && !box->shared &&
		    (!department || str_eq(box->department, department)))
			vec_add(&g->members, box);
	}
	g->sid = directory_sid(3100 + (unsigned)st->groups.n);
	vec_add(&st->groups, g);
}

static void make_room_list(struct state *st, struct group *g)
{
	g->rooms = true;
	g->members.n = 0;
	for (size_t i = 0; i < st->boxes.n; i++)
		if (st->boxes.v[i]->room)
			vec_add(&g->members, st->boxes.v[i]);
}

static void share(struct box *box, struct box *with, const char *level)
{
	folder_grant(box_folder(box, "msgfolderroot"), with, "Reviewer");
	folder_grant(box_folder(box, "inbox"), with, level);
	folder_grant(box_folder(box, "sentitems"), with, level);
	folder_grant(box_folder(box, "deleteditems"), with, level);
}

void company_build(struct state *st)
{
	struct box *first, *info;

	for (size_t i = 0; i < ARRAY_LEN(people); i++)
		add_person(st, i);
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		char *address = xasprintf("%s@" DOMAIN, others[i].alias);
		struct box *box = box_new(st, address, others[i].name);

		box->room = others[i].room;
		box->shared = !others[i].room;
		box->password = xasprintf("retinue-room-%zu", i + 1);
		free(address);
	}
	add_group(st, "all@" DOMAIN, "All staff", NULL);
	add_group(st, "development@" DOMAIN, "Development", "Development");
	add_group(st, "sales@" DOMAIN, "Sales", "Sales");
	add_group(st, "rooms.halden@" DOMAIN, "Rooms Halden", NULL);
	make_room_list(st, st->groups.v[st->groups.n - 1]);
	first = st->boxes.v[0];
	info = box_find(st, "info@" DOMAIN);
	share(info, first, "Editor");
	strv_add(&info->send_as, first->address);
	/* A colleague lets the first user read along. */
	share(st->boxes.v[1], first, "Reviewer");
}

bool company_add(struct state *st, const char *text, struct err *err)
{
	struct strv lines, fields;
	bool good = true;

	strv_init(&lines);
	strv_split(&lines, text, "\n");
	for (size_t i = 0; good && i < lines.n; i++) {
		struct box *box;

		strv_init(&fields);
		strv_split(&fields, lines.v[i], "\t");
		if (fields.n >= 2 && strchr(fields.v[0], '@')) {
			box = box_new(st, fields.v[0], fields.v[1]);
			box->password =
				xstrdup(fields.n > 2 ? fields.v[2] : NULL);
			if (fields.n > 3)
				mem_replace(&box->sid, xstrdup(fields.v[3]));
		} else if (fields.n > 0) {
			good = err_set(err, ERR_INPUT, "--people, line %zu: %s",
				       i + 1, lines.v[i]);
		}
		strv_release(&fields);
	}
	strv_release(&lines);
	return good;
}

/* --- filling ------------------------------------------------------------- */
static struct folder *need_folder(struct state *st, struct box *box,
				  const char *path)
{
	struct folder *f = box_folder(box, "msgfolderroot");
	struct strv names;

	strv_init(&names);
	strv_split(&names, path, "/");
	for (size_t i = 0; i < names.n; i++) {
		struct folder *child = folder_child(f, names.v[i]);

		f = child ? child
			  : folder_new(st, box, f, names.v[i], "IPF.Note");
	}
	strv_release(&names);
	return f;
}

static struct folder *place_of(struct state *st, struct box *box,
			       const struct corpus_facts *f)
{
	if (f->own)
		return box_folder(box, "sentitems");
	if (f->junk)
		return box_folder(box, "junkemail");
	if (f->deleted)
		return box_folder(box, "deleteditems");
	if (f->filed && f->folder)
		return need_folder(st, box, f->folder);
	return box_folder(box, "inbox");
}

static void dress(struct item *it, const struct corpus_facts *f)
{
	it->received = it->made = it->modified = f->date;
	it->read = !f->unread;
	it->flag = f->flagged ? 2 : 0;
	if (f->category)
		strv_add(&it->categories, f->category);
	if (f->answered) {
		it->verb = 102;
		it->icon = 261;
		it->verb_time = f->date + 1800;
	}
}

static void fill_box(struct state *st, struct box *box, uint64_t seed,
		     size_t total, int64_t now)
{
	struct corpus *c = corpus_new(st, box, seed, total, now);

	for (size_t i = 0; i < total; i++) {
		struct str mime = STR_INIT;
		struct item *it = item_new();
		struct corpus_facts f;

		corpus_describe(c, i, &f);
		corpus_message(c, i, &mime);
		item_set_mime(it, mime.s, mime.len);
		dress(it, &f);
		item_place(st, it, place_of(st, box, &f), false);
		str_release(&mime);
	}
	corpus_free(c);
}

static void add_drafts(struct state *st, struct box *box)
{
	static const char *const texts[] = {
		"To: Petra Nadel <petra.nadel@" DOMAIN ">\r\n"
		"Subject: Notes for the Aurora review\r\n",
		"To: Margaret Ashdown <m.ashdown@severnwater.example>\r\n"
		"Subject: Your question about mounting\r\n"};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct str mime = STR_INIT;
		struct item *it = item_new();

		str_addf(&mime,
			 "From: %s <%s>\r\n%s"
			 "MIME-Version: 1.0\r\n"
			 "Content-Type: text/plain; charset=utf-8\r\n"
			 "\r\n(still to be written)\r\n",
			 box->name, box->address, texts[i]);
		item_set_mime(it, mime.s, mime.len);
		it->draft = it->read = true;
		item_place(st, it, box_folder(box, "drafts"), false);
		str_release(&mime);
	}
}

/* Last year's mail, read and put away. */
static void fill_archive(struct state *st, struct box *box, int64_t now)
{
	int64_t then = now - 330LL * 86400;
	struct corpus *c = corpus_new(st, box, st->seed + 99, 30, then);
	struct clock_parts day;
	char path[32];

	clock_local(then, &day);
	snprintf(path, sizeof(path), "Archive/%d", day.year);
	for (size_t i = 0; i < 30; i++) {
		struct str mime = STR_INIT;
		struct item *it = item_new();
		struct corpus_facts f;

		corpus_describe(c, i, &f);
		f.unread = f.flagged = false;
		corpus_message(c, i, &mime);
		item_set_mime(it, mime.s, mime.len);
		dress(it, &f);
		item_place(st, it, need_folder(st, box, path), false);
		str_release(&mime);
	}
	corpus_free(c);
}

void company_fill(struct state *st, int64_t now, bool invitations)
{
	static const char *const folders[] = {"Projects/Aurora/Firmware",
					      "Projects/Aurora/Hardware",
					      "Projects/Riverbank",
					      "Projects/Leeds move",
					      "Customers",
					      "Reports",
					      "Travel",
					      "Newsletters",
					      "Notifications"};
	struct box *first = st->boxes.v[0];

	for (size_t i = 0; i < ARRAY_LEN(folders); i++)
		need_folder(st, first, folders[i]);
	fill_archive(st, first, now);
	fill_box(st, first, st->seed, 320, now);
	add_drafts(st, first);
	for (size_t i = 1; i < st->boxes.n; i++)
		if (!st->boxes.v[i]->room)
			fill_box(st, st->boxes.v[i], st->seed + i, 12, now);
	company_plan(st, now, invitations);
}

void corpus_fill(struct state *st, struct corpus *c, size_t total)
{
	struct box *box = st->boxes.v[0];
	struct str mime = STR_INIT;

	for (size_t i = 0; i < total; i++) {
		struct item *it = item_new();
		struct corpus_facts f;
		struct mail m;

		corpus_describe(c, i, &f);
		f.folder = i % 20 == 0 ? "Archive" : NULL;
		f.filed = f.folder != NULL;
		str_clear(&mime);
		corpus_message(c, i, &mime);
		mail_init(&m);
		mail_read_head(&m, mime.s, mime.len);
		item_take_mail(it, &m);
		it->source = SOURCE_MADE;
		it->corpus = c;
		it->number = i;
		it->size = mime.len;
		dress(it, &f);
		item_place(st, it, place_of(st, box, &f), false);
		mail_release(&m);
	}
	str_release(&mime);
}
