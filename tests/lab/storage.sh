#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Limits of a mailbox out of a real directory: one's own, the defaults of the
# store that homeMDB names, none; where each comes from is said. On servers that
# tell none themselves, in both dialects.
. "$(dirname "$0")/lib.bash"
search() { ldbsearch -H "$AD_LAB/dc/private/sam.ldb" "$@" 2>/dev/null | sed -e ':a' -e 'N;$!ba' -e 's/\n //g'; } # lines unfolded
attribute() { search "$1" "$2" | sed -n "s/^$2: //p" | head -1; }
kb() { # DN-FILTER: its three limits, in bytes
	for a in mDBStorageQuota mDBOverQuotaLimit mDBOverHardQuotaLimit; do echo $(($(attribute "$1" $a) * 1024)); done | paste -sd' '
}
limits() { retinue quota --fresh --json >"$work/quota" 2>"$work/err"; jq -r '.quota | [.warn, .no_send, .no_receive] | map(tostring) | join(" ")' "$work/quota"; }
from() { jq -r '.quota.origin' "$work/quota"; }
modify() { printf 'dn: %s\nchangetype: modify\n%s\n' "$(attribute "(sAMAccountName=$1)" distinguishedName)" "$2" | ldbmodify -H "$AD_LAB/dc/private/sam.ldb" >"$work/modify" 2>&1; }
store_dn=$(attribute '(sAMAccountName=alice)' homeMDB)
mdb() { search -b "$store_dn" -s base "$1" | sed -n "s/^$1: //p" | head -1; }
defaults="$(($(mdb mDBStorageQuota) * 1024)) $(($(mdb mDBOverQuotaLimit) * 1024)) $(($(mdb mDBOverHardQuotaLimit) * 1024))"
check "the store of the mailboxes has limits" test "${defaults%% *}" -gt 0

for dialect in ews webdav; do
	export DIALECT=$dialect
	path=EWS/Exchange.asmx
	[ $dialect = ews ] || path=exchange/
	[ $dialect = ews ] || lab_sim_stop
	lab_sim || exit 1
	for who in alice bob; do
		lab_home "$dialect-$who" $who "server = https://mail.$AD_DOMAIN/$path
ldap-server = $AD_DC"
		retinue sync >/dev/null 2>&1
		eval "${dialect}_$who=$RETINUE_CONFIG"
		if [ $who = alice ]; then
			is "$dialect: defaults of the store" "$(limits)" "$defaults"
			is "$dialect: and which store it is" "$(from)" "the directory, defaults of the mailbox store $(mdb cn)"
			check "$dialect: quota says so to people" sh -c "'$bin/retinue' quota | grep -q 'defaults of the mailbox store'"
		else
			is "$dialect: limits of one's own" "$(limits)" "$(kb '(sAMAccountName=bob)')"
			is "$dialect: and that they are" "$(from)" "the directory, for this mailbox alone"
		fi
	done
done

# --- what an administrator changes
modify bob 'replace: mDBStorageQuota
mDBStorageQuota: 1
-
replace: mDBOverQuotaLimit
mDBOverQuotaLimit: 2
-
delete: mDBOverHardQuotaLimit
-'
is "a limit that is gone is none" "$(limits)" "1024 2048 $(jq .quota.no_receive "$work/quota")"
is "it is told as none" "$(jq .quota.no_receive "$work/quota")" -1
modify bob 'replace: mDBUseDefaults
mDBUseDefaults: TRUE
-'
is "back to the defaults" "$(limits)" "$defaults"

# --- no directory: nothing is made up
lab_home lonely bob "server = https://mail.$AD_DOMAIN/exchange/
ldap-server = 127.0.0.1:1"
retinue sync >/dev/null 2>&1
is "without the directory no limits are known" "$(limits)" "null null null"
is "nor where they are from" "$(from)" null
done_testing
