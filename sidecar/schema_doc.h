/* SPDX-License-Identifier: GPL-2.0-only */
/* The sidecar's schema, for people and for programs, generated from the field tables. */
#ifndef SIDECAR_SCHEMA_DOC_H
#define SIDECAR_SCHEMA_DOC_H

#include "base/strbuf.h"

/* The generated block of docs/schema.md: one table per object. */
void schema_doc_markdown(struct strbuf *out);
/* docs/schema.json: JSON Schema, draft 2020-12. */
void schema_doc_json(struct strbuf *out);

#endif
