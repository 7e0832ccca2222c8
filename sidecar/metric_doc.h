/* SPDX-License-Identifier: GPL-2.0-only */
/* docs/metrics.md, rendered from the registry. */
#ifndef SIDECAR_METRIC_DOC_H
#define SIDECAR_METRIC_DOC_H

#include "base/strbuf.h"

void metric_doc(struct strbuf *out);

#endif
