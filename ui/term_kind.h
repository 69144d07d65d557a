/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_TERM_KIND_H
#define UI_TERM_KIND_H
/* What terminals are known by their names, and what only some understand. */
#include "base/str.h"

/* A TERM whose terminal understands what xterm does beyond its description. */
bool term_kind_is_known(const char *name);
/* Asks which pictures it can show; the answers are INPUT_GRAPHICS events. */
void term_kind_add_question(struct str *out);
/* A notification by OSC 777 and, for those that have only that, OSC 9. */
void term_kind_add_notice(struct str *out, const char *title, const char *text);
#endif
