/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Facts about the machine a run was made on. They are read from /proc, /sys and /etc below a root
 * directory, so that tests can pass a captured tree. A fact that the machine does not report is
 * left empty; that is never an error. Fields marked JSON_STATE in host_table change from moment to
 * moment (load, free memory); comparisons of hosts ignore them. The host's name is not recorded.
 */
#ifndef SIDECAR_HOST_H
#define SIDECAR_HOST_H

#include "sidecar/sidecar.h"

struct host {
	char *kernel_name, *kernel_release, *kernel_build, *arch;
	char *os, *virtualization;
	char *cpu_model, *cpu_vendor, *microcode;
	uint32_t online_cpus, numa_nodes;
	char *online_cpu_list;
	char *smt;
	int8_t turbo;
	char *cpufreq_driver, *idle_driver;
	struct strmap cpufreq_governor; /* "cpu0" → "performance" */
	uint64_t total_memory_kb, hugepages_total, hugepages_size_kb;
	char *thp_enabled, *thp_defrag;
	char *clocksource;
	char *preemption;
	int8_t numa_balancing;
	struct strmap mitigations;    /* "spectre_v2" → "Mitigation: …" */
	struct strmap hardening;      /* "lockdown", "kernel.kptr_restrict", "CONFIG_…" */
	struct strmap sched_tunables; /* "sched_rt_runtime_us", "debug/features" */
	char *cgroup_cpu_max;         /* tightest cpu.max of our cgroup and those above it */
	char *kernel_cmdline;
	char *filesystem; /* of the run directory */
	/* state */
	double load_1, load_5, load_15;
	uint64_t available_memory_kb, hugepages_free;
	struct strmap cpufreq_khz; /* "cpu0" → "3400000" */
};

/* Fills *out, which the caller has json_init()ed with host_table. `rootfd` stands for "/". */
void host_read(int rootfd, struct host *out);

#endif
