/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/engine/vz-engine-private.h"

#include "bundle/vz-machine-claim.h"
#include "bundle/vz-machine-files.h"
#include "foundation/host/vz-file-users.h"
#include "foundation/host/vz-proc.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-json.h"
#include "qemu/vz-monitors.h"

#include <errno.h>
#include <unistd.h>

#define ATTACH_TIMEOUT_MS 10000

/* The machine is running, but its sockets cannot be reached from here: says where they are, and how
 * to reach them. */
static gboolean
check_reachable (const VzHolder *holder, GError **error)
{
  g_autofree char *user = NULL;
  g_autofree char *text = NULL;
  int number;

  if (access (holder->runtime_dir, R_OK | W_OK | X_OK) == 0)
    return TRUE;
  number = errno;
  text = vz_holder_to_text (holder);
  user = holder->uid >= 0 ? vz_proc_dup_user ((guint) holder->uid) : g_strdup ("another user");
  if (number == ENOENT)
    return vz_fail (
      error, VZ_ERROR_BUSY,
      "the machine is running as %s of user '%s', but the directory of its sockets, '%s', is "
      "gone: shut it down from inside, or end that process ('kill %d')",
      text, user, holder->runtime_dir, holder->pid);
  return vz_fail (error, VZ_ERROR_BUSY,
                  "the machine is running as %s of user '%s', and its sockets in '%s' cannot be "
                  "reached (%s): run this command as that user or as root",
                  text, user, holder->runtime_dir, g_strerror (number));
}

/* A monitor of our own or a shared one, which only has to answer. */
static gboolean
connect_to_monitor (VzEngine *self, GCancellable *cancellable, GError **error)
{
  guint index;
  int fd;

  self->monitor_lock = vz_monitor_take_own (self->runtime_dir, &index);
  if (self->monitor_lock < 0)
    {
      self->shared = TRUE;
      if (!vz_engine_begin_session (self, cancellable, error))
        return FALSE;
      vz_engine_end_session (self);
      return TRUE;
    }
  fd = vz_monitor_connect (self->runtime_dir, index, error);
  if (fd < 0)
    return FALSE;
  self->client = vz_qmp_client_new (fd, &vz_engine_callbacks, self);
  return vz_qmp_client_negotiate (self->client, ATTACH_TIMEOUT_MS, cancellable, error);
}

/* If another program runs the machine, connects to it. */
static VzEngine *
connect_to (VzEngine *self, int pid, GCancellable *cancellable, GError **error)
{
  g_autoptr (VzEngine) engine = self; /* released unless connected */
  g_autoptr (GError) cause = NULL;

  if (connect_to_monitor (self, cancellable, &cause) &&
      vz_engine_ask_status (self, cancellable, &cause))
    {
      if (self->shared)
        vz_engine_look_after (self);
      return g_steal_pointer (&engine);
    }
  if (g_error_matches (cause, VZ_ERROR, VZ_ERROR_TIMED_OUT))
    return vz_fail_null (error, VZ_ERROR_TIMED_OUT,
                         "QEMU (process %d) hangs: it has not answered for %d seconds; see %s", pid,
                         ATTACH_TIMEOUT_MS / 1000, self->log_path);
  g_propagate_error (error, g_steal_pointer (&cause));
  return NULL;
}

VzEngine *
vz_engine_attach (VzVirtualMachineConfiguration *configuration, GCancellable *cancellable,
                  GError **error)
{
  VzMachineIdentifier *identifier = vz_engine_identifier_of (configuration, NULL);
  g_autoptr (VzHolder) holder = NULL;
  VzEngine *self;

  if (identifier == NULL || !vz_machine_claim_look (configuration, identifier, &holder) ||
      holder == NULL || holder->runtime_dir == NULL)
    return vz_fail_null (error, VZ_ERROR_NOT_FOUND, "the machine is not running");
  if (!check_reachable (holder, error))
    return NULL;
  self = vz_engine_new (configuration, holder->runtime_dir, holder->state_dir);
  self->layout = MAX (holder->layout, 1); /* the first one had no number */
  return connect_to (self, holder->pid, cancellable, error);
}

gboolean
vz_engine_check_free (VzVirtualMachineConfiguration *configuration, GError **error)
{
  VzMachineIdentifier *identifier = vz_engine_identifier_of (configuration, error);

  return identifier != NULL && vz_machine_claim_check_free (configuration, identifier, error) &&
         vz_machine_files_check_users (configuration, FALSE, error);
}

/* QEMU 10 locks the disks of a restored guest only when the guest resumes, unless told to; before
 * 10 it does so by itself and does not know the command. The locks show whether it worked. */
static void
activate_disks (VzEngine *self)
{
  vz_engine_call (self, "blockdev-set-active", vz_json_new ("active", vz_json_bool (TRUE), NULL),
                  NULL, NULL, NULL);
}

gboolean
vz_engine_check_locks (VzEngine *self, gboolean guest_goes_on, GError **error)
{
  g_autoptr (GPtrArray) files = vz_machine_files_list (self->configuration);
  int pid = self->process != NULL ? vz_process_get_pid (self->process) : 0;

  if (pid > 0)
    activate_disks (self);
  for (guint i = 0; pid > 0 && i < files->len; i++)
    {
      const VzMachineFile *file = files->pdata[i];

      if (!file->is_written)
        continue;
      if (!vz_file_is_locked_for_writing (file->path, pid, guest_goes_on && file->is_disk))
        return vz_file_fail_other_user (file->path, pid, error);
      if (!guest_goes_on && !vz_file_check_other_users (file->path, pid, error))
        return FALSE;
    }
  return TRUE;
}
