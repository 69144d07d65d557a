/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* What tests may see and do behind the protocol's back (help.c lists it). */
#include "tests/sim/idp.h"
#include "tests/sim/compose.h"

#include <string.h>
#include "base/clock.h"
#include "tests/sim/corpus.h"
#include "tests/sim/events.h"

struct admin {
	struct sim *sim;
	struct state *st;
	admin_arg_fn *arg;
	void *connection;
	const char *body;
	size_t len;
	struct str *out;
};

static const char *arg(const struct admin *a, const char *name)
{
	return a->arg(a->connection, name);
}

static void json_text(struct str *b, const char *s)
{
	if (!s) {
		str_add(b, "null");
		return;
	}
	str_add_char(b, '"');
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '"' || c == '\\')
			str_addf(b, "\\%c", c);
		else if (c < ' ' || c == 127)
			str_addf(b, "\\u%04x", c);
		else
			str_add_char(b, (char)c);
	}
	str_add_char(b, '"');
}

static int fail(struct admin *a, int status, const char *text)
{
	str_add(a->out, "{\"error\":");
	json_text(a->out, text);
	str_add(a->out, "}\n");
	return status;
}

static int done(struct admin *a)
{
	str_add(a->out, "{\"ok\":true}\n");
	return 200;
}

static struct box *box_arg(const struct admin *a, const char *name)
{
	const char *who = arg(a, name);
	struct box *box;
	char *full;

	if (!who)
		return a->st->boxes.v[0];
	if (str_eq(who, "public"))
		return a->st->public_box;
	if (strchr(who, '@'))
		return box_find(a->st, who);
	full = xasprintf("%s%s", who, strchr(a->st->boxes.v[0]->address, '@'));
	box = box_find(a->st, full);
	free(full);
	return box;
}

static struct folder *folder_arg(const struct admin *a, struct box *box,
				 const char *otherwise)
{
	const char *path = arg(a, "folder");
	struct folder *f;

	if (!path)
		return box_folder(box, otherwise);
	f = box_folder(box, path);
	return f ? f : box_path(box, path);
}

/* --- looking ------------------------------------------------------------- */
static int get_stats(struct admin *a)
{
	struct sim *sim = a->sim;
	struct str *b = a->out;

	pthread_mutex_lock(&sim->count_lock);
	str_addf(b,
		 "{\"requests\":%llu,\"connections\":%llu,"
		 "\"schema_failures\":%llu,\"bytes_in\":%llu,"
		 "\"bytes_out\":%llu,\"operations\":{",
		 (unsigned long long)sim->requests,
		 (unsigned long long)sim->connections,
		 (unsigned long long)sim->schema_failures,
		 (unsigned long long)sim->bytes_in,
		 (unsigned long long)sim->bytes_out);
	for (size_t i = 0; i < sim->counts.n; i++)
		str_addf(b, "%s\"%s\":%llu", i ? "," : "",
			 sim->counts.v[i].name,
			 (unsigned long long)sim->counts.v[i].n);
	str_add(b, "}}\n");
	pthread_mutex_unlock(&sim->count_lock);
	return 200;
}

static int reset_stats(struct admin *a)
{
	struct sim *sim = a->sim;

	pthread_mutex_lock(&sim->count_lock);
	sim->counts.n = 0;
	sim->requests = sim->schema_failures = 0;
	sim->bytes_in = sim->bytes_out = 0;
	pthread_mutex_unlock(&sim->count_lock);
	return done(a);
}

static void json_item(struct str *b, const struct item *it)
{
	static const char *const flags[] = {"none", "complete", "flagged"};

	str_add(b, "{\"id\":\"");
	id_add_item(b, it->folder->box, it->folder->id, it->id);
	str_add(b, "\",\"message_id\":");
	json_text(b, it->message_id);
	str_add(b, ",\"subject\":");
	json_text(b, it->subject);
	str_add(b, ",\"from\":");
	json_text(b, it->from.email);
	str_add(b, ",\"class\":");
	json_text(b, it->item_class);
	str_addf(b,
		 ",\"read\":%s,\"draft\":%s,\"attachments\":%s,"
		 "\"flag\":\"%s\",\"verb\":%d,\"size\":%zu,\"received\":\"",
		 it->read ? "true" : "false", it->draft ? "true" : "false",
		 it->has_attachments ? "true" : "false", flags[it->flag % 3],
		 it->verb, it->size);
	clock_add_iso(b, it->received);
	str_add(b, "\",\"categories\":[");
	for (size_t i = 0; i < it->categories.n; i++) {
		str_add(b, i ? "," : "");
		json_text(b, it->categories.v[i]);
	}
	str_add(b, "]}");
}

