/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/bench/beside.h"

#include "base/cleanup.h"

#define READY_NS (1 * NS_PER_SEC)
#define GRACE_NS (2 * NS_PER_SEC)

static int ended(struct child *c, struct err *err)
{
	_cleanup_free_ char *how = child_describe(c);

	child_done(c);
	return err_set(err, ERR_CHILD, "the program of --with ended too soon: %s", how);
}

/* Nothing says when an unknown program is ready. To wait for its early end also gives it that time. */
int beside_start(const struct strv *argv, struct child *c, struct err *err)
{
	struct strv copy = *argv;
	struct err late = ERR_INIT;
	const struct child_opts o = { .argv = strv_argv(&copy) };

	*c = (struct child)CHILD_INIT;
	if (child_start(&o, c, err) < 0)
		return err_wrap(err, "--with");
	return child_wait(c, deadline_in(READY_NS), &late) == -ERR_TIMEOUT ? 0 : ended(c, err);
}

int beside_stop(struct child *c, struct err *err)
{
	struct err late = ERR_INIT;

	if (child_wait(c, clock_mono_ns(), &late) != -ERR_TIMEOUT)
		return ended(c, err);
	child_stop(c, GRACE_NS);
	child_done(c);
	return 0;
}
