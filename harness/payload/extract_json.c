/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/mem.h"
#include "harness/payload/extract.h"

#define DEPTH_MAX 64
#define WORK_MAX                                                                                   \
	(64u << 20) /* bytes read in search of a document: the output may be full of brackets */

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

/* Brackets of a log begin no object with keys, and no array of objects: "[1234] {log}". */
static bool may_begin(const char *p)
{
	const char *next = p + 1 + strspn(p + 1, " \t\r\n");

	return *p == '{' ? *next == '"' : *next == '{';
}

/* Programs print keys twice (fio does), so this reads more than json_parse() does. */
static struct json_object *parse(const char *s, size_t n)
{
	struct json_tokener *t = json_tokener_new_ex(DEPTH_MAX);
	struct json_object *o = json_tokener_parse_ex(t, s, (int)n);
	bool good = json_tokener_get_error(t) == json_tokener_success;

	json_tokener_free(t);
	if (good &&
	    (json_object_is_type(o, json_type_object) || json_object_is_type(o, json_type_array)))
		return o;
	json_object_put(o);
	return NULL;
}

struct json_object *first_json(const char *text, const char **why)
{
	size_t work = 0;

	*why = "its output has no JSON document";
	for (const char *p = text; *(p += strcspn(p, "{[")); p++) {
		struct json_object *doc;
		size_t n;

		if (!may_begin(p))
			continue;
		n = balanced(p);
		work += n ? n : strlen(p);
		if (work > WORK_MAX) {
			*why = "its output has too many brackets to find a JSON document";
			return NULL;
		}
		if (!n || n > INT32_MAX)
			continue;
		doc = parse(p, n);
		if (doc)
			return doc;
	}
	return NULL;
}

/* The parser makes the nearest one of 64 bits of a larger whole number. */
static bool is_clamped(struct json_object *o)
{
	return json_object_is_type(o, json_type_int) &&
	       (json_object_get_uint64(o) == UINT64_MAX || json_object_get_int64(o) == INT64_MIN);
}

static bool number_of(struct json_object *o, struct number *out)
{
	if (!json_object_is_type(o, json_type_int) && !json_object_is_type(o, json_type_double))
		return false;
	*out = (struct number){ .value = is_clamped(o) ? (double)NAN : json_object_get_double(o) };
	return true;
}

static void add_leaves(struct json_object *o, const char *suffix, int depth, struct found *out)
{
	struct number v;

	if (number_of(o, &v)) {
		found_add(out, suffix, &v);
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
