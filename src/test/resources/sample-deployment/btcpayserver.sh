trap 'exit 0' TERM INT
mkdir -p /datadir/Main /datadir/Plugins /datadir/logs
echo "network=mainnet" > /datadir/Main/settings.config
ln -sfn Main /datadir/Current
n=0
while :; do
  n=$((n + 1))
  echo "$n" > /datadir/Main/last-seen
  echo "request $n" >> /datadir/logs/btcpay.log
  sleep 0.2 & wait $!
done
