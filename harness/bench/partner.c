/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/bench/partner.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/mem.h"

int partner_fork(struct bench *b, void (*f)(struct bench *b), struct err *err)
{
	pid_t pid = fork();

	if (pid < 0)
		return err_sys(err, errno, "fork");
	if (pid)
		return 0;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	f(b);
	_exit(0);
}

struct begin {
	struct bench *b;
	void (*f)(struct bench *b);
};

static void *begin_thread(void *arg)
{
	struct begin x = *(struct begin *)arg;

	free(arg);
	x.f(x.b);
	return NULL;
}

int partner_thread(struct bench *b, void (*f)(struct bench *b), struct err *err)
{
	struct begin *x = xmalloc(sizeof(*x));
	pthread_t t;
	int rc;

	*x = (struct begin){ b, f };
	rc = pthread_create(&t, NULL, begin_thread, x);
	if (rc)
		free(x);
	return rc ? err_sys(err, rc, "starting a thread") : 0;
}

void partner_echo(int in, int out)
{
	char c;

	while (read(in, &c, 1) == 1)
		if (write(out, &c, 1) != 1)
			return;
}
