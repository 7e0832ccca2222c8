/* SPDX-License-Identifier: GPL-2.0-only */
#include <limits.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"

uint64_t clock_mono_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * NS_PER_SEC + (uint64_t)ts.tv_nsec;
}

uint64_t deadline_in(uint64_t ns)
{
	uint64_t t;

	return __builtin_add_overflow(clock_mono_ns(), ns, &t) ? DEADLINE_NONE : t;
}

int deadline_poll_ms(uint64_t deadline)
{
	uint64_t now, ms;

	if (deadline == DEADLINE_NONE)
		return -1;
	now = clock_mono_ns();
	if (deadline <= now)
		return 0;
	ms = (deadline - now - 1) / NS_PER_MS + 1;
	return ms > INT_MAX ? INT_MAX : (int)ms;
}

char *clock_format_utc(time_t t)
{
	char buf[64];
	struct tm tm;

	if (!gmtime_r(&t, &tm) || !strftime(buf, sizeof(buf), "%Y-%m-%dT%H:%M:%SZ", &tm))
		return xstrdup("?");
	return xstrdup(buf);
}

time_t clock_parse_utc(const char *s)
{
	_cleanup_free_ char *again = NULL;
	struct tm tm = { 0 };
	const char *end = strptime(s, "%Y-%m-%dT%H:%M:%SZ", &tm);
	time_t t;

	if (!end || *end)
		return (time_t)-1;
	t = timegm(&tm);
	/* strptime() also accepts spaces, short numbers and 30 February. */
	again = clock_format_utc(t);
	return streq(again, s) ? t : (time_t)-1;
}

char *clock_format_ns(uint64_t ns)
{
	static const struct {
		const char *name;
		double ns;
	} units[] = { { "ns", 1 }, { "us", 1e3 }, { "ms", 1e6 }, { "s", 1e9 } };
	size_t i = 0;

	/* 999.5 would be shown with four digits. */
	while (i + 1 < ARRAY_SIZE(units) && (double)ns / units[i].ns >= 999.5)
		i++;
	if ((double)ns / units[i].ns >= 999.5)
		return xasprintf("%.0f %s", (double)ns / units[i].ns, units[i].name);
	return xasprintf("%.3g %s", (double)ns / units[i].ns, units[i].name);
}
