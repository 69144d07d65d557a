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

# --- passed on, over WebDAV: the answer goes to the organizer, not to the sender
DIALECT=webdav sim_start --messages 5 --no-invitations || exit 1
curl -sf -X POST "$admin/dav?attend=0" >/dev/null
owner=$(ready address) guest=$(ready address2) third=$(ready address3)
rm -rf "$work/owner" "$work/host"
as owner
check "somebody is invited" retinue event add "fri 9:30 45m Board" --with "$guest" --wait
as guest2 2
m=$(invites .id)
retinue show "$m" --raw >"$work/request" 2>/dev/null
check "the request is a mail with a calendar" grep -q METHOD:REQUEST "$work/request"
user=$(ready user2) password=$(ready password2)
sed -E "s/^From: .*/From: <$guest>/; s/^To: .*/To: <$third>/; s/^Message-ID: .*/Message-ID: <passed-on@halden.example>/I" "$work/request" >"$work/on"
url=$sim_url/exchange/${user##*\\}
curl -sf -u "$user:$password" -X PUT --data-binary @"$work/on" -H 'Content-Type: message/rfc822' "$url/Drafts/on.EML" >/dev/null
curl -sf -u "$user:$password" -X MOVE -H "Destination: $url/%23%23DavMailSubmissionURI%23%23/" "$url/Drafts/on.EML" >/dev/null
as third 3
is "it is an invitation for who was not invited" "$(invites '.state + " " + .subject + " " + .organizer.address')" "open Board $owner"
check "it is accepted" retinue invite accept "$(invites .id)" --wait
as third 3
is "it stands in the calendar" "$(fri .my_answer)" "Board accepted"
as owner
is "the organizer has one more" "$(said Board | tail -1)" "$third accepted"
done_testing
