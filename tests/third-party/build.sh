# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# How the schedulers are built. Each function returns 1 if its source is not at hand, and ends the script if it does
# not compile.

# The kernel's own makefile builds objects and programs of tools/sched_ext at once.
build_linux() {
	[ -n "$linux" ] || return 1
	[ -z "${built_linux-}" ] || return 0
	mkdir -p "$work/tools"
	make -s -C "$linux/tools/sched_ext" -j"$(nproc)" O="$work/tools" BPFTOOL="$bpftool" VMLINUX_BTF="$vmlinux" \
		CLANG="$clang" >"$work/tools.log" 2>&1 || die "tools/sched_ext could not be built: see $work/tools.log"
	built_linux=1
}

# The kernel's types as a header, for sources that bring none.
make_types() {
	[ ! "$work/include/vmlinux.h" -nt "$vmlinux" ] || return 0
	mkdir -p "$work/include"
	"$bpftool" btf dump file "$vmlinux" format c >"$work/include/vmlinux.h"
}

# compile_scx FOLDER SOURCE OBJECT: one source of sched-ext/scx, with the flags its own build has.
compile_scx() {
	local s=$KTSTR_SCX/scheds
	"$clang" -g -O2 -target bpf -mcpu=v3 -mlittle-endian -D__TARGET_ARCH_x86 -w -I"$work/include" -I"$s/include" \
		-I"$s/include/bpf-compat" -I"$s/include/lib" -I"$KTSTR_SCX/lib" -I"$1/src/bpf" -I"$TOP/target/deps/libbpf/usr/include" \
		-idirafter "/usr/include/$(gcc -print-multiarch)" -c "$1/$2" -o "$3" 2>>"$work/scx.log" ||
		die "$1/$2 does not compile: see $work/scx.log"
}

# build_scx NAME: build.rs of a scheduler says which sources make its object. They are compiled one by one and linked.
build_scx() {
	local folder source parts=() to=$work/scx/scx_$1.bpf.o
	[ -n "${KTSTR_SCX-}" ] && [ -n "$bpftool" ] || return 1
	folder=$(find "$KTSTR_SCX/scheds" -maxdepth 2 -name "scx_$1" -print -quit)
	[ -n "$folder" ] || return 1
	[ ! -e "$to" ] || [ -n "$(find -L "$folder/src/bpf" "$KTSTR_SCX/lib" "$work/include" -newer "$to" -print -quit)" ] || return 0
	make_types
	mkdir -p "$work/scx"
	for source in $(sed -n -e 's/.*enable_skel("\([^"]*\)".*/\1/p' -e 's/.*add_source("\([^"]*\)".*/\1/p' "$folder/build.rs"); do
		parts+=("$work/scx/$1.${#parts[@]}.o")
		compile_scx "$folder" "$source" "${parts[-1]}"
	done
	"$bpftool" gen object "$to" "${parts[@]}"
	rm "${parts[@]}"
}
