#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Discovery from an address alone, and the doctor: every row with its port, and
# planted faults, each told apart from all others.
. "$(dirname "$0")/lib.bash"
ep="--auth negotiate,ntlm --keytab $AD_HTTP_KEYTAB --binding require"
# shellcheck disable=SC2086
lab_sim $ep || exit 1

# --- an address is enough
mkdir "$work/new"
export RETINUE_CONFIG=$work/new/retinue.conf RETINUE_DATA=$work/new RETINUE_CACHE=$work/new RETINUE_STATE=$work/new
printf '%s\n' "$AD_PASSWORD" >"$work/pw"
check "account add needs an address only" retinue account add work --address "alice@$AD_DOMAIN" \
	--password-command "cat $work/pw" --setting "ca-file=$AD_CA"
check "it wrote the server down" grep -qx "server = https://mail.$AD_DOMAIN/EWS/Exchange.asmx" "$RETINUE_CONFIG"
check "and the account works" retinue sync
exits "a second one of that name is refused" 7 retinue account add work --address "alice@$AD_DOMAIN"
is "account list" "$(retinue account list --json | jq -r '.accounts[].address')" "alice@$AD_DOMAIN"
check "account remove" retinue account remove work
is "it is gone" "$(retinue account list --json | jq '.accounts | length')" 0

# --- an account without a server: looked for at the first sync, then known
lab_home bare alice
check "a sync finds the server by itself" retinue sync
is "the mailbox is mirrored" "$(retinue folder list --json | jq '[.folders[] | select(.name == "Inbox")] | length')" 1
n=$(grep -c 'POST.*utodiscover' "$sim_log")
check "the next one" retinue sync
is "does not look again" "$(grep -c 'POST.*utodiscover' "$sim_log")" "$n"
lab_home nobody nobody
exits "an address nobody has is told" 4 retinue sync

# --- every row
lab_home good alice
retinue doctor --json >"$work/rows"
port() { jq -r --arg n "$1" '.rows[] | select(.name == $n) | "\(.state) \(.port)"' "$work/rows"; }
is "DNS by 53" "$(port dns)" "good 53"
is "domain controller by 636" "$(port directory)" "good 636"
is "Global Catalog by 3269" "$(port catalog)" "good 3269"
is "Kerberos by 88" "$(port kerberos)" "good 88"
is "server by 443" "$(port server)" "good 443"
is "mailbox by 443" "$(port mailbox)" "good 443"
is "address list by the Global Catalog" "$(port address-list)" "good 3269"
is "password expiry by the domain controller" "$(port password-expiry)" "good 636"
is "nothing is bad" "$(jq '[.rows[] | select(.state == "bad")] | length' "$work/rows")" 0
is "--redact hides who and where" "$(retinue doctor --redact | grep -ciE "alice|$AD_DOMAIN")" 0

# --- planted faults
fault() { # NAME CODE: that is the verdict, with reason and next step; no other fault has it
	retinue doctor --json >"$work/rows" 2>"$work/err"
	is "$1" "$(jq -r '.verdict | if .text and .next then .code else "nothing" end' "$work/rows")" "$2"
	case " $told " in *" $2 "*) result 1 "$1 is told apart" ;; esac
	told="$told $2"
}
told=
url="server = https://mail.$AD_DOMAIN/EWS/Exchange.asmx"
lab_home dave dave && fault "expired password" password-expired
lab_home erin erin && fault "must change the password" password-must-change
lab_home frank frank && fault "disabled account" account-disabled
lab_home ivan ivan && fault "expired account" account-expired
lab_home wrong carol && echo nonsense >"$work/wrong/password" && fault "wrong password" password-wrong
lab_admin domain passwordsettings set --account-lockout-threshold=3 >/dev/null
lab_home locked grace && echo nonsense >"$work/locked/password"
for _ in 1 2 3 4 5; do ldapwhoami -x -H "ldaps://$AD_DC" -D "grace@$AD_DOMAIN" -w nonsense >/dev/null 2>&1; done
printf '%s\n' "$AD_PASSWORD" >"$work/locked/password"
fault "locked account" account-locked
lab_admin domain passwordsettings set --account-lockout-threshold=0 >/dev/null
lab_home realm bob "$url
user = bob@WRONG.EXAMPLE
sign-in = kerberos-password" && fault "wrong realm" wrong-realm
lab_home ticket bob "$url
sign-in = kerberos" && fault "no ticket" no-ticket
lab_home way bob "$url
sign-in = basic" && fault "no common way" no-common-way
lab_home dns bob "server = nowhere.$AD_DOMAIN" && fault "unknown name" dns-missing
lab_home port bob "server = https://mail.$AD_DOMAIN:444/EWS/Exchange.asmx" && fault "closed port" port-closed
lab_home path bob "server = https://mail.$AD_DOMAIN/nothing/here.asmx" && fault "wrong path" not-exchange
lab_home authority bob "$url" && sed -i "s|^ca-file.*|ca-file = $AD_LAB/tls/dc1.pem|" "$RETINUE_CONFIG" && fault "unknown authority" unknown-authority
lab_home skew bob "$url" && RETINUE_TEST_NOW=$(date -d '+2 hours' +%s) fault "clock skew" clock-skew
for k in mailboxmove:mailbox-moved nomailbox:no-mailbox status:403:ews-blocked html:portal; do
	curl -s -X POST --data-binary "op=* fault=${k%:*}" --cacert "$AD_CA" "$admin/faults" >/dev/null
	lab_home "x${k%%:*}" bob "$url" && fault "${k%:*}" "${k##*:}"
