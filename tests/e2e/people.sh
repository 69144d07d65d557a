#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# People without a directory server: the mailbox server is asked, and what it
# said is known again without it.
. "$(dirname "$0")/lib.bash"
sim_start || exit 1
home ada

exits "gal wants something to look for" 2 retinue gal
exits "nobody found" 1 retinue gal zzyzx
check "gal finds by the beginning of a name" sh -c "'$bin/retinue' gal anders --json | jq -e '.v == 1 and .people[0].addr == \"anders.lund@halden.example\" and .people[0].title != null'"
is "--mutt as query_command wants it" "$(retinue gal anders --mutt | tail -1 | cut -f1,2)" "anders.lund@halden.example	Anders Lund"
retinue gal anders --vcard >"$work/card" 2>&1
# WebDAV's galfind knows no parts of a name.
[ "${DIALECT:-ews}" = webdav ] || check "the name has five parts" grep '^N:Lund;Anders;;;' "$work/card"
check "--vcard" grep '^EMAIL:anders.lund@halden.example' "$work/card"
is "--format" "$(retinue gal anders --format '{addr}')" "anders.lund@halden.example"
[ "${DIALECT:-ews}" = webdav ] || check "gal expand gives the members" sh -c "'$bin/retinue' gal expand all@halden.example --json | jq -e '.people | length > 10'"
# --- pictures, from 2013 on; who was seen without is not asked about again
if [ "${DIALECT:-ews}" = ews ]; then
	check "gal photo writes a picture" retinue gal photo oluf.bakke@halden.example "$work/oluf.png"
	is "which is one" "$(head -c 4 "$work/oluf.png" | od -An -tx1 | tr -d ' ')" 89504e47
	exits "never over a file that is there" 2 retinue gal photo oluf.bakke@halden.example "$work/oluf.png"
	before=$(stats | jq '.operations.GetUserPhoto')
	check "to standard output, out of the copy" sh -c "'$bin/retinue' gal photo oluf.bakke@halden.example - | cmp - '$work/oluf.png'"
	exits "who has none" 1 retinue gal photo petra.nadel@halden.example "$work/petra.png"
	exits "has none the next time too" 1 retinue gal photo petra.nadel@halden.example "$work/petra.png"
	is "without asking again" "$(stats | jq '.operations.GetUserPhoto')" "$((before + 1))"
	check "--fresh asks" sh -c "'$bin/retinue' gal photo oluf.bakke@halden.example '$work/again.png' --fresh --json | jq -e '.address == \"oluf.bakke@halden.example\" and .bytes > 100'"
	is "the server" "$(stats | jq '.operations.GetUserPhoto')" "$((before + 2))"
else
	exits "a server without pictures says so" 6 retinue gal photo oluf.bakke@halden.example "$work/oluf.png"
