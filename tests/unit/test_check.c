/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "base/mem.h"
#include "tests/unit/sidecar_sample.h"
#include "tests/unit/test.h"

static void set(char **field, const char *value)
{
	free(*field);
	*field = xstrdup(value);
}

static struct sidecar_cgroup *cgroups(struct sidecar *s)
{
	return s->stats.cgroups.v;
}

static void add_reason(struct sidecar *s, int outcome)
{
	struct sidecar_reason *r = xgrow(s->reasons.v, s->reasons.n);

	json_init(&sidecar_reason_table, r);
	r->outcome = outcome;
}

static void add_vm(struct sidecar *s, const char *accel)
{
	s->vm = xcalloc(1, sizeof(*s->vm));
	json_init(&sidecar_vm_table, s->vm);
	s->vm->accel = xstrdup(accel);
}

#define BREAK(name_, ...)                                                                          \
	static void name_(struct sidecar *s)                                                       \
	{                                                                                          \
		__VA_ARGS__;                                                                       \
	}
BREAK(b_schema, s->schema = 0)
BREAK(b_topology, set(&s->topology, "2n2l"))
BREAK(b_topology_tail, set(&s->topology, "1n1l1c1tx"))
BREAK(b_topology_zero, set(&s->topology, "1n1l0c1t"))
BREAK(b_clock, set(&s->clock, "wall"))
BREAK(b_source, set(&s->run_source, "cloud"))
BREAK(b_commit, set(&s->project_commit, "abc123"))
BREAK(b_commit_tail, set(&s->kernel_commit, "abc1234-dirtyx"))
BREAK(b_start, set(&s->timestamp, "yesterday"))
BREAK(b_end, set(&s->end_timestamp, "2026-11-21T04:15:00Z"))
BREAK(b_cause, s->outcome = OUTCOME_ERROR)
BREAK(b_cause_pass, s->cause = xstrdup("x"))
BREAK(b_reason, add_reason(s, OUTCOME_FAIL))
BREAK(b_reason_kind, s->outcome = OUTCOME_FAIL; s->cause = xstrdup("x");
      add_reason(s, OUTCOME_SKIP))
BREAK(b_order, cgroups(s)[1].metrics.v[CG_WAKE_P90_US] = 1e6)
BREAK(b_negative, cgroups(s)[0].metrics.v[CG_MIGRATIONS] = -1)
BREAK(b_twice, set(&cgroups(s)[1].name, "a"))
BREAK(b_types, set(&cgroups(s)[0].work_type, "bursty"))
BREAK(b_roll_up, s->stats.metrics.v[M_TOTAL_ITERATIONS] += 1)
BREAK(b_roll_up_none, s->stats.metrics.v[M_WORST_SPREAD] = NAN)
BREAK(b_artefact, strv_add(&s->artefacts, "../x"))
BREAK(b_accel, add_vm(s, "hvf"))
BREAK(b_virtual_kvm, add_vm(s, "kvm"); set(&s->clock, "virtual"))

static const struct {
	const char *label;
	void (*brk)(struct sidecar *s);
	const char *says;
} breaks[] = {
	{ "schema", b_schema, "schema" },
	{ "topology", b_topology, "topology: \"2n2l\"" },
	{ "topology with a tail", b_topology_tail, "topology" },
	{ "topology of nothing", b_topology_zero, "topology" },
	{ "clock", b_clock, "clock: \"wall\"" },
	{ "run source", b_source, "run_source: \"cloud\"" },
	{ "short commit", b_commit, "project_commit" },
	{ "commit with a tail", b_commit_tail, "kernel_commit" },
	{ "start", b_start, "timestamp" },
	{ "ends before it starts", b_end, "before the start" },
	{ "no cause", b_cause, "cause: missing, though the outcome is error" },
	{ "cause of a pass", b_cause_pass, "cause" },
	{ "reason of a pass", b_reason, "reasons[0]: fail, though the test passed" },
	{ "no reason", b_reason_kind, "reasons[0].outcome: skip" },
	{ "percentile order", b_order,
	  "stats.cgroups[1].p90_wake_latency_us: 1000000 is over p95" },
	{ "negative", b_negative, "stats.cgroups[0].migrations: -1 is negative" },
	{ "cgroup twice", b_twice, "stats.cgroups[1].name" },
	{ "foreign work type", b_types, "stats.cgroups[0].work_type" },
	{ "sum", b_roll_up, "stats.total_iterations" },
	{ "lost", b_roll_up_none, "stats.worst_spread" },
	{ "artefact elsewhere", b_artefact, "artefacts[0]" },
	{ "accelerator", b_accel, "vm.accel" },
	{ "virtual clock on KVM", b_virtual_kvm, "vm.accel: kvm" },
};
TEST_ROWS(check_names_the_defect, breaks)
{
	_cleanup_strv_ struct strv defects = STRV_INIT;
	bool said = false;
	struct sidecar s;

	sample_sidecar(&s, "t", 0);
	row->brk(&s);
	ck_assert_uint_ge(sidecar_check(&s, &defects), 1);
	strv_each (&defects, i)
		said |= strstr(defects.v[i], row->says) != NULL;
	ck_assert_msg(said, "%s", defects.v[0]);
	json_done(&sidecar_table, &s);
}

TEST(check_good_record_has_none)
{
	_cleanup_strv_ struct strv defects = STRV_INIT;
	struct sidecar s;

	sample_sidecar(&s, "t", 0);
	cgroups(&s)[0].metrics.v[CG_WAKE_P90_US] = NAN; /* not measured is no defect */
	ck_assert_uint_eq(sidecar_check(&s, &defects), 0);
	s.outcome = OUTCOME_SKIP;
	s.cause = xstrdup("needs 8 CPUs");
	ck_assert_uint_eq(sidecar_check(&s, &defects), 0);
	json_done(&sidecar_table, &s);
}

TEST(check_cgroup_of_no_work_is_in_order)
{
	_cleanup_strv_ struct strv defects = STRV_INIT;
	struct sidecar s;

	sample_sidecar(&s, "t", 0);
	set(&cgroups(&s)[0].work_type, "none");
	ck_assert_uint_eq(sidecar_check(&s, &defects), 0);
	json_done(&sidecar_table, &s);
}

TEST(check_newer_schema_may_roll_up_otherwise)
{
	_cleanup_strv_ struct strv defects = STRV_INIT;
	struct sidecar s;

	sample_sidecar(&s, "t", 0);
	s.schema = SIDECAR_SCHEMA + 1;
	s.stats.metrics.v[M_TOTAL_ITERATIONS] += 1;
	ck_assert_uint_eq(sidecar_check(&s, &defects), 0);
	json_done(&sidecar_table, &s);
}
