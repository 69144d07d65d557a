#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# calendar_others.sh again, on an Exchange 2003, over WebDAV.
export DIALECT=webdav
. tests/e2e/calendar_others.sh
