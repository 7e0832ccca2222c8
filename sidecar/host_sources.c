/* SPDX-License-Identifier: GPL-2.0-only */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/fs.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/parse.h"
#include "sidecar/host_sources.h"

#define CPU_MAX 65535

static char *trimmed(const char *s, size_t n)
{
	while (n && isspace((unsigned char)*s))
		s++, n--;
	while (n && isspace((unsigned char)s[n - 1]))
		n--;
	return n ? xstrndup(s, n) : NULL;
}

char *host_key_value(const char *text, const char *key)
{
	size_t n = strlen(key);

	for (const char *line = text; *line;) {
		size_t len = strcspn(line, "\n");
		const char *colon = memchr(line, ':', len);

		if (colon && strncmp(line, key, n) == 0 &&
		    strspn(line + n, " \t") == (size_t)(colon - line) - n)
			return trimmed(colon + 1, len - (size_t)(colon + 1 - line));
		line += len + (line[len] == '\n');
	}
	return NULL;
}

uint64_t host_key_number(const char *text, const char *key)
{
	_cleanup_free_ char *value = host_key_value(text, key);
	struct err ignored = ERR_INIT;
	uint64_t out;

	if (!value)
		return U64_NONE;
	value[strcspn(value, " \t")] = '\0';
	return parse_u64(value, key, 0, UINT64_MAX - 1, &out, &ignored) < 0 ? U64_NONE : out;
}

/* PRETTY_NAME="Debian GNU/Linux 12 (bookworm)" (os-release(5)) */
static char *pretty_name(const char *text)
{
	_cleanup_strv_ struct strv lines = STRV_INIT;

	strv_split(&lines, text, "\n");
	strv_each (&lines, i) {
		const char *v = lines.v[i] + strlen("PRETTY_NAME=");
		size_t n;

		if (!starts_with(lines.v[i], "PRETTY_NAME="))
			continue;
		n = strlen(v);
		if (n >= 2 && (*v == '"' || *v == '\'') && v[n - 1] == *v)
			return trimmed(v + 1, n - 2);
		return trimmed(v, n);
	}
	return NULL;
}

char *host_os_name(int rootfd)
{
	static const char *const paths[] = { "etc/os-release", "usr/lib/os-release" };

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
		struct err ignored = ERR_INIT;

		if (fs_read(rootfd, paths[i], 1 << 16, &b, &ignored) == 0)
			return pretty_name(strbuf_cstr(&b));
	}
	return NULL;
}

uint32_t host_numa_nodes(int rootfd)
{
	_cleanup_free_ char *list = fs_read_line(rootfd, "sys/devices/system/node/has_cpu");
	_cleanup_free_ uint32_t *nodes = NULL;
	struct err ignored = ERR_INIT;
	size_t n = 0;

	if (!list || parse_cpulist(list, "nodes", CPU_MAX, &nodes, &n, &ignored) < 0 || !n)
		return 1;
	return (uint32_t)n;
}

/* What DMI calls the machine → what the hypervisor is called. */
static const struct {
	const char *text, *name;
} dmi_names[] = {
	{ "KVM", "kvm" },
	{ "QEMU", "qemu" },
	{ "VMware", "vmware" },
	{ "VirtualBox", "virtualbox" },
	{ "Xen", "xen" },
	{ "Bochs", "bochs" },
	{ "Parallels", "parallels" },
	{ "Amazon EC2", "amazon" },
	{ "Google", "google" },
	{ "Microsoft Corporation", "hyper-v" },
	{ "Firecracker", "firecracker" },
	{ "Apple Virtualization", "apple" },
};

static const char *dmi_hypervisor(int rootfd)
{
	static const char *const files[] = { "product_name", "sys_vendor", "board_vendor",
		                             "bios_vendor" };

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		_cleanup_free_ char *path = xasprintf("sys/class/dmi/id/%s", files[i]);
		_cleanup_free_ char *line = fs_read_line(rootfd, path);

		for (size_t k = 0; line && k < ARRAY_SIZE(dmi_names); k++)
			if (strstr(line, dmi_names[k].text))
				return dmi_names[k].name;
	}
	return NULL;
}

