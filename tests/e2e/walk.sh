#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A random walk: what a person does (with and without the network), what others
# do at the server meanwhile, and a server that misbehaves. Afterwards the
# faults end and a quiet sync must find mirror and server equal, nothing waiting
# without a reason, and every count right.
# SEED=n is another walk, SEED=random a new one; STEPS=n sets its length, TRACE=1
# prints what was done.
. tests/e2e/lib.bash
seed=${SEED:-7}
[ "$seed" != random ] || seed=$(($(date +%s) % 30000))
steps=${STEPS:-80}
RANDOM=$seed
echo "# seed $seed, $steps steps"
sim_start --messages 40 --seed $((seed % 5 + 1)) || exit 1
home walk
user=$(ready user)
made=0 letters=0
declare -A owed

trace() { [ -z "${TRACE:-}" ] || echo "# $*"; }
post() { curl -s -o /dev/null -X POST "$admin/$1" ${2:+--data-binary "$2"}; }
encode() { jq -rn --arg s "$1" '$s | @uri'; }
one_of() { shift $((RANDOM % $#)); echo "$1"; }

# A line of the lines on standard input, chosen with the number $1: functions
# that run in a pipe must not draw numbers of their own.
line() {
	local all
	mapfile -t all
	[ ${#all[@]} = 0 ] || echo "${all[$(($1 % ${#all[@]}))]}"
}
folders=(inbox Archive Drafts "deleted" "Junk Email")
place() { # sets $place: a folder, one of those made here among them
	place=${folders[$((RANDOM % ${#folders[@]}))]}
	[ $((RANDOM % 3)) != 0 ] || place=$(retinue folder list --jsonl |
		jq -r 'select(.path | test("^(walk|theirs|new)")) | .path' | line $RANDOM)
	[ -n "$place" ] || place=Archive
}
message() { # sets $id: a message of some folder
	place
	id=$(retinue list "$place" -n 30 --jsonl 2>/dev/null | jq -r .id | line $RANDOM)
	[ -n "$id" ] || id=$(retinue list inbox -n 30 --jsonl | jq -r .id | line $RANDOM)
}
made_folder() { # sets $folder: one that may be changed; may be empty
	folder=$(retinue folder list --jsonl |
		jq -r 'select(.path | test("^(walk|theirs|new)")) | .path' | line $RANDOM)
}
act() { # VERB...: what a person does; being refused is no failure of the walk
	trace "$*"
	retinue "$1" "$queue" "${@:2}" </dev/null >"$work/out" 2>"$work/err"
	local status=$?
	[ -z "${TRACE:-}" ] || [ $status = 0 ] || echo "#   $status: $(head -1 "$work/err")"
	case $status in
	124 | 134 | 139) result 1 "$* gave $status" ;;
	esac
}
send_letter() {
	local key=walk-$letters@halden.example
	letters=$((letters + 1))
	trace "send $key"
	printf 'From: %s\nTo: %s\nSubject: letter %s\nMessage-ID: <%s>\n\nHello.\n' \
		"$(ready address)" "$(ready address2)" "$key" "$key" |
		retinue send -t --queue >/dev/null 2>&1 && owed[$key]=1
}

person() {
	message
	local first=$id
	case $((RANDOM % 22)) in
	0 | 1) act flag "$id" ;;
	2) act flag "$id" --off ;;
	3) act read "$id" ;;
	4) act read "$id" --unread ;;
	5) act category "$id" --add "$(one_of Red Green Blue)" ;;
	6 | 7 | 8) place && act move "$id" "$place" ;;
	9) message && place && act move "$first" "$id" "$place" ;;
	10) place && act copy "$id" "$place" ;;
	11 | 12) act delete "$id" ;;
	13) act delete "$id" "$(one_of --soft --hard)" ;;
	14) send_letter ;;
	15) made=$((made + 1)) && act folder create "walk$made" ;;
	16) made_folder && made=$((made + 1)) && [ -n "$folder" ] &&
		act folder create "$folder/walk$made" ;;
	17) made_folder && made=$((made + 1)) && [ -n "$folder" ] &&
		act folder rename "$folder" "new$made" ;;
	18) made_folder && first=$folder && made_folder && [ -n "$folder" ] &&
		act folder move "$first" "$folder" ;;
	19) made_folder && [ -n "$folder" ] && act folder "$(one_of delete empty)" "$folder" ;;
	20) act undo ;;
	21) act undo "$(retinue undo --list --json | jq -r '.. | .entry? // .id? // empty' | line $RANDOM)" ;;
	esac
}

