#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Two retinues on two mailboxes: one by EWS and one over WebDAV, both over WebDAV
# where no server attends to calendars, both by EWS. They invite, move, rename,
# answer, cancel and invite again at random, online and offline, while the server
# misbehaves. After every stretch, with the faults gone and both in step, the two
# calendars and the tracking must agree.
#   WALK_OPS=N     operations for each pair
#   WALK_SEED=N    another walk; a pair's walk is the same again for its seed
#   WALK_ATTEND=1  for dav+dav: somebody else's Outlook brings the messages into
#                  the calendars (dossier WebDAV 16.3); else it is up to us
#   WALK_PAIRS=    of ews+dav, dav+dav and ews+ews, in blanks; else all three
# A walk of 500, which takes some ten minutes for a pair:
#   WALK_OPS=500 WALK_PAIRS=ews+dav WALK_SEED=$RANDOM tests/e2e/meeting_walk.sh
# shellcheck source=tests/e2e/lib.bash
. tests/e2e/lib.bash
start=1795516320 # Tue 24 Nov 2026 11:32 in Berlin; a minute for each operation
ops=${WALK_OPS:-16} seed=${WALK_SEED:-3964786}
echo "# WALK_SEED=$seed WALK_OPS=$ops"

# The random number is given in $r: $( ) would be another generator.
pick() { r=$((RANDOM % $1)); }
misbehave() { curl -sf -X POST "$admin/faults" --data-binary "$1" >/dev/null; }
as() { # a or b
	local dialect=${pair#*+}
	[ "$1" = b ] || dialect=${pair%+*}
	ews=$(ready ews_url)
	[ "$dialect" = ews ] || ews=$sim_url/exchange/
	[ "$1" = a ] && home a || home b 2
}
other() { [ "$1" = a ] && echo b || echo a; }
agenda() { retinue agenda "2026-12-01 120d" --json 2>/dev/null; }
# What the organizer has, and what the guest must have: start, title, answer.
held() {
	agenda | jq -r '.events[] | select(.meeting and .organizer_is_me and (.cancelled | not)) |
		[.start, .subject, (if .answers.accepted > 0 then "accepted" elif .answers.tentative > 0 then "tentative" elif .answers.declined > 0 then "declined" else "none" end)] | join("|")' | sort
}
seen() {
	agenda | jq -r '.events[] | select(.meeting and (.organizer_is_me | not) and (.cancelled | not)) |
		[.start, .subject, (if .my_answer == "unknown" then "none" else .my_answer end)] | join("|")' | sort
}
sync_both() {
	for _ in 1 2 3; do
		for who in a b; do
			as $who
			retinue sync >/dev/null 2>>"$work/trouble"
		done
	done
}
# An id (with @day of a series' occurrence) of an own meeting, or of one that
# the other called; empty: there is none.
choose() { # own|theirs
	local own=true list
	[ "$1" = own ] || own=false
	mapfile -t list < <(agenda | jq -r --argjson own $own '.events[] | select(.meeting and .organizer_is_me == $own and (.cancelled | not)) | [.id, .recurring, .start[0:10]] | join("|")')
	id=
	[ ${#list[@]} -gt 0 ] || return 1
	pick ${#list[@]}
	IFS='|' read -r id recurring on <<<"${list[r]}"
	# Half of the time one of the series, else all of it.
	pick 2
	[ "$recurring" = true ] && [ "$r" = 0 ] && id=$id@$on
	return 0
}
step() { # WHO
	local peer day answer n=$1 answers=(accept tentative decline)
	as "$who"
	peer=$(ready address)
	[ "$who" = a ] && peer=$(ready address2)
	retinue sync >/dev/null 2>>"$work/trouble"
	pick 20
	local what=$r
	pick 90
	day=$(date -d "2026-12-01 +$r days" +%F)
	pick 4
	local flag=--wait
	[ "$r" = 0 ] && flag=--queue
	case $what in
	0 | 1 | 2 | 3)
		retinue event add "$day 09:00 45m M$n" --with "$peer" $flag
		;;
	4)
		retinue event add "$day 13:00 30m S$n" --repeat "FREQ=WEEKLY;COUNT=3" --with "$peer" $flag
		;;
	5 | 6 | 7 | 8)
		choose own && retinue event edit "$id" +1h $flag
		;;
	9)
		choose own && retinue event edit "$id" --subject "R$n" $flag
		;;
	10 | 11)
		choose own && retinue event cancel "$id" $flag
		;;
	12)
		# Somebody who declined is asked again.
		choose own && retinue event edit "$id" "$day 10:00 30m" $flag
		;;
	*)
		mapfile -t open < <(retinue invite list --json 2>/dev/null | jq -r '.invites[] | "\(.id) \(.occurrence)"')
		[ ${#open[@]} -gt 0 ] || return 0
		pick ${#open[@]}
		local m=${open[r]% *} one=${open[r]#* }
		# A single time declined and its series accepted: no server says
		# which of them counts.
		[ "$one" = null ] && pick 3 || pick 2
		retinue invite "${answers[r]}" "$m" $flag
		;;
	esac >"$work/out" 2>"$work/err"
	echo "$(date +%T) $n $who $what ${id:-} $day $flag [$fault] $(tr '\n' ' ' <"$work/out") $(tr '\n' ' ' <"$work/err")" >>"$work/trace"
}
faults=('' '' 'op=* nth=7 fault=applydrop' 'op=* nth=5 fault=drop:10' 'op=* nth=9 times=2 fault=503:1'
	'op=* every=11 fault=applydrop' 'op=DAV-PUT nth=1 fault=applydrop' 'op=DAV-MOVE nth=1 fault=applydrop'
	'op=CreateItem nth=1 fault=applydrop' 'op=UpdateItem nth=1 fault=applydrop' 'op=* nth=12 fault=500')
agree() { # NAME
	misbehave ''
	sync_both
	# What was answered when it had gone is told, and given up.
	for who in a b; do
		as $who
		for e in $(retinue status --json | jq '.outgoing[]? | select(.error // "" | startswith("the meeting is gone")) | .entry'); do
			retinue resolve "$e" --server >/dev/null 2>&1
		done
	done
	sync_both
	as a; held >"$work/held.a"; seen >"$work/seen.a"
	as b; held >"$work/held.b"; seen >"$work/seen.b"
	for who in a b; do
		grep -v '|declined$' "$work/held.$who" >"$work/want.$(other $who)"
		# Declined: it is gone from the calendar; told of a change since
		# then it is open again, or stands there as declined.
		grep '|declined$' "$work/held.$who" | sed 'p; s/declined$/none/' >"$work/again"
		grep -vxFf "$work/again" "$work/seen.$(other $who)" >"$work/still" || [ $? = 1 ]
		mv "$work/still" "$work/seen.$(other $who)"
	done
	is "$1: b has a's meetings ($(wc -l <"$work/want.b")), as a tracks them" "$(cat "$work/seen.b")" "$(cat "$work/want.b")"
	is "$1: a has b's meetings ($(wc -l <"$work/want.a")), as b tracks them" "$(cat "$work/seen.a")" "$(cat "$work/want.a")"
}
walk() {
	local k=0
	as a; retinue sync >/dev/null 2>&1
	as b; retinue sync >/dev/null 2>&1
	while [ $k -lt "$ops" ]; do
		k=$((k + 1))
		export RETINUE_TEST_NOW=$((start + 60 * k))+
		pick ${#faults[@]}
		fault=${faults[r]} id=
		misbehave "$fault"
		pick 2
		who=a
		[ "$r" = 0 ] || who=b
		step $k
		[ $((k % 20)) -ne 0 ] && [ $k -ne "$ops" ] || agree "$pair, after $k operations"
		[ $test_failed = 0 ] && [ -s "$work/ready" ] || break
	done
	is "$pair: there was something to agree on" "$(cat "$work"/held.? | wc -l | sed 's/^0$/nothing/;t;s/.*/some/')" some
	for who in a b; do
		as $who
		is "$pair: nothing of $who's waits or is stuck" "$(retinue status --json | jq -c '[.waiting, .outgoing]')" '[0,[]]'
	done
}

for pair in ${WALK_PAIRS:-ews+dav dav+dav ews+ews}; do
	rm -rf "$work/a" "$work/b"
	export RETINUE_TEST_NOW=$start+
	RANDOM=$((seed % 32768))
	DIALECT=both version=2007sp1
	[ "$pair" != dav+dav ] || DIALECT=webdav version=2003
	[ "$pair" != ews+ews ] || DIALECT=ews version=2013
	sim_start --messages 3 --no-invitations --version $version || exit 1
	# Over WebDAV both ways: with a client of the server's own age around, and
	# without one, so that all of it is up to us.
	[ "$pair" != dav+dav ] || curl -sf -X POST "$admin/dav?attend=${WALK_ATTEND:-0}" >/dev/null
	walk
	kill "${sims[-1]}"
done
done_testing
