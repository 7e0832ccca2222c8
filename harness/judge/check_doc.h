/* SPDX-License-Identifier: GPL-2.0-only */
/* docs/checks.md, rendered from the tables of checks and rules. */
#ifndef JUDGE_CHECK_DOC_H
#define JUDGE_CHECK_DOC_H

#include "base/strbuf.h"

void check_doc(struct strbuf *out);

#endif
