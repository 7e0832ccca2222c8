/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/judge/fingerprint.h"

#include <ctype.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/strbuf.h"

/* The length of the number at `s`: "0xffff8880", "12", "2.072"; 0: there is none. */
static size_t number_at(const char *s)
{
	size_t n;

	if (s[0] == '0' && s[1] == 'x')
		return 2 + strspn(s + 2, "0123456789abcdefABCDEF");
	n = strspn(s, "0123456789");
	if (n && s[n] == '.' && isdigit((unsigned char)s[n + 1]))
		n += 1 + strspn(s + n + 1, "0123456789");
	return n;
}

char *fingerprint(const char *cause)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	char hash[SHA256_HEX];

	while (*cause) {
		size_t n = number_at(cause);

		strbuf_addc(&text, n ? '#' : *cause);
		cause += n ? n : 1;
	}
	mem_sha256(strbuf_cstr(&text), text.n, hash);
	return xstrndup(hash, FINGERPRINT_DIGITS);
}
