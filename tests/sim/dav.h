/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef SIM_DAV_H
#define SIM_DAV_H
/*
 * The WebDAV face of Exchange 2000, 2003 and 2007, written from the dossier
 * exchange-webdav.md (sections in brackets). dav_handle() takes the state's
 * lock for one request. What a URL names is a struct resource; what is asked
 * of it are struct dav_prop, whose values dav_value() computes.
 */
#include "tests/sim/faults.h"
#include "tests/sim/sim.h"
#include "tests/sim/state.h"
#include "tests/sim/xmlw.h"

enum dav_version { DAV_2000, DAV_2003, DAV_2007 };

/* Names of items in URLs (dossier 1.3), which no other face knows. */
struct dav_names;
struct dav_names *dav_names_new(void);
void dav_names_free(struct dav_names *n);
struct dav_view;
struct dav_view *dav_view_new(void);
void dav_view_free(struct dav_view *v);

typedef const char *dav_arg_fn(void *connection, const char *name);
/* Adds every value of an argument that may come several times. */
typedef void dav_args_fn(void *connection, const char *name, struct strv *out);

struct dav {
	struct sim *sim;
	struct state *st;
	struct box *user;
	const char *method, *path; /* path decoded, without the query */
	const char *base;	   /* "http://host:port" */
	dav_arg_fn *header, *query;
	dav_args_fn *each_query;
	void *connection;
	const char *body;
	size_t body_len;
	bool brief, translate;
	struct fault fault;
	const char *name; /* "DAV-SEARCH", a literal */
	struct str detail;
	int status;
	const char *type; /* of out; a literal */
	struct str out;
	struct strv headers; /* "Name: value" */
};

/* Answers; d->user is signed in. */
void dav_handle(struct dav *d);
PRINTF(2, 3) void dav_header(struct dav *d, const char *fmt, ...);
const char *dav_storage(const struct sim *sim); /* MS-WebStorage */

/* --- what a URL names (dav_path.c) --------------------------------------- */
enum dav_kind {
	DAV_NOTHING,
	DAV_STORE,  /* a mailbox: its folder is the top of the tree */
	DAV_FOLDER, /* any other folder */
	DAV_ITEM,
	DAV_ATTACHMENT, /* of item, by name */
	DAV_FREE,	/* nothing yet; folder and name say where */
	DAV_SUBMIT,	/* the submission URI of box */
	DAV_HIDDEN	/* NON_IPM_SUBTREE */
};
struct resource {
	enum dav_kind kind;
	struct box *box;
	struct folder *folder; /* the folder, or the one the item is in */
	struct item *item;
	char *name; /* DAV_FREE, DAV_ATTACHMENT; owned */
};
void resource_release(struct resource *r);
/* path: decoded, absolute. */
void dav_resolve(struct dav *d, const char *path, struct resource *out);
/* url: encoded; absolute, absolute path, or relative to the request's path. */
void dav_resolve_url(struct dav *d, const char *url, struct resource *out);
void dav_add_href(struct dav *d, struct str *b, const struct resource *r);
void dav_add_permanent(struct dav *d, struct str *b, const struct resource *r);
void dav_add_repl_uid(struct str *b, const struct resource *r);
const char *dav_item_name(struct dav *d, const struct item *it);
/* The item's name from now on; false: another item of the folder has it. */
bool dav_name_item(struct dav *d, struct item *it, const char *name) MUST_CHECK;
/* The same, with -2, -3 ... where it is taken. */
void dav_name_item_free(struct dav *d, struct item *it, const char *name);
bool dav_may(const struct dav *d, const struct folder *f, unsigned rights);
bool dav_may_item(const struct dav *d, const struct item *it, unsigned rights);

/* 0: a new item may be put there; else the status that refuses it. */
int dav_no_post(const struct dav *d, const struct folder *f);

