/* SPDX-License-Identifier: GPL-2.0-only */
/* Finds the scenario that the user names. */
#ifndef HARNESS_CATALOGUE_H
#define HARNESS_CATALOGUE_H

#include "harness/scenario/scenario.h"

/* A bundled scenario by its name, or a file by its path (with a "/" in it or ".yaml" at its end).
 * ERR_USAGE with a suggestion for an unknown name. The caller frees. */
int catalogue_find(const char *name, struct scenario **out, struct err *err) MUST_CHECK;
/* The file of --scenario. Where there is none, the error says how to name one of the catalogue. */
int catalogue_load_file(const char *path, struct scenario **out, struct err *err) MUST_CHECK;
/* For errors in files that the user gave: turns ERR_FORMAT into ERR_USAGE. Returns the negative
 * code. */
int catalogue_blame(struct err *err);

#endif
