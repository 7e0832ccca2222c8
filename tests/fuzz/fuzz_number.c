/* SPDX-License-Identifier: GPL-2.0-only */
/* A number in a program's output: it is finite and the whole token, or refused with a reason. The first two
 * bytes say where in the text it stands. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "harness/payload/number.h"
#include "tests/fuzz/fuzz.h"

static void must_be_the_same_alone(const char *token, double want)
{
	_cleanup_free_ char *alone = xstrdup(token);
	const struct number_span at = { 0, 0, strlen(alone), strlen(alone) };
	struct number got;
	struct err err = ERR_INIT;

	FUZZ_MUST(number_read(alone, &at, &got, &err) == 1 && got.value == want, "\"%s\": %g, %s",
	          token, want, err.msg);
}

void fuzz_number(const uint8_t *data, size_t n)
{
	_cleanup_free_ char *text = n > 2 ? xstrndup((const char *)data + 2, n - 2) : NULL;
	struct number_span at = { 0 };
	struct number got;
	struct err err = ERR_INIT;
	double same;
	int r;

	if (!text || !*text)
		return;
	at.begin = at.from = data[0] % strlen(text);
	at.end = at.to = data[1] % 2 ? number_token_end(text, at.from) : strlen(text);
	r = number_read(text, &at, &got, &err);
	FUZZ_MUST(r >= 0 || err.msg[0], "refused without a reason");
	if (r < 1)
		return;
	FUZZ_MUST(isfinite(got.value), "%s", text);
	FUZZ_MUST(number_convert(&got, got.unit, &same, &err) == 0 && same == got.value, "%s",
	          text);
	if (!got.unit) {
		_cleanup_free_ char *token = xasprintf("%.17g", got.value);

		must_be_the_same_alone(token, got.value);
	}
}
