# Tests start from a saved machine. One that is cut short, has a flipped bit, lacks a file or is another
# machine's: a clear line, and a right result from one that is made again.
own_images
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
! grep -q "was damaged" out.txt || die "a file that was only touched counts as damaged"

# The files of another machine under this key, with checksums that fit.
mine=$(key)
exits 0 -- run_virtual --start saved --topology 1n1l2c1t
other=$(ls $images | grep -v "$mine")
cp "$images/$mine"/ram0 "$images/$mine"/state "$images/$other/"
jq --arg key "$other" '.key = $key' "$images/$mine/metadata.json" >"$images/$other/metadata.json"
exits 0 -- run_virtual --start saved --topology 1n1l2c1t --keep-artefacts
says "did not go on and was made again: QEMU:"
[ "$(the_sidecar '.outcome + " " + .vm.start')" = "pass saved" ] || die "$(the_sidecar .cause)"
