#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Recoverable items: listed, restored, purged; what a server that does not list
# them says, and what one may do offline.
. "$(dirname "$0")/lib.bash"
sim_start --version 2010 || exit 1
home ada
list() { retinue recover list --json; }
exits "there are none before a sync" 1 retinue recover
check "sync" retinue sync
exits "and none after it" 1 retinue recover
retinue list inbox --json | jq -r '.items[:3][] | [.id, .subject] | @tsv' >"$work/three"
check "three are deleted for good" sh -c "cut -f1 '$work/three' | xargs '$bin/retinue' delete --soft"
check "sync the deletion" retinue sync
is "they can be had back" "$(list | jq -r '.items[].subject' | sort)" "$(cut -f2 "$work/three" | sort)"
documented() { # the members that the manual names
	retinue man | sed -n '/^\.Sh JSON/,/^\.Sh ENV/p' | sed -n "/^\.It Li $1\$/,/^\.It/p" | sed '1d' | grep '^\.Li' | sed 's/^\.Li//' | tr -d ' ' | tr ',' '\n' | sed '/^$/d' | sort | paste -sd,
}
members() { jq -r '.items[0] | keys | sort | join(",")'; }
is "their JSON is what the manual says" "$(documented recoverable)" "$(list | members)"
id=$(list | jq -r '.items[0].id') subject=$(list | jq -r '.items[0].subject')
check "restore" retinue recover restore "$id"
check "sync what came back" retinue sync
is "it is in the Inbox again" "$(retinue list inbox --json -n 0 | jq --arg s "$subject" '[.items[] | select(.subject == $s)] | length > 0')" true
is "and no longer among them" "$(list | jq '.items | length')" 2
entry=$(retinue undo --list --json | jq '[.journal[] | select(.kind == "restore")][0] | select(.state == "done" and .can_undo) | .entry')
check "it is taken back" retinue undo "$entry" --wait
check "sync what went again" retinue sync
is "it is among them again" "$(list | jq --arg s "$subject" '[.items[] | select(.subject == $s)] | length')" 1
exits "a second time it is not" 2 retinue undo "$entry" --wait
check "restore it once more" retinue recover restore "$(list | jq -r --arg s "$subject" '.items[] | select(.subject == $s) | .id')"
id=$(list | jq -r '.items[0].id') subject=$(list | jq -r '.items[0].subject')
is "into a folder named" "$(retinue recover restore "$id" --folder Travel --json | jq -c .)" '{"v":1,"restored":1}'
check "sync the folder" retinue sync
is "it is there" "$(retinue list Travel --json -n 0 | jq --arg s "$subject" '[.items[] | select(.subject == $s)] | length')" 1
id=$(list | jq -r '.items[0].id')
is "a dry run does nothing" "$(retinue recover purge "$id" --dry-run) $(list | jq '.items | length')" "Would have 1 purged 1"
check "purge" retinue recover purge "$id"
exits "is the end of it" 1 retinue recover list
exits "a second time there is nothing" 1 retinue recover restore "$id"
exits "into no folder" 1 retinue recover restore "$id" --folder Nowhere
exits "usage" 2 retinue recover restore

for of in "ews 2007sp1" "webdav 2003"; do
	export DIALECT=${of% *}
	sim_start --version "${of#* }" || exit 1
	home "${of/ /}"
	retinue sync >/dev/null 2>&1
	exits "$of does not list them" 6 retinue recover
	is "and says so" "$(grep -c "deleted for good" "$work/err")" 1
done
done_testing
