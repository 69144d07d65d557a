/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Services of the mailbox as a whole: out of office. */
#include <string.h>

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

void mailbox_run(const struct sim *s, const char *version)
{
	static const struct {
		const char *name;
		void (*fn)(void *);
	} parts[] = {{"out of office", test_oof}};
	struct own own = {s, version};

	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		char *name CLEANUP(mem_free_ptr) =
			xasprintf("%s: %s", version, parts[i].name);

		run_test(name, parts[i].fn, &own);
	}
}
