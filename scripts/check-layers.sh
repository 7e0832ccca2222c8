#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Checks the #include lines of the files git tracks against the table of docs/architecture.md, which is
# here as data. Also refuses a circle of includes or calls between the files of one folder. Prints file
# and line of each offence. A run that checked nothing fails.
#
# scripts/check-layers.sh [DIR]: the tree to check (default: this one).
set -u
self=$(cd "$(dirname "$0")" && pwd)
cd "${1:-$self/..}" || exit 2

# folder | what it may include of the project (FOLDER/* = any header of it, FOLDER = its public ones,
# !HEADER = never that one)
# | its public headers beside the facade (the header named like the folder) | libraries it may include
table='
base             |                                                            |                  | json-c popt libmd
sidecar          | base/*                                                     | commit hold host lock metric rundir | libgit2 json-c
vmm              | base/*                                                     | topo             | archive elf zlib json-c
harness/wire     | base/*                                                     |                  | zlib json-c
harness/bench    | base/* harness/wire/*                                      | beside           | json-c
harness/payload  | base/*                                                     |                  | elf pcre2 json-c
harness/object   | base/*                                                     |                  | bpf json-c
yaml             | base/*                                                     | yaml_read yaml_tree | yaml json-c
harness/scenario | base/* harness/wire/* harness/payload yaml                 | check            | json-c
harness/agent    | base/* harness/wire/* harness/bench harness/agent/work                   |                  | bpf json-c
harness/agent/work | base/* harness/wire/*                                    |                  |
harness/kernel   | base/*                                                     |                  | archive elf zlib json-c
harness/saved    | base/* sidecar                                             |                  | archive zlib json-c
harness/judge    | base/* !base/cmd.h harness/wire/* harness/scenario harness/payload sidecar | guest judge_repeats | json-c
harness          | base/* sidecar vmm harness/wire/* harness/bench yaml harness/scenario harness/payload harness/object harness/judge harness/kernel harness/saved stats stats/infer | | popt json-c
stats/infer      | base/* !base/err.h                                         |                  |
stats            | base/* sidecar stats/infer yaml                            | looks scan sides       | popt json-c gsl libgit2
manual           | base/* harness stats                                       |                  | popt
schedulers       |                                                            |                  | bpf
tests            | *                                                          |                  | *
'

# header pattern (a case pattern) | library; every other <header> belongs to the system.
libraries='
json-c/*    json-c
popt.h      popt
sha2.h      libmd
sha256.h    libmd
md5.h       libmd
git2.h      libgit2
git2/*      libgit2
archive*.h  archive
yaml.h      yaml
bpf/*       bpf
gsl/*       gsl
gelf.h      elf
libelf.h    elf
elfutils/*  elf
pcre2.h     pcre2
zlib.h      zlib
check.h     check
'

# folder | files that may need each other, and why. x.c and x.h count as one file, x.
circles=''
# A rule is JSON or a regular expression by its own kind; both kinds add to what extract.c collects.
circles="$circles
harness/payload | extract extract_json extract_regex
"

export LC_ALL=C
includes=$(git grep -nE '^[[:space:]]*#[[:space:]]*include[[:space:]]' -- '*.c' '*.h')
if [ -z "$includes" ]; then
	echo "check-layers: no #include line among the files git tracks" >&2
	exit 1
fi

printf '%s\n' "$includes" | awk -v table="$table" -v libraries="$libraries" '
	function trim(s) { gsub(/^[ \t]+|[ \t]+$/, "", s); return s }

	# The row of the table: the longest folder that is a prefix.
	function layer_of(path,   dir, f, best) {
		dir = path
		sub(/\/[^\/]*$/, "", dir)
		best = ""
		for (f in may)
			if ((dir == f || index(dir, f "/") == 1) && length(f) > length(best))
				best = f
		return best
	}

	function has(list, word,   n, words, i) {
		n = split(list, words, " ")
		for (i = 1; i <= n; i++)
			if (words[i] == word || words[i] == "*")
				return 1
		return 0
	}

	function base_name(s) { sub(/.*\//, "", s); sub(/\.h$/, "", s); return s }

	function library_of(header,   i) {
		for (i = 1; i <= n_lib; i++)
			if (header ~ lib_re[i])
				return lib[i]
		return ""
	}

	function offend(why) {
		printf "%s:%s: %s\n", file, line, why
		bad++
	}

	function check_project(header,   to) {
		to = layer_of(header)
		if (header !~ /\//)
			offend("\"" header "\" must be written from the root of the tree, as \"folder/" header "\"")
		else if (to == "")
			offend("\"" header "\" is in no folder of the table")
		else if (index(" " may[from] " ", " !" header " "))
			offend(from "/ may not include " header)
		else if (to == from || has(may[from], to "/*") || has(may[from], "*"))
			return
		else if (!has(may[from], to))
			offend(from "/ may not include " to "/ (" header ")")
		else if (!has(base_name(to) " " public[to], base_name(header)))
			offend(header " is private to " to "/, whose facade is " to "/" base_name(to) ".h")
	}

	BEGIN {
		n = split(table, rows, "\n")
		for (i = 1; i <= n; i++)
			if (split(rows[i], col, "|") == 4) {
				may[trim(col[1])] = trim(col[2])
				public[trim(col[1])] = trim(col[3])
				libs[trim(col[1])] = trim(col[4])
			}
		n = split(libraries, rows, "\n")
		for (i = 1; i <= n; i++)
			if (split(rows[i], col, " ") == 2) {
				n_lib++
				gsub(/\./, "\\.", col[1])
				gsub(/\*/, ".*", col[1])
				lib_re[n_lib] = "^" col[1] "$"
				lib[n_lib] = col[2]
			}
	}

	{
		file = $0
		sub(/:.*/, "", file)
		rest = substr($0, length(file) + 2)
		line = rest
		sub(/:.*/, "", line)
		text = substr(rest, length(line) + 2)
		looked++
		from = layer_of(file)
		if (from == "") {
			offend("no folder of the table")
			next
		}
		if (match(text, /"[^"]+"/)) {
			if (file ~ /\.bpf\.[ch]$/ && text !~ /\//)
				next # beside it, or through -Ischedulers
			check_project(substr(text, RSTART + 1, RLENGTH - 2))
		} else if (match(text, /<[^>]+>/)) {
			header = substr(text, RSTART + 1, RLENGTH - 2)
			l = library_of(header)
			if (l != "" && !has(libs[from], l))
				offend(from "/ may not use the library " l " (<" header ">)")
		} else {
			offend("cannot be read: " trim(text))
		}
	}

	END {
		if (bad) {
			printf "check-layers: %d of %d includes are not allowed\n", bad, looked
			exit 1
		}
		printf "check-layers: %d includes checked\n", looked
	}'
layers=$?

git ls-files '*.c' '*.h' | grep -v '\.bpf\.[ch]$' | xargs awk -v except="$circles" -f "$self/circles.awk"
circle=$?
[ $layers = 0 ] && [ $circle = 0 ]
