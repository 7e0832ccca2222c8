/* SPDX-License-Identifier: GPL-2.0-only */
/* Converts between json-c's objects and text. */
#include <json-c/json_visit.h>
#include <limits.h>

#include "base/fs.h"
#include "base/json.h"
#include "base/mem.h"

/* The shortest digits that read back as v, "d.ddde±x". 15 digits are enough for most values. Once
 * the zeros at the end are removed they are never too many, except for subnormal numbers, which
 * have fewer. */
static void shortest(double v, char *out, size_t n)
{
	for (int digits = fpclassify(v) == FP_SUBNORMAL ? 1 : 15; digits <= 17; digits++) {
		snprintf(out, n, "%.*e", digits - 1, v);
		if (strtod(out, NULL) == v)
			return;
	}
}

static void add_double(struct strbuf *b, double v)
{
	char text[40], *e;
	int exp10, n_digits = 0;

	if (v == 0) {
		strbuf_adds(b, signbit(v) ? "-0.0" : "0");
		return;
	}
	shortest(v, text, sizeof(text));
	e = strchr(text, 'e');
	exp10 = (int)strtol(e + 1, NULL, 10);
	while (e[-1] == '0')
		e--;
	for (const char *p = text; p < e; p++)
		n_digits += *p >= '0' && *p <= '9';
	if (exp10 >= -5 && exp10 < 17)
		strbuf_addf(b, "%.*f", n_digits - 1 > exp10 ? n_digits - 1 - exp10 : 0, v);
	else
		strbuf_addf(b, "%.*e", n_digits - 1, v);
}

static int print_double(struct json_object *o, struct printbuf *pb, int level UNUSED,
                        int flags UNUSED)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	double v = json_object_get_double(o);

	if (isfinite(v))
		add_double(&b, v);
	else
		strbuf_adds(&b, "null");
	return printbuf_memappend(pb, b.s, (int)b.n);
}

/* json-c 0.18 prints "[]", the versions before "[" and "]" on two lines. */
static int print_empty_list(struct json_object *o UNUSED, struct printbuf *pb, int level UNUSED,
                            int flags UNUSED)
{
	return printbuf_memappend(pb, "[]", 2);
}

static int use_our_forms(struct json_object *o, int flags UNUSED, struct json_object *parent UNUSED,
                         const char *key UNUSED, size_t *i UNUSED, void *arg UNUSED)
{
	if (json_object_is_type(o, json_type_double))
		json_object_set_serializer(o, print_double, NULL, NULL);
	if (json_object_is_type(o, json_type_array) && !json_object_array_length(o))
		json_object_set_serializer(o, print_empty_list, NULL, NULL);
	return JSON_C_VISIT_RETURN_CONTINUE;
}

char *json_text(struct json_object *o, bool pretty)
{
	int flags = JSON_C_TO_STRING_NOSLASHESCAPE |
	            (pretty ? JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED
	                    : JSON_C_TO_STRING_PLAIN);

	json_c_visit(o, 0, use_our_forms, NULL);
	return xasprintf("%s%s", json_object_to_json_string_ext(o, flags), pretty ? "\n" : "");
}

static int build(struct json_reader *r, struct json_object **out, struct err *err);

static int build_object(struct json_reader *r, struct json_object **out, struct err *err)
{
	_cleanup_json_ struct json_object *o = json_object_new_object();
	struct json_span key;
	int more;

	if (json_enter(r, err) < 0)
		return -(int)err->code;
	while ((more = json_next_key(r, &key, err)) > 0) {
		_cleanup_free_ char *name = xstrndup(key.s, key.n);
		struct json_object *v = NULL;

		if (strlen(name) != key.n)
			return err_set(err, ERR_FORMAT, "JSON: a key holds NUL");
		if (json_object_object_get_ex(o, name, NULL))
			return err_set(err, ERR_FORMAT, "JSON: the key \"%s\" is there twice",
			               name);
		if (build(r, &v, err) < 0)
			return -(int)err->code;
		json_object_object_add(o, name, v);
	}
	if (more == 0)
		*out = steal_ptr(&o);
	return more;
}

