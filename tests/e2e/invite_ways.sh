#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Invitations that come by other ways: on behalf of somebody one stands in for,
# and passed on by one who was invited.
# shellcheck source=tests/e2e/lib.bash
. tests/e2e/lib.bash
export RETINUE_TEST_NOW=1795516320 # Tue 24 Nov 2026 11:32 in Berlin

sim_start --messages 5 --no-invitations || exit 1
owner=$(ready address) delegate=$(ready address2) host=$(ready address3)
as() { # NAME N
	home "$@"
	retinue sync >/dev/null 2>&1
}
invites() { retinue invite list --all --json | jq -r '.invites[] | '"$1"; }
fri() { retinue agenda fri --json | jq -r '.events[] | .subject + " " + ('"$1"' | tostring)'; }

# --- on behalf: the delegate answers, the owner's calendar and the organizer know
as owner
check "somebody is let stand in" retinue delegate add "$delegate" --deliver both
as host 3
check "the owner is invited" retinue event add "fri 9:30 45m Board" --with "$owner" --wait
as delegate 2
is "the delegate has it on behalf of the owner" "$(invites '.state + " " + .subject + " " + (.delegated | tostring)')" "open Board true"
is "it is none of one's own calendar" "$(fri .my_answer)" ""
check "and is asked" sh -c "'$bin/retinue' invite list --json | jq -e '.invites[0].subject == \"Board\"'"
check "it is accepted for the owner" retinue invite accept "$(invites .id)" --note "She comes" --wait
as owner
is "whose calendar knows" "$(fri .my_answer)" "Board accepted"
as host 3
said() { retinue event show "$(retinue agenda fri --json | jq ".events[] | select(.subject == \"$1\").id")" --json | jq -r '.event.attendees[] | .address + " " + .answer'; }
is "and the organizer, of the owner" "$(said Board)" "$owner accepted"
as delegate 2
is "nothing is left to do" "$(retinue invite list --json | jq '.invites | length')" 0
is "and one's own calendar is as it was" "$(fri .my_answer)" ""

# --- passed on: the answer goes to the organizer, not to the sender
# pass_on: what the second user was asked goes to the third, as that user's mail
pass_on() {
	local user password url
	user=$(ready user2) password=$(ready password2)
	retinue show "$(invites .id)" --raw >"$work/request" 2>/dev/null
	sed -E "s/^From: .*/From: <$guest>/; s/^To: .*/To: <$third>/; s/^Message-ID: .*/Message-ID: <passed-on@halden.example>/I" "$work/request" >"$work/on"
	url=$sim_url/exchange/${user##*\\}
	curl -sf -u "$user:$password" -X PUT --data-binary @"$work/on" -H 'Content-Type: message/rfc822' "$url/Drafts/on.EML" >/dev/null
	curl -sf -u "$user:$password" -X MOVE -H "Destination: $url/%23%23DavMailSubmissionURI%23%23/" "$url/Drafts/on.EML" >/dev/null
}
for way in webdav ews; do
	# An Exchange 2007 has both faces: it is passed on by the one, read by the other.
	if [ "$way" = webdav ]; then
		DIALECT=webdav sim_start --messages 5 --no-invitations || exit 1
		curl -sf -X POST "$admin/dav?attend=0" >/dev/null
	else
		sim_start --dialect both --version 2007sp1 --messages 5 --no-invitations || exit 1
	fi
	owner=$(ready address) guest=$(ready address2) third=$(ready address3)
	as "owner-$way"
	check "somebody is invited ($way)" retinue event add "fri 9:30 45m Board" --with "$guest" --wait
	as "guest-$way" 2
	is "who is invited is told so" "$(invites '[.invited, .sent_by] | tojson')" '[true,null]'
	pass_on
	check "the request is a mail with a calendar" grep -q METHOD:REQUEST "$work/request"
	as "third-$way" 3
	is "it is an invitation for who was not invited" "$(invites '.state + " " + .subject + " " + .organizer.address')" "open Board $owner"
	is "with who passed it on" "$(invites '[.invited, .sent_by] | tojson')" "[false,\"$guest\"]"
	retinue invite show "$(invites .id)" >"$work/said"
	is "in words, too" "$(grep -c "^Sent by    $guest, for the organizer $owner\|^You are not among the attendees: it came by a list, or was forwarded" "$work/said")" 2
	check "it is accepted" retinue invite accept "$(invites .id)" --wait
	as "third-$way" 3
	is "it stands in the calendar" "$(fri .my_answer)" "Board accepted"
	as "owner-$way"
	is "the organizer has one more" "$(said Board | tail -1)" "$third accepted"
done

# --- on behalf, over WebDAV: it is said that it is answered in that mailbox, and
# nothing is changed or lost
sim_start --dialect both --version 2007sp1 --messages 5 --no-invitations || exit 1
owner=$(ready address) delegate=$(ready address2)
as owner-both
check "somebody is let stand in" retinue delegate add "$delegate" --deliver both
as host-both 3
check "the owner is invited" retinue event add "fri 9:30 45m Board" --with "$owner" --wait
ews=$sim_url/exchange/
as delegate-dav 2
is "the delegate has it on behalf of the owner" "$(invites '.state + " " + .subject + " " + (.delegated | tostring)')" "open Board true"
retinue invite accept "$(invites .id)" --wait >/dev/null 2>"$work/said"
is "answering is refused" "$?" 6
check "in words" grep -q "answered in that mailbox only" "$work/said"
check "which are kept" sh -c "'$bin/retinue' status --json | jq -e '.outgoing[0].error | test(\"answered in that mailbox only\")'"
check "it is taken back" retinue undo --queue
as delegate-dav 2
is "and waits as before" "$(invites '.state + " " + .subject')" "open Board"
is "nothing is going out" "$(retinue status --json | jq -c .outgoing)" '[]'
is "nor in one's own calendar" "$(fri .my_answer)" ""
is "the request is where it was" "$(curl -sf "$admin/mailbox?user=$(ready user2)" | jq -r '.folders[] | .path as $p | .items[]? | select(.subject == "Board") | $p')" Inbox
ews=$(ready ews_url)
as owner-both
is "the owner has not answered" "$(fri .my_answer)" "Board none"
as host-both 3
is "and the organizer knows of no answer" "$(said Board | grep -cE 'accepted|tentative|declined')" 0
done_testing
