#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# make deps installs what the build and the programs need; `deps.sh check` also installs what the tests
# run as payloads. Debian packages come through apt-get (root or sudo). If Debian's QEMU is too old,
# packages from backports are unpacked under target/deps; if its libbpf is, the newest of Debian's source
# packages is built there. The system's configuration stays as it is:
# these downloads have an apt state of their own, with mirror and keyring read from the machine's apt
# configuration. Writes target/deps/deps.mk (for make) and target/deps/qemu.conf (for the programs). It
# may run again at any time.

set -eu
export LC_ALL=C

MIN_LIBBPF=1.4  # loads a sched_ext scheduler
NEW_LIBBPF=1.7  # loads today's objects, too (globals in arenas)
MIN_QEMU=10

# package | what it is for
packages() {
	cat <<-LIST
	gcc|the compiler
	make|the build
	pkg-config|finding the libraries below
	git|the commit a run belongs to
	ca-certificates|mirrors over https
	libjson-c-dev|JSON
	libgit2-dev|the project commit in the run key
	libarchive-dev|initramfs archives, .deb files, compressed kernels
	libyaml-dev|scenario files
	libpopt-dev|command-line options
	libmd-dev|SHA-256
	libelf-dev|needed by libbpf; finds the libraries of payloads
	libpcre2-dev|finds metrics in the output of payloads
	zlib1g-dev|needed by libelf
	libzstd-dev|needed by libelf
	bzip2|unpacking Debian's source packages
	xz-utils|unpacking Debian's source packages
	check|unit tests
	clang|the second compiler of make check
	libclang-rt-dev|clang's sanitizers and fuzzer, for make fuzz
	clang-19|BPF objects (struct_ops needs a recent LLVM)
	clang-format|make check-format
	universal-ctags|make check-size
	jq|the command-line tests
	LIST
	[ "$with" != check ] || cat <<-LIST
	rt-tests|hackbench and cyclictest, payloads of tests
	stress-ng|a payload of tests
	rt-app|a payload of tests
	curl|command-line tests that fetch a kernel's source from the loopback
	libxml2-utils|xmllint, which reads the JUnit XML in tests
	man-db|reads the manual pages in tests
	perl|TAP::Parser, which reads the KTAP in tests
	LIST
}
with=${1:-}

top=$(cd "$(dirname "$0")/.." && pwd)
deps=$top/target/deps
mkdir -p "$deps"
arch=$(dpkg --print-architecture 2>/dev/null) || {
	echo "deps: no dpkg: this script supports Debian only; install by hand:" \
		"$(packages | cut -d'|' -f1 | tr '\n' ' ') libbpf >= $MIN_LIBBPF, QEMU >= $MIN_QEMU" >&2
	exit 1
}
triplet=$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo "$(uname -m)-linux-gnu")
codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
say() { printf 'deps: %s\n' "$*"; }
die() { printf 'deps: %s\n' "$*" >&2; exit 1; }
at_least() { dpkg --compare-versions "${1:-0}" ge "$2"; }

system_libbpf() { env -u PKG_CONFIG_PATH pkg-config --modversion libbpf 2>/dev/null || true; }
qemu_version() { "$@" --version 2>/dev/null | sed -n 's/.*version \([0-9][0-9.]*\).*/\1/p;q'; }
system_qemu() { command -v qemu-system-x86_64 || true; }
# The version that apt would install, without the epoch.
candidate() { apt-cache policy "$1" | sed -n 's/^ *Candidate: \([0-9]*:\)\{0,1\}\([0-9].*\)/\2/p'; }

exec 9>"$deps/.lock"
flock 9

# --- is everything there already? -----------------------------------------------------------------

stamp=$deps/.stamp
fingerprint=$(cat "$0" /etc/os-release | sha256sum | cut -d' ' -f1)

missing_packages() {
	have=$(dpkg-query -W -f '${db:Status-Status} ${binary:Package}\n' |
		sed -n 's/^installed \([^:]*\).*/\1/p')
	packages | while IFS='|' read -r name why; do
		printf '%s\n' "$have" | grep -qxF "$name" || printf '%s|%s\n' "$name" "$why"
	done
}

private_qemu() {
	env LD_LIBRARY_PATH="$deps/qemu/usr/lib/$triplet" "$deps/qemu/usr/bin/qemu-system-x86_64" "$@"
}

