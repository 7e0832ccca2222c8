/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/test.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "harness/record.h"
#include "tests/unit/sidecar_sample.h"

/* The host's clock was set back while the test ran: it began in what is now the future. */
TEST(record_end_is_after_the_start_whatever_the_hosts_clock_does)
{
	_cleanup_strv_ struct strv defects = STRV_INIT;
	struct sidecar s;

	sample_sidecar(&s, "a", 0);
	free(s.timestamp);
	free(steal_ptr(&s.end_timestamp));
	s.timestamp = xstrdup("2199-12-31T23:59:58Z");
	record_end(&s, 3 * NS_PER_SEC + 1);
	ck_assert_str_eq(s.end_timestamp, "2200-01-01T00:00:01Z");
	ck_assert_uint_eq(sidecar_check(&s, &defects), 0);
	json_done(&sidecar_table, &s);
}
