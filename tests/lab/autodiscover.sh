#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Where Autodiscover sends: to another address, another place, in a circle, to
# plain http, outside the domain; over TLS, with the domain's own names.
. "$(dirname "$0")/lib.bash"
# The directory's own pointer would be asked first.
lab_sim --auth ntlm --keytab "$AD_HTTP_KEYTAB" || exit 1
https="https://autodiscover.$AD_DOMAIN/autodiscover/autodiscover.xml"
sends() { curl -sf -X POST --cacert "$AD_CA" "$admin/autodiscover?$1" >/dev/null; }
asked() { grep -c 'autodiscover.*user=' "$sim_log"; }
steps() { # tries an account that knows its address only
	lab_home "h$RANDOM" alice
	timeout 120 "$bin/retinue" account test >"$work/said" 2>&1
}
found() { # NAME: Autodiscover itself found the server
	steps
	is "$1" $? 0
	check "$1, by Autodiscover" grep -qE "^  .*utodiscover.*(EWS|exchange.asmx)" "$work/said"
	[ "$test_failed" = 0 ] || sed 's/^/# /' "$work/said" | head -20
}
passed() { # NAME WORDS: not that way, in these words; what comes next finds it
	steps
	is "$1" $? 0
	check "$1, in words" grep -q "$2" "$work/said"
}

found "settings at once"
sends "kind=addr&to=bob@$AD_DOMAIN&times=1"
found "another address"
sends "kind=url&to=$https&times=1"
found "another place"
sends "kind=url&to=${https%.xml}.svc&times=1"
found "another place, of the newer form"
check "another place, of the newer form: asked in that form" grep -q "autodiscover.svc: https" "$work/said"
sends "kind=addr&to=alice@$AD_DOMAIN"
passed "a circle of addresses ends" "another address now"
is "a circle of addresses ends: two places asked" "$(grep -c 'another address now' "$work/said")" 2
sends "kind=url&to=https://mail.$AD_DOMAIN/autodiscover/autodiscover.xml"
passed "a circle of places ends" "in a circle"
sends "kind=url&to=http://mail.$AD_DOMAIN/autodiscover/autodiscover.xml"
passed "plain http is not followed" "not followed: it is not encrypted"
sends "kind=url&to=https://mail.elsewhere.example/autodiscover/autodiscover.xml"
passed "another domain is not followed unasked" "outside $AD_DOMAIN"
sends "kind=outside&to=https://gone.$AD_DOMAIN"
found "the outside address is not reached from here"
check "the outside address is not reached from here: inside" grep -q "gone.$AD_DOMAIN" "$work/said"
sends "kind="
found "settings again"
done_testing
