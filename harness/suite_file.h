/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The suite file, ktstr.yaml: what `harness test` runs when the command line does not say it. All its
 * keys are in docs/suite.md. Reading it checks all that needs no other file; schedulers, scenarios
 * and kernels are looked up by those who use them (variant.h, cmd_test.c).
 */
#ifndef HARNESS_SUITE_FILE_H
#define HARNESS_SUITE_FILE_H

#include "harness/flag_sets.h"
#include "harness/profile.h"
#include "harness/scenario/scenario.h"
#include "harness/scheduler_spec.h"
#include "yaml/yaml_read.h"

#define SUITE_FILE_NAME "ktstr.yaml"

/* Of schedulers and flags. '+' joins them in labels. */
#define SUITE_NAME_CHARS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"
#define SUITE_NAME_MAX   64

/* The keys that a scheduler and each of its flags have. */
struct suite_settings {
	struct scheduler_settings object; /* as the command line's --set and so on */
	struct strv args;                 /* of an executable */
};

struct suite_flag {
	const struct yaml_place *at;
	char *name;
	struct suite_settings settings; /* added to the scheduler's own */
	struct strv requires, excludes; /* other flags */
};

struct suite_scheduler {
	const struct yaml_place *at;
	char *name;   /* the label: in lines, in the sidecar, for --scheduler */
	char *object; /* path relative to the file, or a bundled one; NULL: see exec */
	char *build;  /* command that makes object or exec, in the file's folder; or NULL */
	char *exec;   /* path of an executable; both NULL: the bundled one of this name */
	struct suite_settings settings;
	struct strv kernels;             /* versions or ranges that it supports; none: all */
	char *topology;                  /* instead of the suite's and the scenario's; or NULL */
	struct check_limits *checks;     /* or NULL */
	struct scenario_metric *metrics; /* in what its executable prints */
	uint32_t metrics_count;
	struct suite_flag *flags;
	uint32_t flags_count;
	const struct yaml_place *flag_sets; /* which sets of flags; NULL: all */
	char *attach_timeout;               /* of an executable; or NULL */
	uint64_t attach_timeout_ns;         /* 0: the default; not a key */
	struct strv sysctls, kernel_args;   /* added to those of the profile */
	struct strv enable, disable;        /* command lines */
	struct flag_sets all;               /* valid ones; not a key */
	struct flag_sets chosen;            /* those to test; not a key */
	struct flag_rule rules[FLAGS_MAX];  /* of the flags; not a key */
};

struct suite_file {
	const struct yaml_place *at;
	struct suite_scheduler *schedulers;
	uint32_t schedulers_count;
	struct strv kernels, topologies, clocks, scenarios; /* scenarios: names, globs, files */
	char *level, *duration, *memory;
	char *repeat;
	struct check_limits *checks;
	struct profile_own *profiles;
	uint32_t profiles_count;
	struct strv profile;    /* which to test under */
	char *path;             /* as found; not a key */
	struct yaml_tree *tree; /* holds the places; not a key */
};

/* Finds the file in the working directory or the nearest folder above it, up to the home directory
 * `home` (which may be NULL) or the root. *out is its path relative to the working directory
 * ("../ktstr.yaml"), NULL if there is none. The caller frees. */
int suite_file_find(const char *home, char **out, struct err *err) MUST_CHECK;
/* ERR_USAGE for every mistake in the file; the message begins with file, line and key. */
int suite_file_load(const char *path, struct suite_file **out, struct err *err) MUST_CHECK;
/* The file that the options --suite (path) and --no-suite (none) mean. *out: NULL if there is none. */
int suite_file_open(const char *path, bool none, struct suite_file **out, struct err *err)
	MUST_CHECK;
void suite_file_free(struct suite_file **s);
/* A path that the file names, as the working directory sees it. The caller frees. */
char *suite_file_path(const struct suite_file *s, const char *name);
/* The scheduler of that name, or NULL. */
const struct suite_scheduler *suite_file_scheduler(const struct suite_file *s, const char *name);

/* The keys, for docs/suite.md. */
extern const struct yaml_table suite_file_table, suite_scheduler_table, suite_flag_table,
	suite_profile_table, suite_settings_table;

#endif
