/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/bench/rows.h"

#define X(name) &bench_##name,
static const struct bench_row *const rows[] = { BENCHES(X) };
#undef X
const size_t bench_count = ARRAY_SIZE(rows);

const struct bench_row *bench_at(size_t i)
{
	return rows[i];
}

const struct bench_row *bench_find(const char *name)
{
	for (size_t i = 0; i < bench_count; i++)
		if (streq(rows[i]->about.name, name))
			return rows[i];
	return NULL;
}

const struct bench_about *bench_about(const struct bench_row *row)
{
	return &row->about;
}

bool bench_in_passes(const struct bench_row *row)
{
	return row->samples == 0;
}
