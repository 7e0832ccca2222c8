# harness shell: a command's input, output and exit status are its own, each byte of them; a scheduler that
# exits is said, and the command goes on. A terminal: its size, Ctrl-C, the exit status, restored at the
# end. kill -9 leaves nothing.
cat >command <<'S'
read -r first
echo "$first" >&2
sha256sum
cat bytes /tmp/other/bytes
"/tmp/w:x" 0.1
i=0
until [ $i = 50 ] || grep -q disabled /sys/kernel/sched_ext/state; do "/tmp/w:x" 0.1; i=$((i + 1)); done
cat /sys/kernel/sched_ext/state >&2
kill -USR1 $$
S
head -c 6000000 /dev/urandom >bytes
{ echo hello; cat bytes; } >input
got=0
harness shell --kernel 6.17 --topology 1n1l2c1t --scheduler "$BROKEN/error.bpf.o" -i command -i bytes -i bytes:/tmp/other/bytes \
	-i sleep:/tmp/w:x -- sh command <input >out 2>errors || got=$?
cat errors
[ $got = 138 ] || die "exit status $got, wanted 128 + SIGUSR1"
{ sha256sum <bytes; cat bytes bytes; } | cmp - out || die "the output is not what the command wrote"
[ "$(sed -n 1p errors)" = hello ] && [ "$(tail -n 1 errors)" = disabled ] || die "stderr"
grep -q '^harness: scheduler error exited: the fixture gave up on task' errors || die "its end is not said"

mkfifo keys
cat >session <<'S'
stty rows 33 cols 99
stty -g >before
harness shell --kernel 6.17 --topology 1n1l1c1t
got=$?
stty -g >after
exit $got
S
script -qefc 'sh session' log <keys >/dev/null 2>&1 & pid=$!
trap 'kill -9 $pid 2>/dev/null || true' EXIT
exec 3>keys
wait_for 120 grep -qs '6\.17\.[0-9]*:.*# ' log
! cmp -s before <(stty -g <"/proc/$(pgrep -n -f 'harness shell --kernel 6.17 --topology 1n1l1c1t')/fd/0") || die "not raw"
printf '%s\r' "stty size; sh -c 'echo begun-\$\$; exec sleep 100'" >&3
wait_for 20 grep -qs 'begun-[0-9]' log
grep -q '33 99' log || die "not the size of the terminal"
printf '\003' >&3
printf 'echo "ended $?"; exit 7\r' >&3
got=0
wait $pid || got=$?
cat log
exec 3>&-
[ $got = 7 ] || die "exit status $got, wanted 7"
grep -q 'ended 130' log || die "Ctrl-C did not reach the guest"
cmp before after || die "the terminal is not restored"

harness shell --kernel 6.17 --topology 1n1l1c1t -- sleep 100 & pid=$!
wait_for 60 qemu_of $pid >/dev/null
qemu=$(qemu_of $pid)
kill -9 $pid
wait $pid || true
wait_for 10 gone "$qemu"
