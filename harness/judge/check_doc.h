/* SPDX-License-Identifier: GPL-2.0-only */
/* Renders the blocks of docs/checks.md that come from tables and constants. */
#ifndef JUDGE_CHECK_DOC_H
#define JUDGE_CHECK_DOC_H

#include "base/strbuf.h"

/* Block "checks": one row per check. */
void check_doc_checks(struct strbuf *out);
/* Block "figures": the constants that all checks share. */
void check_doc_figures(struct strbuf *out);

#endif
