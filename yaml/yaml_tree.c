/* SPDX-License-Identifier: GPL-2.0-only */
#include "yaml/yaml_tree.h"

#include <yaml.h>

#include "base/mem.h"

#define NESTING_MAX     64
#define SHOWN_KEY_BYTES 60

/* --- messages ----------------------------------------------------------------------------------
 */

const struct yaml_place *place_at(const struct yaml_place *in, const char *key)
{
	if (!in || in->form != YAML_FORM_MAPPING)
		return NULL;
	for (const struct yaml_place *p = in->first; p; p = p->next)
		if (streq(p->key, key))
			return p;
	return NULL;
}

const struct yaml_place *place_item(const struct yaml_place *in, const char *key, uint32_t index)
{
	const struct yaml_place *list = place_at(in, key), *p;

	if (!list || list->form != YAML_FORM_LIST)
		return NULL;
	for (p = list->first; p && p->index != index; p = p->next)
		;
	return p;
}

static void add_keys(struct strbuf *b, const struct yaml_place *at)
{
	if (!at || !at->up)
		return;
	add_keys(b, at->up);
	if (!at->key) {
		strbuf_addf(b, "[%u]", at->index);
		return;
	}
	strbuf_adds(b, b->n ? ": " : "");
	strbuf_add_printable(b, at->key, strnlen(at->key, SHOWN_KEY_BYTES), false);
}

/* "s.yaml:7: cgroups[1]: works[0]: nice: " */
static void add_place(struct strbuf *b, const struct yaml_place *in, const char *key)
{
	const struct yaml_place *at = key ? place_at(in, key) : in;
	_cleanup_strbuf_ struct strbuf keys = STRBUF_INIT;
	uint32_t line = at ? at->line : in ? in->line : 0;

	if (in)
		strbuf_adds(b, in->tree->path);
	if (line)
		strbuf_addf(b, ":%u", line);
	strbuf_adds(b, in ? ": " : "");
	add_keys(&keys, in);
	if (key)
		strbuf_addf(&keys, "%s%s", keys.n ? ": " : "", key);
	strbuf_addf(b, "%s%s", strbuf_cstr(&keys), keys.n ? ": " : "");
}

int place_refuse(const struct yaml_place *in, const char *key, struct err *err, const char *fmt,
                 ...)
{
	_cleanup_strbuf_ struct strbuf what = STRBUF_INIT, b = STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(&what, fmt, ap);
	va_end(ap);
	add_place(&b, in, key);
	strbuf_add_printable(&b, what.s, what.n, false);
	return err_set(err, ERR_FORMAT, "%s", strbuf_cstr(&b));
}

int place_wrap(const struct yaml_place *in, const char *key, struct err *err)
{
	const struct err inner = *err;

	return place_refuse(in, key, err, "%s", inner.msg);
}

/* --- reading -----------------------------------------------------------------------------------
 */

/* Only this file makes, links and frees places. To all others they are const. */
struct building {
	yaml_parser_t parser;
	struct yaml_tree *tree;
	struct yaml_place *in[NESTING_MAX]; /* the open lists and mappings, outermost first */
	struct yaml_place *last[NESTING_MAX];
	size_t depth;
	char *key; /* of the next value */
	uint32_t key_line;
	uint32_t n_documents;
	bool done;
	struct err *err;
};

static void free_places(struct yaml_place *p)
{
	while (p) {
		struct yaml_place *next = (struct yaml_place *)p->next;

		free_places((struct yaml_place *)p->first); /* no deeper than NESTING_MAX */
		free((char *)p->key);
		free((char *)p->text);
		free(p);
		p = next;
	}
}

void yaml_tree_free(struct yaml_tree **t)
{
	while (*t) {
		struct yaml_tree *next = (*t)->next;

		free_places((struct yaml_place *)(*t)->root);
		free((*t)->path);
		free(*t);
		*t = next;
	}
}

static uint32_t line_of(const yaml_event_t *e)
{
	return (uint32_t)e->start_mark.line + 1;
}

static struct yaml_place *inside(const struct building *b)
{
	return b->depth ? b->in[b->depth - 1] : NULL;
}

static bool wants_key(const struct building *b)
{
	return b->depth && inside(b)->form == YAML_FORM_MAPPING && !b->key;
}

static struct yaml_place *add(struct building *b, const yaml_event_t *e, enum yaml_form form)
{
	struct yaml_place *up = inside(b), *p = xcalloc(1, sizeof(*p));

	p->tree = b->tree;
	p->up = up;
	p->form = form;
	if (!up) {
		b->tree->root = p;
		return p;
	}
	p->line = b->key ? b->key_line : line_of(e);
	p->key = steal_ptr(&b->key);
	p->index = (uint32_t)up->n++;
	if (b->last[b->depth - 1])
		b->last[b->depth - 1]->next = p;
	else
		up->first = p;
	b->last[b->depth - 1] = p;
	return p;
}

