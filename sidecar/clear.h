/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Clearing a run directory of an earlier invocation's results: its *.ktstr.json files and the
 * artefacts that belong to them (same stem). Shallow: directories and all other files stay.
 */
#ifndef SIDECAR_CLEAR_H
#define SIDECAR_CLEAR_H

#include "base/err.h"
#include "base/strv.h"

/* Of the names in a directory, those that go: sidecars last, so that an interrupted clearing leaves
 * no artefact without its sidecar. */
void clear_select(const struct strv *names, struct strv *out);
/* Removes them; or, with `history` (relative to rootfd), moves them there. A directory of that name
 * that exists already is left alone: ".1", ".2", … is appended. */
int clear_run(int rootfd, const char *rundir, const char *history, struct err *err) MUST_CHECK;

#endif
