#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# meeting.sh again, on an Exchange 2003 without anybody's Outlook: what meeting
# messages say comes into the calendars by this client alone.
export DIALECT=webdav ATTEND=0
. tests/e2e/meeting.sh
