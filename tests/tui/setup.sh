#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The set-up assistant: seven ways to fail, each explained, on a common and on a
# small terminal; then one that works.
. "$(dirname "$0")/../e2e/lib.bash"
tui=$RETINUE_BUILD/tests/tui/tui
program=$(cd "$bin" && pwd)/retinue
sim_start || exit 1
plain=$sim_url plain_admin=$admin user=$(ready user) password=$(ready password) address=$(ready address)
sim_start --tls tests/data/tls/self.pem tests/data/tls/self.key || exit 1
secure=$sim_url
mkdir -p "$work/mail" "$work/old"
for i in 1 2 3 4; do
	day=$([ $i = 1 ] && date -u -R -d yesterday || echo "Mon, 0$i Mar 2010 10:00:00 +0000")
	{
		printf 'From: Ada <ada@halden.example>\nTo: kim@halden.example\nSubject: Number %d\nDate: %s\nMessage-ID: <%d@old>\n\n' $i "$day" $i
		yes 'A line of a long text that fills the message.' | head -c 1000000
	} >"$work/mail/$i.eml"
done
sim_start --mailbox "$work/mail" || exit 1
old=$sim_url old_password=$(ready password) old_address=$(ready address) old_user=$(ready user)

script() { # NAME SERVER PASSWORD WAIT-FOR
	cat <<END
env RETINUE_CONFIG=$work/$1/retinue.conf
env RETINUE_DATA=$work/$1
env RETINUE_STATE=$work/$1
env RETINUE_CACHE=$work/$1
env RETINUE_TEST_NO_DNS=1
env KRB5CCNAME=FILE:$work/none
size 80x24
run $program
wait-text E-mail address
type $address
keys Tab
type $3
keys Tab Tab Tab Tab
type $user
keys Tab
type $2
keys F3
END
}
failure() { # NAME SERVER PASSWORD WAIT-FOR
	mkdir -p "$work/$1"
	{
		script "$@"
		cat <<END
wait-text $4
wait-text it does not work yet
screen setup-$1-80x24
size 40x12
wait-idle
screen setup-$1-40x12
size 80x24
keys Enter
wait-text F3 tries again
keys Esc
type y
quit 0
END
	} >"$work/$1/script"
	"$tui" "$work/$1/script"
}
plant() { curl -sf -X POST --data-binary "${1:+op=* fault=$1}" "$plain_admin/faults" >/dev/null; }

n=0
renumber() { while IFS= read -r l; do case $l in ok\ * | not\ ok\ *) n=$((n + 1)); echo "${l%% [0-9]*} $n -${l#* -}" ;; 1..*) ;; *) echo "$l" ;; esac; done; }
{
	failure password "$plain" wrong "the name or password is wrong"
	failure closed http://127.0.0.1:1 "$password" "cannot connect"
	failure path "$plain/nothing/here.asmx" "$password" "no Exchange web service"
	failure certificate "$secure" "$password" "signed by itself"
	plant status:403
	failure blocked "$plain" "$password" "forbids Exchange Web Services"
	plant mailboxmove
	failure moved "$plain" "$password" "is being moved"
	plant html
	failure portal "$plain" "$password" "a sign-in page came instead"
	plant ""
	mkdir -p "$work/good"
	{
		script good "$plain" "$password"
		echo "wait-text How much should be kept"
		echo "has the account is written to"
		# What there is, what of it comes, and how long that takes.
		echo "has Mailbox: $(curl -sf "$plain_admin/mailbox?user=$user" | jq '[.folders[] | select((.hidden | not) and (.path | startswith("Recoverable") | not) and (.distinguished // "" | IN("calendar", "contacts", "tasks", "notes", "journal") | not)) | .items | length] | add') messages"
		echo "has Kept here: about"
		echo "has in under a minute"
		echo "keys Left Tab Left F3"
		echo "wait-text Inbox"
		echo "keys q"
	} >"$work/good/script"
	"$tui" "$work/good/script"
	# One message of this month, three of long ago: a quarter is kept.
	{
		script old "$old" "$old_password" | sed "s/$address/$old_address/; s/^type $user\$/type $old_user/"
		cat <<END
wait-text How much should be kept
has Mailbox: 4 messages, 3.
has Kept here: about 3.
keys Left Left Left
has (*) 31d
has Kept here: about 9
size 40x12
has about 9
has of 3.
size 80x24
keys F3
wait-text Inbox
keys q
END
	} >"$work/old/script"
	"$tui" "$work/old/script"
	# An account whose server shows another certificate than the trusted one.
	mkdir -p "$work/changed"
	printf '[account "work"]\naddress = %s\nserver = %s\nuser = %s\npassword = %s\ntrust-certificate = %s\n' "$address" \
		"$secure/EWS/Exchange.asmx" "$user" "$password" "$(printf 'AA:%.0s' {1..31})AA" >"$work/changed/retinue.conf"
	chmod 600 "$work/changed/retinue.conf"
	{
		script changed "$secure" "$password" | sed '/^run/q'
		cat <<END
wait-text :account-edit work
keys :
type account-edit work
keys Enter
wait-text Account work
keys F3
wait-text Its fingerprint
keys t
wait-text work online
keys Q y
quit 0
END
	} >"$work/changed/script"
	"$tui" "$work/changed/script"
	echo "$(grep -c "^trust-certificate = " "$work/changed/retinue.conf" | grep -qx 1 && echo ok || echo not ok) 0 - the new fingerprint is written down"
	echo "$(grep -qx "server = $plain/EWS/Exchange.asmx\|server = $plain" "$work/good/retinue.conf" && echo ok || echo not ok) 0 - the account is written"
	echo "$(grep -qx "offline-period = 365d" "$work/good/retinue.conf" && echo ok || echo not ok) 0 - with what is kept"
	echo "$(grep -q "$password" "$work/good/retinue.conf" && echo not ok || echo ok) 0 - without its password"
} | renumber | tee "$work/tap"
! grep -q '^not ok' "$work/tap"
