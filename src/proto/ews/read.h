/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef EWS_READ_H
#define EWS_READ_H
/*
 * Answers of EWS, read while they arrive. Every operation answers with a list
 * of response messages (dossier 4); each is handed over as soon as it is
 * complete, then forgotten, so memory holds one message at a time. The reader
 * knows the union of what all operations answer and needs no HTTP: tests and
 * fuzzers feed it bytes.
 */
#include "base/vec.h"
#include "model/change.h"

enum ews_class { EWS_SUCCESS, EWS_WARNING, EWS_ERROR };

struct ews_attachment {
	char *id, *name, *type, *content_id; /* NULL when absent */
	bool is_item; /* content is a message of its own (MIME) */
	bool is_inline;
	struct bytes content;
};

struct ews_event {
	bool is_folder; /* the object is a folder, not an item */
	bool has_count; /* a folder's counts changed, not the folder */
	bool new_mail;
	char *folder;	  /* is_folder: the folder; else its parent */
	char *old_folder; /* of a move: where it was; NULL */
};

enum ews_connection {
	EWS_CONNECTION_NONE,
	EWS_CONNECTION_OK,
	EWS_CONNECTION_CLOSED
};

/* One response message. Receivers may take members out (and NULL them). */
struct ews_message {
	size_t index; /* in the answer, from 0 */
	enum ews_class class;
	char *code;	    /* "NoError"; NULL: none given */
	char *text;	    /* localised */
	char *inner;	    /* InnerErrorResponseCode */
	char *property;	    /* the bad property of MessageXml */
	int64_t backoff_ms; /* BackOffMilliseconds; -1: none */
	/* payload */
	struct item_changes items;
	struct strv keys; /* client-made keys of the first items, or "" */
	struct folder_changes folders;
	struct strv marks; /* one a folder: "commit time;deletions" */
	struct bytes mime; /* of the last item */
	bool mime_damaged; /* its base64 was broken */
	char *body;	   /* of the last item, and whether it is HTML */
	bool is_html;
	struct strv headers; /* "Name: value", of the last item */
	VEC(struct ews_attachment) attachments;
	char *sync_state;
	bool is_last;	/* the range ends here; true when not told */
	int64_t offset; /* IndexedPagingOffset; -1: none */
	char *subscription, *watermark;
	bool more_events;
	enum ews_connection connection;
	VEC(struct ews_event) events;
	struct strv bad_subscriptions;
};
void ews_message_release(struct ews_message *m);

/* What stands around the messages. */
struct ews_head {
	char *build;	  /* "15.1.2507.6"; NULL: not told */
	bool is_envelope; /* a SOAP envelope was seen */
	bool is_fault;
	char *fault_code;     /* detail/ResponseCode, else faultcode's end */
	char *fault_inner;    /* InnerErrorResponseCode */
	bool is_client_fault; /* the request's fault, not the server's */
	char *fault_text;
	int64_t backoff_ms; /* -1: none */
	size_t messages;
};

/* m is released after the call. False stops the reading with *err. */
typedef bool (*ews_message_fn)(void *ctx, struct ews_message *m,
			       struct err *err);

struct ews_reader;
struct ews_reader *ews_reader_new(ews_message_fn fn, void *ctx);
void ews_reader_free(struct ews_reader *r);
/* Fails with ERR_PROTOCOL on what is not XML, and with what fn said. */
bool ews_reader_feed(struct ews_reader *r, const char *s, size_t len,
		     struct err *err) MUST_CHECK;
bool ews_reader_finish(struct ews_reader *r, struct err *err) MUST_CHECK;
const struct ews_head *ews_reader_head(const struct ews_reader *r);
#endif
