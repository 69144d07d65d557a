#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A folder of 200,000 messages on an Exchange 2003: listed whole in pages of rows,
# what is old without its text; asked about again for next to nothing; and shown as
# soon as a small one, in little memory. N=n is another number.
# shellcheck source=tests/e2e/lib.bash
. tests/e2e/lib.bash
export DIALECT=webdav LIMIT=600
n=${N:-200000} peak_mb=100
# A sanitizer takes its own memory and ten times as long.
[ "${RETINUE_BUILD:-build/default}" = build/default ] || n=${N:-20000} peak_mb=2000

# The shortest time of three, in milliseconds.
ms() {
	local best=999999 from took
	for _ in 1 2 3; do
		from=$(date +%s%N)
		retinue "$@" >/dev/null
		took=$((($(date +%s%N) - from) / 1000000))
		[ $took -ge $best ] || best=$took
	done
	echo $best
}
requests() { grep -c " op=$1" "$sim_log"; }

sim_start --messages $((n * 5 / 4)) || exit 1 # a fifth is filed elsewhere
user=$(ready user) address=$(ready address)
HOME_CONF="offline-period = 1d
sync-folders = Inbox, Small"
home big
curl -sf -X POST "$admin/folder?user=$user&kind=create&path=Small" >/dev/null
curl -sf -X POST "$admin/deliver-many?to=$address&n=60&folder=Small" >/dev/null
there=$(curl -sf "$admin/mailbox?user=$user" | jq '.folders[] | select(.path == "Inbox") | .items | length')
check "there are as many as wanted" [ "$there" -gt $((n * 99 / 100)) ]

"$bin/retinue" sync >"$work/out" 2>"$work/err" &
pid=$!
while peak=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$pid/status" 2>/dev/null) && [ -n "$peak" ]; do
	most=$peak
	sleep 0.2
done
wait $pid
is "the first sync succeeds" $? 0
is "every message is here" "$(retinue count in:inbox)" "$there"
# Rows FROM-TO/ALL of each answer: the largest page, and what all of them brought.
read -r largest brought < <(sed -n 's/.* folder=Inbox rows=\([0-9]*\)-\([0-9]*\)\/.*/\1 \2/p' "$sim_log" |
	awk '{ if ($2 - $1 > most) most = $2 - $1; sum += $2 - $1 } END { print most + 0, sum + 0 }')
check "in pages of at most 1000 rows ($largest)" [ "$largest" -le 1000 ]
check "each row once ($brought)" [ "$brought" -le $((there + there / 50)) ]
check "the text of the newest alone" [ "$(requests DAV-GET)" -le $((n / 100 + 60)) ]
check "in less than $peak_mb MB ($((most / 1024)))" [ $((most / 1024)) -lt $peak_mb ]

: >"$sim_log"
check "a second sync" retinue sync
check "costs two requests at most" [ "$(grep -c ' op=DAV' "$sim_log")" -le 2 ]
printf 'From: x@y.example\nSubject: the last one\n\nx\n' | curl -sf -X POST --data-binary @- "$admin/deliver?to=$address" >/dev/null
: >"$sim_log"
check "one more" retinue sync
is "is here" "$(retinue list inbox -n 1 --format '{subject}') $(retinue count in:inbox)" "the last one $((there + 1))"
check "for a few requests" [ "$(grep -c ' op=DAV' "$sim_log")" -le 8 ]

small=$(ms list Small -n 50) large=$(ms list inbox -n 50)
check "it is listed like a small folder ($large ms, $small ms)" [ "$large" -le $((2 * small + 50)) ]
done_testing
