#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The card of an invitation that somebody passed on: it says by whom, and that
# one is not among those who are invited; it is answered like any other.
# shellcheck source=tests/tui/lib.bash
. "$(dirname "$0")/lib.bash"
HOME_CONF='mark-read-after = never'
# Passed on by its WebDAV face, read by EWS.
tui_scene --dialect both --version 2007sp1 --messages 5
me=$(ready address) by=$(ready address2)
as_person host 3
tui_board "$by"
as_person guest 2
retinue show "$(retinue invite list --json | jq '.invites[0].id')" --raw 2>/dev/null |
	sed -E "s/^From: .*/From: <$by>/; s/^To: .*/To: <$me>/; s/^Message-ID: .*/Message-ID: <on@halden.example>/I" >"$work/on"
user=$(ready user2) auth=$(ready user2):$(ready password2)
url=$sim_url/exchange/${user##*\\}
curl -sf -u "$auth" -X PUT --data-binary @"$work/on" -H 'Content-Type: message/rfc822' "$url/Drafts/on.EML" >/dev/null
curl -sf -u "$auth" -X MOVE -H "Destination: $url/%23%23DavMailSubmissionURI%23%23/" "$url/Drafts/on.EML" >/dev/null
home screens
tui_sync
tui_offline
tui_run <<END
size 80x24
run $retinue
wait-text offline
keys l
type Board
keys Enter
wait-text Board
keys Enter
has Sent by
has $by, for the organizer
has You are not among them: it came by a list, or was forwarded
has > y accept
wait-idle
screen invite-forwarded-80x24
keys y
has Accepted "Board"
keys q q
keys y
quit 0
END
