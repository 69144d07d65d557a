/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef MIME_REPLY_BLOCK_H
#define MIME_REPLY_BLOCK_H
/* Inside src/mime and its door only: the block that quotes a message. */
#include "mime/build.h"
#include "mime/read.h"

/* The line above it; what follows is not the writer's. */
#define REPLY_BLOCK_LINE "________________________________"

bool reply_has_html(const struct mime_message *m);
/* Finds the block again in a draft that was kept: d->text and its HTML. */
void reply_find_block(struct mime_draft *d, const char *html);
/* Fills d->quoted_text and quoted_html, and takes along the pictures that the
 * HTML shows. */
void reply_add_block(struct mime_draft *d, struct mime_message *m);
#endif
