#!/bin/sh
# Verifies all backups, or those named; with --clean, removes old ones.
. "$(dirname "$0")/environment.sh"
exec node operations/backup.ts --verify "$@"
