#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# An entry taken away and brought back by u while the server is there: before it
# has heard of it, and after. Somebody else's meeting comes back as that.
# shellcheck source=tests/tui/lib.bash
. "$(dirname "$0")/lib.bash"
tui_scene
tui_sync
retinue agenda "2026-11-26 9d" --json >"$work/agenda"
at=$(jq "[.events[] | (.my_answer == \"none\" or .my_answer == \"tentative\") and (.recurring | not)] | index(true)" "$work/agenda")
subject=$(jq -r ".events[$at].subject" "$work/agenda")
cat >"$work/lies" <<END
#!/bin/bash
# waits until the server has the entry (\$2) in folder \$1
for _ in {1..100}; do
	curl -sf "$admin/mailbox?user=$(ready user)" | jq -e --arg p "\$1" --arg s "\${2:-$subject}" \\
		'[.folders[] | select(.path | startswith(\$p)) | .items[]? | select(.subject == \$s)] | length == 1' >/dev/null && exit 0
	sleep 0.1
done
exit 1
END
chmod +x "$work/lies"
down=$(printf ' j%.0s' $(seq "$at"))
tui_run <<END
size 110x40
run $retinue
has work online
keys M-2 5
has Agenda
keys$down
wait-idle
cursor $subject
# at once: whatever the server knows of it
keys d u
has Undone: cancel "$subject"
has $subject
wait-idle
other $work/lies Calendar
# once it is gone there
keys t$down
cursor $subject
keys d
has Cancelled $subject
gone-text : $subject
other $work/lies Deleted
keys u
has Undone: cancel "$subject"
has : $subject
other $work/lies Calendar
has : $subject
# from one day on, and back by one key, too
keys : C-u
type date 2026-12-10
keys Enter
has Thu 10 Dec
wait-idle
keys j
has Thu 09:30-10:00  One-to-one
keys e f
has this and the following
keys Enter C-u
type Tandem
keys Enter s
has Send updates to the attendees?
keys q
has from that day on
has 09:30-10:00 # Tandem
other $work/lies Calendar Tandem
keys u
has from one day on
has 09:30-10:00 # One-to-one
hasnot 09:30-10:00 # Tandem
other $work/lies Deleted Tandem
has 09:30-10:00 # One-to-one
keys Q y
quit 0
END
