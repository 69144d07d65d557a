#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# People: searched as one types, the server's finds below, members of a list,
# a contact made and changed, and recipients completed.
. "$(dirname "$0")/lib.bash"
tui_domain
tui_scene
tui_sync
tui_run <<END
size 80x24
run $retinue
has work online
wait-idle
keys M-3
wait-text Find people:
type anders
has Anders Lund
keys Enter
wait-idle
has Mechanical engineer
has free until
screen people-80x24
keys f
wait-text Anders Lund
has When can we meet
keys q
wait-text Mechanical engineer
keys n
has Repeat
has Anders Lund
keys q
wait-text Mechanical engineer
keys y
has Copied Anders Lund <anders.lund@halden.example>
keys M
has No manager of Anders Lund is known
keys R
has Nobody reports to Anders Lund
# a picture, by blocks here; another has none
keys /
wait-text Find people:
keys C-u
type oluf
has Oluf Bakke
keys Enter
wait-idle
has Managing director
has free until
has ▗▀▀▖
screen people-photo-80x24
keys /
wait-text Find people:
keys C-u
type petra
has Petra Nadel
keys Enter
has Firmware engineer
hasnot ▗▀▀▖
# a list
keys /
wait-text Find people:
keys C-u
type all staff
has All staff
keys Enter
wait-idle
keys e
has members
has Petra Nadel
# kept among the contacts, found at once
keys /
wait-text Find people:
keys C-u
type lund
has Anders Lund
keys Enter
wait-idle
keys a
has Anders Lund is among your contacts now
has one of your contacts
keys E
has First name
keys C-s
gone-text First name
# a new one
keys C
has A new contact
has First name
type Xena
keys Tab
type Zoom
keys C-s
gone-text A new contact
keys /
wait-text Find people:
keys C-u
type xena
has Xena Zoom
keys Enter
wait-idle
size 40x12
wait-idle
has Xena Zoom
size 80x24
wait-idle
keys d
has Remove the contact Xena Zoom?
keys y
has Nobody found
# taken back, whether it was sent or not
keys u
has Xena Zoom is a contact again
has > Xena Zoom
keys d
has Remove the contact Xena Zoom?
keys y
has Nobody found
# another password needs a domain
type :password
keys Enter
wait-text Your password now:
type old
keys Enter
wait-text The new password:
type new
keys Enter
wait-text again:
type other
keys Enter
has The two new passwords differ
END