static int get_mailbox(struct admin *a)
{
	struct box *box = box_arg(a, "user");
	struct str *b = a->out;

	if (!box)
		return fail(a, 404, "no such mailbox");
	str_add(b, "{\"address\":");
	json_text(b, box->address);
	str_addf(b, ",\"used\":%llu,\"quota\":%llu,\"folders\":[",
		 (unsigned long long)box->used, (unsigned long long)box->quota);
	for (size_t i = 0; i < box->folders.n; i++) {
		const struct folder *f = box->folders.v[i];
		struct str path = STR_INIT;

		folder_add_path(&path, f);
		str_add(b, i ? ",\n{\"path\":" : "\n{\"path\":");
		json_text(b, path.s);
		str_add(b, ",\"distinguished\":");
		json_text(b, f->distinguished);
		str_add(b, ",\"id\":\"");
		id_add_folder(b, box, f->id);
		str_addf(b, "\",\"hidden\":%s,\"unread\":%zu,\"items\":[",
			 f->hidden ? "true" : "false", f->unread);
		for (size_t k = 0; k < f->items.n; k++) {
			str_add(b, k ? ",\n " : "\n ");
			json_item(b, f->items.v[k]);
		}
		str_add(b, "]}");
		str_release(&path);
	}
	str_add(b, "]}\n");
	return 200;
}

static int get_sent(struct admin *a)
{
	struct str *b = a->out;

	str_add(b, "[");
	for (size_t i = 0; i < a->st->sent.n; i++) {
		const struct sent_entry *e = a->st->sent.v[i];

		str_add(b, i ? ",\n{\"message_id\":" : "{\"message_id\":");
		json_text(b, e->message_id);
		str_add(b, ",\"from\":");
		json_text(b, e->from);
		str_add(b, ",\"to\":[");
		for (size_t k = 0; k < e->to.n; k++) {
			str_add(b, k ? "," : "");
			json_text(b, e->to.v[k]);
		}
		str_add(b, "]}");
	}
	str_add(b, "]\n");
	return 200;
}

/* --- mail arriving ------------------------------------------------------- */
static int post_deliver(struct admin *a)
{
	struct box *box = box_arg(a, "to");
	struct folder *f = box ? folder_arg(a, box, "inbox") : NULL;

	if (!f)
		return fail(a, 404, "no such mailbox or folder");
	if (a->len == 0)
		return fail(a, 400, "the body is to be a message");
	deliver_local(a->st, f, a->body, a->len);
	return done(a);
}

static int post_deliver_many(struct admin *a)
{
	struct box *box = box_arg(a, "to");
	struct folder *f = box ? folder_arg(a, box, "inbox") : NULL;
	size_t n = strtoul(str_or_empty(arg(a, "n")), NULL, 10);
	struct corpus *c;

	if (!f)
		return fail(a, 404, "no such mailbox or folder");
	c = corpus_new(a->st, box, a->st->seed + a->st->change, n, clock_now());
	for (size_t i = 0; i < n; i++) {
		struct str mime = STR_INIT;

		corpus_message(c, i, &mime);
		deliver_local(a->st, f, mime.s, mime.len);
		str_release(&mime);
	}
	corpus_free(c);
	return done(a);
}

/* --- somebody else's changes --------------------------------------------- */
static struct item *find_message(const struct admin *a, struct box *box)
{
	const char *wanted = arg(a, "message");

