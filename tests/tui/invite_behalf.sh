#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The card of an invitation that came for somebody one stands in for: it says for
# whom, knows no clashes of one's own calendar, and is answered by one key.
# shellcheck source=tests/tui/lib.bash
. "$(dirname "$0")/lib.bash"
tui_scene --messages 5
owner=$(ready address2) me=$(ready address)
as_person owner 2
retinue delegate add "$me" --deliver both >/dev/null 2>&1 || echo "# delegate add"
as_person host 3
tui_board "$owner"
home screens
tui_sync
retinue event add "2026-11-30 10:30 1h Budget" --queue >/dev/null 2>&1
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
has On behalf
has you answer for
has > y accept
hasnot Budget
hasnot You are not among them
wait-idle
screen invite-behalf-80x24
keys y
has Accepted "Board"
has accepted   ^ waits
keys q q
keys y
quit 0
END
