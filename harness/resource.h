/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The files that belong to the program: agent, bundled schedulers, scenario catalogue. They lie in
 * $KTSTR_LIB, else beside the executable in ../lib/ktstr (installed) or ../lib (as built).
 */
#ifndef HARNESS_RESOURCE_H
#define HARNESS_RESOURCE_H

#include "base/err.h"
#include "base/strv.h"

/* The folder; caller frees. */
int resource_dir(char **out, struct err *err) MUST_CHECK;
/* A file in it, which must exist: "agent", "schedulers/vtime.bpf.o", "catalogue". Caller frees. */
int resource_path(const char *name, char **out, struct err *err) MUST_CHECK;
/* Names of the bundled schedulers, sorted. */
int resource_schedulers(struct strv *names, struct err *err) MUST_CHECK;

#endif
