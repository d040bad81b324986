#!/bin/sh
# restore-docker.sh [--list | --force] DIR: puts a backup in the place of the databases.
. "$(dirname "$0")/environment.sh"
exec node operations/restore.ts --containers "$@"
