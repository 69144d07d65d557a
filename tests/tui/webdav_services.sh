#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# People, rights, storage, free/busy and invitations on an Exchange 2003, with its
# domain's directory: where the server has less, what it says instead.
exec tests/tui/webdav.sh people sharing storage freebusy invite invite_proposed
