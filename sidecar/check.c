/* SPDX-License-Identifier: GPL-2.0-only */
#include "sidecar/sidecar.h"
size_t sidecar_check(const struct sidecar *s, struct strv *defects)
{
	(void)s;
	(void)defects;
	return 0;
}
