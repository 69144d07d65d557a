#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every verb, against a server that really does it: what the verb says is
# compared with what the server has afterwards.
. "$(dirname "$0")/lib.bash"
sim_start || exit 1
home ada

exits "reading before the first sync says so" 1 retinue list
exits "an unknown verb is a usage error" 2 retinue nonsense
exits "an option of another verb is a usage error" 2 retinue list --mbox x
check "sync" retinue sync
is "mirror and server agree after the first sync" "$(mirror_side)" \
	"$(server_side | grep -E "^($(retinue folder list --jsonl | jq -r 'select(.mirrored and .kind == "mail") | .path' | paste -sd'|'))\|")"

# --- libraries come when they are of use (src/base/load.h)
if [ -f "$RETINUE_BUILD/linked-late" ]; then
	check "the program starts without them" sh -c "! LD_TRACE_LOADED_OBJECTS=1 '$bin/retinue' | grep -E 'libcurl|libldap|libssl|libgmime|libxml2|libical'"
	check "a loader that binds at once is no hindrance" env LD_BIND_NOW=1 "$bin/retinue" sync
fi

# --- reading
check "list as JSON is versioned" sh -c "'$bin/retinue' list --json | jq -e '.v == 1 and (.items | length) > 10'"
check "list is newest first" sh -c "'$bin/retinue' list --jsonl -n 0 | jq -s -e '[.[].date | sub(\"[+-][0-9:]+$\"; \"\")] | . == (sort | reverse)'"
check "--format" sh -c "'$bin/retinue' list -n 1 --format '{id}\t{subject}\n' | grep -qP '^[0-9]+\t.'"
exits "--format with an unknown field" 2 retinue list -n 1 --format '{nonsense}'
check "--null" sh -c "'$bin/retinue' list -n 3 -0 | tr -cd '\0' | wc -c | grep -qx 3"
id=$(retinue list -n 1 --format '{id}')
mid=$(retinue list -n 1 --format '{message_id}')
subject=$(retinue list -n 1 --format '{subject}')
check "show prints header and text" sh -c "'$bin/retinue' show $id | grep -q '^From: '"
check "show --raw is the message" sh -c "'$bin/retinue' show $id --raw | grep -qi '^message-id:'"
check "show --json has parts and text" sh -c "'$bin/retinue' show $id --json | jq -e '.message.parts | length > 0'"
exits "show of a message that is not there" 1 retinue show 1
exits "show of no number" 2 retinue show abc
check "search finds a word of the subject" sh -c "'$bin/retinue' search -n 0 --jsonl 'subject:\"$(printf %s "$subject" | tr -d '"'"'")\"' | jq -s -e 'map(.id) | index($id) != null'"
exits "search without a hit" 1 retinue search xyzzyunfindable
exits "search with a mistake" 2 retinue search 'from:'
check "count equals list" sh -c "[ \$('$bin/retinue' count --folder inbox) = \$('$bin/retinue' list inbox -n 0 -0 | tr -cd '\0' | wc -c) ]"

# what the manual says of the JSON is what it is
retinue man | sed -n '/^\.Sh JSON/,/^\.Sh ENV/p' >"$work/json.man"
documented() { # OBJECT: the members the manual lists for it
	sed -n "/^\.It Li $1\$/,/^\.It/p" "$work/json.man" | sed '1d' | grep '^\.Li' | sed 's/^\.Li//' | tr -d ' ' | tr ',' '\n' | sed '/^$/d' | sort | paste -sd,
}

