/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/vz-file-handle.h"

#include <glib/gstdio.h>

/**
 * VzFileHandle:
 *
 * An open file, which is closed with the last reference. Configuration objects and their copies
 * share it. Apple: `NSFileHandle`.
 *
 * QEMU: never gets the file itself, only a socket that vz copies from and to it.
 *
 * Since: 0.1
 */
struct _VzFileHandle {
  GObject parent_instance;

  int fd; /* owned, -1: none */
};

G_DEFINE_FINAL_TYPE (VzFileHandle, vz_file_handle, G_TYPE_OBJECT)

static void
vz_file_handle_finalize (GObject *object)
{
  VzFileHandle *self = VZ_FILE_HANDLE (object);

  if (self->fd >= 0)
    g_close (self->fd, NULL);
  G_OBJECT_CLASS (vz_file_handle_parent_class)->finalize (object);
}

static void
vz_file_handle_class_init (VzFileHandleClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vz_file_handle_finalize;
}

static void
vz_file_handle_init (VzFileHandle *self)
{
  self->fd = -1;
}

/**
 * vz_file_handle_new:
 * @fd: an open file descriptor, which the object closes
 *
 * Makes a handle that owns @fd.
 *
 * Returns: (transfer full): the handle
 */
VzFileHandle *
vz_file_handle_new (int fd)
{
  VzFileHandle *self;

  g_return_val_if_fail (fd >= 0, NULL);
  self = g_object_new (VZ_TYPE_FILE_HANDLE, NULL);
  self->fd = fd;
  return self;
}

/**
 * vz_file_handle_get_fd:
 * @self: a handle
 *
 * Returns: the file descriptor, open as long as @self lives
 */
int
vz_file_handle_get_fd (VzFileHandle *self)
{
  g_return_val_if_fail (VZ_IS_FILE_HANDLE (self), -1);
  return self->fd;
}
