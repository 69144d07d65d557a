/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef TEXT_FLOW_H
#define TEXT_FLOW_H
/* Inside src/text only: format=flowed (RFC 3676) to one line a paragraph. */
#include "base/str.h"

/* Appends text with its soft line breaks taken out; quote marks (">" each,
 * then a blank) stand once before each joined line. */
void flow_join(struct str *out, const char *text, size_t len, bool delsp);
#endif
