/* SPDX-License-Identifier: GPL-2.0-only */
/* What a sidecar must hold so that `harness replay` can run its test again (replay.h). */
#ifndef HARNESS_REPLAY_RECORD_H
#define HARNESS_REPLAY_RECORD_H

#include "harness/env.h"
#include "harness/plan.h"
#include "sidecar/sidecar.h"

/* The caller, a sidecar, frees it. */
struct sidecar_replay *replay_record(const struct harness_env *env, const struct test *t);

#endif
