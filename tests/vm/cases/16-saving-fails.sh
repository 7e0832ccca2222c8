# What keeps a machine from being saved (a killed harness, a full disk, a scheduler that does not come up)
# leaves nothing behind and is said; several tests that need the same machine make it once.
own_images

# kill -9 while the machine boots, and while its memory is written.
killed() { # WHEN COMMAND…: kills the harness once the command succeeds
	local when=$1 pid qemu
	shift
	harness cache prune --max 0
	harness test --repeat 1 --kernel 6.17 --clock virtual --duration 50ms -E cgroup_steady --start saved --topology 1n1l1c1t \
		--keep-artefacts >killed.txt 2>&1 &
	pid=$!
	wait_for 120 "$@"
	qemu=$(qemu_of $pid || true)
	kill -9 $pid
	wait $pid || true

	[ -z "$qemu" ] || wait_for 10 gone "$qemu"
	exits 0 -- one
	nothing_half
	[ "$(frames)" != "" ] && [ "$(ls $images | wc -l)" = 1 ] || die "$when: $(ls -A $images)"
}
booting() { qemu_of $pid >/dev/null; }
writing() { compgen -G "$images/.tmp-*/state" >/dev/null; }
killed "booting" booting
killed "writing" writing

# A full disk: no result by other means when a saved machine was asked for, else a cold one that says why.
if [ "$(id -u)" = 0 ] && mkdir small && mount -t tmpfs -o size=30m none small; then
	trap 'umount "$OLD/small"' EXIT
	OLD=$PWD
	mkdir small/ktstr
	ln -s "$kernels" small/ktstr/kernels
	export XDG_CACHE_HOME=$PWD/small
	exits 4 -- one
	says "saved machine: saving: ram0: write: No space left on device"
	[ -z "$(find small -name 'ram*')" ] || die "left: $(find small)"
	exits 0 -- one --start auto
	[ "$(the_sidecar .vm.start)" = cold ] || die "not cold"
	the_sidecar .vm.start_reason | grep -q 'No space left' || die "no reason"
	export XDG_CACHE_HOME=$PWD/cache
fi

# Several at once: one makes it, the others wait.
harness cache prune --max 0
for i in 1 2 3; do KTSTR_TARGET_DIR=$PWD/t$i one >t$i.txt 2>&1 & done
wait
[ "$(cat t?/ktstr/*/*.ktstr.json | jq -r '.outcome + .vm.image' | sort -u | wc -l)" = 1 ] || die "$(cat t?.txt)"
[ "$(ls $images | wc -l)" = 1 ] || die "$(ls $images)"

# Schedulers: attached in the saved machine, or not to be attached at all.
exits 0 -- one --scheduler vtime
[ "$(the_sidecar '.vm.image_level')" = 2 ] || die "level"
[ "$(the_sidecar '.scheduler_info.ops')" = vtime ] || die "vtime is not attached"
broken() { # NAME KIND LEVEL
	exits 1 -- harness test --repeat 1 --kernel 6.17 --clock virtual --start saved --scheduler "$BROKEN/$1.bpf.o" \
		--topology 1n1l2c1t --duration 4s -E cgroup_steady
	[ "$(the_sidecar .scheduler_exit.kind)" = "$2" ] || die "$1: kind $(the_sidecar .scheduler_exit.kind)"
	[ "$(the_sidecar '.vm.image_level')" = "$3" ] || die "$1: level $(the_sidecar .vm.image_level)"
}
broken fail_verify verifier 1
broken fail_init init 1
broken error 'bpf error' 2
