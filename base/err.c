/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/err.h"
#include "base/strbuf.h"

/* Cuts before a character, so that no message ends in half of a UTF-8 character. */
static size_t cut(const char *s, size_t n)
{
	while (n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80)
		n--;
	return n;
}

/* Front and back together. If they do not fit, the front is cut, because the cause is at the
 * end. */
static void set_msg(struct err *err, const char *front, const char *back)
{
	char old[sizeof(err->msg)];
	size_t nf = strlen(front), nb = strnlen(back, sizeof(old) - 1);

	if (back[nb])
		nb = cut(back, nb);
	memcpy(old, back, nb);
	if (nf > sizeof(err->msg) - 1 - nb)
		nf = cut(front, sizeof(err->msg) - 1 - nb);
	memcpy(err->msg, front, nf);
	memcpy(err->msg + nf, old, nb);
	err->msg[nf + nb] = '\0';
}

int err_set(struct err *err, enum err_code code, const char *fmt, ...)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(&b, fmt, ap);
	va_end(ap);
	set_msg(err, "", strbuf_cstr(&b));
	err->code = code;
	err->sys_errno = 0;
	return -(int)code;
}

int err_sys(struct err *err, int errnum, const char *fmt, ...)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	char text[128];
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(&b, fmt, ap);
	va_end(ap);
	strbuf_adds(&b, ": ");
	set_msg(err, strbuf_cstr(&b), strerror_r(errnum, text, sizeof(text)));
	err->code = ERR_SYSTEM;
	err->sys_errno = errnum;
	return -ERR_SYSTEM;
}

int err_path(struct err *err, int errnum, const char *path)
{
	err_sys(err, errnum, "%s", path);
	if (errnum == ENOENT || errnum == ENOTDIR) {
		err->code = ERR_NOT_FOUND;
		err->sys_errno = 0;
	}
	return -(int)err->code;
}

int err_wrap(struct err *err, const char *fmt, ...)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(&b, fmt, ap);
	va_end(ap);
	strbuf_adds(&b, ": ");
	set_msg(err, strbuf_cstr(&b), err->msg);
	return -(int)err->code;
}

void err_clear(struct err *err)
{
	*err = (struct err)ERR_INIT;
}
