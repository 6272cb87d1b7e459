/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bundle/vz-machine-claim.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "bundle/vz-bundle-lock.h"
#include "bundle/vz-machine-lock.h"
#include "bundle/vz-runtime.h"
#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"

struct _VzMachineClaim {
  VzBundleLock *bundle; /* NULL: the configuration belongs to no bundle */
  char *bundle_dir; /* the same */
  char *runtime_dir;
  char *state_dir;
  int identity;
  int runtime;
};

/* The directory's lock has no note: its holder is unknown. */
static gboolean
is_runtime_taken (const char *directory, VzHolder **ret_holder)
{
  int fd VZ_AUTO_CLOSE = open (directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  *ret_holder = NULL;
  return fd >= 0 && flock (fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

/* A process whose logs are elsewhere may use the same sockets. The directory itself is locked,
 * since it contains only sockets. */
static gboolean
claim_runtime (VzMachineClaim *self, GError **error)
{
  g_autoptr (VzHolder) holder = NULL;

  self->runtime = open (self->runtime_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (self->runtime < 0)
    return vz_fail_errno (error, "cannot open '%s'", self->runtime_dir);
  vz_holder_wait_for_ending (is_runtime_taken, self->runtime_dir, &holder);
  if (flock (self->runtime, LOCK_EX | LOCK_NB) == 0)
    return TRUE;
  if (errno == EWOULDBLOCK)
    return vz_fail (error, VZ_ERROR_BUSY,
                    "the machine is in use by another process, which has its sockets in '%s'",
                    self->runtime_dir);
  return vz_fail_errno (error, "cannot lock '%s'", self->runtime_dir);
}

VzMachineClaim *
vz_machine_claim_new (VzVirtualMachineConfiguration *configuration, VzMachineIdentifier *identifier,
                      GError **error)
{
  g_autoptr (VzMachineClaim) self = g_new0 (VzMachineClaim, 1);

  self->identity = -1;
  self->runtime = -1;
  self->bundle_dir = vz_bundle_lock_find_directory (configuration, identifier);
  if (self->bundle_dir != NULL &&
      (self->bundle = vz_bundle_lock_take (self->bundle_dir, "start", error)) == NULL)
    return NULL;
  self->identity = vz_machine_lock_acquire (identifier, "start", error);
  if (self->identity < 0)
    return NULL;
  self->state_dir = vz_state_directory_for (identifier, error);
  if (self->state_dir == NULL)
    return NULL;
  self->runtime_dir = vz_runtime_directory_for (identifier, error);
  if (self->runtime_dir == NULL || !claim_runtime (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
vz_machine_claim_add_fds (VzMachineClaim *self, GArray *fds)
{
  g_array_append_val (fds, self->identity);
  g_array_append_val (fds, self->runtime);
  if (self->bundle != NULL)
    {
      int fd = vz_bundle_lock_get_fd (self->bundle);

      g_array_append_val (fds, fd);
    }
}

void
vz_machine_claim_give (VzMachineClaim *self, int pid, guint layout)
{
  g_autoptr (VzHolder) holder = vz_holder_new (pid, "run");

  holder->bundle = g_strdup (self->bundle_dir);
  holder->runtime_dir = g_strdup (self->runtime_dir);
  holder->state_dir = g_strdup (self->state_dir);
  holder->layout = layout;
  vz_holder_save (holder, self->identity); /* only a note for others: the lock does not depend on
                                            * it */
  if (self->bundle != NULL)
    vz_bundle_lock_give (self->bundle, holder);
}

void
vz_machine_claim_free (VzMachineClaim *self)
{
  if (self == NULL)
    return;
  vz_bundle_lock_free (self->bundle);
  vz_file_close (&self->identity);
  vz_file_close (&self->runtime);
  g_free (self->bundle_dir);
  g_free (self->runtime_dir);
  g_free (self->state_dir);
  g_free (self);
}

const char *
vz_machine_claim_get_runtime_dir (VzMachineClaim *self)
{
  return self->runtime_dir;
}

const char *
vz_machine_claim_get_state_dir (VzMachineClaim *self)
{
  return self->state_dir;
}

gboolean
vz_machine_claim_look (VzVirtualMachineConfiguration *configuration,
                       VzMachineIdentifier *identifier, VzHolder **ret_holder)
{
  g_autofree char *directory = vz_bundle_lock_find_directory (configuration, identifier);
  gboolean held = directory != NULL && vz_bundle_lock_is_held (directory, ret_holder);

  if (held && (ret_holder == NULL || *ret_holder != NULL))
    return TRUE;
  /* The running machine may be a copy of the bundle: the caller can tell by its disk. Or the note
   * in the bundle was lost, or there was no space for it: there is another beside the identifier's
   * lock. */
  return vz_machine_lock_look_for (identifier, ret_holder) || held;
}

gboolean
vz_machine_claim_check_free (VzVirtualMachineConfiguration *configuration,
                             VzMachineIdentifier *identifier, GError **error)
{
  g_autofree char *bundle = vz_bundle_lock_find_directory (configuration, identifier);
  g_autofree char *state = vz_machine_lock_dup_directory (identifier);
  g_autoptr (VzHolder) holder = NULL;
  g_autofree char *text = NULL;

  if ((bundle == NULL || vz_holder_wait_for_ending (vz_bundle_lock_is_held, bundle, &holder)) &&
      vz_holder_wait_for_ending (vz_machine_lock_look, state, &holder))
    return TRUE;
  text = vz_holder_to_text (holder);
  return vz_fail (error, VZ_ERROR_BUSY, "the machine is in use by %s", text);
}
