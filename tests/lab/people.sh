#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The address list and the password's last days, against a real domain
# controller: search, lists, the copy and how it follows, and expiry.
. "$(dirname "$0")/lib.bash"
lab_sim || exit 1
ldap="ldap-server = $AD_DC"
lab_home alice alice "server = https://mail.$AD_DOMAIN
$ldap"
fact() { sqlite3 "$store" "SELECT value FROM fact WHERE key = '$1'"; }
book() { sqlite3 "$RETINUE_CACHE/work/addresses.db" "$1"; }
names() { retinue gal "$@" -n 0 --format '{addr}\n' | sort; }

# --- live, before anything is copied
check "somebody is found by the beginning of a name" \
	sh -c "'$bin/retinue' gal bob --json | jq -e '.people | map(.addr) | index(\"bob@$AD_DOMAIN\") != null'"
exits "a hostile word is a word" 1 retinue gal '*)(objectClass=*'
exits "and so in a field" 1 retinue gal 'office:*)(objectClass=*'
is "expand gives all members, more than one answer holds" \
	"$(retinue gal expand "$(retinue gal 'All Sales' --format '{addr}')" --json | jq '.people | length')" \
	"$(retinue gal expand "All Sales" --json | jq '.people | length')"
check "and there are hundreds of them" \
	sh -c "'$bin/retinue' gal expand 'All Sales' --json | jq -e '.people | length > 300'"
lab_admin group add Loop1 --mail-address="loop1@$AD_DOMAIN" --group-scope=Universal --group-type=Distribution >/dev/null
lab_admin group add Loop2 --mail-address="loop2@$AD_DOMAIN" --group-scope=Universal --group-type=Distribution >/dev/null
lab_admin group addmembers Loop1 Loop2,bob >/dev/null
lab_admin group addmembers Loop2 Loop1,carol >/dev/null
is "lists in each other are taken apart once" \
	"$(retinue gal expand "loop1@$AD_DOMAIN" --deep --format '{addr}\n' | sort | paste -sd,)" \
	"bob@$AD_DOMAIN,carol@$AD_DOMAIN"
check "a picture of the whole person" sh -c "'$bin/retinue' gal show alice@$AD_DOMAIN --json | jq -e '.people[0].addr == \"alice@$AD_DOMAIN\" and .people[0].office != null'"
check "gal photo gives the picture of the directory" sh -c "'$bin/retinue' gal photo alice@$AD_DOMAIN - | base64 -w0 >'$work/photo'"
is "byte for byte" "$(cat "$work/photo")" "$(ldapsearch -x -LLL -o ldif-wrap=no -H "ldaps://$AD_DC:3269" -D "$AD_USER" -w "$AD_PASSWORD" -b '' "(mail=alice@$AD_DOMAIN)" thumbnailPhoto 2>/dev/null | sed -n 's/^thumbnailPhoto:: //p')"
exits "who has none there and in the mailbox has none" 1 retinue gal photo "bob@$AD_DOMAIN" "$work/bob.jpg"
report=$(ldapsearch -x -LLL -o ldif-wrap=no -H "ldaps://$AD_DC:3269" -D "$AD_USER" -w "$AD_PASSWORD" -b '' '(&(manager=*)(mail=*))' mail -z 1 2>/dev/null | sed -n 's/^mail: //p' | head -1)
check "manager and reports come with a person" sh -c "'$bin/retinue' gal show $report --json | jq -e '.people[0].manager != null and (.people | length) > 1'"

# --- the copy
retinue sync >/dev/null 2>&1
all=$(ldapsearch -x -LLL -o ldif-wrap=no -E pr=500/noprompt -H "ldaps://$AD_DC:3269" -D "$AD_USER" -w "$AD_PASSWORD" \
	-b '' '(&(mail=*)(!(msExchHideFromAddressLists=TRUE))(|(objectClass=user)(objectClass=contact)(objectClass=group)(objectClass=publicFolder)(objectClass=msExchDynamicDistributionList)))' 1.1 | grep -c '^dn:')
