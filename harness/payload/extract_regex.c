/* SPDX-License-Identifier: GPL-2.0-only */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/mem.h"
#include "harness/payload/extract.h"

/* A pattern that backtracks too much fails at this limit instead of running for hours. */
#define MATCH_LIMIT 1000000
#define HEAP_KIB    (64u << 10)
#define GROUPS_MAX  64

static void cleanup_code(pcre2_code **c)
{
	pcre2_code_free(*c);
}
#define _cleanup_code_ CLEANUP(cleanup_code)

static uint32_t count_of(const pcre2_code *c, uint32_t what)
{
	uint32_t n = 0;

	pcre2_pattern_info(c, what, &n);
	return n;
}

static int compile(const char *pattern, pcre2_code **out, struct err *err)
{
	pcre2_compile_context *lines = pcre2_compile_context_create(NULL);
	PCRE2_UCHAR why[256];
	size_t at;
	int code;
	_cleanup_code_ pcre2_code *c = NULL;
	uint32_t groups;

	pcre2_set_newline(lines, PCRE2_NEWLINE_ANYCRLF);
	c = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
	                  PCRE2_MULTILINE | PCRE2_NEVER_UTF, &code, &at, lines);
	pcre2_compile_context_free(lines);
	if (!c) {
		pcre2_get_error_message(code, why, sizeof(why));
		return err_set(err, ERR_FORMAT,
		               "\"%s\" is no regular expression: %s at character %zu", pattern,
		               (char *)why, at + 1);
	}
	groups = count_of(c, PCRE2_INFO_CAPTURECOUNT);
	if (groups == 0)
		return err_set(err, ERR_FORMAT, "\"%s\" has no group: put (…) around the number",
		               pattern);
	if (groups > GROUPS_MAX)
		return err_set(err, ERR_FORMAT, "\"%s\" has more than %d groups", pattern,
		               GROUPS_MAX);
	*out = steal_ptr(&c);
	return 0;
}

int regex_check(const char *pattern, struct err *err)
{
	_cleanup_code_ pcre2_code *c = NULL;

	return compile(pattern, &c, err);
}

static void add_group(const char *text, const size_t *spans, size_t group, const char *name,
                      struct found *out)
{
	const struct number_span at = { spans[0], spans[2 * group], spans[2 * group + 1],
		                        spans[1] };

	if (at.from != PCRE2_UNSET && at.to > at.from)
		found_read(out, name, text, &at);
}

/* Adds the named groups. Each entry of pcre2's name table is two bytes of group number, then the
 * name. */
static void add_groups(const pcre2_code *c, const char *text, const size_t *spans,
                       struct found *out)
{
	uint32_t named = count_of(c, PCRE2_INFO_NAMECOUNT);
	uint32_t bytes = count_of(c, PCRE2_INFO_NAMEENTRYSIZE);
	PCRE2_SPTR table = NULL;

	if (!named) {
		add_group(text, spans, 1, NULL, out);
		return;
	}
	pcre2_pattern_info(c, PCRE2_INFO_NAMETABLE, &table);
	for (uint32_t i = 0; i < named; i++, table += bytes) {
		size_t group = (size_t)table[0] << 8 | table[1];

		add_group(text, spans, group, (const char *)table + 2, out);
	}
}

static void match_all(const pcre2_code *c, const char *text, pcre2_match_context *limits,
                      struct found *out)
{
	pcre2_match_data *m = pcre2_match_data_create_from_pattern(c, NULL);
	const size_t n = strlen(text), *spans = pcre2_get_ovector_pointer(m);
	size_t at = 0;
	int r = 1;

	while (at <= n && !out->why &&
	       (r = pcre2_match(c, (PCRE2_SPTR)text, n, at, 0, m, limits)) > 0) {
		add_groups(c, text, spans, out);
		at = spans[1] > at ? spans[1] : at + 1; /* skip an empty match */
	}
	if (r < 0 && r != PCRE2_ERROR_NOMATCH && !out->why)
		out->why = xstrdup("the pattern takes too long on this output");
	pcre2_match_data_free(m);
}

void find_regex(const char *pattern, const char *text, struct found *out)
{
	struct err ignored = ERR_INIT;
	_cleanup_code_ pcre2_code *c = NULL;
	pcre2_match_context *limits;

	if (compile(pattern, &c, &ignored) < 0)
		return;
	limits = pcre2_match_context_create(NULL);
	pcre2_set_match_limit(limits, MATCH_LIMIT);
	pcre2_set_heap_limit(limits, HEAP_KIB);
	match_all(c, text, limits, out);
	pcre2_match_context_free(limits);
}