	for (size_t i = 0; wanted && i < box->folders.n; i++) {
		const struct folder *f = box->folders.v[i];

		for (size_t k = 0; k < f->items.n; k++)
			if (str_eq(f->items.v[k]->message_id, wanted) ||
			    str_eq(f->items.v[k]->subject, wanted))
				return f->items.v[k];
	}
	return NULL;
}

static int post_event(struct admin *a)
{
	struct box *box = box_arg(a, "user");
	struct item *it = box ? find_message(a, box) : NULL;
	const char *kind = str_or_empty(arg(a, "kind"));
	struct folder *to;

	if (!it)
		return fail(a, 404, "no such message");
	if (strcmp(kind, "read") == 0 || strcmp(kind, "unread") == 0) {
		item_set_read(a->st, it, *kind == 'r');
	} else if (strcmp(kind, "flag") == 0 || strcmp(kind, "unflag") == 0) {
		it->flag = *kind == 'f' ? 2 : 0;
		item_changed(a->st, it, false);
	} else if (strcmp(kind, "category") == 0) {
		strv_add(&it->categories, str_or_empty(arg(a, "name")));
		item_changed(a->st, it, false);
	} else if (strcmp(kind, "delete") == 0) {
		item_move(a->st, it, box_folder(box, "deleteditems"));
	} else if (strcmp(kind, "purge") == 0) {
		item_delete(a->st, it);
	} else if (strcmp(kind, "move") == 0) {
		to = folder_arg(a, box, "deleteditems");
		if (!to)
			return fail(a, 404, "no such folder");
		item_move(a->st, it, to);
	} else {
		return fail(a, 400, "unknown kind");
	}
	return done(a);
}

static int post_folder(struct admin *a)
{
	struct box *box = box_arg(a, "user");
	const char *kind = str_or_empty(arg(a, "kind"));
	const char *path = str_or_empty(arg(a, "path"));
	const char *slash = strrchr(path, '/');
	struct folder *f = box ? box_path(box, path) : NULL, *parent;
	char *above;

	if (!box)
		return fail(a, 404, "no such mailbox");
	if (strcmp(kind, "create") == 0) {
		above = xstrndup(path, slash ? (size_t)(slash - path) : 0);
		parent = box_path(box, above);
		free(above);
		if (!parent || f)
			return fail(a, 404, "no parent, or it exists");
		folder_new(a->st, box, parent, slash ? slash + 1 : path,
			   "IPF.Note");
		return done(a);
	}
	if (!f)
		return fail(a, 404, "no such folder");
	if (strcmp(kind, "delete") == 0)
		folder_delete(a->st, f);
	else if (strcmp(kind, "rename") == 0 && arg(a, "name"))
		folder_rename(a->st, f, arg(a, "name"));
	else
		return fail(a, 400, "unknown kind");
	return done(a);
}

static int post_grant(struct admin *a)
{
	struct box *owner = box_arg(a, "owner"), *user = box_arg(a, "user");
	const char *level = level_name(str_or_empty(arg(a, "level")));
	struct folder *f = owner ? folder_arg(a, owner, "inbox") : NULL;

	if (!f || !user || !level)
		return fail(a, 404, "owner, user, folder or level unknown");
	folder_grant(f, user, level);
	return done(a);
}

/* publicDelegates of the directory: who sends on behalf of the owner. */
static int post_behalf(struct admin *a)
{
	struct box *owner = box_arg(a, "owner"), *user = box_arg(a, "user");

	if (!owner || !user)
		return fail(a, 404, "no such mailbox");
	for (size_t i = owner->send_behalf.n; i-- > 0;) {
		if (!str_eq_nocase(owner->send_behalf.v[i], user->address))
			continue;
		free(owner->send_behalf.v[i]);
		vec_remove(&owner->send_behalf, i);
	}
	if (xr_true(arg(a, "on")))
		strv_add(&owner->send_behalf, user->address);
	return done(a);
}

/* Descriptors as some are: kind order, revision, or plain; sid: an entry of
 * somebody whom the directory does not know. */
