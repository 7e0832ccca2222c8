# Tests start from a saved machine. One that is cut short, has a flipped bit, lacks a file or is another
# machine's: a clear line, and a right result from one that is made again.
# Side by side: virtual time only.
own_images
exits 0 -- one
[ "$(the_sidecar .vm.start)" = saved ] || die "not from a saved machine"
[ "$(the_sidecar .vm.image_level)" = 1 ] || die "level"
[ "$(ls $images)" = "$(key)" ] || die "not one image: $(ls $images)"
first=$(frames)
booted=$(key)
made=$(stat -c %Y "$images/$(key)/metadata.json")
exits 0 -- one
[ "$(frames)" = "$first" ] || die "two restores differ"
[ "$(stat -c %Y "$images/$(key)/metadata.json")" = "$made" ] || die "the image was made twice"
exits 4 -- one --timeout 10ms # the user's own limit says nothing about the machine
says "--timeout is too short"
[ "$(stat -c %Y "$images/$(key)/metadata.json")" = "$made" ] || die "a short --timeout took the machine away"
exits 0 -- one --start cold
[ "$(the_sidecar '.vm.start + " " + .vm.start_reason')" = "cold asked for" ] || die "not cold"

# Damaged files. The stamp of a file tells that somebody wrote to it, its checksum whether that matters. The
# machine with vtime is made from the other one, which is quick.
two() { one --scheduler vtime "$@"; }
exits 0 -- two
[ "$(the_sidecar '"\(.vm.image_level) \(.scheduler_info.ops)"')" = "2 vtime" ] || die "level"
damaged() { # WHAT SAYS: the last test's machine; a restore of the one made instead gives two equal results
	local two_levels
	exits 0 -- two
	says "was damaged and is made again: $2"
	[ "$(the_sidecar .outcome)" = pass ] || die "$1: $(the_sidecar .cause)"
	nothing_half
	two_levels=$(harness cache list --check --json | jq -r '[.[].check] | join(" ")')
	[ "$two_levels" = "good good" ] || die "$1: $two_levels"
}
flip() { # FILE: a bit of its first page that is not zero
	local at byte
	at=$(cmp -l "$1" /dev/zero 2>/dev/null | awk 'NR == 5000 { print $1 - 1; exit }' || true)
	byte=$(od -An -tu1 -j "$at" -N1 "$1")
	printf "\\$(printf %o $((byte ^ 1)))" | dd of="$1" bs=1 seek="$at" conv=notrunc 2>/dev/null
}
truncate -s -4096 "$images/$(key)/ram0"
damaged "cut short" "ram0 has"
flip "$images/$(key)/ram0"
damaged "a bit of the memory" "ram0 has changed"
printf '\377' | dd of="$images/$(key)/state" bs=1 seek=100000 conv=notrunc 2>/dev/null
damaged "a byte of the state" "state has changed"
rm "$images/$(key)/state"
damaged "no state" "state"
flip "$images/$booted/ram0"
rm -r "${images:?}/$(key)"
damaged "the machine that it is made from" "ram0 has changed"
touch "$images/$(key)/ram0"
exits 0 -- two
! grep -q "was damaged" out.txt || die "a file that was only touched counts as damaged"

# The files of another machine under a key, with checksums that fit.
larger() { run_virtual --start saved --topology 1n1l2c1t --keep-artefacts; }
forge "$images/$booted" "$(key_of larger)"
exits 0 -- larger
says "did not go on and was made again: QEMU:"
[ "$(the_sidecar '.outcome + " " + .vm.start')" = "pass saved" ] || die "$(the_sidecar .cause)"
