/* SPDX-License-Identifier: GPL-2.0-only */
/* What stands above and below the tests. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/parse.h"
#include "stats/calibrated.h"
#include "stats/compare_text.h"
#include "stats/compare_view.h"
#include "stats/page.h"

#define CONFIRM_RUNS 10 /* a side; docs/statistics.md says what they find */
#define NAMED_MAX    4  /* options of one kind in the command that confirms */

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

/* What `make calibrate` measured. */
static const struct calibrated_rate {
	const char *clock;
	size_t runs; /* a side */
	double pct;
	const char *kernel, *date;
} rates[] = {
#define X(clock_, runs_, pct_, kernel_, date_) { clock_, runs_, pct_, kernel_, date_ },
	CALIBRATED(X)
#undef X
		{ NULL, 0, 0, NULL, NULL },
};

/* A line of its own, wrapped to the terminal. */
static PRINTF(3, 4) void say(FILE *f, enum term_color c, const char *fmt, ...)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(&text, fmt, ap);
	va_end(ap);
	term_prose(f, c, 2, strbuf_cstr(&text));
}

void compare_view_head(const struct compare_view *r, FILE *f)
{
	static const char letter[SIDES] = { 'A', 'B' };
	const struct comparison *c = r->cmp;

	for (int s = 0; s < SIDES; s++)
		say(f, TERM_PLAIN, "%c: %s (%zu result%s)", letter[s], r->sel->label[s],
		    r->sel->side[s].n, plural(r->sel->side[s].n));
	strv_each (r->notes, i)
		say(f, TERM_PLAIN, "%s", r->notes->v[i]);
	if (c->lengths_differ)
		say(f, TERM_PLAIN,
		    "also differs: duration, in %zu test%s: totals are compared per second, "
		    "longest times not at all",
		    c->lengths_differ, plural(c->lengths_differ));
	for (int s = 0; s < SIDES; s++)
		if (c->elsewhere[s])
			say(f, TERM_PLAIN,
			    "not compared: %zu test%s of %c under settings that the other side "
			    "has no results of",
			    c->elsewhere[s], plural(c->elsewhere[s]), letter[s]);
	putc('\n', f);
}

static void print_hosts(const struct host_diff *d, FILE *f)
{
	if (!d->hosts[SIDE_A] || !d->hosts[SIDE_B]) {
		say(f, TERM_PLAIN, "hosts: not recorded on %s",
		    d->hosts[SIDE_A]   ? "B"
		    : d->hosts[SIDE_B] ? "A"
		                       : "either side");
		return;
	}
	if (d->hosts[SIDE_A] > 1 || d->hosts[SIDE_B] > 1)
		say(f, TERM_PLAIN, "hosts: %zu on A, %zu on B", d->hosts[SIDE_A], d->hosts[SIDE_B]);
	else if (!d->n)
		say(f, TERM_PLAIN, "hosts: the same");
	for (size_t i = 0; i < d->n; i++) {
		_cleanup_free_ char *a = strv_join(&d->v[i].value[SIDE_A], " | ");
		_cleanup_free_ char *b = strv_join(&d->v[i].value[SIDE_B], " | ");

		say(f, TERM_PLAIN, "hosts differ: %s: A %s, B %s", d->v[i].field, *a ? a : "-",
		    *b ? b : "-");
	}
}

static void print_set_aside(const struct comparison *c, FILE *f)
{
	if (c->noisy)
		say(f, TERM_PLAIN,
		    "set aside: %zu noisy run%s, whose VM waited for the host for up to %.0f %% of "
		    "the time it wanted to run; --clock virtual avoids this",
		    c->noisy, plural(c->noisy), c->noise_pct);
	if (c->again)
		say(f, TERM_PLAIN,
		    "set aside: %zu run%s with the seed and the figures of another: on the virtual "
		    "clock that is the same run again",
		    c->again, plural(c->again));
}

/* " --kernel 6.17 --kernel 7.0"; nothing if there are more than `most` values. */
static void add_options(struct strbuf *b, const char *option, const struct compare_view *r,
                        enum dim d, size_t most)
{
	_cleanup_strv_ struct strv values = STRV_INIT;

	for (int s = 0; s < SIDES; s++)
		for (size_t i = 0; i < r->sel->side[s].n; i++) {
			const char *v = r->sel->side[s].v[i]->dim[d];

			if (v && values.n <= most && !strv_has(&values, v))
				strv_add(&values, v);
		}
	for (size_t i = 0; i < values.n && values.n <= most; i++) {
		_cleanup_free_ char *word = format_word(values.v[i]);

		strbuf_addf(b, " %s %s", option, word);
	}
}

/* " --duration 500ms", if that is how long all workers ran. */
static void add_duration(struct strbuf *b, const struct compare_view *r)
{
	uint64_t all = U64_NONE;

	for (int s = 0; s < SIDES; s++)
		for (size_t i = 0; i < r->sel->side[s].n; i++) {
			uint64_t its = r->sel->side[s].v[i]->duration_ns;

			if (its == U64_NONE || (all != U64_NONE && its != all))
				return;
			all = its;
		}
	if (all != U64_NONE && all % NS_PER_MS == 0)
		strbuf_addf(b, " --duration %gs", (double)all / NS_PER_SEC);
}

/* Of the measured results of both sides: how many are benchmarks, and how many of those ran without a VM. */
struct kinds {
	size_t n, benchmarks, native;
};

