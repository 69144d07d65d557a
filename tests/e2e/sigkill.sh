#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Killed at 200 random moments of syncing, filing and sending: afterwards mirror
# and server agree, no message is missing or there twice, and what was in the
# journal was sent exactly once. Towards the end the server loses answers, too.
# SEED=n repeats a run; KILLS=n changes its length; FAULTS=... the misbehaviour.
. tests/e2e/lib.bash
seed=${SEED:-$(($(date +%s) % 30000))}
kills=${KILLS:-200}
RANDOM=$seed
echo "# seed $seed, $kills kills"
sim_start --messages 120 --seed 7 || exit 1
home killed
user=$(ready user)
killed=0 round=0 sends=0 faulty=
faults=${FAULTS:-op=* every=9 fault=applydrop}
declare -A expected

misbehave() { curl -sf -X POST "$admin/faults" --data-binary "$1" >/dev/null; }
now_ms() { echo $(($(date +%s%N) / 1000000)); }

# killed_after MOST_MS COMMAND...: runs it and kills it within that time
killed_after() {
	local most=$1 pid wait
	shift
	wait=$((RANDOM * 32768 + RANDOM))
	wait=$((wait % most))
	"$bin/retinue" "$@" <"${input:-/dev/null}" >/dev/null 2>&1 &
	pid=$!
	sleep "$(printf '%d.%03d' $((wait / 1000)) $((wait % 1000)))"
	if kill -KILL $pid 2>/dev/null; then killed=$((killed + 1)); fi
	wait $pid 2>/dev/null
}

# A quarter longer than a verb takes here, in ms: what the moments are drawn
# from. A verb that was quicker does not count as killed.
took() {
	local begin
	begin=$(now_ms)
	"$@" >/dev/null 2>&1
	echo $((($(now_ms) - begin) * 5 / 4 + 10))
}

deliver() {
	curl -sf -X POST "$admin/deliver?user=$user" --data-binary \
		"From: Sim <sim@halden.example>
To: $user@halden.example
Subject: news $round
Message-ID: <news-$round@halden.example>

Round $round.
" >/dev/null
}

letter() { # KEY
	printf 'From: %s\nTo: %s\nSubject: letter %s\nMessage-ID: <%s>\n\nHello.\n' \
		"$(ready address)" "$(ready address2)" "$1" "$1"
}

# A send is owed exactly when its journal entry was committed before the kill.
send_killed() {
	local key=kill-$sends@halden.example
	sends=$((sends + 1))
	letter "$key" >"$work/letter"
	input=$work/letter killed_after "$send_ms" send -t
	expected[$key]=$(sqlite3 "$store" \
		"SELECT count(*) FROM journal_step WHERE key = '$key' AND kind = 4" 2>/dev/null)
	[ -n "${expected[$key]}" ] || expected[$key]=0
}

ids() { retinue list "$1" -n 0 --jsonl 2>/dev/null | jq -r .id; }
pick() { [ ${#all[@]} -gt 0 ] && echo "${all[$((RANDOM % ${#all[@]}))]}"; }

# --- the first sync, begun again and again ----------------------------------------
curl -sf "$admin/mailbox" | jq -r '.folders[].items[]?.message_id' | sort >"$work/before"
home probe
first_ms=$(took retinue sync)
send_ms=$(took retinue send -t < <(letter probe@halden.example))
move_ms=$(took retinue move --wait "$(ids inbox | head -1)" Archive)
sync_ms=$(took retinue sync)
home killed
echo "# first sync $first_ms ms, sync $sync_ms, send $send_ms, move $move_ms"
while [ $killed -lt $((kills / 5)) ] && [ $round -lt $kills ]; do
	round=$((round + 1))
	killed_after "$first_ms" sync
done
check "a sync after the kills of the first one" retinue sync
is "both sides agree after the first sync" "$(mirror_side)" "$(server_side "$user")"

# --- everything else ------------------------------------------------------------------
mapfile -t all < <(ids inbox; ids Archive)
while [ $killed -lt "$kills" ] && [ $round -lt $((kills * 8)) ]; do
	round=$((round + 1))
	if [ $killed -ge $((kills * 3 / 5)) ] && [ -z "$faulty" ]; then
		faulty=1
		misbehave "$faults"
	fi
	how=--wait
	[ $((RANDOM % 3)) = 0 ] && how=--queue
	case $((RANDOM % 10)) in
	0 | 1) killed_after "$sync_ms" sync ;;
	2 | 3 | 4) send_killed ;;
	5) killed_after "$move_ms" move "$how" "$(pick)" "$(pick)" Archive ;;
	6) killed_after "$move_ms" move "$how" "$(pick)" inbox ;;
	7) killed_after "$move_ms" delete "$how" "$(pick)" ;;
	8) killed_after "$move_ms" flag "$how" "$(pick)" ;;
	9) killed_after "$move_ms" category "$how" "$(pick)" --add "Round $((RANDOM % 5))" ;;
	esac
	[ $((RANDOM % 6)) = 0 ] && deliver && echo "<news-$round@halden.example>" >>"$work/before"
	[ $((round % 25)) = 0 ] && mapfile -t all < <(ids inbox; ids Archive)
done
[ $killed -ge "$kills" ]
result $? "killed $killed times in $round rounds"

misbehave '# no more'
# --- afterwards -----------------------------------------------------------------------
check "the mirror is sound" retinue cache check
check "a quiet sync" retinue sync
check "and another" retinue sync
is "nothing waits" "$(retinue status --short '{waiting}')" 0
is "both sides agree" "$(mirror_side)" "$(server_side "$user")"
curl -sf "$admin/mailbox" | jq -r '.folders[].items[]?.message_id' |
	grep -vE '<(kill-|probe@)' | sort >"$work/after"
is "no message is missing, none there twice" "$(cat "$work/after")" "$(sort "$work/before")"

curl -sf "$admin/sent" | jq -r '.[].message_id' | tr -d '<>' | grep '^kill-' | sort >"$work/went"
for key in "${!expected[@]}"; do
	[ "${expected[$key]}" = 0 ] || echo "$key"
done | sort >"$work/owed"
is "what was journalled was sent exactly once" "$(cat "$work/went")" "$(cat "$work/owed")"
echo "# $sends letters, $(wc -l <"$work/owed") of them owed"
sent_copies=$(curl -sf "$admin/mailbox" |
	jq -r '.folders[] | select(.distinguished == "sentitems") | .items[].message_id' |
	tr -d '<>' | grep '^kill-' | sort)
is "each has one copy in Sent Items" "$sent_copies" "$(cat "$work/owed")"
is "no draft is left" "$(curl -sf "$admin/mailbox" |
	jq -r '.folders[] | select(.distinguished == "drafts") | .items[].message_id' |
	grep -c kill-)" 0
done_testing
