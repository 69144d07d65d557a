/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_MAIL_THREADS_H
#define UI_MAIL_THREADS_H
/* The mail screen's conversations, what limits its list, and what it keeps:
 * searches with a name, how each folder is shown. */
#include "ui/mail.h"

/* --- mail_threads.c ---------------------------------------------------------
 */
bool mail_in_threads(const struct mail *m);
void mail_thread_forget(struct mail *m);
bool mail_thread_is_folded(const struct mail *m, int64_t thread);
bool mail_thread_page(struct mail *m, const struct list_row *anchor, bool back,
		      size_t n, struct list_rows *out,
		      struct err *err) MUST_CHECK;
bool mail_thread_row(struct mail *m, int64_t id, struct list_row *out);
bool mail_fold(struct mail *m);
bool mail_fold_all(struct mail *m);

/* --- mail_saved.c -----------------------------------------------------------
 */
void mail_load_saved(struct mail *m);
void mail_settle_saved(struct mail *m);
/* The saved searches are counted one by one, in pauses. */
void mail_count_saved(struct mail *m);
int64_t mail_saved_node(const struct mail *m, size_t i);
bool mail_saved_at(const struct mail *m, int64_t node, const char **name,
		   const char **query);
/* Commands of folders on a saved search; false: it is none. */
bool mail_saved_command(struct app *app, struct mail *m,
			const struct command_call *call);
void mail_keep_view(struct mail *m);
void mail_load_view(struct mail *m, int64_t node, struct mail_place *p);

/* --- mail_find.c ------------------------------------------------------------ */
/* Parses a query as typed; its last word may be a beginning. */
bool mail_parse_query(const char *text, bool prefix, struct search_node **out,
		      struct err *err) MUST_CHECK;
/* NULL or "": all. */
bool mail_set_limit(struct mail *m, const char *text, bool prefix,
		    struct err *err) MUST_CHECK;
void mail_apply_typed(struct mail *m);
/* The same with a tree already made; both are taken. */
void mail_take_limit(struct mail *m, struct search_node *node, char *text);

/* mail_server.c: puts the server's hits into the list they were wanted for. */
void mail_server_results(struct mail *m, const struct event *ev);
#endif
