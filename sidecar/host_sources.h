/* SPDX-License-Identifier: GPL-2.0-only */
/* How host.c reads the facts that need more than one line of one file. Used by host.c and its tests
 * only. */
#ifndef SIDECAR_HOST_SOURCES_H
#define SIDECAR_HOST_SOURCES_H

#include "base/strv.h"

/* The value in the first line "key : value" of a /proc text, trimmed. NULL when there is no such
 * line or the value is empty. Caller frees. */
char *host_key_value(const char *text, const char *key);
/* The number in that value ("16384 kB"); U64_NONE when there is none. */
uint64_t host_key_number(const char *text, const char *key);
/* PRETTY_NAME of os-release. Caller frees. */
char *host_os_name(int rootfd);
/* The number of nodes that have CPUs; 1 on a machine without NUMA. */
uint32_t host_numa_nodes(int rootfd);
/* The hypervisor this machine runs under: "kvm", "xen", …, or "unknown". "none": no hypervisor.
 * NULL: not known. Containers do not count. Sources: the CPU's flags, /sys/hypervisor, DMI. Caller
 * frees. */
char *host_virtualization(int rootfd, const char *cpu_flags);
/* Adds the line of sys/devices/system/cpu/{cpu}/{file} under the key `cpu`, if there is one. */
void host_cpu_line(int rootfd, const char *cpu, const char *file, struct strmap *out);
/* Adds the line of each regular file in `dir` whose name starts with `prefix`, under the key
 * {key_prefix}{name}. Files that are empty or cannot be read are left out. */
void host_dir_lines(int rootfd, const char *dir, const char *prefix, const char *key_prefix,
                    struct strmap *out);
/* The tightest cpu.max of our own cgroup and those above it; NULL: no limit. Caller frees. */
char *host_cgroup_cpu_max(int rootfd);

#endif
