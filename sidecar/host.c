/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/hardening.h"
#include "base/mem.h"
#include "base/parse.h"
#include "sidecar/host.h"
#include "sidecar/host_sources.h"
#include "sidecar/mount.h"

#define ST       JSON_STATE
#define CPU      "sys/devices/system/cpu/"
#define TEXT_MAX (16u << 20)
#define CPU_MAX  65535
#define F(n_, k_, f_, u_, d_)                                                                      \
	{                                                                                          \
#n_, JSON_##k_, offsetof(struct host, n_), .flags = JSON_OPTIONAL | (f_),          \
							   .unit = (u_), .doc = (d_)               \
	}

/* clang-format off */
static const struct json_field host_fields[] = {
	F(kernel_name, STR, 0, NULL, "uname -s"),
	F(kernel_release, STR, 0, NULL, "uname -r"),
	F(kernel_build, STR, 0, NULL, "uname -v"),
	F(arch, STR, 0, NULL, "uname -m"),
	F(os, STR, 0, NULL, "PRETTY_NAME of os-release"),
	F(virtualization, STR, 0, NULL, "hypervisor the host itself runs under; `none`: no hypervisor seen"),
	F(cpu_model, STR, 0, NULL, "model name of the first CPU"),
	F(cpu_vendor, STR, 0, NULL, "vendor of the first CPU"),
	F(microcode, STR, 0, NULL, "microcode revision of the first CPU"),
	F(online_cpus, U32, 0, NULL, "CPUs online"),
	F(online_cpu_list, STR, 0, NULL, "the CPUs online, as in `0-7`"),
	F(numa_nodes, U32, 0, NULL, "NUMA nodes that have CPUs"),
	F(smt, STR, 0, NULL, "simultaneous multi-threading: on, off, forceoff, notsupported, notimplemented"),
	F(turbo, TRI, 0, NULL, "true: frequencies above the nominal one are allowed"),
	F(cpufreq_driver, STR, 0, NULL, "frequency driver of the first CPU"),
	F(cpufreq_governor, STRMAP, 0, NULL, "frequency governor of each CPU"),
	F(idle_driver, STR, 0, NULL, "idle state driver"),
	F(total_memory_kb, U64, 0, "kB", "memory"),
	F(hugepages_total, U64, 0, NULL, "huge pages reserved"),
	F(hugepages_size_kb, U64, 0, "kB", "size of a huge page"),
	F(thp_enabled, STR, 0, NULL, "transparent huge pages: the choices, the current one in brackets"),
	F(thp_defrag, STR, 0, NULL, "defragmentation for transparent huge pages: the choices, the current one in brackets"),
	F(clocksource, STR, 0, NULL, "clock source in use"),
	F(preemption, STR, 0, NULL, "preemption model: the choices, the current one in parentheses"),
	F(numa_balancing, TRI, 0, NULL, "automatic NUMA balancing"),
	F(mitigations, STRMAP, 0, NULL, "CPU vulnerabilities and the mitigation of each"),
	F(hardening, STRMAP, 0, NULL, "lockdown, security modules, sysctls and configured options that restrict or protect"),
	F(sched_tunables, STRMAP, 0, NULL, "/proc/sys/kernel/sched_* and, as `debug/…`, debugfs sched/*"),
	F(cgroup_cpu_max, STR, 0, NULL, "tightest cpu.max of the cgroups around the harness, quota and period in us"),
	F(kernel_cmdline, STR, 0, NULL, "/proc/cmdline"),
	F(filesystem, STR, 0, NULL, "file system of the run directory"),
	F(load_1, F64, ST, NULL, "load average over 1 minute"),
	F(load_5, F64, ST, NULL, "load average over 5 minutes"),
	F(load_15, F64, ST, NULL, "load average over 15 minutes"),
	F(available_memory_kb, U64, ST, "kB", "memory available without swapping"),
	F(hugepages_free, U64, ST, NULL, "huge pages free"),
	F(cpufreq_khz, STRMAP, ST, "kHz", "current frequency of each CPU"),
};
/* clang-format on */
const struct json_table host_table =
	JSON_TABLE("host", struct host, host_fields,
                   "The machine a run was made on. A fact that it does not report is left out.");

/* Files of one line. */
static const struct {
	size_t off;
	const char *path;
} line_sources[] = {
	{ offsetof(struct host, kernel_name), "proc/sys/kernel/ostype" },
	{ offsetof(struct host, kernel_release), "proc/sys/kernel/osrelease" },
	{ offsetof(struct host, kernel_build), "proc/sys/kernel/version" },
	{ offsetof(struct host, arch), "proc/sys/kernel/arch" },
	{ offsetof(struct host, online_cpu_list), CPU "online" },
	{ offsetof(struct host, smt), CPU "smt/control" },
	{ offsetof(struct host, cpufreq_driver), CPU "cpu0/cpufreq/scaling_driver" },
	{ offsetof(struct host, idle_driver), CPU "cpuidle/current_driver" },
	{ offsetof(struct host, thp_enabled), "sys/kernel/mm/transparent_hugepage/enabled" },
	{ offsetof(struct host, thp_defrag), "sys/kernel/mm/transparent_hugepage/defrag" },
	{ offsetof(struct host, clocksource),
	  "sys/devices/system/clocksource/clocksource0/current_clocksource" },
	{ offsetof(struct host, preemption), "sys/kernel/debug/sched/preempt" },
	{ offsetof(struct host, kernel_cmdline), "proc/cmdline" },
};

