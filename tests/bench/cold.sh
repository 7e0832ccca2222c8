#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Cold overhead: compares `harness test` of an empty scenario, with and without tracing, with bare QEMU
# that boots the same vmlinux on the same machine to power-off. They run in turn; prints the median ratios.
#	cold.sh [ROUNDS] [TOPOLOGY-CPUS]
set -eu
TOP=$(cd "$(dirname "$0")/../.." && pwd)
rounds=${1:-7} cpus=${2:-4}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export KTSTR_TARGET_DIR=$work/target

dir=$("$TOP/target/bin/harness" kernel path 6.17)
gcc -static -O2 -o "$work/bare" "$TOP/tests/bench/bare.c"
"$work/bare" >"$work/bare.cpio"

conf=$TOP/target/deps/qemu.conf
base=$(dirname "$conf")
rel() { case $1 in /*) echo "$1" ;; *) echo "$base/$1" ;; esac; }
qemu=$(rel "$(sed -n 's/^qemu=//p' "$conf")")
firmware=()
while read -r f; do firmware+=(-L "$(rel "$f")"); done < <(sed -n 's/^firmware=//p' "$conf")
libs=$(sed -n 's/^libraries=//p' "$conf")
[ -z "$libs" ] || libs=$(rel "$libs")

harness_run() { # OPTION…
	"$TOP/target/bin/harness" test --repeat 1 --clock real --kernel 6.17 --scenario "$TOP/tests/bench/empty.yaml" --duration 1ms \
		--topology "1n1l${cpus}c1t" --accel tcg "$@" >"$work/out" 2>&1 || { cat "$work/out" >&2; exit 1; }
}
bare_run() {
	LD_LIBRARY_PATH=$libs "$qemu" "${firmware[@]}" -nodefaults -no-user-config -display none -no-reboot \
		-machine q35,usb=off,graphics=off,vmport=off,smbus=off -accel tcg,thread=multi -cpu max,vendor=GenuineIntel \
		-smp "$cpus" -m 512M -serial null -kernel "$dir/vmlinux" -initrd "$work/bare.cpio" -append \
		"console=ttyS0 quiet panic=-1 oops=panic nokaslr mitigations=off nowatchdog lsm= audit=0 init_on_alloc=0 cryptomgr.notests damon_stat.enabled=N initcall_blacklist=jent_mod_init schedstats=enable no_timer_check tsc=reliable"
}
seconds() { # COMMAND…: wall seconds
	local t0 t1
	t0=$(date +%s.%N)
	"$@" >&2
	t1=$(date +%s.%N)
	awk -v a="$t0" -v b="$t1" 'BEGIN { printf "%.3f\n", b - a }'
}
median() { sort -n | awk '{ v[NR] = $1 } END { printf "%.3f\n", NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

bare_run >/dev/null 2>&1 # warm the caches
harness_run
for _ in $(seq "$rounds"); do
	a=$(seconds harness_run)
	b=$(seconds bare_run)
	c=$(seconds harness_run --no-trace)
	echo "$a $b $c" >>"$work/rounds"
done
column() { cut -d' ' -f"$1" "$work/rounds" | median; }
ratio() { awk "{ print \$$1 / \$$2 }" "$work/rounds" | median; }
echo "cold start, $cpus vCPUs, $rounds rounds: harness $(column 1) s, without tracing $(column 3) s, bare QEMU $(column 2) s"
echo "harness ÷ bare QEMU: $(ratio 1 2), without tracing $(ratio 3 2) (medians of ratios; bound 1.15)"
