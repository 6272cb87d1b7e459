/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/engine/vz-accelerator-choice.h"

#include "foundation/host/vz-host.h"
#include "foundation/vz-fail.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* A /dev/kvm that answers proves nothing: on some hosts the device runs firmware and then hangs in
 * the kernel's decompressor, and the processor shows neither svm nor vmx. So on x86 the flags are
 * checked too. */

static gboolean
cpuinfo_has_virtualization (void)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents ("/proc/cpuinfo", &text, NULL, NULL))
    return FALSE;
  lines = g_strsplit (text, "\n", -1);
  for (gsize i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) words = NULL;

      if (!g_str_has_prefix (lines[i], "flags"))
        continue;
      words = g_strsplit (lines[i], " ", -1);
      return g_strv_contains ((const char *const *) words, "svm") ||
             g_strv_contains ((const char *const *) words, "vmx");
    }
  return FALSE;
}

void
vz_accelerator_facts_read (VzAcceleratorFacts *facts)
{
  int fd;

  memset (facts, 0, sizeof *facts);
  facts->host_architecture = vz_host_get_architecture ();
  facts->has_virtualization = !g_str_equal (facts->host_architecture, "x86_64") ||
                              cpuinfo_has_virtualization ();
  fd = open ("/dev/kvm", O_RDWR | O_CLOEXEC);
  if (fd < 0)
    {
      facts->device_problem = g_strdup_printf ("/dev/kvm: %s", g_strerror (errno));
      return;
    }
  facts->device_opens = ioctl (fd, KVM_GET_API_VERSION, 0) == KVM_API_VERSION;
  if (!facts->device_opens)
    facts->device_problem = g_strdup ("/dev/kvm has a different version from the one QEMU needs");
  close (fd);
}

void
vz_accelerator_facts_clear (VzAcceleratorFacts *facts)
{
  g_clear_pointer (&facts->device_problem, g_free);
}

/* Why KVM cannot run the guest, or NULL. */
static char *
dup_obstacle (const VzAcceleratorFacts *facts, const char *architecture)
{
  if (!g_str_equal (facts->host_architecture, architecture))
    return g_strdup_printf ("the guest is %s and this host is %s", architecture,
                            facts->host_architecture);
  if (!facts->device_opens)
    return g_strdup (facts->device_problem);
  if (!facts->has_virtualization)
    return g_strdup ("/dev/kvm exists, but this processor shows neither svm nor vmx");
  return NULL;
}

gboolean
vz_accelerator_choose (const VzAcceleratorFacts *facts, const char *architecture,
                       VzAccelerator wanted, VzAccelerator *ret_accelerator, char **ret_reason,
                       GError **error)
{
  g_autofree char *obstacle = dup_obstacle (facts, architecture);
  char *reason = NULL;

  if (wanted == VZ_ACCELERATOR_KVM && obstacle != NULL)
    return vz_fail (error, VZ_ERROR_NOT_SUPPORTED, "KVM cannot be used: %s", obstacle);
  if (wanted == VZ_ACCELERATOR_TCG)
    reason = g_strdup ("guest code is emulated (TCG), as configured");
  else if (obstacle != NULL)
    reason = g_strdup_printf ("guest code is emulated (TCG), which is slow: %s", obstacle);
  *ret_accelerator = reason != NULL ? VZ_ACCELERATOR_TCG : VZ_ACCELERATOR_KVM;
  if (ret_reason != NULL)
    *ret_reason = reason;
  else
    g_free (reason);
  return TRUE;
}

gboolean
vz_accelerator_choose_on_host (const char *architecture, VzAccelerator wanted,
                               VzAccelerator *ret_accelerator, char **ret_reason, GError **error)
{
  VzAcceleratorFacts facts;
  gboolean ok;

  vz_accelerator_facts_read (&facts);
  ok = vz_accelerator_choose (&facts, architecture, wanted, ret_accelerator, ret_reason, error);
  vz_accelerator_facts_clear (&facts);
  return ok;
}
