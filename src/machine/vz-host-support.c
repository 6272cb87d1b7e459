/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/vz-host-support.h"

#include "configuration/identity/vz-generic-hardware-model.h"
#include "foundation/host/vz-apple-licence.h"
#include "foundation/host/vz-binary.h"
#include "foundation/host/vz-firmware.h"
#include "foundation/host/vz-host.h"
#include "foundation/host/vz-namespaces.h"
#include "foundation/host/vz-vmapple.h"
#include "foundation/vz-fail.h"
#include "qemu/engine/vz-accelerator-choice.h"
#include "qemu/vz-id-map.h"
#include "qemu/vz-virtiofsd.h"

#include <unistd.h>

/**
 * vz_host_check_engine:
 * @architecture: `x86_64` or `aarch64`
 * @error: return location for an error, or %NULL
 *
 * Checks whether this host has what it takes to run a guest of that architecture: QEMU and EFI
 * firmware. Call it before anything that takes long. Apple: `VZVirtualMachine.isSupported`.
 *
 * Returns: whether it does; otherwise @error is %VZ_ERROR_NOT_SUPPORTED and names the missing
 *   package
 */
gboolean
vz_host_check_engine (const char *architecture, GError **error)
{
  g_autoptr (VzGenericHardwareModel) model = NULL;
  g_autoptr (VzFirmware) firmware = NULL;
  g_autofree char *binary = NULL;

  g_return_val_if_fail (architecture != NULL, FALSE);
  if (!g_str_equal (architecture, "x86_64") && !g_str_equal (architecture, "aarch64"))
    return vz_fail (error, VZ_ERROR_NOT_SUPPORTED, "no board for the architecture '%s'",
                    architecture);
  binary = vz_binary_find (architecture, error);
  if (binary == NULL)
    return FALSE;
  model = vz_generic_hardware_model_new (architecture);
  firmware = vz_firmware_find (architecture, vz_generic_hardware_model_get_machine_type (model),
                               FALSE, error);
  return firmware != NULL;
}

/**
 * vz_host_check_kvm:
 * @architecture: `x86_64` or `aarch64`
 * @error: return location for an error, or %NULL
 *
 * Checks whether a guest of that architecture can run on KVM here. If not, it is emulated.
 *
 * Returns: whether it can; otherwise @error is %VZ_ERROR_NOT_SUPPORTED and says why not
 */
gboolean
vz_host_check_kvm (const char *architecture, GError **error)
{
  VzAccelerator accelerator;
  g_autofree char *reason = NULL;

  g_return_val_if_fail (architecture != NULL, FALSE);
  return vz_accelerator_choose_on_host (architecture, VZ_ACCELERATOR_KVM, &accelerator, &reason,
                                        error);
}

static gboolean
fail_for (const char *problem, GError **error)
{
  return problem == NULL || vz_fail (error, VZ_ERROR_NOT_SUPPORTED, "%s", problem);
}

/**
 * vz_host_check_network:
 * @error: return location for an error, or %NULL
 *
 * Checks whether this host can look up server names, which fetching and composing images require.
 * Nothing is sent.
 *
 * Returns: whether it can; otherwise @error is %VZ_ERROR_NOT_SUPPORTED and says what is missing
 */
gboolean
vz_host_check_network (GError **error)
{
  g_autofree char *problem = vz_host_dup_name_server_problem ();

  return fail_for (problem, error);
}

/**
 * vz_host_check_clock:
 * @error: return location for an error, or %NULL
 *
 * Checks whether this host's clock is plausible: servers' certificates and signatures are valid
 * only for a certain time.
 *
 * Returns: whether it is; otherwise @error is %VZ_ERROR_NOT_SUPPORTED and says what the clock shows
 */
gboolean
vz_host_check_clock (GError **error)
{
  g_autofree char *problem = vz_host_dup_clock_problem ();

  return fail_for (problem, error);
}

/**
 * vz_host_check_shared_folders:
 * @error: return location for an error, or %NULL
 *
 * Checks whether a folder that this process shares with a guest belongs to the guest's user (number
 * 1000) there. It does when this user has number 1000 here, when virtio-fs is used (see
 * vz_host_check_virtio_fs()), or when the host lets QEMU have a user namespace; elsewhere the guest
 * sees the host's numbers, and its user may not be allowed to write.
 *
 * Returns: whether it does; otherwise @error is %VZ_ERROR_NOT_SUPPORTED and says why not
 */
