/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/test.h"

#include <stdlib.h>

#include "vmm/topo.h"

static const struct {
	const char *label;
	struct topo want;
	uint32_t cpus;
} good[] = {
	{ "1n1l1c1t", { 1, 1, 1, 1 }, 1 },
	{ "1n2l4c1t", { 1, 2, 4, 1 }, 8 },
	{ "2n4l4c2t", { 2, 4, 4, 2 }, 32 },
	{ "1n14l9c2t", { 1, 14, 9, 2 }, 252 },
};
TEST_ROWS(topo_reads, good)
{
	struct err err = ERR_INIT;
	struct topo t;
	char *back;

	ASSERT_OK(topo_parse(row->label, &t, &err));
	ck_assert_mem_eq(&t, &row->want, sizeof(t));
	ck_assert_uint_eq(topo_cpus(&t), row->cpus);
	back = topo_format(&t);
	ck_assert_str_eq(back, row->label);
	free(back);
}

static const struct {
	const char *label, *says;
} bad[] = {
	{ "", "NnNlNcNt" },
	{ "1n1l1c", "NnNlNcNt" },
	{ "1n1l1c1t ", "NnNlNcNt" },
	{ "1n1l1c1tx", "NnNlNcNt" },
	{ "1l1n1c1t", "NnNlNcNt" },
	{ "0n1l1c1t", "NnNlNcNt" },
	{ "1n1l1c0t", "NnNlNcNt" },
	{ "-1n1l1c1t", "NnNlNcNt" },
	{ "2n3l1c1t", "divided evenly" },
	{ "1n32l32c2t", "more than" },
	{ "1n1025l1c1t", "NnNlNcNt" },
};
TEST_ROWS(topo_refuses, bad)
{
	struct err err = ERR_INIT;
	struct topo t = { 9, 9, 9, 9 };

	ASSERT_ERR(topo_parse(row->label, &t, &err), ERR_USAGE, row->says);
	ck_assert_uint_eq(t.nodes, 9);
}
