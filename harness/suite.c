/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/cmd.h"
#include "base/mem.h"
#include "base/term.h"
#include "harness/jobs.h"
#include "harness/limits.h"
#include "harness/queue.h"
#include "harness/saved/saved.h"
#include "harness/suite.h"
#include "harness/tell.h"

#define WAIT_NS (7 * 24 * 3600 * NS_PER_SEC) /* --wait: longer than any suite takes */

struct suite {
	struct harness_env *env;
	const struct plan *plan;
	const struct suite_opts *o;
	struct suite_dir *dirs; /* one per kernel */
	size_t n_dirs;

	pthread_mutex_t lock; /* protects all below, and stdout */
	struct queue queue;
	size_t done, running;
	struct suite_counts counts;
	struct alike alike;
	struct series *series; /* by test.series */
	struct json_object *json;
	struct ci *ci;
	bool stop; /* --fail-fast: a test was no success */
	uint64_t start;
	struct err fatal; /* a write failed: no more tests are started */
	int done_fd;      /* eventfd: counts worker threads that have ended */
};

static struct rundir *rundir_of(const struct suite *s, const struct kernel *k)
{
	for (size_t i = 0; i < s->n_dirs; i++)
		if (s->dirs[i].kernel == k)
			return s->dirs[i].rundir;
	return NULL;
}

/* Opens the run directory. With --wait, first waits for another invocation that uses it. */
static int open_rundir(const struct suite *s, struct rundir_opts *o, struct rundir **rd,
                       struct err *err)
{
	int r = rundir_open(o, rd, err);

	if (r != -(int)ERR_BUSY)
		return r;
	if (!s->o->wait) {
		_cleanup_free_ char *why = xstrdup(err->msg);

		return err_set(err, ERR_BUSY, "%s; --wait waits until it has ended", why);
	}
	fprintf(stderr, "waiting: %s\n", err->msg);
	err_clear(err);
	o->wait_ns = WAIT_NS;
	return rundir_open(o, rd, err);
}

static int open_rundirs(struct suite *s, struct err *err)
{
	bool warned = false;

	for (size_t i = 0; i < s->plan->n; i++) {
		const struct kernel *k = s->plan->tests[i].kernel;
		struct rundir_opts o = { .kernel_version = k->of_env ? NULL : kernel_label(k),
			                 .kernel_image = k->image_sha256,
			                 .run_id = s->env->run_id,
			                 .dir = s->o->dir,
			                 .keep = s->o->keep,
			                 .add = s->o->add };
		struct rundir *rd;

		if (rundir_of(s, k))
			continue;
		if (open_rundir(s, &o, &rd, err) < 0)
			return -(int)err->code;
		*xgrow(s->dirs, s->n_dirs) = (struct suite_dir){ .kernel = k, .rundir = rd };
		if (rundir_warning(rd) && !warned)
			term_print(stderr, TERM_WARN, "warning: %s\n", rundir_warning(rd));
		warned |= rundir_warning(rd) != NULL;
		tell_replaced(rd);
	}
	return 0;
}

static bool cancelled(const struct suite *s)
{
	struct pollfd p = { .fd = s->env->cancel_fd, .events = POLLIN };

	return poll(&p, 1, 0) > 0;
}

static bool is_late(const struct suite *s)
{
	return s->o->deadline && clock_mono_ns() >= s->o->deadline;
}

/* The next test to run, or NULL. */
static const struct test *take_next(struct suite *s)
{
	const struct test *t = NULL;

	pthread_mutex_lock(&s->lock);
	if (s->queue.left && !cancelled(s) && !s->stop && !is_late(s) &&
	    s->fatal.code == ERR_NONE) {
		t = &s->plan->tests[queue_take(&s->queue)];
		s->running++;
		tell_progress(s->done, s->running, s->queue.left, s->start);
	}
	pthread_mutex_unlock(&s->lock);
	return t;
}

/* Whether tests have lines on the screen. */
static bool speaks(const struct suite *s)
{
	return !s->json && !s->o->ci.tap && !s->o->quiet;
}

/* The line of a test, once all its repeats have ended. */
static void tell_test(struct suite *s, const struct test *t, struct run_result *r)
{
	struct series *all = &s->series[t->series];

	if (all->want == 1) {
		tell_result(t, r);
		return;
	}
	series_add(all, t, r);
	if (all->done == all->want)
		tell_series(all);
}

