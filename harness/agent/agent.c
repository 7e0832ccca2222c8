/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/agent.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/strbuf.h"

void agent_send(struct agent *a, enum wire_msg type, const void *rec)
{
	if (a->has_ring)
		ring_send(&a->ring, type, rec);
}

void agent_log(struct agent *a, const char *fmt, ...)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(&b, fmt, ap);
	va_end(ap);
	if (a->job.save_level != U32_NONE)
		strv_add(&a->remarks, strbuf_cstr(&b));
	if (a->has_ring)
		agent_send(a, WIRE_LOG, &(struct wire_log){ .text = b.s });
	else
		fprintf(stderr, "agent: %s\n", b.s);
}

void agent_phase(struct agent *a, enum wire_phase_id phase)
{
	agent_send(a, WIRE_PHASE, &(struct wire_phase){ .phase = phase, .at_ns = clock_mono_ns() });
}
