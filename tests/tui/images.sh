#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: the retinue authors
# Pictures in a message: coloured blocks, sixel and kitty's graphics; scrolled,
# covered and taken away; broken and hostile ones; none where none may be.
. "$(dirname "$0")/lib.bash"
HOME_CONF='mark-read-after = never'
mkdir -p "$work/mail" "$work/hostile" "$work/slow"
# 160x80 pixels: red, green, blue and yellow quarters
picture='iVBORw0KGgoAAAANSUhEUgAAAKAAAABQCAIAAAARP+ljAAAArklEQVR42u3RAQkAAAzDsPk3ves4
C9RASZpMlQqwAAuwAAuwAAswYAEWYAEWYAEWYMACLMACLMACLMACDFiABViABViABRiwAAuwAAuw
AAswYAEW4BfDY8dtpgIMGDBgwIABAwYMGDBgwIABAwYMGDBgwIABAwYMGDBgwIABAwYMGDBgwIAB
AwYMGDBgwIABAwYMGDBgwIABAwYMGDBgwIABAwYMGDBgwIABA37aAdDNRSObKG71AAAAAElFTkSu
QmCC'
head_of() { # NUMBER SUBJECT TYPE
	printf 'From: Ada Byron <ada@halden.example>\nTo: Kim Larsen <kim.larsen@halden.example>\nSubject: %s\nDate: Wed, 25 Nov 2026 10:0%s:00 +0000\nMessage-ID: <%s@halden.example>\nMIME-Version: 1.0\nContent-Type: %s\n\n' "$2" "$1" "$1" "$3"
}
part() { # TYPE HEADERS: a base64 body on standard input
	printf -- '--b\nContent-Type: %s\nContent-Transfer-Encoding: base64\n%b\n' "$1" "$2"
	cat
	echo
}
paragraphs() { for i in $(seq 40); do printf '<p>Paragraph %d of the minutes.</p>' "$i"; done; }
{
	head_of 1 'Plan of the hall' 'multipart/related; boundary=b'
	printf -- '--b\nContent-Type: text/html; charset=utf-8\n\n<p>The plan:</p><p><img src="cid:plan%%40halden" alt="plan"></p><p>See below.</p><img src="http://evil.example/big.png">%s\n' "$(paragraphs)"
	printf %s "$picture" | part image/png 'Content-ID: <plan@halden>\nContent-Disposition: inline; filename=plan.png\n'
	echo '--b--'
} >"$work/mail/1.eml"
{
	head_of 2 'Text and a picture' 'multipart/mixed; boundary=b'
	printf -- '--b\nContent-Type: text/plain\n\nThe picture stands below.\n\n'
	printf %s "$picture" | part image/png 'Content-Disposition: inline; filename="quarters.png"\n'
	printf %s "$picture" | part image/png 'Content-Disposition: attachment; filename="other.png"\n'
	echo '--b--'
} >"$work/mail/2.eml"
# Cut off, not a picture at all, one that names others, and one of 3.6 billion
# pixels in a few bytes.
{
	head_of 3 'Broken pictures' 'multipart/mixed; boundary=b'
	printf -- '--b\nContent-Type: text/plain\n\nNothing to see.\n\n'
	printf %s "$picture" | head -c 100 | part image/png 'Content-Disposition: inline; filename="cut.png"\n'
	printf 'push graphic-context image over 0,0 0,0 "http://evil.example/x"' | base64 | part image/x-mvg 'Content-Disposition: inline; filename="m.mvg"\n'
	printf '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>' | base64 | part image/svg+xml 'Content-Disposition: inline; filename="s.svg"\n'
	printf '\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\xea\x60\x00\x00\xea\x60\x08\x02\x00\x00\x00' | base64 | part image/png 'Content-Disposition: inline; filename="huge.png"\n'
	echo '--b--'
} >"$work/mail/3.eml"
# A program in chafa's place that tries to reach the terminal, and one that
# never ends.
cat >"$work/hostile/chafa" <<'SH'
#!/bin/sh
cat >/dev/null
printf '\033]52;c;c3RvbGVu\007\033[2Jowned\n'
SH
printf '#!/bin/sh\nexec sleep 60\n' >"$work/slow/chafa"
chmod +x "$work"/*/chafa
tui_scene --mailbox "$work/mail"
tui_sync
start() { # WHAT THE TERMINAL ANSWERS TO BEING ASKED
	printf 'run %s\nhas Plan of the hall\nwait-idle\n' "${PROGRAM:-$retinue}"
	[ -z "${1:-}" ] || printf 'answer %s\nwait-idle\n' "$1"
}
read_one() { # WORD TEXT
	printf 'keys l C-u\ntype subject:%s\nkeys Enter\nhas match\nwait-idle\nkeys Enter\nhas %s\nwait-idle\n' "$1" "$2"
}
leave='keys Q y
quit 0'
tui_run <<END
size 80x24
env COLORTERM=truecolor
# the terminal has neither kitty's graphics nor sixel: coloured blocks, below
# the word that stands for the picture; what is remote stays where it is
$(start)
$(read_one plan 'The plan:')
has [plan]
has 1 remote image blocked
has ▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀
style fg=#ff0000 ▀▀▀
screen images-80x24
# half of it scrolled away, wholly, and back again
keys j j j j j j j j j
hasnot [plan]
has ▀▀▀
wait-idle
screen images-scrolled-80x24
keys z
hasnot ▀▀▀
keys =
has [plan]
wait-idle
screen images-80x24
# what is opened over it covers it
keys ?
has Help - 
hasnot ▀▀▀
keys Esc
has ▀▀▀
# other rows for another size
size 40x12
wait-idle
screen images-40x12
size 160x50
wait-idle
screen images-160x50
size 80x24
wait-idle
screen images-80x24
# the preview says what is there, and shows it when asked to
keys q
wait-idle
has [plan]
hasnot ▀▀▀
keys :
type set preview-images yes
keys Enter
has ▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀
wait-idle
screen images-preview-80x24
keys :
type set preview-images no
keys Enter
hasnot ▀▀▀
has [plan]
keys Enter
has ▀▀▀
wait-idle
# the text form, where no text names it: by its name
keys q
wait-idle
$(read_one text 'stands below')
has [quarters.png]
has ▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀
hasnot [other.png]
keys w
has source
hasnot ▀▀▀
keys q
wait-idle
# broken ones, others than pictures, and one too large leave no room behind
$(read_one broken 'Nothing to see')
has [cut.png]
has [m.mvg]
has [s.svg]
has [huge.png]
wait-idle
screen images-broken-80x24
$leave
# 256 and 16 colours
env COLORTERM=
$(start)
$(read_one plan 'The plan:')
has ▀▀▀
style fg=196 ▀▀▀
$leave
# sixel, where the terminal says so and how large its cells are
cell 10x16
$(start '\e[?62;4;22c')
$(read_one plan 'The plan:')
wrote \e[11;2H\eP
wrote q"1;1;160;7
hasnot ▀▀▀
# no more of it than its rows: scrolled in half it is made of blocks
keys j j j j j j j j j
has ▀▀▀
wait-idle
keys j
wait-idle
has ▀▀▀
wrotenot \eP0
keys k k k k k k k k k k
hasnot ▀▀▀
wait-idle
# what is drawn over it is not drawn again before it is gone
keys ?
has Help - 
wrotenot \eP0
keys Esc
wrote \eP
$leave
# without the size of a cell sixel could run over what stands below
cell 0x0
$(start '\e[?62;4;22c')
$(read_one plan 'The plan:')
has ▀▀▀
$leave
# kitty's graphics: asked for where the terminal seems to be one, sent once
env KITTY_WINDOW_ID=1
$(start '\e_Gi=31;OK\e\\')
$(read_one plan 'The plan:')
wrote \e_Ga=t,f=32,i=1,q=2,s=
wrote \e_Ga=p,i=1,p=1,q=2,C=1,c=18,r=5,x=0,y=0
wait-idle
keys j
wrote \e_Ga=d,d=i,i=1,q=2
wrote \e_Ga=p,i=1,p=1,q=2,C=1,c=18,r=5
wrotenot a=t
# cut at the top by the terminal itself
keys j j j j j j j j j
wrote c=18,r=3,x=0,y=
# another message: its pixels need not be kept
keys q
wrote \e_Ga=d,d=I,i=1,q=2
$leave
env KITTY_WINDOW_ID=
# no answer, no question: nothing but the option decides
$(PROGRAM="$retinue -o images=kitty" start)
$(read_one plan 'The plan:')
wrote \e_Ga=p,i=1
$leave
$(PROGRAM="$retinue -o images=off" start)
wrotenot \e[c
$(read_one plan 'The plan:')
hasnot ▀▀▀
wrotenot \e_G
$leave
# never in accessible mode, nor without colours
env COLORTERM=truecolor
$(PROGRAM="$retinue -o accessible=yes" start)
wrotenot \e[c
$(read_one plan 'The plan:')
hasnot ▀▀▀
$leave
env NO_COLOR=1
$(start)
$(read_one plan 'The plan:')
hasnot ▀▀▀
$leave
env NO_COLOR=
# what the program prints is taken apart: only pictures reach the terminal
env PATH=$work/hostile:$PATH
$(start)
$(read_one plan 'The plan:')
wait-idle
wrotenot \e]52
wrotenot owned
hasnot ▀▀▀
has See below.
$leave
# one that never ends is ended, and no key waits for it
env PATH=$work/slow:$PATH
$(start)
keys l C-u
type subject:plan
keys Enter
has match
wait-idle
keys Enter
has Inbox  1 of 1
keys z
has Paragraph 9
keys = 
has The plan:
timeout 20
wait-idle
screen images-none-80x24
keys Q y
quit 0
END