static int post_acl(struct admin *a)
{
	static const char *const kinds[] = {"order", "revision"};
	struct box *owner = box_arg(a, "owner");
	const char *kind = str_or_empty(arg(a, "kind")), *sid = arg(a, "sid");
	const char *level = level_name(str_or_empty(arg(a, "level")));
	struct folder *f = owner ? folder_arg(a, owner, "inbox") : NULL;

	if (!f)
		return fail(a, 404, "no such mailbox or folder");
	f->acl_odd = NULL;
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (strcmp(kind, kinds[i]) == 0)
			f->acl_odd = kinds[i];
	if (sid && level)
		vec_add(&f->grants,
			((struct grant){.sid = xstrdup(sid), .level = level}));
	return done(a);
}

static int post_quota(struct admin *a)
{
	struct box *box = box_arg(a, "user");

	if (!box || !arg(a, "bytes"))
		return fail(a, 404, "no such mailbox, or no bytes");
	box->quota = strtoull(arg(a, "bytes"), NULL, 10);
	box->warn = strtoull(str_or_empty(arg(a, "warn")), NULL, 10);
	box->no_send = strtoull(str_or_empty(arg(a, "send")), NULL, 10);
	box->message_limit =
		strtoull(str_or_empty(arg(a, "message")), NULL, 10);
	return done(a);
}

static int post_password(struct admin *a)
{
	struct box *box = box_arg(a, "user");
	const char *date = arg(a, "expires");

	if (!box || !date)
		return fail(a, 404, "no such mailbox, or no date");
	box->password_expires = 0;
	if (strcmp(date, "never") != 0 &&
	    !clock_parse_iso(date, &box->password_expires))
		return fail(a, 400, "expires is a date, or never");
	return done(a);
}

static int post_oof(struct admin *a)
{
	struct box *box = box_arg(a, "user");

	if (!box)
		return fail(a, 404, "no such mailbox");
	oof_set(box, xr_true(arg(a, "on")), arg(a, "reply"));
	return done(a);
}

static void set_limit(struct admin *a, const char *name, int *limit)
{
	const char *text = arg(a, name);

	if (text)
		*limit = (int)strtol(text, NULL, 10);
}

static int post_throttle(struct admin *a)
{
	set_limit(a, "concurrency", &a->sim->max_active);
	set_limit(a, "hanging", &a->sim->max_hanging);
	set_limit(a, "subscriptions", &a->sim->max_subs);
	return done(a);
}

static int post_faults(struct admin *a)
{
	struct err err = ERR_INIT;
	char *text = xstrndup(a->body, a->len);
	bool good = faults_parse(a->sim->faults, text, &err);

	free(text);
	return good ? done(a) : fail(a, 400, err.text);
}

static int post_autodiscover(struct admin *a)
{
	const char *kind = arg(a, "kind"), *to = arg(a, "to");

	mem_replace(&a->sim->auto_kind, kind && *kind ? xstrdup(kind) : NULL);
	mem_replace(&a->sim->auto_to, xstrdup(to));
	a->sim->auto_left =
		(int)strtol(arg(a, "times") ? arg(a, "times") : "-1", NULL, 10);
	return done(a);
}

static int post_expire(struct admin *a)
{
	a->st->epoch++;
	return done(a);
}

/* approve=CODE or deny=CODE: what the person does at the identity provider;
 * end=access or end=all: its tokens are void. */
static int post_idp(struct admin *a)
{
	const char *approve = arg(a, "approve"), *deny = arg(a, "deny");
	const char *end = arg(a, "end");

	if ((approve && !idp_judge(a->sim->idp, approve, true)) ||
	    (deny && !idp_judge(a->sim->idp, deny, false)))
		return fail(a, 404, "no such code");
	if (end)
		idp_end(a->sim->idp, str_eq(end, "all"));
	return done(a);
}

static int post_drop(struct admin *a)
{
	events_drop_all(a->st);
	return done(a);
}

static int post_quit(struct admin *a)
{
	sim_stop(a->sim);
	return done(a);
}

/* refuse=1: the directory lets nobody change anything. */
static int post_ldap(struct admin *a)
{
	a->sim->ldap_refuses = str_eq(arg(a, "refuse"), "1");
	return done(a);
}

