#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Signing in by a form, from end to end: Exchange 2003, 2007, and ISA Server in
# front of one; cookies that change with every answer or end while the program
# works; what doctor and account add say of it.
export DIALECT=webdav RETINUE_TEST_NO_DNS=1
. "$(dirname "$0")/lib.bash"
export KRB5CCNAME=FILE:$work/none
# What the mail folders hold; calendars and contacts have no Message-IDs.
with_ids() { grep -vE '^[^|]*\|\||^Calendar\|'; }
logons() { grep -c 'op=DAV-logon ' "$sim_log"; }
admin_dav() { curl -sf -X POST "$admin/dav?$1" >/dev/null; }

for kind in "2003 fba" "2007 fba" "2003 isa"; do
	read -r version auth <<<"$kind"
	sim_start --version "$version" --auth "$auth" || exit 1
	home "$version$auth"
	check "$kind: the mailbox is mirrored" retinue sync
	is "$kind: all of it" "$(diff <(server_side | with_ids) <(mirror_side | with_ids) | head -3)" ""
	n=$(logons)
	admin_dav expire=1
	check "$kind: cookies that have ended are got anew" retinue sync
	check "$kind: once for each connection" [ "$(logons)" -gt "$n" -a "$(logons)" -le $((n + 4)) ]
	admin_dav reissue=1
	n=$(logons)
	check "$kind: a letter is sent while every answer brings another cookie" sh -c \
		"echo Hello. | '$bin/retinue' send --to $(ready address2) --subject 'by form $version $auth' && '$bin/retinue' sync"
	is "$kind: and has come" "$(curl -sf "$admin/mailbox?user=$(ready user2)" | jq -r '.folders[] | select(.path == "Inbox") | .items[].subject' | grep -cx "by form $version $auth")" 1
	check "$kind: the newest cookie was sent each time" [ "$(logons)" -le $((n + 6)) ]
	admin_dav reissue=0
	check "$kind: doctor finds it good" retinue doctor
	is "$kind: and says how one signs in" "$(retinue doctor --json | jq -r '.rows[] | select(.name == "sign-in") | .signed_in')" "form of the web access"
	printf 'wrong\n' >"$work/$version$auth/password"
	n=$(logons)
	exits "$kind: a wrong password is told as such" 4 retinue sync
	check "$kind: after few tries" [ "$(logons)" -le $((n + 4)) ]
	is "$kind: no password in the log or the mirror" "$(grep -rc "$(ready password)" "$work/$version$auth/state" "$work/$version$auth/data" | grep -vc ':0$')" 0
done

# --- in the middle of things ---------------------------------------------------------
sim_start --version 2003 --auth fba || exit 1
home middle
curl -sf -X POST "$admin/faults" --data-binary 'op=DAV-SEARCH fault=delay:150' >/dev/null
retinue sync >"$work/out" 2>"$work/err" &
pid=$!
# Some requests get through each time, however slow the machine is.
for i in 1 2 3 4 5; do
	n=$(wc -l <"$sim_log")
	while kill -0 $pid 2>/dev/null && [ "$(wc -l <"$sim_log")" -lt $((n + 6)) ]; do sleep 0.1; done
	admin_dav expire=1
done
wait $pid
is "cookies that end again and again during the first sync break nothing" "$? $(diff <(server_side | with_ids) <(mirror_side | with_ids) | head -3)" "0 "
curl -sf -X POST "$admin/faults" --data-binary '' >/dev/null
admin_dav expire=1
check "out of office is asked for behind the form, too" retinue oof show
id=$(retinue list Inbox -n 1 --jsonl | jq -r .id)
admin_dav expire=1
check "a change is made although the cookies have ended" sh -c "'$bin/retinue' flag $id && '$bin/retinue' sync"
is "and is on the server" "$(curl -sf "$admin/mailbox" | jq -r '.folders[] | select(.path == "Inbox") | .items[] | select(.flag == "flagged") | .message_id' | grep -cF "$(retinue list Inbox -n 1 --jsonl | jq -r .message_id)")" 1

# --- set up ------------------------------------------------------------------------------
home setup
rm "$RETINUE_CONFIG"
add() { retinue account --address "$(ready address)" --password-command "cat $work/setup/$1" --setting "server=$sim_url/exchange/" --setting "user=$(ready user)" --setting allow-plain-http=yes add form; }
printf 'wrong\n' >"$work/setup/bad"
exits "account add tells a wrong password behind a form" 4 add bad
is "and writes nothing" "$(ls "$RETINUE_CONFIG" 2>/dev/null)" ""
check "it takes a server that has a form" add password
check "which then works" retinue sync
done_testing
