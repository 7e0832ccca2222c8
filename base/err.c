/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdarg.h>
#include <stdio.h>

#include "base/err.h"

int err_set(struct err *err, enum err_code code, const char *fmt, ...)
{
	char msg[sizeof(err->msg)]; /* an argument may be the old message */
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	err->code = code;
	err->sys_errno = 0;
	memcpy(err->msg, msg, sizeof(msg));
	return -(int)code;
}

int err_sys(struct err *err, int errnum, const char *fmt, ...)
{
	char what[sizeof(err->msg)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	err_set(err, ERR_SYSTEM, "%s: %s", what, strerrordesc_np(errnum));
	err->sys_errno = errnum;
	return -(int)ERR_SYSTEM;
}

int err_wrap(struct err *err, const char *fmt, ...)
{
	char what[sizeof(err->msg)];
	int errnum = err->sys_errno;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	err_set(err, err->code, "%s: %s", what, err->msg);
	err->sys_errno = errnum;
	return -(int)err->code;
}

void err_clear(struct err *err)
{
	*err = (struct err)ERR_INIT;
}
