# SPDX-License-Identifier: GPL-2.0-only
# For cases about kernels, sourced by them: an archive and a mirror of their own, so that no case asks
# the network. Leaves ./tools first in PATH, and a HOME without kernels.

mkdir -p tools home
PATH=$PWD/tools:$PATH
export HOME=$PWD/home

# An apt whose archive offers the kernels named ("6.17.13"); all of it is a text.
fake_apt()
{
	printf 'linux-image-%s+deb13-cloud-amd64\n' "$@" >tools/packages
	cat >tools/apt-get <<-'END'
	#!/bin/sh
	case $* in
	*indextargets*) echo 'Debian|main|Debian|http://127.0.0.1:9/debian|/nowhere.sources:1' ;;
	*update*) ;;
	*) echo "E: the test's apt cannot $*" >&2; exit 100 ;;
	esac
	END
	cat >tools/apt-cache <<-'END'
	#!/bin/sh
	shift 2 # -c FILE
	case $1 in
	pkgnames) cat "$(dirname "$0")/packages" ;;
	madison) shift; printf '%s | 1 | http://127.0.0.1:9/debian testing/main amd64 Packages\n' "$@" ;;
	*) exit 100 ;;
	esac
	END
	chmod +x tools/apt-get tools/apt-cache
}

# Programs a kernel's build asks for, where this machine does not have them: the fake one runs none.
fake_tools()
{
	local t
	for t in flex bison bc pahole; do
		command -v $t >/dev/null || { printf '#!/bin/sh\n' >tools/$t && chmod +x tools/$t; }
	done
	command -v curl >/dev/null || command -v wget >/dev/null || {
		echo "neither curl nor wget" >&2
		exit 77
	}
}

# fake_source VERSION: ./linux-VERSION, whose Makefile has a kernel's targets and takes no time.
fake_source()
{
	mkdir -p "linux-$1"
	cat >"linux-$1/Makefile" <<-'END'
	.RECIPEPREFIX = >
	VERSION = 6
	PATCHLEVEL = 14

	allnoconfig:
	> @grep -v CONFIG_PVH= $(KCONFIG_ALLCONFIG) >$(O)/.config
	olddefconfig:
	> @echo '# configured' >>$(O)/.config
	$(O)/fork.o:
	> @echo '  CC      kernel/fork.o'
	> @echo compiled >>$(O)/compiled
	> @touch $(O)/fork.o
	bzImage: $(O)/fork.o
	> @test ! -p gate || { touch $(O)/waits; cat gate; }
	> @test ! -e fail || { echo 'kernel/fork.c:7:1: error: no semicolon'; exit 1; }
	> @echo made >>$(O)/times
	> @mkdir -p $(O)/arch/x86/boot
	> @echo 'const char v[] = "Linux version RELEASE (me)"; int main(void) { return 0; }' | \
	> gcc -x c - -nostdlib -static -no-pie -Wl,-e,main -o $(O)/arch/x86/boot/bzImage
	> @echo '  BUILD   arch/x86/boot/bzImage'
	END
	sed -i "s/RELEASE/$1/" "linux-$1/Makefile"
}

# mirror VERSION...: serves sources under a mirror's names; MIRROR is its address.
mirror()
{
	local v
	mkdir -p www/v6.x
	for v; do
		fake_source "$v"
		tar -cJf "www/v6.x/linux-$v.tar.xz" "linux-$v"
		rm -r "linux-$v"
	done
	perl "$TOP/tests/cli/httpd.pl" www >port &
	trap 'kill $!' EXIT
	until [ -s port ]; do sleep 0.05; done
	MIRROR=http://127.0.0.1:$(cat port)
	export KTSTR_KERNEL_MIRROR=$MIRROR
}

# Hashes, times and places that differ from run to run read the same.
plain()
{
	sed -e 's/~[0-9a-f]\{8\}/~HASH/g' -e "s|${MIRROR:-no mirror}|MIRROR|g" -e "s|$HOME|HOME|g" \
		-e 's/on [0-9]* CPUs: about [0-9]* minutes/on N CPUs: about N minutes/' \
		-e 's/on [0-9]* CPUs/on N CPUs/' -e 's|builds/[0-9a-f]*|builds/KEY|' \
		-e 's/was built in [0-9:]*, which took [0-9]* /was built in TIME, which took N /' \
		-e 's/commit [0-9a-f]\{7\}/commit COMMIT/'
}

# with_btf: the kernels in the store do not say that they lack BTF, which a scheduler needs.
with_btf() { sed -i 's/"btf": [a-z]*/"btf": null/' home/.cache/ktstr/kernels/*/metadata.json; }
