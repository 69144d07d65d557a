/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef BASE_UTF8_ASCII_H
#define BASE_UTF8_ASCII_H
/* The table behind utf8_to_ascii(), private to base/utf8.c. */
#include "base/mem.h"

/* ASCII standing near a code point that no decomposition leads to (quotes,
 * dashes, arrows, lines, stroked letters); NULL where the table has none. */
const char *utf8_ascii_near(uint32_t rune);
#endif
