/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef SIM_EWS_H
#define SIM_EWS_H
/*
 * The EWS face: one request in, one answer out, written from the dossier
 * exchange-ews.md. ews_handle() takes the state's lock for the operation; the
 * streaming answer of GetStreamingEvents is produced later by ews_stream_*.
 */
#include "tests/sim/faults.h"
#include "tests/sim/sim.h"
#include "tests/sim/state.h"
#include "tests/sim/xmlw.h"

struct ews_stream;
struct zone;

struct req {
	struct sim *sim;
	struct state *st;
	struct box *user;
	enum rank rank; /* version the client speaks */
	xmlDoc *doc;
	xmlNode *op;
	const char *name;   /* operation, a literal */
	struct fault fault; /* kind FAULT_NONE: none */
	struct str out;
	int http;
	struct str detail;	   /* for the log line */
	struct ews_stream *stream; /* not NULL: answer goes on */
	const struct zone *zone;   /* of TimeZoneContext, or NULL */
	VEC(struct item *) lent;   /* occurrences made for this answer */
	/* A header of the request; NULL: it has none. */
	const char *(*header)(void *connection, const char *name);
	void *connection;
};

/* Fills r->out, r->http. `body` is the request as received. */
void ews_handle(struct req *r, const char *body, size_t len);
void ews_envelope_open(const struct sim *sim, struct str *b);
void ews_envelope_close(const struct sim *sim, struct str *b);
PRINTF(4, 5)
void ews_fault(struct req *r, const char *code, int64_t backoff,
	       const char *fmt, ...);

/* --- response messages --------------------------------------------------- */
const char *ews_code_text(const char *code);
void rsp_begin(struct req *r); /* m:<Op>Response/m:ResponseMessages */
void rsp_end(struct req *r);
void rsp_ok(struct req *r); /* opens one Success message */
void rsp_close(struct req *r);
/* A whole Error (or for ErrorBatchProcessingStopped Warning) message;
 * payload: raw XML behind the code, may be NULL. */
void rsp_error(struct req *r, const char *code, const char *payload);

/* Answers that carry class and code on their own element (dossier 4); code
 * NULL: success. */
void rsp_own_begin(struct req *r, const char *code);
void rsp_own_end(struct req *r);

/* Under the fault "partial": was the batch stopped before item i of n? */
bool batch_stopped(const struct req *r, size_t i, size_t n);

/* --- ids (ews_ids.c) ----------------------------------------------------- */
void id_add_item(struct str *b, const struct box *box, uint64_t folder,
		 uint64_t item);
void id_add_folder(struct str *b, const struct box *box, uint64_t folder);
void id_add_attachment(struct str *b, const struct item *it, uint64_t key);
void id_add_change_key(struct str *b, const struct box *box, char kind,
		       uint64_t change);
enum id_kind { ID_BAD, ID_FOLDER, ID_ITEM, ID_ATTACHMENT, ID_OCCURRENCE };
struct id {
	enum id_kind kind;
	struct box *box;
	uint64_t folder, item, key; /* key: of an occurrence its original */
};
bool id_parse(struct state *st, struct id *id, const char *text) MUST_CHECK;
bool change_key_parse(uint64_t *change, const char *text) MUST_CHECK;
void xw_item_id(struct str *b, const char *name, const struct item *it);
void xw_folder_id(struct str *b, const char *name, const struct folder *f);

/* The item an ItemId element names, if the user may see it; else NULL and
 * *code. need: RIGHT_ bits. */
struct item *req_item(struct req *r, const xmlNode *node, unsigned need,
		      const char **code);
/* A FolderId or DistinguishedFolderId element. */
struct folder *req_folder(struct req *r, const xmlNode *node, unsigned need,
			  const char **code);
/* The folder named inside a wrapper such as m:ToFolderId. */
struct folder *req_folder_in(struct req *r, const xmlNode *wrapper,
			     unsigned need, const char **code);

/* --- public folders of 2013 and later (ews_public.c) --------------------- */
/* Do the request's headers lead to the mailbox that has this folder's place in
 * the tree, or its content, as the operation needs it? */
