/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/vz-share-servers.h"

#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"
#include "qemu/vz-process.h"
#include "qemu/vz-stream.h"
#include "qemu/vz-virtiofsd.h"

/* How this works
 *
 * QEMU's sandbox does not let it start programs, so they are started here first: each with a
 * listening socket on which QEMU's connection is already waiting. Once our copy is closed, only
 * QEMU has the other end, and a server without its connection ends. So no server is left behind,
 * however QEMU or this program ends, and in whatever order. */

#define LOG_TAIL_LINES 3
#define DYING_TIMEOUT_MS 1000 /* from the end of the connection to that of the process */

typedef struct {
  VzProcess *process;
  char *folder;
  char *log_path;
} Server;

struct _VzShareServers {
  VzVirtiofsd *program;
  char *socket_path;
  char *state_dir;
  GPtrArray *servers;
};

static void
server_free (gpointer data)
{
  Server *server = data;

  vz_process_release (server->process);
  g_free (server->folder);
  g_free (server->log_path);
  g_free (server);
}

VzShareServers *
vz_share_servers_new (VzVirtualMachineConfiguration *configuration, const char *runtime_dir,
                      const char *state_dir)
{
  g_autoptr (GError) reason = NULL;
  VzVirtiofsd *program;
  VzShareServers *self;

  if (vz_virtual_machine_configuration_get_directory_sharing_devices (configuration)->len == 0)
    return NULL;
  program = vz_virtiofsd_find (&reason);
  if (program == NULL)
    {
      g_debug ("folders are shared over 9P: %s", reason->message);
      return NULL;
    }
  self = g_new0 (VzShareServers, 1);
  self->program = program;
  self->socket_path = g_build_filename (runtime_dir, "virtiofsd", NULL);
  self->state_dir = g_strdup (state_dir);
  self->servers = g_ptr_array_new_with_free_func (server_free);
  return self;
}

void
vz_share_servers_free (VzShareServers *self)
{
  vz_virtiofsd_free (self->program);
  g_free (self->socket_path);
  g_free (self->state_dir);
  g_ptr_array_unref (self->servers);
  g_free (self);
}

int
vz_share_servers_start (VzShareServers *self, VzSharedDirectory *directory, GError **error)
{
  int peer VZ_AUTO_CLOSE = -1;
  int fd VZ_AUTO_CLOSE = vz_virtiofsd_listen (self->socket_path, &peer, error);
  g_autofree char *name = g_strdup_printf ("virtiofsd-%u.log", self->servers->len);
  g_autofree char *log_path = g_build_filename (self->state_dir, name, NULL);
  g_auto (GStrv) argv = NULL;
  VzProcessParams params = { .log_path = log_path, .extra_fds = &fd, .n_extra_fds = 1 };
  VzProcess *process;
  Server *server;

  if (fd < 0)
    return -1;
  argv = vz_virtiofsd_dup_arguments (self->program, directory, fd);
  params.argv = (const char *const *) argv;
  process = vz_process_spawn (&params, NULL, NULL, error);
  if (process == NULL)
    return -1;
  server = g_new0 (Server, 1);
  server->process = process;
  server->folder = g_strdup (vz_shared_directory_get_path (directory));
  server->log_path = g_steal_pointer (&log_path);
  g_ptr_array_add (self->servers, server);
  return vz_file_steal_fd (&peer);
}

void
vz_share_servers_explain (VzShareServers *self, GError **error)
{
  for (guint i = 0; i < self->servers->len; i++)
    {
      Server *server = self->servers->pdata[i];
      g_autofree char *described = NULL;
      g_autofree char *tail = NULL;
      int status;

      /* Those that worked well end well without their connection. */
      if (!vz_process_wait (server->process, vz_deadline_after (DYING_TIMEOUT_MS), &status) ||
          g_spawn_check_wait_status (status, NULL))
        continue;
      described = vz_process_describe_status (status);
      tail = vz_process_dup_log_tail (server->log_path, LOG_TAIL_LINES);
      g_clear_error (error);
      vz_fail (error, VZ_ERROR_INTERNAL, "cannot share the folder '%s': virtiofsd %s%s%s",
               server->folder, described, tail != NULL ? ":\n" : "", tail != NULL ? tail : "");
      return;
    }
}
