/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/unit.h"

#include "base/util.h"

const struct unit units[] = {
	{ "ns", UNIT_TIME, 1e-9, UNIT_CONVERTS | UNIT_PRINTED | UNIT_APART },
	{ "nsec", UNIT_TIME, 1e-9, UNIT_PRINTED | UNIT_APART },
	{ "us", UNIT_TIME, 1e-6, UNIT_CONVERTS | UNIT_PRINTED | UNIT_APART },
	{ "usec", UNIT_TIME, 1e-6, UNIT_CONVERTS | UNIT_PRINTED | UNIT_APART },
	{ "usecs", UNIT_TIME, 1e-6, UNIT_PRINTED | UNIT_APART },
	{ "\u00b5s", UNIT_TIME, 1e-6, UNIT_CONVERTS | UNIT_PRINTED | UNIT_APART },
	{ "\u03bcs", UNIT_TIME, 1e-6, UNIT_PRINTED | UNIT_APART },
	{ "ms", UNIT_TIME, 1e-3, UNIT_CONVERTS | UNIT_PRINTED | UNIT_APART },
	{ "msec", UNIT_TIME, 1e-3, UNIT_CONVERTS | UNIT_PRINTED | UNIT_APART },
	{ "msecs", UNIT_TIME, 1e-3, UNIT_PRINTED | UNIT_APART },
	{ "s", UNIT_TIME, 1, UNIT_CONVERTS | UNIT_PRINTED | UNIT_APART },
	{ "sec", UNIT_TIME, 1, UNIT_CONVERTS | UNIT_PRINTED | UNIT_APART },
	{ "secs", UNIT_TIME, 1, UNIT_PRINTED | UNIT_APART },
	{ "m", UNIT_TIME, 60, UNIT_PRINTED },
	{ "h", UNIT_TIME, 3600, UNIT_CONVERTS | UNIT_PRINTED },
	{ "min", UNIT_TIME, 60, UNIT_CONVERTS },
	{ "B", UNIT_BYTES, 1, UNIT_CONVERTS | UNIT_PRINTED },
	{ "kB", UNIT_BYTES, 1e3, UNIT_CONVERTS | UNIT_PRINTED | UNIT_APART },
	{ "KB", UNIT_BYTES, 1e3, UNIT_CONVERTS | UNIT_PRINTED | UNIT_APART },
	{ "MB", UNIT_BYTES, 1e6, UNIT_CONVERTS | UNIT_PRINTED | UNIT_APART },
	{ "GB", UNIT_BYTES, 1e9, UNIT_CONVERTS | UNIT_PRINTED | UNIT_APART },
	{ "TB", UNIT_BYTES, 1e12, UNIT_PRINTED | UNIT_APART },
	{ "KiB", UNIT_BYTES, 0x1p10, UNIT_CONVERTS | UNIT_PRINTED | UNIT_APART },
	{ "MiB", UNIT_BYTES, 0x1p20, UNIT_CONVERTS | UNIT_PRINTED | UNIT_APART },
	{ "GiB", UNIT_BYTES, 0x1p30, UNIT_CONVERTS | UNIT_PRINTED | UNIT_APART },
	{ "TiB", UNIT_BYTES, 0x1p40, UNIT_PRINTED | UNIT_APART },
	{ "bytes", UNIT_BYTES, 1, UNIT_CONVERTS },
	{ "B/s", UNIT_BYTE_RATE, 1, UNIT_CONVERTS | UNIT_PRINTED | UNIT_APART },
	{ "kB/s", UNIT_BYTE_RATE, 1e3, UNIT_CONVERTS | UNIT_PRINTED | UNIT_APART },
	{ "KB/s", UNIT_BYTE_RATE, 1e3, UNIT_CONVERTS | UNIT_PRINTED | UNIT_APART },
	{ "MB/s", UNIT_BYTE_RATE, 1e6, UNIT_CONVERTS | UNIT_PRINTED | UNIT_APART },
	{ "GB/s", UNIT_BYTE_RATE, 1e9, UNIT_CONVERTS | UNIT_PRINTED | UNIT_APART },
	{ "KiB/s", UNIT_BYTE_RATE, 0x1p10, UNIT_CONVERTS | UNIT_PRINTED | UNIT_APART },
	{ "MiB/s", UNIT_BYTE_RATE, 0x1p20, UNIT_CONVERTS | UNIT_PRINTED | UNIT_APART },
	{ "GiB/s", UNIT_BYTE_RATE, 0x1p30, UNIT_CONVERTS | UNIT_PRINTED | UNIT_APART },
	{ "bits/sec", UNIT_BIT_RATE, 1, UNIT_PRINTED | UNIT_APART },
	{ "Kbits/sec", UNIT_BIT_RATE, 1e3, UNIT_PRINTED | UNIT_APART },
	{ "Mbits/sec", UNIT_BIT_RATE, 1e6, UNIT_PRINTED | UNIT_APART },
	{ "Gbits/sec", UNIT_BIT_RATE, 1e9, UNIT_PRINTED | UNIT_APART },
	{ "/s", UNIT_RATE, 1, UNIT_CONVERTS | UNIT_PRINTED },
	{ "1/s", UNIT_RATE, 1, UNIT_CONVERTS | UNIT_PRINTED },
	{ "ops/s", UNIT_RATE, 1, UNIT_CONVERTS },
	{ "op/s", UNIT_RATE, 1, UNIT_CONVERTS },
	{ "iops", UNIT_RATE, 1, UNIT_CONVERTS },
	{ "IOPS", UNIT_RATE, 1, UNIT_CONVERTS },
	{ "req/s", UNIT_RATE, 1, UNIT_CONVERTS },
	{ "rps", UNIT_RATE, 1, UNIT_CONVERTS },
	{ "kops/s", UNIT_RATE, 1e3, UNIT_CONVERTS },
	{ "1/min", UNIT_RATE, 1.0 / 60, UNIT_CONVERTS },
	{ "%", UNIT_SHARE, 0.01, UNIT_CONVERTS | UNIT_PRINTED | UNIT_APART },
	{ "ppm", UNIT_SHARE, 1e-6, UNIT_CONVERTS },
};
const size_t n_units = ARRAY_SIZE(units);

static const char *const quantities[] = {
	[UNIT_TIME] = "time",
	[UNIT_BYTES] = "bytes",
	[UNIT_BYTE_RATE] = "bytes per second",
	[UNIT_BIT_RATE] = "bits per second",
	[UNIT_RATE] = "rate",
	[UNIT_SHARE] = "share",
};

const struct unit *unit_find(const char *name, unsigned int flags)
{
	for (size_t i = 0; name && i < n_units; i++)
		if ((units[i].flags & flags) == flags && streq(units[i].name, name))
			return &units[i];
	return NULL;
}

bool unit_factor(const char *from, const char *to, double *factor)
{
	const struct unit *a, *b;

	if (streq_null(from, to)) {
		*factor = 1;
		return true;
	}
	a = unit_find(from, UNIT_CONVERTS);
	b = unit_find(to, UNIT_CONVERTS);
	if (!a || !b || a->of != b->of)
		return false;
	*factor = a->size / b->size;
	return true;
}

const char *unit_quantity(const struct unit *u)
{
	return quantities[u->of];
}
