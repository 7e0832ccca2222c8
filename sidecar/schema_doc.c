/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/json.h"
#include "base/mem.h"
#include "sidecar/schema_doc.h"
#include "sidecar/sidecar.h"

/* A kind's name for people, and its type in JSON Schema. */
static const struct {
	const char *word, *type;
} kinds[] = {
	[JSON_BOOL] = { "true or false", "boolean" },
	[JSON_TRI] = { "true or false", "boolean" },
	[JSON_U32] = { "whole number", "integer" },
	[JSON_U64] = { "whole number", "integer" },
	[JSON_I64] = { "whole number", "integer" },
	[JSON_F64] = { "number", "number" },
	[JSON_STR] = { "string", "string" },
	[JSON_ENUM] = { "one of", "string" },
	[JSON_OBJ] = { "object", "object" },
	[JSON_INLINE] = { "", "object" },
	[JSON_OBJ_PTR] = { "object", "object" },
	[JSON_ARRAY] = { "array of", "array" },
	[JSON_STRV] = { "array of strings", "array" },
	[JSON_STRMAP] = { "map of strings", "object" },
	[JSON_U64S] = { "array of whole numbers", "array" },
	[JSON_F64MAP] = { "map of numbers", "object" },
};

/* A table and all tables below it, each once. */
struct tables {
	const struct json_table **v;
	size_t n;
};

static void collect(const struct json_table *t, struct tables *out)
{
	for (size_t i = 0; i < out->n; i++)
		if (out->v[i] == t)
			return;
	*xgrow(out->v, out->n) = t;
	for (size_t i = 0; i < t->n; i++)
		if (t->fields[i].table && t->fields[i].kind != JSON_INLINE)
			collect(t->fields[i].table, out);
}

static void add_type(struct strbuf *out, const struct json_field *f)
{
	strbuf_adds(out, kinds[f->kind].word);
	if (f->table)
		strbuf_addf(out, " [%s](#%s)", f->table->name, f->table->name);
	for (size_t i = 0; f->names && i < f->names->n; i++)
		if (f->names->names[i])
			strbuf_addf(out, " `%s`", f->names->names[i]);
}

static const char *presence(const struct json_field *f)
{
	if (f->flags & JSON_OPTIONAL)
		return "left out if there is none";
	if (f->flags & JSON_NULLABLE)
		return "null if there is none";
	return "always";
}

static void add_rows(struct strbuf *out, const struct json_table *t)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct json_field *f = &t->fields[i];

		if (f->kind == JSON_INLINE) {
			add_rows(out, f->table);
			continue;
		}
		strbuf_addf(out, "| `%s` | ", f->name);
		add_type(out, f);
		strbuf_addf(out, " | %s | %s | %s%s%s |\n", f->unit ? f->unit : "", presence(f),
		            f->doc, f->flags & JSON_IDENTITY ? " (identity)" : "",
		            f->flags & JSON_STATE ? " (of the moment)" : "");
	}
}

static void add_object(struct strbuf *out, const struct json_table *t)
{
	strbuf_addf(out, "\n## %s\n\n%s\n\n", t->name, t->doc);
	strbuf_adds(out, "| key | type | unit | present | meaning |\n|---|---|---|---|---|\n");
	add_rows(out, t);
}

void schema_doc_markdown(struct strbuf *out)
{
	struct tables all = { 0 };

	collect(&sidecar_table, &all);
	strbuf_addf(out, "The number of this schema is %d.\n", SIDECAR_SCHEMA);
	for (size_t i = 0; i < all.n; i++)
		add_object(out, all.v[i]);
	free(all.v);
}

static struct json_object *text(const char *s)
{
	return json_object_new_string(s);
}

static struct json_object *reference(const struct json_table *t)
{
	_cleanup_free_ char *where = xasprintf("#/$defs/%s", t->name);
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "$ref", text(where));
	return o;
}

static struct json_object *typed(const char *type)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "type", text(type));
	return o;
}

static struct json_object *nullable_type(const char *type)
{
	struct json_object *o = json_object_new_object();
	struct json_object *both = json_object_new_array();

