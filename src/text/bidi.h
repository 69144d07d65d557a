/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef TEXT_BIDI_H
#define TEXT_BIDI_H
/* Text in the order in which a terminal that knows no bidirectional text must
 * get it (UAX #9), Arabic letters in the forms that join. */
#include "base/str.h"

/* One line of valid UTF-8; caller frees. NULL: it stays as it is, since it has
 * no right-to-left letters or is longer than anybody's line. */
char *bidi_visual(const char *line);
/* The same; *from (caller frees): for each byte of it the byte of the line where
 * its character begins. */
char *bidi_visual_from(const char *line, uint32_t **from);
#endif
