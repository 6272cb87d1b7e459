/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/engine/vz-memory-check.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "foundation/vz-fail.h"
#include "foundation/vz-size.h"

/* What QEMU needs besides the guest's memory, with every device: bytes that the kernel must
 * guarantee, and address space with nothing in it. */
#define OWN_MEMORY (G_GUINT64_CONSTANT (256) << 20)
#define OWN_SPACE (G_GUINT64_CONSTANT (1792) << 20)

/* None of it is touched, so it takes no memory and no time. */
static gboolean
try_all (guint64 guest)
{
  const struct {
    guint64 size;
    int protection;
  } parts[] = { { guest, PROT_READ | PROT_WRITE },
                { OWN_MEMORY, PROT_READ | PROT_WRITE },
                { OWN_SPACE, PROT_NONE } };
  void *places[G_N_ELEMENTS (parts)];
  gsize n = 0;
  int number = 0;

  for (; n < G_N_ELEMENTS (parts) && number == 0; n++)
    {
      places[n] =
        mmap (NULL, parts[n].size, parts[n].protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      if (places[n] == MAP_FAILED)
        number = errno;
    }
  while (n-- > 0)
    if (places[n] != MAP_FAILED)
      munmap (places[n], parts[n].size);
  errno = number;
  return number == 0;
}

/* What refuses it, and what would help. */
static char *
dup_reason (guint64 guest)
{
  g_autofree char *needed = vz_size_format (guest + OWN_MEMORY + OWN_SPACE);
  g_autofree char *overcommit = NULL;
  g_autofree char *limit = NULL;
  struct rlimit set;

  if (getrlimit (RLIMIT_AS, &set) == 0 && set.rlim_cur != RLIM_INFINITY)
    {
      limit = vz_size_format ((guint64) set.rlim_cur >> 20 << 20);
      return g_strdup_printf ("this process may use %s of address space, but QEMU needs %s for it; "
                              "'ulimit -v unlimited' raises the limit",
                              limit, needed);
    }
  if (g_file_get_contents ("/proc/sys/vm/overcommit_memory", &overcommit, NULL, NULL) &&
      *overcommit == '2')
    return g_strdup ("this host does not overcommit memory (vm.overcommit_memory is 2); give the "
                     "machine less, or as root: sysctl vm.overcommit_memory=0");
  return g_strdup ("this host does not have that much memory; give the machine less");
}

gboolean
vz_memory_check (VzVirtualMachineConfiguration *configuration, GError **error)
{
  guint64 guest = vz_virtual_machine_configuration_get_memory_size (configuration);
  g_autofree char *found = vz_size_format (guest);
  g_autofree char *reason = NULL;

  if (try_all (guest))
    return TRUE;
  reason = dup_reason (guest);
  return vz_fail (error, VZ_ERROR_NOT_SUPPORTED, "memory-size: '%s' found, but %s", found, reason);
}
