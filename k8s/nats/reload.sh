# Tells nats-server when the files of its users or certificates have changed. Kubernetes changes them
# in place within a minute or so. The first time it is told in any case.
every=${1:-15}
known=
while sleep "$every"; do
  now=$(cat /etc/nats/users/*.conf /etc/nats/tls/* | sha256sum)
  [ "$now" = "$known" ] && continue
  nats-server --signal reload=/run/nats/nats.pid && known=$now && echo "Read users and certificates."
done
