/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "vmm/console.h"
#include "vmm/hosttime.h"
#include "vmm/snapshot.h"
#include "vmm/memfile.h"
#include "vmm/vm.h"

#define LOOK_NS         (20 * NS_PER_MS) /* between two reads of the ring */
#define QUIT_NS         (2 * NS_PER_SEC)
#define CONSOLE_ALLOWED (64u << 20)

void vm_open(struct vm *vm, const struct vm_spec *spec, const struct vm_events *events,
             enum vm_start start)
{
	*vm = (struct vm){ .spec = spec,
		           .events = events,
		           .start = start,
		           .region = -1,
		           .state = -1,
		           .console = -1,
		           .errors = -1,
		           .qmp = { -1, -1 },
		           .qemu = CHILD_INIT };
	if (start == VM_START_RESTORE)
		return;
	vm->memory = xcalloc(spec->topo.nodes, sizeof(*vm->memory));
	for (uint32_t i = 0; i < spec->topo.nodes; i++)
		vm->memory[i] = -1;
}

static void close_all(struct vm *vm)
{
	const int fds[] = {
		vm->region, vm->console, vm->errors, vm->state, vm->qmp[0], vm->qmp[1]
	};

	child_done(&vm->qemu);
	qmp_reader_done(&vm->monitor);
	if (vm->ring)
		munmap(vm->ring, VM_RING_BYTES);
	for (size_t i = 0; i < ARRAY_SIZE(fds); i++)
		cleanup_close(&fds[i]);
	for (uint32_t i = 0; vm->memory && i < vm->spec->topo.nodes; i++)
		cleanup_close(&vm->memory[i]);
	free(vm->memory);
}

int vm_region_new(const struct vm_spec *spec, int *fd, struct err *err)
{
	return memfile_new("region", vm_region_bytes(spec), fd, err);
}

static int make_region(struct vm *vm, struct err *err)
{
	uint64_t size = vm_region_bytes(vm->spec), at = VM_RING_BYTES;
	void *ring;

	if (vm->spec->port)
		vm->region = fcntl(vm->spec->port->region_fd, F_DUPFD_CLOEXEC, 3);
	else if (vm_region_new(vm->spec, &vm->region, err) < 0)
		return -(int)err->code;
	if (vm->region < 0)
		return err_sys(err, errno, "the shared region");
	for (size_t i = 0; i < vm->spec->n_inputs; i++)
		if (memfile_copy(vm->region, &at, size, vm->spec->inputs[i], err) < 0)
			return -(int)err->code;
	ring = mmap(NULL, VM_RING_BYTES, PROT_READ, MAP_SHARED, vm->region, 0);
	if (ring == MAP_FAILED)
		return err_sys(err, errno, "mapping the ring");
	vm->ring = ring;
	return 0;
}

/* A machine that is extended goes on in a copy, which QEMU shares as it must to save it. */
static int make_memory(struct vm *vm, uint32_t node, uint64_t bytes, struct err *err)
{
	if (memfile_new("guest-memory", bytes, &vm->memory[node], err) < 0)
		return -(int)err->code;
	return vm->start == VM_START_EXTEND
	               ? snapshot_copy(vm->spec->image->memory[node], vm->memory[node], err)
	               : 0;
}

static int make_files(struct vm *vm, struct err *err)
{
	const struct vm_spec *s = vm->spec;
	uint64_t per_node = vm_memory_bytes(s) / s->topo.nodes;

	for (uint32_t i = 0; vm->memory && i < s->topo.nodes; i++)
		if (make_memory(vm, i, per_node, err) < 0)
			return -(int)err->code;
	if (make_region(vm, err) < 0 || memfile_new("console", 0, &vm->console, err) < 0 ||
	    memfile_new("errors", 0, &vm->errors, err) < 0 ||
	    (vm_start_saves(vm->start) && memfile_new("state", 0, &vm->state, err) < 0))
		return -(int)err->code;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, vm->qmp) < 0)
		return err_sys(err, errno, "socketpair");
	vm->monitor.fd = vm->qmp[0];
	return 0;
}