static void finish(struct suite *s, const struct test *t, struct run_result *r,
                   const struct err *err)
{
	pthread_mutex_lock(&s->lock);
	s->running--;
	s->done++;
	queue_ended(&s->queue, (size_t)(t - s->plan->tests));
	if (err->code != ERR_NONE) {
		s->counts.not_recorded++;
		s->fatal = *err;
	}
	s->counts.of[r->sidecar.outcome]++;
	s->stop |= s->o->fail_fast &&
	           (r->sidecar.outcome == OUTCOME_FAIL || r->sidecar.outcome == OUTCOME_ERROR);
	alike_add(&s->alike, &r->sidecar);
	term_progress_end();
	strv_each (&r->notes, i)
		term_print(stderr, TERM_WARN, "note: %s\n", r->notes.v[i]);
	ci_result(s->ci, t, r);
	if (s->json)
		json_object_array_add(s->json, tell_json(r));
	else if (speaks(s))
		tell_test(s, t, r);
	tell_progress(s->done, s->running, s->queue.left, s->start);
	pthread_mutex_unlock(&s->lock);
}

/* The last repeat of a test to end also answers for the median of all. */
static void judge_median(struct suite *s, const struct test *t, struct run_result *r,
                         struct err *err)
{
	struct series *all = &s->series[t->series];
	struct check_set checks;

	if (t->repeats < 2 || !t->scenario->over_repeats_count)
		return;
	limits_in_force(s->env, t, &checks);
	pthread_mutex_lock(&s->lock);
	repeated_add(&all->repeated, &checks, &r->sidecar);
	if (++all->ended == all->want && repeated_judge(&all->repeated, &checks, &r->sidecar) &&
	    rundir_write(rundir_of(s, t->kernel), &r->sidecar, NULL, err) < 0)
		r->sidecar.outcome = OUTCOME_ERROR;
	pthread_mutex_unlock(&s->lock);
}

static void *worker(void *arg)
{
	struct suite *s = arg;
	const struct test *t;

	while ((t = take_next(s))) {
		struct err err = ERR_INIT;
		struct run_result r;

		if (run_test(s->env, t, rundir_of(s, t->kernel), &r, &err) < 0)
			r.sidecar.outcome = OUTCOME_ERROR;
		else
			judge_median(s, t, &r, &err);
		finish(s, t, &r, &err);
		run_result_done(&r);
	}
	eventfd_write(s->done_fd, 1);
	return NULL;
}

/* The first signal stops the running VMs; their sidecars are still written. The second has its
 * default action and ends this process. */
static void watch_signals(struct suite *s, int sig_fd, size_t workers)
{
	struct pollfd p[2] = { { .fd = sig_fd, .events = POLLIN },
		               { .fd = s->done_fd, .events = POLLIN } };
	eventfd_t ended;

	while (workers) {
		if (poll(p, 2, -1) < 0)
			continue;
		if (p[1].revents && eventfd_read(s->done_fd, &ended) == 0)
			workers -= ended < workers ? ended : workers;
		if (p[0].revents) {
			struct signalfd_siginfo si;
			sigset_t set;

			if (read(sig_fd, &si, sizeof(si)) != sizeof(si))
				continue;
			pthread_mutex_lock(&s->lock);
			s->counts.interrupted = true;
			term_progress_end();
			pthread_mutex_unlock(&s->lock);
			fputs("interrupted: stopping the VMs (interrupt again to end at once)\n",
			      stderr);
			eventfd_write(s->env->cancel_fd, 1);
			sigemptyset(&set);
			sigaddset(&set, SIGINT);
			sigaddset(&set, SIGTERM);
			p[0].fd = -1;
			pthread_sigmask(SIG_UNBLOCK, &set, NULL);
		}
	}
}

static unsigned int job_count(const struct suite *s)
{
	struct jobs_host host;

	if (s->o->jobs)
		return s->o->jobs;
	jobs_host_read(&host);
	return jobs_that_fit(s->plan, &host);
}

static int run_workers(struct suite *s, int sig_fd, struct err *err)
{
	unsigned int want = job_count(s), started = 0;
	pthread_t *threads = xcalloc(want, sizeof(*threads));
	int r = 0;

	while (started < want && started < s->plan->n) {
		int errnum = pthread_create(&threads[started], NULL, worker, s);

		if (errnum) {
			r = started ? 0 : err_sys(err, errnum, "starting a thread");
			break;
		}
		started++;
	}
	watch_signals(s, sig_fd, started);
	for (unsigned int i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	free(threads);
	return r;
}

/* Only the main thread takes signals, through a descriptor. Worker threads and child processes
 * inherit the mask; children reset it. */
static int block_signals(int *sig_fd, struct err *err)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	*sig_fd = signalfd(-1, &set, SFD_CLOEXEC);
	return *sig_fd < 0 ? err_sys(err, errno, "signalfd") : 0;
}

