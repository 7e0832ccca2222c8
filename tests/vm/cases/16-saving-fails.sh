# What keeps a machine from being saved (a killed harness, a full disk, a scheduler that does not come up)
# leaves nothing behind and is said; several tests that need the same machine make it once.
# Side by side: virtual time only.
own_images
two() { one --scheduler vtime "$@"; }

# kill -9 at each step: the folder is made, the kernel boots, the memory is written (here of the machine with
# vtime, which is made from the other), a test runs from the machine.
killed() { # STEP SCHEDULER: kills the harness once the function STEP succeeds
	local qemu
	harness test --repeat 1 --kernel 6.17 --clock virtual --duration 30s -E cgroup_steady --start saved --topology 1n1l1c1t \
		--scheduler "$2" >killed.txt 2>&1 &
	pid=$!
	wait_for 120 "$1"
	qemu=$(qemu_of $pid || true)
	kill -9 $pid
	wait $pid || true
	[ -z "$qemu" ] || wait_for 10 gone "$qemu"
}
making() { compgen -G "$images/.tmp-*" >/dev/null; }
booting() { qemu_of $pid >/dev/null; }
writing() { compgen -G "$images/.tmp-*/state" >/dev/null; }
going_on() { booting && grep -qs . "$KTSTR_TARGET_DIR"/ktstr/*/*.ktstr.json && ! making; }
whole() { # COUNT: so many machines, nothing else
	nothing_half
	[ "$(find $images -mindepth 1 -maxdepth 1 -type d | wc -l)" = "$1" ] || die "not $1: $(ls -A $images)"
}
killed making eevdf
killed booting eevdf
exits 0 -- one
whole 1
killed writing vtime
exits 0 -- two
whole 2
result=$(frames)
killed going_on vtime
exits 0 -- two
whole 2
[ "$(frames)" = "$result" ] || die "another result after a test was killed"

# A full disk: no result by other means when a saved machine was asked for, else a cold one that says why.
booted=$(one >&2 && key)
if [ "$(id -u)" = 0 ] && mkdir small && mount -t tmpfs -o size=100m none small; then
	trap 'umount "$OLD/small"' EXIT
	OLD=$PWD
	mkdir -p small/ktstr/images
	ln -s "$kernels" small/ktstr/kernels
	cp -r "$images/$booted" small/ktstr/images/
	export XDG_CACHE_HOME=$PWD/small
	exits 4 -- two
	says "saved machine: saving: ram0: write: No space left on device"
	[ "$(find small -name 'ram*')" = "small/ktstr/images/$booted/ram0" ] || die "left: $(find small)"
	exits 0 -- two --start auto
	[ "$(the_sidecar .vm.start)" = cold ] || die "not cold"
	the_sidecar .vm.start_reason | grep -q 'No space left' || die "no reason"
	export XDG_CACHE_HOME=$PWD/cache
fi

# Several at once: one makes it, the others wait.
exits 0 -- two
rm -r "${images:?}/$(key)"
for i in 1 2 3; do KTSTR_TARGET_DIR=$PWD/t$i two >t$i.txt 2>&1 & done
wait
[ "$(cat t?/ktstr/*/*.ktstr.json | jq -r '.outcome + .vm.image' | sort -u | wc -l)" = 1 ] || die "$(cat t?.txt)"
whole 2

# A scheduler that cannot be attached.
broken() { # NAME KIND LEVEL
	exits 1 -- harness test --repeat 1 --kernel 6.17 --clock virtual --start saved --scheduler "$BROKEN/$1.bpf.o" \
		--topology 1n1l1c1t --duration 4s -E cgroup_steady
	[ "$(the_sidecar .scheduler_exit.kind)" = "$2" ] || die "$1: kind $(the_sidecar .scheduler_exit.kind)"
	[ "$(the_sidecar '.vm.image_level')" = "$3" ] || die "$1: level $(the_sidecar .vm.image_level)"
}
broken fail_verify verifier 1
broken fail_init init 1
broken error 'bpf error' 2
