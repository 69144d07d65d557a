#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# struck.sh again, on an Exchange 2003, over WebDAV.
export DIALECT=webdav
. tests/e2e/struck.sh
