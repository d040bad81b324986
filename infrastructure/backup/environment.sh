# What the scripts beside this file have in common: the project's own Node, and paths as the caller
# means them, wherever that is.
set -eu
INIT_CWD=$PWD
export INIT_CWD
cd "$(dirname "$0")/../.."
PATH=$PWD/node_modules/.bin:$PATH
export PATH
if [ ! -e node_modules/pg ]; then
  echo "The project is not installed in $PWD: run npm install there first." >&2
  exit 1
fi
