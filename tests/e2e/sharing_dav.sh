#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Rights of others over WebDAV: security descriptors read and written, another's
# mailbox opened and used as far as they go, what must not be rewritten left.
export DIALECT=webdav
. "$(dirname "$0")/lib.bash"
sim_start || exit 1
home ada
ada=$(ready address)
grant() { curl -sf -X POST "$admin/grant?owner=$(ready user)&user=$(ready user2)&folder=$1&level=$2" >/dev/null; }
check "sync" retinue sync
grant inbox Author
is "a right is read, with the person's name" "$(retinue perm list inbox --json | jq -c '.permissions[] | select(.who == "person") | [.name, .level]')" '["Petra Nadel","Author"]'
sid=$(retinue perm list inbox --json | jq -r '.permissions[] | select(.who == "person") | .sid')
for level in None Contributor Reviewer NoneditingAuthor Author PublishingAuthor Editor PublishingEditor Owner; do
	is "$level is written and read" "$(retinue perm set Projects "$sid" $level --json | jq -r --arg s "$sid" '.permissions[] | select(.sid == $s) | .level')" $level
done
check "undo" retinue undo
is "sets it back" "$(retinue perm list Projects --json | jq -r --arg s "$sid" '.permissions[] | select(.sid == $s) | .level')" PublishingEditor
check "Owner again" retinue perm set Projects "$sid" Owner
check "Default stays behind the people" retinue perm set Projects default reviewer
is "as the server has it" "$(retinue perm list Projects --json | jq -c '[.permissions[].level]')" '["Reviewer","None","Owner"]'
exits "an address needs the directory" 6 retinue perm set Projects "$(ready address3)" reviewer
check "perm remove --recursive" retinue perm remove Projects "$sid" --recursive
is "takes it away" "$(retinue perm list Projects --json | jq -c '[.permissions[].level]')" '["Reviewer","None"]'
check "undo brings it back" retinue undo
is "as it was" "$(retinue perm list Projects --json | jq -c '[.permissions[].level]')" '["Reviewer","None","Owner"]'
check "and removed again" retinue perm remove Projects "$sid" --recursive
for odd in order revision; do
	curl -sf -X POST "$admin/acl?owner=$(ready user)&folder=Reports&kind=$odd" >/dev/null
	exits "rights of an odd $odd are left alone" 6 retinue perm set Reports default reviewer
done

home bob 2
retinue sync >/dev/null 2>&1
exits "without rights nothing opens" 6 retinue folder open "$ada" calendar
exits "nor a mailbox that is not there" 2 retinue folder open nobody@halden.example inbox
home ada
grant inbox Reviewer
home bob 2
own=$(retinue count)
check "the Inbox opens" retinue folder open "$ada" inbox
box=$(retinue folder list --jsonl | jq -r --arg o "$ada" 'select(.owner == $o and .mirrored) | .path')
is "and is what she has in it" "$(retinue list "$box" -n 0 --jsonl | jq -r .message_id | sort | sum)" "$(home ada; retinue list inbox -n 0 --jsonl | jq -r .message_id | sort | sum)"
is "with the rights held" "$(retinue folder list --jsonl | jq -c --arg o "$ada" 'select(.owner == $o and .mirrored) | .rights')" '["read"]'
is "none of it counts as one's own" "$(retinue count)" "$own"
id=$(retinue list "$box" -n 1 --format '{id}')
check "its message is read" sh -c "'$bin/retinue' show $id | grep -q '^From: '"
exits "what one may not delete stays" 6 retinue delete "$id" --wait
home ada
grant inbox Editor
home bob 2
check "sync" retinue sync
check "now it may be flagged" retinue flag "$id" --wait
mid=$(retinue show "$id" --json | jq -r .message.message_id)
is "in her mailbox" "$(server_side | grep -F "Inbox|$mid" | cut -d'|' -f4)" flag
printf 'From: x@y.example\nSubject: seen by both\n\nx\n' | curl -sf -X POST --data-binary @- "$admin/deliver?to=$ada" >/dev/null
retinue sync >/dev/null 2>&1
is "news of hers come with a sync" "$(retinue list "$box" -n 1 --format '{subject}')" "seen by both"
check "and close takes it away" retinue folder close "$ada"
is "without a trace" "$(retinue folder list --jsonl | jq -c 'select(.owner)')" ""
done_testing
