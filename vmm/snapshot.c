/* SPDX-License-Identifier: GPL-2.0-only */
#include "vmm/snapshot.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "vmm/memfile.h"

#define PAGE 4096u

char *snapshot_memory_name(uint32_t node)
{
	return xasprintf("ram%u", node);
}

static uint64_t get_be64(const uint8_t *at)
{
	uint64_t v;

	memcpy(&v, at, sizeof(v));
	return be64toh(v);
}

/* For every block of memory the stream has: length of its name, name, size, address (the last
 * because of the capability x-ignore-shared). The region's name ends with that of its property. */
int snapshot_patch_state(uint8_t *state, size_t n, uint64_t region_bytes, struct err *err)
{
	static const char name[] = "/ring";
	const size_t name_size = sizeof(name) - 1;
	uint8_t *found = NULL;

	for (size_t at = 0; at + name_size + 16 <= n; at++) {
		uint8_t *after = state + at + name_size;

		if (memcmp(state + at, name, name_size) != 0 || get_be64(after) != region_bytes)
			continue;
		if (found)
			return err_set(err, ERR_FORMAT, "the machine's state has two rings");
		found = after + 8;
	}
	if (!found)
		return err_set(err, ERR_FORMAT, "the machine's state has no ring");
	memset(found, 0, 8);
	return 0;
}

static bool is_zero(const uint8_t *p, size_t n)
{
	return n == 0 || (p[0] == 0 && memcmp(p, p + 1, n - 1) == 0);
}

static int write_at(int fd, const uint8_t *data, size_t n, off_t at, struct err *err)
{
	while (n) {
		ssize_t done = pwrite(fd, data, n, at);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return err_sys(err, errno, "write");
		data += done;
		n -= (size_t)done;
		at += done;
	}
	return 0;
}

/* One stretch without holes: runs of pages that are not zero. */
static int write_stretch(int fd, const uint8_t *data, off_t from, off_t to, struct err *err)
{
	off_t begin = from;

	for (off_t at = from; at < to; at += PAGE) {
		size_t n = to - at < (off_t)PAGE ? (size_t)(to - at) : PAGE;

		if (!is_zero(data + at, n))
			continue;
		if (write_at(fd, data + begin, (size_t)(at - begin), begin, err) < 0)
			return -(int)err->code;
		begin = at + (off_t)n;
	}
	return begin < to ? write_at(fd, data + begin, (size_t)(to - begin), begin, err) : 0;
}

static int write_stretches(int fd, int from, const uint8_t *data, off_t size, struct err *err)
{
	off_t begin, end = 0;

	while ((begin = lseek(from, end, SEEK_DATA)) >= 0 && begin < size) {
		end = lseek(from, begin, SEEK_HOLE);
		if (end < 0)
			return err_sys(err, errno, "seek");
		if (write_stretch(fd, data, begin, end, err) < 0)
			return -(int)err->code;
	}
	return 0;
}

int snapshot_copy(int from, int to, struct err *err)
{
	size_t size = (size_t)memfile_size(from);
	void *data = mmap(NULL, size, PROT_READ, MAP_SHARED, from, 0);
	int ret;

	if (data == MAP_FAILED)
		return err_sys(err, errno, "map");
	ret = write_stretches(to, from, data, (off_t)size, err);
	munmap(data, size);
	return ret;
}

int snapshot_write(int dirfd, const char *name, int from, struct err *err)
{
	_cleanup_close_ int fd = openat(dirfd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);

	if (fd < 0)
		return err_sys(err, errno, "%s", name);
	if (snapshot_copy(from, fd, err) < 0)
		return err_wrap(err, "%s", name);
	if (ftruncate(fd, (off_t)memfile_size(from)) < 0 || fsync(fd) < 0)
		return err_sys(err, errno, "%s", name);
	return 0;
}

int snapshot_note_idle(int dirfd, uint32_t rounds, struct err *err)
{
	_cleanup_free_ char *text = xasprintf("%u\n", rounds);

	return fs_write_atomic(dirfd, SNAPSHOT_IDLE, text, strlen(text), 0666, err);
}

static uint32_t read_idle(int dirfd)
{
	uint64_t rounds;

	return fs_read_u64(dirfd, SNAPSHOT_IDLE, &rounds) ? (uint32_t)rounds : U32_NONE;
}

int vm_image_open(int dirfd, uint32_t nodes, struct vm_image *out, struct err *err)
{
	struct vm_image im = { .state = openat(dirfd, SNAPSHOT_STATE, O_RDONLY | O_CLOEXEC) };

	if (im.state < 0)
		return err_path(err, errno, SNAPSHOT_STATE);
	im.memory = xcalloc(nodes, sizeof(*im.memory));
	for (; im.n < nodes; im.n++) {
		_cleanup_free_ char *name = snapshot_memory_name(im.n);

		im.memory[im.n] = openat(dirfd, name, O_RDONLY | O_CLOEXEC);
		if (im.memory[im.n] < 0) {
			vm_image_done(&im);
			return err_path(err, errno, name);
		}
	}
	im.idle_rounds = read_idle(dirfd);
	*out = im;
	return 0;
}

void vm_image_done(struct vm_image *im)
{
	if (im->state >= 0)
		close(im->state);
	for (uint32_t i = 0; i < im->n; i++)
		close(im->memory[i]);
	free(im->memory);
	*im = VM_IMAGE_NONE;
}
