#!/bin/sh
# Backs up all databases: of containers where some are found, else as settings say.
. "$(dirname "$0")/environment.sh"
exec node operations/backup.ts --containers "$@"
