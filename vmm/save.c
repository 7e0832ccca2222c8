/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <poll.h>
#include <sys/mman.h>

#include "base/clock.h"
#include "base/mem.h"
#include "vmm/console.h"
#include "vmm/idle.h"
#include "vmm/memfile.h"
#include "vmm/snapshot.h"
#include "vmm/vm.h"

#define SAVE_NS (60 * NS_PER_SEC) /* for QEMU to write its state */

/* Until QEMU has written all of its state. */
static int wait_for_state(struct vm *vm, struct err *err)
{
	struct pollfd p = { .fd = vm->qmp[0], .events = POLLIN };
	uint64_t deadline = deadline_in(SAVE_NS);
	bool done = false, failed = false;
	int r = 0;

	while (!done && !failed && r >= 0) {
		struct json_object *msg;

		r = qmp_next(&vm->monitor, &msg, err);
		if (r == 0 && poll(&p, 1, deadline_poll_ms(deadline)) == 0)
			return err_set(err, ERR_TIMEOUT, "QEMU does not finish");
		if (r <= 0)
			continue;
		if (qmp_is_event(msg, "MIGRATION")) {
			const char *status = qmp_event_text(msg, "status");

			done = streq(status, "completed");
			failed = streq(status, "failed");
		}
		json_object_put(msg);
	}
	return failed ? err_set(err, ERR_CHILD, "QEMU could not") : r < 0 ? r : 0;
}

static int patch_state(const struct vm *vm, struct err *err)
{
	size_t size = (size_t)memfile_size(vm->state);
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, vm->state, 0);
	int r;

	if (p == MAP_FAILED)
		return err_sys(err, errno, "state of %zu bytes", size);
	r = snapshot_patch_state(p, size, vm_region_bytes(vm->spec), err);
	munmap(p, size);
	return r;
}

/* Where a kernel's text is, at the latest. */
#define TEXT_END (128u << 20)

/* In the memory that is saved only: a kernel that boots checks and patches its own text. */
static int patch_idle_loop(const struct vm *vm, int dirfd, struct err *err)
{
	const struct vm_image *from = vm->spec->image;
	size_t size = (size_t)memfile_size(vm->memory[0]);
	size_t n = size < TEXT_END ? size : TEXT_END;
	uint8_t *p;
	bool patched;

	if (from && from->idle_rounds != U32_NONE) /* it has the patch */
		return snapshot_note_idle(dirfd, from->idle_rounds, err);
	if (vm->spec->clock != VM_CLOCK_VIRTUAL)
		return 0;
	p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_SHARED, vm->memory[0], 0);
	if (p == MAP_FAILED)
		return err_sys(err, errno, "the guest's memory");
	patched = idle_patch(p, n);
	munmap(p, n);
	return patched ? snapshot_note_idle(dirfd, IDLE_ROUNDS, err) : 0;
}

/* The guest stands still. */
static int save(struct vm *vm, int dirfd, struct err *err)
{
	_cleanup_free_ char *uri = vm_state_uri(vm->state);

	if (qmp_send(vm->qmp[0], "migrate", qmp_argument("uri", uri), err) < 0 ||
	    wait_for_state(vm, err) < 0)
		return err_wrap(err, "saving");
	child_stop(&vm->qemu, 0);
	if (patch_state(vm, err) < 0 || patch_idle_loop(vm, dirfd, err) < 0 ||
	    snapshot_write(dirfd, SNAPSHOT_STATE, vm->state, err) < 0)
		return err_wrap(err, "saving");
	for (uint32_t i = 0; i < vm->spec->topo.nodes; i++) {
		_cleanup_free_ char *name = snapshot_memory_name(i);

		if (snapshot_write(dirfd, name, vm->memory[i], err) < 0)
			return err_wrap(err, "saving");
	}
	return 0;
}

/* A kernel that panics may use the same port. */
static bool has_panicked(const struct vm *vm)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	_cleanup_free_ char *crash = NULL;
	const char *kind;

	memfile_read_bounded(vm->console, CONSOLE_KEPT, &text);
	crash = console_cause(strbuf_cstr(&text), &kind);
	return crash != NULL;
}

int vm_save(const struct vm_spec *spec, const struct vm_events *events, int dirfd,
            struct vm_result *out, struct err *err)
{
	struct vm_result res = { 0 };
	struct vm vm;
	int r;

	vm_open(&vm, spec, events, spec->image ? VM_START_EXTEND : VM_START_SAVE);
	r = vm_go(&vm, &res, err);
	if (r == 0 && res.end == VM_END_SAVED && has_panicked(&vm)) {
		res.end = VM_END_DONE; /* the console will tell */
		vm_bring_down(&vm, &res);
	}
	if (r == 0 && res.end == VM_END_SAVED)
		r = save(&vm, dirfd, err);
	return vm_end(&vm, r, &res, out);
}
