/* SPDX-License-Identifier: GPL-2.0-only */
/* The blocks of docs/metrics.md, rendered from the registry. */
#ifndef SIDECAR_METRIC_DOC_H
#define SIDECAR_METRIC_DOC_H

#include "base/strbuf.h"

void metric_doc_tests(struct strbuf *out);
void metric_doc_cgroups(struct strbuf *out);

#endif
