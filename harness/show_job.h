/* SPDX-License-Identifier: GPL-2.0-only */
/* Prints a job for people: its cgroups, works and payloads, then its ops and their times. */
#ifndef HARNESS_SHOW_JOB_H
#define HARNESS_SHOW_JOB_H

#include <stdio.h>

#include "harness/wire/job.h"

void show_job(const struct job *job, FILE *f);

#endif
