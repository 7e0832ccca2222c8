/* SPDX-License-Identifier: GPL-2.0-only */
/* Pages of docs/, and blocks of them, that are generated from tables. */
#ifndef TESTS_UNIT_GOLDEN_H
#define TESTS_UNIT_GOLDEN_H

#include "base/strbuf.h"

/* Fails when the file's content differs. With UPDATE_GOLDEN=1 the file is first written anew. */
void golden_page(const char *path, const struct strbuf *want);
/* The same of the lines of a page between "<!-- NAME -->" and the next "<!-- end -->". */
void golden_block(const char *path, const char *name, const struct strbuf *want);

#endif
