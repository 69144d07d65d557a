#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Signing in against the real domain: Kerberos single sign-on and NTLM with the
# channel binding that the server requires, and every account that may not.
. "$(dirname "$0")/lib.bash"
lab_sim --auth negotiate,ntlm --keytab "$AD_HTTP_KEYTAB" --binding require || exit 1
url="server = https://mail.$AD_DOMAIN/EWS/Exchange.asmx"
signed() { # what the simulator saw of the last sign-in
	grep 'op=sign-in' "$sim_log" | tail -1 | sed -E 's/.*scheme=([A-Za-z]+) result=([0-9a-f]+).*bound=([01]).*/\1 \2 \3/'
}

lab_kinit alice
lab_home sso alice "$url
password-command = false"
check "Kerberos single sign-on, no password asked for" retinue sync
is "by Negotiate, bound to the channel" "$(signed)" "Negotiate 0 1"
kdestroy -q

lab_home ntlm alice "$url
user = $AD_NETBIOS\\alice"
check "NTLM with DOMAIN\\user" retinue sync
is "by NTLM, bound to the channel" "$(signed)" "NTLM 0 1"
lab_home upn alice "$url
user = alice@$AD_DOMAIN"
check "NTLM with user@domain" retinue sync
lab_home address bob "$url"
check "NTLM with the address alone" retinue sync
lab_home forced bob "$url
sign-in = kerberos-password"
check "Kerberos by password" retinue sync
is "is bound to the channel, too" "$(signed)" "Negotiate 0 1"

lab_home wrong bob "$url"
echo nonsense >"$work/wrong/password"
exits "a wrong password is refused" 4 retinue sync
lab_sim_stop

# a proxy that re-encrypts: the server binds to another certificate
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=front" \
	-keyout "$work/other.key" -out "$work/other.pem" 2>/dev/null
lab_sim --auth negotiate,ntlm --keytab "$AD_HTTP_KEYTAB" --binding require \
	--binding-cert "$work/other.pem" || exit 1
lab_home proxied bob "$url"
exits "Extended Protection behind a re-encrypting proxy refuses" 4 retinue sync
check "and says so" grep "Extended Protection" <(retinue sync 2>&1)
lab_sim_stop

lab_sim --auth basic --keytab "$AD_HTTP_KEYTAB" || exit 1
lab_home basic bob "$url"
check "Basic, judged by the domain" retinue sync
done_testing
