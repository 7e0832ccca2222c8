# SPDX-License-Identifier: GPL-2.0-only
# For the cases: makes run directories under target/ktstr of the current directory.

# sidecar RUN NAME [JQ]: a sidecar from the fixture, changed by a jq program. Each run is a second
# newer than the one before.
sidecar()
{
	local dir=target/ktstr/$1
	mkdir -p "$dir"
	jq "${3:-.}" "$FIXTURES/runs/sidecar.json" >"$dir/$2.ktstr.json"
	clock=$((${clock:-1790000000} + 1))
	touch -d "@$clock" "$dir"
}

# Prints the exit status of a command that may fail.
status()
{
	"$@"
	echo "status $?"
}
