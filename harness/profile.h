/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Profiles: named sets of kernel arguments and sysctls for the guest. Some are bundled
 * (docs/profiles.md), others stand in the suite file. A profile is part of a test's identity.
 */
#ifndef HARNESS_PROFILE_H
#define HARNESS_PROFILE_H

#include "base/cleanup.h"
#include "base/err.h"
#include "base/strv.h"
#include "yaml/yaml_read.h"

#define PROFILE_DEFAULT "fast"
/* The kernel does not let the agent map its channel to the host under lockdown. So the agent switches
 * this argument on once it has the channel. */
#define PROFILE_LOCKDOWN "lockdown="

/* A bundled one. */
struct profile_def {
	const char *name, *extends; /* extends: another, whose settings come first; NULL: none */
	const char *kernel_args;    /* words */
	const char *sysctls; /* words "key=value"; "-key=value": a kernel without it is fine */
	const char *what, *gives_up;
};
extern const struct profile_def profile_defs[];
extern const size_t n_profile_defs;

/* One of the suite file. */
struct profile_own {
	const struct yaml_place *at;
	char *name, *extends;
	struct strv sysctl; /* "key=value" */
	struct strv kernel_args;
};

/* A profile with all that it extends. */
struct profile {
	char *name;
	struct strv kernel_args, sysctls; /* of a key, the last one counts and is the only one */
};

/* ERR_USAGE, with a suggestion, for an unknown name. */
int profile_resolve(const char *name, const struct profile_own *own, size_t n_own,
                    struct profile *out, struct err *err) MUST_CHECK;
/* Those of --profile (NULL: PROFILE_DEFAULT), each once. Adds to *v also in case of a mistake. */
int profiles_resolve(char *const *names, const struct profile_own *own, size_t n_own,
                     struct profile **v, size_t *n, struct err *err) MUST_CHECK;
void profile_done(struct profile *p);
#define _cleanup_profile_ CLEANUP(profile_done)
/* PROFILE_DEFAULT. The caller calls profile_done(). */
struct profile profile_default(void);
/* Whether there is a bundled profile of that name. */
bool profile_is_bundled(const char *name);
/* Adds to the settings of a profile; of a sysctl, the last value counts. */
void profile_add(struct profile *p, const struct strv *kernel_args, const struct strv *sysctls);
/* Puts it in force: the kernel's arguments are added to *kernel_args, and what the agent sets to the job. */
struct job;
void profile_give(const struct profile *p, struct strv *kernel_args, struct job *job);
/* ERR_USAGE: not "key=value" with a key of letters, digits, "_", "-", "." and "/". */
int profile_check_sysctl(const char *text, struct err *err) MUST_CHECK;

#endif
