/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/compare_view.h"

#include "base/mem.h"
#include "stats/compare_text.h"

/* By the number of runs in one place. */
static const char *const dots[] = { " ", ".", ":", "*", "#" };

static size_t place_of(double v, double low, double high, unsigned int width)
{
	return high > low ? (size_t)((v - low) / (high - low) * (width - 1) + 0.5) : width / 2;
}

static void put_strip(const struct figure *f, int side, double low, double high, unsigned int width,
                      FILE *out)
{
	_cleanup_free_ size_t *runs = xcalloc(width, sizeof(*runs));

	for (size_t i = 0; i < f->n[side]; i++)
		runs[place_of(f->v[side][i], low, high, width)]++;
	fprintf(out, "    %c |", side == SIDE_A ? 'A' : 'B');
	for (unsigned int c = 0; c < width; c++)
		fputs(dots[runs[c] < ARRAY_SIZE(dots) ? runs[c] : ARRAY_SIZE(dots) - 1], out);
	fputs("|\n", out);
}

void compare_plot(const struct finding *f, unsigned int width, FILE *out)
{
	const struct sample *a = &f->side[SIDE_A], *b = &f->side[SIDE_B];
	double low = fmin(a->min, b->min), high = fmax(a->max, b->max);
	_cleanup_free_ char *from = NULL, *to = NULL;

	if (isnan(low))
		return;
	from = text_value(low, NULL);
	to = text_value(high, f->figure.def.unit);
	for (int s = 0; s < SIDES; s++)
		put_strip(&f->figure, s, low, high, width, out);
	fprintf(out, "       %-*s%s\n", (int)(width - utf8_width(to)), from, to);
}