fi
check "gal show" sh -c "'$bin/retinue' gal show anders.lund@halden.example --json | jq -e '.people[0].surname == \"Lund\"'"
# --- one's own contacts, both ways
check "sync" retinue sync
if retinue contact list >/dev/null 2>&1; then
	check "contact add" retinue contact add given=Xena surname=Zoom addr=xena@zoom.example phone="+49 30 1" city=Berlin birthday=1970-05-01
	id=$(retinue contact list xena --format '{id}')
	home other
	retinue sync >/dev/null 2>&1
	other=$(retinue contact list xena --format '{id}')
	is "another mirror has it" "$(retinue contact show "$other" --format '{name}|{phone}|{city}|{birthday}')" "Xena Zoom|+49 30 1|Berlin|1970-05-01"
	check "contact edit, from there" retinue contact edit "$other" phone="+49 30 2" city=
	home ada
	retinue sync >/dev/null 2>&1
	is "comes here" "$(retinue contact show "$id" --format '{phone}|{city}')" "+49 30 2|"
	check "export and import" sh -c "'$bin/retinue' contact export | sed 's/Xena/Yara/; s/xena/yara/' >'$work/cards' && grep -q Yara '$work/cards'"
	check "a queued change waits" retinue contact edit "$id" title=Boss --queue
	check "and is seen at once" grep -q Boss <(retinue contact show "$id")
	retinue sync >/dev/null 2>&1
	home other
	retinue sync >/dev/null 2>&1
	is "and arrives with the next sync" "$(retinue contact show "$other" --format '{title}')" "Boss"
	home ada
	# Two change one contact: other fields are put together, the same clash.
	check "changed here, offline" retinue contact edit "$id" city=Bergen phone="+47 1" --queue
	home other
	retinue sync >/dev/null 2>&1
	check "and there" retinue contact edit "$other" title=Chief
	home ada
	retinue sync >/dev/null 2>&1
	retinue sync >/dev/null 2>&1
	is "both count" "$(retinue contact show "$id" --format '{title}|{city}|{phone}' 2>&1)" "Chief|Bergen|+47 1"
	home other
	retinue sync >/dev/null 2>&1
	is "for the other, too" "$(retinue contact show "$other" --format '{title}|{city}|{phone}' 2>&1)" "Chief|Bergen|+47 1"
	check "the same field there" retinue contact edit "$other" mobile=2
	home ada
	retinue contact edit "$id" mobile=3 --queue >/dev/null 2>&1
	retinue sync >/dev/null 2>&1
	retinue sync >/dev/null 2>&1
	retinue contact show "$id" >"$work/shown" 2>"$work/said"
	check "mine is kept here" grep -q '^mobile *3$' "$work/shown"
	check "and it is said what is there" grep -q 'Mobile is now "2" there' "$work/said"
	home other
	retinue sync >/dev/null 2>&1
	is "where nothing was overwritten" "$(retinue contact show "$other" --format '{mobile}')" 2
	home ada
	check "it is taken back" retinue contact revert "$id"
	is "and is as there" "$(retinue contact show "$id" --format '{mobile}' 2>&1)" 2
	retinue contact edit "$id" mobile=3 --queue >/dev/null 2>&1
	home other
	check "once more" retinue contact edit "$other" mobile=4
	home ada
	retinue sync >/dev/null 2>&1
	check "edited again, mine counts" retinue contact edit "$id" mobile=5
	home other
	retinue sync >/dev/null 2>&1
	is "there too" "$(retinue contact show "$other" --format '{mobile}')" 5
	home ada
	# Taken back after it was sent: there and here as before.
	check "a change is sent" retinue contact edit "$id" city=Oslo title=King
	check "contact undo" retinue contact undo
	home other
	retinue sync >/dev/null 2>&1
	is "takes it back there" "$(retinue contact show "$other" --format '{title}|{city}|{mobile}')" "Chief|Bergen|5"
	home ada
	check "a change is sent once more" retinue contact edit "$id" city=Oslo title=King
	home other
	retinue sync >/dev/null 2>&1
	check "and one field of it changed there" retinue contact edit "$other" title=Queen
	home ada
	retinue sync >/dev/null 2>&1
	check "undo leaves what is newer" retinue contact undo
	is "and takes the rest back" "$(retinue contact show "$id" --format '{title}|{city}')" "Queen|Bergen"
	check "another change" retinue contact edit "$id" city=Paris
	entry=$(retinue undo --list --json | jq '[.journal[] | select(.kind == "contact")][0] | select(.state == "done" and .can_undo and (.text | startswith("change contact"))) | .entry')
	check "it is in the journal, and taken back from there" retinue undo "$entry" --wait
	home other
	retinue sync >/dev/null 2>&1
	is "there too" "$(retinue contact show "$other" --format '{city}')" Bergen
	home ada
	check "one is made" retinue contact add name=Brief addr=brief@zoom.example
	check "and taken back" retinue contact undo
	exits "it is gone here" 1 retinue contact list brief
	check "removed" retinue contact remove "$id"
	home other
	retinue sync >/dev/null 2>&1
	exits "removed there" 1 retinue contact list xena
	exits "and the short one never seen" 1 retinue contact list brief
	home ada
	check "undo makes it anew" retinue contact undo
	id=$(retinue contact list xena --format '{id}')
	home other
	retinue sync >/dev/null 2>&1
	is "there too" "$(retinue contact list xena --format '{title}|{city}|{mobile}|{birthday}')" "Queen|Bergen|5|1970-05-01"
	home ada
	check "what waits is dropped by undo" retinue contact edit "$id" city=Rome --queue
	check "offline too" retinue contact undo --queue
	is "and nothing waits" "$(retinue contact show "$id" --format '{city}' 2>&1)" Bergen
	check "contact remove" retinue contact remove "$id"
	home other
	retinue sync >/dev/null 2>&1
	exits "is gone there too" 1 retinue contact list xena
	home ada
else
	skip "contacts both ways" "this simulator keeps none"
fi
kill "${sims[0]}"
wait "${sims[0]}" 2>/dev/null
sims=()
is "without the server who was found is known" "$(retinue gal lund --format '{addr}' 2>/dev/null)" "anders.lund@halden.example"
if [ "${DIALECT:-ews}" = ews ]; then
	# sync has copied all of the list
	is "and everybody else" "$(retinue gal tanaka --format '{addr} {title}\n{department}')" "aiko.tanaka@halden.example Office manager Kyoto
Sales"
	is "lists too" "$(retinue gal 'all staff' --format '{addr}')" "all@halden.example"
	exits "nobody is nobody" 1 retinue gal zzyzx
	exits "asked all the same it says why not" 5 retinue gal zzyzx --fresh
else
	exits "and for others it says why not" 5 retinue gal zzyzx
fi
done_testing
