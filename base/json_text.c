/* SPDX-License-Identifier: GPL-2.0-only */
/* Between json-c's objects and text. */
#include <json-c/json_visit.h>
#include <limits.h>

#include "base/fs.h"
#include "base/json.h"
#include "base/mem.h"

#define DEPTH_MAX 32

/* The shortest digits that read back as v, "d.ddde±x". 15 are enough for most and never too many
 * once the zeros at the end are gone, except for subnormal numbers, which have fewer. */
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

static int use_shortest(struct json_object *o, int flags UNUSED, struct json_object *parent UNUSED,
                        const char *key UNUSED, size_t *i UNUSED, void *arg UNUSED)
{
	if (json_object_is_type(o, json_type_double))
		json_object_set_serializer(o, print_double, NULL, NULL);
	return JSON_C_VISIT_RETURN_CONTINUE;
}

char *json_text(struct json_object *o, bool pretty)
{
	int flags = JSON_C_TO_STRING_NOSLASHESCAPE |
	            (pretty ? JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED
	                    : JSON_C_TO_STRING_PLAIN);

	json_c_visit(o, 0, use_shortest, NULL);
	return xasprintf("%s%s", json_object_to_json_string_ext(o, flags), pretty ? "\n" : "");
}

static int find_not_finite(struct json_object *o, int flags UNUSED,
                           struct json_object *parent UNUSED, const char *key UNUSED,
                           size_t *i UNUSED, void *arg)
{
	if (!json_object_is_type(o, json_type_double) || isfinite(json_object_get_double(o)))
		return JSON_C_VISIT_RETURN_CONTINUE;
	*(bool *)arg = true;
	return JSON_C_VISIT_RETURN_STOP;
}

static int check_parsed(enum json_tokener_error code, struct json_object *o, size_t used,
                        struct err *err)
{
	bool bad = false;

	if (code != json_tokener_success)
		return err_set(err, ERR_FORMAT, "JSON: %s at byte %zu",
		               code == json_tokener_continue ? "unexpected end"
		                                             : json_tokener_error_desc(code),
		               used);
	json_c_visit(o, 0, find_not_finite, &bad);
	if (bad) /* json-c takes NaN, Infinity and 1e999 */
		return err_set(err, ERR_FORMAT, "JSON: a number that is not finite");
	return 0;
}

static struct json_object *parse_with(struct json_tokener *tok, const char *text, size_t n,
                                      struct err *err)
{
	struct json_object *o = json_tokener_parse_ex(tok, text, (int)n);
	enum json_tokener_error code = json_tokener_get_error(tok);
	size_t used = json_tokener_get_parse_end(tok);

	if (code == json_tokener_continue) { /* a bare number ends with the text only */
		o = json_tokener_parse_ex(tok, "", 1);
		code = json_tokener_get_error(tok);
	}
	if (check_parsed(code, o, used, err) < 0) {
		json_object_put(o);
		return NULL;
	}
	return o;
}

/* json-c's own check takes overlong forms and surrogates. */
static size_t utf8_prefix(const char *text, size_t n)
{
	size_t i = 0, len = 1;

	for (; i < n && len; i += len)
		len = (signed char)text[i] > 0 ? 1 : utf8_char(text + i, n - i);
	return i;
}

int json_parse(const char *text, size_t n, struct json_object **out, struct err *err)
{
	size_t good = utf8_prefix(text, n);
	struct json_tokener *tok;
	struct json_object *o;

	if (n >= INT_MAX)
		return err_set(err, ERR_LIMIT, "JSON: %zu bytes are too long", n);
	if (memchr(text, '\0', n))
		return err_set(err, ERR_FORMAT, "JSON: holds a NUL byte");
	if (good < n)
		return err_set(err, ERR_FORMAT, "JSON: not UTF-8 at byte %zu", good);
	err_clear(err);
	tok = json_tokener_new_ex(DEPTH_MAX);
	if (!tok)
		abort();
	json_tokener_set_flags(tok, JSON_TOKENER_STRICT);
	o = parse_with(tok, text, n, err);
	json_tokener_free(tok);
	if (err->code)
		return -(int)err->code;
	*out = o; /* NULL for "null" */
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
