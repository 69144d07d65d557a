/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_PARTS_H
#define UI_PARTS_H
/* The list of a message's parts. */
#include "ui/reader.h"

/* The part under the cursor; false: the list of parts is not in front. */
bool parts_current(struct app *app, size_t *part);
/* The message of the front screen, as reader_letter; the one whose parts are
 * listed when these are in front. */
struct letter *parts_letter(struct app *app, bool *owned);
/* Opens a signed or encrypted part and shows it; false: it is none. */
bool part_open_sealed(struct app *app, const struct letter *l, size_t part);
#endif
