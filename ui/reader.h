/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_READER_H
#define UI_READER_H
/* The reader and the screens about one message's content. */
#include "ui/view.h"

/* The message that reader, parts or links show; 0: none of them is open. */
int64_t reader_item(struct app *app);
/* The view of the front message: the reader's, or the mail screen's preview;
 * NULL: neither has it. */
struct view *reader_view(struct app *app);
/* The open reader's, wherever it stands; NULL: it is not open. */
struct view *reader_own_view(struct app *app);
/* The message whose parts or links are listed in front; 0: none. */
int64_t parts_item(struct app *app);
/* Another message in the open reader. */
void reader_show(struct app *app, int64_t item);
/* Closes the reader and what stands on it. */
void reader_leave(struct app *app);
/* The content of the front message, to be freed when *owned; NULL: it said
 * why. */
struct letter *reader_letter(struct app *app, bool *owned);

/* `search` in the front message's text. */
void reader_search(struct app *app, const struct command_call *call);

/* Opens a target with the configured program; it was shown and confirmed. */
void reader_open_link(struct app *app, const char *target);
/* Writes a part to a private file and opens it with a program. */
void reader_open_part(struct app *app, struct letter *l, size_t part);
/* Gives bytes to a command and shows what it writes. */
void reader_pipe(struct app *app, const void *p, size_t len,
		 const char *command);
#endif
