# Side by side with others: virtual time only.
# Each check is tripped by what must trip it and by nothing that must not, as tests/vm/checks/trips.txt says: under
# the kernel's own scheduler.
. "$TOP/tests/vm/checks/lib.sh"
go_through own
