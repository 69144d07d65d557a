#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Storage: near its limit, down to the largest messages, deleting there, full,
# offline; without limits; before anything is mirrored.
. "$(dirname "$0")/lib.bash"
tui_domain
tui_scene
user=$(ready user)
limits() { curl -sf -X POST "$admin/quota?user=$user&$1" >/dev/null; }
limits 'bytes=4194304&warn=2621440&send=3145728'
tui_sync
cat >"$work/limits" <<END
#!/bin/sh
curl ${domain:+--cacert $work/cert.pem} -sf -X POST "$admin/quota?user=$user&\$1"
END
chmod +x "$work/limits"
# Two that the server still has, one of another length.
retinue delete --soft $(retinue list Reports -n 2 --json | jq -r '.items[].id') >/dev/null 2>&1
tui_sync
# What was deleted for good: back, and for ever. An Exchange 2003 lists none of
# that, and the directory tells the limits.
recover='has newest first
wait-idle
screen recover-80x24
size 160x50
wait-idle
screen recover-160x50
size 40x12
wait-idle
screen recover-40x12
size 80x24
wait-idle
keys r
has Restored 1 item
has 1, newest first
keys x
has Nobody gets it back
keys n
has 1, newest first
keys x y
has Purged 1 item
has Nothing that was deleted for good is kept
wait-idle
screen recover-empty-80x24'
told='the mailbox store' none='server and directory tell none'
if [ "${DIALECT:-}" = webdav ]; then
	recover='has by this protocol the server does not list'
	told='the directory, for this mailbox alone' none='no receiving never'
fi
tui_run <<END
size 80x24
run $retinue
has work online
# told once, by itself
has The mailbox is over its limit: the server refuses to send; ,q shows
wait-idle
keys , q
has Storage - work
has no receiving 4.0 MB
has over its limit: the server refuses to send
wait-idle
screen storage-80x24
size 160x50
wait-idle
screen storage-160x50
size 40x12
wait-idle
screen storage-40x12
size 80x24
wait-idle
# without what is below; down and up again
keys w
has without subfolders
keys w
keys L
has largest messages
wait-idle
screen storage-largest-80x24
keys d
has Deleted 1 message
keys u
has Undone
keys q
hasnot largest messages
keys Enter
has work / 
keys q
keys E
has Empty Deleted Items of
keys Esc
keys R
$recover
keys q
has Storage - work
# past a limit
other $work/limits bytes=1048576&warn=524288&send=786432
keys r
has The mailbox is full
has FULL
wait-idle
screen storage-full-80x24
other $work/limits bytes=104857600
keys r
has told by $told
other $work/limits bytes=0
keys r
has $none
hasnot FULL
keys , O
has Offline
keys r
has offline, as you asked
wait-idle
screen storage-offline-80x24
END
