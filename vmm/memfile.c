/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "vmm/memfile.h"
#include "vmm/vmm.h"

int memfile_new(const char *name, uint64_t size, int *fd, struct err *err)
{
	int f = memfd_create(name, MFD_CLOEXEC);

	if (f < 0)
		return err_sys(err, errno, "memory file %s", name);
	if (size && ftruncate(f, (off_t)size) < 0) {
		int errnum = errno;

		close(f);
		return err_sys(err, errnum, "memory file %s of %llu bytes", name,
		               (unsigned long long)size);
	}
	*fd = f;
	return 0;
}

int memfile_copy(int to, uint64_t *at, uint64_t end, int from, struct err *err)
{
	off_t done = 0, size = (off_t)memfile_size(from);

	if ((uint64_t)size > end - *at)
		return err_set(err, ERR_LIMIT, "the guest's input has no room for %lld bytes",
		               (long long)size);
	if (lseek(to, (off_t)*at, SEEK_SET) < 0)
		return err_sys(err, errno, "memory file");
	while (done < size)
		if (sendfile(to, from, &done, (size_t)(size - done)) <= 0)
			return err_sys(err, errno, "memory file");
	*at += (uint64_t)size;
	return 0;
}

uint64_t memfile_size(int fd)
{
	struct stat st;

	return fstat(fd, &st) < 0 ? 0 : (uint64_t)st.st_size;
}

uint64_t vm_input_bytes(const int *inputs, size_t n)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += memfile_size(inputs[i]);
	return sum;
}

static void read_range(int fd, uint64_t at, size_t n, struct strbuf *out)
{
	_cleanup_free_ char *chunk = xmalloc(n + 1);
	ssize_t got = pread(fd, chunk, n, (off_t)at);

	if (got > 0)
		strbuf_add(out, chunk, (size_t)got);
}

void memfile_read_bounded(int fd, size_t max, struct strbuf *out)
{
	uint64_t size = memfile_size(fd);
	size_t half = max / 2;

	if (size <= max) {
		read_range(fd, 0, (size_t)size, out);
		return;
	}
	read_range(fd, 0, half, out);
	strbuf_addf(out, "\n[… %llu bytes left out …]\n", (unsigned long long)(size - 2 * half));
	read_range(fd, size - half, half, out);
}
