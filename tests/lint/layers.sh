#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Who may include whom: an arrow or a library not in these tables is an error.
set -u
bad=0
say() { echo "# $*"; bad=1; }

# layer: layers it may include
allowed() {
	case $1 in
	base) echo base ;;
	model) echo base model ;;
	text | mime | ical) echo base model text mime ical ;;
	config) echo base config ;;
	net) echo base config net ;;
	store) echo base model store ;;
	proto) echo base model mime ical net config proto ;;
	engine) echo base model text mime ical config net store proto engine ;;
	ui) echo base model text config ui engine/calendar.h engine/doctor.h engine/engine.h engine/event.h engine/login.h engine/message.h engine/draft.h engine/seal.h engine/upkeep.h store/query.h store/upkeep.h ;;
	esac
}
layer() {
	case $1 in
	src/*) local p=${1#src/}; echo "${p%%/*}" ;;
	*) echo "${1%%/*}" ;;
	esac
}
while read -r f; do
	from=$(layer "$f")
	ok=" $(allowed "$from") "
	while read -r inc; do
		to=${inc%%/*}
		case $ok in *" $to "* | *" $inc "*) ;; *) say "$f includes $inc: $from may not use $to" ;; esac
		case $from/$inc in
		proto/proto/dav/*) case $f in src/proto/ews/*) say "$f: ews includes dav" ;; esac ;;
		proto/proto/ews/*) case $f in src/proto/dav/*) say "$f: dav includes ews" ;; esac ;;
		ui/store/write.h) say "$f: ui never writes" ;;
		esac
	done < <(sed -nE 's/^#[[:space:]]*include "([^"]+)".*/\1/p' "$f" | grep /)
done < <(git ls-files -co --exclude-standard 'src/*.[ch]' 'store/*.[ch]' 'ui/*.[ch]')

# the simulator: base only, no protocol code of the client
while read -r f; do
	sed -nE 's/^#[[:space:]]*include "([^"]+)".*/\1/p' "$f" | grep / |
		grep -vE '^(base|tests/sim)/' | while read -r inc; do echo "# $f includes $inc"; done
done < <(git ls-files -co --exclude-standard 'tests/sim/*.[ch]') | grep . && bad=1

# library header pattern: the only files that may include it
confine() {
	git ls-files -co --exclude-standard 'src/*.[ch]' 'store/*.[ch]' 'ui/*.[ch]' |
		xargs grep -lE "^#[[:space:]]*include <($1)" 2>/dev/null | grep -vE "^($2)$" |
		while read -r f; do echo "# $f uses <$1>, which belongs to $2"; done | grep . && bad=1
}
confine 'pthread|sys/eventfd|threads' 'src/base/chan\.c'
confine 'uni(case|conv|ctype|gbrk|lbrk|name|norm|stdio|str|types|wbrk|width)\.h' 'src/base/utf8\.c'
confine 'libxml/HTML' 'src/text/html.*\.[ch]'
confine 'libxml/(xml|parser|tree)' 'src/net/xml\.c|src/text/html.*\.[ch]'
confine 'gmime|glib' 'src/mime/[a-z_]+\.[ch]'
confine 'cmark' 'src/text/markdown\.c'
confine 'fribidi' 'src/text/bidi\.c'
confine 'gpgme' 'src/mime/crypt_key\.h'
confine 'libical' 'src/ical/[a-z_]+\.[ch]'
confine 'curl' 'src/net/http(_error|_answer)?\.[ch]'
confine 'openssl' 'src/net/tls\.c'
confine 'gssapi|krb5' 'src/net/(auth_gss|kpasswd)\.c'
confine 'sqlite3' 'store/db(_fts)?\.[ch]'
confine 'zstd' 'src/base/pack\.c'
confine 'ldap|lber|openldap|sasl' 'src/proto/ldap/[a-z_]+\.c'
confine 'jansson' 'ui/batch[a-z_]*\.[ch]|src/net/[a-z_]+\.c'
confine 'n?curses|term\.h' 'ui/term\.[ch]'

[ $bad = 0 ] && echo "ok 1 - layers and libraries" || { echo "not ok 1 - layers and libraries"; exit 1; }
