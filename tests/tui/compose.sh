#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Writing: new, reply, forward, checks before sending, drafts, undo-send, an
# editor that fails, the outbox.
. "$(dirname "$0")/lib.bash"
HOME_CONF='undo-send = 0
mark-read-after = never'
tui_scene
tui_sync
cat >"$work/editor" <<'ED'
#!/bin/sh
# appends what $TUI_SAYS holds; "fail" changes nothing and fails
[ -f "${0%/*}/fail" ] && exit 3
cat "${0%/*}/says" >>"$1"
ED
printf 'As promised, the file is attached.\n' >"$work/says"
printf 'some file\n' >"$work/report.txt"
chmod +x "$work/editor"
mkdir "$work/attachable"
printf 'short\n' >"$work/attachable/summary.txt"
tui_run <<END
size 80x24
env EDITOR=$work/editor
run $retinue
has work online
wait-idle
# a new message: To with completion, Subject, then the editor
keys m
has New message
has To:
type hanne
has Hanne Vik <hanne.vik@halden.example>
keys Tab Enter
has Subject:
type The report
keys Enter
has As promised, the file is attached.
has Subject  The report
wait-idle
screen compose-80x24
# it speaks of an attachment
keys y
has The text speaks of an attachment, but there is none. Send anyway? (y/[n])
keys Enter
hasnot speaks of
keys a
has Attach file:
type $work/nothere
keys Enter
has Not attached
keys a C-u
type $work/report.txt
keys Enter
has report.txt 10 B
keys D
hasnot report.txt 10 B
# a folder is gone into on the way to a file, by Tab and by Enter
keys a C-u
type $work/attac
keys Tab
has Attach file: $work/attachable/
has summary.txt
keys C-w C-w
type attac
keys Down Enter
has Attach file: $work/attachable/
keys C-g
gone-text Attach file
keys a C-u
type $work/report.txt
keys Enter
has report.txt 10 B
# other fields; a mistake is named and changes nothing
keys c
type not an address
keys Enter
has is not a list
keys Esc
hasnot is not a list
keys b
type boss@elsewhere.example
keys Enter
has Bcc
has 1 recipient is outside the organisation
keys b C-u Enter
hasnot outside the organisation
keys s C-u
type The new report
keys Enter
has Subject  The new report
keys y
has In the Outbox, on its way
hasnot Subject
keys c
type Sent
keys Tab Enter
has Sent Items -
has The new report
# reply quotes; the original says it was answered
keys c C-u
type Inbox
keys Enter
has Inbox - 20 unread
keys =
keys r
has Reply
has Jonas Weber wrote:
has > The drawing is attached
has To       Jonas Weber
# kept as a draft, recalled, thrown away
keys P
has Kept in Drafts; R goes on with it
has Drafts        3
keys R
has Draft - draft kept
has > The drawing is attached
keys C-k
has Throw the message away? (y/[n])
keys y
hasnot Draft - draft kept
# leaving asks
keys g
has Reply to all
has Dario Conti
keys q
has Keep the message as a draft? ([y]/n)
keys n
hasnot Reply to all
# forward takes the attachment along
keys f
has To:
type petra.nadel@halden.example
keys Enter
has Subject:
keys Enter
has Fwd: Connector supplier
has drawing-49.pdf
# nobody to send to
keys t C-u Enter
has Nobody to send it to yet
keys y
has Not sent: nobody to send it to
keys q n
hasnot Fwd:
# the sent message arrives with the other person's reply mark in the list
keys r
has Reply
keys y y
has In the Outbox
has R@
# what was done is in the journal
type ,w
has Outbox and changes
has send "
keys Enter
has Made      Thu 26 Nov 2026
keys q q
keys Q y
quit 0
END
