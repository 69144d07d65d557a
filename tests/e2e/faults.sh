#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A server that misbehaves in every way it knows while the mailbox is mirrored and
# changed; once it behaves again, one sync brings both sides together.
. tests/e2e/lib.bash
sim_start --messages 90 --seed 11 || exit 1
user=$(ready user)

misbehave() { curl -sf -X POST "$admin/faults" --data-binary "$1" >/dev/null; }
event() { curl -sf -X POST "$admin/event?user=$user&kind=$1&message=$2${3:-}" >/dev/null; }
deliver() {
	printf 'From: x@halden.example\nTo: %s@halden.example\nSubject: %s\nMessage-ID: <%s@x>\n\nText.\n' \
		"$user" "$1" "$1" | curl -sf -X POST "$admin/deliver?to=$user@halden.example" --data-binary @- >/dev/null
}
# The sides, after a sync without faults (a busy server has asked for patience).
settle() { # NAME
	misbehave '# none'
	check "$1: then it syncs" retinue sync
	is "$1: both sides agree" "$(mirror_side)" "$(server_side "$user")"
	is "$1: nothing waits" "$(retinue status --short '{waiting}')" 0
}

limit=30
[ "${RETINUE_BUILD:-build/default}" = build/default ] || limit=150 # a sanitizer is slow
n=0
while IFS= read -r fault; do
	n=$((n + 1))
	name=${fault#*fault=}
	# a first sync
	home "first$n"
	misbehave "$fault"
	LIMIT=$limit retinue sync >/dev/null 2>&1
	result $(($? >= 124)) "$name: the first sync ends"
	settle "$name, first sync"
	# changes on both sides, then a second one
	deliver "new$n"
	event read "$(server_side "$user" | awk -F'|' '$1 == "Inbox" && $3 == "unread" {print $2; exit}')"
	event delete "$(server_side "$user" | awk -F'|' '$1 == "Inbox" {print $2; exit}')"
	misbehave "$fault"
	id=$(retinue list inbox -n 9 --jsonl | jq -r .id | tail -1)
	LIMIT=$limit retinue move "$id" Archive >/dev/null 2>&1
	result $(($? >= 124)) "$name: a move ends"
	LIMIT=$limit retinue sync >/dev/null 2>&1
	result $(($? >= 124)) "$name: the second sync ends"
	settle "$name, second sync"
done <<'TABLE'
op=* every=3 fault=delay:60
op=* every=2 fault=drip:4000/1
op=* every=3 fault=drop:300
op=* every=4 fault=cut
op=* every=4 fault=wronglength
op=* every=5 fault=401
op=* every=5 fault=500
op=* every=6 fault=503:1
op=* every=5 fault=html
op=* every=1 fault=closeall
op=* every=3 fault=applydrop
op=* every=6 fault=busy:200
op=* every=6 fault=busymsg:200
op=* nth=6 fault=mailboxmove
op=SyncFolderItems every=3 fault=stalesync
op=GetItem every=1 fault=itemgone
op=* every=3 fault=partial
op=SyncFolderItems every=1 fault=dupchange
op=GetItem every=2 fault=badchars
op=SyncFolderItems every=2 fault=badchars
op=GetItem nth=1 fault=huge:3000000
TABLE
done_testing