/* --- properties (dav_val.c, dav_props.c, dav_set.c) ---------------------- */
struct dav_prop {
	int id;	       /* enum dav_field; -1: a stored one, or unknown */
	char type, on; /* as in dav_fields.def, of one with an id */
	char *uri;     /* namespace and name together */
	size_t ns;     /* bytes of the namespace in it */
	long tag;      /* of a proptag, -1 none */
};
struct dav_props {
	struct dav_prop *v;
	size_t n, cap;
};
/* T text N int B boolean F float D dateTime.tz X bin.base64; of several values
 * M mv.string L mv.int Q mv.bin.base64 E mv.dateTime.tz; S an XML security descriptor */
struct dav_val {
	char type;
	int64_t number;
	struct str text;
	struct strv list;
};
void dav_prop_init(struct dav_prop *p, const char *uri);
void dav_props_add(struct dav_props *l, const char *uri);
void dav_props_release(struct dav_props *l);
void dav_val_release(struct dav_val *v);
/* Set the value; false: there is none (NULL, CLOCK_NEVER, nothing). */
bool val_text(struct dav_val *v, const char *s);
bool val_number(struct dav_val *v, int64_t n);
bool val_date(struct dav_val *v, int64_t t);
bool val_binary(struct dav_val *v, const void *p, size_t len);
/* "0x0E23..." and "x0e23..." are one name. The caller frees. */
char *dav_canonical(const char *uri);
bool dav_value(struct dav *d, const struct resource *r,
	       const struct dav_prop *p, struct dav_val *v);
/* The name as the response writes it, with the value. */
enum dav_set { DAV_SET_OK, DAV_SET_READ_ONLY, DAV_SET_BAD, DAV_SET_DENIED };
/* value NULL: remove. creating: an item not yet placed. */
enum dav_set dav_set(struct dav *d, struct item *it, const struct dav_prop *p,
		     const xmlNode *value, bool creating);
/* Of a folder or of the hidden tree's top. */
enum dav_set dav_set_other(struct dav *d, const struct resource *r,
			   const struct dav_prop *p, const xmlNode *value);
/* Security descriptors (dav_acl.c): id is DAV_F_DESCRIPTOR or
 * DAV_F_NT_DESCRIPTOR. */
bool dav_acl_value(struct dav *d, const struct resource *r, int id,
		   struct dav_val *v);
enum dav_set dav_acl_set(struct dav *d, const struct resource *r, int id,
			 const xmlNode *value);
/* Events (dav_cal.c); false: not one of its names, or nothing there. */
bool dav_cal_value(const struct item *it, const struct dav_prop *p,
		   struct dav_val *v);
bool dav_cal_set(struct item *it, const struct dav_prop *p,
		 const xmlNode *value, bool creating, enum dav_set *result);
/* Contacts (dav_contact.c), likewise. */
bool dav_con_value(const struct item *it, const struct dav_prop *p,
		   struct dav_val *v);
bool dav_con_set(struct item *it, const struct dav_prop *p,
		 const xmlNode *value, bool creating, enum dav_set *result);
/* A new item is whole: a contact gets the names that it lacks. */
void dav_con_made(struct item *it);
/* "person": behind "urn:content-classes:". */
const char *dav_content_class(const struct item *it);
/* The class an item has whose content class a client gave; NULL: a message. */
const char *dav_class_of(const char *content_class);
/* Cmd=saveappt on a calendar: an appointment with the mailbox's zone, whose
 * address the page names (16.2). False: it is not that. */
bool dav_cal_post(struct dav *d, const struct resource *r);
/* The message around the iCalendar text; false: it is no event. */
bool dav_cal_mime(const struct item *it, struct str *out);
/* Of a message that is sent. */
void dav_cal_message(struct item *it);
/* After PUT of a message with an event into folder f. */
void dav_cal_take(struct item *it, const struct folder *f);
char *dav_uri_of(const xmlNode *n); /* of a property element; caller frees */

