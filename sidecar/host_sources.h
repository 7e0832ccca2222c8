/* SPDX-License-Identifier: GPL-2.0-only */
/* How host.c gets at what is more than one file of one line. Private to it and its tests. */
#ifndef SIDECAR_HOST_SOURCES_H
#define SIDECAR_HOST_SOURCES_H

#include "base/strv.h"

/* The first "key : value" line of a /proc text with this key, trimmed; NULL when there is none or
 * it is empty. Caller frees. */
char *host_key_value(const char *text, const char *key);
/* The number in it ("16384 kB"); U64_NONE when there is none. */
uint64_t host_key_number(const char *text, const char *key);
/* PRETTY_NAME of os-release. Caller frees. */
char *host_os_name(int rootfd);
/* Nodes that have CPUs; 1 where there is no NUMA. */
uint32_t host_numa_nodes(int rootfd);
/* "kvm", "xen", …, "container"-blind: what the CPU, the hypervisor folder and DMI say. "none" when
 * nothing does. Caller frees. */
char *host_virtualization(int rootfd, const char *cpu_flags);
/* The line of sys/devices/system/cpu/{cpu}/{file} under the key `cpu`, if there is one. */
void host_cpu_line(int rootfd, const char *cpu, const char *file, struct strmap *out);
/* Each regular file in `dir` whose name starts with `prefix`: {key_prefix}{name} → its line. Empty
 * and unreadable ones are left out. */
void host_dir_lines(int rootfd, const char *dir, const char *prefix, const char *key_prefix,
                    struct strmap *out);
/* The tightest cpu.max from our own cgroup up; NULL when there is no limit. Caller frees. */
char *host_cgroup_cpu_max(int rootfd);

#endif
