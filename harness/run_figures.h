/* SPDX-License-Identifier: GPL-2.0-only */
/* The verifier's figures in the sidecars of a run directory. */
#ifndef HARNESS_RUN_FIGURES_H
#define HARNESS_RUN_FIGURES_H

#include "base/err.h"
#include "harness/figures.h"

struct run_figures {
	char *path;
	struct run_scheduler {
		char *scheduler, *kernel_version, *timestamp;
		struct figures figures;
	} * v;
	size_t n;
};

/* The folder of a run: a path, or a name under the root of the runs. NULL: there is none. The caller
 * frees. */
char *run_figures_folder(const char *run);
/* ERR_NOT_FOUND: no sidecar in the folder has figures. */
int run_figures_read(const char *folder, struct run_figures *out, struct err *err) MUST_CHECK;
/* Those of the newest test of the scheduler on the kernel, or NULL. */
const struct figures *run_figures_find(const struct run_figures *r, const char *scheduler,
                                       const char *kernel_version);
void run_figures_done(struct run_figures *r);

#endif
