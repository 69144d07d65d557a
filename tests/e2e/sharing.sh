#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What others may do: rights on folders and delegates, by verb, and what the
# server makes of them.
. "$(dirname "$0")/lib.bash"
sim_start || exit 1
home ada
check "sync" retinue sync
other=$(ready address2)
exits "perm without a folder" 2 retinue perm list
exits "perm of a folder that is not there" 1 retinue perm list "No such folder"
exits "a level that is none" 2 retinue perm set inbox "$other" emperor
exits "somebody the address list does not know" 1 retinue perm set inbox zzyzx reviewer
level() { # FOLDER WHO
	retinue perm list "$1" --json | jq -r --arg w "$2" '.permissions[] | select(.address == $w or .who == $w) | .level'
}
is "nobody has rights yet" "$(retinue perm list inbox --json | jq -c '[.permissions[].level]')" '["None","None"]'
check "perm set --dry-run" sh -c "'$bin/retinue' perm set inbox '$other' reviewer --dry-run | grep -q '^would reviewer'"
is "changes nothing" "$(level inbox "$other")" ""
check "perm set" retinue perm set inbox "$other" reviewer
is "the server has it" "$(level inbox "$other")" Reviewer
check "a name of the address list will do" retinue perm set Archive "$(retinue gal show "$other" --format '{name}')" editor
is "and is that person" "$(level Archive "$other")" Editor
check "single rights" retinue perm set inbox "$other" read,create,edit-own
is "are told as they are" "$(retinue perm list inbox --json | jq -c --arg w "$other" '.permissions[] | select(.address == $w) | .rights')" '["read","create","edit-own","visible"]'
check "others keep theirs" retinue perm set inbox default contributor
is "when one is changed" "$(level inbox "$other") $(level inbox default)" "Custom Contributor"
exits "free/busy is of calendars" 2 retinue perm set inbox "$other" free-busy-time-only
check "of which it is" retinue perm set calendar "$other" free-busy-time-and-subject-and-location
is "as the server has it" "$(level calendar "$other")" FreeBusyTimeAndSubjectAndLocation
check "perm remove" retinue perm remove inbox "$other"
is "takes the entry away" "$(level inbox "$other")" ""
n=$(retinue folder list --jsonl | jq -r 'select(.path | test("^Projects(/|$)")) | .path' | wc -l)
is "--recursive changes all below" "$(retinue perm set Projects "$other" author --recursive --json | jq .changed)" "$n"
is "to the last" "$(level Projects/Aurora/Firmware "$other")" Author

# --- a folder that refuses is named, the others are done
curl -sf -X POST --data-binary 'op=UpdateFolder nth=2 times=1 fault=nomailbox' "$admin/faults" >/dev/null
exits "partly done is exit code 8" 8 retinue perm set Projects "$other" editor --recursive
is "and names what failed" "$(grep -c '^retinue: Projects/' "$work/err")" 1
curl -sf -X POST --data-binary '' "$admin/faults" >/dev/null

