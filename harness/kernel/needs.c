/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/kernel/needs.h"

#include "base/fs.h"
#include "base/mem.h"
#include "harness/kernel/kconfig.h"
#include "harness/kernel/kernel.h"

#define CONFIG_MAX_BYTES (16u << 20)
#define NAMED            3 /* named in the message; the others are only counted */

/* If one of these is missing, the guest's init does not start or cannot reach the host. The VM has
 * no disk and no network, so it needs no other driver. */
static const struct {
	const char *option, *what_for;
} needs[] = {
	{ "CONFIG_BLK_DEV_INITRD", "the initramfs" },
	{ "CONFIG_BINFMT_ELF", "programs" },
	{ "CONFIG_PCI", "the shared memory that results come through" },
	{ "CONFIG_X86_IOPL_IOPERM", "fw_cfg, which the job comes through" },
	{ "CONFIG_PROC_FS", "/proc" },
	{ "CONFIG_SYSFS", "/sys" },
	{ "CONFIG_DEVTMPFS", "/dev" },
	{ "CONFIG_CGROUPS", "control groups" },
	{ "CONFIG_SERIAL_8250_CONSOLE", "the console" },
};

int needs_check(const char *config, struct err *err)
{
	_cleanup_strv_ struct strv lacks = STRV_INIT;
	_cleanup_free_ char *list = NULL;
	size_t more = 0;

	for (size_t i = 0; i < ARRAY_SIZE(needs); i++) {
		_cleanup_free_ char *value = kconfig_value(config, needs[i].option);

		if (value && streq(value, "y"))
			continue;
		if (lacks.n < NAMED)
			strv_addf(&lacks, "%s=y for %s (it is %s)", needs[i].option,
			          needs[i].what_for, value ? "a module" : "off");
		else
			more++;
	}
	if (!lacks.n)
		return 0;
	if (more)
		strv_addf(&lacks, "%zu more", more);
	list = strv_join(&lacks, ", ");
	return err_set(err, ERR_UNSUPPORTED, "it needs %s", list);
}

const char *kernel_lacks(const struct kernel *k)
{
	return k->sched_ext == 0 ? "sched_ext" : k->btf == 0 ? "BTF (CONFIG_DEBUG_INFO_BTF)" : NULL;
}

int kernel_check(const struct kernel *k, struct err *err)
{
	_cleanup_strbuf_ struct strbuf config = STRBUF_INIT;

	if (!k->config)
		return 0;
	if (fs_read(AT_FDCWD, k->config, CONFIG_MAX_BYTES, &config, err) < 0 ||
	    needs_check(strbuf_cstr(&config), err) < 0)
		return err_wrap(err, "kernel %s", k->name);
	return 0;
}
