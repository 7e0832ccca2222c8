/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/unit.h"

#include "base/util.h"

enum quantity {
	TIME,
	BYTES,
	BYTE_RATE,
	RATE,
	SHARE,
};

static const struct {
	const char *name;
	enum quantity of;
	double size;
} units[] = {
	{ "ns", TIME, 1e-9 },
	{ "us", TIME, 1e-6 },
	{ "µs", TIME, 1e-6 },
	{ "usec", TIME, 1e-6 },
	{ "ms", TIME, 1e-3 },
	{ "msec", TIME, 1e-3 },
	{ "s", TIME, 1 },
	{ "sec", TIME, 1 },
	{ "min", TIME, 60 },
	{ "h", TIME, 3600 },
	{ "B", BYTES, 1 },
	{ "bytes", BYTES, 1 },
	{ "kB", BYTES, 1e3 },
	{ "KB", BYTES, 1e3 },
	{ "MB", BYTES, 1e6 },
	{ "GB", BYTES, 1e9 },
	{ "KiB", BYTES, 0x1p10 },
	{ "MiB", BYTES, 0x1p20 },
	{ "GiB", BYTES, 0x1p30 },
	{ "B/s", BYTE_RATE, 1 },
	{ "kB/s", BYTE_RATE, 1e3 },
	{ "KB/s", BYTE_RATE, 1e3 },
	{ "MB/s", BYTE_RATE, 1e6 },
	{ "GB/s", BYTE_RATE, 1e9 },
	{ "KiB/s", BYTE_RATE, 0x1p10 },
	{ "MiB/s", BYTE_RATE, 0x1p20 },
	{ "GiB/s", BYTE_RATE, 0x1p30 },
	{ "1/s", RATE, 1 },
	{ "/s", RATE, 1 },
	{ "ops/s", RATE, 1 },
	{ "op/s", RATE, 1 },
	{ "iops", RATE, 1 },
	{ "IOPS", RATE, 1 },
	{ "req/s", RATE, 1 },
	{ "rps", RATE, 1 },
	{ "kops/s", RATE, 1e3 },
	{ "1/min", RATE, 1.0 / 60 },
	{ "%", SHARE, 0.01 },
	{ "ppm", SHARE, 1e-6 },
};

static int find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(units); i++)
		if (streq_null(units[i].name, name))
			return (int)i;
	return -1;
}

bool unit_factor(const char *from, const char *to, double *factor)
{
	int a = find(from), b = find(to);

	if (streq_null(from, to)) {
		*factor = 1;
		return true;
	}
	if (a < 0 || b < 0 || units[a].of != units[b].of)
		return false;
	*factor = units[a].size / units[b].size;
	return true;
}
