#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The calendar: every view, moving about, making, moving, taking back.
# shellcheck source=tests/tui/lib.bash
. "$(dirname "$0")/lib.bash"
tui_scene --messages 20
tui_sync
add() { retinue event add "$@" --queue >/dev/null 2>&1; }
add "2026-11-23 9:00 15m Standup" --repeat "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR" --where "Room 1"
add "2026-11-23 10:00 90m Budget" --where "Room 4.12"
add "2026-11-24 11:00 1h Design sync" --where "Room 2.01"
add "2026-11-24 11:00 1h Interview"
add "2026-11-24 14:00 90m Vendor" --show-as tentative
add "2026-11-25 10:00 1h 1:1 Grace" --where 2.14
add "2026-11-26 14:00 90m Board" --private
add "2026-11-27 10:00 1h Review" --show-as away
add "2026-11-25 - 2026-11-26 Offsite Hamburg"
add "2026-11-23 13:00 30m Lunch" --show-as elsewhere
add "2026-12-01 10:00 30m 日本語の会議"
# Without the server: what waits stays as it is.
tui_offline
tui_run <<END
size 80x24
run $retinue
wait-text Inbox
wait-text offline
keys M-2
wait-text work week
wait-idle
screen calendar-80x24
keys 4
wait-text month
wait-idle
screen calendar-month-80x24
keys 5
wait-text Agenda
wait-idle
screen calendar-agenda-80x24
keys 3
wait-text Sun 29
keys 1
wait-text Thu 26 Nov 2026
# a new one in words, moved, stretched, taken back
keys n
type fri 16:00 30m Tea
keys Enter
wait-text Added Tea
wait-text Tea
# it is under the cursor, and stays there when it moves among others
has Fri 16:00-16:30  Tea
keys n
type fri 15:30 90m Talk
keys Enter
has Fri 15:30-17:00  Talk
keys ] ]
has Fri 16:30-18:00  Talk
keys [ {
has Fri 16:00-17:00  Talk
wait-idle
# one that grows takes the other lane, and is still the one
keys n
type fri 16:00 15m Pause
keys Enter
has Fri 16:00-16:15  Pause
keys } } }
has Fri 16:00-17:45  Pause
wait-idle
has Fri 16:00-17:45  Pause
keys d
has Cancelled Pause
keys u
has Undone
keys u u u u
has Undone: add "Pause"
wait-idle
keys k j
has 16:00-17:00  Talk
keys d
has Cancelled Talk
hasnot 16:00-17:00  Talk
keys u
has Undone
has Talk
keys u
wait-idle
keys u
wait-idle
keys u
wait-idle
keys u
wait-idle
keys u
has Undone: add "Talk"
keys u
has Undone: add "Tea"
# days and weeks; the key takes the message away
keys 2 L
wait-text Week 49
has 日本語の会議
keys H t
wait-text Week 48
hasnot Tea
size 160x50
wait-idle
screen calendar-160x50
size 40x12
wait-idle
screen calendar-40x12
size 80x24
# days that end before another begins stand in one row
keys 2 n
type fri - fri Fair
keys Enter
has ] [Fair
# another zone's hours stand beside one's own as soon as one says so
hasnot Asia/Tokyo
keys :
type set second-zone Asia/Tokyo
keys Enter
has Asia/Tokyo +9:00
has >08 17
keys Q
keys y
quit 0
END
