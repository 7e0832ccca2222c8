#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# selftests.sh [TEST...]: builds the kernel's sched_ext selftests (tools/testing/selftests/sched_ext of
# KTSTR_LINUX_SOURCE), runs them (all, or these) in a guest as the payload of a scenario, in virtual time, and prints
# the result of each beside that of selftests.txt. Exit status 1: one differs.
set -eu -o pipefail
here=$(cd "$(dirname "$0")" && pwd)
TOP=$(cd "$here/../.." && pwd)
. "$here/lib.sh"

find_linux
if [ -z "$linux" ]; then
	echo "skipped: no source of the kernel at hand (KTSTR_LINUX_SOURCE; tests/third-party/README.md)"
	exit 0
fi
find_bpftool
find_vmlinux
dir=$work/selftests
mkdir -p "$dir"
make -s -C "$linux/tools/testing/selftests/sched_ext" -j"$(nproc)" OUTPUT="$dir" BPFTOOL="$bpftool" VMLINUX_BTF="$vmlinux" \
	CLANG="$clang" >"$dir.log" 2>&1 || die "the selftests could not be built: see $dir.log"

expected() { awk -v t="$1" '$1 == t { print $2; found = 1 } END { if (!found) print "ok" }' "$here/selftests.txt"; }

# The runner takes a part of a name, so a name that holds an earlier one has run already.
tests=()
for t in ${*:-$("$dir/runner" -l)}; do
	[ $# -gt 0 ] || [ "$(expected "$t")" != skip ] || continue
	for earlier in ${tests[@]+"${tests[@]}"}; do
		case $t in *"$earlier"*) continue 2 ;; esac
	done
	tests+=("$t")
done

cat >"$dir/all" <<G
#!/bin/sh
# Each test by itself, so that one that hangs takes no other along.
for t in ${tests[*]}; do
	$(command -v timeout) 120 $dir/runner -q -t \$t || echo "ended with status \$?"
done
G
chmod +x "$dir/all"
cat >"$dir/selftests.yaml" <<Y
name: sched_ext_selftests
summary: the kernel's own tests of sched_ext
topology: 1n1l4c1t
duration: 100ms
payloads:
  - name: selftests
    run: [$dir/all]
    files: [{ path: $dir/runner }, { path: $(command -v timeout) }]
    wait: 1800s
    output_max: 1M
    metrics:
      - { name: passed, from: regex, path: 'PASSED:\s+(\d+)', pick: sum, better: higher }
      - { name: failed, from: regex, path: 'FAILED:\s+(\d+)', pick: sum, better: lower }
Y
rm -rf "$dir/results"
got=0
KTSTR_SIDECAR_DIR=$dir/results harness test --no-suite --scenario "$dir/selftests.yaml" --kernel "$kernel" --offline \
	--clock virtual --repeat 1 --timeout "${KTSTR_SELFTESTS_TIMEOUT:-30m}" --keep-artefacts || got=$?
output=$(echo "$dir"/results/*.selftests-0.txt)
[ -e "$output" ] || die "no output of the runner"

ok=0 differing=0 skipped=0
for t in ${*:-$("$dir/runner" -l)}; do
	want=$(expected "$t")
	is=$(sed -n "s/^\(ok\|not ok\) [0-9]* $t # *\(.*[^ ]\)\? *\$/\1 \2/p" "$output" | tail -n 1)
	is=$(sed -e 's/^not ok.*/failed/' -e 's/^ok SKIP/skipped/' -e 's/ *$//' <<<"${is:-none}")
	if [ "$want" = skip ] && [ $# = 0 ]; then
		skipped=$((skipped + 1))
		printf '%-8s%s\n' left "$t"
	elif [ "$is" = "$want" ]; then
		ok=$((ok + 1))
		printf '%-8s%s\n' "$is" "$t"
	else
		differing=$((differing + 1))
		printf '%-8s%s, expected %s\n' "$is" "$t" "$want"
	fi
done
echo "$ok as expected, $differing not, $skipped left out; output: $output"
[ $differing = 0 ] && [ $got = 0 ]