char *vm_state_uri(int fd)
{
	return xasprintf("file:/proc/self/fd/%d", fd);
}

/* Written before QEMU starts: nothing is said to it later that could disturb virtual time. */
static int speak_first(const struct vm *vm, struct err *err)
{
	static const char *const to_save[] = { "x-ignore-shared", "events", NULL };
	static const char *const to_restore[] = { "x-ignore-shared", NULL };
	bool saves = vm_start_saves(vm->start);
	_cleanup_free_ char *uri = NULL;

	if (vm->start == VM_START_COLD)
		return 0;
	if (qmp_begin(vm->qmp[0], saves ? to_save : to_restore, err) < 0)
		return -(int)err->code;
	if (!vm_start_restores(vm->start))
		return 0;
	uri = vm_state_uri(vm->spec->image->state);
	return qmp_send(vm->qmp[0], "migrate-incoming", qmp_argument("uri", uri), err);
}

static int start_qemu(struct vm *vm, struct vm_result *out, struct err *err)
{
	const struct vm_spec *s = vm->spec;
	const struct vm_fds fds = { .start = vm->start,
		                    .initrd = s->initrd,
		                    .region = vm->region,
		                    .console = vm->console,
		                    .qmp = vm->qmp[1],
		                    .memory = vm->memory ? vm->memory : s->image->memory };
	const int named[] = { s->initrd,
		              vm->region,
		              vm->console,
		              vm->qmp[1],
		              vm->state,
		              s->image ? s->image->state : -1,
		              s->port ? s->port->serial_fd : -1 };
	size_t n = 0;
	_cleanup_free_ int *keep = xcalloc(ARRAY_SIZE(named) + s->topo.nodes, sizeof(*keep));
	_cleanup_free_ char *ld =
		s->qemu->libraries ? xasprintf("LD_LIBRARY_PATH=%s", s->qemu->libraries) : NULL;
	const char *env[] = { ld, NULL };

	for (size_t i = 0; i < ARRAY_SIZE(named); i++)
		if (named[i] >= 0)
			keep[n++] = named[i];
	for (uint32_t i = 0; i < s->topo.nodes; i++)
		keep[n++] = fds.memory[i];
	vm_args(s, &fds, &out->argv);
	if (speak_first(vm, err) < 0)
		return -(int)err->code;
	out->start_ns = clock_mono_ns();
	if (child_start(&(struct child_opts){ .argv = strv_argv(&out->argv),
	                                      .env = env,
	                                      .out_fd = vm->errors,
	                                      .err_fd = vm->errors,
	                                      .keep_fds = keep,
	                                      .n_keep_fds = n },
	                &vm->qemu, err) < 0)
		return -(int)err->code;
	close(vm->qmp[1]);
	vm->qmp[1] = -1;
	return 0;
}

static bool look_at_ring(struct vm *vm, struct vm_result *out)
{
	struct err err = ERR_INIT;
	int r = vm->events->on_ring(vm->events->arg, vm->ring, VM_RING_BYTES, &err);

	if (r < 0) {
		out->end = VM_END_RING;
		free(out->cause);
		out->cause = xstrdup(err.msg);
	}
	return r != 0;
}

/* Only under the real clock: virtual time does not depend on the host. */
static void look_at_host(struct vm *vm)
{
	_cleanup_close_ int procfd = -1;
	struct vm_host_time t;

	if (!vm->events->on_host_time || vm->spec->clock != VM_CLOCK_REAL)
		return;
	procfd = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (procfd < 0)
		return;
	hosttime_read(procfd, vm->qemu.pid, &t);
	vm->events->on_host_time(vm->events->arg, &t);
}

static void look_at_kvm(struct vm *vm, struct vm_result *out)
{
	if (vm->spec->accel == VM_ACCEL_KVM && !vm_start_saves(vm->start))
		kvmstat_look(&vm->kvm, &vm->monitor, out);
}

static uint64_t console_allowed(const struct vm *vm)
{
	return vm->spec->console_max ? vm->spec->console_max : CONSOLE_ALLOWED;
}

