/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/display/web-text-size.h"

/* How this works
 *
 * A Linux guest gives its screen the requested size, but its text consoles keep their initial
 * number of lines and columns: if the screen has become smaller, the bottom and right are cut off.
 * So the guest's agent is asked to set these numbers. The size of a character follows from the
 * frame buffer and the initial number of lines and columns. Consoles under a desktop and other
 * systems need no special case: there is no such frame buffer, or the console is not visible. */

#define SCRIPT \
  "cd /run && IFS=, read -r w h </sys/class/graphics/fb0/virtual_size || exit; " \
  "[ -s vz-text-size ] || stty -F /dev/tty1 size >vz-text-size; read -r rows cols <vz-text-size; " \
  "rows=$(($2 * rows / h)) cols=$(($1 * cols / w)); " \
  "for tty in /dev/tty[1-6]; do stty -F $tty rows $rows cols $cols; done"

struct _WebTextSize {
  VzVirtualMachine *machine; /* borrowed */
  GCancellable *cancellable;
  GThreadPool *pool; /* with one thread; its items are sizes */
  gsize size; /* the last one queued */
};

#define PACK(width, height) ((gsize) (width) << 16 | (height))

static void
ask_agent (gpointer data, gpointer user_data)
{
  WebTextSize *self = user_data;
  gsize size = GPOINTER_TO_SIZE (data);
  VzGuestAgent *agent = vz_virtual_machine_get_guest_agent (self->machine);
  g_autofree char *width = g_strdup_printf ("%u", (guint) (size >> 16));
  g_autofree char *height = g_strdup_printf ("%u", (guint) (size & G_MAXUINT16));
  const char *argv[] = { "/bin/sh", "-c", SCRIPT, "sh", width, height, NULL };
  int status;

  if (agent == NULL || !vz_guest_agent_wait (agent, -1, self->cancellable, NULL) ||
      g_thread_pool_unprocessed (self->pool) > 0) /* a newer size has arrived */
    return;
  vz_guest_agent_exec (agent, argv, NULL, &status, NULL, NULL, self->cancellable, NULL);
}

void
web_text_size_set (WebTextSize *self, guint width, guint height)
{
  gsize size = PACK (width, height);

  if (size == self->size || width == 0 || height == 0 || width > G_MAXUINT16 ||
      height > G_MAXUINT16)
    return;
  self->size = size;
  g_thread_pool_push (self->pool, GSIZE_TO_POINTER (size), NULL);
}

WebTextSize *
web_text_size_new (VzVirtualMachine *machine)
{
  WebTextSize *self = g_new0 (WebTextSize, 1);

  self->machine = machine;
  self->cancellable = g_cancellable_new ();
  self->pool = g_thread_pool_new (ask_agent, self, 1, FALSE, NULL);
  return self;
}

void
web_text_size_free (WebTextSize *self)
{
  g_cancellable_cancel (self->cancellable);
  g_thread_pool_free (self->pool, TRUE, TRUE);
  g_object_unref (self->cancellable);
  g_free (self);
}