gboolean
vz_host_check_shared_folders (GError **error)
{
  VzIdMap map;

  return !vz_id_map_init (&map, geteuid (), getegid ()) || vz_host_check_virtio_fs (NULL, NULL) ||
         vz_id_map_check (&map, error);
}

/**
 * vz_host_check_virtio_fs:
 * @ret_description: (out) (optional) (nullable) (transfer full): what serves the folders, as text
 * for the user; %NULL on failure
 * @error: return location for an error, or %NULL
 *
 * Checks whether virtio-fs shares the folders of a machine that this process starts. This requires
 * `virtiofsd` 1.13 or newer, which is run as a test. The environment variable `VZ_VIRTIOFSD` names
 * another program, or is `none`. Otherwise QEMU shares them by 9P, which is slower and has fewer
 * features.
 *
 * Returns: whether it does; otherwise @error is %VZ_ERROR_NOT_SUPPORTED and says why not
 */
gboolean
vz_host_check_virtio_fs (char **ret_description, GError **error)
{
  g_autoptr (VzVirtiofsd) server = vz_virtiofsd_find (error);
  const char *remedy = vz_namespaces_find_remedy ();

  if (ret_description != NULL)
    *ret_description = NULL;
  if (server == NULL)
    return FALSE;
  if (ret_description != NULL)
    *ret_description = vz_virtiofsd_is_confined (server)
                         ? g_strdup_printf ("virtiofsd %s ('%s')", server->version, server->program)
                         : g_strdup_printf ("virtiofsd %s ('%s'), which this host does not allow "
                                            "to confine itself to the folder%s%s",
                                            server->version, server->program,
                                            remedy != NULL ? "; " : "",
                                            remedy != NULL ? remedy : "");
  return TRUE;
}

/**
 * vz_host_check_mac_engine:
 * @error: return location for an error, or %NULL
 *
 * Checks whether this host has a QEMU that runs a Mac's bundle: the one named by the environment
 * variable `VZ_QEMU` or by the settings, or else the one for aarch64 guests. It is asked for its
 * boards, devices and options; no machine is started.
 *
 * Returns: whether it does; otherwise @error is %VZ_ERROR_NOT_SUPPORTED and says what that QEMU
 *   lacks, %VZ_ERROR_INVALID_ARGUMENT (the settings) or %VZ_ERROR_IO
 */
gboolean
vz_host_check_mac_engine (GError **error)
{
  g_autoptr (VzVmapple) qemu = vz_vmapple_find (error);

  return qemu != NULL;
}

/**
 * vz_host_check_mac_boot_rom:
 * @error: return location for an error, or %NULL
 *
 * Checks whether the environment variable `VZ_AVPBOOTER` or the settings name the boot ROM that a
 * Mac's bundle starts with, which is a file from Apple.
 *
 * Returns: whether they do; otherwise @error is %VZ_ERROR_NOT_SUPPORTED, %VZ_ERROR_NOT_FOUND,
 *   %VZ_ERROR_INVALID_ARGUMENT (the settings) or %VZ_ERROR_IO
 */
gboolean
vz_host_check_mac_boot_rom (GError **error)
{
  g_autofree char *path = vz_vmapple_find_boot_rom (error);

  return path != NULL;
}

/**
 * vz_host_check_apple_licence:
 * @error: return location for an error, or %NULL
 *
 * Checks whether a Mac's bundle may be started here: on Apple hardware, or where this user has
 * confirmed it with vz_host_accept_apple_licence().
 *
 * Returns: whether it may; otherwise @error is %VZ_ERROR_NOT_SUPPORTED
 */
gboolean
vz_host_check_apple_licence (GError **error)
{
  return vz_apple_licence_check (error);
}

/**
 * vz_host_accept_apple_licence:
 * @error: return location for an error, or %NULL
 *
 * Records permanently that the user has confirmed that Apple's licence permits them to run macOS in
 * virtual machines on this host. Call it only once they have confirmed it.
 *
 * Returns: whether it was written; otherwise @error is %VZ_ERROR_IO or
 *   %VZ_ERROR_OUT_OF_DISK_SPACE
 */
gboolean
vz_host_accept_apple_licence (GError **error)
{
  return vz_apple_licence_accept (error);
}
