/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/pick.h"

static bool matches(const char *pattern, const char *text)
{
	_cleanup_strv_ struct strv words = STRV_INIT;

	strv_split(&words, pattern, "/");
	strv_each (&words, i)
		if (!strstr(text, words.v[i]))
			return false;
	return true;
}

bool pick_wants(const struct strv *patterns, const char *text)
{
	bool any = false, wanted = false;

	strv_each (patterns, i) {
		const char *p = patterns->v[i];

		if (*p == '!' && matches(p + 1, text))
			return false;
		any |= *p != '!';
		wanted |= *p != '!' && matches(p, text);
	}
	return wanted || !any;
}

char *pick_options(const struct strv *patterns)
{
	_cleanup_strv_ struct strv words = STRV_INIT;

	strv_each (patterns, i)
		strv_addf(&words, "-E \"%s\"", patterns->v[i]);
	return strv_join(&words, " ");
}