/* Refuses a key of the open mapping, with the event's line. */
static int refuse_key(const struct building *b, const yaml_event_t *e, const char *what)
{
	struct yaml_place here = *inside(b);

	here.line = line_of(e);
	return place_refuse(&here, NULL, b->err, "a key %s", what);
}

static int take_key(struct building *b, const yaml_event_t *e)
{
	const char *text = (const char *)e->data.scalar.value;

	if (strlen(text) != e->data.scalar.length)
		return refuse_key(b, e, "holds a NUL");
	b->key = xstrdup(text);
	b->key_line = line_of(e);
	return 0;
}

static int take_scalar(struct building *b, const yaml_event_t *e)
{
	struct yaml_place *p;

	if (wants_key(b))
		return take_key(b, e);
	p = add(b, e, YAML_FORM_VALUE);
	p->n = e->data.scalar.length;
	p->text = xstrndup((const char *)e->data.scalar.value, p->n);
	if (strlen(p->text) != p->n)
		return place_refuse(p, NULL, b->err, "holds a NUL");
	return 0;
}

static int enter(struct building *b, const yaml_event_t *e, enum yaml_form form)
{
	struct yaml_place *p;

	if (wants_key(b))
		return refuse_key(b, e, "is a list or a mapping");
	p = add(b, e, form);
	if (b->depth == NESTING_MAX)
		return place_refuse(p, NULL, b->err, "nested more than %d deep", NESTING_MAX);
	b->last[b->depth] = NULL;
	b->in[b->depth++] = p;
	return 0;
}

static int refuse_alias(struct building *b, const yaml_event_t *e)
{
	if (wants_key(b))
		return refuse_key(b, e, "is an alias");
	return place_refuse(add(b, e, YAML_FORM_VALUE), NULL, b->err,
	                    "aliases, like *%s, are not supported: write it out",
	                    (const char *)e->data.alias.anchor);
}

/* An empty document has no root. */
static int take_document(struct building *b, const yaml_event_t *e)
{
	if (b->n_documents++)
		return err_set(b->err, ERR_FORMAT,
		               "%s:%u: a second document begins here: one file holds one",
		               b->tree->path, line_of(e));
	return 0;
}

static int take_event(struct building *b, const yaml_event_t *e)
{
	switch (e->type) {
	case YAML_SCALAR_EVENT: return take_scalar(b, e);
	case YAML_SEQUENCE_START_EVENT: return enter(b, e, YAML_FORM_LIST);
	case YAML_MAPPING_START_EVENT: return enter(b, e, YAML_FORM_MAPPING);
	case YAML_ALIAS_EVENT: return refuse_alias(b, e);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT: b->depth--; break;
	case YAML_STREAM_END_EVENT: b->done = true; break;
	case YAML_DOCUMENT_START_EVENT: return take_document(b, e);
	case YAML_DOCUMENT_END_EVENT:
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT: break;
	}
	return 0;
}

static int refuse_syntax(const struct building *b)
{
	const yaml_parser_t *p = &b->parser;
	const bool marked = p->error == YAML_SCANNER_ERROR || p->error == YAML_PARSER_ERROR;
	const yaml_mark_t *mark = marked ? &p->problem_mark : &p->mark;

	return err_set(b->err, ERR_FORMAT, "%s:%zu: is not valid YAML: %s%s%s", b->tree->path,
	               mark->line + 1, p->context ? p->context : "", p->context ? ", " : "",
	               p->problem ? p->problem : "out of memory");
}

static int build(struct building *b)
{
	while (!b->done) {
		yaml_event_t e;
		int r;

		if (!yaml_parser_parse(&b->parser, &e))
			return refuse_syntax(b);
		r = take_event(b, &e);
		yaml_event_delete(&e);
		if (r < 0)
			return r;
	}
	return 0;
}

int yaml_tree_parse(const char *path, const struct strbuf *text, struct yaml_tree **out,
                    struct err *err)
{
	struct building b = { .err = err };
	int r;

	if (!yaml_parser_initialize(&b.parser))
		return err_set(err, ERR_SYSTEM, "%s: out of memory", path);
	b.tree = xcalloc(1, sizeof(*b.tree));
	b.tree->path = xstrdup(path);
	/* libyaml asserts that the text is not NULL, even if it is empty */
	yaml_parser_set_input_string(&b.parser, (const unsigned char *)strbuf_cstr(text), text->n);
	r = build(&b);
	yaml_parser_delete(&b.parser);
	free(b.key);
	if (r < 0)
		yaml_tree_free(&b.tree);
	else
		*out = b.tree;
	return r;
}