static void read_lines(int rootfd, struct host *h)
{
	for (size_t i = 0; i < ARRAY_SIZE(line_sources); i++) {
		char **slot = (char **)((char *)h + line_sources[i].off);

		*slot = fs_read_line(rootfd, line_sources[i].path);
		if (*slot && !**slot) {
			free(*slot);
			*slot = NULL;
		}
	}
}

static char *read_text(int rootfd, const char *path)
{
	struct strbuf b = STRBUF_INIT;
	struct err ignored = ERR_INIT;

	if (fs_read(rootfd, path, TEXT_MAX, &b, &ignored) < 0) {
		strbuf_done(&b);
		return NULL;
	}
	return strbuf_steal(&b);
}

static void read_cpuinfo(int rootfd, struct host *h)
{
	_cleanup_free_ char *text = read_text(rootfd, "proc/cpuinfo");
	_cleanup_free_ char *flags = NULL;

	if (!text)
		return;
	h->cpu_model = host_key_value(text, "model name");
	h->cpu_vendor = host_key_value(text, "vendor_id");
	h->microcode = host_key_value(text, "microcode");
	flags = host_key_value(text, "flags");
	h->virtualization = host_virtualization(rootfd, flags);
}

static void read_meminfo(int rootfd, struct host *h)
{
	_cleanup_free_ char *text = read_text(rootfd, "proc/meminfo");

	if (!text)
		return;
	h->total_memory_kb = host_key_number(text, "MemTotal");
	h->available_memory_kb = host_key_number(text, "MemAvailable");
	h->hugepages_total = host_key_number(text, "HugePages_Total");
	h->hugepages_free = host_key_number(text, "HugePages_Free");
	h->hugepages_size_kb = host_key_number(text, "Hugepagesize");
}

static void read_loadavg(int rootfd, struct host *h)
{
	_cleanup_free_ char *line = fs_read_line(rootfd, "proc/loadavg");
	_cleanup_strv_ struct strv parts = STRV_INIT;
	double *const out[] = { &h->load_1, &h->load_5, &h->load_15 };
	struct err ignored = ERR_INIT;

	if (!line)
		return;
	strv_split(&parts, line, " ");
	for (size_t i = 0; i < ARRAY_SIZE(out) && i < parts.n; i++)
		if (parse_f64(parts.v[i], "load", 0, 1e9, out[i], &ignored) < 0)
			return;
}

static void read_cpus(int rootfd, struct host *h)
{
	_cleanup_free_ uint32_t *cpus = NULL;
	struct err ignored = ERR_INIT;
	size_t n = 0;

	if (!h->online_cpu_list ||
	    parse_cpulist(h->online_cpu_list, "online", CPU_MAX, &cpus, &n, &ignored) < 0)
		return;
	h->online_cpus = (uint32_t)n;
	for (size_t i = 0; i < n; i++) {
		_cleanup_free_ char *key = xasprintf("cpu%u", cpus[i]);

		host_cpu_line(rootfd, key, "cpufreq/scaling_governor", &h->cpufreq_governor);
		host_cpu_line(rootfd, key, "cpufreq/scaling_cur_freq", &h->cpufreq_khz);
	}
}

/* intel_pstate has a file that says turbo is off; other drivers have one that says it is on. */
static int8_t read_turbo(int rootfd)
{
	uint64_t v;

	if (fs_read_u64(rootfd, CPU "intel_pstate/no_turbo", &v))
		return v == 0;
	if (fs_read_u64(rootfd, CPU "cpufreq/boost", &v))
		return v != 0;
	return TRI_NONE;
}

static void read_hardening(int rootfd, struct host *h)
{
	_cleanup_free_ char *path =
		xasprintf("boot/config-%s", h->kernel_release ? h->kernel_release : "");
	_cleanup_free_ char *config = read_text(rootfd, path);

	hardening_read(rootfd, &h->hardening);
	if (config)
		hardening_of_config(config, &h->hardening);
}

void host_read(int rootfd, struct host *out)
{
	uint64_t balancing;

	read_lines(rootfd, out);
	read_cpuinfo(rootfd, out);
	read_meminfo(rootfd, out);
	read_loadavg(rootfd, out);
	read_cpus(rootfd, out);
	out->os = host_os_name(rootfd);
	out->numa_nodes = host_numa_nodes(rootfd);
	out->turbo = read_turbo(rootfd);
	if (fs_read_u64(rootfd, "proc/sys/kernel/numa_balancing", &balancing))
		out->numa_balancing = balancing != 0;
	host_dir_lines(rootfd, CPU "vulnerabilities", "", "", &out->mitigations);
	read_hardening(rootfd, out);
	host_dir_lines(rootfd, "proc/sys/kernel", "sched_", "", &out->sched_tunables);
	host_dir_lines(rootfd, "sys/kernel/debug/sched", "", "debug/", &out->sched_tunables);
	out->cgroup_cpu_max = host_cgroup_cpu_max(rootfd);
}

static char *filesystem_of(const char *dir)
{
	CLEANUP(mount_done) struct mount m = { 0 };
	struct err ignored = ERR_INIT;

	return mount_of_path(dir, &m, &ignored) == 0 ? steal_ptr(&m.type) : NULL;
}

int host_new(const char *rundir, struct host **out, struct err *err)
{
	_cleanup_close_ int rootfd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct utsname u;
	struct host *h;

	if (rootfd < 0)
		return err_sys(err, errno, "/");
	h = xcalloc(1, sizeof(*h));
	json_init(&host_table, h);
	host_read(rootfd, h);
	if (!h->arch && uname(&u) == 0) /* kernels before 6.1 lack /proc/sys/kernel/arch */
		h->arch = xstrdup(u.machine);
	if (rundir)
		h->filesystem = filesystem_of(rundir);
	*out = h;
	return 0;
}
