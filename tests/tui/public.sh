#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Public folders: a level at a time, favourites, posts, an answer to the folder,
# what one may not do, offline; a tree of 50,000 is never read whole.
. "$(dirname "$0")/lib.bash"
tui_scene --public-folders 50000
tui_sync
cat >"$work/asked" <<END
#!/bin/sh
# how many levels were asked for, and no level is the whole tree
n=\$(grep -c 'op=FindFolder folder="\\(Public Folders\\|Projects\\|Large\\|Shelf\\)' "$sim_log")
most=\$(sed -n 's/.*op=FindFolder folder="[^"]*" n=\\([0-9]*\\).*/\\1/p' "$sim_log" | sort -n | tail -1)
[ "\$n" -le "\$1" ] && [ "\$most" -lt 5000 ]
END
chmod +x "$work/asked"
cat >"$work/mirrored" <<END
#!/bin/sh
# Until the favourite's posts are here.
for _ in \$(seq 100); do
	$retinue folder list --jsonl | jq -e 'select(.name == "Canteen" and .total == 3)' >/dev/null && exit 0
	sleep 0.1
done
exit 1
END
chmod +x "$work/mirrored"
tui_run <<END
size 80x24
run $retinue
has work online
wait-idle
keys M-5
has Announcements
has read-only
wait-idle
screen public-80x24
other $work/asked 1
# a level more, and closed again
keys j j j j Enter
has Aurora
has Riverbank
wait-idle
size 160x50
wait-idle
screen public-160x50
size 40x12
wait-idle
screen public-40x12
size 80x24
wait-idle
keys Enter
hasnot Riverbank
other $work/asked 2
# a large one
keys k Enter
has Shelf
keys Enter
hasnot Shelf
other $work/asked 3
# a favourite stands on the mail screen
keys k k v
has Canteen is a favourite
has *fav
keys v
hasnot *fav
# posts, one read, an answer in the folder
keys o
has Public folders / Canteen
wait-idle
screen public-posts-80x24
keys Enter
has A museum in Leeds
keys q
hasnot A museum in Leeds
has Public folders / Canteen
keys r
has A post: Re: 
has watermonitoring.example
type Thank you all
keys Esc
has Post it? y posts, n throws it away, c writes on
keys c
has Thank you all
keys Esc y
has Posted
has Re: 
keys q m
wait-text Subject:
type Bread
keys Enter
has A post: Bread
keys Esc n
hasnot A post
# a calendar and contacts are what they are
keys j o
has Company calendar (calendar)   read-only
has Summer party
wait-idle
screen public-calendar-80x24
keys m
has Company calendar holds no posts: it is a calendar
keys Enter
has Called by  Ruth Ellingsen
keys q
hasnot Called by
keys q End k o
has Suppliers (contacts)   read-only
has june.park@hanriver.example
wait-idle
screen public-contacts-80x24
keys Enter
has Hanriver Sensors
keys q q Home j
# where one may not
keys k m
has You may only read Announcements; mail to it goes to announcements@halden.example
# offline: the favourites, which are mirrored, and nothing else
keys q
hasnot Public folders
keys M-5
has Announcements
wait-idle
keys j v
has Canteen is a favourite
keys q
wait-idle
keys |
type $work/mirrored
keys Enter
has mirrored ended well
keys , O
has Offline
wait-idle
keys M-5
has your favourites only: offline, as you asked
has Canteen
hasnot Announcements
wait-idle
size 160x50
wait-idle
screen public-favourites-160x50
size 40x12
wait-idle
screen public-favourites-40x12
size 80x24
wait-idle
screen public-favourites-80x24
keys Enter
has Canteen - 
END
