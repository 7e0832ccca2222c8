/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/alike.h"

#include <stdlib.h>

#include "base/mem.h"

void alike_add(struct alike *a, const struct sidecar *s)
{
	struct alike_group *g = a->v;

	if (!s->fingerprint || !s->cause)
		return;
	while (g < a->v + a->n && !streq(g->fingerprint, s->fingerprint))
		g++;
	if (g == a->v + a->n) {
		g = xgrow(a->v, a->n);
		*g = (struct alike_group){ xstrdup(s->fingerprint), xstrdup(s->cause), 0 };
	}
	g->n++;
}

void alike_done(struct alike *a)
{
	for (size_t i = 0; i < a->n; i++) {
		free(a->v[i].fingerprint);
		free(a->v[i].cause);
	}
	free(a->v);
	*a = (struct alike){ 0 };
}