static int build_array(struct json_reader *r, struct json_object **out, struct err *err)
{
	_cleanup_json_ struct json_object *o = json_object_new_array();
	int more;

	if (json_enter(r, err) < 0)
		return -(int)err->code;
	while ((more = json_next_item(r, err)) > 0) {
		struct json_object *v = NULL;

		if (build(r, &v, err) < 0)
			return -(int)err->code;
		json_object_array_add(o, v);
	}
	if (more == 0)
		*out = steal_ptr(&o);
	return more;
}

static int build_string(struct json_reader *r, struct json_object **out, struct err *err)
{
	struct json_span s;

	if (json_take_string(r, &s, err) < 0)
		return -(int)err->code;
	*out = json_object_new_string_len(s.s, (int)s.n);
	return 0;
}

/* A fraction keeps its spelling. A whole number beyond 64 bits becomes a double. */
static int build_number(struct json_reader *r, struct json_object **out, struct err *err)
{
	_cleanup_free_ char *text = NULL;
	struct json_number n;
	double v;

	if (json_take_number(r, &n, err) < 0)
		return -(int)err->code;
	if (n.whole && !n.overflow && (!n.negative || n.digits <= INT64_MAX)) {
		*out = n.negative ? json_object_new_int64(-(int64_t)n.digits)
		                  : json_object_new_uint64(n.digits);
		return 0;
	}
	v = json_number_f64(&n);
	if (!isfinite(v))
		return err_set(err, ERR_FORMAT, "JSON: a number that is not finite");
	text = xstrndup(n.text.s, n.text.n);
	*out = json_object_new_double_s(v, text);
	return 0;
}

static int build_literal(struct json_reader *r, struct json_object **out, struct err *err)
{
	struct json_span word;

	if (json_take_literal(r, &word, err) < 0)
		return -(int)err->code;
	*out = *word.s == 'n' ? NULL : json_object_new_boolean(*word.s == 't');
	return 0;
}

static int build(struct json_reader *r, struct json_object **out, struct err *err)
{
	char c = json_peek(r);

	if (c == '{')
		return build_object(r, out, err);
	if (c == '[')
		return build_array(r, out, err);
	if (c == '"')
		return build_string(r, out, err);
	if (c == '-' || (c >= '0' && c <= '9'))
		return build_number(r, out, err);
	return build_literal(r, out, err);
}

int json_parse(const char *text, size_t n, struct json_object **out, struct err *err)
{
	_cleanup_json_reader_ struct json_reader r;
	_cleanup_json_ struct json_object *o = NULL;

	json_reader_init(&r, text, n);
	if (n >= INT_MAX)
		return err_set(err, ERR_LIMIT, "JSON: %zu bytes are too long", n);
	if (build(&r, &o, err) < 0 || json_finish(&r, err) < 0)
		return -(int)err->code;
	*out = steal_ptr(&o);
	return 0;
}

int json_read(int dirfd, const char *path, size_t max_bytes, struct json_object **out,
              struct err *err)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	if (fs_read(dirfd, path, max_bytes, &b, err) < 0)
		return -(int)err->code;
	if (json_parse(strbuf_cstr(&b), b.n, out, err) < 0)
		return err_wrap(err, "%s", path);
	return 0;
}

void json_add_text(struct json_object *o, const char *key, const char *text)
{
	json_object_object_add(o, key, text ? json_object_new_string(text) : NULL);
}

void json_add_number(struct json_object *o, const char *key, double v)
{
	json_object_object_add(o, key, isfinite(v) ? json_object_new_double(v) : NULL);
}

void json_add_strv(struct json_object *o, const char *key, const struct strv *list)
{
	struct json_object *a = json_object_new_array();

	strv_each (list, i)
		json_object_array_add(a, json_object_new_string(list->v[i]));
	json_object_object_add(o, key, a);
}
