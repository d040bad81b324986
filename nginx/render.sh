#!/bin/sh
# Fills in templates/ where there is no container: sh nginx/render.sh DIRECTORY
# DIRECTORY becomes a whole configuration, for `nginx -p DIRECTORY -c DIRECTORY/nginx.conf`.
set -eu
to=${1:?"Say where to: sh nginx/render.sh /etc/nginx"}
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

. "$here/docker-entrypoint.d/14-comptoir.envsh"
mkdir -p "$to/conf.d"
cp -R "$here/nginx.conf" "$here/http.d" "$here/snippets" "$to/"
for template in "$here"/templates/*.template; do
    awk '{
        line = ""
        while (match($0, /\$\{NGINX_[A-Z0-9_]+\}/)) {
            name = substr($0, RSTART + 2, RLENGTH - 3)
            if (!(name in ENVIRON)) { print "No value for " name "." > "/dev/stderr"; exit 1 }
            line = line substr($0, 1, RSTART - 1) ENVIRON[name]
            $0 = substr($0, RSTART + RLENGTH)
        }
        print line $0
    }' "$template" > "$to/conf.d/$(basename "$template" .template)"
done
