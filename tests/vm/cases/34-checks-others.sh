# Side by side with others: virtual time only.
# Each check is tripped by what must trip it and by nothing that must not, as the last table of docs/checks.md says: under
# schedulers that do wrong, each in its way.
. "$TOP/tests/vm/checks/lib.sh"
go_through other