is "sync copies everybody who is not hidden" "$(book 'SELECT count(*) FROM entry')" "$all"
check "which are two thousand" test "$all" -gt 2000
cp -r "$RETINUE_CACHE" "$work/cache"
begun=$(date +%s%N)
retinue gal 'zoe smi' >"$work/found"
took=$((($(date +%s%N) - begun) / 1000000))
check "the copy answers in under 100 ms, program and all ($took ms)" test "$took" -lt 100
check "with the right people" grep -q "zoe.smith@" "$work/found"
lab_admin user create newcomer "$AD_PASSWORD" --mail-address="newcomer@$AD_DOMAIN" --given-name=New --surname=Comer >/dev/null
lab_admin user delete bob >/dev/null
hide() { # USER
	local dn
	dn=$(ldbsearch -H "$AD_LAB/dc/private/sam.ldb" "(sAMAccountName=$1)" dn 2>/dev/null | sed -n 's/^dn: //p')
	printf 'dn: %s\nchangetype: modify\nreplace: msExchHideFromAddressLists\nmsExchHideFromAddressLists: TRUE\n' "$dn" |
		ldbmodify -H "$AD_LAB/dc/private/sam.ldb" >/dev/null
}
hide carol
book "UPDATE fact SET value = '1000' WHERE key = 'copied'"
retinue sync >/dev/null 2>&1
is "the copy learns of who came" "$(names newcomer)" "newcomer@$AD_DOMAIN"
is "forgets who left" "$(names bob@)" ""
is "and who hides" "$(names carol@)" ""
is "by what changed, not anew" "$(book 'SELECT count(*) FROM entry')" "$((all - 1))"
lab_stop
is "without the controller the copy answers" "$(names newcomer)" "newcomer@$AD_DOMAIN"
LIMIT=30 exits "and a live search says why not" 5 retinue gal nobodyatall --fresh

# --- a controller that accepts and says nothing
"$ad" start >/dev/null 2>&1 7>&-
python3 - "$AD_ADDR" <<'PY' &
import socket, sys, time
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind((sys.argv[1], 3999)); s.listen(5); keep = []
end = time.time() + 120
s.settimeout(1)
while time.time() < end:
    try: keep.append(s.accept()[0])
    except TimeoutError: pass
PY
mute=$!
lab_home mute alice "server = https://mail.$AD_DOMAIN
ldap-server = $AD_DC:3999
ldap-timeout = 1s"
begun=$(date +%s)
LIMIT=30 retinue gal somebody >/dev/null 2>&1
check "a mute server is given up" test $(($(date +%s) - begun)) -le 8
check "and mail does not wait for it" retinue sync
kill $mute

# --- found by the address alone
lab_home bydns alice "server = https://mail.$AD_DOMAIN"
check "the directory is found by DNS" sh -c "'$bin/retinue' gal alice --json | jq -e '.people[0].key | startswith(\"CN=\")'"
retinue sync >/dev/null 2>&1
check "and remembered: the copy is made" test "$(book 'SELECT count(*) FROM entry')" -gt 2000
check "Kerberos signs in where there is a ticket" lab_kinit alice
lab_home ticket alice "server = https://mail.$AD_DOMAIN
ldap-security = kerberos
$ldap"
printf 'wrong\n' >"$work/ticket/password"
check "without any password" sh -c "'$bin/retinue' gal alice --json | jq -e '.people[0].addr == \"alice@$AD_DOMAIN\"'"
kdestroy >/dev/null 2>&1

# --- the last days of a password
expiry() { # USER AGE: days left by `status`, after a sync
	"$ad" age "$1" "$2" >/dev/null 2>&1
	lab_home "$1$2" "$1" "server = https://mail.$AD_DOMAIN
on-password-expiring = sh:echo \"\$RETINUE_ACCOUNT \$RETINUE_DAYS\" >$work/hook
$ldap"
	retinue sync >/dev/null 2>&1
	retinue status --json | jq -c '[.password_days, .password_warning]'
}
is "9 days are noticed" "$(expiry alice 80.5)" "[9,true]"
is "11 are not" "$(expiry alice 78.5)" "[11,false]"
is "a policy of one's own counts" "$(expiry heidi 26.5)" "[3,true]"
is "never is never" "$(expiry grace 500)" "[null,false]"
is "the hook runs, with the days" "$(cat "$work/hook" 2>/dev/null)" "work 3"
expiry dave 100 >/dev/null
is "an expired one is said to be" "$(retinue status --json | jq -c '[.password_days, .password_warning]')" "[0,true]"

# --- another password
lab_admin domain passwordsettings set --min-pwd-age=0 >/dev/null
change() { # USER OLD NEW [LINES]
	lab_home "change$1" "$1" "server = https://mail.$AD_DOMAIN
${4:-$ldap}"
	printf '%s\n%s\n' "$2" "$3" | retinue account change-password
}
exits "a wrong old password changes nothing" 4 change alice wrong New.passw0rd1
exits "one against the rules is refused" 6 change alice "$AD_PASSWORD" x
check "the password is changed by LDAP" change alice "$AD_PASSWORD" New.passw0rd1
check "the new one works" lab_kinit alice New.passw0rd1
exits "the old one does not" 1 lab_kinit alice "$AD_PASSWORD"
check "an expired one is changed by Kerberos" change dave "$AD_PASSWORD" New.passw0rd2
check "and works" lab_kinit dave New.passw0rd2
check "one that must be changed, too" change erin "$AD_PASSWORD" New.passw0rd3
check "and works" lab_kinit erin New.passw0rd3
check "no password is in a log" sh -c "! grep -rqE 'New.passw0rd|$AD_PASSWORD' '$work'/*/state '$work'/*/data '$work'/*/cache"
done_testing