static struct kinds kinds_of(const struct compare_view *r)
{
	struct kinds k = { 0 };

	for (int s = 0; s < SIDES; s++)
		for (size_t i = 0; i < r->sel->side[s].n; i++) {
			const struct row *row = r->sel->side[s].v[i];

			k.n += row_is_measured(row);
			k.benchmarks += row_is_benchmark(row);
			k.native += row_is_benchmark(row) && streq(row_machine(row), "native");
		}
	return k;
}

static void add_test_command(struct strbuf *b, const struct compare_view *r, const char *only)
{
	strbuf_adds(b, "test");
	add_options(b, "--kernel", r, DIM_KERNEL, NAMED_MAX);
	add_options(b, "--scheduler", r, DIM_SCHEDULER, NAMED_MAX);
	add_options(b, "--clock", r, DIM_CLOCK, NAMED_MAX);
	add_options(b, "--topology", r, DIM_TOPOLOGY, 1);
	add_duration(b, r);
	if (only)
		strbuf_addf(b, " --filter %s", only);
}

static void add_bench_command(struct strbuf *b, const struct compare_view *r, const char *only,
                              bool native)
{
	strbuf_addf(b, "bench%s", native ? " --native" : "");
	if (!native) {
		add_options(b, "--kernel", r, DIM_KERNEL, NAMED_MAX);
		add_options(b, "--profile", r, DIM_PROFILE, NAMED_MAX);
		add_options(b, "--clock", r, DIM_CLOCK, 1);
		add_options(b, "--topology", r, DIM_TOPOLOGY, 1);
	}
	if (only)
		strbuf_addf(b, " %s", only);
}

static void print_unconfirmed(const struct compare_view *r, FILE *f)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT, shown = STRBUF_INIT;
	_cleanup_free_ char *only = NULL;
	const struct comparison *c = r->cmp;
	struct kinds k;

	if (!c->unconfirmed)
		return;
	k = kinds_of(r);
	if (c->n == 1)
		only = format_word(rows_first(c->v[0].pair->side)->test);
	if (!k.benchmarks)
		add_test_command(&b, r, only);
	else if (k.benchmarks == k.n && (!k.native || k.native == k.n))
		add_bench_command(&b, r, only, k.native);
	say(f, TERM_WARN,
	    "one run each: unconfirmed; identical code does this, too. To confirm, run both sides "
	    "with --repeat, and with the other options that they had%s",
	    b.n ? ":" : "");
	strbuf_add_printable(&shown, strbuf_cstr(&b), b.n, false);
	/* Not wrapped: it is there to be copied. */
	if (b.n)
		fprintf(f, "  harness %s --repeat %d\n", strbuf_cstr(&shown), CONFIRM_RUNS);
}

static void print_summary(const struct compare_view *r, FILE *f)
{
	const struct comparison *c = r->cmp;
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	strbuf_addf(&b, "%zu test%s: %zu worse, %zu better, %zu same, %zu undecided, %zu missing",
	            c->n, plural(c->n), c->by[VERDICT_WORSE], c->by[VERDICT_BETTER],
	            c->by[VERDICT_SAME], c->by[VERDICT_UNDECIDED], c->by[VERDICT_MISSING]);
	if (c->family)
		strbuf_addf(&b, "; %zu comparison%s judged together at %g %%", c->family,
		            plural(c->family), c->level * 100);
	if (r->skipped_files)
		strbuf_addf(&b, "; %zu file%s skipped", r->skipped_files, plural(r->skipped_files));
	say(f, TERM_PLAIN, "%s", strbuf_cstr(&b));
}

/* The measured rate for the clock of all results and the runs that each side has at least. NULL: none was
 * measured, as of benchmarks. */
static const struct calibrated_rate *rate_of(const struct compare_view *r)
{
	const struct calibrated_rate *best = NULL;
	const char *clock = NULL;
	size_t least = SIZE_MAX;

	if (kinds_of(r).benchmarks)
		return NULL;
	for (size_t i = 0; i < r->cmp->n; i++)
		for (int s = 0; s < SIDES; s++) {
			const struct rows *rows = &r->cmp->v[i].runs.side[s];
			const char *its = rows->n ? row_dim_text(rows->v[0], DIM_CLOCK) : NULL;

			if (!its || (clock && !streq(clock, its)))
				return NULL;
			clock = its;
			least = rows->n < least ? rows->n : least;
		}
	for (size_t i = 0; clock && i < ARRAY_SIZE(rates); i++)
		if (rates[i].clock && streq(rates[i].clock, clock) && rates[i].runs <= least &&
		    (!best || rates[i].runs > best->runs))
			best = &rates[i];
	return best;
}

static void print_rate(const struct compare_view *r, FILE *f)
{
	const struct calibrated_rate *rate = rate_of(r);

	if (rate)
		say(f, TERM_DIM,
		    "measured on the %s clock (%s, %s): with %zu runs a side, %.1f %% of "
		    "comparisons "
		    "of code that decides the same report a difference",
		    rate->clock, rate->kernel, rate->date, rate->runs, rate->pct);
}

void compare_view_foot(const struct compare_view *r, FILE *f)
{
	print_hosts(r->hosts, f);
	print_set_aside(r->cmp, f);
	print_unconfirmed(r, f);
	print_summary(r, f);
	print_rate(r, f);
}