/* Whether the guest has asked to be saved: QEMU has stopped it then. */
static bool asked_for_save(struct vm *vm)
{
	struct json_object *msg;
	struct err ignored = ERR_INIT; /* then QEMU ends, too, or never saves */
	bool stopped = false;

	if (!vm_start_saves(vm->start))
		return false;
	while (!stopped && qmp_next(&vm->monitor, &msg, &ignored) > 0) {
		stopped = qmp_is_event(msg, "STOP");
		json_object_put(msg);
	}
	return stopped;
}

/* Waits until the guest has sent its last message, asks to be saved, QEMU has ended, or there is a
 * reason to stop. True when QEMU must still be stopped. */
static bool watch(struct vm *vm, struct vm_result *out)
{
	struct pollfd p[2] = { { .fd = vm->qemu.pidfd, .events = POLLIN },
		               { .fd = vm->spec->cancel_fd, .events = POLLIN } };

	for (;;) {
		uint64_t look = deadline_in(LOOK_NS);
		uint64_t deadline = vm->spec->deadline_ns;

		if (poll(p, 2, deadline_poll_ms(look < deadline ? look : deadline)) < 0 &&
		    errno != EINTR)
			continue;
		if (p[0].revents)
			return false;
		look_at_host(vm);
		look_at_kvm(vm, out);
		if (look_at_ring(vm, out))
			return true;
		if (asked_for_save(vm)) {
			out->end = VM_END_SAVED;
			return true;
		}
		out->end = p[1].revents                                      ? VM_END_CANCELLED
		           : clock_mono_ns() >= deadline                     ? VM_END_TIMEOUT
		           : memfile_size(vm->console) > console_allowed(vm) ? VM_END_FLOOD
		                                                             : VM_END_DONE;
		if (out->end != VM_END_DONE)
			return true;
	}
}

