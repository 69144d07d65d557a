#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: the retinue authors
# New mail is announced with sender and subject, in any folder, unless the
# folder, the hour, the query or a muted conversation says no.
. "$(dirname "$0")/lib.bash"
tui_scene
note=$work/note
cat >"$note" <<END
#!/bin/sh
printf '%s|%s|%s\n' "\$RETINUE_FROM" "\$RETINUE_SUBJECT" "\$RETINUE_FOLDER" >>"$work/notes"
END
chmod +x "$note"
cat >>"$work/screens/retinue.conf" <<END
mark-read-after = never
notify = $note
notify-query = -subject:boring
quiet-hours = 22:00-7:00, 11:00-12:00
[folder "Reports"]
notify = off
END
deliver=$work/deliver
cat >"$deliver" <<END
#!/bin/sh
# FOLDER SUBJECT [REFERENCES]
printf 'From: Vera Lund <vera@outside.example>\r\nTo: kim@halden.example\r\nSubject: %s\r\nMessage-ID: <n-%s@outside.example>\r\n%sDate: Thu, 26 Nov 2026 07:59:00 +0000\r\n\r\nHello.\r\n' "\$2" "\$(echo "\$2" | tr -dc a-z)" "\${3:+References: \$3
}" | curl -sf -X POST --data-binary @- "$admin/deliver?to=$(ready address)&folder=\$1" >/dev/null
END
chmod +x "$deliver"
tui_sync
# There is no connection on which an Exchange 2003 would tell: ask.
[ "${DIALECT:-}" != webdav ] || ask=$'wait-idle\nkeys $'
tui_run <<END
size 80x24
run $retinue
has work online
has Inbox - 20 unread
wait-idle
keys |
type $deliver Inbox "Frost warning"
keys Enter
${ask-}
has New from Vera Lund: Frost warning  [Inbox]
keys |
type $deliver Projects/Riverbank "Weir drawings"
keys Enter
${ask-}
has New from Vera Lund: Weir drawings  [Projects/Riverbank]
# not of this folder, not what the query leaves out
keys |
type $deliver Reports "Monthly figures"
keys Enter
${ask-}
has Reports       2
hasnot New from
keys |
type $deliver Inbox "boring things"
keys Enter
${ask-}
has boring things
hasnot New from
# not what is muted
keys l
type subject:frost
keys Enter
has match "subject:frost"
wait-idle
keys M-m
has Conversation muted
keys |
type $deliver Inbox "Re: Frost warning" "<n-rostwarning@outside.example>"
keys Enter
${ask-}
has Re: Frost warning
hasnot New from
# what the command was told
keys |
type cat $work/notes
keys Enter
has Vera Lund|Frost warning|Inbox
has Vera Lund|Weir drawings|Projects/Riverbank
hasnot Monthly
hasnot boring
hasnot Re: Frost
keys q
keys Q y
quit 0
# in quiet hours only the message line says so
env RETINUE_TEST_NOW=1795691400
run $retinue
has work online
wait-idle
keys |
type $deliver Inbox "Late news"
keys Enter
${ask-}
has New from Vera Lund: Late news
keys |
type cat $work/notes
keys Enter
has Weir drawings
hasnot Late news|
keys q Q y
quit 0
END
