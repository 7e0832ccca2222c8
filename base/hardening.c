/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/hardening.h"

#include "base/fs.h"
#include "base/mem.h"

static const char *const sysctls[] = {
	"dev/tty/ldisc_autoload",
	"fs/protected_fifos",
	"fs/protected_hardlinks",
	"fs/protected_regular",
	"fs/protected_symlinks",
	"fs/suid_dumpable",
	"kernel/dmesg_restrict",
	"kernel/kexec_load_disabled",
	"kernel/kptr_restrict",
	"kernel/modules_disabled",
	"kernel/perf_event_paranoid",
	"kernel/randomize_va_space",
	"kernel/unprivileged_bpf_disabled",
	"kernel/unprivileged_userns_clone",
	"kernel/yama/ptrace_scope",
	"net/core/bpf_jit_harden",
	"user/max_user_namespaces",
	"vm/mmap_min_addr",
	"vm/unprivileged_userfaultfd",
};

static const char *const options[] = {
	"CONFIG_BUG_ON_DATA_CORRUPTION",  "CONFIG_CFI_CLANG",
	"CONFIG_CPU_MITIGATIONS",         "CONFIG_FORTIFY_SOURCE",
	"CONFIG_HARDENED_USERCOPY",       "CONFIG_INIT_ON_ALLOC_DEFAULT_ON",
	"CONFIG_INIT_ON_FREE_DEFAULT_ON", "CONFIG_LOCK_DOWN_KERNEL_FORCE_INTEGRITY",
	"CONFIG_RANDOMIZE_BASE",          "CONFIG_RANDOMIZE_KSTACK_OFFSET_DEFAULT",
	"CONFIG_SECURITY_LOCKDOWN_LSM",   "CONFIG_SHUFFLE_PAGE_ALLOCATOR",
	"CONFIG_SLAB_FREELIST_HARDENED",  "CONFIG_SLAB_FREELIST_RANDOM",
	"CONFIG_SLAB_MERGE_DEFAULT",      "CONFIG_STACKPROTECTOR_STRONG",
	"CONFIG_STRICT_KERNEL_RWX",       "CONFIG_VMAP_STACK",
};

/* "none [integrity] confidentiality": the choice in brackets. The caller frees. */
static char *chosen(const char *line)
{
	const char *from = strchr(line, '['), *to = from ? strchr(from, ']') : NULL;

	return to ? xstrndup(from + 1, (size_t)(to - from - 1)) : xstrdup(line);
}

static void read_modules(int rootfd, struct strmap *out)
{
	_cleanup_free_ char *lockdown = fs_read_line(rootfd, "sys/kernel/security/lockdown");
	_cleanup_free_ char *lsm = fs_read_line(rootfd, "sys/kernel/security/lsm");

	if (lockdown) {
		_cleanup_free_ char *level = chosen(lockdown);

		strmap_set(out, "lockdown", level);
	}
	if (lsm)
		strmap_set(out, "lsm", lsm);
}

void hardening_read(int rootfd, struct strmap *out)
{
	read_modules(rootfd, out);
	for (size_t i = 0; i < ARRAY_SIZE(sysctls); i++) {
		_cleanup_free_ char *path = xasprintf("proc/sys/%s", sysctls[i]);
		_cleanup_free_ char *value = fs_read_line(rootfd, path);
		_cleanup_free_ char *key = xstrdup(sysctls[i]);

		for (char *c = key; *c; c++)
			*c = *c == '/' ? '.' : *c;
		if (value)
			strmap_set(out, key, value);
	}
}

void hardening_of_config(const char *config, struct strmap *out)
{
	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		_cleanup_free_ char *line = xasprintf("\n%s=", options[i]);
		const char *at = strstr(config, line);
		_cleanup_free_ char *value = NULL;

		if (!at)
			continue;
		at += strlen(line);
		value = xstrndup(at, strcspn(at, "\n"));
		strmap_set(out, options[i], value);
	}
}