done
lab_sim_stop

lab_sim --auth ntlm --keytab "$AD_HTTP_KEYTAB" --binding require --binding-cert "$AD_LAB/tls/dc1.pem" || exit 1
lab_home ep bob "$url" && fault "Extended Protection behind a TLS proxy" extended-protection
lab_sim_stop

cert() { # NAME SUBJECT-HOST OPTIONS...
	local n=$1 host=$2
	shift 2
	openssl req -newkey rsa:2048 -nodes -subj "/CN=$host" -keyout "$work/$n.key" -out "$work/$n.csr" 2>/dev/null
	openssl x509 -req -in "$work/$n.csr" -out "$work/$n.pem" -extfile <(echo "subjectAltName=DNS:$host") "$@" 2>/dev/null
}
tls_fault() { # NAME CODE: with $work/NAME.pem
	lab_people >"$work/people"
	sim_start --tls "$work/$1.pem" "$work/$1.key" --listen "$AD_MAIL_ADDR:443" --people "$work/people" || exit 1
	lab_home "$1" bob "$url"
	fault "$1 certificate" "$2"
	[ "$1" = self ] && {
		printf 'trust-certificate = %s\n' "$(jq -r .fingerprint "$work/rows")" >>"$RETINUE_CONFIG"
		retinue doctor --json >"$work/rows"
		is "trusted by its fingerprint it is reached" "$(port server)" "good 443"
	}
	lab_sim_stop
}
cert self "mail.$AD_DOMAIN" -signkey "$work/self.key" -days 5
cert name "other.$AD_DOMAIN" -CA "$AD_CA" -CAkey "$AD_LAB/tls/ca.key" -CAcreateserial -days 5
cert old "mail.$AD_DOMAIN" -CA "$AD_CA" -CAkey "$AD_LAB/tls/ca.key" -CAcreateserial -days -1
tls_fault self certificate-self-signed
tls_fault name certificate-name
tls_fault old certificate-expired

listener() { # a server on 443 that is no exchange-sim
	"$@" >/dev/null 2>&1 </dev/null &
	sims+=("$!")
	for _ in $(seq 100); do (exec 3<>"/dev/tcp/$AD_MAIL_ADDR/443") 2>/dev/null && return; sleep 0.05; done
}
listener openssl s_server -accept "$AD_MAIL_ADDR:443" -cert "$AD_LAB/tls/mail.pem" -key "$AD_LAB/tls/mail.key" -tls1 -cipher DEFAULT@SECLEVEL=0 -quiet
lab_home tls1 bob "$url" && fault "TLS 1.0 only" tls-version
lab_sim_stop
listener /usr/bin/python3 -c "
import socket, time
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('$AD_MAIL_ADDR', 443)); s.listen(64); time.sleep(600)"
lab_home silent bob "$url
timeout = 2s" && fault "a server that never answers" timeout
is "it is given up in time" "$(jq '[.rows[].ms] | max < 6000' "$work/rows")" true
lab_sim_stop
sim_start --listen "$AD_MAIL_ADDR:443" || exit 1
lab_home plain bob "$url" && fault "no TLS on the port" tls
lab_home proxy bob "$url
proxy = http://$AD_MAIL_ADDR:443" && fault "a proxy that refuses" proxy-refuses
lab_sim_stop
echo "nameserver 127.0.0.99" >"$work/resolv.conf"
umount /etc/resolv.conf
mount --bind "$work/resolv.conf" /etc/resolv.conf
lab_home noname bob && fault "no name server" name-server
is "faults told apart" "$(printf '%s\n' $told | sort -u | wc -l)" "$(echo $told | wc -w)"
check "at least twenty" [ "$(echo $told | wc -w)" -ge 20 ]
done_testing
