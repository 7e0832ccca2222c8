/* SPDX-License-Identifier: GPL-2.0-only */
/* Time in nanoseconds. A deadline is an absolute CLOCK_MONOTONIC time; DEADLINE_NONE: never. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

#define NS_PER_US     1000ULL
#define NS_PER_MS     1000000ULL
#define NS_PER_SEC    1000000000ULL
#define DEADLINE_NONE UINT64_MAX

/* CLOCK_MONOTONIC now. */
uint64_t clock_mono_ns(void);
/* now + ns; DEADLINE_NONE on overflow. */
uint64_t deadline_in(uint64_t ns);
/* Milliseconds left, for poll(2): rounded up, at most INT_MAX; 0 when the deadline has passed, -1
 * for DEADLINE_NONE. */
int deadline_poll_ms(uint64_t deadline);
/* A time_t as "2026-11-21T04:15:01Z" (UTC), which the caller frees, and back. clock_parse_utc()
 * returns (time_t)-1 for any other form. */
char *clock_format_utc(time_t t);
time_t clock_parse_utc(const char *s);
/* For people: "12.3 s", "450 ms", "83 us", "7 ns", with three digits. The caller frees. */
char *clock_format_ns(uint64_t ns);

#endif
