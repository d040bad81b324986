#!/bin/sh
# Tries the whole of it on a company that is thrown away.
. "$(dirname "$0")/environment.sh"
exec node operations/backup.ts --trial "$@"