# --- changing
unread=$(retinue list --unread -n 1 --format '{id}')
unread_mid=$(retinue list --unread -n 1 --format '{message_id}')
check "read --wait" retinue read "$unread" --wait
is "the server has it read" "$(server_side | grep -F "$unread_mid" | cut -d"|" -f3)" ""
check "undo" retinue undo --wait
is "and unread again" "$(server_side | grep -F "$unread_mid" | cut -d"|" -f3)" "unread"
check "flag, queued" retinue flag "$id"
check "it shows at once" sh -c "'$bin/retinue' list -n 1 --json | jq -e '.items[0].flagged and .items[0].pending'"
check "sync sends it" retinue sync
is "the server has the flag" "$(server_side | grep -F "$mid" | cut -d"|" -f4)" "flag"
check "flag --due" retinue flag "$id" --due 2d --wait
is "is told, and was sent" "$(retinue sync >/dev/null 2>&1; retinue show "$id" --json | jq -r '.message.due[0:10]')" "$(date -d '2 days' +%F)"
exits "what is no date is wrong usage" 2 retinue flag "$id" --due nonsense
exits "nor has a flag that goes one" 2 retinue flag "$id" --due tomorrow --off
check "category --add" retinue category "$id" --add "Red Category" --wait
check "the server has the category" grep -q "Red Category" <(server_side | grep -F "$mid")
check "folder create" retinue folder create "Projects/Fresh" --wait
check "move" retinue move "$id" "Projects/Fresh" --wait
is "the server has it there" "$(server_side | grep -F "$mid" | cut -d'|' -f1)" "Projects/Fresh"
check "copy" retinue copy "$id" Drafts --wait
is "now it is in two folders" "$(server_side | grep -cF "$mid")" 2
check "folder rename" retinue folder rename "Projects/Fresh" "Stale" --wait
is "the server has the new name" "$(server_side | grep -F "$mid" | cut -d'|' -f1 | sort | paste -sd,)" "Drafts,Projects/Stale"
check "delete" retinue delete "$id" --wait
check "undo brings it back" retinue undo --wait
is "to where it was" "$(server_side | grep -F "$mid" | cut -d'|' -f1 | sort | paste -sd,)" "Drafts,Projects/Stale"
check "delete --hard" retinue delete "$id" --hard --wait
is "one copy is left" "$(server_side | grep -cF "$mid")" 1
check "--dry-run does nothing" sh -c "'$bin/retinue' delete $(retinue list -n 1 --format '{id}') --dry-run | grep -q '^would '"
check "folder empty" retinue folder empty "Projects/Stale" --wait
check "folder delete" retinue folder delete "Projects/Stale" --wait
exits "a folder that is not there" 1 retinue list "No such folder"
check "ids from standard input" sh -c "'$bin/retinue' list -n 3 -0 | '$bin/retinue' read - --wait"

check "archive" retinue archive "$(retinue list -n 1 --format '{id}')" --wait
check "undo of archive" retinue undo --wait
exits "mail needs a terminal" 2 retinue mail
exits "calendar needs one" 2 retinue calendar next mon
exits "and a day" 2 retinue calendar week no day
is "and says so" "$(grep -c "'no day' is no range" "$work/err")" 1
exits "--tui is for the screen" 2 retinue freebusy nobody@halden.example --tui --json

# --- a change on both sides
both=$(retinue list -n 1 --format '{id}')
both_mid=$(retinue list -n 1 --format '{message_id}')
check "mine, queued" retinue category "$both" --set Mine
check "theirs, on the server" curl -sf -X POST "$admin/event?kind=category&name=Theirs&user=$(ready user)&message=%3C$both_mid%3E"
retinue sync >/dev/null 2>&1
entry=$(retinue status --json | jq -r '[.outgoing[] | select(.state == "conflict")][0].entry')
check "the conflict is kept" test "$entry" != null
check "resolve --mine" retinue resolve "$entry" --mine --wait
check "the server has mine" grep -q "Mine" <(server_side | grep -F "$both_mid")

# --- both versions of one
both=$(retinue list -n 1 --format '{id}')
both_mid=$(retinue list -n 1 --format '{message_id}')
check "mine again, queued" retinue category "$both" --set Ours
check "theirs again, on the server" curl -sf -X POST "$admin/event?kind=category&name=Yours&user=$(ready user)&message=%3C$both_mid%3E"
retinue sync >/dev/null 2>&1
entry=$(retinue status --json | jq -r '[.outgoing[] | select(.state == "conflict")][0].entry')
exits "resolve takes one way" 2 retinue resolve "$entry" --mine --both
check "resolve --both" retinue resolve "$entry" --both
check "sync sends both" retinue sync
is "the server has the categories of both" "$(server_side | grep -F "$both_mid" | cut -d"|" -f5)" "Mine,Ours,Yours"

