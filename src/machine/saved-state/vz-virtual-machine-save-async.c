/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/vz-virtual-machine.h"

#include "foundation/vz-async.h"

/* Saving and restoring without blocking. */

/**
 * vz_virtual_machine_save_machine_state_to_file_async:
 * @self: a paused machine
 * @path: (type filename): the file to write
 * @progress: (nullable): is given a total and advanced
 * @cancellable: (nullable): cancels
 * @callback: (scope async): called when it is saved or has failed
 * @user_data: for @callback
 *
 * vz_virtual_machine_save_machine_state_to_file() without blocking.
 */
void
vz_virtual_machine_save_machine_state_to_file_async (VzVirtualMachine *self, const char *path,
                                                     VzProgress *progress,
                                                     GCancellable *cancellable,
                                                     GAsyncReadyCallback callback,
                                                     gpointer user_data)
{
  g_return_if_fail (VZ_IS_VIRTUAL_MACHINE (self) && path != NULL);
  vz_async_make_file (self, (VzAsyncMakeFile) vz_virtual_machine_save_machine_state_to_file, path,
                      progress, cancellable, callback, user_data);
}

/**
 * vz_virtual_machine_save_machine_state_to_file_finish:
 * @self: a machine
 * @result: what the callback was given
 * @error: return location for an error, or %NULL
 *
 * Returns: as vz_virtual_machine_save_machine_state_to_file()
 */
gboolean
vz_virtual_machine_save_machine_state_to_file_finish (VzVirtualMachine *self, GAsyncResult *result,
                                                      GError **error)
{
  return vz_async_finish (result, self, vz_virtual_machine_save_machine_state_to_file, error) !=
         NULL;
}

/**
 * vz_virtual_machine_restore_machine_state_from_file_async:
 * @self: a stopped machine
 * @path: (type filename): the saved state
 * @progress: (nullable): is given a total and advanced
 * @cancellable: (nullable): cancels
 * @callback: (scope async): called when it is restored or has failed
 * @user_data: for @callback
 *
 * vz_virtual_machine_restore_machine_state_from_file() without blocking.
 */
void
vz_virtual_machine_restore_machine_state_from_file_async (VzVirtualMachine *self, const char *path,
                                                          VzProgress *progress,
                                                          GCancellable *cancellable,
                                                          GAsyncReadyCallback callback,
                                                          gpointer user_data)
{
  g_return_if_fail (VZ_IS_VIRTUAL_MACHINE (self) && path != NULL);
  vz_async_make_file (self, (VzAsyncMakeFile) vz_virtual_machine_restore_machine_state_from_file,
                      path, progress, cancellable, callback, user_data);
}

/**
 * vz_virtual_machine_restore_machine_state_from_file_finish:
 * @self: a machine
 * @result: what the callback was given
 * @error: return location for an error, or %NULL
 *
 * Returns: as vz_virtual_machine_restore_machine_state_from_file()
 */
gboolean
vz_virtual_machine_restore_machine_state_from_file_finish (VzVirtualMachine *self,
                                                           GAsyncResult *result, GError **error)
{
  return vz_async_finish (result, self, vz_virtual_machine_restore_machine_state_from_file,
                          error) != NULL;
}

/**
 * vz_virtual_machine_save_and_stop_async:
 * @self: a machine that is running or paused
 * @path: (type filename): the file to write, which is replaced if it exists
 * @progress: (nullable): is given a total and advanced, in bytes of the guest's memory
 * @cancellable: (nullable): cancels, until the file is complete
 * @callback: (scope async): called when it is saved and stopped, or has failed
 * @user_data: for @callback
 *
 * vz_virtual_machine_save_and_stop() without blocking.
 */
void
vz_virtual_machine_save_and_stop_async (VzVirtualMachine *self, const char *path,
                                        VzProgress *progress, GCancellable *cancellable,
                                        GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (VZ_IS_VIRTUAL_MACHINE (self) && path != NULL);
  vz_async_make_file (self, (VzAsyncMakeFile) vz_virtual_machine_save_and_stop, path, progress,
                      cancellable, callback, user_data);
}

/**
 * vz_virtual_machine_save_and_stop_finish:
 * @self: a machine
 * @result: what the callback was given
 * @error: return location for an error, or %NULL
 *
 * Returns: as vz_virtual_machine_save_and_stop()
 */
gboolean
vz_virtual_machine_save_and_stop_finish (VzVirtualMachine *self, GAsyncResult *result,
                                         GError **error)
{
  return vz_async_finish (result, self, vz_virtual_machine_save_and_stop, error) != NULL;
}

typedef struct {
  char *path; /* may be NULL */
  VzProgress *progress; /* may be NULL */
} Start;

static void
start_free (gpointer data)
{
  Start *start = data;

  g_free (start->path);
  g_clear_object (&start->progress);
  g_free (start);
}

/* The result, besides a running machine. */
typedef struct {
  GError *refused; /* may be NULL */
} Started;

static void
started_free (gpointer data)
{
  Started *started = data;

  g_clear_error (&started->refused);
  g_free (started);
}

static gpointer
start_or_restore (gpointer self, gpointer data, GCancellable *cancellable, GError **error)
{
  const Start *start = data;
  Started *started = g_new0 (Started, 1);

  if (vz_virtual_machine_start_or_restore (self, start->path, start->progress, &started->refused,
                                           cancellable, error))
    return started;
  started_free (started);
  return NULL;
}

/**
 * vz_virtual_machine_start_or_restore_async:
 * @self: a stopped machine
 * @path: (type filename) (nullable): where a saved state may be found
 * @progress: (nullable): is given a total and advanced by a restore
 * @cancellable: (nullable): cancels
 * @callback: (scope async): called when it is running or has failed
 * @user_data: for @callback
 *
 * vz_virtual_machine_start_or_restore() without blocking.
 */
void
vz_virtual_machine_start_or_restore_async (VzVirtualMachine *self, const char *path,
                                           VzProgress *progress, GCancellable *cancellable,
                                           GAsyncReadyCallback callback, gpointer user_data)
{
  Start *start;
  VzAsync async = {
    .call = start_or_restore,
    .tag = vz_virtual_machine_start_or_restore,
    .free_data = start_free,
    .free_result = started_free,
  };

  g_return_if_fail (VZ_IS_VIRTUAL_MACHINE (self));
  async.data = start = g_new0 (Start, 1);
  start->path = g_strdup (path);
  start->progress = progress != NULL ? g_object_ref (progress) : NULL;
  vz_async_start (&async, self, cancellable, callback, user_data);
}

/**
 * vz_virtual_machine_start_or_restore_finish:
 * @self: a machine
 * @result: what the callback was given
 * @ret_refused: (out) (optional) (nullable): why the state that was there could not be used, when
 * the machine runs all the same
 * @error: return location for an error, or %NULL
 *
 * Returns: as vz_virtual_machine_start_or_restore()
 */
gboolean
vz_virtual_machine_start_or_restore_finish (VzVirtualMachine *self, GAsyncResult *result,
                                            GError **ret_refused, GError **error)
{
  Started *started = vz_async_finish (result, self, vz_virtual_machine_start_or_restore, error);

  if (started == NULL)
    return FALSE;
  if (ret_refused != NULL)
    *ret_refused = g_steal_pointer (&started->refused);
  started_free (started);
  return TRUE;
}
