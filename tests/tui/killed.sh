#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A draft that was typed for a while and then killed with the program loses at
# most the last five seconds.
. "$(dirname "$0")/lib.bash"
HOME_CONF='mark-read-after = never'
tui_scene
tui_sync
unset EDITOR VISUAL
driver=$RETINUE_BUILD/tests/tui/tui
environment() {
	for v in RETINUE_CONFIG RETINUE_DATA RETINUE_CACHE RETINUE_STATE RETINUE_TEST_NOW; do
		echo "env $v=${!v}"
	done
	echo "size 80x24"
	echo "run $retinue"
}
{
	environment
	printf 'has work online\nwait-idle\nkeys m\nhas To:\ntype hanne\nkeys Tab Enter\nhas Subject:\ntype Long letter\nkeys Enter\nhas New message\n'
	for i in $(seq 40); do printf 'type sentence %d of the letter.\nkeys Enter\n' "$i"; done
	printf 'has sentence 40 of the letter.\ntype Unsaved perhaps.\ntimeout 30\nwait-text the program was killed here\n'
} >"$work/script"
"$driver" "$work/script" >"$work/driver.out" 2>&1 &
pid=$!
for _ in $(seq 300); do
	grep -q 'has sentence 40' "$work/driver.out" && break
	sleep 0.1
done
sleep 5
child=$(pgrep -P "$pid" -x retinue)
kill -9 "$child" "$pid" 2>/dev/null
wait "$pid" 2>/dev/null
kept=$(cat "$RETINUE_DATA"/work/drafts/* 2>/dev/null)
check "all forty sentences were kept" test "$(grep -c '^sentence [0-9]* of the letter' <<<"$kept")" = 40
check "and what was typed five seconds before the kill" grep -q '^Unsaved perhaps' <<<"$kept"
{
	environment
	cat <<-END
	has An unfinished message is here; R goes on with it
	wait-idle
	keys R
	has Draft
	has Subject  Long letter
	has sentence 1 of the letter.
	keys End
	has Unsaved perhaps.
	keys C-k y
	keys Q y
	quit 0
	END
} >"$work/script"
check "R goes on with it" "$driver" "$work/script"
check "and nothing is left behind" sh -c "! ls '$RETINUE_DATA'/work/drafts/*.eml* 2>/dev/null"
done_testing