private_libbpf() { cat "$deps/libbpf/version" 2>/dev/null || true; }
libbpf_ready() {
	at_least "$(system_libbpf)" $NEW_LIBBPF || [ -n "$(private_libbpf)" ]
}
qemu_ready() {
	{ [ -n "$(system_qemu)" ] && at_least "$(qemu_version "$(system_qemu)")" $MIN_QEMU; } ||
		{ [ -x "$deps/qemu/usr/bin/qemu-system-x86_64" ] && [ -n "$(qemu_version private_qemu)" ]; }
}

missing=$(missing_packages)
if [ -z "$missing" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$fingerprint" ] &&
	[ -s "$deps/deps.mk" ] && [ -s "$deps/qemu.conf" ] && libbpf_ready && qemu_ready; then
	say "everything is installed"
	exit 0
fi

# --- system packages ----------------------------------------------------------------------

root=env # put before a command that needs root; env changes nothing
if [ "$(id -u)" != 0 ]; then
	if command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
		root=sudo
	else
		root=none
	fi
fi

apt_updated=
apt_update() {
	[ -z "$apt_updated" ] || return 0
	apt_updated=yes
	[ $root = none ] || $root apt-get -qq update || die "apt-get update failed (see above)"
}

if [ -n "$missing" ] || ! libbpf_ready || ! qemu_ready; then
	apt_update
fi
# Debian's own package is preferred if it is new enough.
if ! libbpf_ready && at_least "$(candidate libbpf-dev)" $NEW_LIBBPF; then
	missing="$missing
libbpf-dev|loading sched_ext schedulers"
fi
if ! qemu_ready && at_least "$(candidate qemu-system-x86)" $MIN_QEMU; then
	missing="$missing
qemu-system-x86|the virtual machines"
fi
missing=$(printf '%s\n' "$missing" | sed '/^$/d')

if [ -n "$missing" ]; then
	names=$(printf '%s\n' "$missing" | cut -d'|' -f1 | tr '\n' ' ')
	[ $root != none ] || die "neither root nor sudo; install these packages first: $names"
	printf '%s\n' "$missing" | while IFS='|' read -r name why; do say "installing $name: $why"; done
	# shellcheck disable=SC2086 # a list of names
	$root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o Dpkg::Use-Pty=0 \
		--no-install-recommends install $names </dev/null >"$deps/apt-install.log" 2>&1 || {
		tail -n 5 "$deps/apt-install.log" >&2
		die "apt-get install failed (full log: $deps/apt-install.log)"
	}
fi

# --- private copies from backports ---------------------------------------------------------------

# The source entry of Debian's own release on this machine: "REPO-URI FILE:ENTRY".
machine_source() {
	apt-get indextargets --format '$(RELEASE)|$(COMPONENT)|$(ORIGIN)|$(REPO_URI)|$(SOURCESENTRY)' |
		awk -F '|' -v c="$codename" '
			$1 == c && $2 == "main" && ($3 == "Debian" || $3 !~ /./ || $3 ~ /^\$/) {
				print $4, $5; exit }'
}

# Prints the Signed-By of an entry as an option of a one-line source, or nothing if it has none. A key
# inside the .sources file itself is copied to a file under target/deps.
signed_by() {
	file=${1%:*} entry=${1##*:}
	case $file in
	*.sources)
		awk -v n="$entry" 'BEGIN { RS = ""; FS = "\n" } NR == n' "$file" |
			sed -n '/^[Ss]igned-[Bb]y:/,/^[^ ]/{/^[Ss]igned-[Bb]y:/s/^[^:]*: *//p;/^ /p}' \
				>"$deps/apt/signed-by"
		if grep -q 'BEGIN PGP' "$deps/apt/signed-by"; then
			sed 's/^ *//;s/^\.$//' "$deps/apt/signed-by" >"$deps/apt/machine.asc"
			echo "signed-by=$deps/apt/machine.asc"
		elif [ -s "$deps/apt/signed-by" ]; then
			echo "signed-by=$(tr -s ' \n' ',,' <"$deps/apt/signed-by" | sed 's/,$//')"
		fi
		;;
	*) sed -n "${entry}s/.*\(signed-by=[^] ]*\).*/\1/p" "$file" ;;
	esac
}

