# A kernel that was built from source boots, runs both classes, and its results say where it is from. Building
# one takes long: this runs where the store has one.
built=$(harness kernel list --json | jq -r 'map(select(.source == "build" and .sched_ext)) | .[0].name // empty')
[ -n "$built" ] || skip "no built kernel in the store: harness kernel build --source debian:6.12"
exits 0 -- harness test --repeat 1 --kernel "$built" --scheduler eevdf --scheduler vtime --clock virtual --topology 1n1l2c1t \
	--duration 500ms -E cgroup_steady
for f in $(sidecars); do
	[ "$(jq -r '.outcome + " " + .kernel.source' "$f")" = "pass build" ] || die "$f: $(jq -c '[.outcome, .cause, .kernel]' "$f")"
done
