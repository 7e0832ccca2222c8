/* SPDX-License-Identifier: GPL-2.0-only */
/* The generated blocks of docs/metrics.md: the metrics of a test and those of a cgroup. */
#ifndef SIDECAR_METRIC_DOC_H
#define SIDECAR_METRIC_DOC_H

#include "base/strbuf.h"

void metric_doc_tests(struct strbuf *out);
void metric_doc_questions(struct strbuf *out);
void metric_doc_cgroups(struct strbuf *out);

#endif
