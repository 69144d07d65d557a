#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The event editor: every field by key, in words; an entry changed, one of a
# series and all of it; what was changed is asked about.
# shellcheck source=tests/tui/lib.bash
. "$(dirname "$0")/lib.bash"
tui_scene --messages 5
tui_sync
retinue event add "2026-11-26 12:00 1h Lunch" --queue >/dev/null 2>&1
retinue event add "2026-11-26 16:00 1h Choir" --repeat weekly --queue >/dev/null 2>&1
tui_offline
tui_run <<END
size 80x24
run $retinue
wait-text offline
keys M-2 1
wait-text Lunch
keys N
has New event
keys Enter
type Design sync
keys Enter
keys Enter
type fri 9:30 for 45m
keys Enter
has 09:30-10:15 (45 min)
keys Enter C-u
type Europe/Berlin
keys Enter
has here 08:30-09:15
keys Enter C-u
type weekly on tue, thu until 22 dec
keys Enter
has weekly on Tue, Thu, until 22 Dec 2026
keys Enter
type Room 2.01
keys Enter Enter C-u
type 1h
keys Enter Enter
has away
keys j Space
has [x]
keys j Enter
type Work, Customers
keys Enter Enter
type bring the plan
keys Enter
# what is not understood is said, and nothing is lost
keys k k k k k k k Enter C-u
type sometimes
keys Enter
has is not understood
has weekly on Tue, Thu
keys a
type grace@example.org
keys Enter
has New meeting
has grace@example.org
wait-idle
has not known
screen event-new-80x24
size 40x12
wait-idle
screen event-new-40x12
size 80x24
keys q
has Leave it as it was before?
keys n
keys s
has Send invitations?
keys q
has Added "Design sync" - u undo
# an entry is changed; what is under the cursor is chosen by its hour
keys : C-u
type date 2026-11-26
keys Enter
wait-text Lunch
keys j j j j j j j j
has 12:00-13:00  Lunch
keys e
has Edit event
has Lunch
keys j Enter
type +1h
keys Enter
has 13:00-14:00 (1 h)
keys s
has Changed "Lunch" - u undo
has 13:00-14:00  Lunch
# one of a series, then all of it
keys j j j j j j
has 16:00-17:00  Choir
keys e
has Change (t)his one, this and the (f)ollowing, or (a)ll of the series?
keys t
has this one of a series
keys k Enter
keys Esc
keys q
gone-text this one of a series
# this and the following: the old one ends before, a new one goes on
keys : C-u
type date 2026-12-10
keys Enter
has 16:00-17:00  Choir
keys e f
has this and the following
keys Enter
keys C-u
type Madrigals
keys Enter
screen event-following-80x24
keys s
has Changed "Madrigals" from that day on - u undo
has 16:00-17:00  Madrigals
keys u
has Undone: change "Madrigals" from one day on
has 16:00-17:00  Choir
keys d f
has Cancelled Choir - u undo
gone-text 16:00-17:00
keys u
has Undone
has 16:00-17:00  Choir
keys : C-u
type date 2026-11-26
keys Enter
has 16:00-17:00  Choir
keys e a
has all of the series
has weekly on Thu
keys x
has Delete this event?
keys y
has Cancelled "Choir" - u undo
gone-text 16:00-17:00
keys u
has Undone
keys Q
keys y
quit 0
END
