/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef TEXT_SANITIZE_H
#define TEXT_SANITIZE_H
/*
 * Text from outside made safe to write on a terminal or into a pipe that ends
 * there: every control character becomes a visible symbol, bidi and invisible
 * format characters are removed, invalid UTF-8 becomes U+FFFD.
 */
#include "base/str.h"

/* Many lines: \n stays, \r\n and a lone \r become \n, \f becomes an empty
 * line, tabs are expanded to stops of 8 cells. */
void sanitize_text(struct str *out, const char *s, size_t len, bool ascii);
/* One line of len bytes; as utf8_clean_line, appended. */
void sanitize_line(struct str *out, const char *s, size_t len, bool ascii);
/* True when s can be drawn as it is: printable ASCII and blanks only. */
bool sanitize_is_plain(const char *s, size_t len);
/* len without the torn UTF-8 character that a cut may have left at its end. */
size_t sanitize_whole(const char *s, size_t len);
#endif
