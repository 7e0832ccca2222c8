/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/junit.h"

#include <math.h>

#include "base/cleanup.h"
#include "base/mem.h"

static const char *const elements[] = {
	[JUNIT_FAILED] = "failure",
	[JUNIT_ERROR] = "error",
	[JUNIT_SKIPPED] = "skipped",
};

void junit_done(struct junit *j)
{
	for (size_t i = 0; i < j->n; i++) {
		free(j->v[i].name);
		free(j->v[i].type);
		free(j->v[i].message);
		free(j->v[i].text);
	}
	free(j->v);
	*j = (struct junit){ 0 };
}

static bool is_taken(const struct junit *j, const char *name)
{
	for (size_t i = 0; i < j->n; i++)
		if (streq(j->v[i].name, name))
			return true;
	return false;
}

struct junit_case *junit_add(struct junit *j, const char *name)
{
	char *unique = xstrdup(name);
	struct junit_case *c;

	for (unsigned int i = 2; is_taken(j, unique); i++) {
		free(unique);
		unique = xasprintf("%s~%u", name, i);
	}
	c = xgrow(j->v, j->n);
	c->name = unique;
	c->time_s = NAN;
	return c;
}

/* U+FFFE and U+FFFF are well-formed UTF-8, but no characters of XML 1.0. */
static bool is_no_xml(const char *s)
{
	return starts_with(s, "\xef\xbf\xbe") || starts_with(s, "\xef\xbf\xbf");
}

static void add_xml(struct strbuf *b, const char *text, bool keep_lines)
{
	static const char *const entities[] = {
		['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;"
	};
	_cleanup_strbuf_ struct strbuf shown = STRBUF_INIT;

	strbuf_add_printable(&shown, text, strlen(text), keep_lines);
	for (const char *s = strbuf_cstr(&shown); *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c < ARRAY_SIZE(entities) && entities[c]) {
			strbuf_adds(b, entities[c]);
		} else if (is_no_xml(s)) {
			strbuf_addf(b, "\\xef\\xbf\\x%02x", (unsigned char)s[2]);
			s += 2;
		} else {
			strbuf_addc(b, *s);
		}
	}
}

static void add_attribute(struct strbuf *b, const char *key, const char *value)
{
	if (!value)
		return;
	strbuf_addf(b, " %s=\"", key);
	add_xml(b, value, false);
	strbuf_addc(b, '"');
}

static void add_case(struct strbuf *b, const struct junit *j, const struct junit_case *c)
{
	strbuf_adds(b, "  <testcase");
	add_attribute(b, "classname", j->name);
	add_attribute(b, "name", c->name);
	if (isfinite(c->time_s))
		strbuf_addf(b, " time=\"%.3f\"", c->time_s);
	if (c->state == JUNIT_PASSED && !c->text) {
		strbuf_adds(b, "/>\n");
		return;
	}
	strbuf_adds(b, ">\n");
	if (c->state != JUNIT_PASSED) {
		strbuf_addf(b, "    <%s", elements[c->state]);
		add_attribute(b, "type", c->type);
		add_attribute(b, "message", c->message);
		strbuf_adds(b, "/>\n");
	}
	if (c->text) {
		strbuf_adds(b, "    <system-out>");
		add_xml(b, c->text, true);
		strbuf_adds(b, "</system-out>\n");
	}
	strbuf_adds(b, "  </testcase>\n");
}

static size_t count(const struct junit *j, enum junit_state state)
{
	size_t n = 0;

	for (size_t i = 0; i < j->n; i++)
		n += j->v[i].state == state;
	return n;
}

void junit_text(const struct junit *j, struct strbuf *out)
{
	double time_s = 0;

	for (size_t i = 0; i < j->n; i++)
		time_s += isfinite(j->v[i].time_s) ? j->v[i].time_s : 0;
	strbuf_adds(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite");
	add_attribute(out, "name", j->name);
	strbuf_addf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\"", j->n,
	            count(j, JUNIT_FAILED), count(j, JUNIT_ERROR), count(j, JUNIT_SKIPPED));
	strbuf_addf(out, " time=\"%.3f\">\n", time_s);
	for (size_t i = 0; i < j->n; i++)
		add_case(out, j, &j->v[i]);
	strbuf_adds(out, "</testsuite>\n");
}
