#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Free/busy: people, a group, rooms, somebody who is not known; the grid at
# every zoom, suggestions, a time taken into the event editor.
# shellcheck source=tests/tui/lib.bash
. "$(dirname "$0")/lib.bash"
INVITATIONS= # everybody's meetings are there
tui_domain
tui_scene
tui_sync
# An Exchange 2003 has no lists of rooms, tells nobody's working hours (so that
# a day begins later), and who is not known has nothing published; nor has a
# list of people, so that its members are asked about.
unknown='no such' rooms=$'has Room Fjord\nhas rRoom' next=n early=0 fourth=21
if [ "${DIALECT:-}" = webdav ]; then
	unknown=nothing rooms='has this server has no lists of rooms'
	next='n n' early=5 fourth=15
fi
at() { echo "$(($1 - early)),6"; }
tui_run <<END
size 80x24
run $retinue
wait-text online
keys , f
has When can we meet?
keys a
type petra.nadel@halden.example, claire.moreau@halden.example, nobody@halden.example
keys Enter
has no data: $unknown
has ALL required
keys a
type sales@halden.example
keys Enter
has +
has (6)
keys R
$rooms
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
keys $next
has >2 Fri 27 Nov
size 160x50
gone-text asking
screen freebusy-160x50
# the mouse: pressed and drawn to the right, then to the left of it; a row;
# a suggestion
drag $(at 55) $(at 63)
has Fri 27 Nov 13:00-15:00
drag $(at 60) $(at 55)
has Fri 27 Nov 13:00-14:
click 4,7
has >*Petra Nadel
wheel-down 30,5
has >*Claire Moreau
click 10,$fourth
has >4
drag $(at 40) $(at 43)
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
has Sales is busy.  All are free
screen event-80x24
keys s
has Send invitations?
keys y
has Added "Kick-off", invitations go out
keys Q
keys y
quit 0
END
