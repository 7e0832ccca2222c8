/* SPDX-License-Identifier: GPL-2.0-only */
/* Pages of docs/ that are made from tables. */
#ifndef TESTS_UNIT_GOLDEN_H
#define TESTS_UNIT_GOLDEN_H

#include "base/strbuf.h"

/* Fails when the file is not this; with UPDATE_GOLDEN=1 it is written anew first. */
void golden_page(const char *path, const struct strbuf *want);

#endif
