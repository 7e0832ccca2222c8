/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/timing.h"

#include "base/mem.h"
#include "base/parse.h"
#include "base/sort.h"

#define F(kind_, member, ...)                                                                      \
	{                                                                                          \
		.name = #member, .kind = (kind_), .off = offsetof(struct timing, member),          \
		__VA_ARGS__                                                                        \
	}
#define VALUE(member, text) F(JSON_F64, member, .flags = JSON_NULLABLE, .doc = text)

static const struct json_field timing_fields[] = {
	F(JSON_STR, unit, .flags = JSON_NULLABLE, .doc = "unit of the values and samples"),
	F(JSON_U64, iterations, .flags = JSON_NULLABLE, .doc = "iterations in all samples"),
	F(JSON_U64, total_ns, .flags = JSON_NULLABLE, .unit = "ns",
	  .doc = "time of all samples, without overhead"),
	F(JSON_U64, batch, .flags = JSON_NULLABLE, .doc = "iterations of one sample"),
	VALUE(per_iteration, "of a time: total ÷ iterations; else the mean"),
	VALUE(min, "the least sample"),
	VALUE(p50, "median of the samples"),
	VALUE(mean, "mean of the samples"),
	VALUE(p95, "95th percentile of the samples"),
	VALUE(p99, "99th percentile of the samples"),
	VALUE(max, "the greatest sample"),
	VALUE(median_low, "95 % interval of the median, lower end; null: too few samples"),
	VALUE(median_high, "95 % interval of the median, upper end"),
	F(JSON_F64, timer_ns, .flags = JSON_NULLABLE, .unit = "ns",
	  .doc = "cost of reading the clock, subtracted from each sample"),
	F(JSON_F64, loop_ns, .flags = JSON_NULLABLE, .unit = "ns",
	  .doc = "cost of an empty loop, subtracted from each iteration"),
	F(JSON_U64S, samples, .flags = JSON_OPTIONAL | JSON_DETAIL,
	  .doc = "samples in the order taken, in thousandths of the unit"),
};
const struct json_table timing_table = JSON_TABLE("timing", struct timing, timing_fields,
                                                  "An operation that was repeated many times.");

static double nearest_rank(const double *sorted, size_t n, double q)
{
	size_t rank = (size_t)ceil(q * (double)n);

	return sorted[rank ? rank - 1 : 0];
}

/* How many of the least samples the interval leaves out: the most for which fewer than 2.5 % of sets of n
 * samples have the median below it. 0: there are too few samples. */
static size_t outside(size_t n)
{
	double below = 0;
	size_t k = 0;

	for (; k < n; k++) {
		double ways =
			lgamma((double)n + 1) - lgamma((double)k + 1) - lgamma((double)(n - k) + 1);

		below += exp(ways - (double)n * M_LN2);
		if (below > 0.025)
			break;
	}
	return k;
}

void timing_sum_up(const double *v, size_t n, struct timing *out)
{
	_cleanup_free_ double *sorted = xcalloc(n + 1, sizeof(*sorted));
	size_t k = outside(n);
	double sum = 0;

	if (!n)
		return;
	memcpy(sorted, v, n * sizeof(*v));
	sort_doubles(sorted, n);
	for (size_t i = 0; i < n; i++) {
		sum += v[i];
		*xgrow(out->samples.v, out->samples.n) = (uint64_t)llround(fmax(v[i], 0) * 1000);
	}
	out->min = sorted[0];
	out->max = sorted[n - 1];
	out->mean = fmin(fmax(sum / (double)n, out->min), out->max);
	out->p50 = nearest_rank(sorted, n, 0.5);
	out->p95 = nearest_rank(sorted, n, 0.95);
	out->p99 = nearest_rank(sorted, n, 0.99);
	if (k) {
		out->median_low = sorted[k - 1];
		out->median_high = sorted[n - k];
	}
}

static void join_intervals(const struct timing *parts, size_t n, struct timing *out)
{
	_cleanup_free_ double *medians = xcalloc(n + 1, sizeof(*medians));
	struct timing of_medians;

	json_init(&timing_table, &of_medians);
	out->median_low = out->median_high = F64_NONE;
	for (size_t i = 0; i < n; i++) {
		medians[i] = parts[i].p50;
		out->median_low = fmin(out->median_low, parts[i].median_low);
		out->median_high = fmax(out->median_high, parts[i].median_high);
	}
	timing_sum_up(medians, n, &of_medians);
	if (isfinite(of_medians.median_low)) {
		out->median_low = of_medians.median_low;
		out->median_high = of_medians.median_high;
	}
	json_done(&timing_table, &of_medians);
}

void timing_join(const struct timing *parts, size_t n, struct timing *out)
{
	_cleanup_free_ double *v = NULL;
	size_t k = 0;

	if (!n)
		return;
	out->unit = xstrdup(parts[0].unit);
	out->iterations = out->total_ns = 0;
	out->batch = parts[n - 1].batch;
	out->timer_ns = out->loop_ns = 0;
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < parts[i].samples.n; j++)
			*xgrow(v, k) = (double)parts[i].samples.v[j] / 1000;
		out->iterations += parts[i].iterations;
		out->total_ns += parts[i].total_ns == U64_NONE ? 0 : parts[i].total_ns;
		out->timer_ns += parts[i].timer_ns / (double)n;
		out->loop_ns += parts[i].loop_ns / (double)n;
	}
	timing_sum_up(v, k, out);
	join_intervals(parts, n, out);
	out->per_iteration = out->mean;
	if (parts[0].total_ns == U64_NONE)
		out->total_ns = U64_NONE;
	else if (out->iterations)
		out->per_iteration = (double)out->total_ns / (double)out->iterations;
}

char *timing_format(double v, const char *unit)
{
	static const struct {
		const char *of, *name;
		double size;
	} scales[] = {
		{ "ns", "s", 1e9 },         { "ns", "ms", 1e6 },
		{ "ns", "us", 1e3 },        { "bytes", "MiB", 1048576.0 },
		{ "bytes", "KiB", 1024.0 },
	};
	double size = 1;
	_cleanup_free_ char *figure = NULL;

	if (!isfinite(v))
		return xstrdup("-");
	for (size_t i = 0; i < ARRAY_SIZE(scales); i++)
		if (streq(unit, scales[i].of) && v >= scales[i].size) {
			unit = scales[i].name;
			size = scales[i].size;
			break;
		}
	figure = format_figure(v / size);
	return xasprintf("%s %s", figure, unit);
}