# --- muted, and searches with a name
check "mute" sh -c "'$bin/retinue' mute $both | grep -qx 'muted 1 of 1'"
check "list tells it" sh -c "'$bin/retinue' list -n 1 --json | jq -e '.items[0].muted'"
check "mute again changes nothing" sh -c "'$bin/retinue' mute $both --json | jq -e '.v == 1 and .muted and .changed == 0'"
check "mute --off" sh -c "'$bin/retinue' mute $both --off && '$bin/retinue' list -n 1 --json | jq -e '.items[0].muted | not'"
exits "saved list without any" 1 retinue saved list
check "saved add" retinue saved add "Both of us" category:Ours category:Yours
exits "saved add with too long a name" 2 retinue saved add "$(printf 'x%.0s' $(seq 80))" ada
exits "saved add with a mistake" 2 retinue saved add Broken 'from:'
is "saved list counts" "$(retinue saved list --format '{name}|{query}|{count}\n')" "Both of us|category:Ours category:Yours|1"
is "saved show" "$(retinue saved show "Both of us" --format '{message_id}\n')" "$both_mid"
check "saved rename" retinue saved rename "Both of us" Pair
is "saved list as JSON" "$(retinue saved list --json | jq -r '.searches[] | "\(.name) \(.count) \(.error)"')" "Pair 1 null"
is "JSON of a search" "$(documented search)" "$(retinue saved list --json | jq -r '.searches[0] | keys | sort | join(",")')"
check "saved remove" retinue saved remove Pair
exits "saved show of none" 1 retinue saved show Pair

# --- sending
to=$(ready address2)
sent_mid="e2e-$$@example.org"
check "send -t" sh -c "printf 'To: $to\nSubject: from the shell\nMessage-ID: <$sent_mid>\n\nHello.\n' | '$bin/retinue' send -t"
is "it arrived once" "$(server_side "$(ready user2)" | grep -cF "Inbox|$sent_mid")" 1
is "and is in Sent once" "$(server_side | grep -F "$sent_mid" | wc -l)" 1
check "send with options and an attachment" sh -c "echo attached > '$work/note.txt'; echo 'See the note.' | '$bin/retinue' send --to '$to' --subject 'with a note' --attach '$work/note.txt'"
retinue sync
sent=$(retinue search 'subject:"with a note"' -n 1 --format '{id}')
check "save" sh -c "'$bin/retinue' save $sent '$work/saved' && grep -qx attached '$work/saved/note.txt'"
check "save again does not overwrite" sh -c "'$bin/retinue' save $sent '$work/saved' | grep -v '/note.txt$'"
exits "send without a recipient" 2 sh -c "printf 'Subject: x\n\ny\n' | '$bin/retinue' send -t"

# --- writing out of others
check "bcc is taken out" sh -c "printf 'To: $to\nBcc: $to\nSubject: bcc test\nMessage-ID: <bcc-$sent_mid>\n\nx\n' | '$bin/retinue' send -oi -t -F Ada -em"
is "the copy delivered has no Bcc" "$(
	home bob 2 && retinue sync >/dev/null 2>&1 &&
		retinue show "$(retinue search 'subject:"bcc test"' -n 1 --format '{id}')" --raw | tr -d '\r' | sed '/^$/q' | grep -iE '^(bcc|subject):' | paste -sd,)" "Subject: bcc test"
