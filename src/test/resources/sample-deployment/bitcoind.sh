trap 'exit 0' TERM INT
mkdir -p /data/blocks
while :; do
  head -c 4096 /dev/urandom > /data/blocks/blk00000.dat
  sleep 0.5 & wait $!
done