# --- delegates
exits "nobody acts for one yet" 0 retinue delegate list
is "which JSON says, too" "$(retinue delegate list --json | jq -c .delegates)" "[]"
check "delegate add" retinue delegate add "$other"
is "as Outlook proposes it" "$(retinue delegate list --json | jq -c '.delegates[0] | [.levels.calendar, .levels.tasks, .levels.notes, .copies, .private]')" '["Editor","Editor","None",true,false]'
is "the folder's rights have it" "$(level calendar "$other")" Editor
exits "who is one cannot be added" 7 retinue delegate add "$other"
check "delegate set" retinue delegate set "$other" inbox=reviewer private --deliver both
is "what is not named stays" "$(retinue delegate list --json | jq -c '[.deliver, (.delegates[0] | .levels.inbox, .levels.calendar, .copies, .private)]')" '["both","Reviewer","Editor",true,true]'
check "--deliver alone" retinue delegate set --deliver me
is "is kept" "$(retinue delegate list --json | jq -r .deliver)" me
exits "a word not understood" 2 retinue delegate set "$other" attic=editor
exits "set of who is none" 1 retinue delegate set "$(ready address3)" inbox=reviewer
home bob 2
check "the delegate sends in the owner's name" sh -c "printf 'To: $(ready address3)\nFrom: $(ready address)\nSubject: for her\n\nx\n' | '$bin/retinue' send -t"
home ada
check "delegate remove" retinue delegate remove "$other"
is "he is gone" "$(retinue delegate list --json | jq -c .delegates)" "[]"
home bob 2
exits "and sends no more in her name" 6 sh -c "printf 'To: $(ready address3)\nFrom: $(ready address)\nSubject: for her\n\nx\n' | '$bin/retinue' send -t"
# --- taken back
home ada
rights() { retinue perm list "$1" --json | jq -c '[.permissions[] | select(.who == "person") | [.address, .level]]'; }
below=$(rights Projects/Riverbank) was="$(rights Projects) $below"
retinue perm set Projects "$other" author >/dev/null
retinue perm set Projects "$other" editor --recursive >/dev/null
is "rights are in the undo list" "$(retinue undo --list --json | jq -r '.journal[0] | [.kind, .state, .can_undo] | @csv')" '"rights","done",true'
check "undo of the last" retinue undo
is "sets all folders back to what they had" "$(rights Projects) $(rights Projects/Riverbank)" "[[\"$other\",\"Author\"]] $below"
check "undo of the one before" retinue undo
is "takes away who was not there" "$(rights Projects) $(rights Projects/Riverbank)" "$was"
check "a delegate" retinue delegate add "$other" calendar=editor private
check "one that is changed" retinue delegate set "$other" calendar=reviewer no-private --deliver both
check "undo of the change" retinue undo
is "brings back what was" "$(retinue delegate list --json | jq -c '[.delegates[0].levels.calendar, .delegates[0].private, .deliver]')" '["Editor",true,"me"]'
n=$(retinue undo --list --json | jq ".journal[1].entry")
check "undo by its number" retinue undo "$n"
is "and nobody is one" "$(retinue delegate list --json | jq -c .delegates)" "[]"
exits "a second time it is said" 2 retinue undo "$n"
is "in words" "$(grep -c 'undone already' "$work/err")" 1

# --- another's mailbox, as far as the rights go
home ada
ada=$(ready address)
retinue perm remove inbox default >/dev/null
home bob 2
retinue sync >/dev/null 2>&1
exits "without rights nothing opens" 6 retinue folder open "$ada" inbox
exits "nor a mailbox that is not there" 2 retinue folder open nobody@halden.example
exits "a folder that not everybody has" 2 retinue folder open "$ada" attic
home ada
check "reviewer of the Inbox" retinue perm set inbox "$other" reviewer
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
is "and says why" "$(grep -c 'may not delete anything in' "$work/err")" 1
exits "nor is anything put into it" 6 retinue copy "$(retinue list inbox -n 1 --format '{id}')" "$box"
exits "the rights in it are the owner's business" 6 retinue perm list "$box"
home ada
check "editor of the Inbox" retinue perm set inbox "$other" editor
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
[ "${DIALECT:-ews}" = webdav ] || is "every request for hers named her mailbox" "$(grep -o 'op=[A-Za-z]*.* detour=[a-z0-9]*' "$sim_log" | head -3)" ""
home ada

# --- what the manual says of the JSON is what it is
retinue man | sed -n '/^\.Sh JSON/,/^\.Sh ENV/p' >"$work/json.man"
documented() {
	sed -n "/^\.It Li $1\$/,/^\.It/p" "$work/json.man" | sed '1d' | grep '^\.Li' | sed 's/^\.Li//' | tr -d ' ' | tr ',' '\n' | sed '/^$/d' | sort | paste -sd,
}
home ada
is "JSON of a permission" "$(documented permission)" "$(retinue perm list inbox --json | jq -r '.permissions[0] | keys | sort | join(",")')"
retinue delegate add "$other" >/dev/null
is "JSON of a delegate" "$(documented delegate)" "$(retinue delegate list --json | jq -r '.delegates[0] | keys | sort | join(",")')"

# --- nobody there to set anything back
check "a right more" retinue perm set Travel "$other" reviewer
kill "${sims[0]}"
wait "${sims[0]}" 2>/dev/null
exits "without the server nothing is taken back" 5 retinue undo
is "and it can be later" "$(retinue undo --list --json | jq '.journal[0].can_undo')" true
done_testing
