#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: the retinue authors
# The screens opened by a verb where one wants to be: on a day of the calendar,
# on people, on when they are free; what the themes look like.
# shellcheck source=tests/tui/lib.bash
. "$(dirname "$0")/lib.bash"
INVITATIONS= # everybody's meetings are there
tui_scene
cat >>"$RETINUE_CONFIG" <<END
[theme]
date = #123456
END
tui_sync
tui_run <<END
size 100x50
run $retinue calendar
has 23-27 November 2026
line 1 [2 Calendar]
wait-text online
keys Q y
quit 0
# a view and a day
run $retinue calendar agenda next mon
has Mon 30 Nov
hasnot Thu 26 Nov
# the same by the command
type :calendar day 24 dec
keys Enter
has Thu 24 Dec 2026
type :calendar week
keys Enter
has Mon 21
type :calendar no such day
keys Enter
has no such day
keys Q y
quit 0
# what the styles look like, those of the configuration too
env COLORTERM=truecolor
run $retinue theme preview high-contrast
has calendar6
style fg=#00ff00 quote1
style bold error
quit 0
run $retinue theme preview light
has calendar6
style fg=#1b7f3b ok
style fg=#123456 date
quit 0
env NO_COLOR=1
run $retinue theme preview
has calendar6
style plain quote1
quit 0
env NO_COLOR=
env COLORTERM=
# people
run $retinue people petra nad
has Petra Nadel
keys Q y
quit 0
run $retinue people
has Find people:
keys Esc Q y
quit 0
# when they are free
run $retinue freebusy petra.nadel@halden.example moreau --optional okafor 7 dec --duration 90m --tui
has When can we meet?
has Petra Nade
has Claire More
has oSamuel
has Mon 7 Dec
has 1 h 30
gone-text asking
# the calendar is below it
keys q
hasnot When can we meet?
line 1 [2 Calendar]
keys Q y
quit 0
END
