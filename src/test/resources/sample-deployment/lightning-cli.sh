#!/bin/sh
# Answers as lightning-cli does for what recovery asks; its node is the files in /tmp/node:
# emergency.recover, secret (what makesecret answers), syncing (an answer a line), shells (stubs), closing, closed, ordinary (id and state of what was opened since), backup (what is in emergency.recover).
node=/tmp/node
mkdir -p $node
touch $node/syncing $node/backup $node/shells $node/closing $node/closed $node/ordinary
echo "$*" >> $node/calls
[ "$1" != --rpc-file ] || shift 2
each() { first=1; while read -r id; do [ $first = 1 ] || printf ,; first=0; printf "$1" "$id"; done; }
case $1 in
  getinfo)
    warning=
    [ ! -s $node/syncing ] || { warning=', "warning_lightningd_sync": "Still loading latest blocks from bitcoind."'; sed -i 1d $node/syncing; }
    echo "{\"lightning-dir\": \"$node\", \"blockheight\": 7$warning}" ;;
  makesecret) [ "$2" = 'string=scb secret' ] && cat $node/secret ;;
  emergencyrecover)
    [ -s $node/backup ] || { echo '{"code": -1, "message": "emergency.recover: No such file or directory"}'; exit 1; }
    # What it knows already is skipped without a word.
    new=$( { cat $node/shells; cut -d' ' -f1 $node/ordinary; } > $node/known; grep -vxf $node/known $node/backup)
    [ -z "$new" ] || echo "$new" >> $node/shells
    echo "{\"stubs\": [$(echo "$new" | grep . | each '"%s"')]}" ;;
  listpeerchannels)
    {
      while read -r id; do echo "$id CHANNELD_NORMAL 1x1x1"; done < $node/shells
      while read -r id; do echo "$id ONCHAIN 1x1x1"; done < $node/closing
      while read -r id state; do echo "$id $state 7x1x0"; done < $node/ordinary
    } > $node/listed
    first=1
    printf '{"channels": ['
    while read -r id state short; do
      [ $first = 1 ] || printf ,
      first=0
      printf '{"channel_id": "%s", "peer_id": "03cc", "peer_connected": true, "state": "%s", "short_channel_id": "%s"}' "$id" "$state" "$short"
    done < $node/listed
    echo ']}' ;;
  listclosedchannels) echo "{\"closedchannels\": [$(each '{"channel_id": "%s", "peer_id": "03cc", "close_cause": "remote"}' < $node/closed)]}" ;;
  *) echo "unknown: $*" >&2; exit 1 ;;
esac
