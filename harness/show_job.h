/* SPDX-License-Identifier: GPL-2.0-only */
/* A resolved job as a person reads it: what there is, and what is done to it when. */
#ifndef HARNESS_SHOW_JOB_H
#define HARNESS_SHOW_JOB_H

#include <stdio.h>

#include "harness/wire/job.h"

void show_job(const struct job *job, FILE *f);

#endif
