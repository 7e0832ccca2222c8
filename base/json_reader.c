/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/json_reader.h"

#include "base/mem.h"

void json_reader_init(struct json_reader *r, const char *text, size_t n)
{
	*r = (struct json_reader){ .text = n ? text : "" };
	r->at = r->text;
	r->end = r->text + n;
}

void json_reader_done(struct json_reader *r)
{
	strbuf_done(&r->string);
}

static int fail_at(const struct json_reader *r, const char *at, const char *what, struct err *err)
{
	return err_set(err, ERR_FORMAT, "JSON: %s at byte %zu",
	               at < r->end ? what : "unexpected end", (size_t)(at - r->text));
}

static int fail(const struct json_reader *r, const char *what, struct err *err)
{
	return fail_at(r, r->at, what, err);
}

char json_peek(struct json_reader *r)
{
	const char *p = r->at;

	while (p < r->end && (*p == ' ' || *p == '\n' || *p == '\t' || *p == '\r'))
		p++;
	r->at = p;
	return p < r->end ? *p : '\0';
}

int json_enter(struct json_reader *r, struct err *err)
{
	if (r->depth == JSON_DEPTH_MAX)
		return fail(r, "nesting too deep", err);
	r->depth++;
	r->first = true;
	r->at++;
	return 0;
}

/* Consumes the container's closing bracket (0), or the comma between two members (1). */
static int next_member(struct json_reader *r, char close, const char *want, struct err *err)
{
	char c = json_peek(r);

	if (c == close && r->at < r->end) {
		r->at++;
		r->depth--;
		r->first = false;
		return 0;
	}
	if (!r->first) {
		if (c != ',')
			return fail(r, want, err);
		r->at++;
		json_peek(r);
	}
	r->first = false;
	return 1;
}

int json_next_key(struct json_reader *r, struct json_span *key, struct err *err)
{
	int more = next_member(r, '}', "expected ',' or '}'", err);

	if (more <= 0)
		return more;
	if (json_peek(r) != '"')
		return fail(r, "expected a key in double quotes", err);
	if (json_take_string(r, key, err) < 0)
		return -(int)err->code;
	if (json_peek(r) != ':')
		return fail(r, "expected ':'", err);
	r->at++;
	return 1;
}

int json_next_item(struct json_reader *r, struct err *err)
{
	return next_member(r, ']', "expected ',' or ']'", err);
}

static int hex4(struct json_reader *r, unsigned int *out, struct err *err)
{
	unsigned int v = 0;

	for (int i = 0; i < 4; i++, r->at++) {
		int c = r->at < r->end ? *r->at : 0;

		if (c >= '0' && c <= '9')
			v = v << 4 | (unsigned int)(c - '0');
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			v = v << 4 | (unsigned int)((c | 0x20) - 'a' + 10);
		else
			return fail(r, "expected four hexadecimal digits", err);
	}
	*out = v;
	return 0;
}

static void add_utf8(struct strbuf *b, unsigned int c)
{
	if (c < 0x80) {
		strbuf_addc(b, (char)c);
		return;
	}
	if (c < 0x800) {
		strbuf_addc(b, (char)(0xc0 | c >> 6));
	} else {
		if (c < 0x10000) {
			strbuf_addc(b, (char)(0xe0 | c >> 12));
		} else {
			strbuf_addc(b, (char)(0xf0 | c >> 18));
			strbuf_addc(b, (char)(0x80 | (c >> 12 & 0x3f)));
		}
		strbuf_addc(b, (char)(0x80 | (c >> 6 & 0x3f)));
	}
	strbuf_addc(b, (char)(0x80 | (c & 0x3f)));
}