static bool has_word(const char *text, const char *word)
{
	_cleanup_strv_ struct strv words = STRV_INIT;

	strv_split(&words, text, " \t");
	return strv_has(&words, word);
}

/* DMI alone proves nothing (Amazon and Google also rent bare metal): the CPU's flag decides. */
char *host_virtualization(int rootfd, const char *cpu_flags)
{
	_cleanup_free_ char *type = fs_read_line(rootfd, "sys/hypervisor/type");
	const char *dmi;

	if (type && *type)
		return steal_ptr(&type);
	if (!cpu_flags)
		return NULL;
	if (!has_word(cpu_flags, "hypervisor"))
		return xstrdup("none");
	dmi = dmi_hypervisor(rootfd);
	return xstrdup(dmi ? dmi : "unknown");
}

void host_cpu_line(int rootfd, const char *cpu, const char *file, struct strmap *out)
{
	_cleanup_free_ char *path = xasprintf("sys/devices/system/cpu/%s/%s", cpu, file);
	_cleanup_free_ char *line = fs_read_line(rootfd, path);

	if (line && *line)
		strmap_set(out, cpu, line);
}

static bool is_file(int rootfd, const char *path)
{
	struct stat st;

	return fstatat(rootfd, path, &st, 0) == 0 && S_ISREG(st.st_mode);
}

void host_dir_lines(int rootfd, const char *dir, const char *prefix, const char *key_prefix,
                    struct strmap *out)
{
	_cleanup_strv_ struct strv names = STRV_INIT;
	struct err ignored = ERR_INIT;

	if (fs_list(rootfd, dir, &names, &ignored) < 0)
		return;
	strv_each (&names, i) {
		_cleanup_free_ char *path = fs_join(dir, names.v[i]);
		_cleanup_free_ char *key = xasprintf("%s%s", key_prefix, names.v[i]);
		_cleanup_free_ char *line = NULL;

		/* debugfs has the state of every run queue there too: long, and no tunable */
		if (!starts_with(names.v[i], prefix) || streq(names.v[i], "debug") ||
		    !is_file(rootfd, path))
			continue;
		line = fs_read_line(rootfd, path);
		if (line && *line)
			strmap_set(out, key, line);
	}
}

/* CPUs' worth of "50000 100000"; infinite for "max …". */
static double quota(const char *cpu_max)
{
	uint64_t us, period;

	if (sscanf(cpu_max, "%" SCNu64 " %" SCNu64, &us, &period) != 2 || !period)
		return INFINITY;
	return (double)us / (double)period;
}

/* The path of the unified hierarchy in /proc/self/cgroup: "0::/user.slice/x". */
static char *own_cgroup(int rootfd)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	_cleanup_strv_ struct strv lines = STRV_INIT;
	struct err ignored = ERR_INIT;

	if (fs_read(rootfd, "proc/self/cgroup", 1 << 16, &b, &ignored) < 0)
		return NULL;
	strv_split(&lines, strbuf_cstr(&b), "\n");
	strv_each (&lines, i)
		if (starts_with(lines.v[i], "0::/") && !strstr(lines.v[i], "/../"))
			return xstrdup(lines.v[i] + 3);
	return NULL;
}

char *host_cgroup_cpu_max(int rootfd)
{
	_cleanup_free_ char *path = own_cgroup(rootfd);
	char *best = NULL;

	while (path && *path) {
		_cleanup_free_ char *file = xasprintf("sys/fs/cgroup%s/cpu.max", path);
		char *line = fs_read_line(rootfd, file);

		if (line && quota(line) < (best ? quota(best) : INFINITY)) {
			free(best);
			best = steal_ptr(&line);
		}
		free(line);
		*strrchr(path, '/') = '\0';
	}
	return best;
}
