#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Another time that an attendee proposes: in the answer, and with the meeting.
# shellcheck source=tests/tui/lib.bash
. "$(dirname "$0")/lib.bash"
tui_scene --messages 5
retinue sync >/dev/null 2>&1
tui_board "$(ready address2)"
as_person guest 2
retinue invite tentative "$(retinue invite list --json | jq '.invites[0].id')" --propose +1h --wait >/dev/null 2>&1 || echo "# invite tentative"
home screens
tui_sync
tui_offline
tui_run <<END
size 80x24
run $retinue
wait-text offline
keys l
type Board
keys Enter
wait-text Board
keys Enter
has tentatively accepted your meeting
has Proposes  Mon 30 Nov 2026  11:00-12:00
keys q M-2 5
has Board
keys Enter
has required, tentative
has proposes Mon 30 Nov 2026  11:00-12:00
keys q Q y
quit 0
END
