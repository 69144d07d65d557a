#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Free/busy: people, a group, rooms, somebody who is not known; the grid at
# every zoom, suggestions, a time taken into the event editor.
# shellcheck source=tests/tui/lib.bash
. "$(dirname "$0")/lib.bash"
sim_start || exit 1 # with everybody's meetings
HOME_CONF='reminders = no'
home screens
home=$work/screens
retinue=$(cd "$bin" && pwd)/retinue
tui_sync
tui_run <<END
size 80x24
run $retinue
wait-text online
keys , f
has When can we meet?
keys a
type petra.nadel@halden.example, claire.moreau@halden.example, nobody@halden.example
keys Enter
has no data: no such
has ALL required
keys a
type sales@halden.example
keys Enter
has +
has (6)
keys R
has Room Fjord
has rRoom
gone-text asking
# everybody's answer is in what is suggested
has 9 of 9
screen freebusy-80x24
# the group is expanded, one of it is optional
keys j j j j e
has Sofia Rossi
keys j o
has oSofia Rossi
keys k e
hasnot Sofia Rossi
# coarser, other hours, another day
keys - -
has 60m
keys + + w
has all hours
keys w ]
has Fri 27 Nov
keys > >
has 1 h 30
keys < <
# somebody goes
keys k d
hasnot nobody@halden
has 8 of 8
keys n
has >2 Fri 27 Nov
size 160x50
gone-text asking
screen freebusy-160x50
# the mouse: pressed and drawn to the right, then to the left of it; a row;
# a suggestion
drag 55,6 63,6
has Fri 27 Nov 13:00-15:00
drag 60,6 55,6
has Fri 27 Nov 13:00-14:
click 4,7
has >*Petra Nadel
wheel-down 30,5
has >*Claire Moreau
click 10,21
has >4
drag 40,6 43,6
has Fri 27 Nov 10:00-11:00
click 4,9
has >+Sales
size 40x12
wait-idle
screen freebusy-40x12
size 80x24
# it is taken into the event editor, changed there in free/busy, and sent
keys Enter
has New meeting
has that hour
keys f
has When can we meet?
keys l l Enter
has New meeting
keys Enter
type Kick-off
keys Enter
has Kick-off
gone-text asking
has All are free
screen event-80x24
keys s
has Send invitations?
keys y
has Added "Kick-off", invitations go out
keys Q
keys y
quit 0
END
