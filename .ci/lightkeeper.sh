#!/bin/sh
# Starts Lightkeeper on the runtime beside it.
self=$(readlink -f "$0")
home=${self%/bin/*}

# Wherever it stands: an option's value may come before the command.
command=
for argument in "$@"; do
  case $argument in
    watch | backup | restore | drill | guard) command=$argument; break ;;
  esac
done

# The daemon's classes have a cache of their own, and so have those that make and read archives;
# short commands start faster with a small one.
# The build makes the caches with this very launcher: some flags must be the same.
case $command in
  watch) cache=$home/lib/watch.jsa ;;
  backup | restore | drill) cache=$home/lib/archive.jsa ;;
  *) cache=$home/lib/lightkeeper.jsa ;;
esac

flags="-XX:+UseSerialGC -XX:+UseCompactObjectHeaders -Xmx64m -Xss256k
  -XX:SharedArchiveFile=$cache -Xlog:disable -Xlog:all=error:stderr
  --enable-native-access=ALL-UNNAMED -Dfile.encoding=UTF-8 -Dlightkeeper.program=$home/bin/lightkeeper"
# The optimising compiler is for what runs over all bytes, such as AES and hashes, and hardly for
# anything else: most of what it compiled would never pay.
late="-XX:Tier4InvocationThreshold=100000 -XX:Tier4MinInvocationThreshold=12000
  -XX:Tier4CompileThreshold=300000 -XX:Tier4BackEdgeThreshold=800000 -XX:CompileCommand=quiet
  -XX:CompileCommand=CompileThresholdScaling,com.sun.crypto.provider.*::*,0.05
  -XX:CompileCommand=CompileThresholdScaling,sun.security.provider.*::*,0.05"
case $command in
  # The daemon gives memory back when at rest. A cache mapped where it was made stays shared with
  # its file instead of being copied.
  watch)
    flags="$flags $late -Xms6m -XX:MaxNewSize=2m -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=20 -XX:+ExitOnOutOfMemoryError
      -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0 -XX:TrimNativeHeapInterval=30000
      -XX:-UsePerfData -XX:AsyncDeflationInterval=5000 -XX:ReservedCodeCacheSize=40m"
    ;;
  # Archives are compressed and encrypted outside the heap for the most part.
  # AES is fast only once what calls it is compiled, which is called once for 64 KiB.
  # The limit keeps the compiler from taking 50 MiB for one method.
  backup | restore | drill)
    flags="$flags $late -Xmx128m -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=20
      -XX:CompileCommand=CompileThresholdScaling,dev.lightkeeper.*::*,0.05
      -XX:CompileCommand=CompileThresholdScaling,com.sun.crypto.provider.*::*,0.001
      -XX:CompileCommand=CompileThresholdScaling,org.bouncycastle.openpgp.operator.PGPUtil*::*,0.05
      -XX:CompileCommand=MemLimit,*.*,16M~stop"
    ;;
  *) flags="$flags -XX:TieredStopAtLevel=1" ;;
esac
if [ -t 1 ] && [ -z "${COLUMNS:-}" ]; then
  size=$(stty size 2>/dev/null </dev/tty) && COLUMNS=${size#* } && export COLUMNS
fi
# shellcheck disable=SC2086 # the flags are words
# One arena: a daemon that rests holds no memory for threads that are gone.
export MALLOC_ARENA_MAX=1
set -f # a flag holds stars
exec "$home/runtime/bin/java" $flags ${LIGHTKEEPER_JAVA_FLAGS:-} -cp "CLASS_PATH" dev.lightkeeper.cli.Main "$@"
