/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For whoever moves a run directory as a whole: keeps invocations out of it meanwhile. It is the lock
 * that every write of rundir.h takes. Closing it releases it, and so does the end of the process.
 */
#ifndef SIDECAR_HOLD_H
#define SIDECAR_HOLD_H

#include "base/err.h"

/* Takes the lock of the run directory `key` under the runs root. ERR_BUSY if an invocation that has
 * claimed the directory is alive; the message names its processes. Returns a descriptor; the caller
 * closes it. */
int hold_take(int root_fd, const char *key, struct err *err) MUST_CHECK;

#endif
