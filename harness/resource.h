/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Finds the files that belong to the program: agent, bundled schedulers, scenario catalogue. They
 * are in $KTSTR_LIB, else in ../lib/ktstr (installed) or ../lib (as built), as seen from the folder
 * of the executable.
 */
#ifndef HARNESS_RESOURCE_H
#define HARNESS_RESOURCE_H

#include "base/err.h"
#include "base/strv.h"

/* The folder. ERR_UNSUPPORTED if there is none. The caller frees. */
int resource_dir(char **out, struct err *err) MUST_CHECK;
/* The path of a file in it: "agent", "schedulers/vtime.bpf.o", "catalogue". ERR_UNSUPPORTED if it
 * does not exist. The caller frees. */
int resource_path(const char *name, char **out, struct err *err) MUST_CHECK;
/* Adds the names of the bundled schedulers, sorted. */
int resource_schedulers(struct strv *names, struct err *err) MUST_CHECK;

#endif
