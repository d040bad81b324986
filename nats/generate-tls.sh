#!/bin/sh
# Makes an authority and a certificate of its own for a nats-server, for development and private
# networks: nats/generate-tls.sh FOLDER [HOST…]. HOST is each name or address that nodes call the server
# by (localhost, 127.0.0.1 and nats if none is named). Never writes over what is there.
set -eu
umask 077
folder=${1:?"Name a folder: nats/generate-tls.sh FOLDER [HOST…]"}
shift
[ $# -gt 0 ] || set -- localhost 127.0.0.1 nats
mkdir -p "$folder"
for file in ca.pem ca.key server.pem server.key; do
  [ ! -e "$folder/$file" ] || { echo "$folder/$file is there already: remove it first." >&2; exit 1; }
done

names=
for host in "$@"; do
  case $host in
    *[!0-9.]*) case $host in *:*) kind=IP ;; *) kind=DNS ;; esac ;;
    *) kind=IP ;;
  esac
  names="$names${names:+,}$kind:$host"
done

days=825
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days "$days" \
  -subj "/CN=Comptoir bus authority" -addext "basicConstraints=critical,CA:true" \
  -addext "keyUsage=critical,keyCertSign,cRLSign" \
  -keyout "$folder/ca.key" -out "$folder/ca.pem" 2> /dev/null
openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$1" \
  -keyout "$folder/server.key" -out "$folder/server.csr" 2> /dev/null
printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:false\n' "$names" > "$folder/server.ext"
openssl x509 -req -in "$folder/server.csr" -CA "$folder/ca.pem" -CAkey "$folder/ca.key" \
  -CAcreateserial -days "$days" -extfile "$folder/server.ext" -out "$folder/server.pem" 2> /dev/null
rm -f "$folder/server.csr" "$folder/server.ext" "$folder/ca.srl"
# Certificates are public; the keys stay readable by their owner only.
chmod 644 "$folder/ca.pem" "$folder/server.pem"
echo "$folder/ca.pem is for nodes (NATS_CA_FILE); server.pem and server.key are for the server."
