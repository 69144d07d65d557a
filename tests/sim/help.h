/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef SIM_HELP_H
#define SIM_HELP_H
extern const char help_text[];
#endif
