/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/sharing/vz-linux-rosetta-directory-share.h"

#include "foundation/config/vz-field.h"
#include "foundation/host/vz-host.h"
#include "foundation/host/vz-translator.h"
#include "foundation/vz-async.h"

/**
 * VzLinuxRosettaDirectoryShare:
 *
 * A folder with a program that runs programs of the other architecture: x86_64 ones in an aarch64
 * guest, aarch64 ones in an x86_64 guest. It is read-only, and the program in it is called
 * `rosetta`, like Apple's; the guest registers it with binfmt_misc. Apple:
 * `VZLinuxRosettaDirectoryShare`.
 *
 * The program is a copy of the host's statically built qemu-user, which is put into the machine's
 * runtime directory at each start. It must be built for the guest's processor, so the host has one
 * only for guests of its own architecture. The environment variable `VZ_TRANSLATOR` names another
 * program, or is `none`.
 *
 * QEMU: as for a read-only #VzSingleDirectoryShare.
 *
 * Since: 0.1
 */
struct _VzLinuxRosettaDirectoryShare {
  VzDirectoryShare parent_instance;

  VzLinuxRosettaCachingOptions *options;
};

static const VzField fields[] = {
  VZ_OBJECT ("options", VzLinuxRosettaDirectoryShare, options,
             "where translations are kept; must be none, since nothing keeps them",
             vz_linux_rosetta_caching_options_get_type),
};

static void
check (VzConfig *config, VzProblems *problems)
{
  VzLinuxRosettaDirectoryShare *self = VZ_LINUX_ROSETTA_DIRECTORY_SHARE (config);

  if (self->options != NULL)
    vz_problems_add (problems, config, "options", vz_problems_kind_of (self->options),
                     "must not be set: the host's translator, qemu-user, has no daemon that keeps "
                     "translations");
}

VZ_DEFINE_CONFIG (VzLinuxRosettaDirectoryShare, vz_linux_rosetta_directory_share,
                  VZ_TYPE_DIRECTORY_SHARE, .check = check)

/**
 * vz_linux_rosetta_directory_share_new:
 * @error: return location for an error, or %NULL
 *
 * Makes a share if the host has a translator for guests of its own architecture. Apple:
 * `initWithError:`.
 *
 * Returns: (transfer full): the share, or %NULL with %VZ_ERROR_NOT_SUPPORTED, whose message says
 *   what to do
 */
VzLinuxRosettaDirectoryShare *
vz_linux_rosetta_directory_share_new (GError **error)
{
  g_autofree char *program = vz_translator_find (vz_host_get_architecture (), error);

  return program != NULL ? g_object_new (VZ_TYPE_LINUX_ROSETTA_DIRECTORY_SHARE, NULL) : NULL;
}

/**
 * vz_linux_rosetta_directory_share_get_availability:
 *
 * Checks whether the host has a translator: among the programs in its PATH, and what its kernel
 * starts for programs of the other architecture. Apple: `availability`.
 *
 * Returns: whether guests of the host's own architecture can use one
 */
VzLinuxRosettaAvailability
vz_linux_rosetta_directory_share_get_availability (void)
{
  const char *architecture = vz_host_get_architecture ();
  g_autofree char *program = vz_translator_find (architecture, NULL);

  if (program != NULL)
    return VZ_LINUX_ROSETTA_AVAILABILITY_INSTALLED;
  return vz_translator_other_architecture (architecture) != NULL
           ? VZ_LINUX_ROSETTA_AVAILABILITY_NOT_INSTALLED
           : VZ_LINUX_ROSETTA_AVAILABILITY_NOT_SUPPORTED;
}

/**
 * vz_linux_rosetta_directory_share_install_rosetta:
 * @cancellable: (nullable): cancels
 * @error: return location for an error, or %NULL
 *
 * Succeeds if the host has a translator. It does not install one: that is up to the host's package
 * manager, and to root. Apple: `installRosettaWithCompletionHandler:`.
 *
 * Returns: whether there is one; otherwise @error is %VZ_ERROR_NOT_SUPPORTED and names the package
 */
gboolean
vz_linux_rosetta_directory_share_install_rosetta (GCancellable *cancellable, GError **error)
{
  g_autofree char *program = NULL;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  program = vz_translator_find (vz_host_get_architecture (), error);
  return program != NULL;
}

static gpointer
install_in_thread (gpointer source, gpointer data, GCancellable *cancellable, GError **error)
{
  return vz_linux_rosetta_directory_share_install_rosetta (cancellable, error) ? VZ_ASYNC_DONE
                                                                               : NULL;
}

/**
 * vz_linux_rosetta_directory_share_install_rosetta_async:
 * @cancellable: (nullable): cancels
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * vz_linux_rosetta_directory_share_install_rosetta() without blocking.
 */
void
vz_linux_rosetta_directory_share_install_rosetta_async (GCancellable *cancellable,
                                                        GAsyncReadyCallback callback,
                                                        gpointer user_data)
{
  const VzAsync async = { .call = install_in_thread,
                          .tag = vz_linux_rosetta_directory_share_install_rosetta_async };

  vz_async_start (&async, NULL, cancellable, callback, user_data);
}

/**
 * vz_linux_rosetta_directory_share_install_rosetta_finish:
 * @result: what the callback was given
 * @error: return location for an error, or %NULL
 *
 * Finishes vz_linux_rosetta_directory_share_install_rosetta_async().
 *
 * Returns: as vz_linux_rosetta_directory_share_install_rosetta()
 */
gboolean
vz_linux_rosetta_directory_share_install_rosetta_finish (GAsyncResult *result, GError **error)
{
  return vz_async_finish (result, NULL, vz_linux_rosetta_directory_share_install_rosetta_async,
                          error) != NULL;
}

VZ_ACCESS_OBJECT (VzLinuxRosettaCachingOptions, VzLinuxRosettaDirectoryShare,
                  vz_linux_rosetta_directory_share, options)