/* Sends the only QMP commands that are needed: negotiate, then quit. The replies are not read. */
static void ask_to_quit(struct vm *vm)
{
	static const char text[] = "{\"execute\":\"qmp_capabilities\"}\n{\"execute\":\"quit\"}\n";

	(void)!send(vm->qmp[0], text, sizeof(text) - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

void vm_bring_down(struct vm *vm, const struct vm_result *out)
{
	struct err err = ERR_INIT;

	if (out->end == VM_END_DONE || out->end == VM_END_SAVED) {
		child_stop(&vm->qemu, 0);
		return;
	}
	ask_to_quit(vm);
	if (child_wait(&vm->qemu, deadline_in(QUIT_NS), &err) == 0)
		return;
	child_stop(&vm->qemu, QUIT_NS);
}

static char *last_error_line(struct vm *vm)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	const char *nl;

	memfile_read_bounded(vm->errors, 1 << 16, &text);
	strbuf_rtrim(&text);
	nl = strrchr(strbuf_cstr(&text), '\n');
	return xstrdup(nl ? nl + 1 : strbuf_cstr(&text));
}

static void explain_timeout(struct vm_result *out)
{
	_cleanup_free_ char *after = clock_format_ns(clock_mono_ns() - out->start_ns);

	if (!out->crash)
		out->kind = "silent";
	out->cause = out->crash ? xasprintf("timed out after %s; the console says: %s", after,
	                                    out->crash)
	                        : xasprintf("timed out after %s", after);
}

/* QEMU ended well, and the guest did not say that it was done. */
static void explain_end(struct vm_result *out)
{
	_cleanup_free_ char *line = console_last_line(strbuf_cstr(&out->console));

	out->kind = "silent";
	out->cause = xasprintf("the guest switched itself off%s%s",
	                       *line ? "; its console ends with: " : "", line);
}

static void explain_qemu(struct vm *vm, struct vm_result *out)
{
	_cleanup_free_ char *how = child_describe(&vm->qemu), *line = last_error_line(vm);

	out->kind = "qemu";
	out->cause = xasprintf("QEMU: %s%s%s", how, *line ? ": " : "", line);
}

/* Sets the cause, one line, from the console, QEMU's stderr and its status. */
static void explain(struct vm *vm, struct vm_result *out)
{
	bool clean = vm->qemu.ended && vm->qemu.status == 0;

	out->kind = out->crash_kind;
	if (out->end == VM_END_DONE && out->crash)
		out->end = VM_END_PANIC;
	else if (out->end == VM_END_DONE && !clean)
		out->end = VM_END_QEMU;
	switch (out->end) {
	case VM_END_DONE: explain_end(out); break;
	case VM_END_SAVED:
	case VM_END_RING:
	case VM_END_COUNT: break;
	case VM_END_PANIC: out->cause = xstrdup(out->crash); break;
	case VM_END_TIMEOUT: explain_timeout(out); break;
	case VM_END_CANCELLED: out->cause = xstrdup("interrupted"); break;
	case VM_END_FLOOD:
		out->cause = xasprintf("the console wrote more than %llu MiB",
		                       (unsigned long long)(console_allowed(vm) >> 20));
		break;
	case VM_END_QEMU: explain_qemu(vm, out); break;
	}
}

static void describe(const struct vm *vm, struct vm_result *out)
{
	const struct vm_spec *s = vm->spec;
	bool virtual_clock = s->clock == VM_CLOCK_VIRTUAL;

	out->boot = xstrdup(vm_boot_kind(s));
	out->memory_bytes = vm_memory_bytes(s);
	out->icount_shift = virtual_clock ? VM_ICOUNT_SHIFT : U32_NONE;
}

int vm_go(struct vm *vm, struct vm_result *res, struct err *err)
{
	describe(vm, res);
	if (make_files(vm, err) < 0 || start_qemu(vm, res, err) < 0)
		return err_wrap(err, "VM");
	if (!watch(vm, res))
		child_stop(&vm->qemu, 0);
	else if (res->end != VM_END_SAVED)
		vm_bring_down(vm, res);
	return 0;
}

static void sum_up(struct vm *vm, struct vm_result *res)
{
	bool spoken;

	res->end_ns = clock_mono_ns();
	spoken = res->end != VM_END_RING && look_at_ring(vm, res);
	memfile_read_bounded(vm->console, CONSOLE_KEPT, &res->console);
	res->crash = console_cause(strbuf_cstr(&res->console), &res->crash_kind);
	if (!spoken || res->end != VM_END_DONE)
		explain(vm, res);
}

int vm_end(struct vm *vm, int r, struct vm_result *res, struct vm_result *out)
{
	if (r == 0)
		sum_up(vm, res);
	close_all(vm);
	if (r < 0)
		vm_result_done(res);
	else
		*out = *res;
	return r;
}

int vm_run(const struct vm_spec *spec, const struct vm_events *events, struct vm_result *out,
           struct err *err)
{
	struct vm_result res = { 0 };
	struct vm vm;
	int r;

	vm_open(&vm, spec, events, spec->image ? VM_START_RESTORE : VM_START_COLD);
	r = vm_go(&vm, &res, err);
	return vm_end(&vm, r, &res, out);
}

void vm_result_done(struct vm_result *r)
{
	free(r->cause);
	free(r->crash);
	strbuf_done(&r->console);
	free(r->boot);
	strv_done(&r->argv);
	for (size_t i = 0; i < r->n_vcpu_stats; i++)
		json_f64map_done(&r->vcpu_stats[i]);
	free(r->vcpu_stats);
	*r = (struct vm_result){ 0 };
}

/* Ten times what one of our idle hosts needs: slow hosts are common, hangs are rare. */
uint64_t vm_time_budget_ns(const struct vm_spec *spec, uint64_t guest_ns)
{
	uint64_t cpus = topo_cpus(&spec->topo);
	uint64_t boot = (30 + 12 * cpus) * NS_PER_SEC;

	if (spec->accel == VM_ACCEL_KVM)
		return 30 * NS_PER_SEC + cpus * NS_PER_SEC + guest_ns * 3;
	if (spec->clock == VM_CLOCK_VIRTUAL) /* one thread runs all vCPUs, busy, at 10 MIPS */
		return 2 * boot + guest_ns * cpus * 100 / (1u << VM_ICOUNT_SHIFT);
	return boot + guest_ns * 6;
}
