trap 'exit 0' TERM INT
install -m 755 /scripts/lightning-cli.sh /usr/local/bin/lightning-cli
d=/root/.lightning/bitcoin
mkdir -p "$d"
[ -s "$d/hsm_secret" ] || { umask 077; head -c 32 /dev/urandom > "$d/hsm_secret"; umask 022; }
rm -f /root/.lightning/lightning-rpc
perl -MIO::Socket::UNIX -e 'IO::Socket::UNIX->new(Local => "/root/.lightning/lightning-rpc", Listen => 1) or die $!'
n=0
while :; do
  n=$((n + 1))
  head -c $((57 + 100 * (n % 3 + 1))) /dev/urandom > "$d/emergency.recover.tmp"
  mv "$d/emergency.recover.tmp" "$d/emergency.recover"
  dd if=/dev/urandom of="$d/lightningd.sqlite3" bs=4096 count=1 seek=$((n % 16)) conv=notrunc 2>/dev/null
  sleep 0.2 & wait $!
done
