# LND itself, started as BTCPay's image does: its wallet opens with what walletunlock.json holds.
ln -sfn /data /root/.lnd
unlock=/data/data/chain/bitcoin/simnet/walletunlock.json
sed -n 's/.*"wallet_password":"\([^"]*\)".*/\1/p' "$unlock" > /run/password
[ -s /run/password ] || echo none > /run/password
exec /programs/lnd $LND_OPTIONS --wallet-unlock-password-file=/run/password --wallet-unlock-allow-create
