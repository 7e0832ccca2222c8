/* SPDX-License-Identifier: GPL-2.0-only */
/* The keys of the suite file. */
#include "harness/suite_file.h"

#define LIST_MAX 256
#define TEXT_MAX 4096

#define KEY(T, key_, m, kind_, ...)                                                                \
	{                                                                                          \
		.key = (key_), .kind = (kind_), .off = offsetof(struct T, m), __VA_ARGS__          \
	}
#define TEXT(T, m, doc_) KEY(T, #m, m, YAML_TEXT, .min = 1, .max = TEXT_MAX, .doc = (doc_))
#define TEXTS(T, key, m, doc_)                                                                     \
	KEY(T, key, m, YAML_STRV, .max = LIST_MAX, .item_min = 1, .item_max = TEXT_MAX,            \
	    .doc = (doc_))
#define PAIRS(m, doc_)                                                                             \
	KEY(suite_settings, #m, object.m, YAML_PAIRS, .max = LIST_MAX, .item_max = TEXT_MAX,       \
	    .doc = (doc_))
#define RECORDS(T, m, max_, doc_)                                                                  \
	KEY(T, #m, m, YAML_RECORDS, .n_off = offsetof(struct T, m##_count), .max = (max_),         \
	    .table = &suite_##m##_table, .doc = (doc_))
#define PLACE(T, m, doc_)      KEY(T, #m, m, YAML_PLACE, .doc = (doc_))
#define LIMITS(T, doc_)        KEY(T, "checks", checks, YAML_RECORD, .table = &checks_table, .doc = (doc_))
#define SETTINGS(T)            KEY(T, "", settings, YAML_INLINE, .table = &suite_settings_table)
#define suite_schedulers_table suite_scheduler_table
#define suite_flags_table      suite_flag_table
#define suite_metrics_table    scenario_metric_table
#define suite_profiles_table   suite_profile_table

static const struct yaml_field settings_fields[] = {
	PAIRS(set, "variables of the object, as `--set`: `{slice_ns: 5000000}`, or a list "
	           "`[slice_ns=5000000, \"a.b[2]=7\"]`"),
	PAIRS(ops, "fields of its sched_ext_ops, as `--ops`: `{timeout_ms: 5000}`"),
	PAIRS(maps, "sizes of its maps, as `--map`: `{queue: 1024}`"),
	PAIRS(resize, "lengths of arrays that have a section of their own, as `--resize`"),
	TEXTS(suite_settings, "run_progs", object.run_progs,
	      "programs of section \"syscall\" that run once before the attach, as `--run-prog`: "
	      "`[prepare, \"use_cpu:cpu=1\"]`"),
	KEY(suite_settings, "ops_map", object.ops_map, YAML_TEXT, .min = 1, .max = TEXT_MAX,
	    .doc = "which sched_ext_ops of several, as `--ops-map`"),
	KEY(suite_settings, "args", args, YAML_STRV, .max = LIST_MAX, .item_max = TEXT_MAX,
	    .doc = "arguments of an executable"),
};
const struct yaml_table suite_settings_table = YAML_TABLE(struct suite_settings, settings_fields);

static const struct yaml_field flag_fields[] = {
	KEY(suite_flag, "name", name, YAML_TEXT, .min = 1, .max = SUITE_NAME_MAX, .required = true,
	    .doc = "of the flag: letters, digits, `_`, `.` and `-`"),
	SETTINGS(suite_flag),
	TEXTS(suite_flag, "requires", requires, "flags that must be on too"),
	TEXTS(suite_flag, "excludes", excludes, "flags that must be off"),
};
const struct yaml_table suite_flag_table =
	YAML_TABLE(struct suite_flag, flag_fields, .placed = true);

static const struct yaml_field scheduler_fields[] = {
	KEY(suite_scheduler, "name", name, YAML_TEXT, .min = 1, .max = SUITE_NAME_MAX,
	    .required = true,
	    .doc = "its label in results and for `--scheduler`: letters, digits, `_`, `.` and `-`"),
	TEXT(suite_scheduler, object,
	     "path of its .bpf.o from the suite file's folder, or the name of a bundled scheduler. "
	     "Without `object` and `exec` the name is that of a bundled one, or `eevdf`"),
	TEXT(suite_scheduler, exec,
	     "an executable instead of an object: a path from the suite file's folder, or a name "
	     "without a slash, on $PATH"),
	TEXT(suite_scheduler, build,
	     "command that makes the object or executable, run in the suite file's folder of an "
	     "earlier revision: `harness verify --against REV`"),
	SETTINGS(suite_scheduler),
	TEXTS(suite_scheduler, "kernels", kernels,
	      "kernels that it supports: `6.12`, `6.16..7.0`, `6.16..`. On others it is not "
	      "tested"),
	TEXT(suite_scheduler, topology,
	     "topology of its tests, instead of `topologies` and the scenario's own"),
	TEXT(suite_scheduler, attach_timeout,
	     "how long an executable may take to attach, in the guest's time, as "
	     "`--attach-timeout`"),
	LIMITS(suite_scheduler, "limits for it; they win over those of the suite"),
	RECORDS(suite_scheduler, metrics, LIST_MAX,
	        "numbers in what its executable prints: `{ name, from, path, pick, unit, better, "
	        "min, max }`, as of a [payload](payloads.md#where-a-metric-is-found)"),
	RECORDS(suite_scheduler, flags, FLAGS_MAX, "what can be switched on in it (below)"),
	PLACE(suite_scheduler, flag_sets,
	      "which sets of flags are tested: `all` valid ones (the default), `pairwise`, or a "
	      "list: "
	      "`[[], [a], [a, b]]`"),
	KEY(suite_scheduler, "sysctls", sysctls, YAML_PAIRS, .max = LIST_MAX, .item_max = TEXT_MAX,
	    .doc = "sysctls of the guest, beside those of the profile: "
	           "`{kernel.sched_autogroup_enabled: 0}`"),
	TEXTS(suite_scheduler, "kernel_args", kernel_args,
	      "arguments of the kernel, after those of the profile"),
	TEXTS(suite_scheduler, "enable", enable,
	      "commands that switch on a scheduler that is built into the kernel, before the "
	      "workers start: `\"sh -c 'echo 1 >/sys/…'\"`. Words are split as a shell does it; "
	      "the program is one of this machine. Only without `object` and `exec`"),
	TEXTS(suite_scheduler, "disable", disable, "commands that switch it off after the run"),
};
const struct yaml_table suite_scheduler_table =
	YAML_TABLE(struct suite_scheduler, scheduler_fields, .placed = true);

static const struct yaml_field profile_fields[] = {
	KEY(profile_own, "name", name, YAML_TEXT, .min = 1, .max = SUITE_NAME_MAX, .required = true,
	    .doc = "for `--profile` and in results: letters, digits, `_`, `.` and `-`"),
	TEXT(profile_own, extends, "a profile whose settings come first; default: none"),
	KEY(profile_own, "sysctl", sysctl, YAML_PAIRS, .max = LIST_MAX, .item_max = TEXT_MAX,
	    .doc = "`{kernel.kptr_restrict: 2}`; with a leading `-`, a kernel without it is fine: "
	           "`{-kernel.yama.ptrace_scope: 1}`"),
	TEXTS(profile_own, "kernel_args", kernel_args,
	      "arguments of the kernel: `[mitigations=auto]`"),
};
const struct yaml_table suite_profile_table =
	YAML_TABLE(struct profile_own, profile_fields, .placed = true);

static const struct yaml_field file_fields[] = {
	RECORDS(suite_file, schedulers, LIST_MAX, "what is tested (below); default: `eevdf`"),
	TEXTS(suite_file, "kernels", kernels,
	      "as `--kernel`; a path is one from the file's folder"),
	TEXTS(suite_file, "topologies", topologies, "as `--topology`"),
	TEXTS(suite_file, "scenarios", scenarios,
	      "names of the catalogue, patterns (`cgroup_*`: those up to `level`), or paths of "
	      "YAML "
	      "files from the file's folder"),
	TEXT(suite_file, level, "as `--level`"),
	TEXTS(suite_file, "clock", clocks, "as `--clock`; may be a list"),
	TEXT(suite_file, repeat, "as `--repeat`"),
	TEXT(suite_file, duration, "as `--duration`"),
	TEXT(suite_file, memory, "as `--memory`"),
	LIMITS(suite_file, "limits for all schedulers, in place of the defaults; `--checks` and a "
	                   "scenario's own win over them"),
	RECORDS(suite_file, profiles, LIST_MAX,
	        "profiles of one's own (below), beside the bundled ones of "
	        "[profiles.md](profiles.md)"),
	TEXTS(suite_file, "profile", profile, "as `--profile`; may be a list"),
};
const struct yaml_table suite_file_table =
	YAML_TABLE(struct suite_file, file_fields, .placed = true);