check "called sendmail" sh -c "ln -sf \"\$(realpath '$bin/retinue')\" '$work/sendmail' && printf 'Subject: as sendmail\nMessage-ID: <sm-$sent_mid>\n\nx\n' | '$work/sendmail' -oi -i -f '$(ready address)' -- '$to'"
is "it arrived" "$(server_side "$(ready user2)" | grep -cF "Inbox|sm-$sent_mid")" 1
exits "somebody else's name is refused" 6 sh -c "printf 'To: $to\nFrom: nobody@elsewhere.example\nSubject: x\n\ny\n' | '$bin/retinue' send -t"
id=$(retinue list inbox -n 1 --format '{id}')
subject=$(retinue list inbox -n 1 --format '{subject}')
check "reply" sh -c "echo 'My answer.' | '$bin/retinue' reply $id --to '$to'"
retinue sync
re=$(retinue list sent -n 1 --format '{id}')
check "the answer quotes and threads" sh -c "'$bin/retinue' show $re --raw | grep -q '^In-Reply-To: ' && '$bin/retinue' show $re | grep -q '^My answer' && '$bin/retinue' show $re | grep -q '^> '"
check "the original says so" sh -c "'$bin/retinue' show $id --json | jq -e .message.answered"
check "forward --attached --keep" sh -c "echo 'See below.' | '$bin/retinue' forward $id --attached --keep --to '$to' --wait"
d=$(retinue draft list -n 1 --format '{id}')
check "draft show" sh -c "'$bin/retinue' draft show $d | grep -q 'message/rfc822'"
check "draft send --dry-run keeps it" sh -c "'$bin/retinue' draft send $d --dry-run && '$bin/retinue' draft list -0 -n 0 | tr '\\0' '\\n' | grep -qx $d"
check "draft send" retinue draft send "$d"
check "it is no longer in Drafts" sh -c "'$bin/retinue' draft list --jsonl -n 0 | jq -s -e 'map(.id) | index($d) == null'"
is "it arrived once" "$(server_side "$(ready user2)" | grep -cF "Inbox|$(retinue list sent -n 1 --format '{message_id}')")" 1
check "draft new" sh -c "echo text | '$bin/retinue' draft new --to '$to' --subject 'to be thrown away' --wait"
d=$(retinue draft list -n 1 --format '{id}')
check "draft delete" retinue draft delete "$d" --wait
exits "draft send of a message that is none" 1 retinue draft send "$id"
sleep 1 # the list tells the newer of two by the second
check "bounce" retinue bounce "$id" "$to"
retinue sync
b=$(retinue list sent -n 1 --format '{id}')
check "a bounced message answers to its sender" sh -c "'$bin/retinue' show $b --raw | grep -q '^Resent-To: ' && '$bin/retinue' show $b --raw | grep -q '^Reply-To: '"
is "its subject is as it was" "$(retinue list sent -n 1 --format '{subject}')" "$subject"
check "resend" retinue resend "$b"
check "send --at, an hour from now" sh -c "echo later | '$bin/retinue' send --to '$to' --subject later --at +1h; [ \$? = 0 ] && '$bin/retinue' status --json | jq -e '[.outgoing[] | select(.kind == \"send\" and .state == \"waiting\")] | length == 1'"
check "it can be taken back" retinue undo
exits "--at with no time" 2 sh -c "echo x | '$bin/retinue' send --to '$to' --at someday"
check "a mailto: link attaches nothing" sh -c "printf '' | '$bin/retinue' send 'mailto:$to?subject=from%20a%20link&body=Hello&attach=/etc/passwd&attachment=/etc/passwd' && '$bin/retinue' sync && '$bin/retinue' show \$('$bin/retinue' list sent -n 1 --format '{id}') --json | jq -e '.message.subject == \"from a link\" and ([.message.parts[] | select(.attachment)] | length) == 0'"
check "address --json" sh -c "'$bin/retinue' address --json | jq -e '.v == 1 and (.people[0].count >= .people[1].count) and (.people[0].address | contains(\"@\"))'"
check "address --recipients of a query" sh -c "'$bin/retinue' address --recipients in:sent --jsonl | jq -s -e 'map(.address) | index(\"$to\") != null'"
exits "address of nobody" 1 retinue address xyzzyunfindable
for m in retinue retinue.conf retinue-commands retinue-internals; do
	check "man $m" sh -c "'$bin/retinue' man $m | mandoc -T lint -W warning && '$bin/retinue' man $m | grep -q '^.Nm'"
done
exits "man of nothing" 2 retinue man nonsense
is "JSON of an item" "$(documented item)" "$(retinue list -n 1 --json | jq -r '.items[0] | keys | sort | join(",")')"
is "JSON of a folder" "$(documented folder)" "$(retinue folder list --json | jq -r '.folders[0] | keys | sort | join(",")')"
is "JSON of an entry" "$(documented entry)" "$(retinue undo --list --json | jq -r '.journal[0] | keys | sort | join(",")')"
is "JSON of a person" "$(documented person)" "$(retinue address --json | jq -r '.people[0] | keys | sort | join(",")')"
is "JSON of a part" "$(documented part)" "$(retinue show "$id" --json | jq -r '.message.parts[0] | keys | sort | join(",")')"
is "JSON of the status" "$(documented status)" "$(retinue status --json | jq -r 'keys - ["v"] | sort | join(",")')"

# --- out of office
printf 'Away & <back> soon.\nAsk Maya.\n' >"$work/inside"
check "oof show" sh -c "'$bin/retinue' oof show --json | jq -e '.oof.state == \"off\" and .oof.on == false'"
check "oof on" sh -c "'$bin/retinue' oof on --internal '$work/inside' | grep -q 'Ask Maya'"
check "oof keeps the words" sh -c "'$bin/retinue' oof show --json | jq -e '.oof.on and (.oof.internal | contains(\"Away & <back> soon.\"))'"
if [ -n "$(ready ews_url)" ]; then
	check "oof for known people outside" sh -c "'$bin/retinue' oof set --audience known --json | jq -e '.oof.on and .oof.audience == \"known\" and (.oof.internal_html | contains(\"&lt;back&gt;\"))'"
	check "oof in a time to come" sh -c "'$bin/retinue' oof set --from +2h --to +3d --json | jq -e '.oof.state == \"scheduled\" and (.oof.on | not) and (.oof.internal | contains(\"Maya\"))'"
	exits "oof that ends before it begins" 2 retinue oof set --from +3d --to +2h
