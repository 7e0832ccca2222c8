#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# schedulers.sh [NAME...]: builds the schedulers of schedulers.txt (all, or these), runs `harness load` and
# `harness test --level smoke` under each in virtual time, and prints what became of them beside what is expected.
# Exit status 1: a result differs. Rows whose source is not at hand are skipped and counted. README.md says more.
set -eu -o pipefail
here=$(cd "$(dirname "$0")" && pwd)
TOP=$(cd "$here/../.." && pwd)
. "$here/lib.sh"
. "$here/build.sh"
topology=1n2l2c1t

# Sets `file` to what --scheduler takes.
obtain() { # NAME SOURCE KIND
	case $2-$3 in
	linux-object | linux-zeroed) build_linux && file=$work/tools/build/obj/sched_ext/scx_$1.bpf.o ;;
	linux-exec) build_linux && file=$work/tools/build/bin/scx_$1 ;;
	scx-object) build_scx "$1" && file=$work/scx/scx_$1.bpf.o ;;
	*) die "schedulers.txt: no such source or kind: $2 $3" ;;
	esac
}

# Sets `result` to "pass", "load REASON" or "fail CAUSE"; of several causes, those that do not contain $2 come first.
try() { # KIND TEXT OPTION...
	local kind=$1 text=$2 got=0
	shift 2
	if [ "$kind" = object ]; then
		harness load "$file" --kernel "$kernel" --offline -t $topology --json "$@" >"$dir/load.json" 2>"$dir/load.log" || got=$?
		case $got in
		0) ;;
		1) result="load $(jq -r '.[0].reason' "$dir/load.json")"; return ;;
		*) die "harness load ended with status $got: $(cat "$dir/load.log")" ;;
		esac
		set -- --scheduler "$file" "$@"
	else
		set -- --scheduler "exec:$file $*"
	fi
	got=0
	KTSTR_SIDECAR_DIR=$dir harness test --no-suite --level smoke --kernel "$kernel" --offline --topology $topology \
		--clock virtual --duration 1s --repeat "$repeat" --jobs "${KTSTR_THIRD_JOBS:-1}" "$@" >"$dir/test.log" 2>&1 || got=$?
	case $got in
	0) result=pass ;;
	1 | 3 | 4) result="fail $(jq -rs --arg t "$text" '[.[] | select(.outcome != "pass") | .cause // .outcome] |
		unique | sort_by(contains($t)) | join("; ")' "$dir"/*.ktstr.json)" ;;
	*) die "harness test ended with status $got: $(cat "$dir/test.log")" ;;
	esac
}

# Sets `result` to whether the runs differ from those of the same object, run before, when the kernel's constants
# (SCX_DSQ_LOCAL, SCX_SLICE_DFL and the like) are all zero.
try_zeroed() { # NAME
	local with=$work/results/$1-object options=() f
	mapfile -t options < <(harness show-scheduler "$file" --json |
		jq -r '.variables[] | select(.name | startswith("__SCX_")) | "--set", "\(.name)=0"')
	[ ${#options[@]} -gt 0 ] || die "$1 has no constants of the kernel"
	try object '' "${options[@]}"
	case $result in load*) return ;; esac
	result="same as with the constants"
	for f in "$dir"/*.ktstr.json; do
		f=$(jq -r .test_name "$f") && cmp -s <(stats_of "$dir" "$f") <(stats_of "$with" "$f") || result=differs
	done
}
stats_of() { jq -S --arg t "$2" 'select(.test_name == $t) | [.outcome, .stats]' "$1"/*.ktstr.json; } # DIRECTORY TEST

# Whether all that `result` names is what is expected.
as_expected() { # EXPECTED
	[ "$result" = "$1" ] && return
	case $1 in
	pass | differs) return 1 ;;
	load*) case $result in "load "*"${1#load }"*) return 0 ;; esac; return 1 ;;
	*) jq -es --arg t "${1#fail }" '[.[] | select(.outcome != "pass") | .cause // "" | contains($t)] | length > 0 and all' \
		"$dir"/*.ktstr.json >/dev/null ;;
	esac
}

trim() { sed -e 's/^ *//' -e 's/ *$//'; }
matching=0 differing=0 skipped=0

row() { # NAME SOURCE KIND EXPECTED OPTIONS
	local mark options
	if ! obtain "$1" "$2" "$3"; then
		skipped=$((skipped + 1))
		return
	fi
	dir=$work/results/$1-$3
	rm -rf "$dir"
	mkdir -p "$dir"
	read -ra options <<<"$5"
	repeat=1
	[ "${options[0]-}" != --repeat ] || { repeat=${options[1]}; options=("${options[@]:2}"); }
	if [ "$3" = zeroed ]; then
		try_zeroed "$1"
	else
		try "$3" "${4#* }" ${options[@]+"${options[@]}"}
	fi
	if as_expected "$4"; then
		mark=ok
		matching=$((matching + 1))
	else
		mark=DIFFERS
		differing=$((differing + 1))
	fi
	printf '%-8s%-12s%-8s%s\n' "$mark" "$1" "$3" "$result"
	[ $mark = ok ] || printf '        expected: %s\n        see %s\n' "$4" "$dir"
}

find_linux
find_bpftool
[ -z "$linux${KTSTR_SCX-}" ] || find_vmlinux
while IFS='|' read -r name source kind expected options <&3; do
	name=$(trim <<<"$name")
	case $name in '' | '#'*) continue ;; esac
	[ $# = 0 ] || [[ " $* " == *" $name "* ]] || continue
	row "$name" "$(trim <<<"$source")" "$(trim <<<"$kind")" "$(trim <<<"$expected")" "$(trim <<<"$options")"
done 3<"$here/schedulers.txt"
[ $skipped = 0 ] || echo "$skipped skipped: their sources are not at hand (KTSTR_LINUX_SOURCE, KTSTR_SCX; tests/third-party/README.md)"
echo "$matching as expected, $differing not, $skipped skipped"
[ $differing = 0 ]