/* filtered=1: URLScan keeps the batch methods out; base=URL: what hrefs begin
 * with, as behind a front end ("": as asked); expire=1: cookies end now;
 * reissue=1: every answer brings a new one; public=URL: the public folder
 * server; publish=0: free/busy stays as it is; attend=0: nobody brings meeting
 * messages into calendars (dossier WebDAV 16.3). */
static int post_dav(struct admin *a)
{
	const char *filtered = arg(a, "filtered"), *base = arg(a, "base");

	if (filtered)
		a->sim->dav_filtered = *filtered == '1';
	if (base)
		mem_replace(&a->sim->dav_base, *base ? xstrdup(base) : NULL);
	if (arg(a, "expire"))
		a->sim->dav_cookies++;
	if (arg(a, "public"))
		mem_replace(&a->sim->dav_public,
			    *arg(a, "public") ? xstrdup(arg(a, "public"))
					      : NULL);
	if (arg(a, "reissue"))
		a->sim->dav_reissue = *arg(a, "reissue") == '1';
	if (arg(a, "publish"))
		a->sim->dav_frozen = *arg(a, "publish") == '0';
	if (arg(a, "attend"))
		a->st->unattended = *arg(a, "attend") == '0';
	return done(a);
}

static char *text_arg(const struct admin *a, const char *name)
{
	const char *text = arg(a, name);

	return text && *text ? xstrdup(text) : NULL;
}

/* Changes a public folder, or makes it. */
static int post_public(struct admin *a)
{
	const char *path = str_or_empty(arg(a, "folder"));
	const char *class = arg(a, "class"), *everybody = arg(a, "everybody");
	struct folder *f =
		public_folder(a->st, path, class ? class : "IPF.Note");

	if (everybody && !level_name(everybody))
		return fail(a, 404, "no such level");
	if (everybody)
		f->everybody = level_name(everybody);
	if (arg(a, "address"))
		mem_replace(&f->address, text_arg(a, "address"));
	if (arg(a, "replica"))
		mem_replace(&f->replica, text_arg(a, "replica"));
	if (arg(a, "moderator"))
		f->moderator =
			*arg(a, "moderator") ? box_arg(a, "moderator") : NULL;
	folder_touch(a->st, f);
	return done(a);
}

static const struct {
	const char *method, *path;
	int (*run)(struct admin *a);
} routes[] = {
	{"GET", "/stats", get_stats},
	{"POST", "/reset-stats", reset_stats},
	{"GET", "/mailbox", get_mailbox},
	{"GET", "/sent", get_sent},
	{"POST", "/deliver", post_deliver},
	{"POST", "/deliver-many", post_deliver_many},
	{"POST", "/event", post_event},
	{"POST", "/folder", post_folder},
	{"POST", "/grant", post_grant},
	{"POST", "/behalf", post_behalf},
	{"POST", "/acl", post_acl},
	{"POST", "/quota", post_quota},
	{"POST", "/password", post_password},
	{"POST", "/oof", post_oof},
	{"POST", "/throttle", post_throttle},
	{"POST", "/faults", post_faults},
	{"POST", "/dav", post_dav},
	{"POST", "/ldap", post_ldap},
	{"POST", "/public", post_public},
	{"POST", "/idp", post_idp},
	{"POST", "/autodiscover", post_autodiscover},
	{"POST", "/expire-sync-states", post_expire},
	{"POST", "/drop-subscriptions", post_drop},
	{"POST", "/quit", post_quit},
};

int admin_handle(struct sim *sim, const char *method, const char *path,
		 admin_arg_fn *fn, void *connection, const char *body,
		 size_t len, struct str *out)
{
	struct admin a = {sim, sim->st, fn, connection, body, len, out};
	int status = -1;

	state_lock(sim->st);
	for (size_t i = 0; status < 0 && i < ARRAY_LEN(routes); i++)
		if (strcmp(routes[i].method, method) == 0 &&
		    strcmp(routes[i].path, path) == 0)
			status = routes[i].run(&a);
	state_unlock(sim->st);
	return status < 0 ? fail(&a, 404, "no such command") : status;
}
