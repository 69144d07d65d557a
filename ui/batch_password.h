/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_BATCH_PASSWORD_H
#define UI_BATCH_PASSWORD_H
#include "ui/batch.h"

/* Asks on the terminal, or reads two lines of standard input: the old
 * password, the new one. The exit code. */
int account_password(struct batch *b);
#endif
