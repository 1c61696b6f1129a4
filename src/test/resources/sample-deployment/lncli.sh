#!/bin/sh
# Answers as lncli does for what recovery asks; its node is the files in /tmp/node: state and synced
# (one answer a line, the last one stays), shells, closing and closed (one channel a line).
# A channel backup is "good" and then one channel a line. Each import takes up one channel and
# complains of its peer while there are others, as LND does.
node=/tmp/node
[ -d $node ] || { mkdir $node; echo SERVER_ACTIVE > $node/state; echo true > $node/synced; }
touch $node/state $node/synced $node/shells $node/closing $node/closed
echo "$*" >> $node/calls
[ "$1" != --macaroonpath ] || shift 2
next() { line=$(head -n 1 "$node/$1"); [ "$(wc -l < "$node/$1")" -le 1 ] || sed -i 1d "$node/$1"; echo "$line"; }
each() { first=1; while read -r point; do [ $first = 1 ] || printf ,; first=0; printf "$1" "$point"; done; }
file=${2#--multi_file=}
case $1 in
  state) [ -s $node/state ] || { echo "[lncli] rpc error: connection refused" >&2; exit 1; }
    echo "{\"state\": \"$(next state)\"}" ;;
  getinfo) echo "{\"block_height\": 7, \"synced_to_chain\": $(next synced)}" ;;
  verifychanbackup)
    [ "$(head -n 1 "$file")" = good ] || { echo "[lncli] rpc error: code = Unknown desc = invalid multi channel backup: chacha20poly1305: message authentication failed" >&2; exit 1; }
    echo "{\"chan_points\": [$(tail -n +2 "$file" | each '"%s"')]}" ;;
  restorechanbackup)
    for point in $(tail -n +2 "$file"); do
      grep -qx "$point" $node/shells $node/closing $node/closed && continue
      echo "$point" >> $node/shells
      [ "$point" = "$(tail -n 1 "$file")" ] || { echo "[lncli] unable to restore chan backups: unable to connect to peer 02aa for SCB restore" >&2; exit 1; }
    done
    echo '{"num_restored": 1}' ;;
  listpeers) echo '{"peers": [{"pub_key": "02bb"}]}' ;;
  closedchannels) echo "{\"channels\": [$(each '{"channel_point": "%s", "remote_pubkey": "02bb", "closing_tx_hash": "cc", "settled_balance": "5"}' < $node/closed)]}" ;;
  pendingchannels)
    echo "{\"pending_force_closing_channels\": [$(each '{"channel": {"channel_point": "%s", "remote_node_pub": "02bb"}, "closing_txid": "cc", "limbo_balance": "5"}' < $node/closing)],
      \"waiting_close_channels\": [$(each '{"channel": {"channel_point": "%s", "remote_node_pub": "02bb"}, "closing_txid": "", "close_height": 0}' < $node/shells)]}" ;;
  listchannels) echo '{"channels": []}' ;;
  *) echo "unknown: $*" >&2; exit 1 ;;
esac
