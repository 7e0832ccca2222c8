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
	if [ ! -e "$into/.unpacked" ]; then
		rm -rf "$into"
		mkdir -p "$into"
		case $from in
		debian:*) fetch_package "$into" "$from" && unpack "$into" "$into"/package/usr/src/linux-source-*.tar.* && rm -r "$into/package" ;;
		*) [ -e "$from" ] || die "KTSTR_LINUX_SOURCE: no such file or folder: $from"; unpack "$into" "$from" ;;
		esac
		touch "$into/.unpacked"
	fi
	linux=$into
}

# Sets `vmlinux` to the ELF file of the kernel under test, whose types the programs are built with.
find_vmlinux() {
	vmlinux=$(harness kernel list --json | jq -r --arg k "$kernel" \
		'map(select(.incomplete | not) | select(.version == $k or (.version | startswith($k + ".")) or .name == $k)) | .[0].path // empty')/vmlinux
	[ -e "$vmlinux" ] || die "kernel $kernel is not in the store: harness kernel fetch $kernel"
}

# Sets `bpftool` to one that can link objects: $BPFTOOL, else the source's, else that of the machine.
find_bpftool() {
	bpftool=${BPFTOOL-}
	[ -z "$bpftool" ] || return 0
	if [ -n "$linux" ]; then
		mkdir -p "$work/bpftool"
		make -s -C "$linux/tools/bpf/bpftool" -j"$(nproc)" OUTPUT="$work/bpftool/" bootstrap >"$work/bpftool.log" 2>&1 ||
			die "bpftool could not be built: see $work/bpftool.log"
		bpftool=$work/bpftool/bootstrap/bpftool
	else
		bpftool=$(command -v bpftool || true)
	fi
}
