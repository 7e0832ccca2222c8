/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The plan of `harness test`: a flat list of tests, the product of scenarios, schedulers,
 * topologies, profiles, kernels, clocks and repeats. Pure.
 */
#ifndef HARNESS_PLAN_H
#define HARNESS_PLAN_H

#include "harness/kernel/kernel.h"
#include "harness/profile.h"
#include "harness/scenario/scenario.h"
#include "harness/scheduler_spec.h"
#include "harness/variant.h"
#include "vmm/vmm.h"

struct step_schedulers;

/* One test, one repeat. Pointers are borrowed from the plan's axes. */
struct test {
	const struct scenario *scenario;
	const struct scheduler_spec *scheduler;
	const struct variant *variant;                 /* of the scheduler; or NULL */
	const struct step_schedulers *step_schedulers; /* contains all that its steps name */
	const struct kernel *kernel;
	struct topo topo;
	const struct profile *profile;
	enum vm_clock clock;
	uint32_t series; /* the same number as all repeats of this test */
	uint32_t repeat;
	uint32_t repeats; /* in the plan, this one included */
	uint64_t seed;
	uint64_t duration_ns;
	uint64_t memory_bytes; /* of the guest; 0: by vCPUs and payload */
	const char *suite;     /* path of the suite file in force; NULL: none */
};

struct axes {
	const struct scenario *const *scenarios;
	size_t n_scenarios;
	const struct scenario *const *above; /* of higher levels: only named in errors */
	size_t n_above;
	const struct scheduler_spec *schedulers;
	size_t n_schedulers;
	const struct variant *variants; /* one for each scheduler; NULL: none has any */
	const struct step_schedulers *step_schedulers; /* of all the scenarios */
	const struct kernel *kernels;
	size_t n_kernels;
	const struct topo *topos; /* n_topos 0: each scenario's own */
	size_t n_topos;
	bool topos_win; /* also over the topologies of variants */
	const struct profile *profiles;
	size_t n_profiles;
	const enum vm_clock *clocks;
	size_t n_clocks;
	uint32_t first_repeat;
	uint32_t repeats;          /* 0: as many as each needs */
	uint64_t seed;             /* repeat r of every test has seed + r */
	uint64_t duration_ns;      /* 0: each scenario's own */
	uint64_t memory_bytes;     /* 0: by vCPUs and payload */
	const char *suite;         /* path of the suite file; NULL: none */
	const struct strv *filter; /* patterns for test_label() (base/pick.h); NULL: all */
	bool cold;                 /* --start cold */
	bool kvm;                  /* a real-time test boots in a second */
};

struct plan {
	struct test *tests;
	size_t n;
	size_t n_series; /* some may have no test: the filter left them out */
};

/* The tests are sorted by kernel, so that one run directory is finished before the next begins. Of the
 * tests of one scenario, those that differ only in the scheduler follow each other, A B A B with
 * repeats: what changes on the host in the meantime hits all schedulers alike. A variant's tests on
 * kernels that it does not support are left out.
  * ERR_USAGE if the filter matches no test (the message lists some); ERR_UNSUPPORTED if a scheduler
 * needs sched_ext and a kernel does not have it. */
int plan_make(const struct axes *axes, struct plan *out, struct err *err) MUST_CHECK;
void plan_done(struct plan *p);

/* Whether it is the first repeat, in the plan, of its test. */
bool plan_is_first(const struct plan *p, size_t i);
/* Tests, of which each has one or more repeats. */
size_t plan_n_tests(const struct plan *p);

/* "cgroup_steady vtime 1n2l2c1t 6.17.13 real", plus " hardened" for another profile than the default,
 * and " #2" for the third repeat: the text that -E matches. The caller frees. */
char *test_label(const struct test *t);
/* "cgroup_steady/vtime/1n2l2c1t/6.17.13/real", plus "/2" for the third repeat: what programs call it.
 * The caller frees. */
char *test_name(const struct test *t);
/* Kernel arguments and sysctls: those of the profile, then those of the scheduler. The caller calls profile_done(). */
struct profile test_profile(const struct test *t);

/* The scenario's own topology or duration, else the harness's default. */
int plan_own_topo(const struct scenario *s, struct topo *out, struct err *err) MUST_CHECK;
int plan_own_duration(const struct scenario *s, uint64_t *out, struct err *err) MUST_CHECK;
/* Parses --duration: at least 1 ms. */
int plan_parse_duration(const char *text, uint64_t *out, struct err *err) MUST_CHECK;
/* Parses --repeat: 1 to PLAN_REPEATS_MAX. */
int plan_parse_repeats(const char *text, uint64_t *out, struct err *err) MUST_CHECK;
/* Parses --memory: at least 256 MiB, without which no guest boots, and at most 1 TiB. */
int plan_parse_memory(const char *text, uint64_t *out, struct err *err) MUST_CHECK;
struct job_topology plan_topology(const struct topo *t);

#define CLOCK_AUTO          "auto" /* in place of a vm_clock */
#define PLAN_REPEATS_MAX    10000
#define PLAN_REPEATS        10
#define DEFAULT_SEED        1
#define DEFAULT_TOPOLOGY    "1n2l2c1t"
#define DEFAULT_DURATION_NS (2 * NS_PER_SEC)

#endif
