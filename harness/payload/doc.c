/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/strbuf.h"
#include "harness/payload/payload.h"

static void add_preset(const struct payload_preset *p, struct strbuf *out)
{
	strbuf_addf(out, "\n### %s\n\nRun %s.\n\n", p->name, p->use);
	strbuf_adds(out, "| metric | unit | better | what it is |\n|---|---|---|---|\n");
	for (size_t i = 0; i < p->n; i++) {
		const struct payload_metric *m = &p->metrics[i];

		strbuf_addf(out, "| `%s` | %s | %s | %s |\n", m->name, m->unit ? m->unit : "",
		            m->better == POLARITY_NONE
		                    ? ""
		                    : json_name(&payload_polarity_names, (int)m->better),
		            m->doc);
	}
}

#define X(e, name, doc) strbuf_adds(out, "| `" name "` | " doc " |\n");
void payload_doc_sources(struct strbuf *out)
{
	strbuf_adds(out, "| from | path |\n|---|---|\n");
	PAYLOAD_SOURCES(X)
}

void payload_doc_picks(struct strbuf *out)
{
	strbuf_adds(out, "| pick | if there are several values |\n|---|---|\n");
	PAYLOAD_PICKS(X)
}
#undef X

void payload_doc_presets(struct strbuf *out)
{
	for (size_t i = 0; i < payload_presets_n; i++)
		add_preset(&payload_presets[i], out);
}
