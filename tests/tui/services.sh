#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The services of the mailbox where there is little to show: nothing yet, refused
# by the server, offline; each screen in the three sizes.
. "$(dirname "$0")/lib.bash"
# A mailbox of nobody known, without public folders.
printf 'ada@empty.example\tAda\tsecret1\n' >"$work/people"
sim_start --no-invitations --people "$work/people" --messages 0 || { echo "not ok 1 - the simulator starts"; exit 1; }
for f in Announcements Canteen 'Company%20calendar' Projects Sales Suggestions Suppliers Vehicles; do
	curl -sf -X POST "$admin/public?folder=$f&everybody=None" >/dev/null
done
mkdir -p "$work/empty"
HOME_CONF="reminders = no"
home empty
printf 'secret1\n' >"$work/empty/password"
sed -i 's/^address = .*/address = ada@empty.example/; s/^user = .*/user = ada@empty.example/' "$work/empty/retinue.conf"
tui_sync
mkdir -p "$work/fresh"
sed "s#^server = .*#server = http://127.0.0.1:1/EWS/Exchange.asmx#" "$work/empty/retinue.conf" >"$work/fresh/retinue.conf"
chmod 600 "$work/fresh/retinue.conf"
tui_scene
tui_sync
cat >"$work/faults" <<END
#!/bin/sh
# every request is refused, or none ("")
curl -sf -X POST "$admin/faults" --data-binary "\${1:+op=* nth=1 times=9999 fault=\$1}"
END
chmod +x "$work/faults"
in_home() { # NAME
	for v in CONFIG DATA CACHE STATE; do
		[ $v = CONFIG ] && echo "env RETINUE_CONFIG=$work/$1/retinue.conf" || echo "env RETINUE_$v=$work/$1/${v,,}"
	done
}
each() { # STATE TEXT-OF-EACH...: every screen in that state
	local state=$1
	shift
	printf 'keys , o\nhas %s\nwait-idle\n' "$1"; every_size "oof-$state"; printf 'keys q\nwait-idle\n'
	printf 'keys , d\nhas %s\nwait-idle\n' "$2"; every_size "delegates-$state"; printf 'keys q\nwait-idle\n'
	printf 'type :permissions Inbox\nkeys Enter\nhas %s\nwait-idle\n' "$3"; every_size "rights-$state"; printf 'keys q\nwait-idle\n'
	printf 'keys , q\nhas %s\nwait-idle\n' "$4"; every_size "storage-$state"; printf 'keys q\nwait-idle\n'
	printf 'keys M-5\nhas %s\nwait-idle\n' "$5"; every_size "public-$state"; printf 'keys q\nwait-idle\n'
	printf 'type :recover\nkeys Enter\nhas %s\nwait-idle\n' "$6"; every_size "recover-$state"; printf 'keys q\nwait-idle\n'
}
tui_run <<END
size 80x24
$(in_home empty)
run $retinue
has work online
wait-idle
$(each nothing "now OFF" "Nobody acts for you" "Anonymous" "server and directory tell none" "There are no public folders" "Nothing that was deleted")
keys Q y
quit 0
# nothing mirrored yet, and nobody to ask
$(in_home fresh)
run $retinue
has work offline
type :online off
keys Enter
has Offline
wait-idle
keys , q
has No folders are mirrored yet
has offline, as you asked
wait-idle
$(every_size storage-fresh)
keys Q y
quit 0
$(in_home screens)
run $retinue
has work online
wait-idle
other $work/faults status:403
$(each denied "does not allow" "does not allow" "does not allow" "does not allow" "does not allow" "does not allow")
other $work/faults
type :online off
keys Enter
has offline
wait-idle
$(each away "offline, as you asked" "offline, as you asked" "offline, as you asked" "offline, as you asked" "offline, as you asked" "offline, as you asked")
END
