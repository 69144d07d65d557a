#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every view of the calendar at every size, crowded and empty, in a western and
# a CJK locale: names of days, the first day of the week, wide text; a second
# zone; moving and stretching with the mouse.
# shellcheck source=tests/tui/lib.bash
. "$(dirname "$0")/lib.bash"
locales=$work/locales
mkdir -p "$locales"
for l in de_DE ja_JP; do
	localedef -i $l -f UTF-8 "$locales/$l.UTF-8" >/dev/null 2>&1
done
HOME_CONF=
tui_scene --messages 5
printf '\n[ui]\nsecond-zone = Asia/Tokyo\n' >>"$RETINUE_CONFIG"
tui_sync
add() { retinue event add "$@" --queue >/dev/null 2>&1; }
add "2026-11-23 9:00 15m Standup" --repeat "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR" --where "Room 1"
add "2026-11-23 10:00 90m Budget" --where "Room 4.12"
add "2026-11-24 11:00 1h Design sync" --where "Room 2.01"
add "2026-11-24 11:00 1h Interview"
add "2026-11-24 11:30 1h Visit"
add "2026-11-24 14:00 90m Vendor" --show-as tentative
add "2026-11-26 10:00 1h 予算の会議" --where "会議室 4"
add "2026-11-26 10:30 1h Überraschung für Jürgen"
add "2026-11-26 14:00 90m Board" --private
add "2026-11-27 10:00 1h Review" --show-as away
add "2026-11-25 - 2026-11-26 Offsite Hamburg"
add "2026-11-26 Geburtstag"
tui_offline
views() { # NAME LOCALE DATE
	echo "env LC_ALL=$2.UTF-8"
	echo "env LOCPATH=$locales"
	echo "size 80x24"
	echo "run $retinue"
	echo "wait-text offline"
	echo "keys M-2"
	echo "wait-text UTC +0:00"
	echo "keys :"
	echo "type date $3"
	echo "keys Enter"
	for size in 80x24 160x50 40x12; do
		echo "size $size"
		for view in 1 2 3 4 5; do
			echo "keys $view"
			echo "wait-idle"
			echo "screen calendar-$1-$view-$size"
		done
	done
	echo "size 80x24"
	echo "keys Q"
	echo "keys y"
	echo "quit 0"
}
{
	views western de_DE 2026-11-26
	views cjk ja_JP 2026-11-26
	views empty de_DE 2029-03-14
	# the mouse: an event is moved a day and an hour on, then made longer
	echo "env LC_ALL=C.UTF-8
run $retinue
wait-text offline
keys M-2 2
wait-text UTC +0:00
keys :
type date 2026-11-26
keys Enter
wait-text Board
drag 55,18 70,20
has Changed Board: Fri 27 Nov 15:00-16:30 - u undo
has Fri 15:00-16:30  Board
drag 70,11 70,13
has Fri 10:00-12:00  Review
has Changed Review: Fri 27 Nov 10:00-12:00 - u undo
click 20,10
has Mon 10:00-11:30  Budget
# two presses show all of it
click 20,9
click 20,10
click 20,10
has When       Mon 23 Nov 2026  10:00-11:30
has Show as    busy
keys q
hasnot Show as
# the wheel scrolls; a key goes back to the cursor
click 20,9
wheel-down 40,12
wheel-down 40,12
wheel-down 40,12
wheel-down 40,12
has 23
hasnot Standup
keys k
has Standup
# a day of the month, the events of the agenda, the small month
keys 4
has w48
click 20,18
click 20,18
has day   UTC
keys t 5
has Agenda  from
click 20,5
cursor Geburtstag
size 160x50
keys 2
wait-idle
click 154,7
has Sat 14 Nov
click 142,6
has Week 45
keys Q
keys y
quit 0"
} >"$work/views"
tui_run <"$work/views"