	json_object_array_add(both, text(type));
	json_object_array_add(both, text("null"));
	json_object_object_add(o, "type", both);
	return o;
}

static void add_names(struct json_object *o, const struct json_names *names)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < names->n; i++)
		if (names->names[i])
			json_object_array_add(list, text(names->names[i]));
	json_object_object_add(o, "enum", list);
}

/* The schema of the field's items or values; NULL when it has none. */
static struct json_object *element(const struct json_field *f)
{
	switch (f->kind) {
	case JSON_ARRAY: return reference(f->table);
	case JSON_STRV: return typed("string");
	case JSON_STRMAP: return nullable_type("string");
	case JSON_U64S: return typed("integer");
	case JSON_F64MAP: return nullable_type("number");
	case JSON_BOOL:
	case JSON_TRI:
	case JSON_U32:
	case JSON_U64:
	case JSON_I64:
	case JSON_F64:
	case JSON_STR:
	case JSON_ENUM:
	case JSON_OBJ:
	case JSON_INLINE:
	case JSON_OBJ_PTR: break;
	}
	return NULL;
}

static struct json_object *object_or_null(const struct json_table *t)
{
	struct json_object *o = json_object_new_object();
	struct json_object *any = json_object_new_array();

	json_object_array_add(any, reference(t));
	json_object_array_add(any, typed("null"));
	json_object_object_add(o, "anyOf", any);
	return o;
}

static struct json_object *property(const struct json_field *f)
{
	bool may_be_null = f->flags & (JSON_NULLABLE | JSON_OPTIONAL);
	const char *type = kinds[f->kind].type;
	struct json_object *o, *of = element(f);

	if (f->kind == JSON_OBJ || f->kind == JSON_OBJ_PTR)
		o = may_be_null ? object_or_null(f->table) : reference(f->table);
	else
		o = may_be_null ? nullable_type(type) : typed(type);
	if (of)
		json_object_object_add(o, streq(type, "array") ? "items" : "additionalProperties",
		                       of);
	if (f->kind == JSON_U32 || f->kind == JSON_U64)
		json_object_object_add(o, "minimum", json_object_new_int(0));
	if (f->names)
		add_names(o, f->names);
	json_object_object_add(o, "description", text(f->doc));
	if (f->unit)
		json_object_object_add(o, "x-unit", text(f->unit));
	return o;
}

static void add_properties(const struct json_table *t, struct json_object *props,
                           struct json_object *required)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct json_field *f = &t->fields[i];

		if (f->kind == JSON_INLINE) {
			add_properties(f->table, props, required);
			continue;
		}
		json_object_object_add(props, f->name, property(f));
		if (!(f->flags & (JSON_NULLABLE | JSON_OPTIONAL)))
			json_object_array_add(required, text(f->name));
	}
}

static struct json_object *definition(const struct json_table *t)
{
	struct json_object *o = typed("object");
	struct json_object *props = json_object_new_object();
	struct json_object *required = json_object_new_array();

	add_properties(t, props, required);
	json_object_object_add(o, "description", text(t->doc));
	json_object_object_add(o, "properties", props);
	if (json_object_array_length(required))
		json_object_object_add(o, "required", required);
	else
		json_object_put(required);
	return o;
}

void schema_doc_json(struct strbuf *out)
{
	_cleanup_json_ struct json_object *o = json_object_new_object();
	_cleanup_free_ char *title = xasprintf("ktstr sidecar, schema %d", SIDECAR_SCHEMA);
	_cleanup_free_ char *page = NULL;
	struct json_object *defs = json_object_new_object();
	struct tables all = { 0 };

	collect(&sidecar_table, &all);
	json_object_object_add(o, "$schema", text("https://json-schema.org/draft/2020-12/schema"));
	json_object_object_add(o, "title", text(title));
	json_object_object_add(o, "$ref", text("#/$defs/sidecar"));
	for (size_t i = 0; i < all.n; i++)
		json_object_object_add(defs, all.v[i]->name, definition(all.v[i]));
	json_object_object_add(o, "$defs", defs);
	free(all.v);
	page = json_text(o, true);
	strbuf_adds(out, page);
}