else
	exits "one text for all: no audience" 6 retinue oof set --audience known
	exits "no schedule" 6 retinue oof set --to +3d
	check "it says so" sh -c "'$bin/retinue' oof set --to +3d 2>&1 | grep -q 'has no schedule'"
	check "it is plain text" sh -c "'$bin/retinue' oof show --json | jq -e '.oof.internal_html == null'"
fi
check "oof off" sh -c "'$bin/retinue' oof off --json | jq -e '.oof.state == \"off\" and (.oof.internal | contains(\"Maya\"))'"
is "JSON of out of office" "$(documented oof)" "$(retinue oof show --json | jq -r '.oof | keys | sort | join(",")')"

# --- public folders
check "public list" sh -c "'$bin/retinue' public list --json | jq -e '(.folders | length) == 8 and (.folders[] | select(.name == \"Announcements\") | .rights == \"read-only\" and .total == 6)'"
check "a level below" sh -c "'$bin/retinue' public list Projects/Aurora | grep -q 'Projects/Aurora/Minutes'"
is "JSON of a public folder" "$(documented 'public folder')" "$(retinue public list --json | jq -r '.folders[0] | keys | sort | join(",")')"
exits "a folder that is not there" 1 retinue public list Nowhere
check "public post" sh -c "echo 'the menu of friday' | '$bin/retinue' public post Canteen -s Menu"
exits "not where one may only read" 6 sh -c "echo no | '$bin/retinue' public post Announcements -s no"
exits "nor past a moderator" 6 sh -c "echo no | '$bin/retinue' public post Suggestions -s no"
check "public subscribe" retinue public subscribe Canteen
check "it is mirrored" sh -c "'$bin/retinue' sync && '$bin/retinue' list 'Public folders/Canteen' --json | jq -e '(.items | length) == 3 and .items[0].subject == \"Menu\"'"
id=$(retinue list 'Public folders/Canteen' --json | jq -r '.items[0].id')
check "and read offline" sh -c "'$bin/retinue' show '$id' | grep -q 'the menu of friday'"
check "another sync keeps it" sh -c "'$bin/retinue' sync && '$bin/retinue' list 'Public folders/Canteen' --json | jq -e '(.items | length) == 3'"
check "public unsubscribe" sh -c "'$bin/retinue' public unsubscribe Canteen && ! '$bin/retinue' folder list | grep -q Canteen"

# --- storage: the sizes are the mirror's, the limits the server's
limits() { curl -sf -X POST "$admin/quota?user=$(ready user)&$1" >/dev/null; }
limits 'bytes=4194304&warn=1048576&send=1572864&message=524288'
retinue sync >/dev/null 2>&1
before=$(retinue status --json | jq '.outgoing | length')
check "quota" sh -c "'$bin/retinue' quota --fresh | grep -q '^Mailbox '"
check "quota adds the folders up" sh -c "'$bin/retinue' quota --folders --json | jq -e '([.folders[].size] | add) == .quota.used and .quota.used > 100000'"
check "a folder holds what is below it" sh -c "'$bin/retinue' quota --folders --json | jq -e '[.folders[] | select(.path | startswith(\"Projects\"))] | (map(.size) | add) == (map(select(.path == \"Projects\")) | .[0].size_with_subfolders)'"
check "the largest messages" sh -c "'$bin/retinue' quota --largest 5 --json | jq -e '(.largest | length) == 5 and ([.largest[].size] | . == (sort | reverse))'"
exits "--largest wants a number" 2 retinue quota --largest many
is "JSON of quota" "$(documented quota)" "$(retinue quota --json | jq -r '.quota | keys | sort | join(",")')"
printf 'To: %s\nSubject: too much\n\nwords\n' "$(ready address2)" >"$work/over"
if [ -n "$(ready ews_url)" ]; then
	check "its limits in bytes" sh -c "'$bin/retinue' quota --json | jq -e '.quota.no_receive == 4194304 and .quota.warn == 1048576 and .quota.largest_message == 524288 and .quota.level == \"no-sending\" and .quota.origin == \"the mailbox store\"'"
