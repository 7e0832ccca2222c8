/* SPDX-License-Identifier: GPL-2.0-only */
/* The smallest program: an ELF file of one page that exits at once. So the cost of exec does not depend on
 * the libraries of this machine. */
#ifndef HARNESS_BENCH_TINY_H
#define HARNESS_BENCH_TINY_H

#include "base/err.h"

/* Writes it into the folder and returns its path, which the caller frees; NULL on failure. */
char *tiny_program(const char *dir, struct err *err);

#endif
