# Tests start from a saved machine. One that is cut short, has a flipped bit, is another machine's, or whose
# making was killed or ran out of disk: a clear line, a right result, nothing left behind. Schedulers that
# do not come up, or exit, say so as they do after a cold start.
kernels=${XDG_CACHE_HOME:-$HOME/.cache}/ktstr/kernels
export XDG_CACHE_HOME=$PWD/cache
mkdir -p cache/ktstr
ln -s "$kernels" cache/ktstr/kernels
images=cache/ktstr/images
run() { harness test --kernel 6.17 --clock virtual --duration 50ms -E cgroup_steady "$@"; }
one() { run --start saved --topology 1n1l1c1t --keep-artefacts "$@"; }
key() { the_sidecar .vm.image; }
nothing_half() { [ -z "$(find $images -name '.tmp-*')" ] || die "left: $(find $images -name '.tmp-*')"; }
frames() { sha256sum <"$(find "$KTSTR_TARGET_DIR" -name '*guest.jsonl' -not -path '*/.history/*')"; }

exits 0 -- one
[ "$(the_sidecar .vm.start)" = saved ] || die "not from a saved machine"
[ "$(the_sidecar .vm.image_level)" = 1 ] || die "level"
[ "$(ls $images)" = "$(key)" ] || die "not one image: $(ls $images)"
first=$(frames)
made=$(stat -c %Y "$images/$(key)/metadata.json")
exits 0 -- one
[ "$(frames)" = "$first" ] || die "two restores differ"
[ "$(stat -c %Y "$images/$(key)/metadata.json")" = "$made" ] || die "the image was made twice"
exits 0 -- one --start cold
[ "$(the_sidecar '.vm.start + " " + .vm.start_reason')" = "cold asked for" ] || die "not cold"

# Damaged files. The stamp of a file tells that somebody wrote to it, its checksum whether that matters.
exits 0 -- one
damaged() { # WHAT SAYS
	exits 0 -- one
	says "was damaged and is made again: $2"
	[ "$(the_sidecar .outcome)" = pass ] || die "$1: $(the_sidecar .cause)"
	nothing_half
	exits 0 -- one
	one_good=$(harness cache list --check --json | jq -r '[.[].check] | join(" ")')
	[ "$one_good" = good ] || die "$1: $one_good"
}
truncate -s -4096 "$images/$(key)/ram0"
damaged "cut short" "ram0 has"
# The agent's own memory is at some page that is not zero: flip a bit of the first such.
at=$(cmp -l "$images/$(key)/ram0" /dev/zero 2>/dev/null | awk 'NR == 5000 { print $1 - 1; exit }' || true)
byte=$(od -An -tu1 -j "$at" -N1 "$images/$(key)/ram0")
printf "\\$(printf %o $((byte ^ 1)))" | dd of="$images/$(key)/ram0" bs=1 seek="$at" conv=notrunc 2>/dev/null
damaged "a bit of the memory" "ram0 has changed"
printf '\377' | dd of="$images/$(key)/state" bs=1 seek=100000 conv=notrunc 2>/dev/null
damaged "a byte of the state" "state has changed"
rm "$images/$(key)/state"
damaged "no state" "state"
touch "$images/$(key)/ram0"
exits 0 -- one
! grep -q damaged out.txt || die "a file that was only touched counts as damaged"

# The files of another machine under this key, with checksums that fit.
mine=$(key)
exits 0 -- run --start saved --topology 1n1l2c1t
other=$(ls $images | grep -v "$mine")
cp "$images/$mine"/ram0 "$images/$mine"/state "$images/$other/"
jq --arg key "$other" '.key = $key' "$images/$mine/metadata.json" >"$images/$other/metadata.json"
exits 0 -- run --start saved --topology 1n1l2c1t --keep-artefacts
says "did not go on and was made again: QEMU:"
[ "$(the_sidecar '.outcome + " " + .vm.start')" = "pass saved" ] || die "$(the_sidecar .cause)"

# kill -9 while the machine boots, and while its memory is written.
killed() { # WHEN COMMAND…: kills the harness once the command succeeds
	local when=$1 pid qemu
	shift
	harness cache prune --max 0
	one >killed.txt 2>&1 &
	pid=$!
	wait_for 120 "$@"
	qemu=$(qemu_of $pid || true)
	kill -9 $pid
	wait $pid || true
	# shellcheck disable=SC2086
	wait_for 10 nothing_left $qemu
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
	exits 1 -- harness test --kernel 6.17 --clock virtual --start saved --scheduler "$BROKEN/$1.bpf.o" \
		--topology 1n1l2c1t --duration 4s -E cgroup_steady
	[ "$(the_sidecar .scheduler_exit.kind)" = "$2" ] || die "$1: kind $(the_sidecar .scheduler_exit.kind)"
	[ "$(the_sidecar '.vm.image_level')" = "$3" ] || die "$1: level $(the_sidecar .vm.image_level)"
}
broken fail_verify load 1
broken fail_init attach 1
broken error 'bpf error' 2
