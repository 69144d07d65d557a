#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Rights and delegates of an Exchange 2003 with a real directory: accounts found
# by address and by security identifier, publicDelegates added and removed by
# the user's own rights, and refused cleanly where there are none.
. "$(dirname "$0")/lib.bash"
attribute() { ldbsearch -H "$AD_LAB/dc/private/sam.ldb" "(sAMAccountName=$1)" "$2" 2>/dev/null | sed -n "s/^$2: //p"; }
for u in $lab_users; do
	printf '%s@%s\t%s\t%s\t%s\n' "$u" "$AD_DOMAIN" "${u^}" "$AD_PASSWORD" "$(attribute "$u" objectSid)"
done >"$work/people"
export DIALECT=webdav
sim_start --tls "$AD_LAB/tls/mail.pem" "$AD_LAB/tls/mail.key" --listen "$AD_MAIL_ADDR:443" --people "$work/people" || exit 1
lab_home alice alice "server = https://mail.$AD_DOMAIN/exchange/
ldap-server = $AD_DC"
bob=bob@$AD_DOMAIN
check "sync" retinue sync

# --- identifiers, both ways
check "an address becomes an identifier" retinue perm set inbox "$bob" reviewer
is "the directory's own" "$(retinue perm list inbox --json | jq -r '.permissions[] | select(.who == "person") | .sid')" "$(attribute bob objectSid)"
is "and that a person again" "$(retinue perm list inbox --json | jq -r '.permissions[] | select(.who == "person") | .address')" "$bob"
exits "who is not in it has none" 6 retinue perm set inbox "nobody@$AD_DOMAIN" reviewer
check "perm remove by the address" retinue perm remove inbox "$bob"
is "removes it" "$(retinue perm list inbox --json | jq '[.permissions[] | select(.who == "person")] | length')" 0

# --- one's own publicDelegates
dn=$(attribute bob distinguishedName) me=$(attribute alice distinguishedName)
check "delegate add" retinue delegate add "$bob" calendar=editor
is "the directory has it" "$(attribute alice publicDelegates)" "$dn"
is "and the way back" "$(attribute bob publicDelegatesBL)" "$me"
check "the delegate's rights are there" sh -c "'$bin/retinue' delegate list --json | jq -e '.delegates[0] | .address == \"$bob\" and .levels.calendar == \"Editor\"'"
lab_home bob bob "server = https://mail.$AD_DOMAIN/exchange/
ldap-server = $AD_DC"
retinue sync >/dev/null 2>&1
is "the other one is told" "$(retinue delegate list --json | jq -c .acts_for)" "[\"alice@$AD_DOMAIN\"]"
lab_home alice alice "server = https://mail.$AD_DOMAIN/exchange/
ldap-server = $AD_DC"
check "delegate remove" retinue delegate remove "$bob"
is "the directory has it no more" "$(attribute alice publicDelegates)" ""

# --- without the right
lab_admin dsacl set --action=deny --objectdn="$me" --sddl='(OD;;WP;77b5b886-944a-11d1-aebd-0000f80367c1;;PS)' >"$work/dsacl" 2>&1
exits "a directory that does not let one" 6 retinue delegate add "$bob" calendar=editor
is "says so" "$(grep -c 'does not let you say who may send' "$work/err")" 1
is "and nothing has changed there" "$(attribute alice publicDelegates)" ""
is "nor in the mailbox" "$(retinue delegate list --json | jq -c .delegates) $(retinue perm list calendar --json | jq -c '[.permissions[] | select(.who == "person" and .level != "None")]')" "[] []"
check "the rest goes without it" retinue delegate add "$bob" calendar=editor --without-behalf
is "and only that" "$(attribute alice publicDelegates)$(retinue delegate list --json | jq -r '.delegates[0].levels.calendar')" Editor
done_testing
