#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Free/busy of an Exchange 2003: the page below /public, the messages of
# SCHEDULE+ FREE BUSY where it fails; and our own that the server does not write.
export DIALECT=webdav
# shellcheck source=tests/e2e/lib.bash
. tests/e2e/lib.bash
export RETINUE_TEST_NOW=1795516320 # Tue 24 Nov 2026 11:32 in Berlin

sim_start --messages 5 || exit 1
host=$(ready address) guest=$(ready address2)
misbehave() { curl -sf -X POST "$admin/faults" --data-binary "$1" >/dev/null; }
busy() { # RANGE NAME...
	local range=$1
	shift
	retinue freebusy "$@" "$range" --json |
		jq -r '.people[] | .address + " " + (.error // ([.busy[] | .start[11:16] + "-" + .end[11:16] + " " + .show_as] | join(", ")))'
}
home host
retinue sync >/dev/null 2>&1
check "a meeting is called" retinue event add "fri 9:30 45m Wire" --with "$guest" --wait
check "and something away" retinue event add "fri 13:00 2h Dentist" --show-as away --wait
wanted="$host 09:30-10:15 busy, 13:00-15:00 away
$guest 09:30-10:15 tentative
nobody@halden.example nothing is published for this mailbox"
is "the page tells both, and who has none" "$(busy "fri 1d" "$host" "$guest" nobody@halden.example)" "$wanted"
is "in one request" "$(grep -c 'op=DAV-GET cmd=freebusy' "$sim_log")" 1
# No more than one request for a hundred mailboxes, and an answer for each.
for n in 50 100 120; do
	before=$(grep -c 'op=DAV-GET cmd=freebusy' "$sim_log")
	# shellcheck disable=SC2046
	is "free/busy of $n people: answers and requests" \
		"$(busy "fri 14d" "$host" $(seq -f 'colleague%03g@halden.example' 2 $n) | wc -l) $(($(grep -c 'op=DAV-GET cmd=freebusy' "$sim_log") - before))" \
		"$n $(((n + 99) / 100))"
done
misbehave 'op=DAV-GET every=1 fault=status:404'
is "where the page is not served the messages tell the same" \
	"$(busy "fri 1d" "$host" "$guest" nobody@halden.example)" "$wanted"
misbehave ''
is "beyond what is published nothing is known" "$(busy "2027-03-01 1d" "$host")" "$host 00:00-00:00 no-data"
check "and slots are found by us" sh -c "'$bin/retinue' freebusy $host $guest --suggest 1 --duration 60m 'fri 1d' --json | jq -e '.suggestions[0].start[11:16] == \"08:00\"'"
misbehave 'op=DAV-GET every=1 fault=status:404
op=DAV-PROPFIND every=1 fault=status:500'
is "neither: of each there is no data, and why" \
	"$(busy "fri 1d" "$host" "$guest" | grep -c '^[^ ]* no data: the server tells no free/busy at http.*/public/')" 2
misbehave 'op=DAV-GET every=1 fault=status:404
op=DAV-PROPFIND every=1 fault=status:404'
is "without public folders it is the same" "$(busy "fri 1d" "$guest" | grep -c ' no data: ')" 1
misbehave ''
curl -sf -X POST "$admin/dav?publish=0" >/dev/null
check "where the server publishes nothing" retinue event add "fri 16:00 1h Late" --show-as tentative --wait
is "we do" "$(busy "fri 1d" "$host")" "$host 09:30-10:15 busy, 13:00-15:00 away, 16:00-17:00 tentative"
check "a series too" retinue event add "sat 10:00 30m Sweep" --repeat "FREQ=DAILY;COUNT=3" --wait
is "with each of its days" "$(busy "sat 3d" "$host")" "$host 10:00-10:30 busy, 10:00-10:30 busy, 10:00-10:30 busy"
done_testing
