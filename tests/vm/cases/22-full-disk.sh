# A full disk: one line says so before a VM boots, exit status 4, no partly written file.
[ "$(id -u)" = 0 ] || skip "mounting a small file system needs root"
mkdir small && mount -t tmpfs -o size=64k,nr_inodes=64 none small || skip "cannot mount a tmpfs here"
trap 'umount "$OLD/small"' EXIT
OLD=$PWD
export KTSTR_TARGET_DIR=$PWD/small/target
mkdir -p "$KTSTR_TARGET_DIR"
dd if=/dev/zero of=small/fill bs=1k 2>/dev/null || true
exits 4 -- harness test --repeat 1 --clock real --kernel 6.17 --topology 1n1l1c1t -E cgroup_steady --duration 50ms
says 'No space left on device'
nothing_left
[ -z "$(sidecars)" ] || exits 0 -- stats validate --dir "$KTSTR_TARGET_DIR/ktstr"
