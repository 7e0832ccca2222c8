/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdarg.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "base/strv.h"

void strv_done(struct strv *sv)
{
	for (size_t i = 0; i < sv->n; i++)
		free(sv->v[i]);
	free(sv->v);
	*sv = (struct strv)STRV_INIT;
}

void strv_take(struct strv *sv, char *s)
{
	/* grows when n + 1 is a power of two, so there is always room for the terminator */
	if (sv->n == 0 || ((sv->n + 1) & sv->n) == 0)
		sv->v = xrealloc(sv->v, (sv->n + 1) * 2, sizeof(*sv->v));
	sv->v[sv->n++] = s;
	sv->v[sv->n] = NULL;
}

void strv_add(struct strv *sv, const char *s)
{
	strv_take(sv, xstrdup(s));
}

void strv_addf(struct strv *sv, const char *fmt, ...)
{
	struct strbuf b = STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(&b, fmt, ap);
	va_end(ap);
	strv_take(sv, strbuf_steal(&b));
}

void strv_addl(struct strv *sv, ...)
{
	const char *s;
	va_list ap;

	va_start(ap, sv);
	while ((s = va_arg(ap, const char *)))
		strv_add(sv, s);
	va_end(ap);
}

void strv_copy(struct strv *dst, const struct strv *src)
{
	strv_each (src, i)
		strv_add(dst, src->v[i]);
}

char **strv_argv(struct strv *sv)
{
	if (!sv->v)
		sv->v = xcalloc(2, sizeof(*sv->v));
	return sv->v;
}

bool strv_has(const struct strv *sv, const char *s)
{
	strv_each (sv, i) {
		if (streq(sv->v[i], s))
			return true;
	}
	return false;
}

static int by_string(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void strv_sort(struct strv *sv)
{
	if (sv->n > 1)
		qsort(sv->v, sv->n, sizeof(*sv->v), by_string);
}

void strv_uniq(struct strv *sv)
{
	size_t kept = 0;

	strv_sort(sv);
	strv_each (sv, i) {
		if (kept && streq(sv->v[kept - 1], sv->v[i]))
			free(sv->v[i]);
		else
			sv->v[kept++] = sv->v[i];
	}
	sv->n = kept;
	if (sv->v)
		sv->v[kept] = NULL;
}

bool strv_equal(const struct strv *a, const struct strv *b)
{
	if (a->n != b->n)
		return false;
	strv_each (a, i) {
		if (!streq(a->v[i], b->v[i]))
			return false;
	}
	return true;
}

void strv_split(struct strv *sv, const char *s, const char *seps)
{
	while (*(s += strspn(s, seps))) {
		size_t n = strcspn(s, seps);

		strv_take(sv, xstrndup(s, n));
		s += n;
	}
}

char *strv_join(const struct strv *sv, const char *sep)
{
	struct strbuf b = STRBUF_INIT;

	strv_each (sv, i) {
		if (i)
			strbuf_adds(&b, sep);
		strbuf_adds(&b, sv->v[i]);
	}
	return strbuf_steal(&b);
}

void strmap_done(struct strmap *m)
{
	for (size_t i = 0; i < m->n; i++) {
		free(m->v[i].key);
		free(m->v[i].value);
	}
	free(m->v);
	*m = (struct strmap){ 0 };
}

/* The index of the first key that is not less than `key`. */
static size_t strmap_lower(const struct strmap *m, const char *key)
{
	size_t lo = 0, hi = m->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (strcmp(m->v[mid].key, key) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

void strmap_set(struct strmap *m, const char *key, const char *value)
{
	size_t at = strmap_lower(m, key);
	char *copy = xstrdup(value);

	if (at < m->n && streq(m->v[at].key, key)) {
		free(m->v[at].value);
		m->v[at].value = copy;
		return;
	}
	xgrow(m->v, m->n);
	memmove(&m->v[at + 1], &m->v[at], (m->n - 1 - at) * sizeof(*m->v));
	m->v[at] = (struct strmap_pair){ .key = xstrdup(key), .value = copy };
}

const char *strmap_get(const struct strmap *m, const char *key)
{
	size_t at = strmap_lower(m, key);

	return at < m->n && streq(m->v[at].key, key) ? m->v[at].value : NULL;
}
