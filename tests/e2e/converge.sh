#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The mirror finds its way back by itself: changes that balance each other
# between two syncs, rows that got lost, and what a quiet sync costs.
. tests/e2e/lib.bash

asked() { grep -vc 'status=401' "$sim_log"; }
# The requests of one command, without the sign-in's first refusals
costs() {
	local before
	before=$(asked)
	"$@" >/dev/null 2>&1
	echo $(($(asked) - before))
}
both() { # NAME
	is "$DIALECT: $1" "$(mirror_side)" "$(server_side "$user")"
}
elsewhere() { # KIND MESSAGE-ID
	curl -sf -o /dev/null -X POST "$admin/event?user=$user&kind=$1&message=$(jq -rn --arg s "$2" '$s | @uri')"
}

# The tree with its marks, and over WebDAV the addresses of the folders
quiet() { # NAME
	is "$DIALECT: $1 asks for the tree alone" "$(costs retinue sync)" \
		"$([ "$DIALECT" = ews ] && echo 1 || echo 2)"
}

for DIALECT in ews webdav; do
	sim_start --messages 60 --seed 11 || exit 1
	home "$DIALECT"
	user=$(ready user)
	check "$DIALECT: the first sync" retinue sync
	both "both sides agree"
	quiet "a quiet sync"

	# Read here, and unread again elsewhere before the next sync: the number of
	# unread ones is what it was.
	row=$(retinue list inbox -n 0 --jsonl | jq -sc 'map(select(.unread)) | first')
	id=$(jq -r .id <<<"$row") message=$(jq -r .message_id <<<"$row")
	check "$DIALECT: a message is read here" retinue read --wait "$id"
	elsewhere unread "<$message>"
	check "$DIALECT: and a sync" retinue sync
	check "$DIALECT: and another" retinue sync
	both "it is unread on both sides"

	# Lost by whatever accident. A mark says nothing of what else happened in
	# its second, so it takes a moment to be believed.
	sleep 2
	check "$DIALECT: a sync some time later" retinue sync
	sqlite3 "$store" "DELETE FROM item WHERE id = (SELECT max(id) FROM item WHERE folder = (SELECT id FROM folder WHERE name = 'Inbox'))"
	check "$DIALECT: a sync after a row got lost" retinue sync
	both "it is back"
	quiet "a quiet sync afterwards"
done
done_testing
