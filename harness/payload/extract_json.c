/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/mem.h"
#include "harness/payload/extract.h"

#define STARTS_MAX 64 /* number of brackets that are tried as the start of a document */
#define DEPTH_MAX  64

/* The offset past the bracket that closes the first one; 0: it is not closed. */
static size_t balanced(const char *s)
{
	bool quoted = false;
	size_t depth = 0;

	for (size_t i = 0; s[i]; i++) {
		if (quoted && s[i] == '\\' && s[i + 1])
			i++;
		else if (s[i] == '"')
			quoted = !quoted;
		else if (!quoted && (s[i] == '{' || s[i] == '['))
			depth++;
		else if (!quoted && (s[i] == '}' || s[i] == ']') && --depth == 0)
			return i + 1;
	}
	return 0;
}

struct json_object *first_json(const char *text)
{
	const char *p = text;

	for (int i = 0; i < STARTS_MAX && *(p += strcspn(p, "{[")); i++) {
		struct json_object *doc = NULL;
		struct err ignored = ERR_INIT;
		size_t n = balanced(p);

		/* "[1234]" in a log line is valid JSON too, but not the result */
		if (n && json_parse(p, n, &doc, &ignored) == 0) {
			if (json_object_is_type(doc, json_type_object) ||
			    json_object_is_type(json_object_array_get_idx(doc, 0),
			                        json_type_object))
				return doc;
			json_object_put(doc);
			p += n;
		} else {
			p++;
		}
	}
	return NULL;
}

static bool number_of(struct json_object *o, double *out)
{
	if (!json_object_is_type(o, json_type_int) && !json_object_is_type(o, json_type_double))
		return false;
	*out = json_object_get_double(o);
	return true;
}

static void add_leaves(struct json_object *o, const char *suffix, int depth, struct found *out)
{
	double v;

	if (number_of(o, &v)) {
		found_add(out, suffix, v);
		return;
	}
	if (depth > DEPTH_MAX)
		return;
	if (json_object_is_type(o, json_type_object)) {
		json_object_object_foreach(o, key, value)
		{
			_cleanup_free_ char *name =
				suffix ? xasprintf("%s.%s", suffix, key) : xstrdup(key);

			add_leaves(value, name, depth + 1, out);
		}
	} else if (json_object_is_type(o, json_type_array)) {
		for (size_t i = 0; i < json_object_array_length(o); i++) {
			_cleanup_free_ char *name =
				suffix ? xasprintf("%s.%zu", suffix, i) : xasprintf("%zu", i);

			add_leaves(json_object_array_get_idx(o, i), name, depth + 1, out);
		}
	}
}

/* The rest of the path after a key; NULL when the path does not begin with the key. A key may
 * contain dots: "percentile.99.000000". */
static const char *rest_after(const char *path, const char *key)
{
	size_t n = streq(path, "*") || starts_with(path, "*.") ? 1 : strlen(key);

	if (!(path[0] == '*' && n == 1) && strncmp(path, key, n) != 0)
		return NULL;
	if (path[n] == '.')
		return path + n + 1;
	return path[n] == '\0' ? path + n : NULL;
}

static void follow(const char *path, struct json_object *o, int depth, struct found *out)
{
	const char *rest;

	if (!*path) {
		add_leaves(o, NULL, depth, out);
	} else if (depth <= DEPTH_MAX && json_object_is_type(o, json_type_object)) {
		json_object_object_foreach(o, key, value)
		{
			if ((rest = rest_after(path, key)))
				follow(rest, value, depth + 1, out);
		}
	} else if (depth <= DEPTH_MAX && json_object_is_type(o, json_type_array)) {
		for (size_t i = 0; i < json_object_array_length(o); i++) {
			_cleanup_free_ char *key = xasprintf("%zu", i);

			if ((rest = rest_after(path, key)))
				follow(rest, json_object_array_get_idx(o, i), depth + 1, out);
		}
	}
}

void find_json(const char *path, struct json_object *doc, struct found *out)
{
	follow(streq(path, ".") ? "" : path, doc, 0, out);
}
