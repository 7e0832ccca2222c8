/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/test.h"

#include <math.h>

#include "base/clock.h"
#include "harness/dry_run.h"
#include "harness/earlier.h"

static char name[] = "steady", eevdf[] = "eevdf", topo[] = "1n1l2c1t", version[] = "6.17.13";
static char virtual_clock[] = "virtual", real_clock[] = "real", profile_name[] = "default";

static struct earlier_result result_of(char *clock, uint64_t duration_ms, double boot_s,
                                       double wall_s)
{
	return (struct earlier_result){ .test = name,
		                        .scheduler = eevdf,
		                        .topology = topo,
		                        .clock = clock,
		                        .kernel = version,
		                        .profile = profile_name,
		                        .boot_s = boot_s,
		                        .wall_s = wall_s,
		                        .duration_ns = duration_ms * NS_PER_MS };
}

static const struct {
	const char *label;
	enum vm_clock clock;
	uint64_t first_ms, second_ms; /* 0: none */
	double first_s, second_s;
	uint64_t want_ms;
	double want_s;
} estimates[] = {
	/* Seen: about 25 minutes; it took 2.4 s. */
	{ "a short one only", VM_CLOCK_VIRTUAL, 1, 0, 1.9, NAN, 2001, 1.9 + 2 * 2 },
	{ "likewise, real clock", VM_CLOCK_REAL, 1, 0, 1.9, NAN, 2001, 1.9 + 2 },
	{ "as long as before", VM_CLOCK_VIRTUAL, 2000, 0, 2.4, NAN, 2000, 2.4 },
	{ "a short and a long one", VM_CLOCK_VIRTUAL, 1000, 3000, 3, 4, 5000, 5 },
	{ "shorter than both", VM_CLOCK_VIRTUAL, 1000, 3000, 3, 4, 1, 2.5005 },
};
TEST_ROWS(earlier_estimate_has_a_fixed_part_and_a_part_per_second, estimates)
{
	char *clock = row->clock == VM_CLOCK_VIRTUAL ? virtual_clock : real_clock;
	struct earlier_result results[] = {
		result_of(clock, row->first_ms, 0.5, row->first_s),
		result_of(clock, row->second_ms, 0.5, row->second_s),
	};
	const struct earlier e = { .v = results, .n = row->second_ms ? 2 : 1 };
	const struct scenario scenario = { .name = name };
	const struct scheduler_spec scheduler = { .name = eevdf };
	const struct kernel kernel = { .version = version };
	const struct profile profile = { .name = profile_name };
	const struct test t = { .scenario = &scenario,
		                .scheduler = &scheduler,
		                .kernel = &kernel,
		                .topo = { 1, 1, 2, 1 },
		                .profile = &profile,
		                .clock = row->clock,
		                .duration_ns = row->want_ms * NS_PER_MS };

	ck_assert_double_eq_tol(earlier_seconds(&e, &t), row->want_s, 1e-3);
}

TEST(dry_run_total_is_never_less_than_its_longest_run)
{
	const double seconds[] = { 60, 2, NAN };
	size_t known;

	ck_assert_double_eq(dry_run_wall(seconds, 3, 2, &known), 60);
	ck_assert_uint_eq(known, 2);
	ck_assert_double_eq(dry_run_wall(seconds, 2, 1, &known), 62);
	ck_assert_uint_eq(known, 2);
}
