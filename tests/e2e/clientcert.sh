#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A server that wants a certificate of the person's: PEM, PKCS#12, a key with a
# pass phrase, none, and one of somebody else's authority.
# shellcheck source=tests/e2e/lib.bash
. tests/e2e/lib.bash

c=$work/certs
mkdir "$c"
make_cert() { # NAME CA: signed by it
	openssl req -newkey rsa:2048 -nodes -subj "/CN=$1" -keyout "$c/$1.key" -out "$c/$1.csr" 2>/dev/null
	openssl x509 -req -in "$c/$1.csr" -CA "$c/$2.pem" -CAkey "$c/$2.key" -CAcreateserial -days 2 -out "$c/$1.pem" 2>/dev/null
}
for ca in ours theirs; do
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=$ca" -keyout "$c/$ca.key" -out "$c/$ca.pem" 2>/dev/null
done
make_cert kim ours
make_cert eve theirs
cat "$c/kim.pem" "$c/kim.key" >"$c/both.pem"
openssl rsa -aes128 -passout pass:phrase -in "$c/kim.key" -out "$c/locked.key" 2>/dev/null
openssl pkcs12 -export -in "$c/kim.pem" -inkey "$c/kim.key" -passout pass:phrase -out "$c/kim.p12" 2>/dev/null
sim_start --messages 2 --tls tests/data/tls/self.pem tests/data/tls/self.key --client-ca "$c/ours.pem" || exit 1
pin=$(openssl x509 -in tests/data/tls/self.pem -noout -fingerprint -sha256 | sed 's/.*=//')
account() { # NAME LINES
	HOME_CONF="trust-certificate = $pin
$2" home "$1"
}
account none ""
retinue sync >/dev/null 2>&1
is "without a certificate nothing works" $(($? != 0)) 1
account two "client-certificate = $c/kim.pem
client-key = $c/kim.key"
check "certificate and key" retinue sync
account one "client-certificate = $c/both.pem"
check "both in one file" retinue sync
account locked "client-certificate = $c/kim.pem
client-key = $c/locked.key
client-key-password-command = echo phrase"
check "a key with a pass phrase" retinue sync
account p12 "client-certificate = $c/kim.p12
client-key-password-command = echo phrase"
check "PKCS#12" retinue sync
is "and mail comes" "$(retinue count | tr -dc 0-9)" 2
account wrong "client-certificate = $c/kim.p12
client-key-password-command = echo nonsense"
retinue sync >"$work/said" 2>&1
is "a wrong pass phrase" $(($? != 0)) 1
check "is told as one of the certificate" grep -qi "certificate" "$work/said"
account eve "client-certificate = $c/eve.pem
client-key = $c/eve.key"
retinue sync >/dev/null 2>&1
is "another authority's certificate" $(($? != 0)) 1
check "no pass phrase is in a log" sh -c "! grep -rq phrase '$work'/*/state"
done_testing
