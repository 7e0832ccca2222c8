/* SPDX-License-Identifier: GPL-2.0-only */
/* Reads the kernel's counters, below a root directory. A counter the kernel lacks is U64_NONE. */
#ifndef AGENT_PROCSTAT_H
#define AGENT_PROCSTAT_H

#include <sys/types.h>

#include "base/json.h"

/* sched_ext's folder, below the root directory. */
#define SCX_DIR "sys/kernel/sched_ext"

/* From /proc/PID/schedstat, /proc/PID/status and /proc/PID/sched. The migrations (se.nr_migrations)
 * need CONFIG_SCHED_DEBUG or a kernel that always has them. set_task_cpu() counts them, so they are
 * right for sched_ext tasks too. */
struct task_stat {
	uint64_t cpu_ns, run_delay_ns, timeslices;
	uint64_t voluntary, involuntary;
	uint64_t migrations;
};
void task_stat_read(int root_fd, pid_t pid, struct task_stat *out);
/* Only cpu_ns. */
uint64_t task_cpu_ns(int root_fd, pid_t pid);
/* The state in /proc/PID/stat: 'R' running or runnable, 'S' sleeping; 0: unknown. */
char task_state(int root_fd, pid_t pid);
/* Subtracts `before`; U64_NONE where either is U64_NONE. */
void task_stat_sub(struct task_stat *after, const struct task_stat *before);

/* Of the whole guest. run_ns: time that all CPUs ran tasks (/proc/schedstat). pages_migrated: pages
 * of 4 KiB that moved for any reason, also compaction (/proc/vmstat, pgmigrate_success). */
struct machine_stat {
	uint64_t run_ns, switches, pages_migrated;
};
void machine_stat_read(int root_fd, struct machine_stat *out);

/* sched_ext's event counters of the attached scheduler: /sys/kernel/sched_ext/root/events (since
 * 6.15). */
struct sched_events {
	uint64_t enable_seq; /* grows with each attached scheduler; U64_NONE: no counters */
	struct json_f64map count;
};
void sched_events_read(int root_fd, struct sched_events *out);
void sched_events_done(struct sched_events *e);
/* after - before, into an empty map. It stays empty unless one scheduler was attached
 * throughout. */
void sched_events_sub(const struct sched_events *after, const struct sched_events *before,
                      struct json_f64map *out);

/* From cpu.stat of a cgroup, given by its path below the root; the fields that wire_cgroup has. */
struct cgroup_stat {
	uint64_t usage_ns, user_ns, system_ns, nr_periods, nr_throttled, throttled_ns;
};
void cgroup_stat_read(int root_fd, const char *cgroup, struct cgroup_stat *out);

/* The CPU time of every process, to find out which ran between two readings. */
struct task_times {
	struct task_time {
		pid_t pid;
		uint64_t cpu_ns;
		char comm[32];
	} * items;
	size_t n;
};
void task_times_read(int root_fd, struct task_times *out);
void task_times_done(struct task_times *t);
/* Appends "comm 1.2 ms" for each process except `self` that ran longer than min_ns in between. */
void task_times_busy(const struct task_times *before, const struct task_times *after, pid_t self,
                     uint64_t min_ns, struct strv *out);

/* The words of a kernel command line, as the kernel splits it: a space within "…" belongs to the word. */
void cmdline_split(const char *cmdline, struct strv *out);

/* after - before; U64_NONE if either is U64_NONE or the difference is negative. */
uint64_t none_sub(uint64_t after, uint64_t before);

#endif
