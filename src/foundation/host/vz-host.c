/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/host/vz-host.h"

#include <fcntl.h>
#include <linux/kvm.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#ifndef KVM_CAP_ARM_EL2 /* Linux 6.16 */
#define KVM_CAP_ARM_EL2 240
#endif

guint
vz_host_get_cpu_count (void)
{
  return g_get_num_processors (); /* respects the process's CPU affinity */
}

/* The kernel's architecture, not the one this program was compiled for: a 32-bit build on a 64-bit
 * kernel starts the same QEMU. */
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

/* On x86 the module has a switch; on aarch64 the processor and the kernel decide. */
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

#define RESOLV_CONF "/etc/resolv.conf"

gboolean
vz_host_text_has_name_server (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *line = g_strstrip (lines[i]);

      if (g_str_has_prefix (line, "nameserver") && g_ascii_isspace (line[strlen ("nameserver")]))
        return TRUE;
    }
  return FALSE;
}

char *
vz_host_dup_name_server_problem (void)
{
  g_autofree char *text = NULL;

  if (g_file_get_contents (RESOLV_CONF, &text, NULL, NULL) && vz_host_text_has_name_server (text))
    return NULL;
  return g_strdup_printf ("this host has no name servers: %s %s; write a line 'nameserver ADDRESS' "
                          "into it, or connect the host to a network",
                          RESOLV_CONF, text != NULL ? "names none" : "is not there");
}

/* This program cannot have been installed in the future. */
char *
vz_host_dup_clock_problem (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autoptr (GDateTime) made = NULL;
  g_autofree char *says = NULL;
  g_autofree char *was = NULL;
  struct stat st;

  if (stat ("/proc/self/exe", &st) != 0 ||
      g_date_time_to_unix (now) + 24 * 60 * 60 >= (gint64) st.st_mtime)
    return NULL;
  made = g_date_time_new_from_unix_utc (st.st_mtime);
  says = g_date_time_format (now, "%Y-%m-%d %H:%M UTC");
  was = made != NULL ? g_date_time_format (made, "%Y-%m-%d") : g_strdup ("later");
  return g_strdup_printf ("this host's clock says %s, but this program is from %s; set the clock "
                          "('timedatectl set-ntp true', or 'date -s')",
                          says, was);
}

char *
vz_host_dup_noexec_problem (const char *path)
{
  g_autofree char *place = g_strdup (path);
  struct statvfs st;

  while (statvfs (place, &st) != 0)
    {
      char *parent = g_path_get_dirname (place);
      gboolean is_top = g_str_equal (parent, place);

      g_free (place);
      place = parent;
      if (is_top)
        return NULL;
    }
  if ((st.f_flag & ST_NOEXEC) == 0)
    return NULL;
  return g_strdup_printf ("'%s' is on a file system that does not allow programs to run (noexec)",
                          path);
}
