#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What the other lab scripts stand on: the controller answers on every port of
# the protocol, and exchange-sim stands where its DNS says.
. "$(dirname "$0")/lib.bash"
lab_sim || exit 1

srv() { dig +short "$1.$AD_DOMAIN" SRV | awk '{print $3, $4}'; }
is "DNS names the domain controller" "$(srv _ldap._tcp.dc._msdcs)" "389 $AD_DC."
is "DNS names the Global Catalog" "$(srv _gc._tcp)" "3268 $AD_DC."
is "DNS names the Kerberos server" "$(srv _kerberos._tcp)" "88 $AD_DC."
is "DNS names Autodiscover" "$(srv _autodiscover._tcp)" "443 mail.$AD_DOMAIN."
mail_of() { # URL PASSWORD
	ldapsearch -x -LLL -H "$1" -D "$AD_USER" -w "$2" -b '' '(sAMAccountName=bob)' mail 2>&1 | sed -n 's/^mail: //p'
}
is "LDAP over TLS finds a person in the Global Catalog" \
	"$(mail_of "ldaps://$AD_DC:3269" "$AD_PASSWORD")" "bob@$AD_DOMAIN"
is "and not with a wrong password" "$(mail_of "ldaps://$AD_DC:3269" wrong)" ""
check "Kerberos gives a ticket" lab_kinit alice
exits "and none for a wrong password" 1 lab_kinit alice wrong
is "exchange-sim wants a sign-in" \
	"$(curl -s --cacert "$AD_CA" -o /dev/null -w '%{http_code}' "https://mail.$AD_DOMAIN/EWS/Exchange.asmx")" 401
done_testing
