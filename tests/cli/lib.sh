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

# sidecars JQ [OPTION…]: writes many with one process: the jq program makes objects {run, name, sidecar} of
# the fixture.
sidecars()
{
	local run name text
	jq -r "${@:2}" "$1 | [.run, .name, (.sidecar | tojson)] | @tsv" "$FIXTURES/runs/sidecar.json" |
		while IFS=$'\t' read -r run name text; do
			[ -d "target/ktstr/$run" ] || mkdir -p "target/ktstr/$run"
			printf '%b\n' "$text" >"target/ktstr/$run/$name.ktstr.json"
		done
}
