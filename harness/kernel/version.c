/* SPDX-License-Identifier: GPL-2.0-only */
#include <ctype.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "harness/kernel/version.h"

#define DIGITS "0123456789"

/* The length of the version (such as "6.17.13" or "7.0-rc3") that s begins with; 0: there is
 * none. */
static size_t version_length(const char *s)
{
	size_t n = 0, parts = 0;

	while (isdigit((unsigned char)s[n])) {
		n += strspn(s + n, DIGITS);
		parts++;
		if (s[n] != '.' || !isdigit((unsigned char)s[n + 1]))
			break;
		n++;
	}
	if (parts < 2)
		return 0;
	if (starts_with(s + n, "-rc") && isdigit((unsigned char)s[n + 3]))
		n += 3 + strspn(s + n + 3, DIGITS);
	return n;
}

bool version_is(const char *s)
{
	size_t n = version_length(s);

	return n && s[n] == '\0';
}

int version_cmp(const char *a, const char *b)
{
	while (isdigit((unsigned char)*a) && isdigit((unsigned char)*b)) {
		char *end_a, *end_b;
		unsigned long x = strtoul(a, &end_a, 10), y = strtoul(b, &end_b, 10);

		if (x != y)
			return x < y ? -1 : 1;
		a = end_a;
		b = end_b;
		if (*a != '.' || *b != '.')
			break;
		a++;
		b++;
	}
	/* "7.0.1" is newer than "7.0"; "7.0-rc3" is older */
	if ((*a == '.') != (*b == '.'))
		return *a == '.' ? 1 : -1;
	if (starts_with(a, "-rc") != starts_with(b, "-rc"))
		return starts_with(a, "-rc") ? -1 : 1;
	if (starts_with(a, "-rc")) {
		unsigned long x = strtoul(a + 3, NULL, 10), y = strtoul(b + 3, NULL, 10);

		if (x != y)
			return x < y ? -1 : 1;
	}
	return strcmp(a, b);
}

bool version_has_prefix(const char *version, const char *prefix)
{
	size_t n = strlen(prefix);

	return strncmp(version, prefix, n) == 0 && (version[n] == '\0' || version[n] == '.');
}

char *version_of_release(const char *release)
{
	size_t n = version_length(release);

	return n ? xstrndup(release, n) : NULL;
}

char *version_series(const char *version)
{
	size_t n = strspn(version, DIGITS);

	if (version[n] == '.')
		n += 1 + strspn(version + n + 1, DIGITS);
	return xstrndup(version, n);
}

bool version_is_series(const char *s)
{
	_cleanup_free_ char *series = version_series(s);

	return version_is(s) && streq(series, s);
}
