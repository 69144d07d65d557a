/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Services of the mailbox as a whole: out of office, storage. */
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

void mailbox_run(const struct sim *s, const char *version)
{
	static const struct {
		const char *name;
		void (*fn)(void *);
	} parts[] = {{"out of office", test_oof}, {"storage", test_storage}};
	struct own own = {s, version};

	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		char *name CLEANUP(mem_free_ptr) =
			xasprintf("%s: %s", version, parts[i].name);

		run_test(name, parts[i].fn, &own);
	}
}
