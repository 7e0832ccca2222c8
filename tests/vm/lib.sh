# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What the cases share. Each runs with -eu -o pipefail in an empty directory of its own.

export PATH="$TOP/target/bin:$PATH"
export KTSTR_TARGET_DIR="$PWD/target"
unset KTSTR_SIDECAR_DIR KTSTR_RUN_ID KTSTR_CI KTSTR_HISTORY CARGO_TARGET_DIR
BROKEN=$TOP/target/tests/fixtures/schedulers

die() { echo "$*" >&2; exit 1; }
skip() { echo "$*"; exit 77; }

# exits WANT… -- COMMAND…: runs it, output to out.txt, its exit status must be one of WANT.
exits() {
	local want="" got=0
	while [ "$1" != -- ]; do want="$want $1"; shift; done
	shift
	"$@" >out.txt 2>&1 || got=$?
	cat out.txt
	case " $want " in *" $got "*) ;; *) die "exit status $got, wanted$want: $*" ;; esac
}
# says TEXT: the last exits() printed it.
says() { grep -qF -- "$1" out.txt || die "the output does not say \"$1\""; }
# one_line: the message on stderr is one line (progress is for terminals only).
one_line() { [ "$(wc -l <out.txt)" = 1 ] || die "more than one line"; }

sidecars() { find "$KTSTR_TARGET_DIR" -name '*.ktstr.json' -not -path '*/.history/*' | sort; }
# the_sidecar JQ-FILTER: of the only sidecar there is.
the_sidecar() {
	[ "$(sidecars | wc -l)" = 1 ] || die "not one sidecar but: $(sidecars)"
	jq -e -r "$1" "$(sidecars)"
}
# All that virtual time promises: no host facts, no wall-clock times, no identity of the invocation.
exact_part() {
	jq -S '{stats, payload_metrics, stimulus_events, outcome, cause, reasons, guest, verifier_stats, scheduler_exit, monitor,
		load: .scheduler_info.load_ms, attach: .scheduler_info.attach_ms}' "$1"
}
# No QEMU of ours may live on, nor a temporary file.
nothing_left() {
	local pid
	for pid in "$@"; do
		# a zombie that init has yet to reap is dead
		if [ -e "/proc/$pid" ] && ! grep -q '^State:.*Z' "/proc/$pid/status" 2>/dev/null; then
			die "process $pid lives on: $(tr '\0' ' ' <"/proc/$pid/cmdline" | cut -c1-80)"
		fi
	done
	[ -z "$(find "$KTSTR_TARGET_DIR" -name '.tmp-*')" ] || die "a temporary file is left"
}
# wait_for SECONDS COMMAND…: until it succeeds.
wait_for() {
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		[ $SECONDS -lt $end ] || die "waited in vain for: $*"
		sleep 0.05
	done
}
# The VM of a harness (not the short-lived QEMU that is asked for its version).
qemu_of() { pgrep -P "$1" -f ivshmem-plain; }
