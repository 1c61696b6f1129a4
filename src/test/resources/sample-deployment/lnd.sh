# A channel backup replaced by rename, a database written in place, a log.
trap 'exit 0' TERM INT
install -m 755 /scripts/lncli.sh /usr/local/bin/lncli
chain=/data/data/chain/bitcoin/mainnet
graph=/data/data/graph/mainnet
mkdir -p "$chain" "$graph" /data/logs/bitcoin/mainnet
[ -s /data/tls.key ] || { umask 077; head -c 227 /dev/urandom > /data/tls.key; umask 022; }
[ -s "$graph/channel.db" ] || head -c 262144 /dev/urandom > "$graph/channel.db"
n=0
while :; do
  n=$((n + 1))
  head -c $((45 + 371 * (n % 5 + 1))) /dev/urandom > "$chain/temp-dont-use.backup"
  mv "$chain/temp-dont-use.backup" "$chain/channel.backup"
  dd if=/dev/urandom of="$graph/channel.db" bs=4096 count=1 seek=$((n % 64)) conv=notrunc 2>/dev/null
  echo "change $n" >> /data/logs/bitcoin/mainnet/lnd.log
  sleep 0.2 & wait $!
done
