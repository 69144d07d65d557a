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
check "--vcard" grep -q '^EMAIL:anders.lund@halden.example' <(retinue gal anders --vcard)
is "--format" "$(retinue gal anders --format '{addr}')" "anders.lund@halden.example"
check "gal expand gives the members" sh -c "'$bin/retinue' gal expand all@halden.example --json | jq -e '.people | length > 10'"
check "gal show" sh -c "'$bin/retinue' gal show anders.lund@halden.example --json | jq -e '.people[0].surname == \"Lund\"'"
kill "${sims[0]}"
wait "${sims[0]}" 2>/dev/null
sims=()
is "without the server who was found is known" "$(retinue gal lund --format '{addr}' 2>/dev/null)" "anders.lund@halden.example"
exits "and for others it says why not" 5 retinue gal zzyzx
done_testing
