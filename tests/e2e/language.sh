#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Mailboxes whose folders have the names of another language: what a folder is
# for is known by its role, in both dialects, and the words of this program find
# it as its own name does.
. "$(dirname "$0")/lib.bash"

# Folders of the server that one message is in, by its Message-ID.
where() { curl -sf "$admin/mailbox?user=$(ready user)" | jq -r --arg id "<$1>" '.folders[] | select(any(.items[]?; .message_id == $id)) | .path'; }
named() { retinue folder list --jsonl | jq -r "select(.role == \"$1\") | .name"; }

one() { # DIALECT LANGUAGE INBOX SENT DELETED JUNK CALENDAR
	local what="$1 $2" id mid
	DIALECT=$1 sim_start --language "$2" --messages 40 || exit 1
	[ "$1" = ews ] || ews=$sim_url/exchange/
	home "$1$2"
	check "$what: the mailbox is mirrored" retinue sync
	is "$what: whole" "$(diff <(server_side | grep -vE '^[^|]*\|\|' | grep -v "^$7|") <(mirror_side | grep -vE '^[^|]*\|\|') | head -3)" ""
	is "$what: the inbox" "$(named inbox)" "$3"
	is "$what: what was sent" "$(named sent)" "$4"
	is "$what: what was deleted" "$(named deleted)" "$5"
	is "$what: junk" "$(named junk)" "$6"
	is "$what: the calendar" "$(retinue folder list --jsonl | jq -r 'select(.kind == "calendar") | .name')" "$7"
	is "$what: by either name" "$(retinue list "$3" -n 3 --format '{id} ')" "$(retinue list inbox -n 3 --format '{id} ')"
	check "$what: a letter" sh -c "echo Hello. | '$bin/retinue' send --to $(ready address2) --subject 'from $2' --wait && '$bin/retinue' sync"
	mid=$(retinue list sent -n 1 --format '{message_id}')
	is "$what: is where sent letters are" "$(where "$mid")" "$4"
	id=$(retinue list inbox -n 1 --format '{id}') mid=$(retinue list inbox -n 1 --format '{message_id}')
	check "$what: delete" retinue delete "$id" --wait
	is "$what: is where deleted ones are" "$(where "$mid")" "$5"
	check "$what: junk by the word" retinue move "$id" junk --wait
	is "$what: is in its folder" "$(where "$mid")" "$6"
	check "$what: back by the name" retinue move "$id" "$3" --wait
	is "$what: is in the inbox" "$(where "$mid")" "$3"
	check "$what: an event" retinue event add "2026-11-30 10:00 1h Gespräch" --wait
	check "$what: another sync" retinue sync
	is "$what: changes nothing" "$(diff <(server_side | grep -vE '^[^|]*\|\|' | grep -v "^$7|") <(mirror_side | grep -vE '^[^|]*\|\|') | head -3)" ""
}
for dialect in ews webdav; do
	one $dialect de Posteingang "Gesendete Objekte" "Gelöschte Objekte" Junk-E-Mail Kalender
	one $dialect fr "Boîte de réception" "Éléments envoyés" "Éléments supprimés" "Courrier indésirable" Calendrier
	one $dialect ja 受信トレイ 送信済みアイテム 削除済みアイテム 迷惑メール 予定表
done
done_testing
