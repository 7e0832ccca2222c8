/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Removes an earlier invocation's results from a run directory: the *.ktstr.json files and the
 * artefacts that belong to them (same stem). Subdirectories and all other files stay.
 */
#ifndef SIDECAR_CLEAR_H
#define SIDECAR_CLEAR_H

#include "base/err.h"
#include "base/strv.h"

/* Selects the names to remove. Sidecars come last, so an interrupted clearing leaves no artefact
 * without its sidecar. */
void clear_select(const struct strv *names, struct strv *out);
/* Removes them from `rundir`. With `history` it moves them to that new directory instead; if the
 * name exists, ".1", ".2", … is appended. Both paths are relative to rootfd. */
int clear_run(int rootfd, const char *rundir, const char *history, struct err *err) MUST_CHECK;
/* How many sidecars it would remove. */
size_t clear_count(int rootfd, const char *rundir);

/* Whether the run directory has a sidecar of another kernel image than this one (SHA-256). Sidecars
 * that do not say their image do not count. */
bool clear_would_lose(int rootfd, const char *rundir, const char *image_sha256);

#endif
