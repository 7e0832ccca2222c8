/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/output.h"

void output_init(struct output *o, size_t max_bytes)
{
	*o = (struct output){ .half = max_bytes / 2 };
}

static void add_tail(struct output *o, const char *data, size_t n)
{
	if (n > o->half) { /* only the end would remain */
		data += n - o->half;
		n = o->half;
	}
	while (n) {
		size_t room = o->half - o->at, part = n < room ? n : room;

		if (o->tail.n < o->half)
			strbuf_add(&o->tail, data, part);
		else
			memcpy(o->tail.s + o->at, data, part);
		o->at = (o->at + part) % o->half;
		data += part;
		n -= part;
	}
}

void output_add(struct output *o, const char *data, size_t n)
{
	size_t room = o->half - o->head.n, first = n < room ? n : room;

	o->total += n;
	strbuf_add(&o->head, data, first);
	if (o->half)
		add_tail(o, data + first, n - first);
}

char *output_text(const struct output *o)
{
	_cleanup_strbuf_ struct strbuf raw = STRBUF_INIT;
	uint64_t left_out = o->total - o->head.n - o->tail.n;
	struct strbuf text = STRBUF_INIT;

	strbuf_add(&raw, strbuf_cstr(&o->head), o->head.n);
	if (left_out)
		strbuf_addf(&raw, "\n[%llu bytes left out]\n", (unsigned long long)left_out);
	if (o->tail.n == o->half && o->half) {
		strbuf_add(&raw, o->tail.s + o->at, o->half - o->at);
		strbuf_add(&raw, o->tail.s, o->at);
	} else {
		strbuf_add(&raw, strbuf_cstr(&o->tail), o->tail.n);
	}
	strbuf_add_printable(&text, strbuf_cstr(&raw), raw.n, true);
	return strbuf_steal(&text);
}

void output_done(struct output *o)
{
	strbuf_done(&o->head);
	strbuf_done(&o->tail);
	*o = (struct output){ 0 };
}