# What another client does.
other() {
	local message kind
	# Not from Sent Items: a copy that nobody has seen there yet has no id here
	# by which its absence could be noticed.
	message=$(encode "$(curl -sf "$admin/mailbox?user=$user" |
		jq -r '.folders[] | select(.path | test("^(Recoverable|Sent)") | not) | .items[]?.message_id' | line $RANDOM)")
	case $((RANDOM % 10)) in
	0 | 1 | 2 | 3)
		kind=$(one_of read unread flag unflag delete purge)
		trace "they $kind $message"
		post "event?user=$user&kind=$kind&message=$message"
		;;
	4) post "event?user=$user&kind=category&name=Theirs&message=$message" ;;
	5 | 6) post "event?user=$user&kind=move&folder=$(one_of archive junkemail inbox)&message=$message" ;;
	7) made=$((made + 1)) && trace "they create theirs$made" &&
		post "folder?user=$user&kind=create&path=theirs$made" ;;
	8) folder=$(curl -sf "$admin/mailbox?user=$user" |
		jq -r '.folders[].path | select(test("^(walk|theirs|new)"))' | line $RANDOM)
		made=$((made + 1)) kind=$(one_of delete rename)
		[ -z "$folder" ] || trace "they $kind $folder"
		[ -z "$folder" ] || post "folder?user=$user&kind=$kind&name=new$made&path=$(encode "$folder")" ;;
	9) post "deliver?to=$(ready address)" "From: a@b.example
Subject: news $RANDOM
Message-ID: <news-$RANDOM-$made@b.example>

Hello." ;;
	esac
}

# Answers that get lost, servers that are busy, states that are lost.
misbehave() {
	local fault
	fault=$(one_of "op=* every=7 fault=applydrop" "op=* every=5 fault=busymsg:50" \
		"op=* every=6 fault=drop:200" "op=SyncFolderItems every=2 fault=stalesync" \
		"op=* every=5 fault=partial" "op=SyncFolderItems every=1 fault=dupchange" \
		"op=* every=8 fault=closeall" "# none" "# none")
	trace "faults: $fault"
	post faults "$fault"
}

check "the first sync" retinue sync
for ((n = 0; n < steps; n++)); do
	# A while without the network, then one with it.
	queue=--queue
	[ $((n / 8 % 2)) = 0 ] || queue=--wait
	[ $((n % 10)) != 0 ] || misbehave
	if [ $((RANDOM % 4)) = 0 ]; then other; else person; fi
	[ $((RANDOM % 12)) != 0 ] || { trace sync && LIMIT=20 retinue sync >/dev/null 2>&1; }
done

post faults '# no more'
check "a sync without faults" retinue sync
# What nobody but the person can decide is decided, one way or the other.
for ((n = 0; n < 5; n++)); do
	open=$(retinue undo --list --json | jq -r '.. | objects | select(.state? == "conflict" or .state? == "failed") | .entry // .id')
	[ -n "$open" ] || break
	for entry in $open; do
		trace "resolve $entry: $(retinue undo --list --json | jq -c ".. | objects | select((.entry? // .id?) == $entry)")"
		queue=--queue act resolve "$(one_of --mine --server --server)" "$entry"
	done
	retinue sync >/dev/null 2>&1
done
for entry in ${open:-}; do queue=--queue act resolve --server "$entry"; done
check "a quiet sync" retinue sync
sleep 2 # what the server could not take at once is due again
check "and another" retinue sync
is "nothing waits" "$(retinue status --short '{waiting}')" 0
is "no row believes that something waits" "$(sqlite3 "$store" \
	'SELECT count(*) FROM journal_step WHERE state < 4')" 0
is "both sides agree" "$(mirror_side)" "$(server_side "$user")"
made_here='select(test("(^|/)(walk|theirs|new)[0-9]+$"))'
is "the same folders" "$(retinue folder list --jsonl | jq -r ".path | $made_here" | sort)" \
	"$(curl -sf "$admin/mailbox?user=$user" | jq -r ".folders[].path | select(startswith(\"Recoverable\") | not) | $made_here" | sort)"
check "the mirror is sound, its counts are right" retinue cache check
# Those that were called back are drafts, or what became of drafts.
steps_of_letters() { sqlite3 "$store" "SELECT key FROM journal_step WHERE kind = 4 ${1:-} ORDER BY key"; }
is "every letter is in the journal" "$(steps_of_letters)" "$(printf '%s\n' "${!owed[@]}" | grep . | sort)"
is "every letter that was not called back went out once" "$(curl -sf "$admin/sent" | jq -r '.[].message_id' |
	tr -d '<>' | grep '^walk-' | sort)" "$(steps_of_letters "AND state = 4")"
done_testing
