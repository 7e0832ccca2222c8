# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What the scripts of this folder share: where the sources are, and how bpftool is had from them.
# TOP is the repository's root. All that is made lies in target/third-party.

export PATH="${BIN:-$TOP/target/bin}:$PATH"
work=$TOP/target/third-party
kernel=${KTSTR_THIRD_KERNEL:-7.3}
clang=${BPF_CLANG:-clang-19}
unset KTSTR_SIDECAR_DIR KTSTR_RUN_ID KTSTR_CI KTSTR_HISTORY CARGO_TARGET_DIR

die() { echo "${0##*/}: $*" >&2; exit 1; }

# Runs a command such that no other script of this folder runs one here meanwhile.
alone() {
	local lock got=0
	mkdir -p "$work"
	exec {lock}>"$work/.lock" && flock "$lock" || die "no lock on $work/.lock"
	"$@" || got=$?
	exec {lock}>&-
	return "$got"
}

# The package's tarball, into the folder $1. The setup of apt is the one that `harness kernel` made.
fetch_package() { # DIRECTORY debian:VERSION
	local conf=${XDG_CACHE_HOME:-$HOME/.cache}/ktstr/apt/apt.conf
	harness kernel list --offered >/dev/null
	(cd "$1" && APT_CONFIG=$conf apt-get -qq download "linux-source-${2#debian:}" &&
		dpkg-deb -x linux-source-*.deb package && rm linux-source-*.deb)
}

# What of a kernel's source the schedulers and the selftests are built from, into the folder $1.
unpack() { # DIRECTORY TARBALL
	tar -xf "$2" -C "$1" --strip-components=1 --wildcards '*/tools' '*/scripts' '*/include/uapi' '*/arch/x86/include' \
		'*/kernel/bpf/disasm.*' '*/Makefile'
}

# Sets `linux` to the tree that KTSTR_LINUX_SOURCE names: a tree, a tarball of one, or debian:VERSION.
find_linux() {
	local from=${KTSTR_LINUX_SOURCE-} into
	linux=
	[ -n "$from" ] || return 0
	if [ -d "$from" ]; then
		linux=$(cd "$from" && pwd)
		return
	fi
	into=$work/linux-$(basename "$from" | tr -c 'A-Za-z0-9._\n' -)
	alone unpack_once "$into" "$from"
	linux=$into
}

unpack_once() { # DIRECTORY FROM
	[ ! -e "$1/.unpacked" ] || return 0
	rm -rf "$1"
	mkdir -p "$1"
	case $2 in
	debian:*) fetch_package "$1" "$2" && unpack "$1" "$1"/package/usr/src/linux-source-*.tar.* && rm -r "$1/package" ;;
	*) [ -e "$2" ] && unpack "$1" "$2" ;;
	esac || die "KTSTR_LINUX_SOURCE: the kernel's source could not be had from $2"
	touch "$1/.unpacked"
}

# Sets `vmlinux` to the ELF file of the kernel under test, whose types the programs are built with.
find_vmlinux() {
	vmlinux=$(harness kernel list --json | jq -r --arg k "$kernel" \
		'map(select(.incomplete | not) | select(.version == $k or (.version | startswith($k + ".")) or .name == $k)) | .[0].path // empty')/vmlinux
	[ -e "$vmlinux" ] || die "kernel $kernel is not in the store: harness kernel fetch $kernel"
}

build_bpftool() {
	make -s -C "$linux/tools/bpf/bpftool" -j"$(nproc)" OUTPUT="$work/bpftool/" bootstrap >"$work/bpftool.log" 2>&1
}

# Sets `bpftool` to one that can link objects: $BPFTOOL, else the source's, else that of the machine.
find_bpftool() {
	bpftool=${BPFTOOL-}
	[ -z "$bpftool" ] || return 0
	if [ -n "$linux" ]; then
		mkdir -p "$work/bpftool"
		alone build_bpftool ||
			die "bpftool could not be built: see $work/bpftool.log"
		bpftool=$work/bpftool/bootstrap/bpftool
	else
		bpftool=$(command -v bpftool || true)
	fi
}