/* The escape after "\u". Half a surrogate pair is refused. */
static int take_unicode(struct json_reader *r, struct err *err)
{
	const char *start = r->at;
	unsigned int c, low;

	if (hex4(r, &c, err) < 0)
		return -(int)err->code;
	if (c >= 0xd800 && c < 0xe000) {
		if (c >= 0xdc00 || r->end - r->at < 2 || r->at[0] != '\\' || r->at[1] != 'u')
			return fail_at(r, start, "half of a surrogate pair", err);
		r->at += 2;
		if (hex4(r, &low, err) < 0)
			return -(int)err->code;
		if (low < 0xdc00 || low >= 0xe000)
			return fail_at(r, start, "half of a surrogate pair", err);
		c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
	}
	add_utf8(&r->string, c);
	return 0;
}

static int take_escape(struct json_reader *r, struct err *err)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *which;

	if (++r->at == r->end)
		return fail(r, "", err);
	if (*r->at == 'u') {
		r->at++;
		return take_unicode(r, err);
	}
	which = *r->at ? strchr(from, *r->at) : NULL;
	if (!which)
		return fail(r, "unknown escape", err);
	strbuf_addc(&r->string, to[which - from]);
	r->at++;
	return 0;
}

/* The end of the plain text in a string: its closing quote, an escape, or a byte that is not
 * allowed. */
static const char *plain_end(const char *p, const char *end)
{
	while (p < end) {
		unsigned char c = (unsigned char)*p;
		size_t len;

		if (c == '"' || c == '\\' || c < 0x20)
			break;
		len = c < 0x80 ? 1 : utf8_char(p, (size_t)(end - p));
		if (!len)
			break;
		p += len;
	}
	return p;
}

static int fail_in_string(struct json_reader *r, struct err *err)
{
	bool control = r->at < r->end && (unsigned char)*r->at < 0x20;

	return fail(r, control ? "control character in a string" : "not UTF-8", err);
}

int json_take_string(struct json_reader *r, struct json_span *out, struct err *err)
{
	const char *start = ++r->at;

	r->at = plain_end(start, r->end);
	if (r->at < r->end && *r->at == '"') { /* the usual string has no escapes: no copy */
		*out = (struct json_span){ start, (size_t)(r->at++ - start) };
		return 0;
	}
	strbuf_reset(&r->string);
	strbuf_add(&r->string, start, (size_t)(r->at - start));
	while (r->at < r->end && *r->at == '\\') {
		if (take_escape(r, err) < 0)
			return -(int)err->code;
		start = r->at;
		r->at = plain_end(start, r->end);
		strbuf_add(&r->string, start, (size_t)(r->at - start));
	}
	if (r->at == r->end || *r->at != '"')
		return fail_in_string(r, err);
	r->at++;
	*out = (struct json_span){ strbuf_cstr(&r->string), r->string.n };
	return 0;
}

static bool is_digit(const struct json_reader *r)
{
	return r->at < r->end && *r->at >= '0' && *r->at <= '9';
}

static int take_digits(struct json_reader *r, struct json_number *n, struct err *err)
{
	if (!is_digit(r))
		return fail(r, "expected a digit", err);
	for (; is_digit(r); r->at++) {
		uint64_t v;

		if (n->overflow || __builtin_mul_overflow(n->digits, 10, &v) ||
		    __builtin_add_overflow(v, (uint64_t)(*r->at - '0'), &v))
			n->overflow = true;
		else
			n->digits = v;
	}
	return 0;
}

static int take_exponent(struct json_reader *r, struct json_number *n, struct err *err)
{
	struct json_number e = { 0 };

	r->at++;
	if (r->at < r->end && (*r->at == '+' || *r->at == '-'))
		e.negative = *r->at++ == '-';
	if (take_digits(r, &e, err) < 0)
		return -(int)err->code;
	if (e.overflow || e.digits > 100000)
		n->overflow = true; /* left to strtod() */
	else
		n->exp10 += e.negative ? -(int)e.digits : (int)e.digits;
	return 0;
}

