# SPDX-License-Identifier: GPL-2.0-only
# Functions for the cases. They make run directories under target/ktstr of the current directory.

# sidecar RUN NAME [JQ [OPTION…]]: writes a sidecar: the fixture, changed by a jq program. Each run is one
# second newer than the one before.
sidecar()
{
	local dir=target/ktstr/$1
	mkdir -p "$dir"
	jq "${@:4}" "${3:-.}" "$FIXTURES/runs/sidecar.json" >"$dir/$2.ktstr.json"
	clock=$((${clock:-1790000000} + 1))
	touch -d "@$clock" "$dir"
}

# Runs a command that may fail and prints its exit status.
status()
{
	"$@"
	echo "status $?"
}
