#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: the retinue authors
# A key whose passphrase nobody gives: it is said in plain words, and the message
# is still there, to be sent without a signature.
. "$(dirname "$0")/lib.bash"
. "$(dirname "$0")/../e2e/keys.bash"
tui_scene
export GNUPGHOME=$work/gnupg
mkdir -m 700 "$GNUPGHOME"
echo "faked-system-time ${RETINUE_TEST_NOW}!" >"$GNUPGHOME/gpg.conf"
gpg --batch --quiet --pinentry-mode loopback --passphrase secret --quick-generate-key "Kim <$(ready address)>" ed25519 sign 0 2>"$work/gpg.err"
fpr=$(gpg --batch --with-colons --list-keys 2>/dev/null | sed -n 's/^fpr:::::::::\(.*\):$/\1/p' | head -1)
echo "$fpr:6:" | gpg --batch --quiet --import-ownertrust 2>>"$work/gpg.err"
gpgconf --kill gpg-agent
# who is asked for the passphrase leaves
cat >"$work/pinentry" <<'SH'
#!/bin/sh
echo OK
while read -r l; do
	case $l in
	GETPIN*) echo 'ERR 83886179 Operation cancelled <Pinentry>' ;;
	BYE) echo OK; exit ;;
	*) echo OK ;;
	esac
done
SH
chmod +x "$work/pinentry"
echo "pinentry-program $work/pinentry" >"$GNUPGHOME/gpg-agent.conf"
trap 'keys_end; finish' EXIT
tui_sync
tui_run <<END
size 80x24
env GNUPGHOME=$GNUPGHOME
run $retinue
has work online
wait-idle
keys m
has To:
type hanne.vik@halden.example
keys Enter
has Subject:
type A locked one
keys Enter
has Subject  A locked one
type Words that must not be lost.
keys Esc p
has (s)ign
keys s
hasnot (s)ign
wait-idle
keys y
has Not sent: Not signed: the key is locked
has Words that must not be lost.
has Subject  A locked one
# without a signature it goes
keys p
has (s)ign
keys n
hasnot sign (OpenPGP)
keys y
has Goes out in
keys c
type Outbox
keys Tab Enter
has A locked one
keys Q y
quit 0
END
