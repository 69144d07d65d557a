#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The manual pages and helps are made of the tables and are well-formed; every
# option is read somewhere; every verb and command stands where it must.
set -u
bin=${RETINUE_BIN:-build}
n=0 failed=0
report() { # NAME TEXT: ok when TEXT is empty
	n=$((n + 1))
	if [ -z "$2" ]; then echo "ok $n - $1"; else
		failed=1
		printf '%s\n' "$2" | head -30 | sed 's/^/# /'
		echo "not ok $n - $1"
	fi
}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

tests/mkman "$bin/retinue" "$dir" 2>"$dir/err"
report "the manual pages are made" "$(cat "$dir/err")"
report "mandoc finds nothing" "$(mandoc -T lint -W warning "$dir"/*.[157] 2>&1)"
report "every verb is in retinue(1) and has a help" "$(
	sed -nE 's/^VERB\([a-z]+, "([a-z]+)".*/\1/p' ui/verbs.def | while read -r v; do
		grep -q "^\.It Cm $v " "$dir/retinue.1" || echo "$v is not in retinue.1"
		"$bin/retinue" "$v" --help 2>/dev/null | grep -q "usage: retinue $v" || echo "$v --help"
	done)"
report "every verb is tried by a test" "$(
	sed -nE 's/^VERB\([a-z]+, "([a-z]+)".*/\1/p' ui/verbs.def | while read -r v; do
		grep -qE "retinue'? (-[^ ]+ )*$v\b" tests/e2e/*.sh tests/tui/*.sh tests/lab/*.sh tests/demo || echo "$v"
	done)"
report "every option is in retinue.conf(5) and read somewhere" "$(
	sed -nE 's/^OPTION\(([A-Z_]+), "([^"]+)".*/\1 \2/p' src/config/options.def | while read -r id name; do
		grep -qF -- "$name" <(sed 's/\\-/-/g' "$dir/retinue.conf.5") || echo "$name is not in retinue.conf.5"
		grep -qrwE "CONFIG_$id" --include='*.c' src/engine src/net ui || grep -qw "CONFIG_$id" src/config/secret.c || echo "$name is read nowhere"
	done)"
report "every command is in retinue-commands(7)" "$(
	sed -nE 's/^COMMAND\(([a-z_]+), *"([^"]+)".*/\2/p' ui/commands.def | while read -r c; do
		grep -qF -- "$c" <(sed 's/\\-/-/g; s/\\&//g' "$dir/retinue-commands.7") || echo "$c"
	done)"
has_op() { # TABLE OPERATION
	sed -n "/^const struct backend_ops $1_ops/,/^};/p" "src/proto/$1/$1.c" | grep -q "^[[:space:]]*\.$2 = "
}
report "the table of operations in retinue-internals(7) is that of the code" "$(
	told=$(sed -n '/^\.Ss Protocols/,/^\.El/s/^\.It \([a-z_]*\) Ta .*/\1/p' man/retinue-internals.7)
	made=$(cat src/proto/ews/ews.c src/proto/dav/dav.c | sed -n '/^const struct backend_ops/,/^};/s/^[[:space:]]*\.\([a-z_]*\) = .*/\1/p' |
		grep -vxE 'name|open|close' | sort -u)
	diff <(sort <<<"$told") <(echo "$made") | grep '^[<>]'
	while read -r op; do
		row=$(grep "^\.It $op Ta " man/retinue-internals.7)
		for p in ews dav; do
			case $p in ews) cells=$(cut -d' ' -f4- <<<"$row" | awk -F' Ta ' '{ print $1 $2 $3 }') ;;
			dav) cells=$(cut -d' ' -f4- <<<"$row" | awk -F' Ta ' '{ print $4 $5 $6 }') ;; esac
			if has_op $p "$op"; then [ "${cells#*-}" = "$cells" ] || echo "$op: $p has it"; else
				[ "$cells" = "---" ] || echo "$op: $p does not have it"; fi
		done
	done <<<"$told")"
exit $failed
