#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A colleague's calendar opened beside one's own: the same entries, read as far as
# the rights go; changed by who may, taken back, and nothing lost where one may not.
# shellcheck source=tests/e2e/lib.bash
. tests/e2e/lib.bash

sim_start || exit 1
ada=$(ready address)
grant() { curl -sf -X POST "$admin/grant?owner=$(ready user)&user=$(ready user2)&folder=calendar&level=$1" >/dev/null; }
as_ada() { home ada && retinue sync >/dev/null 2>&1; }
as_bob() { home bob 2 && retinue sync >/dev/null 2>&1; }
all() { retinue agenda "today 30d" "$@" --json | jq -r '.events[] | [.start, .end, .subject, .location // "", .show_as, .recurring, .cancelled] | map(tostring) | join("|")'; }
one() { retinue agenda "today 30d" "${of[@]}" --json | jq -r ".events[] | select(.subject == \"$1\") | $2"; }
of=()
as_ada
check "an entry of hers" retinue event add "tomorrow 14:00 1h Fitting" --where Tailor --wait
as_ada
hers=$(all)
check "she has some" test "$(wc -l <<<"$hers")" -gt 20
# A meeting that she calls, and one that she is called to, with whom reads on.
check "a meeting of hers" retinue event add "tomorrow 19:00 1h Choir" --repeat "FREQ=DAILY;COUNT=3" --with "$(ready address2),$(ready address3)" --wait
as_ada
check "one of it is later" retinue event edit "$(one Choir .id | head -1)@$(one Choir .start | sed -n 2p)" +1h --wait
home cy 3
retinue sync >/dev/null 2>&1
check "one of a third" retinue event add "tomorrow 20:00 1h Chess" --with "$ada,$(ready address2)" --wait
as_bob
check "whom the reader said yes to" retinue invite accept "$(retinue invite list --json | jq '[.invites[] | select(.subject == "Chess")][0].id')" --wait
as_ada
hers=$(all)
as_bob
exits "without a right nothing opens" 6 retinue folder open "$ada" calendar
grant Reviewer
check "with one it opens" retinue folder open "$ada" calendar
box=$(retinue folder list --jsonl | jq -r --arg o "$ada" 'select(.owner == $o and .mirrored) | .path')
of=(--folder "$box")
is "and has what she has" "$(all "${of[@]}")" "$hers"
is "none of it clashes with one's own" "$(retinue agenda "today 30d" "${of[@]}" --json | jq '[.events[].clash] | any')" false
is "she calls her own meetings" "$(one Choir .my_answer | sort | uniq -c | tr -s ' ')" " 3 organizer"
is "who answered is she" "$(one Chess .my_answer)" none
is "as one's own calendar has it" "$(of=(); one Chess .my_answer)" accepted
# Who may only read.
e=$(one Fitting .id)
exits "it cannot be moved" 6 retinue event edit "$e" +1h --wait
exits "nor taken away" 6 retinue event cancel "$e" --wait
check "that is said" sh -c "'$bin/retinue' status --json | jq -e '[.outgoing[].error | test(\"no right|cannot be\")] | all and length == 2'"
for n in 1 2; do retinue undo "$(retinue status --json | jq '.outgoing[0].entry')" --queue >/dev/null 2>&1; done
as_bob
is "and all is as before" "$(all "${of[@]}") $(retinue status --json | jq -c .outgoing)" "$hers []"
as_ada
is "with her, too" "$(all)" "$hers"
# Who may change it.
grant Editor
as_bob
check "it is moved" retinue event edit "$e" +1h --wait
check "one is added" retinue event add "tomorrow 17:00 1h Second fitting" "${of[@]}" --wait
as_ada
is "she has both" "$(of=(); one Fitting .start | cut -c12-16) $(of=(); one 'Second fitting' .start | cut -c12-16)" "15:00 17:00"
as_bob
of=(--folder "$box")
check "it is taken away" retinue event cancel "$(one Fitting .id)" --wait
as_ada
is "she has it no more" "$(of=(); one Fitting .start)" ""
as_bob
check "and brought back" retinue undo --wait
as_ada
is "she has it again" "$(of=(); one Fitting '.start[11:16] + .location')" "15:00Tailor"
# Her meeting: her guests are told by the server or not at all.
as_bob
of=(--folder "$box")
e=$(one Choir .id | head -1)
if [ "${DIALECT:-ews}" = webdav ]; then
	exits "her guests are not told over WebDAV" 6 retinue event edit "$e" --where Aloud --wait
	check "that is said" sh -c "'$bin/retinue' status --json | jq -e '.outgoing[0].error | test(\"cannot be told\")'"
	retinue undo "$(retinue status --json | jq '.outgoing[0].entry')" --queue >/dev/null 2>&1
else
	check "her guests are told" retinue event edit "$e" --where Aloud --wait
fi
check "her meeting is changed quietly" retinue event edit "$e" --where Hall --quiet --wait
as_ada
is "she has it, and calls it" "$(of=(); one Choir '.location + " " + .my_answer' | head -1)" "Hall organizer"
done_testing
