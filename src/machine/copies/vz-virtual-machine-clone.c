/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/copies/vz-virtual-machine-clone.h"

#include <fcntl.h>

#include "bundle/vz-bundle-private.h"
#include "foundation/vz-fail.h"
#include "machine/copies/vz-disk-mirror.h"
#include "machine/vz-virtual-machine-private.h"

/* How this works
 *
 * The guest's agent freezes its file systems so that they are consistent on the disk. Where the
 * host's file system can share blocks, this takes milliseconds. Elsewhere QEMU copies the disks
 * while the guest keeps writing, and tracks its writes; the guest is frozen only at the end, while
 * the completed copies are detached. Either way the guest never waits for a copy. */

typedef struct {
  VzVirtualMachine *machine;
  VzDiskMirror *mirror; /* QEMU copies; NULL: blocks are shared */
  VzProgress *progress;
  GCancellable *cancellable;
  gboolean frozen;
} Copy;

static gboolean
freeze (Copy *self, GError **error)
{
  self->frozen = vz_guest_agent_freeze (vz_virtual_machine_get_guest_agent (self->machine),
                                        self->cancellable, error);
  return self->frozen;
}

static gboolean
thaw (Copy *self, GError **error)
{
  gboolean was_frozen = self->frozen;

  self->frozen = FALSE;
  return !was_frozen ||
         vz_guest_agent_thaw (vz_virtual_machine_get_guest_agent (self->machine), error);
}

static int
open_target (const char *name, gpointer user_data, GError **error)
{
  g_autofree char *path = vz_bundle_dup_file_path (user_data, name);
  int fd = open (path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

  if (fd < 0)
    vz_fail_errno (error, "cannot create '%s'", path);
  return fd;
}

static gboolean
prepare (VzBundle *clone, gpointer user_data, GError **error)
{
  Copy *self = user_data;

  if (self->mirror != NULL &&
      (!vz_disk_mirror_start (self->mirror, open_target, clone, self->cancellable, error) ||
       !vz_disk_mirror_wait (self->mirror, self->progress, self->cancellable, error)))
    return FALSE;
  return freeze (self, error);
}

static gboolean
skips (const char *name, gpointer user_data)
{
  Copy *self = user_data;

  return self->mirror != NULL && vz_disk_mirror_has (self->mirror, name);
}

static gboolean
finish (gpointer user_data, GError **error)
{
  Copy *self = user_data;

  return (self->mirror == NULL || vz_disk_mirror_finish (self->mirror, error)) &&
         thaw (self, error);
}

static gboolean
clone_in_one_way (Copy *self, VzBundle *bundle, const char *destination, VzBundleCloneFlags flags,
                  GError **error)
{
  VzBundleCopy copy = { .may_share_only = self->mirror == NULL,
                        .prepare = prepare,
                        .skips = skips,
                        .finish = finish,
                        .user_data = self };
  gboolean done = vz_bundle_clone_with (bundle, destination, flags, &copy, self->progress,
                                        self->cancellable, error);

  /* After a failure too: a job that keeps running would fill the disk, and a guest must not stay
   * frozen. */
  thaw (self, NULL);
  g_clear_pointer (&self->mirror, vz_disk_mirror_free);
  return done;
}

/**
 * vz_virtual_machine_clone_bundle:
 * @self: a running machine
 * @bundle: its bundle
 * @destination: (type filename): where to put the clone; its parent must exist
 * @flags: see #VzBundleCloneFlags
 * @progress: (nullable): is given a total, in bytes, and advanced
 * @cancellable: (nullable): cancels; nothing is left then
 * @error: return location for an error, or %NULL
 *
 * Clones a running machine as vz_bundle_clone() does a stopped one. The guest's agent briefly
 * freezes its file systems so that they are consistent in the clone: while their blocks are shared
 * or, where the host's file system cannot share blocks, at the end of QEMU's copying. The guest is
 * always thawed, even if this program is killed.
 *
 * Returns: whether the clone was made; otherwise @error is code 3 (state), %VZ_ERROR_GUEST_AGENT or
 *   %VZ_ERROR_TIMED_OUT when the guest cannot be frozen, or one of those of vz_bundle_clone()
 */
gboolean
vz_virtual_machine_clone_bundle (VzVirtualMachine *self, VzBundle *bundle, const char *destination,
                                 VzBundleCloneFlags flags, VzProgress *progress,
                                 GCancellable *cancellable, GError **error)
{
  Copy copy = { .machine = self, .progress = progress, .cancellable = cancellable };
  g_autoptr (GError) cause = NULL;
  VzEngine *engine;
  gboolean done;

  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self) && VZ_IS_BUNDLE (bundle) &&
                          destination != NULL,
                        FALSE);
  engine = vz_virtual_machine_get_freezable_engine (self, cancellable, error);
  if (engine == NULL)
    return FALSE;
  done = clone_in_one_way (&copy, bundle, destination, flags, &cause);
  if (!done && g_error_matches (cause, VZ_ERROR, VZ_ERROR_NOT_SUPPORTED))
    {
      g_clear_error (&cause);
      copy.mirror = vz_disk_mirror_new (self, engine, bundle, &cause);
      done = copy.mirror != NULL && clone_in_one_way (&copy, bundle, destination, flags, &cause);
    }
  if (cause != NULL)
    g_propagate_error (error, g_steal_pointer (&cause));
  return done;
}
