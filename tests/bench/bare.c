/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The least that a guest can do: as /init it powers the machine off. Run as a program on the host, it
 * writes an initramfs (newc) with itself as /init to standard output. So the benchmark needs no other
 * tool.
 */
#include <stdio.h>
#include <string.h>
#include <sys/reboot.h>
#include <unistd.h>

static size_t pad(size_t n)
{
	static const char zeros[4];
	size_t more = (4 - n % 4) % 4;

	return fwrite(zeros, 1, more, stdout) + n;
}

static void entry(const char *name, unsigned int mode, const char *data, size_t n)
{
	size_t length = strlen(name) + 1;

	printf("070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X", 1, mode, 0, 0, 1, 0,
	       (unsigned int)n, 0, 0, 0, 0, (unsigned int)length, 0);
	fwrite(name, 1, length, stdout);
	pad(110 + length);
	fwrite(data, 1, n, stdout);
	pad(n);
}

int main(void)
{
	static char self[4 << 20];
	FILE *f;
	size_t n;

	if (getpid() == 1)
		return reboot(RB_POWER_OFF);
	f = fopen("/proc/self/exe", "r");
	n = f ? fread(self, 1, sizeof(self), f) : 0;
	if (!n || n == sizeof(self))
		return 1;
	fclose(f);
	entry("init", 0100755, self, n);
	entry("TRAILER!!!", 0, "", 0);
	return 0;
}