bool public_is_routed(const struct req *r, const struct folder *f);
/* PR_REPLICA_LIST: who has its content; nothing before 2013. */
void public_add_replica(const struct sim *sim, const struct folder *f,
			struct str *b);

/* --- shapes and items (ews_items.c, ews_paths.c) ------------------------- */
enum field {
#define X(id, uri, element, flags, since) FIELD_##id,
#include "tests/sim/fields.def"
#undef X
	FIELD_MAX
};
/* A property path: a field of the table, or an extended property. */
struct path {
	int field;	  /* index in the field table; -1: extended */
	char *key;	  /* canonical key of an extended property */
	char *uri;	  /* the ExtendedFieldURI element to echo */
	long tag;	  /* property tag, -1: named */
	char *type;	  /* PropertyType */
	const char *name; /* of a string-named one */
};
struct shape {
	bool want[FIELD_MAX];
	bool mime;
	bool no_id; /* an attached item has no id of its own */
	bool find;  /* FindItem and sync: no bodies, no recipients */
	char body;  /* 'B' best, 'H', 'T' */
	VEC(struct path) ext;
};
void shape_read(struct req *r, struct shape *s, const xmlNode *node, bool find);
void shape_release(struct shape *s);
bool path_read(struct path *p, const xmlNode *node) MUST_CHECK;
void path_release(struct path *p);
const char *item_element(const struct item *it); /* "t:Message" */
const char *field_element(int field);
void item_write(struct req *r, const struct item *it, const struct shape *s);
/* Just <t:Message><t:ItemId .../></t:Message>. */
void item_write_id(struct str *b, const struct item *it);
void rights_write(struct req *r, unsigned rights);
uint64_t attachment_key(const struct mail *m, size_t index);
/* AttachmentId up to IsInline. */
void attachment_write_head(struct req *r, const struct item *it,
			   const struct mail *m, size_t index);
int field_find(const char *uri); /* "item:Subject"; -1: none */
void folder_shape_read(struct req *r, struct shape *s, const xmlNode *node);
void folder_write(struct req *r, const struct folder *f, const struct shape *s);

/* Values for searching, sorting and extended properties. */
enum value_type {
	VALUE_NONE,
	VALUE_TEXT,
	VALUE_NUMBER,
	VALUE_TIME,
	VALUE_BOOL,
	VALUE_LIST
};
struct value {
	enum value_type type;
	int64_t number;
	struct str text;
	struct strv list;
};
void value_init(struct value *v);
void value_release(struct value *v);
void item_value(const struct item *it, const struct path *p, struct value *v);
void folder_value(const struct folder *f, const struct path *p,
		  struct value *v);
void value_write(struct str *b, const struct path *p, const struct value *v);
/* False: this property cannot be set. */
bool item_set_ext(struct item *it, const struct path *p, const xmlNode *value,
		  bool creating) MUST_CHECK;

/* --- operations ---------------------------------------------------------- */
typedef void op_fn(struct req *r);
op_fn op_get_folder, op_find_folder, op_create_folder, op_update_folder,
	op_delete_folder, op_move_folder, op_copy_folder, op_empty_folder,
	op_sync_hierarchy, op_sync_items, op_get_item, op_find_item,
	op_create_item, op_update_item, op_delete_item, op_move_item,
	op_copy_item, op_send_item, op_create_attachment, op_get_attachment,
	op_delete_attachment, op_subscribe, op_unsubscribe, op_get_events,
	op_get_streaming_events, op_resolve_names, op_convert_id,
	op_get_time_zones, op_mark_all_read, op_get_user_configuration,
	op_get_availability, op_get_room_lists, op_get_rooms, op_get_oof,
	op_set_oof, op_get_delegate, op_add_delegate, op_update_delegate,
	op_remove_delegate, op_get_password_expiration, op_expand_dl,
	op_get_user_photo, op_find_people;

/* Streaming: the next piece to send (waits up to the heartbeat); false when
 * the connection is over. */
bool ews_stream_next(struct ews_stream *s, struct str *out);
void ews_stream_free(struct ews_stream *s);
#endif