apt_private() {
	tool=$1
	shift
	"$tool" -qq -o Dir::Etc::sourcelist="$deps/apt/sources.list" -o Dir::Etc::sourceparts=- \
		-o Dir::State="$deps/apt/state" -o Dir::State::lists="$deps/apt/lists" \
		-o Dir::State::status=/var/lib/dpkg/status -o Dir::Cache="$deps/apt/cache" \
		-o Dir::Cache::archives="$deps/apt/archives" -o Debug::NoLocking=1 \
		-o APT::Sandbox::User="$(id -un)" -o APT::Install-Recommends=0 \
		-o Acquire::Languages=none -o Dpkg::Use-Pty=0 "$@"
}

private_ready=
private_sources() {
	[ -z "$private_ready" ] || return 0
	private_ready=yes
	mkdir -p "$deps/apt/lists/partial" "$deps/apt/archives/partial" "$deps/apt/state" "$deps/apt/cache"
	source=$(machine_source)
	[ -n "$source" ] || die "no source of $codename/main in the machine's apt configuration"
	uri=${source%% *}
	opt=$(signed_by "${source#* }")
	for suite in "$codename" "$codename-updates" "$codename-backports"; do
		printf 'deb %s%s %s main\n' "${opt:+[$opt] }" "$uri" "$suite"
	done >"$deps/apt/sources.list"
	apt_private apt-get update || die "cannot read $codename-backports from the machine's mirror"
}

# Unpacks packages, and those they need that this machine lacks, into target/deps/NAME.
unpack_private() {
	name=$1
	shift
	private_sources
	rm -rf "$deps/apt/archives/"*.deb "$deps/$name.new"
	apt_private apt-get -y -t "$codename-backports" --download-only --reinstall install "$@" \
		>/dev/null || die "cannot download $* from $codename-backports"
	mkdir -p "$deps/$name.new"
	for deb in "$deps/apt/archives/"*.deb; do
		dpkg-deb -x "$deb" "$deps/$name.new"
	done
	if [ -d "$deps/$name.new/lib" ]; then # one folder for all libraries
		cp -a "$deps/$name.new/lib/." "$deps/$name.new/usr/lib/"
	fi
	rm -rf "${deps:?}/$name" "$deps/$name.new/lib" "$deps/$name.new/usr/share/doc" \
		"$deps/$name.new/usr/share/man" "$deps/apt/archives/"*.deb
	mv "$deps/$name.new" "$deps/$name"
}

# Unpacks the source that Debian has of a package in a suite: source_of PACKAGE SUITE FOLDER.
source_of() {
	private_sources
	rm -rf "$3" && mkdir -p "$3" "$deps/apt/lists-source/partial"
	printf 'deb-src %s%s %s main\n' "${opt:+[$opt] }" "$uri" "$2" >"$deps/apt/source.list"
	from_source() {
		apt_private "$@" -o Dir::Etc::sourcelist="$deps/apt/source.list" \
			-o Dir::State::lists="$deps/apt/lists-source"
	}
	from_source apt-get update && (cd "$3" && from_source apt-get --download-only source "$1") &&
		tar -x -C "$3" -f "$3"/*.orig.tar.*[!c]
}

# The newest libbpf of Debian's suites, built from its source package: the binary packages of newer
# suites need a newer C library than this machine has.
build_libbpf() {
	work=$deps/libbpf.new
	rm -rf "$work"
	source_of libbpf unstable "$work/src" || return 1
	make -s -C "$work"/src/libbpf-*/src BUILD_STATIC_ONLY=1 CFLAGS='-O2 -g -fPIC' PREFIX=/usr \
		LIBDIR="/usr/lib/$triplet" DESTDIR="$work" install >"$deps/libbpf.log" 2>&1 || {
		tail -n 5 "$deps/libbpf.log" >&2
		return 1
	}
	sed -n 's/^Version: *//p' "$work/usr/lib/$triplet/pkgconfig/libbpf.pc" >"$work/version"
	rm -rf "${deps:?}/libbpf" "$work/src"
	mv "$work" "$deps/libbpf"
}

# Whether a static program can use libelf: links one against libelf.a and what else is named.
libelf_links() {
	printf '#include <libelf.h>\n%s\n' 'int main(void) { return elf_end(elf_begin(0, ELF_C_READ, 0)); }' |
		gcc -x c - -static -o "$deps/.libelf" -x none -lelf "$@" -lz -lzstd 2>"$deps/libelf.log"
}