/* --- multistatus (dav_multi.c) ------------------------------------------- */
struct multi {
	struct dav *d;
	struct str body, extra; /* extra: right behind the root's start */
	struct strv ns;
};
void multi_init(struct multi *m, struct dav *d);
void multi_open(struct multi *m, const struct resource *r);
void multi_href(struct multi *m, const char *href); /* opens, given a text */
void multi_status(struct multi *m, int status);
/* a:location and repl-uid of a thing that was moved or made. */
void multi_location(struct multi *m, const struct resource *now);
void multi_props(struct multi *m, const struct resource *r,
		 const struct dav_props *props);
/* A propstat without values. */
void multi_propstat(struct multi *m, int status, const struct dav_props *props);
void multi_close(struct multi *m);
void multi_end(struct multi *m); /* into d->out; 207 */
const char *multi_prefix(struct multi *m, const char *ns, size_t len);

/* --- SEARCH (dav_sql.c, dav_search.c) ------------------------------------ */
struct sql_node;
struct sql {
	struct dav_props select, order;
	VEC(bool) descending;
	char *scope; /* URL of the FROM; "" the request's */
	char depth;  /* 's' shallow 'd' deep 'h' hierarchical */
	bool grouped;
	struct sql_node *where; /* NULL: all */
};
bool sql_parse(struct sql *q, const char *text) MUST_CHECK; /* false: 422 */
void sql_release(struct sql *q);
bool sql_matches(struct dav *d, const struct sql *q, const struct resource *r);
/* A range of CAL:dtstart/dtend that the WHERE asks for; false: none. */
bool sql_time_range(const struct sql *q, int64_t *from, int64_t *to);

/* --- methods ------------------------------------------------------------- */
typedef void dav_fn(struct dav *d);
dav_fn dav_options, dav_propfind, dav_bpropfind, dav_proppatch, dav_bproppatch,
	dav_search, dav_get, dav_put, dav_post, dav_delete, dav_move, dav_mkcol,
	dav_bmove, dav_bdelete, dav_subscribe, dav_unsubscribe, dav_poll,
	dav_enumatts, dav_lock;
/* Parses the body; NULL and 400 when it is no XML. */
xmlDoc *dav_read_body(struct dav *d);
void dav_props_read(struct dav_props *out, const xmlNode *prop);

/* --- delegates (dav_delegates.c) ------------------------------------------ */
/* LocalFreebusy.EML is there. */
void dav_local_freebusy(struct dav *d, struct box *box);
/* Of that item: what it shows, and what becomes of what was written. */
bool dav_local_value(struct dav *d, const struct item *it,
		     const struct dav_prop *p, struct dav_val *v);
void dav_local_taken(struct dav *d, struct item *it);

/* --- pages (dav_owa.c); false: not one of them --------------------------- */
bool dav_owa_get(struct dav *d, const struct resource *r);
bool dav_owa_post(struct dav *d, const struct resource *r);
bool dav_is_explorer(struct dav *d); /* by its name */
/* The address list, members of private lists (dav_book.c). */
bool dav_book_get(struct dav *d, const struct resource *r);
bool dav_book_post(struct dav *d, const struct resource *r);

/* --- free/busy (dav_freebusy.c) ------------------------------------------- */
bool dav_owa_freebusy(struct dav *d); /* false: it is not asked for */
/* The messages of everybody below SCHEDULE+ FREE BUSY are as they should be. */
void dav_publish_all(struct dav *d);

/* --- forms login (dav_forms.c) ------------------------------------------- */
/* The page and its target; false: not one of them. */
bool dav_forms(struct dav *d);
/* A field of the posted form, decoded; NULL: not there. Caller frees. */
char *dav_form_field(const struct dav *d, const char *name);
/* Who the cookies say it is, NULL: nobody. */
struct box *dav_forms_user(struct dav *d);
/* What somebody without a cookie gets: 302 or 440. */
void dav_forms_refuse(struct dav *d);
#endif
