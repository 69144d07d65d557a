/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef ENGINE_APPLY_H
#define ENGINE_APPLY_H
/* Private to the engine, part of core.h: what the core makes of messages, and
 * which jobs it makes. */

/* The apply functions: part of a message within a transaction. *cursor goes
 * up; true in *done when nothing is left. False: the store's trouble. */
typedef bool (*apply_fn)(struct core *c, struct msg *m, size_t *cursor,
			 bool *done, struct err *err);
bool core_apply_info(struct core *, struct msg *, size_t *, bool *,
		     struct err *);
bool core_apply_folders(struct core *, struct msg *, size_t *, bool *,
			struct err *);
bool core_apply_roles(struct core *, struct msg *, size_t *, bool *,
		      struct err *);
bool core_apply_marks(struct core *, struct msg *, size_t *, bool *,
		      struct err *);
bool core_apply_others(struct core *, struct msg *, size_t *, bool *,
		       struct err *);
bool core_apply_items(struct core *, struct msg *, size_t *, bool *,
		      struct err *);
bool core_apply_listed(struct core *, struct msg *, size_t *, bool *,
		       struct err *);
bool core_apply_bodies(struct core *, struct msg *, size_t *, bool *,
		       struct err *);
bool core_apply_outcomes(struct core *, struct msg *, size_t *, bool *,
			 struct err *);
bool core_apply_found(struct core *, struct msg *, size_t *, bool *,
		      struct err *);
bool core_apply_contacts(struct core *, struct msg *, size_t *, bool *,
			 struct err *);
bool core_apply_contact(struct core *, struct msg *, size_t *, bool *,
			struct err *);
bool core_apply_people(struct core *, struct msg *, size_t *, bool *,
		       struct err *);
bool core_apply_book(struct core *, struct msg *, size_t *, bool *,
		     struct err *);

/* Makers of jobs; NULL: nothing to do. */
struct job *core_job_tree(struct core *c);
struct job *core_job_others(struct core *c); /* NULL: none is open */
struct job *core_job_mailbox(struct ticket *t);
struct job *core_job_items(struct core *c, struct folder_work *f);
struct job *core_job_newest(struct folder_work *f);
struct job *core_job_bodies(struct core *c);
struct job *core_job_body(struct core *c, const struct ticket *t,
			  struct err *err);
struct job *core_job_replay(struct core *c);
struct job *core_job_search(struct core *c, const struct ticket *t);
struct job *core_job_people(const struct ticket *t);

/* contacts.c */
struct job *core_job_contacts(struct core *c);
bool core_contacts_wait(const struct core *c); /* a single run must, too */
/* entry 0: the last change of a contact. */
bool core_undo_contact(struct core *c, uint64_t ticket, int64_t entry,
		       struct err *err);
bool core_request_contact(struct core *c, uint64_t ticket,
			  const struct request *r, struct err *err) MUST_CHECK;

/* book.c: what the directory is asked without being told to. */
/* Tells the job where the directory was found last, and keeps where it was
 * found now. */
void core_add_directory(struct core *c, struct job *j);
void core_keep_directory(struct core *c, const struct job *j);
void core_begin_book(struct core *c);
bool core_book_waits(const struct core *c); /* a single run must wait for it */
struct job *core_job_book(struct core *c);

/* recount.c: the folder has not changed by its mark: do the counts agree? */
bool core_recount(struct core *c, struct folder_work *f,
		  struct err *err) MUST_CHECK;
/* A sync of it is complete: a difference that is gone is forgotten. */
bool core_recounted(struct core *c, const struct folder_work *f,
		    struct err *err) MUST_CHECK;

/* bodies.c: text, preview and packed forms of a raw message. Thread-safe. */
void body_prepare(struct body *b, const void *raw, size_t len);
/* Fills b->header from a message of our own: nobody else knows it yet. */
void body_take_header(struct body *b, const void *raw, size_t len);
/* conflict.c: true when the server's values differ from what e asks for; the
 * sentences describe both. */
bool conflict_describe(const struct item_edit *e, const struct item *server,
		       char **mine, char **theirs);
char *conflict_edit_text(const struct item_edit *e);
#endif
