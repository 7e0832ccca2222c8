# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Functions for the cases. Each case runs with -eu -o pipefail in an empty directory of its own.

export PATH="$TOP/target/bin:$PATH"
export KTSTR_TARGET_DIR="$PWD/target"
unset KTSTR_SIDECAR_DIR KTSTR_RUN_ID KTSTR_CI KTSTR_HISTORY CARGO_TARGET_DIR
BROKEN=$TOP/target/tests/fixtures/schedulers

die() { echo "$*" >&2; exit 1; }
skip() { echo "$*"; exit 77; }

# exits WANT… -- COMMAND…: runs it with output to out.txt; its exit status must be one of WANT.
exits() {
	local want="" got=0
	while [ "$1" != -- ]; do want="$want $1"; shift; done
	shift
	"$@" >out.txt 2>&1 || got=$?
	cat out.txt
	case " $want " in *" $got "*) ;; *) die "exit status $got, wanted$want: $*" ;; esac
}
# says TEXT: the command of the last exits printed TEXT.
says() { grep -qF -- "$1" out.txt || die "the output does not say \"$1\""; }
# one_line: that command printed one line (progress is for terminals only).
one_line() { [ "$(wc -l <out.txt)" = 1 ] || die "more than one line"; }

sidecars() { find "$KTSTR_TARGET_DIR" -name '*.ktstr.json' -not -path '*/.history/*' | sort; }
# the_sidecar JQ-FILTER: prints a value of the only sidecar.
the_sidecar() {
	[ "$(sidecars | wc -l)" = 1 ] || die "expected one sidecar, found: $(sidecars)"
	jq -e -r "$1" "$(sidecars)"
}
# The part that virtual time keeps equal: without host facts, wall-clock times and run id.
exact_part() {
	jq -S '{stats, payload_metrics, stimulus_events, outcome, cause, reasons, guest, verifier_stats, scheduler_exit, monitor,
		load: .scheduler_info.load_ms, attach: .scheduler_info.attach_ms}' "$1"
}
# gone PID: it has ended. A zombie that init has not reaped yet counts as ended.
gone() { ! [ -e "/proc/$1" ] || grep -qs '^State:.*Z' "/proc/$1/status"; }
# nothing_left PID…: these processes have ended, and there is no temporary file.
nothing_left() {
	local pid
	for pid in "$@"; do
		gone "$pid" || die "process $pid still runs: $(tr '\0' ' ' <"/proc/$pid/cmdline" | cut -c1-80)"
	done
	[ -z "$(find "$KTSTR_TARGET_DIR" -name '.tmp-*')" ] || die "a temporary file is left"
}
# wait_for SECONDS COMMAND…: waits until it succeeds.
wait_for() {
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		[ $SECONDS -lt $end ] || die "timed out waiting for: $*"
		sleep 0.05
	done
}
# qemu_of PID: the VM of a harness (not the short-lived QEMU that prints its version).
qemu_of() { pgrep -P "$1" -f ivshmem-plain; }

# own_images: an empty store of saved machines, in $images, with the user's kernels beside it. Then
# run_virtual and one start a short virtual-time test, one insists on a saved machine; key names that of the last sidecar.
own_images() {
	kernels=${XDG_CACHE_HOME:-$HOME/.cache}/ktstr/kernels
	export XDG_CACHE_HOME=$PWD/cache
	mkdir -p cache/ktstr
	ln -s "$kernels" cache/ktstr/kernels
	images=cache/ktstr/images
}
run_virtual() { harness test --repeat 1 --kernel 6.17 --clock virtual --duration 50ms -E cgroup_steady "$@"; }
one() { run_virtual --start saved --topology 1n1l1c1t --keep-artefacts "$@"; }
key() { the_sidecar .vm.image; }
nothing_half() { [ -z "$(find $images -name '.tmp-*')" ] || die "left: $(find $images -name '.tmp-*')"; }
frames() { sha256sum <"$(find "$KTSTR_TARGET_DIR" -name '*guest.jsonl' -not -path '*/.history/*')"; }
# key_of COMMAND…: the key of the machine that a test would make first. Ends it when it begins to.
key_of() {
	local pid found
	"$@" >key-of.txt 2>&1 & pid=$!
	wait_for 60 compgen -G "$images/.tmp-*" >/dev/null
	found=$(basename "$(find $images -name '.tmp-*' | head -n 1)")
	pkill -9 -P $pid || kill -9 $pid
	wait $pid || true
	harness cache prune --max 100G >&2 # what the killed maker has left
	echo "${found#.tmp-}"
}
# forge MACHINE KEY: puts the files of a machine under another key, as if they were that one.
forge() {
	forged=$images/$2
	cp -r "$1" "$forged"
	jq --arg key "$2" '.key = $key' "$1/metadata.json" >"$forged/metadata.json"
}
# talkative: from now on QEMU announces restored machines as often as it does by default.
talkative() {
	local conf=$TOP/target/deps/qemu.conf real
	real=$(sed -n 's/^qemu=//p' "$conf" 2>/dev/null || true)
	case $real in */*) real=$(dirname "$(readlink -f "$conf")")/$real ;; "") real=qemu-system-x86_64 ;; esac
	cat >talkative <<-Y
		#!/bin/bash
		args=()
		for a; do
			if [ "\$a" = migration.announce-rounds=0 ]; then unset 'args[-1]'; else args+=("\$a"); fi
		done
		exec "$real" "\${args[@]}"
	Y
	chmod +x talkative
	{
		echo "qemu=$PWD/talkative"
		sed -n "s,^\(firmware\|libraries\)=,\1=$(dirname "$(readlink -f "$conf")")/,p" "$conf" 2>/dev/null || true
	} >talkative.conf
	export KTSTR_QEMU=$PWD/talkative.conf
}
