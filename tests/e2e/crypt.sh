#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Signed and encrypted mail from one mailbox to another, by the verbs; keys in a
# GNUPGHOME of its own.
. "$(dirname "$0")/lib.bash"
. "$(dirname "$0")/keys.bash"
sim_start || exit 1
hidden() { # FOLDER: the newest message there whose subject is hidden
	retinue list "$1" -n 9 --format '{id}\t{subject}\n' | awk -F'\t' '$2 == "..." { print $1; exit }'
}
home bob 2
keys_make "$(ready address)" "$(ready address2)"
home ada
retinue sync >/dev/null 2>&1
to=$(ready address2)
check "send --sign" sh -c "echo 'Signed words.' | '$bin/retinue' send --sign --to '$to' --subject 'signed one'"
check "send --sign --encrypt" sh -c "echo 'Secret words.' >'$work/secret.txt'; cat '$work/secret.txt' | '$bin/retinue' send --sign --encrypt --attach '$work/secret.txt' --to '$to' --subject 'secret subject'"
exits "nobody's key: nothing is sent" 2 sh -c "echo x | '$bin/retinue' send --encrypt --to nobody@elsewhere.example --subject x"
check "and the recipient is named" sh -c "echo x | '$bin/retinue' send --encrypt --to nobody@elsewhere.example --subject x 2>&1 | grep -q 'no OpenPGP key for nobody@elsewhere.example'"
exits "Bcc and encryption do not go together" 2 sh -c "echo x | '$bin/retinue' send --encrypt --to '$to' --bcc '$(ready address)' --subject x"
home bob 2
check "sync" retinue sync
id=$(retinue search 'subject:"signed one"' -n 1 --format '{id}')
check "the signature is checked" sh -c "'$bin/retinue' show $id --json | jq -e '.message.security.state == \"valid\" and (.message.security.encrypted | not)'"
check "and told" sh -c "'$bin/retinue' show $id | grep -q '^Security: Signed by Ada .*$(ready address)>, valid'"
is "no secret is on the server" "$(curl -sf "$admin/mailbox?user=$(ready user2)" | grep -c 'secret subject')" 0
id=$(hidden inbox)
check "the encrypted one is opened" sh -c "'$bin/retinue' show $id --json | jq -e '.message.security.encrypted and .message.security.state == \"valid\" and .message.subject == \"secret subject\" and (.message.text | contains(\"Secret words\"))'"
check "its attachment is saved" sh -c "'$bin/retinue' save $id '$work/saved' && grep -qx 'Secret words.' '$work/saved/secret.txt'"
check "--raw is as it came" sh -c "! '$bin/retinue' show $id --raw | grep -q 'Secret words'"
check "an answer stays encrypted" sh -c "echo 'I see.' | '$bin/retinue' reply $id"
retinue sync >/dev/null 2>&1
check "in Sent, too" sh -c "'$bin/retinue' show $(hidden sent) --raw | grep -q 'multipart/encrypted'"
GNUPGHOME=$work/nokeys
mkdir -m 700 "$GNUPGHOME"
check "without the key it says so" sh -c "'$bin/retinue' show $id | grep -q '^Security: .*none of the keys here'"
check "and the signed one cannot be checked" sh -c "'$bin/retinue' show \$('$bin/retinue' search 'subject:\"signed one\"' -n 1 --format '{id}') --json | jq -e '.message.security.state == \"doubtful\"'"
keys_end
done_testing
