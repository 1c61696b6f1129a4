# As BTCPay's image: trust, user postgres.
set -e
trap "exit 143" TERM
data=/var/lib/postgresql/data
mkdir -p /var/run/postgresql
chown -R postgres: "$data" /var/run/postgresql
as="setpriv --reuid=postgres --regid=postgres --init-groups"
if [ ! -s "$data/PG_VERSION" ]; then
  $as initdb -A trust -U postgres -E UTF8 --locale=C.UTF-8 --no-sync -D "$data"
fi
exec $as postgres -D "$data" -c jit=off -c fsync=off -c listen_addresses=