static int take_fraction(struct json_reader *r, struct json_number *n, struct err *err)
{
	const char *start = ++r->at;

	if (take_digits(r, n, err) < 0)
		return -(int)err->code;
	if (r->at - start > 1000)
		n->overflow = true;
	n->exp10 = n->overflow ? 0 : -(int)(r->at - start);
	return 0;
}

int json_take_number(struct json_reader *r, struct json_number *out, struct err *err)
{
	struct json_number n = { .text.s = r->at, .whole = true };

	if (*r->at == '-') {
		n.negative = true;
		r->at++;
	}
	if (r->at < r->end && *r->at == '0')
		r->at++; /* a leading zero stands alone; a digit after it is trailing text */
	else if (take_digits(r, &n, err) < 0)
		return -(int)err->code;
	if (r->at < r->end && *r->at == '.') {
		n.whole = false;
		if (take_fraction(r, &n, err) < 0)
			return -(int)err->code;
	}
	if (r->at < r->end && (*r->at == 'e' || *r->at == 'E')) {
		n.whole = false;
		if (take_exponent(r, &n, err) < 0)
			return -(int)err->code;
	}
	n.text.n = (size_t)(r->at - n.text.s);
	*out = n;
	return 0;
}

double json_number_f64(const struct json_number *n)
{
	static const double tens[] = { 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
		                       1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
		                       1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };
	_cleanup_free_ char *copy = NULL;
	double d = (double)n->digits;

	/* Both factors are exact, so the result is rounded only once. */
	if (!n->overflow && n->digits <= 1ULL << 53 && abs(n->exp10) < (int)ARRAY_SIZE(tens)) {
		d = n->exp10 < 0 ? d / tens[-n->exp10] : d * tens[n->exp10];
		return n->negative ? -d : d;
	}
	copy = xstrndup(n->text.s, n->text.n);
	return strtod(copy, NULL);
}

int json_take_literal(struct json_reader *r, struct json_span *out, struct err *err)
{
	static const char *const words[] = { "true", "false", "null" };
	size_t left = (size_t)(r->end - r->at);

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		size_t n = strlen(words[i]);

		if (left >= n && memcmp(r->at, words[i], n) == 0) {
			*out = (struct json_span){ r->at, n };
			r->at += n;
			return 0;
		}
		if (left && left < n && memcmp(r->at, words[i], left) == 0) {
			r->at = r->end;
			break; /* the text ends within the word */
		}
	}
	return fail(r, "expected a value", err);
}

static int skip_object(struct json_reader *r, struct err *err)
{
	struct json_span key;
	int more;

	if (json_enter(r, err) < 0)
		return -(int)err->code;
	while ((more = json_next_key(r, &key, err)) > 0)
		if (json_skip(r, NULL, err) < 0)
			return -(int)err->code;
	return more;
}

static int skip_array(struct json_reader *r, struct err *err)
{
	int more;

	if (json_enter(r, err) < 0)
		return -(int)err->code;
	while ((more = json_next_item(r, err)) > 0)
		if (json_skip(r, NULL, err) < 0)
			return -(int)err->code;
	return more;
}

static int skip_value(struct json_reader *r, struct err *err)
{
	char c = json_peek(r);
	struct json_number number;
	struct json_span span;

	if (c == '{')
		return skip_object(r, err);
	if (c == '[')
		return skip_array(r, err);
	if (c == '"')
		return json_take_string(r, &span, err);
	if (c == '-' || (c >= '0' && c <= '9'))
		return json_take_number(r, &number, err);
	return json_take_literal(r, &span, err);
}

int json_skip(struct json_reader *r, struct json_span *raw, struct err *err)
{
	const char *start;

	json_peek(r);
	start = r->at;
	if (skip_value(r, err) < 0)
		return -(int)err->code;
	if (raw)
		*raw = (struct json_span){ start, (size_t)(r->at - start) };
	return 0;
}

int json_finish(struct json_reader *r, struct err *err)
{
	json_peek(r);
	return r->at == r->end ? 0 : fail(r, "text after the document", err);
}