else
	check "limits that nobody tells are null" sh -c "'$bin/retinue' quota --json | jq -e '.quota.no_send == null and .quota.origin == null and .quota.level == \"free\"'"
	is "and not known, in words" "$(retinue quota | grep "^Limits")" "Limits    not known"
fi
exits "over the limit nothing is sent" 6 sh -c "'$bin/retinue' send -t --wait <'$work/over'"
check "and that is said, with what to do" sh -c "'$bin/retinue' status --json | jq -e '[.outgoing[].error] | map(select(. != null and contains(\",q shows\"))) | length > 0'"
limits bytes=0
e=$(retinue status --json | jq -r '[.outgoing[] | select(.error != null and (.error | contains(",q shows")))][0].entry')
check "with room it goes out" retinue resolve "$e" --mine --wait
is "and no longer waits" "$(retinue status --json | jq '.outgoing | length')" "$before"

# --- the rest
check "export --mbox" sh -c "'$bin/retinue' export --folder inbox --mbox '$work/box' && [ \$(grep -c '^From ' '$work/box') = \$('$bin/retinue' count --folder inbox) ]"
exits "what is there stays" 2 retinue export --folder inbox --mbox "$work/box"
is "and that is said" "$(grep -c 'is there already' "$work/err")" 1
check "export --maildir" sh -c "'$bin/retinue' export --folder inbox --maildir '$work/md' && [ \$(ls '$work/md/cur' | wc -l) = \$('$bin/retinue' count --folder inbox) ]"
check "status --json" sh -c "'$bin/retinue' status --json | jq -e '.v == 1 and .waiting == 0 and .messages > 10'"
check "status --short" sh -c "'$bin/retinue' status --short '{unread}/{inbox}' | grep -qP '^[0-9]+/[0-9]+$'"
check "undo --list" sh -c "'$bin/retinue' undo --list | grep -q done"
check "theme list" sh -c "'$bin/retinue' theme list | grep -x '  light' && '$bin/retinue' theme list --json | jq -e '.themes | length == 5 and ([.[] | select(.used).name] == [\"auto\"])'"
check "theme preview, in a pipe" sh -c "'$bin/retinue' theme preview mono | grep -q '^error  *failures' && ! '$bin/retinue' theme preview | grep -q \"\$(printf '\\033')\""
exits "a theme that is not there" 2 retinue theme preview pink
check "cache check" retinue cache check
before=$(mirror_side | grep -vE '^(Drafts|Outbox)\|')
waiting() { retinue status --json | jq -c '[.outgoing[] | [.entry, .text, .state]]'; }
waits=$(waiting)
check "cache vacuum" retinue cache vacuum --json
is "says the sizes" "$(jq '.before >= .after and .after > 0' "$work/out")" true
exits "cache repair has nothing to do" 0 retinue cache repair
is "and says so" "$(cat "$work/out")" "the mirror is sound: there is nothing to repair"
# a page in the middle of the table of messages, and one of an index
for t in item item_subject; do
	page=$(sqlite3 "$store" "SELECT rootpage FROM sqlite_schema WHERE name = '$t'")
	dd if=/dev/urandom of="$store" bs=8192 seek=$((page - 1)) count=1 conv=notrunc 2>/dev/null
done
exits "damage is found" 75 retinue cache check
exits "and repaired" 0 retinue cache repair
is "with what that is about" "$(grep -c 'messages could not be read' "$work/out")" 1
check "the damaged one is kept" test -f "$store.damaged"
check "a sync" retinue sync
is "fetches what was lost" "$(mirror_side | grep -vE '^(Drafts|Outbox)\|')" "$before"
is "what waits to go out waits" "$(waiting)" "$waits"
check "and finds all of it" sh -c "[ \"\$('$bin/retinue' count subject:a)\" -gt 0 ]"
check "the mirror is sound again" retinue cache check
( flock 9; sleep 20 ) 9>"$store.lock" &
holder=$!
sleep 0.3
exits "not beside a running screen" 7 retinue cache vacuum
is "which is said" "$(grep -c 'a screen or a sync of this account is running' "$work/err")" 1
kill $holder
wait $holder 2>/dev/null
check "log" retinue log
check "keys --check" retinue keys --check
check "config check" retinue config check
check "config docs" sh -c "'$bin/retinue' config docs | grep -q password-command"
for s in bash zsh fish; do
	check "completion $s" sh -c "'$bin/retinue' completion $s | grep -q search"
done
exits "a wrong password is exit code 4" 4 sh -c "echo wrong > '$work/ada/password'; '$bin/retinue' sync </dev/null"
done_testing