# Debian 13's libelf.a lacks an object that it needs itself, the one of eu-search.c. It is compiled from the
# source package of that libelf.
build_libeu() {
	work=$deps/libelf.new
	source_of elfutils "$codename" "$work/src" || return 1
	(cd "$work"/src/elfutils-*/lib && gcc -O2 -g -D_GNU_SOURCE -I. -c -o "$work/eu-search.o" eu-search.c) \
		2>"$deps/libelf.log" && ar rcs "$work/libeu.a" "$work/eu-search.o" || return 1
	rm -rf "${deps:?}/libelf" "$work/src"
	mv "$work" "$deps/libelf"
}

libelf_vars='DEPS_AGENT_LIBS :='
if ! libelf_links; then
	[ -e "$deps/libelf/libeu.a" ] && libelf_links "$deps/libelf/libeu.a" || {
		say "compiling what the system's libelf.a lacks (eu-search.c of elfutils)"
		build_libeu && libelf_links "$deps/libelf/libeu.a" || {
			tail -n 5 "$deps/libelf.log" >&2
			die "no static program links with libelf (see above): the guest's agent is one"
		}
	}
	libelf_vars='DEPS_AGENT_LIBS := $(DEPS_DIR)/libelf/libeu.a'
fi
rm -f "$deps/.libelf"
if ! libbpf_ready; then
	say "building libbpf from Debian's newest source package: the system's is older than $NEW_LIBBPF" \
		"and cannot load every scheduler object of today"
	build_libbpf || {
		say "that did not work: taking the one of $codename-backports" \
			"(objects with globals in an arena will not load)"
		unpack_private libbpf libbpf-dev libbpf1
		sed -n 's/^Version: *//p' "$deps/libbpf/usr/lib/$triplet/pkgconfig/libbpf.pc" \
			>"$deps/libbpf/version"
	}
	at_least "$(private_libbpf)" $MIN_LIBBPF || die "libbpf is older than $MIN_LIBBPF"
fi
if ! qemu_ready; then
	say "unpacking QEMU from $codename-backports: one older than $MIN_QEMU crashes guests that load a" \
		"scheduler"
	unpack_private qemu qemu-system-x86 qemu-system-common qemu-system-data seabios
	qemu_ready || die "the private QEMU does not start: $(private_qemu --version 2>&1 | tail -n 1)"
fi

# --- files for make and the programs -------------------------------------------------------------

if at_least "$(system_libbpf)" $NEW_LIBBPF; then
	libbpf_vars='DEPS_PKG :=
DEPS_BPF_CFLAGS :='
else
	mkdir -p "$deps/pkgconfig"
	sed -e 's|^prefix=.*|prefix=${pcfiledir}/../libbpf/usr|' \
		-e "s|^libdir=.*|libdir=\${prefix}/lib/$triplet|" \
		"$deps/libbpf/usr/lib/$triplet/pkgconfig/libbpf.pc" >"$deps/pkgconfig/libbpf.pc"
	libbpf_vars='DEPS_PKG := PKG_CONFIG_PATH=$(DEPS_DIR)/pkgconfig
DEPS_BPF_CFLAGS := -I$(DEPS_DIR)/libbpf/usr/include'
fi

if [ -n "$(system_qemu)" ] && at_least "$(qemu_version "$(system_qemu)")" $MIN_QEMU; then
	printf 'qemu=%s\n' "$(system_qemu)"
else # paths are relative to qemu.conf
	cat <<-CONF
	qemu=qemu/usr/bin/qemu-system-x86_64
	firmware=qemu/usr/share/seabios
	firmware=qemu/usr/share/qemu
	libraries=qemu/usr/lib/$triplet
	CONF
fi >"$deps/qemu.conf.new"
mv "$deps/qemu.conf.new" "$deps/qemu.conf"

for cc in clang-19 clang-20 clang-21 clang-18 clang; do
	command -v $cc >/dev/null && break
done
cat >"$deps/deps.mk.new" <<MK
# Written by scripts/deps.sh.
DEPS_DIR := \$(patsubst %/,%,\$(dir \$(lastword \$(MAKEFILE_LIST))))
$libbpf_vars
$libelf_vars
BPF_CLANG := $cc
MK
mv "$deps/deps.mk.new" "$deps/deps.mk"
echo "$fingerprint" >"$stamp"
say "ready (arch $arch)"
