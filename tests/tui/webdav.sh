#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The screens about mail and the calendar's again, on an Exchange 2003, over
# WebDAV: the same keys and the same screens. webdav_services.sh runs those about
# people through this one.
export DIALECT=webdav
failed=0 n=0
[ $# -gt 0 ] || set -- mail reader change compose threads write editor sealed frame \
	killed search undo macros notify login calendar overlay strip event cancel remind
for name; do
	[ -x "tests/tui/$name.sh" ] || continue
	while IFS= read -r line; do
		case $line in
		"ok "* | "not ok "*)
			n=$((n + 1))
			[ "${line%% *}" = ok ] || failed=1
			echo "${line%% [0-9]*} $n - $name:${line#* -}"
			;;
		1..*) ;;
		*) echo "$line" ;;
		esac
	done < <("tests/tui/$name.sh" || echo "not ok 0 - ends well")
done
echo "1..$n"
exit $failed
