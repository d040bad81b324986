#!/bin/sh
# Shows the databases that are found, and in which containers.
. "$(dirname "$0")/environment.sh"
exec node operations/backup.ts --databases --containers "$@"
