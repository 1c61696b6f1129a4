#!/bin/sh
# Starts Lightkeeper on the runtime beside it.
self=$(readlink -f "$0")
home=${self%/bin/*}

command=
for argument in "$@"; do
  case $argument in
    -*) ;;
    *) command=$argument; break ;;
  esac
done

cache=-XX:AOTCache=$home/lib/lightkeeper.aot
# The build makes the cache with this very launcher: the flags must be the same.
[ -z "${LIGHTKEEPER_MAKE_CACHE:-}" ] || cache=-XX:AOTCacheOutput=$home/lib/lightkeeper.aot

flags="-XX:+UseSerialGC -XX:+UseCompactObjectHeaders -Xmx64m -Xss256k
  $cache -Xlog:disable -Xlog:all=error:stderr
  --enable-native-access=ALL-UNNAMED -Dfile.encoding=UTF-8"
case $command in
  # The daemon needs the optimising compiler (AES) and gives memory back when at rest.
  watch) flags="$flags -Xms8m -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=20 -XX:+ExitOnOutOfMemoryError" ;;
  *)
    flags="$flags -XX:TieredStopAtLevel=1"
    if [ -t 1 ] && [ -z "${COLUMNS:-}" ]; then
      size=$(stty size 2>/dev/null </dev/tty) && COLUMNS=${size#* } && export COLUMNS
    fi
    ;;
esac
# shellcheck disable=SC2086 # the flags are words
# One arena: a daemon that rests holds no memory for threads that are gone.
export MALLOC_ARENA_MAX=1
exec "$home/runtime/bin/java" $flags ${LIGHTKEEPER_JAVA_FLAGS:-} -cp "CLASS_PATH" dev.lightkeeper.cli.Main "$@"
