/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* One contact as a form: a new one, or one to be changed. */
#include <string.h>
#include "ui/app.h"
#include "ui/form.h"
#include "ui/session.h"

struct contact_form {
	struct form *form;
	struct person was; /* id 0: a new one */
};

static const enum person_field shown[] = {
	PERSON_given, PERSON_surname,	 PERSON_name,	    PERSON_company,
	PERSON_title, PERSON_department, PERSON_addr,	    PERSON_addr2,
	PERSON_phone, PERSON_mobile,	 PERSON_home_phone, PERSON_street,
	PERSON_zip,   PERSON_city,	 PERSON_country,    PERSON_birthday,
	PERSON_web,   PERSON_notes};

static void fill(struct contact_form *c)
{
	struct form_field fields[ARRAY_LEN(shown)];

	memset(fields, 0, sizeof(fields));
	for (size_t i = 0; i < ARRAY_LEN(shown); i++) {
		fields[i].kind = FORM_TEXT;
		fields[i].name = person_row(shown[i])->member;
		fields[i].label = person_row(shown[i])->label;
		fields[i].value = person_get(&c->was, shown[i]);
		fields[i].help = shown[i] == PERSON_birthday
					 ? "Such as 1815-12-10."
				 : shown[i] == PERSON_name
					 ? "As lists show it; empty: first and "
					   "last name."
				 : i + 1 == ARRAY_LEN(shown)
					 ? "Enter on this field keeps the "
					   "contact."
					 : NULL;
	}
	c->form = form_new(fields, ARRAY_LEN(fields));
}

static bool open_contact(struct app *app, struct screen *s, const char *arg,
			 struct err *err)
{
	struct contact_form *c = xcalloc(1, sizeof(*c));

	person_init(&c->was);
	if (arg &&
	    (!app->store || !query_contact(app->store, strtoll(arg, NULL, 10),
					   &c->was, NULL, err))) {
		free(c);
		return false;
	}
	fill(c);
	s->data = c;
	return true;
}

static void close_contact(struct app *app, struct screen *s)
{
	struct contact_form *c = s->data;

	(void)app;
	form_free(c->form);
	person_release(&c->was);
	free(c);
}

static void layout_contact(struct app *app, struct screen *s)
{
	struct contact_form *c = s->data;
	struct win w = win_sub(&s->win, 1, 2, s->win.w - 2, s->win.h - 3);

	(void)app;
	form_set_win(c->form, &w);
}

static void draw_contact(struct app *app, struct screen *s)
{
	struct contact_form *c = s->data;

	draw_clear(&s->win, THEME_NORMAL);
	draw_fill(&s->win, 0, 0, s->win.w, THEME_HEADER);
	draw_text(&s->win, 1, 0, -1, THEME_HEADER,
		  c->was.id ? person_title(&c->was) : "A new contact");
	form_draw(c->form, screen_top(app) == s);
}

static void keep(struct app *app, struct screen *s)
{
	struct contact_form *c = s->data;
	struct request r = {.kind = REQUEST_CONTACT,
			    .wish = c->was.id ? CONTACT_CHANGED : CONTACT_NEW};
	struct person *p = xmalloc(sizeof(*p));

	person_copy(p, &c->was);
	for (size_t i = 0; i < ARRAY_LEN(shown); i++) {
		const char *value =
			form_get(c->form, person_row(shown[i])->member);

		mem_replace(person_at(p, shown[i]),
			    value && *value ? xstrdup(value) : NULL);
	}
	if (!p->name && (p->given || p->surname))
		p->name = xasprintf("%s%s%s", str_or_empty(p->given),
				    p->given && p->surname ? " " : "",
				    str_or_empty(p->surname));
	if (!p->name && !p->addr && !p->company) {
		message_show(app, MESSAGE_WARNING,
			     "A contact needs a name, an address or a company");
		person_release(p);
		free(p);
		return;
	}
	r.person = p;
	if (!session_submit(app, &r, "The contact was not kept"))
		return;
	message_show(app, MESSAGE_OK, "Kept; it goes out with the next sync");
	screen_close(app, s);
}

static void use_result(struct app *app, struct screen *s,
		       enum form_result result)
{
	if (result == FORM_DONE)
		keep(app, s);
	else if (result == FORM_LEFT)
		screen_close(app, s);
	app_damage(app, DAMAGE_SCREEN);
}

static bool contact_key(struct app *app, struct screen *s, uint32_t key)
{
	struct contact_form *c = s->data;
	enum form_result result;

	if (key == (KBD_CTRL | 's')) {
		keep(app, s);
		return true;
	}
	result = form_key(c->form, app, key);
	use_result(app, s, result);
	return result != FORM_IGNORED;
}

static void contact_paste(struct app *app, struct screen *s, const char *text)
{
	struct contact_form *c = s->data;

	use_result(app, s, form_paste(c->form, text));
}

static bool contact_mouse(struct app *app, struct screen *s,
			  const struct input *in)
{
	struct contact_form *c = s->data;
	enum form_result result = form_mouse(c->form, in);

	use_result(app, s, result);
	return result != FORM_IGNORED;
}

const struct screen_ops scr_contact_ops = {
	.hints = "C-s keep|Tab next|Esc leave|F1 help",
	.open = open_contact,
	.close = close_contact,
	.layout = layout_contact,
	.draw = draw_contact,
	.key = contact_key,
	.paste = contact_paste,
	.mouse = contact_mouse,
};
