/* SPDX-License-Identifier: GPL-2.0-only */
/* The commands of the suite file that switch on a scheduler that is built into the kernel, and off. */
#ifndef HARNESS_COMMANDS_H
#define HARNESS_COMMANDS_H

#include "base/err.h"
#include "base/strv.h"
#include "harness/wire/job.h"

struct scheduler_files;
struct variant;

/* A command line: words, as a shell splits them; the program is one of this machine. */
int command_check(const char *line, struct err *err) MUST_CHECK;
/* Puts those of a scheduler into the job; v may be NULL. */
int commands_fill(const struct variant *v, struct job *job, struct err *err) MUST_CHECK;
/* Adds the programs that they need to the files of the guest. */
int commands_add_files(const struct job *job, struct scheduler_files *files, struct err *err)
	MUST_CHECK;

#endif