static void suite_done(struct suite *s)
{
	for (size_t i = 0; s->o->dirs && i < s->n_dirs; i++)
		strv_add(s->o->dirs, rundir_path(s->dirs[i].rundir));
	for (size_t i = 0; s->series && i < s->plan->n_series; i++)
		series_done(&s->series[i]);
	free(s->series);
	for (size_t i = 0; i < s->n_dirs; i++)
		rundir_close(&s->dirs[i].rundir);
	free(s->dirs);
	json_putp(&s->json);
	ci_free(&s->ci);
	queue_done(&s->queue);
	alike_done(&s->alike);
	if (s->done_fd >= 0)
		close(s->done_fd);
}

/* After an interrupt. */
static void tell_unfinished(const struct suite *s)
{
	for (size_t i = 0; i < s->plan->n_series; i++)
		if (s->series[i].done && s->series[i].done < s->series[i].want)
			tell_series(&s->series[i]);
}

/* Why not all tests were run; NULL: all were. */
static const char *why_stopped(const struct suite *s)
{
	if (s->done == s->plan->n)
		return NULL;
	return s->counts.interrupted       ? "interrupted"
	       : s->fatal.code != ERR_NONE ? "a result could not be recorded"
	                                   : "--fail-fast";
}

static int sum_up(struct suite *s, struct err *err)
{
	s->counts.not_run = s->plan->n - s->done;
	if (speaks(s))
		tell_unfinished(s);
	if (s->json)
		tell_json_summary(s->json, &s->counts, s->start, s->dirs, s->n_dirs);
	else if (speaks(s))
		tell_summary(&s->counts, &s->alike, s->start, s->dirs, s->n_dirs);
	s->json = NULL;
	return ci_end(s->ci, why_stopped(s), s->counts.interrupted || s->fatal.code != ERR_NONE,
	              err);
}

int suite_run(struct harness_env *env, const struct plan *plan, const struct suite_opts *o,
              struct suite_counts *out, struct err *err)
{
	struct suite s = { .env = env,
		           .plan = plan,
		           .o = o,
		           .lock = PTHREAD_MUTEX_INITIALIZER,
		           .start = clock_mono_ns(),
		           .done_fd = -1,
		           .fatal = ERR_INIT };
	_cleanup_close_ int sig_fd = -1, cancel_fd = eventfd(0, EFD_CLOEXEC);
	int r;

	env->cancel_fd = cancel_fd;
	queue_init(&s.queue, plan, env->start != START_COLD);
	s.done_fd = eventfd(0, EFD_CLOEXEC);
	s.json = o->json ? json_object_new_array() : NULL;
	s.series = series_of_plan(plan);
	r = cancel_fd < 0 || s.done_fd < 0 ? err_sys(err, errno, "eventfd") : 0;
	if (r == 0)
		r = open_rundirs(&s, err);
	if (r == 0)
		r = ci_new(&o->ci, plan, &s.ci, err);
	if (r == 0 && env->start != START_COLD)
		r = saved_sweep(err);
	if (r == 0 && speaks(&s))
		tell_head(plan, o->clock_reason);
	if (r == 0)
		r = block_signals(&sig_fd, err);
	if (r == 0)
		r = run_workers(&s, sig_fd, err);
	if (r == 0) {
		r = sum_up(&s, err);
		*out = s.counts;
	}
	if (r == 0 && s.fatal.code != ERR_NONE) {
		*err = s.fatal;
		r = err_wrap(err, "the result could not be recorded");
	}
	env->cancel_fd = -1;
	suite_done(&s);
	return r;
}

int suite_exit_code(const struct suite_counts *c)
{
	if (c->interrupted)
		return EXIT_INTERRUPTED;
	if (c->of[OUTCOME_FAIL])
		return EXIT_WORSE;
	if (c->of[OUTCOME_ERROR] || c->not_recorded || c->not_run)
		return EXIT_INFRA;
	return c->of[OUTCOME_INCONCLUSIVE] ? EXIT_INCONCLUSIVE : EXIT_OK;
}
