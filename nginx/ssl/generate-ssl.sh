#!/bin/sh
# Makes a certificate for development and the authority that signs it:
#
#   sh nginx/ssl/generate-ssl.sh [--force] [--out DIRECTORY] [NAME or ADDRESS …]
#
# Names are localhost, 127.0.0.1 and ::1, and those given. ca.crt is what a browser or curl has to trust; it is
# kept when the certificate is made again. Nothing is overwritten without --force. Not for production: see
# README.md for Let's Encrypt.
set -euf
umask 077

force=no
out=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
names='localhost 127.0.0.1 ::1'
fail() {
    printf '%s\n' "$1" >&2
    exit 1
}

while [ $# -gt 0 ]; do
    case $1 in
    --force) force=yes ;;
    --out)
        [ $# -gt 1 ] || fail 'Say which directory after --out.'
        out=$2
        shift
        ;;
    -h | --help)
        sed -n '2,8s/^# \{0,1\}//p' "$0"
        exit 0
        ;;
    -*) fail "There is no option $1. Possible: --force, --out DIRECTORY." ;;
    *) names="$names $1" ;;
    esac
    shift
done
command -v openssl >/dev/null || fail 'This needs openssl. Install it and try again.'
if [ $force = no ] && { [ -e "$out/server.crt" ] || [ -e "$out/server.key" ]; }; then
    fail "There is a certificate in $out already. Use --force to make it again."
fi

alternatives=''
for name in $names; do
    case $name in
    *[!A-Za-z0-9.:*-]*) fail "\"$name\" is no name or address. Give names like shop.example." ;;
    *:*) kind=IP ;;
    *[!0-9.]*) kind=DNS ;;
    *) kind=IP ;;
    esac
    alternatives="$alternatives${alternatives:+,}$kind:$name"
done

mkdir -p "$out"
# All is made beside and then moved: ended at any moment, this leaves whole files or none.
new=$(mktemp -d "$out/.new.XXXXXX")
trap 'rm -rf "$new"' EXIT
trap 'exit 1' HUP INT TERM

cat >"$new/settings" <<SETTINGS
[req]
distinguished_name = subject
prompt = no
[subject]
O = Comptoir development
CN = \$ENV::CALLED
[authority]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = $alternatives
authorityKeyIdentifier = keyid
SETTINGS
key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1"; }
serial() { openssl rand -hex 16; }

if ! [ -e "$out/ca.key" ] || ! openssl x509 -in "$out/ca.crt" -noout -checkend 34560000 >/dev/null 2>&1; then
    key "$new/ca.key"
    CALLED="authority $(serial | cut -c 1-8)" openssl req -new -x509 -sha256 -days 3650 -key "$new/ca.key" -out "$new/ca.crt" \
        -config "$new/settings" -extensions authority -set_serial "0x$(serial)"
    mv "$new/ca.key" "$new/ca.crt" "$out/"
fi
key "$new/server.key"
CALLED=server openssl req -new -sha256 -key "$new/server.key" -out "$new/request" -config "$new/settings"
# Safari refuses certificates that are valid for more than 398 days.
CALLED=server openssl x509 -req -sha256 -days 397 -in "$new/request" -out "$new/server.crt" \
    -CA "$out/ca.crt" -CAkey "$out/ca.key" -set_serial "0x$(serial)" \
    -extfile "$new/settings" -extensions server 2>"$new/said" || fail "$(cat "$new/said")"
chmod 644 "$new/server.crt" "$out/ca.crt"
mv "$new/server.key" "$new/server.crt" "$out/"

printf '%s\n' "Made $out/server.crt for $names." "Trust $out/ca.crt to be spared warnings."
