/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/test.h"

#include "harness/jobs.h"

#define GIB (1ull << 30)

static const struct {
	const char *label;
	struct topo topo;
	enum vm_clock clock;
	struct jobs_host host;
	unsigned int want;
} rows[] = {
	{ "real: by vCPUs", { 1, 2, 2, 1 }, VM_CLOCK_REAL, { 16, 64 * GIB }, 4 },
	{ "virtual: one thread each", { 1, 2, 2, 1 }, VM_CLOCK_VIRTUAL, { 16, 64 * GIB }, 16 },
	{ "by memory", { 1, 2, 2, 1 }, VM_CLOCK_VIRTUAL, { 16, 2 * GIB }, 4 },
	{ "memory not known", { 1, 2, 2, 1 }, VM_CLOCK_VIRTUAL, { 16, 0 }, 16 },
	{ "one at least", { 1, 4, 8, 1 }, VM_CLOCK_REAL, { 2, GIB / 8 }, 1 },
};
TEST_ROWS(jobs_fit_cpus_and_memory, rows)
{
	struct test t = { .topo = row->topo, .clock = row->clock };
	const struct plan plan = { .tests = &t, .n = 1 };

	ck_assert_uint_eq(jobs_that_fit(&plan, &row->host), row->want);
}

TEST(jobs_host_is_read)
{
	struct jobs_host h;

	jobs_host_read(&h);
	ck_assert_uint_ge(h.cpus, 1);
	ck_assert_uint_gt(h.memory_bytes, 0);
}
