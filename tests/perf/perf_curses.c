/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * The bare ncurses list: what a screen of text costs before any program does
 * anything. j, k, page keys move; q ends. The yardstick for start and keys.
 */
#include <locale.h>
#include <ncurses.h>

static void paint(int top, int cursor)
{
	for (int y = 0; y < LINES - 1; y++) {
		if (top + y == cursor)
			attron(A_REVERSE);
		mvprintw(y, 0,
			 "%6d  09:41  Ada Byron            Re: quarterly "
			 "report, message %d of many",
			 top + y, top + y);
		clrtoeol();
		attroff(A_REVERSE);
	}
	mvaddstr(LINES - 1, 0, "Msgs:100000 ready");
	move(cursor - top, 0);
	refresh();
}

int main(void)
{
	int top = 0, cursor = 0, c;

	setlocale(LC_ALL, "");
	initscr();
	cbreak();
	noecho();
	keypad(stdscr, TRUE);
	paint(top, cursor);
	while ((c = getch()) != 'q') {
		int page = LINES - 1;

		if (c == 'j' || c == KEY_DOWN)
			cursor++;
		else if ((c == 'k' || c == KEY_UP) && cursor > 0)
			cursor--;
		else if (c == KEY_NPAGE)
			cursor += page;
		else if (c == KEY_PPAGE)
			cursor = cursor > page ? cursor - page : 0;
		if (cursor < top || cursor >= top + page)
			top = cursor / page * page;
		paint(top, cursor);
	}
	endwin();
	return 0;
}
