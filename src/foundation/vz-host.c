/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/vz-host.h"

#include <fcntl.h>
#include <linux/kvm.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>
#include <unistd.h>

#ifndef KVM_CAP_ARM_EL2 /* Linux 6.16 */
#define KVM_CAP_ARM_EL2 240
#endif

guint
vz_host_get_cpu_count (void)
{
  return g_get_num_processors (); /* respects the process's CPU affinity */
}

guint64
vz_host_get_memory_size (void)
{
  long pages = sysconf (_SC_PHYS_PAGES);
  long page_size = sysconf (_SC_PAGESIZE);

  if (pages <= 0 || page_size <= 0)
    return 0;
  return (guint64) pages * (guint64) page_size;
}

/* Which architecture the kernel runs, not which one this program was compiled for: a 32-bit build
 * on a 64-bit kernel starts the same QEMU. */
const char *
vz_host_get_architecture (void)
{
  static const char *architecture;
  struct utsname name;

  if (g_once_init_enter (&architecture))
    {
      const char *machine = uname (&name) == 0 ? name.machine : "unknown";

      g_once_init_leave (&architecture, g_intern_string (machine));
    }
  return architecture;
}

const char *
vz_host_judge_nested (const char *architecture, gboolean has_kvm, gboolean allows)
{
  if (!has_kvm || allows)
    return NULL;
  if (g_str_equal (architecture, "aarch64"))
    return "must be false, because this host's KVM has no hypervisor level (EL2) for a guest";
  return "must be false, because this host's KVM has nested virtualization switched off";
}

/* On x86 the module has a switch, on aarch64 the processor and the kernel decide. */
static gboolean
kvm_allows_nested (gboolean *ret_has_kvm)
{
  static const char *const switches[] = { "/sys/module/kvm_intel/parameters/nested",
                                          "/sys/module/kvm_amd/parameters/nested" };
  gboolean allows;
  int fd;

  for (gsize i = 0; i < G_N_ELEMENTS (switches); i++)
    {
      g_autofree char *value = NULL;

      *ret_has_kvm = g_file_get_contents (switches[i], &value, NULL, NULL);
      if (*ret_has_kvm)
        return *value == 'Y' || *value == '1';
    }
  if (!g_str_equal (vz_host_get_architecture (), "aarch64"))
    return TRUE;
  fd = open ("/dev/kvm", O_RDWR | O_CLOEXEC);
  *ret_has_kvm = fd >= 0;
  if (fd < 0)
    return TRUE;
  allows = ioctl (fd, KVM_CHECK_EXTENSION, KVM_CAP_ARM_EL2) > 0;
  close (fd);
  return allows;
}

const char *
vz_host_get_nested_obstacle (void)
{
  gboolean has_kvm = FALSE;
  gboolean allows = kvm_allows_nested (&has_kvm);

  return vz_host_judge_nested (vz_host_get_architecture (), has_kvm, allows);
}
