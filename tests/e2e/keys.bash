# SPDX-License-Identifier: GPL-3.0-or-later
# For scripts with signed and encrypted mail: OpenPGP keys without a passphrase
# for the addresses given, made now and trusted, in a GNUPGHOME of their own.
# gpg's clock stands where the program's does, so that pictures stay the same.
keys_make() { # ADDRESS OF ADA, ADDRESS OF BOB ...
	export GNUPGHOME=$work/gnupg
	local a name fpr names=(Ada Bob Carol)
	mkdir -m 700 "$GNUPGHOME"
	[ -z "${RETINUE_TEST_NOW:-}" ] || echo "faked-system-time ${RETINUE_TEST_NOW}!" >"$GNUPGHOME/gpg.conf"
	for a in "$@"; do
		name=${names[0]} names=("${names[@]:1}")
		gpg --batch --quiet --passphrase '' --quick-generate-key "$name <$a>" ed25519 sign 0 2>>"$work/gpg.err"
		fpr=$(gpg --batch --with-colons --list-keys "<$a>" 2>/dev/null | sed -n 's/^fpr:::::::::\(.*\):$/\1/p' | head -1)
		gpg --batch --quiet --passphrase '' --quick-add-key "$fpr" cv25519 encr 0 2>>"$work/gpg.err"
		echo "$fpr:6:" | gpg --batch --quiet --import-ownertrust 2>>"$work/gpg.err"
	done
}
keys_end() { for h in "$work/gnupg" "$work/nokeys"; do GNUPGHOME=$h gpgconf --kill all 2>/dev/null; done; }
