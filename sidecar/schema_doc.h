/* SPDX-License-Identifier: GPL-2.0-only */
/* The schema of the sidecar as pages for people and programs, rendered from the field tables. */
#ifndef SIDECAR_SCHEMA_DOC_H
#define SIDECAR_SCHEMA_DOC_H

#include "base/strbuf.h"

/* The block of docs/schema.md: a table per object. */
void schema_doc_markdown(struct strbuf *out);
/* docs/schema.json: JSON Schema, draft 2020-12. */
void schema_doc_json(struct strbuf *out);

#endif
