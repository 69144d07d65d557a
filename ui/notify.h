/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_NOTIFY_H
#define UI_NOTIFY_H
/*
 * Telling a person who may be looking elsewhere. The message line is the
 * caller's business.
 */
struct strv;

/* how: an option's value: "off"; "bell"; "osc", the terminal's notification;
 * "auto" or NULL, that where the terminal is known to have one, else the bell;
 * or a command, run with text as its last argument and env ("NAME=value", may
 * be NULL). text: UTF-8, may be from a message. */
void notify_person(const char *how, const char *text, const struct strv *env);
#endif
