/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/test.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "vmm/kvmstat.h"

/* The form of QEMU's documentation of query-stats, and what else a monitor may say. */
#define GREETING "{\"QMP\": {\"version\": {}, \"capabilities\": []}}\r\n{\"return\": {}}\r\n"
#define ANSWER                                                                                     \
	"{\"return\": [{\"provider\": \"kvm\", \"qom-path\": \"/machine/unattached/device[0]\", "  \
	"\"stats\": [{\"name\": \"exits\", \"value\": 5213}, {\"name\": \"halt_wait_hist\", "      \
	"\"value\": [1, 2]}, {\"name\": \"guest_mode\", \"value\": false}]}, {\"provider\": "      \
	"\"kvm\", "                                                                                \
	"\"stats\": [{\"name\": \"exits\", \"value\": 7}]}]}\r\n"

struct monitor {
	int ends[2]; /* ours, QEMU's */
	struct qmp_reader reader;
	struct kvmstat k;
	struct vm_result out;
};

static void monitor_init(struct monitor *m)
{
	*m = (struct monitor){ 0 };
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, m->ends), 0);
	m->reader.fd = m->ends[0];
}

static void monitor_done(struct monitor *m)
{
	qmp_reader_done(&m->reader);
	vm_result_done(&m->out);
	close(m->ends[0]);
	close(m->ends[1]);
}

static void say(const struct monitor *m, const char *text)
{
	ck_assert_int_eq(write(m->ends[1], text, strlen(text)), (ssize_t)strlen(text));
}

/* What was asked since the last call. */
static char *asked(const struct monitor *m)
{
	char buf[1024];
	ssize_t n = recv(m->ends[1], buf, sizeof(buf), MSG_DONTWAIT);

	return xstrndup(buf, n > 0 ? (size_t)n : 0);
}

TEST(kvmstat_has_the_counters_of_each_vcpu)
{
	_cleanup_free_ char *first = NULL, *second = NULL;
	struct monitor m;

	monitor_init(&m);
	kvmstat_look(&m.k, &m.reader, &m.out);
	first = asked(&m);
	ck_assert_ptr_nonnull(strstr(first, "qmp_capabilities"));
	ck_assert_ptr_nonnull(strstr(first, "query-stats"));
	ck_assert_ptr_nonnull(strstr(first, "vcpu"));
	say(&m, GREETING);
	kvmstat_look(&m.k, &m.reader, &m.out);
	ck_assert_uint_eq(m.out.n_vcpu_stats, 0);
	say(&m, ANSWER);
	kvmstat_look(&m.k, &m.reader, &m.out);
	ck_assert_uint_eq(m.out.n_vcpu_stats, 2);
	ck_assert_uint_eq(m.out.vcpu_stats[0].n, 1); /* no list, no truth value */
	ck_assert_double_eq(json_f64map_get(&m.out.vcpu_stats[0], "exits"), 5213);
	ck_assert_double_eq(json_f64map_get(&m.out.vcpu_stats[1], "exits"), 7);
	second = asked(&m); /* not at every look */
	ck_assert_str_eq(second, "");
	monitor_done(&m);
}

TEST(kvmstat_is_not_asked_again_for_what_qemu_refuses)
{
	_cleanup_free_ char *first = NULL, *second = NULL;
	struct monitor m;

	monitor_init(&m);
	kvmstat_look(&m.k, &m.reader, &m.out);
	first = asked(&m);
	say(&m, GREETING "{\"error\": {\"class\": \"CommandNotFound\", \"desc\": \"no\"}}\r\n");
	kvmstat_look(&m.k, &m.reader, &m.out);
	m.k.waiting = false;
	kvmstat_look(&m.k, &m.reader, &m.out);
	second = asked(&m);
	ck_assert_str_eq(second, "");
	ck_assert_uint_eq(m.out.n_vcpu_stats, 0);
	monitor_done(&m);
}
