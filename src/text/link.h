/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef TEXT_LINK_H
#define TEXT_LINK_H
/* Inside src/text only: the list of links of laid out text. */
#include "text/lines.h"

/* The number of the link; the same target with an honest text is listed once
 * (looked for among the last links). Target and text are made safe. */
uint32_t link_add(struct lines *out, const char *target, size_t target_len,
		  const char *shown, size_t shown_len);
/* Does the text name a host, and another one than the target's? */
bool link_is_mismatch(const char *target, const char *shown);
#endif
