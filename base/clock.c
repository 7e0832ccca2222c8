/* SPDX-License-Identifier: GPL-2.0-only */
#include <limits.h>
#include <string.h>

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
	uint64_t now = clock_mono_ns();

	return ns >= DEADLINE_NONE - now ? DEADLINE_NONE : now + ns;
}

int deadline_poll_ms(uint64_t deadline)
{
	uint64_t now, ms;

	if (deadline == DEADLINE_NONE)
		return -1;
	now = clock_mono_ns();
	if (deadline <= now)
		return 0;
	ms = (deadline - now + NS_PER_MS - 1) / NS_PER_MS;
	return ms > INT_MAX ? INT_MAX : (int)ms;
}

char *clock_format_utc(time_t t)
{
	struct tm tm;
	char text[32];

	if (!gmtime_r(&t, &tm) || !strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm))
		return xstrdup("-");
	return xstrdup(text);
}

time_t clock_parse_utc(const char *s)
{
	struct tm tm = { 0 };
	const char *end = strptime(s, "%Y-%m-%dT%H:%M:%SZ", &tm);

	if (strlen(s) != strlen("YYYY-MM-DDTHH:MM:SSZ") || !end || *end)
		return (time_t)-1;
	return timegm(&tm);
}

char *clock_format_ns(uint64_t ns)
{
	static const struct {
		double scale;
		const char *unit;
	} units[] = { { 1e9, "s" }, { 1e6, "ms" }, { 1e3, "us" } };

	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		double v = (double)ns / units[i].scale;

		/* 0.9995 would print as the unit below's "1000" */
		if (v >= 0.9995)
			return xasprintf("%.*f %s",
			                 v < 9.995   ? 2
			                 : v < 99.95 ? 1
			                             : 0,
			                 v, units[i].unit);
	}
	return xasprintf("%u ns", (unsigned int)ns);
}
