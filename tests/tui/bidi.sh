#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: the retinue authors
# Right-to-left text in list and message, in the order in which it is read,
# where the terminal does not see to that.
. "$(dirname "$0")/lib.bash"
HOME_CONF='mark-read-after = never'
tui_scene
curl -sf -X POST --data-binary @- "$admin/deliver?to=$(ready address)&folder=Inbox" >/dev/null <<'END'
From: "שלום" <shalom@outside.example>
To: kim@halden.example
Subject: אב 12 test
Message-ID: <rtl@outside.example>
Date: Thu, 26 Nov 2026 07:59:40 +0000
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

גד (34) and more.
END
tui_sync
cat >"$work/styled.eml" <<'END'
From: "Noa" <noa@outside.example>
To: kim@halden.example
Subject: Styled words
Message-ID: <styled@outside.example>
Date: Thu, 26 Nov 2026 07:59:50 +0000
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8

<p>אב <b>גד</b> end</p>
END
tui_run <<END
size 80x24
# as it comes: for a terminal that knows how
run $retinue
has work online
has אב 12 test
has שלום
keys Q y
quit 0
# put in order here
run $retinue -o ui.bidi=reorder
has work online
has test 12 בא
has םולש
has .and more (34) דג
wait-idle
keys M-p
wait-idle
screen bidi-80x24
# styled words keep their style where they go
other curl -sf -X POST --data-binary @$work/styled.eml $admin/deliver?to=$(ready address)&folder=Inbox
has Styled words
keys l
type subject:styled
keys Enter
has match
wait-idle
keys Enter
has end דג בא
style bold דג
style plain בא
keys Q y
quit 0
END
